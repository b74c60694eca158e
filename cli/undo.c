/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/undo.h"
#include "cli/ending.h"
#include "core/language.h"
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

struct undo_options {
    const char *reason;
};

/* What a trial shows, while the database is as after the undo. */
static bool show_trial(void *context, struct error *error) {
    struct work *work = context;
    return ending_undone(work, error);
}

static bool try_one(struct work *work, const struct registry_delivery *delivery, struct error *error) {
    if (!work->invocation->json)
        printf(TEXT("试算，没有撤回：第 %d 号交付 %s\n", "trial, nothing was undone: delivery %d, %s\n"),
               delivery->delivery, delivery->path);
    return undo_try(&work->registry, delivery->delivery, (struct undo_look){show_trial, work}, error);
}

static bool undo_one(struct work *work, const struct registry_delivery *delivery, const char *reason,
                     struct error *error) {
    if (!undo_delivery(&work->registry, delivery->delivery, reason, error)) return false;
    work->published++; /* the papers say what stands now */
    if (work->invocation->json) return true;
    printf(TEXT("已撤回第 %d 号交付 %s：%s\n", "undone: delivery %d, %s: %s\n"), delivery->delivery,
           delivery->path, reason);
    const char *kept = arena_print(work->arena, "%s/deliveries/%s/%s", work->city.directory, delivery->folder,
                                   delivery->path);
    if (strcmp(delivery->source, "file") == 0 && access(kept, F_OK) == 0)
        printf(TEXT("  文件仍在 deliveries/%s/%s，下次 run 会再次读入；不想再入库请先移走\n",
                    "  the file is still deliveries/%s/%s: the next run reads it again unless it is moved "
                    "away\n"),
               delivery->folder, delivery->path);
    return true;
}

static bool find_and_undo(struct work *work, int number, const char *reason, struct error *error) {
    struct registry_delivery *list;
    uint32_t count = 0;
    if (!registry_list(&work->registry, NULL, number, work->arena, &list, &count, error)) return false;
    if (!count)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("没有第 %d 号交付；交付号见 tongchou history", "no delivery %d; see tongchou history"),
            number);
    if (!registry_lock(&work->registry, list[0].county, error)) return false;
    work->undoing =
        work->invocation->dry_run ? try_one(work, &list[0], error) : undo_one(work, &list[0], reason, error);
    registry_unlock(&work->registry, list[0].county);
    return work->undoing;
}

static enum exit_code undo_run(struct invocation *invocation, void *options, struct error *error) {
    const struct undo_options *undo = options;
    struct work *work = ARENA_NEW(invocation->arena, struct work, 1);
    char *end;
    long number = strtol(invocation->arguments[0], &end, 10);
    work->invocation = invocation;
    bool ok = number > 0 && number < INT_MAX && !*end;
    if (!ok)
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("「%s」不是交付号；交付号见 tongchou history",
                        "\"%s\" is no number of a delivery; see tongchou history"),
                   invocation->arguments[0]);
    else if (!(ok = invocation->dry_run || (undo->reason && undo->reason[0])))
        error_code(error, TROUBLE_USAGE, NULL, "%s",
                   TEXT("撤回要写原因：--reason 原因", "an undo needs its reason: --reason WHY"));
    ok = ok && work_open(work, invocation, NULL, error) &&
         work_begin(work, "undo", invocation->dry_run, error) &&
         find_and_undo(work, (int)number, undo->reason, error);
    return work_finish(work, ok, error);
}

static const struct setting options[] = {
    {"reason", SETTING_TEXT, offsetof(struct undo_options, reason), NULL, "撤回的原因，记录在案",
     "why; is kept"},
    {0},
};

const struct command command_undo = {
    .name = "undo",
    .arguments = "DELIVERY",
    .zh = "精确撤回一个已入库的交付",
    .en = "take a published delivery back, exactly",
    .example = "tongchou undo 3 --reason 县里重新导出",
    .note_zh = "撤回了就是退出码 0：剩下的数据还有退回、疑点或核对不符，都不影响，见当次报告。"
               "没有撤回时是 64 (没有这个交付、没写原因)、75 (数据库不可用或被占用) 或 1，数据一行未动。"
               "--dry-run "
               "照样撤一遍，说出会撤走和恢复什么，再全部退回原样：不用写原因，不重做整表核对，不出报告，退出"
               "码同上。",
    .note_en =
        "Exit 0 says that it was undone: rejects, doubts and broken checks of what is left do not change "
        "that; they stand in the papers. Otherwise 64 (no such delivery, no reason), 75 (database away or "
        "held) or 1, and not a row was moved. --dry-run does all of it, says what would go and come back, "
        "and "
        "takes everything back: it needs no reason, makes no checks across rows and no papers; its exit code "
        "is "
        "what the undo's would be.",
    .options = options,
    .tries = "",
    .state_size = sizeof(struct undo_options),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = undo_run,
};
