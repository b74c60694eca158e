/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/packing.h"
#include "cli/city.h"
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <isa-l/crc.h>

void packing_zip(struct journey *journey, const char *path, const char *member, struct span bytes,
                 const char *password) {
    struct archive *zip = archive_write_new();
    struct archive_entry *entry = archive_entry_new();
    archive_write_set_format_zip(zip);
    bool ok = !password || (archive_write_set_options(zip, "zip:encryption=aes256") == ARCHIVE_OK &&
                            archive_write_set_passphrase(zip, password) == ARCHIVE_OK);
    ok = ok && archive_write_open_filename(zip, arena_print(&journey->arena, "%s/%s", journey->city, path)) ==
                   ARCHIVE_OK;
    archive_entry_set_pathname(entry, member);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_size(entry, (la_int64_t)bytes.size);
    ok = ok && archive_write_header(zip, entry) == ARCHIVE_OK &&
         archive_write_data(zip, bytes.bytes, bytes.size) == (la_ssize_t)bytes.size &&
         archive_write_close(zip) == ARCHIVE_OK;
    archive_entry_free(entry);
    archive_write_free(zip);
    cr_assert(ok, "%s is not written", path);
}

static size_t put(unsigned char *to, uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) to[i] = (unsigned char)(value >> 8 * i);
    return size;
}

/* Source: unrar's technote on the archive format of RAR 2 to 4: checksum, type, flags, size, fields. */
static size_t put_header(unsigned char *to, unsigned type, unsigned flags, const unsigned char *rest,
                         size_t size) {
    put(to + 2, type, 1), put(to + 3, flags, 2), put(to + 5, 7 + size, 2);
    if (size) memcpy(to + 7, rest, size);
    put(to, crc32_gzip_refl(0, to + 2, 5 + size) & 0xffff, 2);
    return 7 + size;
}

void packing_rar(struct journey *journey, const char *path, const char *member, struct span bytes) {
    size_t name = strlen(member), at = 7, size = 0;
    unsigned char *file = ARENA_NEW(&journey->arena, unsigned char, bytes.size + name + 128), rest[512] = {0};
    memcpy(file, "Rar!\x1a\7\0", 7);
    at += put_header(file + at, 0x73, 0, rest, 6);
    size += put(rest, bytes.size, 4), size += put(rest + size, bytes.size, 4), size += put(rest + size, 3, 1);
    size += put(rest + size, crc32_gzip_refl(0, (const unsigned char *)bytes.bytes, bytes.size), 4);
    size += put(rest + size, 0, 4), size += put(rest + size, 29, 1), size += put(rest + size, 0x30, 1);
    size += put(rest + size, name, 2), size += put(rest + size, 0x81a4, 4);
    memcpy(rest + size, member, name);
    at += put_header(file + at, 0x74, 0x8000, rest, size + name);
    memcpy(file + at, bytes.bytes, bytes.size);
    at += bytes.size;
    at += put_header(file + at, 0x7b, 0x4000, NULL, 0);
    journey_write(journey, path, (struct span){(const char *)file, at});
}
