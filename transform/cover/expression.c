/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/cover/expression.h"
#include "core/language.h"
#include "core/setting.h"
#include <string.h>

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN };

struct token {
    enum token_kind kind;
    struct span text; /* TOKEN_TEXT: without its quotes, a doubled quote still doubled */
};

struct parser {
    struct span text;
    size_t at, token_at;
    struct token token;
    const struct fact *facts;
    uint32_t fact_count;
    unsigned depth;
    char *out;
    size_t size, room;
    struct error *error;
};

static bool wrong(struct parser *parser, const char *zh, const char *en) {
    parser->error->at.column = (uint32_t)parser->token_at + 1;
    return error_code(parser->error, TROUBLE_USAGE, NULL,
                      TEXT("条件第 %zu 个字节：%s", "condition, byte %zu: %s"), parser->token_at + 1,
                      TEXT(zh, en));
}

static bool letter(int byte) { return (byte >= 'a' && byte <= 'z') || byte == '_'; }
static bool digit(int byte) { return byte >= '0' && byte <= '9'; }

static size_t run_of(const struct parser *parser, bool (*other)(int)) {
    size_t at = parser->at;
    while (at < parser->text.size && (digit((unsigned char)parser->text.bytes[at]) ||
                                      (other && other((unsigned char)parser->text.bytes[at]))))
        at++;
    return at - parser->at;
}

static bool read_text(struct parser *parser) {
    size_t from = parser->at + 1, at = from;
    for (;; at++) {
        if (at >= parser->text.size) return wrong(parser, "引号没有闭合", "the quote is never closed");
        if (parser->text.bytes[at] != '\'') continue;
        if (at + 1 < parser->text.size && parser->text.bytes[at + 1] == '\'') at++;
        else break;
    }
    parser->token = (struct token){TOKEN_TEXT, {parser->text.bytes + from, at - from}};
    parser->at = at + 1;
    return true;
}

/* The next token into parser->token. */
static bool next(struct parser *parser) {
    while (parser->at < parser->text.size && parser->text.bytes[parser->at] == ' ') parser->at++;
    parser->token_at = parser->at;
    const char *here = parser->text.bytes + parser->at;
    parser->token = (struct token){TOKEN_END, {here, 0}};
    if (parser->at == parser->text.size) return true;
    if (*here == '\'') return read_text(parser);
    size_t size = 1;
    if (letter((unsigned char)*here)) {
        parser->token.kind = TOKEN_NAME;
        size = run_of(parser, letter);
    } else if (digit((unsigned char)*here)) {
        parser->token.kind = TOKEN_NUMBER;
        size = run_of(parser, NULL);
        if (size > 15) return wrong(parser, "数字太长", "the number is too long");
    } else if (strchr("(),=<>", *here)) {
        parser->token.kind = TOKEN_SIGN;
        bool two = parser->at + 1 < parser->text.size &&
                   ((*here == '<' && strchr("=>", here[1])) || (*here == '>' && here[1] == '='));
        size = two ? 2 : 1;
    } else {
        return wrong(parser, "不认识的符号", "unknown sign");
    }
    parser->token.text.size = size;
    parser->at += size;
    return true;
}

static bool is(const struct parser *parser, enum token_kind kind, const char *text) {
    return parser->token.kind == kind && parser->token.text.size == strlen(text) &&
           memcmp(parser->token.text.bytes, text, parser->token.text.size) == 0;
}

static bool put(struct parser *parser, const char *text, size_t size) {
    if (parser->room - parser->size <= size) return wrong(parser, "条件太长", "the condition is too long");
    memcpy(parser->out + parser->size, text, size);
    parser->size += size;
    return true;
}
static bool put_word(struct parser *parser, const char *text) { return put(parser, text, strlen(text)); }

static const struct fact *find_fact(const struct parser *parser) {
    for (uint32_t i = 0; i < parser->fact_count; i++)
        if (is(parser, TOKEN_NAME, parser->facts[i].name)) return &parser->facts[i];
    return NULL;
}

static bool unknown(struct parser *parser) {
    struct setting names[FACTS_MAX + 1] = {0};
    for (uint32_t i = 0; i < parser->fact_count && i < FACTS_MAX; i++) names[i].name = parser->facts[i].name;
    const char *nearest = setting_nearest(names, parser->token.text);
    parser->error->at.column = (uint32_t)parser->token_at + 1;
    return error_code(parser->error, TROUBLE_USAGE, NULL,
                      TEXT("条件里没有「%.*s」这个事实%s%s", "no fact is called \"%.*s\"%s%s"),
                      (int)parser->token.text.size, parser->token.text.bytes,
                      nearest ? TEXT("；最像的是 ", "; the nearest is ") : "", nearest ? nearest : "");
}

