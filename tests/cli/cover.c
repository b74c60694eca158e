/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/journey.h"
#include "cli/city.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(cover, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

static void expect(const char *sql, const char *wanted) {
    cr_expect_str_eq(journey_ask(&journey, sql), wanted, "%s: %s, not %s", sql, journey_ask(&journey, sql),
                     wanted);
}

/* Same number and same name in two counties is the same person: enough to see covers meet, without the
 * linker. */
static void link_persons(void) {
    journey_ask(&journey,
                "WITH l AS (INSERT INTO identity.xref (county, src_psn_no, psn_no) SELECT county, src_psn_no,"
                " md5(certno || psn_name) FROM record.psn_info_b WHERE certno <> '' AND psn_name <> ''"
                " ON CONFLICT (county, src_psn_no) DO NOTHING RETURNING 1) SELECT count(*) FROM l");
}

static void answer(const char *name, const char *lines) {
    char text[2000];
    int size =
        snprintf(text, sizeof text, "清理编号,本县人员编号,核定意见,本人选定保留,说明,经办人\r\n%s", lines);
    journey_write(&journey, name, (struct span){text, (size_t)size});
}

static const char *line(const char *where, const char *side, const char *rest) {
    static char text[6][300];
    static unsigned next;
    char *at = text[next++ % 6];
    char sql[300];
    snprintf(sql, sizeof sql, "SELECT min(duplicate || ',' || src_psn_no_%s) FROM cover.duplicate WHERE %s",
             side, where);
    snprintf(at, sizeof text[0], "%s,%s\r\n", journey_ask(&journey, sql), rest);
    return at;
}

