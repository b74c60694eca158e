/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/dbf_page.h"
#include "extract/dbf_value.h"
#include "tests/extract/xlsx/book.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TABLE_MAX = 1 << 20, TEXT_MAX = 256 << 10 };

struct column_of {
    const char *name;
    char type;
    uint8_t size, decimals, flags;
};

/* A table as a test writes it: fields until one without a name, records end to end, each with its mark. */
struct table {
    uint8_t version, language;
    struct column_of fields[8];
    const char *records;
    size_t size;     /* of records */
    int more;        /* added to the header's record count */
    const char *end; /* what follows the records; NULL: the end mark */
};

/* Cells of up to DBF_LOOK_MAX bytes are trimmed by vectors, a column at a time: every length, mixtures of
   blanks, NULs, letters and Hanzi, must come out as from the reader of longer cells.  No more is read than is
   promised: the last cell's memory ends with it and what may be looked at. */
Test(dbf, short_cells_are_trimmed_like_long_ones) {
    static const char *const mixtures[] = {"  a", "\xb0 ", " x", "abc", "   \xc4"};
    enum { ROWS = 600, RECORD = 67 };
    uint64_t seed = 3;
    struct span cells[ROWS];
    uint8_t odd[ROWS];
    for (size_t size = 0; size <= DBF_LOOK_MAX; size++) {
        char *memory = malloc((ROWS - 1) * RECORD + DBF_LOOK_MAX);
        for (size_t at = 0; at < (ROWS - 1) * RECORD + DBF_LOOK_MAX; at++) {
            size_t row = at / RECORD;
            const char *mixture = mixtures[row % 5];
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            unsigned k = (unsigned)(seed >> 33) % 40;
            memory[at] = k == 0 ? '\0' : row % 7 == 0 && k < 38 ? ' ' : mixture[k % strlen(mixture)];
        }
        for (int both = 0; both < 2; both++) {
            bool any = false;
            bool said = dbf_value_trim_column((struct span){memory, size}, RECORD, ROWS, both, cells, odd);
            for (size_t row = 0; row < ROWS; row++) {
                bool high, zero;
                struct span wanted =
                    dbf_value_trim((struct span){memory + row * RECORD, size}, both, &high, &zero);
                cr_assert(cells[row].size == wanted.size &&
                              (!wanted.size || cells[row].bytes == wanted.bytes) &&
                              odd[row] == ((high ? DBF_ODD_HIGH : 0) | (zero ? DBF_ODD_ZERO : 0)),
                          "%zu bytes, row %zu, both %d: %zu for %zu", size, row, both, cells[row].size,
                          wanted.size);
                any |= odd[row] != 0;
            }
            cr_assert_eq(any, said);
        }
        free(memory);
    }
}

static void put_little(char *bytes, uint32_t value, int count) {
    for (int i = 0; i < count; i++) bytes[i] = (char)(value >> (8 * i));
}

static size_t build(const struct table *table, char *bytes) {
    memset(bytes, 0, 4096);
    uint32_t fields = 0, record = 1;
    for (; fields < 8 && table->fields[fields].name; fields++) {
        char *at = bytes + 32 + 32 * (size_t)fields;
        snprintf(at, 12, "%s", table->fields[fields].name);
        at[11] = table->fields[fields].type;
        at[16] = (char)table->fields[fields].size;
        at[17] = (char)table->fields[fields].decimals;
        at[18] = (char)table->fields[fields].flags;
        record += table->fields[fields].size;
    }
    uint32_t header = 32 + 32 * fields + 1;
    bytes[0] = (char)table->version;
    bytes[1] = 20, bytes[2] = 12, bytes[3] = 31;
    put_little(bytes + 4, (uint32_t)((int)(table->size / record) + table->more), 4);
    put_little(bytes + 8, header, 2);
    put_little(bytes + 10, record, 2);
    bytes[29] = (char)table->language;
    bytes[header - 1] = 0x0D;
    memcpy(bytes + header, table->records, table->size);
    size_t size = header + table->size;
    const char *end = table->end ? table->end : "\x1A";
    memcpy(bytes + size, end, strlen(end));
    return size + strlen(end);
}

