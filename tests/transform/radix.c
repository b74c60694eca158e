/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/link/radix.h"
#include "core/spill.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { MOST = 60000 };

/* How ids are spread decides which way the sorting takes. */
static uint64_t evenly(uint32_t i) { return (i + 1) * 0x9E3779B97F4A7C15u; }
static uint64_t all_alike(uint32_t i) { return (void)i, 7; }
static uint64_t two_values(uint32_t i) { return evenly(i) & 1; }
static uint64_t high_and_low(uint32_t i) { return i % 3 ? evenly(i) >> 50 : evenly(i) << 50; }
static uint64_t falling(uint32_t i) { return UINT64_MAX - i; }
static uint64_t one_digit(uint32_t i) { return (evenly(i) >> 53) << 32 | 0xFF; }

static const struct {
    const char *name;
    uint64_t (*id)(uint32_t i);
    uint32_t count;
} cases[] = {
    {"none", evenly, 0},
    {"one", evenly, 1},
    {"few", evenly, 24},
    {"a few more", falling, 25},
    {"evenly", evenly, MOST},
    {"all alike", all_alike, MOST},
    {"two values", two_values, MOST},
    {"high and low", high_and_low, MOST},
    {"falling", falling, MOST},
    {"one digit", one_digit, MOST},
};

static int by_id(const void *a, const void *b) {
    const struct link_order *left = a, *right = b;
    if (left->id != right->id) return left->id < right->id ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

static int by_upper_half(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    if (left >> 32 != right >> 32) return left < right ? -1 : 1;
    /* The lower half says where it stood. */
    return (left > right) - (left < right);
}

/* A bound that lets a run have few entries, so that there are many to merge. */
static void each_way(void (*check)(const char *name, uint64_t (*id)(uint32_t i), uint32_t count,
                                   struct spill *spill)) {
    struct spill spill;
    struct error error = {0};
    cr_assert(spill_open(&spill, "/tmp", 1, &error), "%s", error.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(cases[i].name, cases[i].id, cases[i].count, NULL);
        check(cases[i].name, cases[i].id, cases[i].count, &spill);
    }
    spill_close(&spill);
}

static void check_order(const char *name, uint64_t (*id)(uint32_t i), uint32_t count, struct spill *spill) {
    struct link_order *entries = calloc(MOST, sizeof *entries), *expected = calloc(MOST, sizeof *expected);
    struct link_order *spare = calloc(MOST, sizeof *spare);
    for (uint32_t i = 0; i < count; i++) expected[i] = entries[i] = (struct link_order){id(i), i};
    qsort(expected, count, sizeof *expected, by_id);
    link_order_sort(entries, spare, count, spill);
    for (uint32_t i = 0; i < count; i++)
        cr_assert(entries[i].id == expected[i].id && entries[i].index == expected[i].index, "%s: entry %u",
                  name, i);
    free(entries), free(expected), free(spare);
}

static void check_keys(const char *name, uint64_t (*id)(uint32_t i), uint32_t count, struct spill *spill) {
    uint64_t *entries = calloc(MOST, sizeof *entries), *expected = calloc(MOST, sizeof *expected);
    uint64_t *spare = calloc(MOST, sizeof *spare);
    for (uint32_t i = 0; i < count; i++) expected[i] = entries[i] = id(i) >> 32 << 32 | i;
    qsort(expected, count, sizeof *expected, by_upper_half);
    link_radix_sort(entries, spare, count, spill);
    for (uint32_t i = 0; i < count; i++) cr_assert_eq(entries[i], expected[i], "%s: entry %u", name, i);
    free(entries), free(expected), free(spare);
}

Test(radix, order_is_kept_among_equals) { each_way(check_order); }

Test(radix, keys_are_the_upper_half) { each_way(check_keys); }
