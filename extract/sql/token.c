/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sql/token.h"

static bool word_byte(unsigned char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '_' || byte == '$' || byte == '@' || byte == '#' || byte >= 0x80;
}

static bool digit(char byte) { return byte >= '0' && byte <= '9'; }

static bool blank(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }

bool sql_same(struct span a, struct span b) {
    if (a.size != b.size) return false;
    for (size_t i = 0; i < a.size; i++) {
        unsigned char x = (unsigned char)a.bytes[i], y = (unsigned char)b.bytes[i];
        if (x >= 'a' && x <= 'z') x = (unsigned char)(x - 32);
        if (y >= 'a' && y <= 'z') y = (unsigned char)(y - 32);
        if (x != y) return false;
    }
    return true;
}

bool sql_is(const struct sql_token *token, const char *word) {
    struct span other = {word, strlen(word)};
    return (token->kind == SQL_WORD || token->kind == SQL_SYMBOL) && sql_same(token->text, other);
}

/* Skips the line, its end too.  False: its end is not here yet. */
static bool skip_line(struct sql_cursor *cursor) {
    const char *end = memchr(cursor->at, '\n', (size_t)(cursor->end - cursor->at));
    if (!end && !cursor->final) return false;
    cursor->at = end ? end + 1 : cursor->end;
    return true;
}

/* One comment or run of blanks.  `*kind` SQL_WORD: there was none. */
static bool skip_one(struct sql_cursor *cursor, enum sql_kind *kind) {
    const char *at = cursor->at;
    size_t left = (size_t)(cursor->end - at);
    *kind = SQL_WORD;
    if (!left) return false;
    if (blank(*at)) return cursor->at++, true;
    bool line = (*at == '-' && left > 1 && at[1] == '-') || (*at == '#' && cursor->backslash);
    bool half = left == 1 && !cursor->final && (*at == '-' || *at == '/' || *at == '*');
    if (half || (line && !skip_line(cursor))) return *kind = SQL_MORE, false;
    if (line) return true;
    /* SQL*Plus: a hyphen at the end of a line continues the statement. */
    if (*at == '-' && left > 1 && (at[1] == '\n' || at[1] == '\r')) return cursor->at += 2, true;
    /* MySQL runs what stands in such a comment, so only its brackets are skipped. */
    if (left > 2 && memcmp(at, "/*!", 3) == 0) {
        cursor->at += 3;
        while (cursor->at < cursor->end && digit(*cursor->at)) cursor->at++;
        return true;
    }
    if (left > 1 && memcmp(at, "*/", 2) == 0) return cursor->at += 2, true;
    if (left < 2 || memcmp(at, "/*", 2) != 0) return false;
    if (left == 2 && !cursor->final) return *kind = SQL_MORE, false;
    const char *end = memmem(at + 2, left - 2, "*/", 2);
    if (!end) return *kind = cursor->final ? SQL_BROKEN : SQL_MORE, false;
    cursor->at = end + 2;
    return true;
}

/* The closing quote of a body that begins at `from`. */
static enum sql_kind find_end(const struct sql_cursor *cursor, const char *from, char close,
                              struct sql_token *token) {
    const char *at = from;
    while (at < cursor->end) {
        if (*at == '\\' && token->backslash) {
            if (cursor->end - at < 2) break;
            token->escaped = true;
            at += 1 + sql_step(cursor, at + 1);
        } else if (*at == close) {
            bool last = at + 1 == cursor->end;
            if (last && !cursor->final) return SQL_MORE;
            if (last || at[1] != close || !token->quote) {
                token->body = (struct span){from, (size_t)(at - from)};
                token->text.size = (size_t)(at + 1 - token->text.bytes);
                return SQL_STRING;
            }
            token->escaped = true;
            at += 2;
        } else {
            at += sql_step(cursor, at);
        }
    }
    return cursor->final ? SQL_BROKEN : SQL_MORE;
}

/* Oracle's q'[...]': everything up to the closing bracket and quote, as it stands. */
static enum sql_kind find_q_end(const struct sql_cursor *cursor, const char *from, struct sql_token *token) {
    static const char opens[] = "[({<", closes[] = "])}>";
    if (from >= cursor->end) return cursor->final ? SQL_BROKEN : SQL_MORE;
    const char *pair = strchr(opens, *from);
    char close = pair && *pair ? closes[pair - opens] : *from;
    for (const char *at = from + 1; at + 1 < cursor->end; at += sql_step(cursor, at)) {
        if (*at != close || at[1] != '\'') continue;
        token->body = (struct span){from + 1, (size_t)(at - from - 1)};
        token->text.size = (size_t)(at + 2 - token->text.bytes);
        token->quote = '\0';
        token->backslash = false;
        return SQL_STRING;
    }
    return cursor->final ? SQL_BROKEN : SQL_MORE;
}

