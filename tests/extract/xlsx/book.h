/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_EXTRACT_XLSX_BOOK_H
#define TESTS_EXTRACT_XLSX_BOOK_H
#include "extract/extract.h"

/* The parts of a workbook for a test; NULL: left out, or the customary one. */
struct book {
    const char *sheet;    /* xl/worksheets/sheet1.xml, whole */
    const char *rows;     /* or only what stands in its sheetData */
    const char *behind;   /* what follows sheetData */
    size_t blank_mebi;    /* so many MiB of blanks behind sheet1.xml: a bomb */
    const char *second;   /* rows of a second part, rId4; NULL: none */
    const char *strings;  /* xl/sharedStrings.xml: what stands in its sst */
    const char *workbook; /* attributes of workbookPr */
    const char *sheets;   /* the sheet elements; the default is one called 明细 */
};

/* Styles of every book: 0 General, 1 yyyy-mm-dd, 2 yyyy"年"m"月", 3 [h]:mm:ss, 4 0.00. */

/* Writes the workbook to `path`. */
void book_write(const struct book *book, const char *path);
/* A zip at `outer` whose only member `name` is the file at `path`. */
void wrap_file(const char *path, const char *name, const char *outer);
/* A path for a file of this process in the temporary folder, ending in `ending`. */
void test_path(char path[256], const char *ending);

/* What an extractor gives, as text: a line of column names, then a line for each row:
   number, fate (L R E, T with total), reasons with their column, cells joined by '|'.
   A failure is its last line: "! code". */
void reading_text(const struct extractor *extractor, const struct input *input, char *text, size_t size);
#endif
