/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include <strings.h>

/* Which tables an SQL script fills: the names behind INSERT INTO and COPY at the beginning of a line.  What
   stands inside a text may look the same; the extractor, which parses, then finds no such table. */

enum { BLOCK_BYTES = 64 << 10, LINE_BYTES = 512 };

struct listing {
    struct arena *arena;
    const char **names;
    uint32_t count, room;
    char line[LINE_BYTES + 1]; /* the beginning of the line at hand */
    size_t size;
};

/* The last part of "db"."table", `table`, [dbo].[table]. */
static const char *name_of(struct listing *at, const char *text) {
    char name[LINE_BYTES + 1];
    size_t size = 0;
    char close = 0;
    for (; *text; text++) {
        char c = *text;
        if (close ? c == close : (c == '"' || c == '`' || c == '[')) {
            close = close ? 0 : c == '[' ? ']' : c;
            continue;
        }
        if (!close && c == '.') size = 0;
        else if (!close && (c == ' ' || c == '(' || c == '\t' || c == '\r' || c == ';')) break;
        else name[size++] = c;
    }
    name[size] = '\0';
    return size ? arena_print(at->arena, "%s", name) : NULL;
}

static void take_line(struct listing *at) {
    static const char *const words[] = {"INSERT INTO ", "INSERT IGNORE INTO ", "REPLACE INTO ", "COPY "};
    at->line[at->size] = '\0';
    const char *text = at->line + strspn(at->line, " \t");
    at->size = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);
        if (strncasecmp(text, words[i], size) != 0) continue;
        const char *name = name_of(at, text + size + strspn(text + size, " "));
        for (uint32_t n = 0; name && n < at->count; n++)
            if (strcmp(at->names[n], name) == 0) name = NULL;
        if (name && at->count < at->room) at->names[at->count++] = name;
        return;
    }
}

bool guess_tables(const struct input *input, const char **names, uint32_t room, uint32_t *count,
                  struct arena *arena, struct error *error) {
    struct listing *at = ARENA_NEW(arena, struct listing, 1);
    struct bytes *bytes = NULL;
    char *block = ARENA_NEW(arena, char, BLOCK_BYTES);
    *at = (struct listing){.arena = arena, .names = names, .room = room};
    if (!bytes_open(&bytes, input->path, input->member, input->limits, arena, error)) return false;
    ptrdiff_t got;
    while ((got = bytes_read(bytes, block, BLOCK_BYTES, error)) > 0)
        for (ptrdiff_t i = 0; i < got; i++) {
            if (block[i] == '\n') take_line(at);
            else if (at->size < LINE_BYTES && block[i]) at->line[at->size++] = block[i];
        }
    take_line(at);
    bytes_close(bytes);
    *count = at->count;
    return got == 0;
}
