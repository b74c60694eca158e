/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/registry.h"
#include <stdio.h>
#include <string.h>

/* What a run holds while its session lives: its number and its counties; and what becomes of them, and of a
   COMMIT, when the connection is lost. */

/* How long the server may take to notice that the old session is gone. */
#define OLD_SESSION "60s"

enum { NUMBER_BYTES = 16 };

static const char *run_text(const struct registry *registry, char text[NUMBER_BYTES]) {
    snprintf(text, NUMBER_BYTES, "%d", registry->run);
    return text;
}

bool registry_hold(struct registry *registry, struct error *error) {
    char text[NUMBER_BYTES];
    const char *run = run_text(registry, text);
    return session_tell(&registry->session,
                        "UPDATE intake.run SET backend_pid = pg_backend_pid() WHERE run = $1::int", 1, &run,
                        NULL, error) &&
           session_tell(&registry->session,
                        "SELECT pg_advisory_lock(hashtextextended('tongchou:run:' || $1, 0))", 1, &run, NULL,
                        error);
}

/* Who has the lock: advisory locks show their two halves and their holder in pg_locks. */
static bool holder(struct registry *registry, const char *county, struct error *error) {
    PGresult *result =
        session_ask(&registry->session,
                    "SELECT r.run, to_char(r.started AT TIME ZONE current_setting('TimeZone'),"
                    " 'YYYY-MM-DD HH24:MI:SS'), r.operator FROM pg_locks l JOIN intake.run r"
                    " ON r.backend_pid = l.pid AND r.finished IS NULL"
                    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
                    " AND (l.classid::bigint << 32 | l.objid::bigint)"
                    " = hashtextextended('tongchou:county:' || $1, 0) ORDER BY r.run DESC LIMIT 1",
                    1, &county, error);
    if (!result) return false;
    bool known = PQntuples(result) == 1;
    error_code(error, TROUBLE_LATER, NULL,
               TEXT("%s 正由第 %s 次处理占用(%s 起，%s)，请稍后再运行",
                    "%s is held by run %s (since %s, %s); run again later"),
               county, known ? PQgetvalue(result, 0, 0) : "?", known ? PQgetvalue(result, 0, 1) : "?",
               known ? PQgetvalue(result, 0, 2) : "?");
    PQclear(result);
    return false;
}

static bool take(struct registry *registry, const char *county, struct error *error) {
    PGresult *result = session_ask(
        &registry->session, "SELECT pg_try_advisory_lock(hashtextextended('tongchou:county:' || $1, 0))", 1,
        &county, error);
    if (!result) return false;
    bool taken = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return taken || holder(registry, county, error);
}

bool registry_lock(struct registry *registry, const char *county, struct error *error) {
    if (!take(registry, county, error)) return false;
    uint32_t at = 0;
    while (at < registry->held_count && strcmp(registry->held[at], county) != 0) at++;
    if (at == registry->held_count && at < REGISTRY_HELD_MAX)
        snprintf(registry->held[registry->held_count++], REGISTRY_COUNTY_BYTES, "%s", county);
    return true;
}

void registry_unlock(struct registry *registry, const char *county) {
    struct error ignored = {0};
    session_tell(&registry->session,
                 "SELECT pg_advisory_unlock(hashtextextended('tongchou:county:' || $1, 0))", 1, &county, NULL,
                 &ignored);
    uint32_t at = 0;
    while (at < registry->held_count && strcmp(registry->held[at], county) != 0) at++;
    if (at < registry->held_count)
        memmove(registry->held[at], registry->held[--registry->held_count], REGISTRY_COUNTY_BYTES);
}

/* The server may not know yet that nobody speaks to the old session, which may still be at its COMMIT: it is
   asked to end, and the run's lock is free once it has ended. */
static bool end_old(struct registry *registry, struct error *error) {
    char text[NUMBER_BYTES];
    const char *run = run_text(registry, text);
    return session_tell(&registry->session,
                        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                        " AND granted AND objsubid = 1 AND pid <> pg_backend_pid() AND database ="
                        " (SELECT oid FROM pg_database WHERE datname = current_database())"
                        " AND (classid::bigint << 32 | objid::bigint) ="
                        " hashtextextended('tongchou:run:' || $1, 0)",
                        1, &run, NULL, error) &&
           session_run(&registry->session, "SET lock_timeout = '" OLD_SESSION "'", error) &&
           registry_hold(registry, error) && session_run(&registry->session, "RESET lock_timeout", error);
}

/* A session that ends lets go of its locks one after the other, so the county may be free a moment after the
   run is. */
static bool take_again(struct registry *registry, const char *county, struct error *why) {
    struct error ignored = {0};
    struct session *session = &registry->session;
    bool taken =
        session_run(session, "SET lock_timeout = '5s'", &ignored) &&
        session_tell(session, "SELECT pg_advisory_lock(hashtextextended('tongchou:county:' || $1, 0))", 1,
                     &county, NULL, &ignored);
    return session_run(session, "RESET lock_timeout", &ignored) && (taken || holder(registry, county, why));
}

/* Between the two sessions the counties were anybody's. */
static void hold_counties(struct registry *registry) {
    struct error why = {0};
    for (uint32_t i = 0; i < registry->held_count; i++) {
        if (registry->unheld.message[0] || take_again(registry, registry->held[i], &why)) continue;
        error_code(&registry->unheld, TROUBLE_LATER, NULL,
                   TEXT("与数据库的连接断过，其间 %s；上面说已入库的都算数，整表核对和报告由下一次 "
                        "tongchou run 补做",
                        "the connection to the database was lost, and meanwhile %s; what is said above to be "
                        "published stands, and the next tongchou run makes the checks and the papers"),
                   why.message);
    }
}

bool registry_reopen(struct registry *registry, struct error *error) {
    session_close(&registry->session);
    if (!session_open(&registry->session, registry->database, "tongchou", error)) return false;
    if (!end_old(registry, error)) return session_close(&registry->session), false;
    hold_counties(registry);
    return true;
}

bool registry_held(const struct registry *registry, struct error *error) {
    if (registry->unheld.message[0]) *error = registry->unheld;
    return !registry->unheld.message[0];
}

/* NULL: nobody can say; else "committed", or "aborted". */
static PGresult *ask_fate(struct registry *registry, const char *transaction) {
    struct error again = {0};
    return registry_reopen(registry, &again)
               ? session_ask(&registry->session, "SELECT pg_xact_status($1::xid8)", 1, &transaction, &again)
               : NULL;
}

bool registry_commit(struct registry *registry, struct error *error) {
    struct session *session = &registry->session;
    char transaction[NUMBER_BYTES * 2];
    PGresult *result =
        session_ask(session, "SELECT coalesce(pg_current_xact_id_if_assigned()::text, '')", 0, NULL, error);
    if (!result) return false;
    snprintf(transaction, sizeof transaction, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    if (session_run(session, "COMMIT", error)) return true;
    if (!session_lost(session) || !*transaction) return false;
    result = ask_fate(registry, transaction);
    const char *fate = result && PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "";
    bool committed = strcmp(fate, "committed") == 0;
    if (!committed && strcmp(fate, "aborted") != 0)
        error_code(
            error, TROUBLE_LATER, "commit.unknown", "%s",
            TEXT("提交时与数据库的连接断开，不知道是否已提交；数据库恢复后再运行，会先查清再往下做",
                 "the connection was lost at COMMIT, and whether it took place is not known; run again "
                 "when the database is back: it looks first"));
    if (committed) *error = (struct error){.at = error->at};
    PQclear(result);
    return committed;
}
