/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/extract/xlsx/book.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { MEBI = 1 << 20 };

static void add_blanks(struct archive *zip, const char *name, const char *bytes, size_t size, size_t mebi) {
    struct archive_entry *entry = archive_entry_new();
    char *blanks = malloc(MEBI);
    archive_entry_set_pathname(entry, name);
    archive_entry_set_size(entry, (la_int64_t)(size + mebi * MEBI));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_write_header(zip, entry);
    archive_write_data(zip, bytes, size);
    memset(blanks, ' ', MEBI);
    for (size_t i = 0; i < mebi; i++) archive_write_data(zip, blanks, MEBI);
    free(blanks);
    archive_entry_free(entry);
}

static void add_bytes(struct archive *zip, const char *name, const char *bytes, size_t size) {
    add_blanks(zip, name, bytes, size, 0);
}

static void add_part(struct archive *zip, const char *name, const char *text) {
    add_bytes(zip, name, text, strlen(text));
}

static char *join(const char *format, ...) {
    static const size_t room = 1 << 20;
    char *text = malloc(room);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, room, format, arguments);
    va_end(arguments);
    return text;
}

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/relationships"

static const char styles[] =
    "<styleSheet xmlns='" MAIN
    "'><numFmts count='4'><numFmt numFmtId='176' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/>"
    "<numFmt numFmtId='177' formatCode='0.00E+00'/></numFmts>"
    "<cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/>"
    "<xf numFmtId='176'/><xf numFmtId='46'/><xf numFmtId='177'/></cellXfs></styleSheet>";

void book_write(const struct book *book, const char *path) {
    struct archive *zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_open_filename(zip, path);
    add_part(zip, "[Content_Types].xml", "<Types/>");
    add_part(zip, "_rels/.rels",
             "<Relationships xmlns='" PACKAGE "'><Relationship Id='rId1' Type='" RELATIONS
             "/officeDocument' Target='xl/workbook.xml'/></Relationships>");
    char *text = join("<x:workbook xmlns:x='" MAIN "' xmlns:r='" RELATIONS
                      "'><x:workbookPr %s/><x:sheets>%s</x:sheets>"
                      "</x:workbook>",
                      book->workbook ? book->workbook : "",
                      book->sheets ? book->sheets : "<x:sheet name='明细' sheetId='1' r:id='rId1'/>");
    add_part(zip, "xl/workbook.xml", text);
    free(text);
    add_part(zip, "xl/_rels/workbook.xml.rels",
             "<Relationships xmlns='" PACKAGE "'>"
             "<Relationship Id='rId1' Type='" RELATIONS "/worksheet' Target='worksheets/sheet1.xml'/>"
             "<Relationship Id='rId2' Type='" RELATIONS "/sharedStrings' Target='/xl/sharedStrings.xml'/>"
             "<Relationship Id='rId3' Type='" RELATIONS "/styles' Target='styles.xml'/>"
             "<Relationship Id='rId4' Type='" RELATIONS
             "/worksheet' Target='worksheets/sheet2.xml'/></Relationships>");
    if (book->strings) {
        text = join("<sst xmlns='" MAIN "'>%s</sst>", book->strings);
        add_part(zip, "xl/sharedStrings.xml", text);
        free(text);
    }
    add_part(zip, "xl/styles.xml", styles);
    text = book->sheet ? join("%s", book->sheet)
                       : join("<worksheet xmlns='" MAIN
                              "'><dimension ref='A1:XFD1048576'/><sheetData>%s</sheetData>%s"
                              "</worksheet>",
                              book->rows ? book->rows : "", book->behind ? book->behind : "");
    add_blanks(zip, "xl/worksheets/sheet1.xml", text, strlen(text), book->blank_mebi);
    free(text);
    if (book->second) {
        text = join("<worksheet xmlns='" MAIN "'><sheetData>%s</sheetData></worksheet>", book->second);
        add_part(zip, "xl/worksheets/sheet2.xml", text);
        free(text);
    }
    archive_write_close(zip);
    archive_write_free(zip);
}

void wrap_file(const char *path, const char *name, const char *outer) {
    enum { FILE_MAX = 1 << 20 };
    char *bytes = malloc(FILE_MAX);
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, FILE_MAX, file) : 0;
    if (file) fclose(file);
    struct archive *zip = archive_write_new();
    archive_write_set_format_zip(zip);
    archive_write_set_options(zip, "hdrcharset=UTF-8");
    archive_write_open_filename(zip, outer);
    add_bytes(zip, name, bytes, size);
    archive_write_close(zip);
    archive_write_free(zip);
    free(bytes);
}

void test_path(char path[256], const char *ending) {
    const char *folder = getenv("TMPDIR");
    snprintf(path, 256, "%s/tongchou-test-%ld%s", folder && *folder ? folder : "/tmp", (long)getpid(),
             ending);
}

struct output {
    char *text;
    size_t size, room;
};

static void put(struct output *output, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct output *output, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(output->text + output->size, output->room - output->size, format, arguments);
    va_end(arguments);
    if (size > 0) output->size += (size_t)size;
    if (output->size >= output->room) output->size = output->room - 1;
}

static void put_batch(struct output *output, const struct batch *batch) {
    for (uint32_t i = 0; i < batch->row_count; i++) {
        const struct row *row = &batch->rows[i];
        put(output, "%llu %c%s", (unsigned long long)row->number, "LRE"[row->fate], row -> total ? "T" : "");
        for (uint8_t k = 0; k < row->reason_count; k++)
            put(output, " %s:%u", row->reasons[k].code, row->reasons[k].source);
        put(output, " ");
        for (uint32_t column = 0; column < batch->source->count; column++) {
            struct span cell = batch->cells[column][i];
            put(output, "%s%.*s", column ? "|" : "", (int)cell.size, cell.bytes);
        }
        put(output, "\n");
    }
}

void reading_text(const struct extractor *extractor, const struct input *input, char *text, size_t size) {
    struct output output = {.text = text, .room = size};
    struct arena arena = {0};
    struct stage stage;
    struct columns columns = {0};
    struct error error = {0};
    struct batch batch = {0};
    text[0] = '\0';
    bool ok = extract_open(extractor, input, &arena, &stage, &columns, &error);
    for (uint32_t i = 0; ok && i < columns.count; i++)
        put(&output, "%s%.*s", i ? "|" : "", (int)columns.names[i].size, columns.names[i].bytes);
    if (ok) put(&output, "\n");
    enum flow flow = ok ? FLOW_MORE : FLOW_FAILED;
    while (flow == FLOW_MORE) {
        struct arena own = batch.arena;
        arena_reset(&own);
        batch = (struct batch){.arena = own};
        flow = stage.kind->run(&stage, &batch, &error);
        if (flow != FLOW_FAILED) put_batch(&output, &batch);
    }
    if (flow == FLOW_FAILED) put(&output, "! %s\n", error.code ? error.code : "-");
    if (ok) extract_close(&stage);
    arena_free(&batch.arena);
    arena_free(&arena);
}
