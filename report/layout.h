/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_LAYOUT_H
#define REPORT_LAYOUT_H
#include "report/result.h"

/* How a table lies on A4 landscape: nobody signs what he cannot read.  Texts give way first (they wrap,
   figures cannot), then the table is cut in two pages, of which the second begins with the columns that say
   what a row is.  Widths are in digits of the workbook's own type. */
enum { LAYOUT_COLUMNS_MAX = 64, LAYOUT_PAGE_WIDTH = 104, LAYOUT_SCALE_LEAST = 62 };

struct layout {
    uint32_t widths[LAYOUT_COLUMNS_MAX];
    uint32_t printed;  /* so many columns are printed, the others are for the screen */
    uint32_t page;     /* column that begins the second page; 0: one page wide */
    uint32_t repeated; /* of a table that is cut: how many of the first columns stand on both */
    uint32_t scale;    /* per cent at which the wider page fits; 100 at most */
};

/* Widths as the table says, else as its first rows need.  What the table's SQL file says of the cut holds. */
struct layout layout_of(const struct result *result);
#endif
