/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Birth dates: a slip of one digit, the lunar date taken for the solar one, the first of January. */
#include "transform/link/birth.h"
#include <stdlib.h>

/* Levels; link_birth names them. */
enum { MISSING, SAME, TYPO, LUNAR, YEAR, NEAR, FAR, COMMON };
enum { DIGITS = 8, FIRST_DAY = 101, LUNAR_DAYS = 52, NEAR_DAYS = 720, YEAR_DAYS = 360, MONTH_DAYS = 30 };
enum { YEAR_FIRST = 1850, YEAR_LAST = 2100, NO_DATE = 19000101 };

/* 1900-01-01 is what systems write for none; taken for a date it would make the holder's own number that of
   another generation. */
static bool plausible(uint32_t date) {
    uint32_t year = date / 10000, month = date / 100 % 100, day = date % 100;
    return date != NO_DATE && year >= YEAR_FIRST && year <= YEAR_LAST && month >= 1 && month <= 12 &&
           day >= 1 && day <= 31;
}

/* "1980-01-31", "19800131", "1980/1/31"; what follows a blank or T is a time. */
static void standardize(const struct link_field *field, const struct span *inputs, void *memory,
                        struct arena *arena) {
    uint32_t parts[3] = {0}, at = 0, digits = 0;
    (void)field, (void)arena;
    for (size_t i = 0; i < inputs[0].size; i++) {
        char letter = inputs[0].bytes[i];
        if (letter >= '0' && letter <= '9' && ++digits <= DIGITS) {
            parts[at] = parts[at] * 10 + (uint32_t)(letter - '0');
        } else if ((letter == '-' || letter == '/' || letter == '.') && at < 2) {
            at++;
        } else {
            break;
        }
    }
    uint32_t date = at == 2 ? parts[0] * 10000 + parts[1] * 100 + parts[2] : parts[0];
    if (plausible(date)) ((struct birth_slot *)memory)->date = date & INT32_MAX;
}

static int rough_days(uint32_t date) {
    return (int)(date / 10000 * YEAR_DAYS + date / 100 % 100 * MONTH_DAYS + date % 100);
}

static unsigned differing_digits(uint32_t left, uint32_t right) {
    unsigned count = 0;
    for (int i = 0; i < DIGITS; i++, left /= 10, right /= 10) count += left % 10 != right % 10;
    return count;
}

/* 1980-03-05 and 1980-05-03, or two neighbouring digits of the year. */
static bool swapped(uint32_t left, uint32_t right) {
    if (left / 10000 == right / 10000)
        return left % 100 == right / 100 % 100 && right % 100 == left / 100 % 100;
    uint32_t a = left / 10000 % 100, b = right / 10000 % 100;
    return left % 10000 == right % 10000 && left / 1000000 == right / 1000000 && a / 10 == b % 10 &&
           a % 10 == b / 10;
}

static unsigned compare(const void *a, const void *b) {
    const struct birth_slot *one = a, *other = b;
    uint32_t left = one->date, right = other->date;
    if (!left || !right) return MISSING;
    if (left == right) return one->common ? COMMON : SAME;
    if (differing_digits(left, right) == 1 || swapped(left, right)) return TYPO;
    int days = abs(rough_days(left) - rough_days(right));
    bool first_day = left % 10000 == FIRST_DAY || right % 10000 == FIRST_DAY;
    if (left / 10000 == right / 10000) return first_day || days <= LUNAR_DAYS ? LUNAR : YEAR;
    if (days <= LUNAR_DAYS) return LUNAR;
    return days <= NEAR_DAYS ? NEAR : FAR;
}

static uint64_t part(const void *memory, unsigned which) {
    uint32_t date = ((const struct birth_slot *)memory)->date;
    return which == 0 ? date : date / 10000;
}

static void mark(void *memory) {
    struct birth_slot *slot = memory;
    slot->common = slot->date != 0;
}

const struct link_kind link_birth = {
    .name = "birth",
    .size = sizeof(struct birth_slot),
    .levels = {"missing", "same", "typo", "lunar", "year", "near", "far", "common"},
    .parts = {"date", "year"},
    .standardize = standardize,
    .compare = compare,
    .part = part,
    .mark = mark,
};
