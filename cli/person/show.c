/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person show: one record out of all that the counties sent of a person, and where each value came
   from. */
#include "cli/person/desk.h"
#include "cli/person/golden.h"
#include "cli/trace.h"
#include "core/language.h"
#include <stdlib.h>

static const char sql_golden[] =
    "SELECT g.field, g.value, g.county || '/' || g.src_psn_no, g.criterion, d.path || CASE WHEN i.member <> "
    "''"
    " THEN '!' || i.member ELSE '' END, g.source_row, g.holders, g.others"
    " FROM identity.golden g JOIN intake.file i ON i.file = g.file JOIN intake.delivery d USING (delivery)"
    " WHERE g.psn_no = $1 ORDER BY array_position(ARRAY['psn_name', 'certno', 'psn_cert_type', 'gend', "
    "'brdy',"
    " 'naty', 'mob', 'tel', 'live_addr', 'hsreg_addr', 'resdbook_no', 'hshd_no', 'hshd_rlts', 'sp_psn_type',"
    " 'mrg_stas', 'surv_stas', 'die_date'], g.field)";
static const char sql_records[] =
    "SELECT x.county, x.county || '/' || x.src_psn_no, coalesce(p.psn_name, ''), coalesce(p.certno, ''),"
    " coalesce((SELECT string_agg(i.insutype || ' ' || to_char(i.crt_insu_date, 'YYYY-MM') || '～' ||"
    " coalesce(to_char(i.paus_insu_date - 1, 'YYYY-MM'), ''), '、' ORDER BY i.crt_insu_date) FROM"
    " record.psn_insu_d i WHERE i.county = x.county AND i.src_psn_no = x.src_psn_no), ''),"
    " p.county IS NULL FROM identity.xref x LEFT JOIN record.psn_info_b p ON p.county = x.county"
    " AND p.src_psn_no = x.src_psn_no WHERE x.psn_no = $1 ORDER BY x.record_no";

static const char *criterion_said(const char *criterion) {
    static const struct {
        const char *name, *zh, *en;
    } all[] = {{"only", "只有这一条有", "only this one has it"},
               {"agreed", "各条一致", "all agree"},
               {"oldest", "最早的记录", "the oldest record"},
               {"valid", "值本身有效", "the value is valid"},
               {"county", "最可信的县", "the most trusted county"},
               {"scheme", "最可信的险种", "the most trusted scheme"},
               {"majority", "多数一致", "most records agree"},
               {"recent", "较新", "the most recent"},
               {"complete", "最完整的记录", "the most complete record"},
               {"longest", "较长", "the longest"}};
    for (size_t i = 0; i < TRACE_COUNT(all); i++)
        if (strcmp(all[i].name, criterion) == 0) return TEXT(all[i].zh, all[i].en);
    return criterion;
}

static bool put_golden(struct desk *desk, struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("field", "项目", "Field"),   TRACE_COLUMN("value", "取值", "Value"),
        TRACE_COLUMN("record", "来自", "From"),   TRACE_COLUMN("criterion", "凭什么", "By"),
        TRACE_COLUMN("file", "文件", "File"),     TRACE_COLUMN("row", "行", "Row"),
        TRACE_COLUMN("holders", "同值", "Agree"), TRACE_COLUMN("others", "其他取值", "Other values")};
    const struct kind *kind = model_find(SPAN("psn_info_b"));
    struct arena *arena = desk->arena;
    const char *person = desk->invocation->arguments[1];
    PGresult *rows = session_ask(desk->session, sql_golden, 1, &person, error);
    if (!rows) return false;
    result_begin(result, arena, SPAN("此人的一条记录"), SPAN("One record of this person"), columns,
                 TRACE_COUNT(columns));
    for (int row = 0; row < PQntuples(rows); row++) {
        int column = model_column(kind, trace_span(PQgetvalue(rows, row, 0)));
        struct span *cells = result_add(result);
        cells[0] = column < 0 ? desk_cell(rows, row, 0, arena) : trace_span(kind->columns[column].label);
        cells[1] = column < 0 ? mask_value(&desk->options.mask, PII_ID, desk_cell(rows, row, 1, arena), arena)
                              : mask_column(&desk->options.mask, &kind->columns[column],
                                            desk_cell(rows, row, 1, arena), arena);
        cells[2] = mask_key(&desk->options.mask, "*", desk_cell(rows, row, 2, arena), arena);
        cells[3] = trace_span(criterion_said(PQgetvalue(rows, row, 3)));
        for (int c = 4; c < 8; c++) cells[c] = desk_cell(rows, row, c, arena);
    }
    PQclear(rows);
    return result->row_count ||
           error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("没有这个市人员编号(12 位数字)", "no person of that number (12 digits)"));
}

static bool put_records(struct desk *desk, struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("county", "县", "County"),   TRACE_COLUMN("record", "记录", "Record"),
        TRACE_COLUMN("name", "姓名", "Name"),     TRACE_COLUMN("certno", "证件号码", "ID"),
        TRACE_COLUMN("covers", "参保", "Covers"), TRACE_COLUMN("state", "状态", "State")};
    struct arena *arena = desk->arena;
    const char *person = desk->invocation->arguments[1];
    PGresult *rows = session_ask(desk->session, sql_records, 1, &person, error);
    if (!rows) return false;
    result_begin(result, arena, SPAN("全部记录"), SPAN("All records"), columns, TRACE_COUNT(columns));
    for (int row = 0; row < PQntuples(rows); row++) {
        struct span *cells = result_add(result);
        const struct county *county = city_county(&desk->city, PQgetvalue(rows, row, 0));
        cells[0] = county ? trace_span(county->name) : desk_cell(rows, row, 0, arena);
        cells[1] = mask_key(&desk->options.mask, "*", desk_cell(rows, row, 1, arena), arena);
        cells[2] = mask_value(&desk->options.mask, PII_NAME, desk_cell(rows, row, 2, arena), arena);
        cells[3] = mask_value(&desk->options.mask, PII_ID, desk_cell(rows, row, 3, arena), arena);
        cells[4] = desk_cell(rows, row, 4, arena);
        cells[5] =
            trace_span(PQgetvalue(rows, row, 5)[0] == 't' ? TEXT("已不在库中", "no longer there") : "");
    }
    PQclear(rows);
    return true;
}

static bool show(struct desk *desk, struct error *error) {
    struct paper paper = {.name = SPAN("person"), .result_count = 2};
    paper.title =
        result_format(desk->arena, TEXT("市人员编号 %s", "person %s"), desk->invocation->arguments[1]);
    paper.results = ARENA_NEW(desk->arena, struct result, 2);
    if (!put_golden(desk, &paper.results[0], error) || !put_records(desk, &paper.results[1], error))
        return false;
    if (desk->invocation->json) write_json(&paper, stdout);
    else write_text(&paper, stdout);
    return true;
}

static enum exit_code run_show(struct invocation *invocation, const struct person_options *options,
                               struct error *error) {
    struct desk *desk = ARENA_NEW(invocation->arena, struct desk, 1);
    (void)options;
    bool ok = desk_open(desk, invocation, "person show", error) &&
              golden_rules(invocation, desk->session, error) && show(desk, error);
    desk_close(desk);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_show = {"show", "PSN_NO", 1, 1, run_show};
