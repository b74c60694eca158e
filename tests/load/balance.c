/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* What the trial balance and the identities over it come to, figure by figure: postings are written by SQL
   and one step is made, so every sum here can be checked by hand.  Account set Z of fund 账, county 690074;
   4601 is pending, 3001 is what a year closes into. */
static const char base_sql[] =
    "CREATE TABLE fund.acct_bal_d_690074 PARTITION OF fund.acct_bal_d FOR VALUES IN ('690074');"
    "CREATE TABLE fund.audit_adj_d_690074 PARTITION OF fund.audit_adj_d FOR VALUES IN ('690074');"
    "DELETE FROM fund.chart_of_accounts_row; DELETE FROM fund.check_windows_row;"
    "INSERT INTO fund.check_windows_row (check_code, part, days, valid_from, overlay) VALUES ('e8', "
    "'last_days', 1, '2018-01-01', 0);"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, sub_fund, close_to, close_rule, "
    "valid_from, overlay) SELECT '账', c, k, s, t, CASE t WHEN '' THEN '' ELSE 'full' END, '2018-01-01', 0 "
    "FROM (VALUES ('1002', '资产', '', ''), ('1003', '资产', '', ''), ('1005', '资产', '', ''), ('2001', "
    "'负债', '', ''), ('3001', '净资产', '', ''), ('3001.统筹', '净资产', '统筹', ''), ('4001', '收入', '', "
    "'3001'), ('4001.统筹', '收入', '统筹', '3001.统筹'), ('4601', '收入', '', '4001'), ('3001.个账', "
    "'净资产', '个账', ''), ('5001', '支出', "
    "'', '3001')) v (c, k, s, t);"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, valid_from, valid_until, overlay) "
    "VALUES ('账', '1009', '资产', '2018-01-01', '2020-01-01', 0), ('账', '4009', '收入', '2018-01-01', "
    "'2020-01-01', 0)";

static const char entry_sql[] =
    "INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, key_hash, part, src_acct_code, acct_code, sub_fund, debit_fen, credit_fen, slip_no, "
    "closing, file, source_row) SELECT '690074', 'Z', '账', left(d, 4), substr(d, 6, 2), v, "
    "row_number() OVER (), d::date, md5('ba' || row_number() OVER ())::uuid, 1, split_part(a, '/', 1), "
    "split_part(a, '/', 1), nullif(split_part(a, '/', 2), ''), i, o, 'HD1', c = 'closing', -74, 1 FROM "
    "(VALUES_HERE) v (d, v, a, i, o, c)";
#define ENTRY(day, voucher, account, debit, credit)                                                          \
    "('" day "', '" voucher "', '" account "', " debit ", " credit ", '')"
#define CLOSING(day, voucher, account, debit, credit)                                                        \
    "('" day "', '" voucher "', '" account "', " debit ", " credit ", 'closing')"

static const char stated_sql[] =
    "INSERT INTO fund.acct_bal_d (acct_set, fund_set, bal_date, bal_type, src_acct_code, acct_code, "
    "sub_fund, debit_fen, credit_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT 'Z', "
    "'账', d::date, t, a, split_part(a, '/', 1), nullif(split_part(a, '/', 2), ''), i::bigint, o::bigint, "
    "'690074', d || t || a, md5('ba' || d || t || a)::uuid, 0, -74, 1 FROM (VALUES_HERE) v (d, t, a, i, o)";
#define OPENING(day, account, debit, credit) "('" day "', '期初', '" account "', " debit ", " credit ")"
#define AT_END(day, account, debit, credit) "('" day "', '期末', '" account "', " debit ", " credit ")"

/* Adjustments: set, day, account, amount, voucher. */
static const char adjusted_sql[] =
    "INSERT INTO fund.audit_adj_d (adj_no, acct_set, fund_set, acct_code, sub_fund, adj_date, adj_amt_fen, "
    "voucher_no, county, src_key, key_hash, row_hash, file, source_row) SELECT row_number() OVER (), s, "
    "'账', split_part(a, '/', 1), nullif(split_part(a, '/', 2), ''), d::date, f, v, '690074', "
    "row_number() OVER (), md5('aa' || row_number() OVER ())::uuid, 0, -74, 1 FROM (VALUES_HERE) v (s, d, a, "
    "f, v)";

