/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/report/server.h"
#include "core/shipped.h"
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* initdb refuses root, so root runs it as somebody who owns nothing. */
static bool as_user(const char *folder, const char *command) {
    char line[1024];
    const char *user = getpwnam("postgres") ? "postgres" : "nobody";
    if (geteuid() == 0)
        snprintf(line, sizeof line, "cd %s && setpriv --reuid=%s --regid=%s --clear-groups sh -c '%s'",
                 folder, user, strcmp(user, "nobody") == 0 ? "nogroup" : user, command);
    else snprintf(line, sizeof line, "cd %s && sh -c '%s'", folder, command);
    return system(line) == 0;
}

bool server_start(struct server *server) {
    char command[512], conninfo[256];
    snprintf(server->folder, sizeof server->folder, "/tmp/report-pg-XXXXXX");
    server->connection = NULL;
    if (!mkdtemp(server->folder)) return false;
    const struct passwd *user = getpwnam("postgres") ? getpwnam("postgres") : getpwnam("nobody");
    if (geteuid() == 0 && (!user || chown(server->folder, user->pw_uid, user->pw_gid) != 0)) return false;
    if (!as_user(server->folder, "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1);"
                                 " initdb -D data -U test -A trust -E UTF8 --no-locale --no-sync >log 2>&1"))
        return false;
    snprintf(command, sizeof command,
             "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1);"
             " pg_ctl -D data -w -t 600 -l log -o \"-k %s -h \\\"\\\" -c fsync=off\" start >/dev/null 2>&1",
             server->folder);
    if (!as_user(server->folder, command)) return false;
    snprintf(conninfo, sizeof conninfo, "host=%s dbname=postgres user=test", server->folder);
    server->connection = PQconnectdb(conninfo);
    return PQstatus(server->connection) == CONNECTION_OK;
}

void server_stop(struct server *server) {
    char command[128];
    PQfinish(server->connection);
    as_user(server->folder, "PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -1);"
                            " pg_ctl -D data -w -m immediate stop >/dev/null 2>&1");
    snprintf(command, sizeof command, "rm -rf %s", server->folder);
    if (system(command) != 0) fprintf(stderr, "left behind: %s\n", server->folder);
}

bool server_run(struct server *server, const char *sql) {
    PGresult *result = PQexec(server->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!good) fprintf(stderr, "%s", PQerrorMessage(server->connection));
    PQclear(result);
    return good;
}

bool server_file(struct server *server, const char *path) {
    FILE *stream = fopen(path, "rb");
    if (!stream) return false;
    static char text[1 << 18];
    size_t size = fread(text, 1, sizeof text - 1, stream);
    fclose(stream);
    text[size] = '\0';
    return server_run(server, text);
}

static const struct report_county counties[] = {
    {"690102", "qinghe", "青禾区"},
    {"690181", "linzhu", "临渚市"},
    {"690123", "shiliu", "石榴县"},
};

struct report_options server_options(const char *directory) {
    return (struct report_options){.run = 2,
                                   .directory = directory,
                                   .city = "云川市",
                                   .date = "2021-01-05",
                                   .program = "tongchou 0.1.0",
                                   .program_sha256 = "ab",
                                   .counties = counties,
                                   .county_count = 3,
                                   .mask = {.key = (const unsigned char *)"secret", .key_size = 6}};
}

bool server_schema(struct server *server) {
    static const char kinds[] = "load/schema/kind/";
    uint64_t at = 0;
    bool ok = true;
    for (struct shipped file; ok && shipped_next(&at, &file);) {
        static char text[1 << 18], make[200];
        if (!shipped_under(&file, "load/schema/") || file.bytes.size >= sizeof text) continue;
        memcpy(text, file.bytes.bytes, file.bytes.size);
        text[file.bytes.size] = '\0';
        size_t skip = sizeof kinds - 1;
        bool kind = file.path.size > skip && memcmp(file.path.bytes, kinds, skip) == 0;
        snprintf(make, sizeof make, "SELECT record.make('%.*s')", (int)(file.path.size - skip - 4),
                 file.path.bytes + skip);
        ok = server_run(server, text) && (!kind || server_run(server, make));
    }
    return ok;
}
