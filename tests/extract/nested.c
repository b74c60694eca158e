/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/nested.h"
#include "tests/extract/pack.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>

enum { ROOM = 1 << 20, TEXT_ROOM = 512 };

static const struct packing zip = {
    .format = archive_write_set_format_zip, .module = "zip", .option = "hdrcharset", .value = "GB18030"};
static const struct packing seven = {.format = archive_write_set_format_7zip};
static const struct packing tar_xz = {.format = archive_write_set_format_ustar,
                                      .filter = archive_write_add_filter_xz};
static const struct packing bzip2 = {.format = archive_write_set_format_raw,
                                     .filter = archive_write_add_filter_bzip2};

static struct span inner(const struct packing *packing, char *room) {
    const struct part_text parts[] = {{"医保.csv", SPAN("1,one\n")},
                                      {packing == &bzip2 ? NULL : "b.csv", SPAN("2,two\n")},
                                      {NULL, {NULL, 0}}};
    return pack_parts(packing, parts, room, ROOM);
}

Test(nested, archives_in_archives_are_read_one_level_deep) {
    static const struct {
        const struct packing *outer, *inner;
        const char *name, *members, *text;
    } cases[] = {
        {&zip, &zip, "in.ZIP", "x.csv|in.ZIP!医保.csv|in.ZIP!b.csv|", "0\n1,one\n2,two\n"},
        {&zip, &seven, "d/in.7z", "x.csv|d/in.7z!医保.csv|d/in.7z!b.csv|", "0\n1,one\n2,two\n"},
        {&seven, &zip, "in.zip", "x.csv|in.zip!医保.csv|in.zip!b.csv|", "0\n1,one\n2,two\n"},
        {&tar_xz, &tar_xz, "in.tar.xz", "x.csv|in.tar.xz!医保.csv|in.tar.xz!b.csv|", "0\n1,one\n2,two\n"},
        {&zip, &bzip2, "in.csv.bz2", "x.csv|in.csv.bz2|", "0\n1,one\n"},
        {&zip, &zip, "no archive's name", "x.csv|no archive's name|", NULL},
    };
    char *room = malloc(ROOM), *inside = malloc(ROOM), text[TEXT_ROOM], names[TEXT_ROOM];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct part_text parts[] = {
            {"x.csv", SPAN("0\n")}, {cases[i].name, inner(cases[i].inner, inside)}, {NULL, {NULL, 0}}};
        struct arena arena = {0};
        struct error error = {0};
        struct member *members = NULL;
        uint32_t count = 0;
        struct span bytes = pack_parts(cases[i].outer, parts, room, ROOM);
        const char *path = print_temporary(bytes, &arena);
        cr_assert(archive_list(path, NULL, &arena, &members, &count, &error), "%s: %s", cases[i].name,
                  error.message);
        *names = '\0';
        for (uint32_t k = 0; k < count; k++) strcat(strcat(names, members[k].name), "|");
        cr_expect_str_eq(names, cases[i].members, "%s", names);
        const char *code = print_members(bytes, NULL, text, TEXT_ROOM - 1);
        if (cases[i].text) cr_expect(!*code && !strcmp(text, cases[i].text), "%zu: %s %s", i, code, text);
        unlink(path);
        arena_free(&arena);
    }
    free(inside);
    free(room);
}

/* A document is a zip too; a third level is not looked into; what is damaged inside is damage. */
Test(nested, what_stays_whole) {
    char *room = malloc(ROOM), *inside = malloc(ROOM), *deep = malloc(ROOM), text[TEXT_ROOM];
    const struct part_text document[] = {
        {"[Content_Types].xml", SPAN("<x/>")}, {"a.csv", SPAN("1\n")}, {NULL, {NULL, 0}}};
    const struct part_text third[] = {{"third.zip", inner(&zip, deep)}, {NULL, {NULL, 0}}};
    const struct {
        const char *what, *name;
        struct span bytes;
        const char *code;
        uint32_t members;
    } cases[] = {
        {"a document", "book.zip", pack_parts(&zip, document, inside, ROOM / 4), "", 1},
        {"three levels", "two.zip", pack_parts(&zip, third, inside + ROOM / 4, ROOM / 4), "", 1},
        {"cut", "cut.zip", {inside + ROOM / 4, 40}, "archive.truncated", 0},
        {"no archive at all", "text.zip", SPAN("1,2\n"), "", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct member *members = NULL;
        uint32_t count = 0;
        const struct part_text parts[] = {{cases[i].name, cases[i].bytes}, {NULL, {NULL, 0}}};
        const char *path = print_temporary(pack_parts(&zip, parts, room, ROOM), &arena);
        bool listed = archive_list(path, NULL, &arena, &members, &count, &error);
        cr_expect_str_eq(listed ? "" : error.code, cases[i].code, "%s: %s", cases[i].what, error.message);
        cr_expect(!listed || count == cases[i].members, "%s: %u members", cases[i].what, count);
        unlink(path);
        arena_free(&arena);
    }
    (void)text;
    free(deep);
    free(inside);
    free(room);
}

/* Many small zips whose contents together pass the limit that none passes alone. */
Test(nested, limits_hold_for_all_levels_together) {
    char *room = malloc(ROOM), *inside = malloc(ROOM);
    struct span bytes = inner(&zip, inside);
    const struct part_text parts[] = {
        {"a.zip", bytes}, {"b.zip", bytes}, {"c.zip", bytes}, {NULL, {NULL, 0}}};
    struct arena arena = {0};
    const char *path = print_temporary(pack_parts(&zip, parts, room, ROOM), &arena);
    for (int by_count = 0; by_count < 2; by_count++) {
        for (int tight = 0; tight < 2; tight++) {
            struct bytes_limits limits = bytes_limits_default;
            struct error error = {0};
            struct member *members = NULL;
            uint32_t count = 0;
            if (by_count) limits.members = tight ? 8 : 9;
            else limits.total_bytes = 3 * bytes.size + (tight ? 35 : 36);
            bool listed = archive_list(path, &limits, &arena, &members, &count, &error);
            cr_expect(listed == !tight, "by count %d, tight %d: %s", by_count, tight, error.message);
            cr_expect(listed || !strcmp(error.code, "archive.too_large"), "%s", error.message);
        }
    }
    unlink(path);
    arena_free(&arena);
    free(inside);
    free(room);
}
