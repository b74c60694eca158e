/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/report/book.h"
#include <archive.h>
#include <archive_entry.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 4000, COLUMNS = 32, TEXT_BYTES = 70000 };

struct reading {
    struct arena *arena;
    struct book *book;
    struct book_sheet *sheet;
    uint32_t row, column;
    bool inside, number;
    char *text;
    size_t size;
};

static const char *attribute(const char **attributes, const char *name) {
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0) return attributes[1];
    return "";
}

static void place_of(const char *reference, struct reading *reading) {
    uint32_t column = 0;
    for (; *reference >= 'A' && *reference <= 'Z'; reference++)
        column = column * 26 + (uint32_t)(*reference - 'A' + 1);
    reading->column = column - 1;
    reading->row = (uint32_t)atoi(reference) - 1;
}

static void start(void *data, const char *name, const char **attributes) {
    struct reading *reading = data;
    if (strcmp(name, "sheet") == 0) {
        uint32_t at = reading->book->sheet_count++;
        snprintf(reading->book->sheets[at].name, 128, "%s", attribute(attributes, "name"));
    }
    if (!reading->sheet) return;
    if (strcmp(name, "c") == 0) {
        place_of(attribute(attributes, "r"), reading);
        const char *type = attribute(attributes, "t");
        reading->number =
            strcmp(type, "inlineStr") != 0 && strcmp(type, "s") != 0 && strcmp(type, "str") != 0;
    }
    if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) {
        reading->inside = true;
        reading->size = 0;
    }
    if (strcmp(name, "f") == 0) reading->sheet->formula = true;
    if (strcmp(name, "mergeCell") == 0 && reading->sheet->merge_count < 64)
        snprintf(reading->sheet->merges[reading->sheet->merge_count++], 16, "%s",
                 attribute(attributes, "ref"));
    if (strcmp(name, "oddHeader") == 0 || strcmp(name, "oddFooter") == 0) {
        reading->inside = true;
        reading->size = 0;
    }
    if (strcmp(name, "pane") == 0)
        reading->sheet->frozen = strcmp(attribute(attributes, "state"), "frozen") == 0;
    if (strcmp(name, "autoFilter") == 0) reading->sheet->filter = true;
    if (strcmp(name, "pageSetup") == 0)
        reading->sheet->landscape = strcmp(attribute(attributes, "orientation"), "landscape") == 0 &&
                                    strcmp(attribute(attributes, "paperSize"), "9") == 0;
}

static void text(void *data, const char *bytes, int size) {
    struct reading *reading = data;
    if (!reading->inside || reading->size + (size_t)size > TEXT_BYTES) return;
    memcpy(reading->text + reading->size, bytes, (size_t)size);
    reading->size += (size_t)size;
}

static void end(void *data, const char *name) {
    struct reading *reading = data;
    int size = (int)reading->size;
    if (reading->sheet && strcmp(name, "oddHeader") == 0)
        snprintf(reading->sheet->header, sizeof reading->sheet->header, "%.*s", size, reading->text);
    if (reading->sheet && strcmp(name, "oddFooter") == 0)
        snprintf(reading->sheet->footer, sizeof reading->sheet->footer, "%.*s", size, reading->text);
    if (!reading->sheet || (strcmp(name, "v") != 0 && strcmp(name, "t") != 0)) return;
    reading->inside = false;
    struct book_sheet *sheet = reading->sheet;
    if (reading->row >= ROWS || reading->column >= COLUMNS) return;
    size_t at = (size_t)reading->row * COLUMNS + reading->column;
    sheet->cells[at] = arena_copy(reading->arena, (struct span){reading->text, reading->size});
    sheet->numbers[at] = reading->number;
    if (reading->row >= sheet->row_count) sheet->row_count = reading->row + 1;
}

static bool read_member(struct archive *archive, struct reading *reading) {
    char buffer[1 << 15];
    la_ssize_t size;
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, reading);
    XML_SetElementHandler(parser, start, end);
    XML_SetCharacterDataHandler(parser, text);
    bool good = true;
    while (good && (size = archive_read_data(archive, buffer, sizeof buffer)) > 0)
        good = XML_Parse(parser, buffer, (int)size, 0) == XML_STATUS_OK;
    good = good && XML_Parse(parser, buffer, 0, 1) == XML_STATUS_OK;
    XML_ParserFree(parser);
    return good;
}

bool book_read(const char *path, struct arena *arena, struct book *book) {
    *book = (struct book){0};
    struct archive *archive = archive_read_new();
    struct archive_entry *entry = NULL;
    struct reading reading = {.arena = arena, .book = book, .text = malloc(TEXT_BYTES)};
    archive_read_support_format_zip_seekable(archive);
    bool good = archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK;
    while (good && archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        unsigned number = 0;
        const char *name = archive_entry_pathname(entry);
        bool sheet = sscanf(name, "xl/worksheets/sheet%u.xml", &number) == 1 && number <= 32;
        if (!sheet && strcmp(name, "xl/workbook.xml") != 0) continue;
        reading.sheet = sheet ? &book->sheets[number - 1] : NULL;
        if (sheet) {
            reading.sheet->column_count = COLUMNS;
            reading.sheet->cells = ARENA_NEW(arena, struct span, (size_t)ROWS * COLUMNS);
            reading.sheet->numbers = ARENA_NEW(arena, bool, (size_t)ROWS *COLUMNS);
            memset(reading.sheet->cells, 0, sizeof(struct span) * ROWS * COLUMNS);
        }
        good = read_member(archive, &reading);
    }
    archive_read_free(archive);
    free(reading.text);
    return good;
}

struct span book_cell(const struct book_sheet *sheet, uint32_t row, uint32_t column) {
    return sheet->cells[(size_t)row * sheet->column_count + column];
}

int book_row(const struct book_sheet *sheet, const char *wanted) {
    for (uint32_t r = 0; r < sheet->row_count; r++)
        if (span_equal(book_cell(sheet, r, 0), (struct span){wanted, strlen(wanted)})) return (int)r;
    return -1;
}
