/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/archive.h"
#include "core/language.h"
#include "extract/nested.h"
#include "extract/packed.h"
#include <iconv.h>
#include <stdio.h>

enum { HEAD_BYTES = 512, NAME_BYTES_MAX = 1024, TAR_MAGIC_AT = 257 };

struct magic {
    size_t at;
    struct span bytes;
    enum archive_kind kind;
    const char *name;
};

static const struct magic magics[] = {
    {0, {"PK\3\4", 4}, ARCHIVE_ZIP, "zip"},
    {0, {"PK\5\6", 4}, ARCHIVE_ZIP, "zip"},
    {0, {"PK\x30\x30PK\3\4", 8}, ARCHIVE_ZIP, "zip"},
    {0, {"PK\7\10PK\3\4", 8}, ARCHIVE_ZIP, "zip"},
    {0, {"\x1f\x8b", 2}, ARCHIVE_GZIP, "gzip"},
    {TAR_MAGIC_AT, {"ustar", 5}, ARCHIVE_TAR, "tar"},
    {0, {"Rar!\x1a\7", 6}, ARCHIVE_RAR, "rar"},
    {0, {"7z\xbc\xaf\x27\x1c", 6}, ARCHIVE_SEVEN, "7z"},
    {0, {"MSCF\0\0\0\0", 8}, ARCHIVE_UNREADABLE, "cab"},
    {0, {"BZh", 3}, ARCHIVE_PACKED, "bzip2"},
    {0,
     {"\xfd"
      "7zXZ\0",
      6},
     ARCHIVE_PACKED,
     "xz"},
    {0, {"\x28\xb5\x2f\xfd", 4}, ARCHIVE_PACKED, "zstd"},
    {0, {"\x1f\x9d", 2}, ARCHIVE_PACKED, "compress"},
    {2, {"-lh", 3}, ARCHIVE_UNREADABLE, "lha"},
};

static const struct magic *find_magic(struct span head) {
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *magic = &magics[i];
        if (head.size < magic->at + magic->bytes.size) continue;
        if (memcmp(head.bytes + magic->at, magic->bytes.bytes, magic->bytes.size) == 0) return magic;
    }
    return NULL;
}

/* A tar from before POSIX has no magic: its header's checksum is one. */
static bool old_tar(struct span head) {
    if (head.size < HEAD_BYTES || !head.bytes[0]) return false;
    unsigned sum = 0, stated = 0;
    for (size_t i = 0; i < HEAD_BYTES; i++) sum += i >= 148 && i < 156 ? ' ' : (unsigned char)head.bytes[i];
    size_t i = 148;
    while (i < 156 && head.bytes[i] == ' ') i++;
    size_t first = i;
    for (; i < 156 && head.bytes[i] >= '0' && head.bytes[i] <= '7'; i++)
        stated = stated * 8 + (unsigned)(head.bytes[i] - '0');
    return i - first >= 3 && stated == sum;
}

enum archive_kind archive_kind(struct span head) {
    const struct magic *magic = find_magic(head);
    if (magic) return magic->kind;
    return old_tar(head) ? ARCHIVE_TAR : ARCHIVE_NONE;
}

const char *archive_kind_name(struct span head) {
    const struct magic *magic = find_magic(head);
    if (magic) return magic->name;
    return old_tar(head) ? "tar" : NULL;
}

bool archive_name_safe(struct span name) {
    if (name.size == 0 || name.size > NAME_BYTES_MAX) return false;
    if (name.bytes[0] == '/' || name.bytes[0] == '\\') return false;
    if (name.size > 1 && name.bytes[1] == ':') return false;
    size_t part = 0;
    for (size_t i = 0; i <= name.size; i++) {
        unsigned char byte = i < name.size ? (unsigned char)name.bytes[i] : '/';
        if (byte < 0x20 || byte == 0x7f) return false;
        if (byte != '/' && byte != '\\') continue;
        if (i - part == 2 && memcmp(name.bytes + part, "..", 2) == 0) return false;
        part = i + 1;
    }
    return true;
}

/* Whether `raw` is UTF-8, and holds a character of three bytes: the few GBK names that are valid
   UTF-8 by chance are pairs of two-byte characters. */
static bool plainly_utf8(struct span raw, bool *wide) {
    iconv_t check = iconv_open("UTF-16LE", "UTF-8");
    char in[NAME_BYTES_MAX], out[4 * NAME_BYTES_MAX], *from = in, *to = out;
    size_t left = raw.size, room = sizeof out;
    memcpy(in, raw.bytes, raw.size);
    bool valid = check != (iconv_t)-1 && iconv(check, &from, &left, &to, &room) != (size_t)-1;
    if (check != (iconv_t)-1) iconv_close(check);
    *wide = false;
    for (size_t i = 0; i < raw.size; i++) *wide |= ((unsigned char)raw.bytes[i] & 0xf0) == 0xe0;
    return valid;
}

static bool from_gb18030(struct span raw, char *out, size_t room) {
    iconv_t decode = iconv_open("UTF-8", "GB18030");
    if (decode == (iconv_t)-1) return false;
    char in[NAME_BYTES_MAX], *from = in;
    size_t left = raw.size;
    memcpy(in, raw.bytes, raw.size);
    room--;
    bool valid = iconv(decode, &from, &left, &out, &room) != (size_t)-1;
    *out = '\0';
    iconv_close(decode);
    return valid;
}

