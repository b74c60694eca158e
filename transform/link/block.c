/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Records with one key stand together.  A block above the cap is refined by one more value after the other;
   what stays above it is counted and left out, never silently. */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/clock.h"
#include "transform/link/few.h"
#include "transform/link/link.h"
#include "transform/link/radix.h"
#include <stdlib.h>

struct sorting {
    struct link *link;
    uint32_t rule;
    uint64_t *entries; /* key << 32 | record */
    uint32_t count;
    struct link_yield *yield;
};

static uint32_t *key_at(const struct link *link, uint32_t record, uint32_t rule) {
    return &link->keys[(size_t)record * link->rules->block_count + rule];
}

static int by_value(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static uint32_t run_end(const struct sorting *at, uint32_t from, uint32_t until) {
    uint32_t end = from + 1;
    while (end < until && at->entries[end] >> 32 == at->entries[from] >> 32) end++;
    return end;
}

/* Gives the run new keys by the next value, or none at all. */
static void refine(const struct sorting *at, uint32_t from, uint32_t until, uint32_t step) {
    const struct link_rules *rules = at->link->rules;
    const struct link_block *block = &rules->blocks[at->rule];
    bool last = step == block->refine_count;
    for (uint32_t i = from; i < until; i++) {
        uint32_t record = (uint32_t)at->entries[i], key = 0;
        spill_breathe(at->link->spill);
        if (!last) {
            const struct link_field *field = &rules->fields[block->refine[step].field];
            struct link_room room;
            uint64_t part = field->kind->part(link_look(at->link, record, &room) + field->offset,
                                              block->refine[step].part);
            if (part) key = (uint32_t)(link_mix(at->entries[i] >> 32, part) >> 32) | 1;
        }
        *key_at(at->link, record, at->rule) = key;
        at->entries[i] = (uint64_t)key << 32 | record;
        at->yield->left_out += !key;
    }
    if (last) return;
    qsort(at->entries + from, until - from, sizeof *at->entries, by_value);
    for (uint32_t i = from, end; i < until; i = end) {
        end = run_end(at, i, until);
        if (at->entries[i] >> 32 && end - i > block->cap) refine(at, i, end, step + 1);
    }
}

static void find_large(const struct sorting *at) {
    uint32_t cap = at->link->rules->blocks[at->rule].cap;
    for (uint32_t i = 0, end; i < at->count; i = end) {
        end = run_end(at, i, at->count);
        spill_breathe(at->link->spill);
        if (end - i <= cap) continue;
        at->yield->refined++;
        refine(at, i, end, 0);
    }
}

/* Keeps the blocks of two and more; most records stand alone under most rules. */
static void keep_members(const struct sorting *at) {
    struct link_members *members = &at->link->members[at->rule];
    uint32_t kept = 0;
    for (uint32_t i = 0, end; i < at->count; i = end) {
        end = run_end(at, i, at->count);
        spill_breathe(at->link->spill);
        if (end - i < 2 || !(at->entries[i] >> 32)) continue;
        at->yield->blocks++;
        at->yield->pairs += (uint64_t)(end - i) * (end - i - 1) / 2;
        for (uint32_t j = i; j < end; j++)
            at->entries[kept++] = (uint32_t)at->entries[j] | (j == i ? (uint32_t)LINK_BLOCK_MARK : 0);
    }
    members->count = kept;
    members->records = ARENA_NEW(&members->arena, uint32_t, kept + 1);
    for (uint32_t i = 0; i < kept; i++) {
        spill_step(at->link->spill, i);
        members->records[i] = (uint32_t)at->entries[i];
    }
}

/* What each thread sorts in, from rule to rule: fresh pages cost as much as the sorting. */
struct work {
    struct link *link;
    struct arena scratch[PARALLEL_THREADS_MAX];
};

/* The keys of the wanted records; NULL: all are. */
static const struct few *wanted_keys(const struct link *link, uint32_t rule, struct arena *scratch) {
    if (!link->wanted) return NULL;
    struct few *few = ARENA_NEW(scratch, struct few, 1);
    for (uint32_t w = 0; w < link->wanted_count; w++) {
        uint32_t key = *key_at(link, link->wanted[w], rule);
        if (few_find(few, key) == few->count) few_add(few, key);
    }
    return few;
}

static void sort_rule(void *context, unsigned thread, uint32_t rule) {
    struct work *work = context;
    struct link *link = work->link;
    struct arena *scratch = &work->scratch[thread];
    struct sorting at = {.link = link, .rule = rule, .yield = &link->yields[rule]};
    int64_t began = clock_cpu_us();
    arena_reset(scratch);
    const struct few *few = wanted_keys(link, rule, scratch);
    at.entries = ARENA_NEW(scratch, uint64_t, link->count + 1);
    for (uint32_t i = 0; i < link->count; i++) {
        uint32_t key = *key_at(link, i, rule);
        spill_step(link->spill, i);
        if (key && (!few || few_find(few, key) < few->count))
            at.entries[at.count++] = (uint64_t)key << 32 | i;
    }
    link_radix_sort(at.entries, ARENA_NEW(scratch, uint64_t, link->count + 1), at.count, link->spill);
    find_large(&at);
    keep_members(&at);
    at.yield->cpu_us += clock_cpu_us() - began;
}

void link_blocks(struct link *link) {
    struct work work = {.link = link};
    for (unsigned i = 0; i < PARALLEL_THREADS_MAX; i++) work.scratch[i].spill = link->spill;
    parallel_run(link->threads, link->rules->block_count, sort_rule, &work);
    for (unsigned i = 0; i < PARALLEL_THREADS_MAX; i++) arena_free(&work.scratch[i]);
}
