/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "extract/pg.h"
#include "tests/report/server.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* What one value of one type must come out as: text for a cell, and for C. */
static const struct {
    const char *sql, *text; /* text NULL: null */
    enum pg_type type;
    int64_t integer;
} values[] = {
    {"(-32768)::int2", "-32768", PG_INT2, -32768},
    {"(-2147483648)::int4", "-2147483648", PG_INT4, INT32_MIN},
    {"9223372036854775807::int8", "9223372036854775807", PG_INT8, INT64_MAX},
    {"'张三'::text", "张三", PG_TEXT, 0},
    {"''::text", "", PG_TEXT, 0},
    {"'ab'::char(4)", "ab  ", PG_TEXT, 0},
    {"'x'::varchar(9)", "x", PG_TEXT, 0},
    {"DATE '2020-12-31'", "2020-12-31", PG_DATE, 7670},
    {"DATE '1999-12-31'", "1999-12-31", PG_DATE, -1},
    {"DATE 'infinity'", "infinity", PG_DATE, INT32_MAX},
    {"DATE '-infinity'", "-infinity", PG_DATE, INT32_MIN},
    {"TIMESTAMP '2020-12-31 10:20:30'", "2020-12-31 10:20:30", PG_TIMESTAMP, 662725230000000},
    {"TIMESTAMP '2020-12-31 00:00:00'", "2020-12-31", PG_TIMESTAMP, 662688000000000},
    {"TIMESTAMP '1999-12-31 23:59:59.000007'", "1999-12-31 23:59:59.000007", PG_TIMESTAMP, -999993},
    {"TIMESTAMP 'infinity'", "infinity", PG_TIMESTAMP, INT64_MAX},
    {"true", "t", PG_BOOL, 1},
    {"false", "f", PG_BOOL, 0},
    {"'0123abcd-0000-4000-8000-0000000000ff'::uuid", "0123abcd-0000-4000-8000-0000000000ff", PG_UUID, 0},
    {"NULL::int8", NULL, PG_INT8, 0},
    {"NULL::numeric", NULL, PG_NUMERIC, 0},
    {"123456789012345678901234567890.1234567890::numeric", "123456789012345678901234567890.1234567890",
     PG_NUMERIC, 0},
    {"0::numeric", "0", PG_NUMERIC, 0},
    {"0.00::numeric(9,2)", "0.00", PG_NUMERIC, 0},
    {"(-0.05)::numeric(9,2)", "-0.05", PG_NUMERIC, 0},
    {"100000000.00::numeric(14,2)", "100000000.00", PG_NUMERIC, 0},
    {"12345.5::numeric(14,4)", "12345.5000", PG_NUMERIC, 0},
    {"0.00001234::numeric", "0.00001234", PG_NUMERIC, 0},
    {"10000::numeric", "10000", PG_NUMERIC, 0},
    {"'NaN'::numeric", "NaN", PG_NUMERIC, 0},
    {"'-Infinity'::numeric", "-Infinity", PG_NUMERIC, 0},
};
enum { VALUES = sizeof values / sizeof *values };

static void check_values(PGconn *connection) {
    char sql[4096] = "SELECT ";
    for (size_t i = 0; i < VALUES; i++)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "%s%s AS c%zu", i ? ", " : "", values[i].sql,
                 i);
    struct pg pg;
    struct error error = {0};
    struct arena arena = {0};
    cr_assert(pg_open(&pg, connection, sql, NULL, &error), "%s", error.message);
    cr_assert(pg.column_count == VALUES);
    cr_assert(pg_next(&pg, &error) == FLOW_MORE, "%s", error.message);
    for (size_t i = 0; i < VALUES; i++) {
        struct span text;
        cr_expect(pg.columns[i].type == values[i].type, "%s", values[i].sql);
        cr_expect(pg_text(pg.columns[i].type, pg.fields[i], &arena, &text), "%s", values[i].sql);
        struct span expected = {values[i].text, values[i].text ? strlen(values[i].text) : 0};
        cr_expect(span_equal(text, expected) && !text.bytes == !values[i].text, "%s is %.*s", values[i].sql,
                  (int)text.size, text.bytes);
        bool counted = values[i].type != PG_TEXT && values[i].type != PG_NUMERIC && values[i].type != PG_UUID;
        cr_expect(!counted || pg_integer(pg.fields[i]) == values[i].integer, "%s", values[i].sql);
    }
    cr_assert(pg_next(&pg, &error) == FLOW_END && pg.rows == 1, "%s", error.message);
    pg_close(&pg);
    arena_free(&arena);
    cr_assert(PQtransactionStatus(connection) == PQTRANS_IDLE && !PQisnonblocking(connection));
}

