/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/scan.h"
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { WIDTH = 64 };

struct masks {
    uint64_t needles, line_ends, high;
};

#ifdef __SSE2__ /* the baseline of x86-64, so no flags are needed */
static struct masks look(const struct scan *scan, const char *at) {
    struct masks masks = {0};
    for (unsigned part = 0; part < WIDTH / 16; part++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + part * 16));
        __m128i line_ends = _mm_setzero_si128(), others = _mm_setzero_si128();
        for (unsigned i = 0; i < scan->line_ends; i++)
            line_ends = _mm_or_si128(line_ends, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)scan->needles[i])));
        for (unsigned i = scan->line_ends; i < scan->needle_count; i++)
            others = _mm_or_si128(others, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)scan->needles[i])));
        uint64_t ends = (uint32_t)_mm_movemask_epi8(line_ends);
        masks.line_ends |= ends << part * 16;
        masks.needles |= (ends | (uint32_t)_mm_movemask_epi8(others)) << part * 16;
        masks.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << part * 16;
    }
    return masks;
}
#else
static struct masks look(const struct scan *scan, const char *at) {
    struct masks masks = {0};
    for (unsigned i = 0; i < WIDTH; i++) {
        unsigned char byte = (unsigned char)at[i];
        uint64_t bit = UINT64_C(1) << i;
        if (byte >= 0x80) masks.high |= bit;
        for (unsigned k = 0; k < scan->needle_count; k++) {
            if (byte != scan->needles[k]) continue;
            masks.needles |= bit;
            if (k < scan->line_ends) masks.line_ends |= bit;
        }
    }
    return masks;
}
#endif

void scan_run(struct scan *scan, struct span text, struct arena *arena) {
    if (scan->room < text.size + WIDTH) {
        scan->room = text.size + text.size / 4 + WIDTH;
        scan->marks = ARENA_NEW(arena, uint32_t, scan->room + 1);
        scan->high = ARENA_NEW(arena, uint64_t, scan->room / WIDTH + 2);
    }
    uint32_t *mark = scan->marks;
    size_t lines = 0;
    for (size_t at = 0; at < text.size; at += WIDTH) {
        struct masks masks = look(scan, text.bytes + at);
        if (text.size - at < WIDTH) {
            uint64_t inside = (UINT64_C(1) << (text.size - at)) - 1;
            masks.needles &= inside;
            masks.line_ends &= inside;
            masks.high &= inside;
        }
        scan->high[at / WIDTH] = masks.high;
        lines += (unsigned)__builtin_popcountll(masks.line_ends);
        for (uint64_t left = masks.needles; left; left &= left - 1)
            *mark++ = (uint32_t)(at + (unsigned)__builtin_ctzll(left));
    }
    *mark = (uint32_t)text.size;
    scan->mark_count = (size_t)(mark - scan->marks);
    scan->line_count = lines;
}
