/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/retry/retry.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* A list takes effect whole or not at all, says in which unit it is read, and what is left. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(retry, .timeout = JOURNEY_SECONDS);

#define expect_run(...) journey_expect(&journey, __VA_ARGS__)

static const char *reject_of(const char *county, const char *code) {
    return journey_ask(&journey, arena_print(&journey.arena,
                                             "SELECT min(j.reject) FROM intake.reject j JOIN intake.reason r "
                                             "USING (file, source_row) JOIN intake.file f USING (file) JOIN "
                                             "intake.delivery d USING (delivery) WHERE d.folder = '%s' AND "
                                             "r.code = '%s' AND j.state = 'open' AND d.source = 'file'",
                                             county, code));
}

/* Everything that a list may touch. */
static const char *state(void) {
    return arena_print(&journey.arena, "%s %s", journey_content(&journey),
                       journey_ask(&journey, "SELECT string_agg(reject || state || coalesce(closed_by, ''), "
                                             "' ' ORDER BY reject) FROM intake.reject"));
}

Test(retry, values_with_their_unit) {
    static const struct {
        const char *value, *unit, *cell; /* cell NULL: no amount */
    } cases[] = {
        {"76889", "fen", "76889"},         {"768.89元", "fen", "76889"},
        {"76889分", "yuan", "768.89"},     {"768.89", "yuan", "768.89"},
        {"0.076889万元", "fen", "76889"},  {"768.89元", "wanyuan", "0.076889"},
        {"-1,234.50元", "fen", "-123450"}, {"7x元", "fen", NULL},
        {"768.899元", "fen", NULL},        {"三分", "", "三分"},
        {"0.5分", "yuan", NULL},
    };
    struct arena arena = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span cell, value = {cases[i].value, strlen(cases[i].value)};
        bool good = retry_value(value, cases[i].unit, &arena, &cell);
        cr_expect_eq(good, cases[i].cell != NULL, "%s", cases[i].value);
        if (!good || !cases[i].cell) continue;
        cr_expect(span_equal(cell, (struct span){cases[i].cell, strlen(cases[i].cell)}), "%s in %s: %.*s",
                  cases[i].value, cases[i].unit, (int)cell.size, cell.bytes);
    }
    arena_free(&arena);
}

/* 临渚市 delivers amounts in fen. */
static void tells_the_unit(void) {
    const char *unit = "（单位：分）";
    cr_assert(system(arena_print(&journey.arena, "cat %s/out/0001_*/退回/临渚市*.csv > %s/list.csv",
                                 journey.city, journey.city)) == 0);
    struct span list = journey_file(&journey, "list.csv");
    cr_assert(memmem(list.bytes, list.size, unit, strlen(unit)), "the list does not say %s", unit);
    cr_assert(memmem(list.bytes, list.size, "修正值按分填写", strlen("修正值按分填写")));
}