static void store(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
}

#define RECORDS(text) .records = (text), .size = sizeof(text) - 1

static const struct {
    const char *name, *encoding, *want;
    struct table table;
} cases[] = {
    {"text, number, date, logical; deleted",
     NULL,
     "XM|JE|RQ|B\n1 L 张三|12.30|20201231|T\n2 E dbf.deleted:0 李四|-1.00|00000000|\n3 L |||F\n",
     {.version = 0x03,
      .fields = {{"XM", 'C', 6, 0, 0}, {"JE", 'N', 7, 2, 0}, {"RQ", 'D', 8, 0, 0}, {"B", 'L', 1, 0, 0}},
      RECORDS(" \xD5\xC5\xC8\xFD    12.3020201231T*\xC0\xEE\xCB\xC4\0\0  -1.0000000000?                      "
              "F")}},
    {"a character cut by the field's width",
     NULL,
     "XM\n1 R text.split_character:1 张\\xC8\n2 L 张三\n",
     {.version = 0x03, .fields = {{"XM", 'C', 4, 0, 0}}, RECORDS(" \xD5\xC5\xC8  \xD5\xC5\xC8\xFD")}},
    {"bytes that are no character",
     NULL,
     "XM\n1 R text.undecodable:1 \\xFFab\n2 L 张三\n",
     {.version = 0x03,
      .fields = {{"XM", 'C', 4, 0, 0}},
      RECORDS(" \xFF"
              "ab  \xD5\xC5\xC8\xFD")}},
    {"a NUL inside a text",
     NULL,
     "XM|K\n1 R row.nul_byte:1 a|1\n",
     {.version = 0x03, .fields = {{"XM", 'C', 4, 0, 0}, {"K", 'C', 1, 0, 0}}, RECORDS(" a\0b 1")}},
    {"UTF-8 under the mark of code page 936 is read as UTF-8, and noted",
     NULL,
     "XM\n1 L dbf.code_page_conflict:0 张三\n2 L 李四\n",
     {.version = 0x03, .language = 0x4D, .fields = {{"XM", 'C', 8, 0, 0}}, RECORDS(" 张三   李四  ")}},
    {"the spec's encoding is obeyed",
     "GBK",
     "XM\n1 L 寮犱笁\n",
     {.version = 0x03, .language = 0x4D, .fields = {{"XM", 'C', 8, 0, 0}}, RECORDS(" 张三  ")}},
    {"GBK under the mark of code page 1252",
     NULL,
     "XM\n1 L dbf.code_page_conflict:0 张三\n",
     {.version = 0x03, .language = 0x03, .fields = {{"XM", 'C', 8, 0, 0}}, RECORDS(" \xD5\xC5\xC8\xFD    ")}},
    {"code page 1251 stays what its mark says",
     NULL,
     "XM\n1 L больница\n",
     {.version = 0x03,
      .language = 0xC9,
      .fields = {{"XM", 'C', 9, 0, 0}},
      RECORDS(" \xE1\xEE\xEB\xFC\xED\xE8\xF6\xE0 ")}},
    {"field names in GBK, and twice",
     NULL,
     "姓名|姓名_2|K\n1 L a|b|c\n",
     {.version = 0x03,
      .fields = {{"\xD0\xD5\xC3\xFB", 'C', 1, 0, 0}, {"\xD0\xD5\xC3\xFB", 'C', 1, 0, 0}, {"K", 'C', 1, 0, 0}},
      RECORDS(" abc")}},
    {"FoxPro's binary fields",
     NULL,
     "I|Y|B|T\n1 L -2|1234567890.1234|1.1|2020-12-31 10:20:30\n2 L 7|-0.05|0|\n",
     {.version = 0x30,
      .fields = {{"I", 'I', 4, 0, 0}, {"Y", 'Y', 8, 0, 0}, {"B", 'B', 8, 0, 0}, {"T", 'T', 8, 0, 0}},
      RECORDS(" \xFE\xFF\xFF\xFF\xF2\x2F\xCE\x73\x3A\x0B\0\0\x9A\x99\x99\x99\x99\x99\xF1\x3F\x4F\x86\x25\0"
              "\xB0\x15\x38\x02"
              " \x07\0\0\0\x0C\xFE\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")}},
    {"FoxPro's NULL and varying length",
     NULL,
     "A|V\n1 L |xy\n2 L ab|wxyz\n",
     {.version = 0x32,
      .fields = {{"A", 'C', 2, 0, 2}, {"V", 'V', 4, 0, 0}, {"_NullFlags", '0', 1, 0, 5}},
      RECORDS(" abxy\0\x02\x03 abwxyz\0")}},
    {"a memo is elsewhere",
     NULL,
     "M\n1 L dbf.memo_missing:1 \n2 L \n",
     {.version = 0x83, .fields = {{"M", 'M', 10, 0, 0}}, RECORDS("          7           ")}},
    {"no record", NULL, "A\n", {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, .records = ""}},
    {"no end mark",
     NULL,
     "A\n1 L ab\n",
     {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" ab"), .end = ""}},
    {"the header says more",
     NULL,
     "A\n! dbf.length_mismatch\n",
     {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" ab"), .more = 1}},
    {"the header says fewer",
     NULL,
     "A\n! dbf.length_mismatch\n",
     {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" ab cd ef"), .more = -1}},
    {"more records behind the end mark",
     NULL,
     "A\n! dbf.length_mismatch\n",
     {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" ab"), .end = "\x1A ab cd"}},
    {"a record without a mark",
     NULL,
     "A\n! dbf.length_mismatch\n",
     {.version = 0x03, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" abXcd ef")}},
    {"an unknown version",
     NULL,
     "! file.format_mismatch\n",
     {.version = 0x04, .fields = {{"A", 'C', 2, 0, 0}}, RECORDS(" ab")}},
    {"an unknown type",
     NULL,
     "! file.format_mismatch\n",
     {.version = 0x03, .fields = {{"A", 'Z', 2, 0, 0}}, RECORDS(" ab")}},
    {"an integer of two bytes",
     NULL,
     "! file.format_mismatch\n",
     {.version = 0x30, .fields = {{"A", 'I', 2, 0, 0}}, RECORDS(" ab")}},
};

