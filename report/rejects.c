/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/rejects.h"
#include "core/language.h"
#include "report/folder.h"
#include "report/output.h"
#include "report/xlsx.h"
#include <stdlib.h>

const char *const rejects_sheet_zh = "退回明细", *const rejects_sheet_en = "Rows";
const char *const rejects_columns_zh[REJECTS_COLUMNS] = {
    "退回编号", "文件",     "成员/工作表", "行号", "县内主键", "源列名",
    "国标列",   "原值(遮)", "原因",        "建议", "涉及金额", "修正值",
    "处理结果", "处理说明", "处理人",      "日期", "姓名(遮)", "原因代码"};
const char *const rejects_columns_en[REJECTS_COLUMNS] = {"Number",
                                                         "File",
                                                         "Member or sheet",
                                                         "Row",
                                                         "Key",
                                                         "Source column",
                                                         "Standard column",
                                                         "Value",
                                                         "Reason",
                                                         "What to do",
                                                         "Amount",
                                                         "Corrected value",
                                                         "Decision",
                                                         "Comment",
                                                         "By",
                                                         "Date",
                                                         "Name",
                                                         "Code"};
const int rejects_widths[REJECTS_COLUMNS] = {8,  14, 11, 7, 15, 10, 13, 12, 19,
                                             20, 12, 15, 9, 16, 8,  11, 9,  21};
const char *const rejects_decisions[REJECTS_DECISIONS] = {"改正", "重新交付", "不移交"};

/* A workbook of more lines takes minutes to open, and nobody mends them by hand. */
enum { BOOK_ROWS = 100000, TITLE_LINES = 2 };

/* Where the pieces of a long table go: into the workbook and, for 退回明细, beside it as CSV. */
struct both {
    struct xlsx *xlsx;
    FILE *csv; /* NULL: workbook only */
    const struct span *lines;
    uint32_t line_count, room; /* lines that the workbook still takes */
};

static bool take(void *context, const struct result *piece, bool first, struct error *error) {
    struct both *both = context;
    (void)error;
    if (first) {
        write_xlsx_table(both->xlsx, piece, both->lines, both->line_count);
        if (both->csv) write_csv_head(piece, both->csv);
    }
    struct result part = *piece;
    if (both->csv && part.row_count > both->room) part.row_count = both->room;
    both->room -= both->csv ? part.row_count : 0;
    write_xlsx_rows(both->xlsx, &part);
    if (first && piece->row_count == 0) write_xlsx_none(both->xlsx, piece);
    if (both->csv) write_csv_rows(piece, both->csv);
    return true;
}

static bool write_sheets(struct report *report, const struct report_county *county, struct query *query,
                         struct result *results, struct both *both, struct error *error) {
    for (uint32_t s = 0; s < query->sheet_count; s++) {
        struct query_sheet *sheet = &query->sheets[s];
        struct both one = *both;
        if (!span_equal(sheet->zh, (struct span){rejects_sheet_zh, strlen(rejects_sheet_zh)})) {
            one.csv = NULL;
            one.line_count = TITLE_LINES;
        }
        if (!sheet->stream) take(&one, &results[s], true, error);
        else if (!report_stream(report, sheet, county->code, (struct report_sink){take, &one}, error))
            return false;
    }
    return true;
}

/* A workbook without a single reject or doubt is not written. */
static bool anything(struct report *report, const char *county, bool *answer, struct error *error) {
    PGresult *from =
        PQexecParams(report->connection,
                     "SELECT EXISTS (SELECT FROM the_reject WHERE fate = 'open' AND county = $1) OR"
                     " EXISTS (SELECT FROM the_doubt JOIN the_file f USING (file) WHERE f.county = $1)",
                     1, NULL, &county, NULL, NULL, 0);
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    *answer = good && PQgetvalue(from, 0, 0)[0] == 't';
    if (!good) error_set(error, TEXT("读不到 %s 的退回", "cannot read the rejects of %s"), county);
    PQclear(from);
    return good;
}

static bool count(struct report *report, const char *sql, const char *county, int64_t *lines,
                  struct error *error) {
    PGresult *from = PQexecParams(report->connection, sql, 1, NULL, &county, NULL, NULL, 0);
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    *lines = good ? strtoll(PQgetvalue(from, 0, 0), NULL, 10) : 0;
    PQclear(from);
    return good || error_set(error, TEXT("读不到 %s 的退回", "cannot read the rejects of %s"), county);
}

/* Lines of 退回明细, one for each reason of a row; looked for closely only where they may be too many. */
static bool count_lines(struct report *report, const char *county, uint32_t room, int64_t *lines,
                        struct error *error) {
    return count(report, "SELECT count(*) FROM the_reject WHERE fate = 'open' AND county = $1", county, lines,
                 error) &&
           (*lines * REASONS_MAX <= room ||
            count(report,
                  "SELECT count(*) FROM the_reject o LEFT JOIN intake.reason r ON r.file = o.said_file AND"
                  " r.source_row = o.source_row AND r.weight IN ('reject', 'doubt') WHERE o.fate = 'open' AND"
                  " o.county = $1",
                  county, lines, error));
}

static struct span date_digits(struct report *report) {
    char digits[16];
    size_t size = 0;
    for (const char *c = report->options->date; *c && size + 1 < sizeof digits; c++)
        if (*c != '-') digits[size++] = *c;
    return arena_copy(report->arena, (struct span){digits, size});
}

bool folder_rejects(struct report *report, const struct report_county *county, struct error *error) {
    struct query query;
    struct paper paper;
    struct output book, csv;
    bool any = false;
    if (!anything(report, county->code, &any, error)) return false;
    if (!any) return true;
    struct result *results = NULL;
    if (!report_query(report, "rejects", county->code, &query, &results, error)) return false;
    struct span date = date_digits(report);
    struct span name = result_format(report->arena, "退回/%s_退回清单_第%d次_%.*s", county->name, report->run,
                                     (int)date.size, date.bytes);
    struct span zh = result_format(report->arena, "退回清单（%s）", county->name);
    folder_paper(report, name, zh, result_format(report->arena, "Rows sent back (%s)", county->name),
                 (struct span){0}, &paper);
    uint32_t room = report->options->book_rows ? report->options->book_rows : BOOK_ROWS;
    int64_t all;
    if (!count_lines(report, county->code, room, &all, error)) return false;
    struct span lines[] = {
        paper.title, paper.lines[0],
        result_format(report->arena,
                      TEXT("共 %jd 条，这里列出前 %u 条；全部在旁边同名的 .csv 里，填好后同样交回",
                           "%jd lines, of which the first %u are here; all of them are in the .csv of the "
                           "same name, which may be filled in and sent back likewise"),
                      (intmax_t)all, room)};
    if (!output_place(&book, report->options->directory,
                      result_format(report->arena, "%.*s.xlsx", (int)name.size, name.bytes), error) ||
        !output_open(&csv, report->options->directory,
                     result_format(report->arena, "%.*s.csv", (int)name.size, name.bytes), error))
        return false;
    struct both both = {write_xlsx_open(book.temporary, paper.footer), csv.stream, lines,
                        all > room ? TITLE_LINES + 1 : TITLE_LINES, room};
    bool written = write_sheets(report, county, &query, results, &both, error);
    struct error second = {0};
    bool closed = write_xlsx_close(both.xlsx, written ? error : &second);
    if (written && closed) return output_close(&book, error) && output_close(&csv, error);
    output_abandon(&book);
    output_abandon(&csv);
    return false;
}
