/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/decimal.h"

/* What next() gives for a yuan sign: above ASCII, so that a letter Y is never taken for it. */
enum { YUAN = 0x80 };

/* What one reading has found so far. */
struct reading {
    const unsigned char *at, *end;
    uint64_t units;
    int decimals; /* digits seen after the point; -1: no point yet */
    int scale;
    bool sign, yuan, negative, bracket, digit, overflow, fraction;
};

/* Length of the blank at `at`: ASCII, U+3000 ideographic, U+00A0 no-break. */
static size_t blank(const unsigned char *at, const unsigned char *end) {
    if (at < end && (*at == ' ' || *at == '\t' || *at == '\r')) return 1;
    if (end - at >= 3 && at[0] == 0xE3 && at[1] == 0x80 && at[2] == 0x80) return 3;
    if (end - at >= 2 && at[0] == 0xC2 && at[1] == 0xA0) return 2;
    return 0;
}

/* One character as ASCII, with full-width forms U+FF01-FF5E narrowed and the yuan sign as YUAN;
   0 for anything else.  Advances. */
static unsigned char next(struct reading *r) {
    const unsigned char *at = r->at;
    if (*at < 0x80) return *r->at++;
    if (r->end - at >= 3 && at[0] == 0xEF && (at[1] == 0xBC || at[1] == 0xBD)) {
        unsigned code = 0xF000u | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
        r->at += 3;
        return code >= 0xFF01 && code <= 0xFF5E ? (unsigned char)(code - 0xFEE0) : 0;
    }
    if (r->end - at >= 3 && at[0] == 0xEF && at[1] == 0xBF && at[2] == 0xA5) { /* U+FFE5 */
        r->at += 3;
        return YUAN;
    }
    if (r->end - at >= 2 && at[0] == 0xC2 && at[1] == 0xA5) { /* U+00A5 */
        r->at += 2;
        return YUAN;
    }
    r->at = r->end;
    return 0;
}

static void take_digit(struct reading *r, unsigned digit) {
    r->digit = true;
    if (r->decimals >= 0 && ++r->decimals > r->scale) {
        r->fraction |= digit != 0; /* 1.500 yuan is exact; 1.505 is not */
        return;
    }
    r->overflow |= __builtin_mul_overflow(r->units, 10u, &r->units);
    r->overflow |= __builtin_add_overflow(r->units, digit, &r->units);
}

static void trim(struct reading *r) {
    for (size_t n; (n = blank(r->at, r->end));) r->at += n;
    for (bool more = true; more && r->at < r->end;) {
        more = false;
        for (ptrdiff_t n = 1; n <= 3 && n <= r->end - r->at; n++) {
            if (blank(r->end - n, r->end) != (size_t)n) continue;
            r->end -= n;
            more = true;
            break;
        }
    }
}

/* Commas stand only before groups of three digits, after one to three: 1,234,567. */
static bool digits(struct reading *r) {
    int group = 0;
    bool comma = false;
    while (r->at < r->end) {
        unsigned char c = next(r);
        if (c >= '0' && c <= '9') {
            take_digit(r, c - '0');
            group += r->decimals < 0;
        } else if (c == ',' && r->decimals < 0) {
            if (group == 0 || group > 3 || (comma && group != 3)) return false;
            comma = true;
            group = 0;
        } else if (c == '.' && r->decimals < 0) {
            if (comma && group != 3) return false;
            r->decimals = 0;
        } else if (c == '-' && r->at == r->end && r->digit && !r->sign) {
            r->negative = true;
        } else if (c == ')' && r->at == r->end && r->bracket) {
            r->bracket = false;
            r->negative = true;
        } else {
            return false;
        }
    }
    return r->digit && !r->bracket && !(comma && r->decimals < 0 && group != 3);
}

static bool head(struct reading *r) {
    for (;;) {
        const unsigned char *before = r->at;
        if (r->at == r->end) return false;
        unsigned char c = next(r);
        if (c == YUAN && !r->yuan) {
            r->yuan = true;
            continue;
        }
        if (r->sign || (c != '-' && c != '+' && c != '(')) {
            r->at = before;
            return true;
        }
        r->sign = true;
        r->negative = c == '-';
        r->bracket = c == '(';
    }
}

enum decimal_verdict decimal_read(struct span text, int scale, int64_t *value) {
    const unsigned char *bytes = (const unsigned char *)text.bytes;
    struct reading r = {.at = bytes, .end = bytes + text.size, .scale = scale, .decimals = -1};
    *value = 0;
    if (!text.size) return DECIMAL_EMPTY;
    trim(&r);
    if (r.at == r.end) return DECIMAL_EMPTY;
    if (!head(&r) || !digits(&r)) return DECIMAL_NOT_A_NUMBER;
    if (r.fraction) return DECIMAL_TOO_MANY_DECIMALS;
    for (int d = r.decimals > 0 ? r.decimals : 0; d < scale; d++)
        r.overflow |= __builtin_mul_overflow(r.units, 10u, &r.units);
    if (r.overflow || r.units > INT64_MAX) return DECIMAL_RANGE;
    *value = r.negative ? -(int64_t)r.units : (int64_t)r.units;
    return DECIMAL_OK;
}

size_t decimal_write(int64_t value, int scale, char *text) {
    char reversed[24];
    size_t size = 0, length = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    for (int digit = 0; digit <= scale || rest; digit++) {
        if (digit == scale && scale) reversed[size++] = '.';
        reversed[size++] = (char)('0' + rest % 10);
        rest /= 10;
    }
    if (value < 0) text[length++] = '-';
    while (size) text[length++] = reversed[--size];
    text[length] = '\0';
    return length;
}
