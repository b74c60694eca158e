/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/packed.h"
#include "extract/archive.h"
#include "tests/extract/pack.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>

enum { ROOM = 1 << 20, TEXT_ROOM = 512 };

static const char content[] = "id,name\n1,one\n2,two\n";
static const struct {
    const char *name;
    int (*add)(struct archive *writer);
    size_t head; /* so many bytes do not yet tell what they are */
} filters[] = {
    {"bzip2", archive_write_add_filter_bzip2, 3},
    {"xz", archive_write_add_filter_xz, 6},
    {"zstd", archive_write_add_filter_zstd, 4},
    {"gzip", archive_write_add_filter_gzip, 2},
};
enum { FILTERS = sizeof filters / sizeof *filters };

static struct span pack(char *room, int (*add)(struct archive *), bool tar, const char *text) {
    struct part_text parts[3] = {{"a.csv", {text, strlen(text)}}};
    if (tar) parts[1] = (struct part_text){"b.csv", SPAN("3,three\n")};
    struct packing packing = {.format = tar ? archive_write_set_format_ustar : archive_write_set_format_raw,
                              .filter = add};
    return pack_parts(&packing, parts, room, ROOM);
}

Test(packed, files_and_tars_are_unpacked) {
    char *room = malloc(ROOM), text[TEXT_ROOM];
    for (size_t i = 0; i < FILTERS; i++) {
        const char *code =
            print_members(pack(room, filters[i].add, false, content), NULL, text, TEXT_ROOM - 1);
        cr_expect(!*code && !strcmp(text, content), "%s: %s %s", filters[i].name, code, text);
        code = print_members(pack(room, filters[i].add, true, content), NULL, text, TEXT_ROOM - 1);
        cr_expect(!*code && !strcmp(text, "id,name\n1,one\n2,two\n3,three\n"), "%s: %s %s", filters[i].name,
                  code, text);
    }
    free(room);
}

Test(packed, what_is_cut_or_goes_on_is_never_whole) {
    char *room = malloc(ROOM), text[TEXT_ROOM];
    for (size_t i = 0; i < FILTERS; i++) {
        for (int tar = 0; tar < 2; tar++) {
            struct span whole = pack(room, filters[i].add, tar, content);
            for (size_t size = filters[i].head; size < whole.size; size++) {
                const char *code = print_members((struct span){room, size}, NULL, text, TEXT_ROOM - 1);
                cr_expect(*code, "%s, tar %d, cut at %zu of %zu is read", filters[i].name, tar, size,
                          whole.size);
            }
            static const char *const tails[] = {"x", "1,2,3,4,5,6,7,8,9\n", "\x28\xb5\x2f\xfd"};
            for (size_t k = 0; k < 3; k++) {
                memcpy(room + whole.size, tails[k], strlen(tails[k]));
                struct span more = {room, whole.size + strlen(tails[k])};
                const char *code = print_members(more, NULL, text, TEXT_ROOM - 1);
                cr_expect(*code, "%s, tar %d, with tail %zu is read", filters[i].name, tar, k);
            }
        }
    }
    free(room);
}

/* As zstd writes it; libarchive writes none of its optional checksums. */
static const unsigned char zstd_checked[] = {
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0xa1, 0x00, 0x00, 0x69, 0x64, 0x2c, 0x6e, 0x61, 0x6d, 0x65, 0x0a,
    0x31, 0x2c, 0x6f, 0x6e, 0x65, 0x0a, 0x32, 0x2c, 0x74, 0x77, 0x6f, 0x0a, 0x84, 0x11, 0xff, 0x6c};

/* A flipped bit is noticed, or harms nothing: not every format has a checksum over its own header.  The
   bit of zstd's header that says whether there is a checksum is the exception. */
Test(packed, flipped_bits_never_change_the_content) {
    char *room = malloc(ROOM), text[TEXT_ROOM];
    for (size_t i = 0; i < FILTERS; i++) {
        struct span whole = pack(room, filters[i].add, false, content);
        if (strcmp(filters[i].name, "zstd") == 0) {
            memcpy(room, zstd_checked, sizeof zstd_checked);
            whole.size = sizeof zstd_checked;
        }
        for (size_t bit = 8 * filters[i].head; bit < 8 * whole.size; bit++) {
            room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
            const char *code = print_members(whole, NULL, text, TEXT_ROOM - 1);
            cr_expect(*code || !strcmp(text, content), "%s, bit %zu: %s", filters[i].name, bit, text);
            room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
        }
    }
    free(room);
}

