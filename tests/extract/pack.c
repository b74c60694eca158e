/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/extract/pack.h"
#include <criterion/criterion.h>
#include <locale.h>

static void add_part(struct archive *writer, const struct part_text *part, unsigned kind) {
    struct archive_entry *entry = archive_entry_new();
    size_t size = kind == AE_IFREG ? part->text.size : 0;
    archive_entry_set_pathname(entry, part->name);
    archive_entry_set_filetype(entry, kind);
    archive_entry_set_perm(entry, 0644);
    if (kind == AE_IFLNK) archive_entry_set_symlink(entry, "/etc/passwd");
    archive_entry_set_size(entry, (la_int64_t)size);
    cr_assert(archive_write_header(writer, entry) == ARCHIVE_OK, "%s", archive_error_string(writer));
    if (size) archive_write_data(writer, part->text.bytes, size);
    archive_entry_free(entry);
}

struct span pack_parts(const struct packing *packing, const struct part_text *parts, char *room,
                       size_t size) {
    size_t used = 0;
    locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0), before = uselocale(utf8);
    struct archive *writer = archive_write_new();
    packing->format(writer);
    archive_write_set_bytes_per_block(writer, 512);
    if (packing->filter) packing->filter(writer);
    if (packing->password) archive_write_set_passphrase(writer, packing->password);
    if (packing->option)
        cr_assert(archive_write_set_format_option(writer, packing->module, packing->option, packing->value) ==
                      ARCHIVE_OK,
                  "%s", archive_error_string(writer));
    archive_write_open_memory(writer, room, size, &used);
    for (; parts->name; parts++) add_part(writer, parts, packing->kind ? packing->kind : AE_IFREG);
    cr_assert(archive_write_close(writer) == ARCHIVE_OK, "%s", archive_error_string(writer));
    archive_write_free(writer);
    uselocale(before);
    freelocale(utf8);
    return (struct span){room, used};
}
