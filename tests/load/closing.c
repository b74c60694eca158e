/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* A fund that takes in 700 of dues and 300 pending, and closes its year; a chart of 2018, and a made-up one
   of 2026 by which the year closes into another account and the pending one keeps its balance.  Nothing but
   rows of the chart tells the two years apart. */
static const char base_sql[] =
    "CREATE TABLE IF NOT EXISTS fund.voucher_entry_d_690079 PARTITION OF fund.voucher_entry_d FOR VALUES IN "
    "('690079');"
    "CREATE TABLE IF NOT EXISTS fund.bank_stmt_d_690079 PARTITION OF fund.bank_stmt_d FOR VALUES IN "
    "('690079');"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '') "
    "ON CONFLICT DO NOTHING;"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE"
    " VALUES (-79, -8, '690079', '', '', 0, '', 'file', 'published') ON CONFLICT DO NOTHING;"
    "DELETE FROM fund.voucher_entry_d WHERE county = '690079'; DELETE FROM fund.bank_stmt_d WHERE county = "
    "'690079'; DELETE FROM fund.chart_of_accounts_row WHERE chart_set = '结'; DELETE FROM "
    "fund.check_windows_row; INSERT INTO fund.check_windows_row (check_code, part, days, valid_from, "
    "overlay) "
    "VALUES ('e8', 'last_days', 1, '2018-01-01', 0), ('e9', 'pair', 10, '2018-01-01', 0), ('e9', 'transit', "
    "31, '2018-01-01', 0), ('e9_transfer', 'pair', 10, '2018-01-01', 0), ('e9_transfer', 'transit', 31, "
    "'2018-01-01', 0);"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, close_to, close_rule, valid_from, "
    "overlay)"
    " SELECT '结', c, k, t, r, '2018-01-01', 0 FROM (VALUES ('1003', '资产', '', ''), ('1005', '资产', '', "
    "''),"
    " ('3001', '净资产', '', ''), ('3002', '净资产', '', ''), ('4001', '收入', '3001', 'full'),"
    " ('4601', '收入', '4001', 'by_ratio')) v (c, k, t, r)";

static const char later_sql[] =
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, close_to, close_rule, valid_from, "
    "overlay)"
    " VALUES ('结', '4001', '收入', '3002', 'full', '2026-01-01', 0), ('结', '4601', '负债', '', '', "
    "'2026-01-01', 0)";

static void begin(struct city *city) { city_enter_alone(city); }

/* What is made up for one test is gone before the next program looks at the server. */
static void end(struct city *city) {
    city_run(city,
             "DELETE FROM fund.bank_stmt_d WHERE county = '690079'; DELETE FROM fund.chart_of_accounts_row "
             "WHERE chart_set = '结'; DELETE FROM fund.check_windows_row");
    city_leave(city);
}

static void put_entries(struct city *city, const char *values) {
    city_run(city,
             lane_format(&city->arena,
                         "INSERT INTO fund.voucher_entry_d (acct_set, fund_set, acct_year, acct_month, "
                         "voucher_no, line_no, voucher_date, src_acct_code, acct_code, debit_fen, "
                         "credit_fen, slip_no, county, src_key, key_hash, row_hash, file, source_row)"
                         " SELECT '01', '结', left(d, 4), substr(d, 6, 2), v, l, d::date, a, a, i, o, s, "
                         "'690079', d || v || l, md5('cl' || d || v || l)::uuid, 0, -79, 1 FROM (VALUES "
                         "%s) v (d, v, l, a, i, o, s)",
                         values));
}

static const char said_sql[] =
    "SELECT coalesce(string_agg(substring(check_code FROM 8) || ' ' || state || ' ' || substring(subject "
    "FROM "
    "'[^ ]*$'), ', ' ORDER BY check_code, subject), '') FROM (SELECT DISTINCT ON (check_code, subject) * "
    "FROM "
    "intake.finding WHERE county = '690079' ORDER BY check_code, subject, run DESC, finding DESC) l"
    " WHERE detail <> 'gone=1' AND check_code ~ '%s' AND state = 'broken'";

static const char *said(struct city *city, const char *codes) {
    cr_assert(set_county(&city->registry, "690079", &city->error), "%s", city->error.message);
    return city_ask(city, lane_format(&city->arena, said_sql, codes));
}

