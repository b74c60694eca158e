/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/cell.h"
#include "report/write.h"

/* A spreadsheet runs a cell that begins with one of these (CWE-1236); full-width forms too.
   Numbers of ours are written as they are. */
static bool formula(struct span text) {
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};
    size_t blanks = 0;
    while (blanks < text.size && text.bytes[blanks] == ' ') blanks++;
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t size = strlen(starts[i]);
        if (text.size >= blanks + size && memcmp(text.bytes + blanks, starts[i], size) == 0) return true;
    }
    return false;
}

/* Excel turns long numbers into 1.1E+17, and WPS does too: digits beyond 11 get the apostrophe. */
static bool long_number(struct span text) {
    if (text.size <= 11) return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
    return true;
}

static void put_text(struct span text, bool guard, FILE *stream) {
    fputc('"', stream);
    if (guard && (formula(text) || long_number(text))) fputc('\'', stream);
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '"') fputc('"', stream);
        fputc(text.bytes[i] == '\0' ? ' ' : text.bytes[i], stream);
    }
    fputc('"', stream);
}

void write_csv_head(const struct result *result, FILE *stream) {
    fputs("\xEF\xBB\xBF", stream);
    for (uint32_t c = 0; c < result->column_count; c++) {
        if (c) fputc(',', stream);
        put_text(result_label(result->columns[c].zh, result->columns[c].en), true, stream);
    }
    fputs("\r\n", stream);
}

void write_csv_rows(const struct result *result, FILE *stream) {
    char buffer[CELL_TEXT];
    for (uint32_t r = 0; r < result->row_count; r++) {
        for (uint32_t c = 0; c < result->column_count; c++) {
            struct cell cell = cell_read(result, r, c);
            if (c) fputc(',', stream);
            if (!cell.null) put_text(cell_exact(&cell, buffer), !cell.number, stream);
        }
        fputs("\r\n", stream);
    }
}
