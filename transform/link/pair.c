/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Every candidate pair once, at the first rule on which both keys agree; those worth a look become edges. */
#include "core/parallel.h"
#include "transform/link/clock.h"
#include "transform/link/link.h"
#include "transform/link/word.h"
#include <stdlib.h>

enum { PART_MEMBERS = 32768, AHEAD = 6, CHUNK_EDGES = 8192 };

struct edge_chunk {
    struct edge_chunk *next;
    uint32_t count;
    struct link_edge edges[CHUNK_EDGES];
};

/* A stretch of one rule's members; begins and ends with whole blocks. */
struct part {
    uint32_t rule, from, until;
    uint64_t fresh;
    double matches;
    int64_t cpu_us;
    struct edge_chunk *first, *last;
    uint32_t edge_count;
    struct arena arena;
};

struct pairing {
    const struct link *link;
    struct part *parts;
    uint32_t part_count;
};

uint32_t link_compare(const struct link_rules *rules, const unsigned char *left, const unsigned char *right) {
    uint32_t pattern = 0;
    for (uint32_t f = 0; f < rules->field_count; f++) {
        const struct link_field *field = &rules->fields[f];
        unsigned level = field->kind->compare(left + field->offset, right + field->offset);
        if (field->alternate >= 0 && level != 1) {
            const struct link_field *other = &rules->fields[field->alternate];
            if (word_swapped((const void *)(left + field->offset), (const void *)(right + other->offset)) ||
                word_swapped((const void *)(left + other->offset), (const void *)(right + field->offset)))
                level = WORD_SWAPPED;
        }
        pattern |= level << (f * LINK_LEVEL_BITS);
    }
    return pattern;
}

static bool found_before(const struct link *link, uint32_t rule, uint32_t a, uint32_t b) {
    const uint32_t *left = &link->keys[(size_t)a * link->rules->block_count];
    const uint32_t *right = &link->keys[(size_t)b * link->rules->block_count];
    for (uint32_t r = 0; r < rule; r++)
        if (left[r] == right[r] && left[r] && !link->rules->blocks[r].training) return true;
    return false;
}

static void keep_edge(struct part *part, const struct link_edge *edge) {
    if (!part->last || part->last->count == CHUNK_EDGES) {
        struct edge_chunk *chunk = ARENA_NEW(&part->arena, struct edge_chunk, 1);
        if (part->last) part->last->next = chunk;
        else part->first = chunk;
        part->last = chunk;
    }
    part->last->edges[part->last->count++] = *edge;
    part->edge_count++;
}

static void judge_pair(const struct link *link, struct part *part, uint32_t a, uint32_t b) {
    if (a > b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (found_before(link, part->rule, a, b)) return;
    uint32_t pattern = link_compare(link->rules, link_row(link, a), link_row(link, b));
    double weight = link_weight(&link->scorer, pattern, link_frequency(link, a, pattern));
    part->fresh++;
    if (weight < link->rules->review_bits) return;
    part->matches += link_probability(weight);
    keep_edge(part, &(struct link_edge){a, b, (float)weight, part->rule << LINK_PATTERN_BITS | pattern});
}

/* Rows lie anywhere in memory: those of the blocks ahead are asked for early. */
static void prefetch(const struct link *link, const struct part *part, uint32_t at) {
    if (at + AHEAD >= part->until) return;
    uint32_t record = link->members[part->rule].records[at + AHEAD] & INT32_MAX;
    __builtin_prefetch(link_row(link, record));
    __builtin_prefetch(link_row(link, record) + 64);
    __builtin_prefetch(&link->keys[(size_t)record * link->rules->block_count]);
}

static void judge_part(void *context, unsigned thread, uint32_t index) {
    struct pairing *at = context;
    struct part *part = &at->parts[index];
    const uint32_t *records = at->link->members[part->rule].records;
    int64_t began = clock_cpu_us();
    (void)thread;
    for (uint32_t i = part->from, end; i < part->until; i = end) {
        for (end = i + 1; end < part->until && !(records[end] & (uint32_t)LINK_BLOCK_MARK); end++) continue;
        for (uint32_t a = i; a < end; a++) {
            prefetch(at->link, part, a);
            for (uint32_t b = a + 1; b < end; b++)
                judge_pair(at->link, part, records[a] & INT32_MAX, records[b] & INT32_MAX);
        }
    }
    part->cpu_us = clock_cpu_us() - began;
}

static void cut_parts(struct pairing *at, struct arena *arena) {
    const struct link *link = at->link;
    uint32_t most = 0;
    for (uint32_t r = 0; r < link->rules->block_count; r++) most += link->members[r].count / PART_MEMBERS + 1;
    at->parts = ARENA_NEW(arena, struct part, most);
    for (uint32_t r = 0; r < link->rules->block_count; r++) {
        const struct link_members *members = &link->members[r];
        if (link->rules->blocks[r].training) continue;
        for (uint32_t from = 0, until; from < members->count; from = until) {
            until = from + PART_MEMBERS < members->count ? from + PART_MEMBERS : members->count;
            while (until < members->count && !(members->records[until] & (uint32_t)LINK_BLOCK_MARK)) until++;
            at->parts[at->part_count++] = (struct part){.rule = r, .from = from, .until = until};
        }
    }
}

static int by_weight(const void *a, const void *b) {
    const struct link_edge *left = a, *right = b;
    if (left->weight > right->weight) return -1;
    if (left->weight < right->weight) return 1;
    if (left->a != right->a) return left->a < right->a ? -1 : 1;
    return (left->b > right->b) - (left->b < right->b);
}

static void collect(struct link *link, struct pairing *at) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < at->part_count; i++) link->edge_count += at->parts[i].edge_count;
    link->edges = ARENA_NEW(&link->edge_arena, struct link_edge, link->edge_count + 1);
    for (uint32_t i = 0; i < at->part_count; i++) {
        struct part *part = &at->parts[i];
        struct link_yield *yield = &link->yields[part->rule];
        yield->fresh += part->fresh;
        yield->matches += part->matches;
        yield->cpu_us += part->cpu_us;
        for (const struct edge_chunk *chunk = part->first; chunk; chunk = chunk->next) {
            memcpy(link->edges + kept, chunk->edges, chunk->count * sizeof *link->edges);
            kept += chunk->count;
        }
        arena_free(&part->arena);
    }
    qsort(link->edges, link->edge_count, sizeof *link->edges, by_weight);
}

void link_pairs(struct link *link) {
    struct arena scratch = {0};
    struct pairing at = {.link = link};
    cut_parts(&at, &scratch);
    parallel_run(link->threads, at.part_count, judge_part, &at);
    collect(link, &at);
    arena_free(&scratch);
}
