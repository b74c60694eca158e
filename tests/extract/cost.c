/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What must be refused is refused within 256 MiB and before much of it was unpacked, each in a process of its
   own that is measured.  Seconds are the machine's, so they bound only what would never end; how many are
   needed is what the corpus program measures.  Children that spend too much are judged first, and must be
   found out. */
#include "tests/extract/pack.h"
#include "tests/extract/print.h"
#include "tests/extract/xlsx/book.h"
#include "extract/archive.h"
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEBI = 1 << 20, BOMB_MEBI = 300, ROOM = 2 * MEBI, CODE_BYTES = 64, CPU_SECONDS = 30 };

static const uint64_t unpacked_max =
    96 * (uint64_t)MEBI; /* 16 MiB are free, then 200 times what was packed */
static const uint64_t memory_max = 256 * (uint64_t)MEBI;

/* A sanitizer's memory says nothing about the program's. */
#ifdef __SANITIZE_ADDRESS__
static const bool measured = false;
#else
static const bool measured = true;
#endif

struct cost {
    char code[CODE_BYTES]; /* of the refusal; "read": none; "died": also of too many seconds */
    uint64_t unpacked;     /* bytes that became rows before it */
    uint64_t memory;
};

static void refuse(struct cost *cost, const char *code) { snprintf(cost->code, CODE_BYTES, "%s", code); }

/* Reads the whole of a file as a delivery is read: its members, or itself by the reader that claims it. */
static void read_whole(const char *path, const char *yaml, struct cost *cost) {
    struct arena arena = {0};
    struct error error = {0};
    struct span head;
    struct input input = {.path = path, .name = path};
    struct member *members = NULL;
    uint32_t count = 0;
    bool ok = extract_head(&input, &arena, &head, &error) && archive_refuse(head, NULL, &error);
    const struct extractor *extractor = ok ? extract_guess(head) : NULL;
    if (ok && archive_has_members(archive_kind(head)) && !(extractor && extractor->sheets)) {
        ok = archive_list(path, NULL, &arena, &members, &count, &error);
        for (uint32_t i = 0; ok && i < count; i++) {
            struct seen seen = print_source(path, members[i].name, "read: {format: csv}", NULL);
            ok = seen.whole;
            error = seen.error;
            cost->unpacked += seen.end;
        }
    } else if (ok) {
        struct seen seen = print_source(path, NULL, yaml, NULL);
        ok = seen.whole;
        error = seen.error;
        cost->unpacked = seen.end;
    }
    refuse(cost, ok ? "read" : error.code ? error.code : "no code");
    arena_free(&arena);
}

static void spend_time(const char *path, const char *yaml, struct cost *cost) {
    (void)path, (void)yaml;
    for (volatile bool ever = true; ever;) continue;
    refuse(cost, "archive.too_large");
}

static void unpack_all(const char *path, const char *yaml, struct cost *cost) {
    (void)path, (void)yaml;
    cost->unpacked = BOMB_MEBI * (uint64_t)MEBI;
    refuse(cost, "archive.too_large");
}

static void spend_memory(const char *path, const char *yaml, struct cost *cost) {
    (void)path, (void)yaml;
    char *bytes = malloc(memory_max + MEBI);
    cr_assert(bytes);
    for (uint64_t i = 0; i < memory_max + MEBI; i += 512) ((volatile char *)bytes)[i] = 1;
    free(bytes);
    refuse(cost, "archive.too_large");
}

static struct cost cost_of(void (*work)(const char *, const char *, struct cost *), const char *path,
                           const char *yaml, rlim_t seconds) {
    struct cost cost = {.code = "died"}, said = {0};
    struct rusage used = {0};
    int ends[2], status = 0;
    cr_assert(pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds});
        work(path, yaml, &said);
        _exit(write(ends[1], &said, sizeof said) == (ssize_t)sizeof said ? 0 : 1);
    }
    close(ends[1]);
    bool got = child > 0 && read(ends[0], &said, sizeof said) == (ssize_t)sizeof said;
    close(ends[0]);
    cr_assert(child > 0 && wait4(child, &status, 0, &used) == child);
    if (got) cost = said;
    cost.memory = (uint64_t)used.ru_maxrss << 10;
    return cost;
}

