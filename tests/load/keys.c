/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/keys.h"
#include <criterion/criterion.h>
#include <stdlib.h>

/* More than fits in memory, so that runs are spilled and merged again. */
enum { MANY = 2 * (KEYS_BYTES_MAX / (int)sizeof(struct key)) + 1000, EVERY = 100003, MET_MAX = 256 };

struct met {
    struct key keys[MET_MAX];
    unsigned count;
};

static bool meet(void *context, struct key key, struct error *error) {
    struct met *met = context;
    (void)error;
    cr_assert(met->count < MET_MAX);
    met->keys[met->count++] = key;
    return true;
}

/* Odd multiplier: distinct numbers stay distinct and spread over all 64 bits. */
static uint64_t spread(uint64_t number) { return number * 0x9E3779B97F4A7C15 + 1; }

Test(keys, repeated_keys_are_found_across_workers_and_spilled_runs) {
    struct keys *lists = calloc(2, sizeof *lists);
    struct error error = {0};
    unsigned repeats = 0;
    for (uint32_t i = 0; i < MANY; i++)
        cr_assert(keys_add(&lists[0], (struct key){spread(i), 1, i}, &error), "%s", error.message);
    for (uint32_t i = 0; i < MANY; i += EVERY, repeats++)
        cr_assert(keys_add(&lists[1], (struct key){spread(i), 2, i}, &error), "%s", error.message);
    cr_assert(keys_add(&lists[1], (struct key){spread(5), 3, 7}, &error));
    cr_assert(keys_add(&lists[1], (struct key){spread(5), 3, 8}, &error));
    cr_assert(lists[0].run_count >= 2, "the case must spill");
    struct keys *both[] = {&lists[0], &lists[1]};
    struct met met = {.count = 0};
    cr_assert(keys_repeated(both, 2, meet, &met, &error), "%s", error.message);
    cr_assert_eq(met.count, 2 * repeats + 3);
    unsigned of_five = 0;
    for (unsigned i = 0; i < met.count; i++) {
        if (met.keys[i].hash == spread(5)) of_five++;
        if (i == 0 || met.keys[i].hash != met.keys[i - 1].hash) {
            cr_assert_eq(met.keys[i].file, 1, "the first of a key comes first");
            cr_assert(i + 1 < met.count && met.keys[i + 1].hash == met.keys[i].hash,
                      "equal ones stand together");
        }
    }
    cr_assert_eq(of_five, 3);
    keys_free(&lists[0]);
    keys_free(&lists[1]);
    free(lists);
}

Test(keys, nothing_repeated_nothing_found) {
    struct keys *keys = calloc(1, sizeof *keys);
    struct error error = {0};
    struct met met = {.count = 0};
    for (uint32_t i = 0; i < 5000; i++) cr_assert(keys_add(keys, (struct key){spread(i), 1, i}, &error));
    cr_assert(keys_repeated(&keys, 1, meet, &met, &error));
    cr_assert_eq(met.count, 0);
    keys_free(keys);
    free(keys);
}
