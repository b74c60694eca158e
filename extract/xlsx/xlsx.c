/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Workbooks of Excel 2007 and later, WPS, LibreOffice, POI: streamed row by row out of the zip.
   Memory: shared strings (xlsx/strings.h), one row, and the batch; nothing is sized by what the file
   declares.
   Measured: 50,000 rows of 24 cells, half of them shared strings, typed and counted in 0.18 s of one core,
   22 MB resident. */
#include "extract/extract.h"
#include "core/language.h"
#include "extract/footer.h"
#include "extract/xlsx/fill.h"
#include "extract/xlsx/header.h"
#include <stdio.h>
#include <stdlib.h>

/* A batch of a wide sheet has fewer rows, so that its cells stay within 4 MiB of spans. */
enum { BATCH_CELLS = 256 << 10, GLOBS_MAX = 32 };

struct globs {
    struct span list[GLOBS_MAX];
    uint32_t count;
};

struct xlsx {
    struct input input;
    const struct node *header_node, *fill_node;
    struct fill fill;
    struct footer footer; /* its patterns, where the spec gives them */
    struct heading header;
    struct globs totals, footers;
    struct workbook workbook;
    struct sheet_values values;
    struct sheet_reader reader;
    struct columns columns;
    uint64_t batches;
    struct span heads[HEADING_ROWS_MAX]; /* raw header rows, malloc'd, to know them when they come again */
    uint32_t last_row;                   /* of the sheet, given out last */
    struct sheet_row held;               /* count > 0: to be given out after a merged header row */
};

/* "*合计,*总计" as patterns; Chinese commas too, as people type them. */
static bool globs_add(struct globs *globs, struct span rest, struct error *error) {
    while (rest.size) {
        size_t size = 0, comma = 0;
        for (; size < rest.size && !comma; size += !comma) {
            bool wide = rest.size - size >= 3 &&
                        (memcmp(rest.bytes + size, "，", 3) == 0 || memcmp(rest.bytes + size, "、", 3) == 0);
            comma = rest.bytes[size] == ',' ? 1 : wide ? 3 : 0;
        }
        if (size && globs->count == GLOBS_MAX)
            return error_code(error, TROUBLE_USAGE, NULL, TEXT("通配符超过 %d 个", "more than %d globs"),
                              GLOBS_MAX);
        if (size) globs->list[globs->count++] = (struct span){rest.bytes, size};
        rest = (struct span){rest.bytes + size + comma, rest.size - size - comma};
    }
    return true;
}

/* A spec's own patterns replace the customary ones. */
static bool globs_read(struct globs *globs, const struct node *node, const char *customary,
                       struct error *error) {
    if (!node) return globs_add(globs, (struct span){customary, strlen(customary)}, error);
    if (node->kind == NODE_SCALAR) return globs_add(globs, node->text, error);
    for (uint32_t i = 0; i < node->count; i++)
        if (!globs_add(globs, node->items[i].text, error)) return false;
    return true;
}

static bool globs_fit(const struct globs *globs, struct span text) {
    for (uint32_t i = 0; i < globs->count; i++)
        if (footer_match(globs->list[i], text)) return true;
    return false;
}

/* Whether the sheet holds any value; a damaged one does, so that reading it says what is wrong. */
static bool holds_values(struct xlsx *xlsx, const struct sheet *sheet) {
    struct error ignored = {0};
    struct sheet_reader reader;
    struct sheet_row row;
    bool holds = !sheet_open(&reader, &xlsx->workbook, sheet, &xlsx->values, &ignored) ||
                 sheet_next(&reader, &row, &ignored) != FLOW_END;
    sheet_close(&reader);
    return holds;
}

/* Without a name, the only visible sheet with anything in it: old Excel made three and people fill one. */
static const struct sheet *choose_sheet(struct xlsx *xlsx, struct error *error) {
    const struct sheet *only = NULL, *first = NULL;
    uint32_t count = 0;
    for (uint32_t i = 0; !xlsx->input.sheet && i < xlsx->workbook.sheet_count; i++) {
        const struct sheet *sheet = &xlsx->workbook.sheets[i];
        if (sheet->hidden) continue;
        if (!first) first = sheet;
        if (holds_values(xlsx, sheet)) only = sheet, count++;
    }
    if (count == 1) return only;
    if (count == 0 && first) return first;
    return xlsx_workbook_sheet(&xlsx->workbook, xlsx->input.sheet, error);
}

