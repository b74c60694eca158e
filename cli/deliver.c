/* SPDX-License-Identifier: MulanPSL-2.0 */
/* One delivery from its bytes to its verdict; and all of a county in the order of their rank. */
#include "cli/deliver.h"
#include "cli/ledger.h"
#include "cli/template/template.h"
#include "core/language.h"
#include "core/terminal.h"
#include <stdlib.h>

void deliver_say(const struct work *work, const struct district *district, const char *path,
                 const char *text) {
    if (!work->invocation->json)
        printf(" %s  %s  %s\n", district->county->name, plain_text(work->arena, path), text);
}

/* Hashes the file unless it is as it was when last seen. */
bool work_identify(struct work *work, struct found *file, struct error *error) {
    struct registry_sighting sighting = {.folder = file->county->folder,
                                         .path = file->path,
                                         .bytes = file->bytes,
                                         .mtime_ns = file->mtime_ns,
                                         .ctime_ns = file->ctime_ns,
                                         .inode = file->inode};
    bool known = false;
    if (file->sha256[0]) return true;
    if (!registry_seen(&work->registry, &sighting, &known, error)) return false;
    if (known) {
        memcpy(file->sha256, sighting.sha256, sizeof file->sha256);
        memcpy(file->sm3, sighting.sm3, sizeof file->sm3);
        return true;
    }
    if (!scan_identify(file, error)) return false;
    memcpy(sighting.sha256, file->sha256, sizeof file->sha256);
    memcpy(sighting.sm3, file->sm3, sizeof file->sm3);
    return registry_saw(&work->registry, &sighting, error);
}

/* The slip inside the archive; else, of those beside the file, the one that names it; else the first. */
static bool find_slip(struct delivering *at, bool *named, struct error *error) {
    struct slip *slip = ARENA_NEW(&at->arena, struct slip, 1);
    *named = at->plan.slip != NULL;
    if (at->plan.slip) {
        at->slip = slip;
        return slip_read(at->file->absolute, at->plan.slip, at->plan.limits, &at->arena, slip, error);
    }
    for (uint32_t i = 0; i < at->district->scan.count && !*named; i++) {
        if (!at->district->scan.files[i].slip) continue;
        if (!slip_read(at->district->scan.files[i].absolute, NULL, NULL, &at->arena, slip, error))
            return false;
        *named = slip_names(slip, at->file);
        if (at->slip && !*named) continue;
        at->slip = slip;
        slip = ARENA_NEW(&at->arena, struct slip, 1);
    }
    return true;
}

bool deliver_slip(struct delivering *at, struct error *error) {
    bool named;
    if (!find_slip(at, &named, error)) return false;
    if (!at->slip) return true;
    const struct rules *rules = &at->district->rules;
    bool own = !at->slip->admdvs[0];
    for (uint32_t i = 0; i < rules->county_count; i++)
        own |= strlen(at->slip->admdvs) == rules->county[i].size &&
               memcmp(at->slip->admdvs, rules->county[i].bytes, rules->county[i].size) == 0;
    if (!own)
        return error_code(error, TROUBLE_REFUSED, "delivery.other_county",
                          TEXT("交接单写的统筹区是 %s，不是 %s", "the slip is of division %s, not %s"),
                          at->slip->admdvs, at->district->county->admdvs);
    if (!at->plan.period[0]) at->plan.period = at->slip->period;
    if (named && at->slip->revision > 0) at->plan.revision = at->slip->revision;
    for (uint32_t i = 0; named && at->slip->scope == SLIP_FULL && i < at->plan.job_count; i++)
        template_full(&at->plan.jobs[i], &at->arena);
    return true;
}

bool deliver_begin(struct delivering *at, struct error *error) {
    struct work *work = at->work;
    const struct city *city = &work->city;
    const struct found *as = at->as ? at->as : at->file;
    struct intake_delivery delivery = {.county = at->district->county->admdvs,
                                       .folder = at->district->county->folder,
                                       .path = as->path,
                                       .bytes = as->bytes,
                                       .received = as->mtime_ns / 1000000000,
                                       .sha256 = as->sha256,
                                       .sm3 = as->sm3,
                                       .period = at->plan.period ? at->plan.period : "",
                                       .revision = at->plan.revision ? at->plan.revision : 1,
                                       .part = at->plan.part,
                                       .rank_arrival = at->plan.rank_arrival,
                                       .group = at->group,
                                       .source = at->source,
                                       .parent = at->parent};
    struct intake_limits limits = {city->reject_limit.rows, city->reject_limit.share * 100,
                                   city->vanish_limit.rows, city->vanish_limit.share * 100};
    at->intake = intake_begin(&work->registry, &delivery, &limits, &at->arena, error);
    return at->intake != NULL;
}

