/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tar through libarchive.  The bytes come from our own reader, so that a gzip around it is checked by ISA-L,
   and the end mark by us: a tar cut between two members looks whole to libarchive. */
#include "core/language.h"
#include "extract/library.h"
#include "extract/packed.h"
#include <archive_entry.h>

enum { TAR_BLOCK = 512, END_MARK_BYTES = 2 * TAR_BLOCK };

static bool tar_start(struct package *package, struct bytes **opened, struct error *error) {
    struct bytes *bytes = library_new(package->container, package->path, package->limits, package->arena);
    struct library *library = bytes->state;
    *opened = bytes;
    if (package->kind == ARCHIVE_GZIP || package->kind == ARCHIVE_PACKED) {
        library->stream = bytes_new(package->arena, package->path);
        if (!packed_open(library->stream, package->container, package->limits, error)) return false;
    }
    archive_read_support_format_tar(library->reader);
    return library_open(library, false, error);
}

/* After the last header: the end mark must be there, and nothing but zeros may follow it; else the file
   was cut between two members, or hides more behind the mark. */
static bool check_end(struct library *library, struct error *error) {
    ptrdiff_t got = 0;
    while ((got = library_block(library)) > 0) continue;
    if (got < 0 || library->at < library->members_end + END_MARK_BYTES)
        return library_damaged(library, "tar", error);
    if (library->at - library->zeros <= library->members_end) return true;
    error->at.byte = library->at;
    return error_code(error, TROUBLE_REFUSED, "archive.member_unlisted", "%s",
                      TEXT("tar 结尾标记之后还有内容", "content after the end mark of the tar"));
}

static bool list(struct package *package, struct library *library, struct error *error) {
    struct archive_entry *entry = NULL;
    uint64_t total = 0;
    bool end = false;
    while (library_header(library, &entry, &end, error)) {
        uint64_t size = (uint64_t)archive_entry_size(entry);
        uint64_t padded = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
        library->members_end = (uint64_t)archive_filter_bytes(library->reader, 0) + padded;
        if (!library_list(package, library, entry, &total, error)) return false;
    }
    return end && check_end(library, error) && library_names_differ(package, error);
}

bool tar_open(struct package *package, struct error *error) {
    struct bytes *bytes = NULL;
    bool listed = tar_start(package, &bytes, error) && list(package, bytes->state, error);
    bytes_close(bytes);
    return listed;
}

bool tar_member(struct package *package, const struct member *member, struct bytes **opened,
                struct error *error) {
    struct bytes *bytes = NULL;
    bool found = tar_start(package, &bytes, error) && library_member(package, bytes, member, error);
    if (found) *opened = bytes;
    else bytes_close(bytes);
    return found;
}
