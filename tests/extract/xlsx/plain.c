/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The scanner of plain rows and strings says what expat alone says: the same rows, cells, bytes and errors,
   over awkward XML cut at every byte, changed at every byte, read through windows of any size; and over the
   golden workbooks. */
#include "extract/xlsx/row.h"
#include "tests/fuzz/heard.h"
#include <criterion/criterion.h>
#include <glob.h>

#define HEAD "<worksheet><sheetData><row r='1'><c r='A1'><v>0</v></c></row>"
#define PLAIN "<row><c><v>1</v></c></row>"
#define PLAINS PLAIN PLAIN PLAIN PLAIN PLAIN PLAIN PLAIN PLAIN
#define TAIL "</sheetData></worksheet>"

/* `plain`: that the scanner takes at least one row of it, else that it takes none. */
static const struct {
    const char *name, *xml;
    bool plain;
} sheets[] = {
    {"as Excel writes",
     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n<worksheet "
     "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\" "
     "spans=\"1:3\" x14ac:dyDescent=\"0.2\"><c r=\"A1\" t=\"s\"><v>0</v></c></row><row r=\"2\" ht=\"14.5\">"
     "<c r=\"A2\" s=\"1\"><v>44196</v></c><c r=\"B2\" t=\"str\"><f t=\"shared\" ref=\"B2:B9\" si=\"0\">"
     "A1&amp;\"x\"</f><v>350105194912310025</v></c><c r=\"C2\" s=\"4\"/></row><row r=\"5\" s=\"2\"/>"
     "<row r=\"6\"><c r=\"XFD6\"><v>1.1000000000000001</v></c></row></sheetData><mergeCells count=\"1\">"
     "<mergeCell ref=\"A1:B2\"/></mergeCells></worksheet>",
     true},
    {"a prefix",
     "<x:worksheet xmlns:x='urn:x'><x:sheetData><x:row r='1'><x:c r='A1'><x:v>1</x:v></x:c></x:row>"
     "<x:row><x:c t='inlineStr'><x:is><x:t>two</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>",
     true},
    {"two prefixes", HEAD "<x:row><y:c><z:v>1</z:v></y:c></x:row><row><x:c><v>1</v></x:c></row>" TAIL, false},
    {"a prefix that its end has not", HEAD "<x:row><x:c><x:v>1</v></x:c></x:row>" TAIL, false},
    {"comments, instructions, CDATA between and in rows",
     HEAD "<!-- </row> <row r='7'><c r='A7'><v>7</v></c></row> --><row r='2'><!-- row> --><c r='A2'><v>2</v>"
          "</c></row><?x <row r='8'/> row>?><row><c><v><![CDATA[<row>]]></v></c></row><![CDATA[row>]]><row>"
          "<c><v>9</v></c></row><![CDATA[</row>row><row r='30'><c r='A30'><v>3</v></c></row>]]>" PLAINS PLAINS
              TAIL,
     true},
    {"CDATA that begins like a row",
     HEAD "<row r='2'/><![CDATA[row><row r='3'><c r='A3'><v>3</v></c></row>]]><row r='4'/>" TAIL, true},
    {"attributes in any order, single quotes, blanks",
     HEAD
     "<row s='1' r=\"3\" ><c  t='s' s='0'  r='A3' ><v >1</v></c></row><row s='1' r='4' ><c t='inlineStr' "
     "s='1' r='A4' ><is ><t >x</t></is></c><c t=\"n\" r='B4'\n><v>1</v></c ></row >\n<row\nr='5'/>" TAIL,
     true},
    {"attributes twice and unknown",
     HEAD "<row q='1'><c a='1' b='2' r='A2'><v>2</v></c></row><row r='3' r='4'/>" TAIL, true},
    {"an attribute twice in a cell", HEAD "<row><c z='1' z='2'><v>2</v></c></row>" TAIL, false},
    {"pretty printed with CRLF",
     "<worksheet>\r\n <sheetData>\r\n  <row r='1'>\r\n   <c r='A1'>\r\n    <v>1</v>\r\n   </c>\r\n  "
     "</row>\r\n"
     "  <row r='2'>\r\n   <c r='A2'>\r\n    <v>2</v>\r\n   </c>\r\n  </row>\r\n </sheetData>\r\n</worksheet>",
     true},
    {"lone carriage returns, line ends in values",
     HEAD "\r<row><c><v>1</v></c></row>\r<row>\r<c t='str'><v>a\rb\r\nc\nd</v></c></row><row><c "
          "t='str'><v>a\n\tb</v></c></row>" TAIL,
     true},
    {"entities, named, numeric, unknown",
     HEAD "<row><c t='str'><v>&lt;&gt;&amp;&quot;&apos;_x0041_&amp;lt;</v></c></row><row><c t='str'><v>&#65;"
          "&#x5F20;</v></c></row><row><c s='&#49;'><v>1</v></c></row><row><c><v>&x;</v></c></row>" TAIL,
     true},
    {"escapes and what looks like them",
     HEAD "<row><c t='str'><v>_x000D__x005F_x000D_ _x12 __x0000__</v></c><c t='inlineStr'><is><t>a_b</t></is>"
          "</c><c t='e'><v>#N_A</v></c></row><row><c t='e'><v>&amp;</v></c></row>" TAIL,
     true},
    {"rich and phonetic text, space kept",
     HEAD "<row><c t='inlineStr'><is><t xml:space='preserve'> 张三 </t></is></c></row><row><c t='inlineStr'>"
          "<is><r><rPr><b/></rPr><t>张</t></r><r><t>三</t></r><rPh sb='0' eb='1'><t>zhang</t></rPh></is></c>"
          "</row><row><c t='inlineStr'><is><t>四</t><rPh><t>si</t></rPh></is><v>no</v></c></row>" TAIL,
     true},
    {"inline twice, value twice, text in the wrong place",
     HEAD "<row><c t='inlineStr'><is><t>a</t></is><is><t>b</t></is></c><c><v>1</v><v>2</v></c><c><is><t>x</t>"
          "</is></c></row><row><c t='str'><t>x</t><v>y</v></c>text<c/>more</row><row>]]</row>" TAIL,
     false},
    {"a text of another type",
     HEAD "<row><c><is><t>x</t></is><v>5</v></c><c t='inlineStr'><v>6</v></c><c t='inlineStr'><is/></c>"
          "<c t='inlineStr'><is><t/></is></c><c t='str'><v/></c><c><v></v></c><c></c></row>" TAIL,
     true},
    {"formulas",
     HEAD "<row><c><f>1</f></c><c><f>1</f><v>1</v></c><c t='str'><f/><v></v></c><c t='str'><f/></c><c "
          "t='inlineStr'><f>1</f><is><t/></is></c><c><v>1</v><f>2</f></c><c t='e'><f>1</f></c></row>" TAIL,
     true},
    {"types",
     HEAD
     "<row><c t='b'><v>1</v></c><c t='b'><v>0</v></c><c t='b'><v>x</v></c><c t='d'><v>2020-12-31T00:00:00Z"
     "</v></c><c t='n'><v>3.5010519491231002E+17</v></c><c s='1'><v>44196.5</v></c><c s='3'><v>1.5</v></c>"
     "<c s='99'><v> 12 </v></c><c><v>  </v></c></row>" TAIL,
     true},
    {"an unknown type", HEAD "<row><c t='x'><v>1</v></c></row>" TAIL, false},
    {"odd styles",
     HEAD "<row><c s='-1'><v>44196</v></c><c s='1x'><v>44196</v></c><c s=''><v>1</v></c></row>" TAIL, false},
    {"odd row numbers", HEAD "<row r='0003'><c r='A3'/></row><row r='+4'><c><v>1</v></c></row>" TAIL, true},
    {"rows backwards", HEAD "<row r='5'><c><v>1</v></c></row><row r='4'><c><v>1</v></c></row>" TAIL, true},
    {"a row beyond the last", HEAD "<row r='1048576'><c><v>1</v></c></row><row/>" TAIL, true},
    {"cells backwards", HEAD "<row><c r='B2'><v>1</v></c><c r='A2'><v>1</v></c></row>" TAIL, false},
    {"a column beyond the last", HEAD "<row><c r='XFD2'><v>1</v></c><c><v>1</v></c></row>" TAIL, false},
    {"a cell of another row", HEAD "<row><c r='A3'><v>1</v></c></row>" TAIL, false},
    {"strings out of range", HEAD "<row><c t='s'><v>1</v></c></row><row><c t='s'><v>2</v></c></row>" TAIL,
     true},
    {"a string that is no index", HEAD "<row><c t='s'><v>1.0</v></c></row>" TAIL, false},
    {"rows in rows, elsewhere, and behind the data",
     "<worksheet><row r='9'/><sheetData><q><row r='1'><c><v>1</v></c></row></q><row r='2'><row r='3'><c><v>1"
     "</v></c></row><c><v>2</v></c></row><row><c><v>4</v></c></row></sheetData><row "
     "r='1'><c><v>5</v></c></row>"
     "<sheetData><row r='7'><c><v>7</v></c></row>" PLAINS PLAINS TAIL,
     true},
    {"merged cells among the rows",
     HEAD
     "<mergeCell ref='A1:B1'/><row><mergeCell ref='A2:B2'/><c><v>1</v></c></row><row><c><v>1</v></c></row>"
     "</sheetData><x:mergeCell ref='A3:B3'/></worksheet>",
     true},
    {"elements beside the cells",
     HEAD "<row><extLst/><c><v>1</v><extLst><row/></extLst></c></row><row><c><v>1</v></c></row>" TAIL, true},
    {"characters that are none",
     HEAD
     "<row><c t='str'><v>\xC3\xA9\xE5\xBC\xA0\xF0\xA0\x80\x87</v></c></row><row><c t='str'><v>\xC0\x80</v>"
     "</c></row>" TAIL,
     true},
    {"a surrogate", HEAD "<row><c t='str'><v>\xED\xA0\x80</v></c></row>" TAIL, false},
    {"U+FFFE", HEAD "<row><c t='str'><v>\xEF\xBF\xBD\xEF\xBF\xBE</v></c></row>" TAIL, false},
    {"beyond U+10FFFF", HEAD "<row><c t='str'><v>\xF4\x8F\xBF\xBF\xF4\x90\x80\x80</v></c></row>" TAIL, false},
    {"cut inside a character", HEAD "<row><c t='str'><v>\xE5\xBC</v></c></row>" TAIL, false},
    {"]]> in text", HEAD "<row><c t='str'><v>a]]&gt;b</v></c></row><row><c><v>]]></v></c></row>" TAIL, true},
    {"Latin-1",
     "<?xml version='1.0' encoding='ISO-8859-1'?>" HEAD "<row><c t='str'><v>\xC3\xA9</v></c></row>" TAIL,
     false},
    {"another encoding", "<?xml version='1.0' encoding='GB18030'?>" HEAD "<row><c><v>1</v></c></row>" TAIL,
     false},
    {"a mark", "\xEF\xBB\xBF" HEAD "<row><c><v>1</v></c></row>" TAIL, true},
    {"blank before", "\n" HEAD "<row><c><v>1</v></c></row>" TAIL, false},
    {"a DOCTYPE", "<!DOCTYPE w [<!ENTITY a 'x'>]>" HEAD "<row><c><v>&a;</v></c></row>" TAIL, false},
    {"something behind", HEAD "<row><c><v>1</v></c></row>" TAIL "<row><c><v>1</v></c></row>", true},
    {"deep",
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><"
     "a>"
     "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><sheetData><row><c><v>1</v></c>"
     "</row><row><c t='inlineStr'><is><t>1</t></is></c></row>",
     false},
};

