/* SPDX-License-Identifier: MulanPSL-2.0 */
/* ZIP by its central directory alone, and only when the local headers say the same: a stream reader
   and a seeking reader must not see different files.  Source: PKWARE APPNOTE 6.3.10, sections 4.3, 4.5. */
#include "core/language.h"
#include "extract/archive.h"
#include "extract/inflate.h"
#include <stdio.h>
#include <stdlib.h>

enum {
    LOCAL_BYTES = 30,
    CENTRAL_BYTES = 46,
    END_BYTES = 22,
    END64_BYTES = 56,
    LOCATOR_BYTES = 20,
    COMMENT_MAX = 65535,
    FLAG_ENCRYPTED = 1,
    FLAG_DESCRIPTOR = 8,
    FLAG_STRONG = 64,
    FLAG_UTF8 = 2048,
    METHOD_STORED = 0,
    METHOD_DEFLATE = 8,
    EXTRA_ZIP64 = 1,
    EXTRA_UNICODE_PATH = 0x7075,
    HOST_UNIX = 3,
    MODE_KIND = 0170000,
    MODE_FILE = 0100000,
    MODE_FOLDER = 0040000,
    MODE_PIPE = 0010000, /* what Info-ZIP writes for a member that came through a pipe */
    DIRECTORY_BYTES_MAX = 256 << 20,
};

struct directory {
    uint64_t offset, size, end, count; /* `end`: where the end record (or zip64's) begins */
    const uint8_t *bytes;
};

/* One entry as the central directory has it; folders too, since their bytes must be covered. */
struct entry {
    struct member member;
    uint16_t flags;
    bool folder;
};

static uint16_t u16(const uint8_t *at) { return (uint16_t)(at[0] | at[1] << 8); }
static uint32_t u32(const uint8_t *at) { return u16(at) | (uint32_t)u16(at + 2) << 16; }
static uint64_t u64(const uint8_t *at) { return u32(at) | (uint64_t)u32(at + 4) << 32; }

static bool refuse(struct error *error, uint64_t byte, const char *code, const char *what) {
    error->at.byte = byte;
    return error_code(error, TROUBLE_REFUSED, code, "%s", what);
}

static bool unlisted(struct error *error, uint64_t byte) {
    return refuse(error, byte, "archive.member_unlisted",
                  TEXT("包内有目录未登记、重叠或与目录不一致的内容",
                       "content that the directory lacks, overlaps, or describes differently"));
}

static bool truncated(struct error *error, uint64_t byte) {
    error->at.byte = byte;
    return error_code(error, TROUBLE_FAILED, "archive.truncated", "%s",
                      TEXT("压缩包不完整，缺少结尾", "the archive is cut short"));
}

/* The end record, found from the end; its comment must fill the file exactly. */
static bool find_end(struct bytes *file, uint8_t *record, uint64_t *at, struct error *error) {
    static const uint8_t signature[4] = {'P', 'K', 5, 6};
    size_t size = END_BYTES + COMMENT_MAX;
    if (file->size < size) size = (size_t)file->size;
    uint8_t *tail = ARENA_NEW(&file->arena, uint8_t, size + 1);
    uint64_t start = file->size - size;
    if (!bytes_read_at(file, start, tail, size, error)) return false;
    bool seen = false;
    for (size_t i = size >= END_BYTES ? size - END_BYTES + 1 : 0; i-- > 0;) {
        if (memcmp(tail + i, signature, sizeof signature) != 0) continue;
        seen = true;
        if (i + END_BYTES + u16(tail + i + 20) != size) continue;
        memcpy(record, tail + i, END_BYTES);
        *at = start + i;
        return true;
    }
    return seen ? unlisted(error, file->size) : truncated(error, file->size);
}

static bool find_directory(struct bytes *file, struct directory *directory, struct error *error) {
    uint8_t end[END_BYTES] = {0}, locator[LOCATOR_BYTES], end64[END64_BYTES];
    uint64_t at = 0;
    if (!find_end(file, end, &at, error)) return false;
    directory->count = u16(end + 10);
    directory->size = u32(end + 12);
    directory->offset = u32(end + 16);
    directory->end = at;
    if (u16(end + 4) == UINT16_MAX ? false : u16(end + 4) != 0 || u16(end + 6) != 0)
        return refuse(error, at, "archive.truncated", TEXT("分卷压缩包", "one part of a split archive"));
    bool with64 = at >= LOCATOR_BYTES + END64_BYTES;
    if (with64 && !bytes_read_at(file, at - LOCATOR_BYTES, locator, sizeof locator, error)) return false;
    if (with64 && memcmp(locator, "PK\6\7", 4) == 0) {
        uint64_t at64 = u64(locator + 8);
        if (at64 > at - LOCATOR_BYTES - END64_BYTES) return unlisted(error, at);
        if (!bytes_read_at(file, at64, end64, sizeof end64, error)) return false;
        if (memcmp(end64, "PK\6\6", 4) != 0 || at64 + 12 + u64(end64 + 4) != at - LOCATOR_BYTES)
            return unlisted(error, at64);
        directory->count = u64(end64 + 32);
        directory->size = u64(end64 + 40);
        directory->offset = u64(end64 + 48);
        directory->end = at64;
    }
    if (directory->offset > directory->end || directory->size != directory->end - directory->offset)
        return unlisted(error, directory->end);
    return true;
}

