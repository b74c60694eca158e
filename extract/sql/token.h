/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SQL_TOKEN_H
#define EXTRACT_SQL_TOKEN_H
#include "core/span.h"
#include <stdint.h>

/* The words of an SQL script, in the script's own encoding: bytes of two-byte characters are stepped over,
   so that a trail byte is never taken for a backslash, a backtick or a bracket. */
enum sql_kind {
    SQL_END,    /* the script is over */
    SQL_MORE,   /* only more bytes can tell */
    SQL_BROKEN, /* a quote or comment that is never closed */
    SQL_WORD,   /* a bare word */
    SQL_NAME,   /* an identifier in "", `` or [] */
    SQL_STRING,
    SQL_NUMBER, /* begins with a digit or a point; 0x.. too */
    SQL_SYMBOL, /* one byte; || and :: are two */
};

struct sql_token {
    enum sql_kind kind;
    struct span text; /* with its quotes and prefix */
    struct span body; /* SQL_STRING, SQL_NAME: between the quotes, doubled ones and escapes still in it */
    char quote;       /* that is doubled within the body; '\0': nothing is */
    bool backslash;   /* the body has backslash escapes */
    bool escaped;     /* the body holds something to undo */
};

struct sql_cursor {
    const char *at, *end;
    bool final;     /* nothing comes behind `end` */
    bool pairs;     /* GB18030 or GBK */
    bool backslash; /* MySQL: \' in strings, "" is a string, # begins a comment */
};

/* Bytes of the character at `at`: 1, 2 or 4. */
static inline size_t sql_step(const struct sql_cursor *cursor, const char *at) {
    const unsigned char *byte = (const unsigned char *)at;
    if (!cursor->pairs || byte[0] < 0x81 || byte[0] == 0xff || cursor->end - at < 2) return 1;
    if (byte[1] >= 0x40 && byte[1] != 0x7f && byte[1] != 0xff) return 2;
    bool four = byte[1] >= '0' && byte[1] <= '9' && cursor->end - at >= 4 && byte[2] >= 0x81 &&
                byte[3] >= '0' && byte[3] <= '9';
    return four ? 4 : 1;
}

/* Skips blanks and comments (for good, also before SQL_MORE) and reads one token. */
enum sql_kind sql_next(struct sql_cursor *cursor, struct sql_token *token);
/* The same without moving. */
enum sql_kind sql_peek(const struct sql_cursor *cursor, struct sql_token *token);
/* Whether a token is that word (upper case) or that symbol. */
bool sql_is(const struct sql_token *token, const char *word);
/* ASCII without case. */
bool sql_same(struct span a, struct span b);
/* The body of a string or name without doubled quotes and escapes, into `to` (body.size bytes); returns
   the length. */
size_t sql_plain(const struct sql_cursor *cursor, const struct sql_token *token, char *to);
#endif
