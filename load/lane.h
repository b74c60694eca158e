/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_LANE_H
#define LOAD_LANE_H
#include "core/pipeline.h"
#include "load/encode.h"
#include "load/intake.h"
#include "load/keys.h"
#include "load/repeat.h"

/* What load/ shares among its own files and shows to nobody else. */

/* What one worker keeps from file to file: its connection, what it has not sent yet, its keys. */
struct copy_lane {
    struct session session;
    struct encoder records, sides, reasons;         /* the fresh table's rows, the two side tables' */
    int64_t record_count, side_count, reason_count; /* rows in the buffers or sent since the COPY began */
    bool copying;                                   /* the COPY of records is open */
    struct arena arena;                             /* the statements this worker sends */
    struct keys keys;
    struct repeat_lane repeat;
    uint32_t only_at;     /* where source.only was last looked up */
    struct tally skipped; /* rows outside source.only: read by the pipeline, none of this delivery's */
};

enum { FRESH_BYTES = 96 };

struct intake {
    struct registry *registry;
    struct intake_delivery delivery;
    struct intake_limits limits;
    struct arena *arena;
    int number, root; /* intake.delivery; the delivery whose family this is of */
    char rank[48];
    char side[FRESH_BYTES], reason[FRESH_BYTES]; /* the side tables; "" until made */
    bool recorded;                               /* its verdict stands in the book */
    uint32_t file_count;
    struct intake_file *files[INTAKE_FILES_MAX];
    struct copy_lane lanes[WORKERS_MAX];
};

/* load/unify.c: finds rows of one key in the fresh tables, keeps one, moves the others to the side. */
bool unify_keys(struct intake *intake, struct error *error);

/* load/unit.c: rows that stand or fall together, such as the lines of a voucher: transform/unit/KIND.sql
   moves every row of a unit that cannot stand from the fresh table to the side, with the reasons. */
bool unit_check(struct intake *intake, struct error *error);

/* load/limits.c: limit.rejects, when a file has too many. */
bool limits_check(struct intake *intake, struct error *error);

/* load/fresh.c: when a delivery put many rows aside, the planner is told of them.  Without it the checks and
   the papers of 300,000 rows sent back look each of them up one by one. */
void fresh_analyze_aside(const struct intake *intake);

/* load/count.c: what SQL finds in the fresh and side tables, by file and bucket.  `fen` of a column
   list like "sum(a), sum(b)" begins at result column `first`. */
fen_total count_fen(const char *text);
void count_add(struct intake_bucket *bucket, const PGresult *result, int row, int first,
               uint32_t measure_count);
void count_merge(struct intake_bucket *into, const struct intake_bucket *from);
struct intake_file *count_file(struct intake *intake, int number);
/* "count(*), sum(x.a_fen), ..." of one kind, for rows called `alias`. */
const char *count_sums(struct arena *arena, const struct kind *kind, const char *alias);
bool count_side(struct intake *intake, struct error *error);
/* Compares the pipeline's count with SQL's, per file, fate and measure: conserve.rows, conserve.amount. */
bool count_check(const struct intake *intake, struct error *error);

/* A total as plain digits, for SQL. */
enum { DIGITS_BYTES = 48 };
const char *lane_digits(fen_total value, char text[DIGITS_BYTES]);

/* load/book.c: writes what happened: delivery, files, tally, findings, rejects, reasons. */
bool book_delivery(struct intake *intake, const char *state, const struct error *why, struct error *error);
bool book_laws(struct intake *intake, bool published, struct error *error);
bool book_rejects(struct intake *intake, bool published, struct error *error);
bool book_finding(struct intake *intake, const struct intake_file *file, const char *check, const char *state,
                  const char *subject, const fen_total *left, const fen_total *right, const char *detail,
                  struct error *error);

/* load/group.c: the table that a group shares for a kind; its connections; whether no later member has the
   kind; takes the rows of a delivery that is not published away. */
bool group_fresh(struct intake_group *group, const struct intake *intake, const struct kind *kind,
                 char *fresh, struct error *error);
void group_lend(struct intake_group *group, struct intake *intake);
bool group_last(const struct intake_group *group, const struct intake *intake, const struct kind *kind);
void group_forget(struct intake_group *group, struct intake *intake);

/* load/fresh.c: a fresh table's way from empty to partition: made; counted by file, keyed and named as the
   partition (inside the transaction; `idle` counts meanwhile, NULL: nobody does); attached. */
bool fresh_make(struct session *session, struct arena *arena, const struct kind *kind, const char *fresh,
                const char *county, struct error *error);
bool fresh_build(struct session *session, struct session *idle, struct arena *arena, const struct kind *kind,
                 const char *fresh, const char *county, PGresult **counted, struct error *error);
bool fresh_attach(struct session *session, struct arena *arena, const struct kind *kind, const char *county,
                  struct error *error);
/* After COMMIT: statistics for the county's partitions that have none, also those that a killed run left.
   No law needs them, so a failure is no failure. */
void fresh_analyze(struct session *session, struct arena *arena, const char *county);

/* load/joint.c: the transaction of deliveries whose duplicates are resolved. */
bool joint_publish(const struct intake_joint *joint, uint32_t *culprit, struct error *error);
bool kind_lock(struct session *session, struct arena *arena, const struct kind *kind, const char *county,
               struct error *error);

/* load/publish.c: makes one kind of the delivery visible inside the open transaction. */
bool publish_kind(struct intake *intake, const struct kind *kind, struct error *error);
/* The kind's first column that holds a person's name; -1: none. */
int lane_name_column(const struct kind *kind);
/* Formats into the arena: statements are as long as their kinds. */
const char *lane_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* "a, b, c" of the kind's fields and the lineage, each with `prefix` ("f."). */
const char *lane_columns(struct arena *arena, const struct kind *kind, const char *prefix);
#endif
