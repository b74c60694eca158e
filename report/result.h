/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H
#include "core/arena.h"
#include "core/tally.h"

/* How a column's cells are read and shown. */
enum show {
    SHOW_TEXT,
    SHOW_COUNT,  /* a whole number */
    SHOW_FEN,    /* a whole number of fen, shown as yuan */
    SHOW_VALUE,  /* either: "¥" before the digits says fen */
    SHOW_SHARE,  /* 1/10000, shown as per cent and as a bar */
    SHOW_CHANGE, /* the same of what is no part of anything: without a bar */
    SHOW_LINK,   /* "address<tab>text" */
    SHOW_FILL,   /* left for people to write in; what stands in it is a suggestion */
    SHOW_CHOICE, /* as SHOW_FILL, out of a list */
};

struct result_column {
    struct span name; /* as programs know it: read_fen */
    struct span zh, en;
    enum show show;
    int width;           /* on paper, in Latin letters; 0: as its content needs */
    struct span choices; /* SHOW_CHOICE: "改正,重新交付,不移交" */
};

/* What a row is on paper. */
enum level { LEVEL_ROW, LEVEL_SUBTOTAL, LEVEL_TOTAL };

/* One table, all cells as text.  A cell whose bytes are NULL has no value. */
struct result {
    struct arena *arena;     /* owns everything below */
    struct span zh, en;      /* name of the table, of a sheet */
    struct span note, empty; /* under its name; said when there is no row; may be empty */
    bool below;              /* stands on the sheet of the table before it */
    uint32_t page;           /* index of the column that begins a second page on paper; 0: one page wide */
    uint32_t repeated;       /* how many of the first columns stand on both pages */
    uint32_t screen;         /* index of the first column that is not printed; 0: all are */
    uint32_t column_count, row_count, row_room;
    struct result_column *columns;
    struct span *cells; /* [row_count][column_count] */
    enum level *levels; /* [row_count] */
    struct span *keys;  /* [row_count] by which a row is found again, from one run to the next */
};

/* A paper: tables under one title.  Written in four forms out of the same cells. */
struct paper {
    struct span name; /* of its files, without an ending */
    struct span title;
    uint32_t line_count;
    struct span lines[6]; /* under the title: which run, unit, program */
    struct span footer;   /* on every page */
    uint32_t result_count;
    struct result *results;
};

/* Shape: an empty table in `arena`; `columns` is copied, the bytes its spans name are not. */
void result_begin(struct result *result, struct arena *arena, struct span zh, struct span en,
                  const struct result_column *columns, uint32_t column_count);
/* Adds a row of empty cells and returns its first cell, for the caller to fill. */
struct span *result_add(struct result *result);
struct span result_cell(const struct result *result, uint32_t row, uint32_t column);
int result_find(const struct result *result, const char *column); /* -1: no such column */
/* The name of a column or table in the user's language. */
struct span result_label(struct span zh, struct span en);
/* Whether the title over a table says its name already. */
bool result_named(const struct result *result, struct span title);
/* Whether a table is there to be written into by hand: most of its columns are empty for that. */
bool result_to_sign(const struct result *result);

/* A formatted text in `arena`. */
struct span result_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
#endif
