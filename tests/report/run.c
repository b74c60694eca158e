/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/rejects.h"
#include "report/report.h"
#include "report/cell.h"
#include "report/verify.h"
#include "tests/report/agree.h"
#include "tests/report/book.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Stopped also when an assertion ends the test early. */
static struct server server;
static void stop_server(void) {
    if (server.connection) server_stop(&server);
}

static char *slurp(const char *directory, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "rb");
    cr_assert(stream, "%s is missing", path);
    char *text = calloc(1, 1 << 21);
    size_t size = fread(text, 1, (1 << 21) - 1, stream);
    cr_assert(size > 0, "%s is empty", path);
    fclose(stream);
    return text;
}

struct expected {
    const char *file, *text;
    bool there;
};
static const struct expected expectations[] = {
    {"index.html",
     "三县 2,334,346 行全部有去向；2 个交付未入库；与县申报相差 1 处 0.01 元；1 项核对不符；1 "
     "项无法核对；退回未决 9 "
     "行；可签 0 县。",
     true},
    {"index.html", "tongchou map suggest qinghe", true},
    {"index.html", "2,883,584 字节处损坏", true},
    {"index.html", "1,873,440,112.37", true},
    {"index.html", "先处理：不符 1 项", true},
    {"index.html", "临渚市：疑点（已入库）", true},
    {"index.html", "退回清单（临渚市）", true},
    {"index.html", "交接单 1,873,440,112.36 元，实读 1,873,440,112.37 元，差 0.01 元", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "20201332", true},
    {"对账总表.json",
     "\"key\": \"690102/setl_d/2\", \"county\": \"青禾区\", \"kind\": \"结算\", \"file\": "
     "\"医保数据_202012.zip!结算KC24.DBF\", "
     "\"read\": 1128034, \"new\": 1128012, \"changed\": 1, \"unchanged\": 0, \"other\": 0, \"duplicate\": 6, "
     "\"rejected\": 3, \"explained\": 12, \"gap\": 0, "
     "\"main\": \"医疗费总额\", \"declared_yuan\": \"512233900.00\", \"read_yuan\": \"512233900.00\", "
     "\"kept_yuan\": \"512233700.00\", "
     "\"out_yuan\": \"200.00\", \"gap_yuan\": \"0.00\", \"declared_gap_yuan\": \"0.00\", \"unreadable\": 1, "
     "\"doubtful\": 2",
     true},
    {"对账总表.json", "\"county\": \"临渚市\", \"kind\": \"结算\", \"file\": \"js_202012.txt\"", true},
    {"对账总表.json", "\"declared_gap_yuan\": \"0.01\"", true},
    {"对账总表.json", "\"county\": \"青禾区 小计\"", true},
    /* open since run 1: row 5 of file 1, 150.00 */
    {"对账总表.json",
     "\"key\": \"690102/setl_d/1\", \"county\": \"青禾区\", \"kind\": \"结算\", \"file\": "
     "\"医保数据_202011.zip!结算KC24.DBF\", \"run\": 1, \"rows\": 1, \"main\": \"医疗费总额\", \"out_yuan\": "
     "\"150.00\"",
     true},
    {"对账总表.txt", "医保数据_202012.zip!结算KC24.DBF", true},
    {"对账总表.html", "结论：三县 2,334,346 行全部有去向", true},
    /* What is signed: 1,128,034 rows are 12 explained, 1,128,013 published, 3 sent back and 6 others. */
    {"对账总表.json",
     "\"key\": \"690102/setl_d\", \"kind\": \"结算\", \"read\": 1128034, \"explained\": 12, \"kept\": "
     "1128013, \"rejected\": 3, \"rest\": 6, \"gap\": 0",
     true},
    /* received 10 + 1,128,034; one of 3 + 3 rejects was mended; 100.00 became 120.00 */
    {"移交清单_青禾区.json",
     "\"kind\": \"结算\", \"declared\": 1128032, \"read\": 1128044, \"kept\": 1128021, \"out\": 23, \"gap\": "
     "0, \"main\": \"医疗费总额\", "
     "\"declared_yuan\": \"512234900.00\", \"read_yuan\": \"512234900.00\", \"correction_yuan\": \"20.00\", "
     "\"kept_yuan\": \"512234520.00\", \"out_yuan\": \"400.00\", \"gap_yuan\": \"0.00\"",
     true},
    {"移交清单_青禾区.json",
     "\"fate\": \"不移交\", \"reason\": null, \"rows\": 1, \"main\": \"医疗费总额\", \"amount_yuan\": "
     "\"50.00\"",
     true},
    {"移交清单_青禾区.json", "\"fate\": \"退回未决\", \"reason\": null, \"rows\": 4", true},
    {"移交清单_青禾区.html", "本清单摘要 SM3", true},
    {"移交清单_临渚市.json", "\"difference\": \"-0.01\"", true},
    {"移交清单_石榴县.json", "未入库交付 2 个", true},
    {"移交清单_石榴县.json", "\"read\": 300, \"kept\": 0, \"out\": 300, \"gap\": 0", true},
    {"移交清单_石榴县.json", "\"kept_yuan\": \"0.00\", \"out_yuan\": \"300.00\", \"gap_yuan\": \"0.00\"",
     true},
    {"移交清单_石榴县.json", "\"fate\": \"退回未决\", \"reason\": null, \"rows\": 5", true},
    {"移交清单_石榴县.json",
     "\"fate\": \"未入库交付中的好行\", \"reason\": null, \"rows\": 295, \"main\": \"医疗费总额\", "
     "\"amount_yuan\": \"295.00\"",
     true},
    {"退回/石榴县_退回清单_第2次_20210105.csv", "\"Z5\"", true},
    {"映射覆盖.json", "\"code\": \"24\", \"label\": \"提前退休\", \"rows\": 2, \"money_yuan\": \"150.00\"",
     true},
    /* 700.00 + 512,233,700.00 - 10.00 - 30.00 + 120.00 */
    {"对账总表.json",
     "\"subject\": \"医疗费总额\", \"before\": \"700.00\", \"new\": \"512233808.00\", "
     "\"changed\": \"12.00\", \"replaced\": \"10.00\", \"ended\": \"0.00\", "
     "\"vanished\": \"30.00\", ",
     true},
    {"对账总表.html", "消失", true},
    {"移交清单_青禾区.html", "市库现有", true},
    {"index.html", "消失（结算，以前入库，本次全量没有或被退回）", true},
    {"依据/city.yaml", "云川市", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "\"110105************#", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "\"'=1+1\"", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "\"欧**\"", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "S20200048212", true},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "110105194912310023", false},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "11010519491231002X", false},
    {"退回/青禾区_退回清单_第2次_20210105.csv", "欧阳", false},
    {"manifest.json", "\"path\": \"退回/青禾区_退回清单_第2次_20210105.xlsx\"", true},
};

