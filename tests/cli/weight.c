/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/weight.h"
#include <criterion/criterion.h>

enum { PATTERNS = 300, FREQUENCIES = 100 };

static uint32_t place(struct weights *weights, uint32_t pattern, uint32_t frequency) {
    return weight_place(weights, pattern, frequency ? frequency / 8.0 : -1);
}

/* More than it begins with room for, in another order the second time. */
Test(weight, each_stands_once) {
    struct weights weights = {0};
    for (uint32_t p = 0; p < PATTERNS; p++)
        for (uint32_t f = 0; f < FREQUENCIES; f++)
            cr_assert_eq(place(&weights, p, f), p * FREQUENCIES + f, "%u %u", p, f);
    for (uint32_t f = FREQUENCIES; f-- > 0;)
        for (uint32_t p = PATTERNS; p-- > 0;)
            cr_assert_eq(place(&weights, p, f), p * FREQUENCIES + f, "%u %u", p, f);
    cr_assert_eq(weights.count, PATTERNS * FREQUENCIES);
    for (uint32_t i = 0; i < weights.count; i++) {
        cr_assert_eq(weights.list[i].pattern, i / FREQUENCIES);
        uint32_t frequency = i % FREQUENCIES;
        cr_assert_eq(weights.list[i].frequency, frequency ? frequency / 8.0 : -1);
    }
    arena_free(&weights.arena);
}
