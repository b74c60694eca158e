/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* A county that took in 1,000.00 and spent 400.00, opened with 2,000.00, and said so in two statements; then
   one change for each thing that can be wrong with a statement. */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS fund.stmt_line_d_690078 PARTITION OF fund.stmt_line_d FOR VALUES IN "
    "('690078');"
    "CREATE TABLE IF NOT EXISTS fund.voucher_entry_d_690078 PARTITION OF fund.voucher_entry_d FOR VALUES IN "
    "('690078');"
    "CREATE TABLE IF NOT EXISTS fund.acct_bal_d_690078 PARTITION OF fund.acct_bal_d FOR VALUES IN ('690078');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-78, -8, '690078', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.stmt_line_d WHERE county = '690078'; DELETE FROM fund.voucher_entry_d WHERE county = "
    "'690078';"
    "DELETE FROM fund.acct_bal_d WHERE county = '690078'; DELETE FROM fund.statement_lines_row WHERE "
    "chart_set = '试';"
    "INSERT INTO fund.statement_lines_row (form, chart_set, line, under, sign, accounts, measure, "
    "valid_from, overlay) VALUES"
    " ('收支表', '试', '收入', '结余', '+', '4001|4101', 'income', '2018-01-01', 0),"
    " ('收支表', '试', '保费', '收入', '+', '4001', 'income', '2018-01-01', 0),"
    " ('收支表', '试', '补贴', '收入', '+', '4101', 'income', '2018-01-01', 0),"
    " ('收支表', '试', '支出', '结余', '-', '5001', 'expense', '2018-01-01', 0),"
    " ('收支表', '试', '结余', '', '', '4001|4101|5001', 'income', '2018-01-01', 0),"
    " ('公开表', '试', '滚存结余', '', '', '3001|4001|4101|5001', 'credit_balance', '2018-01-01', 0),"
    " ('公开表', '试', '上年结余', '滚存结余', '+', '3001', 'credit_opening', '2018-01-01', 0),"
    " ('公开表', '试', '收入合计', '滚存结余', '+', '4001|4101', 'income', '2018-01-01', 0),"
    " ('公开表', '试', '支出合计', '滚存结余', '-', '5001', 'expense', '2018-01-01', 0),"
    " ('公开表', '试', '备付月数', '', '', '', 'months', '2018-01-01', 0);"
    "INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, src_acct_code, acct_code,"
    " debit_fen, credit_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT '01', '试', "
    "'2020', m, '1', l, '2020-11-30', a, a, d, c,"
    " '690078', m || l, md5('stv' || m || l)::uuid, 0, -78, 1 FROM (VALUES ('11', '1', '1003', 70000, NULL), "
    "('11', '2', '4001', NULL, 70000),"
    " ('12', '1', '1003', 30000, NULL), ('12', '2', '4101', NULL, 30000), ('12', '3', '5001', 40000, NULL), "
    "('12', '4', '1003', NULL, 40000)) v (m, l, a, d, c);"
    "INSERT INTO fund.acct_bal_d (acct_set, fund_set, bal_date, bal_type, src_acct_code, acct_code, "
    "debit_fen, credit_fen, county, src_key, key_hash,"
    " row_hash, file, source_row) SELECT '01', '试', '2020-01-01', '期初', a, a, d, c, '690078', a, "
    "md5('stb' || a)::uuid, 0, -78, 1"
    " FROM (VALUES ('1003', 200000, NULL), ('3001', NULL, 200000)) v (a, d, c)";

