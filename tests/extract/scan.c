/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/scan.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { SLOP = 64 };

/* What a byte at a time finds. */
static void check(const struct scan *scan, const unsigned char *text, size_t size, const char *what) {
    size_t marks = 0, lines = 0, specials = 0;
    for (size_t at = 0; at < size; at++) {
        cr_assert(scan_high(scan, at, at + 1) == (text[at] >= 0x80), "%s: byte %zu of %zu", what, at, size);
        unsigned needle = 0;
        while (needle < scan->needle_count && scan->needles[needle] != text[at]) needle++;
        if (needle == scan->needle_count) continue;
        if (needle < scan->line_ends) cr_assert(scan->lines[lines++] == marks, "%s: line %zu", what, lines);
        if (needle >= scan->special) cr_assert(scan->specials[specials++] == at, "%s: special %zu", what, at);
        cr_assert(scan->marks[marks++] == at, "%s: mark %zu of %zu", what, at, size);
    }
    cr_assert(scan->mark_count == marks && scan->marks[marks] == size && scan->line_count == lines &&
                  scan->lines[lines] == marks && scan->specials[specials] == UINT32_MAX,
              "%s: ends at %zu", what, size);
    size_t high = size;
    for (size_t at = size + 1; at-- > 0;) {
        if (at < size && text[at] >= 0x80) high = at;
        cr_assert(scan_next_high(scan, at) == high, "%s: behind %zu of %zu", what, at, size);
    }
}

/* Every length up to four vectors and every alignment; what stands behind the text is full of needles and
   must not be found.  The vectors of this machine and those of any other find the same. */
Test(scan, every_length_and_alignment) {
    static const char *const texts[] = {"abcdefg", ",,,,,,,\n", "a,\"b\"\\c\r\nd\xb0\xa1", ",\xff\xfe\n"};
    enum { SIZE_MAX_TESTED = 260, ALIGNMENTS = 33 };
    uint64_t seed = 7;
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        for (size_t size = 0; size < SIZE_MAX_TESTED; size++) {
            size_t lead = size % ALIGNMENTS;
            unsigned char *memory = malloc(lead + size + SLOP), *text = memory + lead;
            memset(memory, '\n', lead + size + SLOP);
            for (size_t i = 0; i < size; i++) {
                seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                text[i] = (unsigned char)texts[t][(seed >> 33) % strlen(texts[t])];
            }
            struct scan scan = {
                .needles = {'\n', '\r', ',', '"', '\\'}, .needle_count = 5, .line_ends = 2, .special = 3};
            struct arena arena = {0};
            struct span span = {(const char *)text, size};
            scan_run(&scan, span, &arena);
            check(&scan, text, size, "this machine");
            scan_run_baseline(&scan, span, &arena);
            check(&scan, text, size, "any machine");
            arena_free(&arena);
            free(memory);
        }
    }
}
