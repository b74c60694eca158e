/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/show.h"
#include "cli/operator.h"
#include "core/language.h"
#include "load/registry.h"

bool show_report(PGconn *connection, const struct city *city, const char *name, const char *county, int run,
                 const struct invocation *invocation, struct error *error) {
    struct report_options options;
    struct report report;
    struct query query;
    struct result *results = NULL;
    if (!papers_options(city, invocation->unmask, invocation->arena, &options, error)) return false;
    options.run = run;
    bool ok = report_open(&report, connection, &options, invocation->arena, error) &&
              report_query(&report, name, county, &query, &results, error);
    if (ok && invocation->json) fputs("[", stdout);
    for (uint32_t i = 0; ok && i < query.sheet_count; i++) {
        if (invocation->json) {
            if (i) fputs(",\n", stdout);
            write_json_result(&results[i], stdout);
        } else {
            write_text_result(&results[i], stdout);
            fputc('\n', stdout);
        }
    }
    if (ok && invocation->json) fputs("]\n", stdout);
    report_close(&report);
    return ok;
}

bool show_city(const char *name, const char *county, int run, struct invocation *invocation,
               struct error *error) {
    struct city city;
    struct database database;
    struct registry registry;
    if (!city_read(invocation->city, invocation->arena, &city, error)) return false;
    const struct county *wanted = county ? city_county(&city, county) : NULL;
    if (county && !wanted)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), county);
    if (!database_open(&database, city.database, city.directory, error)) return false;
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        /* Who looked at what in clear is recorded before anything is shown. */
        ok = (!invocation->unmask ||
              registry_audit(&registry, operator_name(invocation->arena), "unmask",
                             arena_print(invocation->arena, "report %s", name), error)) &&
             show_report(registry.session.connection, &city, name, wanted ? wanted->admdvs : NULL, run,
                         invocation, error);
        registry_close(&registry);
    }
    database_close(&database);
    return ok;
}
