/* SPDX-License-Identifier: MulanPSL-2.0 */
/* JSON: one object per line, or one array of objects.  Numbers stay the text they are, so that 12.10 and
   18-digit numbers are exact.  What is nested in a row is its own text.
   The parser is strict: what JSON does not allow rejects the line, and refuses an array, whose rows can
   then no longer be told apart. */
#include "core/language.h"
#include "extract/keyed.h"
#include "extract/record.h"
#include "extract/source.h"
#include "extract/sql/token.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 32, BATCH_CELLS = 256 << 10 };

enum state { BEFORE, LINES, ELEMENT, AFTER_ELEMENT, CLOSED };
enum verdict { DONE, MORE, BROKEN, ENDED };

struct json {
    struct input input;
    const struct node *columns_node;
    struct source source;
    struct sql_cursor cursor; /* steps over two-byte characters */
    struct keyed keyed;
    struct keyed_cell *cells; /* [KEYED_COLUMNS_MAX] of the row at hand */
    uint32_t count;
    const char *counted;
    uint64_t line, number, batches;
    size_t want;
    enum state state;
    bool first; /* no element yet */
};

static uint64_t line_of(struct json *json, const char *at) {
    const char *from = json->counted;
    for (const char *found; from < at && (found = memchr(from, '\n', (size_t)(at - from))); from = found + 1)
        json->line++;
    if (at > json->counted) json->counted = at;
    return json->line;
}

static void skip_blanks(struct sql_cursor *cursor) {
    while (cursor->at < cursor->end &&
           (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\n' || *cursor->at == '\r'))
        cursor->at++;
}

/* The next byte that is no blank; '\0': there is none here. */
static char next_byte(struct sql_cursor *cursor) {
    skip_blanks(cursor);
    return cursor->at < cursor->end ? *cursor->at : '\0';
}

static enum verdict nothing_left(const struct sql_cursor *cursor) {
    return cursor->at < cursor->end ? BROKEN : cursor->final ? ENDED : MORE;
}

/* A string at the cursor; `body` is what stands between its quotes. */
static enum verdict read_string(struct sql_cursor *cursor, struct span *body, bool *escaped) {
    const char *from = cursor->at + 1, *at = from;
    for (; at < cursor->end && *at != '"'; at += sql_step(cursor, at)) {
        if ((unsigned char)*at < 0x20) return BROKEN;
        if (*at != '\\') continue;
        *escaped = true;
        if (at + 1 >= cursor->end) break;
        if (!strchr("\"\\/bfnrtu", at[1]) || !at[1]) return BROKEN;
        at++;
    }
    if (at >= cursor->end || *at != '"') return cursor->final ? ENDED : MORE;
    *body = (struct span){from, (size_t)(at - from)};
    cursor->at = at + 1;
    return DONE;
}

static enum verdict read_word(struct sql_cursor *cursor) {
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]), left = (size_t)(cursor->end - cursor->at);
        if (memcmp(cursor->at, words[i], left < size ? left : size) != 0) continue;
        if (left < size) return cursor->final ? ENDED : MORE;
        cursor->at += size;
        return DONE;
    }
    return BROKEN;
}

static const char *digits(const struct sql_cursor *cursor, const char *at) {
    while (at < cursor->end && *at >= '0' && *at <= '9') at++;
    return at;
}

static enum verdict read_number(struct sql_cursor *cursor) {
    const char *at = cursor->at + (*cursor->at == '-'), *from = at;
    at = digits(cursor, at);
    bool good = at > from && (*from != '0' || at == from + 1);
    if (good && at < cursor->end && *at == '.') {
        from = ++at;
        at = digits(cursor, at);
        good = at > from;
    }
    if (good && at < cursor->end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < cursor->end && (*at == '+' || *at == '-')) at++;
        from = at;
        at = digits(cursor, at);
        good = at > from;
    }
    if (at == cursor->end) return cursor->final ? ENDED : MORE; /* a number never ends a document of rows */
    cursor->at = at;
    return good ? DONE : BROKEN;
}

