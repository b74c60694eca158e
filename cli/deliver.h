/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_DELIVER_H
#define CLI_DELIVER_H
#include "cli/work.h"

/* Some rows of one job, read again from the bytes: to be judged by today's rules, or with cells that a
   person has corrected. */
struct replay {
    int parent_file;
    const uint64_t *rows; /* [row_count] ascending */
    uint32_t row_count;
    const struct replay_cell *cells; /* [cell_count] by row */
    size_t cell_count;
};

/* One delivery on its way from bytes to a verdict. */
struct delivering {
    struct work *work;
    struct district *district;
    struct found *file;     /* this delivery's own copy */
    const struct found *as; /* what the registry calls it, when not by its own file: a retry's workbook */
    struct plan plan;
    struct slip *slip;
    struct intake *intake;
    struct intake_group *group;  /* it shares its tables with others; NULL: it does not */
    const char *source;          /* file, retry, mapping, again */
    int parent;                  /* the delivery that it belongs to; 0: none */
    const struct replay *replay; /* [plan.job_count], NULL: every row; jobs with parent_file 0 are left out */
    struct arena arena;          /* freed with it, so memory does not grow with the number of deliveries */
};

/* In the run's arena; delivering_free ends the intake and frees what the delivery took. */
struct delivering *delivering_new(struct work *work, struct district *district, const struct found *file);
void delivering_free(struct delivering *at);

/* The county's handover slip inside the delivery, else beside it; none is no failure. */
bool deliver_slip(struct delivering *at, struct error *error);
/* "青禾区  js_202012.txt  已入库…", unless the answer is JSON. */
void deliver_say(const struct work *work, const struct district *district, const char *path,
                 const char *text);
/* Hashes and plans the file; not `ready` when it is in already or was refused, which is said. */
bool deliver_prepare(struct delivering *at, bool *ready, struct error *error);
/* Whether the same bytes are published already, which is said. */
bool deliver_known(struct delivering *at, bool *known, struct error *error);
/* Says on a line that it is refused, and counts it. */
void deliver_refused(struct delivering *at, const struct error *why);
/* In steps: takes the delivery's number; reads every job, `why` says what stands against it; after it was
   published, says so and returns how many rows are in. */
bool deliver_begin(struct delivering *at, struct error *error);
bool deliver_read(struct delivering *at, struct error *why);
uint32_t deliver_published(struct delivering *at);
/* From a plan to the verdict: reads every job, publishes or refuses, says so on a line.  False only for
   what must stop the whole run. */
bool deliver_planned(struct delivering *at, struct error *error);
/* Records why it is not published. */
bool deliver_refuse(struct delivering *at, const struct error *why, struct error *error);
#endif
