/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Every cell of the papers that counties and accountants act on, from records of which each sum can be told
 * by hand. */
#include "report/cell.h"
#include "report/report.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct server server;
static void stop_server(void) {
    if (server.connection) server_stop(&server);
}

/* A line for each row: "*" for each level above a plain one, its key, then its cells as programs read them.
 */
static void put_rows(const struct result *result, FILE *stream) {
    char buffer[CELL_TEXT];
    for (uint32_t r = 0; r < result->row_count; r++) {
        fprintf(stream, "%.*s[%.*s]", (int)result->levels[r], "**", (int)result->keys[r].size,
                result->keys[r].bytes);
        for (uint32_t c = 0; c < result->column_count; c++) {
            struct cell cell = cell_read(result, r, c);
            struct span text = cell.null ? SPAN("-") : cell_exact(&cell, buffer);
            fprintf(stream, " | %.*s", (int)text.size, text.bytes);
        }
        fputc('\n', stream);
    }
}

static void put_paper(struct report *report, const char *name, const char *county, FILE *stream) {
    struct query query;
    struct result *results;
    struct error error = {0};
    cr_assert(report_query(report, name, county, &query, &results, &error), "%s: %s", name, error.message);
    for (uint32_t s = 0; s < query.sheet_count; s++) {
        if (span_equal(query.sheets[s].zh, SPAN("填写说明"))) continue;
        fprintf(stream, "%s== %s %s %.*s\n", s ? "" : "\n", name, county ? county : "-",
                (int)query.sheets[s].zh.size, query.sheets[s].zh.bytes);
        put_rows(&results[s], stream);
    }
}

/* Line by line, so that what is wrong is said by its paper and row. */
static void expect_lines(const char *found, const char *path) {
    static char wanted[1 << 16];
    const char *paper = "";
    FILE *stream = fopen(path, "rb");
    cr_assert(stream, "%s", path);
    wanted[fread(wanted, 1, sizeof wanted - 1, stream)] = '\0';
    fclose(stream);
    for (const char *want = wanted; *found || *want;) {
        int size = (int)strcspn(found, "\n"), length = (int)strcspn(want, "\n");
        if (strncmp(found, "== ", 3) == 0) paper = found;
        cr_assert(size == length && strncmp(found, want, (size_t)size) == 0, "%.*s\nsays  %.*s\nnot   %.*s",
                  (int)strcspn(paper, "\n"), paper, size, found, length, want);
        found += size + (found[size] == '\n');
        want += length + (want[length] == '\n');
    }
}

Test(acted, every_cell_is_what_the_records_say, .fini = stop_server) {
    static const struct {
        const char *name, *county;
    } papers[] = {{"cover", NULL},       {"cleanup", "690102"}, {"cleanup", "690181"},
                  {"cleanup", "690123"}, {"ledger", "690102"},  {"impact", NULL},
                  {"impact", "690181"},  {"indicators", NULL},  {"indicators", "690181"}};
    struct arena arena = {0};
    struct error error = {0};
    struct report report;
    struct report_options options = server_options("/tmp");
    char *text = NULL;
    size_t size = 0;
    options.month = "202006";
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_file(&server, "tests/report/city.sql") &&
              server_file(&server, "tests/report/acted.sql"));
    cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
    FILE *stream = open_memstream(&text, &size);
    for (size_t p = 0; p < sizeof papers / sizeof *papers; p++)
        put_paper(&report, papers[p].name, papers[p].county, stream);
    fclose(stream);
    expect_lines(text, "tests/report/acted.txt");
    report_close(&report);
    free(text);
    arena_free(&arena);
}
