/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/corpus/reading.h"
#include <stdio.h>

static void note_code(struct reading *reading, const char *code) {
    size_t size = strlen(reading->codes);
    if (strstr(reading->codes, code) || size + strlen(code) + 2 > sizeof reading->codes) return;
    snprintf(reading->codes + size, sizeof reading->codes - size, "%s%s", size ? " " : "", code);
}

/* Undoes the escapes of one TAB-separated piece of a workbook's raw row. */
static struct span unescape(struct span piece, struct arena *arena) {
    char *text = ARENA_NEW(arena, char, piece.size + 1);
    size_t size = 0;
    for (size_t i = 0; i < piece.size; i++) {
        char c = piece.bytes[i];
        if (c == '\\' && i + 1 < piece.size) {
            c = piece.bytes[++i];
            c = c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
        }
        text[size++] = c;
    }
    return (struct span){text, size};
}

static void take_raw(struct reading *reading, struct span raw, bool escaped, struct arena *arena) {
    uint32_t count = 1;
    for (size_t i = 0; i < raw.size; i++) count += raw.bytes[i] == '\t';
    struct line *line = table_add(&reading->table, count, arena);
    for (uint32_t i = 0; i < count; i++) {
        const char *tab = memchr(raw.bytes, '\t', raw.size);
        size_t size = tab ? (size_t)(tab - raw.bytes) : raw.size;
        struct span piece = arena_copy(arena, (struct span){raw.bytes, size});
        line->cells[i] = escaped ? unescape(piece, arena) : piece;
        if (tab) raw.bytes += size + 1, raw.size -= size + 1;
    }
}

static void take_batch(struct reading *reading, const struct batch *batch, bool raw, bool escaped,
                       struct arena *arena) {
    for (uint32_t row = 0; row < batch->row_count; row++) {
        const struct row *at = &batch->rows[row];
        reading->rows[at->fate]++;
        for (uint8_t i = 0; i < at->reason_count; i++)
            if (at->reasons[i].weight != WEIGHT_EXPLAIN) note_code(reading, at->reasons[i].code);
        if (raw) take_raw(reading, at->raw, escaped, arena);
        if (raw || at->fate != FATE_LIVE) continue;
        struct line *line = table_add(&reading->table, batch->source->count, arena);
        for (uint32_t column = 0; column < batch->source->count; column++)
            line->cells[column] = arena_copy(arena, batch->cells[column][row]);
    }
}

struct reading reading_take(const char *path, const char *sheet, const char *format, const char *read,
                            bool bare, bool raw, struct arena *arena) {
    struct reading reading = {0};
    struct node root = {0};
    struct stage stage = {0};
    if (read && !yaml_read((struct span){read, strlen(read)}, "read", arena, &root, &reading.error))
        return reading;
    const struct extractor *extractor = extract_find((struct span){format, strlen(format)});
    struct input input = {.path = path, .name = path, .sheet = sheet, .read = read ? &root : NULL};
    if (!extractor || !extract_open(extractor, &input, arena, &stage, &reading.columns, &reading.error))
        return reading;
    if (!bare && !raw) {
        struct line *line = table_add(&reading.table, reading.columns.count, arena);
        for (uint32_t i = 0; i < reading.columns.count; i++) line->cells[i] = reading.columns.names[i];
    }
    enum flow flow = FLOW_MORE;
    while (flow == FLOW_MORE) {
        struct batch batch = {0};
        flow = stage.kind->run(&stage, &batch, &reading.error);
        if (flow != FLOW_FAILED) take_batch(&reading, &batch, raw, strcmp(format, "xlsx") == 0, arena);
        arena_free(&batch.arena);
    }
    reading.whole = flow == FLOW_END;
    extract_close(&stage);
    return reading;
}
