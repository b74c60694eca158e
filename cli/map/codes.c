/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the database says of the codes that were met. */
#include "cli/map/map.h"
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

bool map_covered(struct session *session, const char *county, struct arena *arena, struct covered **list,
                 uint32_t *count, struct error *error) {
    PGresult *result = session_ask(
        session,
        OPEN_CODES
        ", met AS (SELECT d.county, u.table_name, u.source_code, u.rows, u.fen, false AS bad FROM"
        " mapping.use u JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery)"
        " WHERE d.state = 'published' AND u.status = 'reviewed' AND NOT EXISTS (SELECT FROM"
        " intake.delivery a WHERE a.source = 'again' AND a.state = 'published' AND a.delivery >"
        " d.delivery AND a.parent IN (d.delivery, d.parent))"
        " UNION ALL SELECT county, table_name, value, 1, fen, true FROM code)"
        " SELECT county, table_name, count(DISTINCT source_code), count(DISTINCT source_code) FILTER"
        " (WHERE bad), sum(rows), coalesce(sum(rows) FILTER (WHERE bad), 0), sum(fen),"
        " coalesce(sum(fen) FILTER (WHERE bad), 0), floor((sum(rows) - coalesce(sum(rows) FILTER"
        " (WHERE bad), 0)) * 10000 / sum(rows)), floor((sum(abs(fen)) - coalesce(sum(abs(fen))"
        " FILTER (WHERE bad), 0)) * 10000 / nullif(sum(abs(fen)), 0)) FROM met"
        " WHERE $1::text IS NULL OR county = $1 GROUP BY 1, 2 ORDER BY 6 DESC, 8 DESC, 1, 2",
        1, &county, error);
    if (!result) return false;
    *count = (uint32_t)PQntuples(result);
    *list = ARENA_NEW(arena, struct covered, *count + 1);
    for (int i = 0; i < (int)*count; i++)
        for (int c = 0; c < COVERED_CELLS; c++)
            if (!PQgetisnull(result, i, c))
                (*list)[i].cells[c] = arena_print(arena, "%s", PQgetvalue(result, i, c));
    PQclear(result);
    return true;
}
