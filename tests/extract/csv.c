/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

enum { COLUMNS = 5 };

/* A file being written together with what must be read out of it. */
struct book {
    FILE *raw, *wanted;
    char *raw_bytes, *wanted_bytes;
    size_t raw_size, wanted_size;
    uint64_t line, seed;
    bool quotes;
    const char *delimiter;
};

static unsigned pick(struct book *book, unsigned below) {
    book->seed = book->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(book->seed >> 33) % below;
}

/* Pieces of cells: as they stand in GB18030, and as they must come out. */
static const struct {
    const char *raw, *text;
} pieces[] = {
    {"a", "a"},
    {"12.50", "12.50"},
    {"-3", "-3"},
    {"\xd2\xbd\xb1\xa3", "医保"},
    {"\x81\x7c", "亅"},
    {"\xd5\x5c", "誠"},
    {"\x81\x30\x81\x30", "\xc2\x80"},
    {" ", " "},
    {"\xcd\xf5\xd2\xbb", "王一"},
    {"\x95\x32\x90\x31", "𠂇"},
    {"110101199003070000", "110101199003070000"},
    /* only in quotes: */
    {"\"\"", "\""},
    {"\n", "\\n"},
    {"\r\n", "\\r\\n"},
    {",", ","},
    {"|", "\\|"},
    {"|+|", "\\|+\\|"},
};
enum { PLAIN = 11, PIECES = sizeof pieces / sizeof *pieces };

static void write_cell(struct book *book) {
    bool quoted = book->quotes && pick(book, 4) == 0;
    unsigned count = pick(book, 6);
    if (quoted) fputc('"', book->raw);
    for (unsigned i = 0; i < count; i++) {
        unsigned k = pick(book, quoted ? PIECES : PLAIN);
        fputs(pieces[k].raw, book->raw);
        fputs(pieces[k].text, book->wanted);
        book->line += strchr(pieces[k].raw, '\n') != NULL;
    }
    if (quoted) fputc('"', book->raw);
}

static void write_row(struct book *book) {
    fflush(book->raw);
    size_t from = book->raw_size;
    uint64_t line = book->line;
    char *cells = NULL;
    size_t cells_size = 0;
    FILE *wanted = book->wanted;
    book->wanted = open_memstream(&cells, &cells_size);
    fprintf(book->raw, "k%s", book->delimiter);
    for (int column = 1; column < COLUMNS; column++) {
        if (column > 1) fputs(book->delimiter, book->raw);
        fputc('|', book->wanted);
        write_cell(book);
    }
    fclose(book->wanted);
    book->wanted = wanted;
    fflush(book->raw);
    fprintf(wanted, "%llu @%zu+%zu live: k%s\n", (unsigned long long)line, from, book->raw_size - from,
            cells);
    fputs(pick(book, 2) ? "\n" : "\r\n", book->raw);
    book->line++;
    free(cells);
}

/* Many batches of random rows, whose cells and places must all come out; the length of rows differs so that
   chunks end everywhere. */
Test(csv, every_cell_and_place_comes_out) {
    static const struct {
        const char *delimiter, *spec;
        bool quotes;
        unsigned rows;
    } cases[] = {
        {",", "read: {encoding: GB18030, header: no}", true, 40000},
        {"|", "read: {encoding: GB18030, header: no, delimiter: \"|\"}", true, 20000},
        {"|+|", "read: {encoding: GB18030, header: no, delimiter: \"|+|\", quote: none}", false, 20000},
        {"\t", "read: {encoding: GB18030, header: no, delimiter: tab, quote: none}", false, 60000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct book book = {
            .line = 1, .seed = i + 1, .quotes = cases[i].quotes, .delimiter = cases[i].delimiter};
        struct arena arena = {0};
        char *text = NULL;
        size_t size = 0;
        book.raw = open_memstream(&book.raw_bytes, &book.raw_size);
        book.wanted = open_memstream(&book.wanted_bytes, &book.wanted_size);
        fputs("columns F1|F2|F3|F4|F5\n", book.wanted);
        for (unsigned row = 0; row < cases[i].rows; row++) write_row(&book);
        fprintf(book.wanted, "rows: %u live, 0 rejected, 0 explained\n", cases[i].rows);
        fclose(book.raw);
        fclose(book.wanted);
        const char *path = print_temporary((struct span){book.raw_bytes, book.raw_size}, &arena);
        FILE *to = open_memstream(&text, &size);
        print_source(path, NULL, cases[i].spec, to);
        fclose(to);
        size_t same = 0, line = 0;
        while (same < size && same < book.wanted_size && text[same] == book.wanted_bytes[same])
            if (text[same++] == '\n') line = same;
        cr_expect(size == book.wanted_size && same == size,
                  "case %zu, at %zu of %zu:\nread   %.200s\nwanted %.200s", i, same, size, text + line,
                  book.wanted_bytes + line);
        unlink(path);
        arena_free(&arena);
        free(text);
        free(book.raw_bytes);
        free(book.wanted_bytes);
    }
}

/* A stray quote costs its own line and no other, wherever the chunks end and however often it comes. */
Test(csv, stray_quotes_cost_their_line_only) {
    enum { ROWS = 60000, EVERY = 997 };
    struct arena arena = {0};
    char *bytes = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&bytes, &size);
    fputs("a,b,c\n", to);
    unsigned stray = 0;
    for (unsigned i = 0; i < ROWS; i++) {
        bool bad = i % EVERY == 5;
        fprintf(to, "%u,%s%u,\"x,%u\"\n", i, bad ? "\"" : "", i, i);
        stray += bad;
    }
    fclose(to);
    const char *path = print_temporary((struct span){bytes, size}, &arena);
    struct seen seen = print_source(path, NULL, "read: {format: csv}", NULL);
    cr_expect(seen.whole && seen.ordered && seen.gap_max == 1 && seen.end + 1 == size);
    cr_expect(seen.rows[FATE_REJECTED] == stray && seen.rows[FATE_LIVE] == ROWS - stray,
              "%llu rejected for %u", (unsigned long long)seen.rows[FATE_REJECTED], stray);
    unlink(path);
    arena_free(&arena);
    free(bytes);
}

