/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/foreign.h"
#include "core/arena.h"
#include "core/language.h"
#include "extract/extract.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <unistd.h>

enum { HEAD_BYTES = 600 };

/* A member of a zip, stored and empty, of that name. */
#define ZIP(size, name) "PK\3\4\24\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" size "\0\0\0" name
#define BMP(size) "BM\0\1\0\0\0\0\0\0\66\0\0\0" size "\0\0\0"

static const struct {
    const char *name; /* a part of what it is called; NULL: not foreign */
    struct span head; /* filled up with zeros */
} files[] = {
    {"JPEG", {"\xff\xd8\xff\xe1", 4}},
    {"PNG", {"\x89PNG\r\n\x1a\n", 8}},
    {"GIF", {"GIF89a", 6}},
    {"BMP", {BMP("\50"), 18}},
    {NULL, {BMP("\51"), 18}},
    {NULL, {"BM,NAME\r\n1,2", 12}},
    {"TIFF", {"II*\0", 4}},
    {"WebP", {"RIFF\1\0\0\0WEBP", 12}},
    {"音频", {"RIFF\1\0\0\0WAVE", 12}},
    {NULL, {"RIFF,A\r\n1,2", 12}},
    {"HEIC", {"\0\0\0\30ftypheic", 12}},
    {"PDF", {"%PDF-1.7\n", 9}},
    {"RTF", {"{\\rtf1\\ansi", 10}},
    {"Word", {ZIP("\23", "[Content_Types].xml") ZIP("\21", "word/document.xml"), 96}},
    {"PowerPoint", {ZIP("\23", "[Content_Types].xml") ZIP("\12", "ppt/slides"), 89}},
    {NULL, {ZIP("\23", "[Content_Types].xml") ZIP("\17", "xl/workbook.xml") ZIP("\5", "word/"), 129}},
    {NULL, {ZIP("\12", "word/a.dbf"), 40}},
    {"OFD", {ZIP("\7", "OFD.xml"), 37}},
    {"odt", {ZIP("\10", "mimetypeapplication/vnd.oasis.opendocument.text"), 77}},
    {"ods", {ZIP("\10", "mimetypeapplication/vnd.oasis.opendocument.spreadsheet"), 84}},
    {NULL, {"MZ,NAME\r\n1,2", 12}},
    {"Linux", {"\177ELF", 4}},
    {"快捷方式", {"L\0\0\0\1\x14\2\0", 8}},
    {"mdb", {"\0\1\0\0Standard Jet DB", 19}},
    {"accdb", {"\0\1\0\0Standard ACE DB", 19}},
    {"SQLite", {"SQLite format 3\0", 16}},
    {"SQL Server", {"TAPE\0\0", 6}},
    {NULL, {"TAPE,NAME", 9}},
    {"PostgreSQL", {"PGDMP\1\16", 7}},
    {"Oracle", {"\3\3UEXPORT:V", 11}},
    {"Oracle", {"\3\0\rTEXPORT:V", 12}},
    {"DS_Store", {"\0\0\0\1Bud1", 8}},
    {NULL, {"", 0}},
};

/* `head` and zeros behind it. */
static struct span filled(struct span head, char room[HEAD_BYTES]) {
    memset(room, 0, HEAD_BYTES);
    if (head.size) memcpy(room, head.bytes, head.size);
    return (struct span){room, HEAD_BYTES};
}

Test(foreign, files_without_rows_are_called_what_they_are) {
    char room[HEAD_BYTES];
    language_set(LANGUAGE_ZH);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *name = foreign_name(filled(files[i].head, room));
        if (files[i].name)
            cr_expect(name && strstr(name, files[i].name), "%zu: %s, got %s", i, files[i].name, name);
        else cr_expect(!name, "%zu: is %s", i, name);
        for (size_t size = 0; size < files[i].head.size; size++) /* cut anywhere: nothing behind is read */
            foreign_name((struct span){files[i].head.bytes, size});
    }
}

Test(foreign, a_program_is_known_by_its_second_header) {
    char room[HEAD_BYTES];
    struct span head = filled(SPAN("MZ"), room);
    cr_expect(!foreign_name(head), "MZ alone");
    room[0x3c] = (char)0x80;
    cr_expect(!foreign_name(head), "no header where it should be");
    memcpy(room + 0x80, "PE\0\0", 4);
    cr_expect(foreign_name(head) && strstr(foreign_name(head), "exe"));
    room[0x3d] = 4; /* behind the head */
    cr_expect(foreign_name(head) != NULL, "a header further on");
    room[0x3f] = 4;
    cr_expect(!foreign_name(head), "a header beyond 64 KiB");
}

/* Whatever reader its spec names, the refusal says what the file is. */
Test(foreign, every_reader_refuses_it_by_what_it_is) {
    static const char *const formats[] = {"csv", "json", "xml", "html", "sqldump", "dbf", "xlsx", "xls"};
    struct arena arena = {0};
    char room[HEAD_BYTES];
    const char *path = print_temporary(filled(SPAN("\xff\xd8\xff\xe0"), room), &arena);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        const struct extractor *extractor = extract_find((struct span){formats[i], strlen(formats[i])});
        struct input input = {.path = path, .name = "ry.txt"};
        struct stage stage;
        struct columns columns = {0};
        struct error error = {0};
        cr_assert(extractor, "%s", formats[i]);
        bool open = extract_open(extractor, &input, &arena, &stage, &columns, &error);
        cr_expect(!open, "%s read it", formats[i]);
        if (open) extract_close(&stage);
        cr_expect(error.code && strcmp(error.code, "file.foreign") == 0, "%s: %s %s", formats[i],
                  error.code ? error.code : "-", error.message);
        cr_expect(error.trouble == TROUBLE_REFUSED && strstr(error.message, "JPEG"), "%s: %s", formats[i],
                  error.message);
    }
    unlink(path);
    arena_free(&arena);
}

#define WHOLE(text)                                                                                          \
    { text, sizeof(text) - 1 }

/* A spec that says csv met a page, a workbook or a table under the old name: what it is, not "no column A".
 */
Test(foreign, the_csv_reader_says_what_it_was_given) {
    static const struct {
        struct span head;
        const char *said; /* NULL: it is text */
    } cases[] = {
        {WHOLE("<html><body>\n<table><tr><td>A</td></tr></table>"), "html"},
        {WHOLE("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0"), "xls"},
        {WHOLE(ZIP("\23", "[Content_Types].xml") ZIP("\17", "xl/workbook.xml")), "xlsx"},
        {WHOLE("A,B\r\n<table><tr>,1\r\n"), NULL},
        {WHOLE("<A>,B\r\n1,2\r\n"), NULL},
    };
    struct arena arena = {0};
    language_set(LANGUAGE_ZH);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = print_temporary(cases[i].head, &arena);
        struct input input = {.path = path, .name = "ry.csv"};
        struct stage stage;
        struct columns columns = {0};
        struct error error = {0};
        bool open = extract_open(&extract_csv, &input, &arena, &stage, &columns, &error);
        cr_expect(open == !cases[i].said, "%zu: %s", i, error.message);
        if (open) extract_close(&stage);
        else
            cr_expect(strcmp(error.code, "file.format_mismatch") == 0 && strstr(error.message, cases[i].said),
                      "%zu: %s %s", i, error.code, error.message);
        unlink(path);
    }
    arena_free(&arena);
}