static const char *const string_parts[] = {
    "<sst><si><t>a</t></si><si><t xml:space='preserve'> b&amp; </t></si><si/><si></si><si><t/></si></sst>",
    "<x:sst><x:si><x:t>张_x000D_</x:t></x:si><x:si><y:t>a</y:t></x:si></x:sst>",
    "<sst><si><r><t>a</t></r><r><rPr/><t>b</t></r></si><si><t>c</t><rPh><t>d</t></rPh></si><si><t>e</t></"
    "si></sst>",
    "<sst>\r\n<si>\r\n<t>a\r\nb</t>\r\n</si><!-- si> <si><t>no</t></si> "
    "--><si><t>&#65;</t></si><si>x<t>y</t>z</si>"
    "</sst>",
    "<sst><si><si><t>a</t></si></si><t>no</t><rPh/><rPh><si><t>b</t></si></rPh><si><t>c</t><t>d</t></si></"
    "sst>",
    "<sst><si><t>a</t></si><si><t>\xED\xA0\x80</t></si></sst>",
    "<sst><si><t>]]&gt;</t></si><si><t>]]></t></si></sst>",
    "<sst><si><t>a</t></si><![CDATA[si><si><t>b</t></si>]]><si><t>c</t></si></sst><si><t>d</t></si>",
};

