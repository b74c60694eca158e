/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/bytes.h"
#include "extract/archive.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t gzip(struct span text, unsigned char *to, size_t room) {
    struct isal_zstream stream;
    isal_deflate_stateless_init(&stream);
    stream.next_in = (uint8_t *)(uintptr_t)text.bytes;
    stream.avail_in = (uint32_t)text.size;
    stream.next_out = to;
    stream.avail_out = (uint32_t)room;
    stream.end_of_stream = 1;
    stream.gzip_flag = IGZIP_GZIP;
    cr_assert(isal_deflate_stateless(&stream) == COMP_OK);
    return stream.total_out;
}

/* Reads `bytes` as a file in steps of `step`; the code of the failure ("-" without one), or NULL. */
static const char *read_steps(struct span bytes, size_t step, char *text, size_t *size) {
    struct arena arena = {0};
    struct error error = {0};
    struct bytes *source = NULL;
    const char *path = print_temporary(bytes, &arena), *code = "-";
    ptrdiff_t got = -1;
    *size = 0;
    if (bytes_open(&source, path, NULL, NULL, &arena, &error)) {
        while ((got = bytes_read(source, text + *size, step, &error)) > 0) *size += (size_t)got;
        if (got == 0) cr_expect(source->offset == *size);
        bytes_close(source);
    }
    code = got == 0 ? NULL : error.code ? error.code : "-";
    unlink(path);
    arena_free(&arena);
    return code;
}

Test(bytes, plain_and_gzip_files_read_alike) {
    static const char part[] = "个人编号,姓名\n1,王一\n";
    static const size_t steps[] = {1, 7, 100, 1 << 20};
    struct arena arena = {0};
    size_t size = (sizeof part - 1) * 3000, got = 0;
    char *text = ARENA_NEW(&arena, char, size), *back = ARENA_NEW(&arena, char, size + (2 << 20));
    unsigned char *packed = ARENA_NEW(&arena, unsigned char, 2 * size);
    for (size_t i = 0; i < size; i++) text[i] = part[i % (sizeof part - 1)];
    struct span halves[] = {{text, size / 2}, {text + size / 2, size - size / 2}};
    size_t packed_size = gzip(halves[0], packed, size);
    packed_size += gzip(halves[1], packed + packed_size, size);
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        cr_expect(!read_steps((struct span){text, size}, steps[i], back, &got) && got == size &&
                      !memcmp(text, back, size),
                  "plain");
        const char *code = read_steps((struct span){(char *)packed, packed_size}, steps[i], back, &got);
        cr_expect(!code && got == size && !memcmp(text, back, size), "gzip by %zu: %s, %zu of %zu", steps[i],
                  code, got, size);
    }
    cr_expect(!read_steps((struct span){"", 0}, 10, back, &got) && got == 0, "empty");
    arena_free(&arena);
}

Test(bytes, damaged_gzip_never_ends_cleanly) {
    unsigned char packed[512];
    char back[4096];
    size_t got = 0, size = gzip(SPAN("a,b\n1,2\n1,2\n1,2\n1,2\n1,2\n"), packed, sizeof packed);
    for (size_t cut = 3; cut < size; cut++)
        cr_expect(read_steps((struct span){(char *)packed, cut}, 64, back, &got), "cut at %zu", cut);
    for (size_t at = 10; at < size; at++) {
        packed[at] ^= 1;
        cr_expect(read_steps((struct span){(char *)packed, size}, 64, back, &got), "flipped at %zu", at);
        packed[at] ^= 1;
    }
    packed[size] = 'x';
    const char *code = read_steps((struct span){(char *)packed, size + 1}, 64, back, &got);
    cr_expect(code && !strcmp(code, "archive.member_unlisted"), "bytes behind the end: %s", code);
}

