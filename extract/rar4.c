/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Blocks of RAR 1.5 to 4.  Source: technote.txt of RAR 4.20. */
#include "extract/rar.h"
#include <isa-l/crc.h>

enum {
    BLOCK = 7,
    MAIN = 0x73,
    FILE_BLOCK = 0x74,
    OLD_FIRST = 0x75, /* comments, owners and signatures of RAR 2, each with a checksum of its own kind */
    OLD_LAST = 0x79,
    END = 0x7b,
    LONG_BLOCK = 0x8000,
    MAIN_BYTES = 13,
    MAIN_VOLUME = 0x01,
    MAIN_COMMENT = 0x02,
    MAIN_SOLID = 0x08,
    MAIN_LOCKED = 0x80, /* headers are encrypted */
    FILE_BYTES = 32,
    FILE_SPLIT = 0x03,
    FILE_LOCKED = 0x04,
    FILE_COMMENT = 0x08,
    FILE_SOLID = 0x10,
    FILE_FOLDER = 0xe0,
    FILE_LARGE = 0x100,
    FILE_UNICODE = 0x200,
    UNIX = 3,
    MODE_KIND = 0xf000,
    MODE_FILE = 0x8000,
    MODE_FOLDER = 0x4000,
    REPARSE_POINT = 0x400,
    STORED = 0x30,
    FIRST_READ = 29, /* the version that unpacks it: RAR 3 */
    NAME_UNITS = 1024,
};

static uint32_t u16(const unsigned char *at) { return (uint32_t)(at[0] | at[1] << 8); }
static uint32_t u32(const unsigned char *at) { return u16(at) | u16(at + 2) << 16; }

static size_t put_utf8(uint32_t unit, char *to) {
    size_t size = 0;
    if (unit < 0x80) return to[0] = (char)unit, 1;
    if (unit < 0x800) to[size++] = (char)(0xc0 | unit >> 6);
    else if (unit < 0x10000) to[size++] = (char)(0xe0 | unit >> 12);
    else to[size++] = (char)(0xf0 | unit >> 18);
    if (unit >= 0x10000) to[size++] = (char)(0x80 | (unit >> 12 & 63));
    if (unit >= 0x800) to[size++] = (char)(0x80 | (unit >> 6 & 63));
    to[size++] = (char)(0x80 | (unit & 63));
    return size;
}

static size_t utf16_text(const uint16_t *units, size_t count, char *to) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t unit = units[i];
        bool pair = unit >= 0xd800 && unit < 0xdc00 && i + 1 < count && units[i + 1] >= 0xdc00 &&
                    units[i + 1] < 0xe000;
        if (pair) unit = 0x10000 + ((unit - 0xd800) << 10) + (units[++i] - 0xdc00u);
        size += put_utf8(unit, to + size);
    }
    return size;
}

/* The packed name behind the plain one: two bits a step say how its units differ from that. */
static size_t unpack_name(struct span plain, const unsigned char *at, const unsigned char *end,
                          uint16_t *units) {
    size_t count = 0;
    unsigned flags = 0, bits = 0;
    if (at == end) return 0;
    unsigned high = *at++;
    while (at < end && count < NAME_UNITS) {
        if (!bits) flags = *at++, bits = 8;
        bits -= 2;
        unsigned kind = flags >> bits & 3;
        size_t need = kind == 2 ? 2 : 1;
        if ((size_t)(end - at) < need) break;
        if (kind == 0) units[count++] = *at++;
        else if (kind == 1) units[count++] = (uint16_t)(*at++ | high << 8);
        else if (kind == 2) units[count++] = (uint16_t)u16(at), at += 2;
        else {
            unsigned length = *at++;
            bool shifted = length & 0x80;
            if (shifted && at == end) break;
            unsigned add = shifted ? *at++ : 0;
            for (unsigned i = 0; i < (length & 0x7f) + 2u && count < NAME_UNITS && count < plain.size; i++) {
                unsigned low = ((unsigned char)plain.bytes[count] + add) & 0xff;
                units[count++] = (uint16_t)(shifted ? low | high << 8 : low);
            }
        }
    }
    return count;
}

/* `*utf8`: the name is no longer in the code page of the machine that packed. */
static struct span name_of(struct rar *rar, uint32_t flags, const unsigned char *at, size_t size,
                           bool *utf8) {
    struct span plain = {(const char *)at, size};
    const unsigned char *zero = memchr(at, '\0', size);
    *utf8 = flags & FILE_UNICODE;
    if (!(flags & FILE_UNICODE) || !zero) return plain;
    uint16_t units[NAME_UNITS];
    plain.size = (size_t)(zero - at);
    size_t count = unpack_name(plain, zero + 1, at + size, units);
    char *text = ARENA_NEW(rar->package->arena, char, 3 * NAME_UNITS + 4);
    return (struct span){text, utf16_text(units, count, text)};
}

