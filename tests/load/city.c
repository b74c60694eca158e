/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/city.h"
#include "load/set.h"
#include "load/step.h"
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Ten minutes at least: what never comes must fail, however slow the machine. */
enum { AWAIT_MICROSECONDS = 5000, AWAIT_LOOKS = 120000 };

/* The parent process keeps the lease, so the server lives as long as the program. */
static struct database kept;

/* No test here looks at what a power cut leaves, so the disk is not waited for.  `fresh_city` is what
   city_enter_alone copies. */
static bool prepare(struct error *error) {
    struct session session = {0};
    bool ok = session_open(&session, &kept, "test", error) &&
              session_run(&session, "ALTER SYSTEM SET fsync = off", error) &&
              session_run(&session, "SELECT pg_reload_conf()", error);
    session_close(&session);
    struct database other = kept;
    snprintf(strstr(other.conninfo, "dbname="), 24, "dbname=template1");
    ok = ok && session_open(&session, &other, "test", error) &&
         session_run(&session, "CREATE DATABASE fresh_city TEMPLATE postgres", error);
    session_close(&session);
    return ok;
}

ReportHook(PRE_ALL)(struct criterion_test_set *set) {
    (void)set;
    char folder[64];
    snprintf(folder, sizeof folder, "/tmp/tongchou-load-XXXXXX");
    struct error error = {0};
    if (!mkdtemp(folder) || !database_open(&kept, "embedded", folder, &error) || !prepare(&error)) {
        fprintf(stderr, "no test database: %s\n", error.message);
        exit(1);
    }
    setenv("TONGCHOU_TEST_CITY", folder, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats) {
    (void)stats;
    struct error error = {0};
    database_close(&kept);
    if (!database_remove(city_folder(), &error)) fprintf(stderr, "%s\n", error.message);
    char path[96];
    snprintf(path, sizeof path, "%s/.tongchou/id", city_folder());
    remove(path);
    snprintf(path, sizeof path, "%s/.tongchou", city_folder());
    remove(path);
    remove(city_folder());
}

const char *city_folder(void) { return getenv("TONGCHOU_TEST_CITY"); }

static void open_city(struct city *city) {
    *city = (struct city){0};
    cr_assert(database_open(&city->database, "embedded", city_folder(), &city->error), "%s",
              city->error.message);
}

static void begin_run(struct city *city) {
    cr_assert(registry_open(&city->registry, &city->database, &city->error), "%s", city->error.message);
    const struct registry_start start = {
        .command = "run", .program = "test", .program_sha256 = "", .operator= "test@test" };
    cr_assert(registry_begin(&city->registry, &start, &city->error), "%s", city->error.message);
}

void city_enter(struct city *city) {
    open_city(city);
    begin_run(city);
}

void city_enter_alone(struct city *city) {
    struct session session = {0};
    char sql[80], *name;
    open_city(city);
    snprintf(sql, sizeof sql, "CREATE DATABASE alone_%d TEMPLATE fresh_city", (int)getpid());
    cr_assert(session_open(&session, &city->database, "test", &city->error) &&
                  session_run(&session, sql, &city->error),
              "%s", city->error.message);
    session_close(&session);
    name = strstr(city->database.conninfo, "dbname=");
    cr_assert(name);
    snprintf(name, 32, "dbname=alone_%d", (int)getpid());
    begin_run(city);
}

bool city_await(const struct database *database, const char *sql) {
    struct session session = {0};
    struct error error = {0};
    bool so = false, ok = session_open(&session, database, "await", &error);
    for (int looks = 0; ok && !so && looks < AWAIT_LOOKS; looks++) {
        PGresult *result = session_ask(&session, sql, 0, NULL, &error);
        ok = result && PQntuples(result);
        so = ok && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
        PQclear(result);
        if (ok && !so) usleep(AWAIT_MICROSECONDS);
    }
    session_close(&session);
    return so;
}

void city_leave(struct city *city) {
    registry_close(&city->registry);
    database_close(&city->database);
    arena_free(&city->arena);
}

const char *city_ask(struct city *city, const char *sql) {
    PGresult *result = session_ask(&city->registry.session, sql, 0, NULL, &city->error);
    cr_assert(result, "%s", city->error.message);
    char *text = ARENA_NEW(&city->arena, char, PQntuples(result) ? (size_t)PQgetlength(result, 0, 0) + 1 : 1);
    text[0] = '\0';
    if (PQntuples(result)) memcpy(text, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0) + 1);
    PQclear(result);
    return text;
}

void city_run(struct city *city, const char *sql) {
    cr_assert(session_run(&city->registry.session, sql, &city->error), "%s: %s", city->error.message, sql);
}

void city_put(struct city *city, const char *sql, const char *values) {
    const char *place = strstr(sql, "VALUES_HERE");
    if (values)
        city_run(city, lane_format(&city->arena, "%.*sVALUES %s%s", (int)(place - sql), sql, values,
                                   place + strlen("VALUES_HERE")));
}

void city_step(struct city *city, const char *name, const char *county) {
    struct steps steps = {0};
    const struct step *step = NULL;
    step_find(&steps, &city->arena);
    for (uint32_t i = 0; i < steps.count; i++)
        if (strstr(steps.list[i].path, name)) step = &steps.list[i];
    cr_assert(step, "no step %s", name);
    city_run(city, lane_format(&city->arena, "SET LOCAL tongchou.run = '%d'", city->registry.run));
    city_run(city, set_sql(&city->arena, set_text(&city->arena, step->text), county));
}
