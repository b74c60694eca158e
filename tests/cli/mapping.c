/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include "transform/row/csv.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* Mapping tables as people keep them: workbooks, GBK, spoilt by a spreadsheet; and what a run remembers. */

static struct journey journey;
static void setup(void) { journey_begin(&journey); }
static void teardown(void) { journey_end(&journey); }
TestSuite(mapping_files, .init = setup, .fini = teardown, .timeout = 300);

#define expect_run(...) journey_expect(&journey, __VA_ARGS__)

/* A table of the city saved as a workbook, as WPS does it: numbers where it sees numbers (`eat`), else text.
 */
static void save_as_workbook(const char *csv_path, bool eat) {
    struct csv csv = {.text = journey_file(&journey, csv_path)};
    char *path = ARENA_NEW(&journey.arena, char, 256);
    snprintf(path, 256, "%s/%.*s.xlsx", journey.city, (int)(strlen(csv_path) - 4), csv_path);
    lxw_workbook *book = workbook_new(path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "映射");
    struct span cells[CSV_CELLS];
    for (uint32_t count; (count = csv_next(&csv, cells, &journey.arena)) > 0;)
        for (uint32_t column = 0; column < count; column++) {
            const char *text = arena_copy(&journey.arena, cells[column]).bytes;
            char *end = NULL;
            double number = strtod(text, &end);
            lxw_row_t row = csv.line - 1;
            if (eat && *text && !*end) worksheet_write_number(sheet, row, (lxw_col_t)column, number, NULL);
            else if (*text) worksheet_write_string(sheet, row, (lxw_col_t)column, text, NULL);
        }
    cr_assert_eq(workbook_close(book), LXW_NO_ERROR);
    cr_assert_eq(unlink(arena_print(&journey.arena, "%s/%s", journey.city, csv_path)), 0);
}

/* The same bytes published whether the table is CSV, a workbook, or CSV in GBK. */
Test(mapping_files, workbooks_and_gbk_are_tables) {
    expect_run("run -q", 2, NULL);
    const char *content = journey_content(&journey);
    cr_assert_str_eq(
        journey_ask(&journey, "SELECT count(*)::text FROM mapping.used WHERE path LIKE '%.xlsx'"), "0");
    expect_run("drop", 0, NULL);
    save_as_workbook("mappings/qinghe/psn_type.csv", false);
    save_as_workbook("mappings/qinghe/hosp_lv.csv", false);
    struct span gbk = {0};
    char command[256];
    snprintf(command, sizeof command,
             "cd %s/mappings/linzhu && iconv -f UTF-8 -t GBK med_type.csv > x && mv x med_type.csv",
             journey.city);
    cr_assert_eq(system(command), 0); /* NOLINT(cert-env33-c): a fixed command */
    gbk = journey_file(&journey, "mappings/linzhu/med_type.csv");
    cr_assert(!memmem(gbk.bytes, gbk.size, "门诊", strlen("门诊")));
    expect_run("run -q", 2, NULL);
    cr_expect_str_eq(journey_content(&journey), content, "the same tables, another content");
    /* A run keeps what it used, readable without the workbook. */
    cr_expect_str_eq(journey_ask(&journey,
                                 "SELECT position('source_code' IN convert_from(c.bytes, 'UTF8')) > 0"
                                 " FROM mapping.used u JOIN mapping.content c USING (sha256)"
                                 " WHERE u.path = 'mappings/qinghe/psn_type.xlsx'"),
                     "t");
    expect_run("map lint", 0, NULL);
    expect_run("run -q", 0, NULL);
    cr_expect_str_eq(journey_content(&journey), content);
    /* Both at once: which one counts? */
    journey_write(&journey, "mappings/qinghe/psn_type.csv", gbk);
    expect_run("run -q", 64, "只能留一个");
}

/* Saved by Excel: 01 became 1.  The county that lost its zeros publishes nothing, the others go on. */
Test(mapping_files, eaten_zeros_refuse_the_county) {
    save_as_workbook("mappings/qinghe/hosp_lv.csv", true);
    expect_run("run", 3, "mappings/qinghe/hosp_lv.xlsx 第 2 行 target_code 列");
    cr_expect(strstr(journey.output, "前导零"), "%s", journey.output);
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT count(*)::text FROM record.setl_d WHERE county = '690102'"), "0");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT (count(*) > 0)::text FROM record.setl_d WHERE county = '690181'"),
        "true", "%s", journey.output);
    cr_expect_str_eq(
        journey_ask(&journey,
                    "SELECT string_agg(DISTINCT state || ' ' || coalesce(code, ''), ',') FROM intake.delivery"
                    " WHERE county = '690102'"),
        "refused mapping.zeros_eaten");
    expect_run("map lint qinghe", 64, "第 2 行 target_code 列");
    expect_run("preview deliveries/qinghe/青禾县医保数据_20201231.zip", 3, "target_code");
}

/* Only the data know: the file says 01, the table's source codes are 1 to 8 and 17. */
Test(mapping_files, eaten_zeros_that_only_the_data_show) {
    static const char *const path = "mappings/linzhu/psn_cert_type.csv";
    struct span table = journey_file(&journey, path);
    char *bytes = ARENA_NEW(&journey.arena, char, table.size);
    size_t size = 0;
    for (size_t at = 0; at < table.size; at++) {
        bytes[size++] = table.bytes[at];
        if (at + 2 < table.size && memcmp(table.bytes + at, "\n,0", 3) == 0)
            bytes[size++] = table.bytes[++at], at++;
    }
    cr_assert_lt(size, table.size);
    journey_write(&journey, path, (struct span){bytes, size});
    expect_run("map lint linzhu", 0, NULL);
    expect_run("run", 3, "mappings/linzhu/psn_cert_type.csv 第 2 行 source_code 列");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT count(*)::text FROM record.psn_info_b WHERE county = '690181'"), "0");
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT (count(*) > 0)::text FROM record.psn_info_b WHERE county = '690102'"),
        "true");
    /* Typed again as text, everything is there. */
    journey_write(&journey, path, table);
    expect_run("run -q", 2, NULL);
    cr_expect_str_eq(
        journey_ask(&journey, "SELECT (count(*) > 0)::text FROM record.psn_info_b WHERE county = '690181'"),
        "true");
}
