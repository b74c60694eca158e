/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>

/* What is not interrupted goes on for an hour, or for a hundred million rows. */
enum { MANY = 100000000 };

/* Tests here have a database of their own each, so that what is seen under way is theirs. */
struct interrupt {
    const char *under_way; /* a query that says "t" as soon as what is to be interrupted is under way */
    struct database database;
    _Atomic bool stop, in_time;
    pthread_t thread;
};

static void *come(void *argument) {
    struct interrupt *interrupt = argument;
    atomic_store(&interrupt->in_time, city_await(&interrupt->database, interrupt->under_way));
    atomic_store(&interrupt->stop, true);
    return NULL;
}

static void arm(struct interrupt *interrupt, struct city *city) {
    interrupt->database = city->database;
    city->database.stop = city->registry.session.stop = &interrupt->stop;
    cr_assert(pthread_create(&interrupt->thread, NULL, come, interrupt) == 0);
}

/* What was interrupted was under way, and came back because of the interrupt. */
static void came_back(struct interrupt *interrupt, struct city *city, const char *what) {
    bool stopped = atomic_load(&interrupt->stop);
    pthread_join(interrupt->thread, NULL);
    cr_assert(stopped && atomic_load(&interrupt->in_time), "%s was not seen under way: %s", what,
              city->error.message);
    cr_assert_eq(city->error.trouble, TROUBLE_LATER);
    cr_assert_str_eq(city->error.message, TEXT("已中断", "interrupted"), "%s", what);
    city->database.stop = city->registry.session.stop = NULL;
}

Test(stop, a_long_statement_is_cancelled_on_the_server) {
    struct city city;
    city_enter_alone(&city);
    struct interrupt interrupt = {
        .under_way = "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database()"
                     " AND query LIKE 'SELECT pg_sleep(3600)%' AND wait_event = 'PgSleep'"};
    city_run(&city, "BEGIN");
    city_run(&city, "CREATE TABLE fresh.half_done (a int)");
    arm(&interrupt, &city);
    cr_assert(!session_run(&city.registry.session, "SELECT pg_sleep(3600)", &city.error));
    came_back(&interrupt, &city, "pg_sleep");
    cr_assert(session_run(&city.registry.session, "ROLLBACK", &city.error), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, "SELECT to_regclass('fresh.half_done') IS NULL"), "t");
    cr_assert_str_eq(city_ask(&city, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                     " AND query LIKE 'SELECT pg_sleep(3600)%'"),
                     "0");
    city_leave(&city);
}

/* Between statements nothing is under way: the next one is not sent, but what takes back is. */
Test(stop, the_next_statement_is_refused_once_and_a_rollback_never) {
    struct city city;
    city_enter(&city);
    _Atomic bool stop = false;
    struct session *session = &city.registry.session;
    session->stop = &stop;
    city_run(&city, "BEGIN");
    atomic_store(&stop, true);
    cr_assert(session_run(session, "ROLLBACK", &city.error));
    cr_assert(!session_run(session, "CREATE TABLE fresh.never (a int)", &city.error));
    cr_assert_str_eq(city.error.message, TEXT("已中断", "interrupted"));
    cr_assert_str_eq(city_ask(&city, "SELECT to_regclass('fresh.never') IS NULL"), "t");
    city_leave(&city);
}

static struct interrupt publishing = {
    .under_way = "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'intake.total'::regclass"
                 " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"};

/* Holds what the publication writes first, so that it is under way when the signal comes. */
static void hold_book(struct city *city, struct intake *intake) {
    (void)intake;
    arm(&publishing, city);
}

Test(stop, a_publication_is_rolled_back_and_may_be_run_again) {
    struct city city;
    city_enter_alone(&city);
    struct session other = {0};
    cr_assert(session_open(&other, &city.database, "holder", &city.error));
    cr_assert(session_run(&other, "BEGIN; LOCK TABLE intake.total IN ACCESS EXCLUSIVE MODE", &city.error));
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}};
    struct feed feed = {.county = "690081", FEED_ROWS(rows), .before_publish = hold_book};
    cr_assert(!feed_run(&city, &feed));
    came_back(&publishing, &city, "publish");
    session_close(&other);
    cr_assert_str_eq(feed_content(&city, "690081"), "");
    const char *recorded =
        lane_format(&city.arena, "SELECT count(*) FROM intake.delivery WHERE delivery = %d", feed.delivery);
    cr_assert_str_eq(city_ask(&city, recorded), "0");
    feed.before_publish = NULL;
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690081"), "a=1");
    city_leave(&city);
}

