/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_GUESS_GUESS_H
#define CLI_GUESS_GUESS_H
#include "cli/city.h"
#include "core/batch.h"
#include "extract/extract.h"
#include "transform/row/profile.h"

/* What `tongchou guess` finds out about a file, and what it proposes.  Guessing writes a draft; a person
   reads it; running obeys it. */

enum {
    GUESS_TITLES = 8,
    GUESS_REMARKS = 24,
    GUESS_FAULTS = 200,
    GUESS_COLUMNS_MAX = 1024,
    GUESS_LINES_MAX = 512,
    GUESS_CERTAIN = 800
};

/* A place that cannot be decoded: "byte=N;bytes=B0 C5" in `detail`. */
struct guess_fault {
    uint64_t row;
    uint16_t column; /* of the source, from 1 */
    struct span detail;
};

/* A member or a sheet, and what its bytes say. */
struct guess_source {
    const char *path, *member, *sheet, *name; /* name: "包.zip!成员.DBF" */
    const char *match;                        /* the pattern of its group; NULL: it stands alone */
    const char *table;                        /* of an SQL script that fills several; NULL: none */
    const struct bytes_limits *limits;        /* what a person allowed; NULL: nothing */
    const char *allowed;                      /* the same as words of `read`: ", rar: yes"; NULL: none */
    bool hidden;                              /* a hidden sheet: listed, not read */
    const char *format, *encoding;
    const char *read;   /* the settings as YAML in one line: what is profiled is what the draft says */
    struct span titles; /* text above the header of a sheet: unit, year, subject */
    uint32_t note_count;
    const char *notes[GUESS_TITLES]; /* evidence, each a phrase */
    bool judged;                     /* several encodings decode every byte */
    bool close;                      /* ... and which one it is, is no clear matter */
    bool ascii;                      /* nothing but ASCII: the encoding is a convention */
    struct columns columns;
    struct span *labels; /* [columns.count] what the SQL script's comments call them; NULL: no script */
    struct profile_column *profiles; /* [columns.count] */
    uint64_t rows, explained, shifted;
    uint64_t totals;            /* rows of subtotals and totals */
    uint64_t fault_total;       /* places that cannot be decoded ... */
    struct guess_fault *faults; /* ... the first GUESS_FAULTS of them */
};

/* Where a proposal comes from, from weak to strong. */
enum guess_basis {
    GUESS_BY_CONTENT,
    GUESS_BY_LIKENESS,
    GUESS_BY_LEGACY,
    GUESS_BY_WORD,
    GUESS_BY_PROFILE,
    GUESS_BY_RULE
};

/* One proposed line of a draft. */
struct guess_line {
    uint32_t target; /* column of the kind */
    int source;      /* column of the source; -1: several or none */
    uint32_t score;  /* of 1000; below GUESS_CERTAIN a person should look */
    enum guess_basis basis;
    const char *text; /* right of the colon: {from: AAC002, as: certno} */
    const char *comment;
};

struct guess_draft {
    const struct guess_source *source;
    const struct kind *kind;
    const char *profile; /* "sample-jinbao.AC01"; NULL: none */
    const char *match, *key, *unit, *unit_comment, *county_column;
    const char *delivery, *delivery_comment; /* NULL: full, and nobody knows */
    bool unit_doubt, delivery_doubt;
    uint32_t line_count;
    struct guess_line lines[GUESS_LINES_MAX];
    uint32_t remark_count;
    const char *remarks[GUESS_REMARKS]; /* what a person must know beside the lines */
    bool *used;                         /* [source columns] */
    uint64_t score;
    const struct kind *second; /* the kind that fits next best; NULL: none */
};

/* Files of one shape, which one spec reads: 36 months, 20 townships. */
struct guess_group {
    uint32_t count;
    const struct guess_source **members; /* [count] */
    struct guess_source *source;         /* the member that says most, with the profiles of all together */
    struct guess_draft *draft;
};

/* What a person allows beside the ordinary: a rar, the password of encrypted zips. */
struct guess_access {
    bool rar;
    const char *password_file; /* to be opened; NULL: none */
    const char *password_name; /* the same as a spec names it, from the city's folder */
};

/* An archive that stays closed until a person decides; of a zip, its encrypted members. */
struct guess_locked {
    const char *path, *name; /* name: as its county's folder sees it; NULL: nothing is locked */
    bool rar;
    uint32_t count;     /* encrypted members */
    const char *member; /* the first of them */
    struct error error; /* why, as reading it would say */
};

struct guess_listing {
    struct guess_source *sources; /* [count] */
    uint32_t count;
    struct guess_locked locked;
};