/* Whole rows that are blank, ragged, quoted, damaged, told by a footer, or ordinary. */
static const struct {
    const char *bytes;
    size_t size;
} lines[] = {
#define LINE(literal)                                                                                        \
    { literal, sizeof literal - 1 }
    LINE("1,2,3\n"),
    LINE("k,\xd2\xbd\xb1\xa3,12.50\r\n"),
    LINE("\xcd\xf5\xd2\xbb,,\r\n"),
    LINE("k,,\n"),
    LINE("x,\x81\x30\x81\x30,\xb0\xa1\n"),
    LINE("110101199003070000,a b,c\n"),
    LINE("1,2,3\n"),
    LINE("4,5\n"),
    LINE("1,2,3,4\r\n"),
    LINE("1,2,3,\n"),
    LINE(",,\n"),
    LINE(" , ,\r\n"),
    LINE("\n"),
    LINE("\r\n"),
    LINE(",2,3\n"),
    LINE(" 1,2,3\n"),
    LINE("\"q,\"\"r\",s,t\n"),
    LINE("a,\"two\nlines\",c\n"),
    LINE("a,b\"c,d\n"),
    LINE("a,b,\"never closed\n"),
    LINE("a,b,c\n"),
    LINE("a,b,c\r\n"),
    LINE("a,b,cd\n"),
    LINE("1,\xff,3\n"),
    LINE("1,\x81,3\n"),
    LINE("1,2,\xb0\r\n"),
    LINE("\xba\xcf\xbc\xc6,2,3\n"),
    LINE("1,\\,3\n"),
    LINE("1,a\\\nb,3\n"),
    LINE("1,2,\0\n"),
};

/* Ordinary rows are taken without a look at their bytes; `line_end: any` has no such way.  Both must make the
   same rows out of every mixture, whatever the chunks cut apart: cells, places, reasons. */
Test(csv, ordinary_rows_are_rows_like_all_others) {
    enum { LINES = sizeof lines / sizeof *lines, KINDS = 12, ROWS = 12000, ORDINARY = 6 };
    static const char *const settings[] = {
        "",
        ", footer: \"\u5408*\"",
        ", trailing: yes",
        ", escape: \"\\\\\"",
        ", header: no",
        ", header: 3",
        ", quote: none",
        ", until: \"\u5408*\"",
        ", absorb: b",
        ", encoding: UTF-8",
        ", encoding: GBK",
        ", doubled: no",
    };
    static const unsigned rare[KINDS] = {3, 50, 4, 5, 4, 30, 6, 11990, 9, 40, 1000, 20};
    for (size_t i = 0; i < KINDS; i++) {
        struct arena arena = {0};
        struct book book = {.seed = i + 1};
        char *bytes = NULL, *ordinary = NULL, *others = NULL, spec[200];
        size_t size = 0, ordinary_size = 0, others_size = 0;
        FILE *to = open_memstream(&bytes, &size);
        fputs("a,b,c\n1,2,3\n1,2,3\n", to);
        for (unsigned row = 0; row < ROWS; row++) {
            unsigned k = pick(&book, rare[i]) ? pick(&book, ORDINARY) : pick(&book, LINES);
            if (row < ROWS / 2 && memchr(lines[k].bytes, 0, lines[k].size))
                k = 0; /* NULs only in later chunks */
            fwrite(lines[k].bytes, 1, lines[k].size, to);
        }
        fputs("the,last,one", to);
        fclose(to);
        const char *path = print_temporary((struct span){bytes, size}, &arena);
        for (int any = 0; any < 2; any++) {
            FILE *text =
                any ? open_memstream(&others, &others_size) : open_memstream(&ordinary, &ordinary_size);
            snprintf(spec, sizeof spec, "read: {format: csv%s%s}", settings[i], any ? ", line_end: any" : "");
            print_source(path, NULL, spec, text);
            fclose(text);
        }
        size_t same = 0, line = 0;
        while (same < ordinary_size && same < others_size && ordinary[same] == others[same])
            if (ordinary[same++] == '\n') line = same;
        cr_expect(ordinary_size == others_size && same == others_size && same > size,
                  "%s: at %zu of %zu:\n%.200s\nothers:\n%.200s", settings[i], same, others_size,
                  ordinary + line, others + line);
        unlink(path);
        arena_free(&arena);
        free(bytes);
        free(ordinary);
        free(others);
    }
}

