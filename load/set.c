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

static bool run_step(struct registry *registry, const struct shipped *file, const char *county,
                     struct error *error) {
    struct arena arena = {0};
    char number[24];
    snprintf(number, sizeof number, "%d", registry->run);
    const char *argument = number;
    struct session *session = &registry->session;
    /* Two runs must not both take back and say again: one waits for the other. */
    /* Hash joins of what was just loaded: 0.55 s against 1.75 for the planner's merge of 550,000 rows. */
    bool ok =
        session_run(session,
                    "BEGIN; SET LOCAL lock_timeout = '60s'; SET LOCAL enable_mergejoin = off;"
                    "SET LOCAL work_mem = '256MB';"
                    "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:set', 0))",
                    error) &&
        session_tell(session, "SELECT set_config('tongchou.run', $1, true)", 1, &argument, NULL, error) &&
        session_run(session, set_sql(&arena, step_text(&arena, file->bytes), county), error) &&
        session_run(session, "COMMIT", error);
    arena_free(&arena);
    struct error ignored = {0};
    if (!ok && !session_lost(session)) session_run(session, "ROLLBACK", &ignored);
    if (!ok && !session_lost(session) && *session->state)
        error_code(error, error->trouble, NULL,
                   TEXT("整表核对 %.*s 未完成，SQLSTATE %s", "the set check %.*s failed, SQLSTATE %s"),
                   (int)file->path.size, file->path.bytes, session->state);
    return ok;
}

static bool needs_cover(const struct shipped *file) {
    static const char word[] = "\n-- needs: cover\n";
    return memmem(file->bytes.bytes, file->bytes.size, word, sizeof word - 1) != NULL;
}

static bool run_county(struct registry *registry, const struct steps *steps, const char *county,
                       struct error *error) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < steps->count; i++)
        if (!steps->without_cover || !needs_cover(&steps->files[i]))
            ok = run_step(registry, &steps->files[i], county, error);
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
