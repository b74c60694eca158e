/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sql/value.h"
#include "extract/xlsx/number.h"
#include <stdio.h>

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, FRACTION, PARTS, UNKNOWN };

struct element {
    const char *name;
    enum part part;
    unsigned digits;
};

/* Longer names first.  Two-digit years and 12-hour clocks would have to be guessed. */
static const struct element oracle[] = {
    {"YYYY", YEAR, 4},    {"RRRR", YEAR, 4},    {"HH24", HOUR, 2},    {"MM", MONTH, 2},
    {"DD", DAY, 2},       {"MI", MINUTE, 2},    {"SS", SECOND, 2},    {"FF1", FRACTION, 9},
    {"FF2", FRACTION, 9}, {"FF3", FRACTION, 9}, {"FF4", FRACTION, 9}, {"FF5", FRACTION, 9},
    {"FF6", FRACTION, 9}, {"FF7", FRACTION, 9}, {"FF8", FRACTION, 9}, {"FF9", FRACTION, 9},
    {"FF", FRACTION, 9},
};
static const struct element mysql[] = {
    {"%Y", YEAR, 4},   {"%m", MONTH, 2},  {"%d", DAY, 2},    {"%H", HOUR, 2},
    {"%i", MINUTE, 2}, {"%s", SECOND, 2}, {"%S", SECOND, 2}, {"%f", FRACTION, 6},
};

static bool letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

static bool digit(char byte) { return byte >= '0' && byte <= '9'; }

/* The element at the start of `format`; NULL: a separator, or `*known` false. */
static const struct element *element_at(struct span format, bool *known) {
    bool percent = format.bytes[0] == '%';
    const struct element *list = percent ? mysql : oracle;
    size_t count = percent ? sizeof mysql / sizeof *mysql : sizeof oracle / sizeof *oracle;
    *known = true;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(list[i].name);
        struct span head = {format.bytes, size};
        if (format.size < size) continue;
        bool fits = percent ? memcmp(head.bytes, list[i].name, size) == 0
                            : sql_same(head, (struct span){list[i].name, size});
        if (fits) return &list[i];
    }
    *known = !percent && !letter(format.bytes[0]);
    return NULL;
}

struct moment {
    unsigned value[PARTS];
    bool given[PARTS];
    char fraction[10];
};

static bool take_digits(struct span *text, const struct element *element, struct moment *moment) {
    while (text->size && !digit(*text->bytes) && !letter(*text->bytes)) text->bytes++, text->size--;
    unsigned count = 0, value = 0;
    while (text->size && count < element->digits && digit(*text->bytes)) {
        if (element->part == FRACTION) moment->fraction[count] = *text->bytes;
        value = value * 10 + (unsigned)(*text->bytes - '0');
        text->bytes++, text->size--, count++;
    }
    if (!count) return text->size == 0; /* Oracle takes what is missing at the end as zero */
    if (element->part == YEAR && count != 4) return false;
    moment->value[element->part] = value;
    moment->given[element->part] = true;
    return true;
}

static bool parse(struct span text, struct span format, struct moment *moment) {
    while (format.size) {
        bool known;
        if (format.bytes[0] == '"') { /* quoted text of the format: skipped in both */
            const char *end = memchr(format.bytes + 1, '"', format.size - 1);
            if (!end) return false;
            size_t size = (size_t)(end - format.bytes) + 1;
            if (text.size < size - 2 || memcmp(text.bytes, format.bytes + 1, size - 2) != 0) return false;
            text = (struct span){text.bytes + size - 2, text.size - (size - 2)};
            format = (struct span){format.bytes + size, format.size - size};
            continue;
        }
        const struct element *element = element_at(format, &known);
        if (!known) return false;
        size_t size = element ? strlen(element->name) : 1;
        if (element && !take_digits(&text, element, moment)) return false;
        format = (struct span){format.bytes + size, format.size - size};
    }
    while (text.size && *text.bytes == ' ') text.bytes++, text.size--;
    return text.size == 0;
}

size_t sql_date_text(struct span text, struct span format, char to[40]) {
    struct moment moment = {0};
    const unsigned *value = moment.value;
    if (!parse(text, format, &moment) || !moment.given[YEAR] || !moment.given[MONTH] || !moment.given[DAY])
        return 0;
    int size = snprintf(to, 40, "%04u-%02u-%02u", value[YEAR] % 10000, value[MONTH] % 100, value[DAY] % 100);
    bool time = moment.given[HOUR] || moment.given[MINUTE] || moment.given[SECOND];
    if (time)
        size += snprintf(to + size, 16, " %02u:%02u:%02u", value[HOUR] % 100, value[MINUTE] % 100,
                         value[SECOND] % 100);
    if (time && value[FRACTION]) size += snprintf(to + size, 12, ".%s", moment.fraction);
    return (size_t)size;
}

