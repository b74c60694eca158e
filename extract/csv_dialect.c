/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/csv.h"
#include "core/language.h"
#include "extract/keyed.h"

static bool one_byte(const char *text, const char *what, int *byte, struct error *error) {
    *byte = -1;
    if (!*text || strcmp(text, "none") == 0 || strcmp(text, "no") == 0) return true;
    if (text[1] || (unsigned char)*text >= 0x80)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("%s 应为一个 ASCII 字符或 none", "%s is one ASCII character or none"), what);
    *byte = (unsigned char)*text;
    return true;
}

static struct span delimiter_span(const char *text) {
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0) return SPAN("\t");
    if (strcmp(text, "space") == 0) return SPAN(" ");
    if (strcmp(text, "pipe") == 0) return SPAN("|");
    if (strcmp(text, "\\x01") == 0) return SPAN("\x01");
    return (struct span){text, strlen(text)};
}

bool csv_set_line_end(struct csv *csv, struct span head, struct error *error) {
    static const struct {
        const char *name;
        enum line_end line_end;
    } kinds[] = {{"lf", LINE_END_LF}, {"crlf", LINE_END_CRLF}, {"cr", LINE_END_CR}, {"any", LINE_END_ANY}};
    bool cr_only = memchr(head.bytes, '\r', head.size) && !memchr(head.bytes, '\n', head.size);
    csv->dialect.line_end = cr_only ? LINE_END_CR : LINE_END_LF;
    if (strcmp(csv->line_end_text, "auto") == 0) return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        csv->dialect.line_end = kinds[i].line_end;
        if (strcmp(csv->line_end_text, kinds[i].name) == 0) return true;
    }
    return error_code(
        error, TROUBLE_USAGE, NULL, "%s",
        TEXT("line_end 应为 auto、lf、crlf、cr 或 any", "line_end is auto, lf, crlf, cr or any"));
}

/* What a dialect means where the spec says nothing. */
static const struct {
    const char *name, *delimiter, *quote, *escape;
    bool header, trailing, closing;
} dialects[] = {{"csv", ",", "\"", "none", true, false, false},
                {"unl", "|", "none", "\\", false, true, true},
                {"spool", "|+|", "none", "none", true, true, false}};

static bool apply_dialect(struct csv *csv, struct error *error) {
    size_t i = 0, count = sizeof dialects / sizeof *dialects;
    while (i < count && csv->dialect_text && strcmp(csv->dialect_text, dialects[i].name) != 0) i++;
    if (i == count)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("dialect 应为 csv、unl 或 spool", "dialect is csv, unl or spool"));
    if (!csv->delimiter_text) csv->delimiter_text = dialects[i].delimiter;
    if (!csv->quote_text) csv->quote_text = dialects[i].quote;
    if (!csv->escape_text) csv->escape_text = dialects[i].escape;
    csv->rows_trailing |= dialects[i].trailing;
    csv->closing = dialects[i].closing;
    if (!csv->header_node && (!dialects[i].header || csv->columns_node)) csv->header = (struct heading){0};
    return true;
}

bool csv_set_dialect(struct csv *csv, struct error *error) {
    if (!heading_read(csv->header_node, csv->input.name, &csv->header, error) || !apply_dialect(csv, error))
        return false;
    csv->dialect.delimiter = delimiter_span(csv->delimiter_text);
    struct span delimiter = csv->dialect.delimiter;
    if (!delimiter.size || memchr(delimiter.bytes, '\n', delimiter.size) ||
        memchr(delimiter.bytes, '\r', delimiter.size))
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("delimiter 不能为空或换行", "delimiter must not be empty or a line end"));
    csv->dialect.bare_quotes = !csv->doubled;
    return one_byte(csv->quote_text, "quote", &csv->dialect.quote, error) &&
           one_byte(csv->escape_text, "escape", &csv->dialect.escape, error) &&
           footer_check(&csv->footer, csv->input.name, error);
}

bool csv_name_columns(struct csv *csv, struct arena *arena, struct error *error) {
    const struct node *node = csv->columns_node;
    if (node && csv->header.row)
        return node_error(node, csv->input.name, error, "%s",
                          TEXT("有表头就不写 columns", "columns is for a text without a header"));
    if (node) {
        struct keyed keyed;
        if (!keyed_open(&keyed, node, csv->input.name, arena, error)) return false;
        csv->columns = keyed.columns;
    }
    for (uint32_t i = 0; csv->absorb && i < csv->columns.count; i++)
        if (span_equal(csv->columns.names[i], (struct span){csv->absorb, strlen(csv->absorb)}))
            csv->absorbing = i + 1;
    return !csv->absorb || csv->absorbing ||
           error_code(error, TROUBLE_USAGE, NULL, TEXT("absorb：没有列“%s”", "absorb: no column \"%s\""),
                      csv->absorb);
}

/* Only cells that stand without quotes side by side: a quoted one holds its delimiters itself. */
bool csv_absorb(const struct csv *csv, struct record *record) {
    uint32_t count = record->cell_count, want = csv->columns.count, at = csv->absorbing - 1;
    if (!csv->absorbing || count <= want || count > COLUMNS_MAX) return false;
    struct piece *pieces = record->pieces;
    bool empty_end = csv->trailing && pieces[count - 1].from == pieces[count - 1].until;
    uint32_t surplus = count - want - (empty_end ? 1 : 0);
    if (!surplus) return false;
    for (uint32_t i = at; i < at + surplus; i++)
        if (pieces[i + 1].from - pieces[i].until != csv->dialect.delimiter.size) return false;
    pieces[at].until = pieces[at + surplus].until;
    for (uint32_t i = at; i <= at + surplus; i++) pieces[at].escaped |= pieces[i].escaped;
    memmove(pieces + at + 1, pieces + at + 1 + surplus, (count - at - 1 - surplus) * sizeof *pieces);
    record->cell_count -= surplus;
    return true;
}

/* Bits for a delimiter: how often it stands in most lines, if it does so equally often. */
static int bid_delimiter(struct span head, char delimiter) {
    int lines = 0, agreeing = 0, count = 0, before = -1;
    char line_end = memchr(head.bytes, '\n', head.size) ? '\n' : '\r';
    for (size_t i = 0; i < head.size; i++) {
        if (head.bytes[i] == delimiter) count++;
        if (head.bytes[i] != line_end) continue;
        lines++;
        agreeing += count && count == before;
        before = count;
        count = 0;
    }
    int most = before > 8 ? 8 : before < 1 ? 1 : before;
    if (lines < 2) return before > 0 || count > 0 ? 6 : 0;
    return agreeing * 2 >= lines - 1 && agreeing ? 8 + most : 0;
}

int csv_bid(struct span head) {
    static const char delimiters[] = ",\t|;^";
    size_t controls = 0, mark = 0;
    int best = 2;
    if (head.size == 0) return 0;
    const char *encoding = text_mark(head, &mark);
    if (encoding && strncmp(encoding, "UTF-16", 6) == 0) return 8;
    for (size_t i = 0; i < head.size; i++) {
        unsigned char byte = (unsigned char)head.bytes[i];
        controls += byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t';
    }
    if (controls * 200 > head.size) return 0;
    for (const char *delimiter = delimiters; *delimiter; delimiter++) {
        int bits = bid_delimiter(head, *delimiter);
        if (bits > best) best = bits;
    }
    return best;
}
