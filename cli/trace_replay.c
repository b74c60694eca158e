/* SPDX-License-Identifier: MulanPSL-2.0 */
/* One row read again from the county's bytes, by the spec and the tables that its run used. */
#include "cli/trace.h"
#include "cli/map/map.h"
#include "core/language.h"
#include "transform/row/date.h"

/* What the last stage keeps of the row; one per worker. */
struct capture {
    uint64_t wanted;
    bool found;
    struct arena *arena; /* its own */
    uint64_t byte;
    struct span raw;
    struct span *cells;
    const char *values[TRACE_COLUMNS_MAX]; /* as the decoder and the mappings left them, written as the
                                              database does */
};

/* One decoded value as text; NULL for null. */
static const char *value_text(const struct vector *vector, enum type type, uint32_t row,
                              struct arena *arena) {
    char date[16];
    if (!vector->null || vector->null[row]) return NULL;
    switch (type) {
    case TYPE_TEXT: return arena_print(arena, "%.*s", (int)vector->text[row].size, vector->text[row].bytes);
    case TYPE_DATE: date[date_write(vector->date[row], date)] = '\0'; return arena_print(arena, "%s", date);
    case TYPE_BOOL: return vector->integer[row] ? "true" : "false";
    case TYPE_INTEGER:
    case TYPE_MONEY:
    case TYPE_RATIO:
    case TYPE_TIMESTAMP: break;
    }
    return arena_print(arena, "%jd", (intmax_t)vector->integer[row]);
}

static enum flow capture_run(struct stage *stage, struct batch *batch, struct error *error) {
    struct capture *capture = stage->state;
    (void)error;
    for (uint32_t row = 0; row < batch->row_count; row++) {
        if (batch->rows[row].number != capture->wanted || capture->found) continue;
        capture->found = true;
        capture->byte = batch->rows[row].byte;
        capture->raw = arena_copy(capture->arena, batch->rows[row].raw);
        capture->cells = ARENA_NEW(capture->arena, struct span, batch->source->count + 1);
        for (uint32_t c = 0; c < batch->source->count; c++) {
            capture->cells[c] = (struct span){0};
            if (batch->cells[c][row].bytes)
                capture->cells[c] = arena_copy(capture->arena, batch->cells[c][row]);
        }
        for (uint32_t c = 0; batch->values && c < batch->kind->column_count && c < TRACE_COLUMNS_MAX; c++)
            capture->values[c] =
                value_text(&batch->values[c], batch->kind->columns[c].type, row, capture->arena);
    }
    return FLOW_MORE;
}

static const struct stage_kind capture_kind = {
    .name = "capture", .state_size = sizeof(struct capture), .run = capture_run};

/* The profile that the spec names, as its run used it; NULL in `profile` when the run kept none. */
static bool past_profile(struct registry *registry, const struct traced *traced, struct span spec,
                         struct arena *arena, const struct sourced **profile, struct error *error) {
    struct node root;
    struct error ignored = {0};
    *profile = NULL;
    const struct node *name =
        yaml_read(spec, traced->spec_path, arena, &root, &ignored) ? node_get(&root, "profile") : NULL;
    if (!name || name->kind != NODE_SCALAR) return true;
    const char *dot = memchr(name->text.bytes, '.', name->text.size);
    int size = dot ? (int)(dot - name->text.bytes) : (int)name->text.size;
    const char *arguments[] = {arena_print(arena, "%d", traced->run),
                               arena_print(arena, "mappings/profiles/%.*s.yaml", size, name->text.bytes)};
    PGresult *result = session_ask(&registry->session,
                                   "SELECT u.sha256, c.bytes FROM mapping.used u JOIN mapping.content c USING"
                                   " (sha256) WHERE u.run = $1::int AND u.path = $2",
                                   2, arguments, error);
    if (!result) return false;
    if (PQntuples(result) == 1) {
        struct sourced *kept = ARENA_NEW(arena, struct sourced, 1);
        *kept = (struct sourced){.path = arguments[1], .bytes = map_bytea(PQgetvalue(result, 0, 1), arena)};
        memcpy(kept->sha256, PQgetvalue(result, 0, 0), SHA256_TEXT - 1);
        *profile = kept;
    }
    PQclear(result);
    return true;
}

