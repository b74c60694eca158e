/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/bench/read.h"
#include "bench/city/city.h"
#include <archive.h>
#include <archive_entry.h>
#include <criterion/criterion.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct city_folder read_make(uint64_t seed, uint64_t size, int vary) {
    struct city_folder folder = {"/tmp/tongchou-city-XXXXXX"};
    struct error error = {0};
    cr_assert_not_null(mkdtemp(folder.path));
    struct city_options options = {.directory = folder.path, .seed = seed, .size = size, .vary = vary != 0};
    cr_assert(city_make(&options, &error), "%s", error.message);
    return folder;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *walk) {
    (void)stat, (void)type, (void)walk;
    return remove(path);
}

void read_remove(const struct city_folder *folder) {
    nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *read_file(const struct city_folder *folder, const char *relative, size_t *size) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, relative);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s", path);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = calloc(1, *size + 1);
    cr_assert_eq(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

char *read_member(const struct city_folder *folder, const char *relative, unsigned number, size_t *size,
                  int *verdict) {
    char path[256];
    struct archive_entry *entry;
    struct archive *archive = archive_read_new();
    char *bytes = NULL;
    int result = ARCHIVE_OK;
    snprintf(path, sizeof path, "%s/%s", folder->path, relative);
    archive_read_support_format_zip_seekable(archive);
    cr_assert_eq(archive_read_open_filename(archive, path, 1 << 16), ARCHIVE_OK, "%s", path);
    for (unsigned i = 0; i <= number; i++) /* names in GBK are a warning in this locale */
        if (archive_read_next_header(archive, &entry) < ARCHIVE_WARN) goto done;
    *size = (size_t)archive_entry_size(entry);
    bytes = calloc(1, *size + 1);
    result = (int)archive_read_data(archive, bytes, *size);
    if (result >= 0) {
        char more;
        result = (int)archive_read_data(archive, &more, 1); /* the checksum is judged at the end */
    }
done:
    if (verdict) *verdict = result;
    archive_read_free(archive);
    return bytes;
}

struct read_dbf read_dbf(const char *bytes, size_t size) {
    const unsigned char *b = (const unsigned char *)bytes;
    struct read_dbf table = {.bytes = b,
                             .count = b[4] + 256u * b[5] + 65536u * b[6],
                             .header = b[8] + 256u * b[9],
                             .record = b[10] + 256u * b[11]};
    cr_assert_eq(b[0], 0x03);
    cr_assert_eq(b[29], 0x4d);
    cr_assert_eq(size, table.header + (size_t)table.count * table.record + 1);
    cr_assert_eq(b[size - 1], 0x1a);
    return table;
}

void read_cell(const struct read_dbf *table, unsigned row, const char *name, char into[128]) {
    const unsigned char *record = table->bytes + table->header + (size_t)row * table->record;
    unsigned offset = 1;
    for (const unsigned char *field = table->bytes + 32; *field != 0x0d; offset += field[16], field += 32) {
        if (strncmp((const char *)field, name, 11) != 0) continue;
        unsigned from = offset, until = offset + field[16];
        while (until > from && record[until - 1] == ' ') until--;
        while (from < until && record[from] == ' ') from++;
        memcpy(into, record + from, until - from);
        into[until - from] = '\0';
        return;
    }
    cr_assert_fail("no field %s", name);
}

int64_t read_yuan(const char *text, int *ok) {
    long long yuan, fen;
    int used = 0;
    int fine = sscanf(text, "%lld.%2lld%n", &yuan, &fen, &used) == 2 && text[used] == '\0';
    if (ok) *ok = fine;
    else cr_assert(fine, "'%s' is no amount", text);
    return fine ? yuan * 100 + (*text == '-' ? -fen : fen) : 0;
}

int64_t read_truth(const char *json, const char *delivery, const char *member, const char *kind,
                   const char *key, const char *inner) {
    char wanted[256], quoted[64];
    snprintf(wanted, sizeof wanted, "%s\", \"member\": \"%s\", \"kind\": \"%s\"", delivery, member, kind);
    const char *at = strstr(json, wanted);
    cr_assert_not_null(at, "no %s", wanted);
    const char *end = strstr(at, "\"declared\"");
    for (int i = 0; i < 2; i++) {
        if (i == 1 && !inner) break;
        snprintf(quoted, sizeof quoted, inner && !i ? "\"%s\": {" : "\"%s\": ", i ? inner : key);
        at = strstr(at, quoted);
        cr_assert(at && at < end, "no %s of %s", quoted, wanted);
        at += strlen(quoted);
    }
    return strtoll(at, NULL, 10);
}

int read_fault(const char **at, struct read_fault *fault) {
    const char *line = *at, *end = strchr(line, '\n');
    char cells[7][160];
    if (!end) return 0;
    for (int i = 0; i < 7; i++) {
        const char *stop = i < 6 ? memchr(line, ',', (size_t)(end - line)) : end;
        cr_assert(stop && stop - line < 160);
        memcpy(cells[i], line, (size_t)(stop - line));
        cells[i][stop - line] = '\0';
        line = stop + 1;
    }
    *at = end + 1;
    snprintf(fault->file, sizeof fault->file, "%s", cells[1]);
    fault->row = strtoull(cells[2], NULL, 10);
    snprintf(fault->column, sizeof fault->column, "%.47s", cells[3]);
    snprintf(fault->code, sizeof fault->code, "%.47s", cells[4]);
    snprintf(fault->fate, sizeof fault->fate, "%.15s", cells[5]);
    snprintf(fault->fen, sizeof fault->fen, "%.23s", cells[6]);
    return 1;
}
