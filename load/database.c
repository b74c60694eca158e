/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/database.h"
#include "core/language.h"
#include "load/away.h"
#include "load/cluster.h"
#include "load/schema.h"
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <stdio.h>
#include <time.h>

/* How long to wait for a server to accept us: embedded ones need 0.12 s, a busy one may recover. */
enum { CONNECT_SECONDS = 30, LABEL_BYTES = 72 };

/* How often a wait looks for an interrupt: the signal may have come to another thread. */
enum { LOOK_MS = 100 };

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What to say about a statement: its first words.  Values travel as arguments, never in the text. */
static void label_of(const char *sql, char label[LABEL_BYTES]) {
    size_t size = 0;
    for (; sql[size] && sql[size] != '\n' && size + 1 < LABEL_BYTES; size++) label[size] = sql[size];
    label[size] = '\0';
}

/* 08: connection; 53300: too many clients; 55P03, 57P0x: locked, shutting down, starting up. */
static enum trouble trouble_of(const char *state) {
    bool later = strncmp(state, "08", 2) == 0 || strncmp(state, "57P0", 4) == 0 ||
                 strncmp(state, "40", 2) == 0 || strcmp(state, "55P03") == 0 || strcmp(state, "53300") == 0 ||
                 strcmp(state, "57014") == 0 || strcmp(state, "25006") == 0;
    return later ? TROUBLE_LATER : TROUBLE_FAILED;
}

static bool lost(struct session *session, const char *sql, struct error *error) {
    char label[LABEL_BYTES];
    label_of(sql, label);
    label[strcspn(label, " \n(")] = '\0'; /* SELECT: the rest of a statement tells nobody what to do */
    session->state[0] = '\0';
    return error_code(
        error, TROUBLE_LATER, NULL,
        TEXT("与数据库的连接断开(%s)；可稍后重新运行", "lost the database (%s); run again later"), label);
}

static bool interrupted(struct session *session, struct error *error) {
    session->told = true;
    session->state[0] = '\0';
    return error_code(error, TROUBLE_LATER, NULL, "%s", TEXT("已中断", "interrupted"));
}

static bool stopping(const struct session *session) {
    return session->stop && !session->told && atomic_load(session->stop);
}

/* The server's text may quote a person, so only its SQLSTATE is kept. */
static bool refuse(struct session *session, const PGresult *result, const char *sql, struct error *error) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state || PQstatus(session->connection) == CONNECTION_BAD) return lost(session, sql, error);
    if (session->cancelled && strcmp(state, "57014") == 0) return interrupted(session, error);
    char label[LABEL_BYTES];
    label_of(sql, label);
    snprintf(session->state, sizeof session->state, "%.5s", state);
    if (strcmp(state, "53100") == 0)
        return error_code(error, trouble_of(state), NULL, "%s",
                          TEXT("数据库所在的磁盘已满；腾出空间后再运行",
                               "the database's disk is full; make room and run again"));
    return error_code(error, trouble_of(state), NULL,
                      TEXT("数据库拒绝语句，SQLSTATE %s：%s", "the database refused, SQLSTATE %s: %s"), state,
                      label);
}

/* False when an interrupt has come before the statement was sent. */
static bool begin_statement(struct session *session, const char *sql, struct error *error) {
    session->state[0] = '\0';
    session->cancelled = false;
    return strcmp(sql, "ROLLBACK") == 0 || !stopping(session) || interrupted(session, error);
}

/* Should the request be lost, the deadline of the wait still ends it. */
static void cancel(struct session *session) {
    char reason[256];
    bool connected = PQstatus(session->connection) == CONNECTION_OK;
    PGcancel *request = connected ? PQgetCancel(session->connection) : NULL;
    if (request) PQcancel(request, reason, sizeof reason);
    PQfreeCancel(request);
    session->cancelled = true;
}

