/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_FORM_H
#define CLI_FORM_H
#include "cli/table.h"

/* A sheet of ours that people filled in and sent back, also as WPS or LibreOffice saved it again: rows
   sorted, columns hidden or moved, titles above.  Its columns are found by their names. */

enum { FORM_HEADS = 24 };

/* A column by what it may be called; `needed`: without it the sheet is none of ours. */
struct form_head {
    const char *zh, *en; /* en NULL: only the Chinese name */
    bool needed;
};

struct form {
    const char *path;
    struct table table;
    uint32_t first;          /* row of the table after the header */
    int columns[FORM_HEADS]; /* of each head; -1: the sheet has none */
};

/* Reads `sheet` of a workbook, or a CSV of it, and finds the header row.  What is written in either language
   is read back: "退回明细|Rows" is the sheet that has one of these names.
   Fails: the file cannot be read; TROUBLE_REFUSED no row has all the heads that are needed. */
bool form_read(struct form *form, const char *path, const char *sheet, const struct form_head *heads,
               uint32_t head_count, struct arena *arena, struct error *error);
/* What was written there: trimmed, without the apostrophe by which we keep text from being a formula. */
struct span form_cell(const struct form *form, uint32_t row, uint32_t head);
bool form_is(struct span text, const char *word);
/* Refuses the sheet, naming the row and the column as its reader sees them. */
bool form_bad(const struct form *form, uint32_t row, uint32_t head, const char *sentence,
              struct error *error);
#endif
