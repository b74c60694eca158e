/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_CORRECTIONS_H
#define CLI_CORRECTIONS_H
#include "cli/table.h"

enum { CORRECTIONS_MAX = 1 << 20 };

enum decision { DECISION_NONE, DECISION_CORRECT, DECISION_RESEND, DECISION_WAIVE };

/* One line of a 退回清单 that came back: one reason of one rejected row. */
struct correction {
    uint64_t line;  /* row of the sheet */
    int64_t reject; /* 退回编号 */
    int64_t row;    /* 行号 of the delivery's file; 0: the sheet does not say */
    struct span source_column, value, key, comment, handler, date;
    enum decision decision;
};

struct corrections {
    uint32_t count;
    struct correction *items; /* [count] by reject, then line */
};

/* Reads 退回明细 of a workbook (also as WPS or LibreOffice saved it again: sorted, columns hidden or moved)
   or the CSV of it.  Columns are found by their names wherever the header row stands. Fails with
   TROUBLE_REFUSED: no such header, a number that is none, a decision that is none. */
bool corrections_read(const char *path, struct arena *arena, struct corrections *corrections,
                      struct error *error);
#endif
