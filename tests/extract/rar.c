/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/rar.h"
#include "tests/extract/print.h"
#include <criterion/criterion.h>
#include <isa-l/crc.h>

enum { ROOM = 4096, TEXT_ROOM = 512, SOLID = 1, LOCKED = 2, PACKED = 4, OLD = 8, SPLIT = 16, NO_END = 32 };

/* Builds archives by hand, as no free program writes them.  Members are stored. */
struct builder {
    unsigned char bytes[ROOM];
    size_t size;
};

struct part {
    const char *name, *text;
    unsigned flags;
    const char *copy_of, *link_to; /* RAR 5 only */
};

static void put(struct builder *to, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) to->bytes[to->size++] = (unsigned char)(value >> 8 * i);
}

static void put_text(struct builder *to, const char *text, size_t size) {
    memcpy(to->bytes + to->size, text, size);
    to->size += size;
}

static uint32_t crc_of(const char *text) {
    return crc32_gzip_refl(0, (const unsigned char *)text, strlen(text));
}

/* A RAR 4 header of `rest` behind its seven bytes. */
static void put_block4(struct builder *to, unsigned type, unsigned flags, const struct builder *rest) {
    size_t from = to->size;
    put(to, 0, 2), put(to, type, 1), put(to, flags, 2), put(to, 7 + rest->size, 2);
    put_text(to, (const char *)rest->bytes, rest->size);
    uint32_t crc = crc32_gzip_refl(0, to->bytes + from + 2, to->size - from - 2);
    to->bytes[from] = (unsigned char)crc, to->bytes[from + 1] = (unsigned char)(crc >> 8);
}

static void put_file4(struct builder *to, const struct part *part) {
    struct builder rest = {.size = 0};
    size_t size = strlen(part->text);
    put(&rest, size, 4), put(&rest, size, 4), put(&rest, 3, 1), put(&rest, crc_of(part->text), 4),
        put(&rest, 0, 4);
    put(&rest, part->flags & OLD ? 20 : 29, 1), put(&rest, part->flags & (PACKED | OLD) ? 0x33 : 0x30, 1);
    put(&rest, strlen(part->name), 2), put(&rest, part->link_to ? 0xa1ff : 0x81a4, 4);
    put_text(&rest, part->name, strlen(part->name));
    unsigned flags = 0x8000 | (part->flags & LOCKED ? 4u : 0) | (part->flags & SPLIT ? 2u : 0) |
                     (part->flags & SOLID ? 0x10u : 0);
    put_block4(to, 0x74, flags, &rest);
    put_text(to, part->text, size);
}

/* A RAR 5 header: its checksum, its length, then `rest`. */
static void put_block5(struct builder *to, const struct builder *rest) {
    size_t from = to->size;
    put(to, 0, 4), put(to, rest->size, 1);
    put_text(to, (const char *)rest->bytes, rest->size);
    uint32_t crc = crc32_gzip_refl(0, to->bytes + from + 4, to->size - from - 4);
    for (unsigned i = 0; i < 4; i++) to->bytes[from + i] = (unsigned char)(crc >> 8 * i);
}

static void put_file5(struct builder *to, const struct part *part) {
    struct builder rest = {.size = 0}, extra = {.size = 0}, record = {.size = 0};
    const char *target = part->copy_of ? part->copy_of : part->link_to;
    size_t size = target ? 0 : strlen(part->text), whole = strlen(part->text);
    if (target) {
        put(&record, 5, 1), put(&record, part->copy_of ? 5 : 1, 1), put(&record, 0, 1);
        put(&record, strlen(target), 1), put_text(&record, target, strlen(target));
    } else if (part->flags & LOCKED) {
        put(&record, 1, 1), put(&record, 0, 2);
    }
    if (record.size) put(&extra, record.size, 1), put_text(&extra, (const char *)record.bytes, record.size);
    put(&rest, 2, 1), put(&rest, 2u | (extra.size ? 1u : 0) | (part->flags & SPLIT ? 16u : 0), 1);
    if (extra.size) put(&rest, extra.size, 1);
    put(&rest, size, 1), put(&rest, 4, 1), put(&rest, whole, 1), put(&rest, 0x20, 1);
    put(&rest, target ? 0 : crc_of(part->text), 4), put(&rest, part->flags & PACKED ? 0x80 : 0, 1);
    if (part->flags & PACKED) put(&rest, 1, 1);
    put(&rest, 1, 1), put(&rest, strlen(part->name), 1), put_text(&rest, part->name, strlen(part->name));
    put_text(&rest, (const char *)extra.bytes, extra.size);
    put_block5(to, &rest);
    put_text(to, part->text, size);
}

