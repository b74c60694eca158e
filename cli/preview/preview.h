/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PREVIEW_PREVIEW_H
#define CLI_PREVIEW_PREVIEW_H
#include "cli/ingest.h"
#include "core/map.h"
#include "report/mask.h"

/* What `tongchou preview` finds in one file without a database. */

enum {
    PREVIEW_LINES_MAX = 100000, /* of the workbook; what comes after is only counted */
    PREVIEW_KEYS_MAX = 1000000, /* rows whose keys are compared */
    PREVIEW_HEAD_ROWS = 1000,   /* looked at without --full */
    PREVIEW_SHOWN_ROWS = 10,    /* shown decoded */
    PREVIEW_EXAMPLES = 3
};

/* One reason of one row. */
struct preview_line {
    uint64_t row;
    const char *code;
    enum weight weight;
    bool rejected;                        /* the row is; else the reason is a doubt of a live row */
    uint16_t source, target;              /* columns, from 1; 0: none */
    struct span key, name, value, detail; /* name and value masked already */
    int64_t fen;                          /* of the row's main measure */
};

/* The rows of one reason; codes are counted by their value, since they are no personal values. */
struct preview_reason {
    const char *code;
    enum weight weight;
    uint16_t source, target;
    struct span detail;
    uint64_t rows;
    fen_total fen;
    uint64_t examples[PREVIEW_EXAMPLES];
};

struct preview_key {
    uint64_t hash[2], content, row;
    struct span key;
    int64_t fen;
    bool doubtful;
};

/* What all jobs of one preview share. */
struct preview_plan {
    bool full, count_only;
    struct mask mask;
    _Atomic bool enough; /* the head of the member has been read */
    _Atomic int64_t lines_left;
    _Atomic int64_t keys_left;
};

/* One worker's notes; the stage preview_sink fills them. */
struct preview_notes {
    struct preview_plan *plan;
    const struct spec *spec;
    const char *persons; /* spec_person_keys */
    struct arena arena;  /* this worker's own */
    struct tally tally;
    uint64_t rows;
    uint32_t reason_count, reason_room;
    struct preview_reason *reasons;
    struct map index; /* code, column and detail to reason number + 1 */
    uint32_t line_count, line_room, key_count, key_room;
    struct preview_line *lines;
    struct preview_key *keys;
    uint32_t shown_count;
    struct span *shown[PREVIEW_SHOWN_ROWS]; /* [spec columns] decoded and masked */
    uint64_t shown_rows[PREVIEW_SHOWN_ROWS];
};
extern const struct stage_kind preview_sink;

/* One member read by one spec. */
struct preview_job {
    const struct job *job;
    const char *name;
    struct spec spec; /* resolved: a copy */
    struct columns columns;
    struct tally tally;
    uint64_t rows, duplicates, conflicts;
    fen_total duplicate_fen;
    const struct slip_line *declared; /* what the county's slip says of it; NULL: nothing */
    uint64_t control_breaches;        /* its own subtotal rows that disagree with the rows above them */
    uint32_t reason_count, line_count;
    struct preview_reason *reasons; /* [reason_count] most rows first */
    struct preview_line *lines;     /* [line_count] by row */
    uint32_t shown_count;
    struct span *shown[PREVIEW_SHOWN_ROWS];
    uint64_t shown_rows[PREVIEW_SHOWN_ROWS];
    int64_t milliseconds;
    bool keys_complete, lines_complete;
};

/* Puts the workers' notes together: keys that come again, reasons by number, lines by row. */
void preview_gather(struct preview_job *job, struct preview_notes *notes, uint32_t count,
                    struct arena *arena);

/* One file on its way through: fill the first six fields, open, read every job, close. */
struct preview {
    struct arena *arena;
    const char *directory, *path, *wanted; /* the city's folder; the file; --county, NULL: by its folder */
    const _Atomic bool *stop;
    bool quiet;
    struct preview_plan plan; /* full and count_only are the caller's */
    struct city city;
    struct found file;
    struct spec_set specs;
    struct rules rules;
    struct plan jobs_planned;
    struct slip *slip; /* inside the archive or beside the file; NULL: none */
    struct progress progress;
    uint32_t job_count;
    struct preview_job *jobs; /* [job_count] those that could be read */
    struct preview_notes (*notes)[WORKERS];
};
/* Reads city, specs and mappings and lets the specs claim what is in the file. */
bool preview_open(struct preview *preview, struct error *error);
/* Reads one planned job to its end, or its head. */
bool preview_read(struct preview *preview, const struct job *job, struct error *error);
void preview_close(struct preview *preview); /* the notes' memory; the jobs are gone with it */

/* The sentence of a reason and what its column is called: "医疗人员类别 24 未映射". */
struct span preview_sentence(const struct preview_job *job, const char *code, uint16_t target,
                             struct span detail, struct arena *arena);
/* Whether the city has to do something, not the county. */
bool preview_by_city(const char *code);

/* 自查.xlsx: the sheets of 退回清单. */
bool preview_book(const char *path, const struct preview_job *jobs, uint32_t count, const struct found *file,
                  struct arena *arena, struct error *error);
#endif
