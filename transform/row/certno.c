/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/certno.h"
#include "transform/row/date.h"
#include "transform/row/text.h"
#include <assert.h>
#include <stdlib.h>

enum { YEAR_BITS = 12, YEARS_LATE = 1 };

static uint32_t digits(const char *bytes, size_t count) {
    uint32_t value = 0;
    for (size_t index = 0; index < count; index++) value = value * 10 + (uint32_t)(bytes[index] - '0');
    return value;
}

void regions_add(struct regions *regions, struct span code) {
    if (code.size != 6 || !text_is_digits(code)) return;
    uint32_t number = 0;
    for (size_t index = 0; index < 6; index++) number = number * 10 + (uint32_t)(code.bytes[index] - '0');
    regions->bits[number / 64] |= (uint64_t)1 << number % 64;
}

/* The fourth cell of code,name,first,last. */
static uint32_t last_year(struct span line) {
    for (int cell = 0; cell < 3; cell++) {
        const char *comma = memchr(line.bytes, ',', line.size);
        if (!comma) return 0;
        line.size -= (size_t)(comma + 1 - line.bytes);
        line.bytes = comma + 1;
    }
    const char *comma = memchr(line.bytes, ',', line.size);
    struct span year = text_trim((struct span){line.bytes, comma ? (size_t)(comma - line.bytes) : line.size});
    return year.size == 4 && text_is_digits(year) ? digits(year.bytes, 4) : 0;
}

static int by_number(const void *a, const void *b) {
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static void add_ended(struct regions *regions, struct span code, uint32_t year) {
    if (!year || year >= REGIONS_UNTIL || code.size != 6 || !text_is_digits(code)) return;
    assert(regions->ended_count < REGIONS_ENDED);
    uint32_t number = digits(code.bytes, 6);
    regions->ended[regions->ended_count++] = number << YEAR_BITS | year;
    regions->ending[number / 64] |= (uint64_t)1 << number % 64;
}

void regions_read(struct regions *regions, struct span csv_text) {
    const char *at = csv_text.bytes, *end = at + csv_text.size;
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t size = (size_t)((newline ? newline : end) - at);
        const char *comma = memchr(at, ',', size);
        struct span code = {at, comma ? (size_t)(comma - at) : size};
        if (code.size == 8 && code.bytes[0] == '"') code = (struct span){at + 1, 6};
        regions_add(regions, text_trim(code));
        add_ended(regions, text_trim(code), last_year((struct span){at, size}));
        at += size + 1;
    }
    qsort(regions->ended, regions->ended_count, sizeof *regions->ended, by_number);
}

uint32_t regions_ended(const struct regions *regions, uint32_t code, uint32_t year) {
    if (code >= REGION_CODES || !(regions->ending[code / 64] >> code % 64 & 1)) return 0;
    uint32_t from = 0, until = regions->ended_count, wanted = code << YEAR_BITS;
    while (from < until) {
        uint32_t middle = from + (until - from) / 2;
        if (regions->ended[middle] < wanted) from = middle + 1;
        else until = middle;
    }
    if (from == regions->ended_count || regions->ended[from] >> YEAR_BITS != code) return 0;
    uint32_t last = regions->ended[from] & ((1U << YEAR_BITS) - 1);
    return last + YEARS_LATE < year ? last : 0;
}

bool regions_has(const struct regions *regions, uint32_t code) {
    return code < REGION_CODES && (regions->bits[code / 64] >> code % 64 & 1);
}

static bool is_citizen_18(struct span number) {
    if (number.size != 18) return false;
    /* The last eight of the first seventeen overlap the eight before them: no digit by itself. */
    char last = number.bytes[17];
    return (last == 'X' || (last >= '0' && last <= '9')) && text_is_digits((struct span){number.bytes, 16}) &&
           text_is_digits((struct span){number.bytes + 9, 8});
}

