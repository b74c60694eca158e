/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/guess.h"
#include "core/language.h"
#include "extract/extract.h"
#include "extract/xlsx/sheet.h"

/* How far down a header is looked for. */
enum { SEARCH_ROWS = 30, HEADER_CELLS_MIN = 3, TITLE_BYTES = 500 };

struct top_row {
    uint32_t number, filled, texts, first, last;
    struct span title; /* its cells, one blank between */
};

static bool is_text(struct span text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (!(c >= '0' && c <= '9') && !memchr("+-.,/: eE", c, 9)) return true;
    }
    return false;
}

static void add_cell(struct top_row *top, uint32_t column, struct span text, struct arena *arena) {
    if (!text.size) return;
    if (!top->filled) top->first = column;
    top->last = column;
    top->filled++;
    top->texts += is_text(text);
    if (top->title.size < TITLE_BYTES) {
        const char *title =
            arena_print(arena, "%.*s%s%.*s", (int)top->title.size, top->title.size ? top->title.bytes : "",
                        top->title.size ? " " : "", (int)text.size, text.bytes);
        top->title = (struct span){title, strlen(title)};
    }
}

static struct top_row read_top(const struct sheet_row *row, struct arena *arena) {
    struct top_row top = {.number = row->number};
    for (uint32_t i = 0; i < row->count; i++) add_cell(&top, row->cells[i].column, row->cells[i].text, arena);
    return top;
}

/* The header is the first row that is nothing but texts and nearly as wide as the rows below. */
static const struct top_row *find_header(const struct top_row *rows, uint32_t count) {
    uint32_t widest = 0;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].filled > widest) widest = rows[i].filled;
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].filled >= HEADER_CELLS_MIN && rows[i].texts == rows[i].filled &&
            rows[i].filled * 2 >= widest)
            return &rows[i];
    return count ? &rows[0] : NULL;
}

/* Two rows when a name of the first reaches down or over several columns. */
static uint32_t header_rows(const struct top_row *header, const struct sheet_reader *reader) {
    uint32_t rows = 1;
    for (uint32_t i = 0; i < reader->merge_count; i++) {
        const struct merge *merge = &reader->merges[i];
        if (merge->top != header->number || merge->first > header->last) continue;
        uint32_t deep = merge->bottom - merge->top + 1;
        if (deep == 1 && merge->last > merge->first && merge->first + 1 < header->last + 2) deep = 2;
        if (deep > rows && deep <= 4) rows = deep;
    }
    return rows;
}

/* What stands above the header, and the settings that read what is below. */
static void say_header(struct guess_source *source, const struct top_row *rows, const struct top_row *header,
                       uint32_t deep, struct arena *arena) {
    const char *titles = "";
    for (const struct top_row *top = rows; top < header; top++)
        titles = arena_print(arena, "%s%.*s\n", titles, (int)top->title.size, top->title.bytes);
    source->titles = (struct span){titles, strlen(titles)};
    source->read = arena_print(arena,
                               "{format: %s%s%s, header: {row: %u, rows: %u, join: \"/\"}, subtotal: "
                               "\"*小计\", total: [\"*合计\", \"*总计\"], footer: [\"备注*\", \"制表*\"]",
                               source->format, source->encoding ? ", encoding: " : "",
                               source->encoding ? source->encoding : "", header->number, deep);
    if (header->number > 1)
        guess_note(source, arena_print(arena, TEXT("前 %u 行是标题", "%u title rows"), header->number - 1));
    guess_note(source, arena_print(arena,
                                   deep > 1 ? TEXT("表头第 %u 行起 %u 行，有合并单元格",
                                                   "header from row %u, %u rows with merged cells")
                                            : TEXT("表头在第 %u 行，共 %u 行", "header in row %u, %u row"),
                                   header->number, deep));
}

