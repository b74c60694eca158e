/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/model.h"

enum { FIRST_CAPACITY = 1024 };

static uint32_t *place_of(struct link_histogram *histogram, uint32_t pattern) {
    uint32_t mask = histogram->capacity - 1, at = (uint32_t)((pattern * 0x9E3779B1u) >> 7) & mask;
    while (histogram->patterns[at] && histogram->patterns[at] != pattern + 1) at = (at + 1) & mask;
    if (!histogram->patterns[at]) histogram->patterns[at] = pattern + 1, histogram->count++;
    return &histogram->counts[at];
}

static void grow(struct link_histogram *histogram) {
    struct link_histogram old = *histogram;
    uint32_t capacity = old.capacity ? old.capacity * 2 : FIRST_CAPACITY;
    histogram->arena = (struct arena){0};
    histogram->patterns = ARENA_NEW(&histogram->arena, uint32_t, capacity);
    histogram->counts = ARENA_NEW(&histogram->arena, uint32_t, capacity);
    histogram->capacity = capacity;
    histogram->count = 0;
    for (uint32_t i = 0; i < old.capacity; i++)
        if (old.patterns[i]) *place_of(histogram, old.patterns[i] - 1) = old.counts[i];
    arena_free(&old.arena);
}

void link_histogram_add(struct link_histogram *histogram, uint32_t pattern, uint32_t count) {
    if (histogram->count * 2 >= histogram->capacity) grow(histogram);
    *place_of(histogram, pattern) += count;
    histogram->pairs += count;
}

void link_histogram_merge(struct link_histogram *into, const struct link_histogram *from) {
    for (uint32_t i = 0; i < from->capacity; i++)
        if (from->patterns[i]) link_histogram_add(into, from->patterns[i] - 1, from->counts[i]);
}

void link_histogram_free(struct link_histogram *histogram) {
    arena_free(&histogram->arena);
    *histogram = (struct link_histogram){0};
}
