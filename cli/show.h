/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H
#include "cli/papers.h"
#include "cli/command.h"

/* Prints every table of report/sql/NAME.sql as text, or as JSON; `county` is a code or NULL; `run` 0: the
 * latest. */
bool show_report(PGconn *connection, const struct city *city, const char *name, const char *county, int run,
                 const struct invocation *invocation, struct error *error);
/* Opens the city's database for reading, shows the report, closes it. */
bool show_city(const char *name, const char *county, int run, struct invocation *invocation,
               struct error *error);
#endif
