/* SPDX-License-Identifier: MulanPSL-2.0 */
/* The papers of the clean-up: what each county fills in, the city's summary, one case with its evidence. */
#include "cli/cover/cover.h"
#include "cli/papers.h"
#include "cli/show.h"
#include "core/language.h"
#include "report/folder.h"
#include "report/report.h"
#include <stdio.h>

enum exit_code cover_list(struct covering *at, struct error *error) {
    const struct county *county = NULL;
    if (at->invocation->argument_count > 1) {
        county = city_county(&at->city, at->invocation->arguments[1]);
        if (!county) {
            error_code(error, TROUBLE_USAGE, NULL,
                       TEXT("city.yaml 里没有县「%s」", "city.yaml has no county \"%s\""),
                       at->invocation->arguments[1]);
            return EXIT_USAGE;
        }
    }
    const struct shown shown = {.name = county ? "cleanup" : "cover",
                                .county = county ? county->admdvs : NULL};
    return show_report(at->session->connection, &at->city, &shown, at->invocation, error) ? EXIT_HELD
                                                                                          : exit_of(error);
}

static bool write_one(struct report *report, const char *name, const struct county *county, unsigned forms,
                      struct error *error) {
    struct query query;
    struct result *results = NULL;
    struct paper paper;
    if (!report_query(report, name, county ? county->admdvs : NULL, &query, &results, error)) return false;
    struct span file =
        county ? result_format(report->arena, "%s_重复参保清理表_%s", county->name, report->options->date)
               : result_format(report->arena, "重复参保汇总_%s", report->options->date);
    struct span title =
        county ? result_format(report->arena, TEXT("重复参保清理表（%s）", "duplicate enrollment (%s)"),
                               county->name)
               : result_label(SPAN("重复参保汇总"), SPAN("duplicate enrollment"));
    folder_paper(report, file, title, title, (struct span){0}, &paper);
    paper.results = results;
    paper.result_count = query.sheet_count;
    return folder_write(report, &paper, forms, error);
}

static bool write_all(struct covering *at, const char *directory, struct error *error) {
    struct report_options options;
    struct report report;
    if (!papers_options(&at->city, at->invocation->unmask, at->arena, &options, error)) return false;
    options.directory = directory;
    bool ok = report_open(&report, at->session->connection, &options, at->arena, error);
    for (uint32_t i = 0; ok && i < at->city.county_count; i++)
        ok = write_one(&report, "cleanup", &at->city.counties[i], FORM_XLSX, error);
    ok = ok && write_one(&report, "cover", NULL, FORM_XLSX | FORM_HTML | FORM_JSON, error);
    report_close(&report);
    return ok;
}

enum exit_code cover_write(struct covering *at, struct error *error) {
    const char *directory =
        at->options->out ? at->options->out : arena_print(at->arena, "%s/out/清理", at->city.directory);
    if (!write_all(at, directory, error)) return exit_of(error);
    if (!at->invocation->quiet && !at->invocation->json)
        printf(TEXT("清理表和汇总  →  %s/   县里填好后 tongchou cover read 文件\n",
                    "lists and summary  →  %s/   when a county has filled in its list: tongchou cover read "
                    "FILE\n"),
               path_seen(directory, at->arena));
    return EXIT_HELD;
}

static const char sql_case[] =
    "SELECT d.psn_no, d.county_a, d.insutype_a, d.county_b, d.insutype_b, d.kind, d.months, d.rule, "
    "d.rule_line, d.keep,"
    " d.effect, d.state, s.keep_sha256, s.until, (SELECT string_agg(to_char(lower(r), 'YYYY-MM-DD') || '～' "
    "||"
    " to_char(upper(r) - 1, 'YYYY-MM-DD'), '、' ORDER BY r) FROM unnest(d.overlap) r)"
    " FROM cover.duplicate d JOIN cover.search s ON s.search = d.last_search WHERE d.duplicate = $1::bigint";

static void line(const char *zh, const char *en, const char *value) {
    printf("  %s  %s\n", TEXT(zh, en), value);
}

/* A line for each row: its cells in words, but for the last, which somebody wrote. */
static bool print_rows(struct covering *at, const char *title, const char *sql, const char *duplicate,
                       struct error *error) {
    PGresult *rows = session_ask(at->session, sql, 1, &duplicate, error);
    if (!rows) return false;
    if (PQntuples(rows)) printf("%s\n", title);
    for (int r = 0; r < PQntuples(rows); r++) {
        for (int c = 0; c < PQnfields(rows); c++) {
            const char *value = PQgetvalue(rows, r, c);
            if (*value) printf("  %s", c + 1 < PQnfields(rows) ? cover_word(cover_county(at, value)) : value);
        }
        putchar('\n');
    }
    PQclear(rows);
    return true;
}

