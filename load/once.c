/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/once.h"
#include "core/language.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

enum { PATH_BYTES = 4096 };

bool once_write(const char *path, const void *bytes, size_t size, struct error *error) {
    char own[PATH_BYTES + 32];
    uint64_t random;
    if (getrandom(&random, sizeof random, 0) != sizeof random) abort();
    snprintf(own, sizeof own, "%s.%016" PRIx64, path, random);
    int fd = open(own, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write(fd, bytes, size) == (ssize_t)size && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    /* Where a file cannot have two names (exFAT, some shares), the last one wins. */
    ok = ok && (link(own, path) == 0 || errno == EEXIST || rename(own, path) == 0);
    int reason = errno;
    unlink(own);
    return ok || error_code(error, TROUBLE_FAILED, NULL, "%s %s: %s", TEXT("无法写入", "cannot write"), path,
                            error_reason(reason));
}
