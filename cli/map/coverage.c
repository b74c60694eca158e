/* SPDX-License-Identifier: MulanPSL-2.0 */
/* How much of what was met is mapped. */
#include "cli/map/map.h"
#include "cli/show.h"
#include "core/language.h"
#include <stdlib.h>

/* The last run that met codes; a later one that read nothing has nothing to cover. */
static bool last_mapped(const struct city *city, const char *county, struct arena *arena, int *run,
                        struct error *error) {
    struct database database;
    struct session session = {0};
    if (!database_open(&database, city->database, city->directory, error)) return false;
    bool ok = session_open(&session, &database, "map", error);
    if (ok) {
        PGresult *result = session_ask(
            &session,
            "SELECT coalesce(max(d.run), 0) FROM intake.delivery d JOIN intake.file f USING (delivery)"
            " JOIN mapping.use u USING (file) WHERE d.source IN ('file', 'again')"
            " AND ($1::text IS NULL OR d.county = $1)",
            1, &county, error);
        ok = result != NULL;
        if (ok) *run = atoi(PQgetvalue(result, 0, 0));
        PQclear(result);
        session_close(&session);
    }
    database_close(&database);
    (void)arena;
    return ok;
}

bool map_county(const struct city *city, const char *name, const struct county **county,
                struct error *error) {
    *county = name ? city_county(city, name) : NULL;
    return !name || *county ||
           error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), name);
}

enum exit_code map_coverage(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county;
    int run = 0;
    bool ok = city_read(invocation->city, invocation->arena, city, error) &&
              map_county(city, name, &county, error) &&
              last_mapped(city, county ? county->admdvs : NULL, invocation->arena, &run, error) &&
              show_city("coverage", name, run, invocation, error);
    return ok ? EXIT_HELD : exit_of(error);
}
