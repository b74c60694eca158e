/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_FEW_H
#define TRANSFORM_LINK_FEW_H
#include <stdbool.h>
#include <stdint.h>

/* A few numbers that millions are held against; nearly all of those are told by one bit. */
enum { FEW_BITS = 1 << 16, FEW_MOST = 256 };
struct few {
    uint32_t count, numbers[FEW_MOST];
    uint8_t near[FEW_BITS / 8];
};

/* At most FEW_MOST of them. */
static inline void few_add(struct few *few, uint32_t number) {
    few->numbers[few->count++] = number;
    few->near[number % FEW_BITS / 8] |= (uint8_t)(1U << (number & 7));
}

/* Its place; `count`: it is none of them. */
static inline uint32_t few_find(const struct few *few, uint32_t number) {
    uint32_t at = few->count;
    if (few->near[number % FEW_BITS / 8] >> (number & 7) & 1)
        for (at = 0; at < few->count && few->numbers[at] != number; at++) continue;
    return at;
}
#endif
