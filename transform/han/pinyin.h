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
/* The same as a surname: 单 is shan, 仇 is qiu; pinyin_of where no other reading is known. */
const char *pinyin_of_surname(uint32_t point);

/* Spells UTF-8 `text`, syllable after syllable without blanks; a character without a reading is kept as it
   is.  With `name`, the first one or two characters are read as a surname (尉迟 yuchi, 单 shan).
   Shape:  writes at most `room` bytes including a NUL, whole syllables only; returns the length. */
size_t pinyin_spell(struct span text, bool name, char *out, size_t room);
#endif
