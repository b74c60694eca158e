/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What specs name and no county sent: report/sql/stand.sql, the_absent. */
#include "core/language.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct server server;
static void stop_server(void) { server_stop(&server); }

/* Specs of run 2, and what came: each file one delivery of its own, "spec period,period…". */
static const char specs[] =
    "INSERT INTO intake.run (run, started, command, program, program_sha256, operator)"
    " VALUES (1, now(), 'run', '', '', ''), (2, now(), 'run', '', '', '');"
    "INSERT INTO mapping.content SELECT s, 'mappings/' || s, convert_to(t, 'UTF8') FROM (VALUES"
    " ('qinghe/never.yaml', E'match: \"a_{period}.zip!参保 1#.DBF\"  # x\\nkind: psn_insu_d\\n'),"
    " ('qinghe/plain.yaml', E'kind: setl_d\\nmatch: js_{period}.txt # x\\n'),"
    " ('qinghe/scrap.yaml', E'match: b\\nignore: yes\\n'),"
    " ('qinghe/nothing.csv', E'match: b\\nkind: setl_d\\n'),"
    " ('qinghe/monthly.yaml', E'match: m\\nkind: setl_d\\n'),"
    " ('qinghe/quarterly.yaml', E'match: q\\nkind: setl_d\\n'),"
    " ('qinghe/yearly.yaml', E'match: y\\nkind: setl_d\\n'),"
    " ('qinghe/book.yaml', E'match: k\\nkind: setl_d\\n'),"
    " ('qinghe/whole.yaml', E'match: w\\nkind: setl_d\\n'),"
    " ('linzhu/refused.yaml', E'match: r\\nkind: setl_d\\n'),"
    " ('linzhu/gone.yaml', E'match: g\\nkind: setl_d\\n'),"
    " ('linzhu/undone.yaml', E'match: u\\nkind: setl_d\\n'),"
    " ('linzhu/once.yaml', E'match: o\\nkind: setl_d\\n'),"
    " ('profiles/x.yaml', E'match: p\\nkind: setl_d\\n')) x (s, t);"
    "INSERT INTO mapping.used SELECT 2, sha256, path FROM mapping.content;"
    "CREATE FUNCTION pg_temp.came(of_run int, of_county text, spec text, periods text, state text) RETURNS "
    "void"
    " LANGUAGE plpgsql AS $$ DECLARE one text; made int; BEGIN"
    "  FOREACH one IN ARRAY string_to_array(periods, ',') LOOP"
    "   INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, period, source, state)"
    "    VALUES (of_run, of_county, '', spec || one, 1, md5(spec || one), one, 'file', state)"
    "    RETURNING delivery INTO made;"
    "   INSERT INTO intake.file (delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns)"
    "    VALUES (made, 'setl_d', 'mappings/' || spec, '', '', false, '{}');"
    "  END LOOP; END $$;"
    "SELECT pg_temp.came(1, '690102', 'qinghe/plain.yaml', '-', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/monthly.yaml', '201911,201912,202001,202004', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/quarterly.yaml', '201912,202003', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/yearly.yaml', '20191231', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/book.yaml', '2019,2020', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/whole.yaml', '201912,20200131,202002,202003,202004,202005', "
    "'published'),"
    " pg_temp.came(2, '690181', 'linzhu/refused.yaml', '202001', 'refused'),"
    " pg_temp.came(2, '690181', 'linzhu/undone.yaml', '202001', 'undone'),"
    " pg_temp.came(2, '690181', 'linzhu/gone.yaml', '202001', 'refused'),"
    " pg_temp.came(2, '690181', 'linzhu/once.yaml', '201912', 'published');"
    "UPDATE intake.delivery SET undone_run = 2 WHERE path LIKE 'linzhu/gone%'";

static void expect_absent(struct report *report, const char *expected) {
    PGresult *result =
        PQexec(report->connection,
               "SELECT string_agg(concat_ws(' ', county, pattern, kind_label, months::text), '\n'"
               " ORDER BY county, spec_path) FROM pg_temp.the_absent");
    cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(report->connection));
    cr_expect_str_eq(PQgetvalue(result, 0, 0), expected, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
}

static void open_report(struct report *report, struct arena *arena) {
    static struct report_options options;
    struct error error = {0};
    options = server_options("/nonexistent");
    cr_assert(report_open(report, server.connection, &options, arena, &error), "%s", error.message);
}

