/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/link.h"

enum { PART_RECORDS = 65536 };

/* The parts that keys are made of, each once: several rules want the same, and how a name sounds is the
   better half of the work. */
struct parts {
    uint32_t count, of[LINK_BLOCKS][LINK_PARTS]; /* of each rule's parts: its place in the list */
    struct link_part list[LINK_BLOCKS * LINK_PARTS];
};

static uint32_t part_place(struct parts *parts, struct link_part part) {
    uint32_t at = 0;
    while (at < parts->count && (parts->list[at].field != part.field || parts->list[at].part != part.part))
        at++;
    if (at == parts->count) parts->list[parts->count++] = part;
    return at;
}

static void list_parts(const struct link_rules *rules, struct parts *parts) {
    parts->count = 0;
    for (uint32_t r = 0; r < rules->block_count; r++)
        for (uint32_t p = 0; p < rules->blocks[r].part_count; p++)
            parts->of[r][p] = part_place(parts, rules->blocks[r].parts[p]);
}

static uint32_t key_of(const struct link_block *block, uint64_t seed, const uint32_t *of,
                       const uint64_t *values) {
    uint64_t key = block->unordered ? 0 : seed;
    for (uint32_t p = 0; p < block->part_count; p++) {
        uint64_t value = values[of[p]];
        if (!value) return 0;
        if (block->unordered) key += link_mix(seed, value);
        else key = link_mix(key, value);
    }
    uint32_t half = (uint32_t)(key >> 32);
    return half ? half : 1;
}

static void make_keys(void *context, unsigned thread, uint32_t part) {
    const struct link *link = context;
    const struct link_rules *rules = link->rules;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS;
    uint64_t values[LINK_BLOCKS * LINK_PARTS];
    struct parts parts;
    (void)thread;
    list_parts(rules, &parts);
    for (uint32_t i = from; i < until && i < link->count; i++) {
        spill_step(link->spill, i);
        for (uint32_t p = 0; p < parts.count; p++) {
            const struct link_field *field = &rules->fields[parts.list[p].field];
            values[p] = field->kind->part(link_row(link, i) + field->offset, parts.list[p].part);
        }
        for (uint32_t r = 0; r < rules->block_count; r++)
            link->keys[(size_t)i * rules->block_count + r] =
                key_of(&rules->blocks[r], r + 1, parts.of[r], values);
    }
}

void link_keys(struct link *link) {
    link->keys = ARENA_NEW(&link->key_arena, uint32_t, (size_t)(link->count + 1) * link->rules->block_count);
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, make_keys, link);
}
