/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/radix.h"
#include "core/arena.h"
#include "core/spill.h"
#include <string.h>

/* The first pass cuts millions of entries into pieces that fit the second-level cache, the second into such
   that insertion is quickest for: three looks at each entry instead of one for every eleven bits. */
enum {
    DIGIT_BITS = 11,
    DIGITS = 1 << DIGIT_BITS,
    FEW = 24,
    KEY_SHIFT = 32,
    NAME_BYTES = 32,
    RUN_LEAST = 4096,
    STEP_BYTES = 16384
};

/* As many bits as give two entries a digit, of the `top` bits that are left. */
static unsigned digit_bits(uint32_t count, unsigned top) {
    unsigned bits = 1;
    while (bits < DIGIT_BITS && 2U << bits < count) bits++;
    return bits < top ? bits : top;
}

/* Counts become starts. */
static void sum_up(uint32_t *counts, uint32_t digits) {
    uint32_t start = 0;
    for (uint32_t i = 0; i < digits; i++) {
        uint32_t count = counts[i];
        counts[i] = start;
        start += count;
    }
}

static void insert_keys(uint64_t *entries, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        uint64_t entry = entries[i];
        uint32_t j = i;
        for (; j && entries[j - 1] >> KEY_SHIFT > entry >> KEY_SHIFT; j--) entries[j] = entries[j - 1];
        entries[j] = entry;
    }
}

/* Entries alike above the `top` bits, the lower 32 of which are none of the key. */
static void sort_keys(uint64_t *entries, uint64_t *spare, uint32_t count, unsigned top) {
    if (count <= FEW || top == KEY_SHIFT) {
        if (top > KEY_SHIFT) insert_keys(entries, count);
        return;
    }
    unsigned bits = digit_bits(count, top - KEY_SHIFT), shift = top - bits;
    uint32_t counts[DIGITS], mask = (1U << bits) - 1, from = 0;
    memset(counts, 0, sizeof *counts << bits);
    for (uint32_t i = 0; i < count; i++) counts[entries[i] >> shift & mask]++;
    sum_up(counts, 1U << bits);
    for (uint32_t i = 0; i < count; i++) spare[counts[entries[i] >> shift & mask]++] = entries[i];
    memcpy(entries, spare, (size_t)count * sizeof *entries);
    for (uint32_t digit = 0; digit <= mask; from = counts[digit++])
        sort_keys(entries + from, spare + from, counts[digit] - from, shift);
}

static void insert_ids(struct link_order *entries, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        struct link_order entry = entries[i];
        uint32_t j = i;
        for (; j && entries[j - 1].id > entry.id; j--) entries[j] = entries[j - 1];
        entries[j] = entry;
    }
}

static void sort_ids(struct link_order *entries, struct link_order *spare, uint32_t count, unsigned top) {
    if (count <= FEW || top == 0) {
        if (top) insert_ids(entries, count);
        return;
    }
    unsigned bits = digit_bits(count, top), shift = top - bits;
    uint32_t counts[DIGITS], mask = (1U << bits) - 1, from = 0;
    memset(counts, 0, sizeof *counts << bits);
    for (uint32_t i = 0; i < count; i++) counts[entries[i].id >> shift & mask]++;
    sum_up(counts, 1U << bits);
    for (uint32_t i = 0; i < count; i++) spare[counts[entries[i].id >> shift & mask]++] = entries[i];
    memcpy(entries, spare, (size_t)count * sizeof *entries);
    for (uint32_t digit = 0; digit <= mask; from = counts[digit++])
        sort_ids(entries + from, spare + from, counts[digit] - from, shift);
}

/* Entries of one run: a sixteenth of the bound, for two threads sort at once and each needs them twice. */
static uint32_t run_length(const struct spill *spill, size_t size) {
    uint64_t length = spill ? spill->bound / 16 / size : UINT32_MAX;
    return length < RUN_LEAST ? RUN_LEAST : length > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)length;
}

/* In steps, so that no more than a step needs to be in memory. */
static void copy_back(void *to, const void *from, size_t size, struct spill *spill) {
    for (size_t at = 0; at < size; at += STEP_BYTES) {
        spill_breathe(spill);
        memcpy((char *)to + at, (const char *)from + at, size - at < STEP_BYTES ? size - at : STEP_BYTES);
    }
}

