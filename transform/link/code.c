/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Codes that agree or do not: sex (1 male, 2 female), a state. */
#include "transform/link/code.h"

enum { MISSING, SAME, DIFFERENT };

/* A code of one digit keeps its digit, so that sex can be told; 0 and 9 say "not known". */
static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    struct code_slot *slot = memory;
    struct span text = inputs[0];
    (void)field, (void)arena;
    if (text.size == 0) return;
    if (text.size == 1 && text.bytes[0] >= '0' && text.bytes[0] <= '9') {
        slot->value = text.bytes[0] == '9' ? 0 : (uint32_t)(text.bytes[0] - '0');
        return;
    }
    slot->value = (uint32_t)(link_hash(text.bytes, text.size) >> 32) | 16;
}

static unsigned compare(const void *a, const void *b) {
    uint32_t left = ((const struct code_slot *)a)->value, right = ((const struct code_slot *)b)->value;
    if (!left || !right) return MISSING;
    return left == right ? SAME : DIFFERENT;
}

static uint64_t part(const void *memory, unsigned which) {
    (void)which;
    return ((const struct code_slot *)memory)->value;
}

const struct link_kind link_code = {
    .name = "code",
    .size = sizeof(struct code_slot),
    .levels = {"missing", "same", "different"},
    .parts = {"code"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
};
