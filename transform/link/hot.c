/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Values that too many share (a cadre's phone, a clerk's number, 19000101) are no evidence; and how common
   each name is.  Values are counted by sorting their hashes: a table of them would miss the cache each time.
 */
#include "core/parallel.h"
#include "core/spill.h"
#include "transform/link/certno.h"
#include "transform/link/few.h"
#include "transform/link/hanzi.h"
#include "transform/link/link.h"
#include "transform/link/radix.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { SHARE_LEAST = 1000, COMMON_LEAST = 12, MILLION = 1000000, KEY_SHIFT = 32 };
enum { NAMESAKES_MAX = 300000, NAMESAKES_EACH = 6 };
static_assert((int)LINK_WANTED == (int)FEW_MOST, "as many as can be looked for at once");

/* Records by the hash of a value: hash << 32 | record. */
struct sorted {
    uint64_t *entries;
    uint32_t count;
};

struct heat {
    struct link *link;
    struct arena scratch[PARALLEL_THREADS_MAX]; /* what each thread sorts in */
    uint8_t *marks[LINK_HOTS];                  /* [link->count] of each hot value */
};

static uint64_t value_in(const struct link *link, const unsigned char *row, struct link_part part) {
    const struct link_field *field = &link->rules->fields[part.field];
    return field->kind->part(row + field->offset, part.part);
}

static uint64_t value_of(const struct link *link, uint32_t record, struct link_part part) {
    return value_in(link, link_row(link, record), part);
}

static uint32_t key_of(uint64_t value) { return (uint32_t)(link_mix(value, 7) >> KEY_SHIFT); }

static void sort_values(const struct link *link, struct link_part part, struct arena *scratch,
                        struct sorted *sorted) {
    arena_reset(scratch);
    *sorted = (struct sorted){.entries = ARENA_NEW(scratch, uint64_t, link->count + 1)};
    for (uint32_t i = 0; i < link->count; i++) {
        uint64_t value = value_of(link, i, part);
        spill_step(link->spill, i);
        if (value) sorted->entries[sorted->count++] = (uint64_t)key_of(value) << KEY_SHIFT | i;
    }
    link_radix_sort(sorted->entries, ARENA_NEW(scratch, uint64_t, link->count + 1), sorted->count,
                    link->spill);
}

static uint32_t run_end(const struct sorted *sorted, uint32_t from) {
    uint32_t end = from + 1;
    while (end < sorted->count && sorted->entries[end] >> KEY_SHIFT == sorted->entries[from] >> KEY_SHIFT)
        end++;
    return end;
}

