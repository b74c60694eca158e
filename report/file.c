/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/file.h"
#include "core/language.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(struct error *error, const char *path, int number) {
    return error_set(error, TEXT("%s：写不下去：%s", "%s: cannot write: %s"), path, strerror(number));
}

static bool make_folders(char *path, struct error *error) {
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int bad = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
        if (bad) failed(error, path, bad);
        *slash = '/';
        if (bad) return false;
    }
    return true;
}

/* A name from the database must not reach outside: no "..", no root. */
static bool inside(struct span name) {
    if (name.size == 0 || name.bytes[0] == '/' || memchr(name.bytes, '\0', name.size)) return false;
    for (size_t i = 0; i < name.size; i++) {
        bool start = i == 0 || name.bytes[i - 1] == '/';
        if (start && name.size - i >= 2 && memcmp(name.bytes + i, "..", 2) == 0 &&
            (name.size - i == 2 || name.bytes[i + 2] == '/'))
            return false;
    }
    return true;
}

bool file_place(struct file *file, const char *directory, struct span name, struct error *error) {
    file->stream = NULL;
    if (!inside(name))
        return error_set(error, TEXT("文件名不安全：%.*s", "unsafe file name: %.*s"), (int)name.size, name.bytes);
    int size = snprintf(file->path, FILE_PATH, "%s/%.*s", directory, (int)name.size, name.bytes);
    int longer = snprintf(file->temporary, FILE_PATH, "%s/%.*s.part", directory, (int)name.size, name.bytes);
    if (size < 0 || longer < 0 || longer >= FILE_PATH)
        return error_set(error, TEXT("路径太长：%s", "path too long: %s"), directory);
    return make_folders(file->path, error);
}

bool file_open(struct file *file, const char *directory, struct span name, struct error *error) {
    if (!file_place(file, directory, name, error)) return false;
    file->stream = fopen(file->temporary, "wb");
    return file->stream ? true : failed(error, file->path, errno);
}

static bool sync_path(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    bool synced = fsync(fd) == 0;
    int kept = errno;
    close(fd);
    errno = kept;
    return synced;
}

bool file_close(struct file *file, struct error *error) {
    int bad = 0;
    if (file->stream) {
        errno = 0;
        if (fflush(file->stream) != 0 || ferror(file->stream)) bad = errno ? errno : EIO;
        if (!bad && fsync(fileno(file->stream)) != 0) bad = errno;
        if (fclose(file->stream) != 0 && !bad) bad = errno;
        file->stream = NULL;
    } else if (!sync_path(file->temporary)) {
        bad = errno;
    }
    if (!bad && rename(file->temporary, file->path) != 0) bad = errno;
    char *slash = strrchr(file->path, '/');
    if (!bad && slash) { /* the new name itself must survive a power cut */
        *slash = '\0';
        if (!sync_path(file->path)) bad = errno;
        *slash = '/';
    }
    if (!bad) return true;
    unlink(file->temporary);
    return failed(error, file->path, bad);
}

void file_abandon(struct file *file) {
    if (file->stream) fclose(file->stream);
    file->stream = NULL;
    unlink(file->temporary);
}

static void hex(const unsigned char *bytes, unsigned size, char text[65]) {
    for (unsigned i = 0; i < size && i < 32; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Two digests that eat the same bytes. */
struct hashing { EVP_MD_CTX *sha256, *sm3; };

static struct hashing hashing_begin(void) {
    struct hashing both = {EVP_MD_CTX_new(), EVP_MD_CTX_new()};
    int ready = both.sha256 && both.sm3 && EVP_DigestInit_ex(both.sha256, EVP_sha256(), NULL) &&
                EVP_DigestInit_ex(both.sm3, EVP_sm3(), NULL);
    assert(ready);
    (void)ready;
    return both;
}

static void hashing_add(struct hashing *both, const void *bytes, size_t size) {
    EVP_DigestUpdate(both->sha256, bytes, size);
    EVP_DigestUpdate(both->sm3, bytes, size);
}

static void hashing_end(struct hashing *both, struct digest *digest) {
    unsigned char out[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_DigestFinal_ex(both->sha256, out, &size);
    hex(out, size, digest->sha256);
    EVP_DigestFinal_ex(both->sm3, out, &size);
    hex(out, size, digest->sm3);
    EVP_MD_CTX_free(both->sha256);
    EVP_MD_CTX_free(both->sm3);
}

bool file_digest(const char *path, struct digest *digest, struct error *error) {
    unsigned char buffer[1 << 16];
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, TEXT("%s：打不开：%s", "%s: cannot open: %s"), path, strerror(errno));
    struct hashing both = hashing_begin();
    *digest = (struct digest){.bytes = 0};
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, stream)) > 0;) {
        hashing_add(&both, buffer, size);
        digest->bytes += (int64_t)size;
    }
    bool bad = ferror(stream) != 0;
    fclose(stream);
    hashing_end(&both, digest);
    return bad ? error_set(error, TEXT("%s：读不完", "%s: cannot be read to its end"), path) : true;
}

void file_digest_bytes(struct span bytes, struct digest *digest) {
    struct hashing both = hashing_begin();
    *digest = (struct digest){.bytes = (int64_t)bytes.size};
    hashing_add(&both, bytes.bytes, bytes.size);
    hashing_end(&both, digest);
}
