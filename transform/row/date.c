/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/date.h"
#include "transform/row/text.h"
#include <stdio.h>

enum { EPOCH_2000 = 730425 /* days from 0000-03-01 to 2000-01-01 */, SERIAL_2000 = 36526 };
static const int64_t second_us = 1000000;

/* Source: H. Hinnant, chrono-compatible low-level date algorithms (days_from_civil). */
int32_t date_days(int year, int month, int day) {
    year -= month <= 2;
    int era = year / 400, of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_2000;
}

void date_civil(int32_t days, int *year, int *month, int *day) {
    days += EPOCH_2000;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int of_era = days - era * 146097;
    int of_year_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * of_year_era + of_year_era / 4 - of_year_era / 100);
    int shifted = (5 * of_year + 2) / 153;
    *day = of_year - (153 * shifted + 2) / 5 + 1;
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = of_year_era + era * 400 + (*month <= 2);
}

/* Up to `most` digits as a number; returns how many there were. */
static size_t take_number(struct span *text, size_t most, int *number) {
    size_t size = 0;
    int value = 0;
    for (; size < most && size < text->size; size++) {
        char digit = text->bytes[size];
        if (digit < '0' || digit > '9') break;
        value = value * 10 + (digit - '0');
    }
    text->bytes += size;
    text->size -= size;
    *number = value;
    return size;
}

static bool take_word(struct span *text, const char *word) {
    size_t size = strlen(word);
    if (text->size < size || memcmp(text->bytes, word, size) != 0) return false;
    text->bytes += size;
    text->size -= size;
    return true;
}

/* The sign between two parts; both signs of a date must be the same. */
static char take_sign(struct span *text, const char *hanzi) {
    if (text->size > 0 && strchr("-/.", text->bytes[0])) {
        char sign = text->bytes[0];
        text->bytes++;
        text->size--;
        return sign;
    }
    return take_word(text, hanzi) ? 'H' : 0;
}

/* "", "T08:30", " 8:30:05.250"; the rest after a date. */
static bool take_time(struct span text, int64_t *microseconds) {
    *microseconds = 0;
    if (text.size == 0) return true;
    if (text.bytes[0] == 'T' || text.bytes[0] == ' ') {
        text.bytes++;
        text.size--;
        text = text_trim(text);
    } else {
        return false;
    }
    int hour = 0, minute = 0, second = 0;
    if (!take_number(&text, 2, &hour) || !take_word(&text, ":") || take_number(&text, 2, &minute) != 2)
        return false;
    if (take_word(&text, ":") && take_number(&text, 2, &second) != 2) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    *microseconds = ((hour * 60 + minute) * 60 + second) * second_us;
    if (take_word(&text, ".")) {
        int64_t unit = second_us / 10;
        if (text.size == 0) return false;
        for (; text.size > 0 && unit > 0; unit /= 10) {
            int digit;
            if (!take_number(&text, 1, &digit)) return false;
            *microseconds += digit * unit;
        }
        int rest;
        while (take_number(&text, 1, &rest)) continue;
    }
    return text.size == 0;
}

/* hhmm or hhmmss right behind yyyyMMdd. */
static bool take_packed_time(struct span text, int64_t *microseconds) {
    int hour, minute, second = 0;
    if (text.size != 4 && text.size != 6) return false;
    if (take_number(&text, 2, &hour) != 2 || take_number(&text, 2, &minute) != 2) return false;
    if (text.size == 2 && take_number(&text, 2, &second) != 2) return false;
    *microseconds = ((hour * 60 + minute) * 60 + second) * second_us;
    return text.size == 0 && hour <= 23 && minute <= 59 && second <= 59;
}

struct parts {
    int year, month, day; /* day 0: there was none */
    int64_t time;
};

static bool read_parts(struct span text, struct parts *parts) {
    *parts = (struct parts){0};
    size_t digits = 0;
    while (digits < text.size && text.bytes[digits] >= '0' && text.bytes[digits] <= '9') digits++;
    if (take_number(&text, 4, &parts->year) != 4) return false;
    if (digits >= 6) {
        if (take_number(&text, 2, &parts->month) != 2) return false;
        if (digits == 6) return text.size == 0;
        if (digits < 8 || take_number(&text, 2, &parts->day) != 2) return false;
        return digits == 8 ? take_time(text, &parts->time) : take_packed_time(text, &parts->time);
    }
    char sign = take_sign(&text, "年");
    if (!sign || !take_number(&text, 2, &parts->month)) return false;
    char second = take_sign(&text, "月");
    if (text.size == 0) return sign == 'H' ? true : second == 0;
    if (second != sign || !take_number(&text, 2, &parts->day)) return false;
    if (sign == 'H') take_word(&text, "日");
    return take_time(text, &parts->time);
}

