/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/corrections.h"
#include "cli/form.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdlib.h>

enum {
    HEAD_REJECT,
    HEAD_SOURCE_COLUMN,
    HEAD_VALUE,
    HEAD_DECISION,
    HEAD_KEY,
    HEAD_ROW,
    HEAD_COMMENT,
    HEAD_HANDLER,
    HEAD_DATE
};
static const struct form_head heads[] = {
    {"退回编号", "Number", true},   {"源列名", "Source column", true}, {"修正值", "Corrected value", true},
    {"处理结果", "Decision", true}, {"县内主键", "Key", false},        {"行号", "Row", false},
    {"处理说明", "Comment", false}, {"处理人", "By", false},           {"日期", "Date", false}};

static bool read_decision(struct span text, enum decision *decision) {
    static const struct {
        const char *zh, *en;
        enum decision decision;
    } all[] = {{"", "", DECISION_NONE},
               {"改正", "correct", DECISION_CORRECT},
               {"重新交付", "resend", DECISION_RESEND},
               {"不移交", "waive", DECISION_WAIVE}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (form_is(text, all[i].zh) || form_is(text, all[i].en)) return *decision = all[i].decision, true;
    return false;
}

static bool take(const struct form *form, uint32_t row, struct corrections *corrections,
                 struct error *error) {
    struct correction *item = &corrections->items[corrections->count];
    struct span number = form_cell(form, row, HEAD_REJECT);
    if (!number.size) return true;
    *item = (struct correction){.line = form->table.numbers[row],
                                .source_column = form_cell(form, row, HEAD_SOURCE_COLUMN),
                                .value = form_cell(form, row, HEAD_VALUE),
                                .key = form_cell(form, row, HEAD_KEY),
                                .comment = form_cell(form, row, HEAD_COMMENT),
                                .handler = form_cell(form, row, HEAD_HANDLER),
                                .date = form_cell(form, row, HEAD_DATE)};
    if (decimal_read(number, 0, &item->reject) != DECIMAL_OK || item->reject <= 0)
        return form_bad(form, row, HEAD_REJECT,
                        TEXT("退回编号不是数字；请勿改动这一列",
                             "the number of the reject is none; leave this column alone"),
                        error);
    struct span place = form_cell(form, row, HEAD_ROW);
    if (place.size && (decimal_read(place, 0, &item->row) != DECIMAL_OK || item->row <= 0))
        return form_bad(form, row, HEAD_ROW,
                        TEXT("行号不是数字；请勿改动这一列", "the row is no number; leave this column alone"),
                        error);
    if (!read_decision(form_cell(form, row, HEAD_DECISION), &item->decision))
        return form_bad(
            form, row, HEAD_DECISION,
            TEXT("处理结果只能是 改正、重新交付、不移交", "the decision is 改正, 重新交付 or 不移交"), error);
    corrections->count++;
    return true;
}

static int by_reject(const void *a, const void *b) {
    const struct correction *left = a, *right = b;
    if (left->reject != right->reject) return left->reject < right->reject ? -1 : 1;
    return left->line < right->line ? -1 : left->line > right->line;
}

bool corrections_read(const char *path, struct arena *arena, struct corrections *corrections,
                      struct error *error) {
    struct form form;
    *corrections = (struct corrections){0};
    if (!form_read(&form, path, "退回明细|Rows", heads, sizeof heads / sizeof *heads, arena, error))
        return false;
    corrections->items = ARENA_NEW(arena, struct correction, form.table.row_count + 1);
    for (uint32_t row = form.first; row < form.table.row_count; row++)
        if (!take(&form, row, corrections, error)) return false;
    if (corrections->count)
        qsort(corrections->items, corrections->count, sizeof *corrections->items, by_reject);
    return true;
}