static bool read_spec(struct registry *registry, const struct traced *traced, struct arena *arena,
                      struct spec *spec, struct sourced *source, const char **said, struct error *error) {
    PGresult *result = session_ask(&registry->session, "SELECT bytes FROM mapping.content WHERE sha256 = $1",
                                   1, &traced->spec_sha256, error);
    if (!result) return false;
    struct error why = {0};
    bool kept = PQntuples(result) == 1;
    struct span bytes = kept ? map_bytea(PQgetvalue(result, 0, 0), arena) : (struct span){"", 0};
    const struct sourced *profile = NULL;
    PQclear(result);
    if (kept && !past_profile(registry, traced, bytes, arena, &profile, error)) return false;
    if (!kept)
        *said = TEXT("当时的规格没有留存，不能重读", "the spec of that run was not kept: cannot read again");
    else if (!specs_parse(&traced->city, traced->spec_path, bytes, profile, arena, spec, source, &why))
        *said = arena_print(arena,
                            TEXT("当时的规格现在读不了：%s", "the spec of that run cannot be read now: %s"),
                            why.message);
    return true;
}

/* The county's file with these bytes, wherever it lies now. */
static const struct found *find_bytes(const struct traced *traced, struct arena *arena, const char **said) {
    struct scan *scan = ARENA_NEW(arena, struct scan, 1);
    struct error why = {0};
    const char *other = NULL;
    const struct found *same = NULL;
    if (!scan_county(&traced->city, traced->county, arena, scan, &why))
        return *said = arena_print(arena, "%s", why.message), NULL;
    for (uint32_t i = 0; i < scan->count; i++) {
        if (strcmp(scan->files[i].path, traced->path) != 0) continue;
        if (scan_digest(&scan->files[i], &why) && strcmp(scan->files[i].sha256, traced->sha256) == 0)
            return &scan->files[i];
        other = scan->files[i].sha256;
    }
    for (uint32_t i = 0; i < scan->count && !same; i++)
        if (!scan->files[i].slip && !scan->files[i].sha256[0] && scan_digest(&scan->files[i], &why) &&
            strcmp(scan->files[i].sha256, traced->sha256) == 0)
            same = &scan->files[i];
    if (!same && other)
        *said = arena_print(arena,
                            TEXT("deliveries/%s/%s 的内容已变：现在 SHA-256 是 %s",
                                 "deliveries/%s/%s has changed: its SHA-256 is now %s"),
                            traced->county->folder, traced->path, other);
    else if (!same)
        *said = arena_print(arena,
                            TEXT("deliveries/%s/%s 已不在，不能重读原文",
                                 "deliveries/%s/%s is gone: the bytes cannot be read again"),
                            traced->county->folder, traced->path);
    return same;
}

/* The job of the row's member: three copies of the spec claim whatever a delivery may hold, so that today's
   specs have no say. */
static const struct job *find_job(const struct traced *traced, const struct found *file,
                                  const struct spec *spec, const struct sourced *source, struct arena *arena,
                                  const char **said) {
    static const char *const patterns[] = {"*", "*!*", "*!*!*"};
    struct plan *plan = ARENA_NEW(arena, struct plan, 1);
    struct spec_set set = {.count = 3,
                           .specs = ARENA_NEW(arena, struct spec, 3),
                           .sources = ARENA_NEW(arena, struct sourced, 3)};
    struct error why = {0};
    for (int i = 0; i < 3; i++) {
        set.specs[i] = *spec;
        set.specs[i].match = trace_span(patterns[i]);
        set.sources[i] = *source;
    }
    if (!plan_delivery(file, &set, arena, plan, &why))
        return *said = arena_print(arena, "%s", why.message), NULL;
    for (uint32_t i = 0; i < plan->job_count; i++)
        if (strcmp(plan->jobs[i].inside, traced->member) == 0) return &plan->jobs[i];
    *said = TEXT("原件里已找不到这个成员", "the delivery has no such member");
    return NULL;
}

