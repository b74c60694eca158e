/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou trace: from a record back to the county's bytes, and to everything that was done on the way. */
#include "cli/trace.h"
#include "cli/command.h"
#include "cli/operator.h"
#include "core/language.h"

enum { TRACE_TABLES = 7 };

static bool collect(struct registry *registry, const struct traced *traced, const struct replayed *replayed,
                    const struct report_options *options, struct arena *arena, struct paper *paper,
                    struct error *error) {
    struct result *results = ARENA_NEW(arena, struct result, TRACE_TABLES);
    *paper = (struct paper){.results = results, .result_count = TRACE_TABLES, .name = SPAN("trace")};
    paper->title = result_format(
        arena, TEXT("溯源  %s %s  %s/%.*s", "Trace  %s %s  %s/%.*s"), traced->kind->label, traced->kind->name,
        traced->county->admdvs,
        (int)mask_key(&options->mask, traced->key_person, trace_span(traced->src_key), arena).size,
        mask_key(&options->mask, traced->key_person, trace_span(traced->src_key), arena).bytes);
    trace_origin(traced, replayed, &options->mask, arena, &results[0]);
    trace_columns(traced, replayed, &options->mask, arena, &results[1]);
    trace_mappings(traced, replayed, arena, &results[2]);
    return trace_versions(registry, traced, arena, &results[3], error) &&
           trace_reasons(registry, traced, &options->mask, arena, &results[4], error) &&
           trace_person(registry, traced, &options->mask, arena, &results[5], error) &&
           trace_cells(registry, traced, options, arena, &results[6], error);
}

/* Who looked at what in clear is recorded before anything is shown. */
static bool record_look(struct registry *registry, const struct traced *traced, struct arena *arena,
                        struct error *error) {
    const struct mask none = {0};
    struct span key = mask_key(&none, traced->key_person, trace_span(traced->src_key), arena);
    return registry_audit(registry, operator_name(arena), "unmask",
                          arena_print(arena, "trace %s %s/%.*s", traced->kind->name, traced->county->admdvs,
                                      (int)key.size, key.bytes),
                          error);
}

static bool show(struct registry *registry, struct invocation *invocation, struct traced *traced,
                 struct error *error) {
    struct arena *arena = invocation->arena;
    struct report_options options;
    struct paper paper;
    struct replayed *replayed = ARENA_NEW(arena, struct replayed, 1);
    if (!papers_options(&traced->city, invocation->unmask, arena, &options, error) ||
        !trace_find(registry, invocation->arguments[0], invocation->arguments[1], arena, traced, error) ||
        (invocation->unmask && !record_look(registry, traced, arena, error)) ||
        !trace_replay(registry, traced, invocation->stop, arena, replayed, error))
        return false;
    /* Of a row aside the database keeps no values: what could be decoded is what there is. */
    if (traced->reject) memcpy(traced->values, replayed->values, sizeof traced->values);
    if (!collect(registry, traced, replayed, &options, arena, &paper, error)) return false;
    if (invocation->json) write_json(&paper, stdout);
    else write_text(&paper, stdout);
    return true;
}

static enum exit_code trace_run(struct invocation *invocation, void *options, struct error *error) {
    struct traced *traced = ARENA_NEW(invocation->arena, struct traced, 1);
    struct database database;
    struct registry registry;
    (void)options;
    *traced = (struct traced){0};
    if (!city_read(invocation->city, invocation->arena, &traced->city, error) ||
        !database_open(&database, traced->city.database, traced->city.directory, error))
        return exit_of(error);
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        ok = show(&registry, invocation, traced, error);
        registry_close(&registry);
    }
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct command command_trace = {
    .name = "trace",
    .arguments = "KIND KEY",
    .zh = "从一条记录追到县里交付的字节：交付、摘要、原文、各列、映射行、版本、报表；KIND 写 reject 则 KEY "
          "是退回编号",
    .en = "from a record back to the county's bytes; KIND reject takes the number of a rejected row",
    .example = "tongchou trace setl_d 690102/S20200000123",
    .arguments_min = 2,
    .arguments_max = 2,
    .run = trace_run,
};
