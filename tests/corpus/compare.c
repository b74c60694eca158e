/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Whether two programs read the same cells.  Numbers are compared as numbers only where the oracle writes
   them in a form of its own; nothing here is money that anyone keeps. */
#include "tests/corpus/table.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum { TEXT_MAX = 128 };

/* A date, a time of day, or both. */
struct moment {
    int year, month, day; /* year 0: only a time */
    long second;          /* of the day, or more: 255:10:10 */
};

static struct span trim(struct span text) {
    while (text.size && (unsigned char)text.bytes[0] <= ' ') text.bytes++, text.size--;
    while (text.size && (unsigned char)text.bytes[text.size - 1] <= ' ') text.size--;
    return text;
}

/* What is left of a shown number without its dress: 1,234.50 | $5 | (5) | 50% | ¥5 | 5 元.  `*decimals`: as
   shown, so that rounding can be allowed for; `*scale`: 100 for a percentage. */
static bool number_read(struct span text, bool dressed, double *value, int *decimals, double *scale) {
    char plain[TEXT_MAX];
    size_t size = 0;
    bool negative = false;
    *scale = 1;
    *decimals = 0;
    for (size_t i = 0; i < text.size && size < sizeof plain - 1; i++) {
        char c = text.bytes[i];
        if (dressed && (c == ',' || c == '$' || c == ' ' || c == ')' || (unsigned char)c >= 0x80)) continue;
        if (dressed && c == '(') negative = true;
        else if (dressed && c == '%') *scale = 100;
        else if (dressed && i + 1 == text.size && size && (c == 'K' || c == 'M'))
            *scale = c == 'K' ? 1e-3 : 1e-6;
        else plain[size++] = c;
    }
    plain[size] = '\0';
    char *end = plain;
    *value = strtod(plain, &end);
    if (end == plain || *end || !strpbrk(plain, "0123456789") || strpbrk(plain, "xXnN")) return false;
    if (negative) *value = -*value;
    const char *point = strchr(plain, '.'), *power = strpbrk(plain, "eE");
    if (point) *decimals = (int)strspn(point + 1, "0123456789");
    if (power) *decimals -= atoi(power + 1);
    return true;
}

static bool number_equal(struct span ours, struct span oracle, enum oracle kind) {
    double a, b, scale, ours_scale;
    int decimals, ours_decimals;
    if (!number_read(ours, false, &a, &ours_decimals, &ours_scale)) return false;
    if (!number_read(oracle, kind == ORACLE_SHOWN, &b, &decimals, &scale)) return false;
    double unit = kind == ORACLE_SHOWN ? 0.500001 * pow(10, -decimals) : 0;
    return fabs(a * scale - b) <= fabs(b) * 1e-14 + unit;
}

static int month_named(const char *name) {
    static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
    for (int i = 0; i < 12; i++)
        if (strncasecmp(name, months + 3 * i, 3) == 0) return i + 1;
    return 0;
}

static int full_year(int year) { return year >= 100 ? year : year < 30 ? 2000 + year : 1900 + year; }

/* The time behind a date, or alone: 10:10 | 10:10:10 | 1:05 PM; true when all of `text` was one. */
static bool time_read(const char *text, struct moment *moment) {
    int hour = 0, minute = 0, second = 0, used = 0;
    while (*text == ' ' || *text == 'T') text++;
    if (!*text) return true;
    if (sscanf(text, "%d:%d%n:%d%n", &hour, &minute, &used, &second, &used) < 2) return false;
    text += used;
    if (*text == '.') text += 1 + strspn(text + 1, "0123456789");
    while (*text == ' ') text++;
    if (!strcasecmp(text, "PM") && hour < 12) hour += 12;
    else if (!strcasecmp(text, "AM") && hour == 12) hour = 0;
    else if (*text && strcasecmp(text, "PM") != 0 && strcasecmp(text, "AM") != 0) return false;
    moment->second = 3600L * hour + 60L * minute + second;
    return true;
}

