/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* Books broken on purpose: behind every breach stand its rows, all of them and no others, of whatever kind.
 */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS fund.voucher_entry_d_690076 PARTITION OF fund.voucher_entry_d FOR VALUES IN "
    "('690076');"
    "CREATE TABLE IF NOT EXISTS fund.acct_bal_d_690076 PARTITION OF fund.acct_bal_d FOR VALUES IN ('690076');"
    "CREATE TABLE IF NOT EXISTS fund.bank_stmt_d_690076 PARTITION OF fund.bank_stmt_d FOR VALUES IN "
    "('690076');"
    "CREATE TABLE IF NOT EXISTS fund.recon_item_d_690076 PARTITION OF fund.recon_item_d FOR VALUES IN "
    "('690076');"
    "CREATE TABLE IF NOT EXISTS fund.psn_acct_d_690076 PARTITION OF fund.psn_acct_d FOR VALUES IN ('690076');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-76, -8, '690076', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.voucher_entry_d; DELETE FROM fund.acct_bal_d; DELETE FROM fund.bank_stmt_d; DELETE "
    "FROM "
    "fund.recon_item_d; DELETE FROM fund.psn_acct_d; DELETE FROM fund.chart_of_accounts_row; DELETE FROM "
    "fund.check_windows_row;"
    "INSERT INTO fund.check_windows_row (check_code, part, days, valid_from, overlay) VALUES ('e9', 'pair', "
    "10, '2018-01-01', 0), ('e9', 'transit', 31, '2018-01-01', 0);"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, sub_fund, close_to, close_rule, "
    "valid_from, overlay) SELECT '职工', c, k, s, t, CASE t WHEN '' THEN '' ELSE 'full' END, '2018-01-01', 0 "
    "FROM (VALUES ('1003', '资产', '', ''), ('3001', '净资产', '', ''), ('3001.个账', '净资产', '个账', ''), "
    "('4001.个账', '收入', '个账', '3001.个账'), ('4301', '收入', '个账', '3001.个账'), ('5001.个账', "
    "'支出', '个账', '3001.个账'), ('4501', "
    "'收入', '', '3001')) v (c, k, s, t)";

static const char entry_sql[] =
    "INSERT INTO fund.voucher_entry_d (sub_fund, acct_set, fund_set, acct_year, acct_month, voucher_no, "
    "line_no, "
    "voucher_date, src_acct_code, acct_code, debit_fen, credit_fen, slip_no, county, src_key, key_hash, "
    "row_hash, file, source_row)"
    " SELECT nullif(split_part(a, '/', 2), ''), '01', '职工', '2020', substr(d, 1, 2), v, l, ('2020-' || "
    "d)::date, "
    "split_part(a, '/', 1), split_part(a, '/', 1), i::bigint, o::bigint, "
    "s, '690076', v || '-' || l, md5('c' || v || l)::uuid, 0, -76, 1 FROM (VALUES_HERE) v (d, v, l, a, i, o, "
    "s)";
static const char balance_sql[] =
    "INSERT INTO fund.acct_bal_d (acct_set, fund_set, bal_date, bal_type, src_acct_code, acct_code, "
    "debit_fen, credit_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT '01', '职工', "
    "d::date, t, a, a, i::bigint, o::bigint, '690076', t || a, md5('c' || t || a)::uuid, 0, -76, 1 FROM "
    "(VALUES_HERE) v (d, t, a, i, o)";
static const char bank_sql[] =
    "INSERT INTO fund.bank_stmt_d (stmt_no, bank_acct, acct_set, fund_set, acct_code, stmt_date, slip_no, "
    "in_fen, out_fen, balc_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT n, 'B', '01', "
    "'职工', '1003', d::date, s, i, NULL, b, '690076', 'B' || n, md5('c' || n)::uuid, 0, -76, 1 FROM "
    "(VALUES_HERE) v (n, d, s, i, b)";
static const char item_sql[] =
    "INSERT INTO fund.recon_item_d (item_no, acct_set, fund_set, sub_fund, recon_type, item_date, "
    "item_amt_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT n, '01', '职工', '个账', t, "
    "'2020-12-31', f, '690076', n, md5('c' || n)::uuid, 0, -76, 1 FROM (VALUES_HERE) v (n, t, f)";
