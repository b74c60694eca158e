/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/archive.h"
#include "tests/extract/print.h"
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <unistd.h>

enum { ROOM = 64 << 20 };

/* Builds archives by hand, so that each rule can be broken alone. */
struct builder {
    unsigned char *bytes;
    size_t size, directory, start;
    unsigned char central[8192];
    size_t central_size;
    uint16_t count;
};

struct part {
    const char *name, *text;
    unsigned flags, method, made_by;
    uint32_t mode;
    uint32_t crc_off, size_off, local_crc_off; /* added to the true values */
    const char *local_name;                    /* NULL: the same */
    bool unlisted, descriptor, overlap;
};

static void put(unsigned char **to, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) *(*to)++ = (unsigned char)(value >> 8 * i);
}

static void put_text(unsigned char **to, const char *text, size_t size) {
    memcpy(*to, text, size);
    *to += size;
}

static size_t deflate_to(const char *text, size_t size, unsigned char *to) {
    struct isal_zstream stream;
    isal_deflate_stateless_init(&stream);
    stream.next_in = (uint8_t *)(uintptr_t)text;
    stream.avail_in = (uint32_t)size;
    stream.next_out = to;
    stream.avail_out = (uint32_t)size + 1024;
    stream.end_of_stream = 1;
    cr_assert(isal_deflate_stateless(&stream) == COMP_OK);
    return stream.total_out;
}

static void add_part_sized(struct builder *builder, const struct part *part, size_t size) {
    const char *local = part->local_name ? part->local_name : part->name;
    uint32_t crc = crc32_gzip_refl(0, (const unsigned char *)part->text, size);
    uint64_t offset = part->overlap ? 0 : builder->size;
    unsigned flags = part->flags | (part->descriptor ? 8 : 0);
    unsigned char *at = builder->bytes + builder->size, *packed = at + 30 + strlen(local);
    size_t packed_size = size;
    if (part->method == 8) packed_size = deflate_to(part->text, size, packed);
    else memcpy(packed, part->text, size);
    put_text(&at, "PK\3\4", 4);
    put(&at, 20, 2), put(&at, flags, 2), put(&at, part->method, 2), put(&at, 0, 4);
    put(&at, part->descriptor ? 0 : crc + part->crc_off + part->local_crc_off, 4);
    put(&at, part->descriptor ? 0 : packed_size, 4);
    put(&at, part->descriptor ? 0 : size + part->size_off, 4);
    put(&at, strlen(local), 2), put(&at, 0, 2);
    put_text(&at, local, strlen(local));
    at = packed + packed_size;
    if (part->descriptor) {
        put_text(&at, "PK\7\10", 4);
        put(&at, crc, 4), put(&at, packed_size, 4), put(&at, size, 4);
    }
    builder->size = (size_t)(at - builder->bytes);
    if (part->unlisted) return;
    at = builder->central + builder->central_size;
    put_text(&at, "PK\1\2", 4);
    put(&at, part->made_by << 8 | 20, 2), put(&at, 20, 2), put(&at, flags, 2), put(&at, part->method, 2),
        put(&at, 0, 4);
    put(&at, crc + part->crc_off, 4), put(&at, packed_size, 4), put(&at, size + part->size_off, 4);
    put(&at, strlen(part->name), 2), put(&at, 0, 8), put(&at, part->mode << 16, 4), put(&at, offset, 4);
    put_text(&at, part->name, strlen(part->name));
    builder->central_size = (size_t)(at - builder->central);
    builder->count++;
}

static void add_part(struct builder *builder, const struct part *part) {
    add_part_sized(builder, part, strlen(part->text));
}

static struct span finish(struct builder *builder) {
    unsigned char *at = builder->bytes + builder->size;
    size_t offset = builder->size;
    memcpy(at, builder->central, builder->central_size);
    at += builder->central_size;
    put_text(&at, "PK\5\6", 4);
    put(&at, 0, 4), put(&at, builder->count, 2), put(&at, builder->count, 2);
    put(&at, builder->central_size, 4), put(&at, offset, 4), put(&at, 0, 2);
    builder->size = (size_t)(at - builder->bytes);
    return (struct span){(const char *)builder->bytes, builder->size};
}

static const char *read_all(struct span bytes, char *text, size_t room) {
    return print_members(bytes, NULL, text, room);
}

