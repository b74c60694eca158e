/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* A county that knows its people by numbers with the shape of a citizen's and a wrong check digit, and its
   settlements by numbers of the same shape: the first are masked everywhere, the second nowhere. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(whose, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

#define PERSON "690102194912310020"
#define SETTLEMENT "690102202011150003"

static const char spec[] =
    "match: \"特病_{period}.csv\"\nkind: setl_d\ndelivery: delta\nprofile: national\n"
    "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [人员编号, 结算编号]\nunit: yuan\n"
    "columns:\n  setl_id: 结算编号\n  src_psn_no: 人员编号\n  setl_time: {from: 结算日期, as: date}\n"
    "  medfee_sumamt: 总费用\ncontrol: none\n";
static const char rows[] = "结算编号,人员编号,结算日期,总费用\n" SETTLEMENT "," PERSON ",20201225,10.00\n"
                           "690102202011150004," PERSON ",20209999,20.00\n";

/* One person under two numbers, both of the shape of a citizen's. */
static const char people[] =
    "match: \"人员_{period}.csv\"\nkind: psn_info_b\ndelivery: full\nprofile: national\n"
    "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [人员编号]\n"
    "columns:\n  src_psn_no: 人员编号\n  psn_name: 姓名\n"
    "  certno: {from: 证件号码, as: certno}\n  brdy: {from: 出生日期, as: date}\n"
    "control: none\n";
static const char persons[] =
    "人员编号,姓名,证件号码,出生日期\n" PERSON ",欧阳样例,690102194912310031,19491231\n"
    "690102194912310021,欧阳样例,690102194912310031,19491231\n";

static void write(const char *path, const char *text) {
    journey_write(&journey, path, (struct span){text, strlen(text)});
}

/* In how many lines of what was written for people, inside the workbooks too. */
static int lines_with(const char *word) {
    const char *command = arena_print(
        &journey.arena,
        "cd %s && find out -type f ! -path '*依据*' -exec sh -c 'case $1 in *.xlsx) unzip -p \"$1\";; *) cat"
        " \"$1\";; esac' _ {} \\; | grep -c %s",
        journey.city, word);
    FILE *pipe = popen(command, "re");
    int lines = -1;
    cr_assert(pipe && fscanf(pipe, "%d", &lines) == 1, "%s", command);
    pclose(pipe);
    return lines;
}

static void shown(const char *arguments, int code) {
    journey_expect(&journey, arguments, code, NULL);
    cr_expect(!strstr(journey.output, PERSON), "%s\n%s", arguments, journey.output);
}

Test(whose, a_persons_number_is_masked_and_a_settlements_is_not) {
    const char *forget =
        arena_print(&journey.arena, "cd %s && rm -r deliveries/*/* mappings/qinghe/*.yaml", journey.city);
    cr_assert_eq(system(forget), 0);
    write("mappings/qinghe/special.yaml", spec);
    write("deliveries/qinghe/特病_202012.csv", rows);
    write("mappings/qinghe/people.yaml", people);
    write("deliveries/qinghe/人员_202012.csv", persons);
    shown("preview deliveries/qinghe/特病_202012.csv --full --rejects out/自查.xlsx", 2);
    shown("run --county qinghe", 2);
    cr_expect_eq(lines_with(PERSON), 0, "somebody's number is in the papers");
    cr_expect_geq(lines_with("'690102[*]*#.*/690102202011150004'"), 1, "the settlement's number stays");
    cr_expect_str_eq(journey_ask(&journey, "SELECT string_agg(DISTINCT key_person, ' ') FROM"
                                           " intake.file"),
                     "1");
    /* As when a later record shows that both are one. */
    journey_ask(&journey,
                "INSERT INTO identity.event (kind, records, operator) SELECT 'merge', array_agg(record_no"
                " ORDER BY record_no), 'test' FROM identity.xref RETURNING event");
    shown("person history", 0);
    cr_expect(strstr(journey.output, " 690102/690102************"), "%s", journey.output);
    cr_expect(!strstr(journey.output, "690102194912310021"), "%s", journey.output);
    const char *reject = journey_ask(&journey, "SELECT reject FROM intake.reject WHERE bucket = 'rejected'");
    shown(arena_print(&journey.arena, "trace reject %s", reject), 0);
    cr_expect(strstr(journey.output, "/690102202011150004"), "%s", journey.output);
    shown("trace setl_d 690102/" PERSON "/" SETTLEMENT, 0);
    cr_expect(strstr(journey.output, SETTLEMENT), "%s", journey.output);
    journey_expect(&journey, arena_print(&journey.arena, "trace reject %s --unmask", reject), 0, PERSON);
}
