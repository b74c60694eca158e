/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/template/template.h"
#include "core/language.h"
#include "report/output.h"
#include <stdlib.h>
#include <xlsxwriter.h>

/* 交接单.xlsx: what a county says it sent.  A form to be filled in, so it is laid out cell by cell. */

enum { BLANK_LINES = 30, COLUMNS = 9, PAPER_A4 = 9 };

struct form {
    lxw_workbook *workbook;
    lxw_worksheet *sheet;
    lxw_format *title, *label, *fill, *money, *head, *note;
    bool failed;
};

static lxw_format *format_of(struct form *form, double size, bool bold, bool border, lxw_color_t ground) {
    lxw_format *format = workbook_add_format(form->workbook);
    format_set_font_name(format, "Microsoft YaHei");
    format_set_font_size(format, size);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    if (bold) format_set_bold(format);
    if (border) {
        format_set_border(format, LXW_BORDER_THIN);
        format_set_border_color(format, 0xC4CBD3);
        format_set_text_wrap(format);
    }
    if (ground) {
        format_set_pattern(format, LXW_PATTERN_SOLID);
        format_set_bg_color(format, ground);
    }
    return format;
}

static void put(struct form *form, uint32_t row, uint32_t column, const char *text, lxw_format *format) {
    if (worksheet_write_string(form->sheet, row, (lxw_col_t)column, text, format) != LXW_NO_ERROR)
        form->failed = true;
}

static void blank(struct form *form, uint32_t row, uint32_t column, lxw_format *format) {
    if (worksheet_write_blank(form->sheet, row, (lxw_col_t)column, format) != LXW_NO_ERROR)
        form->failed = true;
}

static void choices(struct form *form, uint32_t from, uint32_t until, uint32_t column,
                    const char *const *list) {
    lxw_data_validation validation = {.validate = LXW_VALIDATION_TYPE_LIST,
                                      .value_list = (char **)(uintptr_t)list,
                                      .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
    if (worksheet_data_validation_range(form->sheet, from, (lxw_col_t)column, until, (lxw_col_t)column,
                                        &validation) != LXW_NO_ERROR)
        form->failed = true;
}

/* The kinds' labels stand on a hidden sheet: a list in the cell's own rule holds 255 bytes at most, which
   libxlsxwriter counts as letters. */
static void kind_choices(struct form *form, uint32_t from, uint32_t until, uint32_t column,
                         const struct kind *const *kinds, uint32_t count) {
    lxw_worksheet *slip = form->sheet;
    form->sheet = workbook_add_worksheet(form->workbook, "数据类别");
    for (uint32_t i = 0; i < count; i++) put(form, i, 0, kinds[i]->label, NULL);
    worksheet_hide(form->sheet);
    form->sheet = slip;
    char formula[64];
    snprintf(formula, sizeof formula, "='数据类别'!$A$1:$A$%u", count);
    lxw_data_validation validation = {.validate = LXW_VALIDATION_TYPE_LIST_FORMULA,
                                      .value_formula = formula,
                                      .error_type = LXW_VALIDATION_ERROR_TYPE_WARNING};
    if (worksheet_data_validation_range(slip, from, (lxw_col_t)column, until, (lxw_col_t)column,
                                        &validation) != LXW_NO_ERROR)
        form->failed = true;
}

/* Shown beside the cell while it is being filled: in a cell of its own it would be read as the answer. */
static void hint(struct form *form, uint32_t row, uint32_t column, const char *title, const char *text) {
    lxw_data_validation validation = {.validate = LXW_VALIDATION_TYPE_ANY,
                                      .input_title = (char *)(uintptr_t)title,
                                      .input_message = (char *)(uintptr_t)text};
    if (worksheet_data_validation_cell(form->sheet, row, (lxw_col_t)column, &validation) != LXW_NO_ERROR)
        form->failed = true;
}

/* The block above the lines: a label and the cell beside it. */
static uint32_t put_block(struct form *form) {
    static const char *const labels[] = {"移交县", "统筹区编码", "数据期间", "修订号", "全量/增量",
                                         "源系统", "经办人",     "电话",     "日期"};
    static const char *const hints[] = {"",
                                        "六位行政区划代码",
                                        "yyyyMM 或 yyyyMMdd",
                                        "第一次交付写 1，更正一次加 1",
                                        "",
                                        "如 金保、新农合",
                                        "",
                                        "",
                                        "yyyy-MM-dd"};
    static const char *const scopes[] = {"全量", "增量", NULL};
    uint32_t row = 1;
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++, row++) {
        put(form, row, 0, labels[i], form->label);
        blank(form, row, 1, form->fill);
        if (*hints[i]) hint(form, row, 1, labels[i], hints[i]);
        if (i == 4) choices(form, row, row, 1, scopes);
    }
    return row + 1;
}