static const char told_sql[] =
    "INSERT INTO fund.stmt_line_d (stmt_form, acct_set, fund_set, stmt_date, stmt_col, line, stmt_amt_fen, "
    "stmt_months, stmt_scope, stmt_unit, county,"
    " src_key, key_hash, row_hash, file, source_row) SELECT f, '01', '试', d::date, c, l, a, m, s, '元', "
    "'690078', f || d || c || l,"
    " md5('sts' || f || d || c || l)::uuid, 0, -78, 1 FROM (VALUES"
    " ('收支表', '2020-12-31', '本年数', '保费', 70000, NULL, NULL), ('收支表', '2020-12-31', '本年数', "
    "'补贴', 30000, NULL, NULL),"
    " ('收支表', '2020-12-31', '本年数', '收入', 100000, NULL, NULL), ('收支表', '2020-12-31', '本年数', "
    "'支出', 40000, NULL, NULL),"
    " ('收支表', '2020-12-31', '本年数', '结余', 60000, NULL, NULL), ('收支表', '2020-12-31', '上年数', "
    "'支出', 35000, NULL, NULL),"
    " ('收支表', '2019-12-31', '本年数', '支出', 35000, NULL, NULL), ('收支表', '2021-01-31', '本月数', "
    "'保费', 11, NULL, NULL),"
    " ('收支表', '2021-02-28', '本月数', '保费', 22, NULL, NULL), ('收支表', '2021-02-28', '本年累计数', "
    "'保费', 33, NULL, NULL),"
    " ('公开表', '2020-12-31', '本年数', '上年结余', 200000, NULL, NULL), ('公开表', '2020-12-31', '本年数', "
    "'收入合计', 100000, NULL, NULL),"
    " ('公开表', '2020-12-31', '本年数', '支出合计', 40000, NULL, NULL), ('公开表', '2020-12-31', '本年数', "
    "'滚存结余', 260000, NULL, NULL),"
    " ('公开表', '2020-12-31', '本年数', '备付月数', NULL, '78.00', '全部')) v (f, d, c, l, a, m, s)";

/* What a year without books cannot be held against is left out. */
static const char said_sql[] = "SELECT coalesce(string_agg(substring(check_code FROM 8) || ' ' || state || ' "
                               "' || substring(subject FROM '[^ ]*$'), ', '"
                               " ORDER BY check_code, subject), '') FROM (SELECT DISTINCT ON (check_code, "
                               "subject) * FROM intake.finding WHERE county = '690078'"
                               " AND check_code ~ '^ledger.e1[03]' ORDER BY check_code, subject, run DESC, "
                               "finding DESC) l WHERE state IN ('broken', 'blocked') AND"
                               " (check_code <> 'ledger.e10_book' OR subject LIKE '%2020-12-31%')";

static const char *said_after(struct city *city, const char *change) {
    city_run(city, base_sql);
    city_run(city, told_sql);
    if (*change) city_run(city, change);
    cr_assert(set_county(&city->registry, "690078", &city->error), "%s", city->error.message);
    return city_ask(city, said_sql);
}

