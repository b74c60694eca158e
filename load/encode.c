/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/encode.h"

enum { FIXED_BYTES = 24, LINEAGE_BYTES = 96, LINEAGE_COLUMNS = 5, OID_INT8 = 20, RATIO = 10000 };

void encode_grow(struct encoder *encoder, size_t more) {
    size_t capacity = encoder->capacity ? encoder->capacity : 1 << 16;
    while (capacity < encoder->size + more) capacity *= 2;
    encoder->bytes = realloc(encoder->bytes, capacity);
    if (!encoder->bytes) abort();
    encoder->capacity = capacity;
}

void encode_free(struct encoder *encoder) {
    free(encoder->bytes);
    *encoder = (struct encoder){0};
}

void encode_begin(struct encoder *encoder) {
    encode_reserve(encoder, 32);
    memcpy(encoder->bytes + encoder->size, "PGCOPY\n\377\r\n\0", 11);
    encoder->size += 11;
    encode_int32(encoder, 0);
    encode_int32(encoder, 0);
}

void encode_end(struct encoder *encoder) {
    encode_reserve(encoder, 2);
    encode_int16(encoder, -1);
}

void encode_null(struct encoder *encoder) {
    encode_reserve(encoder, 4);
    encode_int32(encoder, -1);
}

void encode_word(struct encoder *encoder, const char *word) {
    encode_text(encoder, (struct span){word, strlen(word)});
}

void encode_number32(struct encoder *encoder, int32_t value) {
    encode_reserve(encoder, 8);
    encode_int32(encoder, 4);
    encode_int32(encoder, value);
}

void encode_number64(struct encoder *encoder, int64_t value) {
    encode_reserve(encoder, 12);
    encode_int32(encoder, 8);
    encode_int64(encoder, value);
}

/* Length of the well-formed UTF-8 character at `text`, 0 when there is none or it is NUL.
   Source: Unicode 15, table 3-7. */
static size_t character(const unsigned char *text, size_t left) {
    unsigned char a = text[0];
    if (a < 0x80) return a != 0;
    size_t size = a >= 0xF0 ? 4 : a >= 0xE0 ? 3 : 2;
    if (a < 0xC2 || a > 0xF4 || left < size) return 0;
    for (size_t i = 1; i < size; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    unsigned char b = text[1];
    if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F) || (a == 0xF0 && b < 0x90) ||
        (a == 0xF4 && b > 0x8F))
        return 0;
    return size;
}

void encode_clean(struct encoder *encoder, struct span text, size_t limit) {
    union {
        const char *in;
        const unsigned char *out;
    } at = {text.bytes};
    encode_reserve(encoder, 4 + 3 * (text.size < limit ? text.size : limit) + 4);
    size_t length_at = encoder->size;
    encoder->size += 4;
    for (size_t i = 0; i < text.size && encoder->size - length_at - 4 + 4 <= limit;) {
        size_t size = character(at.out + i, text.size - i);
        memcpy(encoder->bytes + encoder->size, size ? text.bytes + i : "\xEF\xBF\xBD", size ? size : 3);
        encoder->size += size ? size : 3;
        i += size ? size : 1;
    }
    uint32_t big = __builtin_bswap32((uint32_t)(encoder->size - length_at - 4));
    memcpy(encoder->bytes + length_at, &big, sizeof big);
}

void encode_uuid(struct encoder *encoder, const uint64_t hash[2]) {
    encode_reserve(encoder, 20);
    encode_int32(encoder, 16);
    encode_int64(encoder, (int64_t)hash[1]);
    encode_int64(encoder, (int64_t)hash[0]);
}

void encode_fen_array(struct encoder *encoder, const struct batch *batch, uint32_t row, uint32_t count) {
    if (!count) {
        encode_null(encoder);
        return;
    }
    encode_reserve(encoder, 24 + 12 * (size_t)count);
    encode_int32(encoder, (int32_t)(20 + 12 * count));
    encode_int32(encoder, 1); /* one dimension, no nulls, of bigint, `count` long, from 1 */
    encode_int32(encoder, 0);
    encode_int32(encoder, OID_INT8);
    encode_int32(encoder, (int32_t)count);
    encode_int32(encoder, 1);
    for (uint32_t m = 0; m < count; m++) {
        encode_int32(encoder, 8);
        encode_int64(encoder, batch->measures[m] ? batch->measures[m][row] : 0);
    }
}

