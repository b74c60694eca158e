/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Workbooks of Excel 5 to 2003 and what WPS calls .xls, read by a reader of our own: the one in Debian
   keeps error cells and formulas' results from its caller.  The workbook is held in memory, 256 MiB at most.
 */
#include "core/language.h"
#include "extract/footer.h"
#include "extract/heading.h"
#include "extract/xls/book.h"
#include <stdio.h>

enum { BATCH_CELLS = 256 << 10, SURVEY_ROWS = 1000 };

struct xls {
    struct input input;
    const struct node *header_node;
    struct footer footer;
    struct heading heading;
    struct xls_book book;
    struct columns columns;
    struct span header_raw;
    size_t next; /* cell given out next */
    uint64_t batches;
    bool opened;
};

struct xls_row {
    uint32_t number; /* from 1 */
    struct span cells[XLS_COLUMNS_MAX];
    enum xls_kind kinds[XLS_COLUMNS_MAX];
    uint32_t width; /* last column with a cell */
    uint64_t byte;
};

/* The next row that has a cell; false with `*failed`: damaged. */
static bool next_row(struct xls *xls, struct xls_row *row, struct arena *arena, bool *failed,
                     struct error *error) {
    const struct xls_book *book = &xls->book;
    *failed = false;
    row->width = 0;
    if (xls->next == book->cell_count) return false;
    uint16_t number = book->cells[xls->next].row;
    row->number = number + 1u;
    row->byte = book->cells[xls->next].at;
    for (uint32_t i = 0; i < XLS_COLUMNS_MAX; i++) {
        row->cells[i] = (struct span){"", 0};
        row->kinds[i] = XLS_TEXT;
    }
    for (; xls->next < book->cell_count && book->cells[xls->next].row == number; xls->next++) {
        const struct xls_cell *cell = &book->cells[xls->next];
        uint32_t column = cell->column;
        *failed = !xls_book_value(&xls->book, cell, arena, &row->cells[column], &row->kinds[column], error);
        if (*failed) return false;
        if (row->cells[column].size) row->width = column + 1;
    }
    return true;
}

/* The text of merged cells is in their first one; a header has it in all. */
static void fill_merges(const struct xls *xls, struct span **rows, uint32_t first, uint32_t count,
                        uint32_t *width) {
    for (size_t i = 0; i < xls->book.merge_count; i++) {
        const struct xls_merge *merge = &xls->book.merges[i];
        if (merge->first_row < first || merge->first_row >= first + count) continue;
        if (merge->first_column >= XLS_COLUMNS_MAX) continue;
        struct span text = rows[merge->first_row - first][merge->first_column];
        if (!text.size) continue;
        for (uint32_t row = merge->first_row; row <= merge->last_row && row < first + count; row++)
            for (uint32_t column = merge->first_column;
                 column <= merge->last_column && column < XLS_COLUMNS_MAX; column++) {
                rows[row - first][column] = text;
                if (column + 1 > *width) *width = column + 1;
            }
    }
}

/* Without a header the widest of the first rows says how many columns there are: a title above them is
   narrower than they are. */
static bool read_header(struct xls *xls, struct arena *arena, struct error *error) {
    struct arena scratch = {0};
    struct span *rows[HEADING_ROWS_MAX] = {NULL};
    const uint32_t heading = xls->heading.row; /* 0: no header */
    uint32_t count = heading && xls->heading.rows ? xls->heading.rows : 1, width = 0, seen = 0;
    uint32_t first = heading ? heading - 1 : 0;
    struct xls_row *row = ARENA_NEW(&scratch, struct xls_row, 1);
    bool failed = false;
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = ARENA_NEW(&scratch, struct span, XLS_COLUMNS_MAX);
        for (uint32_t column = 0; column < XLS_COLUMNS_MAX; column++) rows[i][column] = (struct span){"", 0};
    }
    while (next_row(xls, row, &scratch, &failed, error)) {
        uint32_t at = row->number - 1;
        if (heading && at < first) continue;
        if (heading && at >= first + count) break;
        memcpy(rows[heading ? at - first : 0], row->cells, sizeof row->cells);
        if (row->width > width) width = row->width;
        if (++seen == SURVEY_ROWS && !heading) break;
    }
    xls->next = 0;
    if (!failed && seen) {
        if (heading) fill_merges(xls, rows, first, count, &width);
        heading_names(&xls->heading, (const struct span *const *)rows, width, arena, &xls->columns);
    } else if (!failed && xls->heading.row && xls->book.cell_count) {
        failed =
            !error_code(error, TROUBLE_REFUSED, "header.not_found",
                        TEXT("前 %u 行内找不到表头", "no header found in the first %u rows"), first + count);
    }
    arena_free(&scratch);
    return !failed;
}

/* Without a name, the only visible sheet with anything in it: old Excel made three and people fill one. */
static bool choose_sheet(struct xls *xls, struct error *error) {
    const struct workbook *names = &xls->book.names;
    uint32_t only = 0, count = 0;
    for (uint32_t i = 0; !xls->input.sheet && i < names->sheet_count; i++) {
        if (names->sheets[i].hidden) continue;
        if (!xls_book_sheet(&xls->book, i, error)) return false;
        if (xls->book.cell_count) only = i, count++;
    }
    if (count == 1) return xls_book_sheet(&xls->book, only, error);
    const struct sheet *sheet = xlsx_workbook_sheet(names, xls->input.sheet, error);
    return sheet && xls_book_sheet(&xls->book, (uint32_t)(sheet - names->sheets), error);
}

