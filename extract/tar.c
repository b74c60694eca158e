/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tar through libarchive with exactly that format enabled.  The bytes come from our own reader, so
   libarchive guesses nothing and a gzip around it is checked by ISA-L.  Anything but data or a clean end
   is a failure: libarchive reports damage as a warning after handing the data over. */
#include "core/language.h"
#include "extract/archive.h"
#include "extract/inflate.h"
#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 64 << 10, TAR_BLOCK = 512, END_MARK_BYTES = 2 * TAR_BLOCK };

struct tar {
    struct bytes *stream; /* the gzip around it; NULL: the container itself */
    struct bytes *container;
    struct archive *reader; /* libarchive's */
    locale_t utf8;          /* libarchive converts names to the thread's locale */
    uint64_t at;            /* bytes handed to libarchive ... */
    uint64_t zeros;         /* ... and how many of them, at the end, are zero */
    uint64_t members_end;   /* where the last member's padded data ends */
    uint64_t got, size;     /* of the member being read */
    struct error error;     /* why the callback failed; code and message are set then */
    char block[BLOCK_BYTES];
};

static la_ssize_t next_block(struct archive *reader, void *state, const void **block) {
    struct tar *tar = state;
    ptrdiff_t got = 0;
    if (tar->stream) {
        got = bytes_read(tar->stream, tar->block, sizeof tar->block, &tar->error);
    } else {
        uint64_t left = tar->container->size - tar->at;
        got = left < sizeof tar->block ? (ptrdiff_t)left : (ptrdiff_t)sizeof tar->block;
        if (!bytes_read_at(tar->container, tar->at, tar->block, (size_t)got, &tar->error)) got = -1;
    }
    if (got < 0) {
        archive_set_error(reader, -1, "source");
        return -1;
    }
    ptrdiff_t end = got;
    while (end > 0 && !tar->block[end - 1]) end--;
    tar->zeros = (end ? 0 : tar->zeros) + (uint64_t)(got - end);
    tar->at += (uint64_t)got;
    *block = tar->block;
    return got;
}

static void tar_close(struct bytes *bytes) {
    struct tar *tar = bytes->state;
    if (tar->reader) archive_read_free(tar->reader);
    if (tar->utf8) freelocale(tar->utf8);
    bytes_close(tar->stream);
    tar->reader = NULL;
    tar->utf8 = NULL;
    tar->stream = NULL;
}

static bool tar_damaged(const struct tar *tar, struct error *error) {
    if (tar->error.message[0]) {
        *error = tar->error;
        return false;
    }
    error->at.byte = tar->at;
    return error_code(error, TROUBLE_FAILED, "archive.truncated",
                      TEXT("tar 包在 %" PRIu64 " 字节附近损坏或不完整",
                           "the tar is damaged or cut short near byte %" PRIu64),
                      tar->at);
}

/* A handle that has libarchive at the first header. */
static struct bytes *tar_start(struct package *package) {
    struct bytes *bytes = bytes_new(package->arena, package->path);
    struct tar *tar = ARENA_NEW(&bytes->arena, struct tar, 1);
    bytes->state = tar;
    bytes->close = tar_close;
    tar->container = package->container;
    if (package->kind == ARCHIVE_GZIP) {
        tar->stream = bytes_new(package->arena, package->path);
        inflate_open(tar->stream, &(struct inflate_from){.container = package->container,
                                                         .until = package->container->size,
                                                         .gzip = true,
                                                         .size = BYTES_UNKNOWN,
                                                         .limits = package->limits});
    }
    tar->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    tar->reader = archive_read_new();
    archive_read_support_format_tar(tar->reader);
    archive_read_open(tar->reader, tar, NULL, next_block, NULL);
    return bytes;
}

/* The next header; false at the end and on failure, told apart by `*end`. */
static bool next_header(struct tar *tar, struct archive_entry **entry, bool *end, struct error *error) {
    locale_t before = uselocale(tar->utf8 ? tar->utf8 : LC_GLOBAL_LOCALE);
    int status = archive_read_next_header(tar->reader, entry);
    uselocale(before);
    *end = status == ARCHIVE_EOF;
    if (status == ARCHIVE_OK) return true;
    return *end ? false : tar_damaged(tar, error);
}

/* After the last header: the end mark must be there, and nothing but zeros may follow it; else the file
   was cut between two members, or hides more behind the mark. */
static bool check_end(struct tar *tar, struct error *error) {
    const void *block = NULL;
    la_ssize_t got = 0;
    while ((got = next_block(tar->reader, tar, &block)) > 0) continue;
    if (got < 0 || tar->at < tar->members_end + END_MARK_BYTES) return tar_damaged(tar, error);
    if (tar->at - tar->zeros <= tar->members_end) return true;
    error->at.byte = tar->at;
    return error_code(error, TROUBLE_REFUSED, "archive.member_unlisted", "%s",
                      TEXT("tar 结尾标记之后还有内容", "content after the end mark of the tar"));
}

