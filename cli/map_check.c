/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What needs no proposal: how much is covered, and whether the tables are well made. */
#include "cli/map.h"
#include "cli/show.h"
#include "core/language.h"
#include "transform/row/mapping.h"
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

/* NULL for `name` NULL; fails with TROUBLE_USAGE when the city has no such county. */
static bool find_county(const struct city *city, const char *name, const struct county **county,
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
              find_county(city, name, &county, error) &&
              last_mapped(city, county ? county->admdvs : NULL, invocation->arena, &run, error) &&
              show_city("coverage", name, run, invocation, error);
    return ok ? EXIT_HELD : exit_of(error);
}

/* Every problem of one county: its specs' first, then its tables' first, and the rows that count as drafts.
 */
static uint32_t lint_county(const struct city *city, const struct county *county, struct arena *arena,
                            bool json, bool *first) {
    struct spec_set specs;
    struct rules rules;
    struct error error = {0};
    uint32_t problems = 0;
    bool read = specs_read(city, county, arena, &specs, &error) &&
                rules_read(city, county, &specs, arena, &rules, &error);
    if (!read) {
        if (json)
            printf("%s{\"county\": \"%s\", \"line\": %ju, \"problem\": ", *first ? "" : ",\n", county->admdvs,
                   (uintmax_t)error.at.row),
                *first = false;
        if (json) write_json_text((struct span){error.message, strlen(error.message)}, stdout), printf("}");
        else print_error(stdout, &error);
        return 1;
    }
    for (uint32_t i = 0; i < rules.mappings->row_count; i++) {
        const struct mapping_row *row = rules.mappings->rows[i];
        bool own = row->level != MAPPING_SHIPPED, signed_alone = row->reviewer.size && !row->reviewed;
        if (!own || row->reviewed) continue;
        const char *what = signed_alone
                               ? TEXT("起草人和审核人相同或缺一个，按草稿处理",
                                      "author and reviewer are the same or one is missing: a draft")
                               : TEXT("草稿，还没审核，不会用", "a draft, not in use until it is reviewed");
        problems += signed_alone;
        if (json) {
            printf("%s{\"county\": \"%s\", \"path\": ", *first ? "" : ",\n", county->admdvs);
            write_json_text((struct span){row->path, strlen(row->path)}, stdout);
            printf(", \"line\": %u, \"problem\": ", row->line);
            write_json_text((struct span){what, strlen(what)}, stdout);
            printf("}");
            *first = false;
        } else {
            printf(TEXT("%s %s 第 %u 行 代码 %.*s：%s\n", "%s %s line %u code %.*s: %s\n"), county->name,
                   row->path, row->line, (int)row->code.size, row->code.bytes, what);
        }
    }
    return problems;
}

enum exit_code map_lint(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county;
    uint32_t problems = 0;
    bool first = true;
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !find_county(city, name, &county, error))
        return exit_of(error);
    if (invocation->json) printf("[");
    for (uint32_t i = 0; i < city->county_count; i++)
        if (!county || county == &city->counties[i])
            problems += lint_county(city, &city->counties[i], invocation->arena, invocation->json, &first);
    if (invocation->json) printf("]\n");
    else if (!problems) printf(TEXT("映射表没有错\n", "the mapping tables have no fault\n"));
    else printf(TEXT("%u 处要改\n", "%u to mend\n"), problems);
    return problems ? EXIT_USAGE : EXIT_HELD;
}
