/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_SHOW_H
#define CLI_SHOW_H
#include "cli/papers.h"
#include "cli/command.h"

/* One report and how it is wanted. */
struct shown {
    const char *name;   /* report/sql/NAME.sql */
    const char *county; /* a code; NULL: all of them */
    int run;            /* as things stood at its end; 0: the latest */
    const char *month;  /* 202006; NULL: the last one with a settlement */
    const char *out;    /* a file ending in .xlsx, .html, .json or .txt; NULL: printed as text or as JSON */
};

/* Prints every table of the report, or writes them into one file. */
bool show_report(PGconn *connection, const struct city *city, const struct shown *shown,
                 const struct invocation *invocation, struct error *error);
/* Opens the city's database for reading, shows the report, closes it.  `county`: a folder, name or code,
 * NULL: all. */
bool show_city(struct shown shown, const char *county, struct invocation *invocation, struct error *error);
#endif
