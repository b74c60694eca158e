/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/replay.h"
#include "tests/transform/policy/book.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>

#define R "2018-01-01,,S,x\n"
static const char plan_rows[] =
    "A,inp.deductible,390,L1,,1,per_stay,,,set,10000,fen," R "A,inp.ratio,390,L1,,,per_stay,,,set,8000,bp," R
    "A,inp.deductible.repeat,390,,,2,per_stay,,,set,0,fen," R
    "A,inp.cap.base,390,,,,per_year,,,,100000,fen," R "A,ci.threshold,390,,,,per_year,,,,50000,fen," R
    "A,ci.band,390,,,,per_year,50000,,marginal,5000,bp," R
    "city,inp.deductible,390,L1,,1,per_stay,,,set,20000,fen,2021-01-01,,S,x\n"
    "city,inp.ratio,390,L1,,,per_stay,,,set,9000,bp,2021-01-01,,S,x\n"
    "city,subsidy.level,390,,city,,per_year,,,,5500,fen,2020-01-01,2021-01-01,S,x\n";

struct world {
    struct arena arena;
    struct policy_rules rules;
    struct policy_plans plans;
    struct replay replay;
};

static void world_open(struct world *world) {
    *world = (struct world){0};
    book_rows(&world->rules, plan_rows, &world->arena);
    world->plans = book_plans(&world->rules, &world->arena);
    replay_open(&world->replay);
}

static void world_close(struct world *world) {
    replay_close(&world->replay);
    arena_free(&world->arena);
}

static const struct replay_row *take(struct world *world, uint64_t key, int32_t day, int64_t scope,
                                     uint64_t refund_of) {
    struct replay_row *row = replay_next(&world->replay);
    row->claim = (struct policy_claim){.scheme = SCHEME_RESIDENT,
                                       .kind = CLAIM_STAY,
                                       .level = LEVEL_L1,
                                       .day = day,
                                       .fee = scope,
                                       .scope = scope};
    row->key = key;
    row->refund = refund_of != 0;
    row->refund_of = refund_of;
    row->plans[SIDE_COUNTY] = plan_on(&world->plans, SPAN("A"), day, false);
    row->plans[SIDE_CITY] = plan_on(&world->plans, SPAN("city"), day, true);
    replay_take(&world->replay, NULL);
    return row;
}

/* The second stay is the second whichever county settled it; a refund makes it the first again. */
Test(policy_replay, a_refund_restores_the_accumulators) {
    struct world world;
    int32_t day = date_days(2020, 5, 1);
    world_open(&world);
    const struct replay_row *first = take(&world, 1, day, 110000, 0);
    cr_expect_eq(first->results[SIDE_COUNTY].base, 80000);
    cr_expect_eq(first->results[SIDE_CITY].base, 81000, "the city's plan of its first day");
    const struct replay_row *second = take(&world, 2, day + 1, 60000, 0);
    cr_expect_eq(second->results[SIDE_COUNTY].deductible, 0);
    cr_expect_eq(second->results[SIDE_COUNTY].base, 20000, "what is left under the cap");
    cr_expect_eq(second->results[SIDE_COUNTY].big, 10000,
                 "burden 30000 + 40000, half of what is above 50000");
    const struct replay_row *back = take(&world, 3, day + 2, -110000, 1);
    cr_expect_eq(back->results[SIDE_COUNTY].base, -80000);
    cr_expect_eq(back->results[SIDE_COUNTY].person, -30000);
    const struct replay_row *third = take(&world, 4, day + 3, 60000, 0);
    cr_expect_eq(third->results[SIDE_COUNTY].base, 48000, "%jd: the cap has room again",
                 (intmax_t)third->results[SIDE_COUNTY].base);
    const struct replay_row *again = take(&world, 5, day + 4, -110000, 1);
    cr_expect_eq(again->results[SIDE_COUNTY].verdict, VERDICT_UNPAIRED, "a second refund of the same");
    take(&world, 7, day + 4, 500, 0);
    cr_expect_eq(take(&world, 8, day + 4, -500, 7)->results[SIDE_COUNTY].verdict, VERDICT_DONE,
                 "right behind it");
    const struct replay_row *part = take(&world, 6, day + 5, -10, 2);
    cr_expect_eq(part->results[SIDE_COUNTY].verdict, VERDICT_UNPAIRED, "a part of it");
    world_close(&world);
}

/* A year begins with nothing used; another person too. */
Test(policy_replay, years_and_persons_are_apart) {
    struct world world;
    int32_t day = date_days(2020, 12, 31);
    world_open(&world);
    take(&world, 1, day, 60000, 0);
    cr_expect_eq(take(&world, 2, day, 60000, 0)->results[SIDE_COUNTY].deductible, 0);
    cr_expect_eq(take(&world, 3, day + 1, 60000, 0)->results[SIDE_COUNTY].deductible, 10000);
    for (int year = 2; year < 60; year++) take(&world, (uint64_t)year + 10, day + 366 * year, 60000, 0);
    cr_expect_eq(take(&world, 90, day, 60000, 0)->results[SIDE_COUNTY].deductible, 0, "2020 is remembered");
    for (int year = 2; year < 60; year++) {
        const struct replay_row *again = take(&world, (uint64_t)year + 100, day + 366 * year, 60000, 0);
        cr_expect_eq(again->results[SIDE_COUNTY].deductible, 0, "and %d years later", year);
    }
    replay_person(&world.replay);
    cr_expect_eq(take(&world, 4, day, 60000, 0)->results[SIDE_COUNTY].deductible, 10000);
    world_close(&world);
}