/* The extra field `id` inside `extra`; NULL when absent or malformed. */
static const uint8_t *extra_find(struct span extra, uint16_t id, size_t *size) {
    const uint8_t *at = (const uint8_t *)extra.bytes, *end = at + extra.size;
    while (end - at >= 4) {
        *size = u16(at + 2);
        if (*size > (size_t)(end - at) - 4) return NULL;
        if (u16(at) == id) return at + 4;
        at += 4 + *size;
    }
    return NULL;
}

/* Replaces the sizes that are all ones by those of the zip64 extra field, in its fixed order. */
static bool widen(struct span extra, uint64_t *values[], size_t count) {
    size_t size = 0;
    const uint8_t *wide = extra_find(extra, EXTRA_ZIP64, &size);
    for (size_t i = 0; i < count; i++) {
        if (*values[i] != UINT32_MAX) continue;
        if (!wide || size < 8) return false;
        *values[i] = u64(wide);
        wide += 8;
        size -= 8;
    }
    return true;
}

static bool name_entry(struct package *package, struct entry *entry, struct span extra, struct error *error) {
    struct member *member = &entry->member;
    size_t size = 0;
    const uint8_t *unicode = extra_find(extra, EXTRA_UNICODE_PATH, &size);
    bool utf8 = (entry->flags & FLAG_UTF8) != 0;
    struct span raw = member->raw;
    if (!utf8 && unicode && size > 5 && unicode[0] == 1) {
        raw = (struct span){(const char *)unicode + 5, size - 5};
        utf8 = true;
    }
    member->name = archive_name(raw, utf8, package->arena);
    entry->folder = raw.size && raw.bytes[raw.size - 1] == '/';
    if (memchr(raw.bytes, '\0', raw.size) ||
        !archive_name_safe((struct span){member->name, strlen(member->name)}) ||
        !archive_name_safe(member->raw))
        return refuse(error, member->offset, "archive.unsafe_name",
                      TEXT("成员名含上级路径或非法字符", "a member's name leaves the folder or is illegal"));
    return true;
}

/* One record of the central directory; `*at` moves behind it. */
static bool read_entry(struct package *package, const struct directory *directory, uint64_t *at,
                       struct entry *entry, struct error *error) {
    const uint8_t *record = directory->bytes + *at;
    uint64_t left = directory->size - *at, place = directory->offset + *at;
    if (left < CENTRAL_BYTES || memcmp(record, "PK\1\2", 4) != 0) return unlisted(error, place);
    uint64_t name = u16(record + 28), extra = u16(record + 30), comment = u16(record + 32);
    if (left < CENTRAL_BYTES + name + extra + comment) return unlisted(error, place);
    struct member *member = &entry->member;
    entry->flags = u16(record + 8);
    member->method = u16(record + 10);
    member->crc = u32(record + 16);
    member->packed = u32(record + 20);
    member->size = u32(record + 24);
    member->offset = u32(record + 42);
    member->encrypted = (entry->flags & (FLAG_ENCRYPTED | FLAG_STRONG)) != 0;
    member->raw = (struct span){(const char *)record + CENTRAL_BYTES, name};
    struct span extras = {(const char *)record + CENTRAL_BYTES + name, extra};
    uint64_t *values[] = {&member->size, &member->packed, &member->offset};
    if (!widen(extras, values, 3)) return unlisted(error, place);
    if (!name_entry(package, entry, extras, error)) return false;
    uint32_t mode = u32(record + 38) >> 16 & MODE_KIND;
    member->special = u16(record + 4) >> 8 == HOST_UNIX && mode && mode != MODE_FILE && mode != MODE_FOLDER &&
                      mode != MODE_PIPE;
    *at += CENTRAL_BYTES + name + extra + comment;
    return true;
}

/* A value of the local header against the directory's; 0 may stand for "comes after the data". */
static bool agrees(uint64_t local, uint64_t central, bool later) {
    return local == central || (later && local == 0);
}

