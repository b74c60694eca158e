/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_DIALECT_H
#define EXTRACT_DIALECT_H
#include "core/arena.h"
#include <stdint.h>

enum { DELIMITER_MAX = 3 };

/* How a delimited text is built, as far as its beginning tells.  For guessing only: running obeys a spec. */
struct dialect {
    const char *name; /* "unl", "spool": one that a spec may name (extract/csv.h); NULL: none of them */
    char delimiter[DELIMITER_MAX + 1]; /* "" when the text has one column */
    char quote, escape;                /* '\0': none; escape '\0': quotes are doubled */
    bool header;
    bool trailing;                    /* rows end with a delimiter that the header lacks */
    uint32_t header_row, header_rows; /* from 1, counting records */
    uint32_t columns;                 /* of most rows */
    uint32_t rows, regular;           /* records looked at, and those with that many columns */
    uint32_t score;                   /* of 1,000,000: regularity times known types */
    struct span footer;               /* first cell of the last record when it is no data, else empty */
};

/* Judges UTF-8 text by the consistency of its rows and the types of its cells, after van den Burg,
   Nazabal and Sutton (2019), "Wrangling messy CSV files by detecting row and type patterns".
   `whole`: the text ends with the file; else its last line is left out. */
void dialect_guess(struct span text, bool whole, struct arena *arena, struct dialect *dialect);
#endif