Test(archive, zip_is_read_or_refused) {
    static const struct {
        const char *what, *code, *text;
        struct part parts[2];
    } cases[] = {
        {"stored", "", "onetwo", {{.name = "a.csv", .text = "one"}, {.name = "b/c.csv", .text = "two"}}},
        {"deflated",
         "",
         "oneoneoneoneonetwo",
         {{.name = "a", .text = "oneoneoneoneone", .method = 8}, {.name = "b", .text = "two"}}},
        {"descriptor",
         "",
         "onetwo",
         {{.name = "a", .text = "one", .descriptor = true},
          {.name = "b", .text = "two", .descriptor = true, .method = 8}}},
        {"empty member", "", "two", {{.name = "a", .text = ""}, {.name = "b", .text = "two"}}},
        {"folder", "", "two", {{.name = "a/", .text = ""}, {.name = "a/b", .text = "two"}}},
        {"GBK name", "", "one", {{.name = "\xd2\xbd\xb1\xa3.csv", .text = "one"}}},
        {"a wrong CRC", "archive.crc_mismatch", "", {{.name = "a", .text = "one", .crc_off = 1}}},
        {"a wrong CRC, deflated",
         "archive.crc_mismatch",
         "",
         {{.name = "a", .text = "one", .crc_off = 1, .method = 8}}},
        {"a wrong size, deflated",
         "archive.crc_mismatch",
         "",
         {{.name = "a", .text = "one", .size_off = 1, .method = 8}}},
        {"less than it holds",
         "archive.crc_mismatch",
         "",
         {{.name = "a", .text = "one", .size_off = (uint32_t)-1, .method = 8}}},
        {"local CRC differs",
         "archive.member_unlisted",
         "",
         {{.name = "a", .text = "one", .local_crc_off = 1}}},
        {"local name differs",
         "archive.member_unlisted",
         "",
         {{.name = "a", .text = "one", .local_name = "b"}}},
        {"hidden before",
         "archive.member_unlisted",
         "",
         {{.name = "a", .text = "one", .unlisted = true}, {.name = "b", .text = "two"}}},
        {"hidden behind",
         "archive.member_unlisted",
         "",
         {{.name = "a", .text = "one"}, {.name = "b", .text = "two", .unlisted = true}}},
        {"overlap",
         "archive.member_unlisted",
         "",
         {{.name = "a", .text = "one"}, {.name = "b", .text = "one", .overlap = true}}},
        {"one name twice",
         "archive.unsafe_name",
         "",
         {{.name = "a", .text = "one"}, {.name = "a", .text = "two"}}},
        {"up", "archive.unsafe_name", "", {{.name = "../a", .text = "one"}}},
        {"up inside", "archive.unsafe_name", "", {{.name = "a/../b", .text = "one"}}},
        {"up, Windows", "archive.unsafe_name", "", {{.name = "a\\..\\b", .text = "one"}}},
        {"absolute", "archive.unsafe_name", "", {{.name = "/a", .text = "one"}}},
        {"a drive", "archive.unsafe_name", "", {{.name = "C:a", .text = "one"}}},
        {"a line end in a name", "archive.unsafe_name", "", {{.name = "a\nb", .text = "one"}}},
        {"a link", "archive.unsafe_name", "", {{.name = "a", .text = "one", .made_by = 3, .mode = 0120777}}},
        {"encrypted", "archive.encrypted", "", {{.name = "a", .text = "one", .flags = 1}}},
        {"another method", "file.format_mismatch", "", {{.name = "a", .text = "one", .method = 12}}},
    };
    unsigned char *room = malloc(ROOM);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct builder builder = {.bytes = room};
        char text[256];
        for (size_t k = 0; k < 2 && cases[i].parts[k].name; k++) add_part(&builder, &cases[i].parts[k]);
        struct span bytes = finish(&builder);
        const char *code = read_all(bytes, text, sizeof text - 1);
        cr_expect_str_eq(code, cases[i].code, "%s: \"%s\"", cases[i].what, code);
        if (!*cases[i].code) cr_expect_str_eq(text, cases[i].text, "%s: \"%s\"", cases[i].what, text);
    }
    free(room);
}

Test(archive, a_damaged_zip_is_never_read_as_whole) {
    unsigned char room[4096];
    char text[256];
    struct builder builder = {.bytes = room};
    add_part(&builder, &(struct part){.name = "a", .text = "1,2\n3,4\n", .descriptor = true, .method = 8});
    add_part(&builder, &(struct part){.name = "b", .text = "5,6\n"});
    struct span whole = finish(&builder);
    cr_assert_str_eq(read_all(whole, text, 255), "");
    for (size_t size = 0; size < whole.size; size++) {
        const char *code = read_all((struct span){whole.bytes, size}, text, 255);
        cr_expect(*code, "cut at %zu is read: %s", size, text);
        if (size >= 4)
            cr_expect(!strcmp(code, "archive.truncated") || !strcmp(code, "archive.member_unlisted"),
                      "cut at %zu: %s", size, code);
    }
    for (size_t at = 0; at < whole.size; at++) {
        room[at] ^= 0x10;
        const char *code = read_all(whole, text, 255);
        /* Dates, versions, attributes and flags say nothing about the content. */
        cr_expect(*code || strcmp(text, "1,2\n3,4\n5,6\n") == 0, "flipped at %zu is read as %s", at, text);
        room[at] ^= 0x10;
    }
    for (size_t extra = 1; extra < 3; extra++) {
        room[whole.size] = 'x';
        cr_expect_str_eq(read_all((struct span){whole.bytes, whole.size + extra}, text, 255),
                         "archive.member_unlisted");
    }
}

