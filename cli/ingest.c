/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/ingest.h"
#include "cli/declare.h"
#include "core/language.h"
#include "extract/extract.h"
#include "load/copy.h"
#include "transform/row/mapping.h"
#include <time.h>

/* One worker's stage states, in the order of the chain. */
struct lane {
    struct replay_state replay;
    struct decode_state decode, decode_when;
    struct drift_state drift;
    struct map_state map;
    struct validate_state validate;
    struct key_state key;
    struct control_state control;
    struct copy copy;
    struct arena arena; /* the control notes: no worker may share an arena */
};

struct reading {
    const struct ingest *ingest;
    const struct job *job;
    struct arena *arena;
    struct spec *spec;
    struct ingested *result;
    struct pipeline pipeline;
    struct lane lanes[WORKERS];
};

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool open_stage(struct reading *at, uint32_t worker, const struct stage_kind *kind, void *state,
                       struct error *error) {
    struct stage *stage = &at->pipeline.chain[worker][at->pipeline.stage_count++];
    *stage = (struct stage){.kind = kind, .state = state, .arena = at->arena};
    return !kind->open || kind->open(stage, &at->result->columns, error);
}

static bool open_lane(struct reading *at, uint32_t worker, struct error *error) {
    const struct ingest *in = at->ingest;
    struct lane *lane = &at->lanes[worker];
    const struct city *city = in->city;
    lane->replay = (struct replay_state){
        .rows = in->only, .row_count = in->only_count, .cells = in->cells, .cell_count = in->cell_count};
    lane->decode = lane->decode_when = (struct decode_state){.spec = at->spec};
    lane->map = (struct map_state){.spec = at->spec,
                                   .mappings = in->rules->mappings,
                                   .use = ARENA_NEW(worker      ? &lane->arena
                                                    : in->brief ? in->brief
                                                                : at->arena,
                                                    struct mapping_use, in->rules->mappings->row_count + 1)};
    lane->validate = (struct validate_state){.spec = at->spec,
                                             .regions = in->rules->regions,
                                             .county_count = in->rules->county_count,
                                             .county = in->rules->county,
                                             .cutover_known = city && city->cutover != INT32_MIN,
                                             .cutover = city ? city->cutover : 0};
    lane->key = (struct key_state){.spec = at->spec};
    lane->control = (struct control_state){.kind = at->spec->kind, .arena = &lane->arena};
    lane->copy = (struct copy){.intake = in->intake, .file = at->result->file, .worker = worker};
    lane->drift = (struct drift_state){at->result->drifted.detail};
    at->pipeline.stage_count = 0;
    if (in->only_count && !open_stage(at, worker, &transform_replay, &lane->replay, error)) return false;
    return open_stage(at, worker, &transform_decode, &lane->decode, error) &&
           (!at->result->drifted.reject || open_stage(at, worker, &transform_drift, &lane->drift, error)) &&
           open_stage(at, worker, &transform_map, &lane->map, error) &&
           open_stage(at, worker, &transform_decode_when, &lane->decode_when, error) &&
           open_stage(at, worker, &transform_validate, &lane->validate, error) &&
           open_stage(at, worker, &transform_key, &lane->key, error) &&
           open_stage(at, worker, &transform_control, &lane->control, error) &&
           (in->intake ? open_stage(at, worker, &load_copy, &lane->copy, error)
                       : open_stage(at, worker, in->sink, in->sink_states[worker], error));
}

static void close_lanes(struct reading *at) {
    for (uint32_t worker = 0; worker < WORKERS; worker++) {
        for (uint32_t i = 0; i < at->pipeline.stage_count; i++) {
            struct stage *stage = &at->pipeline.chain[worker][i];
            if (stage->kind && stage->kind->close) stage->kind->close(stage);
        }
        arena_free(&at->lanes[worker].arena);
    }
}

static const bool *fed_columns(const struct spec *spec, struct arena *arena) {
    bool *fed = ARENA_NEW(arena, bool, spec->kind->column_count);
    for (uint32_t i = 0; i < spec->column_count; i++) fed[spec->columns[i].target] = true;
    return fed;
}

