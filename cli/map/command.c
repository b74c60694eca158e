/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Mapping tables as their keepers see them: what is missing, what is wrong, what a change would touch. */
#include "cli/map/map.h"
#include "cli/map/moves.h"
#include "cli/show.h"
#include "core/language.h"
#include <stdlib.h>

/* Rows of published deliveries while they are open, those of a refused delivery until it is sent again, and
   published rows that keep the county's code (unmapped: keep); after a trial also what it found. */
#define OPEN_CODES                                                                                           \
    "WITH code AS (SELECT d.county, r.file, r.source_row, f.spec_path, coalesce(substring(r.detail FROM "    \
    "'table=([^;]*)'),"                                                                                      \
    " r.target_column) AS table_name, coalesce(r.value, '') AS value, r.code = 'code.draft_only' AS draft,"  \
    " coalesce(r.fen, 0) AS fen FROM intake.reason r JOIN intake.file f USING (file) JOIN intake.delivery "  \
    "d USING (delivery)"                                                                                     \
    " LEFT JOIN intake.reject j ON j.file = r.file AND j.source_row = r.source_row"                          \
    " WHERE r.code IN ('code.unmapped', 'code.draft_only', 'code.unmapped_kept') AND d.source IN ('file', "  \
    "'again')"                                                                                               \
    " AND NOT EXISTS (SELECT FROM intake.delivery a WHERE a.source = 'again' AND a.state = 'published' AND " \
    "a.delivery > d.delivery AND a.parent IN (d.delivery, d.parent))"                                        \
    " AND (d.state = 'published' AND (j.bucket = 'rejected' AND j.state = 'open' OR j.reject IS NULL)"       \
    " OR d.state = 'refused' AND (j.bucket = 'rejected' OR j.reject IS NULL)"                                \
    " AND NOT EXISTS (SELECT FROM intake.delivery e WHERE e.county = d.county"                               \
    " AND e.delivery > d.delivery AND e.state <> 'trial' AND (e.sha256 = d.sha256 OR e.path = d.path))"      \
    " OR d.state = 'trial' AND d.run = (SELECT max(run) FROM intake.run)"                                    \
    " AND (j.bucket = 'rejected' OR j.reject IS NULL))) "

bool map_unmapped(struct session *session, const char *county, struct arena *arena, struct unmapped **list,
                  uint32_t *count, struct error *error) {
    PGresult *result = session_ask(
        session,
        OPEN_CODES
        "SELECT county, min(spec_path), table_name, value, bool_and(draft)::int, count(*), sum(fen),"
        " (count(*) >= 30 AND count(*) * 100 >= sum(count(*)) OVER (PARTITION BY county, table_name))::int"
        " FROM code WHERE $1::text IS NULL OR county = $1 GROUP BY county, table_name, value ORDER BY 6 "
        "DESC, 7 DESC, "
        "3, 4 LIMIT 10000",
        1, &county, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(arena, struct unmapped, *count + 1);
    for (int i = 0; i < (int)*count; i++) {
        const char *text[4];
        for (int c = 0; c < 4; c++) text[c] = arena_print(arena, "%s", PQgetvalue(result, i, c));
        (*list)[i] = (struct unmapped){.county = text[0],
                                       .spec_path = text[1],
                                       .table = {text[2], strlen(text[2])},
                                       .code = text[3],
                                       .draft = PQgetvalue(result, i, 4)[0] == '1',
                                       .often = PQgetvalue(result, i, 7)[0] == '1',
                                       .rows = strtoll(PQgetvalue(result, i, 5), NULL, 10),
                                       .fen = strtoll(PQgetvalue(result, i, 6), NULL, 10)};
    }
    PQclear(result);
    return true;
}

bool map_totals(struct session *session, struct arena *arena, struct unmapped_total **list, uint32_t *count,
                struct error *error) {
    PGresult *result = session_ask(
        session,
        OPEN_CODES "SELECT county, count(DISTINCT (table_name, value)), count(DISTINCT (file, source_row)),"
                   " (SELECT sum(fen) FROM (SELECT DISTINCT file, source_row, fen FROM code x WHERE x.county "
                   "= code.county) once)"
                   " FROM code GROUP BY county ORDER BY county",
        0, NULL, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(arena, struct unmapped_total, *count + 1);
    for (int i = 0; i < (int)*count; i++)
        (*list)[i] = (struct unmapped_total){
            arena_print(arena, "%s", PQgetvalue(result, i, 0)), strtoll(PQgetvalue(result, i, 1), NULL, 10),
            strtoll(PQgetvalue(result, i, 2), NULL, 10), strtoll(PQgetvalue(result, i, 3), NULL, 10)};
    PQclear(result);
    return true;
}

void map_systems(const struct spec_set *specs, struct unmapped *list, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t s = 0; s < specs->count; s++)
            if (strcmp(specs->sources[s].path, list[i].spec_path) == 0)
                list[i].system = specs->specs[s].profile;
}

/* Two tables: what an edit would do.  One county or none: what edits that were made already would do. */
static enum exit_code run_impact(struct invocation *invocation, const char *county, struct error *error) {
    const char *const *arguments = invocation->arguments;
    return invocation->argument_count == 3 ? map_moves(invocation, arguments[1], arguments[2], error)
                                           : map_impact(invocation, county, error);
}

static enum exit_code map_run(struct invocation *invocation, void *options, struct error *error) {
    static const struct {
        const char *name;
        enum exit_code (*run)(struct invocation *invocation, const char *county, struct error *error);
        bool county; /* must be named */
        uint32_t arguments_max;
    } verbs[] = {{"suggest", map_suggest, true, 2},
                 {"coverage", map_coverage, false, 2},
                 {"lint", map_lint, false, 2},
                 {"impact", run_impact, false, 3}};
    (void)options;
    const char *county = invocation->argument_count > 1 ? invocation->arguments[1] : NULL;
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(invocation->arguments[0], verbs[i].name) != 0) continue;
        bool fits = invocation->argument_count <= verbs[i].arguments_max && (county || !verbs[i].county);
        if (fits) return verbs[i].run(invocation, county, error);
        error_code(error, TROUBLE_USAGE, NULL,
                   verbs[i].county
                       ? TEXT("要写明县：tongchou map %s 县", "which county: tongchou map %s COUNTY")
                       : TEXT("tongchou map %s 后面至多写一个县", "tongchou map %s takes one county at most"),
                   verbs[i].name);
        return EXIT_USAGE;
    }
    error_code(error, TROUBLE_USAGE, NULL,
               TEXT("map 后面是 suggest、coverage、lint 或 impact，不是「%s」",
                    "map takes suggest, coverage, lint or impact, not \"%s\""),
               invocation->arguments[0]);
    return EXIT_USAGE;
}

const struct command command_map = {
    .name = "map",
    .arguments = "suggest|coverage|lint|impact [COUNTY | OLD NEW]",
    .zh = "映射表：给未映射的代码起草建议；覆盖了多少；写得对不对；改动影响哪些行",
    .en = "mapping tables: draft rows for unmapped codes; coverage; faults; what a change would touch",
    .example = "tongchou map suggest qinghe",
    .arguments_min = 1,
    .arguments_max = 3,
    .run = map_run,
};
