/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include <strings.h>

/* What an SQL script itself calls its columns: `pid` varchar(40) COMMENT '人员ID' in CREATE TABLE, and
   COMMENT ON COLUMN t.pid IS '人员ID'.  Only a draft depends on it, so a script that writes this in another
   way is simply not understood. */

enum { BLOCK_BYTES = 64 << 10, LINE_BYTES = 1024 };

struct labelling {
    struct guess_source *source;
    struct arena *arena;
    bool inside; /* CREATE TABLE of our table */
    char line[LINE_BYTES + 1];
    size_t size;
};

/* The last part of a name with dots and quotes; `text` goes behind it. */
static struct span name_of(const char **text) {
    const char *from = *text;
    size_t size = 0;
    for (const char *c = *text; *c && !strchr(" \t(;", *c); c++) {
        if (strchr("`\"[].", *c)) {
            if (size) *text = c + 1;
            if (*c == '.' || !size) from = c + 1, size = 0;
            if (*c != '.' && size) return (struct span){from, size};
            continue;
        }
        size++;
        *text = c + 1;
    }
    return (struct span){from, size};
}

static void put(struct labelling *at, struct span column, const char *quoted) {
    const char *open = strchr(quoted, '\''), *close = open ? strchr(open + 1, '\'') : NULL;
    if (!close) return;
    for (uint32_t c = 0; c < at->source->columns.count; c++)
        if (span_equal(at->source->columns.names[c], column))
            at->source->labels[c] =
                arena_copy(at->arena, (struct span){open + 1, (size_t)(close - open - 1)});
}

static bool ours(const struct labelling *at, struct span table) {
    const char *name = at->source->table;
    return !name || span_equal(table, (struct span){name, strlen(name)});
}

static void take_line(struct labelling *at) {
    static const char create[] = "CREATE TABLE ", exists[] = "IF NOT EXISTS ", on[] = "COMMENT ON COLUMN ";
    at->line[at->size] = '\0';
    const char *text = at->line + strspn(at->line, " \t");
    at->size = 0;
    if (strncasecmp(text, create, strlen(create)) == 0) {
        text += strlen(create);
        if (strncasecmp(text, exists, strlen(exists)) == 0) text += strlen(exists);
        at->inside = ours(at, name_of(&text));
    } else if (strncasecmp(text, on, strlen(on)) == 0) {
        text += strlen(on);
        const char *end = strchr(text, ' '), *dot = end ? memrchr(text, '.', (size_t)(end - text)) : NULL;
        if (!dot) return;
        const char *table = arena_print(at->arena, "%.*s", (int)(dot - text), text), *column = dot + 1;
        struct span name = name_of(&column);
        if (ours(at, name_of(&table))) put(at, name, end);
    } else if (*text == ')') {
        at->inside = false;
    } else if (at->inside) {
        struct span column = name_of(&text);
        const char *comment = strcasestr(text, " COMMENT ");
        if (comment) put(at, column, comment);
    }
}

bool guess_labels(struct guess_source *source, struct arena *arena, struct error *error) {
    struct labelling *at = ARENA_NEW(arena, struct labelling, 1);
    struct bytes *bytes = NULL;
    char *block = ARENA_NEW(arena, char, BLOCK_BYTES);
    *at = (struct labelling){.source = source, .arena = arena};
    source->labels = ARENA_NEW(arena, struct span, source->columns.count + 1);
    if (!source->encoding || strcmp(source->encoding, "UTF-8") != 0) return true;
    if (!bytes_open(&bytes, source->path, source->member, source->limits, arena, error)) return false;
    ptrdiff_t got;
    while ((got = bytes_read(bytes, block, BLOCK_BYTES, error)) > 0)
        for (ptrdiff_t i = 0; i < got; i++) {
            if (block[i] == '\n') take_line(at);
            else if (at->size < LINE_BYTES && block[i] && block[i] != '\r') at->line[at->size++] = block[i];
        }
    bytes_close(bytes);
    return got == 0;
}
