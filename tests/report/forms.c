/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
#include "report/write.h"
#include "report/xlsx.h"
#include "tests/report/book.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

/* One table with everything that has gone wrong in such papers: written four ways, read back. */

static const struct result_column columns[] = {
    {{"county", sizeof "county" - 1},
     {"县", sizeof "县" - 1},
     {"County", sizeof "County" - 1},
     SHOW_TEXT,
     0,
     {NULL, 0}},
    {{"id", sizeof "id" - 1},
     {"编号", sizeof "编号" - 1},
     {"Number", sizeof "Number" - 1},
     SHOW_TEXT,
     0,
     {NULL, 0}},
    {{"read", sizeof "read" - 1},
     {"读入", sizeof "读入" - 1},
     {"Read", sizeof "Read" - 1},
     SHOW_COUNT,
     0,
     {NULL, 0}},
    {{"read_fen", sizeof "read_fen" - 1},
     {"读入金额", sizeof "读入金额" - 1},
     {"Amount", sizeof "Amount" - 1},
     SHOW_FEN,
     0,
     {NULL, 0}},
    {{"share", sizeof "share" - 1},
     {"占比", sizeof "占比" - 1},
     {"Share", sizeof "Share" - 1},
     SHOW_SHARE,
     0,
     {NULL, 0}},
    {{"left", sizeof "left" - 1},
     {"左", sizeof "左" - 1},
     {"Left", sizeof "Left" - 1},
     SHOW_VALUE,
     0,
     {NULL, 0}},
};
enum { COLUMN_COUNT = sizeof columns / sizeof *columns };

