/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_POPULATION_DICE_H
#define BENCH_POPULATION_DICE_H
#include <stdbool.h>
#include <stdint.h>

/* splitmix64, one after the other. */
struct dice {
    uint64_t state;
};

static inline uint64_t dice_next(struct dice *dice) {
    uint64_t value = dice->state += 0x9E3779B97F4A7C15u;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}
/* Below `count`, which is not 0. */
static inline uint32_t dice_below(struct dice *dice, uint32_t count) {
    return (uint32_t)((dice_next(dice) >> 32) * count >> 32);
}
/* True in `times` of 10,000. */
static inline bool dice_of_10000(struct dice *dice, uint32_t times) {
    return dice_below(dice, 10000) < times;
}
/* Small ones far more often than large ones, as names are. */
static inline uint32_t dice_uneven(struct dice *dice, uint32_t count) {
    uint64_t a = dice_below(dice, 65536), b = dice_below(dice, 65536);
    return (uint32_t)(a * b / 65536 * count / 65536);
}
#endif
