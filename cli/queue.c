/* SPDX-License-Identifier: MulanPSL-2.0 */
/* All of a county in the order of rank.  First deliveries that follow each other are read one by one into a
   table that they share and are published together (load/group.h). */
#include "cli/deliver.h"
#include "core/language.h"
#include "load/group.h"
#include <stdlib.h>

/* Rank first, then name: two deliveries of one run arrive in the order in which they speak. */
struct queued {
    struct found *file;
    struct plan plan;
    bool outside; /* read in this run and not published: tried or refused */
};

static int by_rank(const void *a, const void *b) {
    const struct queued *left = a, *right = b;
    int order = strcmp(left->plan.period, right->plan.period);
    if (order) return order;
    if (left->plan.revision != right->plan.revision)
        return left->plan.revision < right->plan.revision ? -1 : 1;
    if (left->plan.part != right->plan.part) return left->plan.part < right->plan.part ? -1 : 1;
    return strcmp(left->file->path, right->file->path);
}

/* The files that are not in yet, each with its place among the others. */
static bool queue_county(struct work *work, struct district *district, struct queued *queue, uint32_t *count,
                         struct error *error) {
    struct arena planning = {0};
    bool ok = true;
    for (uint32_t i = 0; ok && i < district->scan.count; i++) {
        struct found *file = &district->scan.files[i];
        if (file->slip) continue;
        struct queued *entry = &queue[*count];
        *entry = (struct queued){.file = file, .plan = {.period = ""}};
        struct delivering at = {.work = work, .district = district, .file = file};
        bool known = false;
        /* Whatever is wrong with a file is said when its turn comes; here only its rank is needed. */
        if (work_identify(work, file, &(struct error){0})) ok = deliver_known(&at, &known, error);
        arena_free(&at.arena);
        if (known) continue;
        if (!plan_delivery(file, &district->specs, &planning, &entry->plan, &(struct error){0}))
            entry->plan.period = "";
        entry->plan.period = arena_print(work->arena, "%s", entry->plan.period);
        ++*count;
    }
    arena_free(&planning);
    return ok;
}

/* The registry knows published bytes only; what was refused a moment ago would be refused again. */
static const struct found *read_already(const struct queued *queue, uint32_t index) {
    for (uint32_t i = 0; i < index; i++)
        if (queue[i].outside && queue[index].file->sha256[0] &&
            strcmp(queue[i].file->sha256, queue[index].file->sha256) == 0)
            return queue[i].file;
    return NULL;
}

/* Read to their ends and waiting for each other. */
struct gathering {
    struct work *work;
    struct district *district;
    struct intake_group *group; /* NULL: nobody waits */
    uint32_t count;
    struct delivering *list[GROUP_MAX];
};

/* Only deltas without delete markers, of kinds of which nothing was ever published. */
static bool joins(struct gathering *at, const struct plan *plan, bool *takes, struct error *error) {
    *takes = plan->job_count > 0 && plan->job_count <= INTAKE_FILES_MAX;
    for (uint32_t i = 0; *takes && i < plan->job_count; i++) {
        const struct spec *spec = plan->jobs[i].spec;
        *takes = !spec->full && !spec->withdraw.value_count;
        if (*takes && !at->group)
            at->group = group_new(&at->work->registry, at->district->county->admdvs, at->work->arena);
        if (*takes && !group_takes(at->group, spec->kind, takes, error)) return false;
    }
    return true;
}

static void leave(struct gathering *at, const struct intake *refused, const struct error *why) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < at->count; i++) {
        if (at->list[i]->intake != refused) {
            at->list[kept++] = at->list[i];
            continue;
        }
        deliver_refused(at->list[i], why);
        delivering_free(at->list[i]);
    }
    at->count = kept;
}

