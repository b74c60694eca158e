/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/show.h"
#include "cli/operator.h"
#include "core/language.h"
#include "load/registry.h"
#include "report/folder.h"

static void print_results(const struct query *query, const struct result *results, bool json) {
    if (json) fputs("[", stdout);
    for (uint32_t i = 0; i < query->sheet_count; i++) {
        if (json) {
            if (i) fputs(",\n", stdout);
            write_json_result(&results[i], stdout);
        } else {
            write_text_result(&results[i], stdout);
            fputc('\n', stdout);
        }
    }
    if (json) fputs("]\n", stdout);
}

/* A paper asked of whom it is not would say that there is nothing, or show one county all the others. */
static bool asked_of(const struct query *query, const struct shown *shown, struct error *error) {
    if (query->of == OF_COUNTY && !shown->county)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("%s 一县一张：请加 --county", "%s is of one county: add --county"),
                          shown->name);
    if (query->of == OF_CITY && shown->county)
        return error_code(
            error, TROUBLE_USAGE, NULL,
            TEXT("%s 全市一张，不分县：请去掉 --county", "%s is of the whole city: leave out --county"),
            shown->name);
    return query->of != OF_VOUCHER ||
           error_code(error, TROUBLE_USAGE, NULL,
                      TEXT("%s 是一张凭证的：请用 tongchou fund trace 或 fund basis",
                           "%s is of one voucher: ask tongchou fund trace or fund basis"),
                      shown->name);
}

/* What comes in pieces is gathered, as far as a workbook of it opens. */
struct gathering {
    struct result *into;
    struct arena *arena;
};
enum { GATHERED_ROWS = 100000 };

static bool gather(void *context, const struct result *piece, bool first, struct error *error) {
    const struct gathering *at = context;
    struct result *into = at->into;
    (void)error;
    if (first) {
        result_begin(into, at->arena, piece->zh, piece->en, piece->columns, piece->column_count);
        into->note = piece->note;
        into->empty = piece->empty;
        into->page = piece->page;
        into->repeated = piece->repeated;
        into->screen = piece->screen;
    }
    for (uint32_t r = 0; r < piece->row_count; r++) {
        if (into->row_count == GATHERED_ROWS) {
            into->note =
                result_format(at->arena,
                              TEXT("只列出前 %d 行，全部在 out/ 里的退回清单。%.*s",
                                   "The first %d lines; all of them are in the lists under out/. %.*s"),
                              GATHERED_ROWS, (int)piece->note.size, piece->note.bytes);
            break;
        }
        struct span *cells = result_add(into);
        for (uint32_t c = 0; c < piece->column_count; c++) {
            struct span cell = result_cell(piece, r, c);
            if (cell.bytes) cells[c] = arena_copy(at->arena, cell);
        }
    }
    return true;
}

static bool gather_all(struct report *report, const struct query *query, const char *county,
                       struct result *results, struct error *error) {
    for (uint32_t s = 0; s < query->sheet_count; s++) {
        struct gathering at = {&results[s], report->arena};
        if (query->sheets[s].stream &&
            !report_stream(report, &query->sheets[s], county, (struct report_sink){gather, &at}, error))
            return false;
    }
    return true;
}

/* The form that a file's ending asks for; 0: none of ours. */
static enum form form_of(const char *path) {
    static const struct {
        const char *ending;
        enum form form;
    } forms[] = {{".xlsx", FORM_XLSX}, {".html", FORM_HTML}, {".json", FORM_JSON}, {".txt", FORM_TEXT}};
    const char *ending = strrchr(path, '.');
    for (size_t f = 0; ending && f < sizeof forms / sizeof *forms; f++)
        if (strcmp(ending, forms[f].ending) == 0) return forms[f].form;
    return 0;
}

static bool form_known(const char *path, struct error *error) {
    return form_of(path) || error_code(error, TROUBLE_USAGE, NULL,
                                       TEXT("%s：--out 的文件名要以 .xlsx、.html、.json 或 .txt 结尾",
                                            "%s: the file of --out ends in .xlsx, .html, .json or .txt"),
                                       path);
}

/* `options` are those that the report was opened with: the paper goes into their directory. */
static bool write_file(struct report *report, struct report_options *options, const struct query *query,
                       struct result *results, const struct shown *shown, const char *county,
                       struct error *error) {
    const char *slash = strrchr(shown->out, '/'), *base = slash ? slash + 1 : shown->out;
    options->directory =
        slash ? result_format(report->arena, "%.*s", (int)(slash - shown->out + 1), shown->out).bytes : ".";
    struct span zh = query->zh, en = query->en;
    if (county) {
        zh = result_format(report->arena, "%.*s（%s）", (int)zh.size, zh.bytes, county);
        en = result_format(report->arena, "%.*s (%s)", (int)en.size, en.bytes, county);
    }
    struct paper paper;
    folder_paper(report, (struct span){base, (size_t)(strrchr(base, '.') - base)}, zh, en, (struct span){0},
                 &paper);
    paper.results = results;
    paper.result_count = query->sheet_count;
    return folder_write(report, &paper, form_of(shown->out), error);
}

bool show_report(PGconn *connection, const struct city *city, const struct shown *shown,
                 const struct invocation *invocation, struct error *error) {
    struct report_options options;
    struct report report;
    struct query query;
    struct result *results = NULL;
    const char *county = NULL;
    if ((shown->out && !form_known(shown->out, error)) ||
        !query_find(shown->name, invocation->arena, &query, error) || !asked_of(&query, shown, error) ||
        !papers_options(city, invocation->unmask, invocation->arena, &options, error))
        return false;
    options.run = shown->run;
    options.month = shown->month;
    for (uint32_t c = 0; shown->county && c < options.county_count; c++)
        if (strcmp(options.counties[c].code, shown->county) == 0) county = options.counties[c].name;
    bool ok = report_open(&report, connection, &options, invocation->arena, error) &&
              report_query(&report, shown->name, shown->county, &query, &results, error) &&
              gather_all(&report, &query, shown->county, results, error);
    if (ok && shown->out) ok = write_file(&report, &options, &query, results, shown, county, error);
    if (ok && !shown->out) print_results(&query, results, invocation->json);
    report_close(&report);
    return ok;
}

bool show_city(struct shown shown, const char *county, struct invocation *invocation, struct error *error) {
    struct city city;
    struct database database;
    struct registry registry;
    if (!city_read(invocation->city, invocation->arena, &city, error)) return false;
    const struct county *wanted = county ? city_county(&city, county) : NULL;
    if (county && !wanted)
        return error_code(error, TROUBLE_USAGE, NULL,
                          TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""), county);
    if (!database_open(&database, city.database, city.directory, error)) return false;
    shown.county = wanted ? wanted->admdvs : NULL;
    bool ok = registry_open(&registry, &database, error);
    if (ok) {
        /* Who looked at what in clear is recorded before anything is shown. */
        ok = (!invocation->unmask ||
              registry_audit(&registry, operator_name(invocation->arena), "unmask",
                             arena_print(invocation->arena, "report %s", shown.name), error)) &&
             show_report(registry.session.connection, &city, &shown, invocation, error);
        registry_close(&registry);
    }
    database_close(&database);
    return ok;
}