/* False: this job has no row to be read again. */
static bool replay_into(const struct replay *replay, struct ingest *ingest) {
    ingest->parent_file = replay->parent_file;
    ingest->only = replay->rows;
    ingest->only_count = replay->row_count;
    ingest->cells = replay->cells;
    ingest->cell_count = replay->cell_count;
    return replay->parent_file != 0;
}

/* A file without a spec brings its own: what was true then is kept as every other spec and table is. */
static bool keep_template(struct delivering *at, const struct job *job, struct error *error) {
    struct registry *registry = &at->work->registry;
    bool ok = registry_content(registry, job->source->path, job->source->sha256, job->source->bytes, error);
    for (uint32_t i = 0; ok && i < job->rules->file_count; i++) {
        const struct sourced *table = &job->rules->files[i];
        ok = registry_content(registry, table->path, table->sha256, table->bytes, error);
    }
    return ok;
}

static bool read_jobs(struct delivering *at, struct error *error) {
    struct work *work = at->work;
    bool ok = true;
    struct error first = {0};
    struct arena brief = {0};
    struct ingested *result = ARENA_NEW(&brief, struct ingested, 1);
    for (uint32_t i = 0; i < at->plan.job_count; i++) {
        const struct rules *rules = at->plan.jobs[i].rules;
        if (rules && !keep_template(at, &at->plan.jobs[i], error)) return arena_free(&brief), false;
        struct ingest ingest = {.city = &work->city,
                                .county = at->district->county,
                                .file = at->file,
                                .rules = rules ? rules : &at->district->rules,
                                .intake = at->intake,
                                .registry = &work->registry,
                                .slip = at->slip,
                                .progress = &work->progress,
                                .stop = work->invocation->stop,
                                .brief = &brief};
        if (at->replay && !replay_into(&at->replay[i], &ingest)) continue;
        struct error own = {0};
        bool good = ingest_job(&ingest, &at->plan.jobs[i], &at->arena, result, &own) &&
                    ingest_record(&ingest, &at->plan.jobs[i], result, &at->arena, &own);
        if (!work->invocation->json)
            drift_print(stderr, &result->drifted, at->plan.jobs[i].name, at->plan.jobs[i].source->path,
                        at->file->absolute, good);
        if (good) continue;
        /* The other members are still read, so that the county gets its complete list. */
        if (ok) first = own;
        ok = false;
        if (own.trouble == TROUBLE_LATER || atomic_load(work->invocation->stop)) break;
    }
    arena_free(&brief);
    if (!ok) *error = first;
    return ok;
}

void deliver_refused(struct delivering *at, const struct error *reason) {
    struct work *work = at->work;
    struct error named = *reason, *why = &named;
    /* Which file it is, also where only the whole delivery is meant. */
    const char *path = at->file->path, *source = why->at.source ? why->at.source : path;
    size_t above = strlen(at->file->absolute) - strlen(path); /* the absolute path ends in the other */
    if (strncmp(source, at->file->absolute, strlen(at->file->absolute)) == 0) source += above;
    if (strncmp(source, path, strlen(path)) == 0)
        why->at.source = arena_print(&at->arena, "%s/%s", at->district->county->folder, source);
    bool said = strcmp(why->message, at->district->broken.message) == 0 ||
                strcmp(why->message, work->ledger.message) == 0;
    const char *verdict = why->trouble == TROUBLE_LATER ? TEXT("稍后再试", "later") : TEXT("拒收", "refused");
    const char *member = strchr(source, '!');
    char place[PLACE_TEXT];
    if (member && strstr(why->message, member + 1)) member = NULL; /* the sentence names it */
    error_place(why, place);
    const char *what =
        said ? error_text(why, &at->arena)
             : arena_print(&at->arena, "%s%s%s%s%s", member ? member + 1 : "", member ? TEXT("：", ": ") : "",
                           place, *place ? TEXT("：", ": ") : "", why->message);
    bool unknown = why->code && strcmp(why->code, "commit.unknown") == 0;
    const char *nothing = TEXT("；本批未入库任何一行", "; nothing of it was published");
    deliver_say(work, at->district, at->file->path,
                arena_print(&at->arena, "%s%s%s%s", verdict, TEXT("：", ": "), what, unknown ? "" : nothing));
    /* What keeps the whole county, or all books, out was said when its turn came. */
    bool seen = !work->invocation->json && terminal_columns(stdout) && terminal_columns(stderr);
    if (!said && seen) print_suggestion(stderr, why); /* one screen: not twice */
    else if (!said) print_error(stderr, why);
    work->refused++;
    work->code = exit_worse(work->code, exit_of(why));
}

