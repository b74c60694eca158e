/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/work.h"
#include "cli/papers.h"
#include "cli/closing.h"
#include "cli/ledger.h"
#include "cli/operator.h"
#include "cli/policy/policy.h"
#include "core/language.h"
#include "extract/plugin.h"
#include "load/undo.h"
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PROGRAM_BYTES_MAX = 256 << 20, DAY_SECONDS = 24 * 60 * 60 };

static const char *program_hash(struct arena *arena) {
    struct arena own = {0};
    struct span bytes;
    char text[SHA256_TEXT] = "";
    if (file_read("/proc/self/exe", PROGRAM_BYTES_MAX, &own, &bytes, &(struct error){0}))
        sha256_text(bytes, text);
    arena_free(&own);
    return arena_print(arena, "%s", text);
}

/* A fault in a county's specs, or in tables that it goes by, is its own: the other counties go on. */
static bool read_district(struct work *work, const struct county *county, struct error *error) {
    struct district *district = &work->districts[work->district_count];
    district->county = county;
    bool specs = specs_read(&work->city, county, work->arena, &district->specs, error);
    if (!specs) district->specs = (struct spec_set){0};
    if (!specs || !rules_read(&work->city, county, &district->specs, work->arena, &district->rules, error)) {
        if (error->trouble != TROUBLE_REFUSED && error->trouble != TROUBLE_USAGE) return false;
        district->broken = *error;
        *error = (struct error){0};
    }
    work->district_count++;
    return true;
}

/* What is wrong with the rules a county goes by keeps its deliveries out and nobody else's. */
static void take_faults(struct work *work, const struct policy_faults *faults) {
    for (uint32_t d = 0; d < work->district_count; d++) {
        struct district *district = &work->districts[d];
        struct span county = {district->county->admdvs, strlen(district->county->admdvs)};
        const struct error *why = policy_refused(faults, county);
        if (why && !district->broken.message[0]) district->broken = *why;
    }
    if (faults->problems) work->code = exit_worse(work->code, EXIT_PUBLISHED);
}

bool work_sound(const struct district *district, struct error *error) {
    if (district->broken.message[0]) *error = district->broken;
    return !district->broken.message[0];
}

bool work_open(struct work *work, struct invocation *invocation, const char *only, struct error *error) {
    struct policy_faults faults;
    *work = (struct work){.invocation = invocation, .arena = invocation->arena};
    progress_open(&work->progress, invocation->quiet || invocation->json);
    if (!city_read(invocation->city, work->arena, &work->city, error) ||
        !policy_check(&work->city, work->arena, &faults, error))
        return false;
    work->districts = ARENA_NEW(work->arena, struct district, work->city.county_count);
    const struct county *wanted = only ? city_county(&work->city, only) : NULL;
    if (only && !wanted)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), only);
    for (uint32_t i = 0; i < work->city.county_count; i++)
        if ((!wanted || wanted == &work->city.counties[i]) &&
            !read_district(work, &work->city.counties[i], error))
            return false;
    take_faults(work, &faults);
    if (!database_open(&work->database, work->city.database, work->city.directory, error)) return false;
    work->database_open = true;
    work->database.stop = invocation->stop;
    if (!registry_open(&work->registry, &work->database, error)) return false;
    work->registry_open = true;
    return true;
}

static bool keep_contents(struct work *work, struct error *error) {
    char sha256[SHA256_TEXT];
    sha256_text(work->city.text, sha256);
    if (!registry_content(&work->registry, "city.yaml", sha256, work->city.text, error)) return false;
    for (uint32_t d = 0; d < work->district_count; d++) {
        const struct district *district = &work->districts[d];
        for (uint32_t i = 0; i < district->specs.count; i++) {
            const struct sourced *source = &district->specs.sources[i];
            const struct sourced *profile = source->profile;
            if (!registry_content(&work->registry, source->path, source->sha256, source->bytes, error))
                return false;
            if (profile &&
                !registry_content(&work->registry, profile->path, profile->sha256, profile->bytes, error))
                return false;
        }
        for (uint32_t i = 0; i < district->rules.file_count; i++) {
            const struct sourced *source = &district->rules.files[i];
            if (!registry_content(&work->registry, source->path, source->sha256, source->bytes, error))
                return false;
        }
    }
    return true;
}

/* Which code read the rows: the version, and every plugin with its hash. */
static const char *program_text(struct arena *arena) {
    const struct plugin_found *found;
    uint32_t count = plugins_loaded(&found);
    const char *text = TONGCHOU_VERSION;
    for (uint32_t i = 0; i < count; i++) {
        struct found file = {.path = found[i].path, .absolute = found[i].path};
        text = arena_print(arena, "%s + %s %s", text, found[i].extractor->stage.name,
                           scan_seal(&file) ? file.sha256 : "?");
    }
    return text;
}

