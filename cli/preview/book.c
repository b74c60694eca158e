/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/preview/preview.h"
#include "core/language.h"
#include "core/reason.h"
#include "report/output.h"
#include "report/rejects.h"
#include "report/xlsx.h"
#include <stdio.h>

/* 自查.xlsx has the layout of 退回清单, so what a county learns here it meets again there. */

static struct span span_of(const char *text) { return (struct span){text, text ? strlen(text) : 0}; }

static void begin_summary(struct result *result, struct arena *arena) {
    const struct result_column columns[] = {
        {SPAN("code"), SPAN("原因代码"), SPAN("Code"), SHOW_TEXT, 24, {0}},
        {SPAN("reason"), SPAN("原因"), SPAN("Reason"), SHOW_TEXT, 40, {0}},
        {SPAN("rows"), SPAN("行数"), SPAN("Rows"), SHOW_COUNT, 11, {0}},
        {SPAN("amount_fen"), SPAN("涉及金额"), SPAN("Amount"), SHOW_FEN, 18, {0}},
        {SPAN("suggestion"), SPAN("建议"), SPAN("What to do"), SHOW_TEXT, 48, {0}},
        {SPAN("who"), SPAN("谁来办"), SPAN("Who"), SHOW_TEXT, 14, {0}}};
    result_begin(result, arena, SPAN("按原因汇总"), SPAN("By reason"), columns,
                 sizeof columns / sizeof *columns);
    result->empty = SPAN("没有退回");
}

static void begin_rows(struct result *result, struct arena *arena, bool rejected) {
    struct result_column columns[REJECTS_COLUMNS];
    for (int i = 0; i < REJECTS_COLUMNS; i++) {
        columns[i] = (struct result_column){.name = span_of(rejects_columns_en[i]),
                                            .zh = span_of(rejects_columns_zh[i]),
                                            .en = span_of(rejects_columns_en[i]),
                                            .width = rejects_widths[i]};
        if (i == REJECTS_AMOUNT) columns[i].show = SHOW_FEN;
        if (i >= REJECTS_CORRECTION && i <= REJECTS_DATE) columns[i].show = SHOW_FILL;
    }
    columns[REJECTS_DECISION].show = SHOW_CHOICE;
    columns[REJECTS_DECISION].choices = rejected ? SPAN("改正,重新交付,不移交") : SPAN("改正,重新交付,无误");
    if (!rejected) columns[REJECTS_NUMBER].zh = SPAN("疑点编号");
    result_begin(result, arena, rejected ? span_of(rejects_sheet_zh) : SPAN("疑点明细"),
                 rejected ? span_of(rejects_sheet_en) : SPAN("Doubts"), columns, REJECTS_COLUMNS);
    result->page = REJECTS_PAGE;
    result->repeated = REJECTS_REPEATED;
    result->screen = REJECTS_SCREEN;
    result->empty = rejected ? SPAN("没有退回") : SPAN("没有疑点");
}

static void add_summary(struct result *result, const struct preview_job *job, struct arena *arena) {
    for (uint32_t i = 0; i < job->reason_count; i++) {
        const struct preview_reason *reason = &job->reasons[i];
        const struct reason_kind *kind = reason_find(reason->code);
        if (reason->weight != WEIGHT_REJECT) continue;
        struct span *cells = result_add(result);
        cells[0] = span_of(reason->code);
        cells[1] = preview_sentence(job, reason->code, reason->target, reason->detail, arena);
        cells[2] = result_format(arena, "%ju", (uintmax_t)reason->rows);
        cells[3] = result_format(arena, "%jd", (intmax_t)reason->fen);
        cells[4] = span_of(kind ? reason_suggestion(kind) : NULL);
        cells[5] = span_of(preview_by_city(reason->code) ? TEXT("市补映射", "the city maps")
                                                         : TEXT("县改数据", "the county mends"));
    }
}

