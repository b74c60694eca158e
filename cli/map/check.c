/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What needs no proposal: how much is covered, and whether the tables are well made. */
#include "cli/map/map.h"
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

/* Where problems go: lines for people, or one JSON array. */
struct linting {
    const struct city *city;
    struct arena *arena;
    bool json, begun;
    uint32_t problems;
};

static void say(struct linting *at, const struct county *county, const char *path, uint64_t line,
                const char *what) {
    if (!at->json) {
        printf(TEXT("%s %s 第 %ju 行：%s\n", "%s %s line %ju: %s\n"), county->name, path, (uintmax_t)line,
               what);
        return;
    }
    printf("%s{\"county\": \"%s\", \"path\": ", at->begun ? ",\n" : "", county->admdvs);
    write_json_text((struct span){path, strlen(path)}, stdout);
    printf(", \"line\": %ju, \"problem\": ", (uintmax_t)line);
    write_json_text((struct span){what, strlen(what)}, stdout);
    printf("}");
    at->begun = true;
}

/* A message that begins with its place already says it. */
static void say_error(struct linting *at, const struct county *county, const struct error *error) {
    const char *path = error->at.source;
    at->problems++;
    if (!at->json && path && strncmp(error->message, path, strlen(path)) == 0)
        printf("%s %s\n", county->name, error->message);
    else say(at, county, path ? path : "", error->at.row, error->message);
}

static bool seen_before(const struct spec_set *specs, uint32_t s, uint32_t c) {
    for (uint32_t i = 0; i <= s; i++)
        for (uint32_t j = 0; j < (i == s ? c : specs->specs[i].column_count); j++)
            if (span_equal(specs->specs[i].columns[j].map, specs->specs[s].columns[c].map)) return true;
    return false;
}

/* Table by table, so that one fault does not hide the others'. */
static void lint_tables(struct linting *at, const struct county *county, const struct spec_set *specs,
                        const struct error *whole) {
    uint32_t before = at->problems;
    for (uint32_t s = 0; s < specs->count; s++)
        for (uint32_t c = 0; c < specs->specs[s].column_count; c++) {
            struct spec one = specs->specs[s];
            struct spec_set alone = {.count = 1, .specs = &one, .sources = &specs->sources[s]};
            struct rules rules;
            struct error error = {0};
            if (!one.columns[c].map.size || seen_before(specs, s, c)) continue;
            one.columns += c;
            one.column_count = 1;
            if (!rules_read(at->city, county, &alone, at->arena, &rules, &error))
                say_error(at, county, &error);
        }
    if (at->problems == before) say_error(at, county, whole);
}

/* Every problem of one county, then the rows of its own tables that count as drafts. */
static void lint_county(struct linting *at, const struct county *county) {
    struct spec_set specs;
    struct rules rules;
    struct error error = {0};
    if (!specs_read(at->city, county, at->arena, &specs, &error)) {
        say_error(at, county, &error);
        return;
    }
    if (!rules_read(at->city, county, &specs, at->arena, &rules, &error)) {
        lint_tables(at, county, &specs, &error);
        return;
    }
    for (uint32_t i = 0; i < rules.mappings->row_count; i++) {
        const struct mapping_row *row = rules.mappings->rows[i];
        if (row->file->level == MAPPING_SHIPPED || row->reviewed) continue;
        const char *what = row->review->reviewer.size
                               ? TEXT("起草人和审核人相同或缺一个，按草稿处理",
                                      "author and reviewer are the same or one is missing: a draft")
                               : TEXT("草稿，还没审核，不会用", "a draft, not in use until it is reviewed");
        at->problems += row->review->reviewer.size > 0;
        say(at, county, row->file->path, row->line,
            arena_print(at->arena, TEXT("代码 %.*s ：%s", "code %.*s: %s"), (int)row->code.size,
                        row->code.bytes, what));
    }
}

enum exit_code map_lint(struct invocation *invocation, const char *name, struct error *error) {
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    const struct county *county;
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !map_county(city, name, &county, error))
        return exit_of(error);
    struct linting at = {.city = city, .arena = invocation->arena, .json = invocation->json};
    if (at.json) printf("[");
    for (uint32_t i = 0; i < city->county_count; i++)
        if (!county || county == &city->counties[i]) lint_county(&at, &city->counties[i]);
    if (at.json) printf("]\n");
    else if (!at.problems) printf(TEXT("映射表没有错\n", "the mapping tables have no fault\n"));
    else printf(TEXT("%u 处要改\n", "%u to mend\n"), at.problems);
    return at.problems ? EXIT_USAGE : EXIT_HELD;
}
