/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/map.h"
#include "transform/han/pinyin.h"
#include "transform/han/variant.h"
#include "transform/row/text.h"
#include <ctype.h>

enum { LABEL_POINTS = 64 };

static size_t points(struct span text, uint32_t out[LABEL_POINTS]) {
    size_t count = 0;
    for (size_t at = 0; at < text.size && count < LABEL_POINTS;) {
        uint32_t point = text_next(text, &at);
        /* Brackets, commas and blanks say nothing about the meaning. */
        bool sign = point <= ' ' || strchr("()[],.;:-_/", point < 128 ? (int)point : 'x') ||
                    (point >= 0x3000 && point <= 0x3011) || (point >= 0xff08 && point <= 0xff0f);
        if (!sign) out[count++] = variant_simplified(point);
    }
    return count;
}

static bool within(const uint32_t *small, size_t small_count, const uint32_t *large, size_t large_count) {
    for (size_t at = 0; at + small_count <= large_count; at++)
        if (memcmp(small, large + at, small_count * sizeof *small) == 0) return true;
    return false;
}

/* Characters of `small` that stand in `large` in the same order: 职工医保 in 职工基本医疗保险. */
static bool abbreviates(const uint32_t *small, size_t small_count, const uint32_t *large,
                        size_t large_count) {
    size_t found = 0;
    for (size_t at = 0; at < large_count && found < small_count; at++) found += large[at] == small[found];
    return found == small_count;
}

static size_t common_pairs(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count) {
    bool used[LABEL_POINTS] = {0};
    size_t common = 0;
    for (size_t i = 0; i + 1 < a_count; i++)
        for (size_t j = 0; j + 1 < b_count; j++) {
            if (used[j] || a[i] != b[j] || a[i + 1] != b[j + 1]) continue;
            used[j] = true;
            common++;
            break;
        }
    return common;
}

static int alike(const uint32_t *left, size_t left_count, const uint32_t *right, size_t right_count) {
    if (!left_count || !right_count) return 0;
    const uint32_t *small = left_count <= right_count ? left : right, *large = small == left ? right : left;
    size_t small_count = small == left ? left_count : right_count,
           large_count = small == left ? right_count : left_count;
    if (small_count == large_count && memcmp(small, large, small_count * sizeof *small) == 0) return 100;
    int share = (int)(40 * small_count / large_count);
    if (small_count < 2) return 0;
    if (within(small, small_count, large, large_count)) return 55 + share;
    if (abbreviates(small, small_count, large, large_count)) return 50 + share;
    return (int)(100 * 2 * common_pairs(left, left_count, right, right_count) /
                 (left_count + right_count - 2));
}

/* How many characters say "not": 参保 is the opposite of 未参保 and of 停保, however alike they are. */
static size_t denials(struct span text) {
    static const uint32_t words[] = {U'未', U'非', U'不', U'无', U'停', U'止'};
    uint32_t all[LABEL_POINTS];
    size_t count = points(text, all), found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t w = 0; w < sizeof words / sizeof *words; w++) found += all[i] == words[w];
    return found;
}

int map_alike(struct span a, struct span b) {
    uint32_t left[LABEL_POINTS], right[LABEL_POINTS];
    size_t left_count = points(a, left), right_count = points(b, right);
    if ((denials(a) > 0) != (denials(b) > 0)) return 0;
    return alike(left, left_count, right, right_count);
}

/* Each character by its sound: a syllable of up to six letters in 30 bits, beyond every code point. */
static size_t sounds(struct span text, uint32_t out[LABEL_POINTS]) {
    size_t count = points(text, out);
    for (size_t i = 0; i < count; i++) {
        const char *sound = pinyin_of(out[i]);
        uint32_t packed = 0;
        for (const char *at = sound; *at; at++) packed = packed << 5 | (uint32_t)(*at - 'a' + 1);
        if (*sound) out[i] = packed | 0x80000000u;
    }
    return count;
}

int map_sounds(struct span a, struct span b) {
    uint32_t left[LABEL_POINTS], right[LABEL_POINTS];
    size_t left_count = sounds(a, left), right_count = sounds(b, right);
    if ((denials(a) > 0) != (denials(b) > 0)) return 0;
    return alike(left, left_count, right, right_count);
}

bool map_initials(struct span code, struct span label) {
    uint32_t all[LABEL_POINTS];
    size_t count = points(label, all);
    if (count < 2 || count != code.size) return false;
    for (size_t i = 0; i < count; i++)
        if (!isalpha((unsigned char)code.bytes[i]) ||
            tolower((unsigned char)code.bytes[i]) != pinyin_of(all[i])[0])
            return false;
    return true;
}
