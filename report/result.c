/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/result.h"
#include "core/language.h"
#include <stdarg.h>
#include <stdio.h>

void result_begin(struct result *result, struct arena *arena, struct span zh, struct span en,
                  const struct result_column *columns, uint32_t column_count) {
    *result = (struct result){.arena = arena, .zh = zh, .en = en, .column_count = column_count};
    result->columns = ARENA_NEW(arena, struct result_column, column_count);
    if (columns) memcpy(result->columns, columns, column_count * sizeof *columns);
}

/* Doubles the room: what is outgrown stays in the arena, less than what is used. */
static void grow(struct result *result) {
    uint32_t room = result->row_room ? result->row_room * 2 : 16;
    size_t cells = (size_t)result->row_count * result->column_count;
    struct span *grown = ARENA_NEW(result->arena, struct span, (size_t)room * result->column_count);
    enum level *levels = ARENA_NEW(result->arena, enum level, room);
    struct span *keys = ARENA_NEW(result->arena, struct span, room);
    if (result->row_count) {
        memcpy(grown, result->cells, cells * sizeof *grown);
        memcpy(levels, result->levels, result->row_count * sizeof *levels);
        memcpy(keys, result->keys, result->row_count * sizeof *keys);
    }
    result->cells = grown;
    result->levels = levels;
    result->keys = keys;
    result->row_room = room;
}

struct span *result_add(struct result *result) {
    if (result->row_count == result->row_room) grow(result);
    struct span *cells = result->cells + (size_t)result->row_count * result->column_count;
    memset(cells, 0, result->column_count * sizeof *cells);
    result->levels[result->row_count] = LEVEL_ROW;
    result->keys[result->row_count++] = (struct span){0};
    return cells;
}

struct span result_cell(const struct result *result, uint32_t row, uint32_t column) {
    return result->cells[(size_t)row * result->column_count + column];
}

int result_find(const struct result *result, const char *column) {
    for (uint32_t c = 0; c < result->column_count; c++)
        if (span_equal(result->columns[c].name, (struct span){column, strlen(column)})) return (int)c;
    return -1;
}

struct span result_label(struct span zh, struct span en) {
    return language_get() == LANGUAGE_ZH || en.size == 0 ? zh : en;
}

bool result_named(const struct result *result, struct span title) {
    struct span name = result_label(result->zh, result->en);
    return title.size && memmem(title.bytes, title.size, name.bytes, name.size);
}

bool result_to_sign(const struct result *result) {
    uint32_t fill = 0;
    for (uint32_t c = 0; c < result->column_count; c++)
        fill += result->columns[c].show == SHOW_FILL || result->columns[c].show == SHOW_CHOICE;
    return fill * 2 > result->column_count;
}

struct span result_format(struct arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    char *text = ARENA_NEW(arena, char, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    return (struct span){text, (size_t)size};
}
