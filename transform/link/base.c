/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Linking on from an earlier linking.  Its records that stand as they did are not read again, and pairs of
   two such records are not compared again: a comparison depends on two rows, the hot values that were taken
   out of them and their keys alone, and all three are held against what they were.  Counts (hot values,
   blocks, the model) are made anew from all records, so the outcome is that of one linking of everything. */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/link.h"

enum { PART_RECORDS = 65536 };

/* Ids by value, equal ones by name: the order of link_gather. */
static bool goes_before(const struct link_base *base, uint32_t old, const struct link *fresh, uint32_t next) {
    if (base->ids[old] != fresh->ids[next]) return base->ids[old] < fresh->ids[next];
    return strcmp(base->texts + base->name_at[old], fresh->names[next]) < 0;
}

/* Both sides on their way into one order, a stretch of the base after the other. */
struct interleaving {
    struct link *link;
    const struct link_base *base;
    const struct link *fresh;
    uint32_t part_count;
    uint32_t *kept; /* [part_count] records of the base that are kept before each stretch */
};

/* Fresh records that go before the base's record `old`. */
static uint32_t fresh_before(const struct interleaving *at, uint32_t old) {
    if (old == at->base->count) return at->fresh->count;
    uint32_t next = old ? link_place_of(at->fresh->ids, at->fresh->count, at->base->ids[old]) : 0;
    while (old && next < at->fresh->count && !goes_before(at->base, old, at->fresh, next)) next++;
    return next;
}

static void take_old(const struct interleaving *at, uint32_t i, uint32_t old) {
    uint32_t row_size = at->link->rules->row_size;
    memcpy(link_row(at->link, i), at->base->rows + (size_t)old * row_size, row_size);
    at->link->names[i] = at->base->texts + at->base->name_at[old];
    at->link->ids[i] = at->base->ids[old];
    at->link->versions[i] = at->base->versions[old];
    at->link->was[i] = old;
}

static void take_fresh(const struct interleaving *at, uint32_t i, uint32_t next) {
    memcpy(link_row(at->link, i), link_row(at->fresh, next), at->link->rules->row_size);
    at->link->names[i] = at->fresh->names[next];
    at->link->ids[i] = at->fresh->ids[next];
    at->link->versions[i] = at->fresh->versions[next];
    at->link->was[i] = UINT32_MAX;
}

static void interleave_part(void *context, unsigned thread, uint32_t part) {
    const struct interleaving *at = context;
    uint32_t old = part * PART_RECORDS, end = old + PART_RECORDS;
    (void)thread;
    if (part == at->part_count - 1) end = at->base->count;
    uint32_t next = fresh_before(at, old), end_next = fresh_before(at, end);
    for (uint32_t i = at->kept[part] + next;; i++) {
        while (old < end && !at->base->kept[old]) old++;
        if (old == end && next == end_next) return;
        spill_breathe(at->link->spill);
        if (next == end_next || (old < end && goes_before(at->base, old, at->fresh, next)))
            take_old(at, i, old++);
        else take_fresh(at, i, next++);
    }
}

static void interleave(struct link *link, const struct link_base *base, const struct link *fresh) {
    struct arena scratch = {0};
    struct interleaving at = {link, base, fresh, .part_count = base->count / PART_RECORDS + 1};
    at.kept = ARENA_NEW(&scratch, uint32_t, at.part_count + 1);
    for (uint32_t i = 0; i < base->count; i++) at.kept[i / PART_RECORDS + 1] += base->kept[i];
    for (uint32_t p = 1; p < at.part_count; p++) at.kept[p] += at.kept[p - 1];
    parallel_run(link->threads, at.part_count, interleave_part, &at);
    arena_free(&scratch);
}

bool link_merge(struct link *link, const struct link_base *base, struct link_sink *sinks, uint32_t sink_count,
                struct error *error) {
    struct link fresh = {.rules = link->rules};
    link_spill(&fresh, link->spill);
    bool ok = link_gather(&fresh, sinks, sink_count, error);
    memcpy(link->texts, fresh.texts, sizeof link->texts);
    memset(fresh.texts, 0, sizeof fresh.texts);
    link->count = fresh.count;
    for (uint32_t i = 0; i < base->count; i++) link->count += base->kept[i];
    link->base = base;
    link->rows = ARENA_NEW(&link->arena, unsigned char, (size_t)(link->count + 1) * link->rules->row_size);
    link->names = ARENA_NEW(&link->arena, const char *, link->count + 1);
    link->ids = ARENA_NEW(&link->arena, uint64_t, link->count + 1);
    link->versions = ARENA_NEW(&link->arena, uint64_t, link->count + 1);
    link->was = ARENA_NEW(&link->arena, uint32_t, link->count + 1);
    interleave(link, base, &fresh);
    link_free(&fresh);
    return ok;
}

static void mark_part(void *context, unsigned thread, uint32_t part) {
    const struct link *link = context;
    uint32_t from = part * PART_RECORDS, until = from + PART_RECORDS, keys = link->rules->block_count;
    (void)thread;
    for (uint32_t i = from; i < until && i < link->count; i++) {
        spill_step(link->spill, i);
        link->key_marks[i] = link_hash(link->keys + (size_t)i * keys, keys * sizeof *link->keys);
    }
}

void link_marks(struct link *link) {
    if (!link->remember && !link->base) return;
    link->key_marks = ARENA_NEW(&link->arena, uint64_t, link->count + 1);
    parallel_run(link->threads, (link->count + PART_RECORDS - 1) / PART_RECORDS, mark_part, link);
}

void link_touched(const struct link *link, uint8_t *touched, uint32_t *now) {
    const struct link_base *base = link->base;
    for (uint32_t i = 0; i < base->count; i++) now[i] = UINT32_MAX;
    for (uint32_t i = 0; i < link->count; i++) {
        uint32_t was = link->was[i];
        touched[i] = was == UINT32_MAX || base->hot_marks[was] != link->hot_marks[i] ||
                     base->key_marks[was] != link->key_marks[i];
        if (!touched[i]) now[was] = i;
    }
}
