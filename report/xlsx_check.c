/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/xlsx_check.h"
#include "core/language.h"
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <string.h>

/* Counts "<row " across buffer ends.  In cells '<' is always escaped. */
struct counting {
    const char *at;
    uint32_t count;
};

static void count(struct counting *counting, const char *bytes, size_t size) {
    static const char wanted[] = "<row ";
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != *counting->at) counting->at = wanted;
        if (bytes[i] != *counting->at) continue;
        if (*++counting->at) continue;
        counting->count++;
        counting->at = wanted;
    }
}

static bool count_member(struct archive *archive, uint32_t *rows) {
    struct counting counting = {.at = "<row "};
    char buffer[1 << 15];
    la_ssize_t size;
    while ((size = archive_read_data(archive, buffer, sizeof buffer)) > 0)
        count(&counting, buffer, (size_t)size);
    *rows = counting.count;
    return size == 0;
}

bool xlsx_check(const char *path, const uint32_t *rows, uint32_t sheet_count, struct error *error) {
    struct archive *archive = archive_read_new();
    struct archive_entry *entry = NULL;
    uint32_t sheets = 0, found = 0;
    archive_read_support_format_zip_seekable(archive);
    bool good = archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK;
    int state = ARCHIVE_OK;
    while (good && (state = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        unsigned number = 0;
        if (sscanf(archive_entry_pathname(entry), "xl/worksheets/sheet%9u.xml", &number) != 1)
            continue; /* NOLINT(cert-err34-c) nine digits fit */
        good = count_member(archive, &found) && number >= 1 && number <= sheet_count &&
               rows[number - 1] == found;
        sheets++;
    }
    archive_read_free(archive);
    if (good && state == ARCHIVE_EOF && sheets == sheet_count) return true;
    return error_set(error,
                     TEXT("%s：工作簿没有写全（多为磁盘写满），请腾出空间后重新出报表",
                          "%s: the workbook is not whole (the disk may be full)"),
                     path);
}
