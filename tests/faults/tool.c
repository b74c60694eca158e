/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the fault cases need and a plain Debian lacks: archives with any names in them, single members,
   bytes changed in place.  usage: fault_tool zip OUT NAME FILE... | member ZIP NUMBER | zeros ZIP NAME MIB
   | put FILE OFFSET HEX | flip FILE OFFSET BIT | link ZIP NAME TARGET */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 20 };

static int fail(const char *why) {
    fprintf(stderr, "fault_tool: %s\n", why);
    return 1;
}

static struct archive *zip_begin(const char *path) {
    struct archive *zip = archive_write_new();
    /* The names are given byte by byte, as the old Windows programs wrote them. */
    archive_write_set_format_zip(zip);
    archive_write_set_options(zip, "hdrcharset=BINARY");
    return archive_write_open_filename(zip, path) == ARCHIVE_OK ? zip : NULL;
}

static struct archive_entry *entry_of(const char *name, unsigned type) {
    struct archive_entry *entry = archive_entry_new();
    archive_entry_set_pathname(entry, name);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, 1609750800, 0);
    return entry;
}

static int copy_file(struct archive *zip, const char *path, char *buffer) {
    FILE *file = fopen(path, "rb");
    size_t got;
    if (!file) return fail(path);
    while ((got = fread(buffer, 1, BUFFER_BYTES, file)) > 0)
        if (archive_write_data(zip, buffer, got) < 0) return fail(archive_error_string(zip));
    fclose(file);
    return 0;
}

static int zip_files(const char *out, int count, char **words, char *buffer) {
    struct archive *zip = zip_begin(out);
    if (!zip) return fail(out);
    for (int i = 0; i + 1 < count; i += 2) {
        struct archive_entry *entry = entry_of(words[i], AE_IFREG);
        if (archive_write_header(zip, entry) < ARCHIVE_WARN) return fail(archive_error_string(zip));
        if (copy_file(zip, words[i + 1], buffer)) return 1;
        archive_entry_free(entry);
    }
    return archive_write_free(zip) == ARCHIVE_OK ? 0 : fail(out);
}

static int zip_zeros(const char *out, const char *name, long mebibytes, char *buffer) {
    struct archive *zip = zip_begin(out);
    if (!zip || archive_write_header(zip, entry_of(name, AE_IFREG)) < ARCHIVE_WARN) return fail(out);
    memset(buffer, '0', BUFFER_BYTES);
    for (long i = 0; i < mebibytes; i++)
        if (archive_write_data(zip, buffer, BUFFER_BYTES) < 0) return fail(archive_error_string(zip));
    return archive_write_free(zip) == ARCHIVE_OK ? 0 : fail(out);
}

static int zip_link(const char *out, const char *name, const char *target) {
    struct archive *zip = zip_begin(out);
    struct archive_entry *entry = entry_of(name, AE_IFLNK);
    archive_entry_set_symlink(entry, target);
    if (!zip || archive_write_header(zip, entry) < ARCHIVE_WARN) return fail(out);
    return archive_write_free(zip) == ARCHIVE_OK ? 0 : fail(out);
}

/* Members are numbered from 1, since their names may be in any encoding. */
static int print_member(const char *path, long number, char *buffer) {
    struct archive *zip = archive_read_new();
    struct archive_entry *entry;
    la_ssize_t got = -1;
    archive_read_support_format_zip_seekable(zip);
    if (archive_read_open_filename(zip, path, BUFFER_BYTES) != ARCHIVE_OK) return fail(path);
    for (long i = 0; i < number; i++)
        if (archive_read_next_header(zip, &entry) < ARCHIVE_WARN) return fail("no such member");
    while ((got = archive_read_data(zip, buffer, BUFFER_BYTES)) > 0) fwrite(buffer, 1, (size_t)got, stdout);
    return got == 0 ? 0 : fail(archive_error_string(zip));
}

static int put(const char *path, long offset, const char *hex) {
    FILE *file = fopen(path, "r+b");
    if (!file || fseek(file, offset, offset < 0 ? SEEK_END : SEEK_SET)) return fail(path);
    for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2) fputc((int)byte, file);
    return fclose(file) ? fail(path) : 0;
}

static int flip(const char *path, long offset, int bit) {
    FILE *file = fopen(path, "r+b");
    if (!file || fseek(file, offset, SEEK_SET)) return fail(path);
    int byte = fgetc(file);
    if (byte == EOF || fseek(file, offset, SEEK_SET)) return fail("beyond the end");
    fputc(byte ^ (1 << bit), file);
    return fclose(file) ? fail(path) : 0;
}

static int obey(int count, char **words, char *buffer) {
    const char *verb = count > 3 ? words[1] : "";
    if (strcmp(verb, "zip") == 0) return zip_files(words[2], count - 3, words + 3, buffer);
    if (strcmp(verb, "member") == 0) return print_member(words[2], atol(words[3]), buffer);
    if (strcmp(verb, "zeros") == 0 && count > 4) return zip_zeros(words[2], words[3], atol(words[4]), buffer);
    if (strcmp(verb, "link") == 0 && count > 4) return zip_link(words[2], words[3], words[4]);
    if (strcmp(verb, "put") == 0 && count > 4) return put(words[2], atol(words[3]), words[4]);
    if (strcmp(verb, "flip") == 0 && count > 4) return flip(words[2], atol(words[3]), atoi(words[4]));
    return fail("usage: see the head of tool.c");
}

int main(int count, char **words) {
    char *buffer = malloc(BUFFER_BYTES);
    if (!buffer) return fail("no memory");
    int status = obey(count, words, buffer);
    free(buffer);
    return status;
}
