/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/rule.h"
#include "tests/transform/policy/book.h"
#include <criterion/criterion.h>
#include <stdio.h>

#define HEADER                                                                                               \
    "plan,param,insutype,hosp_lv_group,person_class,nth,basis,band_from_fen,band_to_fen,mode,value,unit,"    \
    "valid_from,valid_until,evidence,source\n"

static struct span text_of(const char *text) { return (struct span){text, strlen(text)}; }

/* A bad cell is named by its row and column. */
Test(policy_rule, names_row_and_column) {
    static const struct {
        const char *name, *text;
        uint32_t row, column;
    } cases[] = {
        {"no plan", HEADER ",inp.ratio,390,L1,,,per_stay,,,set,8500,bp,2020-01-01,,S,x\n", 2, 1},
        {"parameter", HEADER "A,inp.ratios,390,L1,,,per_stay,,,set,8500,bp,2020-01-01,,S,x\n", 2, 2},
        {"nth", HEADER "A,inp.ratio,390,L1,,x,per_stay,,,set,8500,bp,2020-01-01,,S,x\n", 2, 6},
        {"basis", HEADER "A,inp.ratio,390,L1,,,per_week,,,set,8500,bp,2020-01-01,,S,x\n", 2, 7},
        {"band from", HEADER "A,ci.band,390,,,,per_year,1万,,marginal,5000,bp,2020-01-01,,S,x\n", 2, 8},
        {"band to", HEADER "A,ci.band,390,,,,per_year,100,100,marginal,5000,bp,2020-01-01,,S,x\n", 2, 9},
        {"mode", HEADER "A,inp.ratio,390,L1,,,per_stay,,,multiply,8500,bp,2020-01-01,,S,x\n", 2, 10},
        {"value", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,85O0,bp,2020-01-01,,S,x\n", 2, 11},
        {"no value", HEADER "A,inp.ratio,390,L1,,,per_stay,,,,,,2020-01-01,,S,x\n", 2, 11},
        {"unit", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,85,fen,2020-01-01,,S,x\n", 2, 12},
        {"from", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,8500,bp,2020-13-01,,S,x\n", 2, 13},
        {"until", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,8500,bp,2020-01-01,2020-01-01,S,x\n", 2, 14},
        {"second row", HEADER "A,inp.ratio,390,L1,,,per_stay,,,set,85,%,2020-01-01,,S,x\n\nA,nonsense\n", 4,
         2},
        {"header", "plan,param\nA,inp.ratio\n", 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct policy_rules rules = {.arena = &arena};
        struct error error = {0};
        cr_expect_not(rule_read(&rules, text_of(cases[i].text), "a.csv", RULE_CITY, &error), "%s",
                      cases[i].name);
        cr_expect_eq(error.trouble, TROUBLE_USAGE, "%s", cases[i].name);
        cr_expect_eq(error.at.row, cases[i].row, "%s: row %ju", cases[i].name, (uintmax_t)error.at.row);
        cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        arena_free(&arena);
    }
}

/* Yuan and per cent are what people write; both ways give the same rule. */
Test(policy_rule, reads_both_ways_of_writing) {
    struct arena arena = {0};
    struct policy_rules rules;
    book_rows(&rules,
              "A,inp.ratio,390,L1,,,per_stay,,,set,85.5,%,2020-01-01,,S,x\n"
              "A,inp.ratio,390,L2,,,per_stay,,,set,8550,bp,2020-01-01,,S,x\n"
              "A,inp.deductible,390,L1,,1,per_stay,,,set,300,元,2020-01-01,,S,x\n"
              "A,inp.deductible,390,L2,,1,per_stay,,,set,30000,fen,2020-01-01,,S,x\n",
              &arena);
    cr_assert_eq(rules.row_count, 4);
    cr_expect_eq(rules.rows[0]->value, rules.rows[1]->value);
    cr_expect_eq(rules.rows[2]->value, rules.rows[3]->value);
    cr_expect_eq(rules.rows[2]->value, 30000);
    arena_free(&arena);
}

/* What a city says about a thing replaces every shipped row about it, bands and turns as a whole. */
Test(policy_rule, city_over_shipped) {
    struct arena arena = {0};
    struct policy_rules rules;
    struct error error = {0};
    book_shipped(&rules, &arena);
    uint32_t shipped = rules.row_count, replaced = 0;
    cr_assert(rule_read(
        &rules, text_of(HEADER "A,ci.band,390,,,,per_year,1000000,,marginal,5000,bp,2018-01-01,,S,x\n"),
        "city.csv", RULE_CITY, &error));
    rule_overlay(&rules);
    for (uint32_t i = 0; i < shipped; i++) {
        replaced += rules.rows[i]->replaced;
        if (rules.rows[i]->replaced) cr_expect(rule_is(rules.rows[i], "ci.band"));
    }
    cr_expect_eq(replaced, 3, "%u", replaced);
    arena_free(&arena);
}