/* Any value, checked and skipped. */
static enum verdict skip_value(struct sql_cursor *cursor, unsigned depth);

static enum verdict skip_members(struct sql_cursor *cursor, unsigned depth) {
    bool object = *cursor->at == '{', escaped = false;
    char close = object ? '}' : ']';
    struct span ignored;
    if (depth > DEPTH_MAX) return BROKEN;
    cursor->at++;
    if (next_byte(cursor) == close) return cursor->at++, DONE;
    for (;;) {
        if (object) {
            if (next_byte(cursor) != '"') return nothing_left(cursor);
            enum verdict verdict = read_string(cursor, &ignored, &escaped);
            if (verdict != DONE) return verdict;
            if (next_byte(cursor) != ':') return nothing_left(cursor);
            cursor->at++;
        }
        enum verdict verdict = skip_value(cursor, depth);
        if (verdict != DONE) return verdict;
        char byte = next_byte(cursor);
        if (byte != ',' && byte != close) return nothing_left(cursor);
        cursor->at++;
        if (byte == close) return DONE;
    }
}

static enum verdict skip_value(struct sql_cursor *cursor, unsigned depth) {
    struct span ignored;
    bool escaped;
    char byte = next_byte(cursor);
    if (byte == '"') return read_string(cursor, &ignored, &escaped);
    if (byte == '{' || byte == '[') return skip_members(cursor, depth + 1);
    if (byte == '-' || (byte >= '0' && byte <= '9')) return read_number(cursor);
    return cursor->at < cursor->end ? read_word(cursor) : nothing_left(cursor);
}

static char *put_utf8(uint32_t unit, char *to) {
    if (unit < 0x80) *to++ = (char)unit;
    else if (unit < 0x800) *to++ = (char)(0xc0 | unit >> 6);
    else if (unit < 0x10000) *to++ = (char)(0xe0 | unit >> 12);
    else *to++ = (char)(0xf0 | unit >> 18);
    if (unit >= 0x10000) *to++ = (char)(0x80 | (unit >> 12 & 63));
    if (unit >= 0x800) *to++ = (char)(0x80 | (unit >> 6 & 63));
    if (unit >= 0x80) *to++ = (char)(0x80 | (unit & 63));
    return to;
}

static bool hex_unit(struct span text, size_t at, uint32_t *unit) {
    *unit = 0;
    for (size_t i = at; i < at + 4; i++) {
        char byte = i < text.size ? text.bytes[i] : 'x', low = (char)(byte | 0x20);
        bool digit = byte >= '0' && byte <= '9', letter = low >= 'a' && low <= 'f';
        if (!digit && !letter) return false;
        *unit = *unit << 4 | (uint32_t)(digit ? byte - '0' : low - 'a' + 10);
    }
    return true;
}

/* Undoes the escapes of UTF-8 text.  Half a surrogate pair is no character. */
static struct span unescape(struct span from, struct arena *arena, struct text_fault *fault) {
    static const char letters[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
    char *text = ARENA_NEW(arena, char, from.size + 1), *to = text;
    for (size_t at = 0; at < from.size;) {
        if (from.bytes[at] != '\\' || at + 1 >= from.size) {
            *to++ = from.bytes[at++];
            continue;
        }
        const char *letter = strchr(letters, from.bytes[at + 1]);
        uint32_t unit = 0, low = 0;
        bool good = letter || hex_unit(from, at + 2, &unit);
        size_t size = letter ? 2 : 6;
        if (letter) unit = (unsigned char)bytes[letter - letters];
        if (good && unit >= 0xd800 && unit < 0xdc00) {
            good = at + 7 < from.size && from.bytes[at + 6] == '\\' && from.bytes[at + 7] == 'u' &&
                   hex_unit(from, at + 8, &low) && low >= 0xdc00 && low < 0xe000;
            if (good) unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), size = 12;
        } else if (unit >= 0xdc00 && unit < 0xe000) {
            good = false;
        }
        if (good) {
            to = put_utf8(unit, to);
            at += size;
            continue;
        }
        if (!fault->size)
            *fault =
                (struct text_fault){.at = at, .size = 2, .bytes = {(unsigned char)(unit >> 8), unit & 255}};
        *to++ = from.bytes[at++];
    }
    return (struct span){text, (size_t)(to - text)};
}