static void own_table(const char *name, const char *text) {
    cr_assert_eq(system(arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'", journey.city)), 0);
    journey_write(&journey, arena_print(&journey.arena, "mappings/cover/%s.csv", name),
                  (struct span){text, strlen(text)});
}
#define KEEP_HEAD                                                                                            \
    "rule,when,keep,effect,ask_person,document,refund,approve_over,valid_from,valid_until,county,basis\n"

/* The planted people: six employees with a paid year as residents, one stay claimed in two counties, one
   retired employee; two moved end to end, two open and unpaid relations are none. */
Test(cover, finds_exactly_the_planted_duplicates) {
    link_persons();
    journey_expect(&journey, "cover find --dry-run", 0, "什么也没有写入");
    expect("SELECT count(*) FROM cover.duplicate", "0");
    journey_expect(&journey, "cover find", 0, "employee-short");
    /* In words, not as the tables have them; an accountant reads this. */
    cr_expect(strstr(journey.output, "石榴县 × 临渚市  跨县同险种  resident-twice  人工核定"), "%s",
              journey.output);
    cr_expect(strstr(journey.output, "保留前一方，后一方暂停") && !strstr(journey.output, "cross_scheme"),
              "%s", journey.output);
    const char *number =
        journey_ask(&journey, "SELECT min(duplicate) FROM cover.duplicate WHERE county_a = '690102'");
    journey_expect(&journey, arena_print(&journey.arena, "cover explain %s", number), 0,
                   "甲方县 = 青禾区  (county_a)");
    static const char *const codes[] = {"proposed", "subsidy", "premium", "unsplit", "  690"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        cr_expect(!strstr(journey.output, codes[i]), "%s: %s", codes[i], journey.output);
    cr_expect(strstr(journey.output, "  重复缴费  "), "%s", journey.output);
    expect("SELECT count(*) FROM cover.duplicate", "8");
    expect("SELECT count(*) FROM cover.duplicate WHERE kind = 'cross_scheme' AND rule = 'employee-short' AND "
           "keep = 'a'"
           " AND months = 10 AND overlap = '{[2020-03-01,2021-01-01)}'",
           "6");
    expect("SELECT rule || months FROM cover.duplicate WHERE (facts->>'retired')::boolean", "retired12");
    expect("SELECT kind || months || keep FROM cover.duplicate WHERE kind <> 'cross_scheme'",
           "same_scheme_other_county12review");
    expect("SELECT sum(amount_fen) FROM cover.charge WHERE item = 'claim' AND level = 'exact'", "313800");
    expect("SELECT sum(amount_fen) FROM cover.charge WHERE item = 'premium'", "200000");
    /* Levels of government by the city's rate table; the parts are the whole. */
    expect("SELECT string_agg(level || s, ' ' ORDER BY level) FROM (SELECT level, sum(amount_fen) s FROM "
           "cover.charge"
           " WHERE item = 'subsidy' GROUP BY 1) x",
           "central264000 city44000 county44000 province88000");
    expect("SELECT count(*) FROM cover.idle WHERE county = '690102' AND insutype = '310'", "2");
    /* Once more changes nothing but the search. */
    const char *state =
        "SELECT md5(string_agg(d::text, '' ORDER BY duplicate)) FROM (SELECT duplicate, months, rule, keep,"
        " state, first_search FROM cover.duplicate) d";
    const char *before = journey_ask(&journey, state);
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect(state, before);
}

/* Taking a payment away ends the cover, and the pair with it; a higher tolerance makes a handover of it. */
Test(cover, what_is_not_paid_is_not_covered) {
    link_persons();
    journey_ask(&journey,
                "WITH u AS (DELETE FROM record.rsdt_psn_clct_detl_d WHERE county = '690181' AND src_psn_no ="
                " '181900000001' AND accrym_begn = '202001' RETURNING 1) SELECT count(*) FROM u");
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT count(*) FROM cover.duplicate", "7");
    journey_expect(&journey, "cover find -q --tolerance 306", 0, NULL);
    expect("SELECT count(*) FROM cover.duplicate WHERE state = 'proposed'", "2");
    expect("SELECT count(*) FROM cover.duplicate WHERE state = 'gone'", "5");
}

Test(cover, a_filled_list_takes_effect_whole_and_every_decision_can_be_taken_back) {
    char lines[900];
    link_persons();
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *start = journey_ask(
        &journey, "SELECT md5(string_agg(duplicate || keep || state, ',' ORDER BY duplicate)) FROM"
                  " cover.duplicate");
    journey_expect(&journey, "cover write -q", 0, NULL);
    const char *agree = line("rule = 'employee-short'", "b", "同意,,,王经办");
    const char *refuse = line("rule = 'retired'", "b", "不同意,,档案有误,王经办");
    const char *choose = line("kind = 'same_scheme_other_county'", "b", "同意,对方,,王经办");
    /* One bad line, and nothing of the list counts. */
    snprintf(lines, sizeof lines, "%s%s", agree, line("rule = 'retired'", "b", "不同意,,,王经办"));
    answer("bad.csv", lines);
    journey_expect(&journey, "cover read bad.csv", 3, "不同意要写理由");
    expect("SELECT count(*) FROM cover.event", "0");
    answer("zeros.csv", "1,00181900000001,同意,,,王经办\r\n");
    journey_expect(&journey, "cover read zeros.csv", 3, "本县人员编号与清理编号不符");
    snprintf(lines, sizeof lines, "%s%s%s", agree, refuse, choose);
    answer("good.csv", lines);
    journey_expect(&journey, "cover read good.csv", 0, "同意 2 对，不同意 1 对");
    expect("SELECT string_agg(state, ' ' ORDER BY state) FROM cover.duplicate WHERE state <> 'proposed'",
           "agreed agreed refused");
    /* The list comes back with more of it filled in, and the other county says the same: nothing is new. */
    journey_expect(&journey, "cover read good.csv", 0, "同意 0 对，不同意 0 对，此前已是这样核定的 3 对");
    answer("same.csv", line("rule = 'employee-short' AND state = 'agreed'", "a", "同意,,,李经办"));
    journey_expect(&journey, "cover read same.csv", 0, "此前已是这样核定的 1 对");
    expect("SELECT count(*) FROM cover.event", "3");
    answer("other.csv", line("rule = 'employee-short' AND state = 'agreed'", "a", "同意,对方,,李经办"));
    journey_expect(&journey, "cover read other.csv", 3, "已有别的结论");
    /* Nor does the other county's opposite answer overturn what was read first. */
    answer("other.csv", line("rule = 'employee-short' AND state = 'agreed'", "a", "不同意,,不对,李经办"));
    journey_expect(&journey, "cover read other.csv", 3, "(agreed)：已有别的结论");
    answer("other.csv", line("rule = 'retired'", "a", "同意,本县,,李经办"));
    journey_expect(&journey, "cover read other.csv", 3, "(refused)：已有别的结论");
    char command[100];
    const char *number =
        journey_ask(&journey, "SELECT min(duplicate) FROM cover.duplicate WHERE state = 'agreed'");
    /* 3,138.00 and more is over the limit of 1,000.00: a second person. */
    const char *large = journey_ask(
        &journey, "SELECT duplicate FROM cover.duplicate WHERE kind = 'same_scheme_other_county'");
    snprintf(command, sizeof command, "cover finish %s --by 李复核", large);
    journey_expect(&journey, command, 3, "第二人批准");
    snprintf(command, sizeof command, "cover approve %s --by 王经办", large);
    journey_expect(&journey, command, 3, "批准人不能是核定人本人");
    snprintf(command, sizeof command, "cover approve %s --by 李复核", large);
    journey_expect(&journey, command, 0, NULL);
    snprintf(command, sizeof command, "cover finish %s --by 李复核", number);
    journey_expect(&journey, command, 0, NULL);
    /* What was decided is not proposed anew. */
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT count(*) FROM cover.duplicate WHERE state = 'proposed'", "5");
    /* It keeps the search whose tables were decided upon: explain names those, not today's. */
    expect("SELECT bool_and(last_search = first_search) FROM cover.duplicate WHERE state <> 'proposed'", "t");
    const char *first =
        journey_ask(&journey, "SELECT min(event) FROM cover.event WHERE duplicate IN (SELECT duplicate FROM"
                              " cover.event WHERE action = 'approve')");
    snprintf(command, sizeof command, "cover undo %s --reason 误填", first);
    journey_expect(&journey, command, 3, "先撤回后来的事件");
    for (int left = 5; left > 0; left--) {
        snprintf(command, sizeof command, "cover undo %s --reason 误填",
                 journey_ask(&journey,
                             "SELECT max(event) FROM cover.event e WHERE action <> 'undo' AND NOT EXISTS"
                             " (SELECT FROM cover.event u WHERE u.undoes = e.event)"));
        journey_expect(&journey, command, 0, "已撤回");
    }
    expect("SELECT md5(string_agg(duplicate || keep || state, ',' ORDER BY duplicate)) FROM cover.duplicate",
           start);
    snprintf(command, sizeof command, "cover undo %s --reason 再来", first);
    journey_expect(&journey, command, 3, "已撤回过");
}

Test(cover, a_wrong_table_is_named_with_row_and_column) {
    static const struct {
        const char *path, *text, *said;
    } cases[] = {
        {"mappings/cover/keep.csv",
         "rule,when,keep,effect,ask_person,document,refund,approve_over,valid_from,valid_until,county,basis\n"
         "x,employee_month > 1,employee,suspend,no,no,none,0,,,,\n",
         "employee_months"},
        {"mappings/cover/keep.csv",
         "rule,when,keep,effect,ask_person,document,refund,approve_over,valid_from,valid_until,county,basis\n"
         "x,student,both,suspend,no,no,none,0,,,,\n",
         "第 2 行，第 3 列"},
        {"mappings/cover/schemes.csv",
         "insutype,family,unit,statuses,exempt,newborn\n310,employee,week,1,,\n", "第 2 行，第 3 列"},
        {"mappings/cover/rates.csv", "insutype,year,county,central,province,city\n", "district"},
        {"mappings/cover/rates.csv",
         "insutype,year,county,central,province,city,district\n390,2020,,1.5,0,0,0\n", "第 2 行，第 4 列"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *mv =
            arena_print(&journey.arena, "mkdir -p '%s/mappings/cover'; rm -f '%s'/mappings/cover/*",
                        journey.city, journey.city);
        cr_assert_eq(system(mv), 0);
        journey_write(&journey, cases[i].path, (struct span){cases[i].text, strlen(cases[i].text)});
        journey_expect(&journey, "cover find", 64, cases[i].said);
    }
}

/* The other side than proposed: the money is that side's, and taking the choice back brings the first one's
   again.  What the employee's side paid is counted here from the records themselves. */
Test(cover, money_follows_the_side_that_goes) {
    static const char ask_paid[] =
        "SELECT sum(psn_clct_amt_fen) + sum(emp_clct_amt_fen) FROM record.staf_psn_clct_detl_d s JOIN"
        " cover.duplicate d ON s.county = d.county_a AND s.src_psn_no = d.src_psn_no_a AND s.insutype ="
        " d.insutype_a WHERE s.accrym_begn BETWEEN '202003' AND '202012' AND d.duplicate = (SELECT"
        " min(duplicate) FROM cover.duplicate WHERE rule = 'employee-short')";
    static const char ask_charge[] =
        "SELECT string_agg(side || item || level || amount, ' ' ORDER BY side, item, level) FROM (SELECT "
        "side,"
        " item, level, sum(amount_fen) AS amount FROM cover.charge WHERE duplicate = (SELECT min(duplicate)"
        " FROM cover.duplicate WHERE rule = 'employee-short') GROUP BY 1, 2, 3) x";
    static const char ask_total[] =
        "SELECT sum(amount_fen) FROM cover.charge WHERE duplicate = (SELECT min(duplicate)"
        " FROM cover.duplicate WHERE rule = 'employee-short')";
    char command[100];
    link_persons();
    journey_expect(&journey, "cover find -q", 0, NULL);
    const char *proposed = journey_ask(&journey, ask_charge);
    cr_expect_str_eq(proposed, "bpremium25000 bsubsidycentral33000 bsubsidycity5500 bsubsidycounty5500 "
                               "bsubsidyprovince11000");
    answer("own.csv", line("rule = 'employee-short'", "b", "同意,本县,,王经办"));
    journey_expect(&journey, "cover read own.csv", 0, "同意 1 对");
    const char *paid = journey_ask(&journey, ask_paid);
    cr_expect_gt(strtoll(paid, NULL, 10), 0);
    expect(ask_total, paid);
    expect("SELECT DISTINCT keep || effect FROM cover.duplicate WHERE state = 'agreed'", "bsuspend");
    /* The next look does not touch what was decided. */
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect(ask_total, paid);
    snprintf(command, sizeof command, "cover undo %s --reason 本人改主意",
             journey_ask(&journey, "SELECT max(event) FROM cover.event"));
    journey_expect(&journey, command, 0, "已撤回");
    expect(ask_charge, proposed);
}

Test(cover, a_year_by_months_adds_up_to_the_fen) {
    static const char rates[] = "insutype,year,county,central,province,city,district,proration,note\n"
                                "390,2020,,33000,11000,5500,5500,month,\n";
    link_persons();
    /* Any amount, any number of months, cut anywhere: the parts are the whole, no part is off by a fen. */
    expect("SELECT bool_and(cover.part(fen, 0, cut, months) + cover.part(fen, cut, months, months) = fen AND"
           " abs(cover.part(fen, cut, cut + 1, months) * months - fen) < months)"
           " FROM generate_series(1, 13) months, generate_series(0, months - 1) cut,"
           " unnest(ARRAY[0, 1, -1, 7, 11000, -25000, 99999999999]::bigint[]) fen",
           "t");
    own_table("rates", rates);
    journey_expect(&journey, "cover find -q", 0, NULL);
    /* March to December of 550.00 and 250.00: the first months had the odd fen. */
    expect("SELECT string_agg(item || level || amount_fen, ' ' ORDER BY item, level) FROM cover.charge WHERE"
           " duplicate = (SELECT min(duplicate) FROM cover.duplicate WHERE rule = 'employee-short')",
           "premium20832 subsidycentral27500 subsidycity4582 subsidycounty4582 subsidyprovince9166");
    expect("SELECT DISTINCT months || '/' || whole_months || ' ' || basis FROM cover.charge WHERE level ="
           " 'city' AND amount_fen = 4582",
           "10/12 mappings/cover/rates.csv:2 按月 10/12");
    expect("SELECT sum(amount_fen) FROM cover.charge WHERE item = 'subsidy' AND months = 12", "110000");
}

#define RING                                                                                                 \
    "1,county_b = '690181' and county_a = '690102',a,suspend,no,no,none,1000,,,,\n"                          \
    "2,county_b = '690123',b,suspend,no,no,none,1000,,,,\n"                                                  \
    "3,county_a = '690123',b,suspend,no,no,none,1000,,,,\n"

/* Three relations in a ring: each pair by itself is fine, all three together would leave nobody. */
Test(cover, no_month_that_was_covered_ends_uncovered) {
    link_persons();
    journey_ask(&journey, "WITH u AS (UPDATE identity.xref SET psn_no = 'ring' WHERE (county, src_psn_no) IN"
                          " (('690102', '102900000001'), ('690181', '181900000001'), ('690123',"
                          " '12390000008-1')) RETURNING 1) SELECT count(*) FROM u");
    own_table("keep", KEEP_HEAD RING);
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT count(*) || string_agg(DISTINCT keep || effect, '') FROM cover.duplicate WHERE psn_no = "
           "'ring'",
           "3reviewreview");
    expect("SELECT count(*) FROM cover.duplicate WHERE psn_no <> 'ring' AND keep = 'a'", "6");
    answer("one.csv",
           line("psn_no = 'ring' AND county_a = '690102' AND county_b = '690181'", "b", "同意,对方,,王"));
    journey_expect(&journey, "cover read one.csv", 0, "同意 1 对");
    answer("two.csv", line("psn_no = 'ring' AND county_b = '690123'", "b", "同意,本县,,王"));
    journey_expect(&journey, "cover read two.csv", 0, "同意 1 对");
    answer("bad.csv", line("psn_no = 'ring' AND county_a = '690123'", "b", "同意,本县,,王"));
    journey_expect(&journey, "cover read bad.csv", 3, "2020-03-01～2020-12-31 没有保障");
    expect("SELECT count(*) FROM cover.event", "2");
    answer("three.csv", line("psn_no = 'ring' AND county_a = '690123'", "b", "同意,对方,,王"));
    journey_expect(&journey, "cover read three.csv", 0, "同意 1 对");
    expect("SELECT cover.uncovered('ring', true)::text", "{}");
}

/* The same ring, one pair of which was decided before the three were known to be one person. */
Test(cover, what_was_decided_of_a_part_counts_for_the_whole_person) {
    link_persons();
    journey_ask(&journey,
                "WITH u AS (UPDATE identity.xref SET psn_no = CASE county WHEN '690102' THEN 'one' ELSE"
                " 'two' END WHERE (county, src_psn_no) IN (('690102', '102900000001'), ('690181',"
                " '181900000001'), ('690123', '12390000008-1')) RETURNING 1) SELECT count(*) FROM u");
    own_table("keep", KEEP_HEAD RING);
    journey_expect(&journey, "cover find -q", 0, NULL);
    answer("one.csv", line("psn_no = 'two' AND county_a = '690123'", "b", "同意,,,王"));
    journey_expect(&journey, "cover read one.csv", 0, "同意 1 对");
    journey_ask(&journey,
                "WITH u AS (UPDATE identity.xref SET psn_no = 'one' WHERE psn_no = 'two' RETURNING 1)"
                " SELECT count(*) FROM u");
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect(
        "SELECT count(*) || string_agg(DISTINCT keep || effect, '') FROM cover.duplicate WHERE psn_no = 'one'"
        " AND state = 'proposed'",
        "2reviewreview");
}

/* A relation that covers more than the one that stays is suspended, never ended. */
Test(cover, what_covers_more_is_not_ended) {
    link_persons();
    own_table("keep", KEEP_HEAD "1,retired,b,stop,no,no,none,1000,,,,\n2,,a,stop,no,no,none,1000,,,,\n");
    journey_expect(&journey, "cover find -q --until 2022-01-01", 0, NULL);
    expect("SELECT string_agg(DISTINCT rule || keep || effect, ' ') FROM cover.duplicate",
           "1bsuspend 2astop");
    /* Chosen the other way round, ending would be safe; chosen back, it is not. */
    answer("own.csv", line("rule = '1'", "a", "同意,本县,,王"));
    journey_expect(&journey, "cover read own.csv", 0, "同意 1 对");
    expect("SELECT keep || effect FROM cover.duplicate WHERE rule = '1'", "asuspend");
    answer("other.csv", line("rule = '2' AND county_a = '690102'", "b", "同意,本县,,王"));
    journey_expect(&journey, "cover read other.csv", 0, "同意 1 对");
    expect("SELECT keep || effect FROM cover.duplicate WHERE rule = '2' AND state = 'agreed'", "bstop");
}

/* The second payer took what the first one left: named, and no money. */
Test(cover, a_second_payer_is_no_double_claim) {
    journey_ask(&journey,
                "WITH u AS (UPDATE record.setl_d SET fund_pay_sumamt_fen = 200000 WHERE county = '690123'"
                " AND medfee_sumamt_fen = 523000 AND begndate = '2020-05-11' RETURNING 1)"
                " SELECT count(*) FROM u");
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT string_agg(side || level || amount_fen, ' ' ORDER BY side) FROM cover.money WHERE item = "
           "'claim'",
           "asequential0 bsequential0");
}

/* A visit that both counties paid for has no other day than that of its settlement. */
Test(cover, a_visit_without_days_is_claimed_twice) {
    journey_ask(
        &journey,
        "WITH u AS (UPDATE record.setl_d SET setl_time = begndate, begndate = NULL, enddate = NULL WHERE"
        " medfee_sumamt_fen = 523000 AND begndate = '2020-05-11' RETURNING 1) SELECT count(*) FROM u");
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT string_agg(side || level || amount_fen || ' ' || year, ' ' ORDER BY side) FROM "
           "cover.money WHERE item ="
           " 'claim'",
           "aexact313800 2020 bexact313800 2020");
}

/* Somebody aided who is written down with nothing to pay is covered; one who just paid nothing is not. */
Test(cover, who_is_aided_need_not_pay) {
    journey_ask(&journey,
                "WITH u AS (UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = 0, psn_clct_amt_fen = 0,"
                " oth_clct_amt_fen = NULL, psn_idet_type = CASE src_psn_no WHEN '181900000001' THEN '2' END"
                " WHERE county = '690181' AND src_psn_no IN ('181900000001', '181900000002') RETURNING 1)"
                " SELECT count(*) FROM u");
    own_table("keep", KEEP_HEAD "mine,subsidised_b and not subsidised_a,b,suspend,no,no,none,0,,,,\n");
    journey_expect(&journey, "cover find -q", 0, NULL);
    expect("SELECT count(*) FROM cover.duplicate", "7");
    expect("SELECT src_psn_no_b FROM cover.duplicate WHERE rule = 'mine'", "181900000001");
}
