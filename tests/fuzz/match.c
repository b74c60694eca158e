/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Patterns of file names: a line, and the name behind it. */
#include "core/spec.h"
#include "tests/fuzz/fuzz.h"

static void patterns(struct span text, struct arena *arena) {
    (void)arena;
    const char *line = text.size ? memchr(text.bytes, '\n', text.size) : NULL;
    if (!line) return;
    struct span pattern = {text.bytes, (size_t)(line - text.bytes)};
    struct span name = {line + 1, text.size - pattern.size - 1};
    struct spec_rank rank;
    bool fits = spec_match(pattern, name, &rank);
    REQUIRE(fits || (!rank.period.size && !rank.revision.size && !rank.part.size));
    for (size_t i = 0; i < rank.period.size; i++)
        REQUIRE(rank.period.bytes[i] >= '0' && rank.period.bytes[i] <= '9');
}

FUZZ(patterns)
