/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/csv.h"
#include "transform/row/text.h"

/* The cell at csv->at, which stands on a quote; false when the quote is never closed. */
static bool quoted(struct csv *csv, struct span *cell, struct arena *arena) {
    const char *text = csv->text.bytes;
    size_t start = ++csv->at, size = 0;
    for (; csv->at < csv->text.size; csv->at++) {
        csv->lines += text[csv->at] == '\n';
        if (text[csv->at] != '"') continue;
        if (csv->at + 1 == csv->text.size || text[csv->at + 1] != '"') break;
        csv->at++;
    }
    if (csv->at == csv->text.size) return false;
    char *bytes = ARENA_NEW(arena, char, csv->at - start + 1);
    for (size_t index = start; index < csv->at; index++) {
        bytes[size++] = text[index];
        index += text[index] == '"';
    }
    csv->at++;
    *cell = text_trim((struct span){bytes, size});
    while (csv->at < csv->text.size && !strchr(",\r\n", text[csv->at])) csv->at++;
    return true;
}

static void plain(struct csv *csv, struct span *cell) {
    size_t start = csv->at;
    while (csv->at < csv->text.size && csv->text.bytes[csv->at] != ',' && csv->text.bytes[csv->at] != '\n')
        csv->at++;
    *cell = text_trim((struct span){csv->text.bytes + start, csv->at - start});
}

uint32_t csv_next(struct csv *csv, struct span cells[CSV_CELLS], struct arena *arena) {
    if (csv->at == 0 && csv->text.size >= 3 && memcmp(csv->text.bytes, "\xef\xbb\xbf", 3) == 0) csv->at = 3;
    while (csv->at < csv->text.size) {
        uint32_t count = 0;
        bool filled = false;
        csv->line = csv->lines + 1;
        for (;;) {
            if (count == CSV_CELLS) {
                csv->broken = true;
                return 0;
            }
            struct span *cell = &cells[count++];
            if (csv->at < csv->text.size && csv->text.bytes[csv->at] == '"') {
                if (!quoted(csv, cell, arena)) {
                    csv->broken = true;
                    return 0;
                }
            } else {
                plain(csv, cell);
            }
            filled |= cell->size > 0;
            while (csv->at < csv->text.size && csv->text.bytes[csv->at] == '\r') csv->at++;
            if (csv->at == csv->text.size) break;
            if (csv->text.bytes[csv->at++] == '\n') {
                csv->lines++;
                break;
            }
        }
        if (filled) return count;
    }
    return 0;
}
