/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/number.h"
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIGITS_SAFE = 15, DIGITS_FULL = 17, EXPONENT_PLAIN = 30 };

/* Numbers as digits and a power of ten.  Written as "123e-2", without a radix character, they mean the
   same to strtod in every locale. */
struct decimal {
    char digits[40];
    int count;    /* of digits; 0: zero */
    int exponent; /* of the last digit */
    bool negative;
};

static double decimal_value(const struct decimal *decimal) {
    char text[64];
    snprintf(text, sizeof text, "%s%.*se%d", decimal->negative ? "-" : "", decimal->count, decimal->digits,
             decimal->exponent);
    return decimal->count ? strtod(text, NULL) : 0;
}

/* Rounds `value` to `precision` digits. */
static struct decimal decimal_of(double value, int precision) {
    char text[64];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    struct decimal decimal = {.negative = text[0] == '-'};
    const char *e = strchr(text, 'e');
    if (!e) return decimal;
    for (const char *at = text; at < e; at++)
        if (*at >= '0' && *at <= '9') decimal.digits[decimal.count++] = *at;
    decimal.exponent = (int)strtol(e + 1, NULL, 10) - (decimal.count - 1);
    while (decimal.count && decimal.digits[decimal.count - 1] == '0') decimal.count--, decimal.exponent++;
    return decimal;
}

static size_t decimal_plain(const struct decimal *decimal, char text[NUMBER_TEXT]) {
    if (!decimal->count) return text[0] = '0', 1;
    int point = decimal->count + decimal->exponent; /* digits before the point */
    if (point > EXPONENT_PLAIN || point < -EXPONENT_PLAIN) {
        int size = snprintf(text, NUMBER_TEXT, "%s%.*sE%d", decimal->negative ? "-" : "", decimal->count,
                            decimal->digits, decimal->exponent);
        return (size_t)size;
    }
    size_t size = 0;
    if (decimal->negative) text[size++] = '-';
    if (point <= 0) text[size++] = '0';
    for (int i = 0; i < point; i++) text[size++] = i < decimal->count ? decimal->digits[i] : '0';
    if (decimal->count <= point) return size;
    text[size++] = '.';
    for (int i = point; i < 0; i++) text[size++] = '0';
    for (int i = point > 0 ? point : 0; i < decimal->count; i++) text[size++] = decimal->digits[i];
    return size;
}

static bool same(double a, double b) { return !(a < b) && !(a > b); }

size_t number_write(double value, char text[NUMBER_TEXT]) {
    if (!isfinite(value)) return (size_t)snprintf(text, NUMBER_TEXT, "%s", isnan(value) ? "nan" : "inf");
    struct decimal decimal = {0};
    for (int precision = DIGITS_SAFE; precision <= DIGITS_FULL; precision++) {
        decimal = decimal_of(value, precision);
        if (same(decimal_value(&decimal), value)) break;
    }
    return decimal_plain(&decimal, text);
}

/* How `value` is written: -1 no number; else its significant digits, and where point and exponent are. */
static int number_shape(struct span value, bool *point, bool *exponent, int *power) {
    size_t at = 0;
    int digits = 0;
    *point = *exponent = false, *power = 0;
    if (at < value.size && (value.bytes[at] == '-' || value.bytes[at] == '+')) at++;
    size_t first = at;
    for (; at < value.size; at++) {
        char c = value.bytes[at];
        if (c == '.' && !*point) *point = true;
        else if (c >= '0' && c <= '9') digits += digits > 0 || c != '0';
        else break;
    }
    if (at - first - *point == 0) return -1;
    if (at == value.size) return digits;
    if (value.bytes[at] != 'e' && value.bytes[at] != 'E') return -1;
    *exponent = true;
    bool minus = ++at < value.size && value.bytes[at] == '-';
    if (at < value.size && (value.bytes[at] == '-' || value.bytes[at] == '+')) at++;
    if (at == value.size || value.size - at > 4) return -1;
    for (; at < value.size; at++) {
        if (value.bytes[at] < '0' || value.bytes[at] > '9') return -1;
        *power = *power * 10 + (value.bytes[at] - '0');
    }
    if (minus) *power = -*power;
    return digits;
}

