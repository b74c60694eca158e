/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Names of persons in Chinese characters: what a clerk may mishear, misread or be unable to type. */
#include "transform/link/hanzi.h"
#include "transform/link/sound.h"
#include "transform/row/text.h"

/* Levels; link_hanzi names them. */
enum { MISSING, SAME, SOUNDS, WILD, SIMILAR, PARTIAL, SURNAME, DIFFERENT };
enum { LONG_NAME = 5, GETA = 0x3013, KANGXI = 0x2F00, ZHI = 0x4E4B };

/* Blanks, and every dot that has ever stood between the parts of a minority name. */
static bool ignored(uint32_t point) {
    static const uint16_t marks[] = {0xB7,   0x2022, 0x2027, 0x30FB, 0x2219, 0x22C5, 0x3002,
                                     0xFF0E, 0x3000, 0xA0,   0xFEFF, 0x200B, 0xFF65, 0x2024};
    if (point <= ' ' || point == '.' || point == '-' || point == '\'') return true;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (point == marks[i]) return true;
    return false;
}

static uint16_t folded(uint32_t point) {
    if (point == '?' || point == '*' || point == 0xFF1F || point == 0xFF0A || point == GETA ||
        point == 0xFFFD || point == 0x25A1 || text_is_private_use(point))
        return HANZI_WILD;
    if (point >= 0xFF01 && point <= 0xFF5E) point -= 0xFEE0;
    if (point >= 'a' && point <= 'z') point -= 32;
    point = sound_simplified(point);
    return point > 0xFFFE ? (uint16_t)((point * 40503u) | 1) : (uint16_t)point;
}

/* "So-and-so's child", "... second daughter": what stands behind 之 says which child, and is no name. */
static bool unnamed(const struct hanzi_slot *slot) {
    static const uint16_t which[] = {0x5B50, 0x5973, 0x513F, 0x5A74, 0x5B69, 0x7AE5, 0x5B9D, 0x80CE, 0x53CC,
                                     0x957F, 0x6B21, 0x5927, 0x5C0F, 0x7537, 0x4E00, 0x4E8C, 0x4E09, 0x7532,
                                     0x4E59, 'A',    'B',    'C',    '1',    '2',    '3'};
    unsigned from = 2, at, size = slot->count < HANZI_CHARACTERS ? slot->count : HANZI_CHARACTERS;
    while (from < size && slot->characters[from] != ZHI) from++;
    for (at = from + 1; at < size; at++) {
        bool known = false;
        for (size_t i = 0; i < sizeof which / sizeof *which; i++) known |= slot->characters[at] == which[i];
        if (!known) return false;
    }
    return at > from + 1 && at == size;
}

static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    struct hanzi_slot *slot = memory;
    uint64_t hash = 0;
    (void)field, (void)arena;
    for (size_t at = 0; at < inputs[0].size;) {
        uint32_t point = text_next(inputs[0], &at);
        if (ignored(point)) continue;
        uint16_t character = folded(point);
        if (character == HANZI_WILD) slot->wild = true;
        if (slot->count < HANZI_CHARACTERS) slot->characters[slot->count] = character;
        if (slot->count < UINT8_MAX) slot->count++;
        hash = link_mix(hash, character);
    }
    if (slot->count) slot->id = (uint32_t)(hash >> 32) | 1;
    slot->unnamed = unnamed(slot);
}

static unsigned kept(const struct hanzi_slot *slot) {
    return slot->count < HANZI_CHARACTERS ? slot->count : HANZI_CHARACTERS;
}

uint32_t sound_of_surname(uint16_t point) {
    for (uint32_t i = 0; i < han_surname_count; i++)
        if (han_surnames[i].points[0] == point && !han_surnames[i].points[1])
            return han_surnames[i].syllables[0];
    return sound_of(point);
}

