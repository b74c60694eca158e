/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Holds what was published against a truth.json, as the generator of the sample writes it. */
#include "cli/command.h"
#include "core/language.h"
#include "core/shipped.h"
#include "load/database.h"

enum { TRUTH_BYTES_MAX = 16 << 20 };

static bool compare(struct invocation *invocation, int *differences, struct error *error) {
    struct city city;
    struct span truth, sql;
    struct database database;
    struct session session = {0};
    if (!file_read(invocation->arguments[0], TRUTH_BYTES_MAX, invocation->arena, &truth, error) ||
        !city_read(invocation->city, invocation->arena, &city, error))
        return false;
    if (!shipped_find("examples/compare.sql", &sql)) return error_set(error, "examples/compare.sql");
    if (!database_open(&database, city.database, city.directory, error)) return false;
    bool ok = session_open(&session, &database, "compare", error);
    if (ok) {
        const char *argument = truth.bytes;
        PGresult *result = session_ask(&session, (const char *)arena_copy(invocation->arena, sql).bytes, 1,
                                       &argument, error);
        ok = result != NULL;
        *differences = ok ? PQntuples(result) : 0;
        for (int row = 0; row < *differences && !invocation->json; row++)
            printf(TEXT("%s  %s  %s %s：应为 %s，实为 %s\n", "%s  %s  %s %s: expected %s, got %s\n"),
                   PQgetvalue(result, row, 0), PQgetvalue(result, row, 1), PQgetvalue(result, row, 2),
                   PQgetvalue(result, row, 3), PQgetvalue(result, row, 4), PQgetvalue(result, row, 5));
        PQclear(result);
        session_close(&session);
    }
    database_close(&database);
    return ok;
}

static enum exit_code compare_run(struct invocation *invocation, void *options, struct error *error) {
    int differences = 0;
    (void)options;
    if (!compare(invocation, &differences, error)) return exit_of(error);
    if (invocation->json) {
        printf("{\"differences\": %d}\n", differences);
        return differences ? EXIT_FAILED : EXIT_HELD;
    }
    if (differences) {
        printf(TEXT("与 %s 有 %d 处不同\n", "%s: %d differences\n"), invocation->arguments[0], differences);
        return EXIT_FAILED;
    }
    printf(TEXT("与 %s 完全一致\n", "agrees with %s in every figure\n"), invocation->arguments[0]);
    return EXIT_HELD;
}

const struct command command_compare = {
    .name = "compare",
    .arguments = "truth.json",
    .zh = "与样例的标准答案逐数比对",
    .en = "hold what is published against the sample's truth",
    .example = "tongchou compare truth.json",
    .arguments_min = 1,
    .arguments_max = 1,
    .run = compare_run,
};