static struct span string_text(struct json *json, struct span body, bool escaped, struct arena *arena,
                               struct text_fault *fault) {
    struct span text;
    bool whole = decoder_cell(&json->source.decoder, body, arena, &text, fault);
    return escaped && whole ? unescape(text, arena, fault) : text;
}

static enum verdict read_member(struct json *json, struct arena *arena) {
    struct sql_cursor *cursor = &json->cursor;
    struct keyed_cell extra, *cell = json->count < KEYED_COLUMNS_MAX ? &json->cells[json->count] : &extra;
    struct span body;
    bool escaped = false;
    *cell = (struct keyed_cell){.text = {"", 0}};
    if (next_byte(cursor) != '"') return nothing_left(cursor);
    enum verdict verdict = read_string(cursor, &body, &escaped);
    if (verdict != DONE) return verdict;
    cell->name = string_text(json, body, escaped, arena, &cell->fault);
    if (next_byte(cursor) != ':') return nothing_left(cursor);
    cursor->at++;
    char byte = next_byte(cursor);
    const char *from = cursor->at;
    cell->byte = json->source.offset - (uint64_t)(cursor->end - from);
    escaped = false;
    verdict = byte == '"' ? read_string(cursor, &body, &escaped) : skip_value(cursor, 1);
    if (verdict != DONE) return verdict;
    cell->null = byte == 'n';
    if (byte != '"') body = (struct span){from, (size_t)(cursor->at - from)};
    cell->text = string_text(json, body, escaped, arena, &cell->fault);
    json->count++;
    return DONE;
}

static enum verdict read_object(struct json *json, struct arena *arena) {
    struct sql_cursor *cursor = &json->cursor;
    json->count = 0;
    cursor->at++;
    if (next_byte(cursor) == '}') return cursor->at++, DONE;
    for (;;) {
        enum verdict verdict = read_member(json, arena);
        if (verdict != DONE) return verdict;
        char byte = next_byte(cursor);
        if (byte != ',' && byte != '}') return nothing_left(cursor);
        cursor->at++;
        if (byte == '}') return json->count > KEYED_COLUMNS_MAX ? BROKEN : DONE;
    }
}

struct found {
    struct span raw;
    uint64_t line;
    bool broken;
};

static bool fail(struct json *json, const char *code, const char *message, struct error *error) {
    error->at.row = line_of(json, json->cursor.at);
    return error_code(error, TROUBLE_FAILED, code, "%s", message);
}

/* The line of a broken object, if it is that line's only one. */
static enum verdict take_line(struct json *json, const char *from, struct found *found) {
    struct sql_cursor *cursor = &json->cursor;
    const char *end = memchr(from, '\n', (size_t)(cursor->end - from));
    if (!end && !cursor->final) return MORE;
    if (!end || cursor->at > end) return BROKEN;
    found->raw = (struct span){from, (size_t)(end - from)};
    if (found->raw.size && end[-1] == '\r') found->raw.size--;
    found->broken = true;
    json->count = 0;
    cursor->at = end + 1;
    return DONE;
}