/* Checks the local header and sets where the packed bytes begin. */
static bool check_local(struct bytes *file, struct entry *entry, struct error *error) {
    struct member *member = &entry->member;
    uint8_t header[LOCAL_BYTES];
    if (member->offset + LOCAL_BYTES > file->size) return unlisted(error, member->offset);
    if (!bytes_read_at(file, member->offset, header, sizeof header, error)) return false;
    size_t name = u16(header + 26), extra = u16(header + 28);
    if (memcmp(header, "PK\3\4", 4) != 0 || name != member->raw.size) return unlisted(error, member->offset);
    member->data = member->offset + LOCAL_BYTES + name + extra;
    if (member->data > file->size || member->packed > file->size - member->data)
        return unlisted(error, member->offset);
    char rest[2 * 65536];
    if (!bytes_read_at(file, member->offset + LOCAL_BYTES, rest, name + extra, error)) return false;
    uint16_t flags = u16(header + 6);
    bool later = (flags & FLAG_DESCRIPTOR) != 0;
    uint64_t size = u32(header + 22), packed = u32(header + 18), *values[] = {&size, &packed};
    if (!widen((struct span){rest + name, extra}, values, 2)) return unlisted(error, member->offset);
    bool same = memcmp(rest, member->raw.bytes, name) == 0 && u16(header + 8) == member->method &&
                ((flags ^ entry->flags) & FLAG_ENCRYPTED) == 0 &&
                agrees(u32(header + 14), member->crc, later) && agrees(size, member->size, later) &&
                agrees(packed, member->packed, later);
    /* Some tools keep bit 3 in one of the two headers only; the local one tells what follows the data. */
    entry->flags = (uint16_t)((entry->flags & ~FLAG_DESCRIPTOR) | (flags & FLAG_DESCRIPTOR));
    return same || unlisted(error, member->offset);
}

/* What may lie between an entry's data and the next: nothing, or its data descriptor (4.3.9). */
static bool check_gap(struct bytes *file, const struct entry *entry, uint64_t next, struct error *error) {
    const struct member *member = &entry->member;
    uint64_t end = member->data + member->packed;
    if (next < end) return unlisted(error, next);
    uint64_t gap = next - end;
    if (gap == 0) return true;
    if (!(entry->flags & FLAG_DESCRIPTOR) || gap > 24) return unlisted(error, end);
    uint8_t bytes[24], *at = bytes;
    if (!bytes_read_at(file, end, bytes, (size_t)gap, error)) return false;
    if ((gap == 16 || gap == 24) && memcmp(at, "PK\7\10", 4) == 0) {
        at += 4;
        gap -= 4;
    }
    bool same =
        (gap == 12 && u32(at + 4) == (uint32_t)member->packed && u32(at + 8) == (uint32_t)member->size) ||
        (gap == 20 && u64(at + 4) == member->packed && u64(at + 12) == member->size);
    return (same && u32(at) == member->crc) || unlisted(error, end);
}

static int by_offset(const void *a, const void *b) {
    uint64_t x = (*(const struct entry *const *)a)->member.offset;
    uint64_t y = (*(const struct entry *const *)b)->member.offset;
    return (x > y) - (x < y);
}

static int by_name(const void *a, const void *b) {
    return strcmp((*(const struct entry *const *)a)->member.name,
                  (*(const struct entry *const *)b)->member.name);
}

/* Every byte before the directory belongs to exactly one entry, and every name to one. */
static bool check_cover(struct package *package, const struct directory *directory, struct entry *entries,
                        struct error *error) {
    uint64_t count = directory->count;
    struct entry **sorted = ARENA_NEW(&package->container->arena, struct entry *, count + 1);
    for (uint64_t i = 0; i < count; i++) sorted[i] = &entries[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    for (uint64_t i = 1; i < count; i++)
        if (by_name(&sorted[i - 1], &sorted[i]) == 0)
            return refuse(error, sorted[i]->member.offset, "archive.unsafe_name",
                          TEXT("两个成员同名", "two members have one name"));
    qsort(sorted, count, sizeof *sorted, by_offset);
    if ((count ? sorted[0]->member.offset : directory->offset) != 0) return unlisted(error, 0);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t next = i + 1 < count ? sorted[i + 1]->member.offset : directory->offset;
        sorted[i]->member.rank = (uint32_t)i;
        if (!check_gap(package->container, sorted[i], next, error)) return false;
    }
    return true;
}

