/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/guess/overview.h"
#include "core/language.h"
#include "core/tally.h"
#include "report/result.h"
#include "report/write.h"
#include <stdio.h>

/* What a person reads first after guessing over a folder: what is unsure, then what there is. */

enum { UNSURE_EACH = 6, UNSURE_MAX = 64 };

static const char *thousands(struct arena *arena, uint64_t number) {
    char text[FEN_TEXT];
    fen_text((fen_total)number * 100, text);
    return arena_print(arena, "%.*s", (int)strlen(text) - 3, text);
}

static const char *unsure_line(const struct guess_draft *draft, const struct guess_line *line,
                               struct arena *arena) {
    const struct kind_column *target = &draft->kind->columns[line->target];
    const char *why = strstr(line->comment, TEXT("；", "; "));
    why = why ? why + strlen(TEXT("；", "; ")) : line->comment;
    if (line->source < 0)
        return arena_print(arena, TEXT("%s(%s) 写作 %s：%s", "%s (%s) as %s: %s"), target->label,
                           target->name, line->text, why);
    struct span name = draft->source->columns.names[line->source];
    return arena_print(arena, TEXT("列「%.*s」是不是 %s(%s)？%s", "is column \"%.*s\" %s (%s)? %s"),
                       (int)name.size, name.bytes, target->label, target->name, why);
}

static void add(const char **phrases, uint32_t room, uint32_t *count, const char *phrase) {
    if (*count < room) phrases[*count] = phrase;
    ++*count;
}

uint32_t guess_unsure(const struct guess_draft *draft, const char **phrases, uint32_t room,
                      struct arena *arena) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < draft->remark_count; i++) add(phrases, room, &count, draft->remarks[i]);
    if (draft->source->close)
        add(phrases, room, &count,
            arena_print(arena,
                        TEXT("编码 %s 是按常用字判断的，请看一眼汉字",
                             "encoding %s is a judgement: look at the Hanzi"),
                        draft->source->encoding));
    if (draft->delivery_doubt) add(phrases, room, &count, draft->delivery_comment);
    if (draft->unit_doubt)
        add(phrases, room, &count,
            arena_print(arena, TEXT("金额单位 %s：%s", "unit %s: %s"), draft->unit, draft->unit_comment));
    for (uint32_t i = 0; i < draft->line_count; i++)
        if (draft->lines[i].score < GUESS_CERTAIN && draft->lines[i].score > 0)
            add(phrases, room, &count, unsure_line(draft, &draft->lines[i], arena));
    return count;
}

static uint32_t unsure_count(const struct overview_line *line, struct arena *arena) {
    return guess_unsure(line->draft, NULL, 0, arena);
}

/* Archives that stayed closed: a whole delivery may be in each, so they come before any column. */
static uint32_t print_locked(const struct overview *overview, FILE *out) {
    for (uint32_t i = 0; i < overview->locked_count; i++) {
        const struct overview_locked *line = &overview->locked[i];
        const char *spec = line->spec ? line->spec : TEXT("最后一份草稿", "the last draft");
        fprintf(out,
                line->locked.rar ? TEXT(" %s\n  %3u. rar 没有打开：要人决定，见 %s\n",
                                        " %s\n  %3u. a rar, not opened: a person must decide, see %s\n")
                                 : TEXT(" %s\n  %3u. 加密，没有读：要有密码，见 %s\n",
                                        " %s\n  %3u. encrypted, not read: it needs a password, see %s\n"),
                line->locked.name, i + 1, spec);
    }
    return overview->locked_count;
}

static uint32_t print_unsure(const struct overview *overview, FILE *out, struct arena *arena) {
    uint32_t number = print_locked(overview, out);
    for (uint32_t i = 0; i < overview->count; i++) {
        const struct overview_line *line = &overview->lines[i];
        const char *phrases[UNSURE_MAX];
        uint32_t count = guess_unsure(line->draft, phrases, UNSURE_MAX, arena);
        if (!count) continue;
        fprintf(out, " %s → %s\n", line->draft->match, model_title(line->draft->kind));
        for (uint32_t p = 0; p < count && p < UNSURE_EACH && p < UNSURE_MAX; p++)
            fprintf(out, "  %3u. %s\n", ++number, phrases[p]);
        if (count > UNSURE_EACH)
            fprintf(
                out,
                TEXT("       还有 %u 处，见规格里标“？”的行\n", "       and %u more: the lines with '?'\n"),
                count - UNSURE_EACH);
    }
    return number;
}

static void print_table(const struct overview *overview, FILE *out, struct arena *arena) {
    const struct result_column columns[] = {
        {SPAN("match"), SPAN("文件名样式"), SPAN("Files"), SHOW_TEXT, 0, {0}},
        {SPAN("files"), SPAN("文件"), SPAN("Number"), SHOW_COUNT, 0, {0}},
        {SPAN("rows"), SPAN("行"), SPAN("Rows"), SHOW_COUNT, 0, {0}},
        {SPAN("read"), SPAN("格式"), SPAN("Format"), SHOW_TEXT, 0, {0}},
        {SPAN("kind"), SPAN("数据类别"), SPAN("Kind"), SHOW_TEXT, 0, {0}},
        {SPAN("unsure"), SPAN("存疑"), SPAN("Unsure"), SHOW_COUNT, 0, {0}},
        {SPAN("spec"), SPAN("规格"), SPAN("Spec"), SHOW_TEXT, 0, {0}}};
    struct result table;
    result_begin(&table, arena, SPAN("起草的规格"), SPAN("Drafts"), columns,
                 sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < overview->count; i++) {
        const struct overview_line *line = &overview->lines[i];
        const struct guess_source *source = line->draft->source;
        struct span *cells = result_add(&table);
        cells[0] = result_format(arena, "%s", line->draft->match);
        cells[1] = result_format(arena, "%u", line->file_count);
        cells[2] = result_format(arena, "%ju", (uintmax_t)source->rows);
        cells[3] = result_format(arena, "%s %s", source->format, source->encoding ? source->encoding : "");
        cells[4] = result_format(arena, "%s %s", line->draft->kind->label, line->draft->kind->name);
        cells[5] = result_format(arena, "%u", unsure_count(line, arena));
        cells[6] = result_format(arena, "%s", line->spec ? line->spec : "");
    }
    write_text_result(&table, out);
}

void overview_print(const struct overview *overview, FILE *out, struct arena *arena) {
    if (overview->copies)
        fprintf(out,
                TEXT("有 %ju 个文件与另一个字节相同，只看一次。\n",
                     "%ju files are the same bytes as another: looked at once.\n"),
                (uintmax_t)overview->copies);
    fprintf(out,
            TEXT("看了 %s 个文件(成员、工作表)，%u 种样子，起草 %u 份规格。\n",
                 "%s files (members, sheets) of %u shapes: %u drafts.\n"),
            thousands(arena, overview->files), overview->shapes, overview->count);
    fprintf(out, "%s\n", TEXT("没有把握的，请先看：", "Unsure, look at these first:"));
    if (!print_unsure(overview, out, arena)) fprintf(out, "  %s\n", TEXT("没有", "nothing"));
    print_table(overview, out, arena);
    fprintf(out, "%s\n",
            TEXT("下一步：改好存疑的行，再 tongchou preview 文件 --full",
                 "next: mend the doubtful lines, then tongchou preview FILE --full"));
}
