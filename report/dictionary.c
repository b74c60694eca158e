/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/model.h"
#include "core/language.h"
#include "report/folder.h"
#include "report/output.h"

#define WORD(text)                                                                                           \
    { (text), sizeof(text) - 1 }

static struct span text_of(const char *text) {
    return text ? (struct span){text, strlen(text)} : (struct span){0};
}

bool folder_dictionary(struct report *report, struct span inputs, struct error *error) {
    const char *types[] = {
        TEXT("文本", "text"),     TEXT("整数", "integer"), TEXT("金额(元)", "amount (yuan)"),
        TEXT("比例", "ratio"),    TEXT("日期", "date"),    TEXT("时间", "time"),
        TEXT("是否", "yes or no")};
    static const struct result_column columns[] = {
        {WORD("kind"), WORD("数据类别"), WORD("Kind"), SHOW_TEXT, 20, {NULL, 0}},
        {WORD("table"), WORD("表"), WORD("Table"), SHOW_TEXT, 22, {NULL, 0}},
        {WORD("column"), WORD("列"), WORD("Column"), SHOW_TEXT, 26, {NULL, 0}},
        {WORD("label"), WORD("名称"), WORD("Name"), SHOW_TEXT, 30, {NULL, 0}},
        {WORD("type"), WORD("类型"), WORD("Type"), SHOW_TEXT, 12, {NULL, 0}},
        {WORD("codes"), WORD("代码表"), WORD("Codes"), SHOW_TEXT, 20, {NULL, 0}},
        {WORD("role"), WORD("要求"), WORD("Role"), SHOW_TEXT, 24, {NULL, 0}},
    };
    struct result result;
    struct paper paper;
    result_begin(&result, report->arena, SPAN("数据字典"), SPAN("Dictionary"), columns,
                 sizeof columns / sizeof *columns);
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++) {
            const struct kind_column *column = &model_kinds[k].columns[c];
            struct span *cells = result_add(&result);
            cells[0] = text_of(model_title(&model_kinds[k]));
            cells[1] = text_of(model_kinds[k].name);
            cells[2] = text_of(column->field);
            cells[3] = text_of(column->label);
            cells[4] = text_of(types[column->type]);
            cells[5] = text_of(column->dict);
            cells[6] = result_format(report->arena, "%s%s%s%s%s",
                                     column->tags & TAG_REQUIRED ? TEXT("必填 ", "required ") : "",
                                     column->tags & TAG_KEY ? TEXT("主键 ", "key ") : "",
                                     column->tags & TAG_EVENT ? TEXT("业务日期 ", "event date ") : "",
                                     column->tags & TAG_MAIN ? TEXT("主金额 ", "main amount ") : "",
                                     column->pii ? TEXT("个人信息", "personal") : "");
        }
    folder_paper(report, SPAN("数据字典"), SPAN("数据字典"), SPAN("Dictionary of kinds"), inputs, &paper);
    paper.result_count = 1;
    paper.results = &result;
    return folder_write(report, &paper, FORM_HTML | FORM_XLSX | FORM_JSON, error);
}

bool folder_sources(struct report *report, struct error *error) {
    char sql[192];
    snprintf(sql, sizeof sql,
             "SELECT u.path, c.bytes FROM mapping.used u JOIN mapping.content c USING (sha256)"
             " WHERE u.run = %d ORDER BY u.path",
             report->run);
    PGresult *from = PQexecParams(report->connection, sql, 0, NULL, NULL, NULL, NULL, 1);
    bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
    if (!good)
        error_set(error, TEXT("读不到本次用的规格和映射", "cannot read this run's specs and mappings"));
    for (int r = 0; good && r < PQntuples(from); r++) {
        struct output output;
        char *path = PQgetvalue(from, r, 0);
        for (char *mark = path; (mark = strchr(mark, ':'));)
            *mark = '/'; /* "shipped:..." is no name on Windows */
        const char *dot = strrchr(path, '.');
        bool book = dot && strcmp(dot, ".xlsx") == 0; /* what was read of a workbook is kept as CSV */
        struct span name = result_format(report->arena, "依据/%s%s", path, book ? ".csv" : "");
        size_t size = (size_t)PQgetlength(from, r, 1);
        good = output_open(&output, report->options->directory, name, error);
        if (!good) break;
        fwrite(PQgetvalue(from, r, 1), 1, size, output.stream);
        good = output_close(&output, error);
    }
    PQclear(from);
    return good;
}
