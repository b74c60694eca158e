/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_PGCOPY_H
#define EXTRACT_PGCOPY_H
#include "extract/pg.h"
#include <stdio.h>

/* What a query gave, as a file: PostgreSQL's own COPY BINARY, whose header's extension area holds the names
   and types of the columns, the service and the query.  So it is a delivery like any other file (its hash,
   its trace, its replay), and `COPY table FROM 'file' (FORMAT binary)` reads it too.  The same rows give the
   same bytes: no time stands in it.  The format `postgres` reads it back. */
struct pgcopy_origin {
    const char *service, *query;
};

/* Writes the rows of a fresh `pg` to their end.  Fails as pg_next does, or when the disk is full; the file is
   then not whole, which a reader sees. */
bool pgcopy_write(struct pg *pg, const struct pgcopy_origin *origin, FILE *to, struct error *error);
/* Where a file came from, by its beginning; false when that does not say. */
bool pgcopy_origin(struct span head, struct arena *arena, struct pgcopy_origin *origin);
#endif
