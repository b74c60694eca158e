/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_SOUND_H
#define TRANSFORM_LINK_SOUND_H
#include "transform/han/pinyin.h"
#include "transform/han/table.h"
#include "transform/han/variant.h"

/* The syllable of a character as a small number; the character itself, far above, where no reading is known.
   Characters of other planes stand as hashes (transform/link/hanzi.c), which have none. */
static inline uint32_t sound_of(uint16_t point) {
    uint32_t place = (uint32_t)point - HAN_FIRST;
    uint16_t syllable = place < HAN_BASIC ? han_basic[place] : 0;
    return syllable ? syllable : 0x10000U + point;
}
/* Traditional to simplified.  ASCII and the like are themselves. */
static inline uint32_t sound_simplified(uint32_t point) {
    return point < HAN_FIRST ? point : variant_simplified(point);
}
/* As a surname: 单 is shan.  Slow: a list is searched. */
uint32_t sound_of_surname(uint16_t point);
#endif