static bool xlsx_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct xlsx *xlsx = stage->state;
    const struct input *input = &xlsx->input;
    xlsx->values.strings = (struct strings){GROWING_EMPTY, GROWING_EMPTY, 0};
    if (!heading_read(xlsx->header_node, input->name, &xlsx->header, error) ||
        !footer_check(&xlsx->footer, input->name, error) ||
        !globs_read(&xlsx->totals, xlsx->footer.subtotal, "*小计", error) ||
        !globs_read(&xlsx->totals, xlsx->footer.total, "*合计,*总计", error) ||
        !globs_read(&xlsx->footers, xlsx->footer.footer, "备注*,注：*,注:*,说明*,制表*,填表*,审核*", error) ||
        !xlsx_workbook_open(&xlsx->workbook, input->path, input->member, input->limits, stage->arena, error))
        return false;
    if (!sheet_values_read(&xlsx->values, &xlsx->workbook, error)) return false;
    const struct sheet *sheet = choose_sheet(xlsx, error);
    if (!sheet) return false;
    /* The names come first, and their merged cells stand last: the part is opened twice. */
    bool ok = sheet_open(&xlsx->reader, &xlsx->workbook, sheet, &xlsx->values, error) &&
              header_read(&xlsx->header, &xlsx->reader, stage->arena, &xlsx->columns, error);
    sheet_close(&xlsx->reader);
    if (ok && xlsx->fill_node) {
        uint32_t end = xlsx->header.row ? xlsx->header.row + xlsx->header.rows - 1 : 0;
        ok = sheet_open(&xlsx->reader, &xlsx->workbook, sheet, &xlsx->values, error) &&
             fill_read(&xlsx->fill, xlsx->fill_node, input->name, &xlsx->columns, &xlsx->reader, end,
                       stage->arena, error);
        sheet_close(&xlsx->reader);
    }
    *columns = xlsx->columns;
    return ok && sheet_open(&xlsx->reader, &xlsx->workbook, sheet, &xlsx->values, error);
}

static void xlsx_close(struct stage *stage) {
    struct xlsx *xlsx = stage->state;
    sheet_close(&xlsx->reader);
    sheet_values_free(&xlsx->values);
    fill_free(&xlsx->fill);
    for (uint32_t i = 0; i < HEADING_ROWS_MAX; i++) free((void *)(uintptr_t)xlsx->heads[i].bytes);
    xlsx_workbook_close(&xlsx->workbook);
}

static size_t escapes(struct span text) {
    size_t count = 0;
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        count += c == '\t' || c == '\n' || c == '\r' || c == '\\';
    }
    return count;
}

static char *write_escaped(struct span text, char *to) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        char letter = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\\' ? '\\' : '\0';
        if (letter) *to++ = '\\', *to++ = letter;
        else *to++ = c;
    }
    return to;
}

/* Whether a byte of eight is below a blank or a backslash: perhaps one to escape. */
static bool suspicious(uint64_t eight) {
    const uint64_t ones = 0x0101010101010101u, highs = ones << 7, marks = eight ^ ones * '\\';
    return (((eight - ones * ' ') & ~eight) | ((marks - ones) & ~marks)) & highs;
}

/* Copies a cell eight bytes at a time, the last ones twice where they overlap.  Says what it saw. */
static bool copy_cell(struct span text, char *to) {
    uint64_t eight;
    bool seen = false;
    size_t at = 0;
    if (text.size < sizeof eight) {
        for (; at < text.size; at++) {
            to[at] = text.bytes[at];
            seen |= (unsigned char)to[at] < ' ' || to[at] == '\\';
        }
        return seen;
    }
    for (;; at = at + 2 * sizeof eight <= text.size ? at + sizeof eight : text.size - sizeof eight) {
        memcpy(&eight, text.bytes + at, sizeof eight);
        memcpy(to + at, &eight, sizeof eight);
        seen |= suspicious(eight);
        if (at + sizeof eight == text.size) return seen;
    }
}

static void place_raw(struct batch *batch, uint32_t at, char *raw, const char *end) {
    batch->rows[at].raw = (struct span){raw, (size_t)(end - raw)};
}

/* Gives row `at` its cells and its raw form: all cells joined by TAB, as one copy that both share.
   false: there is something to escape, and place_escaped must do it again. */
