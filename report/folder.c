/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/folder.h"
#include "core/language.h"
#include "report/impact.h"
#include "report/manifest.h"
#include "report/output.h"
#include "report/xlsx.h"
#include <assert.h>
#include <stdlib.h>

enum { LINES_MAX = sizeof((struct paper *)0)->lines / sizeof(struct span) };

void folder_line(struct paper *paper, struct span line) {
    assert(paper->line_count < LINES_MAX);
    paper->lines[paper->line_count++] = line;
}

void folder_paper(struct report *report, struct span name, struct span zh, struct span en, struct span inputs,
                  struct paper *paper) {
    const struct report_options *options = report->options;
    struct span title = result_label(zh, en);
    *paper = (struct paper){.name = name};
    paper->title = result_format(report->arena, "%s %.*s", options->city, (int)title.size, title.bytes);
    folder_line(paper,
                result_format(report->arena, TEXT("第 %d 次处理 · %s · 程序 %s", "run %d · %s · program %s"),
                              report->run, options->date, options->program));
    if (inputs.size)
        folder_line(paper, result_format(report->arena, TEXT("输入摘要 SM3 %.*s", "inputs SM3 %.*s"),
                                         (int)inputs.size, inputs.bytes));
    paper->footer = result_format(report->arena, TEXT("%.*s · 第 %d 次处理 · %s", "%.*s · run %d · %s"),
                                  (int)paper->title.size, paper->title.bytes, report->run, options->date);
}

static bool write_form(struct report *report, const struct paper *paper, enum form form,
                       struct error *error) {
    static const struct {
        enum form form;
        const char *ending;
        void (*write)(const struct paper *, FILE *);
    } forms[] = {
        {FORM_HTML, "html", write_html},
        {FORM_JSON, "json", write_json},
        {FORM_TEXT, "txt", write_text},
        {FORM_XLSX, "xlsx", NULL},
    };
    struct output output;
    size_t f = 0;
    while (forms[f].form != form) f++;
    struct span name =
        result_format(report->arena, "%.*s.%s", (int)paper->name.size, paper->name.bytes, forms[f].ending);
    if (form == FORM_XLSX) {
        if (!output_place(&output, report->options->directory, name, error)) return false;
        if (write_xlsx(paper, output.temporary, error)) return output_close(&output, error);
        output_abandon(&output);
        return false;
    }
    if (!output_open(&output, report->options->directory, name, error)) return false;
    forms[f].write(paper, output.stream);
    return output_close(&output, error);
}

bool folder_write(struct report *report, const struct paper *paper, unsigned forms, struct error *error) {
    for (unsigned form = FORM_HTML; form <= FORM_TEXT; form <<= 1)
        if ((forms & form) && !write_form(report, paper, (enum form)form, error)) return false;
    return true;
}

/* `verdict`: said under the title; NULL where the paper has none. */
static bool write_query(struct report *report, const char *name, const struct verdict *verdict,
                        struct span inputs, unsigned forms, struct error *error) {
    struct query query;
    struct paper paper;
    struct result *results;
    if (!report_query(report, name, NULL, &query, &results, error)) return false;
    folder_paper(report, query.zh, query.zh, query.en, inputs, &paper);
    if (verdict)
        folder_line(&paper, result_format(report->arena, TEXT("结论：%.*s", "Verdict: %.*s"),
                                          (int)verdict->sentence.size, verdict->sentence.bytes));
    paper.result_count = query.sheet_count;
    paper.results = results;
    return folder_write(report, &paper, forms, error);
}

/* A paper of one county, its name behind the title. */
static void name_county(struct report *report, const struct query *query, const struct report_county *county,
                        struct span inputs, struct paper *paper) {
    struct span zh =
        result_format(report->arena, "%.*s（%s）", (int)query->zh.size, query->zh.bytes, county->name);
    struct span en =
        result_format(report->arena, "%.*s (%s)", (int)query->en.size, query->en.bytes, county->name);
    struct span name =
        result_format(report->arena, "%.*s_%s", (int)query->zh.size, query->zh.bytes, county->name);
    folder_paper(report, name, zh, en, inputs, paper);
    paper->result_count = query->sheet_count;
}

/* 基金账_县: account sets, trial balance, checks with their vouchers; nothing where no ledger came. */
static bool write_ledger(struct report *report, const struct report_county *county, struct span inputs,
                         struct error *error) {
    struct query query;
    struct paper paper;
    struct result *results;
    if (!report_query(report, "ledger", county->code, &query, &results, error)) return false;
    if (!results[0].row_count) return true;
    name_county(report, &query, county, inputs, &paper);
    paper.results = results;
    return folder_write(report, &paper, FORM_ALL, error);
}

