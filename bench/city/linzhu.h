/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_LINZHU_H
#define BENCH_CITY_LINZHU_H
#include "bench/city/build.h"

enum { LINZHU_COLUMNS = 26, LINZHU_CELL = 160, LINZHU_CAST_FIRST = 900000000 };

/* One line of a delimited file before it is put together: cells in GB18030. */
struct linzhu {
    struct build *build;
    struct truth_file *file;
    struct sink *sink;
    const char *line_end;
    unsigned count;
    uint8_t order[LINZHU_COLUMNS];
    char cell[LINZHU_COLUMNS][LINZHU_CELL];
    uint64_t line, rows;                                     /* lines written; data rows */
    int64_t fen;                                             /* of the main measure, for the trailer */
    const struct span *words, *institutions, *types, *funds; /* GB18030, encoded once */
};
/* Words that appear in the files, encoded once; indexes into linzhu.words. */
enum {
    WORD_EMPLOYEE,
    WORD_RESIDENT,
    WORD_CIVIL,
    WORD_ACTIVE,
    WORD_RETIRED,
    WORD_ADULT,
    WORD_CHILD,
    WORD_LOW,
    WORD_STREET,
    WORD_DOOR,
    WORD_SYNTHETIC,
    WORD_NATION,
    WORD_TOTAL = WORD_NATION + 10
};

enum linzhu_class { LINZHU_EMPLOYEE, LINZHU_RETIRED, LINZHU_RESIDENT };
enum linzhu_class
linzhu_class(uint64_t index); /* clean person i: i % 29 < 8 active, 8..9 retired, else resident */

/* Writes the header line. `columns`: names, UTF-8, NULL-terminated. */
void linzhu_begin(struct linzhu *county, unsigned salt, const char *const *columns);
void linzhu_word(struct linzhu *county, unsigned column, unsigned word);
void linzhu_text(struct linzhu *county, unsigned column, const char *text);
void linzhu_span(struct linzhu *county, unsigned column, struct span text);
void linzhu_utf8(struct linzhu *county, unsigned column, const char *text);
void linzhu_number(struct linzhu *county, unsigned column, uint64_t value, unsigned width);
void linzhu_fen(struct linzhu *county, unsigned column, int64_t fen);
void linzhu_person(struct linzhu *county, unsigned column, uint64_t index); /* its number */
void linzhu_put(struct linzhu *county, unsigned count); /* a data line of the first `count` places */
void linzhu_end(struct linzhu *county);                 /* the trailer */

extern const char *const linzhu_types[], *const linzhu_fund_names[];

void linzhu_persons(struct linzhu *county);
void linzhu_relations(struct linzhu *county);
void linzhu_payments(struct linzhu *county);
void linzhu_settlements(struct linzhu *county);
void linzhu_funds(struct linzhu *county);
#endif
