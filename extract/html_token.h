/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_HTML_TOKEN_H
#define EXTRACT_HTML_TOKEN_H
#include "core/arena.h"
#include <stdint.h>

/* The tags of a web page, as forgiving as pages need.  Every byte that matters is below 0x40, so it works in
   GB18030 as in UTF-8. */
enum html_kind {
    HTML_MORE, /* only more bytes can tell */
    HTML_END,
    HTML_TEXT,
    HTML_TABLE,
    HTML_TABLE_END,
    HTML_ROW,
    HTML_ROW_END,
    HTML_CELL,
    HTML_CELL_END,
    HTML_BREAK,
    HTML_OTHER, /* another tag, a comment, a script: nothing to read */
};

enum { HTML_SPAN_MAX = 1000, HTML_ROWSPAN_MAX = 65534 };

struct html_token {
    enum html_kind kind;
    struct span text;       /* all of it */
    uint32_t columns, rows; /* HTML_CELL: its colspan and rowspan, at least 1 */
};

struct html_cursor {
    const char *at, *end;
    bool final;
};

enum html_kind html_next(struct html_cursor *cursor, struct html_token *token);
/* What a reader sees: blanks run together, entities resolved, nothing at the ends; `text` is UTF-8.
   A line break is written as \n in it already, all other blanks are layout. */
struct span html_text(struct span text, struct arena *arena);
/* The charset that a page declares; false: none. */
bool html_charset(struct span head, char name[32]);
#endif
