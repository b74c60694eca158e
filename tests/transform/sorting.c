/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Sorted in runs on disk: what sorting in memory gives. */
#include "core/spill.h"
#include "transform/link/link.h"
#include "transform/link/radix.h"
#include <criterion/criterion.h>

enum { MOST = 50000 };

Test(sorting, runs_on_disk_end_as_memory_does) {
    static const uint32_t counts[] = {0, 1, 4095, 4096, 4097, 12288, 40000, MOST};
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        struct spill spill;
        struct error error;
        uint32_t count = counts[c];
        cr_assert(spill_open(&spill, "/tmp", 1, &error));
        struct arena memory = {0}, disk = {.spill = &spill};
        uint64_t *left = ARENA_NEW(&memory, uint64_t, MOST), *right = ARENA_NEW(&disk, uint64_t, MOST);
        struct link_order *first = ARENA_NEW(&memory, struct link_order, MOST),
                          *other = ARENA_NEW(&disk, struct link_order, MOST);
        for (uint32_t i = 0; i < count; i++) {
            /* Many alike: their order must stay. */
            left[i] = right[i] = (link_mix(i, c) % 999) << 32 | i;
            first[i] = other[i] = (struct link_order){link_mix(i, c) % 9999 << 20, i};
        }
        link_radix_sort(left, ARENA_NEW(&memory, uint64_t, MOST), count, NULL);
        link_radix_sort(right, ARENA_NEW(&disk, uint64_t, MOST), count, &spill);
        link_order_sort(first, ARENA_NEW(&memory, struct link_order, MOST), count, NULL);
        link_order_sort(other, ARENA_NEW(&disk, struct link_order, MOST), count, &spill);
        for (uint32_t i = 0; i < count; i++) {
            cr_assert_eq(left[i], right[i]);
            cr_assert(first[i].id == other[i].id && first[i].index == other[i].index);
            cr_assert(!i || left[i - 1] < left[i], "sorted, equal ones in their order");
        }
        arena_free(&memory);
        arena_free(&disk);
        spill_close(&spill);
    }
}
