/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Rejected rows are judged again when a spec or a mapping changed: nothing is re-sent, the same lineage. */
#include "cli/deliver.h"
#include "cli/template/template.h"
#include "core/language.h"
#include <stdio.h>

static const struct found *find_bytes(const struct district *district, const char *sha256) {
    for (uint32_t i = 0; i < district->scan.count; i++)
        if (strcmp(district->scan.files[i].sha256, sha256) == 0) return &district->scan.files[i];
    return NULL;
}

static struct job *find_job(const struct plan *plan, const struct registry_open *open) {
    for (uint32_t i = 0; i < plan->job_count; i++)
        if (strcmp(plan->jobs[i].source->path, open->spec_path) == 0 &&
            strcmp(plan->jobs[i].inside, open->member) == 0)
            return &plan->jobs[i];
    return NULL;
}

/* A file without a spec: its spec and tables are made again out of what stands there today. */
static bool template_judged(const struct district *district, const struct registry_open *open) {
    const struct found *file = find_bytes(district, open->sha256);
    struct arena arena = {0};
    struct plan plan;
    struct error ignored = {0};
    struct job *job = NULL;
    if (file && plan_delivery(file, &district->specs, &arena, &plan, &ignored)) job = find_job(&plan, open);
    /* Its slip may have said 全量. */
    if (job && strcmp(job->source->sha256, open->spec_sha256) != 0) template_full(job, &arena);
    bool same = !job || (strcmp(job->source->sha256, open->spec_sha256) == 0 &&
                         (!job->rules || strcmp(job->rules->sha256, open->mapping_sha256) == 0));
    arena_free(&arena);
    return same;
}

static bool judged_by_today(const struct district *district, const struct registry_open *open) {
    for (uint32_t i = 0; i < district->specs.count; i++)
        if (strcmp(district->specs.sources[i].path, open->spec_path) == 0)
            return strcmp(district->specs.sources[i].sha256, open->spec_sha256) == 0 &&
                   strcmp(district->rules.sha256, open->mapping_sha256) == 0;
    if (strncmp(open->spec_path, "template:", strlen("template:")) == 0)
        return template_judged(district, open);
    return true; /* the spec is gone: there is nothing to judge by */
}

/* All files of one delivery that have open rejects: one child delivery. */
static bool judge(struct work *work, struct district *district, const struct registry_open *list,
                  uint32_t count, struct error *error) {
    const struct found *file = find_bytes(district, list[0].sha256);
    if (!file) {
        if (!work->invocation->json)
            printf(TEXT(" %s  %s  原文件已不在 deliveries/ 中，退回的行不能重新处理\n",
                        " %s  %s  gone from deliveries/, its rejects cannot be judged again\n"),
                   district->county->name, list[0].path);
        return true;
    }
    struct delivering *at = delivering_new(work, district, file);
    struct replay replay[JOBS_MAX] = {0};
    struct error why = {0};
    at->source = "mapping";
    at->parent = list[0].delivery;
    at->replay = replay;
    bool ok = plan_delivery(file, &district->specs, &at->arena, &at->plan, &why);
    for (uint32_t i = 0; ok && i < count; i++) {
        const struct job *job = list[i].row_count ? find_job(&at->plan, &list[i]) : NULL;
        if (job)
            replay[job - at->plan.jobs] = (struct replay){
                .parent_file = list[i].file, .rows = list[i].rows, .row_count = list[i].row_count};
    }
    ok = ok ? deliver_planned(at, error) : deliver_refuse(at, &why, error);
    delivering_free(at);
    return ok;
}

/* Its rows are listed only now, and as they stand: a delivery judged before it may have settled some. */
static bool judge_open(struct work *work, struct district *district, struct registry_open *list,
                       uint32_t count, struct error *error) {
    bool any = false;
    if (!registry_open_rows(&work->registry, work->arena, list, count, error)) return false;
    for (uint32_t i = 0; i < count; i++) any |= list[i].row_count > 0;
    return !any || judge(work, district, list, count, error);
}

bool work_reevaluate(struct work *work, struct district *district, struct error *error) {
    struct registry_open *list;
    uint32_t count = 0;
    if (!registry_open_files(&work->registry, district->county->admdvs, work->arena, &list, &count, error))
        return false;
    for (uint32_t from = 0, until; from < count && !atomic_load(work->invocation->stop); from = until) {
        bool stale = false;
        for (until = from; until < count && list[until].delivery == list[from].delivery; until++)
            stale |= !judged_by_today(district, &list[until]);
        if (stale && !judge_open(work, district, list + from, until - from, error)) return false;
    }
    return true;
}
