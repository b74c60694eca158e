/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/scan.h"
#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { WIDTH = 64, AT_ONCE = 8 };

struct masks {
    uint64_t needles, line_ends, specials, high;
};

#ifdef __x86_64__
/* SSE2 is the baseline of x86-64; AVX2 is asked for at run time. */
static struct masks look_baseline(const struct scan *scan, const char *at) {
    struct masks masks = {0};
    for (unsigned part = 0; part < WIDTH / 16; part++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + part * 16));
        masks.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << part * 16;
        for (unsigned i = 0; i < scan->needle_count; i++) {
            __m128i equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)scan->needles[i]));
            uint64_t found = (uint64_t)(uint32_t)_mm_movemask_epi8(equal) << part * 16;
            masks.needles |= found;
            if (i < scan->line_ends) masks.line_ends |= found;
            if (i >= scan->special) masks.specials |= found;
        }
    }
    return masks;
}

__attribute__((target("avx2"))) static struct masks look_wide(const struct scan *scan, const char *at) {
    struct masks masks = {0};
    __m256i low = _mm256_loadu_si256((const __m256i *)(const void *)at);
    __m256i top = _mm256_loadu_si256((const __m256i *)(const void *)(at + 32));
    masks.high = (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(top) << 32;
    for (unsigned i = 0; i < scan->needle_count; i++) {
        __m256i needle = _mm256_set1_epi8((char)scan->needles[i]);
        uint64_t found = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, needle)) |
                         (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(top, needle)) << 32;
        masks.needles |= found;
        if (i < scan->line_ends) masks.line_ends |= found;
        if (i >= scan->special) masks.specials |= found;
    }
    return masks;
}
#else
static struct masks look_baseline(const struct scan *scan, const char *at) {
    struct masks masks = {0};
    for (unsigned i = 0; i < WIDTH; i++) {
        unsigned char byte = (unsigned char)at[i];
        uint64_t bit = UINT64_C(1) << i;
        if (byte >= 0x80) masks.high |= bit;
        for (unsigned k = 0; k < scan->needle_count; k++) {
            if (byte != scan->needles[k]) continue;
            masks.needles |= bit;
            if (k < scan->line_ends) masks.line_ends |= bit;
            if (k >= scan->special) masks.specials |= bit;
        }
    }
    return masks;
}
#endif

static void make_room(struct scan *scan, size_t size, struct arena *arena) {
    if (scan->room >= size + WIDTH) return;
    scan->room = size + size / 4 + WIDTH;
    scan->marks = ARENA_ROOM(arena, uint32_t, scan->room + AT_ONCE);
    scan->lines = ARENA_ROOM(arena, uint32_t, scan->room + 1);
    scan->specials = ARENA_ROOM(arena, uint32_t, scan->room + 1);
    scan->high = ARENA_ROOM(arena, uint64_t, scan->room / WIDTH + 2);
}

/* Offsets of all bits of a word.  Eight are written whether they are there or not: how many there are is
   what no branch can foresee. */
static inline __attribute__((always_inline)) uint32_t *put_marks(uint32_t *mark, uint64_t bits, size_t at) {
    unsigned count = (unsigned)__builtin_popcountll(bits);
    uint32_t *end = mark + count;
    const uint64_t stop = UINT64_C(1) << 63; /* so that there is a bit to count to */
    for (unsigned i = 0; i < AT_ONCE; i++, bits &= bits - 1)
        mark[i] = (uint32_t)(at + (unsigned)__builtin_ctzll(bits | stop));
    for (mark += AT_ONCE; mark < end; bits &= bits - 1)
        *mark++ = (uint32_t)(at + (unsigned)__builtin_ctzll(bits));
    return end;
}

static inline __attribute__((always_inline)) void
run(struct scan *scan, struct span text, struct masks (*look)(const struct scan *, const char *)) {
    uint32_t *mark = scan->marks, *line = scan->lines, *special = scan->specials;
    for (size_t at = 0; at < text.size; at += WIDTH) {
        struct masks masks = look(scan, text.bytes + at);
        if (text.size - at < WIDTH) {
            uint64_t inside = (UINT64_C(1) << (text.size - at)) - 1;
            masks.needles &= inside;
            masks.line_ends &= inside;
            masks.specials &= inside;
            masks.high &= inside;
        }
        scan->high[at / WIDTH] = masks.high;
        for (uint64_t left = masks.line_ends; left; left &= left - 1) {
            uint64_t before = masks.needles & ((left & -left) - 1);
            *line++ = (uint32_t)(mark - scan->marks) + (unsigned)__builtin_popcountll(before);
        }
        for (uint64_t left = masks.specials; left; left &= left - 1)
            *special++ = (uint32_t)(at + (unsigned)__builtin_ctzll(left));
        mark = put_marks(mark, masks.needles, at);
    }
    scan->size = text.size;
    scan->mark_count = (size_t)(mark - scan->marks);
    scan->line_count = (size_t)(line - scan->lines);
    *mark = (uint32_t)text.size;
    *line = (uint32_t)scan->mark_count;
    *special = UINT32_MAX;
}

void scan_run_baseline(struct scan *scan, struct span text, struct arena *arena) {
    make_room(scan, text.size, arena);
    run(scan, text, look_baseline);
}

#ifdef __x86_64__
__attribute__((target("avx2,bmi,popcnt"))) static void run_wide(struct scan *scan, struct span text) {
    run(scan, text, look_wide);
}

void scan_run(struct scan *scan, struct span text, struct arena *arena) {
    make_room(scan, text.size, arena);
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
        run_wide(scan, text);
    else run(scan, text, look_baseline);
}
#else
void scan_run(struct scan *scan, struct span text, struct arena *arena) {
    scan_run_baseline(scan, text, arena);
}
#endif
