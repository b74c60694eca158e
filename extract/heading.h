/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_HEADING_H
#define EXTRACT_HEADING_H
#include "core/batch.h"
#include "core/yaml.h"

/* Which rows name the columns.  `header: no`, `header: yes` (the first row), `header: 3`, or
   `header: {row: 3, rows: 2, join: "/"}`. */
enum { HEADING_ROWS_MAX = 16 };

struct heading {
    uint32_t row;     /* line of the first header row, from 1; 0: there is none */
    uint32_t rows;    /* how many */
    struct span join; /* between the parts of a name */
};

bool heading_read(const struct node *node, const char *name, struct heading *header, struct error *error);

/* Makes the columns' names out of the cells of the header rows, [rows][count] spans of UTF-8.
   Of several rows all but the last are filled to the right (merged cells); empty parts are left out.
   Blanks and line breaks around and inside go, an empty name becomes F and its number, a name that was
   there before gets _2, _3 ...  With rows 0 the names are F1, F2 ... */
void heading_names(const struct heading *header, const struct span *const *cells, uint32_t count,
                   struct arena *arena, struct columns *columns);
#endif
