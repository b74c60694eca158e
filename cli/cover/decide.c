/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Decisions about duplicates: each is an event, undoing one is another, and the state is what the events that
   stand add up to. */
#include "cli/cover/cover.h"
#include "cli/operator.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>

/* From which states each action may start, and where it leads.  What a county has answered stands until
   somebody takes it back: the other county's opposite answer does not overturn it. */
static const struct step {
    const char *action, *from[3], *to;
} steps[] = {
    {"agree", {"proposed", NULL}, "agreed"},          {"refuse", {"proposed", NULL}, "refused"},
    {"choose", {"proposed", NULL}, "agreed"},         {"approve", {"agreed", NULL}, "approved"},
    {"finish", {"agreed", "approved", NULL}, "done"},
};

struct standing {
    const char *state, *keep, *effect, *person, *last_by;
    int64_t money_fen, approve_over_fen;
};

static bool read_standing(struct covering *at, const char *duplicate, struct standing *standing,
                          struct error *error) {
    PGresult *result =
        session_ask(at->session,
                    "SELECT d.state, d.keep, d.effect, d.psn_no, coalesce((SELECT "
                    "e.decided_by FROM cover.event e WHERE"
                    " e.duplicate = d.duplicate AND e.action IN ('agree', 'choose') AND NOT "
                    "EXISTS (SELECT FROM cover.event u"
                    " WHERE u.undoes = e.event) ORDER BY e.event DESC LIMIT 1), ''),"
                    " coalesce((SELECT sum(m.amount_fen) FROM cover.charge m WHERE m.duplicate "
                    "= d.duplicate), 0), d.approve_over_fen"
                    " FROM cover.duplicate d WHERE d.duplicate = $1::bigint FOR UPDATE",
                    1, &duplicate, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    if (found) {
        const char *text[5];
        for (int c = 0; c < 5; c++) text[c] = arena_print(at->arena, "%s", PQgetvalue(result, 0, c));
        *standing = (struct standing){text[0],
                                      text[1],
                                      text[2],
                                      text[3],
                                      text[4],
                                      strtoll(PQgetvalue(result, 0, 5), NULL, 10),
                                      strtoll(PQgetvalue(result, 0, 6), NULL, 10)};
    }
    PQclear(result);
    return found ||
           error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("没有清理编号 %s；见 tongchou cover list", "no case %s; see tongchou cover list"),
                      duplicate);
}

static const struct step *find_step(const char *action) {
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (strcmp(steps[i].action, action) == 0) return &steps[i];
    return NULL;
}

static bool allowed(const struct step *step, const struct cover_decision *decision,
                    const struct standing *standing, struct error *error) {
    bool from = false;
    for (size_t i = 0; i < 3 && step->from[i]; i++) from |= strcmp(step->from[i], standing->state) == 0;
    const char *keep = decision->keep ? decision->keep : standing->keep;
    const char *why = NULL;
    if (!from)
        why = TEXT("已有别的结论；要改，先用 tongchou cover explain 看事件号，再 tongchou cover undo",
                   "it is decided otherwise; to change that, see its events with tongchou cover explain and"
                   " take one back with tongchou cover undo");
    else if (strcmp(decision->action, "refuse") != 0 && strcmp(keep, "review") == 0)
        why = TEXT("还没有定下保留哪一个参保关系", "which relation stays is not decided yet");
    else if (strcmp(decision->action, "approve") == 0 && strcmp(decision->by, standing->last_by) == 0)
        why = TEXT("批准人不能是核定人本人", "who agreed may not approve it as well");
    else if (strcmp(decision->action, "finish") == 0 && strcmp(standing->state, "agreed") == 0 &&
             standing->money_fen > standing->approve_over_fen)
        why = TEXT("金额超过限额，要先由第二人批准(tongchou cover approve)",
                   "the money is over the limit: a second person approves first (tongchou cover approve)");
    return !why || error_code(error, TROUBLE_REFUSED, NULL, TEXT("清理编号 %jd(%s)：%s", "case %jd (%s): %s"),
                              (intmax_t)decision->duplicate, standing->state, why);
}

