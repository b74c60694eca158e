/* SPDX-License-Identifier: MulanPSL-2.0 */
/* tongchou person history: what was decided and taken back, and which persons were merged and split by it. */
#include "cli/person/decision.h"
#include "cli/person/desk.h"
#include "cli/trace.h"
#include "core/language.h"
#include <stdlib.h>

enum { PERSON_DIGITS = 12, RECORDS_TOLD = 6 };

/* Of one person: what names him, or records that are his now.  Of one record: what names it. */
static const char sql_events[] =
    "SELECT e.event, to_char(e.at, 'YYYY-MM-DD HH24:MI'), e.kind, coalesce(d.verdict, ''),"
    " (SELECT string_agg(x.county || '/' || x.src_psn_no, ' ' ORDER BY r.place)"
    "    FROM unnest(e.records) WITH ORDINALITY r (record_no, place) JOIN identity.xref x USING (record_no)"
    "   WHERE r.place <= 6), cardinality(e.records), coalesce(e.psn_no, ''), coalesce(e.into_psn_no, ''),"
    " coalesce(nullif(d.decided_by, ''), ''), e.operator, coalesce(d.reason, CASE e.kind WHEN 'undo' THEN"
    " e.detail END, ''), coalesce(e.undoes::text, ''), coalesce(d.undone_event::text, ''),"
    " coalesce(d.decided_on::text, '')"
    " FROM identity.event e LEFT JOIN identity.decision d ON d.event = e.event"
    " WHERE ($1::text IS NULL OR e.psn_no = $1 OR e.into_psn_no = $1 OR e.records && ARRAY(SELECT record_no"
    "   FROM identity.xref WHERE psn_no = $1 AND record_no IS NOT NULL))"
    " AND ($2::bigint IS NULL OR e.records @> ARRAY[$2::bigint]) ORDER BY e.event";

static const char *kind_said(const char *kind) {
    if (strcmp(kind, "merge") == 0) return TEXT("合并", "merge");
    if (strcmp(kind, "split") == 0) return TEXT("拆分", "split");
    return strcmp(kind, "decide") == 0 ? TEXT("结论", "decision") : TEXT("撤回", "undo");
}

/* What the event was about: a verdict, persons, or the event that it takes back. */
static struct span what_of(const PGresult *rows, int row, struct arena *arena) {
    const char *kind = PQgetvalue(rows, row, 2), *undone = PQgetvalue(rows, row, 12);
    enum verdict verdict = verdict_of(trace_span(PQgetvalue(rows, row, 3)));
    if (verdict != VERDICTS)
        return *undone ? result_format(arena, TEXT("%s（已由事件 %s 撤回）", "%s (undone by event %s)"),
                                       verdict_said(verdict), undone)
                       : trace_span(verdict_said(verdict));
    if (strcmp(kind, "undo") == 0)
        return result_format(arena, TEXT("撤回事件 %s", "undoes event %s"), PQgetvalue(rows, row, 11));
    return result_format(arena, "%s → %s", PQgetvalue(rows, row, 6), PQgetvalue(rows, row, 7));
}

/* "690102/1029 690181/1819": each by itself, since a number is masked as a whole cell. */
static struct span masked_records(const struct desk *desk, struct span list) {
    struct span shown = {"", 0};
    while (list.size) {
        const char *blank = memchr(list.bytes, ' ', list.size);
        struct span one = {list.bytes, blank ? (size_t)(blank - list.bytes) : list.size};
        struct span masked = mask_key(&desk->options.mask, "*", one, desk->arena);
        shown = result_format(desk->arena, "%.*s%s%.*s", (int)shown.size, shown.bytes, shown.size ? " " : "",
                              (int)masked.size, masked.bytes);
        size_t used = one.size + (blank ? 1 : 0);
        list = (struct span){list.bytes + used, list.size - used};
    }
    return shown;
}

