/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include <stdarg.h>
#include <stdio.h>

const char *lane_format(struct arena *arena, const char *format, ...) {
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0) abort();
    char *text = ARENA_NEW(arena, char, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

const char *lane_columns(struct arena *arena, const struct kind *kind, const char *prefix) {
    static const char *const lineage[] = {"county", "src_key", "key_hash", "row_hash", "file", "source_row"};
    enum { LINEAGE = sizeof lineage / sizeof *lineage };
    size_t size = 1;
    for (uint32_t i = 0; i < kind->column_count + LINEAGE; i++)
        size += strlen(i < kind->column_count ? kind->columns[i].field : lineage[i - kind->column_count]) +
                strlen(prefix) + 2;
    char *list = ARENA_NEW(arena, char, size), *at = list;
    for (uint32_t i = 0; i < kind->column_count + LINEAGE; i++)
        at += snprintf(at, size - (size_t)(at - list), "%s%s%s", i ? ", " : "", prefix,
                       i < kind->column_count ? kind->columns[i].field : lineage[i - kind->column_count]);
    return list;
}

int lane_name_column(const struct kind *kind) {
    for (uint32_t i = 0; i < kind->column_count; i++)
        if (kind->columns[i].pii == PII_NAME) return (int)i;
    return -1;
}

const char *lane_digits(fen_total value, char text[DIGITS_BYTES]) {
    size_t at = DIGITS_BYTES - 1;
    __extension__ unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
    text[at] = '\0';
    do text[--at] = (char)('0' + (int)(rest % 10));
    while (rest /= 10);
    if (value < 0) text[--at] = '-';
    return &text[at];
}
