/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/pg.h"
#include "core/language.h"
#include "extract/sql/token.h"
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LOOK_MS = 100, HEADER_BYTES = PG_SIGNATURE + 8 };

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool lost(struct error *error) {
    return error_code(error, TROUBLE_LATER, NULL, "%s",
                      TEXT("与来源数据库的连接断开或超时；可稍后重新取数",
                           "lost the source database or waited too long; fetch again later"));
}

/* Waits for the socket within the deadline, looking for an interrupt now and then. */
static bool wait_for(const struct pg *pg, short events, int64_t until) {
    struct pollfd poller = {.fd = PQsocket(pg->connection), .events = events};
    for (;;) {
        int64_t left = until - now_ms();
        if (left <= 0 || poller.fd < 0 || (pg->stop && atomic_load(pg->stop))) return false;
        int ready = poll(&poller, 1, left > LOOK_MS ? LOOK_MS : (int)left);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

static int64_t deadline(const struct pg *pg) { return now_ms() + 1000 * (int64_t)pg->seconds; }

static bool flush(const struct pg *pg, int64_t until) {
    for (int left; (left = PQflush(pg->connection)) != 0;)
        if (left < 0 || !wait_for(pg, POLLIN | POLLOUT, until) || !PQconsumeInput(pg->connection))
            return false;
    return true;
}

static void prepare_limits(struct pg *pg, PGconn *connection, const struct pg_limits *limits) {
    *pg = (struct pg){.connection = connection, .seconds = PG_SECONDS};
    if (limits && limits->seconds) pg->seconds = limits->seconds;
    if (limits) pg->stop = limits->stop;
}

/* What the server says of the query itself.  Its text may quote a value, so only the class is told. */
static bool refuse(const PGresult *result, struct error *error) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *place = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (!state) return lost(error);
    static const struct {
        const char *state, *zh, *en;
        enum trouble trouble;
    } known[] = {
        {"42601", "查询语法有误，或不止一条语句", "a syntax error, or more than one statement",
         TROUBLE_USAGE},
        {"42P01", "查询里的表不存在", "a table of the query does not exist", TROUBLE_USAGE},
        {"42703", "查询里的列不存在", "a column of the query does not exist", TROUBLE_USAGE},
        {"42501", "该登录没有读取权限", "the login may not read that", TROUBLE_USAGE},
        {"25006", "查询要写数据，只读事务不许", "the query writes, which a read-only transaction forbids",
         TROUBLE_USAGE},
        {"57014", "来源数据库中断了查询(超时或取消)", "the source database cancelled the query",
         TROUBLE_LATER},
    };
    const char *zh = "来源数据库拒绝查询", *en = "the source database refused the query";
    enum trouble trouble = strncmp(state, "42", 2) == 0                                   ? TROUBLE_USAGE
                           : strncmp(state, "08", 2) == 0 || strncmp(state, "57", 2) == 0 ? TROUBLE_LATER
                                                                                          : TROUBLE_FAILED;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(state, known[i].state) == 0)
            zh = known[i].zh, en = known[i].en, trouble = known[i].trouble;
    const char *text = language_get() == LANGUAGE_ZH ? zh : en;
    if (place)
        return error_code(error, trouble, NULL,
                          TEXT("%s(SQLSTATE %s，第 %s 个字符)", "%s (SQLSTATE %s, character %s)"), text,
                          state, place);
    return error_code(error, trouble, NULL, TEXT("%s(SQLSTATE %s)", "%s (SQLSTATE %s)"), text, state);
}

/* The next result; NULL with `*broken` when it did not come. */
static PGresult *next_result(const struct pg *pg, int64_t until, bool *broken) {
    while (PQisBusy(pg->connection)) {
        if (wait_for(pg, POLLIN, until) && PQconsumeInput(pg->connection)) continue;
        *broken = true;
        return NULL;
    }
    return PQgetResult(pg->connection);
}