/* Reads a number without depending on the locale's radix character. */
static bool number_read(struct span value, double *number) {
    bool point, exponent;
    int power;
    int digits = number_shape(value, &point, &exponent, &power);
    if (digits < 0 || digits > 400 || value.size > 480) return false;
    char text[512];
    size_t size = 0, at = 0;
    int shift = 0;
    bool after = false;
    for (; at < value.size && value.bytes[at] != 'e' && value.bytes[at] != 'E'; at++) {
        if (value.bytes[at] == '.') after = true;
        else text[size++] = value.bytes[at], shift += after;
    }
    snprintf(text + size, sizeof text - size, "e%d", power - shift);
    *number = strtod(text, NULL);
    return isfinite(*number);
}

static struct span trimmed(struct span value) {
    while (value.size && (unsigned char)value.bytes[0] <= ' ') value.bytes++, value.size--;
    while (value.size && (unsigned char)value.bytes[value.size - 1] <= ' ') value.size--;
    return value;
}

struct span number_canonical(struct span value, char text[NUMBER_TEXT]) {
    value = trimmed(value);
    bool point, exponent;
    int power;
    int digits = number_shape(value, &point, &exponent, &power);
    if (digits < 0) return value;
    if (!point && !exponent) return value;
    if (!exponent && digits <= DIGITS_SAFE && value.bytes[value.size - 1] != '0' &&
        value.bytes[value.size - 1] != '.' && value.bytes[0] != '.')
        return value;
    double number;
    if (!number_read(value, &number)) return value;
    if (exponent && (number >= 1e15 || number <= -1e15)) return value;
    return (struct span){text, number_write(number, text)};
}

static int64_t days_from_civil(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t yoe = year - era * 400, doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static size_t write_clock(int64_t milliseconds, char *text, size_t room) {
    int hours = (int)(milliseconds / 3600000), minutes = (int)(milliseconds / 60000 % 60),
        seconds = (int)(milliseconds / 1000 % 60), rest = (int)(milliseconds % 1000);
    return (size_t)(rest ? snprintf(text, room, "%02d:%02d:%02d.%03d", hours, minutes, seconds, rest)
                         : snprintf(text, room, "%02d:%02d:%02d", hours, minutes, seconds));
}

/* Days to year, month, day: H. Hinnant, "chrono-compatible low-level date algorithms". */
size_t number_moment(int64_t day, int64_t milliseconds, char text[NUMBER_TEXT]) {
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097, doe = day - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int date = (int)(doy - (153 * mp + 2) / 5 + 1), month = (int)(mp < 10 ? mp + 3 : mp - 9);
    int64_t year = yoe + era * 400 + (month <= 2);
    size_t size = (size_t)snprintf(text, NUMBER_TEXT, "%04lld-%02d-%02d", (long long)year, month, date);
    if (milliseconds == 0) return size;
    text[size++] = ' ';
    return size + write_clock(milliseconds, text + size, NUMBER_TEXT - size);
}

enum { DAY_MILLISECONDS = 86400000, SERIAL_MAX_1900 = 2958465, SERIAL_LEAP = 60 };

size_t number_date(struct span value, bool system_1904, char text[NUMBER_TEXT]) {
    double serial;
    if (!number_read(trimmed(value), &serial) || serial < 0 || serial >= SERIAL_MAX_1900 + 1) return 0;
    int64_t day = (int64_t)serial;
    int64_t milliseconds = (int64_t)llround((serial - (double)day) * DAY_MILLISECONDS);
    if (milliseconds == DAY_MILLISECONDS) day++, milliseconds = 0;
    if (day > SERIAL_MAX_1900) return 0;
    /* Serial 0 is a time without a day in 1900; in 1904 it is 1904-01-01, which nobody means either. */
    if (day == 0) return write_clock(milliseconds, text, NUMBER_TEXT);
    if (system_1904) return number_moment(day + days_from_civil(1904, 1, 1), milliseconds, text);
    if (day == SERIAL_LEAP) {
        size_t size = (size_t)snprintf(text, NUMBER_TEXT, "1900-02-29");
        if (milliseconds)
            text[size++] = ' ', size += write_clock(milliseconds, text + size, NUMBER_TEXT - size);
        return size;
    }
    return number_moment(day + days_from_civil(1899, 12, day < SERIAL_LEAP ? 31 : 30), milliseconds, text);
}

size_t number_elapsed(struct span value, char text[NUMBER_TEXT]) {
    double serial;
    if (!number_read(trimmed(value), &serial) || serial < 0 || serial >= SERIAL_MAX_1900 + 1) return 0;
    return write_clock((int64_t)llround(serial * DAY_MILLISECONDS), text, NUMBER_TEXT);
}
