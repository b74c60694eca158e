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

/* numeric: digits in base 10000, so ten-thousandths are one digit behind the point.
   Source: PostgreSQL, utils/adt/numeric.c, numeric_send. */
static void encode_ratio(struct encoder *encoder, int64_t value) {
    uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;
    int whole = (int)(size / RATIO), part = (int)(size % RATIO);
    int first = whole ? 0 : 1, last = part ? 2 : whole ? 1 : first;
    const int digits[] = {whole, part};
    encode_int32(encoder, 8 + 2 * (last - first));
    encode_int16(encoder, last - first);
    encode_int16(encoder, whole ? 0 : -1);
    encode_int16(encoder, value < 0 ? 0x4000 : 0);
    encode_int16(encoder, 4);
    for (int i = first; i < last; i++) encode_int16(encoder, digits[i]);
}

static void encode_values(struct encoder *encoder, const struct batch *batch, uint32_t row,
                          const uint32_t *columns, uint32_t count) {
    const struct kind *kind = batch->kind;
    for (uint32_t index = 0; index < count; index++) {
        uint32_t column = columns[index];
        const struct vector *vector = &batch->values[column];
        if (vector->null[row]) {
            encode_int32(encoder, -1);
            continue;
        }
        switch (kind->columns[column].type) {
        case TYPE_TEXT:
            /* What was reserved for the columns behind this one must stay free. */
            encode_reserve(encoder,
                           vector->text[row].size + FIXED_BYTES * (size_t)(count - index) + LINEAGE_BYTES);
            encode_text(encoder, vector->text[row]);
            break;
        case TYPE_MONEY:
        case TYPE_INTEGER:
        case TYPE_TIMESTAMP:
            encode_int32(encoder, 8);
            encode_int64(encoder, vector->integer[row]);
            break;
        case TYPE_DATE:
            encode_int32(encoder, 4);
            encode_int32(encoder, vector->date[row]);
            break;
        case TYPE_RATIO: encode_ratio(encoder, vector->integer[row]); break;
        case TYPE_BOOL:
            encode_int32(encoder, 1);
            encoder->bytes[encoder->size++] = (char)(vector->integer[row] != 0);
            break;
        }
    }
}

void encode_record(struct encoder *encoder, const struct batch *batch, uint32_t row, const uint32_t *columns,
                   uint32_t count, int file) {
    const struct row *at = &batch->rows[row];
    encode_reserve(encoder, FIXED_BYTES * (size_t)count + LINEAGE_BYTES);
    encode_int16(encoder, (int)count + LINEAGE_COLUMNS);
    encode_values(encoder, batch, row, columns, count);
    encode_text(encoder, at->key);
    encode_uuid(encoder, at->key_hash);
    encode_number64(encoder, (int64_t)at->row_hash);
    encode_number32(encoder, file);
    encode_number32(encoder, (int32_t)at->number);
}
