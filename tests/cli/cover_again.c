/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the checks across rows said of covers follows who is who and how cover is judged, without a county
   sending anything. */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover_again, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

/* How many overlaps are doubted, and how many of them at the planted person's two numbers. */
static const char ask_doubts[] =
    "SELECT count(*) || ' ' || count(*) FILTER (WHERE t.src_psn_no IN ('102900000001', '181900000001')) FROM"
    " intake.reason r JOIN record.psn_insu_d t ON (t.file, t.source_row) = (r.file, r.source_row)"
    " WHERE r.code = 'enroll.overlap'";

static void doubts(const char *wanted, const char *when) {
    const char *found = journey_ask(&journey, ask_doubts);
    cr_expect_str_eq(found, wanted, "%s: %s, not %s", when, found, wanted);
}

static bool again(void) {
    int code = journey_run(&journey, "run");
    cr_expect_eq(code, 0, "%d: %s", code, journey.output);
    return strstr(journey.output, "已重新核对") != NULL;
}

static void decide_different(void) {
    const char *pair = journey_ask(
        &journey,
        "SELECT 'P' || a.record_no || '-' || b.record_no || '-' || identity.version(a.record_no, b.record_no,"
        " a.row_hash, b.row_hash) FROM identity.record a, identity.record b WHERE a.record_no < b.record_no"
        " AND a.src_psn_no IN ('102900000001', '181900000001') AND b.src_psn_no IN ('102900000001',"
        " '181900000001')");
    const char *text = arena_print(
        &journey.arena, "配对编号,结论,理由,经办人,日期\r\n%s,不同人,档案不同,王经办,2021-03-01\r\n", pair);
    journey_write(&journey, "list.csv", (struct span){text, strlen(text)});
    journey_expect(&journey, "person decide list.csv", 0, NULL);
}

/* How many rows the last run's 疑点明细 lists because a check came upon them then, and the workbooks it
 * wrote. */
static void listed(const char *wanted, const char *when) {
    const char *found = journey_ask(&journey, "SELECT count(*) || ' ' || count(DISTINCT f.delivery) FROM"
                                              " intake.reason r JOIN intake.file f USING (file) WHERE"
                                              " r.said_run = (SELECT max(run) FROM intake.run)");
    cr_expect_str_eq(found, wanted, "%s: %s doubts and deliveries, not %s", when, found, wanted);
    cr_expect_eq(system(arena_print(&journey.arena, "ls '%s'/out/%04ld_*/退回/*退回清单*.xlsx > /dev/null",
                                    journey.city,
                                    strtol(journey_ask(&journey, "SELECT max(run) FROM"
                                                                 " intake.run"),
                                           NULL, 10))),
                 0, "%s: no list was written", when);
}

Test(cover_again, who_is_who_changes_and_the_doubts_follow) {
    doubts("16 2", "after the run");
    cr_expect(!again(), "looked again without need");
    decide_different();
    cr_expect(again(), "two persons now, and nobody looked");
    doubts("14 0", "after two became different persons");
    cr_expect(!again(), "looked twice");
    journey_expect(&journey,
                   arena_print(&journey.arena, "person undo %s --reason 演练",
                               journey_ask(&journey, "SELECT max(event) FROM identity.event WHERE kind ="
                                                     " 'decide'")),
                   0, NULL);
    cr_expect(again(), "one person again, and nobody looked");
    doubts("16 2", "after the decision was taken back");
    listed("2 2", "after the decision was taken back");
}

Test(cover_again, another_table_of_schemes_and_the_doubts_follow) {
    static const char only[] = "insutype,label,family,unit,statuses,exempt,newborn,source\n"
                               "310,职工,employee,month,1|2|4,retired,,\n";
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    journey_write(&journey, "mappings/cover/schemes.csv", (struct span){only, sizeof only - 1});
    cr_expect(again(), "residents are no longer covered, and nobody looked");
    doubts("0 0", "without residents");
    cr_assert_eq(system(arena_print(&journey.arena, "rm '%s/mappings/cover/schemes.csv'", journey.city)), 0);
    cr_expect(again(), "residents are covered again, and nobody looked");
    doubts("16 2", "with residents");
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM intake.reason WHERE code = 'enroll.overlap'"
                                           " AND said_run = (SELECT max(run) FROM intake.run)"),
                     "16");
}

/* Only what goes by the table waits for it; what was said before stands, and a county that came meanwhile is
   looked at once the table is mended. */
Test(cover_again, a_wrong_table_holds_up_only_what_goes_by_it) {
    static const char wrong[] = "insutype,label,family,unit,statuses,exempt,newborn,source\n"
                                "310,职工,employee,week,1|2|4,retired,,\n";
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    journey_write(&journey, "mappings/cover/schemes.csv", (struct span){wrong, sizeof wrong - 1});
    journey_expect(&journey, "run", 3, "schemes.csv: 第 2 行，第 4 列");
    journey_expect(&journey, "check", 64, "schemes.csv: 第 2 行，第 4 列");
    doubts("16 2", "with a wrong table");
    const char *delivery = journey_ask(
        &journey, "SELECT max(delivery) FROM intake.delivery WHERE path LIKE 'cb_%' AND state = 'published'");
    journey_expect(&journey, arena_print(&journey.arena, "run --again %s", delivery), 3, "没有核对");
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM intake.checked WHERE cover = 'blocked'"),
                     "1");
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT state || ' ' || detail FROM intake.finding WHERE check_code ="
                                 " 'cover.tables' ORDER BY finding DESC LIMIT 1"),
                     "blocked file=mappings/cover/schemes.csv;row=2;column=4");
    cr_assert_eq(system(arena_print(&journey.arena, "rm '%s/mappings/cover/schemes.csv'", journey.city)), 0);
    cr_expect(again(), "the table is mended, and nobody looked");
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT state FROM intake.finding WHERE check_code = 'cover.tables'"
                                 " ORDER BY finding DESC LIMIT 1"),
                     "held");
    /* keep.csv and rates.csv are a search's own: a run that does not search does not need them. */
    journey_write(&journey, "mappings/cover/keep.csv", (struct span){"rule\n", 5});
    journey_expect(&journey, "run", 0, NULL);
    journey_expect(&journey, "cover find", 64, "when");
}