/* Waits for the end of what was sent; the last good result (the caller clears it), or NULL. */
static PGresult *finish(const struct pg *pg, struct error *error) {
    int64_t until = deadline(pg);
    bool broken = !flush(pg, until), failed = false;
    PGresult *last = NULL;
    for (PGresult *result; !broken && (result = next_result(pg, until, &broken));) {
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            if (!failed) refuse(result, error);
            failed = true;
        }
        PQclear(last);
        last = result;
        if (status == PGRES_COPY_OUT || PQstatus(pg->connection) == CONNECTION_BAD) break;
    }
    if (last && !broken && !failed) return last;
    if (!failed) lost(error);
    PQclear(last);
    return NULL;
}

static bool run(const struct pg *pg, const char *sql, struct error *error) {
    if (PQsendQuery(pg->connection, sql) != 1) return lost(error);
    PGresult *result = finish(pg, error);
    PQclear(result);
    return result != NULL;
}

bool pg_begin(PGconn *connection, const struct pg_limits *limits, struct error *error) {
    struct pg pg;
    prepare_limits(&pg, connection, limits);
    return run(&pg, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", error);
}

bool pg_statement(const char *query, struct span *statement, struct error *error) {
    struct sql_cursor cursor = {.at = query, .end = query + strlen(query), .final = true};
    struct sql_token token;
    const char *end = cursor.end;
    bool first = true, select = false, one = strlen(query) <= PG_QUERY_BYTES_MAX, closed = false;
    for (enum sql_kind kind; one && (kind = sql_next(&cursor, &token)) != SQL_END; first = false) {
        if (first) select = kind == SQL_WORD && (sql_is(&token, "SELECT") || sql_is(&token, "WITH"));
        if (kind == SQL_MORE || kind == SQL_BROKEN || closed) one = false;
        if (kind == SQL_SYMBOL && sql_is(&token, ";")) end = token.text.bytes, closed = true;
    }
    *statement = (struct span){query, (size_t)(end - query)};
    return (one && select) ||
           error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("query 只能是一条 SELECT 或 WITH 查询", "query is a single SELECT or WITH"));
}

/* The name of a type that is not read. */
static bool refuse_type(const struct pg *pg, const char *column, Oid type, struct error *error) {
    char sql[64], name[64] = "?";
    snprintf(sql, sizeof sql, "SELECT pg_catalog.format_type(%u, NULL)", type);
    PGresult *result = PQsendQuery(pg->connection, sql) == 1 ? finish(pg, error) : NULL;
    if (result && PQntuples(result)) snprintf(name, sizeof name, "%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return error_code(
        error, TROUBLE_USAGE, NULL,
        TEXT("列 %.80s 的类型是 %s，不读；请在查询里转换，如 %.80s::text",
             "column %.80s is of type %s, which is not read; convert it in the query: %.80s::text"),
        column, name, column);
}

/* COPY tells no types, so the query is described first; within one transaction they cannot change. */
static bool describe(struct pg *pg, const char *query, struct error *error) {
    PGresult *result = NULL;
    if (PQsendPrepare(pg->connection, "", query, 0, NULL) != 1) return lost(error);
    if (!(result = finish(pg, error))) return false;
    PQclear(result);
    if (PQsendDescribePrepared(pg->connection, "") != 1) return lost(error);
    if (!(result = finish(pg, error))) return false;
    pg->column_count = (uint32_t)PQnfields(result);
    struct pg_column *columns = ARENA_NEW(&pg->arena, struct pg_column, pg->column_count + 1);
    bool ok = pg->column_count > 0 && pg->column_count <= PG_COLUMNS_MAX;
    if (!ok) error_code(error, TROUBLE_USAGE, NULL, "%s", TEXT("查询没有列", "the query has no columns"));
    for (uint32_t i = 0; ok && i < pg->column_count; i++) {
        const char *name = PQfname(result, (int)i);
        columns[i].oid = PQftype(result, (int)i);
        columns[i].type = pg_type_of(columns[i].oid);
        columns[i].name = arena_copy(&pg->arena, (struct span){name, strlen(name)});
        if (columns[i].type == PG_TYPES) ok = refuse_type(pg, columns[i].name.bytes, columns[i].oid, error);
    }
    PQclear(result);
    pg->columns = columns;
    pg->fields = ARENA_NEW(&pg->arena, struct pg_field, pg->column_count + 1);
    return ok;
}

