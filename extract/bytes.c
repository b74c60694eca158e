/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/bytes.h"
#include "core/language.h"
#include "extract/archive.h"
#include "extract/nested.h"
#include "extract/packed.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD_BYTES = 512, COPY_BYTES = 256 << 10 };

const struct bytes_limits bytes_limits_default = {
    .member_bytes = UINT64_C(64) << 30,
    .total_bytes = UINT64_C(256) << 30,
    .members = 65536,
    .ratio = 200,
    .ratio_from = 16 << 20,
};

static bool broken(struct bytes *bytes, struct error *error, const char *what) {
    error->trouble = TROUBLE_FAILED;
    error->at.byte = bytes->offset;
    return error_set(error, TEXT("%s：%s", "%s: %s"), what, error_reason(errno));
}

struct bytes *bytes_new(struct arena *arena, const char *name) {
    struct bytes *bytes = ARENA_NEW(arena, struct bytes, 1);
    bytes->name = name;
    bytes->fd = -1;
    bytes->size = BYTES_UNKNOWN;
    return bytes;
}

static ptrdiff_t read_plain(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    ssize_t got = pread(bytes->fd, buffer, size, (off_t)bytes->offset);
    if (got < 0 && errno == EINTR) return read_plain(bytes, buffer, size, error);
    if (got < 0) return broken(bytes, error, TEXT("读取失败", "cannot read")), -1;
    if (bytes->offset + (uint64_t)got > bytes->size || (got == 0 && bytes->offset != bytes->size)) {
        error->at.byte = bytes->offset;
        error_code(error, TROUBLE_FAILED, NULL, "%s",
                   TEXT("文件在读取时被改动，请等它写完再处理", "the file changed while it was read"));
        return -1;
    }
    return got;
}

bool bytes_plain(struct bytes **opened, const char *path, struct arena *arena, struct error *error) {
    struct bytes *bytes = bytes_new(arena, path);
    bytes->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (bytes->fd < 0) {
        broken(bytes, error, TEXT("打不开", "cannot open"));
        return error_at(error, path);
    }
    struct stat status;
    if (fstat(bytes->fd, &status) || !S_ISREG(status.st_mode)) {
        close(bytes->fd);
        error_code(error, TROUBLE_REFUSED, NULL, "%s", TEXT("不是普通文件", "no regular file"));
        return error_at(error, path);
    }
    bytes->size = (uint64_t)status.st_size;
    bytes->read = read_plain;
    *opened = bytes;
    return true;
}

static bool find_member(struct bytes **bytes, struct bytes *container, const char *member,
                        const struct bytes_limits *limits, struct arena *arena, struct error *error) {
    /* The directory lives as long as the container's own memory. */
    struct package *package = ARENA_NEW(&container->arena, struct package, 1);
    if (!archive_open(package, container, limits, &container->arena, error)) return false;
    const struct member *found = archive_find(package, member);
    bool inside = false;
    package->arena = arena;
    if (found) return archive_member(package, found, bytes, error);
    if (!nested_open(package, member, bytes, &inside, error)) return error_at(error, container->name);
    if (inside) return true;
    error_code(error, TROUBLE_FAILED, NULL, TEXT("包内没有成员“%s”", "no member \"%s\" in it"), member);
    return error_at(error, container->name);
}

/* Takes the container over, also on false. */
static bool open_member(struct bytes **bytes, struct bytes *container, const char *member,
                        const struct bytes_limits *limits, struct arena *arena, struct error *error) {
    if (!find_member(bytes, container, member, limits, arena, error)) {
        bytes_close(container);
        return false;
    }
    struct bytes *last = *bytes;
    while (last->below) last = last->below;
    last->below = container;
    return nested_unpack(bytes, member, limits, arena, error) || error_at(error, member);
}

