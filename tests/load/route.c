/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* Settlements on their way to accounts, by routing rows of a made-up column of days: a row that ends in
   mid-month, amounts of one settlement that meet on one account, and 其他 by the fund that paid it. */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS record.setl_d_690081 PARTITION OF record.setl_d FOR VALUES IN ('690081');"
    "CREATE TABLE IF NOT EXISTS record.setl_fund_pay_d_690081 PARTITION OF record.setl_fund_pay_d FOR VALUES "
    "IN "
    "('690081');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-81, -8, '690081', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns)"
    " OVERRIDING SYSTEM VALUE VALUES (-81, -81, 'setl_d', '', '', '', false, '{}') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.settlement_routing_row WHERE note = '试'; DELETE FROM record.setl_d WHERE county = "
    "'690081'; DELETE FROM record.setl_fund_pay_d WHERE county = '690081';"
    "INSERT INTO fund.settlement_routing_row (fund_column, insutype, condition_column, condition_values, "
    "chart_set, account, valid_from, valid_until, note, overlay) SELECT c, i, n, v, '试', a, f::date, "
    "u::date, "
    "'试', 0 FROM (VALUES"
    " ('hifp_pay', '999', 'med_type', '21|22', 'A', '2018-01-01', '2020-03-15'),"
    " ('hifp_pay', '999', 'med_type', '21|22', 'B', '2020-03-15', NULL),"
    " ('acct_pay', '999', '', '', 'C', '2018-01-01', NULL), ('acct_mulaid_pay', '999', '', '', 'C', "
    "'2018-01-01',"
    " NULL), ('othfund_pay', '999', 'fund_pay_type', '888888', 'D', '2018-01-01', NULL)) v (c, i, n, v, a, "
    "f, u)";

static void put(struct city *city, const char *settlements, const char *lines) {
    city_run(city, lane_format(&city->arena,
                               "INSERT INTO record.setl_d (setl_id, setl_time, insutype, med_type, "
                               "medfee_sumamt_fen, hifp_pay_fen, acct_pay_fen, acct_mulaid_pay_fen, "
                               "othfund_pay_fen, county, src_key, key_hash, row_hash, file, source_row)"
                               " SELECT s, d::date, '999', m, 1, p::bigint, a::bigint, u::bigint, o::bigint, "
                               "'690081', s, md5('ro' || s)::uuid, "
                               "0, -81, 1 FROM (VALUES %s) v (s, d, m, p, a, u, o)",
                               settlements));
    if (*lines)
        city_run(city,
                 lane_format(&city->arena,
                             "INSERT INTO record.setl_fund_pay_d (setl_id, fund_pay_type, fund_payamt_fen, "
                             "county, src_key, key_hash, row_hash, file, source_row) SELECT s, t, f, "
                             "'690081', s || t, md5('rf' || s || t)::uuid, 0, -81, 1 FROM (VALUES %s) v "
                             "(s, t, f)",
                             lines));
}

Test(route, every_amount_goes_where_the_row_of_its_day_says) {
    static const struct {
        const char *name, *settlements, *lines, *routed, *unrouted;
    } cases[] = {
        {"a row that ends in mid-month",
         "('S1', '2020-03-14', '21', 5, NULL, NULL, NULL), ('S2', '2020-03-15', "
         "'2101', 7, NULL, NULL, NULL)",
         "", "A 202003 1 5, B 202003 1 7", ""},
        {"two columns meet",
         "('S1', '2020-01-01', '21', NULL, 3, 4, NULL), ('S2', '2020-01-02', '21', NULL, 8, "
         "NULL, NULL)",
         "", "C 202001 2 15", ""},
        {"no row takes it", "('S1', '2020-01-01', '41', 9, 3, NULL, NULL)", "", "C 202001 1 3",
         "S1 hifp_pay 9"},
        {"another fund's line says whose it is", "('S1', '2020-01-01', '21', 2, NULL, NULL, 6)",
         "('S1', '888888', 6), ('S1', '390100', 2)", "A 202001 1 2, D 202001 1 6", ""},
        {"two lines of that amount leave a doubt", "('S1', '2020-01-01', '21', NULL, 1, NULL, 6)",
         "('S1', '888888', 6), ('S1', '390100', 6)", "C 202001 1 1", "S1 othfund_pay 6"},
        {"no line at all", "('S1', '2020-01-01', '21', NULL, NULL, NULL, 6)", "", "", "S1 othfund_pay 6"},
        {"before the first day", "('S1', '2017-12-31', '21', 5, NULL, NULL, NULL)", "", "", ""}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        put(&city, cases[i].settlements, cases[i].lines);
        cr_assert(set_county(&city.registry, "690081", &city.error), "%s", city.error.message);
        const char *routed = city_ask(
            &city, "SELECT coalesce(string_agg(concat_ws(' ', acct_code, month, settlements, fen), ', ' "
                   "ORDER BY acct_code, month), '') FROM fund.routed WHERE county = '690081'");
        cr_expect_str_eq(routed, cases[i].routed, "%s: %s", cases[i].name, routed);
        const char *unrouted = city_ask(
            &city, "SELECT coalesce(string_agg(concat_ws(' ', setl_id, fund_column, fen), ', ' ORDER BY "
                   "setl_id, fund_column), '') FROM fund.unrouted WHERE county = '690081'");
        cr_expect_str_eq(unrouted, cases[i].unrouted, "%s: %s", cases[i].name, unrouted);
        cr_expect_str_eq(city_ask(&city,
                                  "SELECT (SELECT coalesce(sum(fen), 0) FROM fund.culprit WHERE finding = "
                                  "f.finding) - (SELECT coalesce(sum(fen), 0) FROM fund.unrouted WHERE "
                                  "county = '690081') FROM intake.finding f WHERE county = '690081' AND "
                                  "check_code = 'ledger.unrouted' ORDER BY run DESC, finding DESC LIMIT 1"),
                         "0", "%s", cases[i].name);
    }
    city_run(&city,
             "DELETE FROM fund.settlement_routing_row WHERE note = '试'; DELETE FROM record.setl_d WHERE "
             "county = '690081'; DELETE FROM record.setl_fund_pay_d WHERE county = '690081'");
    city_leave(&city);
}
