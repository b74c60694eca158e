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

static void interleave(struct link *link, const struct link_base *base, const struct link *fresh) {
    uint32_t row_size = link->rules->row_size, old = 0, next = 0;
    for (uint32_t i = 0; i < link->count; i++) {
        while (old < base->count && !base->kept[old]) old++;
        spill_breathe(link->spill);
        if (next == fresh->count || (old < base->count && goes_before(base, old, fresh, next))) {
            memcpy(link_row(link, i), base->rows + (size_t)old * row_size, row_size);
            link->names[i] = base->texts + base->name_at[old];
            link->ids[i] = base->ids[old];
            link->versions[i] = base->versions[old];
            link->was[i] = old++;
        } else {
            memcpy(link_row(link, i), link_row(fresh, next), row_size);
            link->names[i] = fresh->names[next];
            link->versions[i] = fresh->versions[next];
            link->ids[i] = fresh->ids[next++];
            link->was[i] = UINT32_MAX;
        }
    }
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
