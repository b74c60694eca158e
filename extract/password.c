/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/password.h"
#include "core/language.h"
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHERS = 077 };

static bool unusable(const char *path, const char *what, struct error *error) {
    return error_code(error, TROUBLE_USAGE, NULL, TEXT("密码文件 %s %s", "password file %s %s"), path, what);
}

static size_t read_all(int fd, char *to, size_t room) {
    size_t size = 0;
    ssize_t got;
    while (size < room && (got = read(fd, to + size, room - size)) > 0) size += (size_t)got;
    return size;
}

bool password_read(const char *path, char password[PASSWORD_MAX], struct error *error) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat status;
    if (fd < 0) return unusable(path, TEXT("打不开", "cannot be opened"), error);
    bool regular = fstat(fd, &status) == 0 && S_ISREG(status.st_mode), open_to_all = status.st_mode & OTHERS;
    size_t size = regular && !open_to_all ? read_all(fd, password, PASSWORD_MAX) : 0;
    close(fd);
    if (!regular) return unusable(path, TEXT("不是普通文件", "is no regular file"), error);
    if (open_to_all)
        return unusable(path, TEXT("别人也能读，请先 chmod 600", "can be read by others: chmod 600 it"),
                        error);
    size_t line = 0, mark = size >= 3 && memcmp(password, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (line < size && password[line] && password[line] != '\n' && password[line] != '\r') line++;
    if (line == PASSWORD_MAX || line == mark) {
        explicit_bzero(password, PASSWORD_MAX);
        return unusable(path,
                        line == mark ? TEXT("是空的", "is empty") : TEXT("第一行太长", "has too long a line"),
                        error);
    }
    memmove(password, password + mark, line - mark);
    explicit_bzero(password + line - mark, PASSWORD_MAX - (line - mark));
    return true;
}
