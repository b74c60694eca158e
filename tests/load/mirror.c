/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What one level sent and the other received, slip by slip and over the year's end (F7, F8). */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* County 690091 and its city 690090 keep books of 职工; each row: who, the other, account, date, slip, fen.
   The account may name its sub-fund and another fund; fen below zero stand on the other side; the slip J is
   of what closes the year. */
static const char book_sql[] =
    "INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, key_hash, part, src_acct_code, acct_code, sub_fund, debit_fen, credit_fen, counterparty, "
    "slip_no, closing, file, source_row) SELECT w, 'Z', coalesce(nullif(split_part(a, '/', 3), ''), '职工'), "
    "left(d, 4), substr(d, 6, 2), n::text, '1', d::date, md5('mirror' || n)::uuid, 1, split_part(a, '/', 1), "
    "split_part(a, '/', 1), nullif(split_part(a, '/', 2), ''), CASE WHEN (a LIKE '5%') = (f > 0) THEN abs(f) "
    "ELSE 0 END, CASE WHEN (a LIKE '4%') = (f > 0) THEN abs(f) ELSE 0 END, o, s, s = 'J', -90, n FROM "
    "(VALUES_HERE) v (n, w, o, a, d, s, f)";
#define ROW(n, own, other, account, day, slip, fen)                                                          \
    "(" n ", '" own "', '" other "', '" account "', '" day "', '" slip "', " fen ")"
#define UP_OF(n, part, day, slip, fen) ROW(n, "690091", "690090", "5301" part, day, slip, fen)
#define COME_TO(n, part, day, slip, fen) ROW(n, "690090", "690091", "4402" part, day, slip, fen)
#define UP(n, day, slip, fen) UP_OF(n, "", day, slip, fen)
#define COME(n, day, slip, fen) COME_TO(n, "", day, slip, fen)
#define DOWN(n, day, slip, fen) ROW(n, "690090", "690091", "5302", day, slip, fen)
#define ARRIVE(n, day, slip, fen) ROW(n, "690091", "690090", "4401", day, slip, fen)

static const char said_sql[] =
    "SELECT coalesce(string_agg(concat_ws(' ', substring(check_code FROM '8$'), coalesce(substring(subject "
    "FROM '^职工 (.*)$'), subject), state, left_value || '=' || right_value), ', ' ORDER BY check_code, "
    "subject), '') FROM intake.finding WHERE check_code IN ('ledger.f7', 'ledger.f8') AND county = '690091'";

struct sent {
    const char *name, *rows, *said;
};

static void judge(const struct sent *cases, size_t count, const char *county) {
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < count; i++) {
        city_run(&city, "BEGIN");
        city_put(&city, book_sql, cases[i].rows);
        city_step(&city, "75_ledger_mirror", county);
        const char *said = city_ask(&city, said_sql);
        cr_expect_str_eq(said, cases[i].said, "%s: %s", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}

Test(mirror, what_is_sent_arrives_or_is_in_transit) {
    static const struct sent cases[] = {
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
        {"two years on its way, and another in between",
         UP("1", "2019-12-31", "A", "300") ", " UP("2", "2020-05-01", "B", "5") ", " COME(
             "3", "2020-05-02", "B", "5") ", " COME("4", "2021-01-02", "A", "300"),
         "2019 held 300=300, 2020 held 5=5, 2021 held 0=0"},
        {"received again a year later",
         UP("1", "2020-03-01", "A", "300") ", " COME("2", "2020-03-02", "A",
                                                     "300") ", " COME("3", "2021-01-02", "A", "300"),
         "2020 held 300=300, 2021 broken 0=300"},
        {"the second half of a slip a year later",
         UP("1", "2020-03-01", "A", "100") ", " UP("2", "2021-03-01", "A", "200") ", " COME("3", "2022-01-02",
                                                                                            "A", "200"),
         "2020 broken 100=0, 2021 held 200=200, 2022 held 0=0"},
        {"sent and taken back",
         UP("1", "2020-03-01", "A", "300") ", " UP("2", "2020-03-01", "B",
                                                   "-100") ", " COME("3", "2020-03-02", "A", "200"),
         "2020 held 200=200"},
        {"received and given back",
         UP("1", "2020-03-01", "A", "200") ", " COME("2", "2020-03-02", "A",
                                                     "300") ", " COME("3", "2020-03-02", "B", "-100"),
         "2020 held 200=200"},
        {"what closes the year is not sent back",
         UP("1", "2020-03-01", "A", "300") ", " COME("2", "2020-03-02", "A", "300") ", " UP("3", "2020-12-31",
                                                                                            "J", "-300"),
         "2020 held 300=300"},
        {"each sub-fund by itself",
         UP_OF("1", "/统筹", "2020-12-31", "A", "300") ", " COME_TO("2", "/个账", "2021-01-02", "A", "300"),
         "个账 2021 broken 0=300, 统筹 2020 broken 300=0"},
        {"each fund by itself; of neither has the other books",
         UP("1", "2020-12-31", "A", "300") ", " COME_TO("2", "//居民", "2021-01-02", "A", "300"),
         "居民 2021 blocked 0=300, 2020 blocked 300=0"},
        {"the city keeps no such books", UP("1", "2020-03-01", "A", "300"), "2020 blocked 300=0"},
        {"nor does the county", COME("1", "2020-03-01", "A", "300"), "2020 blocked 0=300"},
        {"another county's slip of that number",
         UP("1", "2020-12-31", "A", "300") ", " ROW("2", "690090", "690092", "4402", "2021-01-02", "A",
                                                    "300"),
         "2020 broken 300=0"},
        {"what comes down", DOWN("1", "2020-12-31", "A", "300") ", " ARRIVE("2", "2021-01-02", "A", "300"),
         "8 2020 held 300=300, 8 2021 held 0=0"},
        {"what comes down a fen less",
         DOWN("1", "2020-03-01", "A", "300") ", " ARRIVE("2", "2020-03-02", "A", "299"),
         "8 2020 broken 300=299"},
        {"down and up under one slip",
         DOWN("1", "2020-12-31", "A", "300") ", " UP("2", "2020-12-31", "A", "300") ", " ARRIVE(
             "3", "2021-01-02", "A", "300") ", " COME("4", "2020-12-31", "A", "300"),
         "2020 held 300=300, 8 2020 held 300=300, 8 2021 held 0=0"}};
    judge(cases, sizeof cases / sizeof *cases, "690091");
}

/* Who of the two delivered does not matter. */
Test(mirror, the_city_asks_what_its_county_asks) {
    static const struct sent cases[] = {
        {"up", UP("1", "2020-03-01", "A", "300") ", " COME("2", "2020-03-02", "A", "299"),
         "2020 broken 300=299"},
        {"down", DOWN("1", "2020-03-01", "A", "300") ", " ARRIVE("2", "2020-03-02", "A", "299"),
         "8 2020 broken 300=299"}};
    judge(cases, sizeof cases / sizeof *cases, "690090");
}
