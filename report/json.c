/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
#include "report/write.h"

/* Whole numbers above this are no longer exact in readers that use doubles: they become text. */
static const fen_total exact_max = (fen_total)1 << 53;

void write_json_text(struct span text, FILE *stream) {
    fputc('"', stream);
    for (size_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c == '"' || c == '\\') fprintf(stream, "\\%c", c);
        else if (c == '\n') fputs("\\n", stream);
        else if (c == '\t') fputs("\\t", stream);
        else if (c < 0x20 || c == 0x7F) fprintf(stream, "\\u%04x", (unsigned)c);
        else fputc(c, stream);
    }
    fputc('"', stream);
}

static bool ends(struct span text, struct span end) {
    return text.size >= end.size && memcmp(text.bytes + text.size - end.size, end.bytes, end.size) == 0;
}

static void put_name(struct span name, FILE *stream) {
    if (!ends(name, SPAN("_fen"))) {
        write_json_text(name, stream);
        return;
    }
    fprintf(stream, "\"%.*s_yuan\"", (int)(name.size - 4), name.bytes);
}

static void put_cell(const struct cell *cell, FILE *stream) {
    char buffer[CELL_TEXT];
    struct span exact = cell_exact(cell, buffer);
    bool bare =
        cell->number && cell->show == SHOW_COUNT && cell->value <= exact_max && cell->value >= -exact_max;
    if (cell->null) fputs("null", stream);
    else if (bare) fprintf(stream, "%lld", (long long)cell->value);
    else write_json_text(exact, stream);
}

static void put_columns(const struct result *result, FILE *stream) {
    fputs("\"columns\": [", stream);
    for (uint32_t c = 0; c < result->column_count; c++) {
        fputs(c ? ", {\"name\": " : "{\"name\": ", stream);
        put_name(result->columns[c].name, stream);
        fputs(", \"label\": ", stream);
        write_json_text(result_label(result->columns[c].zh, result->columns[c].en), stream);
        fputc('}', stream);
    }
    fputc(']', stream);
}

static void put_row(const struct result *result, uint32_t row, FILE *stream) {
    static const char *const levels[] = {"row", "subtotal", "total"};
    fprintf(stream, "{\"level\": \"%s\"", levels[result->levels[row]]);
    if (result->keys[row].size) {
        fputs(", \"key\": ", stream);
        write_json_text(result->keys[row], stream);
    }
    for (uint32_t c = 0; c < result->column_count; c++) {
        struct cell cell = cell_read(result, row, c);
        fputs(", ", stream);
        put_name(result->columns[c].name, stream);
        fputs(": ", stream);
        put_cell(&cell, stream);
    }
    fputc('}', stream);
}

void write_json_result(const struct result *result, FILE *stream) {
    fputs("{\"name\": ", stream);
    write_json_text(result_label(result->zh, result->en), stream);
    fputs(", ", stream);
    put_columns(result, stream);
    fputs(", \"rows\": [", stream);
    for (uint32_t r = 0; r < result->row_count; r++) {
        fputs(r ? ",\n  " : "\n  ", stream);
        put_row(result, r, stream);
    }
    fputs(result->row_count ? "\n]}" : "]}", stream);
}

void write_json(const struct paper *paper, FILE *stream) {
    fputs("{\"title\": ", stream);
    write_json_text(paper->title, stream);
    fputs(",\n\"lines\": [", stream);
    for (uint32_t l = 0; l < paper->line_count; l++) {
        if (l) fputs(", ", stream);
        write_json_text(paper->lines[l], stream);
    }
    fputs("],\n\"unit\": \"元\",\n\"tables\": [\n", stream);
    for (uint32_t r = 0; r < paper->result_count; r++) {
        write_json_result(&paper->results[r], stream);
        fputs(r + 1 < paper->result_count ? ",\n" : "\n", stream);
    }
    fputs("]}\n", stream);
}
