/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_value.h"
#include "extract/xlsx/number.h"
#include <stdio.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { WORD = 8 };
static const uint64_t blanks = 0x2020202020202020u, tops = 0x8080808080808080u, ones = 0x0101010101010101u;

static uint64_t word_at(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

/* Fields are mostly padding: a 40-byte name holds 20, a 14-byte amount 7.  So eight bytes at a time; the
   lowest byte of a word is its first one, as on every machine this runs on. */
static void trim_blanks(struct span *cell, bool both) {
    while (cell->size >= WORD) {
        uint64_t other = word_at(cell->bytes + cell->size - WORD) ^ blanks;
        size_t blank = other ? (size_t)__builtin_clzll(other) / 8 : WORD;
        cell->size -= blank;
        if (blank < WORD) break;
    }
    while (cell->size && (cell->bytes[cell->size - 1] == ' ' || cell->bytes[cell->size - 1] == '\0'))
        cell->size--;
    while (both && cell->size >= WORD) {
        uint64_t other = word_at(cell->bytes) ^ blanks;
        size_t blank = other ? (size_t)__builtin_ctzll(other) / 8 : WORD;
        cell->bytes += blank;
        cell->size -= blank;
        if (blank < WORD) break;
    }
    while (both && cell->size && (cell->bytes[0] == ' ' || cell->bytes[0] == '\0'))
        cell->bytes++, cell->size--;
}

/* The bits that no ASCII byte has, and zero bytes by the usual subtraction; the last word overlaps. */
struct span dbf_value_trim(struct span cell, bool both, bool *high, bool *zero) {
    uint64_t seen = 0, zeros = 0;
    size_t at = 0;
    trim_blanks(&cell, both);
    for (; at + WORD <= cell.size; at += WORD) {
        uint64_t word = word_at(cell.bytes + at);
        seen |= word;
        zeros |= (word - ones) & ~word;
    }
    if (at && at < cell.size) {
        uint64_t word = word_at(cell.bytes + cell.size - WORD);
        seen |= word;
        zeros |= (word - ones) & ~word;
        at = cell.size;
    }
    for (; at < cell.size; at++) {
        seen |= (uint64_t)(unsigned char)cell.bytes[at];
        zeros |= cell.bytes[at] ? 0 : tops;
    }
    *high = (seen & tops) != 0;
    *zero = (zeros & tops) != 0;
    return cell;
}

#ifdef __SSE2__ /* the baseline of x86-64, so no flags are needed */
static inline __attribute__((always_inline)) uint8_t
trim_one(const char *bytes, size_t size, unsigned vectors, bool both, struct span *cell) {
    uint64_t blank = 0, nul = 0, top = 0, inside = ~UINT64_C(0) >> (DBF_LOOK_MAX - size);
    for (unsigned i = 0; i < vectors; i++) {
        __m128i part = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i * sizeof part));
        __m128i zeros = _mm_cmpeq_epi8(part, _mm_setzero_si128());
        __m128i blanks_too = _mm_or_si128(zeros, _mm_cmpeq_epi8(part, _mm_set1_epi8(' ')));
        blank |= (uint64_t)(uint32_t)_mm_movemask_epi8(blanks_too) << 16 * i;
        nul |= (uint64_t)(uint32_t)_mm_movemask_epi8(zeros) << 16 * i;
        top |= (uint64_t)(uint32_t)_mm_movemask_epi8(part) << 16 * i;
    }
    uint64_t filled = ~blank & inside;
    *cell = (struct span){bytes, 0};
    if (!filled) return 0;
    unsigned from = both ? (unsigned)__builtin_ctzll(filled) : 0;
    unsigned last = DBF_LOOK_MAX - 1 - (unsigned)__builtin_clzll(filled);
    uint64_t left = (~UINT64_C(0) << from) & (~UINT64_C(0) >> (DBF_LOOK_MAX - 1 - last));
    *cell = (struct span){bytes + from, last - from + 1};
    return (uint8_t)((top & inside ? DBF_ODD_HIGH : 0) | (nul & left ? DBF_ODD_ZERO : 0));
}

bool dbf_value_trim_column(struct span first, size_t record_size, uint32_t count, bool both,
                           struct span *cells, uint8_t *odd) {
    const char *at = first.bytes;
    uint8_t any = 0;
    if (first.size == 0)
        for (uint32_t row = 0; row < count; row++) cells[row] = (struct span){at, 0}, odd[row] = 0;
    else if (first.size <= 16) /* each a loop of its own, without one inside */
        for (uint32_t row = 0; row < count; row++, at += record_size)
            any |= odd[row] = trim_one(at, first.size, 1, both, &cells[row]);
    else if (first.size <= 32)
        for (uint32_t row = 0; row < count; row++, at += record_size)
            any |= odd[row] = trim_one(at, first.size, 2, both, &cells[row]);
    else
        for (uint32_t row = 0; row < count; row++, at += record_size)
            any |= odd[row] = trim_one(at, first.size, 4, both, &cells[row]);
    return any != 0;
}
#else
bool dbf_value_trim_column(struct span first, size_t record_size, uint32_t count, bool both,
                           struct span *cells, uint8_t *odd) {
    bool any = false, high, zero;
    for (uint32_t row = 0; row < count; row++, first.bytes += record_size) {
        cells[row] = dbf_value_trim(first, both, &high, &zero);
        odd[row] = (uint8_t)((high ? DBF_ODD_HIGH : 0) | (zero ? DBF_ODD_ZERO : 0));
        any |= high || zero;
    }
    return any;
}
#endif

