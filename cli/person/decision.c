/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Decisions as the database keeps them: each is an event, taking one back is another, and nothing is ever
   deleted or overwritten. */
#include "cli/person/decision.h"
#include "core/language.h"
#include "cli/city.h"
#include <stdlib.h>

enum { NUMBER_BYTES = 24 };

const char *const verdict_names[VERDICTS] = {"same", "different", "relative"};
const char *const verdict_words[VERDICTS] = {"同一人", "不同人", "亲属"};

enum verdict verdict_of(struct span word) {
    for (int v = 0; v < VERDICTS; v++)
        if (span_equal(word, (struct span){verdict_names[v], strlen(verdict_names[v])}) ||
            span_equal(word, (struct span){verdict_words[v], strlen(verdict_words[v])}))
            return (enum verdict)v;
    return VERDICTS;
}

const char *verdict_said(enum verdict verdict) {
    static const char *const english[] = {"one person", "two persons", "relatives"};
    return TEXT(verdict_words[verdict], english[verdict]);
}

bool decision_lock(struct session *session, struct error *error) {
    return session_run(session, "LOCK TABLE identity.decision IN SHARE ROW EXCLUSIVE MODE", error);
}

bool decision_standing(struct session *session, struct arena *arena, struct decision **decisions,
                       uint32_t *count, struct error *error) {
    PGresult *rows = session_ask(session,
                                 "SELECT a, b, verdict, reason, decided_by, coalesce(decided_on::text, ''),"
                                 " operator, coalesce(event, 0) FROM identity.decision"
                                 " WHERE undone_event IS NULL ORDER BY decision",
                                 0, NULL, error);
    if (!rows) return false;
    *count = (uint32_t)PQntuples(rows);
    *decisions = ARENA_NEW(arena, struct decision, *count + 1);
    for (uint32_t i = 0; i < *count; i++) {
        const char *text[8];
        for (int c = 0; c < 8; c++) text[c] = arena_print(arena, "%s", PQgetvalue(rows, (int)i, c));
        (*decisions)[i] = (struct decision){.a = strtoll(text[0], NULL, 10),
                                            .b = strtoll(text[1], NULL, 10),
                                            .verdict = verdict_of((struct span){text[2], strlen(text[2])}),
                                            .reason = text[3],
                                            .by = text[4],
                                            .on = text[5],
                                            .operator= text[6],
                                            .event = strtoll(text[7], NULL, 10)};
    }
    PQclear(rows);
    return true;
}

bool decision_put(struct session *session, struct decision *decision, struct error *error) {
    char a[NUMBER_BYTES], b[NUMBER_BYTES];
    snprintf(a, sizeof a, "%jd", (intmax_t)decision->a);
    snprintf(b, sizeof b, "%jd", (intmax_t)decision->b);
    const char *arguments[] = {a,
                               b,
                               verdict_names[decision->verdict],
                               decision->reason,
                               decision->operator,
                               decision->by,
                               decision->on && *decision->on ? decision->on : NULL,
                               decision->paper_sha256 ? decision->paper_sha256 : ""};
    PGresult *rows = session_ask(
        session,
        "WITH e AS (INSERT INTO identity.event (kind, records, operator, detail)"
        " VALUES ('decide', ARRAY[$1::bigint, $2::bigint], $5, $3) RETURNING event)"
        " INSERT INTO identity.decision (a, b, verdict, reason, operator, decided_by, decided_on,"
        " paper_sha256, event) SELECT $1::bigint, $2::bigint, $3, $4, $5, $6, $7::date, $8, event FROM e"
        " RETURNING event",
        8, arguments, error);
    if (!rows) return false;
    decision->event = strtoll(PQgetvalue(rows, 0, 0), NULL, 10);
    PQclear(rows);
    return true;
}

/* What the event is: "decide", "undone" when it was taken back, another kind, "" when there is none. */
static bool read_kind(struct session *session, const char *number, char kind[16], struct error *error) {
    PGresult *rows = session_ask(session,
                                 "SELECT CASE WHEN d.undone_event IS NOT NULL THEN 'undone' WHEN d.decision"
                                 " IS NULL AND e.kind = 'decide' THEN '' ELSE e.kind END FROM identity.event"
                                 " e LEFT JOIN identity.decision d USING (event) WHERE e.event = $1::bigint",
                                 1, &number, error);
    if (!rows) return false;
    snprintf(kind, 16, "%s", PQntuples(rows) ? PQgetvalue(rows, 0, 0) : "");
    PQclear(rows);
    return true;
}

static bool may_undo(const char *number, const char *kind, struct error *error) {
    if (!*kind)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("没有事件 %s；见 tongchou person history", "no event %s; see tongchou person history"),
            number);
    if (strcmp(kind, "undone") == 0)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("事件 %s 已撤回过", "event %s was taken back before"), number);
    if (strcmp(kind, "undo") == 0)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("事件 %s 本身就是撤回；要恢复那个结论，请重新作出结论",
                               "event %s is itself an undo; to have that decision back, decide again"),
                          number);
    if (strcmp(kind, "decide") != 0)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("事件 %s 是归并的结果，不是人工结论；要拆开两条记录，请作出「不同人」的结论",
                               "event %s is what a linking came to, no decision; to part two records decide "
                               "that they are different"),
                          number);
    return true;
}

bool decision_undo(struct session *session, int64_t event, const char *reason, const char *operator,
                   struct error * error) {
    char number[NUMBER_BYTES], kind[16];
    snprintf(number, sizeof number, "%jd", (intmax_t)event);
    const char *arguments[] = {number, operator, reason };
    return decision_lock(session, error) && read_kind(session, number, kind, error) &&
           may_undo(number, kind, error) &&
           session_tell(session,
                        "WITH u AS (INSERT INTO identity.event (kind, records, undoes, operator, detail)"
                        " SELECT 'undo', records, event, $2, $3 FROM identity.event WHERE event = $1::bigint"
                        " RETURNING event)"
                        " UPDATE identity.decision d SET undone_event = u.event FROM u"
                        " WHERE d.event = $1::bigint",
                        3, arguments, NULL, error);
}
