/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/work.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>

/* What a run looks at of rows that were sent back: the files when no spec or table changed, their rows only
   when one did. */

static struct journey journey;
static void setup(void) { journey_begin_at(&journey, JOURNEY_PUBLISHED); }
static void teardown(void) { journey_end(&journey); }
TestSuite(reevaluate, .init = setup, .fini = teardown, .timeout = JOURNEY_SECONDS);

enum { MANY = 5000 };

/* Rows of intake.reject that one look at the county reads, and nothing is judged again. */
static long rows_read(void) {
    static _Atomic bool stop;
    struct work work;
    struct error error = {0};
    struct invocation invocation = {
        .arena = &journey.arena, .city = journey.city, .quiet = true, .stop = &stop};
    cr_assert(work_open(&work, &invocation, "linzhu", &error) && work_begin(&work, "run", false, &error),
              "%s", error.message);
    struct session *session = &work.registry.session;
    cr_assert(session_run(session, "BEGIN", &error) && work_reevaluate(&work, &work.districts[0], &error),
              "%s", error.message);
    PGresult *result = session_ask(session,
                                   "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE"
                                   " relid = 'intake.reject'::regclass",
                                   0, NULL, &error);
    cr_assert(result, "%s", error.message);
    long rows = strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    cr_assert(session_run(session, "ROLLBACK", &error), "%s", error.message);
    cr_expect_eq(work.published, 0);
    work_close(&work);
    return rows;
}

Test(reevaluate, no_row_is_listed_before_a_spec_or_table_changed) {
    long files = strtol(journey_ask(&journey, "SELECT count(DISTINCT file) FROM intake.waiting WHERE county ="
                                              " '690181'"),
                        NULL, 10);
    cr_assert_gt(files, 0);
    journey_ask(&journey, arena_print(&journey.arena,
                                      "WITH more AS (INSERT INTO intake.reject (file, source_row, bucket,"
                                      " state, fen) SELECT file, 100000 + g, 'rejected', 'open', fen FROM"
                                      " (SELECT DISTINCT ON (file) file, fen FROM intake.waiting WHERE county"
                                      " = '690181') w, generate_series(1, %d) g RETURNING 1) SELECT count(*)"
                                      " FROM more",
                                      MANY));
    long rows = rows_read();
    cr_expect_leq(rows, files, "%ld rows of %ld files were read", rows, files);
    const char *open = arena_print(&journey.arena, "还有 %s 行退回未了结",
                                   journey_ask(&journey, "SELECT count(DISTINCT (delivery, member,"
                                                         " source_row)) FROM intake.waiting"));
    journey_expect(&journey, "run -q", 0, open);
}
