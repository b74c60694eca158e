/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "report/cell.h"
#include "report/folder.h"
#include "report/output.h"
#include <stdlib.h>
#include <unistd.h>

enum { COUNTIES, TODO, DISAGREE, SIGN, VERDICT, COVER, INDEX_TABLES };

/* 3 is 三: how a sentence counts counties; above 99 digits are clearer. */
static struct span count_zh(struct arena *arena, fen_total count) {
    static const char *const digits[] = {"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
    if (count < 0 || count > 99) return result_format(arena, " %d ", (int)count);
    if (count == 2) return SPAN("两");
    int tens = (int)count / 10, ones = (int)count % 10;
    return result_format(arena, "%s%s%s", tens > 1 ? digits[tens] : "", tens ? "十" : "",
                         ones || !tens ? digits[ones] : "");
}

static struct cell of(const struct result *result, const char *name) {
    int column = result_find(result, name);
    return cell_read(result, 0, (uint32_t)column);
}

static struct span shown(struct arena *arena, const struct result *result, const char *name) {
    char buffer[CELL_TEXT];
    struct cell cell = of(result, name);
    return arena_copy(arena, cell_shown(&cell, buffer));
}

/* Counties whose paper says 可签. */
static unsigned ready(const struct result *sign) {
    unsigned count = 0;
    struct span said = result_label(SPAN("可签"), SPAN("ready"));
    for (uint32_t r = 0; r < sign->row_count; r++)
        count += span_equal(result_cell(sign, r, (uint32_t)result_find(sign, "state")), said);
    return count;
}

/* A run that read nothing: it took a delivery back, or made checks again. */
static bool idle(const struct result *v) {
    return !of(v, "counties").value && !of(v, "rows").value && !of(v, "stopped").value;
}

/* What was read, whether all of it is accounted for, and how it compares with what counties declared. */
static struct span read_zh(struct arena *arena, const struct result *v) {
    struct span counties = count_zh(arena, of(v, "counties").value), rows = shown(arena, v, "rows");
    struct span gap = shown(arena, v, "gap"), places = shown(arena, v, "differences");
    struct span money = shown(arena, v, "difference_fen"), stopped = shown(arena, v, "stopped");
    bool whole = of(v, "gap").value == 0;
    struct span said = result_format(arena, "%.*s县 %.*s 行", (int)counties.size, counties.bytes,
                                     (int)rows.size, rows.bytes);
    said = whole ? result_format(arena, "%.*s全部有去向", (int)said.size, said.bytes)
                 : result_format(arena, "%.*s，行数或金额有 %.*s 处对不上", (int)said.size, said.bytes,
                                 (int)gap.size, gap.bytes);
    if (of(v, "stopped").value)
        said = result_format(arena, "%.*s；%.*s 个交付未入库", (int)said.size, said.bytes, (int)stopped.size,
                             stopped.bytes);
    if (of(v, "declared").value == 0)
        return result_format(arena, "%.*s；县没有申报数可比", (int)said.size, said.bytes);
    if (of(v, "differences").value)
        return result_format(arena, "%.*s；与县申报相差 %.*s 处 %.*s 元", (int)said.size, said.bytes,
                             (int)places.size, places.bytes, (int)money.size, money.bytes);
    return result_format(arena, "%.*s；与县申报没有差额", (int)said.size, said.bytes);
}

static struct span verdict_zh(struct arena *arena, const struct result *v, unsigned to_sign) {
    struct span open = shown(arena, v, "open"), broken = shown(arena, v, "broken");
    struct span blocked = shown(arena, v, "blocked");
    struct span said = idle(v) ? SPAN("本次没有读入交付") : read_zh(arena, v);
    if (of(v, "broken").value)
        said = result_format(arena, "%.*s；%.*s 项核对不符", (int)said.size, said.bytes, (int)broken.size,
                             broken.bytes);
    if (of(v, "blocked").value)
        said = result_format(arena, "%.*s；%.*s 项无法核对", (int)said.size, said.bytes, (int)blocked.size,
                             blocked.bytes);
    if (of(v, "open").value)
        said = result_format(arena, "%.*s；退回未决 %.*s 行", (int)said.size, said.bytes, (int)open.size,
                             open.bytes);
    return result_format(arena, "%.*s；可签 %u 县。", (int)said.size, said.bytes, to_sign);
}

static struct span read_en(struct arena *arena, const struct result *v) {
    struct span counties = shown(arena, v, "counties"), rows = shown(arena, v, "rows");
    struct span places = shown(arena, v, "differences"), money = shown(arena, v, "difference_fen");
    struct span stopped = shown(arena, v, "stopped");
    return result_format(
        arena,
        "%.*s counties, %.*s rows, %s; %.*s deliveries not published; %.*s differences from what counties "
        "declared, %.*s yuan",
        (int)counties.size, counties.bytes, (int)rows.size, rows.bytes,
        of(v, "gap").value == 0 ? "every one accounted for" : "NOT ALL ACCOUNTED FOR", (int)stopped.size,
        stopped.bytes, (int)places.size, places.bytes, (int)money.size, money.bytes);
}

static struct span verdict_en(struct arena *arena, const struct result *v, unsigned to_sign) {
    struct span open = shown(arena, v, "open"), broken = shown(arena, v, "broken");
    struct span blocked = shown(arena, v, "blocked");
    struct span said = idle(v) ? SPAN("No delivery was read in this run") : read_en(arena, v);
    return result_format(arena,
                         "%.*s; %.*s checks broken, %.*s blocked; %.*s rows sent back; %u counties ready to "
                         "sign.",
                         (int)said.size, said.bytes, (int)broken.size, broken.bytes, (int)blocked.size,
                         blocked.bytes, (int)open.size, open.bytes, to_sign);
}

/* The other papers, as links. */
static void put_papers(const struct report *report, FILE *stream) {
    static const struct {
        const char *name, *zh, *en;
    } papers[] = {
        {"对账总表", "每个县、每类数据、每个文件：行和金额", "rows and amounts of every file"},
        {"政策影响测算", "同一批结算按县规则和市方案各重算一遍，基金和个人各差多少",
         "the same claims under the counties' rules and the city's plan"},
        {"映射覆盖", "代码映射覆盖多少行、多少钱", "how much the mappings cover"},
        {"数据字典", "各类数据的列", "the columns of every kind"},
    };
    fprintf(stream, "<h2>%s</h2>\n<table><tbody>\n", TEXT("其他", "Other papers"));
    for (size_t p = 0; p < sizeof papers / sizeof *papers; p++) {
        struct span path =
            result_format(report->arena, "%s/%s.html", report->options->directory, papers[p].name);
        if (access(path.bytes, F_OK) != 0) continue; /* not of this run */
        fprintf(stream, "<tr><td class=\"short\"><a href=\"%s.html\">%s</a></td><td class=\"short\">",
                papers[p].name, papers[p].name);
        fprintf(stream,
                "<a href=\"%s.xlsx\">XLSX</a> · <a href=\"%s.json\">JSON</a></td><td "
                "class=\"long\">%s</td></tr>\n",
                papers[p].name, papers[p].name, language_get() == LANGUAGE_ZH ? papers[p].zh : papers[p].en);
    }
    fprintf(
        stream,
        "<tr><td class=\"short\"><a href=\"manifest.json\">manifest.json</a></td><td "
        "class=\"short\">JSON</td>"
        "<td class=\"long\">%s <code>tongchou verify .</code></td></tr>\n</tbody></table>\n",
        TEXT("本文件夹每个文件的 SHA-256 和 SM3；核验：", "SHA-256 and SM3 of every file here; to check:"));
}

static void put_page(const struct report *report, const struct paper *paper, const struct verdict *verdict,
                     FILE *stream) {
    const struct result *tables = verdict->tables;
    write_html_begin(paper->title, paper->footer, stream);
    for (uint32_t l = 0; l < paper->line_count; l++) {
        fputs("<p>", stream);
        write_html_text(paper->lines[l], stream);
        fputs("</p>\n", stream);
    }
    fputs("<p class=\"verdict\">", stream);
    write_html_text(verdict->sentence, stream);
    fputs("</p>\n", stream);
    static const int order[] = {TODO, DISAGREE, SIGN, COUNTIES};
    for (size_t t = 0; t < sizeof order / sizeof *order; t++) write_html_result(&tables[order[t]], stream);
    if (tables[COVER].row_count) write_html_result(&tables[COVER], stream); /* once it was looked for */
    put_papers(report, stream);
    write_html_end(stream);
}

bool folder_judge(struct report *report, struct verdict *verdict, struct error *error) {
    if (!report_query(report, "index", NULL, &verdict->query, &verdict->tables, error)) return false;
    const struct result *tables = verdict->tables;
    if (verdict->query.sheet_count != INDEX_TABLES || tables[VERDICT].row_count != 1)
        return error_set(error, TEXT("报表 index 的表数不对", "the report index has the wrong tables"));
    unsigned to_sign = ready(&tables[SIGN]);
    verdict->sentence = language_get() == LANGUAGE_ZH ? verdict_zh(report->arena, &tables[VERDICT], to_sign)
                                                      : verdict_en(report->arena, &tables[VERDICT], to_sign);
    return true;
}

bool folder_index(struct report *report, struct span inputs, const struct verdict *verdict,
                  struct error *error) {
    struct paper paper;
    struct output output;
    folder_paper(report, SPAN("index"), verdict->query.zh, verdict->query.en, inputs, &paper);
    if (!output_open(&output, report->options->directory, SPAN("index.html"), error)) return false;
    put_page(report, &paper, verdict, output.stream);
    return output_close(&output, error);
}
