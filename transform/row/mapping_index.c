/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping_index.h"
#define XXH_INLINE_ALL
#include <xxhash.h>

int mapping_index_find_system(const struct mapping_set *set, struct span name) {
    for (uint32_t at = 0; at < set->system_count; at++)
        if (span_equal(set->systems[at], name)) return (int)at;
    return -1;
}

bool mapping_index_system(struct mapping_set *set, struct span name, uint16_t *number) {
    uint32_t last = set->row_count ? set->rows[set->row_count - 1]->system : 0;
    bool same =
        set->system_count && span_equal(set->systems[last], name); /* rows of a system stand together */
    int found = same ? (int)last : mapping_index_find_system(set, name);
    if (found < 0 && set->system_count == MAPPING_SYSTEMS_MAX) return false;
    if (found < 0) {
        found = (int)set->system_count;
        set->systems[set->system_count++] = name;
    }
    *number = (uint16_t)found;
    return true;
}

/* The slot of the first row of that system and code, or the empty one where it would stand. */
static struct mapping_row **slot_of(const struct mapping_table *table, uint16_t system, struct span code) {
    uint32_t mask = table->slot_count - 1;
    uint64_t hash = XXH3_64bits_withSeed(code.size ? code.bytes : "", code.size, system);
    for (uint32_t at = (uint32_t)hash & mask;; at = (at + 1) & mask) {
        struct mapping_row **slot = &table->slots[at];
        if (!*slot || ((*slot)->system == system && span_equal((*slot)->code, code))) return slot;
    }
}

void mapping_index_reserve(struct mapping_table *table, uint32_t rows) {
    struct mapping_row **old = table->slots;
    uint32_t count = table->slot_count, wanted = count ? count : 64;
    while (wanted / 3 * 2 < table->used + rows) wanted *= 2;
    if (wanted == count) return;
    table->slots = ARENA_NEW(table->set->arena, struct mapping_row *, wanted);
    table->slot_count = wanted;
    for (uint32_t at = 0; at < count; at++)
        if (old[at]) *slot_of(table, old[at]->system, old[at]->code) = old[at];
}

bool mapping_index_put(struct mapping_table *table, struct mapping_row *row) {
    struct mapping_row **slot = slot_of(table, row->system, row->code);
    uint32_t same = 0;
    table->used += !*slot;
    for (const struct mapping_row *at = *slot; at; at = at->next) same++;
    row->next = *slot;
    *slot = row;
    return same < MAPPING_SAME_CODE_MAX;
}

struct mapping_row *mapping_index_get(const struct mapping_table *table, uint16_t system, struct span code) {
    return table->slot_count ? *slot_of(table, system, code) : NULL;
}

const struct mapping_row *mapping_rows(const struct mapping_table *table, struct span system,
                                       struct span code) {
    int number = mapping_index_find_system(table->set, system);
    return number < 0 ? NULL : mapping_index_get(table, (uint16_t)number, code);
}
