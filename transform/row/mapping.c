/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/mapping.h"
#include "core/language.h"
#include "transform/row/cells.h"
#include "transform/row/csv.h"
#include "transform/row/date.h"
#include "transform/row/mapping_index.h"

static const char *const fields[] = {"source_system", "source_code", "source_label",  "when_column",
                                     "when_value",    "target_code", "target_label",  "valid_from",
                                     "valid_until",   "status",      "justification", "author",
                                     "reviewer"};

void mapping_begin(struct mapping_set *set, struct arena *arena) {
    *set = (struct mapping_set){.arena = arena, .tables = {.arena = arena}};
}

struct mapping_table *mapping_table_of(struct mapping_set *set, struct span name) {
    void **place = map_put(&set->tables, name);
    if (!*place) {
        struct mapping_table *table = ARENA_NEW(set->arena, struct mapping_table, 1);
        *table = (struct mapping_table){.name = name, .set = set, .targets = {.arena = set->arena}};
        *place = table;
    }
    return *place;
}

const struct mapping_table *mapping_find(const struct mapping_set *set, struct span name) {
    return map_get(&set->tables, name);
}

struct span mapping_system(const struct mapping_set *set, const struct mapping_row *row) {
    return set->systems[row->system];
}

struct span mapping_result(const struct mapping_row *row, struct span code) {
    return row->target.size == 1 && row->target.bytes[0] == '=' ? code : row->target;
}

void mapping_use_merge(struct mapping_use *into, const struct mapping_use *from, uint32_t row_count) {
    for (uint32_t row = 0; row < row_count; row++) {
        if (!from[row].rows) continue;
        into[row].rows += from[row].rows;
        into[row].fen += from[row].fen;
        if (!from[row].dated) continue;
        if (!into[row].dated || from[row].first < into[row].first) into[row].first = from[row].first;
        if (!into[row].dated || from[row].last > into[row].last) into[row].last = from[row].last;
        into[row].dated = true;
    }
}

bool mapping_fault(struct mapping_set *set, struct error *error) {
    if (!set->gather) return false;
    if (set->fault_count == set->fault_capacity) {
        uint32_t capacity = set->fault_capacity ? set->fault_capacity * 2 : 64;
        struct mapping_fault *faults = ARENA_NEW(set->arena, struct mapping_fault, capacity);
        if (set->fault_count) memcpy(faults, set->faults, set->fault_count * sizeof *faults);
        set->faults = faults;
        set->fault_capacity = capacity;
    }
    size_t size = strlen(error->message) + 1;
    char *message = ARENA_NEW(set->arena, char, size);
    memcpy(message, error->message, size);
    set->faults[set->fault_count++] = (struct mapping_fault){error->at, error->code, message};
    *error = (struct error){0};
    return true;
}

static bool wrong_line(struct error *error, const struct mapping_file *file, uint32_t line,
                       const char *sentence) {
    error->at = (struct place){.source = file->path, .row = line};
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 第 %u 行：%s", "%s line %u: %s"), file->path, line,
                      sentence);
}

static bool wrong(struct error *error, const struct mapping_file *file, uint32_t line,
                  enum mapping_field field, const char *sentence) {
    error->at = (struct place){.source = file->path, .row = line, .column = file->columns[field]};
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 第 %u 行 %s 列：%s", "%s line %u column %s: %s"),
                      file->path, line, fields[field], sentence);
}

/* mappings/qinghe/insutype.csv: insutype */
static struct span stem(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    return (struct span){name, dot ? (size_t)(dot - name) : strlen(name)};
}

