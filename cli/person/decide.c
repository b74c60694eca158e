/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person decide: a filled-in list of pairs takes effect whole, or not at all. */
#include "cli/operator.h"
#include "cli/person/desk.h"
#include "cli/person/paper.h"
#include "cli/person/store.h"
#include "core/language.h"
#include "report/output.h"
#include <stdlib.h>

enum { FAULTS_SHOWN = 20, SENTENCE_BYTES = 400 };

struct deciding {
    struct desk desk;
    struct filled filled;
    struct decision *all;            /* what stands, then what is new */
    uint32_t standing, count, known; /* known: lines that stand already, word for word */
    uint32_t *lines;                 /* [count - standing] index among filled.decisions */
};

/* "{1,2,3}", of one side of all pairs. */
static const char *numbers(const struct filled *filled, bool left, struct arena *arena) {
    size_t room = (size_t)filled->count * 20 + 3, size = 1;
    char *text = ARENA_NEW(arena, char, room);
    text[0] = '{';
    for (uint32_t i = 0; i < filled->count; i++)
        size += (size_t)snprintf(text + size, room - size, "%s%jd", i ? "," : "",
                                 (intmax_t)(left ? filled->pairs[i].a : filled->pairs[i].b));
    snprintf(text + size, room - size, "}");
    return text;
}

/* What is wrong with each pair, NULL: nothing.  Both records are there, and as they were when the list was
   written. */
static bool check_versions(struct deciding *at, const char **wrong, struct error *error) {
    struct filled *filled = &at->filled;
    const char *arguments[] = {numbers(filled, true, at->desk.arena), numbers(filled, false, at->desk.arena)};
    PGresult *rows = session_ask(
        at->desk.session,
        "SELECT CASE WHEN x.record_no IS NULL OR y.record_no IS NULL THEN 'unknown' WHEN a.record_no IS NULL"
        " OR b.record_no IS NULL THEN 'gone' ELSE identity.version(p.a, p.b, a.row_hash, b.row_hash) END"
        " FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY p (a, b, place)"
        " LEFT JOIN identity.xref x ON x.record_no = p.a LEFT JOIN identity.xref y ON y.record_no = p.b"
        " LEFT JOIN identity.record a ON a.record_no = p.a LEFT JOIN identity.record b ON b.record_no = p.b"
        " ORDER BY p.place",
        2, arguments, error);
    if (!rows) return false;
    for (uint32_t i = 0; i < filled->count; i++) {
        const char *found = PQgetvalue(rows, (int)i, 0);
        if (strcmp(found, filled->pairs[i].version) == 0) continue;
        wrong[i] =
            strcmp(found, "unknown") == 0
                ? TEXT("没有这一对：配对编号被改动，或不是本市的表",
                       "no such pair: the number was changed, or the list is another city's")
            : strcmp(found, "gone") == 0
                ? TEXT("这一对中有记录已不在库中", "a record of this pair is no longer there")
                : TEXT("表写出之后这一对的记录变了(或编号被改动)；请用新的待审表重新判断",
                       "the records have changed since the list was written (or the number was): judge them "
                       "again on a new list");
    }
    PQclear(rows);
    return true;
}

/* The decision about the same pair that stands or was read before; UINT32_MAX: none. */
static uint32_t find_pair(const struct deciding *at, const struct decision *decision) {
    for (uint32_t i = 0; i < at->count; i++)
        if (at->all[i].a == decision->a && at->all[i].b == decision->b) return i;
    return UINT32_MAX;
}

static const char *named(const struct decision *decision, struct arena *arena) {
    return decision->line ? arena_print(arena, TEXT("第 %ju 行(%s)", "row %ju (%s)"),
                                        (uintmax_t)decision->line, verdict_said(decision->verdict))
                          : arena_print(arena, TEXT("事件 %jd(%s，%s)", "event %jd (%s, %s)"),
                                        (intmax_t)decision->event, verdict_said(decision->verdict),
                                        *decision->by ? decision->by : decision->operator);
}

/* A line that says what stands already changes nothing, whatever became of the records since; one that says
   otherwise is refused. */
static void take_line(struct deciding *at, uint32_t i, const char *wrong) {
    struct filled *filled = &at->filled;
    struct decision *decision = &filled->decisions[i];
    struct arena *arena = at->desk.arena;
    uint32_t other = find_pair(at, decision);
    if (other != UINT32_MAX && at->all[other].verdict == decision->verdict) {
        at->known++;
        return;
    }
    if (wrong) {
        paper_fault(filled, filled->rows[i], PAPER_PAIR, wrong);
        return;
    }
    if (other != UINT32_MAX) {
        paper_fault(filled, filled->rows[i], PAPER_VERDICT,
                    arena_print(arena,
                                TEXT("这一对已有相反的结论：%s；要改，先 tongchou person undo",
                                     "the pair is decided otherwise: %s; to change it, undo that first"),
                                named(&at->all[other], arena)));
        return;
    }
    at->lines[at->count - at->standing] = i;
    at->all[at->count++] = *decision;
}