/* The checksum leaves out a comment of RAR 2 that stands inside the header. */
static bool checked(const unsigned char *header, uint32_t size, uint32_t most) {
    if (size < 2) return false;
    if ((crc32_gzip_refl(0, header + 2, size - 2) & 0xffff) == u16(header)) return true;
    return most >= 2 && most < size && (crc32_gzip_refl(0, header + 2, most - 2) & 0xffff) == u16(header);
}

/* Blocks of RAR 2: a signature's checksum ends inside its header, an owner's includes the data behind it. */
static bool checked_old(struct rar *rar, uint32_t size, uint64_t packed, struct error *error) {
    static const uint32_t ends[] = {MAIN_BYTES, BLOCK + 7, BLOCK + 8};
    unsigned char *header = rar->header;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (checked(header, size, ends[i])) return true;
    if (packed > RAR_HEADER_MAX - size) return false;
    return bytes_read_at(rar->package->container, rar->at + size, header + size, packed, error) &&
           checked(header, size + (uint32_t)packed, 0);
}

static bool add_file(struct rar *rar, uint32_t size, uint32_t flags, uint64_t *packed, struct error *error) {
    const unsigned char *header = rar->header;
    uint32_t fixed = FILE_BYTES + (flags & FILE_LARGE ? 8 : 0);
    if (size < fixed || size < fixed + u16(header + 26)) return rar_damaged(rar, error);
    uint32_t name = u16(header + 26), attributes = u32(header + 28), version = header[24];
    if (!checked(header, size, flags & FILE_COMMENT ? fixed + name : 0)) return rar_damaged(rar, error);
    uint64_t high = flags & FILE_LARGE ? (uint64_t)u32(header + 32) << 32 : 0;
    uint64_t high_size = flags & FILE_LARGE ? (uint64_t)u32(header + 36) << 32 : 0;
    struct rar_file file = {.backslash = true,
                            .folder = (flags & FILE_FOLDER) == FILE_FOLDER,
                            .member = {.size = u32(header + 11) | high_size,
                                       .packed = u32(header + 7) | high,
                                       .data = rar->at + size,
                                       .crc = u32(header + 16),
                                       .encrypted = flags & FILE_LOCKED}};
    file.name = name_of(rar, flags, header + fixed, name, &file.utf8);
    uint32_t kind = attributes & MODE_KIND;
    file.member.special = header[15] == UNIX ? kind && kind != MODE_FILE && kind != MODE_FOLDER
                                             : (attributes & REPARSE_POINT) != 0;
    bool nothing = !file.member.size && !file.member.crc;
    bool stored = header[25] == STORED || nothing;
    if (nothing) file.member.packed = 0;
    *packed = u32(header + 7) | high;
    rar->modern |= version >= FIRST_READ;
    file.member.method = flags & FILE_SPLIT                   ? RAR_SPLIT
                         : stored                             ? RAR_STORED
                         : version < FIRST_READ               ? RAR_OLD
                         : rar->solid || (flags & FILE_SOLID) ? RAR_SOLID
                                                              : RAR_PACKED;
    return rar_add(rar, &file, error);
}

bool rar4_block(struct rar *rar, bool *end, struct error *error) {
    struct bytes *container = rar->package->container;
    unsigned char *header = rar->header;
    uint64_t left = container->size - rar->at, packed = 0;
    if (left < BLOCK) return rar_damaged(rar, error);
    if (!bytes_read_at(container, rar->at, header, BLOCK, error)) return false;
    uint32_t type = header[2], flags = u16(header + 3), size = u16(header + 5);
    if (size < BLOCK || size > left) return rar_damaged(rar, error);
    if (!bytes_read_at(container, rar->at, header, size, error)) return false;
    if (type == FILE_BLOCK) {
        if (!add_file(rar, size, flags, &packed, error)) return false;
    } else {
        bool comment = type == MAIN && (flags & MAIN_COMMENT), old = type >= OLD_FIRST && type <= OLD_LAST;
        if ((flags & LONG_BLOCK) && size < BLOCK + 4) return rar_damaged(rar, error);
        if (flags & LONG_BLOCK) packed = u32(header + 7);
        if (packed > left - size) return rar_damaged(rar, error);
        bool good =
            old ? checked_old(rar, size, packed, error) : checked(header, size, comment ? MAIN_BYTES : 0);
        if (!good) return rar_damaged(rar, error);
        if (type == MAIN && (flags & MAIN_LOCKED)) return rar_encrypted(error);
        if (type == MAIN) rar->solid = flags & MAIN_SOLID;
    }
    if (packed > left - size) return rar_damaged(rar, error);
    rar->at += size + packed;
    *end = type == END;
    return true;
}
