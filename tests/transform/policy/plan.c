/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/plan.h"
#include "tests/transform/policy/book.h"
#include <criterion/criterion.h>

#define ROW(rest) "P," rest ",2018-01-01,,S,x\n"

/* Two rows about one thing, wherever it is kept, and an order of payers that nobody can follow. */
Test(policy_plan, refuses_what_cannot_hold_together) {
    static const struct {
        const char *name, *rows;
        uint64_t line;
        unsigned column; /* 0: the whole row */
    } cases[] = {
        {"a ratio",
         ROW("inp.ratio,390,L1,,,per_stay,,,set,8000,bp") ROW("inp.ratio,390,L1,,,per_stay,,,set,7000,bp"), 3,
         0},
        {"of every insurance",
         ROW("inp.ratio,,L1,,,per_stay,,,set,8000,bp") ROW("inp.ratio,390,L1,,,per_stay,,,set,7000,bp"), 3,
         0},
        {"bands that overlap",
         ROW("ci.band,390,,,,per_year,0,200,marginal,5000,bp")
             ROW("ci.band,390,,,,per_year,100,300,marginal,6000,bp"),
         3, 0},
        {"bands that overlap from below",
         ROW("ci.band,390,,,,per_year,100,300,marginal,6000,bp")
             ROW("ci.band,390,,,,per_year,0,200,marginal,5000,bp"),
         3, 0},
        {"visits",
         ROW("opd.resident.ratio,390,L0,,,per_visit,,,set,5000,bp")
             ROW("opd.resident.ratio,390,L0,,,per_visit,,,set,6000,bp"),
         3, 0},
        {"a transfer",
         ROW("ref.transfer,,X1,,,,,,multiply,9000,bp") ROW("ref.transfer,,X1,,,,,,multiply,8000,bp"), 3, 0},
        {"rounding",
         ROW("rounding.settle,310,,,,,,,half_up_cent_total,,")
             ROW("rounding.settle,390,,,,,,,half_up_cent_per_band,,"),
         3, 0},
        {"an order", ROW("order.of.payers,310,,,,,,,maf,,") ROW("order.of.payers,390,,,,,,,maf,,"), 3, 0},
        {"a payer unknown", ROW("order.of.payers,,,,,,,,maf;uncle,,"), 2, 10},
        {"a payer twice", ROW("order.of.payers,,,,,,,,maf;cvlserv;maf,,"), 2, 10},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct policy_rules rules;
        struct policy_plans plans;
        struct error error = {0};
        book_rows(&rules, cases[i].rows, &arena);
        cr_expect_not(plan_make(&rules, &arena, &plans, &error), "%s", cases[i].name);
        cr_expect_eq(error.trouble, TROUBLE_USAGE, "%s", cases[i].name);
        cr_expect_eq(error.at.row, cases[i].line, "%s: row %ju", cases[i].name, (uintmax_t)error.at.row);
        if (cases[i].column)
            cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        arena_free(&arena);
    }
}

/* An edition for each stretch of days; early claims go by the first one that speaks of benefits. */
Test(policy_plan, editions) {
    static const char rows[] =
        "P,contrib.rate.flexible,310,,,,,,,,600,bp,2018-01-01,,S,x\n"
        "P,inp.ratio.band,390,,,,per_stay,0,,marginal,8000,bp,2019-01-01,2020-01-01,S,x\n"
        "P,inp.ratio.band,390,,,,per_stay,0,,marginal,7000,bp,2020-01-01,,S,x\n";
    enum { Y2017 = 6210, Y2018 = 6575, Y2019 = 6940, Y2020 = 7305 };
    static const struct {
        int32_t day;
        bool early, benefits;
        int64_t ratio; /* -1: no plan; 0: it says nothing of it */
    } cases[] = {{Y2018 - 1, false, false, -1}, {Y2018, false, false, 0},        {Y2019 - 1, false, false, 0},
                 {Y2019, false, true, 8000},    {Y2020 - 1, false, true, 8000},  {Y2020, false, true, 7000},
                 {Y2017, true, true, 8000},     {Y2019 - 1, true, true, 8000},   {Y2019, true, true, 8000},
                 {Y2020, true, true, 7000},     {Y2020 + 9999, true, true, 7000}};
    struct arena arena = {0};
    struct policy_rules rules;
    book_rows(&rules, rows, &arena);
    struct policy_plans plans = book_plans(&rules, &arena);
    cr_expect_eq(plans.count, 3);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct policy_plan *plan = plan_on(&plans, SPAN("P"), cases[i].day, cases[i].early);
        cr_expect_eq(plan == NULL, cases[i].ratio < 0, "%zu", i);
        if (!plan) continue;
        const struct policy_bands *bands = &plan->terms[SCHEME_RESIDENT].bands;
        cr_expect_eq(plan->benefits, cases[i].benefits, "%zu", i);
        cr_expect_eq(bands->count ? bands->band[0]->value : 0, cases[i].ratio, "%zu", i);
        cr_expect_eq(plan->terms[SCHEME_EMPLOYEE].bands.count, 0);
    }
    cr_expect_null(plan_on(&plans, SPAN("Q"), Y2020, true));
    arena_free(&arena);
}

/* What is said of 三级 holds for 三甲 and 三乙, of 乡镇 for a village; what is said of none for all of these.
 */
Test(policy_plan, levels_are_filled) {
    static const char rows[] = "P,inp.ratio,390,,,,per_stay,,,set,1000,bp,2018-01-01,,S,x\n"
                               "P,inp.ratio,390,L3,,,per_stay,,,set,3000,bp,2018-01-01,,S,x\n"
                               "P,inp.ratio,390,L3A,,,per_stay,,,set,3100,bp,2018-01-01,,S,x\n"
                               "P,inp.ratio,390,L0,,,per_stay,,,set,9000,bp,2018-01-01,,S,x\n";
    static const int64_t expected[LEVEL_COUNT] = {
        [LEVEL_NONE] = 1000, [LEVEL_L00] = 9000, [LEVEL_L0] = 9000,  [LEVEL_L1] = 1000,
        [LEVEL_L2] = 1000,   [LEVEL_L3] = 3000,  [LEVEL_L3B] = 3000, [LEVEL_L3A] = 3100};
    struct arena arena = {0};
    struct policy_rules rules;
    book_rows(&rules, rows, &arena);
    struct policy_plans plans = book_plans(&rules, &arena);
    const struct policy_plan *plan = plan_on(&plans, SPAN("P"), 7000, false);
    cr_assert(plan != NULL);
    for (int level = 0; level < LEVEL_COUNT; level++)
        cr_expect_eq(plan->terms[SCHEME_RESIDENT].ratio[level].value, expected[level], "level %d: %jd", level,
                     (intmax_t)plan->terms[SCHEME_RESIDENT].ratio[level].value);
    arena_free(&arena);
}
