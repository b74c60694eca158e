/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_DATABASE_H
#define LOAD_DATABASE_H
#include "core/error.h"
#include "core/span.h"
#include <libpq-fe.h>
#include <stdatomic.h>

enum { CONNINFO_BYTES = 512, DATABASE_ARGUMENTS_MAX = 32 };

/* Where the city's records are.  `embedded`: a private cluster of this city, started when needed and
   stopped by the last process that leaves; `service=NAME`: somebody else's server, as libpq says it. */
struct database {
    char conninfo[CONNINFO_BYTES]; /* for anyone who speaks libpq: report, extract/pg */
    char folder[256];              /* embedded: the cluster's folder; else "" */
    int lease;                     /* embedded: descriptor of the shared lock; else -1 */
    const _Atomic bool *stop;      /* an interrupt has come; set after database_open, or NULL */
};

/* One connection.  Nonblocking, with a deadline on every wait; used by one thread at a time.
   An interrupt cancels the statement under way, or refuses the next one, with TROUBLE_LATER, once per
   session: what then takes back and records may speak.  ROLLBACK is never refused. */
struct session {
    PGconn *connection;
    int seconds;              /* deadline of a single statement; 0: DATABASE_SECONDS */
    char state[6];            /* SQLSTATE of the last failure; "" when the server sent none */
    const _Atomic bool *stop; /* the database's, when the session was opened */
    bool cancelled;           /* the server was asked to end the statement under way */
    bool told;                /* the interrupt was told as an error */
};
enum { DATABASE_SECONDS = 3600, CANCEL_SECONDS = 5 };

/* Opens the database of the city in folder `city` and brings its schema up to date.
   `where` is city.yaml's `database`: "embedded" or "service=NAME".  Passwords are refused in it.
   Fails:  TROUBLE_LATER away, starting, full; TROUBLE_USAGE another major version, a newer schema of
           ours, or an older one held by a running process. */
bool database_open(struct database *database, const char *where, const char *city, struct error *error);
void database_close(struct database *database); /* the last one out stops an embedded server */
/* Removes an embedded cluster that nobody uses, with everything in it (tests, `init --again`). */
bool database_remove(const char *city, struct error *error);

bool session_open(struct session *session, const struct database *database, const char *name,
                  struct error *error);
void session_close(struct session *session);

/* Runs statements without arguments or result.  Messages hold the SQLSTATE and `sql`'s first words
   as given here, never the server's text: that may quote a person. */
bool session_run(struct session *session, const char *sql, struct error *error);
/* One statement with text arguments (NULL: SQL null); NULL on failure.  The caller clears the result. */
PGresult *session_ask(struct session *session, const char *sql, int count, const char *const *arguments,
                      struct error *error);
/* The same with the result's fields in binary. */
PGresult *session_ask_binary(struct session *session, const char *sql, int count,
                             const char *const *arguments, struct error *error);
/* session_ask in two halves, for work on several connections at once: the first only sends. */
bool session_send(struct session *session, const char *sql, struct error *error);
PGresult *session_receive(struct session *session, const char *sql, struct error *error);
/* As session_ask where only success matters; `rows` (or NULL) gets the number of rows touched. */
bool session_tell(struct session *session, const char *sql, int count, const char *const *arguments,
                  int64_t *rows, struct error *error);

/* COPY ... FROM STDIN: begin, send as often as needed, end (returns the rows taken in `rows`). */
bool session_copy_begin(struct session *session, const char *sql, struct error *error);
bool session_copy_send(struct session *session, const char *bytes, size_t size, struct error *error);
bool session_copy_end(struct session *session, int64_t *rows, struct error *error);
/* COPY ... TO STDOUT to its end: `take` gets a piece, in the binary format one row, at a time. */
bool session_copy_out(struct session *session, const char *sql,
                      void (*take)(void *context, const char *bytes, size_t size), void *context,
                      struct error *error);
/* ROLLBACK; session->state still says what failed before it.  False when nobody is there to take it. */
bool session_take_back(struct session *session);
/* True when the last failure left no connection to speak over. */
bool session_lost(const struct session *session);

#endif