static void put_lines(struct form *form, uint32_t row, const struct kind *const *kinds, uint32_t count) {
    static const char *const heads[COLUMNS] = {"序号",         "文件名",   "包内成员或工作表",
                                               "数据类别",     "数据起止", "行数",
                                               "主要金额合计", "金额单位", "备注"};
    static const double widths[COLUMNS] = {12, 34, 26, 18, 20, 12, 20, 10, 24};
    static const char *const units[] = {"元", "分", "万元", NULL};
    for (uint32_t c = 0; c < COLUMNS; c++) {
        worksheet_set_column(form->sheet, (lxw_col_t)c, (lxw_col_t)c, widths[c], NULL);
        put(form, row, c, heads[c], form->head);
    }
    for (uint32_t line = 1; line <= BLANK_LINES; line++) {
        char number[16];
        snprintf(number, sizeof number, "%u", line);
        put(form, row + line, 0, number, form->label);
        for (uint32_t c = 1; c < COLUMNS; c++) blank(form, row + line, c, c == 6 ? form->money : form->fill);
    }
    choices(form, row + 1, row + BLANK_LINES, 7, units);
    kind_choices(form, row + 1, row + BLANK_LINES, 3, kinds, count);
    worksheet_freeze_panes(form->sheet, row + 1, 0);
    worksheet_repeat_rows(form->sheet, row, row);
}

bool template_slip(const char *directory, const struct kind *const *kinds, uint32_t count,
                   struct error *error) {
    struct output output;
    if (!output_place(&output, directory, SPAN("交接单.xlsx"), error)) return false;
    struct form form = {.workbook = workbook_new(output.temporary)};
    if (!form.workbook) return error_set(error, "%s", TEXT("内存不足", "out of memory"));
    lxw_doc_properties properties = {.created = 946684800}; /* the same form is the same bytes */
    workbook_set_properties(form.workbook, &properties);
    form.sheet = workbook_add_worksheet(form.workbook, "交接单");
    form.title = format_of(&form, 15, true, false, 0);
    form.label = format_of(&form, 9, true, true, 0xE6EAEF);
    form.head = format_of(&form, 9, true, true, 0xE6EAEF);
    form.fill = format_of(&form, 9, false, true, 0xFFFBEA);
    form.money = format_of(&form, 9, false, true, 0xFFFBEA);
    form.note = format_of(&form, 9, false, false, 0);
    format_set_align(form.head, LXW_ALIGN_CENTER);
    format_set_num_format(form.fill, "@");
    format_set_num_format(form.money, "0.00");
    format_set_font_color(form.note, 0x5B6570);
    worksheet_set_row(form.sheet, 0, 30, NULL);
    put(&form, 0, 0, "数据交接单", form.title);
    uint32_t row = put_block(&form);
    put_lines(&form, row, kinds, count);
    put(&form, row + BLANK_LINES + 2, 0,
        "每个文件、包内成员或工作表一行；行数和金额请在县里系统中统计，不要从导出的文件里数，才核对得出差错"
        "。",
        form.note);
    worksheet_set_landscape(form.sheet);
    worksheet_set_paper(form.sheet, PAPER_A4);
    worksheet_fit_to_pages(form.sheet, 1, 0);
    worksheet_set_footer(form.sheet, "&L交接单&R第 &P 页，共 &N 页");
    lxw_error closed = workbook_close(form.workbook);
    if (closed == LXW_NO_ERROR && !form.failed) return output_close(&output, error);
    output_abandon(&output);
    return error_set(error, TEXT("写不出 交接单.xlsx：%s", "cannot write 交接单.xlsx: %s"),
                     closed ? lxw_strerror(closed) : "");
}
