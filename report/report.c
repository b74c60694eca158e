/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "report/report.h"
#include "core/language.h"
#include "core/reason.h"
#include "core/shipped.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* pg_type.h: a whole number is a count unless its column says otherwise. */
enum { OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_NUMERIC = 1700 };
enum { PIECE_ROWS = 2000, SENTENCE_BYTES = 2048 };

/* The server's own words may quote a person; only a fault of our own SQL (class 42) is quoted. */
static bool failed(struct report *report, const PGresult *result, const char *what, struct error *error) {
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!state || PQstatus(report->connection) != CONNECTION_OK)
        return error_code(error, TROUBLE_LATER, NULL,
                          TEXT("出报表 %s 时数据库断开", "the database went away while reporting %s"), what);
    bool ours = strncmp(state, "42", 2) == 0;
    return error_set(error, TEXT("报表 %s 查询失败(%s)%s%s", "report %s: query failed (%s)%s%s"), what, state,
                     ours ? ": " : "", ours ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : "");
}

/* Runs statements without arguments whose result does not matter. */
static bool tell(struct report *report, const char *sql, const char *what, struct error *error) {
    PGresult *result = PQexec(report->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good) failed(report, result, what, error);
    PQclear(result);
    return good;
}

/* One line of COPY text: fields after each other, NULL as \N. */
static void put_fields(FILE *stream, const char *const *fields, int count) {
    for (int f = 0; f < count; f++) {
        if (f) fputc('\t', stream);
        if (!fields[f]) fputs("\\N", stream);
        for (const char *c = fields[f] ? fields[f] : ""; *c; c++) {
            if (*c == '\\' || *c == '\t' || *c == '\n' || *c == '\r') fputc('\\', stream);
            fputc(*c == '\t' ? 't' : *c == '\n' ? 'n' : *c == '\r' ? 'r' : *c, stream);
        }
    }
    fputc('\n', stream);
}

static void put_run(const struct report *report, FILE *stream) {
    char run[16];
    snprintf(run, sizeof run, "%d", report->run);
    const char *fields[] = {run, report->options->city, report->options->date, report->options->month, NULL};
    put_fields(stream, fields, 5);
}

static void put_counties(const struct report *report, FILE *stream) {
    for (uint32_t c = 0; c < report->options->county_count; c++) {
        const struct report_county *county = &report->options->counties[c];
        char position[16];
        snprintf(position, sizeof position, "%u", c + 1);
        const char *fields[] = {county->code, county->folder, county->name, position};
        put_fields(stream, fields, 4);
    }
}

static void put_kinds(const struct report *report, FILE *stream) {
    (void)report;
    for (uint32_t k = 0; k < model_kind_count; k++) {
        const struct kind *kind = &model_kinds[k];
        const struct kind_column *main =
            kind->main_measure < 0 ? NULL : &kind->columns[kind->measures[kind->main_measure]];
        char position[16], number[16];
        snprintf(position, sizeof position, "%u", k + 1);
        snprintf(number, sizeof number, "%d", kind->main_measure + 1);
        const char *fields[] = {kind->name,
                                model_title(kind),
                                main ? main->name : NULL,
                                main ? model_column_title(main) : NULL,
                                main ? number : NULL,
                                position};
        put_fields(stream, fields, 6);
    }
}

static void put_measures(const struct report *report, FILE *stream) {
    (void)report;
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (uint32_t m = 0; m < model_kinds[k].measure_count; m++) {
            const struct kind_column *column = &model_kinds[k].columns[model_kinds[k].measures[m]];
            char number[16];
            snprintf(number, sizeof number, "%u", m + 1);
            const char *fields[] = {model_kinds[k].name, column->name, model_column_title(column), number,
                                    model_kinds[k].main_measure == (int)m ? "t" : "f"};
            put_fields(stream, fields, 5);
        }
}

/* As `masked` cells name them. */
static const char *const pii_names[] = {"none", "id", "name", "phone", "address", "diagnosis"};

/* In a rejected row anything may stand anywhere, so columns of no person's are told apart too. */
static const char *pii_name(const struct kind_column *column) {
    if (column->pii) return pii_names[column->pii];
    return column->type == TYPE_TEXT ? "code" : "figure";
}

static void put_columns(const struct report *report, FILE *stream) {
    (void)report;
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (uint32_t c = 0; c < model_kinds[k].column_count; c++) {
            const struct kind_column *column = &model_kinds[k].columns[c];
            const char *fields[] = {model_kinds[k].name, column->name, TEXT(column->label, NULL),
                                    pii_name(column)};
            put_fields(stream, fields, 4);
        }
}

