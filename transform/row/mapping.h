/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_MAPPING_H
#define TRANSFORM_ROW_MAPPING_H
#include "core/error.h"
#include "core/map.h"
#include "core/tally.h"

/* Mapping tables: effective-dated, reviewed, from a county's codes to the city's.  One set per county:
   the shipped rows, overlaid by the city's, overlaid by the county's.  Read-only after mapping_finish. */

enum mapping_level { MAPPING_SHIPPED, MAPPING_CITY, MAPPING_COUNTY };

enum mapping_field {
    FIELD_SYSTEM,
    FIELD_CODE,
    FIELD_LABEL,
    FIELD_WHEN_COLUMN,
    FIELD_WHEN_VALUE,
    FIELD_TARGET,
    FIELD_TARGET_LABEL,
    FIELD_FROM,
    FIELD_UNTIL,
    FIELD_STATUS,
    FIELD_JUSTIFICATION,
    FIELD_AUTHOR,
    FIELD_REVIEWER,
    FIELD_COUNT
};

/* One file of one table, at its level. */
struct mapping_file {
    struct mapping_table *table;
    const char *path;
    enum mapping_level level;
    uint32_t row_count, first;    /* its rows are set->rows[first], ... */
    uint8_t columns[FIELD_COUNT]; /* where each field stands, from 1; 0: not there */
};

struct mapping_condition {
    struct span column, value;
    void *pattern; /* pcre2_code of a value "/.../", else NULL */
};

struct mapping_review {
    struct span author, reviewer;
};

/* How a row was reviewed; only MAPPING_REVIEWED is ever used. */
enum mapping_status {
    MAPPING_DRAFT,
    MAPPING_REVIEWED,
    MAPPING_SELF_REVIEWED /* or one of the two is missing */
};

/* Small, because a city's list of a catalogue has half a million of them. */
struct mapping_row {
    const struct mapping_file *file;
    const struct mapping_condition *when; /* NULL: applies whatever the other columns say */
    const struct mapping_review *review;  /* by whom; shared by the rows that stand together */
    struct mapping_pattern *pattern;      /* of a code "/.../", else NULL */
    struct mapping_row *next;             /* of the same table, system and code */
    struct span code, label, target, target_label;
    int32_t from, until;   /* days since 2000-01-01, half-open; INT32_MIN, INT32_MAX: not bounded */
    uint32_t line, number; /* number: index in the set's rows */
    uint16_t system;       /* index in the set's systems */
    uint8_t status;        /* enum mapping_status */
    bool reviewed;         /* by someone else than its author; else it is a draft */
    bool replaced;         /* a higher level has a row for the same system, code and condition */
    bool justified;        /* says why */
};

struct mapping_pattern {
    void *code; /* pcre2_code */
    struct mapping_row *row;
    struct mapping_pattern *next; /* of the table */
};

struct mapping_table {
    struct span name; /* insutype, from mappings/insutype.csv */
    const struct mapping_set *set;
    struct mapping_row **slots; /* [slot_count] the first row of a system and code; open addressing */
    uint32_t slot_count, used;
    bool conditional; /* some row has a condition */
    struct mapping_pattern *patterns;
    struct map targets; /* codes that may be targets; empty and no format: not checked */
    void *format;       /* pcre2_code that a target must match where there is no list, or NULL */
    const char *targets_path;
    uint64_t hash[2]; /* over the rows in force, in any order; set by mapping_finish */
};

/* Something wrong in a table; gathered for the lint, the first one stops everybody else. */
struct mapping_fault {
    struct place at; /* column: 0 when the whole row is meant */
    const char *code, *message;
};

enum { MAPPING_SYSTEMS_MAX = 1024, MAPPING_SAME_CODE_MAX = 4096 };

struct mapping_set {
    struct arena *arena;
    struct map tables;         /* name to mapping_table */
    struct mapping_row **rows; /* [row_count] in the order read */
    uint32_t row_count, capacity;
    uint32_t unreviewed; /* rows marked reviewed whose author and reviewer are the same or missing */
    uint32_t system_count;
    struct span systems[MAPPING_SYSTEMS_MAX];
    struct span county; /* its folder: a source system of its own */
    uint64_t hash[2];
    bool gather; /* list every fault and go on; set before the first read */
    uint32_t fault_count, fault_capacity;
    struct mapping_fault *faults;
};