/* Records why; a database that is away is the one thing that cannot be recorded there. */
bool deliver_refuse(struct delivering *at, const struct error *why, struct error *error) {
    deliver_refused(at, why);
    if (why->trouble == TROUBLE_LATER) return true;
    if (!at->intake && !deliver_begin(at, error)) return false;
    return intake_refuse(at->intake, why, error);
}

/* Rows that were read again; 0: the whole delivery was read. */
static int64_t rows_asked(const struct delivering *at) {
    int64_t asked = 0;
    for (uint32_t i = 0; at->replay && i < at->plan.job_count; i++) asked += at->replay[i].row_count;
    return asked;
}

static const char *tell_mended(struct delivering *at, int64_t mended) {
    int64_t asked = rows_asked(at);
    return arena_print(
        &at->arena,
        at->work->registry.trial
            ? TEXT("试算：可补入 %jd 行，仍退回 %jd 行", "trial: would mend %jd rows, %jd still rejected")
            : TEXT("补入 %jd 行，仍退回 %jd 行", "mended %jd rows, %jd still rejected"),
        (intmax_t)mended, (intmax_t)(asked - mended));
}

uint32_t deliver_published(struct delivering *at) {
    int64_t rows = 0, rejected = 0, vanished = 0;
    for (uint32_t i = 0; i < intake_file_count(at->intake); i++) {
        const struct intake_file *file = intake_file_at(at->intake, i);
        vanished += file->buckets[BUCKET_VANISHED].rows;
        for (int b = 0; b < BUCKET_OWN; b++) rows += file->buckets[b].rows;
        rejected += file->buckets[BUCKET_REJECTED].rows;
    }
    const char *trial = at->work->registry.trial ? TEXT("试算，未入库", "trial, nothing published")
                                                 : TEXT("已入库", "published");
    const char *told =
        at->replay
            ? tell_mended(at, rows - rejected)
            : arena_print(&at->arena, TEXT("%s：读入 %jd 行，退回 %jd 行", "%s: %jd rows read, %jd rejected"),
                          trial, (intmax_t)rows, (intmax_t)rejected);
    if (vanished) /* a record that leaves without a word is how money is lost */
        told = arena_print(
            &at->arena,
            TEXT(
                "%s，另有 %jd 条已入库记录本次全量没有或被退回，已终止",
                "%s; %jd published records that this full delivery lacks, or that were rejected, have ended"),
            told, (intmax_t)vanished);
    deliver_say(at->work, at->district, at->file->path, told);
    at->work->published++;
    /* What stays open where it is has no row in this delivery, but is sent back all the same. */
    if (rejected || rows - rejected < rows_asked(at))
        at->work->code = exit_worse(at->work->code, EXIT_PUBLISHED);
    return (uint32_t)(rows - rejected);
}

bool deliver_known(struct delivering *at, bool *known, struct error *error) {
    struct registry_delivery found = {0};
    if (!registry_find(&at->work->registry, at->district->county->admdvs, at->file->sha256, &at->arena,
                       &found, error))
        return false;
    *known = found.delivery != 0;
    if (!*known) return true;
    at->work->skipped++;
    deliver_say(at->work, at->district, at->file->path,
                arena_print(&at->arena,
                            TEXT("已在第 %d 次入库(内容相同)，跳过",
                                 "published in run %d already (same bytes), skipped"),
                            found.run));
    return true;
}

bool deliver_read(struct delivering *at, struct error *why) {
    if (!read_jobs(at, why)) return false;
    return scan_unchanged(at->file) ||
           error_code(why, TROUBLE_FAILED, NULL, "%s",
                      TEXT("文件正在变化，下次运行再读", "the file is changing; the next run will read it"));
}

bool deliver_planned(struct delivering *at, struct error *error) {
    struct error why = {0};
    if (!deliver_begin(at, error)) return false;
    if (!deliver_read(at, &why)) return deliver_refuse(at, &why, error);
    if (!intake_publish(at->intake, &why)) return deliver_refused(at, &why), true;
    deliver_published(at);
    return true;
}

/* A spec's pattern for files, without what it says of their insides. */
static bool knows_name(const struct spec *spec, const char *path) {
    const char *inside = memchr(spec->match.bytes, '!', spec->match.size);
    struct span outer = {spec->match.bytes, inside ? (size_t)(inside - spec->match.bytes) : spec->match.size};
    return !spec->ignore && spec_match(outer, (struct span){path, strlen(path)}, NULL);
}