/* The other side than proposed goes: it is ended only when nothing that it covered before ends uncovered. */
static const char sql_decide[] =
    "INSERT INTO cover.event (duplicate, operator, decided_by, action, state_before, state_after, "
    "keep_before,"
    " keep_after, reason, effect_before, effect_after)"
    " SELECT duplicate, $2, $3, $4, $5, $6, $7, $8, $9, effect, CASE WHEN $8 = keep THEN effect"
    " WHEN effect = 'stop' AND CASE $8 WHEN 'a' THEN days_b * rest <@ days_a ELSE days_a * rest <@ days_b END"
    " THEN 'stop' ELSE 'suspend' END FROM cover.duplicate,"
    " LATERAL (SELECT datemultirange(daterange(upper(range_merge(overlap)), NULL)) AS rest) r"
    " WHERE duplicate = $1::bigint";

/* No month that was covered before may end uncovered by all that is decided about one person. */
static bool stay_covered(struct covering *at, const char *person, struct error *error) {
    PGresult *result = session_ask(at->session,
                                   "SELECT string_agg(to_char(lower(r), 'YYYY-MM-DD') || '～' || "
                                   "to_char(upper(r) - 1, 'YYYY-MM-DD'), '、'"
                                   " ORDER BY r) FROM unnest(cover.uncovered($1, false)) r",
                                   1, &person, error);
    if (!result) return false;
    bool covered = PQgetisnull(result, 0, 0);
    if (!covered)
        error_code(
            error, TROUBLE_REFUSED, NULL,
            TEXT("几对决定合起来会使 %s 没有保障，未采用；先撤回其中一个(tongchou cover explain、undo)",
                 "taken together the decisions would leave %s uncovered: nothing was taken; take one"
                 " back first (tongchou cover explain, undo)"),
            PQgetvalue(result, 0, 0));
    PQclear(result);
    return covered;
}

bool cover_decide(struct covering *at, const struct cover_decision *decision, struct error *error) {
    const struct step *step = find_step(decision->action);
    const char *duplicate = arena_print(at->arena, "%jd", (intmax_t)decision->duplicate);
    struct standing standing = {0};
    if (!step) return error_set(error, "%s", decision->action);
    if (!read_standing(at, duplicate, &standing, error) || !allowed(step, decision, &standing, error))
        return false;
    const char *keep = decision->keep ? decision->keep : standing.keep;
    const char *arguments[] = {duplicate,
                               operator_name(at->arena),
                               decision->by,
                               decision->action,
                               standing.state,
                               step->to,
                               standing.keep,
                               keep,
                               decision->reason ? decision->reason : ""};
    return session_tell(at->session, sql_decide, 9, arguments, NULL, error) &&
           session_tell(at->session,
                        "UPDATE cover.duplicate d SET state = e.state_after, keep = e.keep_after, effect ="
                        " e.effect_after FROM cover.event e WHERE d.duplicate = $1::bigint AND e.event ="
                        " (SELECT max(event) FROM cover.event WHERE duplicate = $1::bigint)",
                        1, (const char *[]){duplicate}, NULL, error) &&
           stay_covered(at, standing.person, error);
}

static bool number_of(const char *text, int64_t *number, struct error *error) {
    char *end;
    *number = strtoll(text, &end, 10);
    return (*number > 0 && !*end) ||
           error_code(error, TROUBLE_USAGE, NULL, TEXT("「%s」不是编号", "\"%s\" is no number"), text);
}

