/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Every candidate pair once, at the first rule on which both keys agree; those worth a look become edges. */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/certno.h"
#include "transform/link/clock.h"
#include "transform/link/link.h"
#include "transform/link/radix.h"
#include "transform/link/word.h"
#include <stdatomic.h>
#include <stdlib.h>

/* Faint pairs are remembered up to so many for each record: more cost more than comparing them again. */
enum {
    PART_MEMBERS = 32768,
    FETCH_MEMBERS = 1024,
    AHEAD = 6,
    CHUNK_EDGES = 8192,
    FAINT_EACH = 4,
    FAINT_LEAST = 1000000
};
static const uint32_t SIGN = 0x80000000;

struct edge_chunk {
    struct edge_chunk *next;
    uint32_t count;
    struct link_edge edges[CHUNK_EDGES];
};

/* A stretch of one rule's members, that begins and ends with whole blocks; or of the base's pairs. */
struct part {
    uint32_t rule; /* LINK_BLOCKS: the base's pairs */
    uint64_t from, until;
    uint64_t fresh[LINK_BLOCKS];
    bool remember;
    uint32_t faint_count;
    int64_t cpu_us;
    struct edge_chunk *first, *last;
    uint32_t edge_count;
    struct fetched *fetched; /* while it is judged; NULL: the records are in memory */
    struct arena arena;
};

struct link_pairing {
    const struct link *link;
    struct part *parts;
    uint32_t part_count;
    uint8_t *touched; /* [link->count]; NULL: all pairs are compared */
    uint32_t *now;    /* [base->count] */
    uint64_t faint_max;
    _Atomic uint64_t faint_count;
};

/* A birth date that was taken from the number says nothing beside a number that settles it. */
static uint32_t without_lent(const struct link_rules *rules, uint32_t pattern, const unsigned char *left,
                             const unsigned char *right) {
    const struct link_field *number = &rules->fields[rules->lender];
    if (!(number->settles[link_level_of(pattern, (uint32_t)rules->lender)] >> number->birth & 1))
        return pattern;
    const struct certno_slot *one = (const void *)(left + number->offset);
    const struct certno_slot *other = (const void *)(right + number->offset);
    if (!one->alone && !other->alone) return pattern;
    return pattern & ~((uint32_t)LINK_LEVEL_MASK << ((uint32_t)number->birth * LINK_LEVEL_BITS));
}

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
    return rules->lender < 0 ? pattern : without_lent(rules, pattern, left, right);
}

static bool found_before(const struct link *link, uint32_t rule, const uint32_t *left,
                         const uint32_t *right) {
    for (uint32_t r = 0; r < rule; r++)
        if (left[r] == right[r] && left[r] && !link->rules->blocks[r].training) return true;
    return false;
}

