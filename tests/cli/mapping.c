/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/city.h"
#include "tests/cli/journey.h"
#include "transform/row/csv.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

/* Mapping tables as people keep them: workbooks, GBK, spoilt by a spreadsheet; and what a run remembers. */

static struct journey journey;
static void teardown(void) { journey_end(&journey); }
TestSuite(mapping_files, .fini = teardown, .timeout = JOURNEY_SECONDS);

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
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    const char *content = journey_content(&journey);
    cr_assert_str_eq(
        journey_ask(&journey, "SELECT count(*)::text FROM mapping.used WHERE path LIKE '%.xlsx'"), "0");
    journey_let_go(&journey);
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
    journey_hold(&journey);
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
    journey_begin_at(&journey, JOURNEY_EMPTY);
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
    cr_expect(!strstr(journey.output, "不在 mappings/codes"), "told twice: %s", journey.output);
    expect_run("check", 64, "第 2 行 target_code 列");
    const char *first = strstr(journey.output, "前导零");
    cr_expect(first && !strstr(first + 1, "前导零"), "told twice: %s", journey.output);
    expect_run("preview deliveries/qinghe/青禾县医保数据_20201231.zip", 3, "target_code");
}

/* Only the data know: the file says 01, the table's source codes are 1 to 8 and 17. */
Test(mapping_files, eaten_zeros_that_only_the_data_show) {
    static const char *const path = "mappings/linzhu/psn_cert_type.csv";
    journey_begin_at(&journey, JOURNEY_EMPTY);
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
    /* Spoilt again later: what is published knows the whole codes, and those that are gone. */
    journey_write(&journey, path, (struct span){bytes, size});
    expect_run("map lint linzhu", 64, "mappings/linzhu/psn_cert_type.csv 第 2 行第 2 列：代码 1 的前导零");
    journey_write(&journey, path, (struct span){bytes, (size_t)(strchr(bytes, '\n') + 1 - bytes)});
    expect_run("map lint linzhu", 0, "用到代码 01，现在的表里没有它的行");
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
    journey_begin_at(&journey, JOURNEY_EMPTY);
    expect_run("map lint", 0, "映射表没有错");
    /* A list whose name is typed wrong does nothing, and that is said. */
    journey_write(&journey, "mappings/qinghe/med_typ.csv", journey_file(&journey, path));
    expect_run("map lint", 0, "mappings/qinghe/med_typ.csv: 没有一份规格用到这张表");
    cr_assert_eq(unlink(arena_print(&journey.arena, "%s/mappings/qinghe/med_typ.csv", journey.city)), 0);
    /* A list that no spec asks for yet is read all the same. */
    cr_assert_eq(mkdir(arena_print(&journey.arena, "%s/mappings/codes", journey.city), 0755), 0);
    journey_write(&journey, "mappings/codes/procedure.csv", SPAN("代码,名称\n1.24,甲\n45.23,乙\n45.23,丙\n"));
    expect_run("map lint", 64, "mappings/codes/procedure.csv 第 2 行第 1 列：代码「1.24」的前导零");
    cr_expect(strstr(journey.output, "代码与第 3 行重复"), "%s", journey.output);
    cr_assert_eq(unlink(arena_print(&journey.arena, "%s/mappings/codes/procedure.csv", journey.city)), 0);
    expect_run("run -q", 2, NULL);
    expect_run("map lint", 0, "代码 24 用到 3 行、12,883.20 元，没有映射");
    expect_run("map coverage qinghe", 0, "99.66%"); /* 897 rows, 3 of them unmapped */
    cr_expect(strstr(journey.output, "5,557,433.35") && strstr(journey.output, "99.76%") &&
                  !strstr(journey.output, "临渚市"),
              "%s", journey.output);
    expect_run("map lint", 0, "没有用到：");
    cr_expect(strstr(journey.output, "临渚市") && strstr(journey.output, "没有用到：") &&
                  strstr(journey.output, "psn_idet_type.csv"),
              "%s", journey.output);
    edit(path, ",11,普通门诊,,,11,普通门诊,,,reviewed,按名称确认,",
         ",11,普通门诊,,,11,普通门诊,2020-05-01,,reviewed,按名称确认,样例-青禾经办,样例-市复核,2020-12-28,\n"
         ",11,普通门诊,,,11,普通门诊,,2020-03-01,reviewed,按名称确认,");
    expect_run("map lint qinghe", 64,
               "mappings/qinghe/med_type.csv 第 3 行第 9 列：代码 11 在 [2020-03-01, 2020-05-01)");
    cr_expect(strstr(journey.output, "第 3 行止于此") && strstr(journey.output, "第 2 行才开始"), "%s",
              journey.output);
    edit(path, "2020-05-01,,reviewed", "2020-03-01,,reviewed");
    expect_run("map lint qinghe", 0, NULL);
    edit(path, "样例-市复核", "样例-青禾经办");
    expect_run("map lint qinghe --json", 64, "\"weight\": \"problem\"");
    cr_expect(strstr(journey.output, "起草人和审核人相同"), "%s", journey.output);
}

