/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/packed.h"
#include "core/language.h"
#include "extract/archive.h"
#include "extract/inflate.h"
#include "extract/library.h"

enum { MAGIC_BYTES = 8 };

struct packed {
    struct bytes *below; /* the library's handle, reading the raw format */
    struct bytes *container;
};

static const struct {
    const char *name;
    int code;
    int (*support)(struct archive *reader);
} filters[] = {
    {"bzip2", ARCHIVE_FILTER_BZIP2, archive_read_support_filter_bzip2},
    {"xz", ARCHIVE_FILTER_XZ, archive_read_support_filter_xz},
    {"zstd", ARCHIVE_FILTER_ZSTD, archive_read_support_filter_zstd},
    {"compress", ARCHIVE_FILTER_COMPRESS, archive_read_support_filter_compress},
};

static ptrdiff_t packed_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    struct packed *packed = bytes->state;
    struct library *library = packed->below->state;
    ptrdiff_t got = bytes_read(packed->below, buffer, size, error);
    if (got != 0) return got;
    /* The filters stop at the end of their stream, whatever follows. */
    if ((uint64_t)archive_filter_bytes(library->reader, -1) == packed->container->size) return 0;
    error->at.byte = (uint64_t)archive_filter_bytes(library->reader, -1);
    error_code(error, TROUBLE_REFUSED, "archive.member_unlisted", "%s",
               TEXT("压缩数据的结尾之后还有内容", "content behind the end of the packed data"));
    return -1;
}

static void packed_close(struct bytes *bytes) {
    struct packed *packed = bytes->state;
    bytes_close(packed->below);
    packed->below = NULL;
}

static bool open_filter(struct bytes *bytes, struct bytes *container, const struct bytes_limits *limits,
                        size_t filter, struct error *error) {
    struct packed *packed = ARENA_NEW(&bytes->arena, struct packed, 1);
    struct archive_entry *entry = NULL;
    bool end = false;
    packed->container = container;
    packed->below = library_new(container, bytes->name, limits, &bytes->arena);
    bytes->state = packed;
    bytes->close = packed_close;
    bytes->read = packed_read;
    struct library *library = packed->below->state;
    archive_read_support_format_raw(library->reader);
    filters[filter].support(library->reader);
    if (!library_open(library, false, error)) return false;
    if (!library_header(library, &entry, &end, error))
        return end ? library_damaged(library, NULL, error) : false;
    /* Where the filter does not like the head, the packed bytes would come out as they are. */
    bool applied = archive_filter_count(library->reader) == 2 &&
                   archive_filter_code(library->reader, 0) == filters[filter].code;
    if (!applied) return library_damaged(library, NULL, error);
    library_data(packed->below, BYTES_UNKNOWN);
    return true;
}

bool packed_open(struct bytes *bytes, struct bytes *container, const struct bytes_limits *limits,
                 struct error *error) {
    char magic[MAGIC_BYTES];
    struct span head = {magic, container->size < sizeof magic ? (size_t)container->size : sizeof magic};
    if (!bytes_read_at(container, 0, magic, head.size, error)) return false;
    if (archive_kind(head) == ARCHIVE_GZIP) {
        inflate_open(bytes, &(struct inflate_from){.container = container,
                                                   .until = container->size,
                                                   .gzip = true,
                                                   .size = BYTES_UNKNOWN,
                                                   .limits = limits});
        return true;
    }
    const char *name = archive_kind_name(head);
    for (size_t i = 0; name && i < sizeof filters / sizeof *filters; i++)
        if (strcmp(name, filters[i].name) == 0) return open_filter(bytes, container, limits, i, error);
    return error_code(error, TROUBLE_REFUSED, "file.format_mismatch", "%s",
                      TEXT("不是压缩文件", "no packed file"));
}
