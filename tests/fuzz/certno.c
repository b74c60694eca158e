/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Identity numbers: the normal form is its own normal form. */
#include "tests/fuzz/cell.h"
#include "transform/row/certno.h"

static void certificates(struct span text, struct arena *arena) {
    text = fuzz_valid(text, arena);
    struct span normal = certno_normal(text, arena);
    struct span again = certno_normal(normal, arena);
    REQUIRE(span_equal(normal, again));
    certno_precision_lost(normal);
    struct certno found = certno_check(normal, (struct span){0}, NULL, arena);
    REQUIRE(!found.citizen || found.number.size == 18 || found.number.size == 15);
    certno_check(normal, SPAN("01"), NULL, arena);
}

FUZZ(certificates)