static bool open_any(struct bytes **opened, const char *path, const char *member,
                     const struct bytes_limits *limits, struct arena *arena, struct error *error) {
    struct bytes *file = NULL;
    if (!limits) limits = &bytes_limits_default;
    if (!bytes_plain(&file, path, arena, error)) return false;
    if (member) return open_member(opened, file, member, limits, arena, error);
    char head[HEAD_BYTES];
    size_t size = file->size < sizeof head ? (size_t)file->size : sizeof head;
    if (!bytes_read_at(file, 0, head, size, error)) {
        bytes_close(file);
        return false;
    }
    *opened = file;
    enum archive_kind kind = archive_kind((struct span){head, size});
    if (kind != ARCHIVE_GZIP && kind != ARCHIVE_PACKED) return true;
    *opened = bytes_new(arena, path);
    (*opened)->below = file;
    if (packed_open(*opened, file, limits, error)) return true;
    bytes_close(*opened);
    return error_at(error, path);
}

bool bytes_open(struct bytes **opened, const char *path, const char *member,
                const struct bytes_limits *limits, struct arena *arena, struct error *error) {
    bool ok = open_any(opened, path, member, limits, arena, error);
    /* What could not be opened is closed already: a caller that closes it once more must find nothing. */
    if (!ok) *opened = NULL;
    return ok;
}

ptrdiff_t bytes_read(struct bytes *bytes, void *buffer, size_t size, struct error *error) {
    size_t filled = 0;
    while (filled < size && !bytes->end) {
        ptrdiff_t got = bytes->read(bytes, (char *)buffer + filled, size - filled, error);
        if (got <= 0) bytes->end = got < 0 ? -1 : 1;
        if (got <= 0) break;
        filled += (size_t)got;
        bytes->offset += (uint64_t)got;
    }
    if (bytes->end < 0) {
        if (!error->message[0]) error_set(error, "%s", TEXT("先前已读取失败", "an earlier read failed"));
        error_at(error, bytes->name);
        return -1;
    }
    return (ptrdiff_t)filled;
}

static int temporary_file(void) {
    const char *folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/var/tmp";
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/tongchou-XXXXXX", folder) >= (int)sizeof path) return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

static bool write_all(int fd, const char *buffer, size_t size) {
    while (size) {
        ssize_t put = write(fd, buffer, size);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return false;
        buffer += put;
        size -= (size_t)put;
    }
    return true;
}

bool bytes_random(struct bytes *bytes, struct error *error) {
    if (bytes->fd >= 0) return true;
    int fd = temporary_file();
    if (fd < 0) return broken(bytes, error, TEXT("不能建临时文件", "cannot make a temporary file"));
    char *buffer = ARENA_NEW(&bytes->arena, char, COPY_BYTES);
    for (;;) {
        ptrdiff_t got = bytes_read(bytes, buffer, COPY_BYTES, error);
        if (got == 0) break;
        if (got > 0 && write_all(fd, buffer, (size_t)got)) continue;
        if (got > 0) broken(bytes, error, TEXT("不能写临时文件", "cannot write a temporary file"));
        close(fd);
        bytes->end = -1;
        return error_at(error, bytes->name);
    }
    bytes->size = bytes->offset;
    bytes->fd = fd;
    bytes->offset = 0;
    bytes->end = 0;
    bytes->read = read_plain;
    return true;
}

bool bytes_read_at(struct bytes *bytes, uint64_t offset, void *buffer, size_t size, struct error *error) {
    char *to = buffer;
    while (size) {
        ssize_t got = pread(bytes->fd, to, size, (off_t)offset);
        if (got < 0 && errno == EINTR) continue;
        if (got > 0) {
            to += got;
            offset += (uint64_t)got;
            size -= (size_t)got;
            continue;
        }
        if (got < 0) broken(bytes, error, TEXT("读取失败", "cannot read"));
        else
            error_code(error, TROUBLE_FAILED, "archive.truncated", "%s",
                       TEXT("文件提前结束", "the file ends too early"));
        error->at.byte = offset;
        return error_at(error, bytes->name);
    }
    return true;
}

void bytes_close(struct bytes *bytes) {
    if (!bytes) return;
    if (bytes->close) bytes->close(bytes);
    if (bytes->fd >= 0) close(bytes->fd);
    bytes->fd = -1;
    struct bytes *below = bytes->below;
    bytes->below = NULL;
    arena_free(&bytes->arena);
    bytes_close(below);
}