/* Lists what is in a file: itself, its members or its sheets.  Slips (交接单) are left out.
   `name`: the file as its county's folder sees it; NULL: without any folder.  `access`: what a person allows;
   NULL: nothing.  What stays closed is no failure: it is in listing->locked. */
bool guess_list(const char *path, const char *name, const struct guess_access *access, struct arena *arena,
                struct guess_listing *listing, struct error *error);
/* A draft in comments alone, which no run takes for a spec: what a person must decide, and the line. */
struct span guess_locked_yaml(const struct guess_locked *locked, struct arena *arena);
/* The archive's own name as a pattern. */
const char *guess_locked_pattern(const struct guess_locked *locked, struct arena *arena);
/* `path` as specs name it: from the city's folder, or from the root. */
const char *guess_password_name(const char *city, const char *path, struct arena *arena);
/* The files below a folder, by name and relative to it; hidden ones and links are left out. */
bool guess_folder(const char *path, struct arena *arena, const char ***names, uint32_t *count,
                  struct error *error);
/* The source's name as a pattern with {period} and {revision}, which other months' files fit too. */
const char *guess_pattern(const struct guess_source *source, struct arena *arena);
/* Puts files of one shape together (room for `count` groups) and proposes a draft for each: `wanted`
   NULL: the kind with the highest score.  Returns how many groups there are. */
uint32_t guess_groups(const struct guess_source **sources, uint32_t count, const struct kind *wanted,
                      struct arena *arena, struct guess_group *groups);
/* Finds format, encoding, header and footer, then reads every row once and profiles the columns. */
bool guess_look(struct guess_source *source, struct arena *arena, struct error *error);
/* Fills source->labels from the comments of an SQL script in UTF-8 (CREATE TABLE, COMMENT ON COLUMN). */
bool guess_labels(struct guess_source *source, struct arena *arena, struct error *error);
/* Proposes a kind and a target for each column; `wanted` NULL: the kind with the highest score. */
void guess_propose(const struct guess_source *source, const struct kind *wanted, struct arena *arena,
                   struct guess_draft *draft);
/* The draft as a spec in YAML, and the report as text. */
struct span guess_yaml(const struct guess_draft *draft, struct arena *arena);
/* The lines by which a spec remembers what it was written for; without a line end. */
const char *guess_header(const struct guess_source *source, struct arena *arena);
const char *guess_notes(const struct guess_source *source, struct arena *arena);
struct span guess_report(const struct guess_draft *draft, struct arena *arena);
/* What a person must look at first, each a phrase; at most `room`, the most important ones first. */
uint32_t guess_unsure(const struct guess_draft *draft, const char **phrases, uint32_t room,
                      struct arena *arena);

/* For the parts of guess among themselves. */
/* What the names and dates of the files of groups[own] say: full or delta, missing and double months.  A
   month that came in another of the groups is not missing. */
void guess_periods(struct guess_group *groups, uint32_t count, uint32_t own, struct arena *arena);
void guess_remark(struct guess_draft *draft, const char *remark);
void guess_note(struct guess_source *source, const char *note);
/* The tables that an SQL script fills, at most `room`. */
bool guess_tables(const struct input *input, const char **names, uint32_t room, uint32_t *count,
                  struct arena *arena, struct error *error);
/* The path of the elements that are rows, in the beginning of an XML document; NULL: the root's children. */
const char *guess_rows(struct span text, struct arena *arena);
bool guess_sheet(struct guess_source *source, struct arena *arena, struct error *error);
/* The same for a table that its own extractor reads: .xls, a web page. */
bool guess_grid(struct guess_source *source, struct arena *arena, struct error *error);
/* Reads every row once and profiles the columns; `footer`: the first cell of a last row that does not fit. */
bool guess_count(struct guess_source *source, struct span *footer, struct arena *arena, struct error *error);
bool guess_fixed(struct guess_source *source, struct span text, struct arena *arena);
struct guess_line *guess_add(struct guess_draft *draft, const char *target, const char *text, uint32_t score,
                             enum guess_basis basis, const char *comment);
const struct guess_line *guess_line_of(const struct guess_draft *draft, const char *target); /* NULL: none */
void guess_drop(struct guess_draft *draft, const char *target);
/* What no single column says: sums, constants, a column used twice, unit, key. */
void guess_derive(struct guess_draft *draft, struct arena *arena);
/* A name as it stands in YAML: quoted when it must be. */
const char *guess_flow(const struct node *node, struct arena *arena); /* a node as YAML in one line */
const char *guess_scalar(struct arena *arena, struct span name);
#endif