static void check_texts(const char *directory) {
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        char *text = slurp(directory, expectations[i].file);
        bool there = strstr(text, expectations[i].text) != NULL;
        cr_expect(there == expectations[i].there, "%s: \"%s\" is %s", expectations[i].file,
                  expectations[i].text, there ? "there" : "not there");
        free(text);
    }
}

static void check_workbook(const char *directory) {
    struct arena arena = {0};
    struct book book;
    char path[512];
    static const char *const sheets[] = {"按原因汇总", "退回明细", "疑点明细", "填写说明"};
    snprintf(path, sizeof path, "%s/退回/青禾区_退回清单_第2次_20210105.xlsx", directory);
    cr_assert(book_read(path, &arena, &book));
    cr_assert(book.sheet_count == 4);
    for (int s = 0; s < 4; s++)
        cr_expect(strcmp(book.sheets[s].name, sheets[s]) == 0, "%s", book.sheets[s].name);
    const struct book_sheet *detail = &book.sheets[1];
    int header = book_row(detail, rejects_columns_zh[0]);
    cr_assert(header >= 0);
    for (int c = 0; c < REJECTS_COLUMNS; c++) {
        struct span name = book_cell(detail, (uint32_t)header, (uint32_t)c);
        cr_expect(span_equal(name, (struct span){rejects_columns_zh[c], strlen(rejects_columns_zh[c])}),
                  "column %d is %.*s", c, (int)name.size, name.bytes);
    }
    cr_expect((int)detail->row_count - header - 1 == 6, "four rows with six reasons, found %d",
              (int)detail->row_count - header - 1);
    struct span reason = book_cell(detail, (uint32_t)header + 3, REJECTS_REASON);
    cr_expect(memmem(reason.bytes, reason.size, "末位应为 X，实为 3", strlen("末位应为 X，实为 3")), "%.*s",
              (int)reason.size, reason.bytes);
    struct span number = book_cell(detail, (uint32_t)header + 2, 0),
                again = book_cell(detail, (uint32_t)header + 3, 0);
    cr_expect(span_equal(number, again), "the reasons of a row have one number");
    const struct book_sheet *doubts = &book.sheets[2];
    cr_expect((int)doubts->row_count - book_row(doubts, "疑点编号") - 1 == 2);
    struct span diagnosis = book_cell(doubts, doubts->row_count - 1, REJECTS_VALUE);
    cr_expect(span_equal(diagnosis, SPAN("***")), "a diagnosis is never shown: %.*s", (int)diagnosis.size,
              diagnosis.bytes);
    arena_free(&arena);
}