static int by_value(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* Distinct values of another field among the records of a run. */
static uint32_t count_distinct(const struct link *link, const struct sorted *sorted, uint32_t from,
                               uint32_t end, uint32_t field) {
    struct arena scratch = {0};
    uint64_t *others = ARENA_NEW(&scratch, uint64_t, end - from);
    uint32_t count = 0, distinct = 0;
    for (uint32_t i = from; i < end; i++) {
        struct link_room room;
        const unsigned char *row = link_look(link, (uint32_t)sorted->entries[i], &room);
        uint64_t other = value_in(link, row, (struct link_part){field, 0});
        if (other) others[count++] = other;
    }
    qsort(others, count, sizeof *others, by_value);
    for (uint32_t i = 0; i < count; i++) distinct += i == 0 || others[i] != others[i - 1];
    arena_free(&scratch);
    return distinct;
}

/* So many times as many as a value has on average. */
static uint32_t common_from(const struct sorted *sorted, uint32_t times) {
    uint64_t values = 0;
    for (uint32_t i = 0; i < sorted->count; i = run_end(sorted, i)) values++;
    uint64_t limit = values ? (uint64_t)sorted->count * times / values : 0;
    return limit < COMMON_LEAST ? COMMON_LEAST : (uint32_t)limit;
}

static uint32_t limit_of(const struct link *link, const struct link_hot *hot, const struct sorted *sorted) {
    if (hot->times) return common_from(sorted, hot->times);
    if (hot->count) return hot->count;
    uint64_t share = (uint64_t)link->count * hot->share / MILLION;
    return share < SHARE_LEAST ? SHARE_LEAST : (uint32_t)share;
}

static void find_hot(void *context, unsigned thread, uint32_t index) {
    struct heat *heat = context;
    struct link *link = heat->link;
    const struct link_hot *hot = &link->rules->hots[index];
    struct sorted sorted;
    sort_values(link, hot->value, &heat->scratch[thread], &sorted);
    uint32_t limit = limit_of(link, hot, &sorted);
    for (uint32_t i = 0, end; i < sorted.count; i = end) {
        end = run_end(&sorted, i);
        spill_breathe(link->spill);
        if (end - i < limit ||
            (hot->among >= 0 && count_distinct(link, &sorted, i, end, (uint32_t)hot->among) < limit))
            continue;
        link->hot_values[index]++;
        link->hot_records[index] += end - i;
        for (uint32_t j = i; j < end; j++) heat->marks[index][(uint32_t)sorted.entries[j]] = 1;
    }
}

/* Takes the value out of the record, or marks it as common.  Of a number the grade stays, so that it can be
   told why. */
static void drop_value(const struct link *link, uint32_t record, const struct link_hot *hot) {
    struct link_part part = hot->value;
    const struct link_field *field = &link->rules->fields[part.field];
    unsigned char *slot = link_row(link, record) + field->offset;
    if (hot->times) {
        field->kind->mark(slot);
        return;
    }
    if (field->kind->drop) {
        field->kind->drop(slot, part.part);
        return;
    }
    memset(slot, 0, field->kind->size);
    if (field->kind == &link_certno) ((struct certno_slot *)(void *)slot)->grade = CERTNO_HOT;
}

/* How many other records have the name: what a stranger is as likely to share. */
static uint16_t frequency_of(uint32_t count) {
    return (uint16_t)lround(log2(count - 1) * HANZI_FREQUENCY_UNIT);
}

static struct hanzi_slot *name_at(const struct link *link, uint32_t record, uint32_t field) {
    return (void *)(link_row(link, record) + link->rules->fields[field].offset);
}

/* The next few in a run of one name, from every n-th by a hash: most where a name is common, yet not all of
   its pairs. */
static void sample_namesakes(struct link *link, const struct sorted *sorted, uint32_t from, uint32_t end) {
    uint32_t stride = (uint32_t)((uint64_t)link->count * NAMESAKES_EACH / NAMESAKES_MAX) + 1;
    for (uint32_t i = from; i + 1 < end; i++) {
        uint32_t record = (uint32_t)sorted->entries[i];
        if (stride > 1 && link_mix(sorted->entries[i], 5) % stride != 0) continue;
        for (uint32_t j = i + 1; j < end && j <= i + NAMESAKES_EACH; j++)
            if (link->namesake_count < NAMESAKES_MAX)
                link->namesakes[link->namesake_count++] =
                    (struct link_namesakes){record, (uint32_t)sorted->entries[j]};
    }
}

/* Names by their own hash; those that are alone keep log2(1) = 0.  First in an array of their own, for rows
   lie too far apart to be written in the names' order. */
static void count_names(struct link *link, uint32_t index, struct arena *scratch) {
    struct sorted sorted;
    sort_values(link, (struct link_part){index, 0}, scratch, &sorted);
    uint16_t *frequencies = ARENA_NEW(scratch, uint16_t, link->count + 1);
    link->namesakes = ARENA_NEW(&link->key_arena, struct link_namesakes, NAMESAKES_MAX);
    for (uint32_t i = 0, end; i < sorted.count; i = end) {
        end = run_end(&sorted, i);
        spill_breathe(link->spill);
        sample_namesakes(link, &sorted, i, end);
        uint16_t frequency = end - i > 1 ? frequency_of(end - i) : 0;
        for (uint32_t j = i; end - i > 1 && j < end; j++) {
            spill_breathe(link->spill);
            frequencies[(uint32_t)sorted.entries[j]] = frequency;
        }
    }
    for (uint32_t i = 0; i < link->count; i++) {
        spill_step(link->spill, i);
        if (frequencies[i]) name_at(link, i, index)->frequency = frequencies[i];
    }
}

/* The names of those records alone that are wanted. */
static void count_wanted(struct link *link, uint32_t index, struct arena *scratch) {
    struct few *few = ARENA_NEW(scratch, struct few, 1);
    uint32_t *counts = ARENA_NEW(scratch, uint32_t, LINK_WANTED + 1);
    struct link_part name = {index, 0};
    for (uint32_t w = 0; w < link->wanted_count; w++) {
        uint64_t value = value_of(link, link->wanted[w], name);
        if (value && few_find(few, key_of(value)) == few->count) few_add(few, key_of(value));
    }
    for (uint32_t i = 0; i < link->count; i++) {
        uint64_t value = value_of(link, i, name);
        if (value) counts[few_find(few, key_of(value))]++;
    }
    for (uint32_t w = 0; w < link->wanted_count; w++) {
        uint64_t value = value_of(link, link->wanted[w], name);
        uint32_t count = value ? counts[few_find(few, key_of(value))] : 0;
        if (count > 1) name_at(link, link->wanted[w], index)->frequency = frequency_of(count);
    }
}

static bool counts_names(const struct link *link, uint32_t field) {
    return link->rules->fields[field].frequency && link->rules->fields[field].kind == &link_hanzi;
}

void link_hot_again(struct link *link) {
    struct arena scratch = {0};
    for (uint32_t i = 0; i < link->count; i++)
        for (uint32_t h = 0; link->base->hot_marks[i] && h < link->rules->hot_count; h++)
            if (link->base->hot_marks[i] >> h & 1) drop_value(link, i, &link->rules->hots[h]);
    for (uint32_t f = 0; f < link->rules->field_count; f++)
        if (counts_names(link, f)) count_wanted(link, f, &scratch);
    arena_free(&scratch);
}

/* The field whose names can be counted while hot values are looked for: the only one that is counted, and no
   value of it is taken out; UINT32_MAX: there is none. */
static uint32_t beside(const struct link *link) {
    uint32_t field = UINT32_MAX;
    for (uint32_t f = 0; f < link->rules->field_count; f++)
        if (counts_names(link, f)) {
            if (field != UINT32_MAX) return UINT32_MAX;
            field = f;
        }
    for (uint32_t h = 0; h < link->rules->hot_count; h++)
        if (link->rules->hots[h].value.field == field) return UINT32_MAX;
    return field;
}

/* A part for each kind of hot value; the first is for names, since it takes longest. */
static void count_part(void *context, unsigned thread, uint32_t part) {
    struct heat *heat = context;
    uint32_t field = beside(heat->link);
    if (part) find_hot(context, thread, part - 1);
    else if (field != UINT32_MAX) count_names(heat->link, field, &heat->scratch[thread]);
}

void link_hot(struct link *link) {
    struct arena scratch = {.spill = link->spill};
    struct heat heat = {.link = link};
    for (unsigned i = 0; i < PARALLEL_THREADS_MAX; i++) heat.scratch[i].spill = link->spill;
    link->hot_marks = ARENA_NEW(&link->arena, uint8_t, link->count + 1);
    for (uint32_t h = 0; h < link->rules->hot_count; h++)
        heat.marks[h] = ARENA_NEW(&scratch, uint8_t, link->count + 1);
    parallel_run(link->threads, link->rules->hot_count + 1, count_part, &heat);
    for (uint32_t h = 0; h < link->rules->hot_count; h++)
        for (uint32_t i = 0; link->hot_records[h] && i < link->count; i++) {
            spill_step(link->spill, i);
            if (heat.marks[h][i]) {
                spill_breathe(link->spill);
                link->hot_marks[i] |= (uint8_t)(1U << h);
                drop_value(link, i, &link->rules->hots[h]);
            }
        }
    for (uint32_t f = 0; f < link->rules->field_count; f++)
        if (counts_names(link, f) && f != beside(link)) count_names(link, f, &heat.scratch[0]);
    for (unsigned i = 0; i < PARALLEL_THREADS_MAX; i++) arena_free(&heat.scratch[i]);
    arena_free(&scratch);
}

double link_row_frequency(const struct link *link, const unsigned char *row, uint32_t pattern) {
    int f = link->scorer.frequency_field;
    if (f < 0 || link_level_of(pattern, (uint32_t)f) != 1 || link->rules->fields[f].kind != &link_hanzi)
        return -1;
    const struct hanzi_slot *name = (const void *)(row + link->rules->fields[f].offset);
    return (double)name->frequency / HANZI_FREQUENCY_UNIT;
}

double link_frequency(const struct link *link, uint32_t record, uint32_t pattern) {
    struct link_room room;
    return link_row_frequency(link, link_look(link, record, &room), pattern);
}