/* Everything that the step said of a check: nothing is said twice. */
static const char said_sql[] =
    "SELECT coalesce(string_agg(substring(subject FROM '^Z 账 ?(.*)$') || ': ' || state || ' ' || left_value "
    "|| '=' || coalesce(right_value::text, 'none'), ', ' ORDER BY subject), '') FROM intake.finding WHERE "
    "county = '690074' AND check_code = 'ledger.%s'";
/* Year, month, account, sub-fund: opening, what moved, closing, result. */
static const char balance_sql[] =
    "SELECT coalesce(string_agg(acct_year || '-' || acct_month || ' ' || acct_code || coalesce('/' || "
    "sub_fund, '') || ' ' || open_fen || '+' || debit_fen || '-' || credit_fen || '=' || close_fen || ' ' || "
    "result_fen, ', ' ORDER BY acct_year, acct_month, acct_code, sub_fund), '') FROM fund.balance WHERE "
    "county = '690074'";

struct books {
    const char *name, *check, *entries, *stated, *adjusted, *said;
};

static void judge(const struct books *cases, size_t count) {
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < count; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, base_sql);
        city_put(&city, entry_sql, cases[i].entries);
        city_put(&city, stated_sql, cases[i].stated);
        city_put(&city, adjusted_sql, cases[i].adjusted);
        city_step(&city, "71_ledger_balance", "690074");
        const char *said = city_ask(
            &city, *cases[i].check ? lane_format(&city.arena, said_sql, cases[i].check) : balance_sql);
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}

Test(balance, is_carried_on_month_by_month) {
    static const struct books cases[] = {
        {"an opening and what moved", "", ENTRY("2020-02-10", "1", "1003", "30", "4"),
         OPENING("2020-01-01", "1003", "100", "NULL"), NULL,
         "2020-1 1003 100+0-0=100 0, 2020-2 1003 100+30-4=126 26"},
        {"a liability opens on the other side, and an account that only opens stands there", "",
         ENTRY("2020-01-10", "1", "1003", "1", "0"), OPENING("2020-01-01", "2001", "NULL", "9"), NULL,
         "2020-1 1003 0+1-0=1 1, 2020-1 2001 -9+0-0=-9 0"},
        {"the next year goes on where nothing new is stated, whatever a closing says", "",
         ENTRY("2020-01-10", "1", "1003", "30", "0") ", " ENTRY("2021-01-10", "1", "1003", "0", "7"),
         OPENING("2020-01-01", "1003", "100", "NULL") ", " AT_END("2021-01-31", "1003", "555", "NULL"), NULL,
         "2020-1 1003 100+30-0=130 30, 2021-1 1003 130+0-7=123 -7"},
        {"a closing before the first opening opens nothing", "", ENTRY("2020-01-10", "1", "1003", "30", "0"),
         AT_END("2020-01-31", "1003", "555", "NULL"), NULL, "2020-1 1003 0+30-0=30 30"},
        {"a new opening takes the place of the old one and of what moved since", "",
         ENTRY("2020-01-10", "1", "1003", "30", "0") ", " ENTRY("2021-01-10", "1", "1003", "0", "7"),
         OPENING("2020-01-01", "1003", "100", "NULL") ", " OPENING("2021-01-01", "1003", "500", "NULL"), NULL,
         "2020-1 1003 100+30-0=130 30, 2021-1 1003 500+0-7=493 -7"},
        {"sub-funds by themselves, as the county says and as the chart says", "",
         ENTRY("2020-01-10", "1", "1003/个账", "5", "0") ", " ENTRY("2020-01-10", "1", "3001.统筹/统筹", "0",
                                                                    "5"),
         OPENING("2020-01-01", "1003/统筹", "70", "NULL") ", " OPENING(
             "2020-01-01", "1003/个账", "8", "NULL") ", " OPENING("2020-01-01", "3001/统筹", "NULL", "78"),
         NULL,
         "2020-1 1003/个账 8+5-0=13 5, 2020-1 1003/统筹 70+0-0=70 0, 2020-1 3001.统筹/统筹 -78+0-5=-83 -5"},
        {"what closes the year is no result", "",
         ENTRY("2020-01-10", "1", "4001", "0", "50") ", " CLOSING("2020-01-31", "2", "4001", "50", "0"), NULL,
         NULL, "2020-1 4001 0+50-50=0 -50"}};
    judge(cases, sizeof cases / sizeof *cases);
}

