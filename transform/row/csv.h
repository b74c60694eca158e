/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_CSV_H
#define TRANSFORM_ROW_CSV_H
#include "core/arena.h"
#include <stdint.h>

/* Reads our own CSV files (RFC 4180, UTF-8, BOM tolerated) row by row. */
enum { CSV_CELLS = 32 };

struct csv {
    struct span text;
    size_t at;
    uint32_t line;  /* where the row just read began, from 1 */
    uint32_t lines; /* lines passed so far */
    bool broken;    /* a quote is never closed, or a row has more than CSV_CELLS cells */
};

/* The next row that is not blank; cells are trimmed views into the text, or unquoted copies in `arena`.
   Returns their count, 0 at the end or when `broken`. */
uint32_t csv_next(struct csv *csv, struct span cells[CSV_CELLS], struct arena *arena);
#endif
