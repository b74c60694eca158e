/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou cover read: what a county filled in, all of it or nothing. */
#include "cli/cover/cover.h"
#include "cli/form.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdio.h>

enum { HEAD_NUMBER, HEAD_KEY, HEAD_ANSWER, HEAD_KEEP, HEAD_COMMENT, HEAD_HANDLER, HEAD_OTHER };
static const struct form_head heads[] = {{"清理编号", "Case", true},   {"本县人员编号", "Our number", true},
                                         {"核定意见", "Answer", true}, {"本人选定保留", "Chosen", true},
                                         {"说明", "Comment", true},    {"经办人", "By", true},
                                         {"对方", "The other", false}};

struct answers {
    struct covering *at;
    struct form form;
    uint32_t agreed, refused, left, before; /* before: it stands so already */
};

static bool bad(const struct answers *answers, uint32_t row, uint32_t head, const char *sentence,
                struct error *error) {
    return form_bad(&answers->form, row, head, sentence, error);
}

/* Whether 对方, "临渚市 居民", names the county of that code. */
static bool names_county(const struct answers *answers, struct span other, const char *code) {
    const struct county *county = city_county(&answers->at->city, code);
    const char *words[] = {county ? county->name : code, code};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i]);
        if (other.size > size && other.bytes[size] == ' ' && memcmp(other.bytes, words[i], size) == 0)
            return true;
    }
    return false;
}

/* Counties number their persons by themselves: two may have given one number, as all do that take the
   citizen ID.  Then only the county on the other side tells whose list it is. */
static const char *side_of(const struct answers *answers, uint32_t row, const PGresult *pair) {
    const char *a = PQgetvalue(pair, 0, 2), *b = PQgetvalue(pair, 0, 3);
    bool is_a = PQgetvalue(pair, 0, 0)[0] == 't', is_b = PQgetvalue(pair, 0, 1)[0] == 't';
    if (!is_a || !is_b || strcmp(a, b) == 0) return is_a ? "a" : is_b ? "b" : "";
    struct span other = form_cell(&answers->form, row, HEAD_OTHER);
    return names_county(answers, other, b) ? "a" : names_county(answers, other, a) ? "b" : NULL;
}

/* Which side of the pair the county that answers is, and whose number stands in the line: a sheet that was
   sorted without its first column must not decide about somebody else.  NULL: both have that number. */
