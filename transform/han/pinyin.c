/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/han/pinyin.h"
#include "transform/han/table.h"
#include "transform/row/text.h"

static uint16_t syllable_of(uint32_t point) {
    if (point >= HAN_FIRST && point < HAN_FIRST + HAN_BASIC) return han_basic[point - HAN_FIRST];
    uint32_t from = 0, until = han_beyond_count;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (han_beyond[middle].point < point) from = middle + 1;
        else until = middle;
    }
    return from < han_beyond_count && han_beyond[from].point == point ? han_beyond[from].syllable : 0;
}

const char *pinyin_of(uint32_t point) { return han_syllables[syllable_of(point)]; }
