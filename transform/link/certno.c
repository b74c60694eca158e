/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Citizens' and others' certificate numbers, as 18 nibbles: two numbers are compared with one xor. */
#include "transform/link/certno.h"
#include "transform/row/certno.h"
#include "transform/row/text.h"
#include <stdlib.h>

enum {
    HEAD = 16,
    WHOLE = 18,
    ORDINAL = 17,
    BIRTH_FROM = 6,
    BIRTH_UNTIL = 14,
    X_NIBBLE = 10,
    CENTURY = 1000000
};

/* Levels; link_certno names them. */
enum { MISSING, SAME, SAME_UNSURE, BIRTH_TYPO, MOVED, TWIN, ORDER_TYPO, DIFFERENT };

static unsigned nibble(const struct certno_slot *slot, unsigned at) {
    if (at < HEAD) return (unsigned)(slot->head >> (4 * (HEAD - 1 - at)) & 15);
    return (unsigned)(slot->tail >> (4 * (WHOLE - 1 - at)) & 15);
}

static void put_nibble(struct certno_slot *slot, unsigned at, unsigned value) {
    if (at < HEAD) slot->head |= (uint64_t)value << (4 * (HEAD - 1 - at));
    else slot->tail = (uint16_t)(slot->tail | value << (4 * (WHOLE - 1 - at)));
}

static uint32_t birth_of(const struct certno_slot *slot) {
    uint32_t birth = 0;
    for (unsigned i = BIRTH_FROM; i < BIRTH_UNTIL; i++) birth = birth * 10 + nibble(slot, i);
    return birth;
}

static uint8_t grade_of(const struct certno *checked) {
    if (checked->faults & CERTNO_PLACEHOLDER) return CERTNO_NONE;
    if (checked->faults & CERTNO_PRECISION) return CERTNO_LOST;
    if (!checked->citizen && !(checked->faults & (CERTNO_LENGTH | CERTNO_CHECK_DIGIT | CERTNO_BIRTH)))
        return CERTNO_OTHER;
    if (checked->faults & CERTNO_LENGTH) return CERTNO_SHORT;
    if (checked->faults & CERTNO_BIRTH) return CERTNO_BROKEN;
    if (checked->faults & CERTNO_CHECK_DIGIT) return CERTNO_BROKEN;
    if (checked->faults & CERTNO_REGION_ENDED) return CERTNO_ENDED;
    return checked->faults & CERTNO_UPGRADED ? CERTNO_RAISED : CERTNO_GOOD;
}

/* A number of 15 that cannot be raised stands where its 18 digits would be. */
static void put_digits(struct certno_slot *slot, struct span number) {
    unsigned at = 0;
    for (size_t i = 0; i < number.size && at < WHOLE; i++) {
        char letter = number.bytes[i];
        if (letter >= '0' && letter <= '9') put_nibble(slot, at++, (unsigned)(letter - '0'));
        else put_nibble(slot, at++, X_NIBBLE);
    }
    slot->length = at & 31;
}

/* "6.90121194603034E+17", or 18 digits of which the last three are nothing: 14 can be trusted. */
static void put_lost(struct certno_slot *slot, struct span number) {
    unsigned at = 0;
    for (size_t i = 0; i < number.size && at < BIRTH_UNTIL; i++) {
        char letter = number.bytes[i];
        if (letter >= '0' && letter <= '9') put_nibble(slot, at++, (unsigned)(letter - '0'));
        else if (letter != '.') break;
    }
    if (at == BIRTH_UNTIL) slot->length = BIRTH_UNTIL;
    else *slot = (struct certno_slot){.grade = CERTNO_LOST};
}

static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    struct certno_slot *slot = memory;
    struct span number = certno_normal(inputs[0], arena), type = {0};
    if (field->input_count > 1) type = inputs[1];
    if (!number.size) return;
    struct certno checked = certno_check(number, type, field->regions, arena);
    slot->grade = grade_of(&checked);
    if (slot->grade == CERTNO_NONE) return;
    if (slot->grade == CERTNO_LOST) {
        put_lost(slot, number);
        return;
    }
    if (slot->grade == CERTNO_OTHER) {
        slot->head = link_hash(number.bytes, number.size);
        slot->length = WHOLE;
        return;
    }
    if (checked.number.size < 14 || checked.number.size > 20) {
        *slot = (struct certno_slot){0};
        return;
    }
    put_digits(slot, checked.number);
    if (slot->grade == CERTNO_GOOD || slot->grade == CERTNO_RAISED || slot->grade == CERTNO_ENDED) {
        slot->birth = birth_of(slot);
        slot->male = nibble(slot, ORDINAL - 1) & 1;
    }
}

