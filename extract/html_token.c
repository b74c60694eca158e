/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/html_token.h"
#include <stdlib.h>
#include <strings.h>

static bool blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

static bool letter(char byte) { return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z'); }

static enum html_kind kind_of(struct span name, bool end) {
    static const struct {
        struct span name;
        enum html_kind start, end;
    } tags[] = {
        {{"table", 5}, HTML_TABLE, HTML_TABLE_END}, {{"tr", 2}, HTML_ROW, HTML_ROW_END},
        {{"td", 2}, HTML_CELL, HTML_CELL_END},      {{"th", 2}, HTML_CELL, HTML_CELL_END},
        {{"thead", 5}, HTML_OTHER, HTML_ROW_END},   {{"tbody", 5}, HTML_OTHER, HTML_ROW_END},
        {{"tfoot", 5}, HTML_OTHER, HTML_ROW_END},   {{"br", 2}, HTML_BREAK, HTML_BREAK},
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (name.size == tags[i].name.size && strncasecmp(name.bytes, tags[i].name.bytes, name.size) == 0)
            return end ? tags[i].end : tags[i].start;
    return HTML_OTHER;
}

/* The number of an attribute of the tag, at least 1. */
static uint32_t number(struct span tag, const char *name, uint32_t most) {
    size_t size = strlen(name);
    for (size_t at = 1; at + size < tag.size; at++) {
        if (!blank(tag.bytes[at - 1]) || strncasecmp(tag.bytes + at, name, size) != 0) continue;
        size_t value = at + size;
        while (value < tag.size && (blank(tag.bytes[value]) || strchr("=\"'", tag.bytes[value]))) value++;
        unsigned long found = 0;
        for (; value < tag.size && tag.bytes[value] >= '0' && tag.bytes[value] <= '9'; value++)
            if (found <= most) found = found * 10 + (unsigned long)(tag.bytes[value] - '0');
        return found < 1 ? 1 : found > most ? most : (uint32_t)found;
    }
    return 1;
}

/* The end of a tag: its `>`, outside of quotes.  NULL: not here. */
static const char *tag_end(const char *at, const char *end) {
    char quote = '\0';
    for (char before = '\0'; at < end; at++) {
        if (quote) quote = *at == quote ? '\0' : quote;
        else if (*at == '>') return at + 1;
        else if ((*at == '"' || *at == '\'') && before == '=') quote = *at;
        if (!blank(*at)) before = *at;
    }
    return NULL;
}

/* A script's or style's content is no text: it ends with its own end tag only. */
static const char *raw_end(const char *at, const char *end, struct span name) {
    for (; end - at > (ptrdiff_t)name.size + 2; at++)
        if (at[0] == '<' && at[1] == '/' && strncasecmp(at + 2, name.bytes, name.size) == 0)
            return memchr(at, '>', (size_t)(end - at));
    return NULL;
}

static enum html_kind take(struct html_cursor *cursor, struct html_token *token, const char *end,
                           enum html_kind kind) {
    if (!end && !cursor->final) return token->kind = HTML_MORE;
    if (!end) end = cursor->end;
    token->text = (struct span){cursor->at, (size_t)(end - cursor->at)};
    cursor->at = end;
    return token->kind = kind;
}

enum html_kind html_next(struct html_cursor *cursor, struct html_token *token) {
    const char *at = cursor->at, *end = cursor->end;
    size_t left = (size_t)(end - at);
    *token = (struct html_token){.columns = 1, .rows = 1};
    if (!left) return token->kind = cursor->final ? HTML_END : HTML_MORE;
    if (*at != '<') {
        const char *tag = memchr(at, '<', left);
        return take(cursor, token, tag ? tag : end, HTML_TEXT);
    }
    if (left < 9 && !cursor->final) return token->kind = HTML_MORE;
    if (left >= 4 && memcmp(at, "<!--", 4) == 0) {
        const char *close = memmem(at + 4, left - 4, "-->", 3);
        return take(cursor, token, close ? close + 3 : NULL, HTML_OTHER);
    }
    bool closing = left > 1 && at[1] == '/';
    const char *name = at + 1 + closing, *stop = name;
    while (stop < end && (letter(*stop) || (*stop >= '0' && *stop <= '9') || *stop == ':')) stop++;
    struct span word = {name, (size_t)(stop - name)};
    bool tag = word.size || (left > 1 && strchr("!?/", at[1]));
    if (!tag) return take(cursor, token, at + 1, HTML_TEXT); /* a bare < */
    const char *close = tag_end(stop, end);
    enum html_kind kind = kind_of(word, closing);
    bool raw = !closing && ((word.size == 6 && strncasecmp(name, "script", 6) == 0) ||
                            (word.size == 5 && strncasecmp(name, "style", 5) == 0));
    if (close && raw) {
        const char *over = raw_end(close, end, word);
        return take(cursor, token, over ? over + 1 : NULL, HTML_OTHER);
    }
    /* A tag that the file cuts is none: what it began cannot be told. */
    if (!close && cursor->final) return take(cursor, token, NULL, HTML_OTHER);
    take(cursor, token, close, kind);
    if (token->kind == HTML_CELL) {
        token->columns = number(token->text, "colspan", HTML_SPAN_MAX);
        token->rows = number(token->text, "rowspan", HTML_ROWSPAN_MAX);
    }
    return token->kind;
}

static size_t put_utf8(uint32_t unit, char *to) {
    size_t size = 0;
    if (unit < 0x80) to[size++] = (char)unit;
    else if (unit < 0x800) to[size++] = (char)(0xc0 | unit >> 6);
    else if (unit < 0x10000) to[size++] = (char)(0xe0 | unit >> 12);
    else to[size++] = (char)(0xf0 | unit >> 18);
    if (unit >= 0x10000) to[size++] = (char)(0x80 | (unit >> 12 & 63));
    if (unit >= 0x800) to[size++] = (char)(0x80 | (unit >> 6 & 63));
    if (unit >= 0x80) to[size++] = (char)(0x80 | (unit & 63));
    return size;
}

/* The character of the entity at `at` and its length there; 0: none that we know, so it stands as it is. */
static size_t entity(struct span text, size_t at, uint32_t *unit) {
    static const struct {
        const char *name;
        uint32_t unit;
    } names[] = {{"amp", '&'},      {"lt", '<'},       {"gt", '>'},       {"quot", '"'},
                 {"apos", '\''},    {"nbsp", ' '},     {"ensp", ' '},     {"emsp", ' '},
                 {"yen", 0xa5},     {"middot", 0xb7},  {"times", 0xd7},   {"ldquo", 0x201c},
                 {"rdquo", 0x201d}, {"lsquo", 0x2018}, {"rsquo", 0x2019}, {"mdash", 0x2014},
                 {"hellip", 0x2026}};
    size_t until = at + 1;
    while (until < text.size && until - at < 12 && text.bytes[until] != ';') until++;
    if (until >= text.size || text.bytes[until] != ';') return 0;
    struct span name = {text.bytes + at + 1, until - at - 1};
    if (name.size > 1 && name.bytes[0] == '#') {
        char digits[12] = "", *end;
        bool hex = (name.bytes[1] | 0x20) == 'x';
        memcpy(digits, name.bytes + 1 + hex, name.size - 1 - hex);
        if (digits[0] == '-' || digits[0] == '+' || blank(digits[0]) || !digits[0]) return 0;
        unsigned long found = strtoul(digits, &end, hex ? 16 : 10);
        if (*end || found == 0 || found > 0x10ffff || (found >= 0xd800 && found < 0xe000)) return 0;
        *unit = found == 0xa0 ? ' ' : (uint32_t)found;
        return until + 1 - at;
    }
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (name.size == strlen(names[i].name) && memcmp(name.bytes, names[i].name, name.size) == 0)
            return *unit = names[i].unit, until + 1 - at;
    return 0;
}

struct span html_text(struct span text, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, text.size + 4);
    size_t size = 0, at = 0;
    while (at < text.size) {
        uint32_t unit = (unsigned char)text.bytes[at];
        size_t step = 1;
        if (unit == '&') {
            size_t found = entity(text, at, &unit);
            if (found) step = found;
        } else if (unit == 0xc2 && at + 1 < text.size && (unsigned char)text.bytes[at + 1] == 0xa0) {
            unit = ' '; /* a no-break space */
            step = 2;
        }
        bool line = unit == '\n' && size;
        if (unit == ' ' || unit == '\n') {
            while (line && size && to[size - 1] == ' ') size--;
            if (line) to[size++] = '\n';
            else if (size && to[size - 1] != ' ' && to[size - 1] != '\n') to[size++] = ' ';
        } else if (step == 1) {
            to[size++] = text.bytes[at];
        } else {
            size += put_utf8(unit, to + size);
        }
        at += step;
    }
    while (size && (to[size - 1] == ' ' || to[size - 1] == '\n')) size--;
    return (struct span){to, size};
}

bool html_charset(struct span head, char name[32]) {
    size_t most = head.size < 4096 ? head.size : 4096, size = 0;
    for (size_t at = 0; at + 8 < most; at++) {
        if (strncasecmp(head.bytes + at, "charset", 7) != 0) continue;
        at += 7;
        while (at < most && (blank(head.bytes[at]) || strchr("=\"'", head.bytes[at]))) at++;
        while (at < most && size < 31 && (letter(head.bytes[at]) || strchr("0123456789-_", head.bytes[at])) &&
               head.bytes[at])
            name[size++] = head.bytes[at++];
        name[size] = '\0';
        return size > 0;
    }
    return false;
}
