/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/ledger.h"
#include "cli/ledger_lint.h"
#include "cli/map/file.h"
#include "cli/reference.h"
#include "core/shipped.h"
#include "load/reference.h"

static bool fill(struct work *work, const char *name, const char *path, int level, struct span bytes,
                 struct error *error) {
    char sha256[SHA256_TEXT] = "";
    if (bytes.size) sha256_text(bytes, sha256);
    struct reference reference = {name, level, bytes, sha256, path};
    return reference_fill(&work->registry, &reference, error) &&
           (!bytes.size || registry_content(&work->registry, path, sha256, bytes, error));
}

/* Days since 2000-01-01, as city.yaml has it; PostgreSQL counts from there too. */
static bool keep_cutover(struct work *work, struct error *error) {
    if (work->city.cutover == INT32_MIN)
        return session_run(&work->registry.session, "DELETE FROM fund.setting WHERE name = 'cutover'", error);
    const char *days = arena_print(work->arena, "%d", work->city.cutover);
    return session_tell(&work->registry.session,
                        "INSERT INTO fund.setting SELECT 'cutover', (date '2000-01-01' + $1::int)::text"
                        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        1, &days, NULL, error);
}

/* The city's own rows, from CSV or a workbook; without such a file what was there goes. */
static bool fill_own(struct work *work, const char *name, struct span shipped, struct error *error) {
    const char *stem = arena_print(work->arena, "mappings/ledger/%s", name);
    struct sourced own = {.path = stem};
    struct span clean = {0};
    bool found = false;
    return map_file_read(work->city.directory, stem, work->arena, &own, &found, error) &&
           (!found || reference_clean(own.bytes, own.path, shipped, work->arena, &clean, error)) &&
           fill(work, name, own.path, 1, clean, error);
}

/* The city's own tables come in together or not at all: with a fault in one of them, those of the last run
   that had none stay in force, and no books are taken in. */
bool ledger_references(struct work *work, struct error *error) {
    struct ledger_faults faults;
    ledger_lint(&work->city, work->arena, &faults);
    if (faults.count) {
        work->ledger = faults.list[0];
        print_error(stderr, &work->ledger);
        work->code = exit_worse(work->code, exit_of(&work->ledger));
    }
    bool ok = keep_cutover(work, error);
    for (size_t i = 0; ok && ledger_tables[i]; i++) {
        const char *name = ledger_tables[i], *path = arena_print(work->arena, "mappings/ledger/%s.csv", name);
        struct span bytes = {0};
        if (!shipped_find(path, &bytes)) bytes = (struct span){0};
        ok = fill(work, name, arena_print(work->arena, "shipped:%s", path), 0, bytes, error) &&
             (faults.count || fill_own(work, name, bytes, error));
    }
    return ok;
}

bool ledger_sound(const struct work *work, const struct plan *plan, struct error *error) {
    bool books = false;
    for (uint32_t i = 0; i < plan->job_count; i++)
        books |= strcmp(plan->jobs[i].spec->kind->schema, "fund") == 0;
    if (!books || !work->ledger.message[0]) return true;
    *error = work->ledger;
    return false;
}
