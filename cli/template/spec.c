/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/rules.h"
#include "cli/template/template.h"
#include "core/language.h"
#include "core/shipped.h"
#include "extract/extract.h"
#include <stdio.h>

/* The last resort of planning: a file that is named as a kind and whose header is that kind's. */

enum { NAME_BYTES_MAX = 256, COLUMNS_MAX = 512 };

/* "结算" of "sub/结算_202012.csv"; a sheet's name stands for itself. */
static struct span stem_of(const char *name, bool sheet) {
    const char *slash = strrchr(name, '/');
    if (slash && !sheet) name = slash + 1;
    const char *dot = sheet ? NULL : strrchr(name, '.');
    struct span stem = {name, dot ? (size_t)(dot - name) : strlen(name)};
    while (stem.size && strchr("0123456789_-. ", stem.bytes[stem.size - 1])) stem.size--;
    return stem;
}

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)});
}

static const struct kind *kind_of(struct span stem) {
    for (uint32_t i = 0; i < model_kind_count; i++)
        if (is(stem, model_kinds[i].name) || is(stem, model_kinds[i].label)) return &model_kinds[i];
    return NULL;
}

static int target_of(const struct kind *kind, struct span header) {
    for (uint32_t i = 0; i < kind->column_count; i++)
        if (is(header, kind->columns[i].name) || is(header, kind->columns[i].label)) return (int)i;
    return -1;
}

/* For each column of the file its column of the kind, -1 for 序号.  False: a name that the kind does
   not have, one that comes twice, or a required one that is not there. */
static bool match_header(const struct kind *kind, const struct columns *columns, int targets[COLUMNS_MAX]) {
    uint32_t found = 0;
    if (columns->count > COLUMNS_MAX) return false;
    for (uint32_t i = 0; i < columns->count; i++) {
        targets[i] = target_of(kind, columns->names[i]);
        if (targets[i] < 0 && !is(columns->names[i], "序号")) return false;
        for (uint32_t j = 0; j < i; j++)
            if (targets[i] >= 0 && targets[j] == targets[i]) return false;
        found += targets[i] >= 0;
    }
    for (uint32_t c = 0; c < kind->column_count; c++) {
        bool present = !(kind->columns[c].tags & TAG_REQUIRED);
        for (uint32_t i = 0; i < columns->count && !present; i++) present = targets[i] == (int)c;
        if (!present) return false;
    }
    return found > 0;
}

static const char *as_of(const struct kind_column *column) {
    if (strcmp(column->name, "certno") == 0) return "certno";
    if (column->pii == PII_NAME) return "name";
    if (strncmp(column->name, "accrym", 6) == 0 || strcmp(column->name, "cashym") == 0) return "month";
    return column->type == TYPE_DATE ? "date" : column->type == TYPE_TIMESTAMP ? "timestamp" : NULL;
}

static const char *column_line(const struct kind_column *column, struct span header, struct arena *arena) {
    struct span bytes;
    const char *as = as_of(column),
               *map = column->dict && strcmp(column->dict, "region") != 0 ? column->dict : NULL;
    if (map && !shipped_find(arena_print(arena, "mappings/%s.csv", map), &bytes)) map = NULL;
    const char *how = map  ? arena_print(arena, ", map: %s", map)
                      : as ? arena_print(arena, ", as: %s", as)
                           : "";
    return arena_print(arena, "  %s: {from: \"%.*s\"%s}\n", column->name, (int)header.size, header.bytes,
                       how);
}

/* The name as a pattern: its first year, month or day is the period. */
static const char *pattern_of(const char *name, struct arena *arena) {
    for (const char *at = name; *at; at++) {
        size_t digits = strspn(at, "0123456789");
        bool date = (digits == 4 || digits == 6 || digits == 8) &&
                    (memcmp(at, "19", 2) == 0 || memcmp(at, "20", 2) == 0);
        if (date) return arena_print(arena, "%.*s{period}%s", (int)(at - name), name, at + digits);
        if (digits) at += digits - 1;
    }
    return name;
}

/* Delivered anew by default ends nothing: a file of this kind is a delta, unless its slip says 全量.  Codes
 * are the national ones. */
