/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/preview/preview.h"
#include "core/language.h"
#include <stdlib.h>
#include <sys/stat.h>

/* The county in whose folder the file lies, else the one that --county names, else the only one. */
static bool find_county(struct preview *at, const char *path, struct error *error) {
    struct arena *arena = at->arena;
    char *full = realpath(path, NULL);
    if (!full) return error_code(error, TROUBLE_USAGE, NULL, TEXT("找不到文件 %s", "no file %s"), path);
    at->file.absolute = arena_print(arena, "%s", full);
    free(full);
    const char *slash = strrchr(at->file.absolute, '/');
    at->file.path = slash ? slash + 1 : at->file.absolute;
    for (uint32_t i = 0; i < at->city.county_count && !at->wanted; i++) {
        const char *folder =
            arena_print(arena, "%s/deliveries/%s/", at->city.directory, at->city.counties[i].folder);
        if (strncmp(at->file.absolute, folder, strlen(folder)) != 0) continue;
        at->file.county = &at->city.counties[i];
        at->file.path = at->file.absolute + strlen(folder);
    }
    if (at->wanted) at->file.county = city_county(&at->city, at->wanted);
    else if (!at->file.county && at->city.county_count == 1) at->file.county = &at->city.counties[0];
    if (at->file.county) return true;
    return error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("看不出是哪个县：文件不在 deliveries/县/ 里，请用 --county 指明",
                           "which county? The file is not in deliveries/COUNTY/; say --county"));
}

static bool open_all(struct preview *at, struct error *error) {
    struct arena *arena = at->arena;
    struct stat status;
    if (!city_read(at->directory, arena, &at->city, error) || !find_county(at, at->path, error)) return false;
    if (stat(at->file.absolute, &status) == 0) at->file.bytes = status.st_size;
    return specs_read(&at->city, at->file.county, arena, &at->specs, error) &&
           rules_read(&at->city, at->file.county, &at->specs, arena, &at->rules, error) &&
           plan_delivery(&at->file, &at->specs, arena, &at->jobs_planned, error);
}

bool preview_read(struct preview *at, const struct job *job, struct error *error) {
    struct arena *arena = at->arena;
    struct preview_plan *plan = &at->plan;
    struct preview_job *done = &at->jobs[at->job_count];
    struct preview_notes *notes = at->notes[at->job_count];
    struct ingest ingest = {.city = &at->city,
                            .county = at->file.county,
                            .file = &at->file,
                            .rules = job->rules ? job->rules : &at->rules,
                            .slip = at->slip,
                            .sink = &preview_sink,
                            .progress = &at->progress,
                            .stop = plan->full ? at->stop : &plan->enough};
    struct ingested *result = ARENA_NEW(arena, struct ingested, 1);
    atomic_store(&plan->enough, false);
    atomic_store(&plan->keys_left, PREVIEW_KEYS_MAX);
    for (uint32_t i = 0; i < WORKERS; i++) {
        notes[i] = (struct preview_notes){
            .plan = plan, .spec = job->spec, .persons = spec_person_keys(job->spec, arena)};
        ingest.sink_states[i] = &notes[i];
    }
    bool ok = ingest_job(&ingest, job, arena, result, error);
    if (!at->quiet)
        drift_print(stderr, &result->drifted, job->name, job->source->path, at->file.absolute,
                    ok || plan->enough);
    /* The reader was stopped by us: the head is whole. */
    if (!ok && !(plan->enough && result->columns.count)) return false;
    if (!ok) *error = (struct error){0};
    *done = (struct preview_job){.job = job,
                                 .name = job->name,
                                 .spec = *result->spec,
                                 .columns = result->columns,
                                 .milliseconds = result->milliseconds};
    done->control_breaches = plan->full ? result->breach_count : 0;
    preview_gather(done, notes, WORKERS, arena);
    /* Half a file cannot agree with what was said of the whole. */
    done->declared = at->slip && plan->full ? slip_find(at->slip, &at->file, job) : NULL;
    at->job_count++;
    return true;
}

/* The slip inside the archive, else one beside the file. */
static bool find_slip(struct preview *at, struct error *error) {
    const char *path = at->jobs_planned.slip ? at->file.absolute : NULL;
    const char *slash = strrchr(at->file.absolute, '/');
    struct stat status;
    if (!path) {
        path =
            arena_print(at->arena, "%.*s/交接单.xlsx", (int)(slash - at->file.absolute), at->file.absolute);
        if (stat(path, &status) != 0) return true;
    }
    at->slip = ARENA_NEW(at->arena, struct slip, 1);
    return slip_read(path, at->jobs_planned.slip, at->jobs_planned.limits, at->arena, at->slip, error);
}

bool preview_open(struct preview *at, struct error *error) {
    if (!open_all(at, error) || !find_slip(at, error)) return false;
    atomic_store(&at->plan.lines_left, PREVIEW_LINES_MAX);
    at->jobs = ARENA_NEW(at->arena, struct preview_job, at->jobs_planned.job_count + 1);
    at->notes =
        arena_take(at->arena, sizeof *at->notes, at->jobs_planned.job_count + 1, _Alignof(max_align_t));
    progress_open(&at->progress, at->quiet);
    return true;
}

void preview_close(struct preview *at) {
    progress_close(&at->progress);
    for (uint32_t i = 0; i < at->jobs_planned.job_count; i++)
        for (uint32_t w = 0; w < WORKERS; w++) arena_free(&at->notes[i][w].arena);
}
