/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/lint.h"
#include "tests/transform/policy/book.h"
#include "transform/row/date.h"
#include <criterion/criterion.h>
#include <stdio.h>

struct heard {
    uint32_t count, warnings, line, other_line, column;
    struct span plan, county;
};

static void take(void *context, const struct policy_problem *problem) {
    struct heard *heard = context;
    heard->count++;
    heard->warnings += problem->warning;
    heard->line = problem->line;
    heard->other_line = problem->other_line;
    heard->column = problem->column;
    heard->plan = problem->plan;
    heard->county = problem->county;
}

#define ROW(param, level, nth, from, to, mode, value, unit, since, until)                                    \
    "P," param ",390," level ",," nth ",per_stay," from "," to "," mode "," value "," unit "," since         \
    "," until ",S,x\n"
#define PLAIN(param, level, value, unit) ROW(param, level, "", "", "", "", value, unit, "2020-01-01", "")
#define BAND(from, to, since) ROW("inp.ratio.band", "", "", from, to, "marginal", "8000", "bp", since, "")

/* Each fault by itself, with the lines that make it. */
Test(policy_lint, names_both_lines) {
    static const struct {
        const char *name, *rows;
        uint32_t problems, warnings, line, other_line;
    } cases[] = {
        {"well made", BAND("0", "100", "2020-01-01") BAND("100", "", "2020-01-01"), 0, 0, 0, 0},
        {"all of it", PLAIN("inp.ratio", "L1", "10000", "bp"), 0, 0, 0, 0},
        {"more than all", PLAIN("inp.ratio", "L1", "10001", "bp"), 1, 0, 2, 0},
        {"gap", BAND("0", "100", "2020-01-01") BAND("150", "", "2020-01-01"), 1, 0, 3, 2},
        {"overlap", BAND("0", "200", "2020-01-01") BAND("100", "", "2020-01-01"), 2, 0, 0, 0},
        {"no end", BAND("0", "100", "2020-01-01") BAND("100", "200", "2020-01-01"), 1, 0, 3, 0},
        {"no beginning", BAND("50", "", "2020-01-01"), 1, 0, 2, 0},
        {"not dated", BAND("0", "", ""), 1, 0, 2, 0},
        {"twice", PLAIN("inp.ratio", "L1", "8000", "bp") PLAIN("inp.ratio", "L1", "8500", "bp"), 1, 0, 3, 2},
        {"days without",
         ROW("inp.ratio", "L1", "", "", "", "set", "8000", "bp", "2020-01-01", "2020-07-01")
             ROW("inp.ratio", "L1", "", "", "", "set", "8500", "bp", "2020-08-01", ""),
         1, 0, 3, 2},
        {"days touch",
         ROW("inp.ratio", "L1", "", "", "", "set", "8000", "bp", "2020-01-01", "2020-07-01")
             ROW("inp.ratio", "L1", "", "", "", "set", "8500", "bp", "2020-07-01", ""),
         0, 0, 0, 0},
        {"cap below", PLAIN("inp.deductible", "L1", "30000", "fen") PLAIN("inp.cap.base", "", "20000", "fen"),
         1, 0, 3, 2},
        {"above 100 %",
         PLAIN("inp.ratio", "L1", "9800",
               "bp") "P,inp.ratio.bonus,390,,poor,,,,,add_points,500,bp,2020-01-01,,S,x\n",
         1, 0, 3, 2},
        {"exactly 100 %",
         PLAIN("inp.ratio", "L1", "9500",
               "bp") "P,inp.ratio.bonus,390,,poor,,,,,add_points,500,bp,2020-01-01,,S,x\n",
         0, 0, 0, 0},
        {"ratio itself", PLAIN("inp.ratio", "L1", "10100", "bp"), 1, 0, 2, 0},
        {"large sums", "P,big.employee.cap,310,,,,per_year,,,,40000000,fen,2020-01-01,,S,x\n", 1, 0, 2, 0},
        {"threshold",
         "P,ci.threshold,390,,,,per_year,,,,100,fen,2020-01-01,,S,x\nP,ci.band,390,,,,per_year,200,,marginal,"
         "5000,bp,2020-01-01,,S,x\n",
         1, 0, 3, 2},
        {"ratio rises", PLAIN("inp.ratio", "L1", "7000", "bp") PLAIN("inp.ratio", "L2", "7500", "bp"), 0, 1,
         3, 2},
        {"deductible falls",
         PLAIN("inp.deductible", "L1", "70", "fen") PLAIN("inp.deductible", "L3", "60", "fen"), 0, 1, 3, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct policy_rules rules;
        struct heard heard = {0};
        book_rows(&rules, cases[i].rows, &arena);
        uint32_t problems = policy_lint(&rules, NULL, NULL, 0, (struct policy_listener){take, &heard});
        cr_expect_eq(problems, cases[i].problems, "%s: %u problems", cases[i].name, problems);
        cr_expect_eq(heard.warnings, cases[i].warnings, "%s: %u warnings", cases[i].name, heard.warnings);
        if (cases[i].line) cr_expect_eq(heard.line, cases[i].line, "%s: line %u", cases[i].name, heard.line);
        if (cases[i].line)
            cr_expect_eq(heard.other_line, cases[i].other_line, "%s: %u", cases[i].name, heard.other_line);
        arena_free(&arena);
    }
}

Test(policy_lint, passes_on_everything_shipped) {
    struct arena arena = {0};
    struct policy_rules rules;
    struct heard heard = {0};
    book_shipped(&rules, &arena);
    cr_expect_eq(policy_lint(&rules, NULL, NULL, 0, (struct policy_listener){take, &heard}), 0);
    cr_expect_eq(heard.count, 0, "line %u", heard.line);
    arena_free(&arena);
}

/* A county without a plan, and a plan that is nowhere. */
Test(policy_lint, every_county_has_a_plan) {
    static const char table[] = "county,insutype,plan,city_plan,valid_from,valid_until\n690102,,A,city,2018-"
                                "01-01,\n690181,,Z,city,,\n";
    const struct span counties[] = {SPAN("690102"), SPAN("690181"), SPAN("690123")};
    struct arena arena = {0};
    struct policy_rules rules;
    struct policy_assignments assignments;
    struct heard heard = {0};
    struct error error = {0};
    book_shipped(&rules, &arena);
    cr_assert(assign_read(SPAN(table), "plans.csv", &arena, &assignments, &error));
    cr_expect_eq(policy_lint(&rules, &assignments, counties, 3, (struct policy_listener){take, &heard}), 2);
    cr_expect_eq(heard.column, 1);
    cr_expect_null(assign_find(&assignments, SPAN("690102"), SPAN("310"), INT32_MIN));
    cr_expect_not_null(assign_find(&assignments, SPAN("690102"), SPAN("310"), 7000));
    arena_free(&arena);
}

/* Whose fault it is goes with it: all that go by a plan, or the county of a row in plans.csv, whatever the
   order of its columns. */
Test(policy_lint, a_fault_belongs_to_a_plan_or_a_county) {
    static const struct {
        const char *plans, *rows, *plan, *county;
        uint32_t line, column;
    } cases[] = {{"690102,,P,,2018-01-01,\n", "", "", "690102", 2, 4},
                 {"690102,,P,Q,2018-01-01,\n", "", "", "690102", 2, 4},
                 {"690102,,,P,2018-01-01,\n", "", "", "690102", 2, 3},
                 {"690102,,P,P,2018-01-01,\n", BAND("0", "100", "2020-01-01") BAND("150", "", "2020-01-01"),
                  "P", "", 3, 8},
                 {"690102,,P,P,2018-01-01,\n", PLAIN("inp.ratio", "L1", "10100", "bp"), "P", "", 2, 11}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct arena arena = {0};
        struct policy_rules rules;
        struct policy_assignments assignments;
        struct heard heard = {0};
        struct error error = {0};
        snprintf(text, sizeof text, "county,insutype,plan,city_plan,valid_from,valid_until\n%s",
                 cases[i].plans);
        book_rows(&rules, *cases[i].rows ? cases[i].rows : PLAIN("inp.ratio", "L1", "8000", "bp"), &arena);
        cr_assert(assign_read((struct span){text, strlen(text)}, "plans.csv", &arena, &assignments, &error));
        cr_expect_eq(policy_lint(&rules, &assignments, NULL, 0, (struct policy_listener){take, &heard}), 1,
                     "%zu", i);
        cr_expect(span_equal(heard.plan, (struct span){cases[i].plan, strlen(cases[i].plan)}), "%zu", i);
        cr_expect(span_equal(heard.county, (struct span){cases[i].county, strlen(cases[i].county)}), "%zu",
                  i);
        cr_expect_eq(heard.line, cases[i].line, "%zu: line %u", i, heard.line);
        cr_expect_eq(heard.column, cases[i].column, "%zu: column %u", i, heard.column);
        arena_free(&arena);
    }
}

Test(policy_lint, an_assignment_that_cannot_be_read_is_named) {
    static const struct {
        const char *name, *rows;
        uint32_t row, column;
    } cases[] = {{"no county", ",,A,city,2018-01-01,\n", 2, 1},
                 {"twice", "690102,,A,city,2018-01-01,\n690102,,B,city,2019-01-01,\n", 3, 5},
                 {"date", "690102,,A,city,2018,\n", 2, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[300];
        struct arena arena = {0};
        struct policy_assignments assignments;
        struct error error = {0};
        snprintf(text, sizeof text, "county,insutype,plan,city_plan,valid_from,valid_until\n%s",
                 cases[i].rows);
        cr_expect_not(
            assign_read((struct span){text, strlen(text)}, "plans.csv", &arena, &assignments, &error), "%s",
            cases[i].name);
        cr_expect_eq(error.at.row, cases[i].row, "%s: row %ju", cases[i].name, (uintmax_t)error.at.row);
        cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].name, error.at.column);
        arena_free(&arena);
    }
}

/* One assignment may begin on the day on which the other ends, whichever stands first. */
Test(policy_lint, assignments_follow_each_other_without_a_day_between) {
    static const char *const tables[] = {
        "690102,,A,city,2018-01-01,2019-01-01\n690102,,B,city,2019-01-01,\n",
        "690102,,B,city,2019-01-01,\n690102,,A,city,2018-01-01,2019-01-01\n",
    };
    const int32_t day = date_days(2019, 1, 1);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
        char text[300];
        struct arena arena = {0};
        struct policy_assignments all;
        struct error error = {0};
        snprintf(text, sizeof text, "county,insutype,plan,city_plan,valid_from,valid_until\n%s", tables[i]);
        cr_assert(assign_read((struct span){text, strlen(text)}, "plans.csv", &arena, &all, &error),
                  "%zu: %s", i, error.message);
        const struct policy_assignment *last = assign_find(&all, SPAN("690102"), SPAN("310"), day - 1),
                                       *first = assign_find(&all, SPAN("690102"), SPAN("310"), day);
        cr_expect(last && span_equal(last->plan, SPAN("A")), "%zu", i);
        cr_expect(first && span_equal(first->plan, SPAN("B")), "%zu", i);
        arena_free(&arena);
    }
}
