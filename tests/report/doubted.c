/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Doubts that only a check across rows came upon: counted, listed for the county, and where they are most of
   a file, said to be perhaps another county's. */
#include "core/language.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct server server;
static void stop_server(void) { server_stop(&server); }

/* Files of 12 rows: of run 1; of run 2 with two doubts of one row's own, one of which a check names too
   beside another row; of run 2 in linzhu, all of whose persons nobody there knows. */
static const char rows[] =
    "INSERT INTO intake.run (run, started, command, program, program_sha256, operator)"
    " VALUES (1, now(), 'run', '', '', ''), (2, now(), 'run', '', '', '');"
    "INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, period, source, state)"
    " VALUES (1, '690102', 'qinghe', 'a', 1, 'a', '', 'file', 'published'),"
    " (2, '690102', 'qinghe', 'b', 1, 'b', '', 'file', 'published'),"
    " (2, '690181', 'linzhu', 'c', 1, 'c', '', 'file', 'published');"
    "INSERT INTO intake.file (delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns)"
    " SELECT delivery, 'setl_d', 's' || delivery, '', '', false, '{}' FROM intake.delivery ORDER BY delivery;"
    "INSERT INTO intake.tally SELECT file, b, '', 12 FROM intake.file, (VALUES ('read'), ('new')) x (b);"
    "INSERT INTO intake.tally VALUES (1, 'doubtful', '', 1), (2, 'doubtful', '', 1);"
    "INSERT INTO intake.reason (file, source_row, number, code, weight, detail, fen) VALUES"
    " (1, 1, 1, 'certno.check_digit', 'doubt', '', 1), (1, 2, 21, 'reference.person_missing', 'doubt', '', "
    "1),"
    " (2, 1, 1, 'certno.check_digit', 'doubt', '', 1), (2, 1, 2, 'text.private_use', 'doubt', '', 1),"
    " (2, 1, 21, 'reference.person_missing', 'doubt', '', 1), (2, 2, 21, 'reference.person_missing', "
    "'doubt', '', 1),"
    " (2, 2, 30, 'settle.not_covered', 'doubt', '', 1);"
    "INSERT INTO intake.reason (file, source_row, number, code, weight, detail, fen)"
    " SELECT 3, n, 21, 'reference.person_missing', 'doubt', '', 100 FROM generate_series(1, 12) n";

static void expect_text(struct report *report, const char *sql, const char *expected) {
    PGresult *result = PQexec(report->connection, sql);
    cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(report->connection));
    cr_expect_str_eq(PQgetvalue(result, 0, 0), expected, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
}

/* The lines of 要做什么 that speak of a wrong folder: of linzhu's file alone. */
static void expect_misplaced(struct report *report) {
    struct query query;
    struct result *results;
    struct error error = {0};
    uint32_t said = 0;
    cr_assert(report_query(report, "index", NULL, &query, &results, &error), "%s", error.message);
    for (uint32_t r = 0; r < results[1].row_count; r++) {
        struct span what = result_cell(&results[1], r, (uint32_t)result_find(&results[1], "what")),
                    how = result_cell(&results[1], r, (uint32_t)result_find(&results[1], "how"));
        if (!memmem(what.bytes, what.size, "人员登记", strlen("人员登记"))) continue;
        said++;
        cr_expect(span_equal(what, SPAN("临渚市：c 里的人员多数不在本县的人员登记里")), "%.*s",
                  (int)what.size, what.bytes);
        cr_expect(memmem(how.bytes, how.size, "tongchou undo 3", strlen("tongchou undo 3")));
    }
    cr_expect_eq(said, 1, "%u lines", said);
}

Test(doubted, what_a_check_across_rows_came_upon_goes_to_the_county, .fini = stop_server) {
    struct arena arena = {0};
    struct report report;
    struct error error = {0};
    char folder[] = "/tmp/report-doubted-XXXXXX", command[160];
    language_set(LANGUAGE_ZH);
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_run(&server, rows));
    cr_assert(mkdtemp(folder));
    struct report_options options = server_options(folder);
    cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
    expect_text(&report,
                "SELECT string_agg(path || ' ' || doubtful, ', ' ORDER BY path) FROM pg_temp.the_line",
                "a 2, b 2, c 12");
    expect_misplaced(&report);
    report_close(&report);
    cr_assert(report_run(server.connection, &options, &error), "%s", error.message);
    snprintf(command, sizeof command, "ls %s/退回/临渚市_*.xlsx >/dev/null", folder);
    cr_expect(system(command) == 0, "linzhu has a list though nothing of it was rejected");
    snprintf(command, sizeof command, "rm -r %s", folder);
    cr_expect(system(command) == 0);
    arena_free(&arena);
}
