/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* What the books and the bank agree about (E9), figure by figure: entries and lines are written by SQL, the
   trial balance and the comparison are made.  Account set Z of fund 账, county 690095; ten days pair what has
   no slip, a month may be on its way.  Of each account is said how many slips stay unmatched. */
static const char base_sql[] =
    "CREATE TABLE fund.bank_stmt_d_690095 PARTITION OF fund.bank_stmt_d FOR VALUES IN ('690095');"
    "DELETE FROM fund.check_windows_row; INSERT INTO fund.check_windows_row (check_code, part, days, "
    "valid_from, overlay) VALUES ('e8', 'last_days', 1, '2018-01-01', 0), ('e9', 'pair', 10, '2018-01-01', "
    "0), ('e9', 'transit', 31, '2018-01-01', 0)";
static const char entry_sql[] =
    "INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, key_hash, part, src_acct_code, acct_code, debit_fen, credit_fen, slip_no, closing, file, "
    "source_row) SELECT '690095', 'Z', '账', left(d, 4), substr(d, 6, 2), '1', row_number() OVER (), "
    "d::date, "
    "md5('bk' || row_number() OVER ())::uuid, 1, a, a, greatest(f, 0), greatest(-f, 0), nullif(s, ''), "
    "false, "
    "-95, 1 FROM (VALUES_HERE) v (d, a, s, f)";
static const char line_sql[] =
    "INSERT INTO fund.bank_stmt_d (stmt_no, bank_acct, acct_set, fund_set, acct_code, stmt_date, slip_no, "
    "in_fen, out_fen, balc_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT n, k, 'Z', "
    "'账', "
    "a, d::date, nullif(s, ''), CASE WHEN f > 0 THEN f END, CASE WHEN f < 0 THEN -f END, b::bigint, "
    "'690095', "
    "k || n, md5('bl' || k || n)::uuid, 0, -95, 1 FROM (VALUES_HERE) v (n, k, a, d, s, f, b)";
#define ENTRY(day, account, slip, fen) "('" day "', '" account "', '" slip "', " fen ")"
#define LINE(number, account, day, slip, fen, balance)                                                       \
    "('" number "', 'B', '" account "', '" day "', '" slip "', " fen ", " balance ")"

static const char said_sql[] =
    "SELECT coalesce(string_agg(substring(subject FROM '^Z 账 (.*)$') || ': ' || state || coalesce(' ' || "
    "left_value || '=' || right_value, '') || coalesce(' ' || nullif(substring(detail FROM "
    "'unmatched=([0-9]+)'), '0'), ''), ', ' ORDER BY subject), '') FROM intake.finding WHERE county = "
    "'690095' "
    "AND check_code = 'ledger.e9'";

#define BOTH_HAVE ENTRY("2020-12-31", "1003", "HD1", "100")
#define BANK_HAS LINE("1", "1003", "2020-12-31", "HD1", "100", "100")

