/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/out/book.h"
#include <stdlib.h>

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"

static struct sink *out(struct book *book) { return &book->pack->sink; }

static void put(struct book *book, const char *text) { sink_text(out(book), text); }

static void put_number(struct book *book, uint64_t value) {
    char text[24];
    sink_put(out(book), text, sink_number(text, value, 1));
}

static void put_escaped(struct book *book, const char *text) {
    for (; *text; text++) {
        if (*text == '&') put(book, "&amp;");
        else if (*text == '<') put(book, "&lt;");
        else sink_put(out(book), text, 1);
    }
}

static bool put_types(struct book *book, unsigned count) {
    if (!pack_begin(book->pack, "[Content_Types].xml")) return false;
    put(book, XML "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
                  "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                  "<Default Extension=\"xml\" ContentType=\"application/xml\"/>");
    static const char *const parts[] = {"workbook", "sheet.main",    "styles",
                                        "styles",   "sharedStrings", "sharedStrings"};
    for (unsigned i = 0; i < 6; i += 2) {
        put(book, "<Override PartName=\"/xl/");
        put(book, parts[i]);
        put(book, ".xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.");
        put(book, parts[i + 1]);
        put(book, "+xml\"/>");
    }
    for (unsigned i = 1; i <= count; i++) {
        put(book, "<Override PartName=\"/xl/worksheets/sheet");
        put_number(book, i);
        put(book,
            ".xml\" "
            "ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>");
    }
    put(book, "</Types>");
    return pack_begin(book->pack, "_rels/.rels");
}

static void put_relation(struct book *book, unsigned id, const char *type, const char *target,
                         unsigned number) {
    put(book, "<Relationship Id=\"rId");
    put_number(book, id);
    put(book, "\" Type=\"" OFFICE "/");
    put(book, type);
    put(book, "\" Target=\"");
    put(book, target);
    if (number) put_number(book, number);
    put(book, ".xml\"/>");
}

static bool put_workbook(struct book *book, const struct book_sheet *sheets, unsigned count) {
    put(book, XML "<Relationships xmlns=\"" PACKAGE "relationships\">");
    put_relation(book, 1, "officeDocument", "xl/workbook", 0);
    put(book, "</Relationships>");
    if (!pack_begin(book->pack, "xl/workbook.xml")) return false;
    put(book, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><workbookPr date1904=\"0\"/><sheets>");
    for (unsigned i = 0; i < count; i++) {
        put(book, "<sheet name=\"");
        put_escaped(book, sheets[i].name);
        put(book, "\" sheetId=\"");
        put_number(book, i + 1);
        put(book, sheets[i].hidden ? "\" state=\"hidden\" r:id=\"rId" : "\" r:id=\"rId");
        put_number(book, i + 1);
        put(book, "\"/>");
    }
    put(book, "</sheets></workbook>");
    if (!pack_begin(book->pack, "xl/_rels/workbook.xml.rels")) return false;
    put(book, XML "<Relationships xmlns=\"" PACKAGE "relationships\">");
    for (unsigned i = 1; i <= count; i++) put_relation(book, i, "worksheet", "worksheets/sheet", i);
    put_relation(book, count + 1, "styles", "styles", 0);
    put_relation(book, count + 2, "sharedStrings", "sharedStrings", 0);
    put(book, "</Relationships>");
    return true;
}

static bool put_words(struct book *book) {
    if (!pack_begin(book->pack, "xl/styles.xml")) return false;
    put(book, XML "<styleSheet xmlns=\"" MAIN
                  "\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/></font>"
                  "</fonts><fills count=\"1\"><fill><patternFill patternType=\"none\"/></fill></fills>"
                  "<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs>"
                  "<cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\" applyNumberFormat=\"1\"/>"
                  "<xf numFmtId=\"49\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>");
    if (!pack_begin(book->pack, "xl/sharedStrings.xml")) return false;
    put(book, XML "<sst xmlns=\"" MAIN "\">");
    for (unsigned i = 0; book->shared[i]; i++) {
        put(book, "<si><t>");
        put_escaped(book, book->shared[i]);
        put(book, "</t></si>");
    }
    put(book, "</sst>");
    return true;
}

