/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/output.h"
#include "core/language.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool failed(struct error *error, const char *path, int number) {
    return error_set(error, TEXT("%s：写不下去：%s", "%s: cannot write: %s"), path, error_reason(number));
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

bool output_place(struct output *output, const char *directory, struct span name, struct error *error) {
    output->stream = NULL;
    if (!inside(name))
        return error_set(error, TEXT("文件名不安全：%.*s", "unsafe file name: %.*s"), (int)name.size,
                         name.bytes);
    int size = snprintf(output->path, OUTPUT_PATH, "%s/%.*s", directory, (int)name.size, name.bytes);
    int longer =
        snprintf(output->temporary, OUTPUT_PATH, "%s/%.*s.part", directory, (int)name.size, name.bytes);
    if (size < 0 || longer < 0 || longer >= OUTPUT_PATH)
        return error_set(error, TEXT("路径太长：%s", "path too long: %s"), directory);
    return make_folders(output->path, error);
}

bool output_open(struct output *output, const char *directory, struct span name, struct error *error) {
    if (!output_place(output, directory, name, error)) return false;
    output->stream = fopen(output->temporary, "wb");
    return output->stream ? true : failed(error, output->path, errno);
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

bool output_close(struct output *output, struct error *error) {
    int bad = 0;
    if (output->stream) {
        errno = 0;
        if (fflush(output->stream) != 0 || ferror(output->stream)) bad = errno ? errno : EIO;
        if (!bad && fsync(fileno(output->stream)) != 0) bad = errno;
        if (fclose(output->stream) != 0 && !bad) bad = errno;
        output->stream = NULL;
    } else if (!sync_path(output->temporary)) {
        bad = errno;
    }
    if (!bad && rename(output->temporary, output->path) != 0) bad = errno;
    if (!bad) return true;
    unlink(output->temporary);
    return failed(error, output->path, bad);
}

bool output_sync(const char *directory, struct error *error) {
    return sync_path(directory) ? true : failed(error, directory, errno);
}

void output_abandon(struct output *output) {
    if (output->stream) fclose(output->stream);
    output->stream = NULL;
    unlink(output->temporary);
}

static void hex(const unsigned char *bytes, unsigned size, char text[65]) {
    for (unsigned i = 0; i < size && i < 32; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Two digests that eat the same bytes. */
struct hashing {
    EVP_MD_CTX *sha256, *sm3;
};

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

bool digest_file(const char *path, struct digest *digest, struct error *error) {
    unsigned char buffer[1 << 16];
    FILE *stream = fopen(path, "rb");
    if (!stream)
        return error_set(error, TEXT("%s：打不开：%s", "%s: cannot open: %s"), path, error_reason(errno));
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

void digest_bytes(struct span bytes, struct digest *digest) {
    struct hashing both = hashing_begin();
    *digest = (struct digest){.bytes = (int64_t)bytes.size};
    hashing_add(&both, bytes.bytes, bytes.size);
    hashing_end(&both, digest);
}
