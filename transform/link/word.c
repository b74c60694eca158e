/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Words and numbers in letters: names, towns, mail addresses; postcodes and numbers of any office. */
#include "transform/link/word.h"

enum { MISSING, SAME, TYPO, NEAR, LIKE, DIFFERENT, SWAPPED, PREFIX };
enum { DIGITS_TYPO = 2, DIGITS_TWO = 3, DIGITS_DIFFERENT = 4 };
enum { WORD_BYTES = 63, PERCENT = 10000, WINKLER_BYTES = 4, PREFIX_BYTES = 3 };

static void keep(struct word_slot *slot, const char *bytes, size_t size, struct arena *arena) {
    if (!size) return;
    slot->bytes = arena_copy(arena, (struct span){bytes, size}).bytes;
    slot->size = (uint32_t)size;
    slot->hash = (uint32_t)(link_hash(bytes, size) >> 32) | 1;
}

/* Lower case, one blank between words, none around. */
static void standardize_word(const struct link_field *field, const struct span *inputs, void *memory,
                             struct arena *arena) {
    char text[WORD_BYTES];
    size_t size = 0;
    (void)field;
    for (size_t i = 0; i < inputs[0].size && size < WORD_BYTES; i++) {
        char letter = inputs[0].bytes[i];
        if (letter >= 'A' && letter <= 'Z') letter = (char)(letter + 32);
        if (letter == ' ' && (size == 0 || text[size - 1] == ' ')) continue;
        text[size++] = letter;
    }
    while (size && text[size - 1] == ' ') size--;
    keep(memory, text, size, arena);
}

static void standardize_digits(const struct link_field *field, const struct span *inputs, void *memory,
                               struct arena *arena) {
    char text[WORD_BYTES];
    size_t size = 0;
    (void)field;
    for (size_t i = 0; i < inputs[0].size && size < WORD_BYTES; i++) {
        char letter = inputs[0].bytes[i];
        bool digit = letter >= '0' && letter <= '9';
        if (digit || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z'))
            text[size++] = letter;
    }
    keep(memory, text, size, arena);
}

/* Share of matching letters and of their order, in 1/10000; common beginnings count more.
   Source: W. Winkler, String Comparator Metrics, 1990. */
static unsigned jaro_winkler(const struct word_slot *a, const struct word_slot *b) {
    bool left[WORD_BYTES] = {false}, right[WORD_BYTES] = {false};
    uint32_t longer = a->size > b->size ? a->size : b->size, window = longer / 2 ? longer / 2 - 1 : 0;
    uint32_t matching = 0, moved = 0, at = 0, prefix = 0;
    for (uint32_t i = 0; i < a->size; i++)
        for (uint32_t j = i > window ? i - window : 0; j < b->size && j <= i + window; j++) {
            if (right[j] || a->bytes[i] != b->bytes[j]) continue;
            left[i] = right[j] = true;
            matching++;
            break;
        }
    if (!matching) return 0;
    for (uint32_t i = 0; i < a->size; i++) {
        if (!left[i]) continue;
        while (!right[at]) at++;
        moved += a->bytes[i] != b->bytes[at++];
    }
    uint32_t jaro = (PERCENT * matching / a->size + PERCENT * matching / b->size +
                     PERCENT * (2 * matching - moved) / (2 * matching)) /
                    3;
    while (prefix < WINKLER_BYTES && prefix < a->size && prefix < b->size &&
           a->bytes[prefix] == b->bytes[prefix])
        prefix++;
    return jaro + prefix * (PERCENT - jaro) / 10;
}

/* Edits (one letter changed, left out, added, two neighbours swapped), at most `most` + 1. */
static unsigned edits(const struct word_slot *a, const struct word_slot *b, unsigned most) {
    unsigned rows[3][WORD_BYTES + 1];
    unsigned *before = rows[0], *last = rows[1], *row = rows[2];
    if ((a->size > b->size ? a->size - b->size : b->size - a->size) > most) return most + 1;
    for (uint32_t j = 0; j <= b->size; j++) last[j] = j;
    for (uint32_t i = 1; i <= a->size; i++) {
        row[0] = i;
        for (uint32_t j = 1; j <= b->size; j++) {
            unsigned best = last[j - 1] + (a->bytes[i - 1] != b->bytes[j - 1]);
            if (last[j] + 1 < best) best = last[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a->bytes[i - 1] == b->bytes[j - 2] && a->bytes[i - 2] == b->bytes[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        unsigned *spare = before;
        before = last, last = row, row = spare;
    }
    return last[b->size] > most ? most + 1 : last[b->size];
}

static bool equal(const struct word_slot *a, const struct word_slot *b) {
    return a->hash == b->hash && a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0;
}

static unsigned compare_words(const void *left, const void *right) {
    const struct word_slot *a = left, *b = right;
    if (!a->size || !b->size) return MISSING;
    if (equal(a, b)) return SAME;
    unsigned likeness = jaro_winkler(a, b);
    if (likeness >= 9200 || edits(a, b, 1) <= 1) return TYPO;
    uint32_t shorter = a->size < b->size ? a->size : b->size;
    if (shorter >= PREFIX_BYTES && memcmp(a->bytes, b->bytes, shorter) == 0) return PREFIX;
    if (likeness >= 8500) return NEAR;
    return likeness >= 7000 ? LIKE : DIFFERENT;
}

static unsigned compare_digits(const void *left, const void *right) {
    const struct word_slot *a = left, *b = right;
    if (!a->size || !b->size) return MISSING;
    if (equal(a, b)) return SAME;
    unsigned distance = edits(a, b, 2);
    return distance == 1 ? DIGITS_TYPO : distance == 2 ? DIGITS_TWO : DIGITS_DIFFERENT;
}

bool word_swapped(const struct word_slot *own, const struct word_slot *other) {
    return own->size && other->size && equal(own, other);
}

static uint64_t beginning(const struct word_slot *slot, uint32_t size) {
    return slot->size ? link_hash(slot->bytes, slot->size < size ? slot->size : size) | 1 : 0;
}

/* What stands before '@', of a mail address. */
static uint64_t user(const struct word_slot *slot) {
    const char *at = slot->size ? memchr(slot->bytes, '@', slot->size) : NULL;
    return at ? link_hash(slot->bytes, (size_t)(at - slot->bytes)) | 1 : 0;
}

static uint64_t part(const void *memory, unsigned which) {
    static const uint32_t sizes[] = {WORD_BYTES, 1, 2, 3, 4, 7};
    const struct word_slot *slot = memory;
    return which == sizeof sizes / sizeof *sizes ? user(slot) : beginning(slot, sizes[which]);
}

const struct link_kind link_word = {
    .name = "word",
    .size = sizeof(struct word_slot),
    .keeps_text = true,
    .levels = {"missing", "same", "typo", "near", "like", "different", "swapped", "prefix"},
    .parts = {"word", "first1", "first2", "first3", "first4", "first7", "user"},
    .standardize = standardize_word,
    .compare = compare_words,
    .part = part,
};

const struct link_kind link_digits = {
    .name = "digits",
    .size = sizeof(struct word_slot),
    .keeps_text = true,
    .levels = {"missing", "same", "typo", "two", "different"},
    .parts = {"number", "first1", "first2", "first3", "first4", "first7"},
    .standardize = standardize_digits,
    .compare = compare_digits,
    .part = part,
};
