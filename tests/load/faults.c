/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>

/* What can go wrong between us and the database, each provoked on purpose. */

static void kill_session(struct city *city, struct intake *intake) {
    (void)intake;
    struct session other = {0};
    struct error error = {0};
    cr_assert(session_open(&other, &city->database, "killer", &error));
    /* Asked here: once the run is dead, any other test's run sweeps up behind it. */
    const char *left =
        lane_format(&city->arena,
                    "SELECT 1 / count(*) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace"
                    " AND relname LIKE 'r%d\\_%%'",
                    city->registry.run);
    cr_assert(session_tell(&other, left, 0, NULL, NULL, &error), "the dead run must leave something: %s",
              error.message);
    const char *pid = lane_format(&city->arena, "%d", PQbackendPID(city->registry.session.connection));
    cr_assert(session_tell(&other, "SELECT pg_terminate_backend($1::int)", 1, &pid, NULL, &error));
    session_close(&other);
}

Test(faults, a_killed_connection_publishes_nothing_and_the_next_run_sweeps_up) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}};
    struct feed feed = {.county = "690031", FEED_ROWS(rows), .before_publish = kill_session};
    cr_assert(!feed_run(&city, &feed));
    cr_assert_eq(city.error.trouble, TROUBLE_LATER, "%s", city.error.message);
    int dead = city.registry.run;
    city_leave(&city);
    city_enter(&city);
    const char *left = lane_format(&city.arena,
                                   "SELECT count(*) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace "
                                   "AND relname LIKE 'r%d\\_%%'",
                                   dead);
    feed.before_publish = NULL;
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690031"), "a=1");
    cr_assert_str_eq(city_ask(&city, left), "0");
    city_leave(&city);
}

/* Somebody else's session, which lets go of what it holds once `until` says "t". */
struct holder {
    struct session session;
    struct database database;
    const char *until, *let_go;
    bool met;
    pthread_t thread;
};

static void *hold(void *argument) {
    struct holder *holder = argument;
    struct error error = {0};
    holder->met = city_await(&holder->database, holder->until);
    session_run(&holder->session, holder->let_go, &error);
    session_close(&holder->session);
    return NULL;
}

static void hold_until(struct holder *holder, struct city *city, const char *taken) {
    holder->database = city->database;
    cr_assert(session_open(&holder->session, &city->database, "holder", &city->error));
    cr_assert(session_run(&holder->session, taken, &city->error), "%s", city->error.message);
    cr_assert(pthread_create(&holder->thread, NULL, hold, holder) == 0);
}

static void held(struct holder *holder) {
    pthread_join(holder->thread, NULL);
    cr_assert(holder->met, "nobody waited for what was held");
}

/* Two runs find what a dead one left; the other one is just taking it away. */
Test(faults, what_another_run_swept_up_first_is_no_failure) {
    struct city city;
    city_enter_alone(&city);
    struct holder other = {
        .until = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted"
                 " AND relation = to_regclass('fresh.r0_left')",
        .let_go = "COMMIT",
    };
    city_run(&city, "CREATE TABLE fresh.r0_left (a int)");
    hold_until(&other, &city, "BEGIN; DROP TABLE IF EXISTS fresh.r0_left");
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}};
    struct feed feed = {.county = "690036", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    held(&other);
    cr_assert_str_eq(feed_content(&city, "690036"), "a=1");
    city_leave(&city);
}

/* Held until the publication has given up once and waits for the second time: in a transaction that began
   when an earlier one, whose beginning is noted, already waited. */
Test(faults, a_lock_that_is_held_for_a_while_is_waited_for) {
    struct city city;
    city_enter_alone(&city);
    city_run(&city, "CREATE TABLE public.waited (begun timestamptz);"
                    "CREATE FUNCTION public.again() RETURNS boolean LANGUAGE sql AS $$"
                    "INSERT INTO public.waited SELECT a.xact_start FROM pg_locks l JOIN pg_stat_activity a"
                    " USING (pid) WHERE NOT l.granted AND l.locktype = 'advisory'"
                    " AND a.datname = current_database();"
                    "SELECT count(DISTINCT begun) > 1 FROM public.waited $$");
    struct holder other = {
        .until = "SELECT public.again()",
        .let_go = "SELECT pg_advisory_unlock_all()",
    };
    hold_until(&other, &city,
               "SELECT pg_advisory_lock(hashtextextended('tongchou:record:690035:rsdt_psn_clct_detl_d', 0))");
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}};
    struct feed feed = {.county = "690035", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    held(&other);
    cr_assert_str_eq(feed_content(&city, "690035"), "a=1");
    cr_assert_eq(feed.buckets[BUCKET_NEW].rows, 1, "counted once");
    city_leave(&city);
}

struct other_run {
    struct city *city;
    struct feed feed;
    bool ok;
};

static void *run_other(void *argument) {
    struct other_run *run = argument;
    run->ok = feed_run(run->city, &run->feed);
    return NULL;
}

Test(faults, two_runs_on_two_counties_at_once_both_publish) {
    struct city cities[2];
    struct other_run runs[2];
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        city_enter(&cities[i]);
        runs[i] = (struct other_run){.city = &cities[i],
                                     .feed = {.county = i ? "690032" : "690033", .repeat = 5000}};
    }
    for (int i = 0; i < 2; i++) cr_assert(pthread_create(&threads[i], NULL, run_other, &runs[i]) == 0);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < 2; i++) cr_assert(runs[i].ok, "%s", cities[i].error.message);
    cr_assert_str_eq(
        city_ask(&cities[0],
                 "SELECT string_agg(n::text, ' ') FROM (SELECT count(*) AS n FROM record.rsdt_psn_clct_detl_d"
                 " WHERE county IN ('690032', '690033') GROUP BY county) t"),
        "5000 5000");
    for (int i = 0; i < 2; i++) city_leave(&cities[i]);
}

/* The log is written by the server's own hand; the canary travels through rejects and failures. */
Test(faults, the_servers_log_holds_no_value) {
    struct city city;
    city_enter(&city);
    static const char canary[] = "690102199001019999";
    static const struct feed_row rows[] = {
        {canary, 1, FEED_REJECT}, {canary, 2, FEED_LIVE}, {canary, 3, FEED_LIVE}, {"x", 4, FEED_LIVE}};
    struct feed feed = {.county = "690034", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    const char *value = canary;
    cr_assert(
        !session_tell(&city.registry.session, "SELECT ($1 || 'x')::bigint", 1, &value, NULL, &city.error));
    cr_assert(!session_tell(&city.registry.session,
                            "INSERT INTO intake.sighting VALUES ($1, $1, 1, 1, 1, 1, NULL, '')", 1, &value,
                            NULL, &city.error));
    char path[320];
    snprintf(path, sizeof path, "%s/server.log", city.database.folder);
    FILE *file = fopen(path, "re");
    cr_assert(file, "%s", path);
    for (char line[4096]; fgets(line, sizeof line, file);) cr_assert(!strstr(line, canary), "%s", line);
    fclose(file);
    city_leave(&city);
}
