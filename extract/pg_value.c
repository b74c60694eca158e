/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/pg_value.h"
#include "core/decimal.h"
#include "extract/xlsx/number.h"
#include <stdio.h>

enum {
    NUMERIC_HEAD = 8, /* count of digits, weight, sign, scale shown: two bytes each */
    NUMERIC_MINUS = 0x4000,
    NUMERIC_NAN = 0xC000,
    NUMERIC_SPECIAL = 0xC000, /* both bits: NaN, +infinity 0xD000, -infinity 0xF000 */
    NUMERIC_INFINITY = 0xD000,
    DIGIT_DECIMALS = 4, /* a numeric's digit is one of 10000 */
    DAYS_2000 = 10957   /* from 1970-01-01 to 2000-01-01 */
};
static const int64_t day_microseconds = INT64_C(86400000000);

const char pg_signature[PG_SIGNATURE] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', '\377', '\r', '\n', '\0'};

/* Source: PostgreSQL 15, include/catalog/pg_type.dat.  bpchar is char(n). */
static const struct {
    uint32_t oid;
    enum pg_type type;
} types[] = {{21, PG_INT2},      {23, PG_INT4},   {20, PG_INT8},   {25, PG_TEXT},
             {1043, PG_TEXT},    {1042, PG_TEXT}, {1082, PG_DATE}, {1114, PG_TIMESTAMP},
             {1700, PG_NUMERIC}, {16, PG_BOOL},   {2950, PG_UUID}};

static const uint8_t sizes[PG_TYPES] = {[PG_INT2] = 2,      [PG_INT4] = 4, [PG_INT8] = 8, [PG_DATE] = 4,
                                        [PG_TIMESTAMP] = 8, [PG_BOOL] = 1, [PG_UUID] = 16};

enum pg_type pg_type_of(uint32_t oid) {
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].oid == oid) return types[i].type;
    return PG_TYPES;
}

/* Digits of 0 to 9999, as many as are said, and a sign that there is. */
static bool numeric_whole(struct pg_field field) {
    if (field.size < NUMERIC_HEAD) return false;
    uint16_t count = pg_word16(field.bytes), sign = pg_word16(field.bytes + 4);
    if (field.size != NUMERIC_HEAD + 2 * (size_t)count) return false;
    for (uint16_t i = 0; i < count; i++)
        if (pg_word16(field.bytes + NUMERIC_HEAD + 2 * i) > 9999) return false;
    return sign == 0 || sign == NUMERIC_MINUS || sign == NUMERIC_NAN || sign == NUMERIC_INFINITY ||
           sign == 0xF000;
}

static bool fits(enum pg_type type, struct pg_field field) {
    if (sizes[type])
        return field.size == sizes[type] && (type != PG_BOOL || (unsigned char)field.bytes[0] <= 1);
    return type != PG_NUMERIC || numeric_whole(field);
}

enum pg_cut pg_cut(const char **from, const char *end, const struct pg_column *columns, uint32_t count,
                   struct pg_field *fields) {
    const char *at = *from;
    if (end - at < 2) return PG_CUT_MORE;
    uint16_t found = pg_word16(at);
    at += 2;
    if (found == UINT16_MAX) {
        *from = at;
        return PG_CUT_TRAILER;
    }
    if (found != count) return PG_CUT_BROKEN;
    for (uint32_t i = 0; i < count; i++) {
        if (end - at < 4) return PG_CUT_MORE;
        int32_t size = (int32_t)pg_word32(at);
        at += 4;
        fields[i] = (struct pg_field){0};
        if (size == -1) continue;
        if (size < 0 || (sizes[columns[i].type] && size != sizes[columns[i].type])) return PG_CUT_BROKEN;
        if (end - at < size) return PG_CUT_MORE;
        fields[i] = (struct pg_field){at, (size_t)size};
        if (!fits(columns[i].type, fields[i])) return PG_CUT_BROKEN;
        at += size;
    }
    *from = at;
    return PG_CUT_ROW;
}

/* The digit of weight `weight`; those that are not stored are 0. */
static unsigned digit_at(struct pg_field field, int weight) {
    int index = (int16_t)pg_word16(field.bytes + 2) - weight;
    if (index < 0 || index >= pg_word16(field.bytes)) return 0;
    return pg_word16(field.bytes + NUMERIC_HEAD + 2 * index);
}

