/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Names and other text of cells. */
#include "tests/fuzz/cell.h"
#include "transform/row/name.h"

static void names(struct span text, struct arena *arena) {
    text = fuzz_valid(text, arena);
    struct span normal = name_normal(text, arena);
    name_illegal(normal, true);
    text_damage(normal, true);
    text_half_width(text, arena);
    REQUIRE(text_trim(text).size <= text.size);
    REQUIRE(text_without_nul(text, arena).size <= text.size);
}

FUZZ(names)
