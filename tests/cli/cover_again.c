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
}
