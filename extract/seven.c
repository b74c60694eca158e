/* SPDX-License-Identifier: MulanPSL-2.0 */
/* 7z through libarchive, which cannot decrypt it.  It is often solid: a member is reached by unpacking those
   before it. */
#include "core/language.h"
#include "extract/library.h"
#include <archive_entry.h>

enum { SEVEN_HEADER = 32 };

static uint64_t u64(const unsigned char *at) {
    uint64_t value = 0;
    for (int i = 8; i-- > 0;) value = value << 8 | at[i];
    return value;
}

/* The start header says where the end header lies; the file ends with it.  Source: 7zFormat.txt. */
static bool check_size(struct package *package, struct error *error) {
    unsigned char start[SEVEN_HEADER];
    uint64_t size = package->container->size, offset, header;
    if (!bytes_read_at(package->container, 0, start, sizeof start, error)) return false;
    offset = u64(start + 12), header = u64(start + 20);
    bool fits = offset <= size && header <= size && SEVEN_HEADER + offset + header <= size;
    error->at.byte = size;
    if (!fits)
        return error_code(error, TROUBLE_FAILED, "archive.truncated", "%s",
                          TEXT("7z 包不完整，缺少结尾", "the 7z archive is cut short"));
    return SEVEN_HEADER + offset + header == size ||
           error_code(error, TROUBLE_REFUSED, "archive.member_unlisted", "%s",
                      TEXT("7z 包尾有目录之外的内容", "content behind the end of the 7z archive"));
}

static bool start(struct package *package, struct bytes **opened, struct error *error) {
    *opened = library_new(package->container, package->path, package->limits, package->arena);
    struct library *library = (*opened)->state;
    archive_read_support_format_7zip(library->reader);
    return library_open(library, true, error);
}

static bool list(struct package *package, struct library *library, struct error *error) {
    struct archive_entry *entry = NULL;
    uint64_t total = 0;
    bool end = false;
    while (library_header(library, &entry, &end, error))
        if (!library_list(package, library, entry, &total, error)) return false;
    if (end && package->count == 0 && archive_read_has_encrypted_entries(library->reader) > 0)
        return library_damaged(library, archive_format_name(library->reader), error);
    return end && library_names_differ(package, error);
}

bool seven_open(struct package *package, struct error *error) {
    struct bytes *bytes = NULL;
    bool listed =
        check_size(package, error) && start(package, &bytes, error) && list(package, bytes->state, error);
    bytes_close(bytes);
    return listed;
}

bool seven_member(struct package *package, const struct member *member, struct bytes **opened,
                  struct error *error) {
    struct bytes *bytes = NULL;
    if (member->encrypted)
        return error_code(error, TROUBLE_REFUSED, "archive.encrypted",
                          TEXT("成员“%s”已加密，7z 的加密无法读取；请改用 zip 或不加密",
                               "the member \"%s\" is encrypted, which is only read in a zip"),
                          member->name);
    bool found = start(package, &bytes, error) && library_member(package, bytes, member, error);
    if (found) *opened = bytes;
    else bytes_close(bytes);
    return found;
}
