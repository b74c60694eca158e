/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Persons out of pairs: the surest pairs first, and no merge that makes a person contradict himself. */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/veto.h"

/* Products of two persons' records up to here are compared in full; larger ones by their first records. */
enum { CROSS_MAX = 400, PART_RECORDS = 65536, AHEAD = 12 };

/* All that an edge asks of a record lies together: edges come by weight, so their records lie anywhere. */
struct member {
    uint32_t parent;       /* up to the person's first record */
    uint32_t next;         /* the person's records in a ring */
    uint32_t size, anchor; /* of a person's first record; anchor: a record with a verified number + 1 */
};

struct clustering {
    const struct link *link;
    struct member *nodes;                     /* [link->count] */
    uint32_t *persons;                        /* [link->count] out */
    uint32_t *first_decision, *decision_next; /* of each record: decisions it stands in */
    struct arena arena;
};

static uint32_t find(struct clustering *at, uint32_t record) {
    struct member *nodes = at->nodes;
    while (nodes[record].parent != record) {
        nodes[record].parent = nodes[nodes[record].parent].parent;
        record = nodes[record].parent;
    }
    return record;
}

/* Somebody decided that a record of one is not the same person as a record of the other. */
static bool decided_apart(struct clustering *at, uint32_t a, uint32_t b) {
    const struct link *link = at->link;
    if (!link->decision_count) return false;
    uint32_t record = a;
    do {
        for (uint32_t d = at->first_decision[record]; d; d = at->decision_next[d - 1]) {
            const struct link_decision *decision = &link->decisions[(d - 1) / 2];
            uint32_t other = decision->a == record ? decision->b : decision->a;
            if (decision->verdict != LINK_SAME && find(at, other) == b) return true;
        }
        record = at->nodes[record].next;
    } while (record != a);
    return false;
}

static bool numbers_differ(const struct clustering *at, uint32_t a, uint32_t b) {
    return at->nodes[a].anchor && at->nodes[b].anchor &&
           veto_numbers(at->link, at->nodes[a].anchor - 1, at->nodes[b].anchor - 1);
}

/* Does any record of one speak against any record of the other, before any expectation? */
static bool contradict(const struct clustering *at, uint32_t a, uint32_t b) {
    const struct link *link = at->link;
    bool all = (uint64_t)at->nodes[a].size * at->nodes[b].size <= CROSS_MAX;
    uint32_t left = a;
    do {
        uint32_t right = b;
        do {
            spill_breathe(link->spill);
            if (veto_bits(link, left, right) < link->rules->contradiction) return true;
            right = at->nodes[right].next;
        } while (all && right != b);
        left = at->nodes[left].next;
    } while (left != a);
    return false;
}

static void join(struct clustering *at, uint32_t a, uint32_t b) {
    uint32_t first = a < b ? a : b, other = a < b ? b : a;
    struct member *left = &at->nodes[first], *right = &at->nodes[other];
    uint32_t swap = left->next;
    right->parent = first;
    left->size += right->size;
    left->next = right->next;
    right->next = swap;
    if (!left->anchor) left->anchor = right->anchor;
}

static void start_part(void *context, unsigned thread, uint32_t part) {
    struct clustering *at = context;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS;
    (void)thread;
    for (uint32_t i = from; i < until && i < at->link->count; i++) {
        spill_step(at->link->spill, i);
        bool verified = veto_verified(at->link->rules, link_row(at->link, i));
        at->nodes[i] = (struct member){i, i, 1, verified ? i + 1 : 0};
    }
}

static void start(struct clustering *at) {
    const struct link *link = at->link;
    at->nodes = ARENA_NEW(&at->arena, struct member, link->count + 1);
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, start_part, at);
    if (!link->decision_count) return;
    at->first_decision = ARENA_NEW(&at->arena, uint32_t, link->count + 1);
    at->decision_next = ARENA_NEW(&at->arena, uint32_t, (size_t)link->decision_count * 2);
    for (uint32_t d = 0; d < link->decision_count * 2; d++) {
        uint32_t record = d % 2 ? link->decisions[d / 2].b : link->decisions[d / 2].a;
        at->decision_next[d] = at->first_decision[record];
        at->first_decision[record] = d + 1;
    }
}

/* "Same" decisions hold whatever the evidence; "different" ones hold against them too. */
static void apply_decisions(struct clustering *at) {
    for (uint32_t d = 0; d < at->link->decision_count; d++) {
        const struct link_decision *decision = &at->link->decisions[d];
        if (decision->verdict != LINK_SAME) continue;
        uint32_t a = find(at, decision->a), b = find(at, decision->b);
        if (a != b && !decided_apart(at, a, b)) join(at, a, b);
    }
}

