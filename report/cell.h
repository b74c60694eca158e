/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_CELL_H
#define REPORT_CELL_H
#include "report/result.h"

/* The one place where a cell becomes what people read, so the four forms of a paper agree. */

enum { CELL_TEXT = 96 };

/* What a cell is: its column's way of showing, with SHOW_VALUE resolved for this cell. */
struct cell {
    enum show show;
    bool null;
    bool number; /* `value` holds: SHOW_COUNT, SHOW_FEN, SHOW_SHARE, SHOW_CHANGE */
    fen_total value;
    struct span text; /* without marks: the digits, the link's text */
    struct span link; /* SHOW_LINK: the address */
};

struct cell cell_read(const struct result *result, uint32_t row, uint32_t column);

/* As people read it: "1,234.50", "1,234", "99.82%", "—" for a number that is not there.
   The span lies in `buffer` or in the result. */
struct span cell_shown(const struct cell *cell, char buffer[CELL_TEXT]);
/* As programs read it: "1234.50", "1234", "0.9982"; exact. */
struct span cell_exact(const struct cell *cell, char buffer[CELL_TEXT]);

/* True for columns whose cells stand to the right. */
bool cell_right(enum show show);
/* Reads a whole number of up to 36 digits: 100 times as much still fits. */
bool cell_number(struct span text, fen_total *value);

/* Columns that a text takes on a terminal and on paper: Chinese characters take two.
   Source: Unicode UAX 11, East Asian Width W and F; combining marks take none. */
uint32_t cell_width(struct span text);
/* Takes one UTF-8 character off the front; a byte that is none counts as U+FFFD. */
uint32_t cell_character(struct span *text);
#endif
