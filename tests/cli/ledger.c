/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Ledgers broken on purpose: what a wrong map, a voucher off by a fen and an unknown account come to. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(ledger, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static const char *finding(const char *code, const char *county, const char *subject) {
    return journey_ask(&journey, arena_print(&journey.arena,
                                             "SELECT state || ' ' || coalesce(left_value, 0) || ' ' || "
                                             "coalesce(right_value, 0) FROM intake.finding"
                                             " WHERE check_code = '%s' AND county = '%s' AND subject = '%s' "
                                             "ORDER BY run DESC, finding DESC LIMIT 1",
                                             code, county, subject));
}

/* The chart of 2008 by its codes alone: 1002 to 1002, 1003 to 1003. */
static void map_by_code(void) {
    struct span text = journey_file(&journey, "mappings/shiliu/account.csv");
    char *bytes = ARENA_NEW(&journey.arena, char, text.size + 1);
    memcpy(bytes, text.bytes, text.size);
    bytes[text.size] = '\0';
    char *first = strstr(bytes, ",1002,财政专户存款,,,1003,"),
         *second = strstr(bytes, ",1003,收入户存款,,,1002,");
    cr_assert(first && second);
    first[strlen(",1002,财政专户存款,,,1003") - 1] = '2';
    second[strlen(",1003,收入户存款,,,1002") - 1] = '3';
    journey_write(&journey, "mappings/shiliu/account.csv", (struct span){bytes, text.size});
}

/* One voucher, UTF-8; the county's own spec reads it. */
static void put_voucher(const char *name, const char *lines) {
    static const char spec[] = "match: \"补记_{period}.csv\"\nkind: voucher_entry_d\ndelivery: delta\n"
                               "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [账套, 年度, "
                               "期间, 凭证号, 行号]\nunit: yuan\n"
                               "columns:\n  acct_set: 账套\n  fund_set: {from: 账套, map: fund_set}\n  "
                               "acct_year: 年度\n  acct_month: 期间\n"
                               "  voucher_no: 凭证号\n  line_no: 行号\n  voucher_date: {from: 日期, as: "
                               "date}\n  summary: 摘要\n  src_acct_code: 科目编码\n"
                               "  acct_code: {from: 科目编码, map: account}\n  debit: 借方金额\n  credit: "
                               "贷方金额\n  counterparty: 对方\n"
                               "unmapped: reject\ncontrol: none\n";
    journey_write(&journey, "mappings/qinghe/ledger_test.yaml", (struct span){spec, sizeof spec - 1});
    const char *text = arena_print(
        &journey.arena, "账套,年度,期间,凭证号,行号,日期,摘要,科目编码,借方金额,贷方金额,对方\n%s", lines);
    journey_write(&journey, arena_print(&journey.arena, "deliveries/qinghe/%s", name),
                  (struct span){text, strlen(text)});
}

Test(ledger, what_is_wrong_is_named_and_nothing_of_it_is_published) {
    map_by_code();
    journey_expect(&journey, "run -q", 2, NULL);
    /* 4,812,600.00 stand on the other account; the statements say where they are. */
    cr_expect_str_eq(finding("ledger.e9", "690123", "01 居民 1002 2020-12-31"), "broken 481260000 0");
    cr_expect_str_eq(finding("ledger.e9", "690123", "01 居民 1003 2020-12-31"), "broken 0 481260000");
    cr_expect_str_eq(finding("ledger.g3", "690102", "01 职工 2020"),
                     journey_ask(&journey, "SELECT 'held ' || s || ' ' || s FROM (SELECT sum(balc_fen) + "
                                           "1245060 - 300000 AS s FROM fund.psn_acct_d) x"));
    /* Parts of a split are the whole, and every one names what it went by. */
    cr_expect_str_eq(journey_ask(&journey, "SELECT count(*) FROM (SELECT key_hash FROM fund.posting p JOIN "
                                           "fund.voucher_entry_d e USING (county, key_hash)"
                                           " GROUP BY county, key_hash, e.debit_fen, e.credit_fen HAVING "
                                           "sum(p.debit_fen) <> coalesce(e.debit_fen, 0)"
                                           " OR sum(p.credit_fen) <> coalesce(e.credit_fen, 0)) x"),
                     "0");
    cr_expect_gt(
        atoi(journey_ask(&journey, "SELECT count(*) FROM fund.posting WHERE basis LIKE 'month=%digest=%'")),
        100);
    /* The rows of a basis are listed, and they are the sum and the digest that the part names; of years
       without books nobody asks for them. */
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT count(*) FILTER (WHERE r.fen <> u.fen OR r.settlements <> u.n "
                                 "OR cardinality(r.keys) = u.n AND r.digest <> u.digest OR u.n = 0) "
                                 "FROM fund.routed r CROSS JOIN LATERAL (SELECT sum(u.fen) AS "
                                 "fen, count(DISTINCT u.key) AS n, md5(string_agg(s.setl_id || '=' || "
                                 "u.fen, ',' ORDER BY s.setl_id)) AS digest FROM unnest(r.keys, r.fens) "
                                 "u (key, fen) JOIN record.setl_d s ON s.county = r.county AND "
                                 "s.key_hash = u.key) u WHERE EXISTS (SELECT FROM fund.posting p WHERE "
                                 "p.county = r.county AND p.acct_year = left(r.month, 4))"),
                     "0");
    const char *split =
        journey_ask(&journey, "SELECT concat_ws('/', county, acct_set, acct_year, acct_month, "
                              "voucher_no) || ' ' || split_part(split_part(basis, "
                              "'settlements=', 2), ';', 1) FROM fund.posting WHERE basis LIKE "
                              "'month=%' ORDER BY 1 LIMIT 1");
    journey_expect(&journey, arena_print(&journey.arena, "fund basis %.*s", (int)strcspn(split, " "), split),
                   0, "结算编号");
    static const struct {
        const char *name, *lines, *said, *counted;
    } cases[] = {
        {"补记_202001.csv",
         "01,2020,12,记-0901,1,20201231,补记,102,1000.00,,\n01,2020,12,记-0901,2,20201231,补记,401-01,,700."
         "00,\n"
         "01,2020,12,记-0901,3,20201231,补记,402-01,,300.01,\n01,2020,12,记-0902,1,20201231,补记,102,5.00,,"
         "\n01,2020,12,记-0902,2,20201231,补记,401-01,,5.00,\n",
         "凭证借贷不平，差 -0.01", "3 voucher.unbalanced"},
        {"补记_202002.csv",
         "01,2020,12,记-0903,1,20201231,补记,102,5.00,,\n01,2020,12,记-0903,2,20201231,补记,999,,5.00,\n",
         "科目编码", "1 code.unmapped, 1 voucher.whole"},
        {"补记_202003.csv",
         "02,2020,12,记-0904,1,20201231,补记,102,5.00,,\n02,2020,12,记-0904,2,20201231,补记,405,,5.00,\n",
         "不在该年度科目表", "1 voucher.account_unknown, 2 voucher.whole"},
        {"补记_202004.csv",
         "01,2020,12,记-0905,1,20201231,补记,501-02,5.00,,\n01,2020,12,记-0905,2,20201231,补记,103,,5.00,\n",
         "没有对方单位", "1 voucher.counterparty_missing, 2 voucher.whole"},
        {"补记_202005.csv", "01,2020,12,记-0906,1,20201231,补记,102,,,\n", "没有金额",
         "1 voucher.no_amount, 1 voucher.whole"}};
    const char *before = journey_content(&journey);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        put_voucher(cases[i].name, cases[i].lines);
        journey_expect(&journey, "run -q", 3, cases[i].said);
        cr_expect(strstr(journey.output, cases[i].name), "%s", journey.output);
        cr_expect_str_eq(journey_content(&journey), before, "%s: something was published", cases[i].name);
        cr_expect_str_eq(
            journey_ask(&journey,
                        arena_print(&journey.arena,
                                    "SELECT string_agg(n || ' ' || code, ', ' ORDER BY code) FROM (SELECT "
                                    "r.code, count(DISTINCT source_row) AS n FROM intake.reason r"
                                    " JOIN intake.file USING (file) JOIN intake.delivery d USING (delivery) "
                                    "WHERE d.path = '%s' AND weight = 'reject' GROUP BY r.code) x",
                                    cases[i].name)),
            cases[i].counted, "%s", cases[i].name);
        cr_assert(
            remove(arena_print(&journey.arena, "%s/deliveries/qinghe/%s", journey.city, cases[i].name)) == 0);
    }
    /* A voucher that balances is taken, and the balances move with it. */
    put_voucher(
        "补记_202006.csv",
        "01,2021,01,记-0901,1,20210120,补记,102,5.00,,\n01,2021,01,记-0901,2,20210120,补记,401-01,,5.00,\n");
    journey_expect(&journey, "run -q", 2, NULL);
    cr_expect_str_eq(finding("ledger.cutover", "690102", "01 职工"), "held 500 500");
    cr_expect_str_eq(finding("ledger.e8", "690102", "01 职工 1002 2021"), "broken 500 0");
    /* One check with more rows behind it than the paper lists leaves room for the others. */
    cr_expect_str_eq(
        journey_ask(&journey,
                    "WITH f AS (INSERT INTO intake.finding (run, check_code, county, kind, state, subject) "
                    "SELECT max(run), 'ledger.a0', '690102', 'voucher_entry_d', 'broken', '01 试' FROM "
                    "intake.run RETURNING finding), c AS (INSERT INTO fund.culprit (finding, county, "
                    "key_hash, fen) SELECT finding, '690102', md5(n::text)::uuid, 1 FROM f, "
                    "generate_series(1, 20001) n RETURNING 1) SELECT count(*) FROM c"),
        "20001");
    journey_expect(&journey, "report ledger --county qinghe --json > ledger.json", 0, NULL);
    cr_expect_eq(system(arena_print(&journey.arena,
                                    "cd %s && n=$(grep -o '\"check\": \"[A-Z][0-9A-Z_]*\"' ledger.json | "
                                    "sort | uniq -c) && echo \"$n\" | grep -q '\"E5_PENDING\"' && echo "
                                    "\"$n\" | grep -q '[0-9]\\{5\\} .*\"A0\"' && grep -q '\"rows\": 20001' "
                                    "ledger.json",
                                    journey.city)),
                 0, "rows behind the other checks");
}