/* One substitution, one transposition of neighbours, one digit too many or too few; the first place. */
static bool one_edit(const struct certno_slot *left, const struct certno_slot *right, unsigned *place) {
    const struct certno_slot *longer = left->length >= right->length ? left : right;
    const struct certno_slot *other = longer == left ? right : left;
    unsigned at = 0, size = other->length;
    while (at < size && nibble(longer, at) == nibble(other, at)) at++;
    *place = at;
    if (longer->length == size + 1) {
        while (at < size && nibble(longer, at + 1) == nibble(other, at)) at++;
        return at == size;
    }
    if (longer->length != size) return false;
    if (at + 1 < size && nibble(longer, at) == nibble(other, at + 1) &&
        nibble(longer, at + 1) == nibble(other, at))
        at++;
    for (at++; at < size; at++)
        if (nibble(longer, at) != nibble(other, at)) return false;
    return true;
}

static unsigned differing(const struct certno_slot *left, const struct certno_slot *right) {
    uint64_t head = left->head ^ right->head, tail = (uint64_t)(left->tail ^ right->tail) & 0xF0;
    head |= head >> 1, head |= head >> 2, tail |= tail >> 1, tail |= tail >> 2;
    return (unsigned)__builtin_popcountll(head & 0x1111111111111111u) +
           (unsigned)__builtin_popcountll(tail & 0x11);
}

bool certno_verified(const struct certno_slot *slot) { return slot->grade == CERTNO_GOOD; }

static unsigned compare(const void *a, const void *b) {
    const struct certno_slot *left = a, *right = b;
    if (!left->length || !right->length) return MISSING;
    bool same17 = left->head == right->head && left->tail >> 4 == right->tail >> 4;
    bool whole = left->length >= ORDINAL && right->length >= ORDINAL;
    bool both = certno_verified(left) && certno_verified(right);
    if (left->grade == CERTNO_LOST || right->grade == CERTNO_LOST)
        return left->head >> 8 == right->head >> 8 ? ORDER_TYPO : MISSING;
    if (left->grade == CERTNO_OTHER || right->grade == CERTNO_OTHER) return same17 ? SAME_UNSURE : DIFFERENT;
    /* Nothing in a record without a birth date says that its number is not a relative's. */
    if (same17 && whole) return both && !left->alone && !right->alone ? SAME : SAME_UNSURE;
    if (whole && (left->head & 0xFFFFFFFFFFu) == (right->head & 0xFFFFFFFFFFu) &&
        left->tail >> 4 == right->tail >> 4)
        return MOVED;
    if (both) return differing(left, right) <= 2 ? TWIN : DIFFERENT;
    unsigned place;
    if (abs(left->length - right->length) > 1 || !one_edit(left, right, &place)) return DIFFERENT;
    if (place < BIRTH_UNTIL) return BIRTH_TYPO;
    /* The check digit was copied along: of all verified numbers only this one is mended to the other. */
    return whole && (certno_verified(left) || certno_verified(right)) ? SAME_UNSURE : ORDER_TYPO;
}

static uint64_t part(const void *memory, unsigned which) {
    const struct certno_slot *slot = memory;
    if (slot->grade == CERTNO_LOST && slot->length && which == 2) return link_mix(slot->head >> 8, 3);
    if (slot->length < ORDINAL) return 0;
    uint64_t order = slot->tail >> 4;
    if (slot->grade == CERTNO_OTHER) return which == 0 ? slot->head | 1 : 0;
    switch (which) {
    case 0: return link_mix(slot->head, order + 1);
    case 1: return link_mix(slot->head & 0xFFFFFFFFFFu, order + 2); /* birth date and order */
    case 2: return link_mix(slot->head >> 8, 3);                    /* area and birth date */
    default: return link_mix(slot->head & 0xFFFFFFu, order + 4);    /* month, day and order */
    }
}

/* 15 digits do not say the century; whoever made them 18 took the other one. */
static void mend_century(struct certno_slot *slot, uint32_t birth) {
    const uint64_t century = (uint64_t)0xFF << 4 * (HEAD - 2 - BIRTH_FROM);
    if (slot->birth == birth || slot->birth % CENTURY != birth % CENTURY) return;
    slot->head &= ~century;
    put_nibble(slot, BIRTH_FROM, birth / (10 * CENTURY));
    put_nibble(slot, BIRTH_FROM + 1, birth / CENTURY % 10);
    slot->birth = birth;
    slot->grade = CERTNO_RAISED;
}

void certno_judge(struct certno_slot *slot, uint32_t birth, unsigned sex) {
    if (!slot->birth) return;
    slot->alone = !birth;
    if (birth) mend_century(slot, birth);
    uint32_t own = slot->birth / 10000, told = birth / 10000;
    if (birth && (own > told ? own - told : told - own) >= CERTNO_GENERATION) {
        *slot = (struct certno_slot){.grade = CERTNO_BORROWED};
        return;
    }
    if ((birth && birth != slot->birth) || (sex && (sex == 1) != slot->male)) slot->grade = CERTNO_CONFLICT;
}

const struct link_kind link_certno = {
    .name = "certno",
    .size = sizeof(struct certno_slot),
    .levels = {"missing", "same", "same_unsure", "birth_typo", "moved", "twin", "order_typo", "different"},
    .parts = {"number", "birth_order", "area_birth", "month_order"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
};