static bool within(const struct cost *cost) {
    return cost->unpacked <= unpacked_max && (!measured || cost->memory <= memory_max);
}

/* Rows by the megabyte, so that this process stays small: a child begins with its memory. */
static const char *bomb(int (*format)(struct archive *), int (*filter)(struct archive *), const char *member,
                        struct arena *arena) {
    static char rows[MEBI];
    for (size_t i = 0; i < sizeof rows; i++) rows[i] = "1,2\n"[i % 4];
    const char *path = print_temporary((struct span){"", 0}, arena);
    struct archive *writer = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    format(writer);
    if (filter) filter(writer);
    cr_assert(archive_write_open_filename(writer, path) == ARCHIVE_OK);
    archive_entry_set_pathname(entry, member);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, (la_int64_t)BOMB_MEBI * MEBI);
    cr_assert(archive_write_header(writer, entry) == ARCHIVE_OK);
    for (int i = 0; i < BOMB_MEBI; i++) archive_write_data(writer, rows, sizeof rows);
    archive_entry_free(entry);
    cr_assert(archive_write_close(writer) == ARCHIVE_OK);
    archive_write_free(writer);
    return path;
}

static const char *encrypted(const char *how, struct arena *arena) {
    char *room = ARENA_NEW(arena, char, ROOM);
    struct part_text parts[] = {{"a.csv", SPAN("a,b\n1,2\n")}, {NULL, {0}}};
    struct packing packing = {archive_write_set_format_zip, NULL, "zip", "encryption", how, "secret", 0};
    return print_temporary(pack_parts(&packing, parts, room, ROOM), arena);
}

