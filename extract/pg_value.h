/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PG_VALUE_H
#define EXTRACT_PG_VALUE_H
#include "core/arena.h"
#include "core/error.h"
#include <stdint.h>

/* Rows and values as PostgreSQL sends them in COPY ... (FORMAT binary): big-endian, a count of fields, then
   each field's size (-1: null) and bytes.  Source: PostgreSQL 15, COPY, "Binary Format", and the *send
   functions of utils/adt. */
enum { PG_COLUMNS_MAX = 1664, PG_NAME_MAX = 255, PG_SIGNATURE = 11, PG_NUMERIC_DIGITS_MAX = 1000 };
extern const char pg_signature[PG_SIGNATURE];

enum pg_type {
    PG_INT2,
    PG_INT4,
    PG_INT8,
    PG_TEXT, /* text, varchar, bpchar (blanks as they stand) */
    PG_DATE,
    PG_TIMESTAMP, /* without time zone */
    PG_NUMERIC,
    PG_BOOL,
    PG_UUID,
    PG_TYPES /* how many; also: none of them */
};

struct pg_column {
    struct span name; /* UTF-8 */
    uint32_t oid;     /* of the type */
    enum pg_type type;
};

/* One value as it stands in its row.  Valid as long as the row is. */
struct pg_field {
    const char *bytes; /* NULL: null */
    size_t size;
};

/* The type that an oid stands for; PG_TYPES: one that is not read here. */
enum pg_type pg_type_of(uint32_t oid);

enum pg_cut {
    PG_CUT_ROW,
    PG_CUT_MORE,    /* the row does not end in what there is */
    PG_CUT_TRAILER, /* the end mark */
    PG_CUT_BROKEN,  /* no row of these columns: another count, or a size that its type cannot have */
};
/* Cuts the row at `*at` into `fields` [count] and moves on.  After PG_CUT_ROW every fixed-size field has its
   type's size and every numeric its digits, so the functions below need not look again. */
enum pg_cut pg_cut(const char **at, const char *end, const struct pg_column *columns, uint32_t count,
                   struct pg_field *fields);

static inline uint16_t pg_word16(const char *at) {
    uint16_t word;
    memcpy(&word, at, sizeof word);
    return __builtin_bswap16(word);
}
static inline uint32_t pg_word32(const char *at) {
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return __builtin_bswap32(word);
}
static inline uint64_t pg_word64(const char *at) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return __builtin_bswap64(word);
}

static inline bool pg_null(struct pg_field field) { return field.bytes == NULL; }
/* int2, int4, int8; bool as 0 or 1; date as days since 2000-01-01 and timestamp as microseconds since then
   (their infinities are INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX).  Null is 0. */
static inline int64_t pg_integer(struct pg_field field) {
    switch (field.size) {
    case 1: return field.bytes[0];
    case 2: return (int16_t)pg_word16(field.bytes);
    case 4: return (int32_t)pg_word32(field.bytes);
    case 8: return (int64_t)pg_word64(field.bytes);
    default: return 0;
    }
}
/* Text as the server sent it; a null has bytes NULL. */
static inline struct span pg_span(struct pg_field field) { return (struct span){field.bytes, field.size}; }
/* The 16 bytes of a uuid, the first byte highest. */
static inline void pg_uuid(struct pg_field field, uint64_t *high, uint64_t *low) {
    *high = field.size == 16 ? pg_word64(field.bytes) : 0;
    *low = field.size == 16 ? pg_word64(field.bytes + 8) : 0;
}

/* The value as text, for a cell: 1234, 12.50, 2020-12-31, 2020-12-31 10:20:30.000001, t, f, infinity.
   Text is not copied; a null is {NULL, 0}.  False: a numeric of more than PG_NUMERIC_DIGITS_MAX digits. */
bool pg_text(enum pg_type type, struct pg_field field, struct arena *arena, struct span *text);
#endif
