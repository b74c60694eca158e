/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/set.h"
#include "core/language.h"
#include "core/shipped.h"
#include "load/lane.h"
#include "load/step.h"
#include <stdio.h>
#include <stdlib.h>

enum { HASH_BYTES = 17 };

struct checking {
    struct steps steps;
    /* Of what they are and of the tables that they go by: where one is another, every county is seen again.
     */
    char hash[2 * HASH_BYTES];
    const char *event, *cover; /* who is who and how cover is judged, as of now: the last event, a hash */
    bool without_cover;        /* nobody can say how cover is judged */
    bool all;                  /* also steps that have nothing new to read */
    struct set_seen *seen;
};

/* Lines "\include PATH" stand for that shipped file, as in psql: a step may begin with what others share. */
struct span set_text(struct arena *arena, struct span text) {
    static const char word[] = "\n\\include ";
    const char *end = text.bytes + text.size, *found = memmem(text.bytes, text.size, word, sizeof word - 1);
    if (!found) return text;
    const char *path = found + sizeof word - 1, *stop = memchr(path, '\n', (size_t)(end - path));
    struct span file = {0};
    if (!stop || !shipped_find(lane_format(arena, "%.*s", (int)(stop - path), path), &file)) abort();
    struct span rest = set_text(arena, (struct span){stop, (size_t)(end - stop)});
    const char *whole = lane_format(arena, "%.*s\n%.*s%.*s", (int)(found - text.bytes), text.bytes,
                                    (int)file.size, file.bytes, (int)rest.size, rest.bytes);
    return (struct span){whole, strlen(whole)};
}

const char *set_sql(struct arena *arena, struct span text, const char *county) {
    static const char place[] = ":'county'";
    const char *sql = "", *end = text.bytes + text.size;
    for (const char *at = text.bytes; at < end;) {
        const char *found = memmem(at, (size_t)(end - at), place, sizeof place - 1);
        sql = lane_format(arena, found ? "%s%.*s'%s'" : "%s%.*s", sql, (int)((found ? found : end) - at), at,
                          county);
        at = found ? found + sizeof place - 1 : end;
    }
    return sql;
}

/* Two runs must not both take back and say again: one waits for the other.  Hash joins of what was just
   loaded: 0.55 s against 1.75 for the planner's merge of 550,000 rows.  Nothing waits for the disk before
   intake.checked is written: what is lost with the machine is looked at again. */
static const char *step_sql(struct arena *arena, const struct registry *registry,
                            const struct checking *checking, uint32_t number, const char *county) {
    const struct step *step = &checking->steps.list[number];
    return lane_format(arena,
                       "BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL enable_mergejoin = off;"
                       "SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off;"
                       "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:set%s', 0)),"
                       "set_config('tongchou.run', '%d', true), set_config('tongchou.step', '%u', false),"
                       "set_config('tongchou.step_path', '%s', true);"
                       "DELETE FROM fund.spoken WHERE county = '%s' AND step IN ('', '%s');%s;%s;COMMIT;",
                       step->ledger ? ":ledger" : "", registry->run, number, step->path, county, step->path,
                       set_sql(arena, set_text(arena, step->text), county),
                       step_seen_sql(arena, step, county, registry->run));
}

/* Takes back the step that failed, and names it. */
static bool step_failed(struct session *session, const struct checking *checking, uint32_t number,
                        struct error *error) {
    if (session_lost(session)) return false;
    session_take_back(session);
    if (*session->state)
        error_code(error, error->trouble, NULL,
                   TEXT("整表核对 %s 未完成，SQLSTATE %s", "the set check %s failed, SQLSTATE %s"),
                   checking->steps.list[number].path, session->state);
    return false;
}

static bool run_step(struct registry *registry, const struct checking *checking, uint32_t number,
                     const char *county, struct error *error) {
    struct arena arena = {0};
    bool ok = session_run(&registry->session, step_sql(&arena, registry, checking, number, county), error);
    arena_free(&arena);
    return ok || step_failed(&registry->session, checking, number, error);
}

/* A person's rows are asked for one by one (trace, person show) and for all by hashing, so the index is made
   here, once the county's rows are published and beside the longer checks.  A settlement's number is asked
   for by `policy explain` alone, so of it there is only a sieve of which stretch of the table may hold it:
   5 MB a million, where a b-tree has 40, for the same CPU.  No law needs them: a failure is none. */
