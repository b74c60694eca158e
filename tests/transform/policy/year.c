/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/policy/book.h"
#include "transform/policy/settle.h"
#include <criterion/criterion.h>

/* Figures worked out by hand, claim after claim: what one uses up the next one misses. */

#define R "2018-01-01,,S,x\n"
static const char plan_rows[] =
    /* Y: residents, serious illness from 200 yuan on, accidents with a cap of their own; the bands stand in
       the table the other way round */
    "Y,inp.deductible,390,L1,,1,per_stay,,,set,0,fen," R "Y,inp.ratio,390,L1,,,per_stay,,,set,5000,bp," R
    "Y,trauma.cap,390,,,,per_year,,,,12000,fen," R "Y,ci.band,390,,,,per_year,50000,,marginal,9000,bp," R
    "Y,ci.band,390,,,,per_year,20000,50000,marginal,6000,bp," R "Y,ci.cap,390,,,,per_year,,,,40000,fen," R
    "Y,order.of.payers,,,,,,,,maf;cvlserv;backstop,,," R
    /* employees: a deductible of the year for visits */
    "Y,opd.pool.deductible,310,,,,per_year,,,,500,fen," R "Y,opd.pool.ratio,310,L1,,,,,,set,5000,bp," R
    /* T: rounded once, a cap inside the second of three bands, which stand in no order */
    "T,rounding.settle,,,,,,,,half_up_cent_total,,," R "T,inp.deductible,390,L1,,1,per_stay,,,set,0,fen," R
    "T,inp.ratio.band,390,,,,per_stay,60000,,marginal,9500,bp," R
    "T,inp.ratio.band,390,,,,per_stay,0,10000,marginal,5000,bp," R
    "T,inp.ratio.band,390,,,,per_stay,10000,60000,marginal,9000,bp," R
    "T,inp.cap.base,390,,,,per_year,,,,20000,fen," R
    /* X: general terms for every level of the county's own, and a tier of its own out of it without any */
    "X,inp.deductible,390,,,1,per_stay,,,set,0,fen," R "X,inp.ratio,390,,,,per_stay,,,set,8000,bp," R
    "X,ref.transfer,,X1,,,,,,own_tier,,," R
    /* D: one deductible for all stays of a year */
    "D,inp.deductible,390,L1,,1,per_year,,,set,10000,fen," R "D,inp.ratio,390,L1,,,per_stay,,,set,8000,bp," R;

struct world {
    struct arena arena;
    struct policy_rules rules;
    struct policy_plans plans;
};

static const struct policy_plan *open_plan(struct world *world, const char *name) {
    *world = (struct world){0};
    book_rows(&world->rules, plan_rows, &world->arena);
    world->plans = book_plans(&world->rules, &world->arena);
    const struct policy_plan *plan = plan_on(&world->plans, (struct span){name, 1}, 7000, false);
    cr_assert(plan != NULL);
    return plan;
}

static struct policy_claim claim_of(enum claim_kind kind, int64_t scope) {
    return (struct policy_claim){.scheme = SCHEME_RESIDENT,
                                 .kind = kind,
                                 .level = LEVEL_L1,
                                 .day = 7000,
                                 .fee = scope,
                                 .scope = scope};
}

struct step {
    enum claim_kind kind;
    int64_t scope, base, big, deductible;
};

static void play(const struct policy_plan *plan, enum policy_scheme scheme, const struct step *steps,
                 size_t count, struct policy_year *year) {
    for (size_t i = 0; i < count; i++) {
        struct policy_claim claim = claim_of(steps[i].kind, steps[i].scope);
        struct policy_result result;
        claim.scheme = scheme;
        policy_settle(plan, &claim, year, &result, NULL);
        cr_expect_eq(result.base, steps[i].base, "%zu: base %jd", i, (intmax_t)result.base);
        cr_expect_eq(result.big, steps[i].big, "%zu: big %jd", i, (intmax_t)result.big);
        cr_expect_eq(result.deductible, steps[i].deductible, "%zu: deductible %jd", i,
                     (intmax_t)result.deductible);
        policy_year_add(year, &claim, &result, 1);
    }
}