Test(dbf, reads) {
    char path[256], *bytes = malloc(TABLE_MAX), *text = malloc(TEXT_MAX);
    test_path(path, ".dbf");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        store(path, bytes, build(&cases[i].table, bytes));
        struct input input = {.path = path, .name = "test.dbf", .encoding = cases[i].encoding};
        reading_text(&extract_dbf, &input, text, TEXT_MAX);
        /* "a" NUL "b" ends at the NUL in this text form. */
        cr_expect_str_eq(text, cases[i].want, "%s: got\n%swant\n%s", cases[i].name, text, cases[i].want);
    }
    unlink(path);
    free(bytes);
    free(text);
}

/* A table cut at any byte is refused, but for its end mark; a flipped byte gives a verdict. */
Test(dbf, damaged) {
    char path[256], *bytes = malloc(TABLE_MAX), *text = malloc(TEXT_MAX);
    test_path(path, ".dbf");
    struct input input = {.path = path, .name = "test.dbf"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = build(&cases[i].table, bytes);
        for (size_t cut = 0; cut + 1 < size; cut++) {
            store(path, bytes, cut);
            reading_text(&extract_dbf, &input, text, TEXT_MAX);
            bool lies = cases[i].table.more < 0 || cases[i].table.end;
            cr_expect(lies || strchr(text, '!'), "%s cut at %zu of %zu: %s", cases[i].name, cut, size, text);
        }
        for (size_t at = 0; at < size; at++) {
            for (int bit = 0; bit < 8; bit += 3) {
                bytes[at] = (char)(bytes[at] ^ (1 << bit));
                store(path, bytes, size);
                reading_text(&extract_dbf, &input, text, TEXT_MAX);
                cr_expect(text[0] != '\0', "%s flipped at %zu", cases[i].name, at);
                bytes[at] = (char)(bytes[at] ^ (1 << bit));
            }
        }
    }
    unlink(path);
    free(bytes);
    free(text);
}

