/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Adds rows to a table that people keep in WPS or Excel, and changes nothing else in it. */
#include "cli/map/map.h"
#include "core/language.h"
#include "transform/row/csv.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TABLE_BYTES_MAX = 64 << 20 };

/* With the mark, so that Excel takes the Chinese for what it is. */
static const char *new_table = "\xef\xbb\xbfsource_system,source_code,source_label,when_column,when_value,"
                               "target_code,target_label,valid_from,"
                               "valid_until,status,justification,author,reviewer,review_date,note\r\n";

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)}); /* an empty cell has no bytes */
}

bool map_mentions(struct span text, struct span code, struct arena *arena) {
    struct csv csv = {.text = text};
    struct span cells[CSV_CELLS];
    uint32_t count = csv_next(&csv, cells, arena), at = 0;
    while (at < count && !is(cells[at], "source_code")) at++;
    if (at == count) return false;
    while ((count = csv_next(&csv, cells, arena)) > 0)
        if (at < count && span_equal(cells[at], code)) return true;
    return false;
}

static void put_cell(FILE *out, struct span text) {
    bool quote = false;
    for (size_t i = 0; i < text.size; i++) quote |= strchr(",\"\r\n", text.bytes[i]) != NULL;
    quote |= text.size && (text.bytes[0] == ' ' || text.bytes[text.size - 1] == ' ');
    if (quote) fputc('"', out);
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '"') fputc('"', out);
        fputc(text.bytes[i], out);
    }
    if (quote) fputc('"', out);
}

static void put_row(FILE *out, const struct span *header, uint32_t count, const struct draft *draft,
                    const char *line_end) {
    const struct {
        const char *name;
        struct span text;
    } values[] = {{"source_code", draft->code},   {"source_label", draft->label},
                  {"target_code", draft->target}, {"target_label", draft->target_label},
                  {"status", SPAN("draft")},      {"justification", draft->why},
                  {"author", draft->author},      {"note", draft->note}};
    for (uint32_t c = 0; c < count; c++) {
        if (c) fputc(',', out);
        for (size_t v = 0; v < sizeof values / sizeof *values; v++)
            if (is(header[c], values[v].name)) put_cell(out, values[v].text);
    }
    fputs(line_end, out);
}

static bool check_header(const struct span *header, uint32_t count, const char *path, struct error *error) {
    static const char *const needed[] = {"source_code", "target_code", "status", "author"};
    for (size_t n = 0; n < sizeof needed / sizeof *needed; n++) {
        bool there = false;
        for (uint32_t c = 0; c < count; c++) there |= is(header[c], needed[n]);
        if (there) continue;
        error->at.source = path;
        return error_code(error, TROUBLE_USAGE, "header.missing_column",
                          TEXT("%s：映射表缺少列 %s", "%s: the mapping table has no column %s"), path,
                          needed[n]);
    }
    return true;
}

bool map_append(const char *path, const struct draft *drafts, uint32_t count, struct arena *arena,
                struct error *error) {
    struct span text = {new_table, strlen(new_table)}, header[CSV_CELLS];
    struct stat status = {.st_mode = 0644};
    bool there = stat(path, &status) == 0;
    if (there && !file_read(path, TABLE_BYTES_MAX, arena, &text, error)) return false;
    struct csv csv = {.text = text};
    uint32_t columns = csv_next(&csv, header, arena);
    if (!check_header(header, columns, path, error)) return false;
    const char *first = memchr(text.bytes, '\n', text.size);
    const char *line_end = first && first > text.bytes && first[-1] == '\r' ? "\r\n" : "\n";
    const char *beside = arena_print(arena, "%s.new", path);
    int file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, status.st_mode & 0777);
    FILE *out = file >= 0 ? fdopen(file, "wb") : NULL;
    if (out) {
        fwrite(text.bytes, 1, text.size, out);
        if (text.size && text.bytes[text.size - 1] != '\n') fputs(line_end, out);
        for (uint32_t i = 0; i < count; i++) put_row(out, header, columns, &drafts[i], line_end);
        bool good = !ferror(out) && fflush(out) == 0 && fsync(file) == 0;
        good = fclose(out) == 0 && good;
        if (good && (!there || chmod(beside, status.st_mode & 0777) == 0) && rename(beside, path) == 0)
            return true;
    } else if (file >= 0) {
        close(file);
    }
    int reason = errno;
    if (file >= 0) unlink(beside);
    return error_code(error, TROUBLE_USAGE, NULL, "%s: %s", path, error_reason(reason));
}
