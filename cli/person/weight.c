/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/weight.h"
#include "transform/link/rules.h"
#include <string.h>

enum { CAPACITY_LEAST = 4096 };

static uint64_t bits_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint64_t hash_of(const struct pair_weight *weight) {
    return link_mix(bits_of(weight->frequency), weight->pattern);
}

static bool same(const struct pair_weight *one, const struct pair_weight *other) {
    return one->pattern == other->pattern && bits_of(one->frequency) == bits_of(other->frequency);
}

/* Where the weight stands, or the free slot where it would. */
static uint32_t *slot_of(const struct weights *weights, const struct pair_weight *weight) {
    uint32_t mask = 2 * weights->capacity - 1, slot = (uint32_t)(hash_of(weight) >> 32) & mask;
    while (weights->slots[slot] && !same(&weights->list[weights->slots[slot] - 1], weight))
        slot = (slot + 1) & mask;
    return &weights->slots[slot];
}

static void grow(struct weights *weights) {
    const struct pair_weight *before = weights->list;
    weights->capacity = weights->capacity ? 2 * weights->capacity : CAPACITY_LEAST;
    weights->list = ARENA_NEW(&weights->arena, struct pair_weight, weights->capacity);
    weights->slots = ARENA_NEW(&weights->arena, uint32_t, 2 * (size_t)weights->capacity);
    if (before) memcpy(weights->list, before, weights->count * sizeof *before);
    for (uint32_t i = 0; i < weights->count; i++) *slot_of(weights, &weights->list[i]) = i + 1;
}

uint32_t weight_place(struct weights *weights, uint32_t pattern, double frequency) {
    const struct pair_weight weight = {pattern, frequency};
    if (weights->count == weights->capacity) grow(weights);
    uint32_t *slot = slot_of(weights, &weight);
    if (!*slot) {
        weights->list[weights->count++] = weight;
        *slot = weights->count;
    }
    return *slot - 1;
}
