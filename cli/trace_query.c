/* SPDX-License-Identifier: MulanPSL-2.0 */
/* What the database adds: versions, reasons, the person's other records, where the row stands in the papers.
 */
#include "cli/trace.h"
#include "core/language.h"
#include "core/reason.h"
#include <stdlib.h>

static struct span cell(struct arena *arena, const PGresult *rows, int row, int column) {
    return PQgetisnull(rows, row, column) ? (struct span){"", 0}
                                          : result_format(arena, "%s", PQgetvalue(rows, row, column));
}

/* The answer's columns as they come. */
static void put_all(const PGresult *rows, struct arena *arena, struct result *result) {
    for (int r = 0; r < PQntuples(rows); r++) {
        struct span *cells = result_add(result);
        for (int c = 0; c < PQnfields(rows) && c < (int)result->column_count; c++)
            cells[c] = cell(arena, rows, r, c);
    }
}

bool trace_versions(struct registry *registry, const struct traced *traced, struct arena *arena,
                    struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("state", "版本", "Version"), TRACE_COLUMN("delivery", "交付", "Delivery"),
        TRACE_COLUMN("run", "第几次处理", "Run"), TRACE_COLUMN("path", "文件", "File"),
        TRACE_COLUMN("row", "记录号", "Record"),  TRACE_COLUMN("ended", "被什么终止", "Ended by")};
    result_begin(result, arena, SPAN("版本"), SPAN("Versions"), columns, TRACE_COUNT(columns));
    result->empty = result_label(SPAN("没有入库过"), SPAN("never published"));
    if (!traced->key_hash) return true;
    const char *sql = arena_print(
        arena,
        "SELECT v.state, d.delivery::text, d.run::text, d.path || CASE WHEN f.member <> '' THEN '!' || "
        "f.member ELSE '' END, v.source_row::text,"
        " v.ended FROM (SELECT %s AS state, file, source_row, '' AS ended, 'infinity'::timestamptz AS at "
        "FROM %s WHERE county = $1 AND key_hash = $2::uuid"
        " UNION ALL SELECT %s, file, source_row, CASE ended_how WHEN 'changed' THEN $3 WHEN 'confirmed' THEN "
        "$4 WHEN 'withdrawn' THEN $5 WHEN 'vanished' THEN $6"
        " ELSE $7 END || ended_delivery || ' (' || to_char(ended_at, 'YYYY-MM-DD HH24:MI') || ')', ended_at "
        "FROM %s_history"
        " WHERE county = $1 AND key_hash = $2::uuid) v JOIN intake.file f USING (file) JOIN intake.delivery "
        "d USING (delivery) ORDER BY v.at, d.delivery",
        TEXT("'现在'", "'current'"), traced->kind->table, TEXT("'已终止'", "'ended'"), traced->kind->table);
    const char *arguments[] = {traced->county->admdvs,
                               traced->key_hash,
                               TEXT("内容变更，交付 ", "changed by delivery "),
                               TEXT("同内容再次交付 ", "confirmed by delivery "),
                               TEXT("县里撤销，交付 ", "withdrawn by delivery "),
                               TEXT("全量交付中消失 ", "lacking in delivery "),
                               TEXT("让位给交付 ", "superseded by delivery ")};
    PGresult *rows = session_ask(&registry->session, sql, 7, arguments, error);
    if (!rows) return false;
    put_all(rows, arena, result);
    PQclear(rows);
    return true;
}

static const struct kind_column *target_of(const struct kind *kind, const char *target) {
    for (uint32_t i = 0; i < kind->column_count; i++)
        if (strcmp(kind->columns[i].name, target) == 0 || strcmp(kind->columns[i].field, target) == 0)
            return &kind->columns[i];
    return NULL;
}

