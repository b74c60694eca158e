/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/name.h"
#include "transform/row/text.h"

enum { MIDDLE_DOT = 0xb7 };

/* The dots that keyboards and code pages have put between the parts of a minority name. */
static bool is_dot(uint32_t point) {
    switch (point) {
    case MIDDLE_DOT:
    case 0x2022:
    case 0x2027:
    case 0x2219:
    case 0x22c5:
    case 0x2e31:
    case 0x30fb:
    case 0xff65:
    case 0xff0e:
    case 0xfe52:
    case 0x0387:
    case 0x25cf:
    case 0x2024: return true;
    default: return false;
    }
}

static bool is_blank(uint32_t point) {
    return point <= ' ' || point == 0xa0 || point == 0x3000 || point == 0xfeff;
}

/* Ideographs of all extensions, compatibility and private use: what stands in a Chinese name. */
static bool is_hanzi(uint32_t point) {
    return point == 0x3007 || (point >= 0x3400 && point <= 0x4dbf) || (point >= 0x4e00 && point <= 0x9fff) ||
           (point >= 0xf900 && point <= 0xfaff) || (point >= 0x20000 && point <= 0x3ffff) ||
           text_is_private_use(point);
}

static bool is_letter(uint32_t point) {
    return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
}

struct span name_normal(struct span text, struct arena *arena) {
    text = text_trim(text);
    if (text_is_hanzi(text)) return text;
    char *bytes = ARENA_NEW(arena, char, 2 * text.size + 1); /* a '.' becomes two bytes */
    size_t size = 0;
    uint32_t last = 0;
    bool gap = false;
    for (size_t at = 0; at < text.size;) {
        size_t before = at;
        uint32_t point = text_next(text, &at);
        if (is_blank(point)) {
            gap = true;
            continue;
        }
        if (point >= 0xff21 && point <= 0xff5a && point != 0xff3f) point -= 0xfee0;
        if (is_dot(point) || (point == '.' && is_hanzi(last))) point = MIDDLE_DOT;
        /* "王  芳" is one word that was spread to fit a form; "John Smith" is two. */
        if (gap && is_letter(last) && is_letter(point)) bytes[size++] = ' ';
        gap = false;
        last = point;
        if (point == 0xfffd) { /* a malformed byte stays what it is */
            memcpy(bytes + size, text.bytes + before, at - before);
            size += at - before;
        } else {
            size += text_put(point, bytes + size);
        }
    }
    struct span name = {bytes, size};
    return span_equal(name, text) ? text : name;
}

bool name_illegal(struct span name, bool latin) {
    if (text_is_hanzi(name)) return false;
    for (size_t at = 0; at < name.size;) {
        uint32_t point = text_next(name, &at);
        if (is_hanzi(point) || point == MIDDLE_DOT || point == 0xfffd) continue;
        if (latin && (is_letter(point) || point == ' ' || point == '-' || point == '\'' || point == '.' ||
                      point == ','))
            continue;
        if (point == '?') continue; /* told as a replacement character */
        return true;
    }
    return false;
}
