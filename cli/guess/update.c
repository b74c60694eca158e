/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/update.h"
#include "cli/drift.h"
#include "cli/guess/content.h"
#include "cli/specs.h"
#include "core/language.h"
#include <stdlib.h>

/* Proposes the changed lines of a spec and no other: people's own lines and remarks stay. */

enum { EDITS_MAX = 512 };

struct edit {
    uint32_t line;    /* of the spec, from 1 */
    bool after;       /* a new line behind it; else in its place */
    const char *text; /* NULL: the line goes */
};

struct updating {
    struct update *update;
    struct arena *arena;
    struct spec spec;
    struct sourced sourced;
    struct guess_source *source;
    struct profile_state state;
    struct drift drift;
    const char **lines; /* [line_count] without line ends */
    uint32_t line_count, edit_count;
    struct edit edits[EDITS_MAX];
};

static void warn(struct updating *at, const char *text) {
    if (at->update->warning_count < GUESS_REMARKS) at->update->warnings[at->update->warning_count++] = text;
}

static void edit(struct updating *at, uint32_t line, bool after, const char *text) {
    if (at->edit_count < EDITS_MAX) at->edits[at->edit_count++] = (struct edit){line, after, text};
}

static void cut_lines(struct updating *at) {
    struct span text = at->sourced.bytes;
    at->lines = ARENA_NEW(at->arena, const char *, text.size + 2);
    for (const char *from = text.bytes, *end = from + text.size; from < end;) {
        const char *until = memchr(from, '\n', (size_t)(end - from));
        if (!until) until = end;
        at->lines[at->line_count++] = arena_print(at->arena, "%.*s", (int)(until - from), from);
        from = until + 1;
    }
}

static bool is_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           (c & 0x80);
}

/* Where `name` stands as a word of its own, before a remark and behind `from`; NULL: nowhere. */
static const char *find_word(const char *from, const char *name) {
    const char *remark = strstr(from, " #"), *found = from;
    size_t size = strlen(name);
    while (size && (found = strstr(found, name)) && (!remark || found < remark)) {
        bool alone = !is_word(found[size]) && (found == from || !is_word(found[-1]) || *name == '"');
        if (alone) return found;
        found += size;
    }
    return NULL;
}

/* The lines of the remembered header, from `*first` until before `*until`; false: there is none. */
static bool header_lines(const struct updating *at, uint32_t *first, uint32_t *until) {
    const struct node *root = at->spec.root;
    *until = at->line_count + 1;
    for (uint32_t i = 0; i < root->count; i++) {
        if (!node_is(&root->keys[i], "header")) continue;
        *first = root->keys[i].line;
        for (uint32_t j = 0; j < root->count; j++)
            if (root->keys[j].line > *first && root->keys[j].line < *until) *until = root->keys[j].line;
        while (*until - 1 > *first && (!*at->lines[*until - 2] || *at->lines[*until - 2] == '#'))
            --*until; /* a remark above the next word is not the header's */
        return true;
    }
    return false;
}

static const char *scalar_of(struct updating *at, struct span name) { return guess_scalar(at->arena, name); }

/* Every line that reads the old name reads the new one. */
static void rename_column(struct updating *at, struct span was, struct span now) {
    const char *old = scalar_of(at, was), *fresh = scalar_of(at, now);
    uint32_t first = 0, until = 0;
    bool header = header_lines(at, &first, &until);
    for (uint32_t i = 0; i < at->line_count; i++) {
        const char *line = at->lines[i], *text;
        if (header && i + 1 >= first && i + 1 < until) continue;
        const char *colon = strchr(line, ':'); /* a target's own name stands before it */
        bool key = strncmp(line, "key:", 4) == 0;
        const char *rest = colon ? colon + 1 : line;
        text = arena_print(at->arena, "%.*s", (int)(rest - line), line);
        bool changed = false;
        for (const char *word; (word = find_word(rest, old)); rest = word + strlen(old), changed = true)
            text = arena_print(at->arena, "%s%.*s%s", text, (int)(word - rest), rest, fresh);
        if (changed) edit(at, i + 1, false, arena_print(at->arena, "%s%s", text, rest));
        if (changed && key)
            warn(at, arena_print(at->arena,
                                 TEXT("主键列「%s」改名：确认仍是同一个编号，否则全部记录会换主键",
                                      "the key column %s has a new name: is it still the same number?"),
                                 old));
    }
}

