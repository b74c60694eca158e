/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_STEP_H
#define LOAD_STEP_H
#include "core/shipped.h"
#include "load/registry.h"

/* The steps under transform/set, what each goes by, and which of them have nothing new to read.
   A step's header says it, names of tables and of what earlier steps say, separated by commas:
       -- reads: record.setl_d, settle.fund_detail
       -- reads of all counties: record.psn_info_b, identity.xref
       -- writes: fund.posting, fund.spoken
   The lines may be repeated.  tests/load/step.c holds them against the tables that the database locked while
   the step ran. */

enum { STEPS_MAX = 64, STEP_HASH_BYTES = 17, STEP_NAME_BYTES = 64 };

struct step {
    char path[STEP_NAME_BYTES]; /* transform/set/NAME.sql */
    struct span text;           /* the program's own bytes */
    const char *reads, *beyond,
        *writes;                 /* "{a,b}", as PostgreSQL writes an array; in the arena of step_find */
    bool ledger, cover;          /* 70 to 79; it says "needs: cover" */
    char state[STEP_HASH_BYTES]; /* of all that it goes by, for the county of step_weigh */
    bool still;                  /* that is what it was when it was last made: what it said stands */
};

struct steps {
    struct step list[STEPS_MAX];
    uint32_t count;
    uint64_t hash; /* of all steps' text, and of transform/cover, which they begin with */
};

/* All of them in the order of their names. */
void step_find(struct steps *steps, struct arena *arena);
/* Before they are made: the state of each for `county`, and which are `still`.  `rules` is a hash of
   everything that all of them go by besides records (their own text, the tables under mappings).  What is
   published meanwhile is seen the next time: the state is the older one. */
bool step_weigh(struct steps *steps, struct session *session, const char *county, const char *rules,
                struct arena *arena, struct error *error);
/* SQL by which a step that was made is remembered, for the end of its own transaction. */
const char *step_seen_sql(struct arena *arena, const struct step *step, const char *county, int run);
/* The steps that were left out are said to have been, all in one statement; none: nothing is done. */
bool step_skipped(const struct steps *steps, struct session *session, const char *county, int run,
                  struct arena *arena, struct error *error);
#endif
