/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_LINK_HANZI_H
#define TRANSFORM_LINK_HANZI_H
#include "transform/link/rules.h"

/* A character that could not be read: '?', '*', U+3013, private use; it agrees with any. */
enum { HANZI_CHARACTERS = 8, HANZI_WILD = 0xFFFF };

/* A person's name: simplified, without blanks and dots. */
struct hanzi_slot {
    uint16_t characters[HANZI_CHARACTERS]; /* the first eight; beyond the basic plane a hash */
    uint32_t id;                           /* hash of the whole name; 0: none */
    uint8_t count;                         /* of all characters, at most 255 */
    bool wild : 1;                         /* holds a character that could not be read */
    bool unnamed : 1;                      /* 王芳之子: a newborn under its mother's name */
    uint16_t frequency; /* log2 of the other records with this name, in 1/2048; set by the engine */
};
enum { HANZI_FREQUENCY_UNIT = 2048 };
#endif
