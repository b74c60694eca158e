/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* A county's export changes its header: that delivery stops with both headers shown, the others go on, and
   the spec is mended by the lines that guess --update proposes. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(drift_cli, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static const char settlements[] = "deliveries/linzhu/js_20201231.txt",
                  spec[] = "mappings/linzhu/settlement.yaml";

static void shell(const char *command) {
    int status = system(arena_print(&journey.arena, "cd %s && %s", journey.city, command));
    cr_assert_eq(status, 0, "%s", command);
}

/* The draft of the file as it is, with more words at its end, in place of the shipped spec. */
static void draft(const char *words) {
    journey_expect(&journey,
                   arena_print(&journey.arena, "guess -q %s > %s/%s", settlements, journey.city, spec), 0,
                   NULL);
    if (*words) shell(arena_print(&journey.arena, "printf '%s\\n' >> %s", words, spec));
}

/* 出院 (GB18030) becomes 离院 in the header line. */
static void rename_column(void) {
    shell(arena_print(
        &journey.arena,
        "iconv -f GB18030 -t UTF-8 %s | sed '1s/|出院|/|离院|/' | iconv -f UTF-8 -t GB18030 > x && mv x %s",
        settlements, settlements));
}

/* Two neighbours of other contents change places below their names: 结算时间 and 总费用. */
static void swap_columns(void) {
    shell(arena_print(
        &journey.arena,
        "LC_ALL=C awk 'BEGIN{FS=OFS=\"|\"} NR>1 && NF>20 {t=$10; $10=$11; $11=t} 1' %s > x && mv x %s",
        settlements, settlements));
}

static const char *rows_of(const char *state) {
    return journey_ask(&journey,
                       arena_print(&journey.arena,
                                   "SELECT count(*) FROM intake.delivery WHERE state = '%s' AND path = "
                                   "'js_20201231.txt'",
                                   state));
}

Test(drift_cli, a_renamed_column_stops_its_delivery_and_is_mended) {
    draft("");
    rename_column();
    journey_expect(&journey, "check", 3, "离院");
    journey_expect(&journey, "run -q", 3, "出院」改名为「离院");
    cr_expect(strstr(journey.output, "tongchou guess --update mappings/linzhu/settlement.yaml"), "%s",
              journey.output);
    cr_expect(strstr(journey.output, "规格记住的"), "both headers are not shown: %s", journey.output);
    cr_expect_str_eq(rows_of("refused"), "1");
    cr_expect_str_eq(rows_of("published"), "0");
    /* The other deliveries of the county and the other counties are in. */
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM intake.delivery WHERE state <> 'published'"),
                     "1");
    const char *command =
        arena_print(&journey.arena, "guess -q --update %s %s > %s/d", spec, settlements, journey.city);
    journey_expect(&journey, command, 0, NULL);
    shell("grep -c '^[-+] ' d | grep -qx 6 && patch -s -p0 < d && rm d");
    journey_expect(&journey, "check", 0, NULL);
    journey_expect(&journey, "run -q", 2, NULL);
    cr_expect_str_eq(rows_of("published"), "1");
    cr_expect_str_eq(
        journey_ask(&journey,
                    "SELECT count(*) FROM record.setl_d WHERE county = '690181' AND enddate IS NOT NULL"),
        journey_ask(&journey, "SELECT count(*) FROM record.setl_d WHERE county = '690181'"));
}

Test(drift_cli, columns_that_change_places_stop) {
    draft("drift: {new: accept, lost: accept, renamed: accept}");
    swap_columns();
    journey_expect(&journey, "preview deliveries/linzhu/js_20201231.txt --full", 3, "date 变成 number");
    journey_expect(&journey, "run -q --county linzhu", 3, "内容不再是 date");
    cr_expect_str_eq(rows_of("published"), "0");
}

Test(drift_cli, accepted_is_written_down_and_rejected_closes) {
    draft("drift: {renamed: accept}");
    rename_column();
    journey_expect(&journey, "run -q --county linzhu", 2, "照读");
    cr_expect_str_eq(rows_of("published"), "1");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT count(*) FROM intake.finding WHERE check_code = 'header.changed' AND "
                              "state = 'held' AND detail LIKE '%离院%'"),
        "1");
}

/* Every row goes back, every fen is counted, and the limit refuses the delivery. */
Test(drift_cli, ignored_columns_are_said_to_be_unread) {
    draft("drift: {renamed: ignore}");
    rename_column();
    journey_expect(&journey, "run -q", 2, "写 ignore 的列不读");
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM record.setl_d WHERE county = '690181' AND "
                                           "enddate IS NOT NULL"),
                     "0");
}

Test(drift_cli, rejected_rows_are_all_accounted_for) {
    draft("drift: {renamed: reject}");
    rename_column();
    journey_expect(&journey, "preview deliveries/linzhu/js_20201231.txt --full", 2, "退回 700");
    journey_expect(&journey, "run -q --county linzhu", 3, "全部退回");
    cr_expect_str_eq(rows_of("refused"), "1");
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT count(*) FROM intake.reject r JOIN intake.file f USING (file) JOIN "
                                 "intake.delivery d USING (delivery) WHERE d.path = 'js_20201231.txt' AND "
                                 "r.bucket = 'rejected'"),
                     "700");
}