static const char index_sql[] =
    "DO $index$ DECLARE t record; BEGIN"
    " FOR t IN SELECT c.oid::regclass AS place, c.relname AS name FROM pg_inherits JOIN pg_class c ON c.oid ="
    " inhrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'src_psn_no' AND NOT a.attisdropped"
    " WHERE c.relnamespace IN ('record'::regnamespace, 'fund'::regnamespace) AND c.relkind = 'r'"
    " AND c.relname LIKE '%%\\_%s' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND"
    " i.indkey[0] = a.attnum)"
    " LOOP EXECUTE format('CREATE INDEX %%I ON %%s (src_psn_no)', t.name || '_person', t.place); END LOOP;"
    " IF to_regclass('record.setl_d_%s') IS NOT NULL THEN CREATE INDEX IF NOT EXISTS setl_d_%s_number ON"
    " record.setl_d_%s USING brin (setl_id text_bloom_ops) WITH (autosummarize); END IF;"
    " EXCEPTION WHEN OTHERS THEN NULL; END $index$;";

/* Whether there is anything for the step to do. */
static bool due(const struct checking *checking, uint32_t number) {
    const struct step *step = &checking->steps.list[number];
    return !step->still && !(checking->without_cover && step->cover);
}

/* All of them in one go: nobody looks at that connection before the other steps are done. */
static bool send_ledger(struct registry *registry, struct session *beside, const struct checking *checking,
                        const char *county, struct error *error) {
    struct arena arena = {0};
    const char *sql = "SELECT set_config('tongchou.step', '-1', false);";
    for (uint32_t i = 0; i < checking->steps.count; i++)
        if (checking->steps.list[i].ledger && due(checking, i))
            sql = lane_format(&arena, "%s%s", sql, step_sql(&arena, registry, checking, i, county));
    sql = lane_format(&arena, "%s%s", sql, lane_format(&arena, index_sql, county, county, county, county));
    bool ok = session_send(beside, sql, error);
    arena_free(&arena);
    return ok;
}

/* The step that failed is the one after the last that was committed. */
static bool await_ledger(struct session *beside, const struct checking *checking, struct error *error) {
    PGresult *result = session_receive(beside, "transform/set/7", error);
    PQclear(result);
    if (result) return true;
    if (!session_take_back(beside)) return false;
    char state[sizeof beside->state];
    memcpy(state, beside->state, sizeof state);
    struct error ignored = {0};
    const struct steps *steps = &checking->steps;
    PGresult *last = session_ask(beside, "SELECT current_setting('tongchou.step')", 0, NULL, &ignored);
    uint32_t number = last ? (uint32_t)(strtol(PQgetvalue(last, 0, 0), NULL, 10) + 1) : steps->count;
    PQclear(last);
    while (number < steps->count && !(steps->list[number].ledger && due(checking, number))) number++;
    memcpy(beside->state, state, sizeof state);
    return number < steps->count && step_failed(beside, checking, number, error);
}

/* A run that is still under way elsewhere, or died, may have changed the county since: it does not count as
   seen. */
static bool write_checked(struct registry *registry, const struct checking *checking, const char *county,
                          struct error *error) {
    char run[24];
    snprintf(run, sizeof run, "%d", registry->run);
    const char *arguments[] = {county, checking->hash, run, checking->event,
                               checking->without_cover ? "blocked" : checking->cover};
    return session_tell(&registry->session,
                        "INSERT INTO intake.checked SELECT $1, coalesce(max(r.run), 0), $2, $4::bigint, $5 "
                        "FROM intake.run r"
                        " WHERE (r.run = $3::int OR r.finished IS NOT NULL) AND EXISTS (SELECT FROM"
                        " intake.delivery d WHERE d.county = $1 AND r.run IN (d.run, d.undone_run))"
                        " ON CONFLICT (county) DO UPDATE SET run = excluded.run, steps = excluded.steps,"
                        " identity_event = excluded.identity_event, cover = excluded.cover",
                        5, arguments, NULL, error);
}

static bool run_due(struct registry *registry, const struct checking *checking, const char *county,
                    struct error *error) {
    struct session beside = {0};
    struct error ignored = {0};
    const struct steps *steps = &checking->steps;
    bool apart = session_open(&beside, registry->database, "tongchou set", &ignored);
    bool ok = !apart || send_ledger(registry, &beside, checking, county, error);
    for (uint32_t i = 0; ok && i < steps->count; i++) {
        if (!due(checking, i)) continue;
        checking->seen->made++;
        if (!apart || !steps->list[i].ledger) ok = run_step(registry, checking, i, county, error);
    }
    if (apart && !await_ledger(&beside, checking, ok ? error : &ignored)) ok = false;
    session_close(&beside);
    return ok;
}

