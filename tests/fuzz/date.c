/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Dates in every shape: what was read is written and read back. */
#include "tests/fuzz/cell.h"
#include "transform/row/date.h"

static void dates(struct span text, struct arena *arena) {
    text = fuzz_valid(text, arena);
    int32_t days, back;
    int64_t microseconds;
    if (date_read(text, arena, &days) == DATE_OK) {
        char written[16];
        size_t size = date_write(days, written);
        REQUIRE(date_read((struct span){written, size}, arena, &back) == DATE_OK && back == days);
    }
    date_read_timestamp(text, arena, &microseconds);
    date_read_serial(text, arena, &days);
    date_read_month(text, arena, &days);
}

FUZZ(dates)
