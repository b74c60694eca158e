/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_ROW_PROFILE_H
#define TRANSFORM_ROW_PROFILE_H
#include "core/span.h"
#include <stdint.h>
#include <string.h>

/* What the cells of each source column look like.  Values may be personal: the caller masks them. */

enum {
    PROFILE_VALUES = 64,
    PROFILE_SLOTS = 256,
    PROFILE_BYTES = 48,
    PROFILE_BITS = 1 << 16,
    PROFILE_CHARACTERS = 64,
    PROFILE_COMMON = 1 << 16 /* code points of the bitmap of common characters */
};

/* A character that is not common: rare, for private use, or a replacement. */
struct profile_character {
    uint32_t point;
    uint64_t count;
};

struct profile_value {
    uint64_t hash, count;
    uint8_t size; /* a longer value is kept to PROFILE_BYTES, cut before a character */
    char bytes[PROFILE_BYTES];
};

/* What a cell can be read as; one cell may be several. */
enum profile_shape {
    SHAPE_DATE,
    SHAPE_MONTH,
    SHAPE_INTEGER,
    SHAPE_AMOUNT,
    SHAPE_CITIZEN, /* check digit holds, or 15 digits */
    SHAPE_NAME,
    SHAPE_PHONE,
    SHAPE_CODE,
    /* up to 6 ASCII letters and digits */ SHAPE_DAMAGED,
    SHAPE_COUNT
};

struct profile_column {
    uint64_t rows, filled, shapes[SHAPE_COUNT];
    uint64_t other;       /* filled cells whose value is not among `values` */
    uint32_t value_count; /* distinct values counted exactly, at most PROFILE_VALUES: the first ones met */
    uint32_t distinct;    /* at least so many distinct values; exact up to PROFILE_VALUES */
    uint32_t shortest, longest; /* bytes of filled cells */
    uint32_t decimals;          /* most decimals written in an amount */
    int64_t least, most; /* amounts in 1/1,000,000 of the written unit; valid when shapes[SHAPE_AMOUNT] */
    uint64_t exponents;  /* 6.9E+17: what a spreadsheet leaves of a long number */
    uint64_t zeros;      /* 16 digits or more whose 16th and later ones are 0: the same, written out */
    uint32_t character_count;
    uint64_t character_other; /* met after there was no room */
    struct profile_character characters[PROFILE_CHARACTERS];
    struct profile_value first, last; /* in byte order; valid when filled */
    struct profile_value values[PROFILE_VALUES];
    uint8_t slots[PROFILE_SLOTS]; /* hash to value number + 1 */
    uint64_t bits[PROFILE_BITS / 64];
};

/* The state of the stage transform_profile; one per worker. */
struct profile_state {
    struct profile_column *columns; /* [column_count], made by open in the run's arena */
    uint32_t column_count;
    const uint64_t
        *common; /* [PROFILE_COMMON / 64] set by the caller: these are not counted; NULL: none is */
};

/* Adds another worker's counts. */
void profile_merge(struct profile_state *into, const struct profile_state *from);
/* What nearly all cells are: date month number citizen name text, or empty. */
const char *profile_type(const struct profile_column *column);
/* Whether the cells may be of that type: half of them are, or there are too few to tell. */
bool profile_fits(const struct profile_column *column, struct span type);
/* The value's text as it was kept. */
static inline struct span profile_text(const struct profile_value *value) {
    return (struct span){value->bytes, value->size};
}
#endif
