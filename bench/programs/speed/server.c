/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/programs/speed/server.h"
#include "bench/programs/speed/clock.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SQL_BYTES = 8192, SEND_BYTES = 64 << 10, CONNECTIONS_MAX = 8 };

static bool trouble(const char *what, const char *why) {
    fprintf(stderr, "bench: %s: %s\n", what, why);
    return false;
}

PGconn *server_connect(const struct server *server) {
    const char *const words[] = {"host", "user", "dbname", NULL}, *const values[] = {server->socket,
                                                                                     "tongchou", "postgres",
                                                                                     NULL};
    PGconn *connection = PQconnectdbParams(words, values, 0);
    if (PQstatus(connection) == CONNECTION_OK) return connection;
    trouble("connect", PQerrorMessage(connection));
    PQfinish(connection);
    return NULL;
}

static PGresult *ask(struct server *server, const char *format, va_list arguments) {
    char sql[SQL_BYTES];
    vsnprintf(sql, sizeof sql, format, arguments);
    PGresult *result = PQexec(server->control, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    trouble(sql, PQerrorMessage(server->control));
    PQclear(result);
    return NULL;
}

bool server_sql(struct server *server, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PGresult *result = ask(server, format, arguments);
    va_end(arguments);
    PQclear(result);
    return result != NULL;
}

int64_t server_number(struct server *server, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PGresult *result = ask(server, format, arguments);
    va_end(arguments);
    int64_t number = result && PQntuples(result) ? strtoll(PQgetvalue(result, 0, 0), NULL, 10) : -1;
    PQclear(result);
    return number;
}

char *server_text(struct server *server, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PGresult *result = ask(server, format, arguments);
    va_end(arguments);
    char *text = result && PQntuples(result) ? strdup(PQgetvalue(result, 0, 0)) : NULL;
    PQclear(result);
    return text;
}

bool server_export(struct server *server, const char *sql, const char *path) {
    FILE *file = fopen(path, "we");
    if (!file) return trouble(path, "cannot create");
    PGresult *result = PQexec(server->control, sql);
    bool ok = PQresultStatus(result) == PGRES_COPY_OUT;
    PQclear(result);
    char *bytes = NULL;
    for (int size; ok && (size = PQgetCopyData(server->control, &bytes, 0)) > 0; PQfreemem(bytes))
        if (fwrite(bytes, 1, (size_t)size, file) != (size_t)size) ok = trouble(path, "cannot write");
    if (!ok) trouble(sql, PQerrorMessage(server->control));
    while ((result = PQgetResult(server->control))) {
        ok = ok && PQresultStatus(result) == PGRES_COMMAND_OK;
        PQclear(result);
    }
    return fclose(file) == 0 && ok;
}

/* The folder of the cluster and the folder of its socket both carry the city's id. */
static bool find_cluster(struct server *server) {
    char path[SERVER_PATH + 32], id[17] = "";
    snprintf(path, sizeof path, "%s/.tongchou/id", server->city);
    FILE *file = fopen(path, "re");
    if (!file || fread(id, 1, 16, file) != 16) return trouble(path, "cannot read");
    fclose(file);
    const char *run = getenv("XDG_RUNTIME_DIR");
    if (!run || run[0] != '/' || strlen(run) > 30) run = "/tmp";
    if (geteuid() == 0) {
        snprintf(server->folder, sizeof server->folder, "/var/lib/tongchou/%s", id);
        snprintf(server->socket, sizeof server->socket, "/run/tongchou-%s", id);
    } else {
        snprintf(server->folder, sizeof server->folder, "%s/.tongchou/postgres", server->city);
        snprintf(server->socket, sizeof server->socket, "%s/tongchou-%s", run, id);
    }
    return true;
}

static bool tell(struct server *server, const char *command) {
    char line[4 * SERVER_PATH];
    struct sample sample;
    snprintf(line, sizeof line, "exec '%s' %s --city '%s'", server->program, command, server->city);
    return server_run(server, line, &sample) && sample.status == 0;
}

bool server_open(struct server *server, const char *city, const char *program, const char *log) {
    *server = (struct server){.city = city, .program = program, .log = log, .lease = -1};
    /* The first makes the cluster and stops it again; the second leaves it up, since we hold the lease. */
    if (!tell(server, "status") || !find_cluster(server))
        return trouble("tongchou status", "failed, see the log");
    char path[SERVER_PATH + 32], line[32] = "";
    snprintf(path, sizeof path, "%s/lease", server->folder);
    server->lease = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (server->lease < 0 || flock(server->lease, LOCK_SH) != 0) return trouble(path, "cannot lock");
    if (!tell(server, "status")) return trouble("tongchou status", "failed, see the log");
    server->control = server_connect(server);
    server->listener = server_connect(server);
    snprintf(path, sizeof path, "%s/data/postmaster.pid", server->folder);
    FILE *file = fopen(path, "re");
    if (file && fgets(line, sizeof line, file)) server->postmaster = (pid_t)strtol(line, NULL, 10);
    if (file) fclose(file);
    if (!server->control || !server->listener || !server->postmaster) return trouble(path, "cannot read");
    PQclear(PQexec(server->listener, "LISTEN tongchou_bench"));
    return server_sql(server, "SET client_min_messages = error");
}

void server_close(struct server *server) {
    PQfinish(server->control);
    PQfinish(server->listener);
    server->control = server->listener = NULL; /* the command below listens no more */
    if (server->lease >= 0) close(server->lease);
    tell(server, "drop");
}

bool server_reset(struct server *server) {
    return server_sql(server,
                      "DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname !~"
                      " '^(pg_|information_schema$|public$|bench$)' LOOP EXECUTE format('DROP SCHEMA %%I "
                      "CASCADE', s);"
                      " END LOOP; END $$") &&
           tell(server, "status") &&
           server_sql(server, "CREATE SCHEMA IF NOT EXISTS bench;"
                              "CREATE OR REPLACE FUNCTION bench.told() RETURNS trigger LANGUAGE plpgsql AS"
                              " $$BEGIN NOTIFY tongchou_bench; RETURN NULL; END$$;"
                              "CREATE TRIGGER told AFTER INSERT ON intake.delivery FOR EACH STATEMENT"
                              " EXECUTE FUNCTION bench.told()") &&
           server_sql(server, "CHECKPOINT");
}

static void hear(struct server *server, int64_t since, int64_t used, struct sample *sample) {
    struct clock_cpu now;
    PQconsumeInput(server->listener);
    for (PGnotify *note; (note = PQnotifies(server->listener)); PQfreemem(note)) {
        if (!sample) continue;
        sample->commit = clock_now() - since;
        clock_cpu(server->postmaster, &now);
        sample->server_commit = now.server - used;
    }
}

static pid_t start(const struct server *server, const char *command) {
    pid_t child = fork();
    if (child != 0) return child;
    int output = open(server->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600),
        input = open("/dev/null", O_RDONLY);
    if (output < 0 || input < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(126);
    dprintf(1, "\n+ %s\n", command);
    execl("/bin/bash", "bash", "-c", command, (char *)NULL);
    _exit(127);
}

bool server_run(struct server *server, const char *command, struct sample *sample) {
    struct clock_cpu before, after;
    *sample = (struct sample){0};
    if (server->listener) hear(server, 0, 0, NULL);
    clock_cpu(server->postmaster, &before);
    int64_t since = clock_now();
    pid_t child = start(server, command);
    if (child < 0) return trouble(command, "cannot start");
    int handle = pidfd_open(child, 0);
    struct pollfd waits[2] = {{.fd = handle, .events = POLLIN},
                              {.fd = server->listener ? PQsocket(server->listener) : -1, .events = POLLIN}};
    while (!(waits[0].revents & POLLIN) && poll(waits, 2, -1) >= 0)
        if (waits[1].revents) hear(server, since, before.server, sample);
    int status;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) return trouble(command, "cannot wait");
    sample->wall = clock_now() - since;
    if (server->listener) hear(server, since, before.server, sample);
    close(handle);
    clock_cpu(server->postmaster, &after);
    sample->client = clock_microseconds(usage.ru_utime) + clock_microseconds(usage.ru_stime);
    sample->server = after.server - before.server;
    sample->other = after.machine - before.machine - sample->client - sample->server;
    sample->peak_kib = usage.ru_maxrss;
    sample->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

struct sending {
    PGconn *connection;
    const char *sql, *path;
    bool ok;
};

static bool send_file(PGconn *connection, const char *path) {
    static _Thread_local char bytes[SEND_BYTES];
    FILE *file = fopen(path, "re");
    if (!file) return trouble(path, "cannot read");
    bool ok = true;
    for (size_t size; ok && (size = fread(bytes, 1, sizeof bytes, file)) > 0;)
        ok = PQputCopyData(connection, bytes, (int)size) == 1;
    ok = ok && !ferror(file);
    fclose(file);
    ok = PQputCopyEnd(connection, ok ? NULL : "stopped") == 1 && ok;
    for (PGresult *result; (result = PQgetResult(connection)); PQclear(result))
        if (PQresultStatus(result) != PGRES_COMMAND_OK) ok = trouble(path, PQerrorMessage(connection));
    return ok;
}

static void *send_one(void *context) {
    struct sending *sending = context;
    PGresult *result = PQexec(sending->connection, sending->sql);
    sending->ok = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    if (!sending->ok) trouble(sending->sql, PQerrorMessage(sending->connection));
    sending->ok = sending->ok && send_file(sending->connection, sending->path);
    return NULL;
}

bool server_send(struct server *server, const char *sql, const char *const *paths, unsigned count,
                 struct sample *sample) {
    struct clock_cpu before, after;
    struct sending sends[CONNECTIONS_MAX] = {0};
    pthread_t threads[CONNECTIONS_MAX];
    bool ok = count <= CONNECTIONS_MAX;
    for (unsigned i = 0; ok && i < count; i++) {
        sends[i] = (struct sending){.connection = server_connect(server), .sql = sql, .path = paths[i]};
        ok = sends[i].connection != NULL;
    }
    *sample = (struct sample){0};
    clock_cpu(server->postmaster, &before);
    int64_t since = clock_now(), own = clock_own();
    for (unsigned i = 0; ok && i < count; i++)
        if (pthread_create(&threads[i], NULL, send_one, &sends[i]) != 0) abort();
    for (unsigned i = 0; ok && i < count; i++) pthread_join(threads[i], NULL);
    sample->wall = clock_now() - since;
    sample->client = clock_own() - own;
    clock_cpu(server->postmaster, &after);
    sample->server = after.server - before.server;
    sample->other = after.machine - before.machine - sample->client - sample->server;
    for (unsigned i = 0; i < count && i < CONNECTIONS_MAX; i++) {
        ok = ok && sends[i].ok;
        PQfinish(sends[i].connection);
    }
    return ok;
}
