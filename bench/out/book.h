/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_OUT_BOOK_H
#define BENCH_OUT_BOOK_H
#include "bench/out/pack.h"

enum { BOOK_SHEETS = 20 };

/* Writes an XLSX as a stream: a known word goes to the shared strings, any other text stands inline.
   libxlsxwriter cannot: in its streaming mode it has no cells merged over rows and no shared strings.
   Source: ECMA-376 part 1, 18.3. */
struct book {
    struct pack *pack;
    const char *const *shared; /* NULL-terminated */
    uint32_t row;              /* of the open sheet, from 1 */
    int lost;                  /* a column that is left out, the rest moves up; -1: none */
    bool row_open;
};
struct book_sheet {
    const char *name;
    bool hidden;
};
enum book_style { BOOK_GENERAL, BOOK_DATE, BOOK_TEXT };

bool book_open(struct book *book, const char *path, const struct book_sheet *sheets, unsigned count,
               const char *const *shared, struct error *error);
bool book_begin(struct book *book, unsigned sheet); /* from 0, in order */
void book_row(struct book *book);                   /* starts the next row */
void book_text(struct book *book, unsigned column, const char *text);
void book_number(struct book *book, unsigned column, const char *digits); /* as the file shall hold it */
void book_money(struct book *book, unsigned column, int64_t fen);         /* in yuan */
void book_date(struct book *book, unsigned column, uint32_t serial);
void book_error(struct book *book, unsigned column, const char *code);
/* Ends the sheet; `last_row` gets an empty styled cell (0: no such row); `merges` as "A1:C1". */
void book_end(struct book *book, uint32_t last_row, const char *const *merges);
bool book_close(struct book *book);
#endif