static bool moment_read(struct span from, struct moment *moment) {
    char text[TEXT_MAX], month[4] = "";
    int a, b, c, used = 0;
    *moment = (struct moment){0};
    if (!from.size || from.size >= sizeof text) return false;
    memcpy(text, from.bytes, from.size);
    text[from.size] = '\0';
    if (sscanf(text, "%d day%*[s,] %n", &a, &used) == 1 && used) {
        bool ok = time_read(text + used, moment);
        moment->second += 86400L * a;
        return ok;
    }
    bool dashed = sscanf(text, "%4d%*1[-/.]%2d%*1[-/.]%2d%n", &a, &b, &c, &used) == 3 && a > 31;
    char name[16] = "";
    if (dashed) *moment = (struct moment){a, b, c, 0};
    else if (sscanf(text, "%2d/%2d/%4d%n", &a, &b, &c, &used) == 3)
        *moment = (struct moment){full_year(c), a, b, 0};
    else if (sscanf(text, "%2d-%3[A-Za-z]-%4d%n", &a, month, &c, &used) == 3)
        *moment = (struct moment){full_year(c), month_named(month), a, 0};
    else if (strspn(text, "0123456789") == 8 && !text[8] &&
             sscanf(text, "%4d%2d%2d%n", &a, &b, &c, &used) == 3)
        *moment = (struct moment){a, b, c, 0};
    else if (sscanf(text, "%15[A-Za-z] %2d, %4d%n", name, &b, &c, &used) == 3 && month_named(name))
        *moment = (struct moment){c, month_named(name), b, 0};
    else if (!strchr(text, ':')) return false;
    else used = 0;
    return time_read(text + used, moment);
}

static bool moment_equal(struct span ours, struct span oracle) {
    struct moment a, b;
    return moment_read(ours, &a) && moment_read(oracle, &b) && a.year == b.year && a.month == b.month &&
           a.day == b.day && labs(a.second - b.second) <= (a.second % 60 && b.second % 60 == 0 ? 59 : 0);
}

/* Apr-07: a date whose format shows month and year alone. */
static bool month_equal(struct span ours, struct span oracle) {
    char text[TEXT_MAX], month[4] = "";
    int year, used = 0;
    struct moment moment;
    if (oracle.size >= sizeof text || !moment_read(ours, &moment)) return false;
    memcpy(text, oracle.bytes, oracle.size);
    text[oracle.size] = '\0';
    return sscanf(text, "%3[A-Za-z]-%2d%n", month, &year, &used) == 2 && !text[used] &&
           moment.year == full_year(year) && moment.month == month_named(month);
}

static bool same_word(struct span a, struct span b) {
    return a.size == b.size && strncasecmp(a.bytes, b.bytes, a.size) == 0;
}

static bool truth_equal(struct span ours, struct span oracle) {
    static const char *const pairs[][2] = {
        {"TRUE", "True"}, {"FALSE", "False"}, {"TRUE", "1"}, {"FALSE", "0"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (same_word(ours, (struct span){pairs[i][0], strlen(pairs[i][0])}) &&
            same_word(oracle, (struct span){pairs[i][1], strlen(pairs[i][1])}))
            return true;
    return false;
}

/* Line ends inside a cell: a workbook holds LF, some programs write CR LF. */
static bool equal_but_returns(struct span a, struct span b) {
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a.size && a.bytes[i] == '\r') i++;
        while (k < b.size && b.bytes[k] == '\r') k++;
        if (i == a.size || k == b.size) return i == a.size && k == b.size;
        if (a.bytes[i] != b.bytes[k]) return false;
    }
}

bool cell_equal(struct span ours, struct span oracle, enum oracle kind) {
    if (span_equal(ours, oracle)) return true;
    if (kind == ORACLE_TEXT) return false;
    ours = trim(ours);
    oracle = trim(oracle);
    if (kind == ORACLE_TRIM) return span_equal(ours, oracle);
    /* A format may hide a zero. */
    if (kind == ORACLE_SHOWN && !oracle.size && span_equal(ours, SPAN("0"))) return true;
    return equal_but_returns(ours, oracle) || number_equal(ours, oracle, kind) ||
           moment_equal(ours, oracle) || truth_equal(ours, oracle) ||
           (kind == ORACLE_SHOWN && month_equal(ours, oracle));
}

