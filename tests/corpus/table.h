/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CORPUS_TABLE_H
#define TESTS_CORPUS_TABLE_H
#include "core/arena.h"
#include <stdint.h>

/* Cells as text, whoever read them. */
struct line {
    struct span *cells; /* [count] UTF-8 */
    uint32_t count;
};
struct table {
    struct line *lines; /* [count] */
    uint32_t count, room;
};

struct line *table_add(struct table *table, uint32_t cells, struct arena *arena); /* cells are empty */
/* A whole file; bytes NULL when it cannot be read. */
struct span file_bytes(const char *path, struct arena *arena);

/* An oracle: comma-separated with quotes doubled, in UTF-8 or, when it is none, Windows-1252.
    Written apart from extract/csv.c on purpose: it must not share its faults. */
bool table_csv(struct table *table, const char *path, struct arena *arena);
/* An oracle: a JSON list of maps of texts; the keys of the first are the first line. */
bool table_json(struct table *table, const char *path, struct arena *arena);

/* What an oracle did to a text besides reading it: C1 controls (which stand in UTF-8 as C2 80 to C2 9F when
   somebody recoded Windows-1252 as Latin-1) shown as the Windows characters that were meant. */
void table_windows(struct table *table, struct arena *arena);

/* How an oracle writes what it read. */
enum oracle {
    ORACLE_TEXT,  /* the very text of the cell */
    ORACLE_TRIM,  /* the same without blanks around it */
    ORACLE_VALUE, /* numbers and dates in a form of its own: 1.50 for 1.5, 1987/03/01 for 1987-03-01 */
    ORACLE_SHOWN, /* as a spreadsheet shows them: rounded, with currency, percent, 1/31/20 */
};
/* How many lines differ, taken one by one: empty cells at the end and empty lines count for nothing.  `why`
   (256 bytes) says where the first is. */
uint32_t table_differences(const struct table *ours, const struct table *oracle, enum oracle kind, char *why);
/* Whether every line of `ours` stands in `oracle`, in the same order: what is missing was rejected, and
   nothing is wrong. */
bool table_within(const struct table *ours, const struct table *oracle, enum oracle kind);
bool cell_equal(struct span ours, struct span oracle, enum oracle kind);
#endif
