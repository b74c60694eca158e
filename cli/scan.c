/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/scan.h"
#include "core/language.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH_MAX = 2, READ_BYTES = 1 << 20 };

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

static void take(const struct stat *status, struct found *file) {
    file->bytes = status->st_size;
    file->mtime_ns = nanoseconds(status->st_mtim);
    file->ctime_ns = nanoseconds(status->st_ctim);
    file->inode = (int64_t)status->st_ino;
}

static bool add(struct scan *scan, const struct county *county, const char *absolute, const char *path,
                const struct stat *status, struct arena *arena, struct error *error) {
    if (scan->count == DELIVERIES_MAX)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 的文件超过 %d 个", "%s: more than %d files"),
                          county->folder, DELIVERIES_MAX);
    if (scan->count % 256 == 0) { /* grown by copying: the run's arena has no realloc */
        struct found *more = ARENA_NEW(arena, struct found, scan->count + 256);
        if (scan->count) memcpy(more, scan->files, scan->count * sizeof *more);
        scan->files = more;
    }
    struct found *file = &scan->files[scan->count++];
    *file = (struct found){.county = county,
                           .path = arena_print(arena, "%s", path),
                           .absolute = arena_print(arena, "%s", absolute)};
    file->slip = scan_slip(path);
    take(status, file);
    return true;
}

/* What cannot be seen must not be taken for what was not sent. */
static bool unreadable(const char *folder, struct error *error) {
    error->at.source = folder;
    return error_code(error, TROUBLE_FAILED, NULL, TEXT("读不了文件夹：%s", "the folder cannot be read: %s"),
                      error_reason(errno));
}

static const char *base_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool scan_slip(const char *path) { return strncmp(base_of(path), "交接单", strlen("交接单")) == 0; }

bool scan_litter(const char *path) {
    static const char *const names[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini"};
    const char *base = base_of(path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(base, names[i]) == 0) return true;
    return base[0] == '.' || strncmp(base, "~$", 2) == 0 || strncmp(path, "__MACOSX/", 9) == 0 ||
           strstr(path, "/__MACOSX/");
}

bool scan_beside(const char *name, const char *table) {
    static const char *const endings[] = {".dbt", ".fpt", ".cpg", ".cdx", ".mdx"};
    const char *dot = strrchr(name, '.');
    size_t stem = dot ? (size_t)(dot - name) : 0;
    if (!stem || strncmp(name, table, stem) != 0 || strcasecmp(table + stem, ".dbf") != 0) return false;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0) return true;
    return false;
}

static bool walk(struct scan *scan, const struct county *county, const char *absolute, const char *path,
                 int depth, struct arena *arena, struct error *error) {
    DIR *directory = opendir(absolute);
    bool ok = true;
    if (!directory && errno == ENOENT) return true; /* a county that has sent nothing yet has no folder */
    if (!directory) return unreadable(absolute, error);
    for (struct dirent *entry; ok && (errno = 0, entry = readdir(directory));) {
        struct stat status;
        if (scan_litter(entry->d_name)) continue;
        if (fstatat(dirfd(directory), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            ok = errno == ENOENT || unreadable(absolute, error); /* taken away since: nobody sent it */
            continue;
        }
        const char *below = arena_print(arena, "%s/%s", absolute, entry->d_name);
        const char *name = *path ? arena_print(arena, "%s/%s", path, entry->d_name) : entry->d_name;
        if (S_ISDIR(status.st_mode) && depth < DEPTH_MAX)
            ok = walk(scan, county, below, name, depth + 1, arena, error);
        else if (S_ISREG(status.st_mode)) ok = add(scan, county, below, name, &status, arena, error);
        else if (scan->passed_count < PASSED_MAX)
            scan->passed[scan->passed_count++] =
                name == entry->d_name ? arena_print(arena, "%s", name) : name;
    }
    if (ok && errno) ok = unreadable(absolute, error);
    closedir(directory);
    return ok;
}

static int by_path(const void *a, const void *b) {
    return strcmp(((const struct found *)a)->path, ((const struct found *)b)->path);
}

bool scan_county(const struct city *city, const struct county *county, struct arena *arena, struct scan *scan,
                 struct error *error) {
    *scan = (struct scan){0};
    const char *folder = arena_print(arena, "%s/deliveries/%s", city->directory, county->folder);
    if (!walk(scan, county, folder, "", 0, arena, error)) return false;
    if (scan->count) qsort(scan->files, scan->count, sizeof *scan->files, by_path);
    return true;
}

static void hex(const unsigned char *digest, char text[DIGEST_TEXT]) {
    for (int i = 0; i < 32; i++) snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static bool digest_all(int file, EVP_MD_CTX *sha256, EVP_MD_CTX *sm3) {
    char *buffer = malloc(READ_BYTES);
    ssize_t got = -1;
    if (buffer)
        while ((got = read(file, buffer, READ_BYTES)) > 0) {
            EVP_DigestUpdate(sha256, buffer, (size_t)got);
            if (sm3) EVP_DigestUpdate(sm3, buffer, (size_t)got);
        }
    free(buffer);
    return got == 0;
}

bool scan_unchanged(const struct found *file) {
    struct stat status;
    struct found now = {0};
    if (stat(file->absolute, &status) != 0) return false;
    take(&status, &now);
    return now.bytes == file->bytes && now.mtime_ns == file->mtime_ns && now.ctime_ns == file->ctime_ns &&
           now.inode == file->inode;
}

static bool digest(struct found *file, bool both) {
    int handle = open(file->absolute, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    EVP_MD_CTX *sha256 = EVP_MD_CTX_new(), *sm3 = both ? EVP_MD_CTX_new() : NULL;
    bool ok = handle >= 0 && sha256 && EVP_DigestInit_ex(sha256, EVP_sha256(), NULL) &&
              (!both || (sm3 && EVP_DigestInit_ex(sm3, EVP_sm3(), NULL))) && digest_all(handle, sha256, sm3);
    unsigned char bytes[EVP_MAX_MD_SIZE];
    if (ok) {
        EVP_DigestFinal_ex(sha256, bytes, NULL);
        hex(bytes, file->sha256);
    }
    if (ok && both) {
        EVP_DigestFinal_ex(sm3, bytes, NULL);
        hex(bytes, file->sm3);
    }
    EVP_MD_CTX_free(sha256);
    EVP_MD_CTX_free(sm3);
    if (handle >= 0) close(handle);
    return ok;
}

static bool digest_unchanged(struct found *file, bool both, struct error *error) {
    error->at.source = file->path;
    if (!digest(file, both))
        return error_code(error, TROUBLE_FAILED, NULL, "%s",
                          TEXT("读不完这个文件", "the file cannot be read to its end"));
    if (!scan_unchanged(file))
        return error_code(
            error, TROUBLE_FAILED, NULL, "%s",
            TEXT("文件正在变化，下次运行再读", "the file is changing; the next run will read it"));
    error->at.source = NULL;
    return true;
}

bool scan_seal(struct found *file) { return digest(file, true); }
bool scan_digest(struct found *file, struct error *error) { return digest_unchanged(file, true, error); }
bool scan_identify(struct found *file, struct error *error) { return digest_unchanged(file, false, error); }
