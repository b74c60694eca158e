/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_DESK_H
#define CLI_PERSON_DESK_H
#include "cli/papers.h"
#include "cli/person/person.h"
#include "load/registry.h"
#include "report/output.h"

/* The city and its database, open for a steward's command. */
struct desk {
    struct invocation *invocation;
    struct arena *arena;
    struct city city;
    struct database database;
    struct registry registry;
    struct session *session; /* the registry's */
    struct report_options options;
    bool database_open, registry_open;
};

/* With --unmask, `what` is written into the history before anything is shown.
   Fails: TROUBLE_USAGE city.yaml; TROUBLE_LATER the database is away.  Call desk_close either way. */
bool desk_open(struct desk *desk, struct invocation *invocation, const char *what, struct error *error);
void desk_close(struct desk *desk);
/* Ends the transaction under way: commits what went well, unless nothing is to be written. */
bool desk_end(struct desk *desk, bool ok, struct error *error);
/* The number in a text, all of it digits; 0: none. */
int64_t desk_number(const char *text);
/* A cell of a result, in `arena`. */
struct span desk_cell(const PGresult *rows, int row, int column, struct arena *arena);
/* A file that is there and whole, or not there: `output` is to be closed.  `page`: opens its stream, else a
   library writes to output->temporary. */
bool desk_output(struct output *output, const char *path, bool page, struct error *error);
/* The page beside a workbook: "review.html" of "review.xlsx". */
const char *desk_page(const char *path, struct arena *arena);
#endif