/* What lacks a mapping is the city's work, all else the county's. */
static void put_codes(const struct report *report, FILE *stream) {
    (void)report;
    for (uint32_t r = 0; r < reason_kind_count; r++) {
        bool city = strcmp(reason_kinds[r].stage, "map") == 0;
        const char *fields[] = {reason_kinds[r].code,
                                city ? TEXT("市补映射", "the city maps")
                                     : TEXT("县改数据", "the county mends"),
                                reason_suggestion(&reason_kinds[r])};
        put_fields(stream, fields, 3);
    }
}

/* Name and sentence of each shipped rule: the first and the last cell of its line, neither in quotes. */
static void put_rules(const struct report *report, FILE *stream) {
    struct span rest, line;
    (void)report;
    if (!shipped_find("mappings/cover/keep.csv", &rest)) return;
    for (bool head = true; rest.size; head = false) {
        const char *end = memchr(rest.bytes, '\n', rest.size);
        line = (struct span){rest.bytes, end ? (size_t)(end - rest.bytes) : rest.size};
        rest = end ? (struct span){end + 1, rest.size - line.size - 1} : (struct span){0};
        const char *first = line.size ? memchr(line.bytes, ',', line.size) : NULL;
        const char *last = line.size ? memrchr(line.bytes, ',', line.size) : NULL;
        if (head || !first) continue;
        char name[64], basis[512];
        snprintf(name, sizeof name, "%.*s", (int)(first - line.bytes), line.bytes);
        snprintf(basis, sizeof basis, "%.*s", (int)(line.bytes + line.size - last - 1), last + 1);
        put_fields(stream, (const char *const[]){name, basis}, 2);
    }
}

static bool copy_in(struct report *report, const char *table, void (*put)(const struct report *, FILE *),
                    struct error *error) {
    char sql[64], *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    if (!stream) return error_set(error, TEXT("内存不足", "out of memory"));
    put(report, stream);
    fclose(stream);
    snprintf(sql, sizeof sql, "COPY pg_temp.%s FROM STDIN", table);
    PGresult *result = PQexec(report->connection, sql);
    bool good = PQresultStatus(result) == PGRES_COPY_IN;
    if (good) {
        good = PQputCopyData(report->connection, text, (int)size) == 1 &&
               PQputCopyEnd(report->connection, NULL) == 1;
        PQclear(result);
        result = PQgetResult(report->connection);
        good = good && PQresultStatus(result) == PGRES_COMMAND_OK;
    }
    if (!good) failed(report, result, table, error);
    for (; result; result = PQgetResult(report->connection)) PQclear(result);
    free(text);
    return good;
}

/* Runs SQL of ours: report/sql/NAME.sql. */
static bool tell_shipped(struct report *report, const char *name, struct error *error) {
    struct span sql;
    char path[64];
    snprintf(path, sizeof path, "report/sql/%s.sql", name);
    if (!shipped_find(path, &sql))
        return error_set(error, TEXT("程序不完整：缺 %s", "the program lacks %s"), path);
    return tell(report, result_format(report->arena, "%.*s", (int)sql.size, sql.bytes).bytes, name, error);
}

static bool find_run(struct report *report, struct error *error) {
    char sql[96];
    snprintf(sql, sizeof sql, "SELECT max(run) FROM intake.run WHERE %d IN (0, run)", report->options->run);
    PGresult *result = PQexec(report->connection, sql);
    bool good = PQresultStatus(result) == PGRES_TUPLES_OK;
    if (!good) failed(report, result, "intake.run", error);
    bool found = good && !PQgetisnull(result, 0, 0);
    if (found) report->run = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    if (good && !found && report->options->run)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有第 %d 次处理", "there is no run %d"),
                          report->options->run);
    return good;
}

bool report_open(struct report *report, PGconn *connection, const struct report_options *options,
                 struct arena *arena, struct error *error) {
    static const struct {
        const char *table;
        void (*put)(const struct report *, FILE *);
    } tables[] = {
        {"the_run", put_run},          {"the_county", put_counties}, {"the_kind", put_kinds},
        {"the_measure", put_measures}, {"the_column", put_columns},  {"the_code", put_codes},
        {"the_rule", put_rules},
    };
    *report = (struct report){.connection = connection, .options = options, .arena = arena};
    if (PQtransactionStatus(connection) != (options->within ? PQTRANS_INTRANS : PQTRANS_IDLE))
        return error_set(error, TEXT("出报表的数据库连接正忙", "the connection for reports is busy"));
    PQsetnonblocking(connection, 0);
    if ((!options->within && !tell(report, "BEGIN ISOLATION LEVEL REPEATABLE READ", "begin", error)) ||
        !tell(report,
              "SET LOCAL statement_timeout = '20min'; SET LOCAL jit = off; SET LOCAL client_min_messages ="
              " warning",
              "settings", error) ||
        !tell(report, TEXT("SET LOCAL tongchou.language = 'zh'", "SET LOCAL tongchou.language = 'en'"),
              "language", error))
        return false;
    if (!find_run(report, error) || !tell_shipped(report, "prelude", error)) return false;
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        if (!copy_in(report, tables[t].table, tables[t].put, error)) return false;
    /* Unknown, they are taken for a thousand rows each, and what joins five of them for a thousand million.
     */
    return tell(report, "ANALYZE the_run, the_county, the_kind, the_measure, the_column, the_code, the_rule",
                "analyze", error) &&
           tell_shipped(report, "stand", error);
}

