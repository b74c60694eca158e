/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/library.h"
#include "core/language.h"
#include <archive_entry.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

ptrdiff_t library_block(struct library *library) {
    ptrdiff_t got = 0;
    if (library->stream) {
        got = bytes_read(library->stream, library->block, sizeof library->block, &library->error);
    } else {
        uint64_t left = library->container->size - library->at;
        got = left < sizeof library->block ? (ptrdiff_t)left : (ptrdiff_t)sizeof library->block;
        if (!bytes_read_at(library->container, library->at, library->block, (size_t)got, &library->error))
            got = -1;
    }
    if (got < 0) return -1;
    ptrdiff_t end = got;
    while (end > 0 && !library->block[end - 1]) end--;
    library->zeros = (end ? 0 : library->zeros) + (uint64_t)(got - end);
    library->at += (uint64_t)got;
    return got;
}

static la_ssize_t next_block(struct archive *reader, void *state, const void **block) {
    struct library *library = state;
    ptrdiff_t got = library_block(library);
    *block = library->block;
    if (got < 0) archive_set_error(reader, -1, "source");
    return got;
}

static la_int64_t seek(struct archive *reader, void *state, la_int64_t offset, int whence) {
    struct library *library = state;
    (void)reader;
    la_int64_t size = (la_int64_t)library->container->size;
    la_int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_END ? size : (la_int64_t)library->at;
    la_int64_t to;
    if (__builtin_add_overflow(base, offset, &to) || to < 0 || to > size) return ARCHIVE_FATAL;
    library->at = (uint64_t)to;
    return to;
}

static la_int64_t skip(struct archive *reader, void *state, la_int64_t request) {
    struct library *library = state;
    (void)reader;
    uint64_t left = library->container->size - library->at;
    if (request < 0) return 0;
    uint64_t step = (uint64_t)request < left ? (uint64_t)request : left;
    library->at += step;
    return (la_int64_t)step;
}

static void library_close(struct bytes *bytes) {
    struct library *library = bytes->state;
    if (library->reader) archive_read_free(library->reader);
    if (library->utf8) freelocale(library->utf8);
    bytes_close(library->stream);
    library->reader = NULL;
    library->utf8 = NULL;
    library->stream = NULL;
}

struct bytes *library_new(struct bytes *container, const char *name, const struct bytes_limits *limits,
                          struct arena *arena) {
    struct bytes *bytes = bytes_new(arena, name);
    struct library *library = ARENA_NEW(&bytes->arena, struct library, 1);
    bytes->state = library;
    bytes->close = library_close;
    library->container = container;
    library->limits = limits;
    library->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    library->reader = archive_read_new();
    return bytes;
}

bool library_open(struct library *library, bool seekable, struct error *error) {
    struct archive *reader = library->reader;
    archive_read_set_read_callback(reader, next_block);
    if (seekable) archive_read_set_seek_callback(reader, seek);
    if (seekable) archive_read_set_skip_callback(reader, skip);
    archive_read_set_callback_data(reader, library);
    return archive_read_open1(reader) == ARCHIVE_OK || library_damaged(library, NULL, error);
}

bool library_damaged(const struct library *library, const char *kind, struct error *error) {
    if (library->error.message[0]) {
        *error = library->error;
        return false;
    }
    error->at.byte = library->at;
    if (library->locked)
        return error_code(error, TROUBLE_REFUSED, library->got ? "archive.crc_mismatch" : "archive.encrypted",
                          TEXT("成员“%s”解不开：密码不对，或内容已损坏",
                               "the member \"%s\" does not decrypt: a wrong password, or damage"),
                          library->locked);
    /* Without a kind no format was chosen yet, and libarchive would follow a null pointer. */
    if (kind && archive_read_has_encrypted_entries(library->reader) > 0)
        return error_code(error, TROUBLE_REFUSED, "archive.encrypted",
                          TEXT("%s 包已加密，无法读取；请改用 zip，或提供不加密的包",
                               "the %s archive is encrypted and cannot be read; use zip, or no password"),
                          kind ? kind : "");
    return error_code(error, TROUBLE_FAILED, "archive.truncated",
                      TEXT("%s%s在 %" PRIu64 " 字节附近损坏或不完整",
                           "the %s%s is damaged or cut short near byte %" PRIu64),
                      kind ? kind : "", kind ? TEXT(" 包", " archive") : TEXT("压缩数据", "packed data"),
                      library->at);
}

bool library_header(struct library *library, struct archive_entry **entry, bool *end, struct error *error) {
    locale_t before = uselocale(library->utf8 ? library->utf8 : LC_GLOBAL_LOCALE);
    int status = archive_read_next_header(library->reader, entry);
    uselocale(before);
    *end = status == ARCHIVE_EOF;
    library->index += status == ARCHIVE_OK;
    if (status == ARCHIVE_OK) return true;
    return *end ? false : library_damaged(library, archive_format_name(library->reader), error);
}

static bool too_large(struct error *error) {
    return error_code(error, TROUBLE_REFUSED, "archive.too_large", "%s",
                      TEXT("解压后超过上限", "unpacked size passes the limit"));
}

static bool bomb(const struct library *library) {
    const struct bytes_limits *limits = library->limits;
    uint64_t packed = (uint64_t)archive_filter_bytes(library->reader, -1);
    if (library->got > limits->member_bytes) return true;
    return library->got > limits->ratio_from && library->got / limits->ratio > packed + LIBRARY_BLOCK;
}