static const char *by_type(const char *type) {
    return journey_ask(&journey,
                       arena_print(&journey.arena,
                                   "SELECT count(*) || ' ' || coalesce(sum(medfee_sumamt_fen), 0) FROM "
                                   "record.setl_d WHERE county = '690102' AND med_type = '%s'",
                                   type));
}

static void moved(const char *output, const char *code, const char *before, const char *after, int64_t *rows,
                  int64_t *fen) {
    const char *key = arena_print(&journey.arena, "\"code\": \"%s\", \"before\": \"%s\", \"after\": \"%s\"",
                                  code, before, after);
    const char *at = strstr(output, key);
    cr_assert(at, "%s is not in\n%s", key, output);
    at = strstr(at, "\"rows\": ");
    cr_assert(at);
    *rows = strtoll(at + 8, NULL, 10);
    at = strstr(at, "\"money_yuan\": \"");
    cr_assert(at);
    int64_t part;
    cr_assert_eq(sscanf(at + 15, "%jd.%jd", fen, &part), 2); /* NOLINT(cert-err34-c) */
    *fen = *fen * 100 + part;
}

/* What `map impact OLD NEW` says is what the edit then does, to the row and the fen. */
Test(mapping_files, an_edit_moves_what_was_foretold) {
    static const char *const path = "mappings/qinghe/med_type.csv";
    struct {
        const char *code, *before, *after, *edit, *from;
    } cases[] = {
        {"14", "41", "14", ",14,定点药店购药,,,14,门诊慢特病,", ",14,定点药店购药,,,41,定点药店购药,"},
        {"12", "14", "不移交", ",12,大额疾病门诊,,,,,", ",12,大额疾病门诊,,,14,门诊慢特病,"},
        {"24", "退回", "21", "\n,24,急诊转住院,,,21,普通住院,,,reviewed,同住院,甲,乙,2021-01-06,\n,11,",
         "\n,11,"}};
    enum { CASES = sizeof cases / sizeof *cases };
    int64_t rows[CASES], fen[CASES], before_rows[3], before_fen[3], after_rows, after_fen;
    static const char *const types[] = {"41", "14", "21"};
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    struct span old = journey_file(&journey, path);
    for (int i = 0; i < CASES; i++) edit(path, cases[i].from, cases[i].edit);
    journey_write(&journey, "new.csv", journey_file(&journey, path));
    journey_write(&journey, path, old);
    const char *content = journey_content(&journey);
    expect_run("map impact mappings/qinghe/med_type.csv new.csv", 0, "什么都还没有改");
    expect_run("map impact mappings/qinghe/med_type.csv new.csv --json", 0, NULL);
    const char *foretold = journey.output;
    expect_run("map impact mappings/qinghe/med_type.csv new.csv --out 影响.xlsx", 0,
               "逐行见 影响.xlsx 和 影响.html");
    struct span page = journey_file(&journey, "影响.html"), book = journey_file(&journey, "影响.xlsx");
    cr_expect(book.size > 4 && memcmp(book.bytes, "PK", 2) == 0);
    cr_expect_str_eq(journey_content(&journey), content, "looking changed something");
    for (int i = 0; i < CASES; i++)
        moved(foretold, cases[i].code, cases[i].before, cases[i].after, &rows[i], &fen[i]);
    int64_t listed = 0;
    for (const char *one = page.bytes;
         (one = memmem(one, (size_t)(page.bytes + page.size - one), "!结算KC24.DBF", 15)); one++)
        listed++;
    cr_expect_eq(listed, rows[0] + rows[1] + rows[2], "%jd rows are listed", (intmax_t)listed);
    cr_expect(rows[0] == 93 && fen[0] == 4101396, "%jd rows, %jd fen", (intmax_t)rows[0], (intmax_t)fen[0]);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(sscanf(by_type(types[i]), "%jd %jd", &before_rows[i], &before_fen[i]), 2); /* NOLINT */
    /* Now it is made; that 93 records leave is meant. */
    edit("city.yaml", "vanish_limit: {rows: 1000, share: 0.01}", "vanish_limit: {rows: 1000, share: 0.5}");
    journey_write(&journey, path, journey_file(&journey, "new.csv"));
    const char *delivery = journey_ask(
        &journey, "SELECT min(d.delivery)::text FROM intake.delivery d JOIN intake.file f USING (delivery)"
                  " WHERE d.county = '690102' AND f.kind = 'setl_d' AND d.state = 'published'");
    int code = journey_run(&journey, arena_print(&journey.arena, "run -q --again %s", delivery));
    cr_assert(code == 0 || code == 2, "exit %d\n%s", code, journey.output);
    /* 41 lost what 14 moved; 14 got that and lost what is not handed over; 21 got what was sent back. */
    const int64_t row_changes[] = {-rows[0], rows[0] - rows[1], rows[2]},
                  fen_changes[] = {-fen[0], fen[0] - fen[1], fen[2]};
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(sscanf(by_type(types[i]), "%jd %jd", &after_rows, &after_fen), 2); /* NOLINT */
        cr_expect_eq(after_rows - before_rows[i], row_changes[i], "%s: %jd rows", types[i],
                     (intmax_t)(after_rows - before_rows[i]));
        cr_expect_eq(after_fen - before_fen[i], fen_changes[i], "%s: %jd fen", types[i],
                     (intmax_t)(after_fen - before_fen[i]));
    }
    expect_run("map impact mappings/qinghe/med_type.csv new.csv", 0, "一行也不动");
    expect_run("map impact nowhere.csv new.csv", 64, "不是这个城市的映射表");
}