Test(balance, what_is_stated_is_what_the_vouchers_make) {
    static const struct books cases[] = {
        {"two days, each by its own month", "e2_roll",
         ENTRY("2020-01-10", "1", "1003", "30", "0") ", " ENTRY("2020-02-10", "1", "1003", "0", "7"),
         AT_END("2020-01-31", "1003", "30", "NULL") ", " AT_END("2020-02-29", "1003", "23", "NULL"), NULL,
         "1003 2020-01: held 30=30, 1003 2020-02: held 23=23"},
        {"by sub-fund, and one that is not stated", "e2_roll",
         ENTRY("2020-01-10", "1", "1003/统筹", "30", "0") ", " ENTRY("2020-01-10", "1", "1003/个账", "4",
                                                                     "0"),
         AT_END("2020-01-31", "1003/统筹", "30", "NULL"), NULL,
         "1003 个账 2020-01: broken 4=0, 1003 统筹 2020-01: held 30=30"},
        {"stated, and the vouchers make nothing", "e2_roll", ENTRY("2020-01-10", "1", "1003", "30", "30"),
         AT_END("2020-01-31", "1003", "6", "NULL"), NULL, "1003 2020-01: broken 0=6"},
        {"an opening is not a closing", "e2_roll", ENTRY("2020-01-10", "1", "1003", "30", "0"),
         OPENING("2020-01-01", "1003", "5", "NULL"), NULL, ""},
        {"openings of the year alone balance", "e2", ENTRY("2020-01-10", "1", "1003", "30", "0"),
         OPENING("2020-01-01", "1003", "5", "NULL") ", " OPENING(
             "2020-01-01", "3001", "NULL", "5") ", " AT_END("2020-01-31", "1003", "35", "NULL"),
         NULL, "2020-01-01: held 5=5"}};
    judge(cases, sizeof cases / sizeof *cases);
}

/* F1: a year opens with the last closing and the adjustments that were booked: positive, the balance grows.
 */