/* A number or a text as its fact wants it. */
static bool literal(struct parser *parser, enum fact_type type) {
    bool number = parser->token.kind == TOKEN_NUMBER;
    if (!number && parser->token.kind != TOKEN_TEXT)
        return wrong(parser, "这里应是数字或 '文字'", "a number or a 'text' belongs here");
    if (number != (type == FACT_NUMBER))
        return wrong(parser, type == FACT_NUMBER ? "这个事实是数字" : "这个事实是文字，写作 '文字'",
                     type == FACT_NUMBER ? "this fact is a number" : "this fact is text, written 'text'");
    return (number || put_word(parser, "'")) &&
           put(parser, parser->token.text.bytes, parser->token.text.size) &&
           (number || put_word(parser, "'")) && next(parser);
}

static bool list(struct parser *parser, enum fact_type type) {
    if (!is(parser, TOKEN_SIGN, "(")) return wrong(parser, "in 后面应是 (", "in takes a list in brackets");
    if (!put_word(parser, " IN (") || !next(parser)) return false;
    for (;;) {
        if (!literal(parser, type)) return false;
        if (is(parser, TOKEN_SIGN, ")")) return put_word(parser, ")") && next(parser);
        if (!is(parser, TOKEN_SIGN, ","))
            return wrong(parser, "这里应是逗号或 )", "a comma or ) belongs here");
        if (!put_word(parser, ", ") || !next(parser)) return false;
    }
}

static bool comparison(struct parser *parser) {
    static const char *const signs[] = {"=", "<>", "<=", ">=", "<", ">"};
    const struct fact *fact = find_fact(parser);
    if (!fact)
        return parser->token.kind == TOKEN_NAME ? unknown(parser)
                                                : wrong(parser, "这里应是一个事实", "a fact belongs here");
    if (!put_word(parser, "f.") || !put_word(parser, fact->name) || !next(parser)) return false;
    if (fact->type == FACT_YES_NO) return true;
    if (is(parser, TOKEN_NAME, "in")) return next(parser) && list(parser, fact->type);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (is(parser, TOKEN_SIGN, signs[i]))
            return put_word(parser, " ") && put_word(parser, signs[i]) && put_word(parser, " ") &&
                   next(parser) && literal(parser, fact->type);
    return wrong(parser, "这里应是 = <> < <= > >= 或 in", "one of = <> < <= > >= in belongs here");
}

static bool either(struct parser *parser);

static bool single(struct parser *parser) {
    if (parser->depth == EXPRESSION_DEPTH_MAX) return wrong(parser, "括号太深", "nested too deep");
    parser->depth++;
    bool ok;
    if (is(parser, TOKEN_NAME, "not")) {
        ok = put_word(parser, "NOT ") && next(parser) && single(parser);
    } else if (is(parser, TOKEN_SIGN, "(")) {
        ok = put_word(parser, "(") && next(parser) && either(parser);
        if (ok && !is(parser, TOKEN_SIGN, ")"))
            ok = wrong(parser, "括号没有闭合", "the bracket is never closed");
        ok = ok && put_word(parser, ")") && next(parser);
    } else {
        ok = comparison(parser);
    }
    parser->depth--;
    return ok;
}

static bool both(struct parser *parser) {
    if (!single(parser)) return false;
    while (is(parser, TOKEN_NAME, "and"))
        if (!put_word(parser, " AND ") || !next(parser) || !single(parser)) return false;
    return true;
}

static bool either(struct parser *parser) {
    if (!both(parser)) return false;
    while (is(parser, TOKEN_NAME, "or"))
        if (!put_word(parser, " OR ") || !next(parser) || !both(parser)) return false;
    return true;
}

bool expression_compile(struct span text, const struct fact *facts, uint32_t fact_count, struct arena *arena,
                        const char **sql, struct error *error) {
    struct parser parser = {.text = text,
                            .facts = facts,
                            .fact_count = fact_count,
                            .out = ARENA_NEW(arena, char, 4 * EXPRESSION_BYTES_MAX),
                            .room = 4 * EXPRESSION_BYTES_MAX,
                            .error = error};
    if (text.size > EXPRESSION_BYTES_MAX) return wrong(&parser, "条件太长", "the condition is too long");
    if (!next(&parser)) return false;
    if (parser.token.kind == TOKEN_END) {
        *sql = "true";
        return true;
    }
    if (!either(&parser)) return false;
    if (parser.token.kind != TOKEN_END)
        return wrong(&parser, "后面多了东西", "something follows the condition");
    parser.out[parser.size] = '\0';
    *sql = parser.out;
    return true;
}
