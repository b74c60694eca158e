/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/nested.h"
#include "core/language.h"
#include "extract/packed.h"
#include <stdio.h>
#include <strings.h>

enum { HEAD_BYTES = 512 };

static bool ends(const char *name, const char *const *list) {
    size_t size = strlen(name);
    for (; *list; list++)
        if (size > strlen(*list) && strcasecmp(name + size - strlen(*list), *list) == 0) return true;
    return false;
}

static bool may_be_packed(const char *name) {
    static const char *const packed[] = {".gz", ".bz2", ".xz", ".zst", ".Z", NULL};
    return ends(name, packed);
}

static bool may_be_archive(const char *name) {
    static const char *const archives[] = {".zip", ".7z",   ".rar", ".tar",  ".tgz",
                                           ".tbz", ".tbz2", ".txz", ".tzst", NULL};
    return ends(name, archives) || may_be_packed(name);
}

static bool head_of(struct bytes *bytes, char *room, struct span *head, struct error *error) {
    if (!bytes_random(bytes, error)) return false;
    *head = (struct span){room, bytes->size < HEAD_BYTES ? (size_t)bytes->size : HEAD_BYTES};
    return bytes_read_at(bytes, 0, room, head->size, error);
}

/* Office's and OpenDocument's files are zips with these members. */
static bool is_document(const struct package *package) {
    return package->kind == ARCHIVE_ZIP &&
           (archive_find(package, "[Content_Types].xml") || archive_find(package, "mimetype"));
}

/* Opens the archive that `member` is; `*found` false: it is none, or one that stays whole. */
static bool open_inner(struct package *package, const struct member *member, struct package *inner,
                       bool *found, struct error *error) {
    struct bytes *bytes = NULL;
    char room[HEAD_BYTES];
    struct span head;
    *found = false;
    if (member->special || !may_be_archive(member->name)) return true;
    if (!archive_member(package, member, &bytes, error)) return false;
    bool ok = head_of(bytes, room, &head, error);
    enum archive_kind kind = ok ? archive_kind(head) : ARCHIVE_NONE;
    bool readable =
        kind != ARCHIVE_NONE && kind != ARCHIVE_UNREADABLE && (kind != ARCHIVE_RAR || package->limits->rar);
    if (ok && readable) ok = archive_open(inner, bytes, package->limits, &bytes->arena, error);
    *found = ok && readable && inner->count && !is_document(inner);
    if (!*found) bytes_close(bytes);
    return ok;
}

static bool too_large(struct error *error) {
    return error_code(error, TROUBLE_REFUSED, "archive.too_large", "%s",
                      TEXT("解压后超过上限", "unpacked size passes the limit"));
}

/* Adds up over all levels; false past a limit. */
static bool account(const struct package *package, const struct member *members, uint32_t count,
                    uint64_t *total, uint64_t *all) {
    *all += count;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t size = members[i].size == BYTES_UNKNOWN ? 0 : members[i].size;
        if (size > package->limits->total_bytes - *total) return false;
        *total += size;
    }
    return *all <= package->limits->members;
}

static const char *join(const char *outer, const char *inner, struct arena *arena) {
    size_t size = strlen(outer) + 1 + strlen(inner) + 1;
    char *name = ARENA_NEW(arena, char, size);
    snprintf(name, size, "%s!%s", outer, inner);
    return name;
}

static void append(struct package *package, const struct member *member, const char *outer, uint32_t *room) {
    if (package->count == *room) {
        struct member *larger = ARENA_NEW(package->arena, struct member, *room = 2 * *room + 16);
        if (package->count) memcpy(larger, package->members, package->count * sizeof *larger);
        package->members = larger;
    }
    struct member *to = &package->members[package->count++];
    *to = *member;
    if (!outer) return;
    to->name = join(outer, member->name, package->arena); /* the inner package's memory goes */
    to->raw = arena_copy(package->arena, member->raw);
}

bool nested_list(struct package *package, struct error *error) {
    struct package all = *package;
    uint32_t room = 0;
    uint64_t total = 0, count = 0;
    all.members = NULL;
    all.count = 0;
    if (!account(package, package->members, package->count, &total, &count)) return too_large(error);
    for (uint32_t i = 0; i < package->count; i++) {
        struct package inner;
        bool found = false;
        if (!open_inner(package, &package->members[i], &inner, &found, error)) return false;
        bool ok = !found || account(package, inner.members, inner.count, &total, &count);
        for (uint32_t k = 0; found && ok && k < inner.count; k++)
            append(&all, &inner.members[k], package->members[i].name, &room);
        if (!found) append(&all, &package->members[i], NULL, &room);
        if (found) bytes_close(inner.container);
        if (!ok) return too_large(error);
    }
    package->members = all.members;
    package->count = all.count;
    return true;
}

bool nested_open(struct package *package, const char *name, struct bytes **opened, bool *found,
                 struct error *error) {
    *found = false;
    for (uint32_t i = 0; i < package->count && !*found; i++) {
        const struct member *member = &package->members[i];
        size_t size = strlen(member->name);
        bool archive = false;
        if (strncmp(name, member->name, size) != 0 || name[size] != '!') continue;
        struct package *inner = ARENA_NEW(&package->container->arena, struct package, 1);
        if (!open_inner(package, member, inner, &archive, error)) return false;
        const struct member *leaf = archive ? archive_find(inner, name + size + 1) : NULL;
        if (archive) inner->arena = package->arena;
        *found = leaf && archive_member(inner, leaf, opened, error);
        if (archive && !*found) bytes_close(inner->container);
        if (leaf && !*found) return false;
        if (*found) (*opened)->below = inner->container;
    }
    return true;
}

bool nested_unpack(struct bytes **bytes, const char *name, const struct bytes_limits *limits,
                   struct arena *arena, struct error *error) {
    struct bytes *packed = *bytes;
    char room[HEAD_BYTES];
    struct span head;
    if (!may_be_packed(name)) return true;
    bool ok = head_of(packed, room, &head, error);
    enum archive_kind kind = ok ? archive_kind(head) : ARCHIVE_NONE;
    if (ok && (kind == ARCHIVE_GZIP || kind == ARCHIVE_PACKED)) {
        *bytes = bytes_new(arena, packed->name);
        (*bytes)->below = packed;
        ok = packed_open(*bytes, packed, limits, error);
    }
    if (!ok) bytes_close(*bytes);
    return ok;
}
