/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_BUILD_H
#define BENCH_CITY_BUILD_H
#include "bench/city/city.h"
#include "bench/city/pay.h"
#include "bench/city/person.h"
#include "bench/city/truth.h"
#include "bench/out/sink.h"

/* What the generator's parts share while one city is made. */
struct build {
    const struct city_options *options;
    uint64_t seed, size;
    struct truth *truth;
    struct arena *arena;
    struct person_words gb; /* names in GB18030 */
    struct error *error;
    int64_t paid[3][7][13]; /* by county, enum ledger_paid, month of 2020: see ledger.h */
    int64_t rejected[3][7]; /* of it, for rows that are rejected at first */
};

enum { PLAN_MAX = 160 };

/* The order of a file's rows: clean rows 0..clean-1, among them `count` planted ones. */
struct plan {
    uint64_t total, position, clean;
    unsigned count, planted;
    uint64_t at[PLAN_MAX];
};
void plan_open(struct plan *plan, const struct build *build, unsigned salt, uint64_t clean, unsigned count);
/* The next row: returns false at the end.  `index` counts clean rows, or planted ones. */
bool plan_next(struct plan *plan, bool *planted, uint64_t *index);

/* One visit paid for.  Amounts in fen obey cost = full + over + pre + scope and
   cost = pool + big + civil + aid + account + mutual + cash. */
enum care_type {
    CARE_OUTPATIENT,
    CARE_CHRONIC,
    CARE_PHARMACY,
    CARE_EMERGENCY,
    CARE_INPATIENT,
    CARE_AWAY,
    CARE_TYPES
};
struct care {
    enum care_type type;
    struct pay_person who;
    unsigned institution; /* 0..INSTITUTIONS-1 */
    unsigned level, nth;  /* as the county's own tables say it, 0..3; stay of the year, from 1 */
    uint32_t begin, end, settled;
    int64_t cost, full, over, pre, scope, deductible, pool, big, civil, aid, account, mutual, cash, balance;
};
enum { INSTITUTIONS = 12, EMPLOYERS = 60 };
extern const char *const care_institutions[INSTITUTIONS + 1]; /* names */
unsigned care_region(unsigned institution);                   /* 690102, 690181, 690123 */
unsigned care_level(unsigned institution);                    /* 1..3 */
size_t care_code(unsigned institution, char *into);           /* H69010200001 */
void care_make(const struct build *build, unsigned salt, uint64_t index, struct pay_person who, unsigned year,
               struct care *care);
void care_split(struct care *care, int64_t cost);  /* another cost, or another type, by the county's rules */
void care_scope(struct care *care, int64_t scope); /* all of it in scope */
void care_band_error(
    struct care *care); /* as a program pays that does not take the deductible off the bands */
void care_negate(struct care *care);
bool care_young(uint32_t birth, uint32_t day); /* under 45 */
/* Counts the claim for the impact of the city's plan; `refunded`: another row takes it back or it is that
   row, so nobody wins or loses by it. */
void care_impact(struct truth *truth, const char *county, const struct care *care, bool refunded);
/* Two stays of one person count as one person. */
void care_impact_two(struct truth *truth, const char *county, const struct care *first,
                     const struct care *second);

/* Planted persons (docs: P1..P10 and the carriers of doubts).  The same number is the same human being
   in every county. */
struct cast {
    struct person person;
    const char *name; /* UTF-8, or NULL: from person */
};
enum cast_number {
    CAST_P1 = 0,
    CAST_P2 = 6,
    CAST_P3 = 9,
    CAST_SHARED = 10,
    CAST_FATHER = 12,
    CAST_SON = 13,
    CAST_P5 = 14,
    CAST_P6 = 16,
    CAST_P7 = 18,
    CAST_P9 = 20,
    CAST_P10 = 21,
    CAST_CHECK_A = 22,
    CAST_SEX_A = 24,
    CAST_PLACEHOLDER = 25,
    CAST_QUESTION = 26,
    CAST_1900_A = 27,
    CAST_FIFTEEN_A = 29,
    CAST_A_COUNT = 50,
    CAST_NEWBORN = 50,
    CAST_MOTHER = 51,
    CAST_CHECK_B = 52,
    CAST_SEX_B = 54,
    CAST_REGION = 55,
    CAST_1900_B = 56,
    CAST_P8 = 60,
    CAST_FIFTEEN_B = 61,
    CAST_TWINS = 70,
    CAST_LOST = 72,
    CAST_CHECK_C = 76,
    CAST_FIFTEEN_C = 77
};
void cast_make(const struct build *build, unsigned number, struct cast *cast);
/* The number of a county's `index`-th planted person. */
unsigned cast_linzhu(unsigned index);
unsigned cast_shiliu(unsigned index);
enum { LINZHU_CAST = 26, SHILIU_CAST = 18 };
/* Which of the 12 villages a planted person of 石榴县 lives in: its address in 青禾区 says so too. */
unsigned shiliu_village(const struct build *build, unsigned index);

/* Persons whose rows are clean, per size. */
enum { QINGHE_CLEAN = 1150, LINZHU_CLEAN = 870, SHILIU_CLEAN = 577 };
uint64_t shiliu_size(const struct build *build); /* bounded by the sheet */

struct pack;
bool qinghe_members(struct build *build, struct pack *pack, bool reversed);
bool linzhu_make(struct build *build);
bool shiliu_make(struct build *build, const char *path, bool lost_column);
bool handover_make(struct build *build); /* three 交接单.xlsx, from what was counted */
bool roster_make(struct build *build);   /* 死亡名单, 资助对象名单, 在校学生名单 */
void links_make(struct build *build);    /* who is who, for truth.json */
enum { CITY_SMALL = 100 };               /* from this size on only what a run reads is written */
const char *build_path(const struct build *build, const char *relative); /* in the arena */
#endif