/* Every cell of a paper stands in each of its forms: all come from one result. */
static void check_forms_agree(struct report *report, const char *directory) {
    static const struct {
        const char *name, *county, *file;
        uint32_t forms;
    } papers[] = {{"reconciliation", NULL, "对账总表", 4},
                  {"coverage", NULL, "映射覆盖", 3},
                  {"handover", "690102", "移交清单_青禾区", 3},
                  {"handover", "690123", "移交清单_石榴县", 3}};
    for (size_t p = 0; p < sizeof papers / sizeof *papers; p++) {
        struct query query;
        struct result *results;
        struct error error = {0};
        uint32_t cells = 0;
        cr_assert(report_query(report, papers[p].name, papers[p].county, &query, &results, &error), "%s",
                  error.message);
        for (uint32_t s = 0; s < query.sheet_count; s++)
            cells += results[s].row_count * results[s].column_count;
        uint32_t compared = agree(directory, papers[p].file, results, query.sheet_count, report->arena);
        cr_expect(cells > 10 && compared == cells * papers[p].forms, "%s: %u of %u cells in %u forms",
                  papers[p].file, compared, cells, papers[p].forms);
    }
}

static void check_queries(const char *directory) {
    struct arena arena = {0};
    struct report report;
    struct error error = {0};
    struct query query;
    struct result *results;
    struct report_options options = server_options(directory);
    cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
    static const struct {
        const char *name;
        uint32_t rows;
    } queries[] = {{"run_summary", 4}, {"status", 4}, {"history", 6}, {"coverage", 1}, {"index", 4}};
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        cr_assert(report_query(&report, queries[q].name, NULL, &query, &results, &error), "%s",
                  error.message);
        cr_expect(results[0].row_count == queries[q].rows, "%s has %u rows", queries[q].name,
                  results[0].row_count);
    }
    check_forms_agree(&report, directory);
    struct span cells[32];
    uint32_t count = 0;
    cr_assert(report_cells(&report, "690102", "setl_d", 2, cells, 32, &count, &error), "%s", error.message);
    cr_expect(count == 5, "file 2 stands in %u cells", count);
    if (count)
        cr_expect(span_equal(cells[0], SPAN("对账总表 · 对账总表 第 3 行")), "%.*s", (int)cells[0].size,
                  cells[0].bytes);
    cr_expect(!report_query(&report, "no_such", NULL, &query, &results, &error));
    cr_expect(error.trouble == TROUBLE_USAGE);
    report_close(&report);
    arena_free(&arena);
}

