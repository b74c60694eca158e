/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Which deliveries speak for their county at the end of a run.  report/sql/stand.sql finds it in a few passes
   over all of them; here each is asked by itself, the plain way, over random books. */
#include "core/language.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdlib.h>

static struct server server;
static void stop_server(void) { server_stop(&server); }

/* Six runs of two counties: snapshots and parts of two specs in any order of rank, sent again, refused, read
   again, retried, tried, undone in a later run.  Few values for everything, so that they meet. */
static const char books[] =
    "INSERT INTO intake.run (run, started, command, program, program_sha256, operator)"
    " SELECT g, now(), 'run', '', '', '' FROM generate_series(1, 6) g;"
    "INSERT INTO intake.delivery (run, county, folder, path, bytes, sha256, period, revision, part, rank, "
    "source,"
    "  parent, state, undone_run)"
    " SELECT run, county, '', 'p' || floor(random() * 30), 1, 's' || floor(random() * 30), period, revision, "
    "part,"
    "  period || revision, CASE WHEN parent IS NULL THEN 'file' ELSE source END, parent, state,"
    "  CASE WHEN state = 'undone' OR state IN ('refused', 'failed') AND random() < 0.3"
    "       THEN run + floor(random() * (7 - run))::int END"
    " FROM (SELECT g, 1 + g * 6 / 401 AS run, CASE WHEN g % 2 = 0 THEN '690102' ELSE '690181' END AS county,"
    "   (ARRAY['', '2019', '2020', '2021'])[1 + floor(random() * 4)] AS period, 1 + floor(random() * 3)::int "
    "AS revision,"
    "   floor(random() * 2)::int AS part, (ARRAY['retry', 'mapping', 'again'])[1 + floor(random() * 3)] AS "
    "source,"
    "   CASE WHEN g > 60 AND random() < 0.4 THEN g - 2 * (1 + floor(random() * 20))::int END AS parent,"
    "   (ARRAY['published', 'published', 'published', 'undone', 'refused', 'failed', 'trial'])[1 + "
    "floor(random() * 7)] AS state"
    "   FROM generate_series(1, 400) g) x ORDER BY g;"
    /* What reads rows again names what the county sent. */
    "UPDATE intake.delivery d SET parent = NULL, source = 'file' FROM intake.delivery p"
    "  WHERE p.delivery = d.parent AND (p.parent IS NOT NULL OR p.state = 'trial');"
    "INSERT INTO intake.file (delivery, kind, spec_path, spec_sha256, mapping_sha256, snapshot, columns)"
    " SELECT delivery, 'setl_d', 'spec' || floor(random() * 2), '', '', random() < 0.8, '{}'"
    " FROM intake.delivery, generate_series(1, 3) WHERE random() < 0.5 ORDER BY delivery;"
    "ANALYZE";

/* Those of which the two ways differ; how many speak, for the test to be about something. */
static const char plainly[] =
    "SELECT count(*) FILTER (WHERE t.counts IS DISTINCT FROM coalesce("
    "  s.state = 'published' AND NOT n.replaced AND NOT EXISTS (SELECT FROM intake.delivery e, LATERAL ("
    "    SELECT e.state = 'published' OR e.state = 'undone' AND e.undone_run > r.run AS stood) x"
    "    WHERE e.source = 'again' AND e.run <= r.run AND e.delivery > d.delivery AND e.parent IN "
    "(d.delivery, d.parent)"
    "      AND (x.stood OR e.state = 'trial' AND e.run = r.run))"
    "  OR s.state = 'trial' AND d.run = r.run"
    "  OR s.state IN ('refused', 'failed') AND (d.source = 'file' OR d.run = r.run)"
    "     AND coalesce(d.undone_run > r.run, true) AND NOT EXISTS (SELECT FROM intake.delivery e"
    "       WHERE e.county = d.county AND e.delivery > d.delivery AND e.run <= r.run AND e.state <> 'trial'"
    "         AND e.source = 'file' AND (e.sha256 = d.sha256 OR e.path = d.path OR e.period = d.period"
    "              AND e.period <> '' AND e.part = d.part AND e.revision > d.revision)), false)),"
    " count(*) FILTER (WHERE t.counts), count(*) FILTER (WHERE n.replaced), count(*), count(t.delivery)"
    " FROM pg_temp.the_run r JOIN intake.delivery d ON d.run <= r.run AND (d.state <> 'trial' OR d.run = "
    "r.run)"
    " LEFT JOIN pg_temp.the_delivery t USING (delivery)"
    " CROSS JOIN LATERAL (SELECT CASE WHEN d.state = 'undone' AND d.undone_run > r.run THEN 'published'"
    "   ELSE d.state END AS state) s"
    " CROSS JOIN LATERAL (SELECT coalesce(bool_and(EXISTS (SELECT FROM intake.file g JOIN intake.delivery e"
    "     USING (delivery) WHERE f.snapshot AND g.snapshot AND g.kind = f.kind AND g.spec_path = f.spec_path"
    "       AND e.source = 'file' AND e.county = d.county AND e.delivery > f.delivery AND e.run <= r.run"
    "       AND e.rank >= d.rank AND (e.state = 'published' OR e.state = 'undone' AND e.undone_run > "
    "r.run))), false)"
    "   AS replaced FROM intake.file f WHERE f.delivery = coalesce(d.parent, d.delivery)) n";

static long number(const PGresult *result, int column) {
    return strtol(PQgetvalue(result, 0, column), NULL, 10);
}

Test(stand, passes_over_all_say_what_each_says, .fini = stop_server) {
    static const char *const seeds[] = {"SELECT setseed(0.1)", "SELECT setseed(0.2)", "SELECT setseed(0.3)"};
    long speak = 0, replaced = 0;
    language_set(LANGUAGE_ZH);
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server));
    for (size_t s = 0; s < sizeof seeds / sizeof *seeds; s++) {
        cr_assert(server_run(&server,
                             "TRUNCATE intake.run, intake.delivery, intake.file RESTART IDENTITY CASCADE"));
        cr_assert(server_run(&server, seeds[s]) && server_run(&server, books));
        for (int run = 1; run <= 6; run++) {
            struct arena arena = {0};
            struct report report;
            struct error error = {0};
            struct report_options options = server_options("/nonexistent");
            options.run = run;
            cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
            PGresult *result = PQexec(server.connection, plainly);
            cr_assert(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(server.connection));
            cr_expect_eq(number(result, 0), 0, "%s, run %d: %ld differ", seeds[s], run, number(result, 0));
            cr_expect_eq(number(result, 3), number(result, 4), "%s, run %d", seeds[s], run);
            speak += number(result, 1), replaced += number(result, 2);
            PQclear(result);
            report_close(&report);
            arena_free(&arena);
        }
    }
    cr_expect(speak > 1000 && replaced > 100, "%ld speak, %ld replaced", speak, replaced);
}
