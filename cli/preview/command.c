/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/command.h"
#include "cli/preview/preview.h"
#include "core/language.h"
#include "report/write.h"
#include <stdio.h>

enum { SHOWN_BESIDE = 5 }; /* rows side by side on a terminal */

struct preview_options {
    bool full, count;
    const char *rejects, *county;
};

struct previewing {
    struct invocation *invocation;
    const struct preview_options *options;
    struct preview preview;
};

static const char *count_text(struct arena *arena, uint64_t number) {
    char text[FEN_TEXT];
    fen_text((fen_total)number * 100, text);
    return arena_print(arena, "%.*s", (int)strlen(text) - 3, text);
}

static const char *examples_text(struct arena *arena, const struct preview_reason *reason) {
    const char *text = "";
    for (uint64_t i = 0; i < reason->rows && i < PREVIEW_EXAMPLES; i++)
        text = arena_print(arena, "%s%s%ju", text, i ? TEXT("、", ", ") : "", (uintmax_t)reason->examples[i]);
    return arena_print(arena, TEXT("第 %s 行%s", "rows %s%s"), text,
                       reason->rows > PREVIEW_EXAMPLES ? TEXT("等", " ...") : "");
}

/* "14 行退回，其中 5 行同一原因：医疗人员类别 24 未映射，由市里补，您不用改" */
static void say_rejected(struct previewing *at, const char *indent, uint64_t rows,
                         const struct preview_job *job, const struct preview_reason *most) {
    struct arena *arena = at->invocation->arena;
    struct span sentence = preview_sentence(job, most->code, most->target, most->detail, arena);
    const char *part =
        most->rows == rows
            ? ""
            : arena_print(arena, TEXT("，其中 %s 行%s", ", %s of them%s"), count_text(arena, most->rows),
                          most->rows > 1 ? TEXT("同一原因", " for one reason") : "");
    printf(TEXT("%s%s 行退回%s：%.*s，%s\n", "%s%s rows rejected%s: %.*s; %s\n"), indent,
           count_text(arena, rows), part, (int)sentence.size, sentence.bytes,
           preview_by_city(most->code)
               ? TEXT("由市里补，您不用改", "the city will map it, nothing for you to do")
               : TEXT("请在县里更正", "please correct it"));
}

static void print_sentence(struct previewing *at, const struct preview_job *job) {
    const struct preview_reason *most = job->reason_count ? &job->reasons[0] : NULL;
    if (job->tally.rows[FATE_REJECTED] && most && most->weight == WEIGHT_REJECT)
        say_rejected(at, "  ", job->tally.rows[FATE_REJECTED], job, most);
}

/* The same over all members of the file. */
static void print_whole(struct previewing *at) {
    const struct preview_job *worst = NULL;
    uint64_t rows = 0;
    for (uint32_t i = 0; i < at->preview.job_count; i++) {
        const struct preview_job *job = &at->preview.jobs[i];
        rows += job->tally.rows[FATE_REJECTED];
        if (!job->reason_count || job->reasons[0].weight != WEIGHT_REJECT) continue;
        if (!worst || job->reasons[0].rows > worst->reasons[0].rows) worst = job;
    }
    if (at->preview.job_count < 2) return;
    if (worst) say_rejected(at, TEXT("合计 ", "together "), rows, worst, &worst->reasons[0]);
    else printf("%s\n", TEXT("合计 没有退回", "together nothing rejected"));
}

static void print_reasons(struct previewing *at, const struct preview_job *job) {
    static const char *const zh[] = {"退回  ", "非数据", "疑点  ", "提示  "}, *const en[] = {
                                                                                  "rejected", "no data ",
                                                                                  "doubt   ", "note    "};
    struct arena *arena = at->invocation->arena;
    for (uint32_t i = 0; i < job->reason_count; i++) {
        const struct preview_reason *reason = &job->reasons[i];
        struct span sentence = preview_sentence(job, reason->code, reason->target, reason->detail, arena);
        printf(TEXT("    %s %6s 行  %-24s %.*s  %s\n", "    %s %6s rows  %-24s %.*s  %s\n"),
               TEXT(zh[reason->weight], en[reason->weight]), count_text(arena, reason->rows), reason->code,
               (int)sentence.size, sentence.bytes, examples_text(arena, reason));
    }
}