Test(retry, whole_or_not_at_all, .init = setup, .fini = teardown) {
    tells_the_unit();
    const char *before = state(), *amount = reject_of("linzhu", "amount.not_a_number"),
               *other = reject_of("qinghe", "text.undecodable");
    const struct journey_line both[] = {{other, "AAC003", NULL, "不移交", "重复建档", "样例-青禾经办"},
                                        {amount, "总费用", "860.00元", "改正", NULL, "样例-临渚经办"}},
                              rivals[] = {{amount, "总费用", "860.00元", "改正", NULL, "样例"},
                                          {amount, "总费用", "86001", "改正", NULL, "样例"}},
                              undecided[] = {{amount, "总费用", "860.00元", NULL, NULL, "样例"},
                                             {amount, "总费用", NULL, "不移交", "不要了", "样例"}},
                              moved[] = {{amount, "总费", "860.00元", "改正", NULL, "样例"}},
                              torn[] = {{amount, "总费用", "860.00元", "不移交", "不要了", "样例"}};
    journey_book(&journey, "both.xlsx", both, 2);
    journey_book(&journey, "rivals.xlsx", rivals, 2);
    journey_book(&journey, "undecided.xlsx", undecided, 2);
    journey_book(&journey, "moved.xlsx", moved, 1);
    journey_book(&journey, "torn.xlsx", torn, 1);
    expect_run("retry -q rivals.xlsx", 3, "两个不同的修正值");
    expect_run("retry -q undecided.xlsx", 3, "既填了修正值");
    expect_run("retry -q moved.xlsx", 3, "请勿改动");
    /* Sorted without its first column: the number says one row, the rest of the line another. */
    const char *row =
        journey_ask(&journey, arena_print(&journey.arena,
                                          "SELECT source_row FROM intake.reject WHERE reject = %s", amount));
    for (int step = 0; step < 2; step++) {
        const char *sorted = arena_print(
            &journey.arena, "退回编号,行号,源列名,修正值,处理结果\r\n%s,%d,总费用,860.00元,改正\r\n", amount,
            atoi(row) + !step);
        journey_write(&journey, "sorted.csv", (struct span){sorted, strlen(sorted)});
        if (!step) expect_run("retry -q sorted.csv", 3, "行号与退回编号不符");
        else expect_run("retry --dry-run -q sorted.csv", 0, "试算，没有生效：改正 1 行：补入 1 行");
    }
    expect_run("retry -q torn.xlsx", 3, "只能留一样");
    cr_expect_str_eq(state(), before, "a refused list changed something");
    /* One county's bytes are away, so the waiver of the other county must not stay either. */
    cr_assert(system(arena_print(&journey.arena, "mv %s/deliveries/linzhu %s/away", journey.city,
                                 journey.city)) == 0);
    expect_run("retry -q both.xlsx", 3, "整张清单未采用");
    cr_expect_str_eq(state(), before, "half a list took effect");
    cr_assert(system(arena_print(&journey.arena, "mv %s/away %s/deliveries/linzhu", journey.city,
                                 journey.city)) == 0);
    /* Tried first: it says what would happen, and the real thing says the same afterwards. */
    expect_run("retry -q --dry-run both.xlsx", 0,
               "试算，没有生效：改正 1 行：补入 1 行，仍退回 0 行；不移交 1 行");
    cr_expect_str_eq(state(), before, "a list that was only tried took effect");
    expect_run("retry -q both.xlsx", 2, "改正 1 行：补入 1 行，仍退回 0 行；不移交 1 行");
    cr_assert(strstr(journey.output, "临渚市还有"), "%s", journey.output);
    cr_expect_str_eq(journey_ask(&journey, "SELECT medfee_sumamt_fen FROM record.setl_d t JOIN intake.file f "
                                           "USING (file) JOIN intake.delivery d USING (delivery) WHERE "
                                           "d.source = 'retry'"),
                     "86000", "yuan were read as fen");
}

/* Who asks to try what cannot be tried must not see it done. */
Test(retry, nothing_is_done_by_trying, .init = setup, .fini = teardown) {
    static const char *const wishes[] = {"init other", "policy replay", "cover write",
                                         "person review --out x.xlsx", "verify"};
    const char *before = state();
    for (size_t i = 0; i < sizeof wishes / sizeof *wishes; i++)
        expect_run(arena_print(&journey.arena, "%s --dry-run", wishes[i]), 64, "没有 --dry-run");
    cr_expect_str_eq(state(), before);
    expect_run("verify --help", 0, "--unmask");
    cr_expect(!strstr(journey.output, "--dry-run"), "%s", journey.output);
    expect_run("undo 1 --dry-run", 0, "什么也没有变");
    cr_expect_str_eq(state(), before);
    expect_run("run --dry-run", 0, NULL);
    cr_expect_str_eq(state(), before);
}

/* A county's list speaks the language of the run that wrote it. */
Test(retry, a_list_in_english_is_read_back, .init = setup, .fini = teardown) {
    cr_assert(system(arena_print(&journey.arena, "cp %s/第二批/*加密.zip %s/deliveries/qinghe/", journey.city,
                                 journey.city)) == 0);
    expect_run("run -q --lang en", 3, "refused");
    cr_assert(system(arena_print(&journey.arena, "cp %s/out/0002_*/退回/青禾区*.xlsx %s/english.xlsx",
                                 journey.city, journey.city)) == 0);
    expect_run("retry -q english.xlsx", 2, "表里没有一行填了“处理结果”");
}