static struct sheet_values values;

static void values_make(void) {
    static uint8_t styles[] = {STYLE_NUMBER, STYLE_DATE, STYLE_DATE, STYLE_ELAPSED};
    struct error error = {0};
    uint32_t ends[] = {3, 6};
    values = (struct sheet_values){.strings = {GROWING_EMPTY, GROWING_EMPTY, 2},
                                   .styles = {.styles = styles, .count = 4}};
    cr_assert(growing_add(&values.strings.text, "头x12_", 6, &error));
    cr_assert(growing_add(&values.strings.ends, ends, sizeof ends, &error));
}

/* Returns what the scanner took. */
static uint64_t compare(const char *name, struct span xml, bool finish, size_t room) {
    struct heard own = heard_sheet(xml, &values, (struct how){.finish = finish, .room = room});
    struct heard expat = heard_sheet(xml, &values, (struct how){.parser_only = true, .finish = finish});
    cr_assert(expat.taken == 0);
    cr_assert(own.size == expat.size && memcmp(own.text, expat.text, own.size) == 0,
              "%s, finish %d, window %zu\n%.*s\nsays\n%sexpat says\n%s", name, finish, room, (int)xml.size,
              xml.bytes, own.text, expat.text);
    free(own.text);
    free(expat.text);
    return own.taken;
}

