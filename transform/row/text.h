/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_TEXT_H
#define TRANSFORM_ROW_TEXT_H
#include "core/arena.h"
#include <stdint.h>

/* UTF-8 cells as people typed them. */

/* Without blanks at both ends: ASCII white space, NUL, U+00A0, U+3000, U+FEFF.  A view into `text`. */
struct span text_trim_blanks(struct span text);
static inline struct span text_trim(struct span text) {
    if (text.size == 0) return text;
    /* Most cells begin with a visible character or a Hanzi and end with a visible one: two looks and
       done.  0xc2, 0xe3 and 0xef are how the wide blanks begin. */
    unsigned char first = (unsigned char)text.bytes[0], last = (unsigned char)text.bytes[text.size - 1];
    if (first > ' ' && (first < 0xc2 || (first > 0xe3 && first < 0xef)) && last > ' ' && last < 0x80)
        return text;
    return text_trim_blanks(text);
}

/* The code point at text[*at] and moves `*at` behind it; a malformed byte counts as U+FFFD. */
uint32_t text_next(struct span text, size_t *at);
/* Writes `point` as UTF-8; returns its length, 1 to 4. */
size_t text_put(uint32_t point, char *bytes);

/* Full-width forms to ASCII and every blank to ' '.  The same span when nothing changes, else a
   copy in `arena`. */
struct span text_half_width(struct span text, struct arena *arena);
/* Without NUL bytes, the same way. */
struct span text_without_nul(struct span text, struct arena *arena);

size_t text_length(struct span text); /* in characters */
bool text_is_ascii(struct span text);
/* Printable ASCII with a visible character at both ends: nothing to trim, to remove or to tell. */
static inline bool text_is_plain(struct span text) {
    if (text.size == 0 || text.bytes[0] <= ' ' || text.bytes[text.size - 1] <= ' ') return false;
    size_t index = 0;
    uint64_t bad = 0; /* a byte of 0x80 on, or a NUL */
    for (; index + 8 <= text.size; index += 8) {
        uint64_t word;
        memcpy(&word, text.bytes + index, 8);
        bad |= word | (word - 0x0101010101010101u);
    }
    if (index && index < text.size) { /* the last word overlaps: no byte by itself */
        uint64_t word;
        memcpy(&word, text.bytes + text.size - 8, 8);
        bad |= word | (word - 0x0101010101010101u);
        index = text.size;
    } else if (!index && text.size >= 4) {
        uint32_t first, last;
        memcpy(&first, text.bytes, 4);
        memcpy(&last, text.bytes + text.size - 4, 4);
        uint64_t word = first | (uint64_t)last << 32;
        bad |= word | (word - 0x0101010101010101u);
        index = text.size;
    }
    bad &= 0x8080808080808080u;
    for (; index < text.size; index++) bad |= text.bytes[index] <= 0;
    return bad == 0;
}
/* Nothing but ideographs of the basic block, U+4000-9FFF, as most names are; the text is valid UTF-8. */
static inline bool text_is_hanzi(struct span text) {
    if (text.size == 0 || text.size % 3 != 0) return false;
    bool hanzi = true;
    for (size_t at = 0; at < text.size; at += 3) {
        unsigned char lead = (unsigned char)text.bytes[at];
        hanzi &= lead >= 0xe4 && lead <= 0xe9;
    }
    return hanzi;
}
/* False when empty. */
static inline bool text_is_digits(struct span text) {
    size_t index = 0;
    for (; index + 8 <= text.size; index += 8) { /* eight at a time: 0x30 to 0x39 and nothing else */
        uint64_t word;
        memcpy(&word, text.bytes + index, 8);
        const uint64_t high = 0xf0f0f0f0f0f0f0f0u, digit = 0x3030303030303030u, six = 0x0606060606060606u;
        if ((word & high) != digit || ((word + six) & high) != digit) return false;
    }
    for (; index < text.size; index++)
        if (text.bytes[index] < '0' || text.bytes[index] > '9') return false;
    return text.size > 0;
}
bool text_is_private_use(uint32_t point);
/* The first private-use or replacement character, 0 when there is none.  With `name`, a '?' counts
   as a replacement too: that is what a lossy conversion leaves of a rare Hanzi. */
uint32_t text_damage(struct span text, bool name);
#endif