static ptrdiff_t library_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct library *library = bytes->state;
    la_ssize_t got = archive_read_data(library->reader, buffer, size);
    if (got < 0) return library_damaged(library, NULL, error), -1;
    library->got += (uint64_t)got;
    bool known = library->size != BYTES_UNKNOWN;
    if (known && (library->got > library->size || (got == 0 && library->got != library->size)))
        return library_damaged(library, NULL, error), -1;
    if (bomb(library)) return too_large(error), -1;
    return got;
}

void library_data(struct bytes *bytes, uint64_t size) {
    struct library *library = bytes->state;
    library->size = size;
    library->got = 0;
    bytes->size = size;
    bytes->read = library_read;
}

static const char *entry_name(const struct library *library, struct archive_entry *entry) {
    locale_t before = uselocale(library->utf8 ? library->utf8 : LC_GLOBAL_LOCALE);
    const char *name = archive_entry_pathname(entry);
    if (!name) name = archive_entry_pathname_utf8(entry);
    uselocale(before);
    return name ? name : "";
}

bool library_name(struct package *package, struct span raw, bool utf8, bool folder, struct member *member,
                  struct error *error) {
    if (raw.size > 2 && memcmp(raw.bytes, "./", 2) == 0) raw.bytes += 2, raw.size -= 2;
    member->raw = arena_copy(package->arena, raw);
    member->name = archive_name(raw, utf8, package->arena);
    if (archive_name_safe((struct span){member->name, strlen(member->name)})) return true;
    if (folder && strcmp(member->name, ".") == 0) return true;
    return error_code(error, TROUBLE_REFUSED, "archive.unsafe_name", "%s",
                      TEXT("成员名含上级路径或非法字符", "a member's name leaves the folder or is illegal"));
}

static bool name_member(struct package *package, const char *name, struct archive_entry *entry,
                        struct member *member, struct error *error) {
    bool folder = archive_entry_filetype(entry) == AE_IFDIR;
    member->special =
        !folder && (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) ||
                    archive_entry_symlink(entry) || archive_entry_sparse_count(entry) > 0);
    bool utf8 = package->kind == ARCHIVE_SEVEN; /* its names are UTF-16 */
    return library_name(package, (struct span){name, strlen(name)}, utf8, folder, member, error);
}

/* Many members together may be a bomb where none is one alone. */
static bool within_limits(const struct package *package, uint64_t total, const struct member *member) {
    const struct bytes_limits *limits = package->limits;
    uint64_t size = member->size == BYTES_UNKNOWN ? 0 : member->size;
    if (package->count >= limits->members || size > limits->member_bytes ||
        size > limits->total_bytes - total)
        return false;
    if (package->kind != ARCHIVE_SEVEN && package->kind != ARCHIVE_RAR) return true;
    return total + size <= limits->ratio_from || (total + size) / limits->ratio <= package->container->size;
}

bool library_add(struct package *package, const struct member *member, uint64_t *total, struct error *error) {
    if (!within_limits(package, *total, member)) return too_large(error);
    *total += member->size == BYTES_UNKNOWN ? 0 : member->size;
    if ((package->count & (package->count - 1)) == 0) {
        struct member *larger =
            ARENA_NEW(package->arena, struct member, package->count ? 2 * (size_t)package->count : 1);
        if (package->count) memcpy(larger, package->members, package->count * sizeof *larger);
        package->members = larger;
    }
    package->members[package->count++] = *member;
    return true;
}

bool library_list(struct package *package, const struct library *library, struct archive_entry *entry,
                  uint64_t *total, struct error *error) {
    struct member member = {.offset = library->index - 1, .size = BYTES_UNKNOWN};
    if (archive_entry_size_is_set(entry)) member.size = (uint64_t)archive_entry_size(entry);
    member.encrypted = archive_entry_is_encrypted(entry) != 0;
    if (!name_member(package, entry_name(library, entry), entry, &member, error)) return false;
    if (archive_entry_filetype(entry) == AE_IFDIR) return true;
    return library_add(package, &member, total, error);
}

static int by_name(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool library_names_differ(const struct package *package, struct error *error) {
    const char **names = ARENA_NEW(package->arena, const char *, package->count + 1);
    for (uint32_t i = 0; i < package->count; i++) names[i] = package->members[i].name;
    qsort(names, package->count, sizeof *names, by_name);
    for (uint32_t i = 1; i < package->count; i++)
        if (strcmp(names[i - 1], names[i]) == 0)
            return error_code(error, TROUBLE_REFUSED, "archive.unsafe_name", "%s",
                              TEXT("两个成员同名", "two members have one name"));
    return true;
}

bool library_member(struct package *package, struct bytes *bytes, const struct member *member,
                    struct error *error) {
    struct library *library = bytes->state;
    struct archive_entry *entry = NULL;
    bool end = false;
    for (uint64_t index = 0; index <= member->offset; index++)
        if (!library_header(library, &entry, &end, error))
            return end ? library_damaged(library, NULL, error) : false;
    size_t size = strlen(package->path) + 1 + strlen(member->name) + 1;
    char *name = ARENA_NEW(package->arena, char, size);
    snprintf(name, size, "%s!%s", package->path, member->name);
    bytes->name = name;
    library_data(bytes, member->size);
    return true;
}
