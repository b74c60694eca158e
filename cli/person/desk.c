/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/desk.h"
#include "cli/operator.h"
#include <stdlib.h>

enum { NUMBER_DIGITS = 18 };

bool desk_open(struct desk *desk, struct invocation *invocation, const char *what, struct error *error) {
    *desk = (struct desk){.invocation = invocation, .arena = invocation->arena};
    if (!city_read(invocation->city, desk->arena, &desk->city, error) ||
        !papers_options(&desk->city, invocation->unmask, desk->arena, &desk->options, error))
        return false;
    desk->database_open = database_open(&desk->database, desk->city.database, desk->city.directory, error);
    if (!desk->database_open) return false;
    desk->database.stop = invocation->stop;
    desk->registry_open = registry_open(&desk->registry, &desk->database, error);
    desk->session = &desk->registry.session;
    return desk->registry_open &&
           (!invocation->unmask ||
            registry_audit(&desk->registry, operator_name(desk->arena), "unmask", what, error));
}

void desk_close(struct desk *desk) {
    if (desk->registry_open) registry_close(&desk->registry);
    if (desk->database_open) database_close(&desk->database);
}

bool desk_end(struct desk *desk, bool ok, struct error *error) {
    struct error ignored = {0};
    if (ok) return session_run(desk->session, desk->invocation->dry_run ? "ROLLBACK" : "COMMIT", error);
    if (!session_lost(desk->session)) session_run(desk->session, "ROLLBACK", &ignored);
    return false;
}

int64_t desk_number(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return digits && digits <= NUMBER_DIGITS && !text[digits] ? strtoll(text, NULL, 10) : 0;
}

struct span desk_cell(const PGresult *rows, int row, int column, struct arena *arena) {
    return arena_copy(arena,
                      (struct span){PQgetvalue(rows, row, column), (size_t)PQgetlength(rows, row, column)});
}

bool desk_output(struct output *output, const char *path, bool page, struct error *error) {
    char folder[OUTPUT_PATH] = ".";
    const char *slash = strrchr(path, '/');
    struct span name = {slash ? slash + 1 : path, strlen(slash ? slash + 1 : path)};
    if (slash) snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    return page ? output_open(output, folder, name, error) : output_place(output, folder, name, error);
}

const char *desk_page(const char *path, struct arena *arena) {
    const char *dot = strrchr(path, '.'), *slash = strrchr(path, '/');
    int size = dot && (!slash || dot > slash) ? (int)(dot - path) : (int)strlen(path);
    return arena_print(arena, "%.*s.html", size, path);
}