static bool start_copy(struct pg *pg, const char *query, struct error *error) {
    size_t room = strlen(query) + 64;
    char *sql = ARENA_NEW(&pg->arena, char, room);
    /* The line end closes a comment that the query may end with. */
    snprintf(sql, room, "COPY (%s\n) TO STDOUT (FORMAT binary)", query);
    if (PQsendQuery(pg->connection, sql) != 1) return lost(error);
    PGresult *result = finish(pg, error);
    bool started = result && PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    return started || (result && error_set(error, "%s", TEXT("COPY 没有开始", "COPY did not begin")));
}

/* After a failure on a live connection the transaction is over, and nothing is left to read. */
static void end_transaction(struct pg *pg) {
    struct error ignored = {0};
    pg->seconds = PG_CANCEL_SECONDS;
    pg->stop = NULL; /* the interrupt has been told */
    if (pg->own_transaction && PQstatus(pg->connection) == CONNECTION_OK) run(pg, "ROLLBACK", &ignored);
    pg->own_transaction = false;
}

bool pg_open(struct pg *pg, PGconn *connection, const char *query, const struct pg_limits *limits,
             struct error *error) {
    struct span statement;
    prepare_limits(pg, connection, limits);
    pg->was_nonblocking = PQisnonblocking(connection);
    if (!pg_statement(query, &statement, error)) return false;
    query = arena_copy(&pg->arena, statement).bytes; /* NUL-terminated */
    bool ok = PQsetnonblocking(connection, 1) == 0 || lost(error);
    pg->own_transaction = ok && PQtransactionStatus(connection) == PQTRANS_IDLE;
    if (pg->own_transaction) ok = pg_begin(connection, limits, error);
    /* Until the transaction's end: text then comes as UTF-8, unless the database has no encoding. */
    ok = ok && run(pg, "SET LOCAL client_encoding TO 'UTF8'", error) && describe(pg, query, error) &&
         start_copy(pg, query, error);
    if (!ok) pg_close(pg);
    return ok;
}

static bool broken(struct pg *pg, struct error *error) {
    error->at.row = pg->rows + 1;
    return error_set(
        error, "%s",
        TEXT("来源数据库的 COPY 数据不是约定的格式", "the source database's COPY data is not of its format"));
}

/* One row is one message; the file's header comes with the first. */
static enum flow cut_message(struct pg *pg, int size, struct error *error) {
    const char *at = pg->message, *end = at + size;
    if (size >= HEADER_BYTES && pg->rows == 0 && memcmp(at, pg_signature, PG_SIGNATURE) == 0) {
        size_t more = pg_word32(at + PG_SIGNATURE + 4);
        if (more > (size_t)(end - at) - HEADER_BYTES) return broken(pg, error), FLOW_FAILED;
        at += HEADER_BYTES + more;
        if (at == end) return FLOW_MORE; /* a header alone */
    }
    pg->row = (struct span){at, (size_t)(end - at)};
    enum pg_cut cut = pg_cut(&at, end, pg->columns, pg->column_count, pg->fields);
    if ((cut != PG_CUT_ROW && cut != PG_CUT_TRAILER) || at != end) return broken(pg, error), FLOW_FAILED;
    pg->ended = cut == PG_CUT_TRAILER;
    pg->rows += cut == PG_CUT_ROW;
    return FLOW_MORE;
}

/* The server has no more data: how did it end? */
static enum flow conclude(struct pg *pg, struct error *error) {
    PGresult *result = finish(pg, error);
    if (!result) return FLOW_FAILED;
    PQclear(result);
    if (!pg->ended) return broken(pg, error), FLOW_FAILED;
    return FLOW_END;
}