static const char small[] =
    "match: \"补报_{period}.csv\"\nkind: setl_d\ndelivery: %s\nprofile: national\n"
    "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [结算编号]\nunit: yuan\n"
    "columns:\n  setl_id: 结算编号\n  setl_time: {from: 结算日期, as: date}\n  medfee_sumamt: 总费用\n"
    "control: none\n";
static const char rows[] =
    "结算编号,结算日期,总费用\nB1,20201225,10.00\nB2,2020-99-99,20.00\n,20201227,40.00\n"
    "B4,20201228,八十\nB5,,160.00\n";

static const char *number_of(int row) {
    return journey_ask(&journey, arena_print(&journey.arena,
                                             "SELECT min(reject) FROM intake.reject WHERE bucket = 'rejected'"
                                             " AND source_row = %d",
                                             row));
}

static const char *waiting(void) {
    return journey_ask(&journey,
                       "SELECT count(*) || ' of ' || (SELECT count(*) FROM intake.reject WHERE bucket ="
                       " 'rejected' AND state = 'open') FROM intake.waiting");
}

/* The county fills in the list that it has, though its delivery was read again since: by a date, by the key
   itself, which no key can find, and by a waiver.  The line that it left open stays open and is told. */
Test(retry, a_list_of_before_a_reload_settles_what_is_open_now) {
    static const char *const deliveries[] = {"delta", "full"};
    for (int i = 0; i < 2; i++) {
        journey_begin_at(&journey, JOURNEY_EMPTY);
        cr_assert_eq(
            system(arena_print(&journey.arena, "cd %s && rm -r deliveries/*/* mappings/qinghe/*.yaml",
                               journey.city)),
            0);
        const char *spec = arena_print(&journey.arena, "%.*s%s%s", (int)(strstr(small, "%s") - small), small,
                                       deliveries[i], strstr(small, "%s") + 2);
        journey_write(&journey, "mappings/qinghe/small.yaml", (struct span){spec, strlen(spec)});
        journey_write(&journey, "deliveries/qinghe/补报_202012.csv", (struct span){rows, strlen(rows)});
        expect_run("run -q --county qinghe", 2, "退回 4 行");
        const struct journey_line list[] = {{number_of(3), "结算日期", "20201226", "改正", NULL, "样例"},
                                            {number_of(4), "结算编号", "B3", "改正", NULL, "样例"},
                                            {number_of(5), NULL, NULL, "不移交", "重复", "样例"}};
        journey_book(&journey, "list.xlsx", list, 3);
        expect_run("run -q --again 1", 2, NULL);
        cr_expect_str_eq(waiting(), "4 of 4", "%s: each is open once", deliveries[i]);
        expect_run("retry -q list.xlsx", 2, "改正 2 行：补入 2 行，仍退回 0 行；不移交 1 行");
        cr_expect(strstr(journey.output, "3 条按重算后的退回编号办理"), "%s", journey.output);
        cr_expect(strstr(journey.output, "还有 1 行退回未了结"), "%s", journey.output);
        cr_expect_str_eq(waiting(), "1 of 1", "%s", deliveries[i]);
        cr_expect_str_eq(journey_ask(&journey, "SELECT string_agg(setl_id, ' ' ORDER BY setl_id) FROM"
                                               " record.setl_d WHERE county = '690102'"),
                         "B1 B2 B3");
        /* A later run of clean rows alone does not say that nothing is sent back: a row still is. */
        journey_write(&journey, "deliveries/qinghe/补报_202101.csv",
                      SPAN("结算编号,结算日期,总费用\nB9,20210105,1.00\n"));
        if (i == 0) expect_run("run -q --county qinghe", 0, "还有 1 行退回未了结");
        journey_end(&journey);
    }
}