Test(closing, the_year_closes_as_the_rows_of_its_day_say) {
    static const struct {
        const char *name, *year, *into, *said;
        bool later;
    } cases[] = {
        {"by the chart of 2018", "2020", "3001", "e5_pending broken 4601", false},
        {"into another account", "2020", "3002",
         "e12 broken 2020, e5_close broken 3001, e5_close broken 3002, e5_delta broken , e5_pending broken "
         "4601",
         false},
        {"2026 while no new rule is known", "2026", "3001", "e5_pending broken 4601", false},
        {"by the chart of 2026", "2026", "3002", "", true},
        {"2026 as in former years", "2026", "3001",
         "e12 broken 2026, e5_close broken 3001, e5_close broken 3002, e5_delta broken ", true},
        {"2020 after the new chart came", "2020", "3001", "e5_pending broken 4601", true},
    };
    struct city city;
    begin(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *y = cases[i].year;
        city_run(&city, base_sql);
        if (cases[i].later) city_run(&city, later_sql);
        put_entries(&city,
                    lane_format(&city.arena,
                                "('%s-01-15', '1', '1', '1003', 1000, NULL, NULL), ('%s-01-15', '1', '2', "
                                "'4001', NULL, 700, NULL), ('%s-01-15', '1', '3', '4601', NULL, 300, NULL),"
                                " ('%s-12-31', '2', '1', '4001', 700, NULL, NULL), ('%s-12-31', '2', '2', "
                                "'%s', NULL, 700, NULL)",
                                y, y, y, y, y, cases[i].into));
        const char *got = said(&city, "^ledger.(e5|e12)");
        cr_expect_str_eq(got, cases[i].said, "%s: %s", cases[i].name, got);
    }
    /* What is booked past the rule stands behind the finding, row by row. */
    city_run(&city, base_sql);
    put_entries(&city,
                "('2020-12-15', '1', '1', '1003', 700, NULL, NULL), ('2020-12-15', '1', '2', '4001', NULL, "
                "700, NULL), ('2020-12-31', '2', '1', '4001', 700, NULL, NULL), ('2020-12-31', '2', '2', "
                "'3001', NULL, 690, NULL), ('2020-12-31', '2', '3', '3002', NULL, 10, NULL)");
    said(&city, "^ledger.e12");
    cr_expect_str_eq(city_ask(&city,
                              "SELECT state || ' ' || left_value || ' ' || right_value || ' ' || (SELECT "
                              "string_agg(fen::text, ' ') FROM fund.culprit WHERE finding = f.finding) FROM "
                              "intake.finding f WHERE county = '690079' AND check_code = 'ledger.e12' AND "
                              "detail <> 'gone=1' ORDER BY run DESC, finding DESC LIMIT 1"),
                     "broken 690 700 690");
    /* An account that stays full where it must be empty. */
    city_run(&city, base_sql);
    put_entries(&city,
                "('2020-12-15', '1', '1', '1003', 700, NULL, NULL), ('2020-12-15', '1', '2', '4001', NULL, "
                "700, NULL)");
    cr_expect_str_eq(said(&city, "^ledger.(e5|e12)"), "e12 broken 2020, e5 broken 4001, e5_delta broken ");
    end(&city);
}

/* Only what the treasury took in on the month's last day may stay on 1005, and its slip is named. */
Test(closing, the_treasury_of_the_last_day_is_no_breach) {
    static const struct {
        const char *account, *day, *said, *detail;
    } cases[] = {{"1005", "2020-11-30", "", "months=;last_day=11月 5.00（HD7）"},
                 {"1005", "2020-11-29", "e8 broken 2020", "months=11月 5.00;last_day="},
                 {"1002", "2020-11-30", "e8 broken 2020", "months=11月 5.00;last_day="}};
    struct city city;
    begin(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        put_entries(&city,
                    lane_format(&city.arena,
                                "('%s', '1', '1', '%s', 500, NULL, 'HD7'), ('%s', '1', '2', '4001', NULL, "
                                "500, NULL), ('2020-12-03', '1', '1', '1003', 500, NULL, NULL),"
                                " ('2020-12-03', '1', '2', '%s', NULL, 500, NULL)",
                                cases[i].day, cases[i].account, cases[i].day, cases[i].account));
        cr_expect_str_eq(said(&city, "^ledger.e8"), cases[i].said, "%s %s", cases[i].account, cases[i].day);
        const char *detail =
            city_ask(&city, "SELECT detail FROM intake.finding WHERE county = '690079' AND check_code = "
                            "'ledger.e8' AND detail <> 'gone=1' ORDER BY run DESC, finding DESC LIMIT 1");
        cr_expect_str_eq(detail, cases[i].detail, "%s %s: %s", cases[i].account, cases[i].day, detail);
    }
    end(&city);
}

