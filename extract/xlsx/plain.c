/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xlsx/plain.h"

/* What an ASCII byte may stand in: a name, its beginning, an attribute's value, character data.  In data a
   '_' is none, so that it is noticed; beyond ASCII nothing is. */
enum { IN_NAME = 1, IN_FIRST = 2, IN_VALUE = 4, IN_TEXT = 8 };
static const uint8_t places[256] = {
    /* sixteen to a line, from NUL on */
    0,  0,  0,  0,  0,  0,  0,  0,  0,  8,  8,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,  0,
    0,  0,  0,  0,  0,  0,  12, 12, 8,  12, 12, 12, 0,  8,  12, 12, 12, 12, 12, 13, 13, 12, 13, 13, 13, 13,
    13, 13, 13, 13, 13, 13, 13, 12, 0,  12, 4,  12, 12, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 12, 12, 12, 12, 7,  12, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 12, 12, 12, 12, 12,
};

static bool stands(const char *at, int place) { return (places[(unsigned char)*at] & place) != 0; }

const char *plain_prefix(struct plain *plain, const char *at, struct span name) {
    plain->prefix_size = 0;
    if (*at++ != '<') return NULL;
    if (memcmp(at, name.bytes, name.size) == 0 && !stands(at + name.size, IN_NAME)) return at;
    size_t size = 0;
    if (!stands(at, IN_FIRST)) return NULL;
    while (size + 1 < PLAIN_PREFIX_MAX && stands(at + size, IN_NAME) && at[size] != ':') size++;
    if (at[size++] != ':' || memcmp(at + size, name.bytes, name.size) != 0) return NULL;
    memcpy(plain->prefix, at, size);
    plain->prefix_size = size;
    return at;
}

static bool known(const struct plain_tag *tag, struct span name) {
    for (uint32_t i = 0; i < tag->count; i++)
        if (span_equal(tag->attributes[i].name, name)) return true;
    return false;
}

const char *plain_attributes(const char *at, struct plain_tag *tag) {
    tag->count = 0;
    for (;;) {
        const char *blank = at;
        while (*at == ' ') at++;
        tag->empty = *at == '/';
        if (tag->empty) at++;
        if (*at == '>') return at + 1;
        if (tag->empty || at == blank || tag->count == PLAIN_ATTRIBUTES_MAX || !stands(at, IN_FIRST))
            return NULL;
        struct span name = {at, 0};
        while (stands(at, IN_NAME)) at++;
        name.size = (size_t)(at - name.bytes);
        char quote = at[0] == '=' ? at[1] : '\0';
        if ((quote != '"' && quote != '\'') || known(tag, name)) return NULL;
        struct span value = {at += 2, 0};
        for (; *at != quote; at++)
            if (!stands(at, IN_VALUE) && *at != '"' && *at != '\'') return NULL;
        value.size = (size_t)(at++ - value.bytes);
        tag->attributes[tag->count++] = (struct plain_attribute){name, value};
    }
}

static const struct {
    const char *name;
    size_t size;
    char character;
} entities[] = {
    {"&amp;", 5, '&'}, {"&lt;", 4, '<'}, {"&gt;", 4, '>'}, {"&quot;", 6, '"'}, {"&apos;", 6, '\''}};

static size_t entity(const char *at, char *character) {
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (strncmp(at, entities[i].name, entities[i].size) == 0)
            return *character = entities[i].character, entities[i].size;
    return 0;
}

static bool follows(unsigned char byte) { return byte >> 6 == 2; }

/* The size of a character beyond ASCII; 0: none that XML allows, by expat's measure: no surrogates, not
   U+FFFE and U+FFFF, nothing written longer than it need be. */
static size_t character_size(const unsigned char *at) {
    if (at[0] < 0xC2 || at[0] > 0xF4 || !follows(at[1])) return 0;
    if (at[0] < 0xE0) return 2;
    if (!follows(at[2])) return 0;
    if (at[0] < 0xF0) {
        bool none = (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xED && at[1] > 0x9F) ||
                    (at[0] == 0xEF && at[1] == 0xBF && at[2] > 0xBD);
        return none ? 0 : 3;
    }
    bool none = (at[0] == 0xF0 && at[1] < 0x90) || (at[0] == 0xF4 && at[1] > 0x8F) || !follows(at[3]);
    return none ? 0 : 4;
}

const char *plain_data(const char *at, struct plain_text *text) {
    *text = (struct plain_text){.raw.bytes = at};
    for (;;) {
        while (stands(at, IN_TEXT)) at++;
        char character;
        size_t size;
        switch (*at) {
        case '<': text->raw.size = (size_t)(at - text->raw.bytes); return at;
        case '_':
            text->escapes = true;
            size = 1;
            break;
        case '&':
            text->entities = true;
            size = entity(at, &character);
            break;
        default: size = character_size((const unsigned char *)at);
        }
        if (size == 0) return NULL;
        at += size;
    }
}

const char *plain_leaf(const struct plain *plain, const char *at, const char *name, size_t size,
                       struct plain_tag *tag, struct plain_text *text) {
    *text = (struct plain_text){.raw = {"", 0}};
    if (!(at = plain_attributes(at, tag)) || tag->empty) return at;
    if (!(at = plain_data(at, text))) return NULL;
    return plain_close(plain, at, name, size);
}

size_t plain_decode(struct span raw, char *to) {
    size_t size = 0;
    for (size_t at = 0; at < raw.size; size++) {
        size_t skip = raw.bytes[at] == '&' ? entity(raw.bytes + at, &to[size]) : 0;
        if (!skip) to[size] = raw.bytes[at];
        at += skip ? skip : 1;
    }
    return size;
}
