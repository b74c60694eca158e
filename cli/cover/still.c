/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What a search goes by: while it stands as it was, a search would say again what the last one said. */
#include "cli/cover/cover.h"

/* Records as publications moved them, who is who, what people decided; then what the command itself says. */
static const char state_sql[] =
    "SELECT md5(concat_ws('|', intake.read_state('" COVER_READS "', '', true),"
    " (SELECT coalesce(max(event), 0) FROM cover.event),"
    " (SELECT program_sha256 FROM intake.run ORDER BY run DESC LIMIT 1), $1::text)),"
    " (SELECT state FROM cover.search ORDER BY search DESC LIMIT 1)";

bool cover_state(struct covering *at, const char **now, const char **last, struct error *error) {
    static const char *const names[] = {"schemes", "exempt", "keep", "rates"};
    const struct cover_options *options = at->options;
    const char *said =
        arena_print(at->arena, "%d %s %jd %jd", at->city.cutover, options->until ? options->until : "",
                    (intmax_t)options->tolerance_days, (intmax_t)options->idle_days);
    for (uint32_t i = 0; i < at->city.county_count; i++)
        said = arena_print(at->arena, "%s %s", said, at->city.counties[i].admdvs);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct cover_table table;
        if (!cover_table(&at->city, names[i], at->arena, &table, error)) return false;
        said = arena_print(at->arena, "%s %s", said, table.sha256);
    }
    PGresult *result = session_ask(at->session, state_sql, 1, &said, error);
    if (!result) return false;
    *now = arena_print(at->arena, "%s", PQgetvalue(result, 0, 0));
    *last = arena_print(at->arena, "%s", PQgetvalue(result, 0, 1));
    PQclear(result);
    return true;
}
