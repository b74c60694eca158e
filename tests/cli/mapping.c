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

/* A table of the city with `find` replaced by `put`. */
static void edit(const char *path, const char *find, const char *put) {
    struct span text = journey_file(&journey, path);
    const char *at = memmem(text.bytes, text.size, find, strlen(find));
    cr_assert(at, "%s has no %s", path, find);
    const char *behind = at + strlen(find);
    const char *after = arena_print(&journey.arena, "%.*s%s%.*s", (int)(at - text.bytes), text.bytes, put,
                                    (int)(text.bytes + text.size - behind), behind);
    journey_write(&journey, path, (struct span){after, strlen(after)});
}

/* What the lint knows only from the data: days in use that no row covers, codes nobody mapped, codes nobody
 * has. */
Test(mapping_files, the_lint_holds_tables_against_the_data) {
    static const char *const path = "mappings/qinghe/med_type.csv";
    expect_run("map lint", 0, "映射表没有错");
    expect_run("run -q", 2, NULL);
    expect_run("map lint", 0, "代码 24 用到 3 行、12,883.20 元，没有映射");
    cr_expect(strstr(journey.output, "临渚市") && strstr(journey.output, "没有用到：") &&
                  strstr(journey.output, "psn_idet_type.csv"),
              "%s", journey.output);
    edit(path, ",11,普通门诊,,,11,普通门诊,,,reviewed,按名称确认,",
         ",11,普通门诊,,,11,普通门诊,2020-05-01,,reviewed,按名称确认,样例-青禾经办,样例-市复核,2020-12-28,\n"
         ",11,普通门诊,,,11,普通门诊,,2020-03-01,reviewed,按名称确认,");
    expect_run("map lint qinghe", 64,
               "mappings/qinghe/med_type.csv 第 3 行：代码 11 在 [2020-03-01, 2020-05-01)");
    cr_expect(strstr(journey.output, "第 3 行止于此") && strstr(journey.output, "第 2 行才开始"), "%s",
              journey.output);
    edit(path, "2020-05-01,,reviewed", "2020-03-01,,reviewed");
    expect_run("map lint qinghe", 0, NULL);
    edit(path, "样例-市复核", "样例-青禾经办");
    expect_run("map lint qinghe --json", 64, "\"weight\": \"problem\"");
    cr_expect(strstr(journey.output, "起草人和审核人相同"), "%s", journey.output);
}
