/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/sql/value.h"
#include <stdlib.h>

enum { DEPTH_MAX = 8, ARGUMENTS_MAX = 4, TYPE_BYTES_MAX = 64 };

struct reading {
    struct sql_cursor *cursor;
    struct decoder *decoder;
    struct arena *arena;
    const char *start; /* of the whole value */
    unsigned depth;
};

static enum sql_verdict read_sum(struct reading *reading, struct sql_value *value);

static enum sql_verdict verdict_of(enum sql_kind kind) {
    return kind == SQL_MORE ? SQL_VALUE_MORE : SQL_VALUE_BROKEN;
}

static void read_string(struct reading *reading, const struct sql_token *token, struct sql_value *value) {
    struct span raw = token->body;
    if (token->escaped) {
        char *plain = ARENA_NEW(reading->arena, char, raw.size + 1);
        raw = (struct span){plain, sql_plain(reading->cursor, token, plain)};
    }
    decoder_cell(reading->decoder, raw, reading->arena, &value->text, &value->fault);
    value->fault_at = (size_t)(token->body.bytes - reading->start);
    value->literal = true;
}

/* Digits with at most one point, and perhaps an exponent. */
static bool is_number(struct span text) {
    size_t at = 0, digits = 0;
    while (at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9') at++, digits++;
    if (at < text.size && text.bytes[at] == '.') at++;
    while (at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9') at++, digits++;
    if (!digits) return false;
    if (at == text.size) return true;
    if ((text.bytes[at++] & ~0x20) != 'E') return false;
    if (at < text.size && (text.bytes[at] == '+' || text.bytes[at] == '-')) at++;
    size_t from = at;
    while (at < text.size && text.bytes[at] >= '0' && text.bytes[at] <= '9') at++;
    return at == text.size && at > from;
}

static struct span join(struct span a, struct span b, struct arena *arena) {
    char *to = ARENA_NEW(arena, char, a.size + b.size + 1);
    if (a.size) memcpy(to, a.bytes, a.size);
    if (b.size) memcpy(to + a.size, b.bytes, b.size);
    return (struct span){to, a.size + b.size};
}

/* UNISTR('\663e\793a'): UTF-16 code units in hexadecimal; \\ is a backslash. */
static bool unistr(struct span from, struct arena *arena, struct span *text) {
    char *to = ARENA_NEW(arena, char, from.size + 4);
    size_t size = 0;
    uint32_t high = 0;
    for (size_t i = 0; i < from.size;) {
        if (from.bytes[i] != '\\' || (i + 1 < from.size && from.bytes[i + 1] == '\\')) {
            if (high) return false;
            to[size++] = from.bytes[i];
            i += from.bytes[i] == '\\' ? 2 : 1;
            continue;
        }
        char hex[5] = "", *end;
        if (from.size - i < 5) return false;
        memcpy(hex, from.bytes + i + 1, 4);
        uint32_t unit = (uint32_t)strtoul(hex, &end, 16);
        i += 5;
        if (end != hex + 4 || hex[0] == '+' || hex[0] == '-' || hex[0] == ' ') return false;
        if (unit >= 0xd800 && unit < 0xdc00 && !high) {
            high = unit;
            continue;
        }
        bool low = unit >= 0xdc00 && unit < 0xe000;
        if (low != (high != 0)) return false;
        if (low) unit = 0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00);
        high = 0;
        if (unit < 0x80) to[size++] = (char)unit;
        else if (unit < 0x800) to[size++] = (char)(0xc0 | unit >> 6);
        else if (unit < 0x10000) to[size++] = (char)(0xe0 | unit >> 12);
        else to[size++] = (char)(0xf0 | unit >> 18);
        if (unit >= 0x10000) to[size++] = (char)(0x80 | (unit >> 12 & 63));
        if (unit >= 0x800) to[size++] = (char)(0x80 | (unit >> 6 & 63));
        if (unit >= 0x80) to[size++] = (char)(0x80 | (unit & 63));
    }
    *text = (struct span){to, size};
    return !high;
}

/* A function whose result is known from its text alone.  False: not such a one. */
static bool apply(struct span name, const struct sql_value *arguments, unsigned count, struct span type,
                  struct arena *arena, struct sql_value *value) {
    const struct sql_value *first = &arguments[0];
    char date[40];
    if (sql_same(name, SPAN("EMPTY_CLOB")) && count == 0) return value->text = SPAN(""), true;
    if (count == 0) return false;
    value->fault = first->fault;
    value->fault_at = first->fault_at;
    if (sql_same(name, SPAN("CAST")) && type.size && !first->null) {
        bool hex =
            first->text.size > 2 && first->text.bytes[0] == '0' && (first->text.bytes[1] & ~0x20) == 'X';
        if (!first->literal && !hex) return false;
        value->text = sql_cast(first->text, !first->literal, type, arena);
        return value->text.size > 0 || (first->literal && first->text.size == 0);
    }
    for (unsigned i = 0; i < count; i++)
        if (!arguments[i].literal) return false;
    if (type.size && first->null) return value->null = true, true; /* CAST(NULL AS ...) */
    if (sql_same(name, SPAN("TO_DATE")) || sql_same(name, SPAN("TO_TIMESTAMP")) ||
        sql_same(name, SPAN("STR_TO_DATE"))) {
        if (count < 2 || arguments[1].null) return false;
        if (first->null || !first->text.size) return value->null = true, true;
        size_t size = sql_date_text(first->text, arguments[1].text, date);
        value->text = arena_copy(arena, (struct span){date, size});
        return size > 0;
    }
    if (count != 1) return false;
    if (sql_same(name, SPAN("TO_CLOB")) || sql_same(name, SPAN("TO_NCLOB")) ||
        sql_same(name, SPAN("TO_NUMBER"))) {
        value->text = first->text;
        value->null = first->null;
        return true;
    }
    if (sql_same(name, SPAN("UNISTR")) && !first->null) return unistr(first->text, arena, &value->text);
    if (sql_same(name, SPAN("CHR")) || sql_same(name, SPAN("CHAR")) || sql_same(name, SPAN("NCHAR"))) {
        int code =
            first->text.size && first->text.size <= 3 && is_number(first->text) ? atoi(first->text.bytes) : 0;
        if (code < 1 || code > 126) return false;
        char byte = (char)code;
        value->text = arena_copy(arena, (struct span){&byte, 1});
        return true;
    }
    return false;
}

/* The type behind AS, up to the closing bracket of CAST. */
static enum sql_verdict read_type(struct reading *reading, struct span *type) {
    struct sql_token token;
    unsigned depth = 0;
    const char *from = NULL;
    for (;;) {
        enum sql_kind kind = sql_peek(reading->cursor, &token);
        if (kind <= SQL_BROKEN || sql_is(&token, ";")) return verdict_of(kind);
        if (sql_is(&token, ")") && !depth) break;
        depth += sql_is(&token, "(");
        depth -= sql_is(&token, ")");
        bool name = token.kind == SQL_NAME && !from; /* [decimal](18, 2) */
        if (!from) from = name ? token.body.bytes : token.text.bytes;
        sql_next(reading->cursor, &token);
        *type = (struct span){from, (size_t)(reading->cursor->at - from) - name};
        if (type->size > TYPE_BYTES_MAX) return SQL_VALUE_BROKEN;
    }
    /* [decimal](18, 2) keeps its closing bracket behind the name; to a cast it is a blank. */
    char *copy = from ? ARENA_NEW(reading->arena, char, type->size + 1) : NULL;
    for (size_t i = 0; from && i < type->size; i++) copy[i] = from[i] == ']' ? ' ' : from[i];
    if (from) type->bytes = copy;
    return SQL_VALUE;
}

/* The arguments of a function, after its opening bracket. */
static enum sql_verdict read_call(struct reading *reading, struct span name, struct sql_value *value) {
    struct sql_value arguments[ARGUMENTS_MAX] = {0};
    struct span type = {0};
    struct sql_token token;
    unsigned count = 0;
    bool known = true;
    if (++reading->depth > DEPTH_MAX) return SQL_VALUE_BROKEN;
    for (bool first = true;; first = false) {
        enum sql_kind kind = sql_peek(reading->cursor, &token);
        if (kind <= SQL_BROKEN) return verdict_of(kind);
        if (first && sql_is(&token, ")")) break;
        struct sql_value extra = {0}, *argument = count < ARGUMENTS_MAX ? &arguments[count++] : &extra;
        if (argument == &extra) known = false;
        enum sql_verdict verdict = read_sum(reading, argument);
        if (verdict != SQL_VALUE) return verdict;
        kind = sql_peek(reading->cursor, &token);
        if (kind > SQL_BROKEN && sql_is(&token, "AS")) {
            sql_next(reading->cursor, &token);
            verdict = read_type(reading, &type);
            if (verdict != SQL_VALUE) return verdict;
            kind = sql_peek(reading->cursor, &token);
        }
        if (kind <= SQL_BROKEN) return verdict_of(kind);
        if (sql_is(&token, ")")) break;
        sql_next(reading->cursor, &token);
    }
    sql_next(reading->cursor, &token);
    reading->depth--;
    value->literal = known && apply(name, arguments, count, type, reading->arena, value);
    return SQL_VALUE;
}

static enum sql_verdict read_word(struct reading *reading, const struct sql_token *word,
                                  struct sql_value *value) {
    struct sql_token token;
    value->literal = value->null = sql_is(word, "NULL");
    if (value->null) return SQL_VALUE;
    if (sql_is(word, "TRUE") || sql_is(word, "FALSE")) {
        value->literal = true;
        value->text = word->text;
        return SQL_VALUE;
    }
    enum sql_kind kind = sql_peek(reading->cursor, &token);
    if (kind == SQL_MORE || kind == SQL_BROKEN) return verdict_of(kind);
    if (kind == SQL_STRING) { /* DATE '2020-12-31' */
        sql_next(reading->cursor, &token);
        read_string(reading, &token, value);
        value->literal = sql_is(word, "DATE") || sql_is(word, "TIMESTAMP");
        return SQL_VALUE;
    }
    if (!sql_is(&token, "(")) return SQL_VALUE;
    sql_next(reading->cursor, &token);
    return read_call(reading, word->text, value);
}

static enum sql_verdict read_term(struct reading *reading, struct sql_value *value) {
    struct sql_token token;
    enum sql_kind kind = sql_next(reading->cursor, &token);
    *value = (struct sql_value){.text = {"", 0}};
    if (kind <= SQL_BROKEN) return verdict_of(kind);
    if (kind == SQL_STRING) return read_string(reading, &token, value), SQL_VALUE;
    if (kind == SQL_WORD) return read_word(reading, &token, value);
    bool minus = sql_is(&token, "-"), sign = minus || sql_is(&token, "+");
    if (sign) kind = sql_next(reading->cursor, &token);
    if (kind <= SQL_BROKEN) return verdict_of(kind);
    if (kind == SQL_NUMBER) {
        bool bare = token.text.bytes[0] == '.'; /* Oracle writes .5 */
        struct span zero = minus ? (bare ? SPAN("-0") : SPAN("-")) : (bare ? SPAN("0") : SPAN(""));
        value->text = zero.size ? join(zero, token.text, reading->arena) : token.text;
        value->literal = is_number(token.text);
        return SQL_VALUE;
    }
    if (sql_is(&token, "(") && !sign) { /* ((1)) as SQL Server writes it, or any expression */
        if (++reading->depth > DEPTH_MAX) return SQL_VALUE_BROKEN;
        enum sql_verdict verdict = read_sum(reading, value);
        if (verdict != SQL_VALUE) return verdict;
        kind = sql_next(reading->cursor, &token);
        reading->depth--;
        return kind <= SQL_BROKEN || !sql_is(&token, ")") ? verdict_of(kind) : SQL_VALUE;
    }
    /* An empty place between commas is no value at all. */
    if (sql_is(&token, ",") || sql_is(&token, ")") || sql_is(&token, ";")) return SQL_VALUE_BROKEN;
    return SQL_VALUE;
}

/* What follows a value that is no literal, up to the comma or bracket that ends it. */
static enum sql_verdict skip_expression(struct reading *reading) {
    struct sql_token token;
    unsigned depth = 0;
    bool operand = true; /* the token before was one, so a string here is a stray quote's */
    for (;;) {
        enum sql_kind kind = sql_peek(reading->cursor, &token);
        if (kind <= SQL_BROKEN || sql_is(&token, ";")) return verdict_of(kind);
        if (!depth && (sql_is(&token, ",") || sql_is(&token, ")") || sql_is(&token, "AS"))) return SQL_VALUE;
        if (kind == SQL_STRING && operand) return SQL_VALUE_BROKEN;
        operand = kind == SQL_STRING || kind == SQL_NUMBER;
        depth += sql_is(&token, "(");
        depth -= sql_is(&token, ")");
        sql_next(reading->cursor, &token);
    }
}

/* PostgreSQL's ::type says nothing that the text does not. */
static enum sql_verdict skip_cast(struct reading *reading) {
    struct sql_token token;
    for (;;) {
        enum sql_kind kind = sql_peek(reading->cursor, &token);
        if (kind <= SQL_BROKEN) return verdict_of(kind);
        if (kind != SQL_WORD && kind != SQL_NAME) return SQL_VALUE;
        sql_next(reading->cursor, &token);
    }
}

static enum sql_verdict read_sum(struct reading *reading, struct sql_value *value) {
    struct sql_token token;
    enum sql_verdict verdict = read_term(reading, value);
    for (bool sum = false;; sum = true) {
        if (verdict != SQL_VALUE) return verdict;
        enum sql_kind kind = sql_peek(reading->cursor, &token);
        if (kind <= SQL_BROKEN) return verdict_of(kind);
        if (sql_is(&token, ",") || sql_is(&token, ")") || sql_is(&token, "AS")) return SQL_VALUE;
        bool text = value->literal && !value->null;
        if (value->literal && sql_is(&token, "::") && !sum) {
            sql_next(reading->cursor, &token);
            verdict = skip_cast(reading);
            continue;
        }
        bool joins = sql_is(&token, "||") || (sql_is(&token, "+") && text && !is_number(value->text));
        if (!joins || !value->literal) {
            /* A word or a string right behind a string: the quote before it was none. */
            if (text && kind != SQL_SYMBOL) return SQL_VALUE_BROKEN;
            value->literal = false;
            return skip_expression(reading);
        }
        sql_next(reading->cursor, &token);
        struct sql_value next;
        verdict = read_term(reading, &next);
        if (verdict != SQL_VALUE) return verdict;
        value->text = join(value->text, next.text, reading->arena);
        value->literal = value->literal && next.literal;
        value->null = value->null && next.null;
        if (!value->fault.size) value->fault = next.fault, value->fault_at = next.fault_at;
    }
}

enum sql_verdict sql_value_read(struct sql_cursor *cursor, struct decoder *decoder, struct arena *arena,
                                struct sql_value *value) {
    struct sql_token token;
    enum sql_kind kind = sql_peek(cursor, &token);
    if (kind <= SQL_BROKEN) return verdict_of(kind);
    const char *start = token.text.bytes;
    struct reading reading = {cursor, decoder, arena, start, 0};
    enum sql_verdict verdict = read_sum(&reading, value);
    if (verdict != SQL_VALUE || value->literal) return verdict;
    value->null = false;
    decoder_cell(decoder, (struct span){start, (size_t)(cursor->at - start)}, arena, &value->text,
                 &value->fault);
    value->fault_at = 0;
    return SQL_VALUE;
}