/* Several batches, and records that do not divide a chunk evenly. */
Test(dbf, many_records) {
    enum { RECORDS_MADE = 20011, WIDTH = 37 };
    char path[256], *bytes = calloc(1, TABLE_MAX), *records = malloc((size_t)RECORDS_MADE * WIDTH + 1),
                    *text = malloc(TABLE_MAX * 2);
    for (int i = 0; i < RECORDS_MADE; i++) snprintf(records + (size_t)i * WIDTH, WIDTH + 1, " %-36d", i + 1);
    struct table table = {.version = 0x03,
                          .fields = {{"A", 'C', WIDTH - 1, 0, 0}},
                          .records = records,
                          .size = (size_t)RECORDS_MADE * WIDTH};
    test_path(path, ".dbf");
    store(path, bytes, build(&table, bytes));
    struct input input = {.path = path, .name = "test.dbf"};
    reading_text(&extract_dbf, &input, text, TABLE_MAX * 2);
    unsigned long rows = 0;
    strtok(text, "\n");
    for (char *line; (line = strtok(NULL, "\n")); rows++) {
        unsigned long number = strtoul(line, NULL, 10), value = strtoul(strrchr(line, ' '), NULL, 10);
        cr_assert(number == rows + 1 && value == number, "%s", line);
    }
    cr_expect(rows == RECORDS_MADE, "%lu", rows);
    unlink(path);
    free(bytes);
    free(records);
    free(text);
}

Test(dbf, cpg_beside) {
    char path[256], beside[256], *bytes = malloc(TABLE_MAX), text[256];
    struct table table = {.version = 0x03, .fields = {{"A", 'C', 4, 0, 0}}, RECORDS(" \xB1\x69\xA4\x54")};
    test_path(path, ".dbf");
    test_path(beside, ".cpg");
    store(path, bytes, build(&table, bytes));
    store(beside, "950\r\n", 5);
    struct input input = {.path = path, .name = "test.dbf"};
    reading_text(&extract_dbf, &input, text, sizeof text);
    cr_expect_str_eq(text, "A\n1 L 張三\n");
    unlink(path);
    unlink(beside);
    free(bytes);
}

static const struct {
    const char *name, *ending, *want;
    uint8_t version, width;
    const char *record; /* two records with their marks */
    size_t at, size;
    const char *block; /* what stands at byte `at` of the memo file */
} memos[] = {
    {"dBASE III", ".dbt", "M\n1 L 备注\r\n一\n2 L \n", 0x83, 10, "          1           ", 512, 15,
     "\xB1\xB8\xD7\xA2\r\n\x8D\n\xD2\xBB\x1A\x1A    "},
    {"dBASE IV", ".DBT", "M\n1 L 备注\n2 L dbf.memo_missing:1 \n", 0x8B, 10, "          2          9", 1024,
     12, "\xFF\xFF\x08\0\x0C\0\0\0\xB1\xB8\xD7\xA2"},
    {"FoxPro", ".fpt", "M\n1 L 备注\n2 L dbf.memo_missing:1 \n", 0x30, 4, " \x08\0\0\0 \xFF\xFF\xFF\xFF", 512,
     12, "\0\0\0\x01\0\0\0\x04\xB1\xB8\xD7\xA2"},
    {"a picture", ".fpt", "M\n1 L dbf.memo_missing:1 \n2 L \n", 0x30, 4, " \x08\0\0\0 \0\0\0\0", 512, 12,
     "\0\0\0\0\0\0\0\x04\xB1\xB8\xD7\xA2"},
    {"a length beyond the file", ".fpt", "M\n1 L dbf.memo_missing:1 \n2 L \n", 0x30, 4,
     " \x08\0\0\0 \0\0\0\0", 512, 12, "\0\0\0\x01\0\0\x10\x04\xB1\xB8\xD7\xA2"},
    {"half a character", ".fpt", "M\n1 R text.split_character:1 备\\xD7\n2 L \n", 0x30, 4,
     " \x08\0\0\0 \0\0\0\0", 512, 11, "\0\0\0\x01\0\0\0\x03\xB1\xB8\xD7"},
};

