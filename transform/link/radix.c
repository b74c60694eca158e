/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/radix.h"
#include "core/arena.h"
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_SHIFT = 32, NAME_BYTES = 32 };

/* Counts become starts. */
static void sum_up(uint32_t *counts) {
    uint32_t start = 0;
    for (int i = 0; i < DIGITS; i++) {
        uint32_t count = counts[i];
        counts[i] = start;
        start += count;
    }
}

void link_radix_sort(uint64_t *entries, uint64_t *spare, uint32_t count) {
    uint32_t counts[DIGITS];
    uint64_t *from = entries, *to = spare;
    for (unsigned shift = KEY_SHIFT; shift < 64; shift += DIGIT_BITS) {
        memset(counts, 0, sizeof counts);
        for (uint32_t i = 0; i < count; i++) counts[from[i] >> shift & (DIGITS - 1)]++;
        sum_up(counts);
        for (uint32_t i = 0; i < count; i++) to[counts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries) memcpy(entries, from, (size_t)count * sizeof *entries);
}

void link_order_sort(struct link_order *entries, struct link_order *spare, uint32_t count) {
    uint32_t counts[DIGITS];
    struct link_order *from = entries, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        memset(counts, 0, sizeof counts);
        for (uint32_t i = 0; i < count; i++) counts[from[i].id >> shift & (DIGITS - 1)]++;
        sum_up(counts);
        for (uint32_t i = 0; i < count; i++) to[counts[from[i].id >> shift & (DIGITS - 1)]++] = from[i];
        struct link_order *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries) memcpy(entries, from, (size_t)count * sizeof *entries);
}

/* Eight bytes from `from` on as a number that compares as they do; what is behind the end is 0. */
static uint64_t bytes_at(const char *name, size_t from) {
    uint64_t value = 0;
    size_t size = strnlen(name, from + 8);
    for (size_t i = 0; i < 8; i++) value = value << 8 | (from + i < size ? (unsigned char)name[from + i] : 0);
    return value;
}

void link_name_order(const char *const *names, uint32_t *order, uint32_t count) {
    struct arena scratch = {0};
    struct link_order *entries = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    struct link_order *spare = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) entries[i].index = i;
    for (size_t from = NAME_BYTES; from > 0; from -= 8) {
        uint64_t any = 0;
        for (uint32_t i = 0; i < count; i++)
            any |= entries[i].id = bytes_at(names[entries[i].index], from - 8);
        if (any) link_order_sort(entries, spare, count);
    }
    for (uint32_t i = 0; i < count; i++) order[i] = entries[i].index;
    arena_free(&scratch);
}
