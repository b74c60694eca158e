/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/fill.h"
#include "core/language.h"
#include <stdlib.h>

static bool find_columns(struct fill *fill, const struct node *node, const char *name,
                         const struct columns *columns, struct error *error) {
    const struct node *items = node->kind == NODE_LIST ? node->items : node;
    uint32_t count = node->kind == NODE_LIST ? node->count : 1;
    if (node->kind == NODE_MAP || count > FILL_COLUMNS_MAX)
        return node_error(node, name, error,
                          TEXT("fill 应为至多 %d 个列名", "fill is at most %d column names"),
                          FILL_COLUMNS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = 0;
        while (column < columns->count && !span_equal(columns->names[column], items[i].text)) column++;
        if (items[i].kind != NODE_SCALAR || column == columns->count)
            return node_error(&items[i], name, error,
                              TEXT("fill：没有列「%.80s」", "fill: no column \"%.80s\""),
                              items[i].kind == NODE_SCALAR ? items[i].text.bytes : "");
        fill->columns[fill->count++].column = column;
    }
    return true;
}

static int by_top(const void *a, const void *b) {
    const struct merge *left = a, *right = b;
    return left->top < right->top ? -1 : left->top > right->top;
}

bool fill_read(struct fill *fill, const struct node *node, const char *name, const struct columns *columns,
               struct sheet_reader *reader, uint32_t header_end, struct arena *arena, struct error *error) {
    if (!node) return true;
    reader->merge_rows = SHEET_ROWS_MAX;
    if (!find_columns(fill, node, name, columns, error) || !sheet_finish(reader, error)) return false;
    if (reader->merge_count == SHEET_MERGES_MAX)
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch",
                          TEXT("合并单元格超过 %d 处", "more than %d merged ranges"), SHEET_MERGES_MAX);
    for (uint32_t i = 0; i < fill->count; i++) {
        struct fill_column *column = &fill->columns[i];
        column->merges = ARENA_NEW(arena, struct merge, reader->merge_count + 1);
        for (uint32_t m = 0; m < reader->merge_count; m++) {
            const struct merge *merge = &reader->merges[m];
            if (merge->first == column->column && merge->top > header_end && merge->bottom > merge->top)
                column->merges[column->count++] = *merge;
        }
        qsort(column->merges, column->count, sizeof *column->merges, by_top);
    }
    return true;
}

static void remember(struct fill_column *column, struct span text, uint32_t top) {
    if (text.size > column->text.capacity) {
        free(column->text.bytes);
        column->text.capacity = 2 * text.size;
        column->text.bytes = malloc(column->text.capacity);
        if (!column->text.bytes) abort(); /* as the arena does */
    }
    if (text.size) memcpy(column->text.bytes, text.bytes, text.size);
    column->text.size = text.size;
    column->top = top;
}

void fill_row(struct fill *fill, struct batch *batch, uint32_t row) {
    uint64_t number = batch->rows[row].number;
    for (uint32_t i = 0; i < fill->count; i++) {
        struct fill_column *column = &fill->columns[i];
        struct span *cell = &batch->cells[column->column][row];
        while (column->at < column->count && column->merges[column->at].bottom < number) column->at++;
        if (column->at == column->count) continue;
        const struct merge *merge = &column->merges[column->at];
        if (merge->top == number) remember(column, *cell, merge->top);
        /* The top row has no value at all when it was left out: then nothing is shown either. */
        bool shown = merge->top < number && merge->top == column->top && cell->size == 0;
        if (shown) *cell = arena_copy(&batch->arena, (struct span){column->text.bytes, column->text.size});
    }
}

void fill_free(struct fill *fill) {
    for (uint32_t i = 0; i < fill->count; i++) free(fill->columns[i].text.bytes);
    fill->count = 0;
}
