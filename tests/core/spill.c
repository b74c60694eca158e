/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spill.h"
#include "core/arena.h"
#include <criterion/criterion.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { BLOCKS = 64, NUMBERS = 1 << 17, MEBIBYTE = 1 << 20 };

static bool in_file(const struct spill *spill, const void *bytes) {
    return (const char *)bytes >= spill->base && (const char *)bytes < spill->base + spill->used;
}

/* 64 MiB are written and read again while at most some of it may stay in memory. */
Test(spill, what_left_memory_comes_back) {
    struct spill spill;
    struct error error;
    struct stat about;
    cr_assert(spill_open(&spill, "/tmp", 1, &error), "%s", error.message);
    struct arena arena = {.spill = &spill};
    uint64_t *blocks[BLOCKS];
    for (uint64_t b = 0; b < BLOCKS; b++) {
        blocks[b] = ARENA_NEW(&arena, uint64_t, NUMBERS);
        cr_assert(in_file(&spill, blocks[b]));
        for (uint64_t i = 0; i < NUMBERS; i++) {
            cr_assert_eq(blocks[b][i], 0);
            blocks[b][i] = b * NUMBERS + i;
            spill_breathe(&spill);
        }
    }
    for (uint64_t b = 0; b < BLOCKS; b++)
        for (uint64_t i = 0; i < NUMBERS; i++) {
            cr_assert_eq(blocks[b][i], b * NUMBERS + i);
            spill_breathe(&spill);
        }
    cr_assert_eq(fstat(spill.file, &about), 0);
    cr_expect(about.st_blocks * 512 >= (off_t)BLOCKS * MEBIBYTE);
    arena_free(&arena);
    cr_assert_eq(fstat(spill.file, &about), 0);
    cr_expect(about.st_blocks * 512 < MEBIBYTE, "the disk's room is given back");
    spill_close(&spill);
}

/* Below the bound nothing touches the disk. */
Test(spill, below_the_bound_memory_will_do) {
    struct spill spill;
    struct error error;
    cr_assert(spill_open(&spill, "/tmp", (uint64_t)1 << 40, &error));
    struct arena arena = {.spill = &spill};
    char *bytes = ARENA_NEW(&arena, char, 4 * MEBIBYTE);
    cr_expect(!in_file(&spill, bytes));
    cr_expect_eq(spill.used, 0);
    arena_free(&arena);
    spill_close(&spill);
}

Test(spill, a_folder_that_is_not_there) {
    struct spill spill;
    struct error error;
    cr_expect(!spill_open(&spill, "/tmp/no such folder", 1, &error));
    cr_expect_eq(error.trouble, TROUBLE_LATER);
    spill_close(&spill);
}
