/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/settle.h"
#include <stdio.h>
#include "tests/transform/policy/book.h"
#include <criterion/criterion.h>

#define R "2018-01-01,,S,x\n"
/* Plan P: residents 80 %, deductible 100 yuan, cap 1,000 yuan; four ways to be treated elsewhere. */
static const char plan_rows[] =
    "P,inp.deductible,390,L1,,1,per_stay,,,set,10000,fen," R "P,inp.ratio,390,L1,,,per_stay,,,set,8000,bp," R
    "P,inp.deductible.repeat,390,,,2,per_stay,,,multiply,5000,bp," R
    "P,inp.deductible.repeat,390,,,3,per_stay,,,set,0,fen," R
    "P,inp.cap.base,390,,,,per_year,,,,100000,fen," R "P,inp.ratio.bonus,390,,poor,,,,,add_points,500,bp," R
    "P,ref.transfer,,X1,,,,,,multiply,9000,bp," R "P,ref.transfer,,X3,,,,,,subtract_points,2000,bp," R
    "Q,inp.deductible,390,L1,,1,per_stay,,,set,10000,fen," R "Q,inp.ratio,390,L1,,,per_stay,,,set,8000,bp," R
    "Q,inp.deductible.repeat,390,,,2,per_stay,,,subtract_floor_zero,3000,fen," R
    "Q,inp.deductible.repeat,390,,,3,per_stay,,,subtract_floor_zero,20000,fen," R
    "Q,ref.transfer,,X1,,,,,,preselfpay,1000,bp," R "Q,ref.transfer,,X2,,,,,,own_tier,,," R
    "Q,inp.deductible,390,X2,,1,per_stay,,,set,20000,fen," R "Q,inp.ratio,390,X2,,,per_stay,,,set,5000,bp," R
    /* employees of P: bands of the year, rounded once, large sums above the cap */
    "P,rounding.settle,310,,,,,,,half_up_cent_per_band,,," R
    "P,inp.deductible,310,L1,,1,per_stay,,,set,0,fen," R
    "P,inp.ratio.band,310,,,,per_year,0,10000,marginal,5000,bp," R
    "P,inp.ratio.band,310,,,,per_year,10000,,marginal,9000,bp," R
    "P,inp.cap.base,310,,,,per_year,,,,20000,fen," R "P,big.employee.ratio,310,,,,per_year,,,,9200,bp," R
    "P,big.employee.cap,310,,,,per_year,,,,5000,fen," R
    "P,opd.resident.ratio,390,L0,,,per_visit,,,set,5000,bp," R
    "P,opd.resident.cap,390,L0,,,per_visit,,,,3000,fen," R
    "P,opd.resident.cap,390,,,,per_year,,,,10000,fen," R;

struct world {
    struct arena arena;
    struct policy_rules rules;
    struct policy_plans plans;
    const struct policy_plan *p, *q;
};

static void world_open(struct world *world) {
    *world = (struct world){0};
    book_rows(&world->rules, plan_rows, &world->arena);
    world->plans = book_plans(&world->rules, &world->arena);
    world->p = plan_on(&world->plans, SPAN("P"), 7000, false);
    world->q = plan_on(&world->plans, SPAN("Q"), 7000, false);
    cr_assert(world->p && world->q);
}

static struct policy_claim stay(int64_t scope) {
    return (struct policy_claim){.scheme = SCHEME_RESIDENT,
                                 .kind = CLAIM_STAY,
                                 .level = LEVEL_L1,
                                 .day = 7000,
                                 .fee = scope,
                                 .scope = scope};
}