static bool xls_open(struct stage *stage, struct columns *columns, struct error *error) {
    struct xls *xls = stage->state;
    if (!heading_read(xls->header_node, xls->input.name, &xls->heading, error) ||
        !footer_check(&xls->footer, xls->input.name, error))
        return false;
    xls->opened = true;
    if (!xls_book_open(&xls->book, &xls->input, stage->arena, error) || !choose_sheet(xls, error) ||
        !read_header(xls, stage->arena, error))
        return false;
    *columns = xls->columns;
    return true;
}

static void xls_close(struct stage *stage) {
    struct xls *xls = stage->state;
    if (xls->opened) xls_book_close(&xls->book);
    xls->opened = false;
}

/* All cells of the row joined by TAB, as its raw form. */
static struct span join(const struct xls_row *row, struct arena *arena) {
    size_t size = row->width, used = 0;
    for (uint32_t i = 0; i < row->width; i++) size += row->cells[i].size;
    char *to = ARENA_NEW(arena, char, size + 1);
    for (uint32_t i = 0; i < row->width; i++) {
        if (i) to[used++] = '\t';
        if (row->cells[i].size) memcpy(to + used, row->cells[i].bytes, row->cells[i].size);
        used += row->cells[i].size;
    }
    return (struct span){to, used};
}

static void judge(const struct xls *xls, struct batch *batch, uint32_t at, const struct xls_row *row) {
    for (uint32_t column = 0; column < row->width; column++) {
        char detail[64];
        struct span text = row->cells[column];
        if (column >= xls->columns.count && text.size) {
            /* Beside the table: the row stays readable, and what stands there is listed. */
            int size =
                snprintf(detail, sizeof detail, "expected=%u;found=%u", xls->columns.count, row->width);
            batch_doubt(
                batch, at,
                (struct reason){.code = "row.too_many_columns",
                                .value = text,
                                .detail = arena_copy(&batch->arena, (struct span){detail, (size_t)size})});
            return;
        }
        if (row->kinds[column] != XLS_ERROR) continue;
        int size = snprintf(detail, sizeof detail, "value=%.*s", (int)text.size, text.bytes);
        batch_reject(
            batch, at,
            (struct reason){.code = "cell.error_value",
                            .source = (uint16_t)(column + 1),
                            .value = text,
                            .detail = arena_copy(&batch->arena, (struct span){detail, (size_t)size})});
    }
}

static void take_row(struct xls *xls, struct batch *batch, uint32_t at, const struct xls_row *from) {
    struct row *row = &batch->rows[at];
    const struct heading *heading = &xls->heading;
    row->number = from->number;
    row->byte = from->byte;
    row->raw = join(from, &batch->arena);
    for (uint32_t column = 0; column < xls->columns.count; column++)
        batch->cells[column][at] = from->cells[column];
    const char *code = from->number < heading->row                   ? "row.title"
                       : from->number < heading->row + heading->rows ? "row.header"
                       : !from->width                                ? "row.blank"
                                                                     : NULL;
    bool head = from->number == heading->row && heading->rows == 1;
    if (head && !xls->header_raw.size) {
        char *copy = ARENA_NEW(&xls->book.memory, char, row->raw.size + 1);
        memcpy(copy, row->raw.bytes, row->raw.size);
        xls->header_raw = (struct span){copy, row->raw.size};
    } else if (!code && xls->header_raw.size && span_equal(row->raw, xls->header_raw)) {
        code = "row.header"; /* printed sheets repeat it on every page */
    }
    if (code) batch_explain(batch, at, (struct reason){.code = code});
    else if (!footer_apply(&xls->footer, batch, at)) judge(xls, batch, at, from);
}

static enum flow xls_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct xls *xls = stage->state;
    uint32_t width = xls->columns.count ? xls->columns.count : 1;
    uint32_t most = BATCH_CELLS / width < BATCH_ROWS ? BATCH_CELLS / width : BATCH_ROWS, count = 0;
    size_t bytes = 0;
    bool failed = false, more = true;
    batch_shape(batch, &xls->columns, most);
    batch->index = xls->batches++;
    struct xls_row *row = ARENA_NEW(&batch->arena, struct xls_row, 1);
    while (count < most && bytes < BATCH_BYTES && more) {
        more = next_row(xls, row, &batch->arena, &failed, error);
        if (!more) break;
        take_row(xls, batch, count, row);
        bytes += batch->rows[count++].raw.size;
    }
    batch->row_count = count;
    return failed ? FLOW_FAILED : more ? FLOW_MORE : FLOW_END;
}

static int xls_bid(struct span head) {
    return head.size > 8 && memcmp(head.bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0 ? 64 : 0;
}

static bool sheet_names(const struct input *input, bool hidden, struct arena *arena, const char ***names,
                        uint32_t *count, struct error *error) {
    struct xls_book book;
    *count = 0;
    bool good = xls_book_open(&book, input, arena, error);
    uint32_t all = good ? book.names.sheet_count : 0;
    *names = ARENA_NEW(arena, const char *, all + 1);
    for (uint32_t i = 0; i < all; i++)
        if (book.names.sheets[i].hidden == hidden) (*names)[(*count)++] = book.names.sheets[i].name;
    xls_book_close(&book);
    return good || error_at(error, input->name);
}

static const struct setting settings[] = {
    INPUT_SETTINGS(struct xls),
    {"header", SETTING_NODE, offsetof(struct xls, header_node), NULL,
     "表头：no、yes、行号或 {row: 行号, rows: 行数, join: \"/\"}",
     "the header: no, yes, its row, or {row: N, rows: K, join: \"/\"}"},
    FOOTER_SETTINGS(struct xls),
    {0},
};

const struct extractor extract_xls = {
    .stage = {.name = "xls",
              .settings = settings,
              .state_size = sizeof(struct xls),
              .open = xls_open,
              .run = xls_run,
              .close = xls_close},
    .bid = xls_bid,
    .sheets = sheet_names,
};
