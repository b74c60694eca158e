/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Spec files: read, or refused with a sentence and as a matter of usage. */
#include "core/spec.h"
#include "tests/fuzz/fuzz.h"

static void specs(struct span text, struct arena *arena) {
    struct spec spec;
    struct error error = {0};
    if (spec_read(text, "fuzz.yaml", NULL, arena, &spec, &error)) {
        REQUIRE(spec.ignore || (spec.kind && spec.key_count > 0));
        for (uint32_t i = 0; i < spec.column_count; i++)
            REQUIRE((spec.columns[i].from_count > 0) != spec.columns[i].has_value);
    } else {
        REQUIRE(*error.message && error.trouble == TROUBLE_USAGE);
    }
}

FUZZ(specs)