/* Are all characters of one among those of the other, in whatever order? */
static bool permuted(const struct hanzi_slot *left, const struct hanzi_slot *right, unsigned size) {
    unsigned used = 0, found = 0;
    for (unsigned i = 0; i < size; i++)
        for (unsigned j = 0; j < size; j++) {
            if (used >> j & 1 || left->characters[i] != right->characters[j]) continue;
            used |= 1U << j;
            found++;
            break;
        }
    return found == size;
}

static unsigned compare_equal_length(const struct hanzi_slot *left, const struct hanzi_slot *right) {
    unsigned size = kept(left), equal = 0, wild = 0, alike = 0;
    for (unsigned i = 0; i < size; i++) {
        uint16_t a = left->characters[i], b = right->characters[i];
        if (a == b && a != HANZI_WILD) equal++;
        else if (a == HANZI_WILD || b == HANZI_WILD) wild++;
        else alike += sound_of(a) == sound_of(b);
    }
    /* Keys use the common reading, one for each character; a surname's own is worth the search only here. */
    if (equal + wild + alike + 1 == size && sound_of(left->characters[0]) != sound_of(right->characters[0]) &&
        sound_of_surname(left->characters[0]) == sound_of_surname(right->characters[0]))
        alike++;
    if (equal + wild + alike == size) {
        /* One readable character is too little to go by. */
        if (wild) return equal + alike >= 1 && wild * 2 <= size + 1 ? WILD : DIFFERENT;
        return SOUNDS;
    }
    if (left->count >= LONG_NAME) {
        if (equal + wild + alike + 1 >= size) return SIMILAR;
        return equal + wild + alike + 3 >= size ? PARTIAL : DIFFERENT;
    }
    bool same_surname = left->characters[0] == right->characters[0];
    if (equal + alike + wild + 1 >= size && size >= 2) {
        if (!same_surname) return PARTIAL;
        return size > 2 ? SIMILAR : SURNAME;
    }
    if (size > 2 && permuted(left, right, size)) return SIMILAR;
    return same_surname ? SURNAME : DIFFERENT;
}

/* Is the shorter one the other with characters left out? */
static bool contained(const struct hanzi_slot *shorter, const struct hanzi_slot *longer) {
    unsigned at = 0, size = kept(shorter);
    for (unsigned i = 0; i < kept(longer) && at < size; i++)
        at += longer->characters[i] == shorter->characters[at] || shorter->characters[at] == HANZI_WILD;
    return at == size;
}

static unsigned compare(const void *a, const void *b) {
    const struct hanzi_slot *left = a, *right = b;
    if (!left->count || !right->count) return MISSING;
    /* Twins stand under one such name, and the child itself under another soon after. */
    if (left->unnamed || right->unnamed) return left->id == right->id ? WILD : MISSING;
    if (left->id == right->id && !left->wild && !right->wild) return SAME;
    if (left->count == right->count) return compare_equal_length(left, right);
    const struct hanzi_slot *shorter = left->count < right->count ? left : right;
    if (shorter->count >= 2 && contained(shorter, shorter == left ? right : left)) return PARTIAL;
    return left->characters[0] == right->characters[0] ? SURNAME : DIFFERENT;
}

static uint64_t sound_part(const struct hanzi_slot *slot) {
    uint64_t hash = sound_of(slot->characters[0]);
    if (slot->wild) return 0;
    for (unsigned i = 1; i < kept(slot); i++) hash = link_mix(hash, sound_of(slot->characters[i]));
    return link_mix(hash, slot->count);
}

static uint64_t part(const void *memory, unsigned which) {
    const struct hanzi_slot *slot = memory;
    if (!slot->count) return 0;
    switch (which) {
    case 0: return slot->count > 1 && !slot->wild ? slot->id : 0;
    case 1: return sound_part(slot);
    default: return slot->characters[0] == HANZI_WILD ? 0 : sound_of(slot->characters[0]) + 1;
    }
}

const struct link_kind link_hanzi = {
    .name = "hanzi",
    .size = sizeof(struct hanzi_slot),
    .levels = {"missing", "same", "sounds", "wild", "similar", "partial", "surname", "different"},
    .parts = {"name", "sound", "surname"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
};