static bool run_county(struct registry *registry, struct checking *checking, const char *county,
                       struct error *error) {
    struct arena arena = {0};
    struct steps *steps = &checking->steps;
    bool ok = step_weigh(steps, &registry->session, county, checking->hash, &arena, error);
    for (uint32_t i = 0; i < steps->count; i++) {
        steps->list[i].still &= !checking->all;
        checking->seen->skipped += steps->list[i].still;
    }
    ok = ok && run_due(registry, checking, county, error) &&
         step_skipped(steps, &registry->session, county, registry->run, &arena, error) &&
         write_checked(registry, checking, county, error);
    arena_free(&arena);
    return ok;
}

/* Counties that this run changed; those that an earlier one changed without coming to its end; those whose
   persons were merged or parted since; and all when the steps, or how cover is judged, are others than last
   time.  The second column: not because of a delivery. */
static const char changed_sql[] =
    "SELECT d.county, c.run IS NOT NULL AND max(greatest(d.run, d.undone_run)) <= least(c.run, $1::int - 1)"
    " FROM intake.delivery d LEFT JOIN intake.checked c USING (county) LEFT JOIN identity.counties_moved("
    "(SELECT min(identity_event) FROM intake.checked)) m USING (county)"
    " WHERE d.state IN ('published', 'undone') AND d.county ~ '^[0-9]+$'"
    " GROUP BY d.county, c.run, c.steps, c.identity_event, c.cover, m.event"
    " HAVING c.run IS NULL OR c.steps <> $2 OR max(greatest(d.run, d.undone_run)) > least(c.run, $1::int - 1)"
    " OR m.event > c.identity_event OR c.cover <> $3"
    " ORDER BY d.county";

/* Before anything is looked at: what changes meanwhile is looked at again. */
static bool read_now(struct registry *registry, struct arena *arena, struct checking *checking,
                     struct error *error) {
    PGresult *now = session_ask(
        &registry->session,
        "SELECT coalesce(max(event), 0), cover.judged(),"
        " left(md5(concat_ws('/', (SELECT string_agg(r::text, ',' ORDER BY name, level) FROM fund.reference "
        "r),"
        " (SELECT string_agg(value, ',' ORDER BY name) FROM fund.setting))), 16) FROM identity.event",
        0, NULL, error);
    if (!now) return false;
    checking->event = lane_format(arena, "%s", PQgetvalue(now, 0, 0));
    checking->cover = lane_format(arena, "%s", PQgetvalue(now, 0, 1));
    snprintf(checking->hash, sizeof checking->hash, "%016jx%.16s", (uintmax_t)checking->steps.hash,
             PQgetvalue(now, 0, 2));
    PQclear(now);
    return true;
}

static bool run_changed(struct registry *registry, struct checking *checking, struct error *error) {
    char run[24];
    snprintf(run, sizeof run, "%d", registry->run);
    /* NULL differs from nothing: no county is looked at again for it. */
    const char *arguments[] = {run, checking->hash, checking->without_cover ? NULL : checking->cover};
    PGresult *result = session_ask(&registry->session, changed_sql, 3, arguments, error);
    if (!result) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        checking->seen->again += PQgetvalue(result, i, 1)[0] == 't';
        ok = run_county(registry, checking, PQgetvalue(result, i, 0), error);
    }
    PQclear(result);
    /* Nobody of the other counties moved up to here. */
    return ok &&
           session_tell(&registry->session,
                        "UPDATE intake.checked SET identity_event = $1 WHERE identity_event < $1::bigint", 1,
                        &checking->event, NULL, error);
}

/* `county`: NULL for all that changed. */
static bool check(struct registry *registry, const char *county, bool without_cover, struct set_seen *seen,
                  struct error *error) {
    struct arena arena = {0};
    struct set_seen ignored = {0};
    struct checking *checking = ARENA_NEW(&arena, struct checking, 1);
    *checking = (struct checking){
        .without_cover = without_cover, .all = county != NULL, .seen = seen ? seen : &ignored};
    step_find(&checking->steps, &arena);
    bool ok =
        read_now(registry, &arena, checking, error) &&
        (county ? run_county(registry, checking, county, error) : run_changed(registry, checking, error));
    arena_free(&arena);
    return ok;
}

bool set_county(struct registry *registry, const char *county, struct error *error) {
    return check(registry, county, false, NULL, error);
}
bool set_run(struct registry *registry, struct set_seen *seen, struct error *error) {
    return check(registry, NULL, false, seen, error);
}
bool set_run_without_cover(struct registry *registry, struct set_seen *seen, struct error *error) {
    return check(registry, NULL, true, seen, error);
}