static bool place_cells(struct xlsx *xlsx, struct batch *batch, uint32_t at, const struct sheet_row *from) {
    size_t size = from->cells[from->count - 1].column;
    for (uint32_t i = 0; i < from->count; i++) size += from->cells[i].text.size;
    char *raw = ARENA_NEW(&batch->arena, char, size + 1), *to = raw;
    uint32_t column = 0;
    bool seen = false;
    for (uint32_t i = 0; i < from->count; i++, column++) {
        const struct cell *cell = &from->cells[i];
        if (i) *to++ = '\t';
        for (; column < cell->column; column++) {
            *to++ = '\t';
            if (column < xlsx->columns.count) batch->cells[column][at] = (struct span){"", 0};
        }
        seen |= copy_cell(cell->text, to);
        if (column < xlsx->columns.count) batch->cells[column][at] = (struct span){to, cell->text.size};
        to += cell->text.size;
    }
    for (; column < xlsx->columns.count; column++) batch->cells[column][at] = (struct span){"", 0};
    place_raw(batch, at, raw, to);
    return !seen;
}

static void place_escaped(struct xlsx *xlsx, struct batch *batch, uint32_t at, const struct sheet_row *from) {
    size_t size = from->cells[from->count - 1].column;
    for (uint32_t i = 0; i < from->count; i++)
        size += from->cells[i].text.size + escapes(from->cells[i].text);
    char *raw = ARENA_NEW(&batch->arena, char, size + 1), *to = raw;
    uint32_t column = 0;
    for (uint32_t i = 0; i < from->count; i++) {
        const struct cell *cell = &from->cells[i];
        for (; column < cell->column; column++) *to++ = '\t';
        char *end = write_escaped(cell->text, to);
        bool same = (size_t)(end - to) == cell->text.size;
        if (column < xlsx->columns.count)
            batch->cells[column][at] =
                same ? (struct span){to, cell->text.size} : arena_copy(&batch->arena, cell->text);
        to = end;
    }
    place_raw(batch, at, raw, to);
}

/* The first value without blanks, which people put between the characters of 合　计. */
static struct span first_word(const struct sheet_row *row, char *word, size_t room) {
    struct span text = row->cells[0].text;
    size_t size = 0;
    for (size_t at = 0; at < text.size && size < room; at++) {
        if (text.size - at >= 3 && memcmp(text.bytes + at, "\xE3\x80\x80", 3) == 0) at += 2;
        else if ((unsigned char)text.bytes[at] > ' ') word[size++] = text.bytes[at];
    }
    return (struct span){word, size};
}

static void remember(struct span *head, struct span raw) {
    char *bytes = malloc(raw.size + 1);
    if (!bytes) abort(); /* as the arena does */
    memcpy(bytes, raw.bytes, raw.size);
    head->bytes = bytes;
    head->size = raw.size;
}

/* Sheets that were made for printing repeat the header on every page. */
static bool comes_again(const struct xlsx *xlsx, struct span raw) {
    for (uint32_t i = 0; i < xlsx->header.rows; i++)
        if (xlsx->heads[i].size && span_equal(xlsx->heads[i], raw)) return true;
    return false;
}

/* Rows that are no data are explained before anything in them is found wrong. */
static void explain(struct xlsx *xlsx, struct batch *batch, uint32_t at, const struct sheet_row *row) {
    const char *code = NULL;
    char room[256];
    if (row->number < xlsx->header.row) {
        code = "row.title";
    } else if (row->number < xlsx->header.row + xlsx->header.rows) {
        code = "row.header";
        remember(&xlsx->heads[row->number - xlsx->header.row], batch->rows[at].raw);
    } else if (comes_again(xlsx, batch->rows[at].raw)) {
        code = "row.header";
    } else {
        struct span word = first_word(row, room, sizeof room);
        if (globs_fit(&xlsx->totals, word)) {
            code = "row.subtotal";
            batch->rows[at].total = true;
            footer_total(&xlsx->footer, word, &batch->rows[at].total_level);
        }
        if (!code && globs_fit(&xlsx->footers, word)) code = "row.footer";
    }
    if (code) batch_explain(batch, at, (struct reason){.code = code});
}

static void judge_cells(const struct xlsx *xlsx, struct batch *batch, uint32_t at,
                        const struct sheet_row *row) {
    for (uint32_t i = 0; i < row->count; i++) {
        const struct cell *cell = &row->cells[i];
        if (cell->column >= xlsx->columns.count) {
            /* Beside the table: the row stays readable, and what stands there is listed. */
            if (batch->rows[at].fate != FATE_LIVE) return;
            char detail[64];
            int size = snprintf(detail, sizeof detail, "expected=%u;found=%u", xlsx->columns.count,
                                row->cells[row->count - 1].column + 1);
            batch_doubt(
                batch, at,
                (struct reason){.code = "row.too_many_columns",
                                .value = arena_copy(&batch->arena, cell->text),
                                .detail = arena_copy(&batch->arena, (struct span){detail, (size_t)size})});
            return;
        }
        if (cell->kind == CELL_TEXT) continue;
        struct reason reason = {.code =
                                    cell->kind == CELL_ERROR ? "cell.error_value" : "cell.formula_uncached",
                                .source = (uint16_t)(cell->column + 1),
                                .value = batch->cells[cell->column][at]};
        if (cell->kind == CELL_ERROR) { /* "value=#N/A": one of the format's seven words, nothing personal */
            char detail[32];
            int size = snprintf(detail, sizeof detail, "value=%.*s",
                                (int)(cell->text.size < 16 ? cell->text.size : 16), cell->text.bytes);
            reason.detail = arena_copy(&batch->arena, (struct span){detail, (size_t)size});
        }
        batch_reject(batch, at, reason);
    }
}

