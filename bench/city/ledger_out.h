/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_LEDGER_OUT_H
#define BENCH_CITY_LEDGER_OUT_H
#include "bench/city/truth.h"
#include "bench/city/build.h"
#include "bench/out/book.h"

/* One table of a ledger as its county keeps it: CSV in yuan, '|' in fen, or a sheet. */
enum ledger_dialect { LEDGER_CSV, LEDGER_PIPE, LEDGER_BOOK };
enum { LEDGER_LINE = 4096 };

struct ledger_out {
    struct build *build;
    enum ledger_dialect dialect;
    const char *delivery, *county;
    struct pack *pack;
    struct book book;  /* LEDGER_BOOK */
    struct sink *sink; /* else */
    struct truth_file *file;
    char line[LEDGER_LINE];
    size_t size;
    unsigned column, sheet;
};

/* Starts a member or sheet: its header is the first line.  `measures` as truth has them. */
bool ledger_out_begin(struct ledger_out *out, const char *member, const char *kind,
                      const char *const *measures, const char *const *columns);
void ledger_out_text(struct ledger_out *out, const char *text); /* UTF-8 */
void ledger_out_number(struct ledger_out *out, const char *prefix, uint64_t value, unsigned width);
void ledger_out_date(struct ledger_out *out, uint32_t day);
void ledger_out_fen(struct ledger_out *out, int64_t fen);     /* nothing where there is none */
void ledger_out_balance(struct ledger_out *out, int64_t fen); /* 0.00 where there is none */
void ledger_out_row(struct ledger_out *out, const int64_t *fen);
void ledger_out_end(struct ledger_out *out);
struct ledger;
/* The statements that 临渚市 reported. */
bool ledger_put_reported(struct ledger_out *out, const struct ledger *ledger, const char *member);
#endif
