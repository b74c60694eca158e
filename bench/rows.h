/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_ROWS_H
#define BENCH_ROWS_H
#include "core/error.h"

/* Rows for measuring: clean, deterministic, the same values in every format, so that peers read what
   we read.  Enrollment has 12 columns, settlement 12 of text, codes and dates and 12 of money. */
enum rows_kind { ROWS_ENROLLMENT, ROWS_SETTLEMENT };
enum rows_format {
    ROWS_CSV,      /* GB18030, comma, header line, LF */
    ROWS_CSV_ZIP,  /* the same, one member "rows.csv" in a zip (deflate, level 1) */
    ROWS_UTF8_CSV, /* the same in UTF-8 */
    ROWS_DBF       /* dBASE III, GBK; names cut to 10 bytes */
};

enum { ROWS_COLUMNS = 24, ROWS_NAME = 24 };

/* A column as the file has it: C text, D date, N money. */
struct rows_column {
    char name[ROWS_NAME];
    char type;
};

/* Fills `columns` in the file's order and returns how many there are: 12 or 24. */
unsigned rows_columns(enum rows_kind kind, enum rows_format format, struct rows_column columns[ROWS_COLUMNS]);

/* Units:  money in yuan with two decimals; dates yyyyMMdd.
   Fails:  the file cannot be written. */
bool rows_make(enum rows_kind kind, enum rows_format format, uint64_t rows, uint64_t seed, const char *path,
               struct error *error);
#endif