void report_close(struct report *report) {
    if (report->options->within || PQtransactionStatus(report->connection) == PQTRANS_IDLE) return;
    PQclear(PQexec(report->connection, "ROLLBACK"));
}

static bool set_county(struct report *report, const char *county, struct error *error) {
    PGresult *result = PQexecParams(report->connection, "UPDATE pg_temp.the_run SET county = $1", 1, NULL,
                                    &county, NULL, NULL, 0);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!good) failed(report, result, "the_run", error);
    PQclear(result);
    return good;
}

static enum pii pii_of(struct span word) {
    for (size_t p = 0; p < sizeof pii_names / sizeof *pii_names; p++)
        if (span_equal(word, (struct span){pii_names[p], strlen(pii_names[p])})) return (enum pii)p;
    return PII_ADDRESS; /* what we do not know is not shown */
}

/* The sentence without particulars: "代码「…」在 … 中没有映射". */
static struct span sentence_general(const struct reason_kind *kind, struct arena *arena) {
    struct span said = {"", 0};
    const char *rest = result_label((struct span){kind->zh, 1}, (struct span){kind->en, 1}).bytes;
    for (const char *open; (open = strchr(rest, '{')) && strchr(open, '}'); rest = strchr(open, '}') + 1)
        said = result_format(arena, "%.*s%.*s…", (int)said.size, said.bytes, (int)(open - rest), rest);
    return result_format(arena, "%.*s%s", (int)said.size, said.bytes, rest);
}

static struct span sentence(struct span code, struct span detail, struct arena *arena) {
    char text[SENTENCE_BYTES];
    const char *name = result_format(arena, "%.*s", (int)code.size, code.bytes).bytes;
    const struct reason_kind *kind = reason_find(name);
    if (!kind && detail.size) return result_format(arena, "%s：%.*s", name, (int)detail.size, detail.bytes);
    if (!kind) return code;
    if (span_equal(detail, SPAN("*"))) return sentence_general(kind, arena);
    reason_sentence(kind->code, detail, text, sizeof text);
    return arena_copy(arena, (struct span){text, strlen(text)});
}

/* "word<tab>rest" made fit to be shown. */
static struct span prepared(struct report *report, enum prepare prepare, struct span cell,
                            struct arena *arena) {
    if (!cell.bytes || prepare == PREPARE_NONE) return cell;
    const char *tab = cell.size ? memchr(cell.bytes, '\t', cell.size) : NULL;
    size_t size = tab ? (size_t)(tab - cell.bytes) : cell.size;
    struct span word = {cell.bytes, size};
    struct span rest = tab ? (struct span){tab + 1, cell.size - size - 1} : (struct span){"", 0};
    if (prepare == PREPARE_SENTENCE) return sentence(word, rest, arena);
    const struct mask *mask = &report->options->mask;
    if (prepare == PREPARE_KEY)
        return mask_key(mask, result_format(arena, "%.*s", (int)word.size, word.bytes).bytes, rest, arena);
    if (prepare == PREPARE_CODE) return mask_code(mask, rest, span_equal(word, SPAN("often")), arena);
    if (span_equal(word, SPAN("code"))) return mask_code(mask, rest, false, arena);
    if (span_equal(word, SPAN("often"))) return mask_code(mask, rest, true, arena);
    if (span_equal(word, SPAN("figure"))) return mask_figure(mask, rest, arena);
    return mask_value(mask, pii_of(word), rest, arena);
}

static enum show show_of(const struct result_column *column, Oid type) {
    if (column->show != SHOW_TEXT) return column->show;
    if (column->name.size > 4 && memcmp(column->name.bytes + column->name.size - 4, "_fen", 4) == 0)
        return SHOW_FEN;
    bool whole = type == OID_INT2 || type == OID_INT4 || type == OID_INT8 || type == OID_NUMERIC;
    return whole ? SHOW_COUNT : SHOW_TEXT;
}