/* Whose file it may be: a tired clerk puts it into the neighbour's folder. */
static bool tell_elsewhere(struct delivering *at, struct error *why, struct error *error) {
    const char *where = NULL;
    for (uint32_t i = 0; !where && i < at->work->city.county_count; i++) {
        const struct county *county = &at->work->city.counties[i];
        struct registry_delivery found = {0};
        if (county == at->district->county) continue;
        if (!registry_find(&at->work->registry, county->admdvs, at->file->sha256, &at->arena, &found, error))
            return false;
        if (found.delivery)
            where = arena_print(&at->arena,
                                TEXT("同样的内容已由%s在第 %d 次入库，放错了文件夹就移走这一份",
                                     "the same bytes were published for %s in run %d: put into the wrong "
                                     "folder, take it away"),
                                county->name, found.run);
    }
    for (uint32_t i = 0; !where && i < at->work->district_count; i++) {
        const struct district *other = &at->work->districts[i];
        for (uint32_t s = 0; other != at->district && !where && s < other->specs.count; s++)
            if (knows_name(&other->specs.specs[s], at->file->path))
                where =
                    arena_print(&at->arena,
                                TEXT("%s的规格认得这个文件名，放错了文件夹就移到 deliveries/%s/",
                                     "a spec of %s knows this name: put into the wrong folder, move it to "
                                     "deliveries/%s/"),
                                other->county->name, other->county->folder);
    }
    if (!where) return true;
    return error_code(why, TROUBLE_REFUSED, "file.unmatched",
                      TEXT("没有源规格认领此文件；%s", "no source spec claims this file; %s"), where),
           true;
}

/* A file without rows of its own.  Refused before somebody said so, it is still on the books. */
static bool say_idle(struct delivering *at, struct error *error) {
    struct registry_delivery *list = NULL;
    uint32_t count = 0;
    const char *text = plan_idle(&at->plan, &at->arena);
    if (!registry_list(&at->work->registry, at->district->county->admdvs, 0, &at->arena, &list, &count,
                       error))
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(list[i].sha256, at->file->sha256) == 0 && !list[i].undone &&
            (strcmp(list[i].state, "refused") == 0 || strcmp(list[i].state, "failed") == 0))
            text = arena_print(&at->arena,
                               TEXT("%s；第 %d 号的拒收还在账上：tongchou undo %d --reason 不需要",
                                    "%s; delivery %d, refused, is still on the books: tongchou undo %d "
                                    "--reason not-needed"),
                               text, list[i].delivery, list[i].delivery);
    deliver_say(at->work, at->district, at->file->path, text);
    return true;
}

bool deliver_prepare(struct delivering *at, bool *ready, struct error *error) {
    struct error why = {0};
    bool known = false;
    *ready = false;
    if (!work_identify(at->work, at->file, &why)) return deliver_refused(at, &why), true;
    if (!deliver_known(at, &known, error)) return false;
    if (known) return true;
    bool planned = work_sound(at->district, &why) &&
                   plan_delivery(at->file, &at->district->specs, &at->arena, &at->plan, &why);
    if (planned && !at->plan.job_count) return say_idle(at, error);
    *ready = planned && ledger_sound(at->work, &at->plan, &why) && deliver_slip(at, &why);
    if (why.code && strcmp(why.code, "file.unmatched") == 0 && !tell_elsewhere(at, &why, error)) return false;
    if (*ready && at->plan.litter_count)
        deliver_say(at->work, at->district, at->file->path,
                    arena_print(&at->arena,
                                TEXT("包内 %u 个系统文件(%s 等)不是数据，未读",
                                     "%u files of a system in the archive (%s ...) are no data: not read"),
                                at->plan.litter_count, at->plan.litter));
    for (uint32_t i = 0; *ready && i < at->plan.hidden_count; i++)
        deliver_say(at->work, at->district,
                    arena_print(&at->arena, "%s!%s", at->file->path, at->plan.hidden[i]),
                    TEXT("隐藏工作表，没有规格点名，未读", "a hidden sheet that no spec names: not read"));
    return *ready || deliver_refuse(at, &why, error);
}

struct delivering *delivering_new(struct work *work, struct district *district, const struct found *file) {
    struct delivering *at = ARENA_NEW(work->arena, struct delivering, 1);
    *at = (struct delivering){.work = work, .district = district, .source = "file"};
    at->file = ARENA_NEW(work->arena, struct found, 1);
    *at->file = *file;
    return at;
}

void delivering_free(struct delivering *at) {
    if (at->intake) intake_end(at->intake);
    arena_free(&at->arena);
}