/* A header row whose cells are all covered by merged ones holds no value and is a row all the same: the
   spec says so.  True when such a row stands before `next`; it is then row `at`. */
static bool merged_header(struct xlsx *xlsx, struct batch *batch, uint32_t at, const struct sheet_row *next) {
    uint32_t expected = xlsx->last_row + 1;
    xlsx->last_row = next->number;
    if (expected <= xlsx->header.row || expected >= xlsx->header.row + xlsx->header.rows ||
        expected >= next->number)
        return false;
    xlsx->last_row = expected;
    batch->rows[at].number = expected;
    batch->rows[at].byte = next->byte;
    for (uint32_t column = 0; column < xlsx->columns.count; column++)
        batch->cells[column][at] = (struct span){"", 0};
    batch_explain(batch, at, (struct reason){.code = "row.header"});
    return true;
}

static enum flow xlsx_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct xlsx *xlsx = stage->state;
    uint32_t width = xlsx->columns.count ? xlsx->columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS;
    batch_shape(batch, &xlsx->columns, most);
    uint32_t count = 0;
    size_t bytes = 0;
    enum flow flow = FLOW_MORE;
    while (count < most && bytes < BATCH_BYTES) {
        struct sheet_row row;
        if (xlsx->held.count) {
            row = xlsx->held;
            xlsx->held.count = 0;
        } else {
            flow = sheet_next(&xlsx->reader, &row, error);
            if (flow != FLOW_MORE) break;
        }
        if (merged_header(xlsx, batch, count, &row)) {
            xlsx->held = row;
            count++;
            continue;
        }
        batch->rows[count].number = row.number;
        batch->rows[count].byte = row.byte;
        if (!place_cells(xlsx, batch, count, &row)) place_escaped(xlsx, batch, count, &row);
        explain(xlsx, batch, count, &row);
        fill_row(&xlsx->fill, batch, count);
        judge_cells(xlsx, batch, count, &row);
        bytes += batch->rows[count++].raw.size;
    }
    batch->row_count = count;
    batch->index = xlsx->batches++;
    if (flow == FLOW_FAILED) error_at(error, xlsx->input.name);
    return flow;
}

/* A zip whose first members are named as a workbook's are. */
static int xlsx_bid(struct span head) {
    if (!zip_head_has(head, "xl/")) return 0;
    return zip_head_has(head, "[Content_Types].xml") ? 88 : 56;
}

static bool sheet_names(const struct input *input, bool hidden, struct arena *arena, const char ***names,
                        uint32_t *count, struct error *error) {
    struct sheet *sheets;
    uint32_t all;
    *count = 0;
    if (!xlsx_sheets(input->path, input->member, input->limits, arena, &sheets, &all, error))
        return error_at(error, input->name);
    *names = ARENA_NEW(arena, const char *, all + 1);
    for (uint32_t i = 0; i < all; i++)
        if (sheets[i].hidden == hidden) (*names)[(*count)++] = sheets[i].name;
    return true;
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct xlsx),
    {"header", SETTING_NODE, offsetof(struct xlsx, header_node), NULL,
     "表头：no、yes、行号或 {row: 行号, rows: 行数, join: \"/\"}",
     "the header: no, yes, its row, or {row: N, rows: K, join: \"/\"}"},
    {"fill", SETTING_NODE, offsetof(struct xlsx, fill_node), NULL, "向下填满合并单元格的列名，如 [村]",
     "columns whose merged cells are filled downwards, such as [village]"},
    FOOTER_SETTINGS(struct xlsx),
    {0},
};

const struct extractor extract_xlsx = {
    .stage = {.name = "xlsx",
              .settings = settings,
              .state_size = sizeof(struct xlsx),
              .open = xlsx_open,
              .run = xlsx_run,
              .close = xlsx_close},
    .bid = xlsx_bid,
    .sheets = sheet_names,
};