/* One record's bytes.  Where the next one goes stays in a register: through the encoder every byte written
   might change its size, so the size would be read and written again each time. */
static inline char *put16(char *at, int value) {
    uint16_t big = __builtin_bswap16((uint16_t)value);
    return (char *)memcpy(at, &big, sizeof big) + sizeof big;
}

static inline char *put32(char *at, int32_t value) {
    uint32_t big = __builtin_bswap32((uint32_t)value);
    return (char *)memcpy(at, &big, sizeof big) + sizeof big;
}

static inline char *put64(char *at, int64_t value) {
    uint64_t big = __builtin_bswap64((uint64_t)value);
    return (char *)memcpy(at, &big, sizeof big) + sizeof big;
}

/* numeric: digits in base 10000, so ten-thousandths are one digit behind the point.
   Source: PostgreSQL, utils/adt/numeric.c, numeric_send. */
static char *put_ratio(char *at, int64_t value) {
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    int whole = (int)(size / RATIO), part = (int)(size % RATIO);
    int first = whole ? 0 : 1, last = part ? 2 : whole ? 1 : first;
    const int digits[] = {whole, part};
    at = put32(at, 8 + 2 * (last - first));
    at = put16(at, last - first);
    at = put16(at, whole ? 0 : -1);
    at = put16(at, value < 0 ? 0x4000 : 0);
    at = put16(at, 4);
    for (int i = first; i < last; i++) at = put16(at, digits[i]);
    return at;
}

static inline char *room_for(struct encoder *encoder, char *at, size_t more) {
    if (encoder->capacity - (size_t)(at - encoder->bytes) >= more) return at;
    encoder->size = (size_t)(at - encoder->bytes);
    encode_grow(encoder, more);
    return encoder->bytes + encoder->size;
}

static inline char *put_text(char *at, struct span text) {
    return span_write(put32(at, (int32_t)text.size), text);
}

static char *put_values(struct encoder *encoder, char *at, const struct batch *batch, uint32_t row,
                        const uint32_t *columns, uint32_t count) {
    const struct kind_column *kinds = batch->kind->columns;
    for (uint32_t index = 0; index < count; index++) {
        const struct vector *vector = &batch->values[columns[index]];
        if (vector->null[row]) {
            at = put32(at, -1);
            continue;
        }
        switch (kinds[columns[index]].type) {
        case TYPE_TEXT:
            /* What was reserved for the columns behind this one must stay free. */
            at = room_for(encoder, at,
                          vector->text[row].size + FIXED_BYTES * (size_t)(count - index) + LINEAGE_BYTES);
            at = put_text(at, vector->text[row]);
            break;
        case TYPE_MONEY:
        case TYPE_INTEGER:
        case TYPE_TIMESTAMP: at = put64(put32(at, 8), vector->integer[row]); break;
        case TYPE_DATE: at = put32(put32(at, 4), vector->date[row]); break;
        case TYPE_RATIO: at = put_ratio(at, vector->integer[row]); break;
        case TYPE_BOOL:
            at = put32(at, 1);
            *at++ = (char)(vector->integer[row] != 0);
            break;
        }
    }
    return at;
}

void encode_record(struct encoder *encoder, const struct batch *batch, uint32_t row, const uint32_t *columns,
                   uint32_t count, int file) {
    const struct row *record = &batch->rows[row];
    encode_reserve(encoder, FIXED_BYTES * (size_t)count + LINEAGE_BYTES);
    char *at = put16(encoder->bytes + encoder->size, (int)count + LINEAGE_COLUMNS);
    at = put_values(encoder, at, batch, row, columns, count);
    at = put_text(room_for(encoder, at, record->key.size + LINEAGE_BYTES), record->key);
    at = put64(put64(put32(at, 16), (int64_t)record->key_hash[1]), (int64_t)record->key_hash[0]);
    at = put64(put32(at, 8), (int64_t)record->row_hash);
    at = put32(put32(at, 4), file);
    at = put32(put32(at, 4), (int32_t)record->number);
    encoder->size = (size_t)(at - encoder->bytes);
}
