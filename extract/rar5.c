/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Blocks of RAR 5.  Source: "RAR 5.0 archive format", rarlab's technote. */
#include "extract/rar.h"
#include <isa-l/crc.h>

enum {
    MAIN = 1,
    FILE_BLOCK = 2,
    LOCKED = 4, /* everything behind it is encrypted */
    END = 5,
    WITH_EXTRA = 1,
    WITH_DATA = 2,
    SPLIT = 8 | 16,
    FILE_FOLDER = 1,
    FILE_TIME = 2,
    FILE_CRC = 4,
    FILE_UNKNOWN = 8, /* the unpacked size is not known */
    EXTRA_LOCKED = 1,
    EXTRA_LINK = 5,
    LINK_HARD = 4, /* a hard link and a copy share the content of another file; others are links */
    LINK_COPY = 5,
    NUMBER_MAX = 10,
    SHORT_READ = 64, /* holds the length of any header */
};

/* What is left of a header. */
struct cursor {
    const unsigned char *at, *end;
    bool short_of; /* it ended inside a value */
};

/* Seven bits a byte, the lowest first; the high bit says that more follow. */
static uint64_t number(struct cursor *cursor) {
    uint64_t value = 0;
    for (unsigned i = 0; i < NUMBER_MAX && cursor->at < cursor->end; i++) {
        unsigned char byte = *cursor->at++;
        value |= (uint64_t)(byte & 0x7f) << 7 * i;
        if (!(byte & 0x80)) return value;
    }
    cursor->short_of = true;
    return 0;
}

static const unsigned char *take(struct cursor *cursor, uint64_t size) {
    const unsigned char *at = cursor->at;
    if (size > (uint64_t)(cursor->end - at)) {
        cursor->short_of = true;
        return NULL;
    }
    cursor->at += size;
    return at;
}

static uint32_t u32(const unsigned char *at) {
    return at ? (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24 : 0;
}

static struct span text(struct cursor *cursor) {
    uint64_t size = number(cursor);
    const unsigned char *at = take(cursor, size);
    return (struct span){(const char *)at, at ? (size_t)size : 0};
}

/* Encryption and redirection, which the records behind the name say. */
static void read_extra(struct cursor extra, struct rar_file *file) {
    while (extra.at < extra.end && !extra.short_of) {
        uint64_t size = number(&extra);
        const unsigned char *at = take(&extra, size);
        if (!at) break;
        struct cursor record = {at, at + size, false};
        uint64_t type = number(&record);
        if (type == EXTRA_LOCKED) file->member.encrypted = true;
        if (type != EXTRA_LINK) continue;
        uint64_t kind = number(&record);
        number(&record);
        struct span target = text(&record);
        bool shared = (kind == LINK_HARD || kind == LINK_COPY) && target.size;
        if (shared) file->target = target;
        else file->member.special = true;
    }
}

static bool add_file(struct rar *rar, struct cursor cursor, struct cursor extra, uint64_t packed,
                     uint64_t flags, struct error *error) {
    uint64_t file_flags = number(&cursor), size = number(&cursor);
    struct rar_file file = {.folder = file_flags & FILE_FOLDER, .utf8 = true};
    number(&cursor); /* attributes */
    if (file_flags & FILE_TIME) take(&cursor, 4);
    if (file_flags & FILE_CRC) file.member.crc = u32(take(&cursor, 4));
    uint64_t packing = number(&cursor);
    number(&cursor); /* the system */
    file.name = text(&cursor);
    if (cursor.short_of || !file.name.size) return rar_damaged(rar, error);
    file.member.size = file_flags & FILE_UNKNOWN ? BYTES_UNKNOWN : size;
    file.member.packed = packed;
    read_extra(extra, &file);
    /* A stored member without a CRC-32 has a BLAKE2 sum, which libarchive verifies. */
    bool stored = !(packing >> 7 & 7) && (file_flags & FILE_CRC) && !(file_flags & FILE_UNKNOWN);
    file.member.method = flags & SPLIT ? RAR_SPLIT : stored ? RAR_STORED : RAR_PACKED;
    file.member.data = rar->at;
    return rar_add(rar, &file, error);
}

/* Reads the whole header at rar->at; `cursor` stands behind its length. */
static bool read_header(struct rar *rar, struct cursor *cursor, struct error *error) {
    struct bytes *container = rar->package->container;
    unsigned char *header = rar->header;
    uint64_t left = container->size - rar->at, size = left < SHORT_READ ? left : SHORT_READ;
    if (!bytes_read_at(container, rar->at, header, size, error)) return false;
    *cursor = (struct cursor){header + (size < 4 ? size : 4), header + size, false};
    uint64_t length = number(cursor), before = (uint64_t)(cursor->at - header);
    if (cursor->short_of || length == 0 || length > RAR_HEADER_MAX - SHORT_READ || before + length > left)
        return rar_damaged(rar, error);
    if (before + length > size && !bytes_read_at(container, rar->at, header, before + length, error))
        return false;
    cursor->end = cursor->at + length;
    return crc32_gzip_refl(0, header + 4, before + length - 4) == u32(header) || rar_damaged(rar, error);
}

bool rar5_block(struct rar *rar, bool *end, struct error *error) {
    struct cursor cursor;
    if (!read_header(rar, &cursor, error)) return false;
    uint64_t size = (uint64_t)(cursor.end - rar->header), left = rar->package->container->size - rar->at;
    uint64_t type = number(&cursor), flags = number(&cursor);
    uint64_t extra_size = flags & WITH_EXTRA ? number(&cursor) : 0;
    uint64_t packed = flags & WITH_DATA ? number(&cursor) : 0;
    if (cursor.short_of || extra_size > (uint64_t)(cursor.end - cursor.at) || packed > left - size)
        return rar_damaged(rar, error);
    struct cursor extra = {cursor.end - extra_size, cursor.end, false};
    cursor.end -= extra_size;
    if (type == LOCKED) return rar_encrypted(error);
    rar->at += size;
    if (type == FILE_BLOCK && !add_file(rar, cursor, extra, packed, flags, error)) return false;
    rar->at += packed;
    *end = type == END;
    return true;
}
