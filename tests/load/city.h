/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TESTS_LOAD_CITY_H
#define TESTS_LOAD_CITY_H
#include "load/lane.h"
#include "load/registry.h"

/* One embedded PostgreSQL for the whole test program; every test takes a county of its own, and what looks at
   every county, or is slowed by the partitions of all of them, a database of its own. */
struct city {
    struct database database;
    struct registry registry;
    struct arena arena;
    struct error error;
};

void city_enter(struct city *city); /* fails the test when there is no database */
void city_enter_alone(struct city *city);
void city_leave(struct city *city);
/* Asks in a session of its own, again and again for ten minutes, until the query says "t"; false: it never
   did.  Of no test's thread, so it asserts nothing. */
bool city_await(const struct database *database, const char *sql);
const char *city_folder(void);
/* The first value of a query, for assertions; "" when there is none.  Lives in the city's arena. */
const char *city_ask(struct city *city, const char *sql);
void city_run(struct city *city, const char *sql);
/* Runs `sql` with VALUES and `values` in the place of VALUES_HERE; NULL values: nothing. */
void city_put(struct city *city, const char *sql, const char *values);
/* Makes one step of transform/set for a county, in the transaction that is open; `name` is a part of its
   path. */
void city_step(struct city *city, const char *name, const char *county);
#endif
