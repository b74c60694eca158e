/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/vector.h"
#include "core/shipped.h"
#include "tests/transform/policy/book.h"
#include <criterion/criterion.h>

static const char path[] = "mappings/vectors/settlement.csv";

static struct span cases(void) {
    struct span text;
    cr_assert(shipped_find(path, &text));
    return text;
}

/* Every known case comes out of the shipped rules by the engine; nothing is worked out here. */
Test(policy_vector, holds_by_name) {
    static const char *const names[] = {"T01", "T02", "T03", "T04", "T05", "T06", "T07",
                                        "T08", "T14", "T15", "T16", "T17", "T18"};
    struct arena arena = {0};
    struct policy_rules rules;
    book_shipped(&rules, &arena);
    struct policy_plans plans = book_plans(&rules, &arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct policy_vector vector;
        struct error error = {0};
        cr_assert(vector_find(cases(), path, (struct span){names[i], 3}, &arena, &vector, &error), "%s: %s",
                  names[i], error.message);
        cr_assert(vector_run(&vector, &rules, &plans, NULL, &error), "%s: %s", names[i], error.message);
        int asserted = 0;
        for (int figure = 0; figure < FIGURE_COUNT; figure++) {
            asserted += vector.asserted[figure];
            if (vector.asserted[figure])
                cr_expect_eq(vector.got[figure], vector.expected[figure], "%s %s: %jd, not %jd", names[i],
                             vector_figures[figure], (intmax_t)vector.got[figure],
                             (intmax_t)vector.expected[figure]);
        }
        cr_expect_gt(asserted, 0, "%s asserts nothing", names[i]);
    }
    arena_free(&arena);
}

/* A rule that is one point off is seen by the case that rests on it. */
Test(policy_vector, breaks_with_its_rule) {
    static const struct {
        const char *name, *plan, *param, *level;
    } rests[] = {{"T15", "C", "inp.ratio", "L0"},
                 {"T16", "C", "inp.deductible", "X2"},
                 {"T17", "A", "ci.band", ""},
                 {"T18", "B", "inp.deductible.repeat", ""},
                 {"T01", "seed000_before", "contrib.base.avg_wage", ""}};
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++) {
        struct arena arena = {0};
        struct policy_rules rules;
        struct policy_vector vector;
        struct error error = {0};
        book_shipped(&rules, &arena);
        for (uint32_t r = 0; r < rules.row_count; r++) {
            struct policy_rule *rule = rules.rows[r];
            if (rule_is(rule, rests[i].param) && rule->plan.size == strlen(rests[i].plan) &&
                memcmp(rule->plan.bytes, rests[i].plan, rule->plan.size) == 0 &&
                span_equal(rule->level, (struct span){rests[i].level, strlen(rests[i].level)}))
                rule->value += rule->money ? 20000 : 100;
        }
        struct policy_plans plans = book_plans(&rules, &arena);
        cr_assert(vector_find(cases(), path, (struct span){rests[i].name, 3}, &arena, &vector, &error));
        cr_assert(vector_run(&vector, &rules, &plans, NULL, &error));
        cr_expect_not(vector_held(&vector), "%s does not see a changed %s", rests[i].name, rests[i].param);
        arena_free(&arena);
    }
}

Test(policy_vector, says_what_is_missing) {
    struct arena arena = {0};
    struct policy_vector vector;
    struct error error = {0};
    cr_expect_not(vector_find(cases(), path, SPAN("T99"), &arena, &vector, &error));
    cr_expect_eq(error.trouble, TROUBLE_USAGE);
    struct policy_rules none = {.arena = &arena};
    struct policy_plans plans = {0};
    error = (struct error){0};
    cr_assert(vector_find(cases(), path, SPAN("T15"), &arena, &vector, &error));
    cr_expect_not(vector_run(&vector, &none, &plans, NULL, &error));
    arena_free(&arena);
}
