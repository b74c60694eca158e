/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_REPORT_BOOK_H
#define TESTS_REPORT_BOOK_H
#include "core/arena.h"
#include <stdint.h>

/* A workbook read back: as little of the format as our own files use. */
struct book_sheet {
    char name[128];
    uint32_t row_count, column_count;
    struct span *cells; /* [row_count][column_count] as they stand in the file */
    bool *numbers;      /* [row_count][column_count] */
    bool frozen, filter, landscape, formula;
    uint32_t merge_count;
    char merges[64][16]; /* "A3:N3" */
    char header[64], footer[256];
};
struct book {
    uint32_t sheet_count;
    struct book_sheet sheets[32];
};
bool book_read(const char *path, struct arena *arena, struct book *book);
struct span book_cell(const struct book_sheet *sheet, uint32_t row, uint32_t column);
/* The first row whose first cell is `text`; -1: none. */
int book_row(const struct book_sheet *sheet, const char *text);
#endif
