/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "transform/row/mapping.h"
#include "transform/row/text.h"
#include <stdio.h>

enum { CODE_BYTES_MAX = 64, KEY_BYTES = 512 };

bool mapping_is_prose(struct span code) {
    bool pattern = code.size > 2 && code.bytes[0] == '/' && code.bytes[code.size - 1] == '/';
    if (pattern || code.size == 0 || span_equal(code, SPAN("="))) return false;
    if (code.size > CODE_BYTES_MAX) return true;
    for (size_t at = 0; at < code.size;) {
        uint32_t point = text_next(code, &at);
        if (point < 0x80 && strchr(" \t\r\n,;\"=", (int)point)) return true;
        if (point == 0x3002 || point == 0xff0c || point == 0xff1b || point == 0xff1a || point == 0x3000)
            return true;
    }
    return false;
}

static void tell(struct mapping_set *set, const struct mapping_row *row, enum mapping_field field,
                 const char *code, const char *message) {
    struct error error = {0};
    error.at = (struct place){.source = row->file->path,
                              .row = row->line,
                              .column = field == FIELD_COUNT ? 0 : row->file->columns[field]};
    error_code(&error, TROUBLE_USAGE, code, "%s", message);
    mapping_fault(set, &error);
}

static void check_prose(struct mapping_set *set, const struct mapping_row *row) {
    const struct span cells[] = {row->code, row->target};
    const enum mapping_field which[] = {FIELD_CODE, FIELD_TARGET};
    char message[400];
    for (int i = 0; i < 2; i++) {
        if (!mapping_is_prose(cells[i])) continue;
        snprintf(message, sizeof message,
                 TEXT("%s 第 %u 行 %s 列：写的是话，不是代码；说明写到 label、justification 或 note",
                      "%s line %u column %s: a text, no code; what is to be said goes to label, "
                      "justification or note"),
                 row->file->path, row->line, i == 0 ? "source_code" : "target_code");
        tell(set, row, which[i], "mapping.prose", message);
    }
}

/* The first reviewed row that goes to the same target, of the same table and system. */
static const struct mapping_row *first_to(struct map *targets, const struct mapping_row *row,
                                          struct arena *arena) {
    char key[KEY_BYTES];
    int size = snprintf(key, sizeof key, "%p %u %.*s", (const void *)row->file->table, row->system,
                        (int)row->target.size, row->target.bytes);
    struct span text = {key, size < KEY_BYTES ? (size_t)size : KEY_BYTES - 1};
    void **place = map_put(targets, arena_copy(arena, text));
    if (!*place) *place = (void *)(uintptr_t)(row->number + 1);
    return row->file->table->set->rows[(uintptr_t)*place - 1];
}

/* Several codes may become one, but somebody has to have said why. */
static void check_reasons(struct mapping_set *set) {
    struct map targets = {.arena = set->arena};
    char message[500];
    for (uint32_t i = 0; i < set->row_count; i++) {
        const struct mapping_row *row = set->rows[i];
        if (!row->reviewed || row->replaced || !row->target.size) continue;
        const struct mapping_row *first = first_to(&targets, row, set->arena);
        bool several =
            !span_equal(first->code, row->code) || (row->pattern && !span_equal(row->target, SPAN("=")));
        const struct mapping_row *silent = !row->justified ? row : !first->justified ? first : NULL;
        if (!several || !silent) continue;
        snprintf(message, sizeof message,
                 TEXT("%s 第 %u 行与 %s 第 %u 行：不同的代码都对到 %.*s，justification 没有写理由",
                      "%s line %u and %s line %u: different codes go to %.*s, and no justification says why"),
                 first->file->path, first->line, row->file->path, row->line, (int)row->target.size,
                 row->target.bytes);
        tell(set, silent, FIELD_JUSTIFICATION, "mapping.no_reason", message);
    }
}

void mapping_lint(struct mapping_set *set) {
    for (uint32_t i = 0; i < set->row_count; i++) check_prose(set, set->rows[i]);
    check_reasons(set);
}
