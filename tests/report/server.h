/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_REPORT_SERVER_H
#define TESTS_REPORT_SERVER_H
#include "report/report.h"
#include <libpq-fe.h>
#include <stdbool.h>

/* A PostgreSQL of the test's own in a temporary folder, reached by socket only. */
struct server {
    char folder[64];
    PGconn *connection;
};
bool server_start(struct server *server); /* false: no PostgreSQL here, the test should be skipped */
void server_stop(struct server *server);
/* Runs a file of SQL, or a text; prints what is wrong and returns false. */
/* Everything under load/schema, kinds included, as the loader applies it. */
bool server_schema(struct server *server);
bool server_file(struct server *server, const char *path);
bool server_run(struct server *server, const char *sql);
/* Options of the fixture's run 2: its city, counties and day. */
struct report_options server_options(const char *directory);
#endif
