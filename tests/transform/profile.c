/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/profile.h"
#include "tests/transform/fixture.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char spec[] =
    "match: x\nkind: psn_info_b\nread: {format: csv}\nkey: [k]\ncolumns:\n  src_psn_no: k\n";

static void profile(struct fixture *fixture, struct profile_state *state) {
    struct stage stage = {&transform_profile, state, &fixture->arena};
    cr_assert(transform_profile.open(&stage, &fixture->columns, &fixture->error));
    cr_assert_neq(transform_profile.run(&stage, &fixture->batch, &fixture->error), FLOW_FAILED);
    cr_assert(transform_profile.end(&stage, &fixture->error));
}

Test(profile, shapes_fill_and_values) {
    struct fixture fixture;
    struct profile_state state = {0};
    fixture_open(&fixture, spec,
                 "k|id|name|day|ym|money|phone|code\n"
                 "1|690102199003070010|王芳|20200101|202001|12.50|10012345678|11\n"
                 "2|690102900307001|买买提·艾力|2020-1-2|2020-02|-3|0871-1234567|12\n"
                 "3|690102199003070011|A1|20201301|202013|x||11\n"
                 "4||||||1|11\n");
    profile(&fixture, &state);
    static const struct {
        int column, shape;
        uint64_t count;
    } expected[] = {{1, SHAPE_CITIZEN, 2}, {2, SHAPE_NAME, 2},  {3, SHAPE_DATE, 2}, {4, SHAPE_MONTH, 2},
                    {5, SHAPE_AMOUNT, 2},  {6, SHAPE_PHONE, 2}, {7, SHAPE_CODE, 4}, {7, SHAPE_INTEGER, 4},
                    {1, SHAPE_DATE, 0},    {0, SHAPE_DATE, 0}};
    for (size_t index = 0; index < sizeof expected / sizeof *expected; index++)
        cr_expect_eq(state.columns[expected[index].column].shapes[expected[index].shape],
                     expected[index].count, "case %zu: %ju", index,
                     (uintmax_t)state.columns[expected[index].column].shapes[expected[index].shape]);
    const struct profile_column *code = &state.columns[7], *money = &state.columns[5];
    cr_expect(code->rows == 4 && code->filled == 4 && code->distinct == 2 && code->values[0].count == 3);
    cr_expect(span_equal(profile_text(&code->first), SPAN("11")) &&
              span_equal(profile_text(&code->last), SPAN("12")));
    cr_expect(money->filled == 3 && money->least == -3000000 && money->most == 12500000 &&
              money->decimals == 2);
    fixture_close(&fixture);
}

Test(profile, many_values_overflow_and_merge) {
    struct fixture fixture;
    struct profile_state first = {0}, second = {0};
    char table[8192], *at = table;
    at += sprintf(at, "k\n");
    for (int row = 0; row < 500; row++) at += sprintf(at, "%d\n", row);
    fixture_open(&fixture, spec, table);
    profile(&fixture, &first);
    profile(&fixture, &second);
    const struct profile_column *column = &first.columns[0];
    cr_expect(column->value_count == PROFILE_VALUES && column->other == 500 - PROFILE_VALUES);
    cr_expect(column->distinct > 450 && column->distinct <= 500, "%u", column->distinct);
    uint32_t before = column->distinct;
    profile_merge(&first, &second);
    uint64_t counted = column->other;
    for (uint32_t value = 0; value < column->value_count; value++) counted += column->values[value].count;
    cr_expect(counted == 1000 && column->filled == 1000 && column->distinct == before);
    fixture_close(&fixture);
}

/* What a spreadsheet or an old system did to a column is counted, and nothing else is. */
Test(profile, lost_numbers_and_rare_characters) {
    struct fixture fixture;
    uint64_t common[PROFILE_COMMON / 64];
    struct profile_state state = {.common = common}, again = {.common = common};
    memset(common, 0xff, sizeof common);
    common[0x4DAE / 64] &= ~((uint64_t)1 << 0x4DAE % 64); /* 䶮 */
    for (uint32_t point = 0xE000; point < 0xF900; point++) common[point / 64] &= ~((uint64_t)1 << point % 64);
    fixture_open(&fixture, spec,
                 "k|id|name\n"
                 "1|6.90102E+17|王䶮\n"
                 "2|690102199003000000|李\xEE\x80\x80\n"
                 "3|690102199003070010|䶮䶮𠮷\n"
                 "4|1.5E+3x|A\n"
                 "5|100000000000000|B\n");
    profile(&fixture, &state);
    const struct profile_column *id = &state.columns[1], *name = &state.columns[2];
    cr_expect(id->exponents == 1 && id->zeros == 1, "%ju %ju", (uintmax_t)id->exponents,
              (uintmax_t)id->zeros);
    cr_expect_eq(name->character_count, 3, "%u", name->character_count);
    static const struct profile_character expected[] = {{0x4DAE, 3}, {0xE000, 1}, {0x20BB7, 1}};
    for (size_t i = 0; i < 3; i++)
        cr_expect(name->characters[i].point == expected[i].point &&
                      name->characters[i].count == expected[i].count,
                  "%X %ju", name->characters[i].point, (uintmax_t)name->characters[i].count);
    profile(&fixture, &again);
    profile_merge(&again, &state);
    cr_expect(again.columns[2].character_count == 3 && again.columns[2].characters[0].count == 6 &&
              again.columns[1].zeros == 2 && again.columns[1].exponents == 2);
    fixture_close(&fixture);
}