/* Burdens of the year 150, 300, 450, 750, 1,050 yuan: 60 % from 200 to 500, then 90 %, 400 at most. */
Test(policy_year, serious_illness_goes_on_where_it_stopped) {
    static const struct step steps[] = {{CLAIM_STAY, 30000, 15000, 0, 0},
                                        {CLAIM_STAY, 30000, 15000, 6000, 0},
                                        {CLAIM_STAY, 30000, 15000, 9000, 0},
                                        {CLAIM_STAY, 60000, 30000, 3000 + 22500 - 500, 0},
                                        {CLAIM_STAY, 60000, 30000, 0, 0}};
    struct world world;
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    const struct policy_plan *plan = open_plan(&world, "Y");
    play(plan, SCHEME_RESIDENT, steps, sizeof steps / sizeof *steps, &year);
    cr_expect_eq(year.big_paid, 40000, "%jd", (intmax_t)year.big_paid);
    arena_free(&world.arena);
}

/* A plain stay leaves the cap of accidents alone, an accident fills it. */
Test(policy_year, accidents_have_a_cap_of_their_own) {
    static const struct step steps[] = {{CLAIM_STAY, 10000, 5000, 0, 0},
                                        {CLAIM_TRAUMA, 10000, 5000, 0, 0},
                                        {CLAIM_TRAUMA, 20000, 7000, 1800, 0},
                                        {CLAIM_STAY, 10000, 5000, 3000, 0}};
    struct world world;
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    const struct policy_plan *plan = open_plan(&world, "Y");
    play(plan, SCHEME_RESIDENT, steps, sizeof steps / sizeof *steps, &year);
    cr_expect_eq(year.trauma_paid, 12000);
    cr_expect_eq(year.base_paid, 22000);
    arena_free(&world.arena);
}

Test(policy_year, visits_take_the_deductible_of_the_year_once) {
    static const struct step steps[] = {
        {CLAIM_VISIT, 300, 0, 0, 300}, {CLAIM_VISIT, 600, 200, 0, 200}, {CLAIM_VISIT, 600, 300, 0, 0}};
    struct world world;
    struct policy_year year = {.scheme = SCHEME_EMPLOYEE};
    const struct policy_plan *plan = open_plan(&world, "Y");
    play(plan, SCHEME_EMPLOYEE, steps, sizeof steps / sizeof *steps, &year);
    cr_expect_eq(year.visit_deductible, 500);
    arena_free(&world.arena);
}

Test(policy_year, stays_take_the_deductible_of_the_year_once) {
    static const struct step steps[] = {
        {CLAIM_STAY, 6000, 0, 0, 6000}, {CLAIM_STAY, 6000, 1600, 0, 4000}, {CLAIM_STAY, 6000, 4800, 0, 0}};
    struct world world;
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    const struct policy_plan *plan = open_plan(&world, "D");
    play(plan, SCHEME_RESIDENT, steps, sizeof steps / sizeof *steps, &year);
    cr_expect_eq(year.deductible, 10000);
    arena_free(&world.arena);
}

/* Claims that count as they were paid may leave more used up than a plan allows: nothing is asked back. */
Test(policy_year, more_used_up_than_the_plan_allows) {
    static const struct step visit[] = {{CLAIM_VISIT, 600, 300, 0, 0}};
    static const struct step stays[] = {{CLAIM_TRAUMA, 20000, 0, 0, 0}, {CLAIM_STAY, 20000, 10000, 0, 0}};
    static const struct step capped[] = {{CLAIM_STAY, 20000, 0, 0, 0}};
    struct world world;
    const struct policy_plan *plan = open_plan(&world, "Y");
    struct policy_year employee = {.scheme = SCHEME_EMPLOYEE, .visit_deductible = 700};
    play(plan, SCHEME_EMPLOYEE, visit, 1, &employee);
    struct policy_year resident = {
        .scheme = SCHEME_RESIDENT, .trauma_paid = 15000, .big_paid = 45000, .burden = 40000};
    play(plan, SCHEME_RESIDENT, stays, 2, &resident);
    arena_free(&world.arena);
    plan = open_plan(&world, "T");
    struct policy_year full = {.scheme = SCHEME_RESIDENT, .base_paid = 25000};
    play(plan, SCHEME_RESIDENT, capped, 1, &full);
    arena_free(&world.arena);
    plan = open_plan(&world, "D");
    struct policy_year taken = {.scheme = SCHEME_RESIDENT, .deductible = 15000};
    static const struct step paid[] = {{CLAIM_STAY, 10000, 8000, 0, 0}};
    play(plan, SCHEME_RESIDENT, paid, 1, &taken);
    arena_free(&world.arena);
}