static uint32_t least(uint64_t a, uint32_t b) { return a < b ? (uint32_t)a : b; }

/* Neighbouring runs become one; of equal entries the left run's come first. */
static void merge_keys(const uint64_t *from, uint64_t *to, uint32_t left, uint32_t middle, uint32_t end,
                       struct spill *spill) {
    for (uint32_t a = left, b = middle, i = left; i < end; i++) {
        spill_step(spill, i);
        to[i] =
            a < middle && (b == end || from[a] >> KEY_SHIFT <= from[b] >> KEY_SHIFT) ? from[a++] : from[b++];
    }
}

static void merge_ids(const struct link_order *from, struct link_order *to, uint32_t left, uint32_t middle,
                      uint32_t end, struct spill *spill) {
    for (uint32_t a = left, b = middle, i = left; i < end; i++) {
        spill_step(spill, i);
        to[i] = a < middle && (b == end || from[a].id <= from[b].id) ? from[a++] : from[b++];
    }
}

void link_radix_sort(uint64_t *entries, uint64_t *spare, uint32_t count, struct spill *spill) {
    uint32_t run = run_length(spill, sizeof *entries);
    uint64_t *from = entries, *to = spare;
    for (uint64_t at = 0; at < count; at += run) {
        uint32_t length = least(run, count - (uint32_t)at);
        spill_room(spill, 2 * length * sizeof *entries);
        sort_keys(from + at, to + at, length, 64);
    }
    for (uint64_t width = run; width < count; width *= 2) {
        for (uint64_t at = 0; at < count; at += 2 * width)
            merge_keys(from, to, (uint32_t)at, least(at + width, count), least(at + 2 * width, count), spill);
        uint64_t *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries) copy_back(entries, from, (size_t)count * sizeof *entries, spill);
}

void link_order_sort(struct link_order *entries, struct link_order *spare, uint32_t count,
                     struct spill *spill) {
    uint32_t run = run_length(spill, sizeof *entries);
    struct link_order *from = entries, *to = spare;
    for (uint64_t at = 0; at < count; at += run) {
        uint32_t length = least(run, count - (uint32_t)at);
        spill_room(spill, 2 * length * sizeof *entries);
        sort_ids(from + at, to + at, length, 64);
    }
    for (uint64_t width = run; width < count; width *= 2) {
        for (uint64_t at = 0; at < count; at += 2 * width)
            merge_ids(from, to, (uint32_t)at, least(at + width, count), least(at + 2 * width, count), spill);
        struct link_order *swap = from;
        from = to;
        to = swap;
    }
    if (from != entries) copy_back(entries, from, (size_t)count * sizeof *entries, spill);
}

/* Eight bytes from `from` on as a number that compares as they do; what is behind the end is 0. */
static uint64_t bytes_at(const char *name, size_t from) {
    uint64_t value = 0;
    size_t size = strnlen(name, from + 8);
    for (size_t i = 0; i < 8; i++) value = value << 8 | (from + i < size ? (unsigned char)name[from + i] : 0);
    return value;
}

void link_name_order(const char *const *names, uint32_t *order, uint32_t count, struct spill *spill) {
    struct arena scratch = {.spill = spill};
    struct link_order *entries = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    struct link_order *spare = ARENA_NEW(&scratch, struct link_order, (size_t)count + 1);
    for (uint32_t i = 0; i < count; i++) {
        spill_step(spill, i);
        order[i] = i;
    }
    for (size_t from = NAME_BYTES; from > 0; from -= 8) {
        uint64_t any = 0;
        for (uint32_t i = 0; i < count; i++) {
            spill_breathe(spill);
            link_names_ahead(names, order, i, count);
            entries[i] = (struct link_order){bytes_at(names[order[i]], from - 8), order[i]};
            any |= entries[i].id;
        }
        if (!any) continue;
        link_order_sort(entries, spare, count, spill);
        for (uint32_t i = 0; i < count; i++) {
            spill_step(spill, i);
            order[i] = entries[i].index;
        }
    }
    arena_free(&scratch);
}