bool trace_reasons(struct registry *registry, const struct traced *traced, const struct mask *mask,
                   struct arena *arena, struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("weight", "轻重", "Weight"),   TRACE_COLUMN("source", "源列", "Source column"),
        TRACE_COLUMN("target", "国标列", "Target"), TRACE_COLUMN("value", "原值(遮)", "Value"),
        TRACE_COLUMN("code", "代码", "Code"),       TRACE_COLUMN("reason", "原因", "Reason"),
        TRACE_COLUMN("file", "文件号", "File")};
    result_begin(result, arena, SPAN("原因与疑点"), SPAN("Reasons and doubts"), columns,
                 TRACE_COUNT(columns));
    result->empty = result_label(SPAN("没有"), SPAN("none"));
    const char *arguments[] = {arena_print(arena, "%d", traced->file),
                               arena_print(arena, "%ju", (uintmax_t)traced->row)};
    /* What was said of the row in the file it came from, and by those that judged it again. */
    PGresult *rows = session_ask(
        &registry->session,
        "SELECT r.weight, r.source_column, r.target_column, r.value, r.code, r.detail, r.file::text FROM "
        "intake.reason r JOIN intake.file f USING (file)"
        " WHERE r.source_row = $2::bigint AND (r.file = $1::int OR f.parent_file = $1::int"
        " OR r.file = (SELECT parent_file FROM intake.file WHERE file = $1::int)) ORDER BY r.file, r.number",
        2, arguments, error);
    if (!rows) return false;
    for (int r = 0; r < PQntuples(rows); r++) {
        const char *weight = PQgetvalue(rows, r, 0), *code = PQgetvalue(rows, r, 4);
        char sentence[1024];
        reason_sentence(code, trace_span(PQgetvalue(rows, r, 5)), sentence, sizeof sentence);
        struct span *cells = result_add(result);
        cells[0] = trace_span(strcmp(weight, "reject") == 0    ? TEXT("退回", "reject")
                              : strcmp(weight, "doubt") == 0   ? TEXT("疑点", "doubt")
                              : strcmp(weight, "explain") == 0 ? TEXT("非数据", "explained")
                                                               : TEXT("注记", "note"));
        cells[1] = cell(arena, rows, r, 1);
        cells[2] = cell(arena, rows, r, 2);
        cells[3] =
            mask_cell(mask, target_of(traced->kind, PQgetvalue(rows, r, 2)), cell(arena, rows, r, 3), arena);
        cells[4] = cell(arena, rows, r, 4);
        cells[5] = result_format(arena, "%s", sentence);
        cells[6] = cell(arena, rows, r, 6);
    }
    PQclear(rows);
    return true;
}

static const char *person_of(const struct traced *traced) {
    int column = model_column(traced->kind, SPAN("src_psn_no"));
    return column >= 0 ? traced->values[column] : NULL;
}

