/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/shipped.h"
#include <assert.h>
#include <stdlib.h>

/* POSIX ustar: blocks of 512 bytes, name at 0, size in octal at 124, name prefix at 345. */
enum { BLOCK = 512, NAME = 0, NAME_SIZE = 100, SIZE = 124, TYPE = 156, PREFIX = 345, PREFIX_SIZE = 155 };

/* Names that ld gives to the ends of what it links in. */
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
extern const char _binary_shipped_tar_start[], _binary_shipped_tar_end[];

static size_t octal(const char *digits) {
    size_t value = 0;
    for (int i = 0; i < 11 && digits[i] >= '0' && digits[i] <= '7'; i++)
        value = value * 8 + (size_t)(digits[i] - '0');
    return value;
}

bool shipped_next(uint64_t *at, struct shipped *file) {
    /* cppcheck-suppress comparePointers */
    size_t size = (size_t)(_binary_shipped_tar_end - _binary_shipped_tar_start);
    while (*at + BLOCK <= size) {
        const char *header = _binary_shipped_tar_start + *at;
        if (!header[NAME]) return false;
        size_t bytes = octal(header + SIZE);
        *at += BLOCK + (bytes + BLOCK - 1) / BLOCK * BLOCK;
        /* The build refuses longer paths, so name alone is enough. */
        assert(!header[PREFIX] && header[NAME_SIZE - 1] == '\0');
        if (header[TYPE] != '0' && header[TYPE] != '\0') continue;
        file->path = (struct span){header + NAME, strnlen(header + NAME, NAME_SIZE)};
        file->bytes = (struct span){header + BLOCK, bytes};
        return true;
    }
    return false;
}

bool shipped_find(const char *path, struct span *bytes) {
    uint64_t at = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        if (file.path.size != strlen(path) || memcmp(file.path.bytes, path, file.path.size) != 0) continue;
        *bytes = file.bytes;
        return true;
    }
    return false;
}

bool shipped_under(const struct shipped *file, const char *prefix) {
    size_t size = strlen(prefix);
    return file->path.size > size && memcmp(file->path.bytes, prefix, size) == 0;
}
