/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_SET_H
#define LOAD_SET_H
#include "load/registry.h"

struct set_seen {
    uint32_t again;         /* counties that were looked at though they delivered nothing */
    uint32_t made, skipped; /* steps of counties */
};

/* Runs the steps under transform/set in order of their names, each in one transaction, for every county that
   this run changed, or an earlier one that did not come to its end; for those whose persons were merged or
   parted since, and for all when cover.judged() or the tables under mappings changed.  A step of which
   nothing that it reads has changed since it was last made is left out (load/step.h): what it said stands,
   and intake.step says so. A step sees one county, whose code stands where its SQL says :'county', and may be
   run again at any time: it first takes back what it said before.  A line "\include PATH" stands for a
   shipped file that several steps begin with. The run's number is current_setting('tongchou.run').  To be
   called after deliveries were published or undone. `seen` (or NULL) is added to. */
bool set_run(struct registry *registry, struct set_seen *seen, struct error *error);
/* The same without the steps that say "-- needs: cover" on a line of their own: what they said before stands.
   The first set_run after it looks again at the counties that went without them. */
bool set_run_without_cover(struct registry *registry, struct set_seen *seen, struct error *error);
/* Every step for one county, changed or not; `county` is its six-digit code. */
bool set_county(struct registry *registry, const char *county, struct error *error);
/* A step's text with the shipped files that its lines "\include PATH" stand for; in `arena`. */
struct span set_text(struct arena *arena, struct span text);
/* A step's text with the county in the place of :'county', as psql writes a variable; in `arena`.  A literal,
   so that the planner reads that county's partitions only. */
const char *set_sql(struct arena *arena, struct span text, const char *county);
#endif