struct span certno_normal(struct span text, struct arena *arena) {
    text = text_trim(text);
    if (is_citizen_18(text)) return text; /* nearly every one, seen in four words */
    bool plain = true;
    for (size_t index = 0; index < text.size && plain; index++) {
        char c = text.bytes[index];
        plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    }
    if (plain) return text;
    text = text_half_width(text, arena);
    char *bytes = ARENA_NEW(arena, char, text.size + 1);
    size_t size = 0;
    for (size_t index = 0; index < text.size; index++) {
        char c = text.bytes[index];
        if (c == ' ' || c == 0 || (c >= '\t' && c <= '\r') || (c == '\'' && size == 0)) continue;
        bytes[size++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    return (struct span){bytes, size};
}

char certno_check_digit(const char *number) {
    static const unsigned char weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    unsigned sum = 0;
    for (size_t index = 0; index < 17; index++) sum += (unsigned)(number[index] - '0') * weights[index];
    return "10X98765432"[sum % 11];
}

bool certno_precision_lost(struct span number) {
    if (number.size == 18 && memcmp(number.bytes + 15, "000", 3) == 0 && is_citizen_18(number))
        return certno_check_digit(number.bytes) != '0';
    /* digits[.digits]E[+]digits */
    const char *e = number.size ? memchr(number.bytes, 'E', number.size) : NULL;
    if (!e || e == number.bytes) return false;
    size_t exponent = (size_t)(e - number.bytes) + 1, index = 0;
    for (; index < exponent - 1; index++)
        if ((number.bytes[index] < '0' || number.bytes[index] > '9') &&
            !(index == 1 && number.bytes[1] == '.'))
            return false;
    if (exponent < number.size && number.bytes[exponent] == '+') exponent++;
    return text_is_digits((struct span){number.bytes + exponent, number.size - exponent});
}

enum { WORD_BYTES_MAX = 9 };

/* Numbers that are typed when there is none: all characters the same, 1234..., words. */
static bool is_placeholder(struct span number) {
    if (number.size == 0) return false;
    size_t same = 1;
    while (same < number.size && number.bytes[same] == number.bytes[0]) same++;
    if (same == number.size && (number.size > 2 || number.bytes[0] == '0' || number.bytes[0] == '-'))
        return true;
    if (number.size >= 17 && memcmp(number.bytes, "12345678901234567", 17) == 0) return true;
    if (number.size == 15 && memcmp(number.bytes, "123456789012345", 15) == 0) return true;
    static const char *const words[] = {"无", "暂无", "未知", "无证件", "不详", "NULL", "NONE", "N/A", "/"};
    for (size_t index = 0; index < sizeof words / sizeof *words && number.size <= WORD_BYTES_MAX; index++)
        if (span_equal(number, (struct span){words[index], strlen(words[index])})) return true;
    /* No one was born in year 0 or 9999: 690102000000000000, 690102999999999999. */
    return number.size == 18 &&
           (memcmp(number.bytes + 6, "000000000000", 12) == 0 ||
            memcmp(number.bytes + 6, "999999999999", 12) == 0) &&
           text_is_digits(number);
}

/* Some counts of digits with some letters before them, as the permits are built. */
static bool has_shape(struct span number, size_t letters, size_t fewest, size_t most) {
    if (number.size < letters + fewest || number.size > letters + most) return false;
    for (size_t index = 0; index < letters; index++)
        if (number.bytes[index] < 'A' || number.bytes[index] > 'Z') return false;
    return text_is_digits((struct span){number.bytes + letters, number.size - letters});
}

static bool is_home_return(struct span number) { /* HK and Macau residents' travel permit */
    return (has_shape(number, 1, 8, 8) || has_shape(number, 1, 10, 10)) &&
           (number.bytes[0] == 'H' || number.bytes[0] == 'M');
}

static bool is_taiwan_permit(struct span number) {
    return has_shape(number, 0, 8, 8) || has_shape(number, 0, 10, 10);
}

static bool is_residence(struct span number) { /* HK, Macau, Taiwan residents' residence permit */
    return number.size == 18 && number.bytes[0] == '8' && number.bytes[1] >= '1' && number.bytes[1] <= '3' &&
           memcmp(number.bytes + 2, "0000", 4) == 0 && is_citizen_18(number);
}

static bool is_foreign_residence(
    struct span number) { /* of 2023: like a citizen's with a leading 9; before: AAA123456789012 */
    return has_shape(number, 3, 12, 12) || (is_citizen_18(number) && number.bytes[0] == '9');
}

static bool is_passport(struct span number) {
    if (number.size < 5 || number.size > 15) return false;
    for (size_t index = 0; index < number.size; index++) {
        char c = number.bytes[index];
        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))) return false;
    }
    return true;
}

