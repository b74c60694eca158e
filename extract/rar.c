/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/rar.h"
#include "core/language.h"
#include "extract/inflate.h"
#include <inttypes.h>
#include <stdio.h>

enum { MAGIC_4 = 7, MAGIC_5 = 8, BLOCKS_PER_MEMBER = 4 };

bool rar_damaged(const struct rar *rar, struct error *error) {
    error->at.byte = rar->at;
    return error_code(error, TROUBLE_FAILED, "archive.truncated", "%s",
                      TEXT("rar 包损坏或不完整", "the rar archive is damaged or cut short"));
}

bool rar_encrypted(struct error *error) {
    return error_code(error, TROUBLE_REFUSED, "archive.encrypted", "%s",
                      TEXT("rar 包已加密，无法读取；请改用 zip，或提供不加密的包",
                           "the rar archive is encrypted and cannot be read; use zip, or no password"));
}

/* After decoding: a backslash may be half of a character of GBK. */
static const char *with_slashes(const char *name, struct arena *arena) {
    char *text = ARENA_NEW(arena, char, strlen(name) + 1);
    for (size_t i = 0; name[i]; i++) text[i] = (char)(name[i] == '\\' ? '/' : name[i]);
    return text;
}

bool rar_add(struct rar *rar, struct rar_file *file, struct error *error) {
    struct package *package = rar->package;
    struct member *member = &file->member;
    member->offset = rar->index++;
    if (!library_name(package, file->name, file->utf8, file->folder, member, error)) return false;
    if (file->backslash) member->name = with_slashes(member->name, package->arena);
    if (file->folder && !member->special) return true;
    for (uint32_t i = 0; file->target.size && i < package->count; i++) {
        const struct member *target = &package->members[i];
        if (target->special || !span_equal(target->raw, file->target)) continue;
        member->size = target->size;
        member->rank = target->rank ? target->rank : i + 1;
    }
    member->special |= file->target.size && !member->rank;
    return library_add(package, member, &rar->total, error);
}

static bool finish(struct rar *rar, bool end, struct error *error) {
    const struct package *package = rar->package;
    if (!end && (rar->modern || !package->count)) return rar_damaged(rar, error);
    error->at.byte = rar->at;
    if (end && rar->at != package->container->size)
        return error_code(error, TROUBLE_REFUSED, "archive.member_unlisted", "%s",
                          TEXT("rar 结尾之后还有内容", "content behind the end of the rar archive"));
    return library_names_differ(package, error);
}

bool rar_open(struct package *package, struct error *error) {
    unsigned char magic[MAGIC_5];
    struct rar rar = {.package = package};
    if (package->container->size < sizeof magic) return rar_damaged(&rar, error);
    if (!bytes_read_at(package->container, 0, magic, sizeof magic, error)) return false;
    bool five = magic[MAGIC_4 - 1] == 1, end = false;
    rar.at = five ? MAGIC_5 : MAGIC_4;
    rar.modern = five;
    rar.header = ARENA_NEW(&package->container->arena, unsigned char, RAR_HEADER_MAX);
    while (!end && rar.at < package->container->size) {
        if (rar.blocks++ > (uint64_t)BLOCKS_PER_MEMBER * package->limits->members)
            return error_code(error, TROUBLE_REFUSED, "archive.too_large", "%s",
                              TEXT("成员数超过上限", "more members than the limit"));
        if (!(five ? rar5_block : rar4_block)(&rar, &end, error)) return false;
    }
    return finish(&rar, end, error);
}

static bool unreadable(const struct member *member, struct error *error) {
    const char *why = member->encrypted             ? TEXT("已加密", "is encrypted")
                      : member->method == RAR_SPLIT ? TEXT("在分卷里", "goes on in another volume")
                      : member->method == RAR_SOLID
                          ? TEXT("在 RAR 4 固实包里", "is in a solid archive of RAR 4")
                          : TEXT("由 RAR 2 或更早的版本压缩", "was packed by RAR 2 or older");
    return error_code(
        error, TROUBLE_REFUSED, member->encrypted ? "archive.encrypted" : "file.format_mismatch",
        TEXT("成员“%s”%s，无法读取；请改用 zip", "the member \"%s\" %s and is not read; use zip"),
        member->name, why);
}

/* Stored members are read where they stand, as in a zip; libarchive unpacks and verifies the others. */
bool rar_member(struct package *package, const struct member *member, struct bytes **opened,
                struct error *error) {
    const struct member *source = member->rank ? &package->members[member->rank - 1] : member;
    if (source->encrypted || source->method > RAR_PACKED) return unreadable(source, error);
    if (source->method == RAR_STORED) {
        size_t size = strlen(package->path) + 1 + strlen(member->name) + 1;
        char *name = ARENA_NEW(package->arena, char, size);
        snprintf(name, size, "%s!%s", package->path, member->name);
        *opened = bytes_new(package->arena, name);
        inflate_open(*opened, &(struct inflate_from){.container = package->container,
                                                     .from = source->data,
                                                     .until = source->data + source->packed,
                                                     .stored = true,
                                                     .crc = source->crc,
                                                     .size = source->size,
                                                     .limits = package->limits});
        return true;
    }
    unsigned char magic[MAGIC_5];
    if (!bytes_read_at(package->container, 0, magic, sizeof magic, error)) return false;
    struct bytes *bytes = library_new(package->container, package->path, package->limits, package->arena);
    struct library *library = bytes->state;
    if (magic[MAGIC_4 - 1] == 1) archive_read_support_format_rar5(library->reader);
    else archive_read_support_format_rar(library->reader);
    bool found = library_open(library, true, error) && library_member(package, bytes, source, error);
    if (found) *opened = bytes;
    else bytes_close(bytes);
    return found;
}
