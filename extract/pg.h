/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PG_H
#define EXTRACT_PG_H
#include "core/stage.h"
#include "extract/pg_value.h"
#include <libpq-fe.h>
#include <stdatomic.h>

/* A query on a PostgreSQL as a stream of typed rows: COPY (query) TO STDOUT (FORMAT binary).

       struct pg pg;
       struct error error = {0};
       enum flow flow = FLOW_FAILED;
       if (pg_open(&pg, connection, "SELECT psn_no, pay_fen FROM ...", NULL, &error))
           while ((flow = pg_next(&pg, &error)) == FLOW_MORE)
               sum += pg_integer(pg.fields[1]);
       pg_close(&pg);                              flow == FLOW_END: every row was seen

   Only one SELECT or WITH, in a read-only transaction: the server refuses whatever writes.
   Types: int2 int4 int8 text varchar bpchar date timestamp numeric bool uuid and domains over them; any
   other is refused by the names of column and type (convert it in the query).
   Memory: one row and libpq's 16 KiB. */
struct pg {
    uint32_t column_count;
    const struct pg_column *columns; /* [column_count] */
    struct pg_field *fields;         /* [column_count] of the row at hand; valid until the next pg_next */
    struct span row;                 /* its bytes, from the count of fields on, as they came */
    uint64_t rows;                   /* so far */
    /* pg's own: */
    PGconn *connection;
    char *message; /* libpq's; owns `row` */
    bool own_transaction, was_nonblocking, ended;
    const _Atomic bool *stop;
    int seconds;
    struct arena arena;
};

/* How long one wait for the server may take, and what may end it early. */
struct pg_limits {
    int seconds;              /* 0: PG_SECONDS */
    const _Atomic bool *stop; /* an interrupt has come; NULL: none */
};
enum { PG_SECONDS = 3600, PG_CONNECT_SECONDS = 30, PG_CANCEL_SECONDS = 5, PG_QUERY_BYTES_MAX = 64 << 10 };

/* Connects to a service of pg_service.conf (never a connection string: nothing that could hold a password),
   nonblocking, within PG_CONNECT_SECONDS.  NULL with TROUBLE_LATER or TROUBLE_USAGE; PQfinish ends it. */
PGconn *pg_connect(const char *service, const struct pg_limits *limits, struct error *error);

/* Whether the service is a name and nothing else; TROUBLE_USAGE. */
bool pg_service(const char *service, struct error *error);

/* Starts the query on a connection of the caller's, which must be idle or inside a transaction.  Idle: a
   REPEATABLE READ READ ONLY transaction of its own.  Inside: the caller's, so that several queries see one
   state; only then is it the caller's business that it is read-only.
   Fails:  TROUBLE_USAGE no single SELECT, a type, syntax, names, rights; TROUBLE_LATER connection, deadline,
           interrupt.  Messages hold the SQLSTATE and the place in the query, never the server's text.
   On false nothing needs closing. */
bool pg_open(struct pg *pg, PGconn *connection, const char *query, const struct pg_limits *limits,
             struct error *error);
/* FLOW_MORE: a row is in `fields`.  FLOW_END: there are no more, and the server said that it sent all. */
enum flow pg_next(struct pg *pg, struct error *error);
/* Ends the COPY (cancelling it when rows are left) and its own transaction.  The connection stays the
   caller's and is idle again, or broken. */
void pg_close(struct pg *pg);

/* Begins the transaction that several pg_open may share. */
bool pg_begin(PGconn *connection, const struct pg_limits *limits, struct error *error);
/* The query without blanks and ';' at its end, when it is one SELECT or WITH; else TROUBLE_USAGE. */
bool pg_statement(const char *query, struct span *statement, struct error *error);
#endif