Test(bytes, random_access_works_on_everything) {
    struct arena arena = {0};
    struct error error = {0};
    unsigned char packed[512];
    size_t size = gzip(SPAN("0123456789"), packed, sizeof packed);
    const char *paths[] = {print_temporary(SPAN("0123456789"), &arena),
                           print_temporary((struct span){(char *)packed, size}, &arena)};
    for (size_t i = 0; i < 2; i++) {
        struct bytes *source = NULL;
        char part[5] = "";
        cr_assert(bytes_open(&source, paths[i], NULL, NULL, &arena, &error) && bytes_random(source, &error),
                  "%s", error.message);
        cr_expect(source->size == 10);
        cr_expect(bytes_read_at(source, 6, part, 4, &error) && !strcmp(part, "6789"));
        cr_expect(bytes_read_at(source, 0, part, 4, &error) && !strcmp(part, "0123"));
        cr_expect(bytes_read(source, part, 4, &error) == 4 && !strcmp(part, "0123"),
                  "reading goes on from the start");
        error = (struct error){0};
        cr_expect(!bytes_read_at(source, 8, part, 4, &error) && error.code &&
                  !strcmp(error.code, "archive.truncated"));
        bytes_close(source);
        unlink(paths[i]);
    }
    arena_free(&arena);
}

Test(bytes, only_regular_files_that_keep_still) {
    struct arena arena = {0};
    struct error error = {0};
    struct bytes *source = NULL;
    char part[8];
    const char *path = print_temporary(SPAN("0123456789"), &arena);
    cr_expect(!bytes_open(&source, "/nonexistent/file", NULL, NULL, &arena, &error) && error.message[0]);
    cr_expect(!bytes_open(&source, "/tmp", NULL, NULL, &arena, &error) && error.trouble == TROUBLE_REFUSED);
    cr_expect(!bytes_open(&source, "/dev/zero", NULL, NULL, &arena, &error) &&
              error.trouble == TROUBLE_REFUSED);
    for (int grow = 0; grow < 2; grow++) {
        cr_assert(bytes_open(&source, path, NULL, NULL, &arena, &error));
        cr_expect(bytes_read(source, part, 4, &error) == 4);
        cr_assert(truncate(path, grow ? 99 : 6) == 0);
        ptrdiff_t got = 1;
        while (got > 0) got = bytes_read(source, part, 4, &error);
        cr_expect(got == -1 && error.trouble == TROUBLE_FAILED, "a file that %s while it is read",
                  grow ? "grows" : "shrinks");
        bytes_close(source);
    }
    unlink(path);
    mkfifo(path, 0600);
    cr_expect(!bytes_open(&source, path, NULL, NULL, &arena, &error) && error.trouble == TROUBLE_REFUSED,
              "a pipe");
    unlink(path);
    bytes_close(NULL);
    arena_free(&arena);
}

/* A zip inside a zip, as a workbook in an archive is: the member is spooled, then opened like a file. */
Test(bytes, a_member_can_be_an_archive_itself) {
    static const unsigned char inner[] = {'P', 'K', 5, 6, 0, 0, 0, 0, 0, 0, 0,
                                          0,   0,   0, 0, 0, 0, 0, 0, 0, 0, 0};
    unsigned char outer[256] = {'P', 'K', 3, 4, 20}, *at = outer + 30;
    uint32_t crc = crc32_gzip_refl(0, inner, sizeof inner), where = 0;
    struct arena arena = {0};
    struct error error = {0};
    memcpy(outer + 14, &crc, 4), outer[18] = outer[22] = sizeof inner, outer[26] = 1;
    *at++ = 'x';
    memcpy(at, inner, sizeof inner), at += sizeof inner;
    where = (uint32_t)(at - outer);
    memcpy(at, "PK\1\2\24\0\24", 7), memcpy(at + 16, &crc, 4), at[20] = at[24] = sizeof inner, at[28] = 1,
                                                               at[46] = 'x';
    at += 47;
    memcpy(at, "PK\5\6", 4), at[8] = at[10] = 1, at[12] = 47, memcpy(at + 16, &where, 4), at += 22;
    const char *path = print_temporary((struct span){(char *)outer, (size_t)(at - outer)}, &arena);
    struct bytes *member = NULL;
    struct package package;
    cr_assert(bytes_open(&member, path, "x", NULL, &arena, &error), "%s", error.message);
    cr_assert(bytes_random(member, &error) && archive_open(&package, member, NULL, &arena, &error), "%s",
              error.message);
    cr_expect(package.kind == ARCHIVE_ZIP && package.count == 0);
    bytes_close(member);
    cr_expect(!bytes_open(&member, path, "y", NULL, &arena, &error) && error.message[0], "no such member");
    unlink(path);
    arena_free(&arena);
}
