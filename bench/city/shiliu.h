/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_SHILIU_H
#define BENCH_CITY_SHILIU_H
#include "bench/city/build.h"
#include "bench/out/book.h"

enum { SHILIU_VILLAGES = 12, SHILIU_ROWS_MAX = 1048576, SHILIU_SIZE_MAX = 1000 };

/* 石榴县 while its workbook is written. */
struct shiliu {
    struct build *build;
    struct truth_file *file, *other; /* the second kind of the sheet, or NULL */
    struct person_words words;       /* UTF-8 */
    struct book book;
};

/* A member of a household: clean ones by index, planted ones by their place in the cast. */
struct member {
    struct cast cast;
    char card[16], name[32];
    unsigned household, order;
    bool low;
};
void shiliu_clean(const struct shiliu *county, uint64_t index, struct member *member);
void shiliu_planted(const struct shiliu *county, unsigned index, struct member *member);
/* The persons whose registration is rejected but who paid: 0 the conflict, 1 the one with #N/A. */
void shiliu_unregistered(const struct shiliu *county, unsigned which, struct member *member);

void shiliu_explain(struct shiliu *county, const char *code, const int64_t *fen);
void shiliu_reject(struct shiliu *county, const char *column, const char *code, const int64_t *fen,
                   unsigned unreadable);
/* Two title rows and two header rows; a name "缴费/个人" stands in both. */
void shiliu_headers(struct shiliu *county, const char *title, const char *unit, const char *const *columns);
void shiliu_finish(struct shiliu *county, const char *const *columns);
uint32_t shiliu_serial(uint32_t yyyymmdd);

void shiliu_register(struct shiliu *county);
void shiliu_payments(struct shiliu *county);
void shiliu_stays(struct shiliu *county);
void shiliu_visits(struct shiliu *county);
extern const char *const shiliu_stay_columns[];
#endif
