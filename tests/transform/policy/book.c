/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/transform/policy/book.h"
#include "core/shipped.h"
#include <criterion/criterion.h>
#include <stdio.h>

static const char header[] =
    "plan,param,insutype,hosp_lv_group,person_class,nth,basis,band_from_fen,band_to_fen,"
    "mode,value,unit,valid_from,valid_until,evidence,source\n";

void book_shipped(struct policy_rules *rules, struct arena *arena) {
    uint64_t at = 0;
    struct error error = {0};
    *rules = (struct policy_rules){.arena = arena};
    for (struct shipped file; shipped_next(&at, &file);)
        if (shipped_under(&file, "mappings/policies/"))
            cr_assert(rule_read(rules, file.bytes, "shipped", RULE_SHIPPED, &error), "%s row %ju",
                      error.message, (uintmax_t)error.at.row);
    cr_assert_gt(rules->row_count, 300);
    rule_overlay(rules);
}

void book_rows(struct policy_rules *rules, const char *rows, struct arena *arena) {
    struct error error = {0};
    size_t size = sizeof header + strlen(rows);
    char *text = ARENA_NEW(arena, char, size);
    snprintf(text, size, "%s%s", header, rows);
    *rules = (struct policy_rules){.arena = arena};
    cr_assert(rule_read(rules, (struct span){text, strlen(text)}, "rows.csv", RULE_CITY, &error),
              "row %ju: %s", (uintmax_t)error.at.row, error.message);
}

struct policy_plans book_plans(const struct policy_rules *rules, struct arena *arena) {
    struct policy_plans plans;
    struct error error = {0};
    cr_assert(plan_make(rules, arena, &plans, &error), "row %ju: %s", (uintmax_t)error.at.row, error.message);
    return plans;
}
