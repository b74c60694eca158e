/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_REPEAT_H
#define LOAD_REPEAT_H
#include "core/spill.h"
#include "load/encode.h"
#include "load/intake.h"

/* Most rows of a full delivery are published already.  So what is published (key and content hashes, where
   each row came from) is streamed here before the delivery is read; a row that says the same again is not
   sent but counted, and stands in record.repeated as part of a run of such rows.  Only rows that differ are
   sent, and the published keys that were not said again are looked at in SQL.
   Proof: once everything has moved, the database counts and sums the rows of the older files that are left,
   plainly and by place (struct repeat_said); file by file they must be what was counted here.  So one amount
   that is not the published one, or two in each column of a file, are caught though the hashes are equal. */

struct merge;
struct repeat_row;

/* What was said again of one older file.  `placed`: each amount times the row's number there, whole: 64 and
   31 bits, and 2^31 rows, fit.  Two amounts that differ and cancel in the sum do not cancel here, whatever
   their hashes: the numbers of their rows differ. */
struct repeat_said {
    struct intake_bucket all;
    fen_total placed[MEASURES];
    uint32_t wide; /* bit m: some product of measure m is more than 64 bits hold */
};
_Static_assert(MEASURES <= 32, "a bit for each measure");

/* A published file whose rows a full delivery may say again, or end by its silence. */
struct repeat_older {
    int file;
    bool lower;    /* of lower rank: its rows stay where they are when they are said again */
    bool snapshot; /* then only a file of the same spec leaves them there */
    const char *spec_path;
    bool met;                /* some file of the delivery may leave its rows where they are */
    struct repeat_said said; /* its rows that were said again */
};

/* Of one kind of a delivery; shared by its files and its workers. */
struct repeat {
    const struct kind *kind;
    char runs[96], left[96]; /* fresh tables: lines of record.repeated; keys that were not said again */
    int64_t movement;        /* the last one of the county and kind when it was streamed */
    struct repeat_older *older;
    uint32_t older_count;
    bool recalled; /* some rows went into the fresh table after all */
    struct spill spill;
    struct arena arena; /* what is below; on disk above a bound */
    struct repeat_row **chunks;
    uint32_t *index; /* [1 << index_bits] numbers of rows, from 1; 0: free */
    uint32_t row_count, index_bits;
    bool begun; /* the stream's header was met */
};

/* A worker's part of it, of one file. */
struct repeat_lane {
    struct encoder runs;                 /* for record.repeated */
    int64_t run_count;                   /* in `runs` */
    uint32_t row, same_row, rows, older; /* the run under way, when rows > 0 */
    struct repeat_said *counts;          /* [older_count] what was said again; in the lane's arena */
};

enum { REPEAT_CHUNK = 64 };
#define REPEAT_NONE UINT32_MAX

/* Streams what is published when `file` is a full one and may say it again; else file->repeat stays NULL. */
bool repeat_open(struct intake *intake, struct intake_file *file, struct error *error);
/* Which rows of [from, from + count) say again what is published: its number, or REPEAT_NONE.  A published
   row is said again once; a second row of its key is sent like any other. */
void repeat_find(const struct intake_file *file, const struct batch *batch, uint32_t from, uint32_t count,
                 uint32_t found[REPEAT_CHUNK]);
void repeat_lane_begin(struct repeat_lane *lane, const struct intake_file *file, struct arena *arena);
void repeat_put(struct repeat_lane *lane, const struct intake_file *file, const struct batch *batch,
                uint32_t row, uint32_t found);
void repeat_run_end(struct repeat_lane *lane, const struct intake_file *file); /* closes the run under way */
/* The file was read to its end: what a worker counted becomes file->said. */
void repeat_take(struct repeat_lane *lane, struct intake_file *file);
/* All files were read: the keys that were not said again go to the database, the memory is given back. */
bool repeat_end(struct intake *intake, struct error *error);
void repeat_drop(struct intake *intake); /* its tables and memory */
/* The kind's own, or NULL. */
struct repeat *repeat_of(const struct intake *intake, const struct kind *kind);

/* load/recall.c.  Rows that were not sent and turn out to have a second row of their key in the delivery are
   put into the fresh table after all; temporary table candidate holds (file, source_row) of such rows. */
bool repeat_recall(struct intake *intake, const struct intake_file *of, struct error *error);
/* SQL that takes places out of runs: `hits` is a table of (run: ctid of `table`, at: offset in the run). */
const char *repeat_cut_sql(struct arena *arena, const char *table, const char *hits);
/* Inside the transaction, under the kind's lock: nobody published or undid since it was streamed. */
bool repeat_current(const struct merge *merge, struct error *error);
/* The rows that the delivery's verdicts leave unchanged, and the runs, as lines of record.repeated. */
bool repeat_keep(const struct merge *merge, struct error *error);
/* The proof above; then the files' buckets get what was said again. */
bool repeat_prove(const struct merge *merge, struct error *error);
void repeat_said_add(struct repeat_said *into, const struct repeat_said *from, int sign);
#endif