static const uint32_t *keys_of(const struct link *link, uint32_t record) {
    return &link->keys[(size_t)record * link->rules->block_count];
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

static void weigh_pair(const struct link *link, struct part *part, uint32_t a, uint32_t b,
                       const unsigned char *row, uint32_t look) {
    uint32_t pattern = look & LINK_PATTERN_MASK;
    double weight = link_weight(&link->scorer, pattern, link_row_frequency(link, row, pattern));
    part->fresh[look >> LINK_PATTERN_BITS]++;
    if (weight < link->rules->review_bits) {
        if (!part->remember) return;
        part->faint_count++;
    }
    keep_edge(part, &(struct link_edge){a, b, (float)weight, look});
}

static void judge_pair(const struct link *link, struct part *part, uint32_t a, uint32_t b) {
    spill_breathe(link->spill); /* two rows, two records' keys */
    if (a > b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (found_before(link, part->rule, keys_of(link, a), keys_of(link, b))) return;
    uint32_t pattern = link_compare(link->rules, link_row(link, a), link_row(link, b));
    weigh_pair(link, part, a, b, link_row(link, a), part->rule << LINK_PATTERN_BITS | pattern);
}

/* The members of a block whose rows and keys lie on disk, each fetched once. */
struct fetched {
    uint32_t records[FETCH_MEMBERS], keys[FETCH_MEMBERS][LINK_BLOCKS];
    bool has_row[FETCH_MEMBERS];
    struct link_room rows[FETCH_MEMBERS];
};

static const unsigned char *fetched_row(const struct link *link, struct fetched *fetched, uint32_t i) {
    struct link_room *room = &fetched->rows[i];
    const unsigned char *row = room->bytes;
    if (!fetched->has_row[i]) row = link_look(link, fetched->records[i], room);
    if (row != room->bytes) memcpy(room->bytes, row, link->rules->row_size);
    fetched->has_row[i] = true;
    return room->bytes;
}

static void judge_fetched(const struct link *link, struct part *part, uint64_t from, uint32_t count) {
    struct fetched *fetched = part->fetched;
    size_t key_size = link->rules->block_count * sizeof *link->keys;
    for (uint32_t i = 0; i < count; i++) {
        fetched->records[i] = link->members[part->rule].records[from + i] & INT32_MAX;
        const uint32_t *keys = keys_of(link, fetched->records[i]);
        keys = spill_peek(link->spill, keys, key_size, fetched->keys[i]);
        if (keys != fetched->keys[i]) memcpy(fetched->keys[i], keys, key_size);
        fetched->has_row[i] = false;
    }
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t j = i + 1; j < count; j++) {
            if (found_before(link, part->rule, fetched->keys[i], fetched->keys[j])) continue;
            bool swap = fetched->records[i] > fetched->records[j];
            uint32_t a = swap ? j : i, b = swap ? i : j;
            const unsigned char *row = fetched_row(link, fetched, a);
            uint32_t pattern = link_compare(link->rules, row, fetched_row(link, fetched, b));
            weigh_pair(link, part, fetched->records[a], fetched->records[b], row,
                       part->rule << LINK_PATTERN_BITS | pattern);
        }
}

/* Rows lie anywhere in memory: those of the blocks ahead are asked for early. */
static void prefetch(const struct link *link, const struct part *part, uint64_t at) {
    if (at + AHEAD >= part->until) return;
    uint32_t record = link->members[part->rule].records[at + AHEAD] & INT32_MAX;
    __builtin_prefetch(link_row(link, record));
    __builtin_prefetch(link_row(link, record) + 64);
    __builtin_prefetch(&link->keys[(size_t)record * link->rules->block_count]);
}

static void judge_block(const struct link *link, struct part *part, uint64_t from, uint64_t end) {
    const uint32_t *records = link->members[part->rule].records;
    spill_breathe(link->spill);
    if (part->fetched && end - from <= FETCH_MEMBERS) {
        judge_fetched(link, part, from, (uint32_t)(end - from));
        return;
    }
    for (uint64_t a = from; a < end; a++) {
        spill_breathe(link->spill);
        prefetch(link, part, a);
        for (uint64_t b = a + 1; b < end; b++)
            judge_pair(link, part, records[a] & INT32_MAX, records[b] & INT32_MAX);
    }
}

/* Only the pairs that one of the touched records stands in. */
static void judge_touched(const struct link_pairing *at, struct part *part, uint64_t from, uint64_t end) {
    const uint32_t *records = at->link->members[part->rule].records;
    for (uint64_t a = from; a < end; a++) {
        spill_breathe(at->link->spill);
        if (!at->touched[records[a] & INT32_MAX]) continue;
        for (uint64_t b = from; b < end; b++)
            if (b > a || (b < a && !at->touched[records[b] & INT32_MAX]))
                judge_pair(at->link, part, records[a] & INT32_MAX, records[b] & INT32_MAX);
    }
}

/* What was compared before is only weighed again: the model may have moved. */
static void recall_pairs(const struct link_pairing *at, struct part *part) {
    const struct link_base *base = at->link->base;
    for (uint64_t i = part->from; i < part->until; i++) {
        const struct link_pair *pair = &base->pairs[i];
        uint32_t a = at->now[pair->a], b = at->now[pair->b];
        spill_breathe(at->link->spill);
        if (a != UINT32_MAX && b != UINT32_MAX)
            weigh_pair(at->link, part, a, b, link_row(at->link, a), pair->look);
    }
}

static void judge_part(void *context, unsigned thread, uint32_t index) {
    struct link_pairing *at = context;
    struct part *part = &at->parts[index];
    struct arena memory = {0};
    int64_t began = clock_cpu_us();
    (void)thread;
    if (at->link->spill) part->fetched = ARENA_ROOM(&memory, struct fetched, 1);
    part->arena.spill = at->link->spill;
    part->remember = at->link->remember && at->faint_count <= at->faint_max;
    if (part->rule == LINK_BLOCKS) {
        recall_pairs(at, part);
    } else {
        const uint32_t *records = at->link->members[part->rule].records;
        for (uint64_t i = part->from, end; i < part->until; i = end) {
            for (end = i + 1; end < part->until && !(records[end] & (uint32_t)LINK_BLOCK_MARK); end++)
                continue;
            if (at->touched) judge_touched(at, part, i, end);
            else judge_block(at->link, part, i, end);
        }
    }
    arena_free(&memory);
    part->fetched = NULL;
    atomic_fetch_add(&at->faint_count, part->faint_count);
    part->cpu_us = clock_cpu_us() - began;
}

static void cut_parts(struct link_pairing *at, struct arena *arena) {
    const struct link *link = at->link;
    uint32_t most = 0;
    for (uint32_t r = 0; r < link->rules->block_count; r++) most += link->members[r].count / PART_MEMBERS + 1;
    if (link->base) most += (uint32_t)(link->base->pair_count / PART_MEMBERS) + 1;
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
    for (uint64_t from = 0, until; link->base && from < link->base->pair_count; from = until) {
        until = from + PART_MEMBERS < link->base->pair_count ? from + PART_MEMBERS : link->base->pair_count;
        at->parts[at->part_count++] = (struct part){.rule = LINK_BLOCKS, .from = from, .until = until};
    }
}

/* Falling weights as rising numbers. */
static uint32_t rank_of(float weight) {
    uint32_t bits;
    memcpy(&bits, &weight, sizeof bits);
    if (weight > 0) return ~(bits | SIGN);
    return weight < 0 ? bits : ~SIGN;
}

/* By falling weight, then by records. */
static void sort_edges(struct link *link) {
    struct arena scratch = {.spill = link->spill};
    uint32_t count = link->edge_count;
    uint64_t *seconds = ARENA_NEW(&scratch, uint64_t, (size_t)count + 1);
    struct link_order *entries = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    struct link_order *spare = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    struct link_edge *sorted = ARENA_NEW(&link->edge_arena, struct link_edge, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        spill_step(link->spill, i);
        seconds[i] = (uint64_t)link->edges[i].b << 32 | i;
    }
    link_radix_sort(seconds, (uint64_t *)(void *)spare, count, link->spill);
    for (uint32_t i = 0; i < count; i++) {
        const struct link_edge *edge = &link->edges[(uint32_t)seconds[i]];
        spill_breathe(link->spill);
        entries[i] =
            (struct link_order){(uint64_t)rank_of(edge->weight) << 32 | edge->a, (uint32_t)seconds[i]};
    }
    link_order_sort(entries, spare, count, link->spill);
    for (uint32_t i = 0; i < count; i++) {
        spill_breathe(link->spill);
        sorted[i] = link->edges[entries[i].index];
    }
    link->edges = sorted;
    arena_free(&scratch);
}

static void take_chunk(struct link *link, const struct edge_chunk *chunk, bool remember) {
    for (uint32_t i = 0; i < chunk->count; i++) {
        const struct link_edge *edge = &chunk->edges[i];
        spill_step(link->spill, i);
        if ((double)edge->weight >= link->rules->review_bits) link->edges[link->edge_count++] = *edge;
        else if (remember)
            link->faint[link->faint_count++] = (struct link_pair){edge->a, edge->b, edge->look};
    }
}

static void collect(struct link *link, struct link_pairing *at) {
    struct arena unsorted = {.spill = link->spill};
    uint64_t edges = 0;
    link->remember = link->remember && at->faint_count <= at->faint_max;
    for (uint32_t i = 0; i < at->part_count; i++) edges += at->parts[i].edge_count - at->parts[i].faint_count;
    link->edges = ARENA_NEW(&unsorted, struct link_edge, edges + 1);
    link->faint = ARENA_NEW(&link->edge_arena, struct link_pair, link->remember ? at->faint_count + 1 : 1);
    for (uint32_t i = 0; i < at->part_count; i++) {
        struct part *part = &at->parts[i];
        for (uint32_t r = 0; r < link->rules->block_count; r++) link->yields[r].fresh += part->fresh[r];
        if (part->rule < LINK_BLOCKS) link->yields[part->rule].cpu_us += part->cpu_us;
        for (const struct edge_chunk *chunk = part->first; chunk; chunk = chunk->next)
            take_chunk(link, chunk, link->remember);
        arena_free(&part->arena);
    }
    sort_edges(link);
    arena_free(&unsorted);
    /* In one order, so that the sums do not depend on who found what. */
    for (uint32_t i = 0; i < link->edge_count; i++) {
        spill_step(link->spill, i);
        link->yields[link->edges[i].look >> LINK_PATTERN_BITS].matches +=
            link_probability((double)link->edges[i].weight);
    }
}

/* What goes before the edges of a packed part. */
struct packed {
    uint64_t fresh[LINK_BLOCKS];
    int64_t cpu_us;
    uint32_t remember, faint_count, edge_count, edge_size;
};

void link_part_judge(struct link_pairing *pairing, uint32_t part) { judge_part(pairing, 0, part); }

struct span link_part_pack(const struct link_pairing *pairing, uint32_t index, struct arena *arena) {
    const struct part *part = &pairing->parts[index];
    struct packed packed = {.cpu_us = part->cpu_us,
                            .remember = part->remember,
                            .faint_count = part->faint_count,
                            .edge_count = part->edge_count,
                            .edge_size = sizeof(struct link_edge)};
    memcpy(packed.fresh, part->fresh, sizeof packed.fresh);
    size_t size = sizeof packed;
    char *bytes = ARENA_NEW(arena, char, size + part->edge_count * sizeof(struct link_edge));
    memcpy(bytes, &packed, size);
    for (const struct edge_chunk *chunk = part->first; chunk; chunk = chunk->next) {
        memcpy(bytes + size, chunk->edges, chunk->count * sizeof(struct link_edge));
        size += chunk->count * sizeof(struct link_edge);
    }
    return (struct span){bytes, size};
}

bool link_part_unpack(struct link_pairing *pairing, uint32_t index, struct span bytes) {
    struct part *part = &pairing->parts[index];
    struct packed packed;
    if (bytes.size < sizeof packed) return false;
    memcpy(&packed, bytes.bytes, sizeof packed);
    if (packed.edge_size != sizeof(struct link_edge) || packed.faint_count > packed.edge_count ||
        bytes.size != sizeof packed + packed.edge_count * sizeof(struct link_edge))
        return false;
    for (uint32_t i = 0; i < packed.edge_count; i++) {
        struct link_edge edge;
        memcpy(&edge, bytes.bytes + sizeof packed + i * sizeof edge, sizeof edge);
        if (edge.a >= edge.b || edge.b >= pairing->link->count) return false;
        keep_edge(part, &edge);
    }
    memcpy(part->fresh, packed.fresh, sizeof part->fresh);
    part->cpu_us = packed.cpu_us;
    part->faint_count = packed.faint_count;
    /* A helper that stopped remembering has found too many by itself. */
    atomic_fetch_add(&pairing->faint_count, packed.remember ? packed.faint_count : pairing->faint_max + 1);
    return true;
}

void link_pairs(struct link *link) {
    struct arena scratch = {.spill = link->spill};
    struct link_pairing at = {.link = link, .faint_max = (uint64_t)link->count * FAINT_EACH + FAINT_LEAST};
    if (link->base) {
        at.touched = ARENA_NEW(&scratch, uint8_t, link->count + 1);
        at.now = ARENA_NEW(&scratch, uint32_t, link->base->count + 1);
        link_touched(link, at.touched, at.now);
    }
    cut_parts(&at, &scratch);
    if (!link->share) parallel_run(link->threads, at.part_count, judge_part, &at);
    else link->shared_failed = !link->share->run(link->share->context, &at, at.part_count);
    collect(link, &at);
    arena_free(&scratch);
}
