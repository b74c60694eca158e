/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include <criterion/criterion.h>

/* What books are held against outside of themselves, figure by figure: settlements (G1), personal accounts
   (C1, C2, G3), the other level (F6) and sub-funds (E6).  Rows are written by SQL and one step is made;
   amounts are powers of two, so that a sum says what is in it.  Account set Z of fund 账, county 690073. */
static const char base_sql[] =
    "CREATE TABLE fund.recon_item_d_690073 PARTITION OF fund.recon_item_d FOR VALUES IN ('690073');"
    "CREATE TABLE fund.acct_set_d_690073 PARTITION OF fund.acct_set_d FOR VALUES IN ('690073');"
    "CREATE TABLE fund.psn_acct_d_690073 PARTITION OF fund.psn_acct_d FOR VALUES IN ('690073');"
    "INSERT INTO fund.setting VALUES ('cutover', '2021-01-01') ON CONFLICT (name) DO UPDATE SET value = "
    "excluded.value;"
    "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-8, 'run', '', '', '');"
    "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state) "
    "OVERRIDING SYSTEM VALUE VALUES (-73, -8, '690073', '', '', 0, '', 'file', 'published'), (-72, -8, "
    "'690072', '', '', 0, '', 'file', 'published');"
    "INSERT INTO intake.file (file, delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, "
    "columns) OVERRIDING SYSTEM VALUE VALUES (-73, -73, 'setl_d', '', '', '', false, '{}'), (-71, -73, "
    "'psn_insu_d', '', '', '', false, '{}'), (-72, -72, 'setl_d', '', '', '', false, '{}');"
    /* What is sent back of another kind and of the neighbour explains nothing here. */
    "INSERT INTO intake.reject (file, source_row, bucket, fen, state) SELECT f, 1, 'rejected', "
    "ARRAY[1000], 'open' FROM unnest('{-71,-72}'::int[]) f;"
    "INSERT INTO fund.chart_of_accounts_row (chart_set, code, class, sub_fund, close_to, close_rule, "
    "valid_from, overlay) SELECT '账', c, k, s, '', '', '2018-01-01', 0 FROM (VALUES ('1003', '资产', ''), "
    "('3001.个账', '净资产', '个账'), ('3001.统筹', '净资产', '统筹'), ('4301', '收入', '个账'), ('4601', "
    "'收入', '统筹')) v (c, k, s)";

static const char entry_sql[] =
    "INSERT INTO fund.posting (county, acct_set, fund_set, acct_year, acct_month, voucher_no, line_no, "
    "voucher_date, key_hash, part, src_acct_code, acct_code, sub_fund, debit_fen, credit_fen, stock_flow, "
    "closing, file, source_row) SELECT '690073', 'Z', '账', left(d, 4), substr(d, 6, 2), '1', "
    "row_number() OVER (), d::date, md5('be' || row_number() OVER ())::uuid, 1, split_part(a, '/', 1), "
    "split_part(a, '/', 1), nullif(split_part(a, '/', 2), ''), i, o, f, c = 'closing', -73, 1 FROM "
    "(VALUES_HERE) v (d, a, i, o, f, c)";
#define DEBIT(day, account, fen) "('" day "', '" account "', " fen ", 0, NULL, '')"
#define CREDIT(day, account, fen) "('" day "', '" account "', 0, " fen ", NULL, '')"
#define FLOW(day, account, fen, flow) "('" day "', '" account "', " fen ", 0, " flow ", '')"
#define CLOSING(day, account, fen) "('" day "', '" account "', 0, " fen ", NULL, 'closing')"

static const char routed_sql[] =
    "INSERT INTO fund.routed (county, fund_set, acct_code, sub_fund, month, settlements, fen, digest) SELECT "
    "'690073', s, row_number() OVER (), u, m, 1, f, '' FROM (VALUES_HERE) v (s, u, m, f)";
static const char item_sql[] =
    "INSERT INTO fund.recon_item_d (item_no, acct_set, fund_set, sub_fund, recon_type, item_date, "
    "item_amt_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT row_number() OVER (), s, "
    "'账', nullif(u, ''), t, d::date, f, '690073', row_number() OVER (), md5('bi' || row_number() OVER "
    "())::uuid, 0, "
    "-73, 1 FROM (VALUES_HERE) v (s, u, d, t, f)";