static bool read_header(struct csv *csv, struct arena *arena, struct mapping_file *file,
                        struct error *error) {
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(csv, cells, arena);
    for (int field = 0; field < FIELD_COUNT; field++) {
        for (uint32_t cell = 0; cell < count; cell++)
            if (span_is(cells[cell], fields[field])) file->columns[field] = (uint8_t)(cell + 1);
        bool optional = field == FIELD_LABEL || field == FIELD_TARGET_LABEL;
        if (file->columns[field] || optional) continue;
        error->at = (struct place){.source = file->path, .row = 1};
        return error_code(error, TROUBLE_USAGE, "header.missing_column",
                          TEXT("%s：映射表缺少列 %s", "%s: the mapping table has no column %s"), file->path,
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

static enum mapping_status status_of(const struct span cells[FIELD_COUNT]) {
    if (span_is(cells[FIELD_STATUS], "draft")) return MAPPING_DRAFT;
    bool two = cells[FIELD_AUTHOR].size && cells[FIELD_REVIEWER].size &&
               !span_equal(cells[FIELD_AUTHOR], cells[FIELD_REVIEWER]);
    return two ? MAPPING_REVIEWED : MAPPING_SELF_REVIEWED;
}

/* What is wrong in a line by itself, and in which field; or NULL. */
static const char *fault_of(const struct span cells[FIELD_COUNT], struct mapping_row *row,
                            struct arena *arena, enum mapping_field *field) {
    *field = FIELD_STATUS;
    if (!span_is(cells[FIELD_STATUS], "draft") && !span_is(cells[FIELD_STATUS], "reviewed"))
        return TEXT("status 只能是 draft、reviewed 或 rejected", "status is draft, reviewed or rejected");
    *field = FIELD_FROM;
    if (!read_bound(cells[FIELD_FROM], INT32_MIN, arena, &row->from)) return TEXT("不是日期", "no date");
    *field = FIELD_UNTIL;
    if (!read_bound(cells[FIELD_UNTIL], INT32_MAX, arena, &row->until)) return TEXT("不是日期", "no date");
    if (row->from >= row->until) return TEXT("不晚于 valid_from", "it is not after valid_from");
    *field = FIELD_JUSTIFICATION;
    if (row->reviewed && row->target.size == 0 && !row->justified)
        return TEXT("target_code 为空表示不移交，必须写明 justification",
                    "an empty target_code means not handed over and needs a justification");
    *field = cells[FIELD_WHEN_COLUMN].size ? FIELD_WHEN_VALUE : FIELD_WHEN_COLUMN;
    if ((cells[FIELD_WHEN_COLUMN].size == 0) != (cells[FIELD_WHEN_VALUE].size == 0))
        return TEXT("when_column 和 when_value 要么都写，要么都不写",
                    "when_column and when_value go together");
    return NULL;
}

static const struct mapping_review *review_of(struct mapping_set *set, struct span author,
                                              struct span reviewer) {
    const struct mapping_review *last = set->row_count ? set->rows[set->row_count - 1]->review : NULL;
    if (last && span_equal(last->author, author) && span_equal(last->reviewer, reviewer)) return last;
    struct mapping_review *review = ARENA_NEW(set->arena, struct mapping_review, 1);
    *review = (struct mapping_review){author, reviewer};
    return review;
}

static bool is_pattern(struct span text) {
    return text.size > 2 && text.bytes[0] == '/' && text.bytes[text.size - 1] == '/';
}

static void *compile(struct mapping_set *set, struct span text) {
    return mapping_compile((struct span){text.bytes + 1, text.size - 2}, set->arena);
}

static bool add_pattern(struct mapping_set *set, struct mapping_row *row) {
    if (!is_pattern(row->code)) return true;
    struct mapping_table *table = row->file->table;
    row->pattern = ARENA_NEW(set->arena, struct mapping_pattern, 1);
    *row->pattern =
        (struct mapping_pattern){.code = compile(set, row->code), .row = row, .next = table->patterns};
    if (row->pattern->code) table->patterns = row->pattern;
    return row->pattern->code != NULL;
}

static bool add_condition(struct mapping_set *set, struct mapping_row *row, struct span column,
                          struct span value) {
    if (!column.size) return true;
    struct mapping_condition *when = ARENA_NEW(set->arena, struct mapping_condition, 1);
    *when = (struct mapping_condition){column, value, is_pattern(value) ? compile(set, value) : NULL};
    row->when = when;
    row->file->table->conditional = true;
    return when->pattern || !is_pattern(value);
}

/* Reads one line; a row with status rejected is a proposal that was turned down, and is left out. */
static bool read_row(struct mapping_set *set, struct mapping_file *file, struct mapping_row *row,
                     const struct span cells[FIELD_COUNT], uint32_t line, struct error *error) {
    if (span_is(cells[FIELD_STATUS], "rejected")) return true;
    *row = (struct mapping_row){.file = file,
                                .code = cells[FIELD_CODE],
                                .label = cells[FIELD_LABEL],
                                .target = cells[FIELD_TARGET],
                                .target_label = cells[FIELD_TARGET_LABEL],
                                .justified = cells[FIELD_JUSTIFICATION].size > 0,
                                .line = line,
                                .status = (uint8_t)status_of(cells)};
    row->reviewed = row->status == MAPPING_REVIEWED;
    enum mapping_field field;
    const char *fault = fault_of(cells, row, set->arena, &field);
    if (fault) return wrong(error, file, line, field, fault) || mapping_fault(set, error);
    const char *spelt = TEXT("样式写错", "the pattern is wrong");
    if (!add_condition(set, row, cells[FIELD_WHEN_COLUMN], cells[FIELD_WHEN_VALUE]))
        return wrong(error, file, line, FIELD_WHEN_VALUE, spelt) || mapping_fault(set, error);
    if (!add_pattern(set, row))
        return wrong(error, file, line, FIELD_CODE, spelt) || mapping_fault(set, error);
    if (!mapping_index_system(set, cells[FIELD_SYSTEM], &row->system))
        return wrong(error, file, line, FIELD_SYSTEM, TEXT("source_system 太多", "too many source systems"));
    row->review = review_of(set, cells[FIELD_AUTHOR], cells[FIELD_REVIEWER]);
    set->unreviewed += row->status == MAPPING_SELF_REVIEWED;
    row->number = set->row_count;
    set->rows[set->row_count++] = row;
    file->row_count++;
    if (!mapping_index_put(file->table, row))
        return wrong(error, file, line, FIELD_CODE, TEXT("同一代码的行太多", "too many rows of one code")) ||
               mapping_fault(set, error);
    return true;
}

/* Room for as many rows as the text has lines, so that nothing is copied while it is read. */
static struct mapping_row *make_room(struct mapping_set *set, struct mapping_table *table, struct span text) {
    uint32_t lines = 1;
    const char *end = text.bytes + text.size;
    for (const char *at = text.bytes; at && at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines++;
    if (set->row_count + lines > set->capacity) {
        uint32_t capacity = set->row_count + lines;
        if (capacity < 2 * set->capacity) capacity = 2 * set->capacity;
        struct mapping_row **rows = ARENA_NEW(set->arena, struct mapping_row *, capacity);
        if (set->row_count) memcpy(rows, set->rows, set->row_count * sizeof(struct mapping_row *));
        set->rows = rows;
        set->capacity = capacity;
    }
    mapping_index_reserve(table, lines);
    return ARENA_NEW(set->arena, struct mapping_row, lines);
}

bool mapping_read(struct mapping_set *set, struct span csv_text, const char *path, enum mapping_level level,
                  struct error *error) {
    struct csv csv = {.text = csv_text};
    struct span cells[CSV_CELLS], ordered[FIELD_COUNT];
    struct mapping_file *file = ARENA_NEW(set->arena, struct mapping_file, 1);
    *file = (struct mapping_file){.path = path, .level = level, .first = set->row_count};
    if (!read_header(&csv, set->arena, file, error)) return mapping_fault(set, error);
    file->table = mapping_table_of(set, stem(path));
    struct mapping_row *row = make_room(set, file->table, csv_text);
    for (uint32_t count; (count = csv_next(&csv, cells, set->arena)) > 0; row++) {
        for (int field = 0; field < FIELD_COUNT; field++) {
            uint32_t column = file->columns[field];
            ordered[field] = column && column <= count ? cells[column - 1] : (struct span){"", 0};
        }
        if (!read_row(set, file, row, ordered, csv.line, error)) return false;
    }
    return !csv.broken ||
           wrong_line(error, file, csv.line,
                      TEXT("引号未闭合，或列太多", "a quote is never closed, or too many columns")) ||
           mapping_fault(set, error);
}

void mapping_targets(struct mapping_set *set, struct span name, struct span csv_text, const char *path) {
    struct csv csv = {.text = csv_text};
    struct span cells[CSV_CELLS];
    struct mapping_table *table = mapping_table_of(set, name);
    table->targets_path = path;
    csv_next(&csv, cells, set->arena);
    while (csv_next(&csv, cells, set->arena)) *map_put(&table->targets, cells[0]) = table;
}

bool mapping_format(struct mapping_set *set, struct span name, struct span expression, const char *path) {
    struct mapping_table *table = mapping_table_of(set, name);
    table->format = mapping_compile(expression, set->arena);
    if (!table->targets_path) table->targets_path = path;
    return table->format != NULL;
}