/* A row with three reasons is three lines with one number. */
static void add_lines(struct result *result, const struct preview_job *job, const struct found *file,
                      bool rejected, uint64_t *number, struct arena *arena) {
    uint64_t last = 0;
    for (uint32_t i = 0; i < job->line_count; i++) {
        const struct preview_line *line = &job->lines[i];
        if (line->rejected != rejected) continue;
        if (line->row != last) ++*number;
        last = line->row;
        const struct kind_column *target = line->target ? &job->spec.kind->columns[line->target - 1] : NULL;
        const struct reason_kind *kind = reason_find(line->code);
        struct span *cells = result_add(result);
        cells[REJECTS_NUMBER] = result_format(arena, "%ju", (uintmax_t)*number);
        cells[REJECTS_FILE] = span_of(file->path);
        cells[REJECTS_MEMBER] = span_of(job->job->inside);
        cells[REJECTS_ROW] = result_format(arena, "%ju", (uintmax_t)line->row);
        cells[REJECTS_KEY] = line->key;
        cells[REJECTS_NAME] = line->name;
        if (line->source && line->source <= job->columns.count)
            cells[REJECTS_SOURCE_COLUMN] = job->columns.names[line->source - 1];
        if (target) cells[REJECTS_TARGET_COLUMN] = result_format(arena, "%s %s", target->label, target->name);
        cells[REJECTS_VALUE] = line->value;
        cells[REJECTS_CODE] = span_of(line->code);
        cells[REJECTS_REASON] = preview_sentence(job, line->code, 0, line->detail, arena);
        cells[REJECTS_SUGGESTION] = span_of(kind ? reason_suggestion(kind) : NULL);
        cells[REJECTS_AMOUNT] = result_format(arena, "%jd", (intmax_t)line->fen);
    }
}

static void add_help(struct result *result, struct arena *arena) {
    const struct result_column columns[] = {{SPAN("number"), SPAN("序号"), SPAN("No."), SHOW_TEXT, 8, {0}},
                                            {SPAN("text"), SPAN("说明"), SPAN("Text"), SHOW_TEXT, 110, {0}}};
    static const char *const sentences[] = {
        "本表由 tongchou preview 在县里生成，交付前自查用；版式与市里的退回清单相同，不必交回。",
        "“谁来办”写着“市补映射”的，您不用改，由市里补好映射后自动重新处理。",
        "其余请在县里系统中更正后重新导出，再自查一次；一行的全部原因都已列出。",
        "疑点行可以照常入库，请核对，确有错误的一并更正。",
        "身份证号和姓名已遮盖，按文件、行号和县内主键即可找到原行。"};
    result_begin(result, arena, SPAN("填写说明"), SPAN("How to read"), columns, 2);
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        struct span *cells = result_add(result);
        cells[0] = result_format(arena, "%zu", i + 1);
        cells[1] = span_of(sentences[i]);
    }
}

bool preview_book(const char *path, const struct preview_job *jobs, uint32_t count, const struct found *file,
                  struct arena *arena, struct error *error) {
    struct result *results = ARENA_NEW(arena, struct result, 4);
    uint64_t numbers[2] = {0, 0};
    begin_summary(&results[0], arena);
    begin_rows(&results[1], arena, true);
    begin_rows(&results[2], arena, false);
    for (uint32_t i = 0; i < count; i++) {
        add_summary(&results[0], &jobs[i], arena);
        add_lines(&results[1], &jobs[i], file, true, &numbers[0], arena);
        add_lines(&results[2], &jobs[i], file, false, &numbers[1], arena);
    }
    add_help(&results[3], arena);
    struct paper paper = {.name = SPAN("自查"),
                          .title = result_format(arena, "自查清单（%s）", file->path),
                          .line_count = 1,
                          .lines = {SPAN("单位：元　只在本机检查，没有入库")},
                          .footer = SPAN("tongchou preview"),
                          .result_count = 4,
                          .results = results};
    const char *slash = strrchr(path, '/');
    const char *folder = slash ? arena_print(arena, "%.*s", (int)(slash - path), path) : ".";
    struct output book;
    if (!output_place(&book, *folder ? folder : "/", span_of(slash ? slash + 1 : path), error)) return false;
    if (write_xlsx(&paper, book.temporary, error)) return output_close(&book, error);
    output_abandon(&book);
    return false;
}