static void read_row(const struct traced *traced, const struct found *file, const struct job *job,
                     const _Atomic bool *stop, struct arena *arena, struct replayed *replayed) {
    struct arena own[WORKERS] = {0};
    struct capture captures[WORKERS];
    struct ingest ingest = {.city = &traced->city,
                            .county = traced->county,
                            .file = file,
                            .rules = &replayed->rules,
                            .sink = &capture_kind,
                            .only = &traced->row,
                            .only_count = 1,
                            .stop = stop};
    struct ingested *result = ARENA_NEW(arena, struct ingested, 1);
    struct error why = {0};
    for (uint32_t i = 0; i < WORKERS; i++) {
        captures[i] = (struct capture){.wanted = traced->row, .arena = &own[i]};
        ingest.sink_states[i] = &captures[i];
    }
    bool ok = ingest_job(&ingest, job, arena, result, &why);
    if (!ok)
        replayed->said = arena_print(
            arena, TEXT("原件在，但读到一半出错：%s", "the file is there, but reading failed: %s"),
            why.message);
    for (uint32_t i = 0; ok && i < WORKERS; i++) {
        if (!captures[i].found) continue;
        replayed->read = true;
        replayed->byte = captures[i].byte;
        replayed->raw = arena_copy(arena, captures[i].raw);
        replayed->cells = ARENA_NEW(arena, struct span, result->columns.count + 1);
        for (uint32_t c = 0; c < result->columns.count; c++) {
            replayed->cells[c] = (struct span){0};
            if (captures[i].cells[c].bytes) replayed->cells[c] = arena_copy(arena, captures[i].cells[c]);
        }
        for (uint32_t c = 0; c < TRACE_COLUMNS_MAX; c++)
            replayed->values[c] =
                captures[i].values[c] ? arena_print(arena, "%s", captures[i].values[c]) : NULL;
    }
    for (uint32_t i = 0; i < WORKERS; i++) arena_free(&own[i]);
    if (ok && !replayed->read)
        replayed->said = TEXT("原件在，但没有这个记录号", "the file is there, but has no such record");
    if (!replayed->read) return;
    replayed->spec = result->spec;
    replayed->columns = result->columns;
    replayed->use = result->use;
    sha256_text(replayed->raw, replayed->raw_sha256);
    replayed->said = arena_print(arena,
                                 TEXT("deliveries/%s/%s 还在，SHA-256 与登记相符，已按当时的规格和映射重读",
                                      "deliveries/%s/%s is there with the registered SHA-256; read again by "
                                      "the spec and tables of its run"),
                                 traced->county->folder, file->path);
}

bool trace_replay(struct registry *registry, const struct traced *traced, const _Atomic bool *stop,
                  struct arena *arena, struct replayed *replayed, struct error *error) {
    struct spec *spec = ARENA_NEW(arena, struct spec, 1);
    struct sourced *source = ARENA_NEW(arena, struct sourced, 1);
    *replayed = (struct replayed){0};
    if (!read_spec(registry, traced, arena, spec, source, &replayed->said, error)) return false;
    if (replayed->said) return true;
    struct spec_set one = {.count = 1, .specs = spec, .sources = source};
    if (!map_then(&registry->session, traced->county, traced->run, &one, arena, &replayed->rules,
                  &replayed->said, error))
        return false;
    if (replayed->said) return true;
    const struct found *file = find_bytes(traced, arena, &replayed->said);
    const struct job *job = file ? find_job(traced, file, spec, source, arena, &replayed->said) : NULL;
    if (job) read_row(traced, file, job, stop, arena, replayed);
    return true;
}
