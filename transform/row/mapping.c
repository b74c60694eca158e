/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping.h"
#include "core/language.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum {
    FIELD_SYSTEM,
    FIELD_CODE,
    FIELD_LABEL,
    FIELD_WHEN_COLUMN,
    FIELD_WHEN_VALUE,
    FIELD_TARGET,
    FIELD_TARGET_LABEL,
    FIELD_FROM,
    FIELD_UNTIL,
    FIELD_STATUS,
    FIELD_JUSTIFICATION,
    FIELD_AUTHOR,
    FIELD_REVIEWER,
    FIELD_COUNT
};
static const char *const fields[] = {"source_system", "source_code", "source_label",  "when_column",
                                     "when_value",    "target_code", "target_label",  "valid_from",
                                     "valid_until",   "status",      "justification", "author",
                                     "reviewer"};

void mapping_begin(struct mapping_set *set, struct arena *arena) {
    *set = (struct mapping_set){.arena = arena, .tables = {.arena = arena}};
}

static struct mapping_table *table_of(struct mapping_set *set, struct span name) {
    void **place = map_put(&set->tables, name);
    if (!*place) {
        struct mapping_table *table = ARENA_NEW(set->arena, struct mapping_table, 1);
        *table = (struct mapping_table){
            .name = name, .codes = {.arena = set->arena}, .targets = {.arena = set->arena}};
        *place = table;
    }
    return *place;
}

const struct mapping_table *mapping_find(const struct mapping_set *set, struct span name) {
    return map_get(&set->tables, name);
}

void mapping_use_merge(struct mapping_use *into, const struct mapping_use *from, uint32_t row_count) {
    for (uint32_t row = 0; row < row_count; row++) {
        into[row].rows += from[row].rows;
        into[row].fen += from[row].fen;
    }
}

static bool wrong(struct error *error, const char *path, uint32_t line, const char *sentence) {
    error->at = (struct place){.source = path, .row = line};
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 第 %u 行：%s", "%s line %u: %s"), path, line,
                      sentence);
}

/* mappings/qinghe/insutype.csv: insutype */
static struct span stem(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return (struct span){name, dot ? (size_t)(dot - name) : strlen(name)};
}

static bool read_header(struct csv *csv, struct arena *arena, int places[FIELD_COUNT], const char *path,
                        struct error *error) {
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(csv, cells, arena);
    for (int field = 0; field < FIELD_COUNT; field++) {
        places[field] = -1;
        for (uint32_t cell = 0; cell < count; cell++)
            if (span_equal(cells[cell], (struct span){fields[field], strlen(fields[field])}))
                places[field] = (int)cell;
        bool optional = field == FIELD_LABEL || field == FIELD_TARGET_LABEL;
        if (places[field] >= 0 || optional) continue;
        error->at = (struct place){.source = path, .row = 1};
        return error_code(error, TROUBLE_USAGE, "header.missing_column",
                          TEXT("%s：映射表缺少列 %s", "%s: the mapping table has no column %s"), path,
                          fields[field]);
    }
    return true;
}

static bool read_bound(struct span text, int32_t otherwise, struct arena *arena, int32_t *day) {
    *day = otherwise;
    if (text.size == 0) return true;
    enum date_verdict verdict = date_read(text, arena, day);
    return verdict == DATE_OK || verdict == DATE_PLACEHOLDER;
}

static void *arena_malloc(size_t size, void *arena) {
    return ARENA_NEW(arena, max_align_t, size / sizeof(max_align_t) + 1);
}
static void arena_keep(void *memory, void *arena) { (void)memory, (void)arena; }

/* "/1[1-4]/" matches the whole code, or the whole cell of a condition.  \C is refused: it could split a
 * character. */
static void *compile(struct span text, struct arena *arena) {
    int number;
    size_t offset;
    pcre2_general_context *general = pcre2_general_context_create(arena_malloc, arena_keep, arena);
    pcre2_compile_context *context = pcre2_compile_context_create(general);
    return pcre2_compile((PCRE2_SPTR)text.bytes + 1, text.size - 2,
                         PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &number,
                         &offset, context);
}

static bool is_pattern(struct span text) {
    return text.size > 2 && text.bytes[0] == '/' && text.bytes[text.size - 1] == '/';
}