bool trace_person(struct registry *registry, const struct traced *traced, const struct mask *mask,
                  struct arena *arena, struct result *result, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("county", "县", "County"),
        TRACE_COLUMN("person", "县人员编号", "Person"),
        TRACE_COLUMN("kind", "数据类别", "Kind"),
        {.name = {"rows", 4}, .zh = {"行数", 6}, .en = {"Rows", 4}, .show = SHOW_COUNT}};
    result_begin(result, arena, SPAN("此人的全部记录"), SPAN("Everything of this person"), columns,
                 TRACE_COUNT(columns));
    result->empty = result_label(SPAN("这一类数据没有县人员编号"), SPAN("no person number in this kind"));
    const char *person = person_of(traced), *sql = "";
    if (!person) return true;
    result->empty = result_label(SPAN("没有"), SPAN("none"));
    for (uint32_t k = 0; k < model_kind_count; k++)
        if (model_column(&model_kinds[k], SPAN("src_psn_no")) >= 0)
            sql = arena_print(arena,
                              "%s%sSELECT x.county, x.src_psn_no, '%s', count(*) FROM who x JOIN %s t "
                              "ON t.county = x.county"
                              " AND t.src_psn_no = x.src_psn_no GROUP BY 1, 2",
                              sql, *sql ? " UNION ALL " : "", model_title(&model_kinds[k]),
                              model_kinds[k].table);
    const char *arguments[] = {traced->county->admdvs, person};
    PGresult *rows = session_ask(
        &registry->session,
        arena_print(arena,
                    "WITH who AS (SELECT $1::text AS county, $2::text AS src_psn_no UNION SELECT b.county, "
                    "b.src_psn_no FROM identity.xref a JOIN identity.xref b USING (psn_no)"
                    " WHERE a.county = $1 AND a.src_psn_no = $2) %s ORDER BY 1, 2, 3",
                    sql),
        2, arguments, error);
    if (!rows) return false;
    for (int r = 0; r < PQntuples(rows); r++) {
        const struct county *county = city_county(&traced->city, PQgetvalue(rows, r, 0));
        struct span *cells = result_add(result);
        cells[0] = county ? trace_span(county->name) : cell(arena, rows, r, 0);
        cells[1] = mask_person(mask, cell(arena, rows, r, 1), arena);
        cells[2] = cell(arena, rows, r, 2);
        cells[3] = cell(arena, rows, r, 3);
    }
    PQclear(rows);
    return true;
}

/* "对账总表 · 全部金额列 第 3 行": 3, and what stands before it; 0 when there is no number. */
static uint64_t line_of(struct span cell, struct span *head) {
    size_t at = cell.size;
    while (at && (cell.bytes[at - 1] < '0' || cell.bytes[at - 1] > '9')) at--;
    size_t end = at;
    while (at && cell.bytes[at - 1] >= '0' && cell.bytes[at - 1] <= '9') at--;
    *head = (struct span){cell.bytes, at};
    const char *before = TEXT(" 第 ", ", row ");
    size_t size = strlen(before);
    if (at >= size && memcmp(cell.bytes + at - size, before, size) == 0) head->size -= size;
    return end > at ? strtoull(cell.bytes + at, NULL, 10) : 0;
}

bool trace_cells(struct registry *registry, const struct traced *traced, const struct report_options *options,
                 struct arena *arena, struct result *result, struct error *error) {
    static const struct result_column columns[] = {TRACE_COLUMN("cell", "位置", "Place")};
    result_begin(result, arena, SPAN("在哪些报表里"), SPAN("In the papers"), columns, TRACE_COUNT(columns));
    result->empty = result_label(SPAN("不在现在的报表里"), SPAN("in none of the current papers"));
    struct report_options then = *options;
    struct report report;
    struct span *cells = ARENA_NEW(arena, struct span, TRACE_REPORT_CELLS);
    uint32_t count = 0;
    then.run = traced->run;
    bool ok = report_open(&report, registry->session.connection, &then, arena, error) &&
              report_cells(&report, traced->county->admdvs, traced->kind->name, traced->file, cells,
                           TRACE_REPORT_CELLS, &count, error);
    for (uint32_t i = 0, last; ok && i < count; i = last + 1) {
        struct span head;
        uint64_t from = line_of(cells[i], &head), until = from;
        for (last = i; last + 1 < count; last++) {
            struct span next;
            if (line_of(cells[last + 1], &next) != until + 1 || !span_equal(head, next)) break;
            until++;
        }
        struct span *place = result_add(result);
        place[0] =
            last == i
                ? result_format(arena, TEXT("第 %d 次处理 %.*s", "run %d %.*s"), traced->run,
                                (int)cells[i].size, cells[i].bytes)
                : result_format(arena, TEXT("第 %d 次处理 %.*s 第 %ju-%ju 行", "run %d %.*s, rows %ju-%ju"),
                                traced->run, (int)head.size, head.bytes, (uintmax_t)from, (uintmax_t)until);
    }
    report_close(&report);
    return ok;
}