static const char person_sql[] =
    "INSERT INTO fund.psn_acct_d (src_psn_no, year, bal_date, open_amt_fen, into_amt_fen, balc_fen, county, "
    "src_key, key_hash, row_hash, file, source_row) SELECT p, '2020', '2020-12-31', o, i, b, '690076', p, "
    "md5('c' || p)::uuid, 0, -76, 1 FROM (VALUES_HERE) v (p, o, i, b)";

/* The rows behind the last word on a check: the kind's first letter (the finding's own: -), key, fen. */
static const char behind_sql[] =
    "SELECT f.state || ': ' || coalesce((SELECT string_agg(x.said, ', ' ORDER BY x.said) FROM (SELECT "
    "coalesce(nullif(left(c.kind, 1), ''), '-') || ' ' || k.src_key || coalesce(' ' || c.fen, '') AS said "
    "FROM fund.culprit c JOIN (SELECT key_hash, src_key FROM fund.voucher_entry_d UNION ALL SELECT key_hash, "
    "src_key FROM fund.acct_bal_d UNION ALL SELECT key_hash, src_key FROM fund.bank_stmt_d UNION ALL SELECT "
    "key_hash, src_key FROM fund.recon_item_d UNION ALL SELECT key_hash, src_key FROM fund.psn_acct_d) k "
    "USING (key_hash) WHERE c.finding = f.finding) x), 'nothing') FROM intake.finding f WHERE county = "
    "'690076' AND check_code = 'ledger.%s' AND detail <> 'gone=1' ORDER BY run DESC, state <> 'broken', "
    "finding DESC LIMIT 1";

