/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <sys/stat.h>
#include <xlsxwriter.h>

/* A city's own list of codes, as CSV or a workbook: what it lets in, and what is wrong with it. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_EMPTY); }
static void teardown(void) { journey_end(&journey); }
TestSuite(code_lists, .init = setup, .fini = teardown, .timeout = 600);

static const char spec[] =
    "match: \"慢病_{period}.csv\"\nkind: setl_d\ndelivery: delta\nprofile: national\n"
    "read: {format: csv, encoding: UTF-8, header: {row: 1}}\nkey: [结算编号]\nunit: yuan\n"
    "columns:\n  setl_id: 结算编号\n  src_psn_no: 人员编号\n  setl_time: {from: 结算日期, as: date}\n"
    "  medfee_sumamt: 总费用\n  dise_no: {from: 病种, map: opsp}\nunmapped: reject\ncontrol: none\n";
static const char rows[] = "结算编号,人员编号,结算日期,总费用,病种\nM1,102900000001,20201225,10.00,M00500\n"
                           "M2,102900000001,20201226,20.00,M00599\nM3,102900000001,20201227,40.00,糖尿病\n";
static const char itself[] =
    "source_system,source_code,source_label,when_column,when_value,target_code,target_label,valid_from,"
    "valid_until,status,justification,author,reviewer,review_date,note\n"
    ",/.+/,,,,=,,,,reviewed,县里的病种代码就是国家代码,样例-青禾经办,样例-市复核,2021-01-06,\n";

static void write(const char *path, const char *text) {
    journey_write(&journey, path, (struct span){text, strlen(text)});
}

static void write_book(const char *path, const char *const cells[][2], size_t count) {
    lxw_workbook *book = workbook_new(arena_print(&journey.arena, "%s/%s", journey.city, path));
    lxw_worksheet *sheet = workbook_add_worksheet(book, "病种");
    for (lxw_row_t r = 0; r < count; r++)
        for (lxw_col_t c = 0; c < 2; c++) worksheet_write_string(sheet, r, c, cells[r][c], NULL);
    cr_assert_eq(workbook_close(book), LXW_NO_ERROR);
}

static const char *came_in(void) {
    return journey_ask(&journey, "SELECT coalesce(string_agg(setl_id, ' ' ORDER BY setl_id), '') FROM"
                                 " record.setl_d WHERE county = '690102' AND setl_id ~ '^M[0-9]$'");
}

Test(code_lists, a_list_decides_and_the_format_when_there_is_none) {
    static const char *const list[][2] = {
        {"病种代码", "病种名称"}, {"M00500", "高血压"}, {"M00501", "糖尿病"}};
    cr_assert_eq(mkdir(arena_print(&journey.arena, "%s/mappings/codes", journey.city), 0755), 0);
    write("mappings/qinghe/chronic.yaml", spec);
    write("mappings/qinghe/opsp.csv", itself);
    write("deliveries/qinghe/慢病_202101.csv", rows);
    /* No list: what has the national format comes in, a word does not. */
    journey_expect(&journey, "run -q --county qinghe", 2, NULL);
    cr_expect_str_eq(came_in(), "M1 M2", "%s", journey.output);
    journey_let_go(&journey);
    journey_expect(&journey, "drop", 0, NULL);
    /* With the city's list, a workbook, only what stands in it. */
    write_book("mappings/codes/opsp.xlsx", list, 3);
    journey_expect(&journey, "map lint qinghe", 0, NULL);
    journey_expect(&journey, "run -q --county qinghe", 2, NULL);
    cr_expect_str_eq(came_in(), "M1", "%s", journey.output);
    journey_hold(&journey);
    /* The list grows: what was sent back comes in by itself. */
    cr_assert_eq(remove(arena_print(&journey.arena, "%s/mappings/codes/opsp.xlsx", journey.city)), 0);
    write("mappings/codes/opsp.csv", "病种代码,病种名称,scope\nM00500,高血压,\nM00599,样例病,\n");
    journey_expect(&journey, "run -q --county qinghe", 2, NULL);
    cr_expect_str_eq(came_in(), "M1 M2", "%s", journey.output);
}

Test(code_lists, what_is_wrong_with_a_list_is_named_by_its_cell) {
    static const struct {
        const char *list, *said;
        int lint, run;
    } cases[] = {{"病种代码,病种名称\nM00500,高血压\nM5,糖尿病\n",
                  "mappings/codes/opsp.csv 第 3 行第 1 列：代码「M5」不符合国家格式", 64, 64},
                 {"病种代码,病种名称\nM00500,高血压\nM00501,a\nM00500,b\n",
                  "mappings/codes/opsp.csv 第 4 行第 1 列：代码与第 2 行重复", 64, 64},
                 {"病种名称,病种代码\n高血压,M00500\n",
                  "mappings/codes/opsp.csv 第 1 行第 2 列：代码要在第一列", 64, 64},
                 {"病种代码,病种名称\n6.9E+17,高血压\n", "mappings/codes/opsp.csv 第 2 行第 1 列", 64, 3}};
    cr_assert_eq(mkdir(arena_print(&journey.arena, "%s/mappings/codes", journey.city), 0755), 0);
    write("mappings/qinghe/chronic.yaml", spec);
    write("mappings/qinghe/opsp.csv", itself);
    write("deliveries/qinghe/慢病_202101.csv", rows);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        write("mappings/codes/opsp.csv", cases[i].list);
        journey_expect(&journey, "map lint qinghe", cases[i].lint, cases[i].said);
        journey_expect(&journey, "run -q --county qinghe", cases[i].run, cases[i].said);
        cr_expect_str_eq(came_in(), "", "%zu: published all the same", i);
    }
}