static bool find_side(struct answers *answers, uint32_t row, int64_t number, const char **side,
                      struct error *error) {
    struct arena *arena = answers->at->arena;
    struct span key = form_cell(&answers->form, row, HEAD_KEY);
    const char *arguments[] = {arena_print(arena, "%jd", (intmax_t)number),
                               arena_print(arena, "%.*s", (int)key.size, key.bytes)};
    PGresult *result = session_ask(answers->at->session,
                                   "SELECT src_psn_no_a = $2, src_psn_no_b = $2, county_a, county_b"
                                   " FROM cover.duplicate WHERE duplicate = $1::bigint",
                                   2, arguments, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    *side = found ? side_of(answers, row, result) : "";
    PQclear(result);
    if (!found) return bad(answers, row, HEAD_NUMBER, TEXT("没有这个清理编号", "no such case"), error);
    if (*side && !**side)
        return bad(answers, row, HEAD_KEY,
                   TEXT("本县人员编号与清理编号不符：表格被改动，或前导零丢了",
                        "the number is not the case's: the sheet was changed, or lost its zeros"),
                   error);
    return true;
}

/* Both counties get the same pair, and a list comes back again when more of it is filled in: an answer that
   stands already is no new one.  What the person chose stands above what was proposed. */
static bool stands(struct answers *answers, const struct cover_decision *decision, bool *so,
                   struct error *error) {
    struct arena *arena = answers->at->arena;
    const char *arguments[] = {arena_print(arena, "%jd", (intmax_t)decision->duplicate), decision->action,
                               decision->keep ? decision->keep : ""};
    PGresult *result = session_ask(
        answers->at->session,
        "SELECT CASE $2 WHEN 'refuse' THEN d.state = 'refused' WHEN 'choose' THEN d.keep = $3 AND"
        " d.state IN ('agreed', 'approved', 'done') ELSE d.state IN ('agreed', 'approved', 'done') AND"
        " NOT EXISTS (SELECT FROM cover.event e WHERE e.duplicate = d.duplicate AND e.keep_after <>"
        " e.keep_before AND e.undoes IS NULL AND NOT EXISTS (SELECT FROM cover.event u WHERE u.undoes"
        " = e.event)) END FROM cover.duplicate d WHERE d.duplicate = $1::bigint",
        3, arguments, error);
    *so = result && PQntuples(result) == 1 && PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return result != NULL;
}

static bool take(struct answers *answers, uint32_t row, struct error *error) {
    struct arena *arena = answers->at->arena;
    struct span number = form_cell(&answers->form, row, HEAD_NUMBER),
                answer = form_cell(&answers->form, row, HEAD_ANSWER),
                keep = form_cell(&answers->form, row, HEAD_KEEP),
                comment = form_cell(&answers->form, row, HEAD_COMMENT),
                handler = form_cell(&answers->form, row, HEAD_HANDLER);
    struct cover_decision decision = {.by = arena_print(arena, "%.*s", (int)handler.size, handler.bytes),
                                      .reason = arena_print(arena, "%.*s", (int)comment.size, comment.bytes)};
    const char *side;
    if (!number.size) return true;
    if (!answer.size && !keep.size) return answers->left++, true;
    if (decimal_read(number, 0, &decision.duplicate) != DECIMAL_OK)
        return bad(answers, row, HEAD_NUMBER, TEXT("清理编号不是数字", "the case is no number"), error);
    if (answer.size && !form_is(answer, "同意") && !form_is(answer, "不同意"))
        return bad(answers, row, HEAD_ANSWER,
                   TEXT("核定意见只能是 同意、不同意", "the answer is 同意 or 不同意"), error);
    if (keep.size && !form_is(keep, "本县") && !form_is(keep, "对方"))
        return bad(answers, row, HEAD_KEEP, TEXT("本人选定保留只能是 本县、对方", "chosen is 本县 or 对方"),
                   error);
    if (keep.size && form_is(answer, "不同意"))
        return bad(answers, row, HEAD_KEEP,
                   TEXT("不同意的行不能同时选定保留", "a line that disagrees cannot choose as well"), error);
    if (!handler.size)
        return bad(answers, row, HEAD_HANDLER, TEXT("要写经办人", "who decided must be written"), error);
    if (form_is(answer, "不同意") && !comment.size)
        return bad(answers, row, HEAD_COMMENT, TEXT("不同意要写理由", "a refusal needs its reason"), error);
    if (!find_side(answers, row, decision.duplicate, &side, error)) return false;
    if (keep.size && !side)
        return bad(
            answers, row, HEAD_KEEP,
            TEXT("两个县的人员编号相同，只有「对方」一列能说明这是哪个县填的；请在原表上填写，不要删改这一列",
                 "both counties have this number, so only the column \"The other\" tells whose list it is:"
                 " fill in the form as it was sent"),
            error);
    decision.action = keep.size ? "choose" : form_is(answer, "同意") ? "agree" : "refuse";
    if (keep.size) decision.keep = form_is(keep, "本县") == (*side == 'a') ? "a" : "b";
    bool so = false;
    if (!stands(answers, &decision, &so, error)) return false;
    if (so) return answers->before++, true;
    if (!cover_decide(answers->at, &decision, error)) {
        error->at = (struct place){.source = answers->form.path, .row = answers->form.table.numbers[row]};
        return false;
    }
    if (strcmp(decision.action, "refuse") == 0) answers->refused++;
    else answers->agreed++;
    return true;
}

static bool take_all(struct answers *answers, struct error *error) {
    for (uint32_t row = answers->form.first; row < answers->form.table.row_count; row++)
        if (!take(answers, row, error)) return false;
    return true;
}

enum exit_code cover_read(struct covering *at, struct error *error) {
    struct answers answers = {.at = at};
    struct error ignored = {0};
    if (!form_read(&answers.form, at->invocation->arguments[1], "清理明细|Cases", heads,
                   sizeof heads / sizeof *heads, at->arena, error))
        return exit_of(error);
    bool ok = session_run(at->session, COVER_BEGIN, error) && take_all(&answers, error) &&
              session_run(at->session, at->invocation->dry_run ? "ROLLBACK" : "COMMIT", error);
    if (!ok && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    if (!ok) {
        fputs(TEXT("整张清理表未采用\n", "nothing of the list took effect\n"), stderr);
        return exit_of(error);
    }
    if (!at->invocation->quiet && !at->invocation->json)
        printf(TEXT("同意 %u 对，不同意 %u 对，此前已是这样核定的 %u 对，未填 %u 对\n",
                    "%u agreed, %u refused, %u decided so before, %u left open\n"),
               answers.agreed, answers.refused, answers.before, answers.left);
    return EXIT_HELD;
}