Test(statement, each_fault_is_found_and_nothing_else) {
#define TOLD(form, day, column, line, change)                                                                \
    "UPDATE fund.stmt_line_d SET " change " WHERE county = '690078' AND stmt_form = '" form                  \
    "' AND stmt_date = '" day "' AND stmt_col = '" column "' AND line = '" line "'"
    static const struct {
        const char *change, *said;
    } cases[] = {
        {"", ""},
        /* A total that is not its parts: the total's own total moves with it, and the books say otherwise. */
        {TOLD("收支表", "2020-12-31", "本年数", "收入", "stmt_amt_fen = 100001"),
         "e10 broken 收入, e10 broken 结余, e10_book broken 收入"},
        {TOLD("收支表", "2020-12-31", "本年数", "保费", "stmt_amt_fen = 70100"),
         "e10 broken 收入, e10_book broken 保费"},
        /* In 万元 half of 0.01 may be missing in each figure, 100.00 may not. */
        {"UPDATE fund.stmt_line_d SET stmt_unit = '万元' WHERE county = '690078' AND stmt_form = "
         "'公开表'; " TOLD("公开表", "2020-12-31", "本年数", "滚存结余", "stmt_amt_fen = 270000"),
         "e10_book broken 滚存结余, e13 broken 全部"},
        {"UPDATE fund.stmt_line_d SET stmt_unit = '万元' WHERE county = '690078' AND stmt_form = "
         "'公开表'; " TOLD("公开表", "2020-12-31", "本年数", "滚存结余", "stmt_amt_fen = 290000"),
         "e10 broken 滚存结余, e10_book broken 滚存结余, e13 broken 全部"},
        {TOLD("公开表", "2020-12-31", "本年数", "滚存结余", "stmt_amt_fen = 263000"),
         "e10 broken 滚存结余, e10_book broken 滚存结余, e13 broken 全部"},
        {TOLD("公开表", "2020-12-31", "本年数", "备付月数", "stmt_months = '77.99'"), "e13 broken 全部"},
        {TOLD("公开表", "2020-12-31", "本年数", "备付月数", "stmt_months = '约六年'"), "e13 blocked 全部"},
        {TOLD("收支表", "2020-12-31", "上年数", "支出", "stmt_amt_fen = 34999"), "e10_last broken 支出"},
        {TOLD("收支表", "2021-02-28", "本年累计数", "保费", "stmt_amt_fen = 34"), "e10_ytd broken 保费"},
        {"DELETE FROM fund.stmt_line_d WHERE county = '690078' AND stmt_date = '2021-01-31'",
         "e10_ytd blocked 保费"},
        {TOLD("收支表", "2020-12-31", "本年数", "补贴", "line = '财政补贴'"),
         "e10 broken 收入, e10 blocked 财政补贴"},
        /* The books: a voucher more. */
        {"UPDATE fund.voucher_entry_d SET debit_fen = 40001 WHERE county = '690078' AND acct_code = '5001';"
         "UPDATE fund.voucher_entry_d SET credit_fen = 40001 WHERE county = '690078' AND acct_code = '1003' "
         "AND credit_fen > 0",
         "e10_book broken 支出合计, e10_book broken 滚存结余, e10_book broken 支出, e10_book broken 结余"},
        /* A line of another day is no line: the rule of 2026 begins then. */
        {"UPDATE fund.statement_lines_row SET valid_from = '2026-01-01' WHERE chart_set = '试' AND line = "
         "'补贴'",
         "e10 broken 收入, e10 blocked 补贴"}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = said_after(&city, cases[i].change);
        cr_expect_str_eq(said, cases[i].said, "%zu: %s: said %s", i, cases[i].change, said);
    }
    city_run(&city, "DELETE FROM fund.statement_lines_row WHERE chart_set = '试'");
    city_leave(&city);
}

/* Without a stated scope there are two answers, and none is taken. */
Test(statement, months_need_a_scope_where_there_are_two) {
    struct city city;
    city_enter_alone(&city);
    city_run(&city,
             "INSERT INTO fund.chart_of_accounts_row (chart_set, code, sub_fund, valid_from, overlay) VALUES"
             " ('试', '3001.个账', '个账', '2018-01-01', 0)");
    cr_expect_str_eq(
        said_after(&city, "UPDATE fund.stmt_line_d SET stmt_scope = NULL WHERE county = '690078'"),
        "e13 blocked 本年数");
    city_run(&city, "DELETE FROM fund.chart_of_accounts_row WHERE chart_set = '试'; DELETE FROM"
                    " fund.statement_lines_row WHERE chart_set = '试'");
    city_leave(&city);
}

/* The particulars of a check in an accountant's words; what nobody named stays as it is. */
Test(statement, particulars_read_plainly) {
    static const struct {
        const char *detail, *plain;
    } cases[] = {{"", ""},
                 {"months=", ""},
                 {"statements=0", "没有交报表"},
                 {"statement=12.00;unmatched=", "对账单余额 12.00"},
                 {"in_transit_before=1;in_transit=2", "上期在途 1；在途 2"},
                 {"persons=3;balances=1.00;late=0.00", "人数 3；个人余额合计 1.00；已到款未入个账 0.00"},
                 {"gone=1", "已不在账上"},
                 {"strange=5;basis=setl_time", "strange=5；按结算日"}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_str_eq(
            city_ask(&city, lane_format(&city.arena, "SELECT fund.plain('%s')", cases[i].detail)),
            cases[i].plain, "%s", cases[i].detail);
    city_leave(&city);
}
