/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/heading.h"
#include "core/language.h"
#include "core/map.h"
#include <stdio.h>
#include <stdlib.h>

static bool number(const struct node *node, uint32_t least, uint32_t most, uint32_t *value) {
    if (!node) return true;
    char *end = NULL;
    if (node->kind != NODE_SCALAR || !node->text.size) return false;
    unsigned long read = strtoul(node->text.bytes, &end, 10);
    if (*end || read < least || read > most) return false;
    *value = (uint32_t)read;
    return true;
}

bool heading_read(const struct node *node, const char *name, struct heading *header, struct error *error) {
    *header = (struct heading){.row = 1, .rows = 1, .join = SPAN("/")};
    if (!node || node_is(node, "yes") || node_is(node, "true")) return true;
    if (node_is(node, "no") || node_is(node, "false")) {
        *header = (struct heading){0};
        return true;
    }
    if (node->kind == NODE_SCALAR && number(node, 1, UINT32_MAX / 2, &header->row)) return true;
    const struct node *join = node_get(node, "join");
    bool good = node->kind == NODE_MAP && number(node_get(node, "row"), 1, UINT32_MAX / 2, &header->row) &&
                number(node_get(node, "rows"), 1, HEADING_ROWS_MAX, &header->rows) &&
                (!join || join->kind == NODE_SCALAR);
    for (uint32_t i = 0; good && i < node->count; i++)
        good = node_is(&node->keys[i], "row") || node_is(&node->keys[i], "rows") ||
               node_is(&node->keys[i], "join");
    if (good && join) header->join = join->text;
    if (good) return true;
    return node_error(node, name, error, "%s",
                      TEXT("header 应为 no、yes、行号或 {row: 行号, rows: 行数, join: \"/\"}",
                           "header is no, yes, a line number or {row: N, rows: K, join: \"/\"}"));
}

/* Blanks around a name: ASCII, the ideographic space, the no-break space. */
static size_t blank_at(struct span text) {
    unsigned char first = (unsigned char)text.bytes[0];
    if (first <= ' ') return 1;
    if (text.size >= 3 && memcmp(text.bytes, "\xe3\x80\x80", 3) == 0) return 3;
    if (text.size >= 2 && memcmp(text.bytes, "\xc2\xa0", 2) == 0) return 2;
    return 0;
}

/* `text` without blanks at its ends and without line breaks; blanks inside stay. */
static struct span tidy(struct span text, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, text.size + 1);
    size_t size = 0, kept = 0;
    while (text.size) {
        size_t blank = blank_at(text), step = blank ? blank : 1;
        bool line_break = *text.bytes == '\n' || *text.bytes == '\r';
        if (!line_break && (!blank || size)) {
            memcpy(to + size, text.bytes, step);
            size += step;
        }
        if (!blank) kept = size;
        text.bytes += step;
        text.size -= step;
    }
    return (struct span){to, kept};
}

static struct span join_parts(const struct heading *header, const struct span *const *cells, uint32_t column,
                              struct arena *arena) {
    struct span name = {"", 0};
    for (uint32_t row = 0; row < header->rows; row++) {
        struct span part = tidy(cells[row][column], arena);
        /* A merged cell stands in its first column only. */
        for (uint32_t left = column; !part.size && left > 0 && row + 1 < header->rows; left--)
            part = tidy(cells[row][left - 1], arena);
        if (!part.size || span_equal(part, name)) continue;
        if (!name.size) {
            name = part;
            continue;
        }
        size_t size = name.size + header->join.size + part.size;
        char *to = ARENA_NEW(arena, char, size + 1);
        memcpy(to, name.bytes, name.size);
        memcpy(to + name.size, header->join.bytes, header->join.size);
        memcpy(to + name.size + header->join.size, part.bytes, part.size);
        name = (struct span){to, size};
    }
    return name;
}

static struct span with_number(struct span name, const char *format, uint32_t value, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, name.size + 16);
    memcpy(to, name.bytes, name.size);
    int size = snprintf(to + name.size, 16, strcmp(format, "_") ? "F%u" : "_%u", value);
    return (struct span){to, name.size + (size_t)size};
}

void heading_names(const struct heading *header, const struct span *const *cells, uint32_t count,
                   struct arena *arena, struct columns *columns) {
    struct span *names = ARENA_NEW(arena, struct span, count ? count : 1);
    struct map seen = {.arena = arena};
    for (uint32_t i = 0; i < count; i++) {
        struct span name = header->row ? join_parts(header, cells, i, arena) : (struct span){"", 0};
        if (!name.size) name = with_number(name, "F", i + 1, arena);
        struct span unique = name;
        for (uint32_t again = 2; map_get(&seen, unique); again++)
            unique = with_number(name, "_", again, arena);
        *map_put(&seen, unique) = names;
        names[i] = unique;
    }
    *columns = (struct columns){.count = count, .names = names};
}