/* A person with more settlements than fit keeps the year when the rows are let go. */
Test(policy_replay, memory_is_bounded) {
    struct world world;
    int32_t day = date_days(2020, 5, 1);
    world_open(&world);
    for (uint32_t i = 0; i < REPLAY_ROWS_MAX * 2; i++) {
        if (replay_full(&world.replay)) replay_drain(&world.replay);
        take(&world, i + 1, day, 100, i % 2 ? i : 0);
        world.replay.rows[world.replay.row_count - 1].claim.fee = 100;
    }
    cr_expect_leq(world.replay.row_count, REPLAY_ROWS_MAX);
    world_close(&world);
}

/* Codes become what a plan asks for. */
Test(policy_replay, sorts_codes) {
    static const struct {
        const char *insutype, *type, *level, *place, *person, *special;
        bool paid;
        enum claim_kind kind;
        enum policy_level at, away;
        uint32_t classes;
    } cases[] = {
        {"310", "21", "02", "", "1101", "", true, CLAIM_STAY, LEVEL_L3A, 0, 1u << CLASS_ACTIVE},
        {"310", "21", "04", "690181", "1201", "", true, CLAIM_STAY, LEVEL_L3B, 0, 1u << CLASS_RETIRED},
        {"310", "11", "06", "", "1103", "", true, CLAIM_VISIT, LEVEL_L2, 0,
         1u << CLASS_ACTIVE | 1u << CLASS_FLEXIBLE},
        {"390", "23", "08", "695001", "15", "", true, CLAIM_STAY, LEVEL_L1, LEVEL_X1, 0},
        {"390", "23", "11", "310101", "15", "DB", true, CLAIM_STAY, LEVEL_L0, LEVEL_X2, 1u << CLASS_POOR},
        {"390", "21", "", "310101", "15", "0", true, CLAIM_STAY, LEVEL_NONE, LEVEL_X3, 0},
        {"390", "23", "99", "", "15", "", true, CLAIM_STAY, LEVEL_NONE, LEVEL_X1, 0},
        {"390", "22", "08", "", "15", "", true, CLAIM_TRAUMA, LEVEL_L1, 0, 0},
        {"390", "2102", "08", "", "15", "", true, CLAIM_OTHER, LEVEL_L1, 0, 0},
        {"390", "14", "08", "", "15", "", true, CLAIM_OTHER, LEVEL_L1, 0, 0},
        {"390", "1301", "08", "", "15", "", true, CLAIM_VISIT, LEVEL_L1, 0, 0},
        {"310", "41", "11", "", "1101", "", false, CLAIM_PHARMACY, LEVEL_L0, 0, 1u << CLASS_ACTIVE},
        {"310", "41", "11", "", "1101", "", true, CLAIM_VISIT, LEVEL_L0, 0, 1u << CLASS_ACTIVE},
        {"510", "52", "02", "", "", "", true, CLAIM_OTHER, LEVEL_L3A, 0, 1u << CLASS_ACTIVE}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
#define OF(text) ((struct span){(text), strlen(text)})
        struct claim_words words = {OF(cases[i].insutype), OF(cases[i].type), OF(cases[i].level),
                                    OF(cases[i].place),    SPAN("690102"),    OF(cases[i].person),
                                    OF(cases[i].special),  INT32_MIN,         7000,
                                    cases[i].paid};
        struct policy_claim claim = {0};
        claim_sort(&words, &claim);
        cr_expect_eq(claim.kind, cases[i].kind, "case %zu: kind %d", i, claim.kind);
        cr_expect_eq(claim.level, cases[i].at, "case %zu: level %d", i, claim.level);
        cr_expect_eq(claim.away, cases[i].away, "case %zu: away %d", i, claim.away);
        cr_expect_eq(claim.classes, cases[i].classes, "case %zu: classes %x", i, claim.classes);
    }
    struct claim_words young = {SPAN("310"),
                                SPAN("21"),
                                SPAN("02"),
                                {0},
                                {0},
                                SPAN("11"),
                                {0},
                                date_days(1975, 2, 28),
                                date_days(2020, 2, 27),
                                true};
    struct policy_claim claim = {0};
    claim_sort(&young, &claim);
    cr_expect(claim.classes & 1u << CLASS_UNDER_45);
    young.day++;
    claim_sort(&young, &claim);
    cr_expect_not(claim.classes & 1u << CLASS_UNDER_45);
}

/* Nothing to pay is no refund: it is worked out, and it is a stay. */
Test(policy_replay, a_settlement_of_nothing_is_worked_out) {
    struct world world;
    world_open(&world);
    const struct replay_row *none = take(&world, 1, date_days(2020, 5, 1), 0, 0);
    cr_expect_eq(none->results[SIDE_COUNTY].verdict, VERDICT_DONE, "%d", none->results[SIDE_COUNTY].verdict);
    const struct replay_row *next = take(&world, 2, date_days(2020, 5, 2), 60000, 0);
    cr_expect_eq(next->results[SIDE_COUNTY].deductible, 0, "the second stay");
    world_close(&world);
}