Test(balance, a_year_opens_with_the_last_closing_and_what_was_adjusted) {
#define TWO_YEARS(account, last_debit, last_credit, debit, credit)                                           \
    AT_END("2020-12-31", account, last_debit, last_credit) ", " OPENING("2021-01-01", account, debit, credit)
    static const char entry[] = ENTRY("2021-01-10", "1", "1003", "1", "1");
    static const struct books cases[] = {
        {"an asset grows", "f1", entry, TWO_YEARS("1003", "100", "NULL", "107", "NULL"),
         "('Z', '2021-01-01', '1003', 7, 'T1')", "1003 2021: held 107=107"},
        {"so does a liability", "f1", entry, TWO_YEARS("2001", "NULL", "100", "NULL", "107"),
         "('Z', '2021-01-01', '2001', 7, 'T1')", "2001 2021: held -107=-107"},
        {"and what is kept", "f1", entry, TWO_YEARS("3001", "NULL", "100", "NULL", "107"),
         "('Z', '2021-01-01', '3001', 7, 'T1')", "3001 2021: held -107=-107"},
        {"income", "f1", entry, TWO_YEARS("4001", "NULL", "100", "NULL", "107"),
         "('Z', '2021-01-01', '4001', 7, 'T1')", "4001 2021: held -107=-107"},
        {"expense", "f1", entry, TWO_YEARS("5001", "100", "NULL", "107", "NULL"),
         "('Z', '2021-01-01', '5001', 7, 'T1')", "5001 2021: held 107=107"},
        {"a fen less", "f1", entry, TWO_YEARS("1003", "100", "NULL", "106", "NULL"),
         "('Z', '2021-01-01', '1003', 7, 'T1')", "1003 2021: broken 106=107"},
        {"several make one", "f1", entry, TWO_YEARS("1003", "100", "NULL", "105", "NULL"),
         "('Z', '2021-01-01', '1003', 7, 'T1'), ('Z', '2021-02-01', '1003', -2, 'T2')",
         "1003 2021: held 105=105"},
        {"ordered and not booked, of another year, account and set", "f1", entry,
         TWO_YEARS("1003", "100", "NULL", "100", "NULL"),
         "('Z', '2021-01-01', '1003', 7, NULL), ('Z', '2020-01-01', '1003', 7, 'T2'), ('Z', '2021-01-01', "
         "'1002', 7, 'T3'), ('Y', '2021-01-01', '1003', 7, 'T4')",
         "1003 2021: held 100=100"},
        {"closed with and not opened", "f1", entry,
         TWO_YEARS("1003", "100", "NULL", "100", "NULL") ", " AT_END("2020-12-31", "1002", "9", "NULL"), NULL,
         "1002 2021: broken 0=9, 1003 2021: held 100=100"},
        {"a closing in the middle of the year is not the last", "f1", entry,
         TWO_YEARS("1003", "100", "NULL", "100", "NULL") ", " AT_END("2020-06-30", "1003", "9", "NULL"), NULL,
         "1003 2021: held 100=100"},
        /* One sub-fund that is right must not speak for the other that is wrong. */
        {"each sub-fund by itself", "f1", entry,
         TWO_YEARS("1003/个账", "9", "NULL", "8", "NULL") ", " TWO_YEARS("1003/统筹", "100", "NULL", "107",
                                                                         "NULL"),
         "('Z', '2021-01-01', '1003/统筹', 7, 'T1')",
         "1003 个账 2021: broken 8=9, 1003 统筹 2021: held 107=107"}};
    judge(cases, sizeof cases / sizeof *cases);
}

/* What cancels in the sum of a year or of a set is still wrong. */
Test(balance, what_cancels_is_still_broken) {
    static const struct books cases[] = {
        {"two vouchers", "e1",
         ENTRY("2020-01-10", "1", "1003", "5",
               "0") ", " ENTRY("2020-01-10", "1", "4001", "0",
                               "4") ", " ENTRY("2020-01-11", "2", "1003", "5",
                                               "0") ", " ENTRY("2020-01-11", "2", "4001", "0", "6"),
         NULL, NULL, ": broken 10=10"},
        {"of the same number in two years", "e1",
         ENTRY("2020-01-10", "1", "1003", "5",
               "0") ", " ENTRY("2020-01-10", "1", "4001", "0",
                               "4") ", " ENTRY("2021-01-11", "1", "1003", "5",
                                               "0") ", " ENTRY("2021-01-11", "1", "4001", "0", "6"),
         NULL, NULL, ": broken 10=10"},
        {"income and expense of no sub-fund", "e4",
         ENTRY("2020-01-10", "1", "4001", "0", "5") ", " ENTRY("2020-01-10", "1", "5001", "5", "0"), NULL,
         NULL, "2020: broken 0=0"},
        {"expense of no sub-fund", "e4",
         ENTRY("2020-01-10", "1", "4001/统筹", "0", "9") ", " ENTRY("2020-01-10", "1", "5001", "5", "0"),
         NULL, NULL, "2020: broken 4=9"},
        {"what closes the year may name none", "e4",
         ENTRY("2020-01-10", "1", "4001/统筹", "0", "9") ", " CLOSING("2020-12-31", "2", "4001", "9", "0"),
         NULL, NULL, "2020: held 9=9"},
        {"what is no result may name none", "e4",
         ENTRY("2020-01-10", "1", "4001/统筹", "0", "9") ", " ENTRY("2020-01-10", "1", "1003", "9", "0"),
         NULL, NULL, "2020: held 9=9"},
        {"what an account was on its day decides", "e4",
         ENTRY("2017-12-31", "1", "4009", "0",
               "1") ", " ENTRY("2019-12-31", "1", "4009", "0",
                               "2") ", " ENTRY("2020-01-01", "1", "4009", "0",
                                               "4") ", " ENTRY("2020-01-01", "1", "4001/统筹", "0", "8"),
         NULL, NULL, "2019: broken 2=0, 2020: held 8=8"},
        {"accounts before and after their days", "e11",
         ENTRY("2017-12-31", "1", "1009", "1",
               "0") ", " ENTRY("2018-01-01", "1", "1009", "2",
                               "0") ", " ENTRY("2019-12-31", "1", "1009", "0",
                                               "4") ", " ENTRY("2020-01-01", "1", "1009", "0", "8"),
         NULL, NULL, ": broken 9=0"},
        {"January and February", "e3",
         ENTRY("2020-01-10", "1", "1003", "5",
               "0") ", " ENTRY("2020-01-10", "1", "4001", "0",
                               "4") ", " ENTRY("2020-02-11", "2", "1003", "5",
                                               "0") ", " ENTRY("2020-02-11", "2", "4001", "0", "6"),
         NULL, NULL, "2020: broken 10=10"}};
    judge(cases, sizeof cases / sizeof *cases);
}

