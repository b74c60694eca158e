/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/keyed.h"
#include "core/language.h"
#include <stdio.h>

static void add(struct keyed *keyed, struct span name) {
    if (keyed->columns.count == KEYED_COLUMNS_MAX || map_get(&keyed->index, name)) return;
    struct span *place = &keyed->names[keyed->columns.count++];
    *place = arena_copy(keyed->arena, name);
    *map_put(&keyed->index, *place) = place;
}

bool keyed_open(struct keyed *keyed, const struct node *node, const char *name, struct arena *arena,
                struct error *error) {
    *keyed = (struct keyed){.arena = arena, .index.arena = arena, .given = node != NULL};
    keyed->names = ARENA_NEW(arena, struct span, KEYED_COLUMNS_MAX);
    keyed->columns.names = keyed->names;
    bool good = !node || (node->kind == NODE_LIST && node->count && node->count <= KEYED_COLUMNS_MAX);
    for (uint32_t i = 0; node && good && i < node->count; i++) {
        good = node->items[i].kind == NODE_SCALAR;
        if (good) add(keyed, node->items[i].text);
    }
    if (good) return true;
    return node_error(node, name, error, "%s", TEXT("columns 应为列名的列表", "columns is a list of names"));
}

void keyed_learn(struct keyed *keyed, const struct keyed_cell *cells, uint32_t count) {
    for (uint32_t i = 0; !keyed->given && i < count; i++) add(keyed, cells[i].name);
}

static void reject_cell(struct batch *batch, uint32_t at, const struct keyed_cell *cell, uint16_t source) {
    struct reason reason = {.source = source, .value = cell->text};
    if (cell->fault.size) {
        reason.code = "text.undecodable";
        reason.detail = text_fault_detail(&cell->fault, cell->byte, &batch->arena);
        batch_reject(batch, at, reason);
    }
    if (cell->text.size && memchr(cell->text.bytes, '\0', cell->text.size))
        batch_reject(batch, at, (struct reason){.code = "row.nul_byte", .source = source});
}

void keyed_place(const struct keyed *keyed, struct batch *batch, uint32_t at, const struct keyed_cell *cells,
                 uint32_t count) {
    uint32_t extra = 0;
    bool *seen = ARENA_NEW(&batch->arena, bool, keyed->columns.count + 1);
    for (uint32_t column = 0; column < keyed->columns.count; column++) {
        seen[column] = false;
        batch->cells[column][at] = (struct span){0};
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct span *place = map_get(&keyed->index, cells[i].name);
        size_t column = place ? (size_t)(place - keyed->names) : keyed->columns.count;
        if (!place || seen[column]) {
            extra++;
            continue;
        }
        seen[column] = true;
        batch->cells[column][at] = cells[i].null ? (struct span){0} : cells[i].text;
        reject_cell(batch, at, &cells[i], (uint16_t)(column + 1));
    }
    if (!extra) return;
    char text[64];
    int size = snprintf(text, sizeof text, "expected=%u;found=%u", keyed->columns.count,
                        keyed->columns.count + extra);
    batch_reject(batch, at,
                 (struct reason){.code = "row.too_many_columns",
                                 .detail = arena_copy(&batch->arena, (struct span){text, (size_t)size})});
}
