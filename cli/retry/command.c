/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou retry: a list that was filled in takes effect whole, or not at all. */
#include "cli/retry/retry.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static bool waive(struct retrying *at, const struct correction *line, const struct rejected *reject,
                  struct error *error) {
    struct arena *arena = at->work->arena;
    const char *arguments[] = {arena_print(arena, "%jd", (intmax_t)reject->reject),
                               arena_print(arena, "%d", at->work->registry.run),
                               arena_print(arena, "%.*s", (int)line->comment.size, line->comment.bytes),
                               arena_print(arena, "%.*s", (int)line->handler.size, line->handler.bytes)};
    int64_t rows = 0;
    bool ok = session_tell(&at->work->registry.session,
                           "UPDATE intake.reject SET state = 'closed', closed_by = 'waiver', closed_run = "
                           "$2::int, waiver_reason = $3, waiver_name = $4, waiver_date = current_date"
                           " WHERE reject = $1::bigint AND state = 'open'",
                           4, arguments, &rows, error);
    at->waived += rows > 0;
    return ok;
}

/* The first thing in the transaction that publishes the corrections; again when that is tried again. */
static bool waive_all(void *context, struct error *error) {
    struct retrying *at = context;
    at->waived = 0;
    for (uint32_t i = 0; i < at->corrections.count; i++)
        if (at->rejects[i].open && at->corrections.items[i].decision == DECISION_WAIVE &&
            !waive(at, &at->corrections.items[i], &at->rejects[i], error))
            return false;
    return true;
}

static bool publish(struct retrying *at, struct error *error) {
    struct work *work = at->work;
    uint32_t culprit = 0;
    struct intake **intakes = ARENA_NEW(work->arena, struct intake *, at->reading_count + 1);
    for (uint32_t i = 0; i < at->reading_count; i++) intakes[i] = at->readings[i]->intake;
    const struct intake_joint joint = {.registry = &work->registry,
                                       .intakes = intakes,
                                       .count = at->reading_count,
                                       .first = waive_all,
                                       .context = at};
    if (!intake_publish_together(&joint, &culprit, error)) {
        if (culprit < at->reading_count) work->refused++;
        return false;
    }
    for (uint32_t i = 0; i < at->reading_count; i++) at->mended += deliver_published(at->readings[i]);
    if (at->waived && !at->reading_count) work->published++; /* the papers say what stands now */
    return true;
}

static bool retry_all(struct retrying *at, struct error *error) {
    bool ok = retry_look_up(at, error) && retry_read(at, error);
    ok = ok && publish(at, error);
    for (uint32_t i = 0; i < at->reading_count; i++) delivering_free(at->readings[i]);
    if (ok || atomic_load(at->work->invocation->stop)) return ok;
    fputs(TEXT("整张清单未采用：没有改正任何一行，也没有记录任何不移交\n",
               "nothing of the list took effect: no row was corrected, no waiver was recorded\n"),
          stderr);
    return false;
}

/* What is still open in the counties of the list: a person has to go on, which the exit code says too. */
static bool tell(struct retrying *at, struct error *error) {
    struct work *work = at->work;
    uint32_t failed = at->corrected - at->mended;
    if (!work->invocation->json && !at->corrected && !at->waived && !at->closed)
        puts(TEXT("表里没有一行填了“处理结果”：县里填好黄色各列，再读一次",
                  "no line of the list is filled in: read it again when the county has filled in the yellow "
                  "columns"));
    else if (!work->invocation->json)
        printf(
            TEXT("%s改正 %u 行：补入 %u 行，仍退回 %u 行；不移交 %u 行，已关闭的 %u 条未动\n",
                 "%s%u rows read again: %u mended, %u still rejected; %u waived, %u lines closed before\n"),
            work->registry.trial ? TEXT("试算，没有生效：", "trial, nothing took effect: ") : "",
            at->corrected, at->mended, failed, at->waived, at->closed);
    if (!work->invocation->json && at->renumbered)
        printf(TEXT("这张清单是重算(run --again)以前的：%u 条按重算后的退回编号办理\n",
                    "this list is of before its delivery was read again: %u lines were taken under their new "
                    "numbers\n"),
               at->renumbered);
    for (uint32_t d = 0; d < work->district_count && !work->registry.trial; d++) {
        const struct county *county = work->districts[d].county;
        int64_t rows = 0;
        bool named = false;
        for (uint32_t i = 0; i < at->corrections.count && !named; i++)
            named = strcmp(at->rejects[i].county, county->admdvs) == 0;
        if (!named) continue;
        if (!registry_open_count(&work->registry, county->admdvs, &rows, error)) return false;
        if (!rows) continue;
        work->code = exit_worse(work->code, EXIT_PUBLISHED);
        if (!work->invocation->json)
            printf(TEXT("%s还有 %jd 行退回未了结\n", "%s: %jd rows are still sent back\n"), county->name,
                   (intmax_t)rows);
    }
    return true;
}

static bool identify_workbook(struct retrying *at, struct error *error) {
    struct stat status;
    if (stat(at->path, &status) != 0)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有文件 %s", "no file %s"), at->path);
    at->workbook =
        (struct found){.path = at->path,
                       .absolute = at->path,
                       .bytes = status.st_size,
                       .mtime_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
                       .ctime_ns = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec,
                       .inode = (int64_t)status.st_ino};
    return scan_digest(&at->workbook, error);
}

static bool prepare(struct work *work, struct error *error) {
    for (uint32_t d = 0; d < work->district_count; d++) {
        struct district *district = &work->districts[d];
        district->locked = registry_lock(&work->registry, district->county->admdvs, error);
        if (!district->locked || !work_sound(district, error) ||
            !scan_county(&work->city, district->county, work->arena, &district->scan, error))
            return false;
        for (uint32_t i = 0; i < district->scan.count; i++)
            if (!district->scan.files[i].slip && !work_identify(work, &district->scan.files[i], error))
                return false;
    }
    return true;
}

static enum exit_code retry_run(struct invocation *invocation, void *options, struct error *error) {
    struct work *work = ARENA_NEW(invocation->arena, struct work, 1);
    struct retrying at = {.work = work, .path = invocation->arguments[0]};
    work->invocation = invocation; /* work_finish speaks even when work_open was never reached */
    (void)options;
    bool ok = identify_workbook(&at, error) &&
              corrections_read(at.path, invocation->arena, &at.corrections, error) &&
              work_open(work, invocation, NULL, error) &&
              work_begin(work, "retry", invocation->dry_run, error) && prepare(work, error) &&
              retry_all(&at, error) && tell(&at, error);
    return work_finish(work, ok, error);
}

const struct command command_retry = {
    .name = "retry",
    .arguments = "FILE",
    .zh = "读回县里填好的退回清单，补入改正的行；整张生效或整张不生效",
    .en = "read back the rejects that a county corrected; the list takes effect whole or not at all",
    .example = "tongchou retry out/0001_20210105/退回/青禾区_退回清单_第1次_20210105.xlsx",
    .arguments_min = 1,
    .arguments_max = 1,
    .tries = "",
    .run = retry_run,
};