bool book_open(struct book *book, const char *path, const struct book_sheet *sheets, unsigned count,
               const char *const *shared, struct error *error) {
    *book = (struct book){.shared = shared, .lost = -1};
    book->pack = calloc(1, sizeof *book->pack);
    if (!book->pack) abort();
    book->pack->level = 1;
    book->pack->utf8 = true;
    return pack_open(book->pack, path, error) && put_types(book, count) &&
           put_workbook(book, sheets, count) && put_words(book);
}

bool book_begin(struct book *book, unsigned sheet) {
    char name[48];
    snprintf(name, sizeof name, "xl/worksheets/sheet%u.xml", sheet + 1);
    book->row = 0;
    book->row_open = false;
    if (!pack_begin(book->pack, name)) return false;
    put(book, XML "<worksheet xmlns=\"" MAIN "\"><sheetData>");
    return true;
}

void book_row(struct book *book) {
    if (book->row_open) put(book, "</row>");
    book->row_open = true;
    put(book, "<row r=\"");
    put_number(book, ++book->row);
    put(book, "\">");
}

/* Opens a cell; false when the column is the lost one. */
static bool cell(struct book *book, unsigned column, enum book_style style, const char *type) {
    if ((int)column == book->lost) return false;
    if (book->lost >= 0 && (int)column > book->lost) column--;
    char name[2] = {(char)('A' + column), '\0'};
    put(book, "<c r=\"");
    put(book, name);
    put_number(book, book->row);
    put(book, style == BOOK_DATE ? "\" s=\"1\"" : style == BOOK_TEXT ? "\" s=\"2\"" : "\"");
    if (type) {
        put(book, " t=\"");
        put(book, type);
        put(book, "\"");
    }
    put(book, ">");
    return true;
}

void book_text(struct book *book, unsigned column, const char *text) {
    for (unsigned i = 0; book->shared[i]; i++) {
        if (strcmp(book->shared[i], text) != 0) continue;
        if (!cell(book, column, BOOK_GENERAL, "s")) return;
        put(book, "<v>");
        put_number(book, i);
        put(book, "</v></c>");
        return;
    }
    if (!cell(book, column, BOOK_TEXT, "inlineStr")) return;
    put(book, "<is><t>");
    put_escaped(book, text);
    put(book, "</t></is></c>");
}

static void value(struct book *book, unsigned column, enum book_style style, const char *type,
                  const char *text) {
    if (!cell(book, column, style, type)) return;
    put(book, "<v>");
    put(book, text);
    put(book, "</v></c>");
}

void book_number(struct book *book, unsigned column, const char *digits) {
    value(book, column, BOOK_GENERAL, NULL, digits);
}

void book_money(struct book *book, unsigned column, int64_t fen) {
    char text[24];
    size_t size = sink_yuan(text, fen);
    while (text[size - 1] == '0') size--; /* as a spreadsheet stores a number */
    if (text[size - 1] == '.') size--;
    text[size] = '\0';
    book_number(book, column, text);
}

void book_date(struct book *book, unsigned column, uint32_t serial) {
    char text[24];
    text[sink_number(text, serial, 1)] = '\0';
    value(book, column, BOOK_DATE, NULL, text);
}

void book_error(struct book *book, unsigned column, const char *code) {
    value(book, column, BOOK_GENERAL, "e", code);
}

void book_end(struct book *book, uint32_t last_row, const char *const *merges) {
    if (book->row_open) put(book, "</row>");
    if (last_row > book->row) {
        put(book, "<row r=\"");
        put_number(book, last_row);
        put(book, "\"><c r=\"A");
        put_number(book, last_row);
        put(book, "\" s=\"2\"/></row>");
    }
    put(book, "</sheetData>");
    if (merges && *merges) {
        put(book, "<mergeCells>");
        for (; *merges; merges++) {
            put(book, "<mergeCell ref=\"");
            put(book, *merges);
            put(book, "\"/>");
        }
        put(book, "</mergeCells>");
    }
    put(book, "</worksheet>");
}

bool book_close(struct book *book) {
    bool held = pack_close(book->pack);
    free(book->pack);
    book->pack = NULL;
    return held;
}
