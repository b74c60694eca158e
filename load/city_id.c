/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/city_id.h"
#include "core/language.h"
#include "load/once.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_BYTES = 512 };

static bool broken(struct error *error, const char *zh_en, const char *path) {
    return error_code(error, TROUBLE_FAILED, NULL, "%s %s: %s", zh_en, path, error_reason(errno));
}

static bool make_id(const char *path, struct error *error) {
    char text[CITY_ID_BYTES + 1];
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random) abort();
    snprintf(text, sizeof text, "%016" PRIx64 "\n", random);
    return once_write(path, text, CITY_ID_BYTES, error);
}

bool city_id(const char *city, char id[CITY_ID_BYTES], struct error *error) {
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/.tongchou", city);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        return broken(error, TEXT("无法建立文件夹", "cannot make the folder"), path);
    snprintf(path, sizeof path, "%s/.tongchou/id", city);
    if (access(path, F_OK) != 0 && !make_id(path, error)) return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, id, CITY_ID_BYTES - 1);
    if (fd >= 0) close(fd);
    id[CITY_ID_BYTES - 1] = '\0';
    if (size == CITY_ID_BYTES - 1 && strspn(id, "0123456789abcdef") == CITY_ID_BYTES - 1) return true;
    if (size >= 0) errno = EINVAL;
    return broken(error, TEXT("无法读取", "cannot read"), path);
}
