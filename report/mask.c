/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/mask.h"
#include "core/calendar.h"
#include "core/codelike.h"
#include "report/cell.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

enum { DIVISION = 6, CITIZEN = 18, TAG_BYTES = 4, STARS_MAX = 3 };

static bool digits(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++)
        if (text[i] < '0' || text[i] > '9') return false;
    return true;
}

bool mask_citizen(struct span text) {
    static const int weights[CITIZEN - 1] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    if (text.size != CITIZEN || !digits(text.bytes, CITIZEN - 1)) return false;
    int sum = 0, month = (text.bytes[10] - '0') * 10 + text.bytes[11] - '0';
    int day = (text.bytes[12] - '0') * 10 + text.bytes[13] - '0';
    for (int i = 0; i < CITIZEN - 1; i++) sum += (text.bytes[i] - '0') * weights[i];
    char last = text.bytes[CITIZEN - 1] == 'x' ? 'X' : text.bytes[CITIZEN - 1];
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && last == "10X98765432"[sum % 11];
}

static int number_at(const char *text, size_t size) {
    int number = 0;
    for (size_t i = 0; i < size; i++) number = number * 10 + text[i] - '0';
    return number;
}

/* Codes of provinces begin with 1 to 8; those of the sample with 69.  Source: GB/T 2260. */
static bool looks_like_citizen(struct span text) {
    enum { OLD = 15 };
    bool old = text.size == OLD;
    if (!(old || text.size == CITIZEN) || !digits(text.bytes, text.size - 1)) return false;
    char last = text.bytes[text.size - 1];
    if (!(last >= '0' && last <= '9') && (old || (last != 'X' && last != 'x'))) return false;
    const char *birth = text.bytes + DIVISION;
    int year = old ? 1900 + number_at(birth, 2) : number_at(birth, 4), province = number_at(text.bytes, 2);
    birth += old ? 2 : 4;
    int month = number_at(birth, 2), day = number_at(birth + 2, 2);
    return province >= 11 && province <= 83 && year >= 1850 && year < 2100 && date_is_real(year, month, day);
}

/* Letters count alike, so 'x' and 'X' at the end give one tag. */
static struct span tag(const struct mask *mask, struct span value, char text[16]) {
    unsigned char bytes[EVP_MAX_MD_SIZE], upper[64] = {0};
    unsigned size = 0;
    if (mask->key_size == 0) return (struct span){text, 0};
    size_t count = value.size < sizeof upper ? value.size : sizeof upper;
    for (size_t i = 0; i < count; i++) {
        unsigned char c = (unsigned char)value.bytes[i];
        upper[i] = c >= 'a' && c <= 'z' ? (unsigned char)(c - 'a' + 'A') : c;
    }
    const unsigned char *made =
        HMAC(EVP_sha256(), mask->key, (int)mask->key_size, upper, count, bytes, &size);
    assert(made && size >= TAG_BYTES);
    int length = snprintf(text, 16, "#%02x%02x%02x%02x", made[0], made[1], made[2], made[3]);
    return (struct span){text, (size_t)length};
}

static struct span mask_id(const struct mask *mask, struct span value, struct arena *arena) {
    char tagged[16];
    struct span end = tag(mask, value, tagged);
    bool division = (value.size == 15 || value.size == CITIZEN) && digits(value.bytes, DIVISION);
    return result_format(arena, "%.*s%.*s%.*s", division ? DIVISION : 0, value.bytes,
                         division ? (int)value.size - DIVISION : STARS_MAX, "************", (int)end.size,
                         end.bytes);
}

static struct span mask_name(struct span value, struct arena *arena) {
    struct span rest = value;
    int stars = 0;
    if (value.size == 0) return value;
    cell_character(&rest);
    size_t first = value.size - rest.size;
    while (rest.size && stars < STARS_MAX) {
        cell_character(&rest);
        stars++;
    }
    if (stars == 0) return SPAN("*"); /* the first character is the whole name */
    return result_format(arena, "%.*s%.*s", (int)first, value.bytes, stars, "***");
}

struct span mask_value(const struct mask *mask, enum pii pii, struct span value, struct arena *arena) {
    if (!value.bytes || value.size == 0 || mask->unmask) return value;
    switch (pii) {
    case PII_NONE: return mask_citizen(value) ? mask_id(mask, value, arena) : value;
    case PII_ID: return mask_id(mask, value, arena);
    case PII_NAME: return mask_name(value, arena);
    case PII_PHONE:
    case PII_ADDRESS:
    case PII_DIAGNOSIS: break;
    }
    return SPAN("***");
}

struct span mask_code(const struct mask *mask, struct span value, bool often, struct arena *arena) {
    bool shown = !value.size || mask->unmask || codelike(value) || (often && !codelike_number(value));
    return shown ? value : codelike_hidden(value, arena);
}

struct span mask_figure(const struct mask *mask, struct span value, struct arena *arena) {
    bool shown = !value.size || mask->unmask || codelike_figure(value) || codelike(value);
    return shown ? value : codelike_hidden(value, arena);
}

struct span mask_cell(const struct mask *mask, const struct kind_column *column, struct span value,
                      struct arena *arena) {
    if (!column) return mask_value(mask, PII_ADDRESS, value, arena);
    if (column->pii) return mask_value(mask, column->pii, value, arena);
    return column->type == TYPE_TEXT ? mask_code(mask, value, false, arena) : mask_figure(mask, value, arena);
}

struct span mask_person(const struct mask *mask, struct span value, struct arena *arena) {
    if (mask->unmask || !value.bytes) return value;
    return mask_citizen(value) || looks_like_citizen(value) ? mask_id(mask, value, arena) : value;
}

struct span mask_column(const struct mask *mask, const struct kind_column *column, struct span value,
                        struct arena *arena) {
    return column->pii == PII_NONE && model_is_person(column) ? mask_person(mask, value, arena)
                                                              : mask_value(mask, column->pii, value, arena);
}

/* Whether `persons` names the cell. */
static bool names(const char *persons, int cell) {
    if (*persons == '*') return true;
    for (char *end; *persons; persons = end + (*end == ','))
        if (strtol(persons, &end, 10) == cell) return true;
        else if (end == persons) return false;
    return false;
}

struct span mask_key(const struct mask *mask, const char *persons, struct span key, struct arena *arena) {
    if (mask->unmask || !key.bytes) return key;
    struct span shown = {"", 0}, rest = key;
    for (int number = 1; number == 1 || rest.bytes; number++) {
        const char *slash = rest.size ? memchr(rest.bytes, '/', rest.size) : NULL;
        struct span cell = {rest.bytes, slash ? (size_t)(slash - rest.bytes) : rest.size};
        struct span part = names(persons, number) ? mask_person(mask, cell, arena)
                           : mask_citizen(cell)   ? mask_id(mask, cell, arena)
                                                  : cell;
        shown = result_format(arena, "%.*s%s%.*s", (int)shown.size, shown.bytes, number == 1 ? "" : "/",
                              (int)part.size, part.bytes);
        rest = slash ? (struct span){slash + 1, rest.size - cell.size - 1} : (struct span){0};
    }
    return shown;
}
