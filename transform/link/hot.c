/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Values that too many share (a cadre's phone, a clerk's number, 19000101) are no evidence; and how common
   each name is. */
#include "transform/link/certno.h"
#include "transform/link/hanzi.h"
#include "transform/link/link.h"
#include <math.h>

enum { SHARE_LEAST = 1000, MILLION = 1000000 };

/* Counts of hashed values, open addressing. */
struct counter {
    uint64_t mask, *values;
    uint32_t *counts;
    struct arena arena;
};

static void counter_open(struct counter *counter, uint32_t count) {
    uint64_t capacity = 64;
    while (capacity < (uint64_t)count * 2) capacity *= 2;
    *counter = (struct counter){.mask = capacity - 1};
    counter->values = ARENA_NEW(&counter->arena, uint64_t, capacity);
    counter->counts = ARENA_NEW(&counter->arena, uint32_t, capacity);
}

static uint32_t *counter_at(struct counter *counter, uint64_t value) {
    uint64_t at = link_mix(value, 7) & counter->mask;
    if (!value) value = 1;
    while (counter->values[at] && counter->values[at] != value) at = (at + 1) & counter->mask;
    counter->values[at] = value;
    return &counter->counts[at];
}

static uint64_t value_of(const struct link *link, uint32_t record, struct link_part part) {
    const struct link_field *field = &link->rules->fields[part.field];
    return field->kind->part(link_row(link, record) + field->offset, part.part);
}

/* In records, or in distinct values of another field. */
static void count_values(const struct link *link, const struct link_hot *hot, struct counter *counter) {
    struct counter seen = {0};
    if (hot->among >= 0) counter_open(&seen, link->count);
    for (uint32_t i = 0; i < link->count; i++) {
        uint64_t value = value_of(link, i, hot->value);
        if (!value) continue;
        if (hot->among >= 0) {
            uint64_t other = value_of(link, i, (struct link_part){(uint32_t)hot->among, 0});
            if (!other || (*counter_at(&seen, link_mix(value, other)))++) continue;
        }
        ++*counter_at(counter, value);
    }
    arena_free(&seen.arena);
}

/* Takes the value out of the record.  Of a number the grade stays, so that it can be told why. */
static void drop_value(const struct link *link, uint32_t record, struct link_part part) {
    const struct link_field *field = &link->rules->fields[part.field];
    unsigned char *slot = link_row(link, record) + field->offset;
    if (field->kind->drop) {
        field->kind->drop(slot, part.part);
        return;
    }
    memset(slot, 0, field->kind->size);
    if (field->kind == &link_certno) ((struct certno_slot *)(void *)slot)->grade = CERTNO_HOT;
}

static uint32_t limit_of(const struct link *link, const struct link_hot *hot) {
    if (hot->count) return hot->count;
    uint64_t share = (uint64_t)link->count * hot->share / MILLION;
    return share < SHARE_LEAST ? SHARE_LEAST : (uint32_t)share;
}

static void find_hot(struct link *link, uint32_t index, uint8_t *marks) {
    const struct link_hot *hot = &link->rules->hots[index];
    struct counter counter;
    uint32_t limit = limit_of(link, hot);
    counter_open(&counter, link->count);
    count_values(link, hot, &counter);
    for (uint32_t i = 0; i < link->count; i++) {
        uint64_t value = value_of(link, i, hot->value);
        if (value && *counter_at(&counter, value) >= limit) marks[i] = (uint8_t)(marks[i] | 1U << index);
    }
    for (uint64_t i = 0; i <= counter.mask; i++) link->hot_values[index] += counter.counts[i] >= limit;
    arena_free(&counter.arena);
}

static void count_names(struct link *link, const struct link_field *field) {
    struct counter counter;
    counter_open(&counter, link->count);
    for (uint32_t i = 0; i < link->count; i++) {
        uint32_t id = ((struct hanzi_slot *)(void *)(link_row(link, i) + field->offset))->id;
        if (id) ++*counter_at(&counter, id);
    }
    for (uint32_t i = 0; i < link->count; i++) {
        struct hanzi_slot *name = (void *)(link_row(link, i) + field->offset);
        if (name->id)
            name->frequency = (uint16_t)lround(log2(*counter_at(&counter, name->id)) * HANZI_FREQUENCY_UNIT);
    }
    arena_free(&counter.arena);
}

void link_hot(struct link *link) {
    struct arena scratch = {0};
    uint8_t *marks = ARENA_NEW(&scratch, uint8_t, link->count + 1);
    for (uint32_t h = 0; h < link->rules->hot_count; h++) find_hot(link, h, marks);
    for (uint32_t i = 0; i < link->count; i++)
        for (uint32_t h = 0; h < link->rules->hot_count; h++) {
            if (!(marks[i] >> h & 1)) continue;
            link->hot_records[h]++;
            drop_value(link, i, link->rules->hots[h].value);
        }
    arena_free(&scratch);
    for (uint32_t f = 0; f < link->rules->field_count; f++)
        if (link->rules->fields[f].frequency && link->rules->fields[f].kind == &link_hanzi)
            count_names(link, &link->rules->fields[f]);
}

double link_frequency(const struct link *link, uint32_t record, uint32_t pattern) {
    int f = link->scorer.frequency_field;
    if (f < 0 || link_level_of(pattern, (uint32_t)f) != 1 || link->rules->fields[f].kind != &link_hanzi)
        return -1;
    const struct hanzi_slot *name = (const void *)(link_row(link, record) + link->rules->fields[f].offset);
    return (double)name->frequency / HANZI_FREQUENCY_UNIT;
}
