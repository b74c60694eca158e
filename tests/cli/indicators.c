/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* The work indicators against sums of the same rows made another way: each of its figures is asked for by
   itself, without the view and the grouping sets that the report goes by. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(indicators, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

/* The row of the JSON with this key says so of the cell. */
static void row_says(const char *key, const char *cell, const char *value) {
    const char *row = strstr(journey.output, arena_print(&journey.arena, "\"key\": \"%s\"", key));
    cr_assert(row, "no row %s in %s", key, journey.output);
    row = arena_print(&journey.arena, "%.*s,", (int)strcspn(row, "}"), row);
    cr_expect(strstr(row, arena_print(&journey.arena, "\"%s\": %s,", cell, value)), "%s is not %s: %s", cell,
              value, row);
}

#define HALF "setl_time >= '2020-01-01' AND setl_time < '2020-07-01'"

static const char *sum_of(const char *column) {
    return arena_print(
        &journey.arena, "\"%s\"",
        journey_ask(&journey,
                    arena_print(&journey.arena,
                                "SELECT to_char(sum(%s) * 0.01, 'FM999999990.00') FROM record.setl_d"
                                " WHERE county = '690102' AND insutype = '310' AND " HALF,
                                column)));
}

static const char *times(const char *which) {
    return journey_ask(&journey,
                       arena_print(&journey.arena,
                                   "SELECT count(*) FILTER (WHERE refd_setl_flag IS DISTINCT FROM '1')"
                                   " - count(*) FILTER (WHERE refd_setl_flag = '1') FROM record.setl_d WHERE "
                                   "county = '690102' AND insutype = '310' AND " HALF " AND %s",
                                   which));
}

Test(indicators, are_the_sums_of_the_rows) {
    /* One refund, one benefit that nobody knows, one hospital that the county registered. */
    journey_ask(
        &journey,
        "WITH a AS (UPDATE record.setl_d SET refd_setl_flag = '1', medfee_sumamt_fen = -medfee_sumamt_fen,"
        " fund_pay_sumamt_fen = -fund_pay_sumamt_fen WHERE county = '690102' AND setl_id = (SELECT "
        "min(setl_id)"
        " FROM record.setl_d WHERE county = '690102' AND insutype = '310' AND med_type = '21' AND " HALF
        ") RETURNING 1),"
        " b AS (UPDATE record.setl_d SET med_type = '77' WHERE county = '690102' AND setl_id = (SELECT "
        "max(setl_id)"
        " FROM record.setl_d WHERE county = '690102' AND insutype = '310' AND med_type = '11' AND " HALF
        ") RETURNING 1),"
        " c AS (UPDATE record.fixmedins_b SET area_lv = '县二级', own_type = '民营' WHERE hosp_lv = '05' "
        "RETURNING 1)"
        " SELECT (SELECT count(*) FROM a) + (SELECT count(*) FROM b) + (SELECT least(count(*), 1) FROM c)");
    journey_expect(&journey, "report indicators --county qinghe --month 202006 --json", 0, NULL);
    row_says("spending/310/1", "fund_yuan", sum_of("fund_pay_sumamt_fen"));
    row_says("spending/310/1", "fee_yuan", sum_of("medfee_sumamt_fen"));
    row_says("spending/310/77/0", "claims", "1");
    row_says("spending/310/21/0", "claims", times("med_type IN ('21', '23', '25')"));
    row_says("stays/310/2", "stays", times("med_type IN ('21', '22', '23', '24', '25', '26', '52')"));
    static const char *const registered =
        "med_type IN ('21', '23') AND fixmedins_code IN (SELECT fixmedins_code "
        "FROM record.fixmedins_b WHERE hosp_lv = '05' AND county = '690102')";
    row_says("stays/310/县二级/1", "stays", times(registered));
    row_says("stays/310/县二级/t/0", "stays", times(registered));
    row_says(
        "enrolled/690102/310", "persons",
        journey_ask(
            &journey,
            "SELECT count(DISTINCT psn_no) FROM city.psn_insu_d WHERE county = '690102' AND insutype = '310'"
            " AND crt_insu_date <= '2020-06-30' AND coalesce(paus_insu_date, '9999-01-01') > '2020-06-30'"));
    row_says("collected/690102/310", "all_yuan",
             arena_print(
                 &journey.arena, "\"%s\"",
                 journey_ask(
                     &journey,
                     "SELECT to_char(sum(clct_sumamt), 'FM999999990.00') FROM city.staf_psn_clct_detl_d WHERE"
                     " county = '690102' AND clct_time BETWEEN '2020-01-01' AND '2020-06-30'")));
}

/* A person in two counties is one person of the city; a county that sent no year before lends the total no
 * growth. */
Test(indicators, count_a_person_once_and_compare_like_with_like) {
    journey_expect(&journey, "report indicators --month 202012 --json", 0, NULL);
    row_says(
        "enrolled", "persons",
        journey_ask(&journey,
                    "SELECT count(DISTINCT psn_no) FROM city.psn_insu_d WHERE crt_insu_date <= '2020-12-31'"
                    " AND coalesce(paus_insu_date, '9999-01-01') > '2020-12-31'"));
    row_says("enrolled", "growth", "null");
    row_says("enrolled/690123/390", "growth", "null");
    row_says(
        "collected/690181/390", "growth",
        journey_ask(
            &journey,
            "SELECT '\"' || to_char(round((a - b) * 10000 / b) * 0.0001, 'FM0.0000') || '\"' FROM (SELECT "
            "sum(clct_sumamt_fen) FILTER (WHERE clct_time >= '2020-01-01') AS a,"
            " sum(clct_sumamt_fen) FILTER (WHERE clct_time < '2020-01-01') AS b FROM "
            "record.rsdt_psn_clct_detl_d WHERE county = '690181'"
            " AND clct_time >= '2019-01-01' AND clct_time < '2021-01-01') s"));
}

Test(indicators, become_a_file_of_the_form_its_name_says) {
    static const struct {
        const char *arguments;
        int code;
        const char *said;
    } cases[] = {
        {"report indicators --county 临渚市 --out 指标.html", 0, "指标.html"},
        {"report indicators --out 指标.xlsx", 0, "指标.xlsx"},
        {"report reconciliation --out 总表.txt", 0, "总表.txt"},
        {"report indicators --out 指标.pdf", 64, ".xlsx"},
        {"report indicators --out 没有/这个/指标.json", 0, "指标.json"},
        {"report indicators --month 202013", 64, "202006"},
        {"report indicators --month 2020", 64, "202006"},
        {"report indicators --county 无此县", 64, "无此县"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        journey_expect(&journey, cases[i].arguments, cases[i].code, cases[i].said);
    struct span page = journey_file(&journey, "指标.html");
    cr_expect(memmem(page.bytes, page.size, "医保工作指标（临渚市）", strlen("医保工作指标（临渚市）")));
    cr_expect(!memmem(page.bytes, page.size, "石榴县", strlen("石榴县")), "another county on its paper");
    cr_expect(journey_file(&journey, "指标.xlsx").size > 4 &&
              memcmp(journey_file(&journey, "指标.xlsx").bytes, "PK", 2) == 0);
}
