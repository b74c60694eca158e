/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The list against what the database knows: every line is looked at before anything is done. */
#include "cli/retry/retry.h"
#include "core/decimal.h"
#include "core/language.h"
#include <stdlib.h>

enum { WANYUAN_SCALE = 6 };

/* The number of a list that was sent before its delivery was read again (run --again) stands for the same row
   of the newest reading. */
static const char sql_find[] =
    "WITH asked AS (SELECT r.source_row, f.member, f.spec_path, f.kind, d.delivery, coalesce(d.parent,"
    " d.delivery) AS root FROM intake.reject r JOIN intake.file f USING (file) JOIN intake.delivery d USING"
    " (delivery) WHERE r.reject = $1::bigint AND r.bucket = 'rejected'),"
    " newest AS (SELECT coalesce((SELECT max(n.reject) FROM intake.delivery e JOIN intake.file g USING"
    " (delivery) JOIN intake.reject n ON n.file = g.file AND n.source_row = a.source_row AND n.bucket ="
    " 'rejected' WHERE e.parent = a.root AND e.source = 'again' AND e.state = 'published' AND e.delivery >"
    " a.delivery AND g.member = a.member AND g.spec_path = a.spec_path AND g.kind = a.kind), $1::bigint) AS"
    " reject FROM asked a)"
    " SELECT r.reject, coalesce(d.parent, d.delivery), f.file, r.state = 'open', r.source_row, d.county, "
    "d.sha256,"
    " f.member, f.spec_path, coalesce(r.src_key, ''), d.path, coalesce(array_position(f.columns, $2), 0) - 1,"
    " coalesce(f.units[array_position(f.columns, $2)], '')"
    " FROM newest JOIN intake.reject r USING (reject) JOIN intake.file f USING (file)"
    " JOIN intake.delivery d USING (delivery)";

static const char *text_at(struct arena *arena, const PGresult *result, int column) {
    return arena_print(arena, "%s", PQgetvalue(result, 0, column));
}

