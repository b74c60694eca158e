/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/contribution.h"
#include "tests/transform/policy/book.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>

/* A rate for one insurance and one for whichever, in both orders; another plan, class and day beside them. */
#define EACH "P,contrib.rate.flexible,310,,,,,,,,800,bp,2020-01-01,2021-01-01,S,x\n"
#define WHICHEVER "P,contrib.rate.flexible,,,,,,,,,700,bp,2020-01-01,2021-01-01,S,x\n"
#define OTHERS                                                                                               \
    "Q,contrib.rate.flexible,310,,,,,,,,600,bp,2020-01-01,,S,x\n"                                            \
    "P,contrib.rate.flexible,310,,poor,,,,,,500,bp,2020-01-01,2021-01-01,S,x\n"

Test(policy_contribution, what_is_said_of_an_insurance_goes_before_what_is_said_of_all) {
    static const char *const books[] = {EACH WHICHEVER OTHERS, OTHERS WHICHEVER EACH};
    const struct {
        int32_t day;
        bool spoken;
    } days[] = {{date_days(2019, 12, 31), false},
                {date_days(2020, 1, 1), true},
                {date_days(2020, 12, 31), true},
                {date_days(2021, 1, 1), false}};
    static const struct {
        const char *insutype, *class;
        int64_t value; /* 0: the plan is silent */
    } cases[] = {{"310", "", 800}, {"390", "", 700}, {"310", "poor", 500}, {"390", "poor", 0}};
    for (size_t b = 0; b < sizeof books / sizeof *books; b++) {
        struct arena arena = {0};
        struct policy_rules rules;
        book_rows(&rules, books[b], &arena);
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            struct span insutype = {cases[i].insutype, 3}, class = {cases[i].class, strlen(cases[i].class)};
            for (size_t d = 0; d < sizeof days / sizeof *days; d++) {
                const struct policy_rule *rule =
                    rule_find(&rules, SPAN("P"), "contrib.rate.flexible", insutype, class, days[d].day);
                cr_expect_eq(rule ? rule->value : 0, days[d].spoken ? cases[i].value : 0,
                             "book %zu, case %zu, day %zu", b, i, d);
            }
        }
        arena_free(&arena);
    }
}

/* 1,234.56 yuan at 7 %: 86.4192, to the fen half up. */
Test(policy_contribution, dues_go_by_the_general_rule) {
    struct arena arena = {0};
    struct policy_rules rules;
    int64_t fen = 0;
    struct policy_dues dues = {.plan = SPAN("P"),
                               .insutype = SPAN("390"),
                               .rate = "contrib.rate.flexible",
                               .class = {"", 0},
                               .day = date_days(2020, 6, 1),
                               .base_fen = 123456};
    book_rows(&rules, EACH WHICHEVER, &arena);
    cr_expect(policy_dues(&rules, &dues, &fen, NULL));
    cr_expect_eq(fen, 8642, "%jd", (intmax_t)fen);
    dues.base_fen = 0;
    cr_expect_not(policy_dues(&rules, &dues, &fen, NULL), "no base and no average wage");
    arena_free(&arena);
}