Test(plain, sheets_as_by_expat) {
    static const size_t rooms[] = {0, 40, 97, 200};
    values_make();
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
        for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++)
            for (int finish = 0; finish < 2; finish++) {
                struct span xml = {sheets[i].xml, strlen(sheets[i].xml)};
                uint64_t taken = compare(sheets[i].name, xml, finish, rooms[r]);
                cr_expect(rooms[r] || (taken > 0) == sheets[i].plain || finish, "%s: %ju bytes taken",
                          sheets[i].name, (uintmax_t)taken);
            }
    strings_free(&values.strings);
}

Test(plain, sheets_cut_anywhere) {
    static const size_t rooms[] = {0, 64, 111};
    values_make();
    for (size_t i = 0; i < sizeof sheets / sizeof *sheets; i++)
        for (size_t cut = 0, size = strlen(sheets[i].xml); cut < size; cut++)
            compare(sheets[i].name, (struct span){sheets[i].xml, cut}, cut % 2, rooms[cut % 3]);
    strings_free(&values.strings);
}

/* Each byte becomes, in turn, one that means something to XML. */
Test(plain, sheets_changed_anywhere) {
    static const char marks[] = "<>&'\"/= \r\n_]-!?:rcvt1\x80\xE5\x01";
    values_make();
    for (size_t i = 0, turn = 0; i < sizeof sheets / sizeof *sheets; i++) {
        char copy[4096];
        size_t size = strlen(sheets[i].xml);
        cr_assert(size < sizeof copy);
        for (size_t at = 0; at < size; at++)
            for (int k = 0; k < 4; k++, turn++) {
                memcpy(copy, sheets[i].xml, size);
                copy[at] = marks[turn * 7 % (sizeof marks)]; /* the NUL too */
                compare(sheets[i].name, (struct span){copy, size}, false, turn % 5 ? 0 : 150);
            }
    }
    strings_free(&values.strings);
}

/* In UTF-16, characters whose bytes happen to spell a row are text like any other. */
Test(plain, bytes_of_utf_16_are_no_row) {
    static const char tags[] = "<worksheet><sheetData>", spelled[] = "row><row><c><v>1</v></c></row>";
    char xml[256] = "\xFF\xFE";
    size_t size = 2;
    values_make();
    for (size_t i = 0; i + 1 < sizeof tags; i++) xml[size++] = tags[i], xml[size++] = '\0';
    memcpy(xml + size, spelled, sizeof spelled - 1);
    size += sizeof spelled - 1;
    cr_expect(compare("UTF-16", (struct span){xml, size}, false, 0) == 0);
    cr_expect(compare("UTF-16 without a mark", (struct span){xml + 2, size - 2}, false, 0) == 0);
    strings_free(&values.strings);
}

static void compare_strings(struct span xml) {
    struct heard own = heard_strings(xml, true), expat = heard_strings(xml, false);
    cr_assert(own.size == expat.size && memcmp(own.text, expat.text, own.size) == 0,
              "%.*s\nsays\n%sexpat says\n%s", (int)xml.size, xml.bytes, own.text, expat.text);
    free(own.text);
    free(expat.text);
}