/* The deductible by the number of the stay, the bonus, each of the four ways of a transfer. */
Test(policy_settle, deductible_and_ratio) {
    static const struct {
        const char *name;
        bool q;
        uint32_t stays, classes;
        enum policy_level away;
        int64_t scope, deductible, base;
    } cases[] = {{"first stay", false, 0, 0, 0, 60000, 10000, 40000},
                 {"second: half", false, 1, 0, 0, 60000, 5000, 44000},
                 {"third: none", false, 2, 0, 0, 60000, 0, 48000},
                 {"ninth as the third", false, 8, 0, 0, 60000, 0, 48000},
                 {"far beyond", false, 400, 0, 0, 60000, 0, 48000},
                 {"less than the deductible", false, 0, 0, 0, 9000, 9000, 0},
                 {"nothing", false, 0, 0, 0, 0, 0, 0},
                 {"poor", false, 0, 1u << CLASS_POOR, 0, 60000, 10000, 42500},
                 {"multiply", false, 0, 0, LEVEL_X1, 60000, 10000, 36000},
                 {"multiply after the bonus", false, 0, 1u << CLASS_POOR, LEVEL_X1, 60000, 10000, 38250},
                 {"another province as in it", false, 0, 0, LEVEL_X2, 60000, 10000, 36000},
                 {"subtract points", false, 0, 0, LEVEL_X3, 60000, 10000, 30000},
                 {"pay a share first", true, 0, 0, LEVEL_X1, 60000, 10000, 35200},
                 {"own tier", true, 0, 0, LEVEL_X2, 60000, 20000, 20000},
                 {"less for the second", true, 1, 0, 0, 60000, 7000, 42400},
                 {"never below nothing", true, 2, 0, 0, 60000, 0, 48000}};
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_claim claim = stay(cases[i].scope);
        struct policy_year year = {.stays = cases[i].stays};
        struct policy_result result;
        claim.classes = cases[i].classes;
        claim.away = cases[i].away;
        policy_settle(cases[i].q ? world.q : world.p, &claim, &year, &result, NULL);
        cr_expect_eq(result.verdict, VERDICT_DONE, "%s: %d", cases[i].name, result.verdict);
        cr_expect_eq(result.deductible, cases[i].deductible, "%s: deductible %jd", cases[i].name,
                     (intmax_t)result.deductible);
        cr_expect_eq(result.base, cases[i].base, "%s: base %jd", cases[i].name, (intmax_t)result.base);
        cr_expect_eq(result.fund + result.person, claim.fee, "%s", cases[i].name);
    }
    arena_free(&world.arena);
}

/* A tier of its own with a deductible, while the ratios are by amount: of such a place nothing is said. */
Test(policy_settle, bands_say_nothing_of_another_tier) {
    static const char rows[] =
        "B,inp.deductible,390,L1,,1,per_stay,,,set,10000,fen," R
        "B,inp.deductible,390,X1,,1,per_stay,,,set,20000,fen," R
        "B,inp.ratio.band,390,,,,per_stay,0,,marginal,8000,bp," R "B,ref.transfer,,X1,,,,,,own_tier,,," R;
    struct policy_rules rules = {0};
    struct arena arena = {0};
    book_rows(&rules, rows, &arena);
    struct policy_plans plans = book_plans(&rules, &arena);
    const struct policy_plan *plan = plan_on(&plans, SPAN("B"), 7000, false);
    struct policy_claim claim = stay(60000);
    struct policy_result result;
    policy_settle(plan, &claim, &(struct policy_year){0}, &result, NULL);
    cr_expect_eq(result.base, 40000);
    claim.away = LEVEL_X1;
    policy_settle(plan, &claim, &(struct policy_year){0}, &result, NULL);
    cr_expect_eq(result.verdict, VERDICT_NO_RULE);
    arena_free(&arena);
}

/* As many bands as there may be, and somebody who is everything. */
Test(policy_settle, every_step_has_room) {
    static const char *const classes[] = {"active", "retired", "flexible", "under_45", "poor"};
    static char rows[8192];
    char *at = rows, *end = rows + sizeof rows;
    struct arena arena = {0};
    at += snprintf(at, (size_t)(end - at), "%s",
                   "M,inp.deductible,390,L1,,1,per_stay,,,set,0,fen," R
                   "M,ref.transfer,,X1,,,,,,multiply,9000,bp," R);
    for (int band = 0; band < PLAN_BANDS - 1; band++)
        at += snprintf(at, (size_t)(end - at), "M,inp.ratio.band,390,,,,per_stay,%d,%d,marginal,5000,bp," R,
                       band * 100, band * 100 + 100);
    at += snprintf(at, (size_t)(end - at), "M,inp.ratio.band,390,,,,per_stay,%d,,marginal,5000,bp," R,
                   (PLAN_BANDS - 1) * 100);
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        at += snprintf(at, (size_t)(end - at), "M,inp.ratio.bonus,390,,%s,,,,,add_points,100,bp," R,
                       classes[i]);
    struct policy_rules rules = {0};
    book_rows(&rules, rows, &arena);
    struct policy_plans plans = book_plans(&rules, &arena);
    struct policy_claim claim = stay(PLAN_BANDS * 100);
    struct policy_result result;
    struct policy_steps steps = {0};
    claim.classes = (1u << CLASS_COUNT) - 1;
    claim.away = LEVEL_X1;
    policy_settle(plan_on(&plans, SPAN("M"), 7000, false), &claim, &(struct policy_year){0}, &result, &steps);
    cr_expect_eq(result.base, PLAN_BANDS * 50); /* 49.5 %, rounded in each band */
    cr_expect_gt(steps.count, PLAN_BANDS * (3 + CLASS_COUNT));
    arena_free(&arena);
}