/* One decision from the command line, in a transaction of its own. */
static enum exit_code decide_one(struct covering *at, const char *action, struct error *error) {
    struct cover_decision decision = {.action = action, .by = at->options->by, .reason = at->options->reason};
    struct error ignored = {0};
    if (!number_of(at->invocation->arguments[1], &decision.duplicate, error)) return EXIT_USAGE;
    if (!decision.by || !*decision.by) {
        error_code(error, TROUBLE_USAGE, NULL, "%s", TEXT("要写明是谁：--by 姓名", "say who: --by NAME"));
        return EXIT_USAGE;
    }
    bool ok = session_run(at->session, COVER_BEGIN, error) && cover_decide(at, &decision, error) &&
              session_run(at->session, at->invocation->dry_run ? "ROLLBACK" : "COMMIT", error);
    if (!ok && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    if (ok && !at->invocation->quiet && !at->invocation->json)
        printf(TEXT("清理编号 %jd：%s\n", "case %jd: %s\n"), (intmax_t)decision.duplicate, decision.action);
    return ok ? EXIT_HELD : exit_of(error);
}

enum exit_code cover_approve(struct covering *at, struct error *error) {
    return decide_one(at, "approve", error);
}
enum exit_code cover_finish(struct covering *at, struct error *error) {
    return decide_one(at, "finish", error);
}

/* Takes one event back.  An event that later ones build upon waits for those: taking them back first leads
   anywhere, in any order that the states allow. */
static bool undo(struct covering *at, const char *event, struct error *error) {
    const char *arguments[] = {event, operator_name(at->arena),
                               at->options->by ? at->options->by : operator_name(at->arena),
                               at->options->reason};
    PGresult *result = session_ask(
        at->session,
        "WITH e AS (SELECT * FROM cover.event WHERE event = $1::bigint AND action <> 'undo' FOR UPDATE)"
        " SELECT (SELECT count(*) FROM e), (SELECT count(*) FROM e JOIN cover.event u ON u.undoes = e.event),"
        " coalesce((SELECT min(l.event) FROM e JOIN cover.event l USING (duplicate) WHERE l.event > e.event "
        "AND"
        " l.action <> 'undo' AND NOT EXISTS (SELECT FROM cover.event u WHERE u.undoes = l.event)), 0),"
        " (SELECT d.psn_no FROM e JOIN cover.duplicate d USING (duplicate))",
        1, &event, error);
    if (!result) return false;
    bool known = PQgetvalue(result, 0, 0)[0] == '1', undone = PQgetvalue(result, 0, 1)[0] != '0';
    int64_t later = strtoll(PQgetvalue(result, 0, 2), NULL, 10);
    const char *person = arena_print(at->arena, "%s", PQgetvalue(result, 0, 3));
    PQclear(result);
    if (!known)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("没有事件 %s；见 tongchou cover explain 清理编号",
                               "no event %s; see tongchou cover explain CASE"),
                          event);
    if (undone)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("事件 %s 已撤回过", "event %s was taken back before"), event);
    if (later)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("先撤回后来的事件 %jd", "take back event %jd, which came later, first"),
                          (intmax_t)later);
    return session_tell(
               at->session,
               "INSERT INTO cover.event (duplicate, operator, decided_by, action, state_before, state_after,"
               " keep_before, keep_after, reason, undoes, effect_before, effect_after) SELECT duplicate, $2, "
               "$3,"
               " 'undo', state_after, state_before, keep_after, keep_before, $4, event, effect_after,"
               " effect_before FROM cover.event WHERE event = $1::bigint",
               4, arguments, NULL, error) &&
           session_tell(at->session,
                        "UPDATE cover.duplicate d SET state = e.state_before, keep = e.keep_before, effect ="
                        " coalesce(nullif(e.effect_before, ''), d.effect) FROM cover.event e"
                        " WHERE e.event = $1::bigint AND d.duplicate = e.duplicate",
                        1, &event, NULL, error) &&
           stay_covered(at, person, error); /* a refusal that is taken back may be one too many again */
}

enum exit_code cover_undo(struct covering *at, struct error *error) {
    int64_t number;
    struct error ignored = {0};
    if (!number_of(at->invocation->arguments[1], &number, error)) return EXIT_USAGE;
    if (!at->options->reason || !*at->options->reason) {
        error_code(error, TROUBLE_USAGE, NULL, "%s",
                   TEXT("撤回要写原因：--reason 原因", "an undo needs its reason: --reason WHY"));
        return EXIT_USAGE;
    }
    bool ok = session_run(at->session, COVER_BEGIN, error) && undo(at, at->invocation->arguments[1], error) &&
              session_run(at->session, at->invocation->dry_run ? "ROLLBACK" : "COMMIT", error);
    if (!ok && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    if (ok && !at->invocation->quiet && !at->invocation->json)
        printf(TEXT("已撤回事件 %jd\n", "event %jd taken back\n"), (intmax_t)number);
    return ok ? EXIT_HELD : exit_of(error);
}