static bool look(struct guess_source *source, struct sheet_reader *reader, struct arena *arena,
                 struct error *error) {
    struct top_row rows[SEARCH_ROWS];
    struct sheet_row row;
    uint32_t count = 0;
    enum flow flow = FLOW_MORE;
    reader->merge_rows = SEARCH_ROWS;
    while (count < SEARCH_ROWS && (flow = sheet_next(reader, &row, error)) == FLOW_MORE)
        rows[count++] = read_top(&row, arena);
    if (flow == FLOW_FAILED || (flow == FLOW_MORE && !sheet_finish(reader, error))) return false;
    const struct top_row *header = find_header(rows, count);
    if (!header)
        return error_code(error, TROUBLE_REFUSED, "header.not_found", "%s",
                          TEXT("工作表是空的", "the sheet is empty"));
    say_header(source, rows, header, header_rows(header, reader), arena);
    return true;
}

bool guess_sheet(struct guess_source *source, struct arena *arena, struct error *error) {
    struct workbook workbook;
    struct sheet_values values;
    struct sheet_reader reader;
    const struct sheet *sheet;
    bool ok = xlsx_workbook_open(&workbook, source->path, source->member, source->limits, arena, error);
    if (ok && (sheet = xlsx_workbook_sheet(&workbook, source->sheet, error)) &&
        (ok = sheet_values_read(&values, &workbook, error))) {
        if ((ok = sheet_open(&reader, &workbook, sheet, &values, error))) {
            ok = look(source, &reader, arena, error);
            sheet_close(&reader);
        }
        sheet_values_free(&values);
    }
    xlsx_workbook_close(&workbook);
    return ok && source->read;
}

/* Without merges to see: two rows when the second fills what the first leaves empty, and is no data. */
static uint32_t header_depth(const struct top_row *header, const struct top_row *end) {
    const struct top_row *next = header + 1;
    bool gaps = header->filled < header->last - header->first + 1;
    /* A merged name at the right end leaves its gap behind the last name. */
    bool behind = next < end && next->last > header->last && next->filled <= next->last - header->first;
    return (gaps || behind) && next < end && next->filled && next->texts == next->filled &&
                   header->filled + next->filled >= header->last - header->first + 1 &&
                   next->filled < header->filled + 2
               ? 2
               : 1;
}

/* The first rows as the format's own extractor reads them without a header. */
static bool read_tops(struct guess_source *source, struct top_row *rows, uint32_t *count, struct arena *arena,
                      struct error *error) {
    struct node *read = ARENA_NEW(arena, struct node, 1);
    const char *text = arena_print(arena, "{header: no%s%s}", source->encoding ? ", encoding: " : "",
                                   source->encoding ? source->encoding : "");
    struct input input = {.path = source->path,
                          .member = source->member,
                          .name = source->name,
                          .sheet = source->sheet,
                          .limits = source->limits,
                          .read = read};
    struct stage reader;
    struct columns columns;
    struct batch batch = {0};
    if (!yaml_read((struct span){text, strlen(text)}, "guess", arena, read, error) ||
        !extract_open(extract_find((struct span){source->format, strlen(source->format)}), &input, arena,
                      &reader, &columns, error))
        return false;
    bool ok = reader.kind->run(&reader, &batch, error) != FLOW_FAILED;
    for (uint32_t r = 0; ok && r < batch.row_count && *count < SEARCH_ROWS; r++) {
        struct top_row *top = &rows[(*count)++];
        *top = (struct top_row){.number = (uint32_t)batch.rows[r].number};
        for (uint32_t c = 0; c < batch.source->count; c++) add_cell(top, c, batch.cells[c][r], arena);
    }
    arena_free(&batch.arena);
    extract_close(&reader);
    return ok;
}

bool guess_grid(struct guess_source *source, struct arena *arena, struct error *error) {
    struct top_row rows[SEARCH_ROWS];
    uint32_t count = 0;
    if (!read_tops(source, rows, &count, arena, error)) return false;
    const struct top_row *header = find_header(rows, count);
    if (!header)
        return error_code(error, TROUBLE_REFUSED, "header.not_found", "%s",
                          TEXT("工作表是空的", "the sheet is empty"));
    say_header(source, rows, header, header_depth(header, rows + count), arena);
    return true;
}
