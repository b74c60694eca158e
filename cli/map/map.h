/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_MAP_MAP_H
#define CLI_MAP_MAP_H
#include "cli/command.h"
#include "cli/rules.h"
#include "load/database.h"

enum { UNMAPPED_MAX = 10000 };

/* A county's code that no reviewed row maps. */
struct unmapped {
    const char *county, *spec_path, *code;
    struct span table;
    bool draft; /* only drafts map it */
    bool often; /* so many rows have it that it cannot be one person's */
    int64_t rows, fen;
    struct span system; /* source system of the spec; filled by map_systems */
};

/* How many kinds of codes, rows (each once) and fen a county has unmapped. */
struct unmapped_total {
    const char *county;
    int64_t codes, rows, fen;
};

/* Codes without a mapping in what is open: rejected rows of published deliveries, those of refused ones that
   nothing newer replaced, and published rows that keep the code.  Of one county (NULL: all), most rows first.
 */
bool map_unmapped(struct session *session, const char *county, struct arena *arena, struct unmapped **list,
                  uint32_t *count, struct error *error);
bool map_totals(struct session *session, struct arena *arena, struct unmapped_total **list, uint32_t *count,
                struct error *error);
/* One county's use of one table, over everything that stands: county, table, codes, codes unmapped, rows,
   rows unmapped, fen, fen unmapped, mapped share of rows and of money in 1/10000 (rounded down; NULL: no
   money). */
enum { COVERED_CELLS = 10 };
struct covered {
    const char *cells[COVERED_CELLS];
};
/* The least covered first; of one county, or of all (NULL). */
bool map_covered(struct session *session, const char *county, struct arena *arena, struct covered **list,
                 uint32_t *count, struct error *error);
/* Looks up the source system that each code comes from, by today's specs. */
void map_systems(const struct spec_set *specs, struct unmapped *list, uint32_t count);

enum { CANDIDATES_MAX = 3 };

struct candidate {
    struct span target, target_label;
    int score;       /* 1 to 100; what it rests on decides, see cli/map/propose.c */
    const char *why; /* a sentence */
};

/* Proposals for one code, for a person to judge. */
struct proposal {
    uint32_t count;
    struct candidate candidates[CANDIDATES_MAX]; /* [count] the best first, every target once */
    struct span label;                           /* what the county calls it, where that is known */
    bool known;                                  /* some table has it as a code or a label */
    bool hidden;                                 /* may be a person's: not shown, no draft of it */
    bool written;                                /* the county's table has a row for the code already */
    const char *stem;                            /* "mappings/qinghe/med_type": the table that gets the row */
};

/* What others know of a code: every county's rules and the code lists. */
struct proposing {
    const struct city *city;
    const struct county *county;
    uint32_t rules_count;
    const struct rules *const *rules; /* [rules_count] the county's own first; NULL: could not be read */
    struct arena *arena;
};
void map_propose(const struct proposing *at, const struct unmapped *code, struct proposal *proposal);

/* One row to be added to a table; empty spans stay empty. */
struct draft {
    struct span code, label, target, target_label, why, author, note;
};
/* Writes drafts to the end of a county's table, which is made when there is none; rows that are there stay
   byte by byte, and so do its mark, its line ends and the order of its columns.  Written beside and renamed.
   Fails: TROUBLE_USAGE when the table's header lacks source_code or status, or it cannot be written. */
bool map_append(const char *path, const struct draft *drafts, uint32_t count, struct arena *arena,
                struct error *error);
/* Whether the table in `text` has a row of any status for `code`. */
bool map_mentions(struct span text, struct span code, struct arena *arena);

/* How alike two Chinese labels are, 0 to 100: pairs of neighbouring characters in common, or one inside the
 * other. */
int map_alike(struct span a, struct span b);
/* The same by sound, without tones: 普通门珍 and 普通门诊 are 100. */
int map_sounds(struct span a, struct span b);
/* Whether `code` is the first letters of the label's sounds: PTMZ and 普通门诊. */
bool map_initials(struct span code, struct span label);

/* The tables that `run` used for a county and that `specs` name, in the layers they had.  `said` says why
   they cannot be read any more; false only when the database fails. */
bool map_then(struct session *session, const struct county *county, int run, const struct spec_set *specs,
              struct arena *arena, struct rules *rules, const char **said, struct error *error);
/* Bytes as the server writes them in text: "\x6162". */
struct span map_bytea(const char *text, struct arena *arena);

/* A code whose rows today's tables would treat otherwise: published by `delivery`, or rejected (delivery 0).
 */
struct impacted {
    const struct county *county;
    int delivery;
    const char *table, *code, *before; /* before: the target it was published with */
    struct span after;                 /* what the tables say first today; "?": nothing reviewed */
    int64_t rows, fen;                 /* at most */
};
bool map_impacted(struct session *session, const struct city *city, const struct county *county,
                  struct arena *arena, struct impacted **list, uint32_t *count, struct error *error);
/* NULL for `name` NULL; TROUBLE_USAGE when the city has no such county. */
bool map_county(const struct city *city, const char *name, const struct county **county, struct error *error);

/* Calls `take` for each table and code list of the city that no spec of its counties asks for, by its path.
 */
struct map_unused {
    const struct city *city;
    const struct spec_set *specs; /* [city->county_count] */
    struct arena *arena;
    void (*take)(void *context, const char *path);
    void *context;
};
void map_unused(const struct map_unused *at);

enum exit_code map_suggest(struct invocation *invocation, const char *county, struct error *error);
enum exit_code map_coverage(struct invocation *invocation, const char *county, struct error *error);
enum exit_code map_lint(struct invocation *invocation, const char *county, struct error *error);
enum exit_code map_impact(struct invocation *invocation, const char *county, struct error *error);
#endif
