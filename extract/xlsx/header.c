/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/header.h"
#include "core/language.h"
#include "core/map.h"
#include <stdio.h>
#include <stdlib.h>

/* A name without the line breaks and blanks that only lay out the header. */
static struct span tidy(struct span text, struct arena *arena) {
    char *name = ARENA_NEW(arena, char, text.size + 1);
    size_t size = 0;
    for (size_t at = 0; at < text.size; at++)
        if ((unsigned char)text.bytes[at] >= ' ') name[size++] = text.bytes[at];
    static const char wide[] = "\xE3\x80\x80"; /* U+3000 */
    bool changed = true;
    while (changed) {
        changed = false;
        if (size && name[size - 1] == ' ') size--, changed = true;
        if (size >= 3 && memcmp(name + size - 3, wide, 3) == 0) size -= 3, changed = true;
        if (size && name[0] == ' ') name++, size--, changed = true;
        if (size >= 3 && memcmp(name, wide, 3) == 0) name += 3, size -= 3, changed = true;
    }
    return (struct span){name, size};
}

/* The texts of the header, a grid of `rows` lines as wide as its last name. */
struct grid {
    struct span *texts;
    uint32_t rows, width;
};

static void fill_merges(struct grid *grid, const struct heading *header, const struct sheet_reader *reader) {
    for (uint32_t i = 0; i < reader->merge_count; i++) {
        const struct merge *merge = &reader->merges[i];
        if (merge->top < header->row || merge->top >= header->row + header->rows) continue;
        uint32_t top = merge->top - header->row;
        if (merge->first >= grid->width) continue;
        struct span text = grid->texts[(size_t)top * grid->width + merge->first];
        for (uint32_t row = top; row < grid->rows && row + header->row <= merge->bottom; row++)
            for (uint32_t column = merge->first; column <= merge->last && column < grid->width; column++)
                grid->texts[(size_t)row * grid->width + column] = text;
    }
}

/* A merged cell at the right end names columns beyond the last text. */
static uint32_t width_with_merges(uint32_t width, const struct heading *header,
                                  const struct sheet_reader *reader) {
    uint32_t wider = width;
    for (uint32_t i = 0; i < reader->merge_count; i++) {
        const struct merge *merge = &reader->merges[i];
        bool inside =
            merge->top >= header->row && merge->top < header->row + header->rows && merge->first < width;
        if (inside && merge->last - merge->first < HEADER_MERGE_MAX && merge->last + 1 > wider)
            wider = merge->last + 1;
    }
    return wider;
}

static struct span column_name(const struct grid *grid, const struct heading *header, uint32_t column,
                               struct arena *arena) {
    struct span parts[HEADING_ROWS_MAX];
    uint32_t count = 0;
    size_t size = 0;
    for (uint32_t row = 0; row < grid->rows; row++) {
        struct span part = grid->texts[(size_t)row * grid->width + column];
        if (!part.size || (count && span_equal(parts[count - 1], part))) continue;
        size += part.size + header->join.size;
        parts[count++] = part;
    }
    char *name = ARENA_NEW(arena, char, size + 4);
    if (count == 0) return (struct span){name, sheet_letters(column, name)};
    size = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i) memcpy(name + size, header->join.bytes, header->join.size), size += header->join.size;
        memcpy(name + size, parts[i].bytes, parts[i].size);
        size += parts[i].size;
    }
    return (struct span){name, size};
}

void names_unique(struct span *names, uint32_t count, struct arena *arena) {
    struct map seen = {.arena = arena};
    uint32_t *numbers = ARENA_NEW(arena, uint32_t, count + 1); /* of how many columns had the name so far */
    for (uint32_t i = 0; i < count; i++) {
        void **first = map_put(&seen, names[i]);
        if (!*first) *first = &numbers[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *number = map_get(&seen, names[i]);
        if (number && ++*number == 1) continue;
        char *name = ARENA_NEW(arena, char, names[i].size + 16);
        struct span unique = {name, 0};
        memcpy(name, names[i].bytes, names[i].size);
        /* 金额_2 may itself be the name of another column, so the number grows until one is free. */
        do {
            unique.size =
                names[i].size + (size_t)snprintf(name + names[i].size, 16, "_%u", number ? *number : 2);
        } while (map_get(&seen, unique) && number && ++*number);
        names[i] = unique;
        *map_put(&seen, unique) = &numbers[count];
    }
}

enum { HEADLESS_ROWS = 200 };

struct found {
    uint32_t row, column;
    struct span text;
};

/* Collects the header's texts; `any` says whether the sheet has a row at all. */
static enum flow collect(const struct heading *header, struct sheet_reader *reader, struct arena *arena,
                         struct found *list, uint32_t *count, bool *any, struct error *error) {
    struct sheet_row row;
    enum flow flow;
    uint32_t last = header->row ? header->row + header->rows - 1 : SHEET_ROWS_MAX;
    while ((flow = sheet_next(reader, &row, error)) == FLOW_MORE) {
        *any = true;
        if (row.number > last) break;
        if (row.number < header->row) continue;
        if (header->row == 0) { /* without names, the widest of the first rows says how many columns */
            if (row.count) list[(*count)++] = (struct found){0, row.cells[row.count - 1].column, {"", 0}};
            if (*count == HEADLESS_ROWS) return FLOW_END;
            continue;
        }
        for (uint32_t i = 0; i < row.count; i++) {
            struct span text = tidy(row.cells[i].text, arena);
            if (text.size)
                list[(*count)++] = (struct found){row.number - header->row, row.cells[i].column, text};
        }
        if (row.number == last) break;
    }
    return flow;
}

bool header_read(const struct heading *header, struct sheet_reader *reader, struct arena *arena,
                 struct columns *columns, struct error *error) {
    size_t most = (size_t)HEADING_ROWS_MAX * SHEET_COLUMNS_MAX;
    struct found *list = calloc(most, sizeof *list);
    if (!list) abort();
    uint32_t count = 0, width = 0;
    bool any = false;
    reader->merge_rows = header->row ? header->row + header->rows - 1 : 0;
    enum flow flow = collect(header, reader, arena, list, &count, &any, error);
    /* Merged ranges stand at the end of the part, so finding them means unpacking it all; one row of
       names without a gap cannot need them. */
    bool ok = flow != FLOW_FAILED;
    *columns = (struct columns){0};
    for (uint32_t i = 0; i < count; i++)
        if (list[i].column + 1 > width) width = list[i].column + 1;
    bool gaps = header->row && (header->rows > 1 || count < width);
    if (ok && flow == FLOW_MORE && count && gaps) ok = sheet_finish(reader, error);
    if (ok && count) {
        width = width_with_merges(width, header, reader);
        struct grid grid = {.rows = header->rows, .width = width};
        grid.texts = ARENA_NEW(arena, struct span, (size_t)width * header->rows);
        for (uint32_t i = 0; i < count; i++)
            grid.texts[(size_t)list[i].row * width + list[i].column] = list[i].text;
        fill_merges(&grid, header, reader);
        struct span *names = ARENA_NEW(arena, struct span, width);
        for (uint32_t column = 0; column < width; column++)
            names[column] = column_name(&grid, header, column, arena);
        names_unique(names, width, arena);
        *columns = (struct columns){.count = width, .names = names};
    }
    free(list);
    if (ok && any && !count) {
        error->at.row = header->row;
        return error_code(error, TROUBLE_REFUSED, "header.not_found",
                          TEXT("第 %u 行起的表头没有任何列名", "the header from row %u on names no column"),
                          header->row);
    }
    return ok;
}