/* What stands between rows.  ELEMENT or LINES afterwards means that a row begins at the cursor. */
static enum verdict between(struct json *json, const char **what) {
    struct sql_cursor *cursor = &json->cursor;
    *what = "file.syntax";
    for (;;) {
        char byte = next_byte(cursor);
        if (cursor->at == cursor->end) {
            if (!cursor->final) return MORE;
            *what = json->state == BEFORE ? "file.empty" : "file.truncated";
            return json->state == LINES || json->state == CLOSED ? ENDED : BROKEN;
        }
        switch (json->state) {
        case BEFORE:
            json->state = byte == '[' ? ELEMENT : LINES;
            json->first = true;
            cursor->at += byte == '[';
            continue;
        case CLOSED: return BROKEN;
        case AFTER_ELEMENT:
            if (byte != ',' && byte != ']') return BROKEN;
            json->state = byte == ',' ? ELEMENT : CLOSED;
            json->first = false;
            cursor->at++;
            continue;
        case ELEMENT:
            if (byte != ']' || !json->first) return byte == '{' ? DONE : BROKEN;
            json->state = CLOSED;
            cursor->at++;
            continue;
        case LINES: return DONE;
        }
    }
}

/* The next row.  ENDED: there is none; BROKEN: `error` says why. */
static enum verdict next_row(struct json *json, struct arena *arena, struct found *found,
                             struct error *error) {
    struct sql_cursor *cursor = &json->cursor;
    const char *what;
    enum verdict verdict = between(json, &what);
    if (verdict == BROKEN)
        fail(json, what,
             json->state == BEFORE
                 ? TEXT("文件为空", "the file is empty")
                 : TEXT("JSON 数组的结构有误或没有结束", "the JSON array is malformed or not closed"),
             error);
    if (verdict != DONE) return verdict;
    const char *from = cursor->at;
    *found = (struct found){.line = line_of(json, from)};
    verdict = *from == '{' ? read_object(json, arena) : BROKEN;
    if (verdict == DONE) {
        found->raw = (struct span){from, (size_t)(cursor->at - from)};
        if (json->state == ELEMENT) json->state = AFTER_ELEMENT;
        return DONE;
    }
    if (verdict == ENDED) {
        fail(json, "file.truncated", TEXT("文件在一个对象中间结束", "the file ends inside an object"), error);
        return BROKEN;
    }
    if (verdict == BROKEN && json->state == LINES) verdict = take_line(json, from, found);
    if (verdict == BROKEN)
        fail(json, "file.syntax", TEXT("不是合法的 JSON 对象", "not a JSON object"), error);
    if (verdict == MORE) cursor->at = from;
    return verdict;
}

static bool read_chunk(struct json *json, struct arena *arena, struct span *chunk, struct error *error) {
    if (!source_chunk(&json->source, json->want, arena, chunk, error)) return false;
    json->cursor = (struct sql_cursor){.at = chunk->bytes,
                                       .end = chunk->bytes + chunk->size,
                                       .final = json->source.ended,
                                       .pairs = json->source.decoder.pairs != NULL};
    json->counted = chunk->bytes;
    return true;
}

static bool grow(struct json *json, struct error *error) {
    json->want *= 2;
    if (json->want <= 2 * (size_t)ROW_BYTES_MAX) return true;
    error->at.row = json->line;
    return error_code(error, TROUBLE_FAILED, "row.too_long",
                      TEXT("一个对象超过 %d 字节", "an object passes %d bytes"), ROW_BYTES_MAX);
}

/* Learns the columns from the rows of the first chunk, which is then read again. */
static bool learn(struct json *json, struct error *error) {
    struct arena scratch = {0};
    bool good = true;
    for (bool found_any = false; good && !found_any;) {
        struct span chunk;
        struct found found;
        enum verdict verdict = DONE;
        arena_reset(&scratch);
        json->state = BEFORE;
        good = read_chunk(json, &scratch, &chunk, error);
        while (good && verdict == DONE) {
            verdict = next_row(json, &scratch, &found, error);
            if (verdict == DONE && !found.broken) keyed_learn(&json->keyed, json->cells, json->count);
            found_any = found_any || verdict == DONE;
        }
        good = good && (verdict != BROKEN || found_any);
        found_any = found_any || verdict == ENDED;
        if (good) source_keep(&json->source, chunk);
        if (good && !found_any) good = grow(json, error);
    }
    arena_free(&scratch);
    json->state = BEFORE;
    json->counted = NULL;
    json->line = 1;
    *error = good ? (struct error){0} : *error;
    return good;
}