/* Closed before its end: the rest is dropped, the connection stays usable. */
static void check_closed_early(PGconn *connection) {
    for (int time = 0; time < 2; time++) {
        struct pg pg;
        struct error error = {0};
        cr_assert(pg_open(&pg, connection, "WITH a AS (SELECT generate_series(1, 9) AS n) SELECT n FROM a;  ",
                          NULL, &error),
                  "%d: %s", time, error.message);
        cr_assert(pg_next(&pg, &error) == FLOW_MORE);
        cr_expect_eq(pg_integer(pg.fields[0]), 1);
        pg_close(&pg);
    }
}

/* What must be refused, by whom and how it is said. */
static const struct {
    const char *sql, *said;
    enum trouble trouble;
} refused[] = {
    {"DELETE FROM person", "SELECT", TROUBLE_USAGE},
    {"SELECT 1; SELECT 2", "SELECT", TROUBLE_USAGE},
    {"SELECT 1; DROP TABLE person", "SELECT", TROUBLE_USAGE},
    {"SELECT 1) TO STDOUT; DELETE FROM person; --", "SELECT", TROUBLE_USAGE},
    {"SELECT 1) TO PROGRAM 'touch /tmp/no' --", "42601", TROUBLE_USAGE},
    {"SELECT 1 /* open", "SELECT", TROUBLE_USAGE},
    {"", "SELECT", TROUBLE_USAGE},
    {"WITH gone AS (DELETE FROM person RETURNING name) SELECT name FROM gone", "25006", TROUBLE_USAGE},
    {"SELECT nextval('numbers')", "25006", TROUBLE_USAGE},
    {"SELECT name INTO other FROM person", "没有列", TROUBLE_USAGE},
    {"SELECT name FROM persons", "42P01", TROUBLE_USAGE},
    {"SELECT nmae FROM person", "42703", TROUBLE_USAGE},
    {"SELECT nmae FROM person", "第 8 个字符", TROUBLE_USAGE},
    {"SELECT fee FROM person", "double precision", TROUBLE_USAGE},
    {"SELECT now() AS moment", "timestamp with time zone", TROUBLE_USAGE},
    {"SELECT ARRAY[1] AS several", "several", TROUBLE_USAGE},
    {"SELECT FROM person", "没有列", TROUBLE_USAGE},
    {"SELECT $1::text", "42P02", TROUBLE_USAGE},
    {"SELECT 1 / (0 * id)::int FROM person", "22012", TROUBLE_FAILED},
};

static void check_refused(PGconn *connection) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct pg pg;
        struct error error = {0};
        enum flow flow = FLOW_FAILED;
        if (pg_open(&pg, connection, refused[i].sql, NULL, &error))
            while ((flow = pg_next(&pg, &error)) == FLOW_MORE) continue;
        pg_close(&pg);
        cr_expect(flow == FLOW_FAILED && strstr(error.message, refused[i].said), "%s: %s", refused[i].sql,
                  error.message);
        cr_expect(error.trouble == refused[i].trouble, "%s: %s", refused[i].sql, error.message);
        cr_assert(PQtransactionStatus(connection) == PQTRANS_IDLE, "%s left a transaction", refused[i].sql);
    }
}

static void check_deadline(PGconn *connection) {
    struct pg pg;
    struct error error = {0};
    const struct pg_limits limits = {.seconds = 1};
    enum flow flow = FLOW_FAILED;
    bool open = pg_open(&pg, connection, "SELECT id FROM person, pg_sleep(30)", &limits, &error);
    if (open) flow = pg_next(&pg, &error);
    cr_assert(flow == FLOW_FAILED && error.trouble == TROUBLE_LATER, "%s", error.message);
    pg_close(&pg);
    /* The server was told to stop, so the connection is free at once. */
    cr_assert(PQtransactionStatus(connection) == PQTRANS_IDLE);
}