static const char *spec_text(const struct kind *kind, const char *name, const char *read,
                             const struct columns *columns, const int *targets, struct arena *arena) {
    const char *lines = "", *key = "";
    for (uint32_t i = 0; i < columns->count; i++) {
        if (targets[i] < 0) continue;
        const struct kind_column *column = &kind->columns[targets[i]];
        lines = arena_print(arena, "%s%s", lines, column_line(column, columns->names[i], arena));
        if (column->tags & TAG_KEY)
            key = arena_print(arena, "%s%s\"%.*s\"", key, *key ? ", " : "", (int)columns->names[i].size,
                              columns->names[i].bytes);
    }
    return arena_print(arena,
                       "# %s\nmatch: \"%s\"\nkind: %s\nprofile: national\ndelivery: delta\nread: %s\nkey: "
                       "[%s]\n%scolumns:\n%sunmapped: reject\ncontrol: slip\n",
                       TEXT("按数据采集要求自动生成", "made from the kind"), pattern_of(name, arena),
                       kind->name, read, key, kind->measure_count ? "unit: yuan\n" : "", lines);
}

/* Quotes and backslashes in a column's name have no place in a file that follows the requirements. */
static bool plain(const struct columns *columns) {
    for (uint32_t i = 0; i < columns->count; i++)
        for (size_t at = 0; at < columns->names[i].size; at++)
            if (columns->names[i].bytes[at] == '"' || columns->names[i].bytes[at] == '\\') return false;
    return true;
}

/* Reads the header as `read` says; the requirements ask for UTF-8, GB18030 is what systems write. */
static bool read_header(const struct found *file, const struct job *job, const struct kind *kind,
                        struct arena *arena, const char **read, struct columns *columns,
                        int targets[COLUMNS_MAX]) {
    static const char *const encodings[] = {", encoding: UTF-8", ", encoding: GB18030"};
    struct input input = {
        .path = file->absolute, .member = job->member, .name = job->name, .sheet = job->sheet};
    struct error ignored = {0};
    struct span head;
    if (!extract_head(&input, arena, &head, &ignored)) return false;
    const struct extractor *extractor = extract_guess(head);
    bool text = extractor && strcmp(extractor->stage.name, "csv") == 0;
    for (int i = 0; extractor && i < (text ? 2 : 1); i++) {
        struct node *node = ARENA_NEW(arena, struct node, 1);
        struct stage reader;
        *read = arena_print(arena, "{format: %s%s}", extractor->stage.name, text ? encodings[i] : "");
        input.read = node;
        if (!yaml_read((struct span){*read, strlen(*read)}, "template", arena, node, &ignored) ||
            !extract_open(extractor, &input, arena, &reader, columns, &ignored))
            continue;
        extract_close(&reader);
        if (plain(columns) && match_header(kind, columns, targets)) return true;
    }
    return false;
}

bool template_claim(const struct city *city, const struct found *file, struct arena *arena, struct job *job,
                    bool *claimed, struct error *error) {
    struct columns columns = {0};
    int targets[COLUMNS_MAX];
    const char *read;
    *claimed = false;
    const struct kind *kind = kind_of(stem_of(job->sheet    ? job->sheet
                                              : job->member ? job->member
                                                            : file->path,
                                              job->sheet != NULL));
    if (!kind || !file->county || strpbrk(job->name, "\"\\*?{}") ||
        !read_header(file, job, kind, arena, &read, &columns, targets))
        return true;
    const char *text = spec_text(kind, job->name, read, &columns, targets, arena);
    struct spec_set *set = ARENA_NEW(arena, struct spec_set, 1);
    struct rules *rules = ARENA_NEW(arena, struct rules, 1);
    *set = (struct spec_set){.count = 1,
                             .specs = ARENA_NEW(arena, struct spec, 1),
                             .sources = ARENA_NEW(arena, struct sourced, 1),
                             .city = city};
    set->sources->path = arena_print(arena, "template:%s", kind->name);
    set->sources->bytes = (struct span){text, strlen(text)};
    sha256_text(set->sources->bytes, set->sources->sha256);
    if (!spec_read(set->sources->bytes, set->sources->path, NULL, arena, set->specs, error) ||
        !rules_read(city, file->county, set, arena, rules, error))
        return false;
    job->spec = set->specs;
    job->source = set->sources;
    job->rules = rules;
    *claimed = true;
    return true;
}

void template_full(struct job *job, struct arena *arena) {
    static const char delta[] = "\ndelivery: delta\n", full[] = "\ndelivery: full\n";
    struct span text = job->source->bytes;
    const char *at = memmem(text.bytes, text.size, delta, strlen(delta));
    if (!job->rules || !at) return;
    size_t before = (size_t)(at - text.bytes), after = before + strlen(delta);
    const char *changed = arena_print(arena, "%.*s%s%.*s", (int)before, text.bytes, full,
                                      (int)(text.size - after), text.bytes + after);
    struct sourced *source = ARENA_NEW(arena, struct sourced, 1);
    *source = *job->source;
    source->bytes = (struct span){changed, strlen(changed)};
    sha256_text(source->bytes, source->sha256);
    job->source = source;
    job->spec->full = true;
}