Test(archive, bombs_are_refused) {
    unsigned char *room = malloc(ROOM);
    char *zeros = calloc(1, 32 << 20), text[16];
    struct builder builder = {.bytes = room};
    add_part_sized(&builder, &(struct part){.name = "a", .text = zeros, .method = 8}, 32 << 20);
    cr_expect_str_eq(read_all(finish(&builder), text, 0), "archive.too_large");
    /* The same as gzip, whose size is not known before. */
    struct arena arena = {0};
    struct error error = {0};
    struct bytes *bytes = NULL;
    struct isal_zstream stream;
    isal_deflate_stateless_init(&stream);
    stream.next_in = (uint8_t *)zeros, stream.avail_in = 32 << 20;
    stream.next_out = room, stream.avail_out = ROOM, stream.end_of_stream = 1, stream.gzip_flag = IGZIP_GZIP;
    cr_assert(isal_deflate_stateless(&stream) == COMP_OK);
    const char *path = print_temporary((struct span){(char *)room, stream.total_out}, &arena);
    cr_assert(bytes_open(&bytes, path, NULL, NULL, &arena, &error));
    cr_expect(!bytes_random(bytes, &error) && error.code && !strcmp(error.code, "archive.too_large"), "%s",
              error.message);
    bytes_close(bytes);
    unlink(path);
    arena_free(&arena);
    free(zeros);
    free(room);
}

static struct span make_tar(char *room, const char *const *names, unsigned kind, bool gzip) {
    size_t used = 0;
    struct archive *writer = archive_write_new();
    archive_write_set_format_pax_restricted(writer);
    archive_write_set_bytes_per_block(writer, 512);
    if (gzip) archive_write_add_filter_gzip(writer);
    archive_write_open_memory(writer, room, ROOM, &used);
    for (; *names; names++) {
        struct archive_entry *entry = archive_entry_new();
        archive_entry_set_pathname(entry, *names);
        archive_entry_set_filetype(entry, kind);
        archive_entry_set_perm(entry, 0644);
        if (kind == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
        archive_entry_set_size(entry, kind == AE_IFREG ? 4 : 0);
        archive_write_header(writer, entry);
        if (kind == AE_IFREG) archive_write_data(writer, "1,2\n", 4);
        archive_entry_free(entry);
    }
    archive_write_close(writer);
    archive_write_free(writer);
    return (struct span){room, used};
}

Test(archive, tar_is_read_or_refused) {
    static const struct {
        const char *what, *names[3], *code, *text;
        unsigned kind;
    } cases[] = {
        {"two", {"a.csv", "b.csv"}, "", "1,2\n1,2\n", AE_IFREG},
        {"up", {"../a.csv"}, "archive.unsafe_name", "", AE_IFREG},
        {"twice", {"a", "a"}, "archive.unsafe_name", "", AE_IFREG},
        {"a link", {"a"}, "archive.unsafe_name", "", AE_IFLNK},
        {"a pipe", {"a"}, "archive.unsafe_name", "", AE_IFIFO},
    };
    char *room = malloc(ROOM), text[256];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int gzip = 0; gzip < 2; gzip++) {
            struct span bytes = make_tar(room, cases[i].names, cases[i].kind, gzip);
            const char *code = read_all(bytes, text, 255);
            cr_expect_str_eq(code, cases[i].code, "%s: %s", cases[i].what, code);
            if (!*cases[i].code) cr_expect_str_eq(text, cases[i].text, "%s: %s", cases[i].what, text);
        }
    }
    free(room);
}

Test(archive, a_cut_tar_is_never_read_as_whole) {
    static const char *const names[] = {"a.csv", "b.csv", NULL};
    char *room = malloc(ROOM), text[256];
    for (int gzip = 0; gzip < 2; gzip++) {
        struct span whole = make_tar(room, names, AE_IFREG, gzip);
        size_t step = gzip ? 1 : 128, end = gzip ? whole.size : whole.size - 1024 + 1023;
        for (size_t size = gzip ? 12 : 512; size < end; size += step) {
            const char *code = read_all((struct span){whole.bytes, size}, text, 255);
            cr_expect(*code, "gzip %d: cut at %zu of %zu is read: %s", gzip, size, whole.size, text);
        }
    }
    free(room);
}

