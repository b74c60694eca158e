/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person undo: takes decisions back, in any order; the persons are then what the records and the
   decisions that still stand make of them. */
#include "cli/operator.h"
#include "cli/person/decision.h"
#include "cli/person/desk.h"
#include "cli/person/store.h"
#include "core/language.h"

static bool undo_all(struct desk *desk, const char *reason, struct error *error) {
    const struct invocation *invocation = desk->invocation;
    const char *operator= operator_name(desk->arena);
    if (!session_run(desk->session, "BEGIN", error)) return false;
    bool ok = true;
    for (uint32_t i = 1; ok && i < invocation->argument_count; i++) {
        int64_t event = desk_number(invocation->arguments[i]);
        ok = event ? decision_undo(desk->session, event, reason, operator, error)
                   : error_code(error, TROUBLE_USAGE, NULL, TEXT("「%s」不是事件号", "\"%s\" is no event"),
                                invocation->arguments[i]);
    }
    return desk_end(desk, ok, error);
}

static enum exit_code run_undo(struct invocation *invocation, const struct person_options *options,
                               struct error *error) {
    struct desk *desk = ARENA_NEW(invocation->arena, struct desk, 1);
    if (!options->reason || !*options->reason) {
        error_code(error, TROUBLE_USAGE, NULL, "%s",
                   TEXT("撤回要写原因：--reason 原因", "an undo needs its reason: --reason WHY"));
        return EXIT_USAGE;
    }
    bool ok = desk_open(desk, invocation, "person undo", error) && undo_all(desk, options->reason, error);
    if (ok && !invocation->quiet && !invocation->json)
        printf(TEXT("已撤回 %u 个结论%s\n", "%u decisions taken back%s\n"), invocation->argument_count - 1,
               invocation->dry_run ? TEXT("；只看，未记录", "; nothing was written") : "");
    if (ok && !invocation->dry_run)
        ok =
            persons_link(invocation, &desk->database, 0, false, invocation->quiet || invocation->json, error);
    desk_close(desk);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_undo = {"undo", "EVENT... --reason WHY", 1, 64, run_undo};