static enum date_verdict read_all(struct span text, struct arena *arena, struct parts *parts) {
    text = text_trim(text_half_width(text_trim(text), arena));
    if (text.size == 0) return DATE_EMPTY;
    if (text.size == 1 && text.bytes[0] == '0') return DATE_ZERO;
    if (!read_parts(text, parts)) return DATE_WRONG;
    if (parts->year == 0 && parts->month == 0 && parts->day == 0) return DATE_ZERO;
    return DATE_OK;
}

static enum date_verdict read_day(struct span text, struct arena *arena, int32_t *days, int64_t *time) {
    struct parts parts;
    enum date_verdict verdict = read_all(text, arena, &parts);
    if (verdict != DATE_OK) return verdict;
    if (!date_is_real(parts.year, parts.month, parts.day)) return DATE_WRONG;
    *days = date_days(parts.year, parts.month, parts.day);
    *time = parts.time;
    return parts.year == 1900 && parts.month == 1 && parts.day == 1 ? DATE_PLACEHOLDER : DATE_OK;
}

/* yyyyMMdd from 1901 to 2099, where every fourth year is a leap year, in one look: eight digits turned into
   numbers pairwise, days from a table.  The usual case, 3 ns a cell; everything else is read with care. */
static bool read_packed(struct span text, int32_t *days) {
    static const uint16_t before[2][13] = {
        {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334},
        {0, 0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335},
    };
    static const unsigned char lengths[2][13] = {
        {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
        {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31},
    };
    uint64_t word;
    memcpy(&word, text.bytes, 8);
    uint64_t digits = word - 0x3030303030303030u;
    if (((word + 0x4646464646464646u) | digits) & 0x8080808080808080u) return false;
    uint64_t pairs = (digits * 10) + (digits >> 8); /* bytes 0, 2, 4, 6 hold two digits each */
    int year = (int)(pairs & 0xff) * 100 + (int)(pairs >> 16 & 0xff) - 2000;
    unsigned month = pairs >> 32 & 0xff, day = pairs >> 48 & 0xff;
    if (year < -99 || year > 99 || month > 12) return false;
    unsigned leap = (year & 3) == 0;
    if (day - 1 >= lengths[leap][month]) return false;
    int leaps = (year + 99) / 4 - 24; /* days that leap years before this one add */
    *days = year * 365 + leaps + before[leap][month] + (int)day - 1;
    return true;
}

enum date_verdict date_read(struct span text, struct arena *arena, int32_t *days) {
    int64_t time;
    *days = 0;
    if (text.size == 8 && read_packed(text, days)) return DATE_OK;
    return read_day(text, arena, days, &time);
}

enum date_verdict date_read_timestamp(struct span text, struct arena *arena, int64_t *microseconds) {
    int32_t days = 0;
    int64_t time = 0;
    enum date_verdict verdict = read_day(text, arena, &days, &time);
    *microseconds = days * (86400 * second_us) + time;
    return verdict;
}

enum date_verdict date_read_serial(struct span text, struct arena *arena, int32_t *days) {
    *days = 0;
    text = text_trim(text_half_width(text_trim(text), arena));
    if (text.size == 0) return DATE_EMPTY;
    int number;
    size_t digits = take_number(&text, 7, &number);
    if (digits == 1 && number == 0 && text.size == 0) return DATE_ZERO;
    if (digits == 0 || (text.size > 0 && text.bytes[0] != '.')) return DATE_WRONG;
    if (text.size > 0 && !text_is_digits((struct span){text.bytes + 1, text.size - 1})) return DATE_WRONG;
    if (number <= 60 || number > 2958465) return DATE_WRONG; /* 9999-12-31 */
    *days = number - SERIAL_2000;
    return DATE_OK;
}

enum date_verdict date_read_month(struct span text, struct arena *arena, int32_t *year_month) {
    struct parts parts;
    *year_month = 0;
    enum date_verdict verdict = read_all(text, arena, &parts);
    if (verdict != DATE_OK) return verdict;
    if (!date_is_real(parts.year, parts.month, parts.day ? parts.day : 1)) return DATE_WRONG;
    *year_month = parts.year * 100 + parts.month;
    return DATE_OK;
}

size_t date_write(int32_t days, char *text) {
    int year, month, day;
    date_civil(days, &year, &month, &day);
    return (size_t)snprintf(text, 16, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
}
