/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_FUZZ_HEARD_H
#define TESTS_FUZZ_HEARD_H
#include "extract/xlsx/sheet.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* All that a sheet or the shared strings tell a reader, as text: by the scanner of plain rows with expat
   behind it, or by expat alone.  Both must be the same, byte for byte, whatever the XML. */
struct heard {
    char *text; /* malloc'd */
    size_t size, room;
    uint64_t taken; /* bytes that expat did not see */
};

struct how {
    bool parser_only, finish; /* finish: skip the rows behind the first, as for merged cells */
    size_t room;              /* of the window; 0: the customary one */
};

static inline void heard_add(struct heard *heard, const char *bytes, size_t size) {
    if (heard->size + size + 1 > heard->room) {
        heard->room = 2 * (heard->size + size) + 4096;
        heard->text = realloc(heard->text, heard->room);
        if (!heard->text) abort();
    }
    if (size) memcpy(heard->text + heard->size, bytes, size);
    heard->size += size;
    heard->text[heard->size] = '\0';
}

__attribute__((format(printf, 2, 3))) static inline void heard_print(struct heard *heard, const char *format,
                                                                     ...) {
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    heard_add(heard, line, size < 0 ? 0 : (size_t)size);
}

static inline void heard_outcome(struct heard *heard, bool ok, const struct error *error) {
    if (ok) heard_print(heard, "whole\n");
    else
        heard_print(heard, "! %d %s row %llu byte %llu %s\n", (int)error->trouble,
                    error->code ? error->code : "-", (unsigned long long)error->at.row,
                    (unsigned long long)error->at.byte, error->message);
}

/* Bytes in memory as a source. */
static inline ptrdiff_t heard_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    (void)error;
    struct span *rest = bytes->state;
    if (size > rest->size) size = rest->size;
    if (size) memcpy(buffer, rest->bytes, size);
    *rest = (struct span){rest->bytes + size, rest->size - size};
    return (ptrdiff_t)size;
}

static inline struct bytes *heard_source(struct span *rest, struct arena *arena) {
    struct bytes *bytes = bytes_new(arena, "part");
    bytes->fd = -1;
    bytes->state = rest;
    bytes->read = heard_read;
    return bytes;
}

static inline void heard_rows(struct heard *heard, struct sheet_reader *reader, struct how how) {
    struct error error = {0};
    struct sheet_row row;
    enum flow flow;
    reader->xml.parser_only = how.parser_only;
    if (how.room) reader->xml.room = how.room;
    reader->merge_rows = SHEET_ROWS_MAX;
    while ((flow = sheet_next(reader, &row, &error)) == FLOW_MORE) {
        heard_print(heard, "%u at %llu:", row.number, (unsigned long long)row.byte);
        for (uint32_t i = 0; i < row.count; i++) {
            heard_print(heard, " %u %d \"", row.cells[i].column, (int)row.cells[i].kind);
            heard_add(heard, row.cells[i].text.bytes, row.cells[i].text.size);
            heard_print(heard, "\"");
        }
        heard_print(heard, "\n");
        if (how.finish) break;
    }
    bool ok = flow == FLOW_END || (flow == FLOW_MORE && sheet_finish(reader, &error));
    for (uint32_t i = 0; i < reader->merge_count; i++)
        heard_print(heard, "merge %u %u %u %u\n", reader->merges[i].first, reader->merges[i].last,
                    reader->merges[i].top, reader->merges[i].bottom);
    heard_outcome(heard, ok, &error);
    heard->taken += reader->xml.taken;
}

static inline struct heard heard_sheet(struct span xml, const struct sheet_values *values, struct how how) {
    struct heard heard = {0};
    struct arena arena = {0};
    struct error error = {0};
    struct sheet_reader reader;
    struct bytes *bytes = heard_source(&xml, &arena);
    if (sheet_begin(&reader, bytes, values, &error)) heard_rows(&heard, &reader, how);
    sheet_close(&reader);
    bytes_close(bytes);
    arena_free(&arena);
    return heard;
}

static inline struct heard heard_strings(struct span xml, bool plain) {
    struct heard heard = {0};
    struct arena arena = {0};
    struct error error = {0};
    struct strings strings;
    struct bytes *bytes = heard_source(&xml, &arena);
    bool ok = strings_read(&strings, bytes, plain, &error);
    for (uint32_t i = 0; i < strings.count; i++) {
        struct span text = {"", 0};
        if (!strings_get(&strings, i, &text)) abort();
        heard_print(&heard, "%u \"", i);
        heard_add(&heard, text.bytes, text.size);
        heard_print(&heard, "\"\n");
    }
    heard_outcome(&heard, ok, &error);
    strings_free(&strings);
    bytes_close(bytes);
    arena_free(&arena);
    return heard;
}
#endif