/* Birth, check digit, region and order digit of 18 characters built like a citizen's. */
static void check_18(struct certno *certno, const struct regions *regions, bool residence) {
    const char *number = certno->number.bytes;
    int year = (int)digits(number + 6, 4), month = (int)digits(number + 10, 2),
        day = (int)digits(number + 12, 2);
    certno->citizen = true;
    certno->male = (number[16] - '0') % 2 == 1;
    if (year < 1800 || !date_is_real(year, month, day)) {
        certno->faults |= CERTNO_BIRTH;
        certno->citizen = false;
    } else {
        certno->birth = date_days(year, month, day);
    }
    certno->expected = certno_check_digit(number);
    certno->found = number[17];
    if (certno->expected != certno->found) certno->faults |= CERTNO_CHECK_DIGIT;
    if (!regions || residence) return;
    uint32_t region = digits(number, 6);
    if (!regions_has(regions, region)) certno->faults |= CERTNO_REGION;
    if (certno->faults & CERTNO_BIRTH) return;
    certno->ended = regions_ended(regions, region, (uint32_t)year);
    if (certno->ended) certno->faults |= CERTNO_REGION_ENDED;
}

/* Inserts the century and the check digit; refused when the birth date is none. */
static void check_15(struct certno *certno, const struct regions *regions, struct arena *arena) {
    char *bytes = ARENA_NEW(arena, char, 18);
    struct certno longer = *certno;
    memcpy(bytes, certno->number.bytes, 6);
    memcpy(bytes + 6, "19", 2);
    memcpy(bytes + 8, certno->number.bytes + 6, 9);
    bytes[17] = certno_check_digit(bytes);
    longer.number = (struct span){bytes, 18};
    check_18(&longer, regions, false);
    if (longer.faults & CERTNO_BIRTH) {
        certno->faults |= longer.faults;
        return;
    }
    longer.faults |= CERTNO_UPGRADED;
    *certno = longer;
}

static uint32_t characters(struct span text) {
    uint32_t count = 0;
    for (size_t at = 0; at < text.size; count++) text_next(text, &at);
    return count;
}

static void check_citizen(struct certno *certno, const struct regions *regions, struct arena *arena) {
    struct span number = certno->number;
    if (is_citizen_18(number)) check_18(certno, regions, is_residence(number));
    else if (number.size == 15 && text_is_digits(number)) check_15(certno, regions, arena);
    else {
        certno->faults |= CERTNO_LENGTH;
        certno->length = characters(number);
    }
}

/* True when a number of type `type` looks as it should; *like_citizen when its digits can be checked. */
static bool fits(struct span number, unsigned type, bool *like_citizen) {
    *like_citizen = false;
    switch (type) {
    case 4:
    case 5: return is_home_return(number) || is_passport(number);
    case 6: return is_taiwan_permit(number) || is_home_return(number);
    case 7:
        return *like_citizen = is_citizen_18(number) && number.bytes[0] == '9', is_foreign_residence(number);
    case 17: return *like_citizen = is_residence(number);
    case 8:
    case 16: return is_passport(number);
    default: return true; /* officers' cards, certificates of birth: no rule is published */
    }
}

struct certno certno_check(struct span number, struct span type, const struct regions *regions,
                           struct arena *arena) {
    struct certno certno = {.number = number};
    if (number.size == 0) return certno;
    if (is_placeholder(number)) {
        certno.faults = CERTNO_PLACEHOLDER;
        return certno;
    }
    if (certno_precision_lost(number)) {
        certno.faults = CERTNO_PRECISION;
        return certno;
    }
    bool known = type.size > 0 && type.size <= 2 && text_is_digits(type);
    unsigned kind = known ? digits(type.bytes, type.size) : 0;
    if (type.size == 0) {
        /* Without a type the shape decides; only what looks like nothing else must be a citizen's. */
        bool other = is_home_return(number) || has_shape(number, 3, 12, 12);
        if (number.bytes[0] == '9' && is_citizen_18(number)) check_18(&certno, NULL, true);
        else if (!other) check_citizen(&certno, regions, arena);
    } else if (kind == 1) {
        bool other = is_home_return(number) || is_residence(number) || is_foreign_residence(number);
        if (other) certno.faults |= CERTNO_TYPE;
        if (is_citizen_18(number)) check_18(&certno, other ? NULL : regions, other);
        else if (!other) check_citizen(&certno, regions, arena);
    } else {
        bool like_citizen;
        if (!fits(number, kind, &like_citizen)) certno.faults |= CERTNO_TYPE;
        if (like_citizen) check_18(&certno, NULL, true);
    }
    return certno;
}
