/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Amounts: what was read is written and read back. */
#include "core/decimal.h"
#include "tests/fuzz/fuzz.h"

static void decimals(struct span text, struct arena *arena) {
    (void)arena;
    for (int scale = 0; scale <= 6; scale += 2) {
        int64_t value = 1, back = 0;
        char written[24];
        if (decimal_read(text, scale, &value) != DECIMAL_OK) {
            REQUIRE(value == 0);
            continue;
        }
        size_t size = decimal_write(value, scale, written);
        REQUIRE(size < sizeof written);
        REQUIRE(decimal_read((struct span){written, size}, scale, &back) == DECIMAL_OK && back == value);
    }
}

FUZZ(decimals)