/* Names every decision on the way by which two records would be one person and two. */
static void tell_clashes(struct deciding *at) {
    struct clash *clashes;
    struct arena *arena = at->desk.arena;
    uint32_t count = decision_clashes(at->all, at->count, arena, &clashes);
    for (uint32_t c = 0; c < count; c++) {
        uint32_t newest = clashes[c].apart;
        const char *way = "";
        for (uint32_t p = 0; p < clashes[c].path_count; p++) {
            uint32_t one = clashes[c].paths[p];
            if (one > newest) newest = one;
            way = arena_print(arena, "%s%s%s", way, p ? TEXT("、", ", ") : "", named(&at->all[one], arena));
        }
        if (newest < at->standing) continue;
        char sentence[SENTENCE_BYTES];
        snprintf(sentence, sizeof sentence,
                 TEXT("互相矛盾：%s 说两条记录不是同一人，而 %s 使他们成为同一人",
                      "contradiction: %s keeps two records apart that are one person by %s"),
                 named(&at->all[clashes[c].apart], arena), way);
        paper_fault(&at->filled, at->filled.rows[at->lines[newest - at->standing]], PAPER_VERDICT, sentence);
    }
}

static bool look_at_all(struct deciding *at, struct error *error) {
    struct filled *filled = &at->filled;
    struct decision *standing;
    struct arena *arena = at->desk.arena;
    const char **wrong = ARENA_NEW(arena, const char *, filled->count + 1);
    if (!decision_lock(at->desk.session, error) ||
        !decision_standing(at->desk.session, arena, &standing, &at->standing, error))
        return false;
    at->all = ARENA_NEW(arena, struct decision, at->standing + filled->count + 1);
    at->lines = ARENA_NEW(arena, uint32_t, filled->count + 1);
    memcpy(at->all, standing, at->standing * sizeof *standing);
    at->count = at->standing;
    if (filled->count && !check_versions(at, wrong, error)) return false;
    for (uint32_t i = 0; i < filled->count; i++) take_line(at, i, wrong[i]);
    tell_clashes(at);
    return true;
}

/* All faults but the last are printed here; that one goes the way of every failure. */
static bool tell_faults(const struct filled *filled, struct error *error) {
    if (!filled->fault_count) return true;
    uint32_t shown = filled->fault_count < FAULTS_SHOWN ? filled->fault_count : FAULTS_SHOWN;
    for (uint32_t i = 0; i + 1 < shown; i++) print_error(stderr, &filled->faults[i]);
    *error = filled->faults[shown - 1];
    return false;
}

static bool put_all(struct deciding *at, struct error *error) {
    struct digest digest;
    const char *operator= operator_name(at->desk.arena);
    if (!digest_file(at->filled.form.path, &digest, error)) return false;
    for (uint32_t i = at->standing; i < at->count; i++) {
        at->all[i].operator= operator;
        at->all[i].paper_sha256 = digest.sha256;
        if (!decision_put(at->desk.session, &at->all[i], error)) return false;
    }
    return true;
}

static bool decide(struct deciding *at, struct error *error) {
    if (!session_run(at->desk.session, "BEGIN", error)) return false;
    bool ok = look_at_all(at, error) && tell_faults(&at->filled, error) && put_all(at, error);
    ok = desk_end(&at->desk, ok, error);
    if (!ok) fputs(TEXT("整张待审表未采用：没有记录任何结论\n", "nothing of the list took effect\n"), stderr);
    return ok;
}

static void say(const struct deciding *at) {
    uint32_t counts[VERDICTS] = {0};
    for (uint32_t i = at->standing; i < at->count; i++) counts[at->all[i].verdict]++;
    if (at->desk.invocation->json)
        printf("{\"same\": %u, \"different\": %u, \"relative\": %u, \"known\": %u, \"open\": %u, "
               "\"first_event\": %jd, \"last_event\": %jd}\n",
               counts[VERDICT_SAME], counts[VERDICT_DIFFERENT], counts[VERDICT_RELATIVE], at->known,
               at->filled.open, (intmax_t)(at->count > at->standing ? at->all[at->standing].event : 0),
               (intmax_t)(at->count > at->standing ? at->all[at->count - 1].event : 0));
    else if (!at->desk.invocation->quiet)
        printf(TEXT("同一人 %u 对，不同人 %u 对，亲属 %u 对；原已作出 %u 对，未填 %u 对%s\n",
                    "%u the same, %u different, %u relatives; %u decided before, %u left open%s\n"),
               counts[VERDICT_SAME], counts[VERDICT_DIFFERENT], counts[VERDICT_RELATIVE], at->known,
               at->filled.open,
               at->desk.invocation->dry_run ? TEXT("；只看，未记录", "; nothing was written") : "");
}

static enum exit_code run_decide(struct invocation *invocation, const struct person_options *options,
                                 struct error *error) {
    struct deciding *at = ARENA_NEW(invocation->arena, struct deciding, 1);
    (void)options;
    if (!paper_read(invocation->arguments[1], invocation->arena, &at->filled, error)) return exit_of(error);
    bool ok = desk_open(&at->desk, invocation, "person decide", error) && decide(at, error);
    if (ok) say(at);
    bool written = ok && at->count > at->standing && !invocation->dry_run;
    if (written)
        ok = persons_link(invocation, &at->desk.database, 0, false, invocation->quiet || invocation->json,
                          error);
    if (written && !ok)
        fputs(TEXT("结论已记录，但归并没有完成；请再运行 tongchou person link\n",
                   "the decisions are kept, the linking was not finished: run tongchou person link\n"),
              stderr);
    desk_close(&at->desk);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_decide = {"decide", "FILE.xlsx", 1, 1, run_decide};
