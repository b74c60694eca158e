/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/query.h"
#include "core/decimal.h"
#include "core/language.h"
#include "core/shipped.h"
#include <stdio.h>

enum { FIELDS_MAX = 5, COLUMN_WIDTH_MAX = 200, REPEATED_COLUMNS = 3 };

struct parsing {
    struct arena *arena;
    struct query *query;
    const char *name;
    uint32_t line;
    struct error *error;
};

static bool bad(const struct parsing *parsing, const char *what) {
    return error_set(parsing->error, "%s:%u: %s", parsing->name, parsing->line, what);
}

static struct span trim(struct span text) {
    while (text.size && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) text.bytes++, text.size--;
    while (text.size && strchr(" \t\r", text.bytes[text.size - 1])) text.size--;
    return text;
}

/* Cuts "a | b | c" into trimmed fields; the rest stay empty. */
static uint32_t cut(struct span text, struct span fields[FIELDS_MAX]) {
    uint32_t count = 0;
    for (uint32_t f = 0; f < FIELDS_MAX; f++) fields[f] = (struct span){"", 0};
    while (text.bytes && count < FIELDS_MAX) {
        const char *bar = text.size ? memchr(text.bytes, '|', text.size) : NULL;
        size_t size = bar ? (size_t)(bar - text.bytes) : text.size;
        fields[count++] = trim((struct span){text.bytes, size});
        text = bar ? (struct span){bar + 1, text.size - size - 1} : (struct span){0};
    }
    return count;
}

static bool starts(struct span text, const char *with, struct span *rest) {
    size_t size = strlen(with);
    if (text.size < size || memcmp(text.bytes, with, size) != 0) return false;
    *rest = trim((struct span){text.bytes + size, text.size - size});
    return true;
}

static bool read_show(const struct parsing *parsing, struct span word, struct query_sheet *sheet,
                      uint32_t at) {
    static const struct {
        const char *word;
        enum show show;
        enum prepare prepare;
    } words[] = {
        {"text", SHOW_TEXT, PREPARE_NONE},     {"fill", SHOW_FILL, PREPARE_NONE},
        {"link", SHOW_LINK, PREPARE_NONE},     {"share", SHOW_SHARE, PREPARE_NONE},
        {"value", SHOW_VALUE, PREPARE_NONE},   {"sentence", SHOW_TEXT, PREPARE_SENTENCE},
        {"masked", SHOW_TEXT, PREPARE_MASKED}, {"code", SHOW_TEXT, PREPARE_CODE},
        {"key", SHOW_TEXT, PREPARE_KEY},       {"change", SHOW_CHANGE, PREPARE_NONE},
    };
    struct span rest;
    if (word.size == 0) return true;
    if (starts(word, "choice ", &rest)) {
        sheet->columns[at].show = SHOW_CHOICE;
        sheet->columns[at].choices = rest;
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!span_equal(word, (struct span){words[i].word, strlen(words[i].word)})) continue;
        sheet->columns[at].show = words[i].show;
        sheet->prepare[at] = words[i].prepare;
        return true;
    }
    return bad(parsing, "unknown way to show a column");
}

static bool read_column(const struct parsing *parsing, struct span text, struct query_sheet *sheet) {
    struct span fields[FIELDS_MAX];
    uint32_t count = cut(text, fields), at = sheet->column_count;
    if (count < 3 || at == QUERY_COLUMNS_MAX) return bad(parsing, "column: name | zh | en | width | show");
    int width = 0;
    for (size_t i = 0; i < fields[3].size; i++) {
        if (fields[3].bytes[i] < '0' || fields[3].bytes[i] > '9' || width > COLUMN_WIDTH_MAX)
            return bad(parsing, "a width is a number up to 200");
        width = width * 10 + (fields[3].bytes[i] - '0');
    }
    sheet->columns[at] = (struct result_column){
        .name = fields[0], .zh = fields[1], .en = fields[2], .show = SHOW_TEXT, .width = width};
    sheet->column_count++;
    return read_show(parsing, fields[4], sheet, at);
}

/* "amount_fen | 5": where the second page begins, and how many columns stand on both. */
static bool read_page(const struct parsing *parsing, struct span text, struct query_sheet *sheet) {
    struct span fields[FIELDS_MAX];
    int64_t repeated = REPEATED_COLUMNS;
    if (cut(text, fields) > 1 && (decimal_read(fields[1], 0, &repeated) != DECIMAL_OK || repeated < 1 ||
                                  repeated >= QUERY_COLUMNS_MAX))
        return bad(parsing, "page: name | how many columns are repeated");
    sheet->page = fields[0];
    sheet->repeated = (uint32_t)repeated;
    return true;
}

