/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A paper to be signed, as it lies on pages: sentences are as wide as the page, signatures share its width,
   what follows them begins a page, and the widest figure fits its column. */
#include "report/layout.h"
#include "report/write.h"
#include "report/xlsx.h"
#include "tests/report/book.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

enum { COLUMNS = 9, ROWS = 600 };

static const char note[] =
    "单位：元。每县每类数据一行，不同类别的金额不相加。读入 = 非数据＋入库＋退回＋其余＋行差；金额："
    "应入库 = 县申报＋与申报差 = 入库＋未入库＋差额。逐文件、逐金额列见附表。";

/* One text and eight amounts; the last row's amounts are the widest, far below what a first look sees. */
static void fill(struct arena *arena, struct result tables[3]) {
    const struct result_column
        text = {.name = SPAN("kind"), .zh = SPAN("类别"), .en = SPAN("Kind")},
        money = {.name = SPAN("m_fen"), .zh = SPAN("金额"), .en = SPAN("Money"), .show = SHOW_FEN},
        sign = {.name = SPAN("s"), .zh = SPAN("制表"), .en = SPAN("By"), .show = SHOW_FILL};
    struct result_column columns[COLUMNS] = {text}, signs[] = {sign, sign, sign, sign};
    for (int c = 1; c < COLUMNS; c++) columns[c] = money;
    result_begin(&tables[0], arena, SPAN("总表"), SPAN("Whole"), columns, COLUMNS);
    tables[0].note = (struct span){note, sizeof note - 1};
    for (int r = 0; r < ROWS; r++) {
        struct span *cells = result_add(&tables[0]);
        cells[0] = SPAN("结算");
        for (int c = 1; c < COLUMNS; c++) cells[c] = r + 1 == ROWS ? SPAN("123456789012") : SPAN("100");
    }
    result_begin(&tables[1], arena, SPAN("签字"), SPAN("Signatures"), signs, 4);
    tables[1].below = true;
    struct span *cells = result_add(&tables[1]);
    for (int c = 0; c < 4; c++) cells[c] = SPAN("");
    result_begin(&tables[2], arena, SPAN("附表"), SPAN("Annex"), columns, 2);
    cells = result_add(&tables[2]);
    cells[0] = SPAN("结算"), cells[1] = SPAN("1");
}

static struct paper paper_of(struct result *tables) {
    return (struct paper){.name = SPAN("p"),
                          .title = SPAN("云川市 总表"),
                          .line_count = 1,
                          .lines = {SPAN("第 1 次处理")},
                          .footer = SPAN("云川市 总表 · 第 1 次处理"),
                          .result_count = 3,
                          .results = tables};
}

static void expect_merge(const struct book_sheet *sheet, const char *wanted) {
    for (uint32_t m = 0; m < sheet->merge_count; m++)
        if (strcmp(sheet->merges[m], wanted) == 0) return;
    cr_expect_fail("%s is not one cell", wanted);
}

Test(pages, sentences_and_signatures_take_the_width_of_the_page) {
    struct arena arena = {0};
    struct result tables[3];
    struct error error = {0};
    struct book book;
    char path[] = "/tmp/report-pages-XXXXXX", merge[32];
    close(mkstemp(path));
    fill(&arena, tables);
    struct paper paper = paper_of(tables);
    cr_assert(write_xlsx(&paper, path, &error), "%s", error.message);
    cr_assert(book_read(path, &arena, &book));
    unlink(path);
    cr_assert(book.sheet_count == 2);
    const struct book_sheet *sheet = &book.sheets[0];
    expect_merge(sheet, "A2:I2"); /* which run */
    expect_merge(sheet, "A3:I3"); /* the note; the sheet's title says the table's name */
    cr_expect(book_row(sheet, "总表") < 0 && book_row(sheet, "云川市 总表") == 0);
    int row = book_row(sheet, "制表");
    cr_assert(row == 3 + 1 + ROWS + 1 + 1, "the signatures' header is row %d", row);
    for (int r = row + 1; r <= row + 2; r++)
        for (int c = 0; c < 4; c++) {
            static const char *const from = "ADFH", *const until = "CEGI";
            snprintf(merge, sizeof merge, "%c%d:%c%d", from[c], r, until[c], r);
            expect_merge(sheet, merge);
        }
    cr_expect(sheet->merge_count == 2 + 8, "%u cells are one", sheet->merge_count);
    cr_expect_str_eq(sheet->header, "&R&8&A");
    cr_expect_str_eq(sheet->footer, "&L&8云川市 总表 · 第 1 次处理&R&8第 &P 页 共 &N 页");
    arena_free(&arena);
}

Test(pages, the_widest_figure_fits_wherever_it_stands) {
    struct arena arena = {0};
    struct result tables[3];
    fill(&arena, tables);
    for (int given = 0; given < 2; given++) {
        tables[0].columns[1].width = given ? 9 : 0;
        struct layout layout = layout_of(&tables[0]);
        cr_expect(layout.widths[1] > strlen("1,234,567,890.12"), "%u", layout.widths[1]);
    }
    arena_free(&arena);
}

Test(pages, what_follows_the_signatures_begins_a_page) {
    struct arena arena = {0};
    struct result tables[3];
    char *text = NULL;
    size_t size = 0;
    fill(&arena, tables);
    struct paper paper = paper_of(tables);
    FILE *stream = open_memstream(&text, &size);
    write_html(&paper, stream);
    fclose(stream);
    cr_expect(strstr(text, "<h2 class=\"annex\">附表</h2>"));
    cr_expect(strstr(text, "<h2>签字</h2>") && !strstr(text, "<h2>总表</h2>"));
    cr_expect(strstr(text, "<h1>云川市 总表</h1>"));
    free(text);
    arena_free(&arena);
}

/* Commas stand between tables and nowhere else; a link shows its text and leads to its address. */
Test(pages, json_of_several_tables_and_links) {
    const struct result_column link = {
        .name = SPAN("paper"), .zh = SPAN("清单"), .en = SPAN("List"), .show = SHOW_LINK};
    struct arena arena = {0};
    struct result tables[3];
    char *text = NULL;
    size_t size = 0;
    fill(&arena, tables);
    tables[0].row_count = 1;
    result_begin(&tables[2], &arena, SPAN("签什么"), SPAN("To sign"), &link, 1);
    result_add(&tables[2])[0] = SPAN("a.html\t移交清单");
    struct paper paper = paper_of(tables);
    FILE *stream = open_memstream(&text, &size);
    write_json(&paper, stream);
    fclose(stream);
    int between = 0;
    for (const char *at = text; (at = strstr(at, "]},\n{\"name\"")); at++) between++;
    cr_expect(between == 2 && strstr(text, "]}\n]}\n") && !strstr(text, ",\n]"), "%s", text);
    cr_expect(strstr(text, "{\"level\": \"row\", \"paper\": \"移交清单\"}"), "%s", text);
    free(text);
    stream = open_memstream(&text, &size);
    write_html(&paper, stream);
    fclose(stream);
    cr_expect(strstr(text, "<a href=\"a.html\">移交清单</a></td>"));
    free(text);
    arena_free(&arena);
}