/* Papers and their folders bear this machine's day: said when its clock stands before the last run. */
static bool look_at_clock(struct work *work, struct error *error) {
    PGresult *last =
        session_ask(&work->registry.session,
                    "SELECT extract(epoch FROM max(started))::bigint, to_char(max(started), 'YYYY-MM-DD')"
                    " FROM intake.run",
                    0, NULL, error);
    if (!last) return false;
    if (strtoll(PQgetvalue(last, 0, 0), NULL, 10) > time(NULL) + DAY_SECONDS)
        fprintf(stderr,
                TEXT("tongchou: 本机时钟早于上次处理(%s)，报告上的日期会是错的，请先校准时钟\n",
                     "tongchou: this machine's clock stands before the last run (%s): papers get wrong days; "
                     "set it\n"),
                PQgetvalue(last, 0, 1));
    PQclear(last);
    return true;
}

bool work_begin(struct work *work, const char *command, bool trial, struct error *error) {
    work->program_sha256 = program_hash(work->arena);
    work->operator= operator_name(work->arena);
    struct registry_start start = {.command = command,
                                   .program = program_text(work->arena),
                                   .program_sha256 = work->program_sha256,
                                   .operator= work->operator,
                                   .above = papers_last(&work->city, work->arena),
                                   .trial = trial};
    return look_at_clock(work, error) && registry_begin(&work->registry, &start, error) &&
           keep_contents(work, error) && ledger_references(work, error);
}

/* Rows that wait for their county, whichever delivery they came with. */
static bool still_open(struct work *work, int64_t *open, struct error *error) {
    *open = 0;
    for (uint32_t i = 0; i < work->district_count; i++) {
        int64_t rows = 0;
        if (!registry_open_count(&work->registry, work->districts[i].county->admdvs, &rows, error))
            return false;
        *open += rows;
    }
    return true;
}

/* The last line of a run that leaves nothing to do of its own: rows that wait for their county are not
   forgotten. */
static void print_still(struct work *work, const char *held) {
    int64_t open;
    bool known = still_open(work, &open, &(struct error){0});
    printf(TEXT("退出码 0：%s", "exit 0: %s"), held);
    if (!known)
        fputs(TEXT("；退回未了结的行数没有问到  →  tongchou status",
                   "; how many rejected rows are still open could not be asked  →  tongchou status"),
              stdout);
    else if (open)
        printf(TEXT("；还有 %jd 行退回未了结  →  tongchou status",
                    "; %jd rejected rows are still open  →  tongchou status"),
               (intmax_t)open);
    putchar('\n');
}

/* What a run with exit code 0 did. */
static const char *held_how(const struct work *work) {
    if (work->published)
        return TEXT("本次全部有去向，无退回，核对全部相符",
                    "every row of this run accounted for, none rejected, every check held");
    if (!work->rechecked) return TEXT("没有新的交付，什么也没有变", "nothing new, nothing changed");
    return arena_print(
        work->arena,
        TEXT("没有新的交付，入库的数据没有变；%u 个县重新核对过，结果见上",
             "nothing new, no published row changed; %u counties were checked again, see above"),
        work->rechecked);
}

enum exit_code work_finish(struct work *work, bool ok, struct error *error) {
    struct invocation *invocation = work->invocation;
    bool papers = true;
    ok = ok && registry_held(&work->registry, error);
    if (!ok) work->code = exit_worse(work->code, exit_of(error));
    bool closing = ok && work->registry.run && !atomic_load(invocation->stop),
         closed = closing && closing_books(work, &papers, error);
    if (closing && !closed) work->code = exit_worse(work->code, exit_of(error));
    if (atomic_load(invocation->stop)) work->code = exit_of_signal(atomic_load(invocation->stopped_by));
    if (!closed && papers && work->registry_open && work->registry.run)
        registry_end(&work->registry, (int)work->code, &(struct error){0});
    enum exit_code code = work->code;
    bool said = closed && papers && code == EXIT_HELD && !work->undoing && !invocation->json;
    if (said) print_still(work, held_how(work));
    work_close(work);
    if (said || invocation->json) return code;
    const char *undone =
        invocation->dry_run
            ? TEXT("试算：可以撤回；什么也没有变", "trial: it can be undone; nothing was changed")
            : TEXT("已撤回；剩下的数据核对结果见上",
                   "undone; what the checks say of what is left stands above");
    const char *blocked = TEXT("有一张表写错，靠它的核对没有做；其余照常",
                               "a table is wrong, and what goes by it was not checked; all else was done");
    if (papers)
        printf(TEXT("退出码 %d：%s\n", "exit %d: %s\n"), (int)code,
               code == EXIT_HELD && work->undoing                        ? undone
               : code == EXIT_REFUSED && !work->refused && work->blocked ? blocked
                                                                         : exit_meaning(code));
    else
        printf(TEXT("退出码 %d：各批按上面所说办好，只是报告没有写完；排除原因后再运行 tongchou run 会补写\n",
                    "exit %d: the deliveries stand as said above, but the papers are not complete; mend the "
                    "cause, and the next tongchou run writes them\n"),
               (int)code);
    return code;
}

void work_close(struct work *work) {
    for (uint32_t i = 0; work->registry_open && i < work->district_count; i++)
        if (work->districts[i].locked) registry_unlock(&work->registry, work->districts[i].county->admdvs);
    if (work->registry_open) registry_close(&work->registry);
    if (work->database_open) database_close(&work->database);
    progress_close(&work->progress);
}