static void lose_column(struct updating *at, struct span name) {
    const char *word = scalar_of(at, name);
    bool used = false;
    for (uint32_t i = 0; i < at->spec.column_count; i++) {
        const struct spec_column *column = &at->spec.columns[i];
        for (uint32_t f = 0; f < column->from_count; f++) {
            if (!span_equal(column->from[f], name)) continue;
            used = true;
            bool own = column->line && column->line <= at->line_count && column->from_count == 1 &&
                       find_word(at->lines[column->line - 1], word);
            const struct kind_column *target = &at->spec.kind->columns[column->target];
            if (own && !(target->tags & TAG_REQUIRED)) edit(at, column->line, false, NULL);
            else
                warn(at, arena_print(at->arena,
                                     TEXT("%s(%s) 用到已没有的列 %s，请改写这一行",
                                          "%s (%s) reads the lost column %s: rewrite that line"),
                                     target->label, target->name, word));
        }
    }
    for (uint32_t k = 0; k < at->spec.key_count; k++)
        if (span_equal(at->spec.key[k], name))
            warn(at, arena_print(at->arena,
                                 TEXT("主键列 %s 没有了，要另定主键",
                                      "the key column %s is lost: another key is needed"),
                                 word));
    if (!used)
        warn(at, arena_print(at->arena,
                             TEXT("少了规格没有用到的列 %s", "%s is lost; the spec did not read it"), word));
}

static bool is_fed(const struct updating *at, uint32_t target) {
    for (uint32_t i = 0; i < at->spec.column_count; i++)
        if (at->spec.columns[i].target == target) return true;
    return false;
}

/* The last line of the columns; new ones stand behind it. */
static uint32_t columns_end(const struct updating *at) {
    const struct node *columns = node_get(at->spec.root, "columns");
    uint32_t last = at->line_count;
    if (columns && columns->count) last = columns->keys[columns->count - 1].line;
    return last;
}

static void new_column(struct updating *at, const struct guess_draft *draft, int now) {
    struct span name = at->source->columns.names[now];
    for (uint32_t i = 0; i < draft->line_count; i++) {
        const struct guess_line *line = &draft->lines[i];
        if (line->source != now || is_fed(at, line->target)) continue;
        edit(at, columns_end(at), true,
             arena_print(at->arena, "  %s: %s  # %s%s", draft->kind->columns[line->target].name, line->text,
                         line->score < GUESS_CERTAIN ? TEXT("？", "? ") : "", line->comment));
        return;
    }
    warn(at, arena_print(at->arena,
                         TEXT("新增的列 %s 没有对应的国标列，不读它",
                              "the new column %s fits no target: it is not read"),
                         scalar_of(at, name)));
}

static void retype_column(struct updating *at, const struct drift_item *item) {
    struct span type = at->spec.header.types ? at->spec.header.types[item->was] : SPAN("");
    warn(at, arena_print(at->arena,
                         TEXT("列 %s 的内容由 %.*s 变成 %s：请核对这一列的 as、unit 和映射",
                              "column %s was %.*s and is %s: check its as, unit and map"),
                         scalar_of(at, at->source->columns.names[item->now]), (int)type.size, type.bytes,
                         profile_type(&at->source->profiles[item->now])));
}

/* "header:" and perhaps a comment. */
static bool is_bare(const char *line) {
    size_t word = strlen("header:");
    return strncmp(line, "header:", word) == 0 &&
           (!line[word + strspn(line + word, " ")] || line[word + strspn(line + word, " ")] == '#');
}

static void put_header(struct updating *at) {
    const char *text = guess_header(at->source, at->arena);
    uint32_t first, until;
    if (!header_lines(at, &first, &until)) {
        edit(at, at->line_count, true, text);
        return;
    }
    char fingerprint[FINGERPRINT_TEXT];
    drift_fingerprint(&at->source->columns, fingerprint);
    const struct spec_header *own = &at->spec.header;
    bool retyped = false;
    for (uint32_t i = 0; i < at->drift.count; i++) retyped |= at->drift.items[i].change == DRIFT_RETYPED;
    bool same = span_equal(own->fingerprint, (struct span){fingerprint, strlen(fingerprint)});
    if (same && !retyped) return;
    for (uint32_t line = first; line < until; line++) { /* line by line: what stays the same is no change */
        size_t width = strcspn(text, "\n");
        bool last = line + 1 == until;
        const char *fresh = last ? text : arena_print(at->arena, "%.*s", (int)width, text);
        bool title = line == first && is_bare(at->lines[line - 1]); /* its comment is the author's affair */
        if (title) fresh = at->lines[line - 1];
        if (!*text) edit(at, line, false, NULL);
        else if (strcmp(fresh, at->lines[line - 1]) != 0) edit(at, line, false, fresh);
        text += width + (text[width] == '\n');
    }
}

static int by_line(const void *a, const void *b) {
    const struct edit *left = a, *right = b;
    if (left->line != right->line) return left->line < right->line ? -1 : 1;
    return left->after - right->after;
}

static uint32_t lines_of(const char *text) {
    uint32_t count = text ? 1 : 0;
    for (; text && *text; text++) count += *text == '\n';
    return count;
}

