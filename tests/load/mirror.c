/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What one level sent and the other received, slip by slip and over the year's end (F7). */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* County 690091 and its city 690090 keep books of 职工; each row: who, the other, account, date, slip, fen.
 */
static const char book_sql[] = "INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, "
                               "voucher_no, line_no, voucher_date,"
                               " key_hash, part, src_acct_code, acct_code, debit_fen, credit_fen, "
                               "counterparty, slip_no, closing, file, source_row)"
                               " SELECT w, 'Z', '职工', left(d, 4), substr(d, 6, 2), n::text, '1', d::date, "
                               "md5('mirror' || n)::uuid, 1, a, a,"
                               " CASE WHEN a LIKE '5%%' THEN f ELSE 0 END, CASE WHEN a LIKE '4%%' THEN f "
                               "ELSE 0 END, o, s, false, -90, n FROM (VALUES"
                               " %s) v (n, w, o, a, d, s, f)";
#define UP(n, day, slip, fen) "(" n ", '690091', '690090', '5301', '" day "', '" slip "', " fen ")"
#define COME(n, day, slip, fen) "(" n ", '690090', '690091', '4402', '" day "', '" slip "', " fen ")"

static const char said_sql[] =
    "SELECT string_agg(right(subject, 4) || ' ' || state || ' ' || left_value || '=' || right_value, ', ' "
    "ORDER BY"
    " subject) FROM intake.finding WHERE check_code = 'ledger.f7' AND county = '690091'";

Test(mirror, what_is_sent_arrives_or_is_in_transit) {
    static const struct {
        const char *name, *rows, *said;
    } cases[] = {
        {"in one year", UP("1", "2020-03-01", "A", "300") ", " COME("2", "2020-03-02", "A", "300"),
         "2020 held 300=300"},
        {"a fen less", UP("1", "2020-03-01", "A", "300") ", " COME("2", "2020-03-02", "A", "299"),
         "2020 broken 300=299"},
        {"over the year's end", UP("1", "2020-12-31", "A", "300") ", " COME("2", "2021-01-02", "A", "300"),
         "2020 held 300=300, 2021 held 0=0"},
        {"two entries of one slip, received as one",
         UP("1", "2020-12-31", "A", "100") ", " UP("2", "2020-12-31", "A", "200") ", " COME("3", "2021-01-02",
                                                                                            "A", "300"),
         "2020 held 300=300, 2021 held 0=0"},
        {"one entry, received in two",
         UP("1", "2020-12-31", "A", "300") ", " COME("2", "2021-01-02", "A",
                                                     "100") ", " COME("3", "2021-01-05", "A", "200"),
         "2020 held 300=300, 2021 held 0=0"},
        {"another slip", UP("1", "2020-12-31", "A", "300") ", " COME("2", "2021-01-02", "B", "300"),
         "2020 broken 300=0, 2021 broken 0=300"},
        {"two entries, a fen less",
         UP("1", "2020-12-31", "A", "100") ", " UP("2", "2020-12-31", "A", "200") ", " COME("3", "2021-01-02",
                                                                                            "A", "299"),
         "2020 broken 300=0, 2021 broken 0=299"},
    };
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, lane_format(&city.arena, book_sql, cases[i].rows));
        city_step(&city, "75_ledger_mirror", "690091");
        const char *said = city_ask(&city, said_sql);
        cr_expect_str_eq(said, cases[i].said, "%s: %s", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}
