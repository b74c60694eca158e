/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/file.h"
#include "cli/table.h"
#include "core/language.h"
#include "transform/row/text.h"
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

static bool is_utf8(struct span text) {
    for (size_t at = 0; at < text.size;) {
        size_t before = at;
        if ((unsigned char)text.bytes[at] < 0x80) {
            at++;
            continue;
        }
        if (text_next(text, &at) == 0xfffd && at - before == 1) return false;
    }
    return true;
}

static void put_cell(FILE *out, struct span cell) {
    fputc('"', out);
    for (size_t at = 0; at < cell.size; at++) {
        if (cell.bytes[at] == '"') fputc('"', out);
        bool end = cell.bytes[at] == '\n' || cell.bytes[at] == '\r'; /* one row stays one line */
        fputc(end ? ' ' : cell.bytes[at], out);
    }
    fputc('"', out);
}

/* Rows that the sheet leaves out become blank lines. */
static struct span as_csv(const struct table *table, struct arena *arena) {
    char *bytes = NULL;
    size_t size = 0;
    uint64_t line = 1;
    FILE *out = open_memstream(&bytes, &size);
    for (uint32_t row = 0; out && row < table->row_count; row++) {
        for (; line < table->numbers[row]; line++) fputc('\n', out);
        for (uint32_t column = 0; column < table->column_count; column++) {
            if (column) fputc(',', out);
            if (table->cells[row][column].size) put_cell(out, table->cells[row][column]);
        }
        fputc('\n', out);
        line++;
    }
    if (out) fclose(out);
    struct span csv = bytes ? arena_copy(arena, (struct span){bytes, size}) : (struct span){"", 0};
    free(bytes);
    return csv;
}

static bool read_table(const char *path, struct arena *arena, struct span *csv, struct error *error) {
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    struct arena own = {0};
    struct table table;
    const char **sheets = NULL;
    uint32_t count = 0;
    bool ok = table_sheets(path, NULL, NULL, &own, &sheets, &count, error) &&
              table_read(path, NULL, count ? sheets[0] : NULL, &read, NULL, &own, &table, error);
    if (ok) *csv = as_csv(&table, arena);
    arena_free(&own);
    if (!ok) error->trouble = TROUBLE_USAGE;
    return ok;
}

bool map_file_open(const char *path, struct arena *arena, struct span *csv, struct error *error) {
    const char *dot = strrchr(path, '.');
    if (dot && strcasecmp(dot, ".xlsx") == 0) return read_table(path, arena, csv, error);
    return file_read(path, MAPPING_BYTES_MAX, arena, csv, error) &&
           (is_utf8(*csv) || read_table(path, arena, csv, error));
}

bool map_file_read(const char *directory, const char *stem, struct arena *arena, struct sourced *file,
                   bool *found, struct error *error) {
    static const char *const endings[] = {".csv", ".xlsx"};
    const char *path = NULL;
    for (int i = 0; i < 2; i++) {
        const char *one = arena_print(arena, "%s%s", stem, endings[i]);
        if (access(arena_print(arena, "%s/%s", directory, one), F_OK) != 0) continue;
        if (path)
            return error_code(error, TROUBLE_USAGE, NULL,
                              TEXT("%s 和 %s 都在，只能留一个", "%s and %s are both there; keep one"), path,
                              one);
        path = one;
    }
    *found = path != NULL;
    if (!path) return true;
    *file = (struct sourced){.path = path};
    if (!map_file_open(arena_print(arena, "%s/%s", directory, path), arena, &file->bytes, error)) {
        error->at.source = path;
        return false;
    }
    sha256_text(file->bytes, file->sha256);
    return true;
}