/* Nothing vouches for the end of the second file of each spec: 70 of 141 rows are told, 71 are not. */
static const char lengths[] =
    "SELECT pg_temp.came(1, '690102', 'qinghe/long.yaml', '202001', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/even.yaml', '202001', 'published'),"
    " pg_temp.came(1, '690102', 'qinghe/shut.yaml', '202001', 'published'),"
    " pg_temp.came(2, '690102', 'qinghe/long.yaml', '202002', 'published'),"
    " pg_temp.came(2, '690102', 'qinghe/even.yaml', '202002', 'published'),"
    " pg_temp.came(2, '690102', 'qinghe/shut.yaml', '202002', 'published');"
    "INSERT INTO intake.tally SELECT f.file, b, '', CASE d.run WHEN 1 THEN 141 WHEN 2 THEN"
    "  CASE f.spec_path WHEN 'mappings/qinghe/even.yaml' THEN 71 ELSE 70 END END"
    " FROM intake.file f JOIN intake.delivery d USING (delivery), (VALUES ('read'), ('new')) x (b)"
    " WHERE f.spec_path ~ 'long|even|shut';"
    "INSERT INTO intake.finding (run, delivery, file, check_code, county, kind, state, subject, detail)"
    " SELECT d.run, d.delivery, f.file, 'control.absent', '690102', 'setl_d', 'not_applicable', '',"
    "  'declared=no' || CASE WHEN f.spec_path ~ 'shut' THEN '' ELSE ';end=none' END"
    " FROM intake.file f JOIN intake.delivery d USING (delivery) WHERE f.spec_path ~ 'long|even|shut'";

/* Lines of 要做什么 that say a file is shorter than the one before it. */
static void expect_shorter(struct report *report) {
    struct query query;
    struct result *results;
    struct error error = {0};
    uint32_t said = 0;
    cr_assert(report_query(report, "index", NULL, &query, &results, &error), "%s", error.message);
    for (uint32_t r = 0; r < results[1].row_count; r++) {
        struct span what = result_cell(&results[1], r, (uint32_t)result_find(&results[1], "what"));
        if (!memmem(what.bytes, what.size, "上一期", strlen("上一期"))) continue;
        said++;
        cr_expect(
            span_equal(what, SPAN("青禾区：qinghe/long.yaml202002 只有 70 行，上一期(202001)有 141 行")),
            "%.*s", (int)what.size, what.bytes);
    }
    cr_expect_eq(said, 1, "%u lines", said);
}

/* An interrupt ends the writing of papers, as early as the first table. */
static void expect_stopped(void) {
    static const _Atomic bool stop = true;
    char folder[] = "/tmp/report-stop-XXXXXX", path[64];
    struct error error = {0};
    cr_assert(mkdtemp(folder));
    struct report_options options = server_options(folder);
    options.stop = &stop;
    cr_expect(!report_run(server.connection, &options, &error));
    cr_expect(error.trouble == TROUBLE_LATER && strstr(error.message, "已中断"), "%s", error.message);
    snprintf(path, sizeof path, "%s/manifest.json", folder);
    cr_expect(access(path, F_OK) != 0);
    cr_assert(PQtransactionStatus(server.connection) == PQTRANS_IDLE);
    snprintf(path, sizeof path, "rm -rf %s", folder);
    cr_expect(system(path) == 0);
}

Test(absent, what_specs_name_and_nobody_sent_is_told, .fini = stop_server) {
    struct arena arena = {0};
    struct report report;
    language_set(LANGUAGE_ZH);
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_run(&server, specs));
    open_report(&report, &arena);
    /* 201912 alone of once.yaml: the next month is missed.  A refused file is told as refused, until it is
     * taken off the books. */
    expect_absent(&report, "690102 m 结算 {202002,202003,202005}\n"
                           "690102 a_{period}.zip!参保 1#.DBF 人员参保信息\n"
                           "690181 g 结算\n"
                           "690181 o 结算 {202001}\n"
                           "690181 u 结算");
    report_close(&report);
    /* What came meanwhile is no longer missed. */
    cr_assert(server_run(&server,
                         "SELECT pg_temp.came(2, '690102', 'qinghe/never.yaml', '-', 'published'),"
                         " pg_temp.came(2, '690102', 'qinghe/monthly.yaml', '202002,202003,202005', "
                         "'published'), pg_temp.came(2, '690181', 'linzhu/undone.yaml', '-', 'published'),"
                         " pg_temp.came(2, '690181', 'linzhu/gone.yaml', '-', 'published'),"
                         " pg_temp.came(2, '690181', 'linzhu/once.yaml', '202001', 'published')"));
    open_report(&report, &arena);
    expect_absent(&report, "");
    report_close(&report);
    cr_assert(server_run(&server, lengths));
    open_report(&report, &arena);
    expect_shorter(&report);
    report_close(&report);
    expect_stopped();
    arena_free(&arena);
}