/* The first rows as they would be loaded: a line for each column, so that nothing is cut off. */
static void print_shown(const struct preview_job *job, struct arena *arena) {
    for (uint32_t from = 0; from < job->shown_count; from += SHOWN_BESIDE) {
        struct result table;
        struct result_column columns[SHOWN_BESIDE + 1];
        uint32_t shown = job->shown_count - from < SHOWN_BESIDE ? job->shown_count - from : SHOWN_BESIDE;
        columns[0] = (struct result_column){.name = SPAN("column"), .zh = SPAN("列"), .en = SPAN("column")};
        for (uint32_t r = 0; r < shown; r++) {
            struct span name =
                result_format(arena, TEXT("第%ju行", "row %ju"), (uintmax_t)job->shown_rows[from + r]);
            columns[r + 1] = (struct result_column){.name = name, .zh = name, .en = name};
        }
        result_begin(&table, arena, SPAN("读成的样子"), SPAN("as read"), columns, shown + 1);
        for (uint32_t c = 0; c < job->spec.column_count; c++) {
            const struct kind_column *target = &job->spec.kind->columns[job->spec.columns[c].target];
            struct span *cells = result_add(&table);
            cells[0] = result_format(arena, "%s %s", target->name, target->label);
            for (uint32_t r = 0; r < shown; r++) {
                struct span value = job->shown[from + r][c];
                cells[r + 1] = value.bytes ? value : SPAN("");
            }
        }
        write_text_result(&table, stdout);
    }
}

/* 县申报数 is compared with everything that was read but the rows that are no data. */
static void print_declared(struct previewing *at, const struct preview_job *job) {
    struct arena *arena = at->invocation->arena;
    char said[FEN_TEXT], found[FEN_TEXT], difference[FEN_TEXT];
    int main = job->spec.kind->main_measure;
    if (job->control_breaches)
        printf(TEXT("  %s 行小计或合计与其上的明细不符\n", "  %s subtotal rows disagree with their rows\n"),
               count_text(arena, job->control_breaches));
    if (!job->declared) {
        if (at->preview.plan.full)
            printf("  %s\n", TEXT("交接单没有申报这一份，行数和金额无从核对",
                                  "no slip speaks of it: nothing to compare with"));
        return;
    }
    int64_t rows = (int64_t)(job->rows - job->tally.rows[FATE_EXPLAINED]);
    if (job->declared->rows >= 0)
        printf(TEXT("  县申报 %s 行，实读 %s 行，%s\n", "  declared %s rows, read %s, %s\n"),
               count_text(arena, (uint64_t)job->declared->rows), count_text(arena, (uint64_t)rows),
               rows == job->declared->rows ? TEXT("相符", "held") : TEXT("不符", "broken"));
    if (main < 0 || !job->declared->money) return;
    fen_total fen =
        job->tally.measures[FATE_LIVE][main] + job->tally.measures[FATE_REJECTED][main] + job->duplicate_fen;
    printf(TEXT("  县申报 %s 元，实读 %s 元，差 %s 元\n", "  declared %s yuan, read %s, difference %s\n"),
           fen_text(job->declared->fen, said), fen_text(fen, found),
           fen_text(job->declared->fen - fen, difference));
}