Test(bank, the_books_are_what_the_bank_has_and_what_is_on_its_way) {
    static const struct {
        const char *name, *entries, *lines, *said;
    } cases[] = {
        {"slip by slip", BOTH_HAVE, BANK_HAS, "1003 2020-12-31: held 100=100"},
        {"two accounts at the bank",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "40"),
         "('1', 'B', '1003', '2020-12-01', 'HD1', 60, 60), ('2', 'C', '1003', '2020-12-02', 'HD2', 40, 40)",
         "1003 2020-12-31: held 100=100"},
        {"the month's last line, by its number",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "-40"),
         LINE("9", "1003", "2020-12-02", "HD1", "60", "60") ", " LINE("10", "1003", "2020-12-02", "HD2",
                                                                      "-40", "20"),
         "1003 2020-12-31: held 20=20"},
        {"by every number in it",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "-40"),
         LINE("20201201-9", "1003", "2020-12-01", "HD1", "60",
              "60") ", " LINE("20201202-1", "1003", "2020-12-02", "HD2", "-40", "20"),
         "1003 2020-12-31: held 20=20"},
        {"in whatever order of days",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "-40"),
         LINE("9", "1003", "2020-12-20", "HD1", "60", "60") ", " LINE("10", "1003", "2020-12-02", "HD2",
                                                                      "-40", "20"),
         "1003 2020-12-31: held 20=20"},
        {"that may have none",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "-40"),
         LINE("甲", "1003", "2020-12-01", "HD1", "60", "60") ", " LINE("LS01甲", "1003", "2020-12-02", "HD2",
                                                                       "-40", "20"),
         "1003 2020-12-31: held 20=20"},
        {"and of the last month",
         ENTRY("2020-11-01", "1003", "HD1", "60") ", " ENTRY("2020-12-02", "1003", "HD2", "-40"),
         LINE("9", "1003", "2020-11-01", "HD1", "60", "60") ", " LINE("1", "1003", "2020-12-02", "HD2", "-40",
                                                                      "20"),
         "1003 2020-12-31: held 20=20"},
        {"a slip of two entries and two lines",
         ENTRY("2020-12-01", "1003", "HD1", "60") ", " ENTRY("2020-12-01", "1003", "HD1", "40"),
         LINE("1", "1003", "2020-12-01", "HD1", "110", "110") ", " LINE("2", "1003", "2020-12-01", "HD1",
                                                                        "-10", "100"),
         "1003 2020-12-31: held 100=100"},
        {"entries of former years and of the months after",
         BOTH_HAVE ", " ENTRY("2019-12-31", "1003", "HD0", "7") ", " ENTRY("2021-01-04", "1003", "HD2", "5"),
         LINE("1", "1003", "2020-12-31", "HD1", "100", "107"), "1003 2020-12-31: held 107=107"},
        {"of the statement's own year", BOTH_HAVE ", " ENTRY("2020-01-02", "1003", "HD0", "7"),
         LINE("1", "1003", "2020-12-31", "HD1", "100", "107"), "1003 2020-12-31: held 107=107 1"},
        {"booked and not at the bank yet", BOTH_HAVE ", " ENTRY("2020-12-01", "1003", "HD2", "7"), BANK_HAS,
         "1003 2020-12-31: held 107=107 1"},
        {"booked too long ago", BOTH_HAVE ", " ENTRY("2020-11-30", "1003", "HD2", "7"), BANK_HAS,
         "1003 2020-12-31: broken 107=100 1"},
        {"at the bank and not booked yet", BOTH_HAVE,
         LINE("1", "1003", "2020-12-01", "HD2", "7", "7") ", " LINE("2", "1003", "2020-12-31", "HD1", "100",
                                                                    "107"),
         "1003 2020-12-31: held 100=100 1"},
        {"at the bank too long ago", BOTH_HAVE,
         LINE("1", "1003", "2020-11-30", "HD2", "7", "7") ", " LINE("2", "1003", "2020-12-31", "HD1", "100",
                                                                    "107"),
         "1003 2020-12-31: broken 100=107 1"},
        {"two amounts of one slip", BOTH_HAVE, LINE("1", "1003", "2020-12-31", "HD1", "90", "90"),
         "1003 2020-12-31: broken 100=90 1"},
        {"nor is another of that amount without a slip the same", BOTH_HAVE,
         LINE("1", "1003", "2020-12-31", "HD1", "90", "90") ", " LINE("2", "1003", "2020-12-31", "", "100",
                                                                      "190"),
         "1003 2020-12-31: broken 100=90 2"},
        {"a slip that the bank has on another account",
         BOTH_HAVE ", " ENTRY("2020-12-20", "1003", "HD2", "7"),
         BANK_HAS ", " LINE("2", "1004", "2020-12-20", "HD2", "7", "7"),
         "1003 2020-12-31: broken 107=100 1, 1004 2020-12-31: broken 0=7 1"},
        {"no slip in the books, ten days later", ENTRY("2020-11-01", "1003", "", "100"),
         LINE("1", "1003", "2020-11-11", "HD1", "100", "100"), "1003 2020-11-30: held 100=100"},
        {"eleven days later", ENTRY("2020-11-01", "1003", "", "100"),
         LINE("1", "1003", "2020-11-12", "HD1", "100", "100"), "1003 2020-11-30: held 100=100 2"},
        {"on another account", ENTRY("2020-12-20", "1004", "", "100"),
         LINE("1", "1003", "2020-12-20", "HD1", "100", "100") ", " LINE("2", "1004", "2020-12-31", "HD9", "1",
                                                                        "1"),
         "1003 2020-12-31: held 0=0 1, 1004 2020-12-31: held 100=100 2"},
        {"the nearest day first",
         ENTRY("2020-11-30", "1003", "", "100") ", " ENTRY("2020-12-10", "1003", "", "100"),
         LINE("1", "1003", "2020-12-10", "HD1", "100", "100"), "1003 2020-12-31: broken 200=100 1"},
        {"one line for one entry",
         ENTRY("2020-12-10", "1003", "", "100") ", " ENTRY("2020-12-10", "1003", "", "100"),
         LINE("1", "1003", "2020-12-10", "HD1", "100", "100"), "1003 2020-12-31: held 200=200 1"},
        {"a statement without balances", BOTH_HAVE, LINE("1", "1003", "2020-12-31", "HD1", "100", "NULL"),
         "1003 2020-12-31: blocked"},
        {"of one account no statement came", BOTH_HAVE ", " ENTRY("2020-05-05", "1002", "HD5", "9"), BANK_HAS,
         "1002 2020: blocked, 1003 2020-12-31: held 100=100"},
        {"of none any came", ENTRY("2020-05-05", "1002", "HD5", "9"), NULL, "1002 2020: not_applicable"},
        {"a year and two years after the last",
         BOTH_HAVE ", " ENTRY("2021-05-05", "1003", "HD5", "9") ", " ENTRY("2022-05-05", "1003", "HD6", "9"),
         BANK_HAS, "1003 2020-12-31: held 100=100, 1003 2022: blocked"},
        {"a later year without a movement", BOTH_HAVE ", " ENTRY("2022-05-05", "1101", "HD5", "9"), BANK_HAS,
         "1003 2020-12-31: held 100=100"},
        {"no account of money", ENTRY("2020-05-05", "1101", "HD5", "9"), NULL, ""}};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, base_sql);
        city_put(&city, entry_sql, cases[i].entries);
        city_put(&city, line_sql, cases[i].lines);
        city_step(&city, "71_ledger_balance", "690095");
        city_step(&city, "73_ledger_bank", "690095");
        const char *said = city_ask(&city, said_sql);
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}