static bool check_limits(const struct package *package, const struct entry *entries, uint64_t count,
                         struct error *error) {
    const struct bytes_limits *limits = package->limits;
    uint64_t total = 0;
    for (uint64_t i = 0; i < count; i++) {
        const struct member *member = &entries[i].member;
        bool bomb = member->size > limits->ratio_from && member->size / limits->ratio > member->packed;
        if (bomb || member->size > limits->member_bytes || member->size > limits->total_bytes - total)
            return refuse(error, member->offset, "archive.too_large",
                          TEXT("解压后超过上限", "unpacked size passes the limit"));
        total += member->size;
    }
    return true;
}

static bool read_directory(struct package *package, struct directory *directory, struct error *error) {
    struct bytes *file = package->container;
    if (directory->count > package->limits->members || directory->size > DIRECTORY_BYTES_MAX)
        return refuse(error, directory->offset, "archive.too_large",
                      TEXT("成员数超过上限", "more members than the limit"));
    if (directory->size / CENTRAL_BYTES < directory->count) return unlisted(error, directory->offset);
    uint8_t *bytes = ARENA_NEW(package->arena, uint8_t, directory->size + 1);
    directory->bytes = bytes;
    return bytes_read_at(file, directory->offset, bytes, directory->size, error);
}

bool zip_open(struct package *package, struct error *error) {
    struct directory directory = {0};
    if (!find_directory(package->container, &directory, error)) return false;
    if (!read_directory(package, &directory, error)) return false;
    struct entry *entries = ARENA_NEW(package->arena, struct entry, directory.count + 1);
    uint64_t at = 0;
    for (uint64_t i = 0; i < directory.count; i++) {
        if (!read_entry(package, &directory, &at, &entries[i], error)) return false;
        if (!check_local(package->container, &entries[i], error)) return false;
    }
    if (at != directory.size) return unlisted(error, directory.offset + at);
    if (!check_cover(package, &directory, entries, error)) return false;
    if (!check_limits(package, entries, directory.count, error)) return false;
    package->members = ARENA_NEW(package->arena, struct member, directory.count + 1);
    for (uint64_t i = 0; i < directory.count; i++) {
        if (entries[i].folder && entries[i].member.size == 0) continue;
        if (entries[i].folder)
            return refuse(error, entries[i].member.offset, "archive.unsafe_name",
                          TEXT("文件夹带有内容", "a folder with content"));
        entries[i].member.flags = entries[i].flags;
        package->members[package->count++] = entries[i].member;
    }
    return true;
}

static const char *method_name(uint16_t method) {
    switch (method) {
    case 1: return "shrink";
    case 6: return "implode";
    case 9: return "deflate64";
    case 12: return "bzip2";
    case 14: return "LZMA";
    case 93: return "zstd";
    case 95: return "xz";
    case 98: return "PPMd";
    default: return TEXT("未知", "unknown");
    }
}

bool zip_member(struct package *package, const struct member *member, struct bytes **opened,
                struct error *error) {
    if (member->encrypted) return decrypt_member(package, member, opened, error);
    if (member->method != METHOD_STORED && member->method != METHOD_DEFLATE)
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch",
                          TEXT("成员“%s”用 %s(%u) 压缩，不支持；请改用普通 zip 压缩",
                               "the member \"%s\" is packed with %s (%u), which is not supported"),
                          member->name, method_name(member->method), member->method);
    size_t size = strlen(package->path) + 1 + strlen(member->name) + 1;
    char *name = ARENA_NEW(package->arena, char, size);
    snprintf(name, size, "%s!%s", package->path, member->name);
    *opened = bytes_new(package->arena, name);
    inflate_open(*opened, &(struct inflate_from){.container = package->container,
                                                 .from = member->data,
                                                 .until = member->data + member->packed,
                                                 .stored = member->method == METHOD_STORED,
                                                 .crc = member->crc,
                                                 .size = member->size,
                                                 .limits = package->limits});
    return true;
}

bool zip_head_has(struct span head, const char *start) {
    static const char signature[] = {'P', 'K', 3, 4};
    size_t size = strlen(start);
    for (size_t at = 0; at + LOCAL_BYTES + size <= head.size;) {
        const char *local = head.bytes + at;
        const uint8_t *field = (const uint8_t *)local;
        if (memcmp(local, signature, sizeof signature) != 0) return false;
        if (u16(field + 26) >= size && memcmp(local + LOCAL_BYTES, start, size) == 0) return true;
        at += LOCAL_BYTES + u16(field + 26) + (size_t)u16(field + 28);
        if (!(u16(field + 6) & FLAG_DESCRIPTOR)) {
            at += u32(field + 18);
        } else { /* how long it is stands behind it */
            const char *next =
                at < head.size ? memmem(head.bytes + at, head.size - at, signature, sizeof signature) : NULL;
            if (!next) return false;
            at = (size_t)(next - head.bytes);
        }
    }
    return false;
}
