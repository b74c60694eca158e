/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/text.h"

enum { REPLACEMENT = 0xfffd, IDEOGRAPHIC_SPACE = 0x3000, NO_BREAK_SPACE = 0xa0, BYTE_ORDER_MARK = 0xfeff };

/* Bytes of the blank that starts here, 0 when there is none. */
static size_t blank_before(const char *bytes, size_t size) {
    const unsigned char *at = (const unsigned char *)bytes;
    if (size == 0) return 0;
    if (at[0] <= ' ' && (at[0] == ' ' || at[0] == 0 || (at[0] >= '\t' && at[0] <= '\r'))) return 1;
    if (size >= 2 && at[0] == 0xc2 && at[1] == 0xa0) return 2;
    if (size >= 3 && at[0] == 0xe3 && at[1] == 0x80 && at[2] == 0x80) return 3;
    if (size >= 3 && at[0] == 0xef && at[1] == 0xbb && at[2] == 0xbf) return 3;
    return 0;
}

static size_t blank_behind(const char *bytes, size_t size) {
    for (size_t width = 1; width <= 3 && width <= size; width++)
        if (blank_before(bytes + size - width, width) == width) return width;
    return 0;
}

struct span text_trim_blanks(struct span text) {
    for (size_t width; (width = blank_before(text.bytes, text.size)) > 0;) {
        text.bytes += width;
        text.size -= width;
    }
    for (size_t width; (width = blank_behind(text.bytes, text.size)) > 0;) text.size -= width;
    return text;
}

uint32_t text_next(struct span text, size_t *at) {
    const unsigned char *bytes = (const unsigned char *)text.bytes + *at;
    size_t left = text.size - *at;
    uint32_t point = bytes[0];
    size_t more = point < 0x80                    ? 0
                  : point >= 0xf0 && point < 0xf5 ? 3
                  : point >= 0xe0 && point < 0xf0 ? 2
                  : point >= 0xc2 && point < 0xe0 ? 1
                                                  : 4;
    *at += 1;
    if (more == 0) return point;
    if (more == 4 || left <= more) return REPLACEMENT;
    point &= 0x3fu >> more;
    for (size_t index = 1; index <= more; index++) {
        if ((bytes[index] & 0xc0) != 0x80) return REPLACEMENT;
        point = point << 6 | (bytes[index] & 0x3fu);
    }
    *at += more;
    return point;
}

size_t text_put(uint32_t point, char *bytes) {
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    size_t more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t index = more; index > 0; index--, point >>= 6) bytes[index] = (char)(0x80 | (point & 0x3f));
    bytes[0] = (char)(lead[more] | point);
    return more + 1;
}

size_t text_length(struct span text) {
    size_t count = 0;
    for (size_t index = 0; index < text.size; index++)
        count += ((unsigned char)text.bytes[index] & 0xc0) != 0x80;
    return count;
}

bool text_is_ascii(struct span text) {
    size_t index = 0;
    for (; index + 8 <= text.size; index += 8) {
        uint64_t word;
        memcpy(&word, text.bytes + index, 8);
        if (word & 0x8080808080808080u) return false;
    }
    for (; index < text.size; index++)
        if ((unsigned char)text.bytes[index] >= 0x80) return false;
    return true;
}

struct span text_half_width(struct span text, struct arena *arena) {
    if (text_is_ascii(text)) return text;
    char *bytes = ARENA_NEW(arena, char, text.size + 1);
    size_t size = 0;
    for (size_t at = 0; at < text.size;) {
        size_t before = at;
        uint32_t point = text_next(text, &at);
        if (point >= 0xff01 && point <= 0xff5e) bytes[size++] = (char)(point - 0xfee0);
        else if (point == IDEOGRAPHIC_SPACE || point == NO_BREAK_SPACE || point == BYTE_ORDER_MARK)
            bytes[size++] = ' ';
        else {
            memcpy(bytes + size, text.bytes + before, at - before);
            size += at - before;
        }
    }
    return (struct span){bytes, size};
}

struct span text_without_nul(struct span text, struct arena *arena) {
    if (text.size == 0 || !memchr(text.bytes, 0, text.size)) return text;
    char *bytes = ARENA_NEW(arena, char, text.size);
    size_t size = 0;
    for (size_t index = 0; index < text.size; index++)
        if (text.bytes[index]) bytes[size++] = text.bytes[index];
    return (struct span){bytes, size};
}

bool text_is_private_use(uint32_t point) {
    return (point >= 0xe000 && point <= 0xf8ff) || (point >= 0xf0000 && point <= 0x10fffd);
}

uint32_t text_damage(struct span text, bool name) {
    /* Private use and U+FFFD begin with 0xEE, 0xEF, 0xF3 or 0xF4; no common Hanzi does. */
    for (size_t at = 0; at < text.size;) {
        unsigned char lead = (unsigned char)text.bytes[at];
        if (lead == '?' && name) return REPLACEMENT;
        if (lead < 0xee) {
            at++;
            continue;
        }
        uint32_t point = text_next(text, &at);
        if (point == REPLACEMENT || text_is_private_use(point)) return point;
    }
    return 0;
}
