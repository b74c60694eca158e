/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/spill.h"
#include "core/arena.h"
#include "core/parallel.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

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

static uint64_t status_kib(const char *name) {
    char line[256];
    uint64_t kib = 0;
    FILE *file = fopen("/proc/self/status", "re");
    cr_assert(file);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0) kib = strtoull(line + strlen(name), NULL, 10);
    fclose(file);
    return kib;
}

static void touch_anywhere(void *context, unsigned thread, uint32_t part) {
    struct spill *spill = context;
    uint64_t sum = part, pages = spill->used / 4096;
    (void)thread;
    for (uint32_t i = 0; i < 1000; i++) {
        spill_breathe(spill);
        for (int touch = 0; touch < SPILL_TOUCHES; touch++) {
            sum = (sum + 1) * 6364136223846793005u;
            sum += ((const volatile unsigned char *)spill->base)[(sum >> 33) % pages * 4096];
        }
    }
}

static void begin_peak_anew(void) {
    int clear = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
    cr_assert(clear >= 0 && write(clear, "5", 1) == 1, "the peak cannot be begun anew");
    close(clear);
}

static void expect_peak(uint64_t most_kib) {
    uint64_t peak = status_kib("VmHWM:");
#ifdef __SANITIZE_ADDRESS__
    peak = 0; /* AddressSanitizer's own memory would count */
#endif
    cr_expect(peak <= most_kib, "%ju KiB of %ju", peak, most_kib);
}

/* Two threads read all over 256 MiB, taken in small blocks and as one; a page that is touched brings its
   neighbours along, and of what was taken as one block the page cache would keep pieces of 2 MiB. */
Test(spill, reading_anywhere_stays_within_the_bound) {
    enum { ALL = 256, ROOM_KIB = 12 << 10 };
    static const size_t block_counts[] = {ALL, 1};
    for (size_t c = 0; c < 2; c++) {
        struct spill spill;
        struct error error;
        cr_assert(spill_open(&spill, "/tmp", 1, &error));
        struct arena arena = {.spill = &spill};
        for (size_t b = 0, size = ALL / block_counts[c] * MEBIBYTE; b < block_counts[c]; b++) {
            char *block = ARENA_NEW(&arena, char, size);
            for (size_t at = 0; at < size; at += MEBIBYTE) {
                memset(block + at, 1, MEBIBYTE);
                spill_room(&spill, MEBIBYTE);
            }
        }
        spill_room(&spill, MEBIBYTE);
        spill.bound = (status_kib("VmRSS:") + ROOM_KIB) << 10;
        spill.breaths = 0; /* those of the old bound */
        begin_peak_anew();
        parallel_run(2, 8, touch_anywhere, &spill);
        expect_peak(spill.bound >> 10);
        arena_free(&arena);
        spill_close(&spill);
    }
}

/* One look at any place brings nothing into the process, and shows what was written through the mapping. */
Test(spill, a_look_brings_no_pages) {
    enum { ALL = 64 * MEBIBYTE, LOOKS = 20000, STRIDE = ALL / LOOKS };
    struct spill spill;
    struct error error;
    cr_assert(spill_open(&spill, "/tmp", 1, &error));
    struct arena arena = {.spill = &spill};
    uint64_t *numbers = ARENA_NEW(&arena, uint64_t, ALL / sizeof(uint64_t)), room, here = 7;
    for (uint64_t i = 0; i < ALL / sizeof *numbers; i++) {
        numbers[i] = i * 3;
        spill_step(&spill, i);
    }
    spill_room(&spill, ALL);
    begin_peak_anew();
    uint64_t before = status_kib("VmHWM:");
    for (uint64_t i = 0; i < LOOKS; i++) {
        uint64_t place = i * STRIDE / sizeof *numbers;
        const uint64_t *found = spill_peek(&spill, &numbers[place], sizeof *numbers, &room);
        cr_assert_eq(found, &room);
        cr_assert_eq(*found, place * 3);
    }
    expect_peak(before + 1024);
    cr_expect_eq(spill_peek(&spill, &here, sizeof here, &room), (void *)&here, "memory is looked at itself");
    cr_expect_eq(spill_peek(NULL, &here, sizeof here, &room), (void *)&here);
    arena_free(&arena);
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