static bool name_member(struct package *package, struct archive_entry *entry, struct member *member,
                        struct error *error) {
    const char *name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    struct span raw = {name ? name : "", name ? strlen(name) : 0};
    if (raw.size > 2 && memcmp(raw.bytes, "./", 2) == 0) raw.bytes += 2, raw.size -= 2;
    member->raw = arena_copy(package->arena, raw);
    member->name = archive_name(raw, false, package->arena);
    bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    bool file = archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry) &&
                archive_entry_sparse_count(entry) == 0;
    if ((file || folder) && archive_name_safe((struct span){member->name, strlen(member->name)})) return true;
    if (folder && strcmp(member->name, ".") == 0) return true;
    return error_code(
        error, TROUBLE_REFUSED, "archive.unsafe_name", "%s",
        file ? TEXT("成员名含上级路径或非法字符", "a member's name leaves the folder or is illegal")
             : TEXT("成员不是普通文件", "a member is no regular file"));
}

static bool within_limits(const struct package *package, uint64_t total, const struct member *member,
                          struct error *error) {
    const struct bytes_limits *limits = package->limits;
    if (package->count < limits->members && member->size <= limits->member_bytes &&
        member->size <= limits->total_bytes - total)
        return true;
    return error_code(error, TROUBLE_REFUSED, "archive.too_large", "%s",
                      TEXT("解压后超过上限", "unpacked size passes the limit"));
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool names_differ(const struct package *package, struct error *error) {
    const char **names = ARENA_NEW(package->arena, const char *, package->count + 1);
    for (uint32_t i = 0; i < package->count; i++) names[i] = package->members[i].name;
    qsort(names, package->count, sizeof *names, by_name);
    for (uint32_t i = 1; i < package->count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return error_code(error, TROUBLE_REFUSED, "archive.unsafe_name", "%s",
                              TEXT("两个成员同名", "two members have one name"));
    return true;
}

static bool list(struct package *package, struct tar *tar, struct error *error) {
    struct archive_entry *entry = NULL;
    uint32_t room = 0;
    uint64_t total = 0;
    bool end = false;
    while (next_header(tar, &entry, &end, error)) {
        struct member member = {.size = (uint64_t)archive_entry_size(entry),
                                .offset = (uint64_t)archive_read_header_position(tar->reader)};
        uint64_t padded = (member.size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
        tar->members_end = (uint64_t)archive_filter_bytes(tar->reader, 0) + padded;
        if (!name_member(package, entry, &member, error)) return false;
        if (archive_entry_filetype(entry) == AE_IFDIR) continue;
        if (!within_limits(package, total, &member, error)) return false;
        total += member.size;
        if (package->count == room) {
            struct member *larger = ARENA_NEW(package->arena, struct member, room = room ? 2 * room : 64);
            if (package->count) memcpy(larger, package->members, package->count * sizeof *larger);
            package->members = larger;
        }
        package->members[package->count++] = member;
    }
    return end && check_end(tar, error) && names_differ(package, error);
}

bool tar_open(struct package *package, struct error *error) {
    struct bytes *bytes = tar_start(package);
    bool listed = list(package, bytes->state, error);
    bytes_close(bytes);
    return listed;
}

static ptrdiff_t tar_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct tar *tar = bytes->state;
    la_ssize_t got = archive_read_data(tar->reader, buffer, size);
    if (got < 0) return tar_damaged(tar, error), -1;
    tar->got += (uint64_t)got;
    if (tar->got > tar->size || (got == 0 && tar->got != tar->size)) return tar_damaged(tar, error), -1;
    return got;
}

bool tar_member(struct package *package, const struct member *member, struct bytes **opened,
                struct error *error) {
    struct bytes *bytes = tar_start(package);
    struct tar *tar = bytes->state;
    struct archive_entry *entry = NULL;
    bool end = false, found = false;
    while (!found && next_header(tar, &entry, &end, error))
        found = (uint64_t)archive_read_header_position(tar->reader) == member->offset;
    if (!found) {
        if (end) tar_damaged(tar, error);
        bytes_close(bytes);
        return false;
    }
    size_t size = strlen(package->path) + 1 + strlen(member->name) + 1;
    char *name = ARENA_NEW(package->arena, char, size);
    snprintf(name, size, "%s!%s", package->path, member->name);
    bytes->name = name;
    bytes->size = tar->size = member->size;
    bytes->read = tar_read;
    *opened = bytes;
    return true;
}