/* Kinds of schema fund, and those that city.yaml lists. */
static bool is_strict(const struct city *city, const struct kind *kind) {
    for (uint32_t i = 0; i < city->fund_count; i++)
        if (city->fund[i] == kind) return true;
    return strcmp(kind->schema, "fund") == 0;
}

/* A corrected value is read in its column's unit, so the list has to say which. */
static const struct span *units_of(const struct spec *spec, uint32_t column_count, struct arena *arena) {
    struct span *units = ARENA_NEW(arena, struct span, column_count + 1);
    for (uint32_t c = 0; c < column_count; c++) units[c] = SPAN("");
    for (uint32_t i = 0; i < spec->column_count; i++) {
        const struct spec_column *column = &spec->columns[i];
        if (spec->kind->columns[column->target].type != TYPE_MONEY) continue;
        for (uint32_t f = 0; f < column->from_count; f++)
            if (column->index[f] >= 0)
                units[column->index[f]] = column->unit.size ? column->unit : SPAN("yuan");
    }
    return units;
}

static struct input input_of(const struct reading *at) {
    return (struct input){.path = at->ingest->file->absolute,
                          .member = at->job->member,
                          .name = at->job->name,
                          .read = at->spec->read,
                          .sheet = at->job->sheet};
}

static bool is_endless(const struct reading *at) {
    const struct extractor *extractor = extract_find(at->spec->format);
    struct input input = input_of(at);
    struct span head;
    if (!extractor || !extractor->endless) return false;
    return !extractor->ends || !extract_head(&input, at->arena, &head, &(struct error){0}) ||
           !extractor->ends(head);
}

