/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Telephone numbers: mobiles of eleven digits, landlines with or without the area code. */
#include "transform/link/rules.h"

struct phone_slot {
    uint64_t number; /* 0: none */
};

enum { MISSING, SAME, TYPO, DIFFERENT };
enum { MOBILE = 11, SHORTEST = 7, LONGEST = 13 };

/* Digits alone; +86 goes.  All digits alike, or 12345..., is somebody who would not say. */
static uint64_t read_number(struct span text) {
    uint64_t number = 0;
    unsigned count = 0, alike = 0, last = 10;
    for (size_t i = 0; i < text.size; i++) {
        unsigned char letter = (unsigned char)text.bytes[i];
        if (letter < '0' || letter > '9') {
            if (count >= SHORTEST && letter != '-' && letter != ' ') break;
            continue;
        }
        unsigned digit = letter - '0';
        if (count == 0 && digit == 0) continue;
        if (count == 2 && number == 86) number = 0, count = 0;
        number = number * 10 + digit;
        alike = digit == last ? alike + 1 : 0;
        last = digit;
        if (++count > LONGEST) return 0;
    }
    if (count < SHORTEST || alike >= 6) return 0;
    return number;
}

static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    struct phone_slot *slot = memory;
    (void)arena;
    for (uint32_t i = 0; i < field->input_count && !slot->number; i++) slot->number = read_number(inputs[i]);
}

static unsigned compare(const void *a, const void *b) {
    uint64_t left = ((const struct phone_slot *)a)->number, right = ((const struct phone_slot *)b)->number;
    if (!left || !right) return MISSING;
    if (left == right) return SAME;
    unsigned differing = 0;
    for (int i = 0; i < MOBILE && differing < 2; i++, left /= 10, right /= 10)
        differing += left % 10 != right % 10;
    return differing == 1 ? TYPO : DIFFERENT;
}

static uint64_t part(const void *memory, unsigned which) {
    (void)which;
    return ((const struct phone_slot *)memory)->number;
}

const struct link_kind link_phone = {
    .name = "phone",
    .size = sizeof(struct phone_slot),
    .levels = {"missing", "same", "typo", "different"},
    .parts = {"number"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
};