/* Each by its word and by the name that a rule calls it. */
static bool print_facts(struct covering *at, const char *duplicate, struct error *error) {
    PGresult *rows = session_ask(at->session,
                                 "SELECT key, value FROM cover.duplicate, jsonb_each_text(facts)"
                                 " WHERE duplicate = $1::bigint ORDER BY key",
                                 1, &duplicate, error);
    if (!rows) return false;
    printf("%s\n", TEXT("规则看到的事实", "what the rules saw"));
    for (int r = 0; r < PQntuples(rows); r++) {
        const char *name = PQgetvalue(rows, r, 0), *value = PQgetvalue(rows, r, 1);
        const char *shown = strcmp(value, "true") == 0    ? TEXT("是", "yes")
                            : strcmp(value, "false") == 0 ? TEXT("否", "no")
                                                          : cover_word(cover_county(at, value));
        printf(TEXT("  %s = %s  (%s)\n", "  %s = %s\n"), cover_fact_word(name), shown, name);
    }
    PQclear(rows);
    return true;
}

enum exit_code cover_explain(struct covering *at, struct error *error) {
    const char *number = at->invocation->arguments[1];
    if (!*number || strspn(number, "0123456789") != strlen(number) || strlen(number) > 15) {
        error_code(error, TROUBLE_USAGE, NULL, TEXT("「%s」不是编号", "\"%s\" is no number"), number);
        return EXIT_USAGE;
    }
    PGresult *one = session_ask(at->session, sql_case, 1, &number, error);
    if (!one) return exit_of(error);
    bool found = PQntuples(one) == 1;
    if (found) {
        printf(TEXT("清理编号 %s：%s %s × %s %s\n", "case %s: %s %s x %s %s\n"), number,
               cover_county(at, PQgetvalue(one, 0, 1)), PQgetvalue(one, 0, 2),
               cover_county(at, PQgetvalue(one, 0, 3)), PQgetvalue(one, 0, 4));
        line("重叠期间", "overlap", PQgetvalue(one, 0, 14));
        printf(TEXT("  重叠 %s 个月；判断到 %s 之前\n", "  %s months; judged before %s\n"),
               PQgetvalue(one, 0, 6), PQgetvalue(one, 0, 13));
        const char *advice = arena_print(at->arena, "%s %s", PQgetvalue(one, 0, 9), PQgetvalue(one, 0, 10));
        printf(TEXT("  规则 %s (keep.csv 第 %s 行，内容 %.12s)：%s；%s\n",
                    "  rule %s (keep.csv line %s, content %.12s): %s; %s\n"),
               PQgetvalue(one, 0, 7), PQgetvalue(one, 0, 8), PQgetvalue(one, 0, 12), cover_word(advice),
               cover_word(PQgetvalue(one, 0, 11)));
    }
    PQclear(one);
    if (!found) {
        error_code(error, TROUBLE_USAGE, NULL, TEXT("没有清理编号 %s", "no case %s"), number);
        return EXIT_USAGE;
    }
    bool ok =
        print_facts(at, number, error) &&
        print_rows(at, TEXT("重叠期内的待遇(元)", "benefits inside the overlap (yuan)"),
                   "SELECT side, county, setl_id, coalesce(begndate::text, '') || '～' ||"
                   " coalesce(enddate::text, ''), round(coalesce(fund_pay_sumamt_fen, 0) * 0.01, 2) FROM"
                   " cover.claim WHERE duplicate = $1::bigint ORDER BY side, begndate, setl_id",
                   number, error) &&
        print_rows(
            at, TEXT("金额(元)和依据", "money (yuan) and what it stands on"),
            TEXT(
                "SELECT item, level, round(amount_fen * 0.01, 2), county, basis FROM cover.charge WHERE"
                " duplicate = $1::bigint ORDER BY item, level, county",
                "SELECT item, level, round(amount_fen * 0.01, 2), county, replace(replace(replace(basis,"
                " ' 按月 ', ' by months '), '；可退：重叠期内未享受待遇', '; to be refunded: no benefits "
                "inside"
                " the overlap'), '；不退：重叠期内已享受待遇', '; not refunded: benefits inside the overlap')"
                " FROM cover.charge WHERE duplicate = $1::bigint ORDER BY item, level, county"),
            number, error) &&
        print_rows(at, TEXT("决定", "decisions"),
                   "SELECT event, to_char(at, 'YYYY-MM-DD HH24:MI'), action, state_before, '→', state_after,"
                   " decided_by, reason FROM cover.event WHERE duplicate = $1::bigint ORDER BY event",
                   number, error);
    return ok ? EXIT_HELD : exit_of(error);
}
