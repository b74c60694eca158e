/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* The year's accumulators are a person's, whoever that is: two records of two counties become one by a
   person's decision, and what the later stay comes to changes; taken back, it is as before. */

static struct journey journey;
static void teardown(void) { journey_end(&journey); }
TestSuite(policy_person, .fini = teardown, .timeout = JOURNEY_SECONDS);

/* Two persons of two counties with one stay each, of one scheme and year: 'A B LATER'. */
static const char two_sql[] =
    "WITH one AS (SELECT s.county || '/' || s.src_psn_no AS who, min(s.setl_id) AS setl_id FROM "
    "record.setl_d s JOIN "
    "record.psn_info_b p USING (county, src_psn_no) GROUP BY s.county, s.src_psn_no HAVING count(*) = 1), "
    "stay AS "
    "(SELECT o.who, s.county, s.setl_id, s.insutype, s.setl_time, date_part('year', s.setl_time) AS year "
    "FROM one o "
    "JOIN record.setl_d s ON s.county || '/' || s.src_psn_no = o.who WHERE s.med_type = '21' AND "
    "coalesce(s.refd_setl_flag, '0') = '0') SELECT a.who || ' ' || b.who || ' ' || b.county || '/' || "
    "b.setl_id FROM "
    "stay a JOIN stay b ON a.county < b.county AND a.insutype = b.insutype AND a.year = b.year AND "
    "a.setl_time < "
    "b.setl_time ORDER BY 1 LIMIT 1";
static const char pair_sql[] =
    "SELECT 'P' || a.record_no || '-' || b.record_no || '-' || identity.version(a.record_no, b.record_no, "
    "a.row_hash, b.row_hash) FROM identity.record a, identity.record b WHERE a.record_no < b.record_no AND "
    "a.county || '/' || a.src_psn_no IN ('%s', '%s') AND b.county || '/' || b.src_psn_no IN ('%s', '%s')";

/* What the county's rule and the city's plan make of a settlement, as of the last replay. */
static const char *outcome(const char *settlement) {
    return journey_ask(
        &journey,
        arena_print(
            &journey.arena,
            "SELECT r.old_fund_fen || ' ' || r.new_fund_fen FROM fund.replay r JOIN record.setl_d s USING "
            "(county, key_hash) WHERE s.county || '/' || s.setl_id = '%s' ORDER BY r.run DESC LIMIT 1",
            settlement));
}

Test(policy_person, a_decision_moves_the_years_accumulators) {
    char a[64], b[64], later[64];
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *two = journey_ask(&journey, two_sql);
    cr_assert_eq(sscanf(two, "%63s %63s %63s", a, b, later), 3, "no such two: \"%s\"", two);
    const char *explain = arena_print(&journey.arena, "policy explain %s", later);
    const char *alone = outcome(later);
    journey_expect(&journey, explain, 0, "此前本人已有 0 笔结算");
    cr_expect(strstr(journey.output, "本年第 1 次住院"), "%s", journey.output);
    const char *pair = journey_ask(&journey, arena_print(&journey.arena, pair_sql, a, b, a, b));
    const char *list = arena_print(
        &journey.arena, "配对编号,结论,理由,经办人,日期\r\n%s,同一人,换过号,王审,2026-11-22\r\n", pair);
    journey_write(&journey, "same.csv", (struct span){list, strlen(list)});
    journey_expect(&journey, "person decide same.csv -q", 0, NULL);
    journey_expect(&journey, "run", 0, "已重新核对");
    journey_expect(&journey, explain, 0, "此前本人已有 1 笔结算");
    cr_expect(strstr(journey.output, "本年第 2 次住院"), "%s", journey.output);
    const char *merged = outcome(later);
    cr_expect_str_neq(merged, alone, "a second stay of the year comes to the same: %s\n%s", merged,
                      journey.output);
    const char *event = journey_ask(&journey, "SELECT max(event) FROM identity.event WHERE kind = 'decide'");
    journey_expect(&journey, arena_print(&journey.arena, "person undo %s --reason 错了 -q", event), 0, NULL);
    journey_expect(&journey, "run", 0, "已重新核对");
    cr_expect_str_eq(outcome(later), alone, "%s", outcome(later));
}