Test(stop, reading_and_copying_end_with_two_workers) {
    struct city city;
    city_enter_alone(&city);
    struct interrupt interrupt = {
        .under_way = "SELECT count(*) > 0 FROM pg_stat_progress_copy WHERE datname = current_database()"
                     " AND tuples_processed > 0"};
    arm(&interrupt, &city);
    struct feed feed = {.county = "690082", .repeat = MANY, .workers = 2};
    cr_assert(!feed_run(&city, &feed));
    came_back(&interrupt, &city, "copy");
    cr_assert_str_eq(feed_content(&city, "690082"), "");
    city_leave(&city);
}

/* An interrupt inside a COPY leaves the session usable: the server is told that the rows end here. */
Test(stop, a_copy_is_ended_and_its_rows_are_gone) {
    struct city city;
    city_enter(&city);
    _Atomic bool stop = false;
    struct session *session = &city.registry.session;
    session->stop = &stop;
    city_run(&city, "CREATE TABLE fresh.copied (a int)");
    cr_assert(session_copy_begin(session, "COPY fresh.copied FROM STDIN", &city.error));
    cr_assert(session_copy_send(session, "1\n", 2, &city.error));
    atomic_store(&stop, true);
    cr_assert(!session_copy_send(session, "2\n", 2, &city.error));
    cr_assert_str_eq(city.error.message, TEXT("已中断", "interrupted"));
    cr_assert_str_eq(city_ask(&city, "SELECT count(*) FROM fresh.copied"), "0");
    city_run(&city, "DROP TABLE fresh.copied");
    city_leave(&city);
}

/* However a run ended, the next one is told of it, so that it can write what papers are owed. */
Test(stop, earlier_runs_are_told_to_the_next) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}};
    struct feed feed = {.county = "690083", FEED_ROWS(rows)};
    int number = city.registry.run, earlier[REGISTRY_EARLIER] = {0};
    uint32_t count = 0;
    city.registry.run = number + 1;
    cr_assert(registry_earlier(&city.registry, earlier, &count, &city.error), "%s", city.error.message);
    cr_assert(count == 0 || earlier[0] != number, "a run without a delivery owes nothing");
    city.registry.run = number;
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    static const int exit_codes[] = {130, 143, 1, 2};
    for (size_t i = 0; i < sizeof exit_codes / sizeof *exit_codes; i++) {
        cr_assert(registry_end(&city.registry, exit_codes[i], &city.error));
        city.registry.run = number + 1;
        cr_assert(registry_earlier(&city.registry, earlier, &count, &city.error), "%s", city.error.message);
        cr_assert(count >= 1 && earlier[0] == number, "after exit %d: %u", exit_codes[i], count);
        city.registry.run = number;
    }
    city_leave(&city);
}

/* A list of nothing but waivers brings no delivery; what it decided belongs into papers all the same. */
Test(stop, a_run_that_only_waived_owes_its_papers) {
    struct city city;
    city_enter_alone(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}};
    struct feed feed = {.county = "690083", FEED_ROWS(rows)};
    int number = city.registry.run, earlier[REGISTRY_EARLIER] = {0};
    uint32_t count = 0;
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    city_run(&city, lane_format(&city.arena,
                                "INSERT INTO intake.run (run, command, program, program_sha256, operator)"
                                " VALUES (%d, 'retry', '', '', '')",
                                number + 1));
    city.registry.run = number + 2;
    cr_assert(registry_earlier(&city.registry, earlier, &count, &city.error), "%s", city.error.message);
    cr_assert(count && earlier[0] != number + 1, "a list that changed nothing owes nothing");
    city_run(&city,
             lane_format(&city.arena,
                         "UPDATE intake.reject SET state = 'closed', closed_by = 'waiver', closed_run = %d"
                         " WHERE state = 'open'",
                         number + 1));
    cr_assert(registry_earlier(&city.registry, earlier, &count, &city.error), "%s", city.error.message);
    cr_expect_eq(earlier[0], number + 1, "%u: %d", count, earlier[0]);
    city.registry.run = number;
    city_leave(&city);
}
