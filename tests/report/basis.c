/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Why a case of double cover was proposed so, in English: by the rule's name while its sentence is the
   shipped one; what a city wrote in its own table is shown as it wrote it. */
#include "core/language.h"
#include "report/report.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>

static struct server server;
static void stop_server(void) {
    if (server.connection) server_stop(&server);
    language_set(LANGUAGE_ZH);
}

static void expect_none(const char *what, const char *sql) {
    PGresult *rows = PQexec(server.connection, sql);
    cr_assert(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s", PQerrorMessage(server.connection));
    for (int r = 0; r < PQntuples(rows); r++)
        cr_expect_fail("%s: %s said as %s", what, PQgetvalue(rows, r, 0), PQgetvalue(rows, r, 1));
    PQclear(rows);
}

static void expect_count(const char *sql, const char *count) {
    PGresult *rows = PQexec(server.connection, sql);
    cr_assert(PQresultStatus(rows) == PGRES_TUPLES_OK, "%s", PQerrorMessage(server.connection));
    cr_expect_str_eq(PQgetvalue(rows, 0, 0), count, "%s", sql);
    PQclear(rows);
}

Test(basis, a_shipped_rule_is_said_in_english_and_a_citys_own_as_it_is, .fini = stop_server) {
    static const char of_rule[] = "SELECT r.rule, s.said FROM pg_temp.the_rule r CROSS JOIN LATERAL (SELECT "
                                  "pg_temp.cover_basis(r.rule, r.basis || more) AS said FROM (VALUES (''), "
                                  "(cover.left_open('zh'))) m (more)) s ";
    char sql[1024];
    struct arena arena = {0};
    struct error error = {0};
    struct report report;
    struct report_options options = server_options("/tmp");
    cr_assert(server_start(&server), "no PostgreSQL that a test may start: see ./deps test");
    cr_assert(server_schema(&server) && server_file(&server, "tests/report/city.sql"));
    language_set(LANGUAGE_EN);
    cr_assert(report_open(&report, server.connection, &options, &arena, &error), "%s", error.message);
    expect_count("SELECT count(*) > 10 FROM pg_temp.the_rule", "t");
    snprintf(sql, sizeof sql, "%s WHERE s.said ~ '[^ -~]'", of_rule);
    expect_none("a shipped rule", sql);
    snprintf(sql, sizeof sql,
             "SELECT count(*) = (SELECT count(*) FROM pg_temp.the_rule) FROM (%s WHERE s.said "
             "LIKE '%%would leave a gap%%') x",
             of_rule);
    expect_count(sql, "t");
    expect_count("SELECT pg_temp.cover_basis('none', '没有规则适用')", "no rule applies");
    expect_count("SELECT pg_temp.cover_basis('retired', '本市〔2021〕5号：保留居民')",
                 "本市〔2021〕5号：保留居民");
    expect_count("SELECT pg_temp.cover_basis('ours', '人员已死亡：自死亡次月起终止；核对名单后执行')",
                 "人员已死亡：自死亡次月起终止；核对名单后执行");
    report_close(&report);
    arena_free(&arena);
}