static int nibble(char byte) {
    if (digit(byte)) return byte - '0';
    return letter(byte) && (byte & ~0x20) <= 'F' ? (byte & ~0x20) - 'A' + 10 : -1;
}

enum { DAYS_TO_1900 = 25567, DAYS_TO_1970 = 719162, TICKS = 300, DAY_TICKS = 24 * 3600 * TICKS };

/* SQL Server's binary dates.  datetime: days since 1900 and 1/300 s, most significant byte first;
   smalldatetime: two bytes of days and two of minutes; date: three bytes since year 1, least first. */
static size_t binary_date(const unsigned char *byte, size_t size, struct span type, char to[NUMBER_TEXT]) {
    if (sql_same(type, SPAN("DATE")) && (size == 3 || (size == 4 && byte[3] == 0))) {
        int64_t days = byte[0] | byte[1] << 8 | byte[2] << 16;
        return days < 3652059 ? number_moment(days - DAYS_TO_1970, 0, to) : 0;
    }
    if (sql_same(type, SPAN("DATETIME")) && size == 8) {
        uint32_t days = (uint32_t)byte[0] << 24 | (uint32_t)(byte[1] << 16 | byte[2] << 8 | byte[3]);
        uint32_t ticks = (uint32_t)byte[4] << 24 | (uint32_t)(byte[5] << 16 | byte[6] << 8 | byte[7]);
        if (ticks >= DAY_TICKS || (int32_t)days > 2958463 || (int32_t)days < -53690) return 0;
        return number_moment((int32_t)days - DAYS_TO_1900, ((int64_t)ticks * 10 + 1) / 3, to);
    }
    if (sql_same(type, SPAN("SMALLDATETIME")) && size == 4) {
        int64_t minutes = byte[2] << 8 | byte[3];
        if (minutes >= 24 * 60) return 0;
        return number_moment((byte[0] << 8 | byte[1]) - DAYS_TO_1900, minutes * 60000, to);
    }
    return 0;
}

static struct span cast_hex(struct span text, struct span type, struct arena *arena) {
    unsigned char bytes[8];
    size_t size = 0;
    for (size_t i = 2; i + 1 < text.size && size < sizeof bytes; i += 2) {
        int high = nibble(text.bytes[i]), low = nibble(text.bytes[i + 1]);
        if (high < 0 || low < 0) return (struct span){0};
        bytes[size++] = (unsigned char)(high << 4 | low);
    }
    if (text.size != 2 + 2 * size) return (struct span){0};
    char *to = ARENA_NEW(arena, char, NUMBER_TEXT);
    return (struct span){to, binary_date(bytes, size, type, to)};
}

struct span sql_cast(struct span text, bool hex, struct span type, struct arena *arena) {
    static const char *const plain[] = {"DATE",     "DATETIME", "DATETIME2", "SMALLDATETIME", "VARCHAR",
                                        "NVARCHAR", "CHAR",     "NCHAR",     "TIME",          "TIMESTAMP"};
    static const char *const numbers[] = {"DECIMAL", "NUMERIC", "MONEY",   "SMALLMONEY", "NUMBER",
                                          "INT",     "BIGINT",  "INTEGER", "SMALLINT",   "TINYINT"};
    const char *open = memchr(type.bytes, '(', type.size);
    struct span name = {type.bytes, open ? (size_t)(open - type.bytes) : type.size};
    while (name.size && name.bytes[name.size - 1] == ' ') name.size--;
    if (hex) return cast_hex(text, name, arena);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (sql_same(name, (struct span){plain[i], strlen(plain[i])})) {
            /* A shorter width would cut the text; the widths of dates are their precision. */
            unsigned width = 0;
            bool chars = i >= 4 && i <= 7, wide = open && sscanf(open, "( %u", &width) == 1;
            if (chars) return wide && width < text.size ? (struct span){0} : text;
            struct span moment = text; /* 2020-01-02T00:00:00 with a blank for its T */
            char *at = moment.size > 10 ? ARENA_NEW(arena, char, moment.size + 1) : NULL;
            if (!at || moment.bytes[10] != 'T') return text;
            memcpy(at, moment.bytes, moment.size);
            at[10] = ' ';
            return (struct span){at, moment.size};
        }
    /* A cast to fewer decimals would round. */
    const char *point = memchr(text.bytes, '.', text.size);
    size_t decimals = point ? text.size - (size_t)(point - text.bytes) - 1 : 0;
    const char *comma = open ? memchr(open, ',', type.size - name.size) : NULL;
    unsigned scale = 0;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (!sql_same(name, (struct span){numbers[i], strlen(numbers[i])})) continue;
        if (i == 2 || i == 3) scale = 4;
        if (i < 2 && comma) sscanf(comma, ", %u", &scale);
        return decimals <= scale ? text : (struct span){0};
    }
    return (struct span){0};
}