Test(culprit, every_breach_names_its_rows) {
    static const char even[] = "('01-05', 'V1', '1', '1003', 9, NULL, 'HD1'), ('01-05', 'V1', '2', "
                               "'4001.个账', NULL, 9, NULL)";
    static const struct {
        const char *name, *check, *entries, *balances, *lines, *items, *persons, *behind;
    } cases[] = {
        {"all is even", "e3", even,
         "('2020-01-01', '期初', '1003', 5, NULL), ('2020-01-01', '期初', '3001', "
         "NULL, 5)",
         NULL, NULL, NULL, "held: nothing"},
        {"a voucher off by a fen", "e1",
         "('01-05', 'V1', '1', '1003', 9, NULL, NULL), ('01-05', 'V1', '2', "
         "'4501', NULL, 8, NULL), ('01-06', 'V2', '1', '1003', 1, NULL, NULL), ('01-06', 'V2', '2', '4501', "
         "NULL, 1, NULL)",
         NULL, NULL, NULL, NULL, "broken: - V1-1 9, - V1-2 -8"},
        {"openings off by a fen", "e2", even,
         "('2020-01-01', '期初', '1003', 6, NULL), ('2020-01-01', "
         "'期初', '3001', NULL, 5)",
         NULL, NULL, NULL, "broken: - 期初1003 6, - 期初3001 -5"},
        {"both", "e3",
         "('01-05', 'V1', '1', '1003', 9, NULL, NULL), ('01-05', 'V1', '2', '4501', NULL, 8, "
         "NULL)",
         "('2020-01-01', '期初', '1003', 6, NULL), ('2020-01-01', '期初', '3001', NULL, 5), "
         "('2020-01-31', '期末', '1003', 15, NULL)",
         NULL, NULL, NULL, "broken: - V1-1 9, - V1-2 -8, a 期初1003 6, a 期初3001 -5"},
        {"a closing that the vouchers do not make", "e2_roll", even,
         "('2020-01-01', '期初', '1003', 5, "
         "NULL), ('2020-01-01', '期初', '3001', NULL, 5), ('2020-01-31', '期末', '1003', 15, NULL), "
         "('2020-01-31', '期末', '3001', NULL, 5), ('2020-01-31', '期末', '4001.个账', NULL, 9)",
         NULL, NULL, NULL, "broken: - 期末1003, v V1-1 9"},
        {"an opening that is not the last closing", "f1", even,
         "('2019-12-31', '期末', '3001', NULL, 5), "
         "('2019-12-31', '期末', '1003', 5, NULL), ('2020-01-01', '期初', '1003', 5, NULL), ('2020-01-01', "
         "'期初', '3001', NULL, 7)",
         NULL, NULL, NULL, "broken: - 期初3001, - 期末3001"},
        {"3001 of no sub-fund", "e7",
         "('12-05', 'V1', '1', '1003', 9, NULL, NULL), ('12-05', 'V1', '2', "
         "'3001', NULL, 9, NULL), ('12-06', 'V2', '1', '1003', 2, NULL, NULL), ('12-06', 'V2', '2', "
         "'3001.个账', NULL, 2, NULL)",
         "('2020-01-01', '期初', '1003', 5, NULL), ('2020-01-01', '期初', "
         "'3001', NULL, 5)",
         NULL, NULL, NULL, "broken: - V1-2 9, a 期初3001"},
        {"paid and nobody settled", "g1",
         "('12-05', 'V1', '1', '5001.个账', 9, NULL, NULL), ('12-05', 'V1', "
         "'2', '1003', NULL, 9, NULL), ('12-06', 'V2', '1', '5001/统筹', 4, NULL, NULL), ('12-06', 'V2', "
         "'2', '5001/统筹', NULL, 4, NULL)",
         NULL, NULL, "('T1', '应付未付', 3), ('T2', '已入个账未到款', 1)", NULL, "broken: - V1-1 9, r T1 3"},
        {"the persons have less", "g3",
         "('12-05', 'V1', '1', '1003', 9, NULL, NULL), ('12-05', 'V1', '2', "
         "'4001.个账', NULL, 9, NULL), ('12-31', 'V2', '1', '4001.个账', 9, NULL, NULL), ('12-31', 'V2', "
         "'2', "
         "'3001.个账', NULL, 9, NULL)",
         NULL, NULL, "('T1', '应付未付', 3), ('T2', '已入个账未到款', 1)", "('P1', 1, 1, 2), ('P2', 1, 1, 3)",
         "broken: - P2 1, r T2 1, v V1-2 9"},
        {"income of no sub-fund", "e4",
         "('12-05', 'V1', '1', '1003', 9, NULL, NULL), ('12-05', 'V1', '2', '4501', NULL, 9, NULL), "
         "('12-06', 'V2', '1', '1003', 2, NULL, NULL), ('12-06', 'V2', '2', '4001.个账', NULL, 2, NULL)",
         NULL, NULL, NULL, NULL, "broken: - V1-2 9"},
        {"an account of one sub-fund in another", "e6",
         "('12-05', 'V1', '1', '1003', 9, NULL, NULL), ('12-05', 'V1', '2', '4301/统筹', NULL, 9, NULL)",
         NULL, NULL, NULL, NULL, "broken: - V1-2 9"},
        {"an account that no medical fund has", "e11",
         "('12-05', 'V1', '1', '1003', 9, NULL, NULL), ('12-05', 'V1', '2', '4102', NULL, 9, NULL)", NULL,
         NULL, NULL, NULL, "broken: - V1-2 9"},
        {"a person's year that does not roll", "c1", NULL, NULL, NULL, NULL,
         "('P1', 1, 1, 2), ('P2', 1, 1, 3)", "broken: - P2 1"},
        {"the bank knows what nobody booked", "e9", even, NULL,
         "('1', '2020-01-05', 'HD1', 9, 9), ('2', "
         "'2020-01-06', 'HD9', 4, 13), ('3', '2020-03-06', 'HD8', 0, 13)",
         NULL, NULL, "broken: b B2 4"}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        city_put(&city, entry_sql, cases[i].entries);
        city_put(&city, balance_sql, cases[i].balances);
        city_put(&city, bank_sql, cases[i].lines);
        city_put(&city, item_sql, cases[i].items);
        city_put(&city, person_sql, cases[i].persons);
        cr_assert(set_county(&city.registry, "690076", &city.error), "%s: %s", cases[i].name,
                  city.error.message);
        const char *behind = city_ask(&city, lane_format(&city.arena, behind_sql, cases[i].check));
        cr_expect_str_eq(behind, cases[i].behind, "%s: \"%s\"", cases[i].name, behind);
    }
    city_leave(&city);
}