/* Rows that a second connection changes between two queries of one transaction are not seen. */
static void check_one_state(struct server *server) {
    struct error error = {0};
    char conninfo[128];
    snprintf(conninfo, sizeof conninfo, "host=%s dbname=postgres user=test", server->folder);
    PGconn *other = PQconnectdb(conninfo);
    cr_assert(pg_begin(other, NULL, &error), "%s", error.message);
    for (int round = 0; round < 2; round++) {
        struct pg pg;
        cr_assert(pg_open(&pg, other, "SELECT count(*) FROM person", NULL, &error), "%s", error.message);
        cr_assert(pg_next(&pg, &error) == FLOW_MORE && pg_integer(pg.fields[0]) == 1);
        cr_assert(pg_next(&pg, &error) == FLOW_END);
        pg_close(&pg);
        cr_assert(PQtransactionStatus(other) == PQTRANS_INTRANS, "the transaction is the caller's");
        cr_assert(server_run(server, "INSERT INTO person VALUES (2, '李四', 1.5)"));
    }
    PQfinish(other);
}

static double cpu_seconds(void) {
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
           (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

/* Every row arrives, whatever the packets look like; TONGCHOU_PG_SPEED=rows prints what a row costs. */
static void check_many(PGconn *connection) {
    const char *asked = getenv("TONGCHOU_PG_SPEED");
    int64_t rows = asked ? atoll(asked) : 100000, sum = 0;
    char sql[256];
    struct pg pg;
    struct error error = {0};
    enum flow flow;
    snprintf(sql, sizeof sql,
             "SELECT i, i * 100::int8 AS fee, 'p' || i AS psn, DATE '2020-01-01' AS day FROM "
             "generate_series(1, %lld) AS t(i)",
             (long long)rows);
    double before = cpu_seconds();
    cr_assert(pg_open(&pg, connection, sql, NULL, &error), "%s", error.message);
    while ((flow = pg_next(&pg, &error)) == FLOW_MORE) {
        sum += pg_integer(pg.fields[1]);
        cr_assert(pg.fields[2].size > 1 && pg.fields[2].bytes[0] == 'p');
    }
    double seconds = cpu_seconds() - before;
    cr_assert(flow == FLOW_END, "%s", error.message);
    cr_assert(pg.rows == (uint64_t)rows && sum == rows * (rows + 1) / 2 * 100);
    pg_close(&pg);
    if (asked) fprintf(stderr, "%.2f M rows/s of client CPU\n", (double)rows / 1e6 / seconds);
}

Test(pg, reads_what_a_server_says, .timeout = 600) {
    struct server server;
    cr_assert(server_start(&server), "no PostgreSQL to test with");
    cr_assert(server_run(&server, "CREATE TABLE person (id int, name text, fee float8);"
                                  "INSERT INTO person VALUES (1, '张三', 1.5); CREATE SEQUENCE numbers"));
    check_values(server.connection);
    check_closed_early(server.connection);
    check_refused(server.connection);
    check_deadline(server.connection);
    check_one_state(&server);
    check_many(server.connection);
    server_stop(&server);
}

/* A server that is killed in the middle is a failure for later, never an end. */
Test(pg, a_lost_server_is_no_end, .timeout = 600) {
    struct server server;
    cr_assert(server_start(&server), "no PostgreSQL to test with");
    struct pg pg;
    struct error error = {0};
    enum flow flow = FLOW_MORE;
    char conninfo[128];
    snprintf(conninfo, sizeof conninfo, "host=%s dbname=postgres user=test", server.folder);
    PGconn *other = PQconnectdb(conninfo);
    cr_assert(pg_open(&pg, other, "SELECT i FROM generate_series(1, 100000000) AS t(i)", NULL, &error));
    for (int i = 0; i < 1000; i++) cr_assert(pg_next(&pg, &error) == FLOW_MORE);
    cr_assert(server_run(&server,
                         "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'COPY%'"));
    while (flow == FLOW_MORE) flow = pg_next(&pg, &error);
    cr_assert(flow == FLOW_FAILED && error.trouble == TROUBLE_LATER, "%s", error.message);
    pg_close(&pg);
    PQfinish(other);
    server_stop(&server);
}