/* A cap of the year, bands of the year, large sums above it, and a stay settled in two parts. */
Test(policy_settle, the_year_runs_on) {
    struct world world;
    world_open(&world);
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim claim = stay(110000);
    struct policy_result result;
    policy_settle(world.p, &claim, &year, &result, NULL);
    cr_expect_eq(result.base, 80000);
    policy_year_add(&year, &claim, &result, 1);
    policy_settle(world.p, &claim, &year, &result, NULL); /* 5,000 deductible, 20,000 left under the cap */
    cr_expect_eq(result.base, 20000);
    cr_expect_eq(result.over_cap, 105000 - 25000, "%jd", (intmax_t)result.over_cap);
    struct policy_year employee = {.scheme = SCHEME_EMPLOYEE};
    claim = stay(30000);
    claim.scheme = SCHEME_EMPLOYEE;
    policy_settle(world.p, &claim, &employee, &result,
                  NULL); /* 100 x 50 %, 166.67 x 90 %, 33.33 above the cap */
    cr_expect_eq(result.base, 20000);
    cr_expect_eq(result.over_cap, 3333, "%jd", (intmax_t)result.over_cap);
    cr_expect_eq(result.big, 3066, "%jd", (intmax_t)result.big);
    policy_year_add(&employee, &claim, &result, 1);
    policy_settle(world.p, &claim, &employee, &result, NULL); /* nothing left but 19.34 of the large sums */
    cr_expect_eq(result.base, 0);
    cr_expect_eq(result.big, 5000 - 3066, "%jd", (intmax_t)result.big);
    struct policy_year twice = {0};
    claim = stay(6000);
    claim.stay = 77;
    policy_settle(world.p, &claim, &twice, &result, NULL);
    cr_expect_eq(result.deductible, 6000);
    policy_year_add(&twice, &claim, &result, 1);
    policy_settle(world.p, &claim, &twice, &result,
                  NULL); /* the same stay: 40.00 of its deductible are left */
    cr_expect_eq(result.deductible, 4000, "%jd", (intmax_t)result.deductible);
    cr_expect_eq(twice.stays, 1);
    cr_expect_not(result.new_stay);
    arena_free(&world.arena);
}

/* Visits fill the year's cap for visits and nothing of stays; what no rule describes fills neither. */
Test(policy_settle, visits_and_others_leave_stays_alone) {
    static const int64_t paid[] = {3000, 3000, 3000, 1000, 0};
    struct world world;
    world_open(&world);
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim claim = stay(6000);
    struct policy_result result;
    claim.kind = CLAIM_VISIT;
    claim.level = LEVEL_L0;
    for (size_t i = 0; i < sizeof paid / sizeof *paid; i++) {
        policy_settle(world.p, &claim, &year, &result, NULL);
        cr_expect_eq(result.base, paid[i], "visit %zu: %jd", i, (intmax_t)result.base);
        cr_expect_eq(result.deductible, 0);
        policy_year_add(&year, &claim, &result, 1);
    }
    cr_expect_eq(year.burden, 5 * 6000 - 10000);
    claim.kind = CLAIM_OTHER;
    claim.deductible = 500;
    policy_settle(world.p, &claim, &year, &result, NULL);
    policy_year_add(&year, &claim, &result, 1);
    cr_expect(!year.stays && !year.deductible && !year.above && !year.base_paid && !year.trauma_paid);
    claim = stay(6000);
    claim.level = LEVEL_NONE;
    policy_settle(world.p, &claim, &year, &result, NULL);
    policy_year_add(&year, &claim, &result, 1);
    cr_expect(!verdict_worked(result.verdict) && year.stays == 1, "as it was paid, and a stay all the same");
    arena_free(&world.arena);
}

/* An earlier stay that is taken back leaves the one under way what it is. */
Test(policy_settle, an_earlier_stay_is_taken_back) {
    struct world world;
    world_open(&world);
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim first = stay(60000), second = stay(3000);
    struct policy_result before, result;
    first.stay = 1;
    second.stay = 2;
    policy_settle(world.p, &first, &year, &before, NULL);
    policy_year_add(&year, &first, &before, 1);
    policy_settle(world.p, &second, &year, &result, NULL);
    policy_year_add(&year, &second, &result, 1);
    cr_expect_eq(result.deductible, 3000);
    policy_year_add(&year, &first, &before, -1);
    second.scope = second.fee = 60000;
    policy_settle(world.p, &second, &year, &result, NULL);
    cr_expect_not(result.new_stay);
    cr_expect_eq(result.deductible, 7000, "%jd: it is the first now", (intmax_t)result.deductible);
    arena_free(&world.arena);
}

