/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_SERVER_H
#define BENCH_SPEED_SERVER_H
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { SERVER_PATH = 512 };

/* The city's own embedded PostgreSQL, kept up for the whole measurement: we hold its lease, as any
   process of the program does.  Everything that is compared runs on this one server. */
struct server {
    const char *city, *program, *log; /* the caller's */
    char folder[SERVER_PATH], socket[SERVER_PATH];
    PGconn *control, *listener; /* the listener hears of a commit */
    pid_t postmaster;
    int lease;
};

/* One thing done once: microseconds; CPU of the program with its children, and of the whole server. */
struct sample {
    int64_t wall, commit; /* commit: from the start until the delivery was committed; 0 when it was not */
    int64_t client, server;
    int64_t server_commit; /* of the server's, what was used until the commit */
    int64_t other;         /* CPU that others used meanwhile: the noise */
    int64_t peak_kib;
    int status; /* exit code */
};

/* Creates the database of `city` and keeps it up.  Every failure of this file is told on standard
   error and ends in false. */
bool server_open(struct server *server, const char *city, const char *program, const char *log);
void server_close(struct server *server); /* stops and removes it */

/* One more connection, which the caller finishes; NULL on failure. */
PGconn *server_connect(const struct server *server);
/* Empties the database as if the city had just been made; nothing is left to be written behind. */
bool server_reset(struct server *server);
bool server_sql(struct server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The first cell of the answer as a whole number; -1 on failure. */
int64_t server_number(struct server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The first cell of the answer, which the caller frees; NULL on failure. */
char *server_text(struct server *server, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What a COPY ... TO STDOUT says, as a file. */
bool server_export(struct server *server, const char *sql, const char *path);

/* Runs `command` in a shell and waits for it; its output goes to the log. */
bool server_run(struct server *server, const char *command, struct sample *sample);
/* Sends ready-made files by COPY ... FROM STDIN, each over a connection of its own, at once. */
bool server_send(struct server *server, const char *sql, const char *const *paths, unsigned count,
                 struct sample *sample);
#endif