/* A fund without personal accounts has one pool: its results name none, whatever other funds have. */
Test(balance, a_fund_without_personal_accounts_needs_no_sub_funds) {
    struct city city;
    city_enter_alone(&city);
    city_run(&city, "BEGIN");
    city_run(&city, base_sql);
    city_put(&city, entry_sql,
             ENTRY("2020-12-10", "1", "4001", "0", "5") ", " ENTRY("2020-12-10", "2", "4001", "0", "7"));
    city_run(&city, "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, sub_fund, valid_from, "
                    "overlay) VALUES ('单', '4001', '收入', '', '2018-01-01', 0);"
                    "UPDATE fund.posting SET fund_set = '单' WHERE county = '690074' AND voucher_no = '2'");
    city_step(&city, "71_ledger_balance", "690074");
    cr_expect_str_eq(city_ask(&city, "SELECT string_agg(subject || ' ' || state, ', ' ORDER BY subject) FROM"
                                     " intake.finding WHERE county = '690074' AND check_code = 'ledger.e4'"),
                     "Z 账 2020 broken");
    city_run(&city, "ROLLBACK");
    city_leave(&city);
}

Test(balance, the_year_ends_by_account) {
    static const struct books cases[] = {
        {"what was booked straight into the balance is earned, too", "e12",
         ENTRY("2020-12-10", "1", "1003", "9", "0") ", " ENTRY("2020-12-10", "1", "3001", "0", "9"), NULL,
         NULL, "2020: held 9=9"},
        {"a sub-fund is said also where it holds", "e5_delta",
         ENTRY("2020-12-10", "1", "1003", "9", "0") ", " ENTRY("2020-12-10", "1", "3001.统筹/统筹", "0", "9"),
         NULL, NULL, "2020 统筹: held 9=9"},
        {"no year ends in November", "e12",
         ENTRY("2020-11-10", "1", "1003", "9", "0") ", " ENTRY("2020-11-10", "1", "3001", "0", "8"), NULL,
         NULL, ""},
        {"what is pending is said though it is empty", "e5_pending",
         ENTRY("2020-12-10", "1", "1003", "9", "0") ", " ENTRY("2020-12-10", "1", "4601", "9", "9"), NULL,
         NULL, "2020 4601: held 0=0"},
        {"the income account stays full", "e8",
         ENTRY("2020-11-10", "1", "1002", "9", "0") ", " ENTRY("2020-12-10", "1", "1002", "0", "9"), NULL,
         NULL, "1002 2020: broken 9=0"},
        {"the treasury below nothing is not late", "e8",
         ENTRY("2020-11-10", "1", "1005", "0", "8") ", " ENTRY("2020-11-30", "1", "1005", "3", "0"), NULL,
         NULL, "1005 2020: broken -5=0"},
        {"no more is late than stands there", "e8",
         ENTRY("2020-11-30", "1", "1005", "5", "3") ", " ENTRY("2020-11-30", "1", "1003", "3", "0"), NULL,
         NULL, "1005 2020: held 0=0"}};
    judge(cases, sizeof cases / sizeof *cases);
}
