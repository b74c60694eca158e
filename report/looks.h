/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_LOOKS_H
#define REPORT_LOOKS_H
#include <xlsxwriter.h>

/* How the cells of our workbooks look: made once for a workbook, which owns them. */

enum look { LOOK_TEXT, LOOK_COUNT, LOOK_FEN, LOOK_SHARE, LOOK_FILL, LOOK_SIGN, LOOK_RIGHT, LOOKS };
enum { LOOK_LEVELS = 3 }; /* as enum level */

struct looks {
    lxw_format *title, *line, *name, *header, *cells[LOOKS][LOOK_LEVELS];
};

void looks_make(lxw_workbook *workbook, struct looks *looks);
#endif