/* The county's own list of codes names them; sound and letters find the national one; a draft is only a
 * draft. */
Test(mapping_files, suggestions_by_the_countys_names) {
    static const char list[] = "code,name\n24,普通门珍\n";
    journey_begin_at(&journey, JOURNEY_PUBLISHED);
    expect_run("map suggest qinghe --dry-run", 0, "同码常不同义");
    const char *folder = arena_print(&journey.arena, "%s/mappings/qinghe/codes", journey.city);
    cr_assert_eq(mkdir(folder, 0755), 0);
    journey_write(&journey, "mappings/qinghe/codes/med_type.csv", (struct span){list, sizeof list - 1});
    expect_run("map suggest qinghe", 0, "读音相近 100%：普通门诊");
    struct span table = journey_file(&journey, "mappings/qinghe/med_type.csv");
    cr_expect(memmem(table.bytes, table.size, ",24,普通门珍,,,11,普通门诊,,,draft,",
                     strlen(",24,普通门珍,,,11,普通门诊,,,draft,")),
              "%.*s", (int)table.size, table.bytes);
    cr_expect(memmem(table.bytes, table.size, "70 分；另：", strlen("70 分；另：")), "%.*s", (int)table.size,
              table.bytes);
    const char *content = journey_content(&journey);
    expect_run("run -q", 2, NULL);
    cr_expect_str_eq(journey_content(&journey), content, "a draft was applied");
    expect_run("map suggest qinghe", 0, "等审核");
}