/* Columns that stand empty before the first value of any line. */
static uint32_t empty_columns(const struct table *table) {
    uint32_t least = UINT32_MAX;
    for (uint32_t i = 0; i < table->count; i++)
        for (uint32_t k = 0; k < table->lines[i].count && k < least; k++)
            if (trim(table->lines[i].cells[k]).size) least = k;
    return least == UINT32_MAX ? 0 : least;
}

/* A walk over the lines that hold anything, without empty cells at the end and `skip` at the front. */
struct walk {
    const struct table *table;
    uint32_t at, skip;
};

static struct line walk_next(struct walk *walk) {
    while (walk->at < walk->table->count) {
        struct line line = walk->table->lines[walk->at++];
        while (line.count && !trim(line.cells[line.count - 1]).size) line.count--;
        if (!line.count) continue;
        return (struct line){line.cells + walk->skip, line.count - walk->skip};
    }
    return (struct line){0};
}

/* The first column, from 1, in which two lines differ; 0: none. */
static uint32_t lines_differ(struct line ours, struct line oracle, enum oracle kind) {
    uint32_t count = ours.count > oracle.count ? ours.count : oracle.count;
    for (uint32_t i = 0; i < count; i++) {
        struct span x = i < ours.count ? ours.cells[i] : (struct span){"", 0};
        struct span y = i < oracle.count ? oracle.cells[i] : (struct span){"", 0};
        if (!cell_equal(x, y, kind)) return i + 1;
    }
    return 0;
}

static void say_cell(char *to, struct line line, uint32_t column) {
    size_t size = 0;
    if (column > line.count) return;
    struct span cell = line.cells[column - 1];
    for (; size < cell.size && size < 60; size++)
        to[size] = (unsigned char)cell.bytes[size] < ' ' ? ' ' : cell.bytes[size];
}

/* What Excel exports begins at the first column that is used, so a shown oracle has lost those before. */
uint32_t table_differences(const struct table *ours, const struct table *oracle, enum oracle kind,
                           char *why) {
    struct walk mine = {ours, 0, 0}, theirs = {oracle, 0, 0};
    uint32_t differing = 0;
    if (kind == ORACLE_SHOWN) mine.skip = empty_columns(ours), theirs.skip = empty_columns(oracle);
    for (;;) {
        struct line a = walk_next(&mine), b = walk_next(&theirs);
        if (!a.count && !b.count) return differing;
        uint32_t column = lines_differ(a, b, kind);
        if (!column || differing++) continue;
        char x[64] = "", y[64] = "";
        say_cell(x, a, column);
        say_cell(y, b, column);
        snprintf(why, 256, "row %u of %u column %u: ours \"%s\", oracle \"%s\"", theirs.at, oracle->count,
                 column, x, y);
    }
}

bool table_within(const struct table *ours, const struct table *oracle, enum oracle kind) {
    struct walk mine = {ours, 0, 0}, theirs = {oracle, 0, 0};
    for (;;) {
        struct line a = walk_next(&mine), b;
        if (!a.count) return true;
        do b = walk_next(&theirs);
        while (b.count && lines_differ(a, b, kind));
        if (!b.count) return false;
    }
}

void table_windows(struct table *table, struct arena *arena) {
    static const uint16_t meant[32] = {0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
                                       0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x8d,   0x17d,  0x8f,
                                       0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
                                       0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};
    for (uint32_t i = 0; i < table->count; i++)
        for (uint32_t k = 0; k < table->lines[i].count; k++) {
            struct span *cell = &table->lines[i].cells[k];
            char *to = ARENA_NEW(arena, char, 2 * cell->size + 1);
            size_t size = 0;
            for (size_t at = 0; at < cell->size; at++) {
                unsigned char c = (unsigned char)cell->bytes[at], next = 0;
                if (at + 1 < cell->size) next = (unsigned char)cell->bytes[at + 1];
                if (c != 0xc2 || next < 0x80 || next > 0x9f) {
                    to[size++] = (char)c;
                    continue;
                }
                uint16_t point = meant[next - 0x80];
                if (point >= 0x800) to[size++] = (char)(0xe0 | point >> 12);
                to[size++] = (char)(point >= 0x800 ? 0x80 | (point >> 6 & 0x3f) : 0xc0 | point >> 6);
                to[size++] = (char)(0x80 | (point & 0x3f));
                at++;
            }
            *cell = (struct span){to, size};
        }
}
