/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_REPLAY_H
#define TRANSFORM_POLICY_REPLAY_H
#include "transform/policy/claim.h"

/* Every settlement of a person worked out twice, in the order in which they happened: by the county's plan
   in force and by the city's.  The year's accumulators run over all counties of the person. */

enum { REPLAY_ROWS_MAX = 8192, REPLAY_SIDES = 2 };
enum replay_side { SIDE_COUNTY, SIDE_CITY };

/* One settlement, in the order of setl_time, then setl_id. */
struct replay_row {
    struct policy_claim claim;
    uint64_t key, refund_of; /* of county and setl_id; of what it takes back, 0: nothing is named */
    bool refund;
    const struct policy_plan *plans[REPLAY_SIDES]; /* NULL: none on that day */
    struct policy_result results[REPLAY_SIDES];    /* filled by replay_take */
    bool taken_back;                               /* a refund has met it */
    void *owner;                                   /* the caller's */
};

/* What one worker keeps from row to row. */
struct replay {
    struct arena arena;      /* of `rows`, `years` and `slots` */
    struct replay_row *rows; /* [REPLAY_ROWS_MAX] of the person at hand */
    uint32_t row_count;
    uint32_t year_count[REPLAY_SIDES], year_room;
    struct policy_year *years[REPLAY_SIDES];
    uint32_t *slots;  /* key to row, open addressing; made when a refund comes */
    uint32_t indexed; /* rows in `slots` */
};

void replay_open(struct replay *replay);
void replay_close(struct replay *replay);
/* Room for the person's next settlement; the caller fills what replay_take does not, then calls it.  A person
   with more than REPLAY_ROWS_MAX settlements must be drained in between (replay_drain). */
struct replay_row *replay_next(struct replay *replay);
/* Works out the last row.  `steps` of each side may be NULL. */
void replay_take(struct replay *replay, struct policy_steps *const steps[REPLAY_SIDES]);
/* Forgets the rows but not the year; a refund of one of them is then unpaired. */
void replay_drain(struct replay *replay);
/* Another person begins. */
void replay_person(struct replay *replay);
static inline bool replay_full(const struct replay *replay) { return replay->row_count == REPLAY_ROWS_MAX; }
#endif