struct expected {
    const char *cells[COLUMN_COUNT], *shown[COLUMN_COUNT], *exact[COLUMN_COUNT];
    bool number[COLUMN_COUNT];
};
static const struct expected rows[] = {
    {{"青禾区", "690102197001010000", "1128034", "51223390000", "9988", "¥-1"},
     {"青禾区", "690102197001010000", "1,128,034", "512,233,900.00", "99.88%", "-0.01"},
     {"青禾区", "690102197001010000", "1128034", "512233900.00", "0.9988", "-0.01"},
     {0, 0, 1, 1, 1, 1}},
    {{"<b>&\"临渚'", "=1+1", "0", "-5", "10000", "42"},
     {"<b>&\"临渚'", "=1+1", "0", "-0.05", "100.00%", "42"},
     {"<b>&\"临渚'", "=1+1", "0", "-0.05", "1.0000", "42"},
     {0, 0, 1, 1, 1, 1}},
    {{"市本级", "000123", NULL, NULL, NULL, NULL},
     {"市本级", "000123", "—", "—", "—", "—"},
     {"市本级", "000123", NULL, NULL, NULL, NULL},
     {0}},
    {{"合计", "", "12345678901234567890", "999999999999999", "1", "¥100000000000000000000"},
     {"合计", "", "12,345,678,901,234,567,890", "9,999,999,999,999.99", "0.01%",
      "1,000,000,000,000,000,000.00"},
     {"合计", "", "12345678901234567890", "9999999999999.99", "0.0001", "1000000000000000000.00"},
     {0, 0, 0, 1, 1, 0}},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

static struct span span_of(const char *text) { return (struct span){text, text ? strlen(text) : 0}; }

static void fill(struct arena *arena, struct result *result) {
    result_begin(result, arena, SPAN("对账[总表]/很长很长很长很长很长很长很长很长很长很长"),
                 SPAN("Reconciliation"), columns, COLUMN_COUNT);
    for (int r = 0; r < ROW_COUNT; r++) {
        struct span *cells = result_add(result);
        for (int c = 0; c < COLUMN_COUNT; c++) cells[c] = span_of(rows[r].cells[c]);
    }
    result->levels[ROW_COUNT - 1] = LEVEL_TOTAL;
}

static struct paper paper_of(struct result *result) {
    return (struct paper){.name = SPAN("对账总表"),
                          .title = SPAN("云川市 对账总表"),
                          .line_count = 1,
                          .lines = {SPAN("单位：元")},
                          .footer = SPAN("第 12 次 \"处理\" & <页>"),
                          .result_count = 1,
                          .results = result};
}

static char *written(void (*write)(const struct paper *, FILE *), const struct paper *paper) {
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    write(paper, stream);
    fclose(stream);
    return text;
}

Test(forms, cells) {
    struct arena arena = {0};
    struct result result;
    char buffer[CELL_TEXT];
    fill(&arena, &result);
    for (uint32_t r = 0; r < ROW_COUNT; r++)
        for (uint32_t c = 0; c < COLUMN_COUNT; c++) {
            struct cell cell = cell_read(&result, r, c);
            struct span shown = cell_shown(&cell, buffer);
            cr_expect(span_equal(shown, span_of(rows[r].shown[c])),
                      "row %u column %u shown: %.*s, expected %s", r, c, (int)shown.size, shown.bytes,
                      rows[r].shown[c]);
            struct span exact = cell_exact(&cell, buffer);
            cr_expect(span_equal(exact, span_of(rows[r].exact[c])), "row %u column %u exact: %.*s", r, c,
                      (int)exact.size, exact.bytes ? exact.bytes : "");
        }
    arena_free(&arena);
}

/* Per cent of a whole and of a change: in each form the same number, with its sign. */
Test(forms, per_cent) {
    static const struct {
        const char *value, *shown, *exact;
        double number;
    } cases[] = {{"-10050", "-100.50%", "-1.0050", -1.005},
                 {"-50", "-0.50%", "-0.0050", -0.005},
                 {"0", "0.00%", "0.0000", 0},
                 {"12345", "123.45%", "1.2345", 1.2345}};
    const struct result_column shape[] = {
        {.name = SPAN("share"), .zh = SPAN("占比"), .en = SPAN("Share"), .show = SHOW_SHARE},
        {.name = SPAN("change"), .zh = SPAN("同比"), .en = SPAN("Change"), .show = SHOW_CHANGE}};
    struct arena arena = {0};
    struct result result;
    struct book book;
    struct error error = {0};
    char path[] = "/tmp/report-share-XXXXXX", buffer[CELL_TEXT];
    close(mkstemp(path));
    result_begin(&result, &arena, SPAN("指标"), SPAN("Figures"), shape, 2);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct span *cells = result_add(&result);
        cells[0] = cells[1] = span_of(cases[i].value);
    }
    struct paper paper = paper_of(&result);
    cr_assert(write_xlsx(&paper, path, &error), "%s", error.message);
    cr_assert(book_read(path, &arena, &book));
    unlink(path);
    int header = book_row(&book.sheets[0], "占比");
    cr_assert(header > 0);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint32_t c = 0; c < 2; c++) {
            struct cell cell = cell_read(&result, i, c);
            cr_expect(span_equal(cell_shown(&cell, buffer), span_of(cases[i].shown)), "%s", cases[i].shown);
            cr_expect(span_equal(cell_exact(&cell, buffer), span_of(cases[i].exact)), "%s", cases[i].exact);
            double off =
                strtod(book_cell(&book.sheets[0], (uint32_t)header + 1 + i, c).bytes, NULL) - cases[i].number;
            cr_expect(off < 1e-9 && off > -1e-9, "%s column %u", cases[i].shown, c);
        }
    arena_free(&arena);
}

Test(forms, text_columns_line_up) {
    struct arena arena = {0};
    struct result result;
    fill(&arena, &result);
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    write_text_result(&result, stream);
    fclose(stream);
    uint32_t width = 0;
    int lines = 0;
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) && *line; lines++) {
        uint32_t here = cell_width(span_of(line)); /* the last column stands right: all lines end alike */
        cr_expect(width == 0 || here == width, "line %d is %u wide, not %u", lines, here, width);
        width = here;
    }
    cr_expect(lines == ROW_COUNT + 1);
    free(text);
    arena_free(&arena);
}

/* A terminal too narrow: columns of zeros are named instead of shown, the first column becomes headings, rows
   take two lines; every figure that is not 0 stays, and no line is longer than the terminal. */