const char *archive_name(struct span raw, bool utf8, struct arena *arena) {
    char text[3 * NAME_BYTES_MAX + 1];
    if (raw.size > NAME_BYTES_MAX) raw.size = NAME_BYTES_MAX;
    bool wide = false, valid = plainly_utf8(raw, &wide);
    if (valid && (utf8 || wide)) return arena_copy(arena, raw).bytes;
    if (from_gb18030(raw, text, sizeof text))
        return arena_copy(arena, (struct span){text, strlen(text) + 1}).bytes;
    if (valid) return arena_copy(arena, raw).bytes;
    char *to = text;
    for (size_t i = 0; i < raw.size; i++) {
        unsigned char byte = (unsigned char)raw.bytes[i];
        if (byte < 0x80) *to++ = (char)byte;
        else to += snprintf(to, 4, "%%%02X", byte);
    }
    *to = '\0';
    return arena_copy(arena, (struct span){text, (size_t)(to - text) + 1}).bytes;
}

/* What is inside a packed file: a tar, or one file that bytes_open unpacks by itself. */
static bool tar_inside(struct package *package, bool *found, struct error *error) {
    struct bytes *stream = bytes_new(package->arena, package->path);
    char head[HEAD_BYTES];
    ptrdiff_t got = -1;
    if (packed_open(stream, package->container, package->limits, error))
        got = bytes_read(stream, head, sizeof head, error);
    *found = got > 0 && archive_kind((struct span){head, (size_t)got}) == ARCHIVE_TAR;
    bytes_close(stream);
    return got >= 0;
}

bool archive_refuse(struct span head, const struct bytes_limits *limits, struct error *error) {
    enum archive_kind kind = archive_kind(head);
    if (kind == ARCHIVE_RAR && !(limits && limits->rar))
        return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s",
                          TEXT("rar 默认不读：请改用 zip，或在源规格的 read 里写 rar: yes",
                               "rar is not read unless the spec says rar: yes under read; better use zip"));
    return kind != ARCHIVE_UNREADABLE ||
           error_code(error, TROUBLE_REFUSED, "file.format_mismatch",
                      TEXT("不支持 %s 格式的压缩包，请改用 zip", "%s archives are not supported, use zip"),
                      archive_kind_name(head));
}

static bool open_kind(struct package *package, struct error *error) {
    bool tar = true;
    switch (package->kind) {
    case ARCHIVE_ZIP: return zip_open(package, error);
    case ARCHIVE_SEVEN: return seven_open(package, error);
    case ARCHIVE_RAR: return rar_open(package, error);
    case ARCHIVE_GZIP:
    case ARCHIVE_PACKED: return tar_inside(package, &tar, error) && (!tar || tar_open(package, error));
    case ARCHIVE_TAR: return tar_open(package, error);
    case ARCHIVE_UNREADABLE:
    case ARCHIVE_NONE: break;
    }
    return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s", TEXT("不是压缩包", "no archive"));
}

bool archive_open(struct package *package, struct bytes *container, const struct bytes_limits *limits,
                  struct arena *arena, struct error *error) {
    *package = (struct package){.path = container->name,
                                .container = container,
                                .arena = arena,
                                .limits = limits ? limits : &bytes_limits_default};
    char bytes[HEAD_BYTES];
    struct span head = {bytes, container->size < sizeof bytes ? (size_t)container->size : sizeof bytes};
    if (!bytes_read_at(container, 0, bytes, head.size, error)) return false;
    package->kind = archive_kind(head);
    if (archive_refuse(head, package->limits, error) && open_kind(package, error)) return true;
    return error_at(error, container->name);
}

bool archive_list(const char *path, const struct bytes_limits *limits, struct arena *arena,
                  struct member **members, uint32_t *count, struct error *error) {
    struct bytes *container = NULL;
    struct package package;
    if (!bytes_plain(&container, path, arena, error)) return false;
    bool open = archive_open(&package, container, limits, arena, error) &&
                (nested_list(&package, error) || error_at(error, path));
    bytes_close(container);
    if (open) *members = package.members;
    if (open) *count = package.count;
    return open;
}

bool archive_member(struct package *package, const struct member *member, struct bytes **bytes,
                    struct error *error) {
    if (member->special) {
        error_code(error, TROUBLE_REFUSED, "archive.unsafe_name",
                   TEXT("成员“%s”不是普通文件", "the member \"%s\" is no regular file"), member->name);
        return error_at(error, package->path);
    }
    bool open = package->kind == ARCHIVE_ZIP     ? zip_member(package, member, bytes, error)
                : package->kind == ARCHIVE_SEVEN ? seven_member(package, member, bytes, error)
                : package->kind == ARCHIVE_RAR   ? rar_member(package, member, bytes, error)
                                                 : tar_member(package, member, bytes, error);
    if (open) return true;
    return error_at(error, package->path);
}

const struct member *archive_find(const struct package *package, const char *name) {
    for (uint32_t i = 0; i < package->count; i++)
        if (strcmp(package->members[i].name, name) == 0) return &package->members[i];
    return NULL;
}