/* As many decimals as the server shows: 12.50 stays 12.50. */
static bool numeric_text(struct pg_field field, struct arena *arena, struct span *text) {
    int weight = (int16_t)pg_word16(field.bytes + 2), decimals = pg_word16(field.bytes + 6);
    uint16_t sign = pg_word16(field.bytes + 4);
    *text = sign == NUMERIC_NAN        ? SPAN("NaN")
            : sign == NUMERIC_INFINITY ? SPAN("Infinity")
                                       : SPAN("-Infinity");
    if ((sign & NUMERIC_SPECIAL) == NUMERIC_SPECIAL) return true;
    if (weight > PG_NUMERIC_DIGITS_MAX / DIGIT_DECIMALS || decimals > PG_NUMERIC_DIGITS_MAX) return false;
    size_t whole = weight >= 0 ? (size_t)(weight + 1) * DIGIT_DECIMALS : 1;
    size_t room = 2 + whole + 1 + (size_t)decimals + DIGIT_DECIMALS + 1, size = 0;
    char *to = ARENA_NEW(arena, char, room);
    if (sign == NUMERIC_MINUS) to[size++] = '-';
    size += (size_t)snprintf(to + size, room - size, "%u", weight >= 0 ? digit_at(field, weight) : 0);
    for (int i = weight - 1; i >= 0; i--)
        size += (size_t)snprintf(to + size, room - size, "%04u", digit_at(field, i));
    if (decimals) to[size++] = '.';
    size_t until = size + (size_t)decimals;
    int next = -1;
    for (; size < until; next--)
        size += (size_t)snprintf(to + size, room - size, "%04u", digit_at(field, next));
    *text = (struct span){to, until};
    /* Digits behind the decimals shown would be lost: no server sends that, a file may. */
    for (size_t i = until; i < size; i++)
        if (to[i] != '0') return false;
    return weight - pg_word16(field.bytes) >= next || !pg_word16(field.bytes);
}

static size_t date_text(int32_t days, char *to) {
    if (days == INT32_MAX || days == INT32_MIN)
        return (size_t)snprintf(to, NUMBER_TEXT, "%sinfinity", days < 0 ? "-" : "");
    return number_moment((int64_t)days + DAYS_2000, 0, to);
}

/* number_moment knows milliseconds and writes none of a whole second, so the microseconds go over a 1. */
static size_t timestamp_text(int64_t moment, char *to) {
    if (moment == INT64_MAX || moment == INT64_MIN) return date_text(moment < 0 ? INT32_MIN : INT32_MAX, to);
    int64_t days = moment / day_microseconds - (moment % day_microseconds < 0);
    int64_t of_day = moment - days * day_microseconds, part = of_day % 1000000;
    size_t size = number_moment(days + DAYS_2000, of_day / 1000000 * 1000 + (part != 0), to);
    if (!part) return size;
    size -= 3;
    return size + (size_t)snprintf(to + size, NUMBER_TEXT - size, "%06d", (int)part);
}

static size_t uuid_text(const char *bytes, char *to) {
    static const char hex[] = "0123456789abcdef";
    size_t size = 0;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) to[size++] = '-';
        to[size++] = hex[(unsigned char)bytes[i] >> 4];
        to[size++] = hex[bytes[i] & 15];
    }
    return size;
}

bool pg_text(enum pg_type type, struct pg_field field, struct arena *arena, struct span *text) {
    *text = pg_span(field);
    if (!field.bytes || type == PG_TEXT) return true;
    if (type == PG_NUMERIC) return numeric_text(field, arena, text);
    char *to = ARENA_NEW(arena, char, NUMBER_TEXT);
    *text = (struct span){to, 0};
    if (type == PG_DATE) text->size = date_text((int32_t)pg_integer(field), to);
    else if (type == PG_TIMESTAMP) text->size = timestamp_text(pg_integer(field), to);
    else if (type == PG_UUID) text->size = uuid_text(field.bytes, to);
    else if (type == PG_BOOL)
        text->size = (size_t)snprintf(to, NUMBER_TEXT, "%s", field.bytes[0] ? "t" : "f");
    else text->size = decimal_write(pg_integer(field), 0, to);
    return true;
}
