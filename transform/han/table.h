/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_HAN_TABLE_H
#define TRANSFORM_HAN_TABLE_H
#include <stdint.h>

/* What the build makes of Unihan (transform/han/han.awk); read through pinyin.h and variant.h. */

/* Two blocks are looked up by place: U+3400-9FFF, where nearly every name is.  "zhuang" is the longest. */
enum { HAN_FIRST = 0x3400, HAN_BASIC = 0xa000 - HAN_FIRST, HAN_SYLLABLE = 7 };

struct han_reading {
    uint32_t point;
    uint16_t syllable;
};
struct han_pair {
    uint32_t from, to;
};
struct han_surname {
    uint32_t points[2]; /* the second is 0 for a surname of one character */
    uint16_t syllables[2];
};

extern const char *const han_version;            /* of Unihan: "15.0.0" */
extern const char han_syllables[][HAN_SYLLABLE]; /* the first is "": none */
extern const uint16_t han_basic[HAN_BASIC];      /* indices of syllables */
extern const struct han_reading han_beyond[];    /* other blocks, by point */
extern const uint32_t han_beyond_count;
extern const struct han_pair han_pairs[]; /* by `from` */
extern const uint32_t han_pair_count;
extern const struct han_surname han_surnames[];
extern const uint32_t han_surname_count;
#endif
