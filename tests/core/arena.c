/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/arena.h"
#include <criterion/criterion.h>
#include <stdint.h>

enum { BLOCK = 1 << 20 };

Test(arena, is_aligned_zeroed_and_apart) {
    struct arena arena = {0};
    static const struct {
        size_t size, count, alignment;
    } takes[] = {{1, 1, 1},     {8, 3, 8},     {1, 7, 1},         {4, 1, 4}, {16, 2, 16}, {2, 5, 2},
                 {1, BLOCK, 1}, {8, BLOCK, 8}, {1, BLOCK - 1, 1}, {1, 1, 1}, {8, 1, 8}};
    enum { COUNT = sizeof takes / sizeof *takes };
    for (int round = 0; round < 3; round++) {
        unsigned char *taken[COUNT];
        for (size_t i = 0; i < COUNT; i++) {
            size_t bytes = takes[i].size * takes[i].count;
            taken[i] = arena_take(&arena, takes[i].size, takes[i].count, takes[i].alignment);
            cr_assert((uintptr_t)taken[i] % takes[i].alignment == 0, "take %zu is not aligned", i);
            for (size_t b = 0; b < bytes; b++)
                cr_assert(!taken[i][b], "take %zu round %d: byte %zu is set", i, round, b);
            memset(taken[i], (int)i + 1, bytes);
        }
        for (size_t i = 0; i < COUNT; i++)
            for (size_t b = 0; b < takes[i].size * takes[i].count; b++)
                cr_assert(taken[i][b] == i + 1, "take %zu was written by another", i);
        arena_reset(&arena);
    }
    arena_free(&arena);
    cr_expect(!arena.first && !arena.current, "an arena is empty after arena_free");
    arena_free(&arena);
}

/* Room is not cleared, but it is as far apart and as well aligned, and what is taken after it is zero. */
Test(arena, room_is_apart) {
    struct arena arena = {0};
    for (int round = 0; round < 2; round++) {
        char *odd = ARENA_ROOM(&arena, char, 3), *large = ARENA_ROOM(&arena, char, 2 * BLOCK);
        uint64_t *words = ARENA_ROOM(&arena, uint64_t, 5);
        memset(odd, 1, 3), memset(large, 2, 2 * BLOCK), memset(words, 3, 5 * sizeof *words);
        const char *clear = ARENA_NEW(&arena, char, 100);
        cr_expect((uintptr_t)words % alignof(uint64_t) == 0);
        for (int i = 0; i < 100; i++) cr_assert(!clear[i], "round %d: byte %d", round, i);
        cr_expect(odd[0] == 1 && odd[2] == 1 && large[0] == 2 && large[2 * BLOCK - 1] == 2);
        arena_reset(&arena);
    }
    arena_free(&arena);
}

/* A batch's arena is reset for every batch; memory must not grow with the number of batches. */
Test(arena, reset_reuses_the_blocks) {
    struct arena arena = {0};
    char *first = ARENA_NEW(&arena, char, 100);
    ARENA_NEW(&arena, char, 3 * BLOCK);
    char *last = ARENA_NEW(&arena, char, BLOCK);
    for (int round = 0; round < 100; round++) {
        arena_reset(&arena);
        cr_assert(ARENA_NEW(&arena, char, 100) == first, "round %d took a new first block", round);
        ARENA_NEW(&arena, char, 3 * BLOCK);
        cr_assert(ARENA_NEW(&arena, char, BLOCK) == last, "round %d took a new last block", round);
    }
    arena_free(&arena);
}

Test(arena, copies_end_with_nul) {
    struct arena arena = {0};
    struct span copy = arena_copy(&arena, SPAN("参保"));
    cr_expect(span_equal(copy, SPAN("参保")) && copy.bytes[copy.size] == '\0', "a copy is a C string too");
    struct span empty = arena_copy(&arena, (struct span){0});
    cr_expect(empty.bytes && empty.size == 0 && empty.bytes[0] == '\0', "no bytes become an empty string");
    arena_free(&arena);
}
