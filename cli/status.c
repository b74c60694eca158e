/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What stands in the database, as tables: status, history, report. */
#include "cli/map/map.h"
#include "cli/show.h"
#include "core/language.h"
#include "core/shipped.h"
#include <stdlib.h>

struct chosen {
    const char *county, *month, *out;
    int64_t run;
};

static enum exit_code show(const char *name, struct invocation *invocation, const struct chosen *chosen,
                           struct error *error) {
    const struct shown shown = {
        .name = name, .run = (int)chosen->run, .month = chosen->month, .out = chosen->out};
    return show_city(shown, chosen->county, invocation, error) ? EXIT_HELD : exit_of(error);
}

/* Published rows that today's tables would treat otherwise; a county whose tables are wrong is map lint's. */
static bool tell_changed(struct session *session, const struct city *city, const char *county,
                         struct arena *arena, struct error *error) {
    const struct county *only = county ? city_county(city, county) : NULL;
    for (uint32_t c = 0; c < city->county_count; c++) {
        struct impacted *list = NULL;
        uint32_t count = 0;
        int64_t rows = 0;
        int delivery = 0;
        if (only && only != &city->counties[c]) continue;
        struct error why = {0};
        if (!map_impacted(session, city, &city->counties[c], arena, &list, &count, &why)) {
            if (why.trouble != TROUBLE_USAGE) return *error = why, false;
            printf(TEXT("%s：规格或映射写得不对，见 tongchou map lint\n",
                        "%s: its specs or tables are wrong, see tongchou map lint\n"),
                   city->counties[c].name);
            continue;
        }
        for (uint32_t i = 0; i < count; i++)
            if (list[i].delivery) rows += list[i].rows, delivery = list[i].delivery;
        if (rows)
            printf(TEXT("%s：映射已变，未重算，至多 %jd 行  →  tongchou map impact %s，再 tongchou run "
                        "--again %d\n",
                        "%s: mappings have changed since, at most %jd rows  →  tongchou map impact %s, then "
                        "tongchou run --again %d\n"),
                   city->counties[c].name, (intmax_t)rows, city->counties[c].folder, delivery);
    }
    return true;
}

static enum exit_code status_run(struct invocation *invocation, void *options, struct error *error) {
    const struct chosen *chosen = options;
    enum exit_code code = show("status", invocation, options, error);
    struct city *city = ARENA_NEW(invocation->arena, struct city, 1);
    struct database database;
    struct session session = {0};
    if (code != EXIT_HELD || invocation->json || chosen->run) return code;
    if (!city_read(invocation->city, invocation->arena, city, error) ||
        !database_open(&database, city->database, city->directory, error))
        return exit_of(error);
    bool ok = session_open(&session, &database, "status", error);
    if (ok) {
        ok = tell_changed(&session, city, chosen->county, invocation->arena, error);
        session_close(&session);
    }
    database_close(&database);
    return ok ? EXIT_HELD : exit_of(error);
}

static enum exit_code history_run(struct invocation *invocation, void *options, struct error *error) {
    return show("history", invocation, options, error);
}

static void list_reports(bool json) {
    uint64_t at = 0;
    uint32_t count = 0;
    for (struct shipped file; shipped_next(&at, &file);) {
        static const char prefix[] = "report/sql/", ending[] = ".sql";
        if (!shipped_under(&file, prefix)) continue;
        int size = (int)(file.path.size - strlen(prefix) - strlen(ending));
        const char *title = memmem(file.bytes.bytes, file.bytes.size, "-- report: ", 11);
        if (title && json) {
            printf("%s\"%.*s\"", count++ ? ", " : "[", size, file.path.bytes + strlen(prefix));
        } else if (title)
            printf("  %-16.*s %.*s\n", size, file.path.bytes + strlen(prefix), (int)strcspn(title + 11, "\n"),
                   title + 11);
    }
    if (json) puts(count ? "]" : "[]");
}

static bool is_month(const char *text) {
    size_t digits = strspn(text, "0123456789");
    long month = digits == 6 && !text[6] ? strtol(text + 4, NULL, 10) : 0;
    return month >= 1 && month <= 12 && text[0] != '0';
}

static enum exit_code report_run_command(struct invocation *invocation, void *options, struct error *error) {
    if (!invocation->argument_count) {
        list_reports(invocation->json);
        return EXIT_HELD;
    }
    const struct chosen *chosen = options;
    if (chosen->month && !is_month(chosen->month)) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("--month 要写成 202006 的样子：%s", "--month is written like 202006: %s"),
                   chosen->month);
        return EXIT_USAGE;
    }
    enum exit_code code = show(invocation->arguments[0], invocation, chosen, error);
    if (code == EXIT_HELD && chosen->out && !invocation->quiet)
        printf("%s\n", path_seen(chosen->out, invocation->arena));
    return code;
}

/* The first are the report's alone: status and history begin behind them. */
enum { OF_REPORT = 2 };
static const struct setting options[] = {
    {"month", SETTING_TEXT, offsetof(struct chosen, month), NULL,
     "indicators：当年 1 月到这个月，如 202006；不写则到最后有结算的月",
     "indicators: from January to this month, as 202006; else to the last with a settlement"},
    {"out", SETTING_TEXT, offsetof(struct chosen, out), NULL, "写成文件：.xlsx、.html、.json 或 .txt",
     "write a file: .xlsx, .html, .json or .txt"},
    {"county", SETTING_TEXT, offsetof(struct chosen, county), NULL, "只看一个县：文件夹、名称或区划代码",
     "one county only: its folder, name or division code"},
    {"run", SETTING_COUNT, offsetof(struct chosen, run), "0", "第几次处理结束时的样子；0 为现在",
     "as things stood after this run; 0: now"},
    {0},
};

const struct command command_status = {
    .name = "status",
    .arguments = "",
    .zh = "各县收到、入库、退回未决的现状",
    .en = "what each county delivered, what is published, what is open",
    .example = "tongchou status",
    .options = options + OF_REPORT,
    .state_size = sizeof(struct chosen),
    .run = status_run,
};
const struct command command_history = {
    .name = "history",
    .arguments = "",
    .zh = "每次处理、撤回、不移交、查看原文的记录",
    .en = "every run, undo, waiver and unmasking, with names",
    .example = "tongchou history --county qinghe",
    .options = options + OF_REPORT,
    .state_size = sizeof(struct chosen),
    .run = history_run,
};
const struct command command_report = {
    .name = "report",
    .arguments = "[NAME]",
    .zh = "打印一张报表，或写成文件；不写名字则列出有哪些",
    .en = "print one report, or write it into a file; without a name, list them",
    .example = "tongchou report indicators --month 202006 --out 工作指标.xlsx",
    .options = options,
    .state_size = sizeof(struct chosen),
    .arguments_max = 1,
    .run = report_run_command,
};
