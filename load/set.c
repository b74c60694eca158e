/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/set.h"
#include "core/language.h"
#include "core/shipped.h"
#include "load/lane.h"
#include <stdio.h>
#include <stdlib.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { STEPS_MAX = 64, HASH_BYTES = 17 };

struct steps {
    struct shipped files[STEPS_MAX];
    uint32_t count;
    /* Of what they are and of the tables that they go by: where one is another, every county is seen again.
     */
    char hash[2 * HASH_BYTES];
    const char *event, *cover; /* who is who and how cover is judged, as of now: the last event, a hash */
    bool without_cover;        /* nobody can say how cover is judged */
};

static void find_steps(struct steps *steps) {
    uint64_t at = 0, hash = 0;
    for (struct shipped file; steps->count < STEPS_MAX && shipped_next(&at, &file);) {
        bool step = shipped_under(&file, "transform/set/");
        if ((!step && !shipped_under(&file, "transform/cover/")) ||
            memcmp(file.path.bytes + file.path.size - 4, ".sql", 4) != 0)
            continue;
        if (step) steps->files[steps->count++] = file;
        hash = XXH3_64bits_withSeed(file.bytes.bytes, file.bytes.size, hash);
    }
    snprintf(steps->hash, HASH_BYTES, "%016jx", (uintmax_t)hash);
}

