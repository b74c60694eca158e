/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/away.h"
#include "core/language.h"
#include <stdio.h>
#include <string.h>

enum { REASON_BYTES = 160, ADDRESS_BYTES = 160 };

static void say_nothing(void *context, const char *text) {
    (void)context;
    (void)text;
}

void away_hush(PGconn *connection) { PQsetNoticeProcessor(connection, say_nothing, NULL); }

/* Before a session stands there is no SQLSTATE to go by, so the words of libpq 15 (fe-connect.c) and of the
   server's postmaster.c and auth.c are looked for; others are passed on as they are. */
static const struct {
    const char *words;
    enum trouble trouble;
    const char *zh, *en;
} reasons[] = {
    {"Connection refused", TROUBLE_LATER, "那里没有数据库在运行", "no database is running there"},
    {"No such file or directory", TROUBLE_LATER, "那里没有数据库在运行", "no database is running there"},
    {"could not translate host name", TROUBLE_LATER, "找不到这台主机", "the host is not known"},
    {"No route to host", TROUBLE_LATER, "网络到不了这台主机", "the network does not reach the host"},
    {"Network is unreachable", TROUBLE_LATER, "网络到不了这台主机", "the network does not reach the host"},
    {"imed out", TROUBLE_LATER, "等不到回答", "no answer came in time"},
    {"timeout expired", TROUBLE_LATER, "等不到回答", "no answer came in time"},
    {"shutting down", TROUBLE_LATER, "数据库正在关闭", "the database is shutting down"},
    {"starting up", TROUBLE_LATER, "数据库正在启动", "the database is starting up"},
    {"recovery mode", TROUBLE_LATER, "数据库正在恢复", "the database is recovering"},
    {"not yet accepting", TROUBLE_LATER, "数据库正在恢复", "the database is recovering"},
    {"too many clients", TROUBLE_LATER, "数据库的连接已满", "the database has no connection left"},
    {"connection slots are reserved", TROUBLE_LATER, "数据库的连接已满",
     "the database has no connection left"},
    {"definition of service", TROUBLE_USAGE, "pg_service.conf 里没有这个服务名",
     "pg_service.conf has no such service"},
    {"service file", TROUBLE_USAGE, "找不到或读不懂 pg_service.conf",
     "pg_service.conf is not there or wrong"},
    {"no password supplied", TROUBLE_USAGE, "要口令而 .pgpass 里没有",
     "a password is wanted and .pgpass has none"},
    {"password authentication failed", TROUBLE_USAGE, "口令不对，请改 .pgpass",
     "the password is wrong; mend .pgpass"},
    {"pg_hba.conf", TROUBLE_USAGE, "数据库不许从这里连接(pg_hba.conf)",
     "the database allows no connection from here (pg_hba.conf)"},
    {"role \"", TROUBLE_USAGE, "数据库里没有这个用户", "the database has no such user"},
    {"database \"", TROUBLE_USAGE, "服务器上没有这个库", "the server has no such database"},
};

/* "127.0.0.1:5432", "/run/postgresql" or nothing. */
static void address_of(const PGconn *connection, char text[ADDRESS_BYTES]) {
    const char *host = PQhost(connection), *port = PQport(connection);
    text[0] = '\0';
    if (host && *host)
        snprintf(text, ADDRESS_BYTES, " %s%s%s", host, *host != '/' && port ? ":" : "",
                 *host != '/' && port ? port : "");
}

bool away_error(const PGconn *connection, struct error *error) {
    char address[ADDRESS_BYTES], first[REASON_BYTES];
    const char *said = connection ? PQerrorMessage(connection) : "";
    address_of(connection, address);
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strstr(said, reasons[i].words))
            return error_code(error, reasons[i].trouble, NULL,
                              TEXT("连不上数据库%s：%s", "cannot reach the database%s: %s"), address,
                              TEXT(reasons[i].zh, reasons[i].en));
    snprintf(first, sizeof first, "%.*s", (int)strcspn(said, "\n"), said);
    return error_code(error, TROUBLE_LATER, NULL,
                      TEXT("连不上数据库%s：%s", "cannot reach the database%s: %s"), address,
                      *first ? first : TEXT("等不到回答", "no answer came in time"));
}
