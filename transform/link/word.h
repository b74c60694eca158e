/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_WORD_H
#define TRANSFORM_LINK_WORD_H
#include "transform/link/rules.h"

struct word_slot {
    const char *bytes; /* in the collector's arena, at most 63 */
    uint32_t size;     /* 0: none */
    uint32_t hash;
};

/* Level of a word that stands in its alternate's place in the other record. */
enum { WORD_SWAPPED = 6 };
bool word_swapped(const struct word_slot *own, const struct word_slot *other);
#endif