enum flow pg_next(struct pg *pg, struct error *error) {
    int64_t until = 0;
    uint64_t before = pg->rows;
    for (;;) {
        PQfreemem(pg->message);
        pg->message = NULL;
        int size = PQgetCopyData(pg->connection, &pg->message, 1);
        if (size > 0) {
            if (pg->ended) return broken(pg, error), FLOW_FAILED;
            if (cut_message(pg, size, error) == FLOW_FAILED) return FLOW_FAILED;
            if (pg->rows > before) return FLOW_MORE;
            continue;
        }
        if (size == -1) return conclude(pg, error);
        if (size < -1) return lost(error), FLOW_FAILED;
        /* Only what the socket has not yet delivered is waited for. */
        if (!until) until = deadline(pg);
        if (!wait_for(pg, POLLIN, until) || !PQconsumeInput(pg->connection)) return lost(error), FLOW_FAILED;
    }
}

static bool drop_copy(struct pg *pg, int64_t until) {
    for (int size = 1; size >= 0;) {
        PQfreemem(pg->message);
        pg->message = NULL;
        size = PQgetCopyData(pg->connection, &pg->message, 1);
        if (size == 0 && (!wait_for(pg, POLLIN, until) || !PQconsumeInput(pg->connection))) return false;
    }
    return true;
}

/* Asks the server to stop and drops what is still on its way. */
static void abandon(struct pg *pg) {
    char reason[256];
    bool dead = false;
    PGcancel *request = PQgetCancel(pg->connection);
    if (request) PQcancel(request, reason, sizeof reason);
    PQfreeCancel(request);
    pg->seconds = PG_CANCEL_SECONDS;
    pg->stop = NULL; /* the interrupt has been told */
    int64_t until = deadline(pg);
    for (PGresult *result; !dead && (result = next_result(pg, until, &dead)); PQclear(result))
        if (PQresultStatus(result) == PGRES_COPY_OUT) dead = !drop_copy(pg, until);
}

void pg_close(struct pg *pg) {
    if (PQtransactionStatus(pg->connection) == PQTRANS_ACTIVE) abandon(pg);
    end_transaction(pg);
    if (!pg->was_nonblocking && PQstatus(pg->connection) == CONNECTION_OK)
        PQsetnonblocking(pg->connection, 0);
    PQfreemem(pg->message);
    arena_free(&pg->arena);
    *pg = (struct pg){0};
}

bool pg_service(const char *service, struct error *error) {
    size_t size = strspn(service, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    return (size && size < 64 && !service[size]) ||
           error_code(
               error, TROUBLE_USAGE, NULL, "%s",
               TEXT("service 应是 pg_service.conf 里的一个名称", "service is a name in pg_service.conf"));
}

/* libpq would write what a server says of its own accord to standard error, beside our sentence. */
static void say_nothing(void *context, const char *text) {
    (void)context;
    (void)text;
}

PGconn *pg_connect(const char *service, const struct pg_limits *limits, struct error *error) {
    static const char *const keys[] = {"service", "client_encoding", "application_name", NULL};
    const char *const values[] = {service, "UTF8", "tongchou", NULL};
    struct pg pg;
    if (!pg_service(service, error)) return NULL;
    prepare_limits(&pg, PQconnectStartParams(keys, values, 0), limits);
    PQsetNoticeProcessor(pg.connection, say_nothing, NULL);
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    int64_t until = now_ms() + 1000 * (int64_t)PG_CONNECT_SECONDS;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        if (PQstatus(pg.connection) == CONNECTION_BAD) break;
        if (!wait_for(&pg, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, until)) break;
        status = PQconnectPoll(pg.connection);
    }
    if (status == PGRES_POLLING_OK && PQsetnonblocking(pg.connection, 1) == 0) return pg.connection;
    /* Before a statement was sent the text can only name hosts, users and databases. */
    char reason[160];
    snprintf(reason, sizeof reason, "%s", PQerrorMessage(pg.connection));
    reason[strcspn(reason, "\n")] = '\0';
    error_code(error, TROUBLE_LATER, NULL,
               TEXT("连不上来源数据库 %s：%s", "cannot reach the source database %s: %s"), service, reason);
    PQfinish(pg.connection);
    return NULL;
}