Test(forms, text_fits_a_narrow_terminal) {
    const struct result_column shape[] = {
        {.name = SPAN("county"), .zh = SPAN("县"), .en = SPAN("County")},
        {.name = SPAN("kind"), .zh = SPAN("数据类别"), .en = SPAN("Kind")},
        {.name = SPAN("changed"), .zh = SPAN("变更"), .en = SPAN("Changed"), .show = SHOW_COUNT},
        {.name = SPAN("main"), .zh = SPAN("主金额"), .en = SPAN("Main"), .show = SHOW_FEN},
        {.name = SPAN("left"), .zh = SPAN("差额"), .en = SPAN("Left"), .show = SHOW_FEN},
    };
    static const char *const cells[][5] = {{"青禾区", "人员参保信息", "0", "123456789012", "-1"},
                                           {"青禾区", "结算", "0", "5", "0"},
                                           {"临渚市", "结算", "0", "7", "0"}};
    static const struct {
        uint32_t columns;
        const char *text;
    } cases[] = {
        {0, " 县      数据类别      变更            主金额   差额\n"
            " 青禾区  人员参保信息     0  1,234,567,890.12  -0.01\n"
            " 青禾区  结算             0              0.05   0.00\n"
            " 临渚市  结算             0              0.07   0.00\n"},
        {48, " 县      数据类别                主金额   差额\n"
             " 青禾区  人员参保信息  1,234,567,890.12  -0.01\n"
             " 青禾区  结算                      0.05   0.00\n"
             " 临渚市  结算                      0.07   0.00\n"
             " 全是 0 或空、没有列出的列：变更\n"},
        {42, " 县\n"
             "   数据类别                主金额   差额\n"
             " 青禾区\n"
             "   人员参保信息  1,234,567,890.12  -0.01\n"
             "   结算                      0.05   0.00\n"
             " 临渚市\n"
             "   结算                      0.07   0.00\n"
             " 全是 0 或空、没有列出的列：变更\n"},
        {33, " 县\n"
             "   数据类别                主金额\n"
             "      差额\n"
             " 青禾区\n"
             "   人员参保信息  1,234,567,890.12\n"
             "     -0.01\n"
             "   结算                      0.05\n"
             "      0.00\n"
             " 临渚市\n"
             "   结算                      0.07\n"
             "      0.00\n"
             " 全是 0 或空、没有列出的列：变更\n"},
    };
    struct arena arena = {0};
    struct result result;
    result_begin(&result, &arena, SPAN("本次处理"), SPAN("This run"), shape, 5);
    for (size_t r = 0; r < sizeof cells / sizeof *cells; r++) {
        struct span *row = result_add(&result);
        for (size_t c = 0; c < 5; c++) row[c] = span_of(cells[r][c]);
    }
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = NULL;
        size_t size = 0;
        FILE *stream = open_memstream(&text, &size);
        write_text_fit(&result, cases[i].columns, stream);
        fclose(stream);
        cr_expect(strcmp(text, cases[i].text) == 0, "%u columns:\n%s", cases[i].columns, text);
        free(text);
    }
    arena_free(&arena);
}

Test(forms, html_is_escaped_and_alone) {
    struct arena arena = {0};
    struct result result;
    fill(&arena, &result);
    struct paper paper = paper_of(&result);
    char *page = written(write_html, &paper);
    cr_expect(strstr(page, "&lt;b&gt;&amp;&quot;临渚&#39;"));
    cr_expect(!strstr(page, "<b>"));
    cr_expect(!strstr(page, "<script") && !strstr(page, "http://") && !strstr(page, "https://"));
    cr_expect(strstr(page, "default-src 'none'") && strstr(page, "style-src 'sha256-"));
    cr_expect(strstr(page, "512,233,900.00") && strstr(page, "9,999,999,999,999.99"));
    cr_expect(strstr(page, "<td class=\"n neg\">-0.05</td>") && strstr(page, "<td class=\"n zero\">0</td>"));
    cr_expect(strstr(page, "<td class=\"n\">1,128,034</td>") && strstr(page, "<td class=\"n null\">—</td>"));
    cr_expect(strstr(page, "99.88%<svg width=\"72\"") && strstr(page, "<rect width=\"71\" height=\"8\""));
    cr_expect(strstr(page, "<svg") && strstr(page, "size:A4 landscape"));
    free(page);
    arena_free(&arena);
}

Test(forms, json_is_exact) {
    struct arena arena = {0};
    struct result result;
    fill(&arena, &result);
    struct paper paper = paper_of(&result);
    char *text = written(write_json, &paper);
    cr_expect(strstr(
        text,
        "\"read\": 1128034, \"read_yuan\": \"512233900.00\", \"share\": \"0.9988\", \"left\": \"-0.01\""));
    cr_expect(strstr(text, "\"county\": \"<b>&\\\"临渚'\", \"id\": \"=1+1\""));
    cr_expect(strstr(text, "\"read\": null, \"read_yuan\": null"));
    cr_expect(strstr(text, "\"read\": \"12345678901234567890\""), "beyond 2^53 a number is text");
    cr_expect(strstr(text, "{\"level\": \"total\", \"county\": \"合计\""));
    free(text);
    arena_free(&arena);
}