/* The ledger books on 11-28 what the statement has in December: one payment where one side names no slip. */
Test(closing, a_payment_without_a_slip_is_known_by_amount_direction_and_day) {
    static const struct {
        const char *name, *slip, *day, *in, *out, *bank_slip, *said;
    } cases[] = {{"the same", "NULL", "2020-12-03", "500", "NULL", "NULL", ""},
                 {"the ledger's slip", "'HD7'", "2020-12-03", "500", "NULL", "NULL", ""},
                 {"the bank's slip", "NULL", "2020-12-03", "500", "NULL", "'HD8'", ""},
                 {"two slips", "'HD7'", "2020-12-03", "500", "NULL", "'HD8'", "e9 broken 2020-12-31"},
                 {"too late", "NULL", "2020-12-12", "500", "NULL", "NULL", "e9 broken 2020-12-31"},
                 {"another amount", "NULL", "2020-12-03", "501", "NULL", "NULL", "e9 broken 2020-12-31"},
                 {"another direction", "NULL", "2020-12-03", "NULL", "500", "NULL", "e9 broken 2020-12-31"}};
    struct city city;
    begin(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        put_entries(&city,
                    lane_format(&city.arena,
                                "('2020-11-28', '1', '1', '1003', 500, NULL, %s), ('2020-11-28', '1', '2', "
                                "'4001', NULL, 500, NULL), ('2020-12-30', '2', '1', '4001', 500, NULL, NULL),"
                                " ('2020-12-30', '2', '2', '3001', NULL, 500, NULL)",
                                cases[i].slip));
        city_run(&city,
                 lane_format(
                     &city.arena,
                     "INSERT INTO fund.bank_stmt_d (stmt_no, bank_acct, acct_set, fund_set, acct_code, "
                     "stmt_date, slip_no, in_fen, out_fen, balc_fen, county, src_key, key_hash, row_hash, "
                     "file, source_row) VALUES ('1', 'B', '01', '结', '1003', '%s', %s, %s, %s, "
                     "coalesce(%s::bigint, 0) - coalesce(%s::bigint, 0), '690079', 'b1', md5('cb1')::uuid, "
                     "0, -79, 1)",
                     cases[i].day, cases[i].bank_slip, cases[i].in, cases[i].out, cases[i].in, cases[i].out));
        cr_expect_str_eq(said(&city, "^ledger.e9"), cases[i].said, "%s", cases[i].name);
    }
    end(&city);
}

/* Between a fund's own accounts: what 1002 sends, 1003 receives; by slip, else by amount and day; a month at
   most on its way. */
Test(closing, what_one_account_sends_the_other_receives) {
    static const struct {
        const char *name, *out, *in, *said, *last; /* last: the books' last day, 2020-12-30 else */
    } cases[] = {
        {"in one voucher", "", "('2020-03-01', '1', '2', '1003', 500, NULL, NULL)", "", NULL},
        {"by its slip, months later", "'HD1'", "('2020-08-01', '9', '1', '1003', 500, NULL, 'HD1')", "",
         NULL},
        {"a fen less", "'HD1'", "('2020-03-02', '9', '1', '1003', 499, NULL, 'HD1')",
         "e9_transfer broken 2020", NULL},
        {"by amount and day", "NULL", "('2020-03-09', '9', '1', '1003', 500, NULL, 'HD2')", "", NULL},
        {"too late", "NULL", "('2020-03-12', '9', '1', '1003', 500, NULL, 'HD2')", "e9_transfer broken 2020",
         NULL},
        {"before it was sent", "NULL", "('2020-02-28', '9', '1', '1003', 500, NULL, 'HD2')",
         "e9_transfer broken 2020", NULL},
        {"another slip", "'HD1'", "('2020-03-02', '9', '1', '1003', 500, NULL, 'HD2')",
         "e9_transfer broken 2020", NULL},
        {"never", "'HD1'", "('2020-10-31', '9', '1', '1005', 1, NULL, NULL)", "e9_transfer broken 2020",
         NULL},
        {"on its way", "'HD1'", "('2020-03-20', '9', '1', '1005', 1, NULL, NULL)", "", "2020-03-20"}};
    struct city city;
    begin(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, base_sql);
        city_run(
            &city,
            "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, valid_from, overlay) VALUES "
            "('结', '1002', '资产', '2018-01-01', 0), ('结', '1101', '资产', '2018-01-01', 0)");
        put_entries(&city,
                    lane_format(&city.arena,
                                "('2020-03-01', '1', '1', '1002', NULL, 500, %s), %s, ('%s', '20', '1', "
                                "'3001', 1, NULL, NULL)",
                                *cases[i].out ? cases[i].out : "NULL", cases[i].in,
                                cases[i].last ? cases[i].last : "2020-12-30"));
        const char *got = said(&city, "^ledger.e9_transfer");
        cr_expect_str_eq(got, cases[i].said, "%s: %s", cases[i].name, got);
    }
    end(&city);
}
