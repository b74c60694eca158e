/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/slip.h"
#include "cli/table.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdlib.h>

enum { WANYUAN_SCALE = 6 };

static struct span cell(const struct table *table, uint32_t row, int column) {
    struct span none = {0};
    if (column < 0 || (uint32_t)column >= table->column_count) return none;
    struct span text = table->cells[row][column];
    while (text.size && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) text.bytes++, text.size--;
    while (text.size && (text.bytes[text.size - 1] == ' ' || text.bytes[text.size - 1] == '\t')) text.size--;
    return text;
}

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)}); /* an empty cell has no bytes */
}

/* 0 for what is no number. */
static int revision_of(struct span text) {
    int64_t number;
    bool good = decimal_read(text, 0, &number) == DECIMAL_OK && number > 0 && number < 1000000;
    return good ? (int)number : 0;
}

/* The header block: a label and, in the next cell that holds something, its value. */
static void read_block(const struct table *table, uint32_t row, struct arena *arena, struct slip *slip) {
    for (int c = 0; c + 1 < (int)table->column_count; c++) {
        struct span label = cell(table, row, c), value = {0};
        for (int v = c + 1; v < (int)table->column_count && !value.size; v++) value = cell(table, row, v);
        const char *text = (const char *)arena_copy(arena, value).bytes;
        if (is(label, "统筹区编码")) slip->admdvs = text;
        if (is(label, "数据期间")) slip->period = text;
        if (is(label, "修订号")) slip->revision = revision_of(value);
        if (is(label, "全量/增量"))
            slip->scope = is(value, "全量") || is(value, "full")    ? SLIP_FULL
                          : is(value, "增量") || is(value, "delta") ? SLIP_DELTA
                                                                    : slip->scope;
    }
}

struct heads {
    int file, member, kind, rows, money, unit;
};

static bool find_heads(const struct table *table, uint32_t row, struct heads *heads) {
    *heads = (struct heads){-1, -1, -1, -1, -1, -1};
    for (int c = 0; c < (int)table->column_count; c++) {
        struct span text = cell(table, row, c);
        if (is(text, "文件名")) heads->file = c;
        if (is(text, "包内成员或工作表")) heads->member = c;
        if (is(text, "数据类别")) heads->kind = c;
        if (is(text, "行数")) heads->rows = c;
        if (is(text, "主要金额合计")) heads->money = c;
        if (is(text, "金额单位")) heads->unit = c;
    }
    return heads->file >= 0 && heads->rows >= 0;
}

static bool bad(const struct table *table, uint32_t row, int column, const char *path, struct error *error) {
    error->at = (struct place){.source = path, .row = table->numbers[row], .column = (uint32_t)column + 1};
    return error_code(error, TROUBLE_REFUSED, NULL, "%s",
                      TEXT("交接单上这一格不是数字", "this cell of the slip is no number"));
}

static bool read_line(const struct table *table, uint32_t row, const struct heads *heads, struct slip *slip,
                      struct error *error) {
    struct slip_line *line = &slip->lines[slip->count];
    *line = (struct slip_line){.file = cell(table, row, heads->file),
                               .member = cell(table, row, heads->member),
                               .kind = cell(table, row, heads->kind),
                               .rows = -1};
    if (!line->file.size) return true;
    struct span rows = cell(table, row, heads->rows), money = cell(table, row, heads->money),
                unit = cell(table, row, heads->unit);
    if (rows.size && decimal_read(rows, 0, &line->rows) != DECIMAL_OK)
        return bad(table, row, heads->rows, slip->path, error);
    int64_t fen = 0;
    int scale = is(unit, "分") ? 0 : is(unit, "万元") ? WANYUAN_SCALE : 2;
    line->money = money.size > 0;
    if (money.size && decimal_read(money, scale, &fen) != DECIMAL_OK)
        return bad(table, row, heads->money, slip->path, error);
    line->fen = fen;
    slip->count++;
    return true;
}

bool slip_read(const char *path, const char *member, const struct bytes_limits *limits, struct arena *arena,
               struct slip *slip, struct error *error) {
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    struct table table;
    struct heads heads = {0};
    bool lines = false;
    const char **sheets = NULL;
    uint32_t sheet_count = 0;
    *slip = (struct slip){.path = path,
                          .admdvs = "",
                          .period = "",
                          .lines = ARENA_NEW(arena, struct slip_line, SLIP_LINES_MAX)};
    if (!table_sheets(path, member, limits, arena, &sheets, &sheet_count, error)) return false;
    if (!table_read(path, member, sheet_count ? sheets[0] : NULL, &read, limits, arena, &table, error))
        return false;
    for (uint32_t row = 0; row < table.row_count; row++) {
        if (slip->count == SLIP_LINES_MAX)
            return error_code(error, TROUBLE_REFUSED, NULL, TEXT("%s 超过 %d 行", "%s: more than %d lines"),
                              path, SLIP_LINES_MAX);
        if (!lines && find_heads(&table, row, &heads)) lines = true;
        else if (!lines) read_block(&table, row, arena, slip);
        else if (!read_line(&table, row, &heads, slip, error)) return false;
    }
    return true;
}

static bool speaks_of(const struct slip_line *line, const struct found *file) {
    const char *base = strrchr(file->path, '/');
    return is(line->file, base ? base + 1 : file->path) || is(line->file, file->path);
}

bool slip_names(const struct slip *slip, const struct found *file) {
    for (uint32_t i = 0; i < slip->count; i++)
        if (speaks_of(&slip->lines[i], file)) return true;
    return false;
}

const struct slip_line *slip_find(const struct slip *slip, const struct found *file, const struct job *job) {
    const char *base = strrchr(file->path, '/');
    base = base ? base + 1 : file->path;
    const struct kind *kind = job->spec->kind;
    const struct slip_line *found = NULL;
    for (uint32_t i = 0; i < slip->count; i++) {
        const struct slip_line *line = &slip->lines[i];
        if (!is(line->file, base) && !is(line->file, file->path)) continue;
        if (!is(line->member, job->inside) && (line->member.size || job->inside[0])) continue;
        if (is(line->kind, kind->name) || is(line->kind, kind->label)) return line;
        if (!found) found = line;
    }
    return found;
}