Test(archive, names_become_text) {
    static const struct {
        const char *raw;
        bool utf8;
        const char *name;
    } cases[] = {
        {"plain.csv", false, "plain.csv"},
        {"\xd2\xbd\xb1\xa3.csv", false, "医保.csv"},
        {"\xe5\x8c\xbb\xe4\xbf\x9d.csv", true, "医保.csv"},
        {"\xe5\x8c\xbb\xe4\xbf\x9d.csv", false, "医保.csv"},
        {"\xc1\xaa\xcd\xa8", false, "联通"}, /* valid UTF-8 by chance */
        {"a\xff.csv", false, "a%FF.csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena = {0};
        const char *name =
            archive_name((struct span){cases[i].raw, strlen(cases[i].raw)}, cases[i].utf8, &arena);
        cr_expect_str_eq(name, cases[i].name, "%zu: %s", i, name);
        arena_free(&arena);
    }
}

Test(archive, kinds_are_told_by_their_first_bytes) {
    static const struct {
        struct span head;
        enum archive_kind kind;
        const char *name;
    } cases[] = {
        {{"PK\3\4....", 8}, ARCHIVE_ZIP, "zip"},
        {{"PK\5\6....", 8}, ARCHIVE_ZIP, "zip"},
        {{"\x1f\x8b\x08", 3}, ARCHIVE_GZIP, "gzip"},
        {{"Rar!\x1a\7\1", 7}, ARCHIVE_RAR, "rar"},
        {{"7z\xbc\xaf\x27\x1c", 6}, ARCHIVE_SEVEN, "7z"},
        {{"BZh91AY&", 8}, ARCHIVE_PACKED, "bzip2"},
        {{"\xfd"
          "7zXZ\0",
          6},
         ARCHIVE_PACKED,
         "xz"},
        {{"\x28\xb5\x2f\xfd", 4}, ARCHIVE_PACKED, "zstd"},
        {{"MSCF\0\0\0\0", 8}, ARCHIVE_UNREADABLE, "cab"},
        {{"a,b\n1,2\n", 8}, ARCHIVE_NONE, NULL},
        {{"", 0}, ARCHIVE_NONE, NULL},
        {{"PK", 2}, ARCHIVE_NONE, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *name = archive_kind_name(cases[i].head);
        cr_expect(archive_kind(cases[i].head) == cases[i].kind, "%zu", i);
        cr_expect(cases[i].name ? name && !strcmp(name, cases[i].name) : !name, "%zu: %s", i, name);
    }
}

/* A local header with its name and its packed bytes; flag 8: how many they are stands behind them. */
static void put_local(struct span *zip, char *room, unsigned char flags, const char *name, const char *data) {
    char header[30] = {'P', 'K', 3, 4, 20, 0, (char)flags};
    header[26] = (char)strlen(name);
    if (!flags) header[18] = (char)strlen(data);
    memcpy(room + zip->size, header, sizeof header);
    zip->size += sizeof header;
    zip->size += (size_t)sprintf(room + zip->size, "%s%s", name, data);
    zip->bytes = room;
}

Test(archive, a_workbook_is_told_by_the_names_of_its_members) {
    static const char inside[] = "PK\3\4..........................xl/workbook.xml";
    static const struct {
        const char *members[3][2];
        unsigned char flags;
        bool workbook;
    } cases[] = {
        {{{"[Content_Types].xml", "..."}, {"xl/workbook.xml", "..."}}, 0, true},
        {{{"[Content_Types].xml", "..."}, {"xl/workbook.xml", "..."}}, 8, true},
        {{{"docProps/app.xml", ""}, {"_rels/.rels", "."}, {"xl/styles.xml", "."}}, 0, true},
        {{{"xl/workbook.xml", "..."}}, 8, true},
        /* what is packed may hold any bytes */
        {{{"a.csv", "..xl/.."}, {"b.csv", "[Content_Types].xml"}}, 0, false},
        {{{"a.csv", "..xl/.."}, {"b.csv", "..xl/workbook.xml"}}, 8, false},
        {{{"a.xlsx", inside}, {"b.csv", ""}}, 0, false},
        {{{"exl/a.csv", "xl/"}, {"table.xl/", ""}}, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[512];
        struct span zip = {room, 0};
        for (size_t m = 0; m < 3 && cases[i].members[m][0]; m++)
            put_local(&zip, room, cases[i].flags, cases[i].members[m][0], cases[i].members[m][1]);
        cr_expect_eq(extract_guess(zip) == &extract_xlsx, cases[i].workbook, "%zu", i);
        for (size_t cut = 0; cut < zip.size; cut++) /* a head may end anywhere */
            cr_expect(cases[i].workbook || extract_guess((struct span){room, cut}) != &extract_xlsx, "%zu",
                      i);
    }
}