/* An Office document that a password protects is a compound file whatever its name says. */
static const char *protected(struct arena *arena) {
    char *bytes = ARENA_NEW(arena, char, ROOM);
    memcpy(bytes, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
    return print_temporary((struct span){bytes, ROOM}, arena);
}

/* `from`, `middle` many times, `until`; not in memory, with which a child would begin. */
static const char *repeated(const char *from, const char *middle, size_t times, const char *until,
                            struct arena *arena) {
    const char *path = print_temporary((struct span){from, strlen(from)}, arena);
    FILE *file = fopen(path, "ab");
    cr_assert(file);
    for (size_t i = 0; i < times; i++) fputs(middle, file);
    fputs(until, file);
    cr_assert(fclose(file) == 0);
    return path;
}

static const char laughs[] =
    "<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'>"
    "<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;'>"
    "<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;'><!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;'>]>";

static const char *laughing_book(struct arena *arena) {
    char path[256], sheet[2048];
    test_path(path, "-laughs.xlsx");
    snprintf(
        sheet, sizeof sheet,
        "%s<worksheet><sheetData><row><c t='inlineStr'><is><t>&h;</t></is></c></row></sheetData></worksheet>",
        laughs);
    book_write(&(struct book){.sheet = sheet}, path);
    return arena_copy(arena, (struct span){path, strlen(path) + 1}).bytes;
}

/* Blanks behind its rows, which no reader may unpack to their end. */
static const char *blank_book(struct arena *arena) {
    char path[256];
    test_path(path, "-blank.xlsx");
    book_write(&(struct book){.rows = "<row><c><v>1</v></c></row>", .blank_mebi = BOMB_MEBI}, path);
    return arena_copy(arena, (struct span){path, strlen(path) + 1}).bytes;
}

/* A zip in a zip in a zip ... is looked into once; what lies deeper is no text. */
static const char *loop(struct arena *arena) {
    char *room = ARENA_NEW(arena, char, ROOM);
    struct span inside = SPAN("a,b\n1,2\n");
    for (int depth = 0; depth < 40; depth++) {
        struct part_text parts[] = {{depth ? "next.zip" : "a.csv", inside}, {NULL, {0}}};
        struct packing packing = {.format = archive_write_set_format_zip};
        inside = arena_copy(arena, pack_parts(&packing, parts, room, ROOM));
    }
    return print_temporary(inside, arena);
}

struct hostile {
    const char *what, *path, *yaml, *code;
};

static void judge(const struct hostile *hostile) {
    struct cost cost = cost_of(read_whole, hostile->path, hostile->yaml, CPU_SECONDS);
    cr_expect_str_eq(cost.code, hostile->code, "%s: %s", hostile->what, cost.code);
    cr_expect(within(&cost), "%s: %" PRIu64 " MiB unpacked, %" PRIu64 " MiB of memory", hostile->what,
              cost.unpacked / MEBI, cost.memory / MEBI);
    unlink(hostile->path);
}

Test(cost, who_spends_too_much_is_found_out) {
    struct cost slow = cost_of(spend_time, NULL, NULL, 1);
    struct cost greedy = cost_of(unpack_all, NULL, NULL, 1), large = cost_of(spend_memory, NULL, NULL, 60);
    cr_expect_str_eq(slow.code, "died");
    cr_expect_str_eq(greedy.code, "archive.too_large");
    cr_expect(!within(&greedy));
    cr_expect(large.memory > memory_max && within(&large) == !measured, "%" PRIu64 " bytes", large.memory);
}

Test(cost, bombs) {
    struct arena arena = {0};
    const struct hostile cases[] = {
        {"zip", bomb(archive_write_set_format_zip, NULL, "a.csv", &arena), NULL, "archive.too_large"},
        {"tar.gz", bomb(archive_write_set_format_ustar, archive_write_add_filter_gzip, "a.csv", &arena), NULL,
         "archive.too_large"},
        {"tar.zst", bomb(archive_write_set_format_ustar, archive_write_add_filter_zstd, "a.csv", &arena),
         NULL, "archive.too_large"},
        {"gz", bomb(archive_write_set_format_raw, archive_write_add_filter_gzip, "a", &arena),
         "read: {format: csv, header: no}", "archive.too_large"},
        {"a workbook", blank_book(&arena), "read: {format: xlsx}", "archive.too_large"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) judge(&cases[i]);
    arena_free(&arena);
}

Test(cost, passwords_and_loops) {
    struct arena arena = {0};
    const struct hostile cases[] = {
        {"ZipCrypto", encrypted("traditional", &arena), NULL, "archive.encrypted"},
        {"AES-256", encrypted("aes256", &arena), NULL, "archive.encrypted"},
        {"a protected workbook", protected(&arena), "read: {format: xlsx}", "archive.encrypted"},
        {"forty zips in each other", loop(&arena), NULL, "file.format_mismatch"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) judge(&cases[i]);
    arena_free(&arena);
}

Test(cost, documents) {
    struct arena arena = {0};
    const char *deep = "read: {format: json}";
    const struct hostile cases[] = {
        {"XML's laughs", repeated(laughs, "", 0, "<r><i><a>&h;</a></i></r>", &arena),
         "read: {format: xml, row: r/i}", "file.format_mismatch"},
        {"a workbook's laughs", laughing_book(&arena), "read: {format: xlsx}", "file.format_mismatch"},
        {"XML a million deep", repeated("<r>", "<i>", MEBI, "", &arena), "read: {format: xml, row: r/i}",
         "file.format_mismatch"},
        {"tables a million deep", repeated("", "<table><tr><td>", MEBI, "", &arena), "read: {format: html}",
         "row.too_long"},
        {"JSON thirty million deep", repeated("[", "[", 30 * MEBI, "", &arena), deep, "file.syntax"},
        {"a text of SQL that never ends", repeated("INSERT INTO t VALUES ('", "x", 40 * MEBI, "", &arena),
         "read: {format: sqldump}", "row.too_long"},
        {"brackets of SQL", repeated("INSERT INTO t VALUES (", "f(", 8 * MEBI, "", &arena),
         "read: {format: sqldump}", "row.too_long"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) judge(&cases[i]);
    arena_free(&arena);
}