/* Lines "\include PATH" stand for that shipped file, as in psql: a step may begin with what others share. */
static struct span step_text(struct arena *arena, struct span text) {
    static const char word[] = "\n\\include ";
    const char *end = text.bytes + text.size, *found = memmem(text.bytes, text.size, word, sizeof word - 1);
    if (!found) return text;
    const char *path = found + sizeof word - 1, *stop = memchr(path, '\n', (size_t)(end - path));
    struct span file = {0};
    if (!stop || !shipped_find(lane_format(arena, "%.*s", (int)(stop - path), path), &file)) abort();
    struct span rest = step_text(arena, (struct span){stop, (size_t)(end - stop)});
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

/* Ledgers and records say nothing of each other, so the steps of ledgers (70 to 79) go on beside the others.
 */
static bool is_ledger(const struct shipped *file) {
    return file->path.bytes[sizeof "transform/set/" - 1] == '7';
}

/* Two runs must not both take back and say again: one waits for the other.  Hash joins of what was just
   loaded: 0.55 s against 1.75 for the planner's merge of 550,000 rows.  Nothing waits for the disk before
   intake.checked is written: what is lost with the machine is looked at again. */
static const char *step_sql(struct arena *arena, const struct registry *registry, const struct steps *steps,
                            uint32_t step, const char *county) {
    const struct shipped *file = &steps->files[step];
    return lane_format(arena,
                       "BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL enable_mergejoin = off;"
                       "SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off;"
                       "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:set%s', 0)),"
                       "set_config('tongchou.run', '%d', true), set_config('tongchou.step', '%u', false);"
                       "%s;COMMIT;",
                       is_ledger(file) ? ":ledger" : "", registry->run, step,
                       set_sql(arena, step_text(arena, file->bytes), county));
}

/* Takes back the step that failed, and names it. */
static bool step_failed(struct session *session, const struct steps *steps, uint32_t step,
                        struct error *error) {
    if (session_lost(session)) return false;
    session_take_back(session);
    const struct span path = steps->files[step].path;
    if (*session->state)
        error_code(error, error->trouble, NULL,
                   TEXT("整表核对 %.*s 未完成，SQLSTATE %s", "the set check %.*s failed, SQLSTATE %s"),
                   (int)path.size, path.bytes, session->state);
    return false;
}

static bool run_step(struct registry *registry, const struct steps *steps, uint32_t step, const char *county,
                     struct error *error) {
    struct arena arena = {0};
    bool ok = session_run(&registry->session, step_sql(&arena, registry, steps, step, county), error);
    arena_free(&arena);
    return ok || step_failed(&registry->session, steps, step, error);
}

/* A person's rows are asked for one by one (trace, person show) and for all by hashing, so the index is made
   here, once the county's rows are published and beside the longer checks.  No law needs it: a failure is
   none. */
static const char index_sql[] =
    "DO $index$ DECLARE t record; BEGIN"
    " FOR t IN SELECT c.oid::regclass AS place, c.relname AS name FROM pg_inherits JOIN pg_class c ON c.oid ="
    " inhrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'src_psn_no' AND NOT a.attisdropped"
    " WHERE c.relnamespace IN ('record'::regnamespace, 'fund'::regnamespace) AND c.relkind = 'r'"
    " AND c.relname LIKE '%%\\_%s' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND"
    " i.indkey[0] = a.attnum)"
    " LOOP EXECUTE format('CREATE INDEX %%I ON %%s (src_psn_no)', t.name || '_person', t.place); END LOOP;"
    " EXCEPTION WHEN OTHERS THEN NULL; END $index$;";

/* All of them in one go: nobody looks at that connection before the other steps are done. */
static bool send_ledger(struct registry *registry, struct session *beside, const struct steps *steps,
                        const char *county, struct error *error) {
    struct arena arena = {0};
    const char *sql = "SELECT set_config('tongchou.step', '-1', false);";
    for (uint32_t i = 0; i < steps->count; i++)
        if (is_ledger(&steps->files[i]))
            sql = lane_format(&arena, "%s%s", sql, step_sql(&arena, registry, steps, i, county));
    sql = lane_format(&arena, "%s%s", sql, lane_format(&arena, index_sql, county));
    bool ok = session_send(beside, sql, error);
    arena_free(&arena);
    return ok;
}

static bool needs_cover(const struct shipped *file) {
    static const char word[] = "\n-- needs: cover\n";
    return memmem(file->bytes.bytes, file->bytes.size, word, sizeof word - 1) != NULL;
}

/* The step that failed is the one after the last that was committed. */
static bool await_ledger(struct session *beside, const struct steps *steps, struct error *error) {
    PGresult *result = session_receive(beside, "transform/set/7", error);
    PQclear(result);
    if (result) return true;
    if (!session_take_back(beside)) return false;
    char state[sizeof beside->state];
    memcpy(state, beside->state, sizeof state);
    struct error ignored = {0};
    PGresult *last = session_ask(beside, "SELECT current_setting('tongchou.step')", 0, NULL, &ignored);
    uint32_t step = last ? (uint32_t)(strtol(PQgetvalue(last, 0, 0), NULL, 10) + 1) : steps->count;
    PQclear(last);
    while (step < steps->count && !is_ledger(&steps->files[step])) step++;
    memcpy(beside->state, state, sizeof state);
    return step < steps->count && step_failed(beside, steps, step, error);
}

static bool run_county(struct registry *registry, const struct steps *steps, const char *county,
                       struct error *error) {
    struct session beside = {0};
    struct error ignored = {0};
    bool apart = session_open(&beside, registry->database, "tongchou set", &ignored);
    bool ok = !apart || send_ledger(registry, &beside, steps, county, error);
    for (uint32_t i = 0; ok && i < steps->count; i++)
        if (!(apart && is_ledger(&steps->files[i])) &&
            !(steps->without_cover && needs_cover(&steps->files[i])))
            ok = run_step(registry, steps, i, county, error);
    if (apart && !await_ledger(&beside, steps, ok ? error : &ignored)) ok = false;
    session_close(&beside);
    char run[24];
    snprintf(run, sizeof run, "%d", registry->run);
    const char *arguments[] = {county, steps->hash, run, steps->event,
                               steps->without_cover ? "blocked" : steps->cover};
    /* A run that is still under way elsewhere, or died, may have changed the county since: it does not
       count as seen. */
    return ok &&
           session_tell(&registry->session,
                        "INSERT INTO intake.checked SELECT $1, coalesce(max(r.run), 0), $2, $4::bigint, $5 "
                        "FROM intake.run r"
                        " WHERE (r.run = $3::int OR r.finished IS NOT NULL) AND EXISTS (SELECT FROM"
                        " intake.delivery d WHERE d.county = $1 AND r.run IN (d.run, d.undone_run))"
                        " ON CONFLICT (county) DO UPDATE SET run = excluded.run, steps = excluded.steps,"
                        " identity_event = excluded.identity_event, cover = excluded.cover",
                        5, arguments, NULL, error);
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
static bool read_now(struct registry *registry, struct arena *arena, struct steps *steps,
                     struct error *error) {
    PGresult *now = session_ask(
        &registry->session,
        "SELECT coalesce(max(event), 0), cover.judged(),"
        " left(md5(concat_ws('/', (SELECT string_agg(r::text, ',' ORDER BY name, level) FROM fund.reference "
        "r),"
        " (SELECT string_agg(value, ',' ORDER BY name) FROM fund.setting))), 16) FROM identity.event",
        0, NULL, error);
    if (!now) return false;
    steps->event = lane_format(arena, "%s", PQgetvalue(now, 0, 0));
    steps->cover = lane_format(arena, "%s", PQgetvalue(now, 0, 1));
    snprintf(steps->hash + strlen(steps->hash), HASH_BYTES, "%s", PQgetvalue(now, 0, 2));
    PQclear(now);
    return true;
}

bool set_county(struct registry *registry, const char *county, struct error *error) {
    struct arena arena = {0};
    struct steps steps = {0};
    find_steps(&steps);
    bool ok = read_now(registry, &arena, &steps, error) && run_county(registry, &steps, county, error);
    arena_free(&arena);
    return ok;
}

static bool run_changed(struct registry *registry, const struct steps *steps, uint32_t *again,
                        struct error *error) {
    char run[24];
    snprintf(run, sizeof run, "%d", registry->run);
    /* NULL differs from nothing: no county is looked at again for it. */
    const char *arguments[] = {run, steps->hash, steps->without_cover ? NULL : steps->cover};
    PGresult *result = session_ask(&registry->session, changed_sql, 3, arguments, error);
    if (!result) return false;
    bool ok = true;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        *again += PQgetvalue(result, i, 1)[0] == 't';
        ok = run_county(registry, steps, PQgetvalue(result, i, 0), error);
    }
    PQclear(result);
    /* Nobody of the other counties moved up to here. */
    return ok &&
           session_tell(&registry->session,
                        "UPDATE intake.checked SET identity_event = $1 WHERE identity_event < $1::bigint", 1,
                        &steps->event, NULL, error);
}

static bool run_all(struct registry *registry, bool without_cover, uint32_t *again, struct error *error) {
    struct arena arena = {0};
    struct steps steps = {.without_cover = without_cover};
    uint32_t ignored = 0;
    find_steps(&steps);
    bool ok = read_now(registry, &arena, &steps, error) &&
              run_changed(registry, &steps, again ? again : &ignored, error);
    arena_free(&arena);
    return ok;
}

bool set_run(struct registry *registry, uint32_t *again, struct error *error) {
    return run_all(registry, false, again, error);
}
bool set_run_without_cover(struct registry *registry, uint32_t *again, struct error *error) {
    return run_all(registry, true, again, error);
}