/* Puts a row where it is looked up. */
static void file_row(struct mapping_set *set, struct mapping_row *row) {
    if (set->row_count == set->capacity) {
        uint32_t capacity = set->capacity ? set->capacity * 2 : 256;
        struct mapping_row **rows = ARENA_NEW(set->arena, struct mapping_row *, capacity);
        if (set->row_count) memcpy(rows, set->rows, set->row_count * sizeof *rows);
        set->rows = rows;
        set->capacity = capacity;
    }
    row->number = set->row_count;
    set->rows[set->row_count++] = row;
    if (row->pattern) {
        row->next = row->table->patterns;
        row->table->patterns = row;
        return;
    }
    size_t size = row->system.size + 1 + row->code.size;
    char *key = ARENA_NEW(set->arena, char, size);
    memcpy(key, row->system.bytes, row->system.size);
    if (row->code.size) memcpy(key + row->system.size + 1, row->code.bytes, row->code.size);
    void **place = map_put(&row->table->codes, (struct span){key, size});
    row->next = *place;
    *place = row;
}

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)});
}

/* Reads one line; a row with status rejected is a proposal that was turned down, and is left out. */
static bool read_row(struct mapping_set *set, struct mapping_table *table,
                     const struct span cells[FIELD_COUNT], const char *path, uint32_t line,
                     enum mapping_level level, struct error *error) {
    struct span status = cells[FIELD_STATUS];
    if (is(status, "rejected")) return true;
    if (!is(status, "draft") && !is(status, "reviewed"))
        return wrong(
            error, path, line,
            TEXT("status 只能是 draft、reviewed 或 rejected", "status is draft, reviewed or rejected"));
    struct mapping_row *row = ARENA_NEW(set->arena, struct mapping_row, 1);
    *row = (struct mapping_row){.table = table,
                                .system = cells[FIELD_SYSTEM],
                                .code = cells[FIELD_CODE],
                                .label = cells[FIELD_LABEL],
                                .when_column = cells[FIELD_WHEN_COLUMN],
                                .when_value = cells[FIELD_WHEN_VALUE],
                                .target = cells[FIELD_TARGET],
                                .target_label = cells[FIELD_TARGET_LABEL],
                                .author = cells[FIELD_AUTHOR],
                                .reviewer = cells[FIELD_REVIEWER],
                                .level = level,
                                .path = path,
                                .line = line};
    row->reviewed = is(status, "reviewed") && row->author.size && row->reviewer.size &&
                    !span_equal(row->author, row->reviewer);
    set->unreviewed += is(status, "reviewed") && !row->reviewed;
    if (!read_bound(cells[FIELD_FROM], INT32_MIN, set->arena, &row->from) ||
        !read_bound(cells[FIELD_UNTIL], INT32_MAX, set->arena, &row->until) || row->from >= row->until)
        return wrong(error, path, line,
                     TEXT("valid_from、valid_until 不是日期，或起不早于止",
                          "valid_from or valid_until is no date, or from is not before until"));
    if (row->reviewed && row->target.size == 0 && cells[FIELD_JUSTIFICATION].size == 0)
        return wrong(error, path, line,
                     TEXT("target_code 为空表示不移交，必须写明 justification",
                          "an empty target_code means not handed over and needs a justification"));
    if ((row->when_column.size == 0) != (row->when_value.size == 0))
        return wrong(
            error, path, line,
            TEXT("when_column 和 when_value 要么都写，要么都不写", "when_column and when_value go together"));
    if (is_pattern(row->code)) row->pattern = compile(row->code, set->arena);
    if (is_pattern(row->when_value)) row->when_pattern = compile(row->when_value, set->arena);
    if ((is_pattern(row->code) && !row->pattern) || (is_pattern(row->when_value) && !row->when_pattern))
        return wrong(error, path, line, TEXT("样式写错", "the pattern is wrong"));
    file_row(set, row);
    return true;
}

bool mapping_read(struct mapping_set *set, struct span csv_text, const char *path, enum mapping_level level,
                  struct error *error) {
    struct csv csv = {.text = csv_text};
    struct span cells[CSV_CELLS], ordered[FIELD_COUNT];
    int places[FIELD_COUNT];
    if (!read_header(&csv, set->arena, places, path, error)) return false;
    struct mapping_table *table = table_of(set, stem(path));
    for (uint32_t count; (count = csv_next(&csv, cells, set->arena)) > 0;) {
        for (int field = 0; field < FIELD_COUNT; field++)
            ordered[field] = places[field] >= 0 && (uint32_t)places[field] < count ? cells[places[field]]
                                                                                   : (struct span){"", 0};
        if (!read_row(set, table, ordered, path, csv.line, level, error)) return false;
    }
    return !csv.broken || wrong(error, path, csv.line,
                                TEXT("引号未闭合，或列太多", "a quote is never closed, or too many columns"));
}

void mapping_targets(struct mapping_set *set, struct span name, struct span csv_text, const char *path) {
    struct csv csv = {.text = csv_text};
    struct span cells[CSV_CELLS];
    struct mapping_table *table = table_of(set, name);
    table->targets_path = path;
    csv_next(&csv, cells, set->arena);
    while (csv_next(&csv, cells, set->arena)) *map_put(&table->targets, cells[0]) = table;
}
