/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* How many days the checks of money allow is said by dated rows: the same books in 2020 and in 2026, of which
   a later row says another window, the city's over the shipped. */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS fund.voucher_entry_d_690077 PARTITION OF fund.voucher_entry_d FOR VALUES IN "
    "('690077');"
    "CREATE TABLE IF NOT EXISTS fund.bank_stmt_d_690077 PARTITION OF fund.bank_stmt_d FOR VALUES IN "
    "('690077');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-77, -8, '690077', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.voucher_entry_d WHERE county = '690077'; DELETE FROM fund.bank_stmt_d WHERE county = "
    "'690077'; DELETE FROM fund.chart_of_accounts_row; DELETE FROM fund.check_windows_row;"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, close_to, close_rule, valid_from, "
    "overlay)"
    " SELECT '窗', c, k, '', '', '2018-01-01', 0 FROM (VALUES ('1002', '资产'), ('1003', '资产'), ('1005', "
    "'资产'), ('3001', '净资产'), ('4001', '收入')) v (c, k);"
    "INSERT INTO fund.check_windows_row (check_code, part, days, valid_from, overlay)"
    " SELECT c, p, d, f::date, o FROM (VALUES ('e8', 'last_days', 1, '2018-01-01', 0), ('e9', 'pair', 10, "
    "'2018-01-01', 0), ('e9', 'transit', 31, '2018-01-01', 0), ('e9_transfer', 'pair', 10, '2018-01-01', 0), "
    "('e9_transfer', 'transit', 31, '2018-01-01', 0), ('e8', 'last_days', 3, '2026-01-01', 1), ('e9', "
    "'pair', 3, '2026-01-01', 0), ('e9', 'pair', 20, '2026-01-01', 1), ('e9', 'transit', 5, '2026-01-01', "
    "1), ('e9_transfer', 'pair', 20, '2026-01-01', 1), ('e9_transfer', 'transit', 5, '2026-01-01', 1)) v (c, "
    "p, d, f, o)";

static const char entries_sql[] =
    "INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, src_acct_code, acct_code, debit_fen, credit_fen, slip_no, county, src_key, key_hash, "
    "row_hash, file, source_row)"
    " SELECT '01', '窗', '%s', left(d, 2), v, l, ('%s-' || d)::date, a, a, i, o, s, '690077', d || v || l, "
    "md5('w' || d || v || l)::uuid, 0, -77, 1 FROM (VALUES %s) v (d, v, l, a, i, o, s)";
static const char line_sql[] =
    "INSERT INTO fund.bank_stmt_d (stmt_no, bank_acct, acct_set, fund_set, acct_code, stmt_date, slip_no, "
    "in_fen, out_fen, balc_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT '1', 'B', "
    "'01', "
    "'窗', '1003', ('%s-' || d)::date, s, i, NULL, i, '690077', 'b1', md5('w1')::uuid, 0, -77, 1 FROM "
    "(VALUES "
    "%s) v (d, s, i)";
static const char said_sql[] =
    "SELECT coalesce(string_agg(substring(check_code FROM 8) || ' ' || state, ', ' ORDER BY check_code, "
    "subject), '') FROM (SELECT DISTINCT ON (check_code, subject) * FROM intake.finding WHERE county = "
    "'690077' ORDER BY check_code, subject, run DESC, finding DESC) l WHERE detail <> 'gone=1' AND "
    "check_code "
    "= '%s' AND state = 'broken'";

Test(window, a_later_row_allows_other_days) {
    static const struct {
        const char *name, *check, *entries, *line; /* line: on the statement; NULL: none came */
        const char *by_2020, *by_2026;             /* what is broken */
    } cases[] = {
        {"the treasury two days before the end", "ledger.e8",
         "('11-28', '1', '1', '1005', 500, NULL, 'HD7'), ('11-28', '1', '2', '4001', NULL, 500, NULL), "
         "('12-03', '1', '1', '1003', 500, NULL, NULL), ('12-03', '1', '2', '1005', NULL, 500, NULL)",
         NULL, "e8 broken", ""},
        {"a payment without a slip, fifteen days later", "ledger.e9",
         "('10-28', '1', '1', '1003', 500, NULL, NULL), ('10-28', '1', '2', '4001', NULL, 500, NULL), "
         "('12-30', '2', '1', '4001', 1, NULL, NULL), ('12-30', '2', '2', '3001', NULL, 1, NULL)",
         "('11-12', NULL, 500)", "e9 broken", ""},
        {"the books twenty days before the end", "ledger.e9",
         "('12-11', '1', '1', '1003', 500, NULL, 'HD1'), ('12-11', '1', '2', '4001', NULL, 500, NULL), "
         "('12-30', '2', '1', '1003', 70, NULL, 'HD2'), ('12-30', '2', '2', '4001', NULL, 70, NULL)",
         "('12-30', 'HD2', 70)", "", "e9 broken"},
        {"received fifteen days later without a slip", "ledger.e9_transfer",
         "('03-01', '1', '1', '1002', NULL, 500, NULL), ('03-16', '9', '1', '1003', 500, NULL, NULL), "
         "('12-30', '20', '1', '3001', 1, NULL, NULL)",
         NULL, "e9_transfer broken", ""},
        {"on its way for nineteen days", "ledger.e9_transfer",
         "('12-11', '1', '1', '1002', NULL, 500, 'HD1'), ('12-30', '20', '1', '3001', 1, NULL, NULL)", NULL,
         "", "e9_transfer broken"}};
    static const char *const years[] = {"2020", "2026"};
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        const char *year = years[i % 2], *expected = i % 2 ? cases[i / 2].by_2026 : cases[i / 2].by_2020;
        city_run(&city, base_sql);
        city_run(&city, lane_format(&city.arena, entries_sql, year, year, cases[i / 2].entries));
        if (cases[i / 2].line) city_run(&city, lane_format(&city.arena, line_sql, year, cases[i / 2].line));
        cr_assert(set_county(&city.registry, "690077", &city.error), "%s", city.error.message);
        const char *said = city_ask(&city, lane_format(&city.arena, said_sql, cases[i / 2].check));
        cr_expect_str_eq(said, expected, "%s in %s: \"%s\"", cases[i / 2].name, year, said);
    }
    city_run(&city, "DELETE FROM fund.bank_stmt_d WHERE county = '690077'; DELETE FROM "
                    "fund.chart_of_accounts_row; DELETE FROM fund.check_windows_row");
    city_leave(&city);
}