Test(packed, bombs_are_refused) {
    size_t size = 64 << 20;
    char *room = malloc(ROOM), *zeros = malloc(size + 1);
    memset(zeros, '0', size);
    zeros[size] = '\0';
    for (size_t i = 0; i < FILTERS; i++) {
        struct arena arena = {0};
        struct error error = {0};
        struct bytes *bytes = NULL;
        const char *path = print_temporary(pack(room, filters[i].add, false, zeros), &arena);
        cr_assert(bytes_open(&bytes, path, NULL, NULL, &arena, &error), "%s", error.message);
        cr_expect(!bytes_random(bytes, &error) && error.code && !strcmp(error.code, "archive.too_large"),
                  "%s: %s", filters[i].name, error.message);
        cr_expect(bytes->offset < 32 << 20, "%s: %llu bytes were unpacked", filters[i].name,
                  (unsigned long long)bytes->offset);
        bytes_close(bytes);
        unlink(path);
        arena_free(&arena);
    }
    free(zeros);
    free(room);
}

static struct span make_seven(char *room, const char *const *names, unsigned kind, const char *method) {
    struct part_text parts[3] = {{NULL}};
    for (size_t i = 0; i < 2 && names[i]; i++)
        parts[i] = (struct part_text){names[i], {content, strlen(content)}};
    struct packing packing = {archive_write_set_format_7zip, NULL, "7zip", "compression", method, NULL, kind};
    return pack_parts(&packing, parts, room, ROOM);
}

Test(packed, seven_zip_is_read_or_refused) {
    static const struct {
        const char *what, *names[3], *code;
        unsigned kind;
    } cases[] = {
        {"one", {"a.csv"}, "", AE_IFREG},
        {"two", {"a.csv", "医保/b.csv"}, "", AE_IFREG},
        {"up", {"../a.csv"}, "archive.unsafe_name", AE_IFREG},
        {"absolute", {"/a.csv"}, "archive.unsafe_name", AE_IFREG},
        {"twice", {"a", "a"}, "archive.unsafe_name", AE_IFREG},
        {"a link", {"a"}, "archive.unsafe_name", AE_IFLNK},
    };
    static const char *const methods[] = {"store", "deflate", "bzip2", "lzma1", "lzma2", "ppmd"};
    char *room = malloc(ROOM), text[TEXT_ROOM];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
            struct span bytes = make_seven(room, cases[i].names, cases[i].kind, methods[k]);
            const char *code = print_members(bytes, NULL, text, TEXT_ROOM - 1);
            cr_expect_str_eq(code, cases[i].code, "%s by %s: %s", cases[i].what, methods[k], code);
            size_t count = cases[i].names[1] ? 2 : 1, size = strlen(content);
            if (!*cases[i].code)
                cr_expect(strlen(text) == count * size && !memcmp(text + (count - 1) * size, content, size),
                          "%s", text);
        }
    }
    free(room);
}

Test(packed, a_damaged_seven_zip_is_never_read_as_whole) {
    static const char *const names[] = {"a.csv", NULL};
    char *room = malloc(ROOM), text[TEXT_ROOM];
    struct span whole = make_seven(room, names, AE_IFREG, "lzma2");
    for (size_t size = 6; size < whole.size; size++) {
        const char *code = print_members((struct span){room, size}, NULL, text, TEXT_ROOM - 1);
        cr_expect(*code, "cut at %zu of %zu is read", size, whole.size);
    }
    for (size_t bit = 48; bit < 8 * whole.size; bit++) {
        room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
        const char *code = print_members(whole, NULL, text, TEXT_ROOM - 1);
        cr_expect(*code || !strcmp(text, content), "bit %zu: %s", bit, text);
        room[bit / 8] = (char)(room[bit / 8] ^ 1 << bit % 8);
    }
    room[whole.size] = 'x';
    cr_expect_str_eq(print_members((struct span){room, whole.size + 1}, NULL, text, TEXT_ROOM - 1),
                     "archive.member_unlisted");
    free(room);
}
