/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/corrections.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdlib.h>

struct heads {
    int reject, source_column, value, decision, key, comment, handler, date;
};

static struct span cell(const struct table *table, uint32_t row, int column) {
    struct span text = {0};
    if (column < 0) return text;
    text = table->cells[row][column];
    if (text.size && text.bytes[0] == '\'') text.bytes++, text.size--; /* our own guard against formulas */
    while (text.size && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) text.bytes++, text.size--;
    while (text.size && (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t')) text.size--;
    return text;
}

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)}); /* an empty cell has no bytes */
}

static bool find_heads(const struct table *table, uint32_t row, struct heads *heads) {
    struct {
        const char *zh, *en;
        int *at;
    } all[] = {{"退回编号", "Number", &heads->reject},
               {"源列名", "Source column", &heads->source_column},
               {"修正值", "Corrected value", &heads->value},
               {"处理结果", "Decision", &heads->decision},
               {"县内主键", "Key", &heads->key},
               {"处理说明", "Comment", &heads->comment},
               {"处理人", "By", &heads->handler},
               {"日期", "Date", &heads->date}};
    *heads = (struct heads){-1, -1, -1, -1, -1, -1, -1, -1};
    for (uint32_t c = 0; c < table->column_count; c++)
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            if (is(cell(table, row, (int)c), all[i].zh) || is(cell(table, row, (int)c), all[i].en))
                *all[i].at = (int)c;
    return heads->reject >= 0 && heads->value >= 0 && heads->decision >= 0 && heads->source_column >= 0;
}

static bool bad(const struct table *table, uint32_t row, int column, const char *path, struct error *error,
                const char *what) {
    error->at = (struct place){.source = path, .row = table->numbers[row], .column = (uint32_t)column + 1};
    return error_code(error, TROUBLE_REFUSED, NULL, "%s", what);
}

static bool read_decision(struct span text, enum decision *decision) {
    static const struct {
        const char *zh, *en;
        enum decision decision;
    } all[] = {{"", "", DECISION_NONE},
               {"改正", "correct", DECISION_CORRECT},
               {"重新交付", "resend", DECISION_RESEND},
               {"不移交", "waive", DECISION_WAIVE}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (is(text, all[i].zh) || is(text, all[i].en)) return *decision = all[i].decision, true;
    return false;
}

static bool take(const struct table *table, uint32_t row, const struct heads *heads, const char *path,
                 struct corrections *corrections, struct error *error) {
    struct correction *item = &corrections->items[corrections->count];
    struct span number = cell(table, row, heads->reject);
    if (!number.size) return true;
    *item = (struct correction){.line = table->numbers[row],
                                .source_column = cell(table, row, heads->source_column),
                                .value = cell(table, row, heads->value),
                                .key = cell(table, row, heads->key),
                                .comment = cell(table, row, heads->comment),
                                .handler = cell(table, row, heads->handler),
                                .date = cell(table, row, heads->date)};
    if (decimal_read(number, 0, &item->reject) != DECIMAL_OK || item->reject <= 0)
        return bad(table, row, heads->reject, path, error,
                   TEXT("退回编号不是数字；请勿改动这一列",
                        "the number of the reject is none; leave this column alone"));
    if (!read_decision(cell(table, row, heads->decision), &item->decision))
        return bad(table, row, heads->decision, path, error,
                   TEXT("处理结果只能是 改正、重新交付、不移交", "the decision is 改正, 重新交付 or 不移交"));
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
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    struct table table;
    struct heads heads;
    const char **sheets = NULL;
    uint32_t count = 0;
    bool found = false;
    *corrections = (struct corrections){0};
    if (!table_sheets(path, NULL, NULL, arena, &sheets, &count, error)) return false;
    if (!table_read(path, NULL, count ? "退回明细" : NULL, &read, NULL, arena, &table, error)) return false;
    corrections->items = ARENA_NEW(arena, struct correction, table.row_count + 1);
    for (uint32_t row = 0; row < table.row_count; row++) {
        if (!found) found = find_heads(&table, row, &heads);
        else if (!take(&table, row, &heads, path, corrections, error)) return false;
    }
    error->at.source = path;
    if (!found)
        return error_code(error, TROUBLE_REFUSED, "header.not_found", "%s",
                          TEXT("找不到「退回编号、源列名、修正值、处理结果」所在的表头",
                               "no header with 退回编号, 源列名, 修正值 and 处理结果"));
    error->at.source = NULL;
    if (corrections->count)
        qsort(corrections->items, corrections->count, sizeof *corrections->items, by_reject);
    return true;
}
