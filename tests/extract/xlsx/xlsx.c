/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/yaml.h"
#include "extract/xlsx/header.h"
#include "tests/extract/xlsx/book.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { TEXT_MAX = 64 << 10 };

/* Reads a book with the settings `read` (YAML, may be NULL) and returns its text, to be freed. */
static char *read_book(const struct book *book, const char *read) {
    char path[256];
    test_path(path, ".xlsx");
    book_write(book, path);
    struct arena arena = {0};
    struct node root;
    struct error error = {0};
    struct input input = {.path = path, .name = "test.xlsx"};
    if (read) {
        cr_assert(yaml_read((struct span){read, strlen(read)}, "read", &arena, &root, &error), "%s",
                  error.message);
        input.read = &root;
    }
    char *text = malloc(TEXT_MAX);
    reading_text(&extract_xlsx, &input, text, TEXT_MAX);
    arena_free(&arena);
    unlink(path);
    return text;
}

#define C(ref, value) "<c r='" ref "'><v>" value "</v></c>"
#define S(ref, text) "<c r='" ref "' t='inlineStr'><is><t>" text "</t></is></c>"
#define HEAD "<row r='1'>" S("A1", "证件号码") S("B1", "金额") S("C1", "日期") "</row>"

static const struct {
    const char *name;
    struct book book;
    const char *read, *want;
} cases[] = {
    {"numbers, dates, booleans, holes",
     {.rows = HEAD "<row r='3'>" C(
          "A3", "350105194912310025") "<c r='C3' s='1'><v>44196</v></c></row>"
                                      "<row r='4'><c r='A4' t='b'><v>1</v></c>" C(
                                          "B4",
                                          "1.1000000000000001") "<c r='C4' s='2'><v>44166.5</v></c></row>"
                                                                "<row r='5'>" C("A5",
                                                                                "3.5010519491231002E+17")
                                                                    C("B5", "12") "<c r='C5' "
                                                                                  "t='d'><v>2020-12-31T00:00:"
                                                                                  "00</v></c></row>"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n3 L 350105194912310025||2020-12-31\n"
     "4 L TRUE|1.1|2020-12-01 12:00:00\n5 L 3.5010519491231002E+17|12|2020-12-31\n"},
    {"1904",
     {.rows = HEAD "<row r='2'><c r='C2' s='1'><v>42734</v></c></row>", .workbook = "date1904='1'"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 L ||2020-12-31\n"},
    {"1904, and an extension's element of the same name",
     {.rows = HEAD "<row r='2'><c r='C2' s='1'><v>1</v></c></row>",
      .workbook = "date1904='1'/><x:workbookPr chartTrackingRefBase='1'"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 L ||1904-01-02\n"},
    {"shared, rich and phonetic strings, escapes",
     {.rows = "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row>"
              "<row r='2'><c r='A2' t='s'><v>2</v></c><c r='B2' t='str'><f>A1</f><v>a_x000A_b</v></c></row>",
      .strings = "<si><r><t>姓</t></r><r><rPr/><t>名</t></r></si><si><t>读</t><rPh sb='0' "
                 "eb='1'><t>du</t></rPh></si>"
                 "<si><t xml:space='preserve'> 张&amp;三_x0041__x005F_ </t></si>"},
     NULL,
     "姓名|读\n1 E row.header:0 姓名|读\n2 L  张&三A_ |a\nb\n"},
    {"no references",
     {.rows = "<row><c t='inlineStr'><is><t>甲</t></is></c><c><v>1</v></c></row><row><c><v>2</v></c></row>"},
     NULL,
     "甲|1\n1 E row.header:0 甲|1\n2 L 2|\n"},
    {"error cells and formulas without a result",
     {.rows = HEAD
      "<row r='2'><c r='A2' t='e'><v>#N/A</v></c><c r='B2'><f>SUM(1)</f></c></row>"
      "<row r='3'><c r='B3'><f>SUM(1)</f><v>1</v></c><c r='C3' t='str'><f>T(1)</f><v></v></c></row>"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 R cell.error_value:1 "
     "cell.formula_uncached:2 #N/A||\n3 L |1|\n"},
    {"titles, totals, footers, blank rows",
     {.rows = "<row r='1'>" S("B1", "缴费明细表") "</row><row r='2'>" S("A2", "姓名")
          S("B2", "金额") "</row>"
                          "<row r='3'>" S("A3", "张三") C(
                              "B3", "1") "</row><row r='4' s='7' customFormat='1'><c r='A4' s='1'/></row>"
                                         "<row r='5'>" S("A5", "某镇小计") C("B5", "1") "</row><row r='6'>" S(
                                             "A6", "合　 计")
                                             C("B6",
                                               "1") "</row>"
                                                    "<row r='7'>" S("B7", "制表：某人") "</row><row r='8'>" S(
                                                        "A8", "李四") C("B8", "2") C("D8", "9") "</row>"},
     "header: {row: 2}",
     "姓名|金额\n1 E row.title:0 |缴费明细表\n2 E row.header:0 姓名|金额\n3 L 张三|1\n5 ET row.subtotal:0 "
     "某镇小计|1\n"
     "6 ET row.subtotal:0 合　 计|1\n7 E row.footer:0 |制表：某人\n8 L row.too_many_columns:0 李四|2\n"},
    {"two header rows with merged cells",
     {.rows = "<row r='1'>" S("A1", "姓名") S("B1", "缴费")
          S("E1", "备 注") "</row>"
                           "<row r='2'>" S("B2", "个人") S("C2", "单位\n")
                               S("D2", "单位") "</row><row r='3'>" C("D3", "3") "</row>",
      .behind = "<mergeCells><mergeCell ref='A1:A2'/><mergeCell ref='B1:D1'/><mergeCell "
                "ref='A3:D9'/></mergeCells>"},
     "header: {row: 1, rows: 2, join: '/'}",
     "姓名|缴费/个人|缴费/单位|缴费/单位_2|备 注\n1 E row.header:0 姓名|缴费|||备 注\n2 E row.header:0 "
     "|个人|单位\n|单位|\n3 L |||3|\n"},
    {"a hole in the header is named by its letter, repeated names are counted",
     {.rows = "<row r='1'>" S("A1", "金额") S("C1", "金额") S("D1", "金额_2") S("E1", "金额") "</row>"},
     NULL,
     "金额|B|金额_3|金额_2|金额_4\n1 E row.header:0 金额||金额|金额_2|金额\n"},
    {"own words for totals",
     {.rows = HEAD "<row r='2'>" S("A2", "共计") "</row><row r='3'>" S("A3", "合计") "</row>"},
     "total: '共计'",
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 ET row.subtotal:0 共计||\n3 L 合计||\n"},
    {"a header that comes again is no data",
     {.rows = HEAD "<row r='2'>" C("A2", "1") "</row><row r='3'>" S("A3", "证件号码") S("B3", "金额")
          S("C3", "日期") "</row>"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 L 1||\n3 E row.header:0 "
     "证件号码|金额|日期\n"},
    {"two sheets and no name",
     {.rows = HEAD, .sheets = "<x:sheet name='a' r:id='rId1'/><x:sheet name='b' r:id='rId1'/>"},
     NULL,
     "! sheet.missing\n"},
    {"two sheets, one of them empty",
     {.rows = HEAD,
      .second = "<row r='1'><c r='A1' s='1'/></row>",
      .sheets = "<x:sheet name='空' r:id='rId4'/><x:sheet name='b' r:id='rId1'/>"},
     NULL,
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n"},
    {"a list of words for footers",
     {.rows = HEAD "<row r='2'>" S("A2", "完") "</row><row r='3'>" S("A3", "备注") "</row>"},
     "footer: ['完*', '毕']",
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n2 E row.footer:0 完||\n3 L 备注||\n"},
    {"no header",
     {.rows = "<row r='2'>" C("A2", "1") C("C2", "3") "</row><row r='3'>" C("B3", "5") "</row>"},
     "header: no",
     "A|B|C\n2 L 1||3\n3 L |5|\n"},
    {"a hidden sheet is not the only one, by name it is read",
     {.rows = HEAD, .sheets = "<x:sheet name='说明' sheetId='1' state='hidden' r:id='rId1'/>"},
     NULL,
     "! sheet.missing\n"},
    {"hidden by name",
     {.rows = HEAD, .sheets = "<x:sheet name='说明' sheetId='1' state='veryHidden' r:id='rId1'/>"},
     "sheet: 说明",
     "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n"},
    {"by glob", {.rows = HEAD}, "sheet: '明*'", "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n"},
    {"no such sheet", {.rows = HEAD}, "sheet: 汇总", "! sheet.missing\n"},
    {"two sheets fit",
     {.rows = HEAD, .sheets = "<x:sheet name='a1' r:id='rId1'/><x:sheet name='a2' r:id='rId1'/>"},
     "sheet: 'a*'",
     "! sheet.missing\n"},
    {"an empty sheet", {.rows = ""}, NULL, "\n"},
    {"no name in the header", {.rows = HEAD}, "header: 2", "! header.not_found\n"},
    {"an unknown word in header", {.rows = HEAD}, "header: {rwo: 2}", "! -\n"},
    {"string index out of range",
     {.rows = HEAD "<row r='2'><c r='A2' t='s'><v>7</v></c></row>", .strings = "<si><t>a</t></si>"},
     NULL,
     "证件号码|金额|日期\n! file.format_mismatch\n"},
    {"rows go backwards",
     {.rows = HEAD "<row r='3'>" C("A3", "1") "</row><row r='2'>" C("A2", "1") "</row>"},
     NULL,
     "证件号码|金额|日期\n! file.format_mismatch\n"},
    {"a cell twice",
     {.rows = HEAD "<row r='3'>" C("A3", "1") C("A3", "2") "</row>"},
     NULL,
     "证件号码|金额|日期\n! file.format_mismatch\n"},
    {"a column out of range",
     {.rows = HEAD "<row r='3'>" C("XFE3", "1") "</row>"},
     NULL,
     "证件号码|金额|日期\n! file.format_mismatch\n"},
    {"a cell of another row",
     {.rows = HEAD "<row r='3'>" C("A4", "1") "</row>"},
     NULL,
     "证件号码|金额|日期\n! file.format_mismatch\n"},
    {"doctype",
     {.sheet = "<!DOCTYPE w [<!ENTITY a 'aaaa'>]><worksheet><sheetData/></worksheet>"},
     NULL,
     "! file.format_mismatch\n"},
    {"not closed",
     {.sheet = "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData>"},
     NULL,
     "1\n! file.format_mismatch\n"},
};

Test(xlsx, reads) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = read_book(&cases[i].book, cases[i].read);
        cr_expect_str_eq(text, cases[i].want, "%s:\n%swant\n%s", cases[i].name, text, cases[i].want);
        free(text);
    }
}

/* A row that stands alone is bounded by the format, not by what the file declares: the dimension of
   every test book says 16384 columns and a million rows. */
Test(xlsx, many_rows_in_batches) {
    size_t room = 1 << 20, size = 0;
    char *rows = malloc(room), *text = malloc(room);
    for (int i = 1; i <= 9000; i++)
        size += (size_t)snprintf(rows + size, room - size, "<row><c><v>%d</v></c></row>", i);
    char path[256];
    test_path(path, ".xlsx");
    book_write(&(struct book){.rows = rows}, path);
    struct input input = {.path = path, .name = "test.xlsx"};
    reading_text(&extract_xlsx, &input, text, room);
    unsigned long lines = 0, last = 0;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++)
        last = strtoul(line, NULL, 10);
    cr_expect(lines == 9001 && last == 9000, "%lu lines, last %lu", lines, last);
    unlink(path);
    free(rows);
    free(text);
}

/* A workbook inside a zip is read without unpacking the zip by name. */
Test(xlsx, member_of_a_zip) {
    char path[256], outer[256], text[1024];
    test_path(path, ".xlsx");
    test_path(outer, ".zip");
    book_write(&(struct book){.rows = HEAD}, path);
    wrap_file(path, "data/book.xlsx", outer);
    struct input input = {.path = outer, .member = "data/book.xlsx", .name = "t.zip!data/book.xlsx"};
    reading_text(&extract_xlsx, &input, text, sizeof text);
    cr_expect_str_eq(text, "证件号码|金额|日期\n1 E row.header:0 证件号码|金额|日期\n");
    struct arena arena = {0};
    const char **names = NULL;
    uint32_t count = 0;
    struct error error = {0};
    cr_assert(extract_xlsx.sheets(&input, false, &arena, &names, &count, &error), "%s", error.message);
    cr_expect(count == 1 && strcmp(names[0], "明细") == 0);
    arena_free(&arena);
    unlink(path);
    unlink(outer);
}

/* 2 MiB in one attribute, and 100 elements inside each other, are ended by their limits. */
Test(xlsx, hostile_xml) {
    size_t long_size = 2 << 20;
    char *sheet = calloc(1, long_size + 256);
    size_t size = (size_t)sprintf(sheet, "<worksheet a='");
    memset(sheet + size, 'x', long_size);
    char path[256], text[256];
    struct input input = {.path = path, .name = "test.xlsx"};
    for (int deep = 0; deep < 2; deep++) {
        if (deep) {
            size = 0;
            for (int i = 0; i < 100; i++) size += (size_t)sprintf(sheet + size, "<a>");
        }
        test_path(path, ".xlsx");
        book_write(&(struct book){.sheet = sheet}, path);
        reading_text(&extract_xlsx, &input, text, sizeof text);
        cr_expect_str_eq(text, "! file.format_mismatch\n", "deep %d: %s", deep, text);
        unlink(path);
    }
    free(sheet);
}

static size_t load(const char *path, char *bytes, size_t room) {
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(bytes, 1, room, file) : 0;
    if (file) fclose(file);
    return size;
}

static void store(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

/* A workbook cut at any byte is refused; a flipped byte gives a verdict, never a crash. */
Test(xlsx, damaged_container) {
    static const struct book book = {.rows = HEAD "<row r='2'>" C("B2", "1") "</row>",
                                     .strings = "<si><t>a</t></si>"};
    char path[256];
    test_path(path, ".xlsx");
    book_write(&book, path);
    char *bytes = malloc(TEXT_MAX), *text = malloc(TEXT_MAX);
    size_t size = load(path, bytes, TEXT_MAX);
    struct input input = {.path = path, .name = "test.xlsx"};
    cr_assert(size > 500);
    for (size_t cut = 0; cut < size; cut += 3) {
        store(path, bytes, cut);
        reading_text(&extract_xlsx, &input, text, TEXT_MAX);
        cr_expect(strchr(text, '!') != NULL, "cut at %zu of %zu: %s", cut, size, text);
    }
    for (size_t at = 0; at < size; at += 2) {
        bytes[at] = (char)(bytes[at] ^ 0x55);
        store(path, bytes, size);
        reading_text(&extract_xlsx, &input, text, TEXT_MAX);
        cr_expect(text[0] != '\0', "flipped at %zu", at);
        bytes[at] = (char)(bytes[at] ^ 0x55);
    }
    unlink(path);
    free(bytes);
    free(text);
}

/* The same inside the part, where the checksum of the container does not protect. */
Test(xlsx, damaged_sheet) {
    static const char whole[] =
        "<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>1.5</v></c></row>"
        "<row r='2'><c r='A2' t='inlineStr'><is><t>x</t></is></c><c r='B2' "
        "s='1'><f>A1</f><v>44196</v></c></row>"
        "</sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>";
    char sheet[sizeof whole];
    for (size_t at = 0; at + 1 < sizeof whole; at++) {
        memcpy(sheet, whole, sizeof whole);
        sheet[at] = '\0';
        char *text =
            read_book(&(struct book){.sheet = at ? sheet : "x", .strings = "<si><t>头</t></si>"}, NULL);
        cr_expect(strchr(text, '!') != NULL, "cut at %zu: %s", at, text);
        free(text);
        memcpy(sheet, whole, sizeof whole);
        sheet[at] = (char)(sheet[at] ^ 0x15);
        text = read_book(&(struct book){.sheet = sheet, .strings = "<si><t>头</t></si>"}, NULL);
        cr_expect(text[0] != '\0', "flipped at %zu", at);
        free(text);
    }
}

Test(xlsx, references) {
    static const struct {
        const char *text;
        bool ok;
        uint32_t column, row;
    } references[] = {{"A1", true, 1, 1},     {"Z9", true, 26, 9},
                      {"AA10", true, 27, 10}, {"XFD1048576", true, 16384, 1048576},
                      {"XFE1", false, 0, 0},  {"A1048577", false, 0, 0},
                      {"A", false, 0, 0},     {"1", false, 0, 0},
                      {"", false, 0, 0},      {"a1", false, 0, 0},
                      {"A1x", false, 0, 0},   {"AAAAAAAAAAAA1", false, 0, 0}};
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        uint32_t column, row;
        bool ok = sheet_reference(references[i].text, strlen(references[i].text), &column, &row);
        cr_expect(ok == references[i].ok, "%s", references[i].text);
        cr_expect(!ok || (column == references[i].column && row == references[i].row), "%s: %u %u",
                  references[i].text, column, row);
        char letters[4];
        if (ok)
            cr_expect(strncmp(references[i].text, letters, sheet_letters(column - 1, letters)) == 0, "%s",
                      letters);
    }
}

/* Text beyond the bound in memory moves to a file and stays the same. */
Test(xlsx, growing_spills) {
    struct growing growing = GROWING_EMPTY;
    struct error error = {0};
    char block[4096];
    for (uint32_t i = 0; i < (STRINGS_MEMORY >> 12) + 100; i++) {
        memset(block, (int)(i & 0xff), sizeof block);
        cr_assert(growing_add(&growing, block, sizeof block, &error), "%s", error.message);
    }
    cr_expect(growing.fd >= 0);
    for (uint32_t i = 0; i < (STRINGS_MEMORY >> 12) + 100; i += 97)
        cr_expect((unsigned char)growing.bytes[(size_t)i << 12] == (i & 0xff), "block %u", i);
    growing_free(&growing);
}
