/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou cover read: what a county filled in, all of it or nothing. */
#include "cli/cover/cover.h"
#include "cli/table.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdio.h>

enum head { HEAD_NUMBER, HEAD_KEY, HEAD_ANSWER, HEAD_KEEP, HEAD_COMMENT, HEAD_HANDLER, HEADS };
static const char *const names[HEADS] = {"清理编号",     "本县人员编号", "核定意见",
                                         "本人选定保留", "说明",         "经办人"};

struct answers {
    struct covering *at;
    const char *path;
    struct table table;
    int heads[HEADS];
    uint32_t agreed, refused, left;
};

static struct span cell(const struct answers *answers, uint32_t row, enum head head) {
    struct span text = answers->table.cells[row][answers->heads[head]];
    if (text.size && text.bytes[0] == '\'') text.bytes++, text.size--; /* our own guard against formulas */
    while (text.size && text.bytes[0] == ' ') text.bytes++, text.size--;
    while (text.size && text.bytes[text.size - 1] == ' ') text.size--;
    return text;
}

static bool is(struct span text, const char *word) {
    return span_equal(text, (struct span){word, strlen(word)});
}

static bool bad(const struct answers *answers, uint32_t row, enum head head, const char *sentence,
                struct error *error) {
    error->at = (struct place){.source = answers->path,
                               .row = answers->table.numbers[row],
                               .column = (uint32_t)answers->heads[head] + 1};
    return error_code(error, TROUBLE_REFUSED, NULL, "%s", sentence);
}

static bool find_heads(struct answers *answers, uint32_t row) {
    for (int h = 0; h < HEADS; h++) {
        answers->heads[h] = -1;
        for (uint32_t c = 0; c < answers->table.column_count && answers->heads[h] < 0; c++)
            if (is(answers->table.cells[row][c], names[h])) answers->heads[h] = (int)c;
        if (answers->heads[h] < 0) return false;
    }
    return true;
}

/* Which side of the pair the county that answers is, and whose number stands in the line: a sheet that was
   sorted without its first column must not decide about somebody else. */
