/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
#include "core/terminal.h"
#include "report/write.h"

static void spaces(uint32_t count, FILE *stream) {
    for (; count; count--) fputc(' ', stream);
}

/* A cell with line ends or control characters would break the table. */
static void put(struct span text, FILE *stream) {
    for (size_t i = 0; i < text.size; i++)
        fputc((unsigned char)text.bytes[i] < 0x20 ? ' ' : text.bytes[i], stream);
}

static void put_padded(struct span text, uint32_t width, bool right, bool last, FILE *stream) {
    uint32_t used = cell_width(text), rest = width > used ? width - used : 0;
    if (right) spaces(rest, stream);
    put(text, stream);
    if (!right && !last) spaces(rest, stream);
}

enum { TEXT_COLUMNS = 64, TEXT_CONTINUED = 4 };

/* How a result is laid out for a terminal of so many columns. */
struct layout {
    const struct result *result;
    uint32_t count, widths[TEXT_COLUMNS];
    bool hidden[TEXT_COLUMNS]; /* nothing but 0 and empty cells in it: named under the table instead */
    bool below[TEXT_COLUMNS];  /* begins a further line of its row */
    bool grouped;              /* the first column stands on a line of its own where it changes */
};

static struct span shown(const struct result *result, uint32_t row, uint32_t column, char buffer[CELL_TEXT]) {
    struct cell cell = cell_read(result, row, column);
    return cell_shown(&cell, buffer);
}

static bool same_group(const struct result *result, uint32_t a, uint32_t b) {
    return span_equal(result_cell(result, a, 0), result_cell(result, b, 0));
}

static bool says_nothing(const struct result *result, uint32_t column) {
    for (uint32_t r = 0; r < result->row_count; r++) {
        struct cell cell = cell_read(result, r, column);
        if (cell.number ? cell.value != 0 : !cell.null && cell.text.size > 0) return false;
    }
    return result->row_count > 0;
}

/* Of the line that a row would be. */
static uint32_t line_width(const struct layout *layout) {
    uint32_t width = layout->grouped ? 1 : 0;
    for (uint32_t c = layout->grouped ? 1 : 0; c < layout->count; c++)
        if (!layout->hidden[c]) width += layout->widths[c] + 2;
    return width ? width - 1 : 0;
}

/* A table that is wider than the terminal would be folded anywhere by it.  So columns that say nothing go,
   then the first one becomes headings, then a row takes several lines. */
static void fit(struct layout *layout, uint32_t columns) {
    const struct result *result = layout->result;
    if (!columns || line_width(layout) <= columns) return;
    for (uint32_t c = 1; c < layout->count; c++) layout->hidden[c] = says_nothing(result, c);
    if (line_width(layout) <= columns) return;
    for (uint32_t r = 1; r < result->row_count && layout->count > 2 && !cell_right(result->columns[0].show);
         r++)
        layout->grouped = layout->grouped || same_group(result, r, r - 1);
    uint32_t used = 0;
    for (uint32_t c = layout->grouped ? 1 : 0; c < layout->count; c++) {
        if (layout->hidden[c]) continue;
        layout->below[c] = used > TEXT_CONTINUED && used + layout->widths[c] + 2 > columns;
        used = (layout->below[c] ? TEXT_CONTINUED : used) + layout->widths[c] + 2;
    }
}

/* Row UINT32_MAX: the head. */
static void put_row(const struct layout *layout, uint32_t row, FILE *stream) {
    const struct result *result = layout->result;
    char buffer[CELL_TEXT];
    uint32_t first = layout->grouped ? 1 : 0;
    if (layout->grouped && row == UINT32_MAX) {
        fputc(' ', stream);
        put(result_label(result->columns[0].zh, result->columns[0].en), stream);
        fputc('\n', stream);
    }
    if (layout->grouped) spaces(2, stream);
    for (uint32_t c = first, next; c < layout->count; c = next) {
        const struct result_column *column = &result->columns[c];
        for (next = c + 1; next < layout->count && layout->hidden[next];) next++;
        if (layout->hidden[c]) continue;
        if (layout->below[c]) fputc('\n', stream), spaces(TEXT_CONTINUED, stream);
        fputs(c == first || layout->below[c] ? " " : "  ", stream);
        bool last = next == layout->count || layout->below[next];
        put_padded(row == UINT32_MAX ? result_label(column->zh, column->en) : shown(result, row, c, buffer),
                   layout->widths[c], cell_right(column->show), last, stream);
    }
    fputc('\n', stream);
}

static void put_hidden(const struct layout *layout, FILE *stream) {
    uint32_t said = 0;
    for (uint32_t c = 0; c < layout->count; c++) {
        if (!layout->hidden[c]) continue;
        const struct result_column *column = &layout->result->columns[c];
        put(said++ ? result_label(SPAN("、"), SPAN(", "))
                   : result_label(SPAN(" 全是 0 或空、没有列出的列："), SPAN(" All 0 or empty, left out: ")),
            stream);
        put(result_label(column->zh, column->en), stream);
    }
    if (said) fputc('\n', stream);
}

void write_text_fit(const struct result *result, uint32_t columns, FILE *stream) {
    struct layout layout = {
        .result = result, .count = result->column_count < TEXT_COLUMNS ? result->column_count : TEXT_COLUMNS};
    char buffer[CELL_TEXT];
    for (uint32_t c = 0; c < layout.count; c++) {
        layout.widths[c] = cell_width(result_label(result->columns[c].zh, result->columns[c].en));
        for (uint32_t r = 0; r < result->row_count; r++) {
            uint32_t width = cell_width(shown(result, r, c, buffer));
            if (width > layout.widths[c]) layout.widths[c] = width;
        }
    }
    fit(&layout, columns);
    put_row(&layout, UINT32_MAX, stream);
    for (uint32_t r = 0; r < result->row_count; r++) {
        if (layout.grouped && (r == 0 || !same_group(result, r, r - 1))) {
            fputc(' ', stream);
            put(shown(result, r, 0, buffer), stream);
            fputc('\n', stream);
        }
        put_row(&layout, r, stream);
    }
    put_hidden(&layout, stream);
    if (result->row_count == 0) {
        fputc(' ', stream);
        put(result->empty.size ? result->empty : result_label(SPAN("无"), SPAN("none")), stream);
        fputc('\n', stream);
    }
}

void write_text_result(const struct result *result, FILE *stream) {
    write_text_fit(result, terminal_columns(stream), stream);
}

void write_text(const struct paper *paper, FILE *stream) {
    put(paper->title, stream);
    fputc('\n', stream);
    for (uint32_t l = 0; l < paper->line_count; l++) {
        put(paper->lines[l], stream);
        fputc('\n', stream);
    }
    for (uint32_t r = 0; r < paper->result_count; r++) {
        const struct result *result = &paper->results[r];
        fputc('\n', stream);
        if (!result_named(result, paper->title)) {
            put(result_label(result->zh, result->en), stream);
            fputc('\n', stream);
        }
        if (result->note.size) {
            put(result->note, stream);
            fputc('\n', stream);
        }
        write_text_result(result, stream);
    }
}