/* The papers of run 1 as they were then: nothing of run 2 had happened. */
static void check_as_of(const char *directory) {
    struct error error = {0};
    struct report_options options = server_options(directory);
    options.run = 1;
    options.date = "2021-01-04";
    cr_assert(report_run(server.connection, &options, &error), "%s", error.message);
    char *text = slurp(directory, "移交清单_青禾区.json");
    cr_expect(strstr(text, "\"fate\": \"退回未决\", \"reason\": null, \"rows\": 3, \"main\": \"医疗费总额\", "
                           "\"amount_yuan\": \"300.00\""));
    cr_expect(!strstr(text, "不移交\", \"reason\": null"));
    free(text);
}

/* A long list ends in the workbook, which says so; the CSV beside it has all of it. */
static void check_bound(const char *directory) {
    struct error error = {0};
    struct arena arena = {0};
    struct book book;
    char path[512];
    struct report_options options = server_options(directory);
    options.date = "2021-01-07";
    options.book_rows = 4;
    cr_assert(report_run(server.connection, &options, &error), "%s", error.message);
    snprintf(path, sizeof path, "%s/退回/青禾区_退回清单_第2次_20210107.xlsx", directory);
    cr_assert(book_read(path, &arena, &book));
    const struct book_sheet *detail = &book.sheets[1];
    int header = book_row(detail, rejects_columns_zh[0]);
    cr_expect_eq((int)detail->row_count - header - 1, 4);
    struct span said = book_cell(detail, 2, 0);
    cr_expect(memmem(said.bytes, said.size, "共 6 条，这里列出前 4 条", strlen("共 6 条，这里列出前 4 条")),
              "%.*s", (int)said.size, said.bytes);
    char *text = slurp(directory, "退回/青禾区_退回清单_第2次_20210107.csv");
    int lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++) lines++;
    cr_expect_eq(lines, 1 + 6, "%d lines", lines);
    free(text);
    arena_free(&arena);
}

static void check_pack(const char *directory) {
    struct arena arena = {0};
    struct verify verify;
    struct error error = {0};
    char path[512];
    cr_assert(verify_pack(directory, &arena, &verify, &error), "%s", error.message);
    cr_expect(verify.changed + verify.missing + verify.extra == 0 && verify.unchanged > 15, "%u unchanged",
              verify.unchanged);
    cr_expect(span_equal(verify.program, SPAN("tongchou 0.1.0")));
    snprintf(path, sizeof path, "%s/对账总表.txt", directory);
    FILE *stream = fopen(path, "ab");
    cr_assert(stream && fputc('x', stream) == 'x' && fclose(stream) == 0);
    snprintf(path, sizeof path, "%s/映射覆盖.json", directory);
    cr_assert(unlink(path) == 0);
    snprintf(path, sizeof path, "%s/多.txt", directory);
    stream = fopen(path, "wb");
    cr_assert(stream && fclose(stream) == 0);
    cr_assert(verify_pack(directory, &arena, &verify, &error), "%s", error.message);
    cr_expect(verify.changed == 1 && verify.missing == 1 && verify.extra == 1,
              "%u changed, %u missing, %u extra", verify.changed, verify.missing, verify.extra);
    cr_expect(verify.result.row_count == 3);
    arena_free(&arena);
}

Test(run, papers_of_two_runs, .fini = stop_server) {
    struct error error = {0};
    const char *kept = getenv("REPORT_KEEP"); /* a folder to look at the pages in */
    char made[] = "/tmp/report-out-XXXXXX", command[512], earlier[300];
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_file(&server, "tests/report/city.sql"));
    const char *directory = kept ? kept : mkdtemp(made);
    struct report_options options = server_options(directory);
    cr_assert(report_run(server.connection, &options, &error), "%s", error.message);
    check_texts(directory);
    check_workbook(directory);
    check_queries(directory);
    snprintf(earlier, sizeof earlier, "%s-1", directory);
    if (!kept) {
        check_pack(directory);
        check_as_of(earlier);
        check_bound(earlier);
    }
    snprintf(command, sizeof command, "rm -rf %s %s", made, earlier);
    if (!kept) cr_expect(system(command) == 0);
}