/* What is taken back leaves nothing behind, whatever it was. */
Test(policy_settle, a_refund_restores_the_year) {
    static const enum claim_kind kinds[] = {CLAIM_STAY, CLAIM_TRAUMA, CLAIM_VISIT, CLAIM_PHARMACY,
                                            CLAIM_OTHER};
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct policy_year year = {.stays = 1,
                                   .base_paid = 5000,
                                   .burden = 700,
                                   .deductible = 300,
                                   .visit_paid = 20},
                           before = year;
        struct policy_claim claim = stay(60000);
        struct policy_result result;
        claim.kind = kinds[i];
        if (kinds[i] == CLAIM_VISIT) claim.level = LEVEL_L0;
        policy_settle(world.p, &claim, &year, &result, NULL);
        policy_year_add(&year, &claim, &result, 1);
        if (kinds[i] != CLAIM_PHARMACY) cr_expect(memcmp(&year, &before, sizeof year) != 0, "%zu", i);
        policy_year_add(&year, &claim, &result, -1);
        cr_expect(memcmp(&year, &before, sizeof year) == 0, "kind %zu leaves something", i);
    }
    arena_free(&world.arena);
}

/* Why something is not worked out is said, and it then counts as it was paid. */
Test(policy_settle, says_why_not) {
    static const struct {
        const char *name;
        enum claim_kind kind;
        enum policy_level level, away;
        bool plan;
        enum policy_verdict verdict;
        int64_t base;
    } cases[] = {{"no plan", CLAIM_STAY, LEVEL_L1, 0, false, VERDICT_NO_PLAN, 123},
                 {"level without a rule", CLAIM_STAY, LEVEL_L2, 0, true, VERDICT_NO_RULE, 123},
                 {"chronic", CLAIM_OTHER, LEVEL_L1, 0, true, VERDICT_NO_KIND, 123},
                 {"visit at a level not covered", CLAIM_VISIT, LEVEL_L2, 0, true, VERDICT_NOT_COVERED, 0},
                 {"visit, level unknown", CLAIM_VISIT, LEVEL_NONE, 0, true, VERDICT_NO_LEVEL, 123},
                 {"visit up to its limit", CLAIM_VISIT, LEVEL_L00, 0, true, VERDICT_DONE, 3000},
                 {"pharmacy", CLAIM_PHARMACY, LEVEL_NONE, 0, true, VERDICT_DONE, 0}};
    struct world world;
    world_open(&world);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct policy_claim claim = stay(60000);
        struct policy_year year = {0};
        struct policy_result result;
        claim.kind = cases[i].kind;
        claim.level = cases[i].level;
        claim.away = cases[i].away;
        claim.base = 123;
        policy_settle(cases[i].plan ? world.p : NULL, &claim, &year, &result, NULL);
        cr_expect_eq(result.verdict, cases[i].verdict, "%s: %d", cases[i].name, result.verdict);
        cr_expect_eq(result.base, cases[i].base, "%s: %jd", cases[i].name, (intmax_t)result.base);
        cr_expect_eq(result.fund + result.person, claim.fee, "%s", cases[i].name);
    }
    arena_free(&world.arena);
}

/* Payers one after the other, none above what is left; the rest of a cent is cash. */
Test(policy_settle, payers_and_accounts) {
    struct world world;
    struct policy_year year = {0};
    struct policy_result result;
    struct policy_steps steps = {0};
    world_open(&world);
    struct policy_claim claim = stay(60000);
    claim.fee = 70000;
    claim.full_self = 10000;
    claim.civil = 15000;
    claim.aid = 9000;
    claim.own_balance = 2500;
    claim.mutual_balance = 100000;
    policy_settle(world.p, &claim, &year, &result, &steps);
    cr_expect_eq(result.civil, 15000);
    cr_expect_eq(result.aid, 5000, "%jd", (intmax_t)result.aid); /* 700 - 100 - 400 - 150 */
    cr_expect_eq(result.person, 10000);
    cr_expect_eq(result.account, 2500);
    cr_expect_eq(result.mutual, 7500);
    cr_expect_eq(result.cash, 0);
    cr_expect_geq(steps.count, 10);
    claim.hospital = 90000; /* more than is left: nothing comes from an account */
    policy_settle(world.p, &claim, &year, &result, NULL);
    cr_expect(result.person < 0 && !result.account && !result.mutual && result.cash == result.person);
    arena_free(&world.arena);
}

/* What explain says first: the bill, what of it is outside the scope, what is inside. */
Test(policy_settle, says_the_bill_and_its_scope) {
    struct world world;
    world_open(&world);
    struct policy_claim claim = stay(60000);
    claim.fee = 75000;
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_result result;
    struct policy_steps steps = {0};
    policy_settle(world.p, &claim, &year, &result, &steps);
    cr_assert_gt(steps.count, 0);
    cr_expect_eq(steps.step[0].code, STEP_SCOPE);
    static const int64_t said[] = {75000, 15000, 60000};
    for (int i = 0; i < 3; i++)
        cr_expect_eq(steps.step[0].numbers[i], said[i], "%d: %jd", i, (intmax_t)steps.step[0].numbers[i]);
    arena_free(&world.arena);
}