/* Copies what came back into `result`: columns in the order of the sheet's header. */
static bool fill(struct report *report, const struct query_sheet *sheet, const PGresult *from,
                 struct arena *arena, struct result *result, struct error *error) {
    int fields[QUERY_COLUMNS_MAX], level = PQfnumber(from, "_level"), key = PQfnumber(from, "_key");
    result_begin(result, arena, sheet->zh, sheet->en, sheet->columns, sheet->column_count);
    result->note = sheet->note;
    result->empty = sheet->empty;
    result->below = sheet->below;
    result->repeated = sheet->repeated;
    for (uint32_t c = 0; c < sheet->column_count; c++) {
        char name[64];
        snprintf(name, sizeof name, "\"%.*s\"", (int)sheet->columns[c].name.size,
                 sheet->columns[c].name.bytes);
        fields[c] = PQfnumber(from, name);
        if (fields[c] < 0)
            return error_set(error, "%.*s: no column %s", (int)sheet->zh.size, sheet->zh.bytes, name);
        if (span_equal(sheet->columns[c].name, sheet->page)) result->page = c;
        if (span_equal(sheet->columns[c].name, sheet->screen)) result->screen = c;
        result->columns[c].show = show_of(&sheet->columns[c], PQftype(from, fields[c]));
    }
    for (int r = 0; r < PQntuples(from); r++) {
        struct span *cells = result_add(result);
        for (uint32_t c = 0; c < sheet->column_count; c++) {
            if (PQgetisnull(from, r, fields[c])) continue;
            struct span cell = {PQgetvalue(from, r, fields[c]), (size_t)PQgetlength(from, r, fields[c])};
            cells[c] = prepared(report, sheet->prepare[c], arena_copy(arena, cell), arena);
        }
        if (level >= 0) result->levels[r] = (enum level)strtol(PQgetvalue(from, r, level), NULL, 10);
        if (key < 0) continue;
        struct span text = {PQgetvalue(from, r, key), (size_t)PQgetlength(from, r, key)};
        result->keys[r] = arena_copy(arena, text);
    }
    return true;
}

/* A county's list may have millions of rows; whoever interrupts does not wait for them. */
static bool go_on(const struct report *report, struct error *error) {
    const _Atomic bool *stop = report->options->stop;
    return !stop || !atomic_load(stop) ||
           error_code(error, TROUBLE_LATER, NULL, "%s", TEXT("已中断", "interrupted"));
}

/* What checks said is sorted out when the first table asks for it: in years it is the most of what there is,
   and most commands do not ask. */
static bool sort_findings(struct report *report, const char *sql, struct error *error) {
    if (report->findings || !strstr(sql, "the_finding")) return true;
    report->findings = true;
    return tell_shipped(report, "finding", error);
}

bool report_query(struct report *report, const char *name, const char *county, struct query *query,
                  struct result **results, struct error *error) {
    if (!query_find(name, report->arena, query, error) || !set_county(report, county, error)) return false;
    *results = ARENA_NEW(report->arena, struct result, query->sheet_count);
    for (uint32_t s = 0; s < query->sheet_count; s++) {
        if (query->sheets[s].stream) continue;
        if (!go_on(report, error) || !sort_findings(report, query->sheets[s].sql, error)) return false;
        PGresult *from = PQexec(report->connection, query->sheets[s].sql);
        bool good = PQresultStatus(from) == PGRES_TUPLES_OK;
        if (!good) failed(report, from, name, error);
        good = good && fill(report, &query->sheets[s], from, report->arena, &(*results)[s], error);
        PQclear(from);
        if (!good) return false;
    }
    return true;
}

bool report_stream(struct report *report, const struct query_sheet *sheet, const char *county,
                   struct report_sink sink, struct error *error) {
    struct arena arena = {0};
    char fetch[64];
    const char *sql = result_format(report->arena, "DECLARE piece NO SCROLL CURSOR FOR %s", sheet->sql).bytes;
    snprintf(fetch, sizeof fetch, "FETCH %d FROM piece", PIECE_ROWS);
    if (!set_county(report, county, error) || !tell(report, sql, "declare", error)) return false;
    bool good = true, more = true;
    for (bool first = true; good && more; first = false) {
        struct result piece;
        arena_reset(&arena);
        PGresult *from = PQexec(report->connection, fetch);
        good = PQresultStatus(from) == PGRES_TUPLES_OK;
        if (!good) failed(report, from, "fetch", error);
        good = good && go_on(report, error) && fill(report, sheet, from, &arena, &piece, error) &&
               sink.take(sink.context, &piece, first, error);
        more = good && PQntuples(from) == PIECE_ROWS;
        PQclear(from);
    }
    arena_free(&arena);
    return good && tell(report, "CLOSE piece", "close", error);
}