static enum sql_kind read_word(const struct sql_cursor *cursor, struct sql_token *token) {
    const char *at = cursor->at;
    while (at < cursor->end && word_byte((unsigned char)*at)) at += sql_step(cursor, at);
    if (at >= cursor->end) {
        at = cursor->end;
        if (!cursor->final) return SQL_MORE;
    }
    token->text.size = (size_t)(at - cursor->at);
    if (at == cursor->end || *at != '\'') return SQL_WORD;
    /* N'..', E'..', Q'[..]', NQ'[..]' */
    char first = (char)(*cursor->at & ~0x20), last = (char)(at[-1] & ~0x20);
    size_t size = token->text.size;
    if (last == 'Q' && (size == 1 || (size == 2 && first == 'N'))) return find_q_end(cursor, at + 1, token);
    if (size != 1 || (first != 'N' && first != 'E')) return SQL_WORD;
    token->quote = '\'';
    token->backslash = first == 'E' || cursor->backslash;
    return find_end(cursor, at + 1, '\'', token);
}

static enum sql_kind read_number(const struct sql_cursor *cursor, struct sql_token *token) {
    const char *at = cursor->at;
    bool hex = cursor->end - at > 1 && at[0] == '0' && (at[1] & ~0x20) == 'X';
    while (at < cursor->end) {
        bool sign = (*at == '+' || *at == '-') && !hex && (at[-1] & ~0x20) == 'E';
        if (!sign && *at != '.' && !word_byte((unsigned char)*at)) break;
        at++;
    }
    if (at == cursor->end && !cursor->final) return SQL_MORE;
    token->text.size = (size_t)(at - cursor->at);
    return SQL_NUMBER;
}

static enum sql_kind read_token(const struct sql_cursor *cursor, struct sql_token *token) {
    const char *at = cursor->at;
    size_t left = (size_t)(cursor->end - at);
    token->text = (struct span){at, 1};
    bool string = *at == '\'' || (*at == '"' && cursor->backslash);
    if (string || *at == '"' || *at == '`' || *at == '[') {
        char close = *at == '[' ? ']' : *at;
        token->quote = close;
        token->backslash = string && cursor->backslash;
        enum sql_kind kind = find_end(cursor, at + 1, close, token);
        return kind == SQL_STRING && !string ? SQL_NAME : kind;
    }
    bool point = *at == '.' && left > 1 && digit(at[1]);
    if (*at == '.' && left == 1 && !cursor->final) return SQL_MORE;
    if (digit(*at) || point) return read_number(cursor, token);
    if (word_byte((unsigned char)*at)) return read_word(cursor, token);
    if ((*at == '|' || *at == ':') && left == 1 && !cursor->final) return SQL_MORE;
    if ((*at == '|' || *at == ':') && left > 1 && at[1] == *at) token->text.size = 2;
    return SQL_SYMBOL;
}

enum sql_kind sql_next(struct sql_cursor *cursor, struct sql_token *token) {
    *token = (struct sql_token){.kind = SQL_END};
    while (skip_one(cursor, &token->kind)) continue;
    if (token->kind != SQL_WORD) return token->kind;
    if (cursor->at >= cursor->end) return token->kind = cursor->final ? SQL_END : SQL_MORE;
    token->kind = read_token(cursor, token);
    if (token->kind > SQL_BROKEN) cursor->at = token->text.bytes + token->text.size;
    return token->kind;
}

enum sql_kind sql_peek(const struct sql_cursor *cursor, struct sql_token *token) {
    struct sql_cursor copy = *cursor;
    return sql_next(&copy, token);
}

static char escape_of(char letter) {
    switch (letter) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'f': return '\f';
    case 'Z': return '\x1a';
    default: return letter;
    }
}

size_t sql_plain(const struct sql_cursor *cursor, const struct sql_token *token, char *to) {
    const char *at = token->body.bytes, *end = at + token->body.size;
    size_t size = 0;
    while (at < end) {
        size_t step = sql_step(cursor, at);
        if (step > (size_t)(end - at)) step = 1;
        if (*at == '\\' && token->backslash && end - at > 1) {
            step = sql_step(cursor, at + 1);
            if (step == 1) {
                bool wild = at[1] == '%' || at[1] == '_'; /* MySQL keeps the backslash of \% and \_ */
                if (wild) to[size++] = '\\';
                to[size++] = escape_of(at[1]);
                at += 2;
                continue;
            }
            at++;
        } else if (*at == token->quote && token->quote && end - at > 1 && at[1] == token->quote) {
            at++;
        }
        if (step > (size_t)(end - at)) step = (size_t)(end - at);
        memcpy(to + size, at, step);
        size += step;
        at += step;
    }
    return size;
}