#define ITEM(set, sub, day, type, fen) "('" set "', '" sub "', '" day "', '" type "', " fen ")"
static const char person_sql[] =
    "INSERT INTO fund.psn_acct_d (src_psn_no, year, bal_date, open_amt_fen, into_amt_fen, int_amt_fen, "
    "tran_in_amt_fen, acct_pay_fen, acct_mulaid_pay_fen, tran_out_amt_fen, clr_amt_fen, adj_amt_fen, "
    "balc_fen, county, src_key, key_hash, row_hash, file, source_row) SELECT p, y, (y || '-12-31')::date, o, "
    "m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], b, '690073', p || y, md5('bp' || p || y)::uuid, 0, -73, "
    "1 FROM (VALUES_HERE) v (p, y, o, m, b)";
#define PERSON(person, year, opening, moved, closing)                                                        \
    "('" person "', '" year "', " opening ", '{" moved "}'::bigint[], " closing ")"
static const char reject_sql[] =
    "INSERT INTO intake.reject (file, source_row, bucket, fen, state) SELECT -73, row_number() OVER (), "
    "'rejected', ARRAY[f], 'open' FROM (VALUES_HERE) v (f)";
/* The ledger's side of G3. */
static const char balance_sql[] =
    "INSERT INTO fund.balance SELECT '690073', 'Z', '账', 2020, m, split_part(a, '/', 1), split_part(a, '/', "
    "2), 0, 0, 0, f, 0 FROM (VALUES_HERE) v (m, a, f)";
static const char pooling_sql[] =
    "INSERT INTO fund.acct_set_d (acct_set, fund_set, pooling_mode, county, src_key, key_hash, row_hash, "
    "file, source_row) SELECT 'Z', '账', m, '690073', 'Z', md5('bs')::uuid, 0, -73, 1 FROM (VALUES_HERE) v "
    "(m)";

/* Everything that the step said of a check: nothing is said twice. */
static const char said_sql[] =
    "SELECT coalesce(string_agg(coalesce(substring(subject FROM '^Z 账 ?(.*)$'), subject) || ': ' || state "
    "|| coalesce(' ' || left_value || '=' || right_value, ''), ', ' ORDER BY subject), '') FROM "
    "intake.finding WHERE county = '690073' AND check_code = 'ledger.%s'";

struct books {
    const char *name, *check, *entries, *routed, *items, *persons, *rejects, *balances, *pooling, *said;
};

