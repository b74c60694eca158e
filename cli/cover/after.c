/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/cover/after.h"
#include "cli/cover/cover.h"
#include "load/finding.h"

static struct covering *borrow(struct registry *registry, const struct city *city, struct arena *arena) {
    struct covering *at = ARENA_NEW(arena, struct covering, 1);
    *at = (struct covering){.arena = arena, .city = *city, .session = &registry->session};
    return at;
}

static bool keep(struct covering *at, struct error *error) {
    const char *arguments[] = {arena_print(at->arena, "%d", at->city.cutover),
                               arena_print(at->arena, "%d", COVER_IDLE_DAYS)};
    return cover_schemes(at, error) && session_run(at->session, "DELETE FROM cover.setting", error) &&
           (at->city.cutover == INT32_MIN ||
            session_tell(
                at->session,
                "INSERT INTO cover.setting (until, tolerance_days, idle_days) VALUES ('2000-01-01'::date"
                " + $1::int, 0, $2::int)",
                2, arguments, NULL, error));
}

bool cover_keep(struct registry *registry, const struct city *city, struct arena *arena,
                struct error *error) {
    struct covering *at = borrow(registry, city, arena);
    struct error ignored = {0};
    bool ok = session_run(at->session, COVER_BEGIN, error) && keep(at, error) &&
              session_run(at->session, "COMMIT", error);
    if (!ok && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    return ok;
}

bool cover_blocked(struct registry *registry, const struct error *why, struct arena *arena,
                   struct error *error) {
    if (why)
        return registry_finding(
            registry,
            &(struct finding){.code = "cover.tables",
                              .state = "blocked",
                              .subject = "",
                              .detail = arena_print(arena, "file=%s;row=%ju;column=%ju", why->at.source,
                                                    (uintmax_t)why->at.row, (uintmax_t)why->at.column)},
            error);
    const char *run = arena_print(arena, "%d", registry->run);
    return session_tell(&registry->session,
                        "INSERT INTO intake.finding (run, check_code, state, subject) SELECT $1::int,"
                        " check_code, 'held', subject FROM intake.finding f WHERE check_code = 'cover.tables'"
                        " AND state = 'blocked' AND NOT EXISTS (SELECT FROM intake.finding l WHERE"
                        " l.check_code = f.check_code AND l.finding > f.finding)",
                        1, &run, NULL, error);
}

bool cover_check(struct registry *registry, const struct city *city, struct arena *arena,
                 struct error *error) {
    struct covering *at = borrow(registry, city, arena);
    struct cover_rules rules;
    struct error ignored = {0};
    bool ok = session_run(at->session, "BEGIN", error) && cover_rules(at, &rules, error);
    if (!session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    return ok;
}

bool cover_after(struct registry *registry, const struct city *city, struct invocation *invocation,
                 struct error *error) {
    static const struct cover_options defaults = {.idle_days = COVER_IDLE_DAYS};
    struct covering *at = borrow(registry, city, invocation->arena);
    at->invocation = invocation;
    at->options = &defaults;
    const char *now, *last;
    if (!city->cover) return true;
    if (!cover_state(at, &now, &last, error)) return false;
    return strcmp(now, last) == 0 || cover_search(at, false, NULL, error);
}