static bool wait_for(struct session *session, short events, int64_t deadline_ms) {
    struct pollfd poller = {.fd = PQsocket(session->connection), .events = events};
    for (;;) {
        if (!session->cancelled && stopping(session)) {
            cancel(session);
            if (deadline_ms > now_ms() + 1000 * CANCEL_SECONDS)
                deadline_ms = now_ms() + 1000 * CANCEL_SECONDS;
        }
        int64_t left = deadline_ms - now_ms();
        if (left <= 0 || poller.fd < 0) return false;
        int ready = poll(&poller, 1, left > LOOK_MS ? LOOK_MS : (int)left);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

static int64_t deadline(const struct session *session) {
    return now_ms() + 1000 * (int64_t)(session->seconds ? session->seconds : DATABASE_SECONDS);
}

/* Sends what libpq holds, reading meanwhile: both sides may otherwise wait for each other. */
static bool flush(struct session *session, int64_t until) {
    for (int left; (left = PQflush(session->connection)) != 0;) {
        if (left < 0 || !wait_for(session, POLLIN | POLLOUT, until)) return false;
        if (!PQconsumeInput(session->connection)) return false;
    }
    return true;
}

static PGresult *next_result(struct session *session, int64_t until, bool *broken) {
    while (PQisBusy(session->connection)) {
        if (wait_for(session, POLLIN, until) && PQconsumeInput(session->connection)) continue;
        *broken = true;
        return NULL;
    }
    return PQgetResult(session->connection);
}

/* Waits for the end of a statement; the last result, or NULL with the error set. */
static PGresult *finish(struct session *session, const char *sql, struct error *error) {
    int64_t until = deadline(session);
    PGresult *last = NULL;
    bool failed = false, broken = !flush(session, until);
    for (PGresult *result; !broken && (result = next_result(session, until, &broken));) {
        ExecStatusType status = PQresultStatus(result);
        bool copying = status == PGRES_COPY_IN || status == PGRES_COPY_OUT;
        bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || copying;
        if (!good && !failed) {
            refuse(session, result, sql, error);
            failed = true;
        }
        PQclear(last);
        last = result;
        if (copying || PQstatus(session->connection) == CONNECTION_BAD) break;
    }
    if (broken && !failed) lost(session, sql, error);
    if (!broken && !failed && last) return last;
    if (!broken && !failed) lost(session, sql, error);
    PQclear(last);
    return NULL;
}

static PGresult *ask(struct session *session, const char *sql, int count, const char *const *arguments,
                     bool binary, struct error *error) {
    assert(count <= DATABASE_ARGUMENTS_MAX);
    if (!begin_statement(session, sql, error)) return NULL;
    if (PQsendQueryParams(session->connection, sql, count, NULL, arguments, NULL, NULL, binary) != 1) {
        lost(session, sql, error);
        return NULL;
    }
    return finish(session, sql, error);
}

PGresult *session_ask(struct session *session, const char *sql, int count, const char *const *arguments,
                      struct error *error) {
    return ask(session, sql, count, arguments, false, error);
}

PGresult *session_ask_binary(struct session *session, const char *sql, int count,
                             const char *const *arguments, struct error *error) {
    return ask(session, sql, count, arguments, true, error);
}

bool session_send(struct session *session, const char *sql, struct error *error) {
    session->state[0] = '\0';
    return (PQsendQuery(session->connection, sql) == 1 && flush(session, deadline(session))) ||
           lost(session, sql, error);
}

PGresult *session_receive(struct session *session, const char *sql, struct error *error) {
    return finish(session, sql, error);
}

bool session_run(struct session *session, const char *sql, struct error *error) {
    if (!begin_statement(session, sql, error)) return false;
    if (PQsendQuery(session->connection, sql) != 1) return lost(session, sql, error);
    PGresult *result = finish(session, sql, error);
    PQclear(result);
    return result != NULL;
}

bool session_tell(struct session *session, const char *sql, int count, const char *const *arguments,
                  int64_t *rows, struct error *error) {
    PGresult *result = session_ask(session, sql, count, arguments, error);
    if (!result) return false;
    if (rows) *rows = strtoll(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return true;
}

static bool begin_copy(struct session *session, const char *sql, ExecStatusType way, struct error *error) {
    if (!begin_statement(session, sql, error)) return false;
    if (PQsendQuery(session->connection, sql) != 1) return lost(session, sql, error);
    PGresult *result = finish(session, sql, error);
    bool ok = result && PQresultStatus(result) == way;
    if (result && !ok) error_set(error, TEXT("COPY 没有开始", "COPY did not begin"));
    PQclear(result);
    return ok;
}

bool session_copy_begin(struct session *session, const char *sql, struct error *error) {
    return begin_copy(session, sql, PGRES_COPY_IN, error);
}

bool session_copy_out(struct session *session, const char *sql,
                      void (*take)(void *context, const char *bytes, size_t size), void *context,
                      struct error *error) {
    if (!begin_copy(session, sql, PGRES_COPY_OUT, error)) return false;
    int64_t until = deadline(session);
    char *bytes = NULL;
    for (int size; (size = PQgetCopyData(session->connection, &bytes, 1)) >= 0;) {
        if (size > 0) {
            take(context, bytes, (size_t)size);
            PQfreemem(bytes);
        } else if (!wait_for(session, POLLIN, until) || !PQconsumeInput(session->connection)) {
            return lost(session, sql, error);
        }
    }
    PGresult *result = finish(session, sql, error);
    PQclear(result);
    return result != NULL;
}

/* The server takes the message as a failure of the client and answers with 57014. */
static bool end_copy_early(struct session *session, struct error *error) {
    session->cancelled = true;
    if (PQputCopyEnd(session->connection, "interrupted") != 1) return lost(session, "COPY", error);
    PQclear(finish(session, "COPY", error));
    return false;
}

bool session_copy_send(struct session *session, const char *bytes, size_t size, struct error *error) {
    if (stopping(session)) return end_copy_early(session, error);
    int64_t until = deadline(session);
    for (int sent; (sent = PQputCopyData(session->connection, bytes, (int)size)) != 1;)
        if (sent < 0 || !flush(session, until)) return lost(session, "COPY", error);
    /* Keeps libpq's own buffer small: a slow server must slow the reader. */
    return flush(session, until) || lost(session, "COPY", error);
}

bool session_copy_end(struct session *session, int64_t *rows, struct error *error) {
    if (stopping(session)) return end_copy_early(session, error);
    int64_t until = deadline(session);
    for (int sent; (sent = PQputCopyEnd(session->connection, NULL)) != 1;)
        if (sent < 0 || !flush(session, until)) return lost(session, "COPY", error);
    PGresult *result = finish(session, "COPY", error);
    if (!result) return false;
    if (rows) *rows = strtoll(PQcmdTuples(result), NULL, 10);
    PQclear(result);
    return true;
}

bool session_lost(const struct session *session) {
    return !session->connection || PQstatus(session->connection) == CONNECTION_BAD;
}

bool session_take_back(struct session *session) {
    char state[sizeof session->state];
    struct error ignored = {0};
    memcpy(state, session->state, sizeof state);
    if (session_lost(session) || !session_run(session, "ROLLBACK", &ignored)) return false;
    memcpy(session->state, state, sizeof state);
    return true;
}

static bool connect_wait(struct session *session, struct error *error) {
    int64_t until = now_ms() + 1000 * (int64_t)CONNECT_SECONDS;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED) {
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!wait_for(session, events, until)) break;
        status = PQconnectPoll(session->connection);
    }
    if (status == PGRES_POLLING_OK) return PQsetnonblocking(session->connection, 1) == 0;
    return away_error(session->connection, error);
}

bool session_open(struct session *session, const struct database *database, const char *name,
                  struct error *error) {
    const char *keywords[] = {
        "dbname",           "application_name", "keepalives_idle", "keepalives_interval",
        "keepalives_count", "tcp_user_timeout", "client_encoding", NULL};
    const char *values[] = {database->conninfo, name, "30", "10", "3", "60000", "UTF8", NULL};
    *session = (struct session){.seconds = session->seconds, .stop = database->stop};
    session->connection = PQconnectStartParams(keywords, values, 1);
    if (session->connection) away_hush(session->connection);
    if (!session->connection || PQstatus(session->connection) == CONNECTION_BAD ||
        !connect_wait(session, error)) {
        if (!error->message[0]) away_error(session->connection, error);
        session_close(session);
        return false;
    }
    bool ok =
        session_run(session,
                    "SET client_min_messages = error; SET search_path = pg_catalog; SET timezone = 'UTC';"
                    "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; SET bytea_output = hex;"
                    "SET default_transaction_isolation = 'read committed'; SET jit = off;"
                    "SET standard_conforming_strings = on; SET synchronous_commit = on",
                    error);
    if (!ok) session_close(session);
    return ok;
}

void session_close(struct session *session) {
    PQfinish(session->connection);
    session->connection = NULL;
}

/* Only a service may be named: a password in city.yaml would be copied into every sign-off pack. */
static bool service(struct database *database, const char *where, struct error *error) {
    const char *name = where + strlen("service=");
    bool good = strncmp(where, "service=", 8) == 0 && *name && strlen(name) < 64;
    for (const char *c = name; good && *c; c++) good = isalnum((unsigned char)*c) || strchr("_.-", *c);
    if (!good)
        return error_code(error, TROUBLE_USAGE, NULL, "%s",
                          TEXT("database 应为 embedded 或 service=名称(见 pg_service.conf)",
                               "database must be embedded or service=NAME (see pg_service.conf)"));
    snprintf(database->conninfo, sizeof database->conninfo, "service=%s", name);
    return true;
}

/* Collations other than C make a join across them lose its index: 510 ms against 0.5. */
static bool fitting(struct session *session, struct error *error) {
    PGresult *result = session_ask(session,
                                   "SELECT current_setting('server_version_num')::int >= 150000,"
                                   " datcollate IN ('C', 'POSIX', 'C.UTF-8', 'C.utf8'),"
                                   " pg_encoding_to_char(encoding) = 'UTF8'"
                                   " FROM pg_database WHERE datname = current_database()",
                                   0, NULL, error);
    if (!result) return false;
    bool version = PQgetvalue(result, 0, 0)[0] == 't', collation = PQgetvalue(result, 0, 1)[0] == 't';
    bool encoding = PQgetvalue(result, 0, 2)[0] == 't';
    PQclear(result);
    if (version && collation && encoding) return true;
    return error_code(error, TROUBLE_USAGE, NULL, "%s",
                      TEXT("数据库须为 PostgreSQL 15 以上、UTF8 编码、LC_COLLATE C",
                           "the database must be PostgreSQL 15 or later, UTF8, LC_COLLATE C"));
}

bool database_open(struct database *database, const char *where, const char *city, struct error *error) {
    *database = (struct database){.lease = -1};
    bool embedded = strcmp(where, "embedded") == 0;
    if (!(embedded ? cluster_open(database, city, error) : service(database, where, error))) return false;
    struct session session = {0};
    bool ok = session_open(&session, database, "tongchou schema", error) && fitting(&session, error) &&
              schema_update(&session, error);
    session_close(&session);
    if (!ok) database_close(database);
    return ok;
}

void database_close(struct database *database) {
    if (database->lease >= 0) cluster_close(database);
    database->lease = -1;
}
