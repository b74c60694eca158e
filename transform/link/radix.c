/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/radix.h"
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_SHIFT = 32 };

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