/* A number cell of yuan back to fen, as any reader with doubles would. */
static long long fen_of(struct span cell) {
    double yuan = strtod(cell.bytes, NULL);
    return (long long)(yuan * 100 + (yuan < 0 ? -0.5 : 0.5));
}

Test(forms, xlsx_read_back) {
    struct arena arena = {0};
    struct result result;
    struct error error = {0};
    struct book book;
    char path[] = "/tmp/report-form-XXXXXX";
    close(mkstemp(path));
    fill(&arena, &result);
    struct paper paper = paper_of(&result);
    cr_assert(write_xlsx(&paper, path, &error), "%s", error.message);
    cr_assert(book_read(path, &arena, &book));
    unlink(path);
    cr_assert(book.sheet_count == 1);
    const struct book_sheet *sheet = &book.sheets[0];
    cr_expect(sheet->frozen && sheet->filter && sheet->landscape && !sheet->formula);
    cr_expect(strncmp(sheet->name, "对账_总表__很长", strlen("对账_总表__很长")) == 0, "%s", sheet->name);
    int header = book_row(sheet, "县");
    cr_assert(header > 0);
    for (uint32_t r = 0; r < ROW_COUNT; r++)
        for (uint32_t c = 0; c < COLUMN_COUNT; c++) {
            uint32_t at = (uint32_t)header + 1 + r;
            struct span cell = book_cell(sheet, at, c);
            bool number = sheet->numbers[(size_t)at * sheet->column_count + c];
            cr_expect(cell.size == 0 || number == rows[r].number[c], "row %u column %u is number: %d", r, c,
                      number);
            if (!number) cr_expect(span_equal(cell, span_of(rows[r].shown[c])), "row %u column %u", r, c);
            else if (columns[c].show == SHOW_FEN)
                cr_expect(fen_of(cell) == atoll(rows[r].cells[c]), "row %u: %.*s", r, (int)cell.size,
                          cell.bytes);
            else if (columns[c].show == SHOW_COUNT)
                cr_expect(span_equal(cell, span_of(rows[r].exact[c])), "row %u column %u", r, c);
        }
    arena_free(&arena);
}

Test(forms, csv_runs_no_formula) {
    static const struct {
        const char *cell, *written;
    } cases[] = {
        {"=1+1", "\"'=1+1\""},
        {"+1", "\"'+1\""},
        {"-1", "\"'-1\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"  =cmd|' /C calc'!A0", "\"'  =cmd|' /C calc'!A0\""},
        {"\t=1", "\"'\t=1\""},
        {"＝1", "\"'＝1\""},
        {"a=1", "\"a=1\""},
        {"说\"好\"", "\"说\"\"好\"\"\""},
        {"a,b", "\"a,b\""},
        {"690102197001010000", "\"'690102197001010000\""},
        {"12345", "\"12345\""},
        {"12345678901", "\"12345678901\""},
        {"123456789012", "\"'123456789012\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct result result;
        char *text = NULL;
        size_t size = 0;
        result_begin(&result, &arena, SPAN("t"), SPAN("t"), columns, 1);
        result_add(&result)[0] = span_of(cases[i].cell);
        FILE *stream = open_memstream(&text, &size);
        write_csv_head(&result, stream);
        write_csv_rows(&result, stream);
        fclose(stream);
        cr_expect(strncmp(text, "\xEF\xBB\xBF\"县\"\r\n", 10) == 0);
        char *line = strchr(text, '\n') + 1;
        cr_expect(strlen(line) == strlen(cases[i].written) + 2 &&
                      strncmp(line, cases[i].written, strlen(cases[i].written)) == 0,
                  "%s became %s", cases[i].cell, line);
        free(text);
        arena_free(&arena);
    }
}

Test(forms, full_disk_is_told) {
    if (access("/dev/full", W_OK) != 0) cr_skip("no /dev/full here");
    struct arena arena = {0};
    struct result result;
    struct error error = {0};
    fill(&arena, &result);
    struct paper paper = paper_of(&result);
    cr_expect(!write_xlsx(&paper, "/dev/full", &error));
    cr_expect(error.message[0] != '\0');
    arena_free(&arena);
}