Test(dbf, memos) {
    char path[256], beside[256], *bytes = malloc(TABLE_MAX), *file = malloc(4096), text[1024];
    test_path(path, ".dbf");
    for (size_t i = 0; i < sizeof memos / sizeof *memos; i++) {
        struct table table = {.version = memos[i].version,
                              .fields = {{"M", 'M', memos[i].width, 0, 0}},
                              .records = memos[i].record,
                              .size = 2 * ((size_t)memos[i].width + 1)};
        store(path, bytes, build(&table, bytes));
        memset(file, 0, 4096);
        file[7] = 64; /* FoxPro: blocks of 64 bytes, big-endian */
        file[21] = 2; /* dBASE IV: of 512, little-endian */
        memcpy(file + memos[i].at, memos[i].block, memos[i].size);
        test_path(beside, memos[i].ending);
        store(beside, file, memos[i].at + memos[i].size);
        struct input input = {.path = path, .name = "test.dbf"};
        reading_text(&extract_dbf, &input, text, sizeof text);
        cr_expect_str_eq(text, memos[i].want, "%s: got\n%swant\n%s", memos[i].name, text, memos[i].want);
        unlink(beside);
    }
    unlink(path);
    free(bytes);
    free(file);
}

Test(dbf, split) {
    static const struct {
        enum encoding encoding;
        const char *text;
        size_t at;
        bool split;
    } splits[] = {{ENCODING_GB18030, "a\xD5", 1, true},
                  {ENCODING_GB18030, "a\x81\x30", 1, true},
                  {ENCODING_GB18030, "\x81\x30\x81", 0, true},
                  {ENCODING_GBK, "\x81\x30\x81", 0, false},
                  {ENCODING_GB18030, "\xFF", 0, false},
                  {ENCODING_GB18030,
                   "\xD5"
                   "ab",
                   0, false},
                  {ENCODING_UTF8, "\xE5\xBC", 0, true},
                  {ENCODING_UTF8, "\xE5", 0, true},
                  {ENCODING_UTF8,
                   "\xE5"
                   "a",
                   0, false},
                  {ENCODING_UTF8, "\xBC", 0, false},
                  {ENCODING_UTF8, "", 0, false}};
    for (size_t i = 0; i < sizeof splits / sizeof *splits; i++) {
        struct span cell = {splits[i].text, strlen(splits[i].text)};
        cr_expect(dbf_value_split(splits[i].encoding, cell, splits[i].at) == splits[i].split, "case %zu", i);
    }
}

Test(dbf, bids) {
    char *bytes = malloc(TABLE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t size = build(&cases[i].table, bytes);
        bool known = cases[i].table.version != 0x04 && cases[i].table.fields[0].type != 'Z';
        cr_expect((extract_dbf.bid((struct span){bytes, size}) > 0) == known, "%s", cases[i].name);
    }
    cr_expect(extract_dbf.bid(
                  SPAN("\x03\x0c\x0c,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,")) == 0);
    cr_expect(extract_dbf.bid(SPAN("")) == 0);
    free(bytes);
}
