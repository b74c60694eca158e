/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "core/shipped.h"
#include "load/lane.h"

/* The step's text with the delivery's own tables in the place of :fresh, :side and :reason. */
static const char *unit_sql(struct intake *intake, const struct intake_file *file, struct span text) {
    const struct {
        const char *place, *name;
    } tables[] = {{":fresh", file->fresh}, {":side", intake->side}, {":reason", intake->reason}};
    const char *sql = "", *end = text.bytes + text.size;
    for (const char *at = text.bytes; at < end;) {
        const char *found = NULL, *name = "";
        size_t skip = 0;
        for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
            const char *here = memmem(at, (size_t)(end - at), tables[i].place, strlen(tables[i].place));
            if (!here || (found && here > found)) continue;
            found = here;
            name = tables[i].name;
            skip = strlen(tables[i].place);
        }
        sql = lane_format(intake->arena, "%s%.*s%s", sql, (int)((found ? found : end) - at), at, name);
        at = found ? found + skip : end;
    }
    return sql;
}

static bool check_kind(struct intake *intake, const struct intake_file *file, struct error *error) {
    const char *path = lane_format(intake->arena, "transform/unit/%s.sql", file->source.kind->name);
    struct span text;
    if (!shipped_find(path, &text)) return true;
    struct session *session = &intake->registry->session;
    if (session_run(session, "BEGIN", error) && session_run(session, unit_sql(intake, file, text), error) &&
        session_run(session, "COMMIT", error))
        return true;
    /* Without a state the server did not refuse: it is away, or somebody interrupted. */
    if (!session_take_back(session) || !*session->state) return false;
    return error_code(error, error->trouble, NULL,
                      TEXT("整单核对 %s 未完成，SQLSTATE %s", "the unit check %s failed, SQLSTATE %s"), path,
                      session->state);
}

bool unit_check(struct intake *intake, struct error *error) {
    bool ok = true;
    for (uint32_t i = 0; ok && i < intake->file_count; i++) {
        bool first = true; /* files of one kind share their fresh table */
        for (uint32_t j = 0; j < i; j++)
            first &= intake->files[j]->source.kind != intake->files[i]->source.kind;
        if (first) ok = check_kind(intake, intake->files[i], error);
    }
    return ok;
}
