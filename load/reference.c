/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/reference.h"
#include "core/language.h"
#include "load/lane.h"

static bool known(struct session *session, const struct reference *reference, const char *level, bool *same,
                  struct error *error) {
    const char *arguments[] = {reference->name, level, reference->sha256};
    PGresult *result = session_ask(session,
                                   "SELECT coalesce((SELECT sha256 FROM fund.reference WHERE name = $1 AND"
                                   " level = $2::int), '') = $3",
                                   3, arguments, error);
    if (!result) return false;
    *same = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return true;
}

/* The bytes go through a table of the file's columns, so that the server's own CSV reader checks them. */
static bool replace(struct session *session, const struct reference *reference, struct arena *arena,
                    struct error *error) {
    const char *name = reference->name;
    struct span csv = reference->csv;
    bool marked = csv.size >= 3 && memcmp(csv.bytes, "\xEF\xBB\xBF", 3) == 0;
    if (!session_run(session,
                     lane_format(arena,
                                 "CREATE TEMP TABLE reference_in (LIKE fund.%s_row) ON COMMIT DROP;"
                                 "ALTER TABLE pg_temp.reference_in DROP COLUMN overlay",
                                 name),
                     error))
        return false;
    if (csv.size &&
        !(session_copy_begin(session, "COPY pg_temp.reference_in FROM STDIN (FORMAT csv, HEADER match)",
                             error) &&
          session_copy_send(session, csv.bytes + (marked ? 3 : 0), csv.size - (marked ? 3 : 0), error) &&
          session_copy_end(session, NULL, error))) {
        if (session_lost(session)) return false;
        error->at.source = reference->path;
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("这张表读不了(SQLSTATE %s)：列名要与自带的表一样，日期写 yyyy-mm-dd，每行列数相同",
                 "this table cannot be read (SQLSTATE %s): the columns are those of the shipped"
                 " table, dates are yyyy-mm-dd, every row has all cells"),
            session->state);
    }
    return session_run(session,
                       lane_format(arena,
                                   "DELETE FROM fund.%s_row WHERE overlay = %d;"
                                   "INSERT INTO fund.%s_row SELECT *, %d FROM pg_temp.reference_in;"
                                   "DELETE FROM fund.reference WHERE name = '%s' AND level = %d;"
                                   "INSERT INTO fund.reference VALUES ('%s', %d, '%s')",
                                   name, reference->level, name, reference->level, name, reference->level,
                                   name, reference->level, reference->sha256),
                       error);
}

bool reference_fill(struct registry *registry, const struct reference *reference, struct error *error) {
    struct session *session = &registry->session;
    struct arena arena = {0};
    bool same = false;
    const char *level = lane_format(&arena, "%d", reference->level);
    bool ok = known(session, reference, level, &same, error);
    if (ok && !same) {
        ok = session_run(session,
                         "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('tongchou:reference', 0))",
                         error) &&
             replace(session, reference, &arena, error) && session_run(session, "COMMIT", error);
        struct error ignored = {0};
        if (!ok && !session_lost(session)) session_run(session, "ROLLBACK", &ignored);
    }
    arena_free(&arena);
    return ok;
}