static void print_job(struct previewing *at, const struct preview_job *job) {
    struct arena *arena = at->invocation->arena;
    char live[FEN_TEXT], rejected[FEN_TEXT];
    const struct tally *tally = &job->tally;
    int main = job->spec.kind->main_measure;
    printf("%s  %s  %s\n", job->name, model_title(job->spec.kind), job->spec.path);
    printf(TEXT("  读入 %s · 可入库 %s · 重复 %s · 退回 %s · 非数据 %s · 疑点行 %s\n",
                "  read %s · good %s · duplicate %s · rejected %s · no data %s · doubtful %s\n"),
           count_text(arena, job->rows), count_text(arena, tally->rows[FATE_LIVE]),
           count_text(arena, job->duplicates), count_text(arena, tally->rows[FATE_REJECTED]),
           count_text(arena, tally->rows[FATE_EXPLAINED]), count_text(arena, tally->doubtful));
    if (main >= 0)
        printf(TEXT("  %s：可入库 %s 元，退回 %s 元，不可计量 %s 格\n",
                    "  %s: good %s yuan, rejected %s yuan, %s cells unreadable\n"),
               model_column_title(&job->spec.kind->columns[job->spec.kind->measures[main]]),
               fen_text(tally->measures[FATE_LIVE][main], live),
               fen_text(tally->measures[FATE_REJECTED][main], rejected),
               count_text(arena, tally->unreadable[main]));
    print_declared(at, job);
    print_sentence(at, job);
    print_reasons(at, job);
    if (!job->keys_complete)
        printf(TEXT("  超过 %d 行，其后的主键没有互相比较\n", "  keys beyond %d rows were not compared\n"),
               PREVIEW_KEYS_MAX);
    if (!at->options->full) print_shown(job, arena);
}

static void print_speed(struct previewing *at, const struct preview_job *job) {
    struct arena *arena = at->invocation->arena;
    uint64_t rows = tally_rows(&job->tally),
             per_second = job->milliseconds ? rows * 1000 / (uint64_t)job->milliseconds : rows;
    if (at->invocation->json)
        printf("{\"rows\": %ju, \"milliseconds\": %jd}\n", (uintmax_t)rows, (intmax_t)job->milliseconds);
    else
        printf(TEXT("%s  %s 行，%jd 毫秒，每秒 %s 行\n", "%s  %s rows in %jd ms, %s rows/s\n"), job->name,
               count_text(arena, rows), (intmax_t)job->milliseconds, count_text(arena, per_second));
}

static void print_json(const struct previewing *at) {
    for (uint32_t i = 0; i < at->preview.job_count; i++) {
        const struct preview_job *job = &at->preview.jobs[i];
        printf("%s{\"member\": ", i ? ",\n " : "[");
        write_json_text((struct span){job->name, strlen(job->name)}, stdout);
        printf(", \"kind\": \"%s\", \"rows\": %ju, \"live\": %ju, \"duplicate\": %ju, \"rejected\": %ju, "
               "\"explained\": %ju, \"doubtful\": %ju, \"reasons\": {",
               job->spec.kind->name, (uintmax_t)job->rows, (uintmax_t)job->tally.rows[FATE_LIVE],
               (uintmax_t)job->duplicates, (uintmax_t)job->tally.rows[FATE_REJECTED],
               (uintmax_t)job->tally.rows[FATE_EXPLAINED], (uintmax_t)job->tally.doubtful);
        bool first = true;
        for (uint32_t r = 0; r < job->reason_count; r++) { /* reasons of one code stand under one name */
            bool before = false;
            for (uint32_t b = 0; b < r; b++) before |= job->reasons[b].code == job->reasons[r].code;
            if (before) continue;
            uint64_t total = 0;
            for (uint32_t b = r; b < job->reason_count; b++)
                if (job->reasons[b].code == job->reasons[r].code) total += job->reasons[b].rows;
            printf("%s\"%s\": %ju", first ? "" : ", ", job->reasons[r].code, (uintmax_t)total);
            first = false;
        }
        printf("}}");
    }
    printf("%s]\n", at->preview.job_count ? "" : "[");
}

