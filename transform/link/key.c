/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/link.h"

enum { PART_RECORDS = 65536 };

static uint32_t key_of(const struct link_rules *rules, const struct link_block *block, uint64_t seed,
                       const unsigned char *row) {
    uint64_t key = seed, sum = 0;
    for (uint32_t i = 0; i < block->part_count; i++) {
        const struct link_field *field = &rules->fields[block->parts[i].field];
        uint64_t part = field->kind->part(row + field->offset, block->parts[i].part);
        if (!part) return 0;
        key = link_mix(key, part);
        sum += link_mix(seed, part);
    }
    uint32_t half = (uint32_t)((block->unordered ? sum : key) >> 32);
    return half ? half : 1;
}

static void make_keys(void *context, unsigned thread, uint32_t part) {
    const struct link *link = context;
    const struct link_rules *rules = link->rules;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS;
    (void)thread;
    for (uint32_t i = from; i < until && i < link->count; i++) {
        spill_step(link->spill, i);
        for (uint32_t r = 0; r < rules->block_count; r++)
            link->keys[(size_t)i * rules->block_count + r] =
                key_of(rules, &rules->blocks[r], r + 1, link_row(link, i));
    }
}

void link_keys(struct link *link) {
    link->keys = ARENA_NEW(&link->key_arena, uint32_t, (size_t)(link->count + 1) * link->rules->block_count);
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, make_keys, link);
}