/* A fen that the steps themselves lose on the way from an entry to its parts: H4 and H5 say so. */
Test(culprit, a_stolen_fen_is_missed) {
    static const struct {
        const char *steal, *said;
    } cases[] = {{"NULL", "h4 held 18 18, h5 held 9 9"},
                 {"NEW.basis IS NULL", "h4 broken 18 17, h5 held 9 9"},
                 {"NEW.basis IS NOT NULL AND NEW.acct_code = '5001.甲'", "h4 broken 18 17, h5 broken 9 8"}};
    struct city city;
    city_enter_alone(&city);
    city_run(&city, base_sql);
    city_put(&city, entry_sql,
             "('12-05', 'V1', '1', '5001', 9, NULL, NULL), ('12-05', 'V1', '2', '1003', NULL, 9, NULL)");
    city_run(
        &city,
        "CREATE TABLE record.setl_d_690076 PARTITION OF record.setl_d FOR VALUES IN ('690076');"
        "CREATE TABLE record.setl_fund_pay_d_690076 PARTITION OF record.setl_fund_pay_d FOR VALUES IN "
        "('690076');"
        "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, valid_from, overlay) SELECT '职工', "
        "c, "
        "'支出', '2018-01-01', 0 FROM unnest('{5001,5001.甲,5001.乙}'::text[]) c;"
        "INSERT INTO fund.account_split_row (chart_set, code, part_prefix, basis, valid_from, overlay) "
        "VALUES "
        "('职工', '5001', '5001.', 'settlement', '2018-01-01', 0);"
        "INSERT INTO fund.settlement_routing_row (fund_column, insutype, condition_column, condition_values, "
        "chart_set, account, valid_from, overlay) VALUES ('hifp_pay', '999', '', '', '职工', '5001.甲', "
        "'2018-01-01', 0), ('acct_pay', '999', '', '', '职工', '5001.乙', '2018-01-01', 0);"
        "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
        "columns) "
        "OVERRIDING SYSTEM VALUE VALUES (-76, -76, 'setl_d', '', '', '', false, '{}');"
        "INSERT INTO record.setl_d (setl_id, setl_time, insutype, med_type, medfee_sumamt_fen, hifp_pay_fen, "
        "acct_pay_fen, county, src_key, key_hash, row_hash, file, source_row) VALUES ('S1', '2020-12-01', "
        "'999', "
        "'21', 7, 4, 3, '690076', 'S1', md5('S1')::uuid, 0, -76, 1)");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(
            &city,
            lane_format(&city.arena,
                        "CREATE OR REPLACE FUNCTION public.steal() RETURNS trigger LANGUAGE plpgsql AS $$ "
                        "BEGIN IF NEW.debit_fen > 0 AND %s OR NEW.credit_fen > 0 AND %s THEN "
                        "NEW.debit_fen := greatest(NEW.debit_fen - 1, 0); NEW.credit_fen := "
                        "greatest(NEW.credit_fen - 1, 0); END IF; RETURN NEW; END $$;"
                        "CREATE OR REPLACE TRIGGER steal BEFORE INSERT ON fund.posting FOR EACH ROW "
                        "EXECUTE FUNCTION public.steal()",
                        cases[i].steal, cases[i].steal));
        cr_assert(set_county(&city.registry, "690076", &city.error), "%s", city.error.message);
        const char *said = city_ask(
            &city,
            "SELECT string_agg(substring(check_code FROM 8) || ' ' || state || ' ' || left_value || ' ' || "
            "right_value, ', ' ORDER BY check_code) FROM (SELECT DISTINCT ON (check_code, subject) * FROM "
            "intake.finding WHERE county = '690076' AND check_code IN ('ledger.h4', 'ledger.h5') ORDER BY "
            "check_code, subject, run DESC, finding DESC) f");
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].steal, said);
    }
    city_leave(&city);
}