static void judge(const char *step, const struct books *cases, size_t count) {
    struct city city;
    city_enter_alone(&city);
    for (size_t i = 0; i < count; i++) {
        city_run(&city, "BEGIN");
        city_run(&city, base_sql);
        city_put(&city, entry_sql, cases[i].entries);
        city_put(&city, routed_sql, cases[i].routed);
        city_put(&city, item_sql, cases[i].items);
        city_put(&city, person_sql, cases[i].persons);
        city_put(&city, reject_sql, cases[i].rejects);
        city_put(&city, balance_sql, cases[i].balances);
        city_put(&city, pooling_sql, cases[i].pooling);
        city_step(&city, step, "690073");
        const char *said = city_ask(&city, lane_format(&city.arena, said_sql, cases[i].check));
        cr_expect_str_eq(said, cases[i].said, "%s: \"%s\"", cases[i].name, said);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}

/* What the lists keep back is not paid yet; what is paid otherwise stands in the books alone. */
Test(benefit, is_what_was_settled_less_what_is_kept_back) {
    static const char routed[] = "('账', '统筹', '202001', 60), ('账', '统筹', '202012', 40)";
    static const struct books cases[] = {
        {"every item of the lists in its place", "g1", .routed = routed,
         .entries = DEBIT("2020-12-01", "5001/统筹", "108") ", " CLOSING(
             "2020-12-31", "5001/统筹", "108") ", " CREDIT("2020-12-01", "5001/统筹",
                                                           "7") ", " DEBIT("2020-12-01", "5101/统筹", "512"),
         .items = ITEM("Z", "统筹", "2020-12-31", "已刷卡未支付", "1") ", " ITEM(
             "Z", "统筹", "2020-12-31", "应付未付",
             "2") ", " ITEM("Z", "统筹", "2020-01-01", "审核扣款",
                            "4") ", " ITEM("Z", "统筹", "2020-12-31", "质量保证金",
                                           "8") ", " ITEM("Z", "统筹", "2020-12-31", "其他支付", "16"),
         .said = "2020 统筹: held 101=101"},
        {"items of another type, sub-fund, year and set", "g1", .routed = routed,
         .entries = DEBIT("2020-12-01", "5001/统筹", "100"),
         .items = ITEM("Z", "统筹", "2020-12-31", "已入个账未到款", "1") ", " ITEM(
             "Z", "个账", "2020-12-31", "应付未付", "2") ", " ITEM("Z", "统筹", "2019-12-31", "应付未付",
                                                                   "4") ", " ITEM("Y", "统筹", "2020-12-31",
                                                                                  "其他支付", "8"),
         .said = "2020 统筹: held 100=100"},
        {"each sub-fund and year by itself", "g1",
         .routed = "('账', '统筹', '202001', 60), ('账', '个账', '202001', 7), ('账', '统筹', '202101', 5)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "60") ", " DEBIT(
             "2020-12-01", "5001/个账", "7") ", " DEBIT("2021-12-01", "5001/统筹", "6"),
         .said = "2020 个账: held 7=7, 2020 统筹: held 60=60, 2021 统筹: broken 6=5"},
        {"settled and not in the books", "g1", .routed = routed,
         .entries = DEBIT("2020-12-01", "1003/统筹", "9"), .said = "2020 统筹: broken 0=100"},
        {"a year of which no voucher came is not asked", "g1", .routed = "('账', '统筹', '201912', 60)",
         .entries = DEBIT("2020-12-01", "1003/统筹", "9"), .said = ""},
        {"nor strays there", "stray", .routed = "('账', '统筹', '201912', 60)",
         .entries = DEBIT("2020-12-01", "1003/统筹", "9"), .said = ""},
        {"a fund without sub-funds, and its lists", "g1", .routed = "('账', NULL, '202001', 60)",
         .entries = DEBIT("2020-12-01", "5001", "57"),
         .items = ITEM("Z", "", "2020-12-31", "应付未付", "3") ", " ITEM("Z", "统筹", "2020-12-31",
                                                                         "应付未付", "8"),
         .said = "2020: held 57=57"},
        {"strays into none", "stray", .routed = "('账', NULL, '202001', 60)",
         .entries = DEBIT("2020-12-01", "5001", "57"), .said = ""},
        {"settled there and not in the books", "g1", .routed = "('账', NULL, '202001', 60)",
         .entries = DEBIT("2020-12-01", "1003", "9"), .said = "2020: broken 0=60"},
        {"what is sent back may be what lacks", "g1", .routed = routed, .rejects = "(10), (20)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "130"), .said = "2020 统筹: blocked 130=100"},
        {"a fen more than that", "g1", .routed = routed, .rejects = "(10), (20)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "131"), .said = "2020 统筹: broken 131=100"},
        {"a fen of it", "g1", .routed = routed, .rejects = "(10), (20)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "101"), .said = "2020 统筹: blocked 101=100"},
        {"nothing lacks", "g1", .routed = routed, .rejects = "(10), (20)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "100"), .said = "2020 统筹: held 100=100"},
        {"the books have less", "g1", .routed = routed, .rejects = "(10), (20)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "99"), .said = "2020 统筹: broken 99=100"},
        {"what is kept back lacks beside what is sent back", "g1", .routed = routed, .rejects = "(30)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "121"),
         .items = ITEM("Z", "统筹", "2020-12-31", "应付未付", "10"), .said = "2020 统筹: broken 121=90"},
        {"and so does what is paid otherwise", "g1", .routed = routed, .rejects = "(30)",
         .entries = DEBIT("2020-12-01", "5001/统筹", "140"),
         .items = ITEM("Z", "统筹", "2020-12-31", "其他支付", "10"), .said = "2020 统筹: blocked 140=110"},
        {"of another fund, of another year, and nothing", "stray",
         .routed = "('他', '统筹', '202001', 8), ('账', '大病', '202001', 4), ('他', '大病', '202001', 0)",
         .entries = DEBIT("2020-12-01", "1003", "9") ", " DEBIT("2021-12-01", "5001/大病", "4"),
         .said = "他 2020 统筹: blocked 8=0, 账 2020 大病: blocked 4=0"}};
    judge("72_ledger_route", cases, sizeof cases / sizeof *cases);
}

/* From the cutover on, what a county takes in goes up to the city, or stands on 1002 and 1005 on its way. */
Test(benefit, what_a_county_takes_in_is_sent_up) {
    static const struct books cases[] = {
        {"sent or on its way", "cutover",
         .entries =
             CREDIT("2021-01-01", "4001", "100") ", " FLOW("2021-01-05", "5301", "60", "'增量'") ", " FLOW(
                 "2021-01-05", "5301", "8", "NULL") ", " DEBIT("2021-01-31", "1002",
                                                               "30") ", " DEBIT("2021-01-31", "1005", "2"),
         .said = ": held 100=100"},
        {"stock that is sent up, what comes from the city, the day before, and what closes", "cutover",
         .entries =
             CREDIT("2021-01-01", "4001", "100") ", " FLOW("2021-01-05", "5301", "60", "'存量'") ", " CREDIT(
                 "2021-01-31", "4401", "7") ", " CREDIT("2020-12-31", "4001",
                                                        "5") ", " CLOSING("2021-01-31", "4001", "100"),
         .said = ": broken 100=0"},
        {"the city's own books", "cutover", .entries = CREDIT("2021-01-01", "4001", "100"),
         .pooling = "('市级')", .said = ""},
        {"a county's", "cutover", .entries = CREDIT("2021-01-01", "4001", "100"), .pooling = "('县级')",
         .said = ": broken 100=0"},
        {"every entry between levels says whether it is stock", "stock_flow",
         .entries =
             FLOW("2020-01-01", "4401", "1", "'存量'") ", " DEBIT("2020-01-01", "4402", "2") ", " DEBIT(
                 "2020-01-01", "5301", "4") ", " FLOW("2020-01-01", "5302", "8",
                                                      "'增量'") ", " CLOSING("2020-12-31", "4402",
                                                                             "16") ", " DEBIT("2020-01-01",
                                                                                              "4001", "32"),
         .said = ": broken 15=9"},
        {"an account of one sub-fund, but for what closes it", "e6",
         .entries = CREDIT("2020-01-01", "4301/个账", "1") ", " CREDIT(
             "2020-01-01", "4301/统筹", "2") ", " CLOSING("2020-12-31", "4301/统筹", "4"),
         .said = "4301: broken 3=1"},
        {"what is shared out belongs to none", "e6", .entries = CREDIT("2020-01-01", "4601/个账", "1"),
         .said = ""}};
    judge("72_ledger_route", cases, sizeof cases / sizeof *cases);
}

Test(benefit, what_a_persons_year_comes_to) {
    static const struct books cases[] = {
        {"every column with its sign", "c1",
         .persons = PERSON("P", "2020", "1", "2,4,8,16,32,64,128,256", "31"), .said = "2020: held 31=31"},
        {"only what there is", "c1", .persons = PERSON("P", "2020", "5", "", "5"), .said = "2020: held 5=5"},
        {"two persons that cancel", "c1",
         .persons = PERSON("P", "2020", "5", "", "6") ", " PERSON("Q", "2020", "5", "", "4"),
         .said = "2020: broken 10=10"},
        {"a year begins where the last one ended", "c2",
         .persons = PERSON("P", "2019", "1", "", "5") ", " PERSON("P", "2020", "5", "", "7") ", " PERSON(
             "Q", "2019", "1", "", "9") ", " PERSON("Q", "2020", "9", "", "9"),
         .said = "2019: not_applicable, 2020: held 14=14"},
        {"two persons that cancel from year to year", "c2",
         .persons = PERSON("P", "2019", "1", "", "5") ", " PERSON("P", "2020", "6", "", "7") ", " PERSON(
             "Q", "2019", "1", "", "9") ", " PERSON("Q", "2020", "8", "", "9"),
         .said = "2019: not_applicable, 2020: broken 14=14"}};
    judge("74_ledger_person", cases, sizeof cases / sizeof *cases);
}

/* G3: what the fund keeps for personal accounts is what the persons have, and what is on its way. */
Test(benefit, what_persons_have_is_what_the_fund_keeps_for_them) {
    static const char persons[] =
        PERSON("P", "2020", "20", "", "20") ", " PERSON("Q", "2020", "11", "", "11");
    static const struct books cases[] = {
        {"every item of the lists in its place", "g3", .persons = persons,
         .balances = "(12, '3001.个账/个账', -34)",
         .items = ITEM("Z", "个账", "2020-12-31", "已刷卡未支付",
                       "1") ", " ITEM("Z", "个账", "2020-12-31", "已入个账未到款",
                                      "2") ", " ITEM("Z", "个账", "2020-12-31", "已到款未入个账", "4"),
         .said = "2020: held 34=34"},
        {"items of another type, year and set", "g3", .persons = persons,
         .balances = "(12, '3001.个账/个账', -31)",
         .items = ITEM("Z", "个账", "2020-12-31", "应付未付",
                       "1") ", " ITEM("Z", "个账", "2019-12-31", "已刷卡未支付",
                                      "2") ", " ITEM("Y", "个账", "2020-12-31", "已到款未入个账", "4"),
         .said = "2020: held 31=31"},
        {"of December, of that sub-fund, and no asset", "g3", .persons = persons,
         .balances =
             "(12, '3001.个账/个账', -31), (11, '3001.个账/个账', -1), (12, '3001.统筹/统筹', -2), (12, "
             "'1003/个账', 4)",
         .said = "2020: held 31=31"},
        {"a fen less", "g3", .persons = persons, .balances = "(12, '3001.个账/个账', -30)",
         .said = "2020: broken 30=31"},
        {"of no person anything came", "g3", .balances = "(12, '3001.个账/个账', -31)",
         .said = "2020: blocked"}};
    judge("74_ledger_person", cases, sizeof cases / sizeof *cases);
}
