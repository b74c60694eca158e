/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/corpus/table.h"
#include "core/yaml.h"
#include "extract/text.h"
#include <stdio.h>

struct line *table_add(struct table *table, uint32_t cells, struct arena *arena) {
    if (table->count == table->room) {
        uint32_t room = table->room ? 2 * table->room : 256;
        struct line *lines = ARENA_NEW(arena, struct line, room);
        if (table->count) memcpy(lines, table->lines, table->count * sizeof *lines);
        table->lines = lines;
        table->room = room;
    }
    struct line *line = &table->lines[table->count++];
    *line = (struct line){ARENA_NEW(arena, struct span, cells + 1), cells};
    for (uint32_t i = 0; i < cells; i++) line->cells[i] = (struct span){"", 0};
    return line;
}

struct span file_bytes(const char *path, struct arena *arena) {
    FILE *file = fopen(path, "rb");
    if (!file) return (struct span){0};
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *bytes = ARENA_NEW(arena, char, (size_t)size + 1);
    size_t got = fread(bytes, 1, (size_t)size, file);
    bytes[got] = '\0';
    fclose(file);
    return (struct span){bytes, got};
}

/* Cuts one cell and moves `*at` behind it: to a comma, a line end or the end. */
static struct span cut_cell(const char **at, const char *end, struct arena *arena) {
    const char *from = *at, *until;
    if (from == end || *from != '"') {
        while (*at < end && **at != ',' && **at != '\n' && **at != '\r') ++*at;
        return (struct span){from, (size_t)(*at - from)};
    }
    for (until = ++from; until < end; until++)
        if (*until == '"' && (until + 1 == end || until[1] != '"')) break;
        else if (*until == '"') until++;
    char *text = ARENA_NEW(arena, char, (size_t)(until - from) + 1);
    size_t size = 0;
    for (; from < until; from++) {
        if (*from == '"') from++;
        text[size++] = *from;
    }
    for (*at = until; *at < end && **at != ',' && **at != '\n' && **at != '\r';) ++*at;
    return (struct span){text, size};
}

static struct span as_utf8(struct span text, struct arena *arena) {
    struct decoder decoder;
    struct error error = {0};
    struct text_fault fault;
    char *to = ARENA_NEW(arena, char, 4 * text.size + 16);
    if (!decoder_open(&decoder, "UTF-8", arena, &error)) return text;
    size_t size = decoder_run(&decoder, text, to, &fault);
    decoder_close(&decoder);
    if (fault.size) {
        if (!decoder_open(&decoder, "CP1252", arena, &error)) return text;
        size = decoder_run(&decoder, text, to, &fault);
        decoder_close(&decoder);
    }
    struct span utf8 = {to, size};
    if (size >= 3 && memcmp(to, "\xEF\xBB\xBF", 3) == 0) utf8 = (struct span){to + 3, size - 3};
    return utf8;
}

bool table_csv(struct table *table, const char *path, struct arena *arena) {
    struct span text = file_bytes(path, arena);
    if (!text.bytes) return false;
    text = as_utf8(text, arena);
    const char *at = text.bytes, *end = text.bytes + text.size;
    static const uint32_t most = 20000;
    struct span *cells = ARENA_NEW(arena, struct span, most);
    while (at < end) {
        uint32_t count = 0;
        for (bool more = true; more && count < most;) {
            cells[count++] = cut_cell(&at, end, arena);
            more = at < end && *at == ',';
            if (more) at++;
        }
        if (at < end) at += *at == '\r' && at + 1 < end && at[1] == '\n' ? 2 : 1;
        struct line *line = table_add(table, count, arena);
        memcpy(line->cells, cells, count * sizeof *cells);
    }
    return true;
}

static void add_map(struct table *table, const struct node *map, struct arena *arena) {
    struct line *line = table->count ? NULL : table_add(table, map->count, arena);
    for (uint32_t k = 0; line && k < map->count; k++) line->cells[k] = map->keys[k].text;
    line = table_add(table, map->count, arena);
    for (uint32_t k = 0; k < map->count; k++) line->cells[k] = map->items[k].text;
}

/* JSON is YAML's flow style, so the project's own reader does. */
bool table_json(struct table *table, const char *path, struct arena *arena) {
    struct node root = {0};
    struct error error = {0};
    struct span text = file_bytes(path, arena);
    if (!text.bytes || !yaml_read(text, path, arena, &root, &error)) return false;
    if (root.kind == NODE_MAP) add_map(table, &root, arena);
    for (uint32_t i = 0; root.kind == NODE_LIST && i < root.count; i++) add_map(table, &root.items[i], arena);
    return root.kind != NODE_SCALAR;
}