/* 100 yuan at 50 %, then 166.67 at 90 % bring the fund to its cap; the rest of the band and the third one
   are above it.  What stands under it already counts with the rest of the claim. */
Test(policy_year, a_cap_inside_a_band_when_rounded_once) {
    struct world world;
    const struct policy_plan *plan = open_plan(&world, "T");
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim claim = claim_of(CLAIM_STAY, 70000);
    struct policy_result result;
    policy_settle(plan, &claim, &year, &result, NULL);
    cr_expect_eq(result.base, 20000, "%jd", (intmax_t)result.base);
    cr_expect_eq(result.over_cap, 50000 - 16667 + 10000, "%jd", (intmax_t)result.over_cap);
    year.base_paid = 20000 - 4000; /* the first band passes what is left: 80 yuan of it are paid for */
    policy_settle(plan, &claim, &year, &result, NULL);
    cr_expect_eq(result.base, 4000);
    cr_expect_eq(result.over_cap, 10000 - 8000 + 60000, "%jd", (intmax_t)result.over_cap);
    claim = claim_of(CLAIM_STAY, 30000); /* without a cap that is met: 5,000 + 10,000 at 90 % at the end */
    year.base_paid = 0;
    claim.scope = claim.fee = 20000;
    policy_settle(plan, &claim, &year, &result, NULL);
    cr_expect_eq(result.base, 14000);
    arena_free(&world.arena);
}

/* General terms speak of the county's own levels; of a place out of it only what is said of that place. */
Test(policy_year, general_terms_end_at_the_border) {
    struct world world;
    const struct policy_plan *plan = open_plan(&world, "X");
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim claim = claim_of(CLAIM_STAY, 10000);
    struct policy_result result;
    policy_settle(plan, &claim, &year, &result, NULL);
    cr_expect_eq(result.base, 8000);
    claim.away = LEVEL_X1;
    policy_settle(plan, &claim, &year, &result, NULL);
    cr_expect_eq(result.verdict, VERDICT_NO_RULE);
    arena_free(&world.arena);
}

/* Assistance before the civil servants' fund, as the row says; an account is no fund. */
Test(policy_year, payers_in_the_order_of_the_plan) {
    struct world world;
    const struct policy_plan *plan = open_plan(&world, "Y");
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_claim claim = claim_of(CLAIM_STAY, 10000);
    struct policy_result result;
    claim.aid = 3000;
    claim.civil = 3000;
    claim.other = 3000;
    policy_settle(plan, &claim, &year, &result, NULL); /* 5,000 are left after the base fund */
    cr_expect_eq(result.aid, 3000, "%jd", (intmax_t)result.aid);
    cr_expect_eq(result.civil, 2000, "%jd", (intmax_t)result.civil);
    cr_expect_eq(result.other, 0, "%jd", (intmax_t)result.other);
    arena_free(&world.arena);
}

/* As it was paid: every fund counts, and a second settlement of a stay is no other stay. */
Test(policy_year, as_it_was_paid) {
    struct policy_claim claim = claim_of(CLAIM_STAY, 90000);
    struct policy_year year = {.scheme = SCHEME_RESIDENT};
    struct policy_result result;
    claim.fee = 100000;
    claim.deductible = 7000;
    claim.base = 40000;
    claim.big = 8000;
    claim.civil = 400;
    claim.aid = 2000;
    claim.other = 100;
    claim.account = 1000;
    claim.mutual = 500;
    claim.hospital = 50;
    claim.stay = 77;
    for (int part = 0; part < 2; part++) {
        policy_as_paid(&claim, &year, VERDICT_NO_PLAN, &result);
        cr_expect_eq(result.fund, 50500);
        cr_expect_eq(result.person, 49450);
        cr_expect_eq(result.cash, 47950);
        cr_expect_eq(result.above, 83000);
        cr_expect_eq(result.burden, 50000);
        cr_expect_eq(result.new_stay, part == 0);
        policy_year_add(&year, &claim, &result, 1);
    }
    cr_expect_eq(year.stays, 1);
    cr_expect_eq(year.stay_deductible, 14000);
    claim.stay = 0; /* not known: then each is one */
    policy_as_paid(&claim, &year, VERDICT_NO_PLAN, &result);
    cr_expect(result.new_stay);
}