/* How often a row was used; one array per worker, merged by the caller. */
struct mapping_use {
    uint64_t rows;
    fen_total fen;       /* of the kind's main measure */
    int32_t first, last; /* event days; meaningless without `dated` */
    bool dated;
};

void mapping_begin(struct mapping_set *set, struct arena *arena);
/* Adds one file; its table is the file's name without its ending.  `csv_text` and `path` live as long as the
   set.  Fails with path and line: TROUBLE_USAGE for header, status, dates, pattern, decision without
   justification; what is wrong in a row becomes a fault when the set gathers them. */
bool mapping_read(struct mapping_set *set, struct span csv_text, const char *path, enum mapping_level level,
                  struct error *error);
/* Gives the codes that targets of `table` must be among (first column, with a header); may be repeated. */
void mapping_targets(struct mapping_set *set, struct span table, struct span csv_text, const char *path);
/* The same for a list of the city's own, and looks at every code: there, no prose, not spoilt by a
   spreadsheet, of the table's national format (given before) unless the row's column `scope` says own, not
   there twice. Fails with path, line and column: TROUBLE_REFUSED for what a spreadsheet spoilt, else
   TROUBLE_USAGE; a set that gathers keeps all of it. */
bool mapping_list(struct mapping_set *set, struct span table, struct span csv_text, const char *path,
                  struct error *error);
/* Gives the national format of a table's codes, a regular expression for the whole code: without a list, what
   matches it may be a target.  False when the expression is wrong. */
bool mapping_format(struct mapping_set *set, struct span table, struct span expression, const char *path);
/* Lays the levels over each other and checks the whole: duplicate, overlap, tie, target outside its
   code list, TROUBLE_USAGE with both places; zeros that a spreadsheet has eaten, TROUBLE_REFUSED. */
bool mapping_finish(struct mapping_set *set, struct error *error);
/* Keeps what `error` says as a fault and clears it; false when the set does not gather. */
bool mapping_fault(struct mapping_set *set, struct error *error);
/* mapping.zeros_eaten or mapping.digits_lost for codes that only a spreadsheet can have made. */
bool mapping_check_zeros(struct mapping_set *set, struct error *error);
/* What never stops a run but is to be mended: prose in a code column, several codes to one target without a
   reason.  For a set that gathers. */
void mapping_lint(struct mapping_set *set);
/* Blanks or punctuation of sentences, or more than 64 bytes: no code.  A pattern is none either way. */
bool mapping_is_prose(struct span code);
bool mapping_is_exponent(struct span code); /* 6.90102E+17 */

struct mapping_table *mapping_table_of(struct mapping_set *set, struct span name); /* made when it is new */
const struct mapping_table *mapping_find(const struct mapping_set *set, struct span name); /* NULL: none */
struct span mapping_system(const struct mapping_set *set, const struct mapping_row *row);
/* The first row of `code` for one system, whatever its status or level; NULL: none.  Follow `next`. */
const struct mapping_row *mapping_rows(const struct mapping_table *table, struct span system,
                                       struct span code);
/* What `row` makes of `code`: its target, or for the target "=" the code itself. */
struct span mapping_result(const struct mapping_row *row, struct span code);
void mapping_use_merge(struct mapping_use *into, const struct mapping_use *from, uint32_t row_count);
/* Whether `text` matches a pattern of ours as a whole. */
bool mapping_matches(const void *pattern, struct span text, const void *match);
/* "/1[1-4]/": anchored, UTF-8, without \C.  NULL when it is wrong; lives in `arena`. */
void *mapping_compile(struct span expression, struct arena *arena);

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
    bool (*holds)(const struct mapping_row *row, void *context); /* the row's condition holds */
    void *context;
    void *match; /* from mapping_match_new */
};

/* For what else an answer is good. */
struct mapping_range {
    int32_t from, until; /* the days, half-open, on which it is the same */
    bool conditional;    /* it depends on another column */
};

/* `*found` is the row for FOUND and NOTHING. */
enum mapping_verdict mapping_choose(const struct mapping_table *table, struct span code,
                                    const struct mapping_question *question, const struct mapping_row **found,
                                    struct mapping_range *range);
void *mapping_match_new(void); /* one per worker */
void mapping_match_free(void *match);
#endif