static enum exit_code say_unclaimed(const struct error *error, const char *path) {
    if (error->code && strcmp(error->code, "file.unmatched") == 0)
        fprintf(stderr, "  → tongchou guess %s\n", path);
    return exit_of(error);
}

static enum exit_code finish(struct previewing *at, struct error *error) {
    enum exit_code code = EXIT_HELD;
    struct arena *arena = at->invocation->arena;
    for (uint32_t i = 0; i < at->preview.job_count; i++) {
        if (at->options->count) print_speed(at, &at->preview.jobs[i]);
        else if (!at->invocation->json) print_job(at, &at->preview.jobs[i]);
        if (at->preview.jobs[i].tally.rows[FATE_REJECTED]) code = EXIT_PUBLISHED;
    }
    if (at->options->count) return EXIT_HELD;
    if (at->invocation->json) print_json(at);
    else print_whole(at);
    if (!at->options->rejects) return code;
    if (!preview_book(at->options->rejects, at->preview.jobs, at->preview.job_count, &at->preview.file, arena,
                      error))
        return exit_of(error);
    if (!at->invocation->json) printf(TEXT("明细  %s\n", "details  %s\n"), at->options->rejects);
    return code;
}

static enum exit_code preview_run(struct invocation *invocation, void *options, struct error *error) {
    struct previewing *at = ARENA_NEW(invocation->arena, struct previewing, 1);
    const struct preview_options *wanted = options;
    at->invocation = invocation;
    at->options = wanted;
    at->preview = (struct preview){.arena = invocation->arena,
                                   .directory = invocation->city,
                                   .path = invocation->arguments[0],
                                   .wanted = wanted->county,
                                   .stop = invocation->stop,
                                   .quiet = invocation->quiet || invocation->json};
    at->preview.plan.full = wanted->full || wanted->count || wanted->rejects;
    at->preview.plan.count_only = wanted->count;
    if (!preview_open(&at->preview, error)) return say_unclaimed(error, invocation->arguments[0]);
    enum exit_code code = EXIT_HELD;
    if (!at->preview.jobs_planned.job_count && !invocation->json)
        printf("%s  %s\n", plain_text(invocation->arena, at->preview.file.path),
               plan_idle(&at->preview.jobs_planned, invocation->arena));
    for (uint32_t i = 0; i < at->preview.jobs_planned.job_count; i++) {
        struct error own = {0};
        if (preview_read(&at->preview, &at->preview.jobs_planned.jobs[i], &own)) continue;
        print_error(stderr, &own); /* the other members are looked at all the same */
        code = exit_worse(code, exit_of(&own));
    }
    code = exit_worse(code, finish(at, error));
    preview_close(&at->preview);
    return code;
}

static const struct setting options[] = {
    {"full", SETTING_FLAG, offsetof(struct preview_options, full), NULL,
     "读到底；不写则每个成员只看前 1000 行", "read to the end; else the first 1,000 rows of each member"},
    {"rejects", SETTING_TEXT, offsetof(struct preview_options, rejects), NULL,
     "把退回和疑点写成这个工作簿，如 自查.xlsx(同时读到底)",
     "write rejects and doubts into this workbook (reads to the end)"},
    {"count", SETTING_FLAG, offsetof(struct preview_options, count), NULL, "只数行数和速度",
     "only count rows and rows per second"},
    {"county", SETTING_TEXT, offsetof(struct preview_options, county), NULL, "县的文件夹、名称或区划代码",
     "the county's folder, name or division code"},
    {0},
};

const struct command command_preview = {
    .name = "preview",
    .arguments = "FILE",
    .zh = "不用数据库，先查一个文件",
    .en = "check one file without a database",
    .example = "tongchou preview deliveries/qinghe/青禾县医保数据_20201231.zip --full --rejects 自查.xlsx",
    .options = options,
    .state_size = sizeof(struct preview_options),
    .arguments_min = 1,
    .arguments_max = 1,
    .run = preview_run,
};