static void put_event(const struct desk *desk, const PGresult *rows, int row, struct result *result) {
    struct arena *arena = desk->arena;
    struct span *cells = result_add(result), who = desk_cell(rows, row, 8, arena);
    struct span records = masked_records(desk, desk_cell(rows, row, 4, arena));
    int count = atoi(PQgetvalue(rows, row, 5));
    cells[0] = desk_cell(rows, row, 0, arena);
    cells[1] = desk_cell(rows, row, 1, arena);
    cells[2] = trace_span(kind_said(PQgetvalue(rows, row, 2)));
    cells[3] = what_of(rows, row, arena);
    cells[4] = count > RECORDS_TOLD ? result_format(arena, TEXT("%.*s 等 %d 条", "%.*s of %d"),
                                                    (int)records.size, records.bytes, count)
                                    : records;
    cells[5] = who.size ? result_format(arena, "%.*s %s", (int)who.size, who.bytes, PQgetvalue(rows, row, 13))
                        : (struct span){"", 0};
    cells[6] = desk_cell(rows, row, 10, arena);
    cells[7] = desk_cell(rows, row, 9, arena);
}

static bool write_history(struct desk *desk, struct result *result, const char *path, struct error *error) {
    struct paper paper = {.name = SPAN("history"), .result_count = 1, .results = result};
    paper.title =
        result_format(desk->arena, TEXT("%s 人员归并流水", "%s: persons, what happened"), desk->city.name);
    paper.footer = paper.title;
    struct output output;
    if (path) {
        if (!desk_output(&output, path, true, error)) return false;
        write_html(&paper, output.stream);
        return output_close(&output, error);
    }
    if (desk->invocation->json) write_json_result(result, stdout);
    else write_text_result(result, stdout);
    return true;
}

/* A person's number has twelve digits; a record is county/number. */
static bool find_subject(struct desk *desk, const char *subject, const char *arguments[2],
                         struct error *error) {
    const char *slash = strchr(subject, '/');
    if (!slash) {
        arguments[0] = subject;
        return (strlen(subject) == PERSON_DIGITS && strspn(subject, "0123456789") == PERSON_DIGITS) ||
               error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("写市人员编号(12 位数字)，或 区划/县人员编号",
                               "write a person's number (12 digits) or county/number"));
    }
    const char *parts[] = {arena_print(desk->arena, "%.*s", (int)(slash - subject), subject), slash + 1};
    PGresult *rows = session_ask(desk->session,
                                 "SELECT record_no FROM identity.xref WHERE county = $1 AND src_psn_no = $2"
                                 " AND record_no IS NOT NULL",
                                 2, parts, error);
    if (!rows) return false;
    bool found = PQntuples(rows) == 1;
    if (found) arguments[1] = arena_print(desk->arena, "%s", PQgetvalue(rows, 0, 0));
    PQclear(rows);
    return found || error_code(error, TROUBLE_USAGE, NULL, "%s",
                               TEXT("没有这条人员记录，写法如 690102/P0001",
                                    "no such record; write it as 690102/P0001"));
}

static bool show_history(struct desk *desk, const char *path, struct error *error) {
    static const struct result_column columns[] = {
        TRACE_COLUMN("event", "事件", "Event"),     TRACE_COLUMN("at", "时间", "At"),
        TRACE_COLUMN("kind", "动作", "Kind"),       TRACE_COLUMN("what", "内容", "What"),
        TRACE_COLUMN("records", "记录", "Records"), TRACE_COLUMN("by", "经办人", "By"),
        TRACE_COLUMN("reason", "理由", "Reason"),   TRACE_COLUMN("operator", "操作人", "Operator")};
    const char *arguments[2] = {NULL, NULL};
    struct result result;
    if (desk->invocation->argument_count > 1 &&
        !find_subject(desk, desk->invocation->arguments[1], arguments, error))
        return false;
    PGresult *rows = session_ask(desk->session, sql_events, 2, arguments, error);
    if (!rows) return false;
    result_begin(&result, desk->arena, SPAN("人员归并流水"), SPAN("What became of persons"), columns,
                 TRACE_COUNT(columns));
    result.empty =
        result_label(SPAN("没有发生过合并、拆分或人工结论"), SPAN("nothing was merged, split or decided"));
    for (int row = 0; row < PQntuples(rows); row++) put_event(desk, rows, row, &result);
    PQclear(rows);
    return write_history(desk, &result, path, error);
}

static enum exit_code run_history(struct invocation *invocation, const struct person_options *options,
                                  struct error *error) {
    struct desk *desk = ARENA_NEW(invocation->arena, struct desk, 1);
    bool ok = desk_open(desk, invocation, "person history", error) && show_history(desk, options->out, error);
    desk_close(desk);
    return ok ? EXIT_HELD : exit_of(error);
}

const struct person_verb person_history = {"history", "[PERSON|RECORD]", 0, 1, run_history};
