/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SQL_SCRIPT_H
#define EXTRACT_SQL_SCRIPT_H
#include "core/map.h"
#include "extract/sql/value.h"
#include "extract/source.h"

/* Walks a script statement by statement and hands out the rows of one table. */
enum { SQL_COLUMNS_MAX = 4096, SQL_TABLES_MAX = 4096, SQL_ITEM_MAX = 8 << 20 };

enum sql_mode {
    SQL_START,     /* a statement begins */
    SQL_SKIP,      /* inside one that is none of ours */
    SQL_VALUES,    /* after VALUES or a row */
    SQL_COPY,      /* lines of ours up to \. */
    SQL_COPY_SKIP, /* lines of another table */
};

struct sql_names {
    uint32_t count;
    const struct span *names; /* UTF-8 */
};

struct sql_row {
    struct span raw;
    uint32_t count;           /* values found, may pass what the statement names */
    struct sql_value *values; /* [SQL_COLUMNS_MAX] */
    bool broken;              /* a stray quote: the row could not be cut into values */
};

struct script {
    struct sql_cursor cursor;
    struct decoder *decoder;
    struct arena *keep; /* names of created tables live here */
    const char *table;  /* wanted; NULL: the only one */
    struct span only;   /* the table whose rows are given out; empty: none seen yet */
    struct map created; /* upper-case name of a table -> struct sql_names * */
    uint32_t created_count;
    enum sql_mode mode;
    struct sql_names listed; /* of the statement at hand; count 0: it names none */
    uint64_t line;           /* of `counted` */
    const char *counted;
    uint64_t rows;        /* given out, with the last one */
    bool fresh;           /* a line end stood before what is read next */
    bool expecting;       /* a row must follow: after VALUES, after a comma */
    struct arena scratch; /* names of the statement at hand */
    struct span header;   /* its bytes from INSERT to VALUES, which most statements repeat */
    enum sql_mode header_mode;
    uint64_t header_number; /* grows with every header that differs from the one before */
};

enum sql_step { SQL_ROW, SQL_NEED, SQL_DONE, SQL_FAILED };

/* The next row of the table.  SQL_NEED: keep what stands from cursor.at on and come again with more. */
enum sql_step script_next(struct script *script, struct arena *arena, struct sql_row *row,
                          struct error *error);
/* Sets the cursor on a new chunk that begins where the cursor stood. */
void script_chunk(struct script *script, struct span chunk, bool final);
/* Counts the lines up to the cursor while the chunk is still there: it is the batch's, and the next one comes
   when the batch may be in use again.  Before every script_chunk but the first. */
void script_leave(struct script *script);
/* Columns of a table that the script creates; NULL: it does not. */
const struct sql_names *script_created(const struct script *script, struct span table);
void script_close(struct script *script);
#endif