/* The JSON form is what the digest on the signed paper is of: sm3sum checks it without us. */
static bool write_handover(struct report *report, const struct report_county *county, struct span inputs,
                           struct error *error) {
    struct query query;
    struct paper paper;
    struct result *results;
    if (!report_query(report, "handover", county->code, &query, &results, error)) return false;
    name_county(report, &query, county, inputs, &paper);
    paper.results = results;
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return error_set(error, TEXT("内存不足", "out of memory"));
    write_json(&paper, stream);
    fclose(stream);
    struct digest digest;
    digest_bytes((struct span){text, size}, &digest);
    free(text);
    if (!folder_write(report, &paper, FORM_JSON, error)) return false;
    folder_line(&paper, result_format(report->arena,
                                      TEXT("本清单摘要 SM3 %s（%.*s.json）",
                                           "digest of this paper: SM3 %s (%.*s.json)"),
                                      digest.sm3, (int)paper.name.size, paper.name.bytes));
    paper.footer =
        result_format(report->arena, TEXT("%.*s · 本清单摘要 SM3 %.16s…", "%.*s · digest SM3 %.16s..."),
                      (int)paper.footer.size, paper.footer.bytes, digest.sm3);
    return folder_write(report, &paper, FORM_HTML | FORM_XLSX, error);
}

/* One digest over what the run read: a line per delivery, as sha256sum writes them. */
static bool digest_inputs(struct report *report, struct span *inputs, struct error *error) {
    PGresult *from = PQexec(report->connection, "SELECT coalesce(string_agg(sha256 || '  ' || folder || '/' "
                                                "|| path || E'\\n', '' ORDER BY folder, path, delivery), '')"
                                                " FROM the_delivery WHERE mine");
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    if (good) {
        struct digest digest;
        digest_bytes((struct span){PQgetvalue(from, 0, 0), (size_t)PQgetlength(from, 0, 0)}, &digest);
        *inputs = arena_copy(report->arena, (struct span){digest.sm3, strlen(digest.sm3)});
    } else {
        error_set(error, TEXT("读不到本次交付", "cannot read this run's deliveries"));
    }
    PQclear(from);
    return good;
}

/* Counties with anything delivered up to this run. */
static bool delivered(struct report *report, const char *code, bool *answer, struct error *error) {
    PGresult *from =
        PQexecParams(report->connection, "SELECT FROM the_delivery WHERE counts AND county = $1 LIMIT 1", 1,
                     NULL, &code, NULL, NULL, 0);
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    *answer = good && PQntuples(from) > 0;
    if (!good) error_set(error, TEXT("读不到 %s 的交付", "cannot read the deliveries of %s"), code);
    PQclear(from);
    return good;
}

static bool write_all(struct report *report, struct error *error) {
    struct span inputs;
    struct verdict verdict;
    if (!digest_inputs(report, &inputs, error) || !folder_judge(report, &verdict, error)) return false;
    if (!write_query(report, "reconciliation", &verdict, inputs, FORM_ALL, error)) return false;
    if (!write_query(report, "coverage", NULL, inputs, FORM_HTML | FORM_XLSX | FORM_JSON, error))
        return false;
    if (!folder_impact(report, inputs, error)) return false;
    for (uint32_t c = 0; c < report->options->county_count; c++) {
        const struct report_county *county = &report->options->counties[c];
        bool any = false;
        if (!delivered(report, county->code, &any, error)) return false;
        if (any && (!write_handover(report, county, inputs, error) ||
                    !write_ledger(report, county, inputs, error) || !folder_rejects(report, county, error)))
            return false;
    }
    return folder_dictionary(report, inputs, error) && folder_sources(report, error) &&
           folder_index(report, inputs, &verdict, error) && manifest_write(report, error);
}

bool report_run(PGconn *connection, const struct report_options *options, struct error *error) {
    struct arena arena = {0};
    struct report report;
    bool good = report_open(&report, connection, options, &arena, error) && write_all(&report, error);
    report_close(&report);
    arena_free(&arena);
    return good;
}

bool report_cells(struct report *report, const char *county, const char *kind, int file, struct span *cells,
                  uint32_t room, uint32_t *count, struct error *error) {
    static const char *const papers[] = {"reconciliation", "handover"};
    *count = 0;
    for (size_t p = 0; p < sizeof papers / sizeof *papers; p++) {
        struct query query;
        struct result *results;
        char exact[160], group[96];
        int used = snprintf(exact, sizeof exact, "%s/%s/%d", county, kind, file);
        snprintf(group, sizeof group, "%s/%s", county, kind);
        if (!report_query(report, papers[p], county, &query, &results, error)) return false;
        for (uint32_t s = 0; s < query.sheet_count; s++) {
            struct span sheet = result_label(results[s].zh, results[s].en);
            for (uint32_t r = 0; r < results[s].row_count; r++) {
                struct span key = results[s].keys[r];
                bool here = span_equal(key, (struct span){group, strlen(group)}) ||
                            (key.size >= (size_t)used && memcmp(key.bytes, exact, (size_t)used) == 0 &&
                             (key.size == (size_t)used || key.bytes[used] == '/'));
                if (!here || *count == room) continue;
                cells[(*count)++] =
                    result_format(report->arena, TEXT("%.*s · %.*s 第 %u 行", "%.*s, %.*s, row %u"),
                                  (int)query.zh.size, query.zh.bytes, (int)sheet.size, sheet.bytes, r + 1);
            }
        }
    }
    return true;
}
