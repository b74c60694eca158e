/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/papers.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>

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