bool dbf_value_split(enum encoding encoding, struct span cell, size_t at) {
    if (at >= cell.size) return false;
    const unsigned char *rest = (const unsigned char *)cell.bytes + at;
    size_t size = cell.size - at;
    if (encoding == ENCODING_UTF8) {
        size_t need = rest[0] >= 0xF0 ? 4 : rest[0] >= 0xE0 ? 3 : rest[0] >= 0xC2 ? 2 : 0;
        for (size_t i = 1; i < size; i++)
            if ((rest[i] & 0xC0) != 0x80) return false;
        return size < need;
    }
    if (rest[0] < 0x81 || rest[0] > 0xFE) return false;
    if (size == 1) return true;
    bool four = encoding == ENCODING_GB18030 && rest[1] >= '0' && rest[1] <= '9';
    return four && (size == 2 || (size == 3 && rest[2] >= 0x81 && rest[2] <= 0xFE));
}

static uint64_t little(const char *bytes, unsigned count) {
    uint64_t value = 0;
    for (unsigned i = count; i-- > 0;) value = value << 8 | (unsigned char)bytes[i];
    return value;
}

static size_t write_currency(int64_t value, char text[NUMBER_TEXT]) {
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    int length = snprintf(text, NUMBER_TEXT, "%s%llu.%04llu", value < 0 ? "-" : "",
                          (unsigned long long)(size / 10000), (unsigned long long)(size % 10000));
    /* Money has two decimals; what stands behind them is shown only when it is there. */
    return (size_t)length - (size % 100 == 0 ? 2 : 0);
}

static size_t write_moment(const char *bytes, char text[NUMBER_TEXT]) {
    enum { JULIAN_1970 = 2440588, DAY_MILLISECONDS = 86400000 };
    int64_t day = (int64_t)little(bytes, 4), milliseconds = (int64_t)little(bytes + 4, 4);
    bool blank = (day == 0 && milliseconds == 0) || memcmp(bytes, "        ", 8) == 0;
    if (blank) return 0;
    if (day > 5373484 || day < 1721426 || milliseconds >= DAY_MILLISECONDS) /* no day from year 1 to 9999 */
        return (size_t)snprintf(text, NUMBER_TEXT, "T:%lld,%lld", (long long)day, (long long)milliseconds);
    return number_moment(day - JULIAN_1970, milliseconds, text);
}

static uint64_t big(const char *bytes, unsigned count) {
    uint64_t value = 0;
    for (unsigned i = 0; i < count; i++) value = value << 8 | (unsigned char)bytes[i];
    return value;
}

/* Numbers of dBASE 7 sort as their bytes do: the sign's bit is turned, negative doubles wholly.  Nothing but
   zeros is an empty field.  A moment is a double of milliseconds since the day before 0001-01-01, as its
   engine stores it (the format's paper says two integers); what is no such moment comes out in hex. */
static size_t write_seven(const struct dbf_field *field, const char *bytes, char text[NUMBER_TEXT]) {
    enum { DAY_ZERO = 719163, DAY_MILLISECONDS = 86400000, DAYS_MAX = 3652059 };
    uint64_t bits = big(bytes, field->size);
    const uint64_t sign = UINT64_C(1) << 63;
    double value;
    if (!bits) return 0;
    if (field->type == DBF_LONG)
        return (size_t)snprintf(text, NUMBER_TEXT, "%d", (int)(int32_t)((uint32_t)bits ^ 0x80000000u));
    if (field->type == DBF_DOUBLE) {
        bits = bits & sign ? bits ^ sign : ~bits;
        memcpy(&value, &bits, sizeof value);
        return number_write(value, text);
    }
    memcpy(&value, &bits, sizeof value);
    if (!(value >= DAY_MILLISECONDS && value < (double)DAYS_MAX * DAY_MILLISECONDS))
        return (size_t)snprintf(text, NUMBER_TEXT, "@:%016llX", (unsigned long long)bits);
    int64_t milliseconds = (int64_t)value;
    return number_moment(milliseconds / DAY_MILLISECONDS - DAY_ZERO, milliseconds % DAY_MILLISECONDS, text);
}

struct span dbf_value_text(const struct dbf_field *field, const char *record, struct arena *arena) {
    const char *bytes = record + field->offset;
    char *text = ARENA_NEW(arena, char, NUMBER_TEXT);
    uint64_t bits = little(bytes, field->size);
    double value;
    switch (field->type) {
    case 'I':
        return (struct span){text, (size_t)snprintf(text, NUMBER_TEXT, "%d", (int)(int32_t)(uint32_t)bits)};
    case 'Y': return (struct span){text, write_currency((int64_t)bits, text)};
    case 'B': memcpy(&value, &bits, sizeof value); return (struct span){text, number_write(value, text)};
    case 'T': return (struct span){text, write_moment(bytes, text)};
    case DBF_LONG:
    case DBF_DOUBLE:
    case DBF_MOMENT: return (struct span){text, write_seven(field, bytes, text)};
    default: return (struct span){text, 0};
    }
}

bool dbf_value_flag(const struct dbf_header *header, const char *record, int bit) {
    uint32_t byte = (uint32_t)bit / 8;
    return byte < header->null_size && ((unsigned char)record[header->null_offset + byte] >> (bit % 8) & 1);
}
