/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/manifest.h"
#include "core/language.h"
#include "report/output.h"
#include "report/tree.h"
#include "report/verify.h"
#include <stdlib.h>

static void put_text(const char *name, const char *text, FILE *stream) {
    fprintf(stream, "\"%s\": ", name);
    write_json_text((struct span){text ? text : "", text ? strlen(text) : 0}, stream);
}

/* Rows of a query as JSON objects, one in a line, under the names of its columns. */
static bool put_rows(struct report *report, const char *name, const char *sql, FILE *stream,
                     struct error *error) {
    PGresult *from = PQexec(report->connection, sql);
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    if (!good) error_set(error, TEXT("清单缺 %s", "the manifest lacks %s"), name);
    fprintf(stream, "  \"%s\": [", name);
    for (int r = 0; good && r < PQntuples(from); r++) {
        fputs(r ? ",\n    {" : "\n    {", stream);
        for (int c = 0; c < PQnfields(from); c++) {
            if (c) fputs(", ", stream);
            put_text(PQfname(from, c), PQgetvalue(from, r, c), stream);
        }
        fputc('}', stream);
    }
    fputs("],\n", stream);
    PQclear(from);
    return good;
}

/* The same line that verify reads. */
static bool put_files(const char *directory, FILE *stream, struct error *error) {
    struct arena arena = {0};
    struct tree tree;
    bool good = tree_read(directory, &arena, &tree, error), first = true;
    fputs("  \"files\": [", stream);
    for (uint32_t f = 0; good && f < tree.count; f++) {
        struct digest digest;
        if (span_equal(tree.paths[f], SPAN(MANIFEST_NAME))) continue;
        struct span path =
            result_format(&arena, "%s/%.*s", directory, (int)tree.paths[f].size, tree.paths[f].bytes);
        good = digest_file(path.bytes, &digest, error);
        if (!good) break;
        fputs(first ? "\n    {\"path\": " : ",\n    {\"path\": ", stream);
        write_json_text(tree.paths[f], stream);
        fprintf(stream, ", \"bytes\": %lld, \"sha256\": \"%s\", \"sm3\": \"%s\"}", (long long)digest.bytes,
                digest.sha256, digest.sm3);
        first = false;
    }
    fputs("\n  ]\n", stream);
    arena_free(&arena);
    return good;
}

bool manifest_write(struct report *report, struct error *error) {
    const struct report_options *options = report->options;
    struct output output;
    char run[16], sql[160];
    if (!output_open(&output, options->directory, SPAN(MANIFEST_NAME), error)) return false;
    /* Its own unfinished form must not be listed in it: written to memory first. */
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) {
        output_abandon(&output);
        return error_set(error, TEXT("内存不足", "out of memory"));
    }
    snprintf(run, sizeof run, "%d", report->run);
    fputs("{\n  \"format\": \"" MANIFEST_FORMAT "\",\n  ", stream);
    put_text("city", options->city, stream);
    fprintf(stream, ",\n  \"run\": %s,\n  ", run);
    put_text("date", options->date, stream);
    fputs(",\n  \"program\": {", stream);
    put_text("version", options->program, stream);
    fputs(", ", stream);
    put_text("sha256", options->program_sha256, stream);
    fputs("},\n", stream);
    snprintf(sql, sizeof sql, "SELECT path, sha256 FROM mapping.used WHERE run = %d ORDER BY path",
             report->run);
    bool good = put_rows(report, "deliveries",
                         "SELECT county, folder || '/' || path AS path, bytes, sha256, sm3, state"
                         " FROM the_delivery WHERE mine ORDER BY delivery",
                         stream, error) &&
                put_rows(report, "specs_and_mappings", sql, stream, error) &&
                put_files(options->directory, stream, error);
    fputs("}\n", stream);
    fclose(stream);
    if (good) fwrite(text, 1, size, output.stream);
    free(text);
    if (good) return output_close(&output, error) && output_sync(options->directory, error);
    output_abandon(&output);
    return false;
}