static bool json_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct json *json = stage->state;
    json->want = BATCH_BYTES;
    json->line = 1;
    json->cells = ARENA_NEW(stage->arena, struct keyed_cell, KEYED_COLUMNS_MAX);
    if (!keyed_open(&json->keyed, json->columns_node, json->input.name, stage->arena, error) ||
        !source_open(&json->source, &json->input, "UTF-8", stage->arena, error) || !learn(json, error))
        return false;
    *columns = json->keyed.columns;
    return true;
}

static void json_close(struct stage *stage) {
    struct json *json = stage->state;
    source_close(&json->source);
}

static void take_row(struct json *json, struct batch *batch, uint32_t at, const struct found *found) {
    struct row *row = &batch->rows[at];
    /* Of an array the element, else the line; no two rows have one number, even where a line holds two. */
    bool own_line = json->state == LINES && found->line > json->number;
    row->number = json->number = own_line ? found->line : json->number + 1;
    row->raw = found->raw;
    row->byte = json->source.offset - (uint64_t)(json->cursor.end - found->raw.bytes);
    keyed_place(&json->keyed, batch, at, json->cells, json->count);
    row->shifted = found->broken;
    if (found->broken) batch_reject(batch, at, (struct reason){.code = "row.syntax"});
}

static enum flow json_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct json *json = stage->state;
    uint32_t width = json->keyed.columns.count ? json->keyed.columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS, count = 0;
    struct span chunk;
    batch_shape(batch, &json->keyed.columns, most);
    batch->index = json->batches++;
    if (!read_chunk(json, &batch->arena, &chunk, error)) return FLOW_FAILED;
    enum verdict verdict = DONE;
    while (count < most && verdict == DONE) {
        struct found found;
        verdict = next_row(json, &batch->arena, &found, error);
        if (verdict == DONE) take_row(json, batch, count++, &found);
    }
    batch->row_count = count;
    const struct sql_cursor *cursor = &json->cursor;
    line_of(json, cursor->at); /* while the chunk is there: it is the batch's */
    source_keep(&json->source, (struct span){cursor->at, (size_t)(cursor->end - cursor->at)});
    if (verdict == BROKEN || (verdict == MORE && !count && !grow(json, error))) return FLOW_FAILED;
    if (count) json->want = BATCH_BYTES;
    return verdict == ENDED ? FLOW_END : FLOW_MORE;
}

/* An object or an array of them, and a key right behind. */
static int json_bid(struct span head) {
    size_t mark = 0;
    text_mark(head, &mark);
    struct sql_cursor cursor = {.at = head.bytes + mark, .end = head.bytes + head.size};
    char byte = next_byte(&cursor);
    bool array = byte == '[';
    if (array) cursor.at++;
    if (next_byte(&cursor) != '{') return 0;
    cursor.at++;
    struct span key;
    bool escaped;
    if (next_byte(&cursor) != '"' || read_string(&cursor, &key, &escaped) != DONE) return 0;
    return next_byte(&cursor) == ':' ? 48 : 0;
}

/* An array is closed by its bracket; one object per line is closed by nothing. */
static bool json_ends(struct span head) {
    size_t mark = 0;
    text_mark(head, &mark);
    while (mark < head.size && (head.bytes[mark] == '\0' || isspace((unsigned char)head.bytes[mark]))) mark++;
    return mark < head.size && head.bytes[mark] == '[';
}

static const struct setting settings[] = {INPUT_SETTINGS(struct json), KEYED_SETTINGS(struct json), {0}};

const struct extractor extract_json = {
    .stage = {.name = "json",
              .settings = settings,
              .state_size = sizeof(struct json),
              .open = json_open,
              .run = json_run,
              .close = json_close},
    .bid = json_bid,
    .endless = true,
    .ends = json_ends,
};
