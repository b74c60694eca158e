/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_ENCODE_H
#define LOAD_ENCODE_H
#include "core/batch.h"
#include <stdlib.h>

/* Rows on their way to COPY BINARY.  Grows as needed; freed by its owner with encode_free. */
struct encoder {
    char *bytes;
    size_t size, capacity;
};

void encode_grow(struct encoder *encoder, size_t more);
void encode_free(struct encoder *encoder);
/* The signature that a COPY BINARY stream begins with, and its end mark.
   Source: PostgreSQL manual, COPY, Binary Format. */
void encode_begin(struct encoder *encoder);
void encode_end(struct encoder *encoder);
/* One row: the `count` columns of the kind that are listed, then the lineage but for the county,
   which is the default of a fresh table. */
void encode_record(struct encoder *encoder, const struct batch *batch, uint32_t row, const uint32_t *columns,
                   uint32_t count, int file);

static inline void encode_reserve(struct encoder *encoder, size_t more) {
    if (encoder->size + more > encoder->capacity) encode_grow(encoder, more);
}

/* These write into space that was reserved. */
static inline void encode_int16(struct encoder *encoder, int value) {
    uint16_t big = __builtin_bswap16((uint16_t)value);
    memcpy(encoder->bytes + encoder->size, &big, sizeof big);
    encoder->size += sizeof big;
}

static inline void encode_int32(struct encoder *encoder, int32_t value) {
    uint32_t big = __builtin_bswap32((uint32_t)value);
    memcpy(encoder->bytes + encoder->size, &big, sizeof big);
    encoder->size += sizeof big;
}

static inline void encode_int64(struct encoder *encoder, int64_t value) {
    uint64_t big = __builtin_bswap64((uint64_t)value);
    memcpy(encoder->bytes + encoder->size, &big, sizeof big);
    encoder->size += sizeof big;
}

/* These reserve for themselves: length and value. */
static inline void encode_text(struct encoder *encoder, struct span text) {
    encode_reserve(encoder, text.size + 4);
    encode_int32(encoder, (int32_t)text.size);
    if (text.size) memcpy(encoder->bytes + encoder->size, text.bytes, text.size);
    encoder->size += text.size;
}

void encode_null(struct encoder *encoder);
void encode_word(struct encoder *encoder, const char *word);
void encode_number32(struct encoder *encoder, int32_t value);
void encode_number64(struct encoder *encoder, int64_t value);
/* Text that may be anything: what PostgreSQL would refuse (bad UTF-8, NUL) becomes U+FFFD, and it is
   cut at `limit` bytes. */
void encode_clean(struct encoder *encoder, struct span text, size_t limit);
void encode_uuid(struct encoder *encoder, const uint64_t hash[2]);
void encode_fen_array(struct encoder *encoder, const struct batch *batch, uint32_t row, uint32_t count);
#endif
