/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include "core/language.h"
#include <stdio.h>
#include <xlsxwriter.h>

/* The paper beside the data: each county's 交接单.xlsx. */

enum { CREATED = 1609718400 /* 2021-01-04, so that the bytes do not change */ };

static lxw_workbook *open_book(const struct build *build, const char *path) {
    lxw_workbook *book = workbook_new(build_path(build, path));
    char title[] = "合成样例数据";
    lxw_doc_properties properties = {.title = title, .created = CREATED};
    if (book) workbook_set_properties(book, &properties);
    return book;
}

static bool close_book(const struct build *build, lxw_workbook *book, const char *path) {
    if (book && workbook_close(book) == LXW_NO_ERROR) return true;
    return error_set(build->error, TEXT("写不了工作簿 %s", "cannot write the workbook %s"), path);
}

static void put_line(lxw_worksheet *sheet, lxw_row_t row, const struct truth_file *file, unsigned number) {
    const char *base = strrchr(file->delivery, '/') + 1;
    char amount[32];
    worksheet_write_number(sheet, row, 0, number, NULL);
    worksheet_write_string(sheet, row, 1, base, NULL);
    worksheet_write_string(sheet, row, 2, file->member, NULL);
    worksheet_write_string(sheet, row, 3, file->kind, NULL);
    worksheet_write_string(sheet, row, 4, "截至20201231", NULL);
    worksheet_write_number(sheet, row, 5, (double)(truth_read(file) - file->rows[TRUTH_EXPLAINED]), NULL);
    if (file->measure_count == 0) return;
    truth_fen fen = truth_read_fen(file, 0) - file->fen[TRUTH_EXPLAINED][0] + file->declared_more;
    amount[sink_yuan(amount, (int64_t)fen)] = '\0';
    worksheet_write_string(sheet, row, 6, amount, NULL);
    worksheet_write_string(sheet, row, 7, "元", NULL);
}

/* A clerk's sheet: every cell can be read, one page wide on paper. */
static void lay_out(lxw_worksheet *sheet, lxw_format *title, lxw_format *head) {
    static const double widths[] = {12, 36, 24, 22, 14, 10, 18, 10, 12};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        worksheet_set_column(sheet, (lxw_col_t)i, (lxw_col_t)i, widths[i], NULL);
    worksheet_set_landscape(sheet);
    worksheet_set_paper(sheet, 9); /* A4 */
    worksheet_fit_to_pages(sheet, 1, 0);
    format_set_bold(title);
    format_set_font_size(title, 15);
    format_set_bold(head);
    format_set_bottom(head, LXW_BORDER_THIN);
}

static bool make_slip(const struct build *build, const char *path, const char *name, const char *admdvs,
                      const char *system) {
    const char *const block[][2] = {{"移交县", name},       {"统筹区编码", admdvs},  {"数据期间", "20201231"},
                                    {"修订号", "1"},        {"全量/增量", "全量"},   {"源系统", system},
                                    {"经办人", "样例经办"}, {"电话", "10000000000"}, {"日期", "2021-01-04"}};
    static const char *const heads[] = {"序号", "文件名",       "包内成员或工作表", "数据类别", "数据起止",
                                        "行数", "主要金额合计", "金额单位",         "备注"};
    lxw_workbook *book = open_book(build, path);
    if (!book) return close_book(build, book, path);
    lxw_worksheet *sheet = workbook_add_worksheet(book, "交接单");
    lxw_format *title = workbook_add_format(book), *head = workbook_add_format(book);
    lxw_row_t row = 0;
    lay_out(sheet, title, head);
    worksheet_write_string(sheet, row++, 0, "数据交接单（合成样例数据）", title);
    for (size_t i = 0; i < sizeof block / sizeof *block; i++, row++)
        for (lxw_col_t column = 0; column < 2; column++)
            worksheet_write_string(sheet, row, column, block[i][column], NULL);
    for (size_t column = 0; column < sizeof heads / sizeof *heads; column++)
        worksheet_write_string(sheet, row, (lxw_col_t)column, heads[column], head);
    unsigned number = 0;
    for (unsigned i = 0; i < build->truth->file_count; i++) {
        const struct truth_file *file = &build->truth->files[i];
        if (strcmp(file->county, admdvs) == 0) put_line(sheet, ++row, file, ++number);
    }
    return close_book(build, book, path);
}

bool handover_make(struct build *build) {
    return make_slip(build, "deliveries/qinghe/交接单.xlsx", "青禾区", "690102", "样例金保系统") &&
           make_slip(build, "deliveries/linzhu/交接单.xlsx", "临渚市", "690181", "样例县级系统") &&
           make_slip(build, "deliveries/shiliu/交接单.xlsx", "石榴县", "690123", "手工台账") &&
           make_slip(build, "deliveries/shiji/交接单.xlsx", "云川市市级", "690100", "样例市级财务软件");
}