/* Rows and cells beyond their limits are rows like others: one fate each, and the next row is found. */
Test(csv, endless_rows_are_one_row_each) {
    static const struct {
        size_t cell, cells;
        bool quoted;
        unsigned long long rejected;
    } cases[] = {
        {1000, 1, false, 0},      {600 << 10, 1, false, 0}, {(1 << 20) + 1, 1, false, 1},
        {900 << 10, 3, false, 1}, {900 << 10, 9, false, 1}, {9 << 20, 1, false, 1},
        {600 << 10, 1, true, 0},  {3 << 20, 1, true, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        char *bytes = NULL, *cell = calloc(1, cases[i].cell + 1);
        size_t size = 0;
        memset(cell, 'x', cases[i].cell);
        FILE *to = open_memstream(&bytes, &size);
        fputs("a,b\n1,2\n", to);
        for (size_t k = 0; k < cases[i].cells; k++)
            fprintf(to, cases[i].quoted ? "%s\"%s\"" : "%s%s", k ? "," : "y,", cell);
        fputs("\n3,4\n", to);
        fclose(to);
        const char *path = print_temporary((struct span){bytes, size}, &arena);
        struct seen seen = print_source(path, NULL, "read: {format: csv}", NULL);
        cr_expect(seen.whole && seen.ordered, "case %zu", i);
        cr_expect(seen.rows[FATE_REJECTED] == cases[i].rejected &&
                      seen.rows[FATE_LIVE] == 3 - cases[i].rejected && seen.last_number == 4,
                  "case %zu: %llu rejected, %llu live, last %llu", i,
                  (unsigned long long)seen.rows[FATE_REJECTED], (unsigned long long)seen.rows[FATE_LIVE],
                  (unsigned long long)seen.last_number);
        unlink(path);
        arena_free(&arena);
        free(bytes);
        free(cell);
    }
}

Test(csv, wrong_settings_are_named) {
    static const char *const specs[] = {
        "read: {delimiter: \"\"}",    "read: {quote: ab}",         "read: {escape: \"\\u00e9\"}",
        "read: {line_end: both}",     "read: {header: maybe}",     "read: {header: {row: 0}}",
        "read: {header: {rows: 99}}", "read: {header: {line: 2}}", "read: {total: {a: b}}",
        "read: {encoding: KLINGON}",  "read: {delimeter: tab}",
    };
    struct arena arena = {0};
    const char *path = print_temporary(SPAN("a,b\n1,2\n"), &arena);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        struct seen seen = print_source(path, NULL, specs[i], NULL);
        cr_expect(!seen.whole && seen.error.trouble == TROUBLE_USAGE && seen.error.message[0], "%s",
                  specs[i]);
    }
    unlink(path);
    arena_free(&arena);
}

Test(csv, bids_go_to_the_right_format) {
#define HEAD(literal)                                                                                        \
    { literal, sizeof literal - 1 }
    static const struct {
        const char *what;
        struct span head;
        const char *format;
    } cases[] = {
        {"commas", HEAD("a,b\r\n1,2\r\n3,4\r\n"), "csv"},
        {"tabs", HEAD("a\tb\n1\t2\n"), "csv"},
        {"one line", HEAD("a|b|c"), "csv"},
        {"UTF-16",
         HEAD("\xff\xfe"
              "a\0,\0b\0\n\0"),
         "csv"},
        {"equal lines", HEAD("0001 ABCDEFGH 12345\n0002 ABCDEFGH 12345\n0003 ABCDEFGH 12345\n"), "fixed"},
        {"nothing", {"", 0}, NULL},
        {"zeros", HEAD("\0\0\0\0\0\0\0\0\1\2\3\4"), NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct extractor *found = extract_guess(cases[i].head);
        const char *name = found ? found->stage.name : "nobody";
        cr_expect_str_eq(name, cases[i].format ? cases[i].format : "nobody", "%s: %s", cases[i].what, name);
    }
}
