/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_MERGE_H
#define LOAD_MERGE_H
#include "load/lane.h"

/* One delivery's rows of one kind against what is published of its county: in temporary tables of the
   open transaction.  Used by load/publish.c when a delivery arrives and by load/undo.c to let the
   remaining ones arrive again. */
struct merge {
    struct intake *intake; /* whose files' buckets are filled; NULL: none are */
    struct session *session;
    struct arena *arena;
    const struct kind *kind;
    int number, root; /* the delivery, and the head of its family */
    const char *rank, *county;
    const char *fresh, *side, *partition; /* its rows; its delete markers; what is published */
    const char *scope;                    /* a table of key_hash: only these keys may vanish; NULL: all */
    bool snapshot;                        /* some file of it is a full one */
};

/* What a partition lost and gained. */
struct movement {
    struct intake_bucket gone, came;
};

/* A SELECT of (file, snapshot, spec_path, rank, root): for each published file of the county and kind, but
   those of delivery `number`, the rank that speaks for its rows: its delivery's, or the highest floor over
   it.  A floor covers all files but those of another snapshot spec. */
const char *merge_standing_sql(struct arena *arena, const char *county, const struct kind *kind, int number);
bool merge_decide(const struct merge *merge, struct error *error); /* fills pg_temp.verdict and marker */
bool merge_apply(const struct merge *merge, struct movement *movement, struct error *error);
/* Both, with refusals (delivery.rank_conflict, limit.vanished) and buckets. */
bool merge_kind(struct intake *intake, const struct kind *kind, const char *fresh, const char *partition,
                struct movement *movement, struct error *error);
#endif