static bool find_side(struct answers *answers, uint32_t row, int64_t number, const char **side,
                      struct error *error) {
    struct arena *arena = answers->at->arena;
    struct span key = cell(answers, row, HEAD_KEY);
    const char *arguments[] = {arena_print(arena, "%jd", (intmax_t)number),
                               arena_print(arena, "%.*s", (int)key.size, key.bytes)};
    PGresult *result =
        session_ask(answers->at->session,
                    "SELECT CASE $2 WHEN src_psn_no_a THEN 'a' WHEN src_psn_no_b THEN 'b' ELSE '' END"
                    " FROM cover.duplicate WHERE duplicate = $1::bigint",
                    2, arguments, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    *side = found ? arena_print(arena, "%s", PQgetvalue(result, 0, 0)) : "";
    PQclear(result);
    if (!found) return bad(answers, row, HEAD_NUMBER, TEXT("没有这个清理编号", "no such case"), error);
    if (!**side)
        return bad(answers, row, HEAD_KEY,
                   TEXT("本县人员编号与清理编号不符：表格被改动，或前导零丢了",
                        "the number is not the case's: the sheet was changed, or lost its zeros"),
                   error);
    return true;
}

static bool take(struct answers *answers, uint32_t row, struct error *error) {
    struct arena *arena = answers->at->arena;
    struct span number = cell(answers, row, HEAD_NUMBER), answer = cell(answers, row, HEAD_ANSWER),
                keep = cell(answers, row, HEAD_KEEP), comment = cell(answers, row, HEAD_COMMENT),
                handler = cell(answers, row, HEAD_HANDLER);
    struct cover_decision decision = {.by = arena_print(arena, "%.*s", (int)handler.size, handler.bytes),
                                      .reason = arena_print(arena, "%.*s", (int)comment.size, comment.bytes)};
    const char *side;
    if (!number.size) return true;
    if (!answer.size && !keep.size) return answers->left++, true;
    if (decimal_read(number, 0, &decision.duplicate) != DECIMAL_OK)
        return bad(answers, row, HEAD_NUMBER, TEXT("清理编号不是数字", "the case is no number"), error);
    if (answer.size && !is(answer, "同意") && !is(answer, "不同意"))
        return bad(answers, row, HEAD_ANSWER,
                   TEXT("核定意见只能是 同意、不同意", "the answer is 同意 or 不同意"), error);
    if (keep.size && !is(keep, "本县") && !is(keep, "对方"))
        return bad(answers, row, HEAD_KEEP, TEXT("本人选定保留只能是 本县、对方", "chosen is 本县 or 对方"),
                   error);
    if (keep.size && is(answer, "不同意"))
        return bad(answers, row, HEAD_KEEP,
                   TEXT("不同意的行不能同时选定保留", "a line that disagrees cannot choose as well"), error);
    if (!handler.size)
        return bad(answers, row, HEAD_HANDLER, TEXT("要写经办人", "who decided must be written"), error);
    if (is(answer, "不同意") && !comment.size)
        return bad(answers, row, HEAD_COMMENT, TEXT("不同意要写理由", "a refusal needs its reason"), error);
    if (!find_side(answers, row, decision.duplicate, &side, error)) return false;
    decision.action = keep.size ? "choose" : is(answer, "同意") ? "agree" : "refuse";
    if (keep.size) decision.keep = is(keep, "本县") == (*side == 'a') ? "a" : "b";
    if (!cover_decide(answers->at, &decision, error)) {
        error->at = (struct place){.source = answers->path, .row = answers->table.numbers[row]};
        return false;
    }
    if (strcmp(decision.action, "refuse") == 0) answers->refused++;
    else answers->agreed++;
    return true;
}

static bool take_all(struct answers *answers, struct error *error) {
    bool found = false;
    for (uint32_t row = 0; row < answers->table.row_count; row++) {
        if (!found) found = find_heads(answers, row);
        else if (!take(answers, row, error)) return false;
    }
    error->at.source = answers->path;
    if (!found)
        return error_code(
            error, TROUBLE_REFUSED, "header.not_found", "%s",
            TEXT("找不到「清理编号、本县人员编号、核定意见、本人选定保留、说明、经办人」所在的表头",
                 "no header with 清理编号, 本县人员编号, 核定意见, 本人选定保留, 说明 and 经办人"));
    error->at.source = NULL;
    return true;
}

enum exit_code cover_read(struct covering *at, struct error *error) {
    struct node key = {.kind = NODE_SCALAR, .text = SPAN("header")},
                no = {.kind = NODE_SCALAR, .text = SPAN("no")};
    struct node read = {.kind = NODE_MAP, .count = 1, .keys = &key, .items = &no};
    struct answers answers = {.at = at, .path = at->invocation->arguments[1]};
    struct error ignored = {0};
    const char **sheets = NULL;
    uint32_t count = 0;
    if (!table_sheets(answers.path, NULL, NULL, at->arena, &sheets, &count, error) ||
        !table_read(answers.path, NULL, count ? "清理明细" : NULL, &read, NULL, at->arena, &answers.table,
                    error))
        return exit_of(error);
    bool ok = session_run(at->session, "BEGIN", error) && take_all(&answers, error) &&
              session_run(at->session, at->invocation->dry_run ? "ROLLBACK" : "COMMIT", error);
    if (!ok && !session_lost(at->session)) session_run(at->session, "ROLLBACK", &ignored);
    if (!ok) {
        fputs(TEXT("整张清理表未采用\n", "nothing of the list took effect\n"), stderr);
        return exit_of(error);
    }
    if (!at->invocation->quiet && !at->invocation->json)
        printf(TEXT("同意 %u 对，不同意 %u 对，未填 %u 对\n", "%u agreed, %u refused, %u left open\n"),
               answers.agreed, answers.refused, answers.left);
    return EXIT_HELD;
}