static struct span build(struct builder *to, bool five, const struct part *parts) {
    struct builder rest = {.size = 0};
    unsigned flags = 0;
    to->size = 0;
    if (five) {
        put_text(to, "Rar!\x1a\7\1\0", 8), put(&rest, 1, 1), put(&rest, 0, 2), put_block5(to, &rest);
    } else {
        put_text(to, "Rar!\x1a\7\0", 7), put(&rest, 0, 6), put_block4(to, 0x73, 0, &rest);
    }
    for (; parts->name; parts++) (five ? put_file5 : put_file4)(to, parts), flags |= parts->flags;
    rest.size = 0;
    if (five) put(&rest, 5, 1), put(&rest, 0, 2);
    if (!(flags & NO_END) && five) put_block5(to, &rest);
    if (!(flags & NO_END) && !five) put_block4(to, 0x7b, 0x4000, &rest);
    return (struct span){(char *)to->bytes, to->size};
}

static const char *read_all(struct span bytes, bool allowed, char *text) {
    struct bytes_limits limits = bytes_limits_default;
    limits.rar = allowed;
    return print_members(bytes, &limits, text, TEXT_ROOM - 1);
}

Test(rar, is_read_or_refused_by_name) {
    static const struct {
        const char *what, *code, *text;
        struct part parts[3];
        bool four, five;
    } cases[] = {
        {"two", "", "onetwo", {{.name = "a", .text = "one"}, {.name = "b/c", .text = "two"}}, true, true},
        {"a GBK name", "", "one", {{.name = "\xd2\xbd\xb1\xa3.csv", .text = "one"}}, true, false},
        {"empty", "", "two", {{.name = "a", .text = ""}, {.name = "b", .text = "two"}}, true, true},
        {"one name twice",
         "archive.unsafe_name",
         "",
         {{.name = "a", .text = "1"}, {.name = "a", .text = "2"}},
         1,
         1},
        {"up", "archive.unsafe_name", "", {{.name = "../a", .text = "1"}}, true, true},
        {"up, Windows", "archive.unsafe_name", "", {{.name = "..\\a", .text = "1"}}, true, true},
        {"a link",
         "archive.unsafe_name",
         "",
         {{.name = "a", .text = "", .link_to = "/etc/passwd"}},
         true,
         true},
        {"encrypted", "archive.encrypted", "", {{.name = "a", .text = "1", .flags = LOCKED}}, true, true},
        {"of RAR 2", "file.format_mismatch", "", {{.name = "a", .text = "1", .flags = OLD}}, true, false},
        {"solid",
         "file.format_mismatch",
         "",
         {{.name = "a", .text = "1", .flags = PACKED | SOLID}},
         true,
         false},
        {"goes on elsewhere",
         "file.format_mismatch",
         "",
         {{.name = "a", .text = "1", .flags = SPLIT}},
         true,
         true},
        {"no packed data",
         "archive.truncated",
         "",
         {{.name = "a", .text = "12345", .flags = PACKED}},
         true,
         true},
        {"without an end",
         "archive.truncated",
         "",
         {{.name = "a", .text = "1", .flags = NO_END}},
         true,
         true},
        {"a copy",
         "",
         "oneone",
         {{.name = "a", .text = "one"}, {.name = "b", .text = "one", .copy_of = "a"}},
         0,
         1},
        {"a copy of nothing",
         "archive.unsafe_name",
         "",
         {{.name = "b", .text = "one", .copy_of = "a"}},
         false,
         true},
    };
    struct builder builder;
    char text[TEXT_ROOM];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int five = 0; five < 2; five++) {
            if (!(five ? cases[i].five : cases[i].four)) continue;
            struct span bytes = build(&builder, five, cases[i].parts);
            const char *code = read_all(bytes, true, text);
            cr_expect_str_eq(code, cases[i].code, "%s, five %d: %s", cases[i].what, five, code);
            if (!*cases[i].code)
                cr_expect_str_eq(text, cases[i].text, "%s, five %d: %s", cases[i].what, five, text);
            cr_expect_str_eq(read_all(bytes, false, text), "file.format_mismatch",
                             "read although no spec allows it");
        }
    }
}

Test(rar, damage_never_changes_the_content) {
    static const struct part parts[] = {
        {.name = "a", .text = "1,one\n"}, {.name = "b", .text = "2,two\n"}, {.name = NULL}};
    struct builder builder;
    char text[TEXT_ROOM];
    for (int five = 0; five < 2; five++) {
        struct span whole = build(&builder, five, parts);
        for (size_t size = 7; size < whole.size; size++)
            cr_expect(*read_all((struct span){whole.bytes, size}, true, text), "five %d, cut at %zu", five,
                      size);
        for (size_t bit = 64; bit < 8 * whole.size; bit++) {
            builder.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
            const char *code = read_all(whole, true, text);
            cr_expect(*code || !strcmp(text, "1,one\n2,two\n"), "five %d, bit %zu: %s", five, bit, text);
            builder.bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
        }
        put(&builder, 'x', 1);
        cr_expect_str_eq(read_all((struct span){whole.bytes, whole.size + 1}, true, text),
                         "archive.member_unlisted");
    }
}
