/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/layout.h"
#include "report/cell.h"

enum { ROWS_LOOKED_AT = 500, WIDTH_MAX = 48, TEXT_LEAST = 16, BESIDE = 3, REPEATED_WIDTH_MAX = 60 };
/* What a page holds at the least scale. */
enum { LEGIBLE = LAYOUT_PAGE_WIDTH * 100 / LAYOUT_SCALE_LEAST };

/* A header is written on two lines where it is long; a word of Latin letters is not cut. */
static uint32_t header_width(struct span label) {
    uint32_t word = 0, longest = 0, half = (cell_width(label) + 1) / 2;
    for (size_t i = 0; i < label.size; i++) {
        word = label.bytes[i] == ' ' || (unsigned char)label.bytes[i] >= 0x80 ? 0 : word + 1;
        if (word > longest) longest = word;
    }
    return (longest > half ? longest : half) + 4;
}

/* What the column's cells take; a text may be long. */
static uint32_t content_width(const struct result *result, uint32_t column, uint32_t rows) {
    char buffer[CELL_TEXT];
    uint32_t width = 0;
    for (uint32_t r = 0; r < result->row_count && r < rows; r++) {
        struct cell cell = cell_read(result, r, column);
        uint32_t need = cell_width(cell_shown(&cell, buffer)) + BESIDE;
        if (need > width) width = need;
    }
    return width;
}

static uint32_t column_width(const struct result *result, uint32_t column) {
    const struct result_column *c = &result->columns[column];
    bool right = cell_right(c->show);
    if (c->width > 0 && !right) return (uint32_t)c->width;
    uint32_t header = c->width > 0 ? (uint32_t)c->width : header_width(result_label(c->zh, c->en));
    /* The widest figure is the total at the end; one that does not fit is shown as a row of #. */
    uint32_t content = content_width(result, column, right ? result->row_count : ROWS_LOOKED_AT);
    if (content > WIDTH_MAX) content = WIDTH_MAX;
    return content > header ? content : header;
}

/* How narrow the column may become: a text wraps, a figure is shown whole or not at all. */
static uint32_t least_width(const struct result *result, uint32_t column) {
    const struct result_column *c = &result->columns[column];
    if (!cell_right(c->show)) return TEXT_LEAST;
    uint32_t header = header_width(result_label(c->zh, c->en));
    uint32_t content = content_width(result, column, result->row_count);
    return content > header ? content : header;
}

static uint32_t sum(const struct layout *layout, uint32_t from, uint32_t until) {
    uint32_t all = 0;
    for (uint32_t c = from; c < until; c++) all += layout->widths[c];
    return all;
}

/* What the wider of the two pages takes; of the one, where there is one. */
static uint32_t extent(const struct layout *layout) {
    if (layout->page == 0) return sum(layout, 0, layout->printed);
    uint32_t left = sum(layout, 0, layout->page);
    uint32_t right = sum(layout, 0, layout->repeated) + sum(layout, layout->page, layout->printed);
    return left > right ? left : right;
}

/* The widest that can gives way by a digit at a time, until the table fits or nothing more can. */
static void squeeze(struct layout *layout, const struct result *result) {
    uint32_t least[LAYOUT_COLUMNS_MAX];
    for (uint32_t c = 0; c < layout->printed; c++) least[c] = least_width(result, c);
    while (extent(layout) > LEGIBLE) {
        uint32_t widest = LAYOUT_COLUMNS_MAX;
        for (uint32_t c = 0; c < layout->printed; c++)
            if (layout->widths[c] > least[c] &&
                (widest == LAYOUT_COLUMNS_MAX || layout->widths[c] > layout->widths[widest]))
                widest = c;
        if (widest == LAYOUT_COLUMNS_MAX) return;
        layout->widths[widest]--;
    }
}

/* The first texts say what a row is; the cut leaves both pages as equal as it can. */
static void cut(struct layout *layout, const struct result *result) {
    uint32_t width = 0, best = 0;
    for (uint32_t c = 0; c + 1 < layout->printed && !cell_right(result->columns[c].show); c++) {
        width += layout->widths[c];
        if (c && width > REPEATED_WIDTH_MAX) break;
        layout->repeated = c + 1;
    }
    uint32_t least = UINT32_MAX;
    for (layout->page = layout->repeated + 1; layout->page < layout->printed; layout->page++)
        if (extent(layout) < least) least = extent(layout), best = layout->page;
    layout->page = best;
    if (!best) layout->repeated = 0;
}

struct layout layout_of(const struct result *result) {
    struct layout whole = {.page = result->page, .repeated = result->repeated};
    uint32_t count = result->column_count < LAYOUT_COLUMNS_MAX ? result->column_count : LAYOUT_COLUMNS_MAX;
    whole.printed = result->screen ? result->screen : count;
    for (uint32_t c = 0; c < count; c++) whole.widths[c] = column_width(result, c);
    struct layout layout = whole;
    if (layout.page == 0) squeeze(&layout, result);
    if (layout.page == 0 && extent(&layout) > LEGIBLE) {
        layout = whole;
        cut(&layout, result);
        squeeze(&layout, result);
    }
    uint32_t wide = extent(&layout), scale = LAYOUT_PAGE_WIDTH * 100 / (wide ? wide : 1);
    layout.scale = scale < 100 ? scale : 100;
    return layout;
}