/* The city's own tables for ledgers: a fault is named by file, line and column, and no books are taken in,
   all else is; a good one with its columns in another order counts at once. */
Test(ledger, tables_name_the_cell) {
#define LINES_HEADER "form,chart_set,line,under,sign,accounts,measure,valid_from,valid_until,evidence,note\n"
#define CHART_HEADER                                                                                         \
    "chart_set,code,name_zh,class,normal_balance,sub_fund,level,close_to,close_rule,valid_from,valid_until," \
    "evidence,note\n"
#define ROUTE_HEADER                                                                                         \
    "fund_column,insutype,condition_column,condition_values,chart_set,account,valid_from,valid_until,"       \
    "evidence,note\n"
    static const struct {
        const char *name, *text, *said;
        bool unreadable; /* exit 64; else 3 */
    } cases[] = {
        {"statement_lines.csv", LINES_HEADER "收支表,居民,基金收入.试,基金收入,+,4501,income,,,S,\n",
         "mappings/ledger/statement_lines.csv 第 2 行 valid_from 列：没有日期", true},
        {"statement_lines.csv", LINES_HEADER "\n收支表,居民,试,,,4501,income,2026-01-01,2026-13-01,S,\n",
         "mappings/ledger/statement_lines.csv 第 3 行 valid_until 列：不是日期", true},
        {"account_split.csv",
         "chart_set,code,part_prefix,basis,valid_from,valid_until,evidence,note\n职工,5001,5001.,"
         "settlement,2020-01-01,"
         "2019-01-01,S,\n",
         "mappings/ledger/account_split.csv 第 2 行 valid_until 列：不晚于 valid_from", true},
        {"chart_of_accounts.csv", "chart_set,name_zh\n居民,试\n",
         "mappings/ledger/chart_of_accounts.csv 第 1 行 code 列：缺少这一列", true},
        {"settlement_routing.csv",
         "fund_column,insutype,condition_column,condition_values,chart_set,account,valid_from,valid_"
         "until,evidence,note\n"
         "hifp_pay,390,,,居民,5001,2020-01-01,,S,\"开\n",
         "mappings/ledger/settlement_routing.csv 第 2 行 fund_column 列：引号未闭合", true},
        {"check_windows.csv",
         "check_code,part,days,valid_from,valid_until,evidence,note\ne9,pair,十,2026-01-01,,S,\n",
         "mappings/ledger/check_windows.csv 第 2 行 days 列：不是 0 到 366 的整数", true},
        {"check_windows.csv",
         "check_code,part,days,valid_from,valid_until,evidence,note\ne7,pair,3,2026-01-01,,S,\n",
         "mappings/ledger/check_windows.csv 第 2 行 check_code 列：「e7」不认识，只能是 e8、e9", false},
        {"chart_of_accounts.csv", CHART_HEADER "居民,4001,收入,收入,贷,,1,3002,full,2026-01-01,,S,\n",
         "mappings/ledger/chart_of_accounts.csv 第 2 行 close_to 列：科目 3002 从 2026-01-01 "
         "起不在科目表里（居民）",
         false},
        {"chart_of_accounts.csv", CHART_HEADER "居民,3001,结余,净资产,贷,,1,,,2026-01-01,2027-01-01,S,\n",
         "close_to 列：科目 3001 从 2027-01-01 起不在科目表里（居民）", false},
        {"chart_of_accounts.csv", CHART_HEADER "居民,4001,收入,收入,贷,,1,3001,,2026-01-01,,S,\n",
         "mappings/ledger/chart_of_accounts.csv 第 2 行 close_rule 列", false},
        {"chart_of_accounts.csv",
         CHART_HEADER "居民,1009,甲,资产,借,,1,,,2026-01-01,,S,\n居民,1009,乙,资产,借,,1,,,2026-01-"
                      "01,,S,\n",
         "第 3 行 chart_set 列：同一天起的同一件事，mappings/ledger/chart_of_accounts.csv 第 2 行", false},
        {"settlement_routing.csv",
         ROUTE_HEADER "hifp_pay,310,med_type,21|99,职工,5001.统筹.住院,2020-07-01,,S,\n",
         "第 2 行 condition_values 列：与 shipped:mappings/ledger/settlement_routing.csv 第 2 行", false},
        {"settlement_routing.csv",
         ROUTE_HEADER "hifp_pay,310,med_type,99,职工,5001.统筹.住远,2020-07-01,,S,\n",
         "第 2 行 account 列：科目 5001.统筹.住远 从 2020-07-01 起不在科目表里（职工）", false},
        {"account_split.csv",
         "chart_set,code,part_prefix,basis,valid_from,valid_until,evidence,note\n居民,5001,5009.,"
         "settlement,2020-01-01,,S,\n",
         "第 2 行 part_prefix 列：科目 5009.* 从 2020-01-01 起不在科目表里（居民）", false}};
    cr_assert_eq(mkdir(arena_print(&journey.arena, "%s/mappings/ledger", journey.city), 0755), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = arena_print(&journey.arena, "mappings/ledger/%s", cases[i].name);
        journey_write(&journey, path, (struct span){cases[i].text, strlen(cases[i].text)});
        journey_expect(&journey, "run -q --county linzhu", cases[i].unreadable ? 64 : 3, cases[i].said);
        cr_expect_str_eq(journey_ask(&journey, "SELECT (SELECT count(*) FROM fund.voucher_entry_d) || ' ' || "
                                               "(SELECT count(*) FROM record.rsdt_psn_clct_detl_d)"),
                         "0 1996", "%s", cases[i].said);
        journey_expect(&journey, "map lint linzhu", 64, cases[i].said);
        cr_assert_eq(remove(arena_print(&journey.arena, "%s/%s", journey.city, path)), 0);
    }
    /* The 2026 supplement as rows: another line from that year on, in columns of the user's order. */
    static const char added[] =
        "note,valid_from,form,chart_set,line,under,sign,accounts,measure,valid_until,evidence\n"
        "补充规定,2026/1/1,收支表,居民,基金收入.试,基金收入,+,4501,income,,S\n\n";
    journey_write(&journey, "mappings/ledger/statement_lines.csv", (struct span){added, sizeof added - 1});
    journey_expect(&journey, "run -q --county linzhu", 2, NULL);
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT string_agg(valid_from::text || ' ' || accounts::text, ',') FROM"
                                 " fund.statement_line WHERE line = '基金收入.试'"),
                     "2026-01-01 {4501}");
    cr_expect_str_eq(finding("ledger.e10", "690181", "02 居民 2020-12-31 收支表 本年数 基金收入"),
                     journey_ask(&journey,
                                 "SELECT 'held ' || stmt_amt_fen || ' ' || stmt_amt_fen FROM fund.stmt_line_d"
                                 " WHERE county = '690181' AND acct_set = '02' AND line = '基金收入'"));
}