/* Publishes those that wait; one that is refused leaves and the others are published without it. */
static void publish_gathered(struct gathering *at) {
    while (at->count && !atomic_load(at->work->invocation->stop)) {
        struct error why = {0};
        struct intake *refused = NULL;
        if (group_publish(at->group, &refused, &why)) {
            for (uint32_t i = 0; i < at->count; i++) deliver_published(at->list[i]);
            break;
        }
        if (refused) leave(at, refused, &why);
        else {
            for (uint32_t i = 0; i < at->count; i++) deliver_refused(at->list[i], &why);
            break;
        }
    }
    for (uint32_t i = 0; i < at->count; i++) delivering_free(at->list[i]);
    if (at->group) group_end(at->group);
    at->group = NULL;
    at->count = 0;
}

/* Reads one into the shared tables. */
static bool gather(struct gathering *at, struct delivering *one, struct error *error) {
    struct error why = {0};
    one->group = at->group;
    if (!deliver_begin(one, error)) return delivering_free(one), false;
    if (deliver_read(one, &why) && group_join(at->group, one->intake, &why)) {
        at->list[at->count++] = one;
        if (at->count == GROUP_MAX) publish_gathered(at);
        return true;
    }
    bool ok = deliver_refuse(one, &why, error);
    delivering_free(one);
    return ok;
}

static bool deliver(struct gathering *at, struct found *file, struct error *error) {
    struct delivering *one = delivering_new(at->work, at->district, file);
    bool ready = false, takes = false;
    bool ok = deliver_prepare(one, &ready, error) && (!ready || joins(at, &one->plan, &takes, error));
    *file = *one->file; /* its hash is known now */
    if (ok && ready && takes) return gather(at, one, error);
    if (ok && ready) {
        publish_gathered(at);
        ok = deliver_planned(one, error);
    }
    delivering_free(one);
    return ok;
}

static bool waits(const struct gathering *at, const struct found *file) {
    for (uint32_t i = 0; i < at->count; i++)
        if (file->sha256[0] && strcmp(at->list[i]->file->sha256, file->sha256) == 0) return true;
    return false;
}

static bool deliver_all(struct gathering *at, struct queued *queue, uint32_t count, struct error *error) {
    struct work *work = at->work;
    bool ok = true;
    for (uint32_t i = 0; ok && i < count && !atomic_load(work->invocation->stop); i++) {
        const struct found *same = read_already(queue, i);
        uint32_t refused = work->refused;
        if (waits(at, queue[i].file)) publish_gathered(at);
        if (same)
            deliver_say(
                work, at->district, queue[i].file->path,
                arena_print(work->arena,
                            work->registry.trial
                                ? TEXT("与 %s 内容相同，跳过", "same bytes as %s, skipped")
                                : TEXT("与 %s 内容相同，那一份没有入库，跳过；该用这个文件名就移走那一份",
                                       "same bytes as %s, which was not published: skipped; where this "
                                       "is the right name, take that one away"),
                            same->path));
        else ok = deliver(at, queue[i].file, error);
        queue[i].outside = work->registry.trial || work->refused > refused;
    }
    publish_gathered(at);
    return ok;
}

bool work_county(struct work *work, struct district *district, struct error *error) {
    if (!scan_county(&work->city, district->county, work->arena, &district->scan, error)) return false;
    for (uint32_t i = 0; i < district->scan.passed_count; i++) {
        deliver_say(work, district, district->scan.passed[i],
                    TEXT("不是普通文件，或在三层文件夹以下，未读",
                         "no regular file, or more than three folders down: not read"));
        work->code = exit_worse(work->code, EXIT_REFUSED);
    }
    struct queued *queue = ARENA_NEW(work->arena, struct queued, district->scan.count + 1);
    uint32_t count = 0;
    if (!queue_county(work, district, queue, &count, error)) return false;
    qsort(queue, count, sizeof *queue, by_rank);
    struct gathering gathering = {.work = work, .district = district};
    return deliver_all(&gathering, queue, count, error);
}
