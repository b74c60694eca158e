/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/papers.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* What was signed as run 1 stays as it is when the database begins anew: numbers go on from its papers. */
Test(papers, numbers_are_never_given_twice_in_a_city) {
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *day = journey_ask(&journey, "SELECT to_char(started, 'YYYYMMDD') FROM intake.run");
    const char *pack = arena_print(&journey.arena, "verify out/0001_%s", day);
    journey_expect(&journey, pack, 0, NULL);
    journey_let_go(&journey);
    journey_expect(&journey, "drop", 0, NULL);
    journey_expect(&journey, "run --county linzhu", 2, "第 2 次");
    journey_hold(&journey);
    cr_expect_str_eq(journey_ask(&journey, "SELECT string_agg(run::text, ' ') FROM intake.run"), "2");
    journey_expect(&journey, pack, 0, NULL);
    journey_expect(&journey,
                   journey_ask(&journey, "SELECT 'verify out/0002_' || to_char(started, 'YYYYMMDD')"
                                         " FROM intake.run"),
                   0, NULL);
    journey_end(&journey);
}

/* The papers of an undo do not say of no rows at all that every one is accounted for. */
Test(papers, a_run_that_read_nothing_says_so) {
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    journey_expect(&journey, "undo 1 --reason 试", 0, NULL);
    const char *folder = journey_ask(
        &journey, "SELECT 'out/0002_' || to_char(started, 'YYYYMMDD') FROM intake.run WHERE run = 2");
    static const char *const papers[] = {"index.html", "对账总表.html"};
    for (size_t i = 0; i < 2; i++) {
        struct span page = journey_file(&journey, arena_print(&journey.arena, "%s/%s", folder, papers[i]));
        cr_expect(memmem(page.bytes, page.size, "本次没有读入交付；", strlen("本次没有读入交付；")), "%s",
                  papers[i]);
        cr_expect_not(memmem(page.bytes, page.size, "全部有去向", strlen("全部有去向")), "%s", papers[i]);
    }
    journey_end(&journey);
}

/* Only what a run has made counts: not a folder of somebody else's, whatever its name begins with. */
Test(papers, what_else_lies_there_is_no_run) {
    struct journey journey;
    journey_begin(&journey);
    struct city city = {.directory = journey.city};
    cr_expect_eq(papers_last(&city, &journey.arena), 0, "no out/ yet");
    static const struct {
        const char *name;
        int last;
    } cases[] = {{"0007_20200131", 7},     {"0003_20200201", 7},  {"0099_备份", 7},
                 {"20200131_20200131", 7}, {"x0042_20200131", 7}, {"0012", 7},
                 {"12345_20200131", 12345}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[256];
        snprintf(command, sizeof command, "mkdir -p '%s/out/%s'", journey.city, cases[i].name);
        cr_assert_eq(system(command), 0);
        cr_expect_eq(papers_last(&city, &journey.arena), cases[i].last, "%s: %d", cases[i].name,
                     papers_last(&city, &journey.arena));
    }
    journey_end(&journey);
}

static int times(const char *text, const char *word) {
    int count = 0;
    for (; (text = strstr(text, word)); text++) count++;
    return count;
}

/* Asked of whom it is not, a paper said that nothing was sent back, or showed one county what is the others'.
 */
Test(papers, are_of_whom_they_are_asked) {
    static const struct {
        const char *arguments;
        int code;
        const char *said, *never;
    } cases[] = {
        {"report rejects", 64, "请加 --county", "没有未了结"},
        {"report cleanup", 64, "请加 --county", NULL},
        {"report ledger", 64, "请加 --county", "没有收到"},
        {"report handover --out 移交.xlsx", 64, "请加 --county", NULL},
        {"report reconciliation --county linzhu --out 对账.html", 64, "请去掉 --county", NULL},
        {"report cover --county linzhu", 64, "请去掉 --county", NULL},
        {"report voucher --county qinghe", 64, "fund trace", NULL},
        {"report coverage --county linzhu", 0, "临渚市", "青禾区"},
        {"report impact --county linzhu", 0, "690181/", "690102/"},
        {"status --county linzhu", 0, "临渚市", "青禾区"},
        {"status", 0, "青禾区", NULL},
    };
    struct journey journey;
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        journey_expect(&journey, cases[i].arguments, cases[i].code, cases[i].said);
        cr_expect(!cases[i].never || !strstr(journey.output, cases[i].never), "%s says %s",
                  cases[i].arguments, cases[i].never);
    }
    /* Row by row, though these tables are read in pieces: each reason of a row sent back, and each doubt. */
    int lines = atoi(journey_ask(
        &journey,
        "SELECT count(*) FROM intake.reason r JOIN intake.file USING (file) JOIN intake.delivery d"
        " USING (delivery) LEFT JOIN intake.reject j USING (file, source_row) WHERE d.county = '690181'"
        " AND r.weight IN ('reject', 'doubt') AND coalesce(j.bucket, 'rejected') = 'rejected'"));
    journey_expect(&journey, "report rejects --county linzhu --json", 0, NULL);
    cr_expect_gt(lines, 10);
    cr_expect_eq(times(journey.output, "\"decision\": \"\""), lines, "%d lines, not %d",
                 times(journey.output, "\"decision\": \"\""), lines);
    journey_end(&journey);
}
