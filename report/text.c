/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
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

void write_text_result(const struct result *result, FILE *stream) {
    uint32_t widths[64] = {0}, count = result->column_count < 64 ? result->column_count : 64;
    char buffer[CELL_TEXT];
    for (uint32_t c = 0; c < count; c++) {
        widths[c] = cell_width(result_label(result->columns[c].zh, result->columns[c].en));
        for (uint32_t r = 0; r < result->row_count; r++) {
            struct cell cell = cell_read(result, r, c);
            uint32_t width = cell_width(cell_shown(&cell, buffer));
            if (width > widths[c]) widths[c] = width;
        }
    }
    for (uint32_t c = 0; c < count; c++) {
        const struct result_column *column = &result->columns[c];
        fputs(c ? "  " : " ", stream);
        put_padded(result_label(column->zh, column->en), widths[c], cell_right(column->show), c + 1 == count,
                   stream);
    }
    fputc('\n', stream);
    for (uint32_t r = 0; r < result->row_count; r++) {
        for (uint32_t c = 0; c < count; c++) {
            struct cell cell = cell_read(result, r, c);
            fputs(c ? "  " : " ", stream);
            put_padded(cell_shown(&cell, buffer), widths[c], cell_right(result->columns[c].show),
                       c + 1 == count, stream);
        }
        fputc('\n', stream);
    }
    if (result->row_count == 0) {
        fputc(' ', stream);
        put(result->empty.size ? result->empty : result_label(SPAN("无"), SPAN("none")), stream);
        fputc('\n', stream);
    }
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
        put(result_label(result->zh, result->en), stream);
        fputc('\n', stream);
        if (result->note.size) {
            put(result->note, stream);
            fputc('\n', stream);
        }
        write_text_result(result, stream);
    }
}
