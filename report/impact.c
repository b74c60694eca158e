/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/impact.h"
#include "core/language.h"
#include "report/cell.h"
#include "report/formula.h"
#include "report/output.h"

enum { LEFT = 120, BARS = 560, ROW = 46, BAR = 14, TOP = 34, RIGHT = 230, CHART_ROWS_MAX = 24 };
static const char ink[] = "#1d2329", grey[] = "#5b6570", old_fill[] = "#aab6c2", new_fill[] = "#245a8d",
                  minus[] = "#a8201a";

static struct cell cell_of(const struct result *result, uint32_t row, const char *column) {
    return cell_read(result, row, (uint32_t)result_find(result, column));
}

static void put_text(FILE *stream, int x, int y, const char *anchor, const char *fill, int size,
                     struct span text) {
    fprintf(stream, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\">", x, y, anchor,
            fill, size);
    write_html_text(text, stream);
    fputs("</text>\n", stream);
}

static int width_of(fen_total value, fen_total largest) {
    return value <= 0 || largest <= 0 ? 0 : (int)(value * BARS / largest);
}

static void put_bar(FILE *stream, int y, fen_total value, fen_total largest, const char *fill) {
    char text[FEN_TEXT];
    int width = width_of(value, largest);
    fen_text(value, text);
    fprintf(stream, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"/>\n", LEFT, y,
            width > 0 ? width : 1, BAR, fill);
    put_text(stream, LEFT + width + 8, y + BAR - 3, "start", grey, 12, (struct span){text, strlen(text)});
}

/* "+1,234.50"; below zero red, as in the tables. */
static void put_change(FILE *stream, int y, fen_total change) {
    char text[FEN_TEXT + 1] = "+";
    fen_text(change, change > 0 ? text + 1 : text);
    put_text(stream, LEFT + BARS + RIGHT - 10, y, "end",
             change < 0   ? minus
             : change > 0 ? ink
                          : grey,
             14, (struct span){text, strlen(text)});
}

static void put_legend(FILE *stream) {
    static const struct {
        int x;
        const char *fill, *zh, *en;
    } keys[] = {{LEFT, old_fill, "旧规(县规则)", "old (county's rule)"},
                {LEFT + 130, new_fill, "新规(市方案)", "new (city's plan)"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *name = language_get() == LANGUAGE_ZH ? keys[i].zh : keys[i].en;
        fprintf(stream, "<rect x=\"%d\" y=\"6\" width=\"12\" height=\"12\" rx=\"2\" fill=\"%s\"/>\n",
                keys[i].x, keys[i].fill);
        put_text(stream, keys[i].x + 18, 17, "start", grey, 12, (struct span){name, strlen(name)});
    }
    struct span change = result_label(SPAN("基金差额(元)"), SPAN("change (yuan)"));
    put_text(stream, LEFT + BARS + RIGHT - 10, 17, "end", grey, 12, change);
}

void write_impact_chart(const struct result *result, FILE *stream) {
    uint32_t rows = result->row_count < CHART_ROWS_MAX ? result->row_count : CHART_ROWS_MAX;
    fen_total largest = 0;
    if (!rows) return;
    for (uint32_t r = 0; r < rows; r++) {
        fen_total old = cell_of(result, r, "old_fund_fen").value,
                  new = cell_of(result, r, "new_fund_fen").value;
        if (old > largest) largest = old;
        if (new > largest) largest = new;
    }
    fprintf(stream,
            "<p><svg width=\"%d\" height=\"%u\" viewBox=\"0 0 %d %u\" role=\"img\" "
            "font-family=\"inherit\"><title>%s</title>\n",
            LEFT + BARS + RIGHT, TOP + rows * ROW, LEFT + BARS + RIGHT, TOP + rows * ROW,
            TEXT("基金支付：旧规与新规", "what the funds pay: old and new"));
    put_legend(stream);
    for (uint32_t r = 0; r < rows; r++) {
        int y = TOP + (int)r * ROW;
        fen_total old = cell_of(result, r, "old_fund_fen").value,
                  new = cell_of(result, r, "new_fund_fen").value;
        struct span year = result_cell(result, r, (uint32_t)result_find(result, "year")),
                    scheme = result_cell(result, r, (uint32_t)result_find(result, "scheme"));
        struct span name = result_format(result->arena, "%.*s %.*s", (int)year.size, year.bytes,
                                         (int)scheme.size, scheme.bytes);
        if (r && !span_equal(year, result_cell(result, r - 1, (uint32_t)result_find(result, "year"))))
            fprintf(stream, "<line x1=\"0\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#d5dae0\"/>\n", y - 5,
                    LEFT + BARS + RIGHT, y - 5);
        put_text(stream, LEFT - 12, y + BAR + 5, "end", ink, 14, name);
        put_bar(stream, y, old, largest, old_fill);
        put_bar(stream, y + BAR + 3, new, largest, new_fill);
        put_change(stream, y + BAR + 6, new - old);
    }
    fputs("</svg></p>\n", stream);
}

/* What a claim costs the funds on average. */
static void fill_means(struct result *result) {
    static const char *const means[] = {"mean_old_fen", "mean_new_fen"}, *const totals[] = {"old_fund_fen",
                                                                                            "new_fund_fen"};
    for (uint32_t r = 0; r < result->row_count; r++)
        for (int m = 0; m < 2; m++) {
            fen_total mean = formula_mean(cell_of(result, r, totals[m]).value,
                                          (int64_t)cell_of(result, r, "claims").value);
            int column = result_find(result, means[m]);
            result->cells[(size_t)r * result->column_count + (size_t)column] =
                result_format(result->arena, "%jd", (intmax_t)mean);
        }
}

static bool write_page(struct report *report, const struct paper *paper, struct error *error) {
    struct output output;
    struct span name = result_format(report->arena, "%.*s.html", (int)paper->name.size, paper->name.bytes);
    if (!output_open(&output, report->options->directory, name, error)) return false;
    write_html_begin(paper->title, paper->footer, output.stream);
    for (uint32_t l = 0; l < paper->line_count; l++) {
        fputs("<p>", output.stream);
        write_html_text(paper->lines[l], output.stream);
        fputs("</p>\n", output.stream);
    }
    write_impact_chart(&paper->results[0], output.stream);
    for (uint32_t r = 0; r < paper->result_count; r++) write_html_result(&paper->results[r], output.stream);
    write_html_end(output.stream);
    return output_close(&output, error);
}

static bool replayed(struct report *report, bool *answer, struct error *error) {
    PGresult *from =
        PQexec(report->connection,
               "SELECT FROM fund.replay_run p JOIN the_run r ON r.run = p.run WHERE p.rows IS NOT NULL");
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    *answer = good && PQntuples(from) > 0;
    if (!good) error_set(error, TEXT("读不到政策测算", "cannot read the replay"));
    PQclear(from);
    return good;
}

bool folder_impact(struct report *report, struct span inputs, struct error *error) {
    struct query query;
    struct paper paper;
    struct result *results;
    bool any;
    if (!replayed(report, &any, error)) return false;
    if (!any) return true;
    if (!report_query(report, "impact", NULL, &query, &results, error)) return false;
    fill_means(&results[0]);
    folder_paper(report, query.zh, query.zh, query.en, inputs, &paper);
    paper.result_count = query.sheet_count;
    paper.results = results;
    return write_page(report, &paper, error) && folder_write(report, &paper, FORM_XLSX | FORM_JSON, error);
}
