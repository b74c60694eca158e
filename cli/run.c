/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/work.h"
#include "core/language.h"

struct run {
    const char *county;
    bool trial;
    const char *again;
};

static bool run_counties(struct work *work, struct error *error) {
    for (uint32_t i = 0; i < work->district_count && !atomic_load(work->invocation->stop); i++) {
        struct district *district = &work->districts[i];
        struct error why = {0};
        district->locked = registry_lock(&work->registry, district->county->admdvs, &why);
        if (!district->locked) {
            why.at.source = district->county->name;
            print_error(stderr, &why);
            work->code = exit_worse(work->code, exit_of(&why));
            continue;
        }
        if (!work_sound(district, &why)) { /* also when nothing new lies there */
            print_error(stderr, &why);
            work->code = exit_worse(work->code, exit_of(&why));
        }
        if (!work_county(work, district, error)) return false;
        if (!why.message[0] && !work_reevaluate(work, district, error)) return false;
    }
    return true;
}

static enum exit_code run_run(struct invocation *invocation, void *options, struct error *error) {
    const struct run *run = options;
    struct work *work = ARENA_NEW(invocation->arena, struct work, 1);
    bool ok = work_open(work, invocation, run->county, error) &&
              work_begin(work, run->again ? "again" : "run", run->trial || invocation->dry_run, error);
    if (ok && !invocation->json)
        printf(TEXT("统筹 %s · 第 %d 次处理 · %u 个县(市、区)\n", "tongchou %s, run %d, %u counties\n"),
               work->city.name, work->registry.run, work->district_count);
    ok = ok && (run->again ? work_again(work, run->again, error) : run_counties(work, error));
    return work_finish(work, ok, error);
}

static const struct setting options[] = {
    {"trial", SETTING_FLAG, offsetof(struct run, trial), NULL, "试算：全部读一遍并出报告，不入库",
     "read and report everything, publish nothing"},
    {"again", SETTING_TEXT, offsetof(struct run, again), NULL,
     "交付号：按现在的规格和映射重算这个已入库的交付",
     "a published delivery's number: reload it by today's specs and mappings"},
    {"county", SETTING_TEXT, offsetof(struct run, county), NULL, "只处理一个县：文件夹、名称或区划代码",
     "one county only: its folder, name or division code"},
    {0},
};

const struct command command_run = {
    .name = "run",
    .arguments = "",
    .zh = "读入所有未入库的交付，入库，核对，出报告",
    .en = "read every delivery not yet published, publish, reconcile, report",
    .example = "tongchou run",
    .options = options,
    .tries = "", /* as --trial */
    .state_size = sizeof(struct run),
    .run = run_run,
};