Test(plain, strings_as_by_expat) {
    static const char marks[] = "<>&'\"/= \r_]!ts\x80\x01";
    for (size_t i = 0, turn = 0; i < sizeof string_parts / sizeof *string_parts; i++) {
        char copy[1024];
        size_t size = strlen(string_parts[i]);
        for (size_t cut = 0; cut <= size; cut++) compare_strings((struct span){string_parts[i], cut});
        for (size_t at = 0; at < size; at++)
            for (int k = 0; k < 4; k++, turn++) {
                memcpy(copy, string_parts[i], size);
                copy[at] = marks[turn * 5 % sizeof marks];
                compare_strings((struct span){copy, size});
            }
    }
}

/* Rows that end anywhere in a window, rows longer than one, and long runs of what only expat reads. */
Test(plain, long_sheets) {
    enum { ROOM = 1 << 20, KINDS = 5, LONG_ROW = 12000 };
    static const char *const rows[KINDS][2] = {{"<row><c><v>", "</v></c></row>"},
                                               {"<row r='", "'><!-- row> --></row>"},
                                               {"row>", ""},
                                               {"<row><c t='inlineStr'><is><t>张", "</t></is></c></row>\n"},
                                               {"<c><v>", "</v></c>"}};
    char *text = malloc(ROOM);
    values_make();
    for (size_t kind = 0; kind <= KINDS; kind++) { /* the last: all but the long rows by turns */
        size_t size = (size_t)snprintf(text, ROOM, "%s", HEAD);
        for (size_t i = 2; size < ROOM - 200; i++) {
            const char *const *row = rows[kind < KINDS ? kind : i % (KINDS - 1)];
            if (kind == KINDS - 1 && i % LONG_ROW == 2)
                size += (size_t)snprintf(text + size, ROOM - size, "%s<row>", i > 2 ? "</row>" : "");
            size += (size_t)snprintf(text + size, ROOM - size, "%s%zu%s", row[0], i, row[1]);
        }
        size += (size_t)snprintf(text + size, ROOM - size, "%s" TAIL, kind == KINDS - 1 ? "</row>" : "");
        uint64_t taken = compare("long", (struct span){text, size}, false, 0);
        cr_expect(kind != 0 || taken > size / 10 * 9, "%ju of %zu bytes taken", (uintmax_t)taken, size);
    }
    strings_free(&values.strings);
    free(text);
}

static struct heard hear_book(const char *path, uint32_t sheet, bool parser_only, uint32_t *count) {
    struct heard heard = {0};
    struct arena arena = {0};
    struct error error = {0};
    struct workbook workbook;
    struct sheet_values all;
    struct sheet_reader reader;
    *count = 0;
    if (xlsx_workbook_open(&workbook, path, NULL, NULL, &arena, &error)) {
        *count = workbook.sheet_count;
        if (sheet_values_read(&all, &workbook, &error)) {
            if (sheet_open(&reader, &workbook, &workbook.sheets[sheet], &all, &error))
                heard_rows(&heard, &reader, (struct how){.parser_only = parser_only});
            sheet_close(&reader);
        }
        sheet_values_free(&all);
    }
    if (!heard.size) heard_outcome(&heard, false, &error);
    xlsx_workbook_close(&workbook);
    arena_free(&arena);
    return heard;
}

/* BOOKS= names more of them, as a glob. */
Test(plain, golden_books_as_by_expat) {
    glob_t found = {0};
    uint64_t taken = 0, sheets_read = 0;
    cr_assert(glob("tests/extract/xlsx_books/*/input.xlsx", 0, NULL, &found) == 0);
    if (getenv("BOOKS")) glob(getenv("BOOKS"), GLOB_APPEND, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        uint32_t count = 1;
        for (uint32_t sheet = 0; sheet < count; sheet++, sheets_read++) {
            struct heard own = hear_book(found.gl_pathv[i], sheet, false, &count);
            struct heard expat = hear_book(found.gl_pathv[i], sheet, true, &count);
            cr_expect(own.size == expat.size && memcmp(own.text, expat.text, own.size) == 0, "%s, sheet %u",
                      found.gl_pathv[i], sheet + 1);
            taken += own.taken;
            free(own.text);
            free(expat.text);
        }
    }
    cr_expect(taken > 0 && sheets_read >= 10);
    if (getenv("BOOKS")) printf("%ju sheets, %ju bytes taken\n", (uintmax_t)sheets_read, (uintmax_t)taken);
    globfree(&found);
}
