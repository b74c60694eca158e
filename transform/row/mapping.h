/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_MAPPING_H
#define TRANSFORM_ROW_MAPPING_H
#include "core/error.h"
#include "core/map.h"
#include "core/tally.h"

/* Mapping tables: effective-dated, reviewed, from a county's codes to the city's.  One set per county:
   the shipped rows, overlaid by the city's, overlaid by the county's.  Read-only after mapping_finish. */

enum mapping_level { MAPPING_SHIPPED, MAPPING_CITY, MAPPING_COUNTY };

struct mapping_row {
    struct mapping_table *table;
    struct span system, code, label, when_column, when_value, target, target_label, author, reviewer;
    int32_t from, until; /* days since 2000-01-01, half-open; INT32_MIN, INT32_MAX: not bounded */
    enum mapping_level level;
    bool reviewed;      /* by someone else than its author; else it is a draft */
    bool replaced;      /* a higher level has a row for the same system, code and condition */
    void *pattern;      /* pcre2_code of a code "/.../", else NULL */
    void *when_pattern; /* the same of when_value */
    const char *path;
    uint32_t line;
    uint32_t number;          /* index in the set's rows */
    struct mapping_row *next; /* of the same system and code; of patterns: of the table */
};

struct mapping_table {
    struct span name; /* insutype, from mappings/insutype.csv */
    struct map codes; /* "system\0code" to the first mapping_row */
    struct mapping_row *patterns;
    struct map targets; /* codes that may be targets; empty: not checked */
    const char *targets_path;
    uint64_t hash[2]; /* XXH3-128 of the rows in force; set by mapping_finish */
};

struct mapping_set {
    struct arena *arena;
    struct map tables;         /* name to mapping_table */
    struct mapping_row **rows; /* [row_count] in the order read */
    uint32_t row_count, capacity;
    uint32_t unreviewed; /* rows marked reviewed whose author and reviewer are the same or missing */
    struct span county;  /* its folder: a source system of its own */
    uint64_t hash[2];
};

/* How often a row was used; one array per worker, merged by the caller. */
struct mapping_use {
    uint64_t rows;
    fen_total fen; /* of the kind's main measure */
};

void mapping_begin(struct mapping_set *set, struct arena *arena);
/* Adds one file; its table is the file's name without ".csv".  `csv_text` and `path` live as long as the set.
   Fails with TROUBLE_USAGE, path and line: header, status, dates, pattern, decision without justification. */
bool mapping_read(struct mapping_set *set, struct span csv_text, const char *path, enum mapping_level level,
                  struct error *error);
/* Gives the codes that targets of `table` must be among (first column, with a header); may be repeated. */
void mapping_targets(struct mapping_set *set, struct span table, struct span csv_text, const char *path);
/* Lays the levels over each other and checks the whole: duplicate, overlap, tie, target outside its
   code list; TROUBLE_USAGE with both places. */
bool mapping_finish(struct mapping_set *set, struct error *error);

const struct mapping_table *mapping_find(const struct mapping_set *set, struct span name); /* NULL: none */
void mapping_use_merge(struct mapping_use *into, const struct mapping_use *from, uint32_t row_count);

enum mapping_verdict {
    MAPPING_FOUND,
    MAPPING_NOTHING, /* reviewed as "not handed over" */
    MAPPING_UNMAPPED,
    MAPPING_DRAFT_ONLY,
    MAPPING_NOT_VALID, /* mapped, but not on that day */
    MAPPING_AMBIGUOUS,
    MAPPING_LIMIT /* a pattern passed its limits */
};

/* What a row is looked up by. */
struct mapping_question {
    const struct span *systems; /* [system_count], the most specific first */
    uint32_t system_count;
    bool day_known;
    int32_t day; /* event date; without one, only rows without an end apply */
    bool (*holds)(const struct mapping_row *row, void *context); /* the row's when_column is when_value */
    void *context;
    void *match; /* from mapping_match_new */
};

/* `*found` is the row for FOUND and NOTHING.  `*constant`: the answer needs neither day nor condition. */
enum mapping_verdict mapping_choose(const struct mapping_table *table, struct span code,
                                    const struct mapping_question *question, const struct mapping_row **found,
                                    bool *constant);
/* Whether `text` matches the whole of a row's when_pattern; a pattern that passes a limit matches nothing. */
bool mapping_when_matches(const struct mapping_row *row, struct span text, void *match);
void *mapping_match_new(void); /* one per worker */
void mapping_match_free(void *match);
#endif
