/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/cover/expression.h"
#include <criterion/criterion.h>

static const struct fact facts[] = {{"months", FACT_NUMBER, ""},
                                    {"kind", FACT_TEXT, ""},
                                    {"student", FACT_YES_NO, ""},
                                    {"retired", FACT_YES_NO, ""}};

Test(expression, becomes_sql_over_the_facts_and_nothing_else) {
    static const struct {
        const char *text, *sql;
        uint32_t column; /* where it goes wrong, from 1 */
        const char *says;
    } cases[] = {
        {"", "true", 0, NULL},
        {"months >= 12", "f.months >= 12", 0, NULL},
        {"months>=12 and not student", "f.months >= 12 AND NOT f.student", 0, NULL},
        {"kind = 'a''b' or (student and retired)", "f.kind = 'a''b' OR (f.student AND f.retired)", 0, NULL},
        {"kind in ('x', 'y')", "f.kind IN ('x', 'y')", 0, NULL},
        {"not not student", "NOT NOT f.student", 0, NULL},
        {"months <> 3", "f.months <> 3", 0, NULL},
        {"month >= 12", NULL, 1, "months"},
        {"student and pg_sleep(9)", NULL, 13, "pg_sleep"},
        {"months >= '12'", NULL, 11, NULL},
        {"kind = 12", NULL, 8, NULL},
        {"kind = 'x'; drop table t", NULL, 11, NULL},
        {"kind = 'x", NULL, 8, NULL},
        {"kind = \"x\"", NULL, 8, NULL},
        {"(student", NULL, 9, NULL},
        {"student)", NULL, 8, NULL},
        {"student student", NULL, 9, NULL},
        {"kind in ()", NULL, 10, NULL},
        {"months", NULL, 7, NULL},
        {"months >= 1234567890123456", NULL, 11, NULL},
        {"and", NULL, 1, NULL},
        {"kind = 'x' -- y", NULL, 12, NULL},
        {"((((((((((((((((student))))))))))))))))", NULL, 17, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        const char *sql = NULL;
        struct span text = {cases[i].text, strlen(cases[i].text)};
        bool ok = expression_compile(text, facts, sizeof facts / sizeof *facts, &arena, &sql, &error);
        cr_expect_eq(ok, cases[i].sql != NULL, "%s: %s", cases[i].text, error.message);
        if (ok && cases[i].sql) cr_expect_str_eq(sql, cases[i].sql, "%s", cases[i].text);
        if (!ok)
            cr_expect_eq(error.at.column, cases[i].column, "%s: column %u", cases[i].text, error.at.column);
        if (cases[i].says)
            cr_expect_not_null(strstr(error.message, cases[i].says), "%s: %s", cases[i].text, error.message);
        arena_free(&arena);
    }
}

Test(expression, a_condition_that_is_too_long_is_refused) {
    struct arena arena = {0};
    struct error error = {0};
    const char *sql;
    char text[EXPRESSION_BYTES_MAX + 2];
    memset(text, ' ', sizeof text);
    cr_assert_not(expression_compile((struct span){text, sizeof text}, facts, 4, &arena, &sql, &error));
    arena_free(&arena);
}