/* The setting by which the spec promises a row that closes the table; NULL: none. */
static const char *promised_end(const struct spec *spec) {
    static const char *const words[] = {"footer", "total", "until"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (node_get(spec->read, words[i])) return words[i];
    return NULL;
}

static bool add_file(struct reading *at, struct error *error) {
    const struct ingest *in = at->ingest;
    if (!in->intake) return true;
    struct intake_source source = {.kind = at->spec->kind,
                                   .member = at->job->inside,
                                   .spec_path = at->job->source->path,
                                   .spec_sha256 = at->job->source->sha256,
                                   .mapping_sha256 = in->rules->sha256,
                                   .encoding = at->spec->encoding.size ? at->spec->encoding.bytes : "",
                                   .inside = at->spec->inside.bytes,
                                   .key_person = spec_person_keys(at->spec, at->arena),
                                   .snapshot = at->spec->full && !in->parent_file,
                                   .conflict_last = at->spec->conflict_last,
                                   .strict = is_strict(in->city, at->spec->kind),
                                   .open_ended = is_endless(at) && !promised_end(at->spec),
                                   .fed = fed_columns(at->spec, at->arena),
                                   .column_count = at->result->columns.count,
                                   .columns = at->result->columns.names,
                                   .units = units_of(at->spec, at->result->columns.count, at->arena),
                                   .parent_file = in->parent_file,
                                   .only = in->only,
                                   .only_count = in->only_count};
    if (in->parent_file) source.declared_by = "none", source.declared_rows = -1;
    else if (!declare_totals(at->spec, in->slip, in->file, at->job, &source, error)) return false;
    at->result->file = intake_add(in->intake, &source, error);
    return at->result->file != NULL;
}

static bool open_reader(struct reading *at, struct error *error) {
    const struct spec *spec = at->spec;
    const struct extractor *extractor = extract_find(spec->format);
    if (!extractor)
        return node_error(node_get(spec->read, "format"), spec->path, error,
                          TEXT("没有格式「%s」", "no format \"%s\""), spec->format.bytes);
    struct input input = input_of(at);
    return extract_open(extractor, &input, at->arena, &at->pipeline.reader, &at->result->columns, error);
}

static void merge_use(struct reading *at) {
    at->result->use = at->lanes[0].map.use;
    for (uint32_t i = 1; i < WORKERS; i++)
        mapping_use_merge(at->result->use, at->lanes[i].map.use, at->ingest->rules->mappings->row_count);
}

/* The closing row that the spec promises is missing: the county's declared number of rows may still say that
   nothing else is. */
static bool whole_without_end(const struct reading *at, struct error *error) {
    const struct ingest *in = at->ingest;
    const struct tally *tally = &at->result->tally;
    const char *promised = promised_end(at->spec);
    if (!promised || !is_endless(at) || in->parent_file) return true;
    struct intake_source source = {.declared_rows = -1};
    uint64_t rows = tally_rows(tally) - tally->rows[FATE_EXPLAINED];
    if (!declare_totals(at->spec, in->slip, in->file, at->job, &source, error)) return false;
    if (source.declared_rows >= 0 && (uint64_t)source.declared_rows == rows) return true;
    error->at.byte = at->pipeline.bytes_read;
    return error_code(error, TROUBLE_REFUSED, "file.end_missing",
                      TEXT("没有读到源规格写明的结尾行(%s)，文件可能被截断；读到 %ju 行数据",
                           "the closing row that the spec promises (%s) was not met: the file may be cut; "
                           "%ju rows of data were read"),
                      promised, (uintmax_t)rows);
}

static bool read_through(struct reading *at, struct error *error) {
    struct ingested *result = at->result;
    struct control_state controls[WORKERS];
    bool ok = true, closed = true;
    at->pipeline.worker_count = WORKERS;
    at->pipeline.stop = at->ingest->stop;
    for (uint32_t worker = 0; ok && worker < WORKERS; worker++) ok = open_lane(at, worker, error);
    if (ok) {
        if (at->ingest->progress)
            progress_start(at->ingest->progress, at->job->name, at->job->bytes, &at->pipeline);
        ok = pipeline_run(&at->pipeline, &result->tally, error);
        if (at->ingest->progress) progress_stop(at->ingest->progress);
    }
    if (ok) {
        for (uint32_t i = 0; i < WORKERS; i++) controls[i] = at->lanes[i].control;
        result->control_compared = control_check(controls, WORKERS, at->arena, result->breaches, BREACHES_MAX,
                                                 &result->breach_count);
        closed = control_closed(controls, WORKERS);
        merge_use(at);
    }
    close_lanes(at);
    return ok && (closed || whole_without_end(at, error));
}

bool ingest_job(const struct ingest *ingest, const struct job *job, struct arena *arena,
                struct ingested *result, struct error *error) {
    int64_t since = milliseconds();
    struct reading *at = ARENA_NEW(arena, struct reading, 1);
    at->ingest = ingest;
    at->job = job;
    at->arena = arena;
    at->result = result;
    *result = (struct ingested){0};
    at->spec = ARENA_NEW(arena, struct spec, 1);
    *at->spec = *job->spec;
    at->spec->columns = ARENA_NEW(arena, struct spec_column, job->spec->column_count + 1);
    memcpy(at->spec->columns, job->spec->columns, job->spec->column_count * sizeof *at->spec->columns);
    if (job->spec->where_count) {
        at->spec->where = ARENA_NEW(arena, struct spec_condition, job->spec->where_count);
        memcpy(at->spec->where, job->spec->where, job->spec->where_count * sizeof *at->spec->where);
    }
    result->spec = at->spec;
    bool ok = open_reader(at, error);
    if (ok) {
        struct input again = input_of(at);
        ok = drift_check(at->spec, &again, &result->columns, arena, &result->drifted, error) &&
             spec_resolve(at->spec, &result->drifted.named, error) && add_file(at, error) &&
             read_through(at, error);
        extract_close(&at->pipeline.reader);
    }
    result->milliseconds = milliseconds() - since;
    if (ok && ingest->intake) {
        result->file->milliseconds = result->milliseconds;
        ok = intake_read(ingest->intake, result->file, &result->tally, error);
    }
    return ok || error_at(error, job->name);
}
