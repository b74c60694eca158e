/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_SET_H
#define LOAD_SET_H
#include "load/registry.h"

/* Runs every step under transform/set in order of its name, each in one transaction, for every county
   that this run changed, or an earlier one that did not come to its end; and for those whose persons were
   merged or parted since, and for all when cover.judged() changed (`again`, or NULL, counts
   these).  A step sees one county, whose code stands where its SQL says :'county', and may be run again at
   any time: it first takes back what it said before.  A line "\include PATH" stands for a shipped file that
   several steps begin with.  The run's number is current_setting('tongchou.run').  To be called after
   deliveries were published or undone. */
bool set_run(struct registry *registry, uint32_t *again, struct error *error);
/* The same without the steps that say "-- needs: cover" on a line of their own: what they said before stands.
   The first set_run after it looks again at the counties that went without them. */
bool set_run_without_cover(struct registry *registry, uint32_t *again, struct error *error);
/* The same for one county, changed or not; `county` is its six-digit code. */
bool set_county(struct registry *registry, const char *county, struct error *error);
/* A step's text with the county in the place of :'county', as psql writes a variable; in `arena`.  A literal,
   so that the planner reads that county's partitions only. */
const char *set_sql(struct arena *arena, struct span text, const char *county);
#endif