/* "-old" and "+new" of each edit, as patch reads them. */
static struct span diff_of(struct updating *at) {
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    if (!out) abort();
    qsort(at->edits, at->edit_count, sizeof *at->edits, by_line);
    int64_t shift = 0; /* lines that the edits before added */
    if (at->edit_count) fprintf(out, "--- %s\n+++ %s\n", at->update->spec_path, at->update->spec_path);
    for (uint32_t i = 0; i < at->edit_count; i++) {
        const struct edit *own = &at->edits[i];
        uint32_t gone = own->after ? 0 : 1, come = lines_of(own->text);
        int64_t from = (int64_t)own->line + shift + (own->after ? 1 : 0) - (come ? 0 : 1);
        fprintf(out, "@@ -%u,%u +%jd,%u @@\n", own->line, gone, (intmax_t)from, come);
        if (gone) fprintf(out, "-%s\n", at->lines[own->line - 1]);
        for (const char *line = own->text; line && come; come--) {
            size_t width = strcspn(line, "\n");
            fprintf(out, "+%.*s\n", (int)width, line);
            line += width + (line[width] == '\n');
        }
        shift += (int64_t)lines_of(own->text) - gone;
    }
    fclose(out);
    struct span text = arena_copy(at->arena, (struct span){bytes, size});
    free(bytes);
    return text;
}

static bool cells_fit(void *state, int now, struct span type) {
    const struct guess_source *source = state;
    return profile_fits(&source->profiles[now], type);
}

/* What the spec allows, so does its update. */
static struct guess_access access_of(const struct spec *spec) {
    const struct node *rar = node_get(spec->read, "rar"), *file = node_get(spec->read, "password_file");
    struct guess_access access = {0};
    if (rar && rar->kind == NODE_SCALAR) setting_flag(rar->text.bytes, &access.rar);
    if (file && file->kind == NODE_SCALAR && file->text.size)
        access.password_file = access.password_name = file->text.bytes;
    return access;
}

/* The part of the file that the spec claims. */
static bool find_source(struct updating *at, struct error *error) {
    struct guess_listing listing;
    struct guess_access access = access_of(&at->spec);
    if (!guess_list(at->update->file_path, NULL, &access, at->arena, &listing, error)) return false;
    struct guess_source *sources = listing.sources;
    for (uint32_t i = 0; i < listing.count && !at->source; i++) {
        struct span name = {sources[i].name, strlen(sources[i].name)};
        bool claimed =
            spec_match(at->spec.match, name, NULL) ||
            spec_match(at->spec.match,
                       (struct span){arena_print(at->arena, "x/%s", name.bytes), name.size + 2}, NULL);
        if (claimed || listing.count == 1) at->source = &sources[i];
    }
    if (at->source) return true;
    return error_code(error, TROUBLE_USAGE, "file.unmatched",
                      TEXT("%s 的 match 不认领 %s 里的任何一份", "the match of %s claims nothing of %s"),
                      at->update->spec_path, at->update->file_path);
}

/* Reads it all with the spec's own settings. */
static bool look(struct updating *at, struct error *error) {
    const char *read = guess_flow(at->spec.read, at->arena);
    struct span footer;
    at->source->format = arena_print(at->arena, "%.*s", (int)at->spec.format.size, at->spec.format.bytes);
    at->source->read = arena_print(at->arena, "%.*s", (int)strlen(read) - 1, read);
    return guess_count(at->source, &footer, at->arena, error) || error_at(error, at->source->name);
}

static void mend(struct updating *at) {
    struct guess_draft *draft = ARENA_NEW(at->arena, struct guess_draft, 1);
    struct drift_cells cells = {at->source, cells_fit};
    guess_propose(at->source, at->spec.kind, at->arena, draft);
    drift_compare(&at->spec, &at->source->columns, at->spec.header.types ? &cells : NULL, &at->drift);
    for (uint32_t i = 0; i < at->drift.count; i++) {
        const struct drift_item *item = &at->drift.items[i];
        struct span was = item->was < 0 ? (struct span){0} : at->spec.header.columns[item->was];
        if (item->change == DRIFT_NEW) new_column(at, draft, item->now);
        if (item->change == DRIFT_LOST) lose_column(at, was);
        if (item->change == DRIFT_RETYPED) retype_column(at, item);
        if (item->change == DRIFT_RENAMED && item->was >= 0)
            rename_column(at, was, at->source->columns.names[item->now]);
    }
    if (at->drift.shifted)
        warn(at, TEXT("列错位：列数和内容都变了，请逐列核对 F1、F2…… 的含义",
                      "the columns shifted: check what F1, F2 ... mean"));
    put_header(at);
}

bool guess_update(struct update *update, struct arena *arena, struct error *error) {
    struct updating *at = ARENA_NEW(arena, struct updating, 1);
    struct city city = {.directory = update->city};
    struct span text;
    at->update = update;
    at->arena = arena;
    if (!file_read(update->spec_path, YAML_BYTES_MAX, arena, &text, error) ||
        !specs_parse(&city, update->spec_path, text, NULL, arena, &at->spec, &at->sourced, error))
        return false;
    if (at->spec.ignore || !at->spec.kind)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("%s 写了 ignore，没有要更新的", "%s says ignore: nothing to update"),
                          update->spec_path);
    cut_lines(at);
    if (!find_source(at, error) || !look(at, error)) return false;
    mend(at);
    update->diff = diff_of(at);
    return true;
}
