/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_HAN_PINYIN_H
#define TRANSFORM_HAN_PINYIN_H
#include "core/span.h"
#include <stdint.h>

/* How a Chinese character sounds, without tone: lower-case ASCII, ü written v (吕 is "lv").
   One reading a character: the mainland's most frequent one.
   Source: kMandarin of Unihan 15.0.0 (41,000 characters, Debian's unicode-data 15.0.0-1); readings of
   surnames: transform/han/surnames.csv. */

/* "" when the character has none (no Hanzi, or unknown).  Static, NUL-terminated. */
const char *pinyin_of(uint32_t point);
#endif
