/* SPDX-License-Identifier: MulanPSL-2.0 */
/* `policy replay`: the settlements that are published, worked out again by today's rules. */
#include "cli/policy/replay.h"
#include "cli/show.h"
#include "cli/work.h"
#include "core/language.h"

enum exit_code policy_replay_run(struct invocation *invocation, struct error *error) {
    struct work *work = ARENA_NEW(invocation->arena, struct work, 1);
    bool done = false, begun = false;
    bool ok = work_open(work, invocation, NULL, error) &&
              (begun = work_begin(work, "policy", false, error)) &&
              policy_replay(&work->registry, &work->city, work->arena, true, &done, error) &&
              policy_keep(&work->registry, &work->city, work->arena, error);
    if (ok && !done)
        ok = error_code(error, TROUBLE_USAGE, NULL,
                        TEXT("没有 mappings/policies/plans.csv：先写明各县用哪个方案",
                             "no mappings/policies/plans.csv: say first which plan each county goes by"));
    ok = ok && show_report(work->registry.session.connection, &work->city,
                           &(struct shown){.name = "impact", .run = work->registry.run}, invocation, error);
    enum exit_code code = ok ? EXIT_HELD : exit_of(error);
    if (begun) registry_end(&work->registry, (int)code, &(struct error){0});
    work_close(work);
    return code;
}