static bool read_of(const struct parsing *parsing, struct span word) {
    static const char *const words[] = {[OF_COUNTY] = "county", [OF_CITY] = "city", [OF_VOUCHER] = "voucher"};
    for (size_t w = OF_COUNTY; w < sizeof words / sizeof *words; w++)
        if (span_equal(word, (struct span){words[w], strlen(words[w])})) {
            parsing->query->of = (enum query_of)w;
            return true;
        }
    return bad(parsing, "of: county, city or voucher");
}

/* A comment that says something to us; any other line belongs to the statement. */
static bool read_comment(struct parsing *parsing, struct span line, bool *taken) {
    struct query *query = parsing->query;
    struct query_sheet *sheet = query->sheet_count ? &query->sheets[query->sheet_count - 1] : NULL;
    struct span rest, fields[FIELDS_MAX];
    *taken = true;
    if (starts(line, "-- report:", &rest)) {
        cut(rest, fields);
        query->zh = fields[0];
        query->en = fields[1];
        return true;
    }
    if (starts(line, "-- of:", &rest)) return read_of(parsing, rest);
    bool below = starts(line, "-- below:", &rest);
    if (below || starts(line, "-- sheet:", &rest)) {
        if (query->sheet_count == QUERY_SHEETS_MAX) return bad(parsing, "too many sheets");
        cut(rest, fields);
        query->sheets[query->sheet_count++] =
            (struct query_sheet){.zh = fields[0], .en = fields[1], .below = below};
        return true;
    }
    *taken = sheet != NULL;
    if (!sheet) return true;
    if (starts(line, "-- column:", &rest)) return read_column(parsing, rest, sheet);
    if (starts(line, "-- stream:", &rest)) return sheet->stream = true;
    if (starts(line, "-- page:", &rest)) return read_page(parsing, rest, sheet);
    if (starts(line, "-- screen:", &sheet->screen)) return true;
    bool note = starts(line, "-- note:", &rest);
    *taken = note || starts(line, "-- empty:", &rest);
    if (!*taken) return true;
    cut(rest, fields);
    if (note) sheet->note = result_label(fields[0], fields[1]);
    else sheet->empty = result_label(fields[0], fields[1]);
    return true;
}

/* Appends a line to the statement: as the file is small, each time into new room. */
static void add_line(struct parsing *parsing, struct span line) {
    struct query_sheet *sheet = &parsing->query->sheets[parsing->query->sheet_count - 1];
    sheet->sql =
        result_format(parsing->arena, "%s%.*s\n", sheet->sql ? sheet->sql : "", (int)line.size, line.bytes)
            .bytes;
}

bool query_parse(struct span text, const char *name, struct arena *arena, struct query *query,
                 struct error *error) {
    struct parsing parsing = {arena, query, name, 0, error};
    *query = (struct query){0};
    while (text.size) {
        const char *end = memchr(text.bytes, '\n', text.size);
        size_t size = end ? (size_t)(end - text.bytes) : text.size;
        struct span line = trim((struct span){text.bytes, size});
        text = (struct span){text.bytes + size + (end ? 1 : 0), text.size - size - (end ? 1 : 0)};
        parsing.line++;
        bool taken = false;
        if (!read_comment(&parsing, line, &taken)) return false;
        bool said = taken || line.size == 0 || (line.size >= 2 && memcmp(line.bytes, "--", 2) == 0);
        if (said) continue;
        if (query->sheet_count == 0) return bad(&parsing, "a statement before its sheet");
        add_line(&parsing, line);
    }
    for (uint32_t s = 0; s < query->sheet_count; s++)
        if (!query->sheets[s].sql) return bad(&parsing, "a sheet without a statement");
    return query->sheet_count ? true : bad(&parsing, "no sheet");
}

bool query_find(const char *name, struct arena *arena, struct query *query, struct error *error) {
    char path[128];
    struct span text;
    snprintf(path, sizeof path, "report/sql/%s.sql", name);
    if (!shipped_find(path, &text))
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有报表 %s", "there is no report %s"), name);
    return query_parse(text, path, arena, query, error);
}
