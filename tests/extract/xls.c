/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/xls/book.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <time.h>
#include <unistd.h>

enum { SHEET_RECORD = 0x85, STREAM_BYTES = 6 << 20, SECTOR = 512, HANG_SECONDS = 30 };

static void put(char **to, uint32_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) *(*to)++ = (char)(value >> 8 * i);
}

static void put_record(char **to, uint32_t type, uint32_t size) {
    put(to, type, 2);
    put(to, size, 2);
}

/* A compound file with one stream, "Workbook", of `size` bytes (whole sectors, above the cutoff). */
static struct span compound(struct span stream, struct arena *arena) {
    uint32_t sectors = (uint32_t)(stream.size / SECTOR), all = sectors + 1;
    uint32_t tables = (all + (all + 127) / 127 + 127) / 128;
    size_t size = SECTOR * (size_t)(1 + tables + 1 + sectors);
    char *file = ARENA_NEW(arena, char, size), *at = file;
    memcpy(file, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    at = file + 24, put(&at, 0x3e, 2), put(&at, 3, 2), put(&at, 0xfffe, 2), put(&at, 9, 2), put(&at, 6, 2);
    at = file + 44, put(&at, tables, 4), put(&at, tables, 4);
    at = file + 56, put(&at, 4096, 4), put(&at, 0xfffffffe, 4), put(&at, 0, 4), put(&at, 0xfffffffe, 4);
    at = file + 76;
    for (uint32_t i = 0; i < 109; i++) put(&at, i < tables ? i : 0xffffffff, 4);
    for (uint32_t i = 0; i < 128 * tables; i++) {
        bool end = i == tables || i + 1 == tables + 1 + sectors, none = i >= tables + 1 + sectors;
        put(&at, i < tables ? 0xfffffffd : none ? 0xffffffff : end ? 0xfffffffe : i + 1, 4);
    }
    static const char name[] = "Workbook";
    char *entry = at + 128;
    at[66] = 5, at[64] = 2, entry[66] = 2, entry[64] = 2 * sizeof name;
    for (size_t i = 0; i < sizeof name; i++) entry[2 * i] = name[i];
    at = entry + 116, put(&at, tables + 1, 4), put(&at, (uint32_t)stream.size, 4);
    memcpy(file + SECTOR * (size_t)(tables + 2), stream.bytes, stream.size);
    return (struct span){file, size};
}

/* `sheets` sheets that all begin at one place, in front of a lot of cells; or with a table of empty strings.
 */
static struct span hostile(uint32_t sheets, bool strings, struct arena *arena) {
    char *stream = ARENA_NEW(arena, char, STREAM_BYTES), *at = stream;
    put_record(&at, 0x809, 16), put(&at, 0x600, 2), put(&at, 5, 2), at += 12;
    char *places = at;
    for (uint32_t i = 0; i < sheets; i++) {
        put_record(&at, SHEET_RECORD, 14), put(&at, 0, 4), put(&at, 0, 2), put(&at, 6, 1), put(&at, 0, 1);
        at += snprintf(at, 7, "%06u", i);
    }
    if (strings) {
        put_record(&at, 0xFC, 8 + 3 * 2000), put(&at, UINT32_MAX, 4), put(&at, UINT32_MAX, 4), at += 3 * 2000;
        while (at < stream + STREAM_BYTES - 9000) put_record(&at, 0x3C, 3 * 2700), at += 3 * 2700;
    }
    put_record(&at, 0x0A, 0);
    uint32_t first = (uint32_t)(at - stream);
    for (uint32_t i = 0; i < sheets; i++) {
        char *place = places + 18 * (size_t)i + 4;
        put(&place, first, 4);
    }
    put_record(&at, 0x809, 16), put(&at, 0x600, 2), put(&at, 0x10, 2), at += 12;
    while (at < stream + STREAM_BYTES - 64) put_record(&at, 0x203, 14), at += 14;
    put_record(&at, 0x0A, 0);
    return compound((struct span){stream, STREAM_BYTES}, arena);
}

Test(xls, hostile_workbooks_are_refused_soon) {
    static const struct {
        const char *what;
        uint32_t sheets;
        bool strings, whole;
    } cases[] = {
        {"one sheet", 1, false, true},
        {"two sheets at one place", 2, false, false},
        {"four thousand sheets at one place", 4000, false, false},
        {"millions of empty strings", 1, true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        const char *path = print_temporary(hostile(cases[i].sheets, cases[i].strings, &arena), &arena);
        clock_t from = clock();
        struct seen seen = print_source(path, NULL, "read: {format: xls, header: no}", NULL);
        double seconds = (double)(clock() - from) / CLOCKS_PER_SEC;
        cr_expect(seen.whole == cases[i].whole, "%s: %s", cases[i].what, seen.error.message);
        cr_expect(seen.whole || seen.error.message[0], "%s: not a word", cases[i].what);
        cr_expect(seconds < HANG_SECONDS, "%s: %.1f s", cases[i].what, seconds);
        unlink(path);
        arena_free(&arena);
    }
}
