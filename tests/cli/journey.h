/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_CLI_JOURNEY_H
#define TESTS_CLI_JOURNEY_H
#include "cli/table.h"
#include "core/arena.h"
#include "load/database.h"

/* Against a hang, never a measure of speed: a busy machine under a sanitizer is many times slower. */
enum { JOURNEY_SECONDS = 1800 };

/* How far the city has come when the journey begins.  The last two are made once per test program and
   copied (tests/cli/once.h); their server does not wait for the disk and stays up until journey_end, as
   beside a second process.  Whoever tests the first run, or how a command starts and ends, begins new. */
enum journey_start {
    JOURNEY_NEW,       /* no database yet; every command starts the server and stops it */
    JOURNEY_EMPTY,     /* a database, nothing read */
    JOURNEY_PUBLISHED, /* after the first `run` of everything, exit 2 */
};

/* A sample city of its own under /tmp, worked on by the program as a person would, removed at the end. */
struct journey {
    struct arena arena;
    char city[64];
    const char *output;       /* of the last command, both streams */
    struct database database; /* keeps the server up; lease -1: it is not kept */
};

void journey_begin(struct journey *journey); /* new */
void journey_begin_at(struct journey *journey, enum journey_start start);
void journey_end(struct journey *journey);
/* From here on the server stays up between the commands, as beside a second process: a start and a stop
   cost ten times what a small command does.  Let go before what removes the database. */
void journey_hold(struct journey *journey);
void journey_let_go(struct journey *journey);

/* Runs "tongchou ARGUMENTS" in the city; the exit code, and its words in `output`. */
int journey_run(struct journey *journey, const char *arguments);
/* The same; fails the test when it ends otherwise or does not say `said` (NULL: anything). */
void journey_expect(struct journey *journey, const char *arguments, int code, const char *said);
/* The first cell of a query over the city's database; fails the test when there is none. */
const char *journey_ask(struct journey *journey, const char *sql);
/* Waits until the city's database has no other session: one that has ended lets go of its counties and tells
   what it read a moment after its program is gone. */
void journey_alone(struct journey *journey);
/* What is published, without where it came from: county, key, content and source row of every record. */
const char *journey_content(struct journey *journey);

/* The bytes of a file of the city. */
struct span journey_file(struct journey *journey, const char *path);
void journey_write(struct journey *journey, const char *path, struct span bytes);

/* One line of a filled-in list. */
struct journey_line {
    const char *reject, *column, *value, *decision, *comment, *handler;
};
/* A workbook as a county returns it, its columns moved and a title above; at `path` of the city. */
void journey_book(struct journey *journey, const char *path, const struct journey_line *lines, size_t count);
/* The column of that name in a table that was read back; -1: none. */
int journey_column(const struct table *table, const char *name);
#endif