static bool refused(struct clustering *at, uint32_t a, uint32_t b) {
    if (at->nodes[a].size + at->nodes[b].size > at->link->rules->size_max || numbers_differ(at, a, b))
        return true;
    if (decided_apart(at, a, b)) return true;
    return at->nodes[a].size + at->nodes[b].size > 2 && contradict(at, a, b);
}

static enum link_band band_of(struct clustering *at, const struct link_edge *edge, bool merge) {
    uint32_t a = find(at, edge->a), b = find(at, edge->b);
    if (a == b) return LINK_AUTOMATIC;
    spill_breathe(at->link->spill), spill_breathe(at->link->spill); /* two rows, and what both persons have */
    if (!merge) return decided_apart(at, a, b) ? LINK_DECIDED : LINK_REVIEW;
    if (refused(at, a, b)) return decided_apart(at, a, b) ? LINK_DECIDED : LINK_CONFLICT;
    join(at, a, b);
    return LINK_AUTOMATIC;
}

/* Two persons, the lower first; nothing else is 0. */
static uint64_t persons_of(struct clustering *at, const struct link_edge *edge) {
    uint64_t a = find(at, edge->a), b = find(at, edge->b);
    return a < b ? a << 32 | b : b << 32 | a;
}

/* True the first time. */
static bool first_asked(uint64_t *asked, uint32_t mask, uint64_t persons) {
    uint32_t place = (uint32_t)(link_mix(persons, 1) >> 32) & mask;
    while (asked[place] && asked[place] != persons) place = (place + 1) & mask;
    if (asked[place]) return false;
    asked[place] = persons;
    return true;
}

/* Now that all persons are known: what waited and has come together by other pairs waits no more, and of
   several pairs between two persons the surest asks for all, since one answer settles them. */
static void settle_bands(struct clustering *at, uint8_t *bands) {
    const struct link *link = at->link;
    uint32_t waiting = 0, capacity = 16;
    for (uint32_t i = 0; i < link->edge_count; i++) {
        spill_step(link->spill, i);
        waiting += bands[i] == LINK_REVIEW || bands[i] == LINK_CONFLICT;
    }
    while (capacity < waiting * 2) capacity *= 2;
    uint64_t *asked = ARENA_NEW(&at->arena, uint64_t, capacity);
    for (uint32_t i = 0; i < link->edge_count; i++) {
        spill_breathe(link->spill);
        if (bands[i] != LINK_REVIEW && bands[i] != LINK_CONFLICT) continue;
        uint64_t persons = persons_of(at, &link->edges[i]);
        if (persons >> 32 == (uint32_t)persons) bands[i] = LINK_AUTOMATIC;
        else if (!first_asked(asked, capacity - 1, persons)) bands[i] = LINK_FOLLOWS;
    }
}

/* Asks for the records of edges to come, first for what is known of them. */
static void fetch_ahead(const struct clustering *at, uint32_t i) {
    const struct link *link = at->link;
    if (link->spill || i + 2 * AHEAD >= link->edge_count) return;
    const struct link_edge *far = &link->edges[i + 2 * AHEAD], *near = &link->edges[i + AHEAD];
    __builtin_prefetch(&at->nodes[far->a]);
    __builtin_prefetch(&at->nodes[far->b]);
    __builtin_prefetch(link_row(link, near->a));
    __builtin_prefetch(link_row(link, near->b));
}

/* Nobody moves any more, so all may look at once. */
static void name_part(void *context, unsigned thread, uint32_t part) {
    const struct clustering *at = context;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS;
    (void)thread;
    for (uint32_t i = from; i < until && i < at->link->count; i++) {
        uint32_t record = i;
        spill_breathe(at->link->spill);
        while (at->nodes[record].parent != record) record = at->nodes[record].parent;
        at->persons[i] = record;
    }
}

uint32_t link_cluster(const struct link *link, double bits, bool guarded, uint32_t *persons, uint8_t *bands) {
    struct clustering at = {.link = link, .persons = persons};
    at.arena.spill = link->spill;
    uint32_t conflicts = 0;
    start(&at);
    apply_decisions(&at);
    for (uint32_t i = 0; i < link->edge_count; i++) {
        const struct link_edge *edge = &link->edges[i];
        spill_breathe(link->spill);
        fetch_ahead(&at, i);
        bool merge = (double)edge->weight >= bits &&
                     !(guarded && link_for_review(link->rules, edge->look & LINK_PATTERN_MASK));
        enum link_band band = band_of(&at, edge, merge);
        conflicts += band == LINK_CONFLICT;
        if (bands) bands[i] = (uint8_t)band;
    }
    if (bands) settle_bands(&at, bands);
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, name_part, &at);
    arena_free(&at.arena);
    return conflicts;
}
