/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/check_header.h"
#include "cli/command.h"
#include "cli/drift.h"
#include "cli/plan.h"
#include "cli/specs.h"

static bool is_published(struct registry *registry, const struct found *file, struct arena *arena) {
    struct registry_sighting sighting = {.folder = file->county->folder,
                                         .path = file->path,
                                         .bytes = file->bytes,
                                         .mtime_ns = file->mtime_ns,
                                         .ctime_ns = file->ctime_ns,
                                         .inode = file->inode};
    struct registry_delivery delivery = {0};
    struct error ignored = {0};
    bool known = false;
    return registry && registry_seen(registry, &sighting, &known, &ignored) && known &&
           registry_find(registry, file->county->admdvs, sighting.sha256, arena, &delivery, &ignored) &&
           delivery.delivery != 0;
}

/* Names only: the file is opened and no row is read. */
static bool differs(const struct found *file, const struct job *job, bool quiet, struct arena *arena) {
    struct spec spec = *job->spec;
    struct input input = {.path = file->absolute,
                          .member = job->member,
                          .name = job->name,
                          .read = spec.read,
                          .sheet = job->sheet};
    const struct extractor *extractor = extract_find(spec.format);
    struct stage reader;
    struct columns columns;
    struct drifted drifted = {0};
    struct error error = {0};
    /* What cannot be opened is said by preview and run, with its reason. */
    if (!extractor || !extract_open(extractor, &input, arena, &reader, &columns, &error)) return false;
    extract_close(&reader);
    spec.columns = ARENA_NEW(arena, struct spec_column, spec.column_count + 1);
    memcpy(spec.columns, job->spec->columns, spec.column_count * sizeof *spec.columns);
    if (drift_check(&spec, NULL, &columns, arena, &drifted, &error)) return false;
    if (!quiet) drift_print(stderr, &drifted, job->name, job->source->path, file->absolute, false);
    return true;
}

uint32_t check_headers(const struct city *city, const struct county *county, struct registry *registry,
                       bool quiet, struct arena *arena, uint32_t *looked) {
    struct scan scan;
    struct spec_set specs;
    struct error error = {0};
    uint32_t different = 0;
    *looked = 0;
    if (!specs_read(city, county, arena, &specs, &error) || !scan_county(city, county, arena, &scan, &error))
        return 0; /* said already, or there is no folder yet */
    for (uint32_t i = 0; i < scan.count; i++) {
        const struct found *file = &scan.files[i];
        struct plan plan;
        struct error own = {0};
        if (file->slip || is_published(registry, file, arena) ||
            !plan_delivery(file, &specs, arena, &plan, &own))
            continue;
        for (uint32_t j = 0; j < plan.job_count; j++) {
            if (!plan.jobs[j].spec->header.fingerprint.size) continue;
            ++*looked;
            different += differs(file, &plan.jobs[j], quiet, arena);
        }
    }
    return different;
}
