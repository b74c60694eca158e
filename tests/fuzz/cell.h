/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_FUZZ_CELL_H
#define TESTS_FUZZ_CELL_H
#include "tests/fuzz/fuzz.h"
#include "transform/row/text.h"

/* Extractors hand on UTF-8 and nothing else, so that is what readers of cells are given. */
static inline struct span fuzz_valid(struct span text, struct arena *arena) {
    char *bytes = ARENA_NEW(arena, char, text.size * 3 + 1);
    size_t size = 0;
    for (size_t at = 0; at < text.size;) size += text_put(text_next(text, &at), bytes + size);
    return (struct span){bytes, size};
}
#endif