bool retry_find(struct retrying *at, const struct correction *line, struct rejected *reject,
                struct error *error) {
    struct arena *arena = at->work->arena;
    const char *arguments[] = {
        arena_print(arena, "%jd", (intmax_t)line->reject),
        arena_print(arena, "%.*s", (int)line->source_column.size, line->source_column.bytes)};
    PGresult *result = session_ask(&at->work->registry.session, sql_find, 2, arguments, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    if (found)
        *reject = (struct rejected){.reject = strtoll(PQgetvalue(result, 0, 0), NULL, 10),
                                    .delivery = atoi(PQgetvalue(result, 0, 1)),
                                    .file = atoi(PQgetvalue(result, 0, 2)),
                                    .open = PQgetvalue(result, 0, 3)[0] == 't',
                                    .row = strtoull(PQgetvalue(result, 0, 4), NULL, 10),
                                    .county = text_at(arena, result, 5),
                                    .sha256 = text_at(arena, result, 6),
                                    .member = text_at(arena, result, 7),
                                    .spec_path = text_at(arena, result, 8),
                                    .key = text_at(arena, result, 9),
                                    .path = text_at(arena, result, 10),
                                    .column = atoi(PQgetvalue(result, 0, 11)),
                                    .unit = text_at(arena, result, 12)};
    PQclear(result);
    if (found) return true;
    error->at = (struct place){.source = at->path, .row = line->line};
    return error_code(error, TROUBLE_REFUSED, "retry.unknown_reject",
                      TEXT("找不到退回编号 %jd", "no reject %jd"), (intmax_t)line->reject);
}

/* "000123" that came back as "123": the sheet was saved with numbers for texts. */
static bool lost_zeros(struct span found, const char *expected) {
    size_t zeros = strspn(expected, "0");
    return zeros && found.size == strlen(expected + zeros) &&
           memcmp(found.bytes, expected + zeros, found.size) == 0;
}

bool retry_corrects(const struct correction *line) {
    return line->value.size && (line->decision == DECISION_NONE || line->decision == DECISION_CORRECT);
}

/* What is wrong with a line, as a sentence; NULL: nothing. */
static const char *fault_of(const struct correction *line, const struct rejected *reject) {
    bool waived = line->decision == DECISION_WAIVE;
    if (line->key.size && lost_zeros(line->key, reject->key))
        return TEXT("县内主键的前导零丢了：这张表被存成了数字。请把列设为文本，从我们发出的原件重新填写",
                    "the key lost its leading zeros: the sheet was saved as numbers; fill in the original "
                    "again with text columns");
    /* A sheet that was sorted without its first column must not mend somebody else's row. */
    if (line->row && (uint64_t)line->row != reject->row && (retry_corrects(line) || waived))
        return TEXT("行号与退回编号不符：这张表被部分排序或改动过。请从我们发出的原件重新填写",
                    "the row is not the number's: part of the sheet was sorted or changed; fill in the "
                    "original again");
    if (line->decision == DECISION_CORRECT && !line->value.size)
        return TEXT("选了「改正」但没有填修正值", "改正 needs its 修正值");
    if (line->value.size && (waived || line->decision == DECISION_RESEND))
        return TEXT("既填了修正值，又选了「不移交」或「重新交付」：只能留一样",
                    "a corrected value beside 不移交 or 重新交付: only one of them can hold");
    if (!waived && line->value.size && !line->source_column.size)
        return TEXT("这一行的原因不是某一列的值，不能填修正值；请选「重新交付」或「不移交」",
                    "this reason is of no single column: choose 重新交付 or 不移交");
    if (retry_corrects(line) && reject->open && reject->column < 0)
        return TEXT("原文件没有这个源列名；请勿改动「源列名」",
                    "the delivery has no such column; leave 源列名 alone");
    if (waived && !line->comment.size)
        return TEXT("选「不移交」要在处理说明写明原因", "不移交 needs its reason in 处理说明");
    if (waived && !line->handler.size) return TEXT("选「不移交」要写处理人", "不移交 needs a name in 处理人");
    return NULL;
}

/* Lines of one row, whether the list calls it by its old number or by the new one. */
static int by_reject(const void *a, const void *b, void *context) {
    const struct rejected *rejects = context;
    int64_t left = rejects[*(const uint32_t *)a].reject, right = rejects[*(const uint32_t *)b].reject;
    return left < right ? -1 : left > right;
}

/* Whoever corrects a row and waives it, too, is asked which. */
static bool no_both(struct retrying *at, struct error *error) {
    uint32_t count = at->corrections.count, *order = ARENA_NEW(at->work->arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) order[i] = i;
    if (count) qsort_r(order, count, sizeof *order, by_reject, at->rejects);
    bool corrected = false, waived = false;
    for (uint32_t i = 0; i < count; i++) {
        const struct correction *line = &at->corrections.items[order[i]];
        if (!i || at->rejects[order[i]].reject != at->rejects[order[i - 1]].reject)
            corrected = waived = false;
        corrected |= retry_corrects(line);
        waived |= line->decision == DECISION_WAIVE;
        if (!corrected || !waived) continue;
        error->at = (struct place){.source = at->path, .row = line->line};
        return error_code(
            error, TROUBLE_REFUSED, NULL, "%s",
            TEXT("同一退回编号既填了修正值，又选了「不移交」", "one row is both corrected and waived"));
    }
    return true;
}

bool retry_look_up(struct retrying *at, struct error *error) {
    at->rejects = ARENA_NEW(at->work->arena, struct rejected, at->corrections.count + 1);
    for (uint32_t i = 0; i < at->corrections.count; i++) {
        const struct correction *line = &at->corrections.items[i];
        if (!retry_find(at, line, &at->rejects[i], error)) return false;
        const char *fault = fault_of(line, &at->rejects[i]);
        if (fault) {
            error->at = (struct place){.source = at->path, .row = line->line};
            return error_code(error, TROUBLE_REFUSED, NULL, "%s", fault);
        }
        at->closed += !at->rejects[i].open;
        at->renumbered += at->rejects[i].reject != line->reject;
    }
    return no_both(at, error);
}

static int scale_of(const char *unit) {
    return strcmp(unit, "fen") == 0 ? 0 : strcmp(unit, "wanyuan") == 0 ? WANYUAN_SCALE : 2;
}

bool retry_value(struct span value, const char *unit, struct arena *arena, struct span *cell) {
    static const struct {
        const char *word, *unit;
    } words[] = {{"万元", "wanyuan"}, {"元", "yuan"}, {"分", "fen"}};
    *cell = value;
    for (size_t i = 0; *unit && i < sizeof words / sizeof *words; i++) {
        size_t size = strlen(words[i].word);
        if (value.size <= size || memcmp(value.bytes + value.size - size, words[i].word, size) != 0) continue;
        int64_t fen = 0;
        char text[24];
        struct span number = {value.bytes, value.size - size};
        if (decimal_read(number, scale_of(words[i].unit), &fen) != DECIMAL_OK) return false;
        *cell = arena_copy(arena, (struct span){text, decimal_write(fen, scale_of(unit), text)});
        return true;
    }
    return true;
}
