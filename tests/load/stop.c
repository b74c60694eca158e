/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/lane.h"
#include "load/set.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* The promise is 2 s from the signal to the rollback; a machine that does ten things at once may need more,
   and what is not cancelled takes a minute. */
enum { PROMISE_MS = 10000, UNTIL_SIGNAL_MS = 300, MANY = 3000000 };

struct interrupt {
    _Atomic bool stop;
    _Atomic int64_t at_ms; /* when it came */
    int after_ms;
    pthread_t thread;
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *come(void *argument) {
    struct interrupt *interrupt = argument;
    usleep((useconds_t)interrupt->after_ms * 1000);
    atomic_store(&interrupt->at_ms, now_ms());
    atomic_store(&interrupt->stop, true);
    return NULL;
}

static void arm(struct interrupt *interrupt, struct city *city) {
    city->database.stop = city->registry.session.stop = &interrupt->stop;
    cr_assert(pthread_create(&interrupt->thread, NULL, come, interrupt) == 0);
}

/* What was interrupted came back late enough to have been under way, and soon enough. */
static void came_back(struct interrupt *interrupt, struct city *city, const char *what) {
    int64_t now = now_ms();
    pthread_join(interrupt->thread, NULL);
    int64_t waited = now - atomic_load(&interrupt->at_ms);
    cr_assert(waited >= 0 && waited < PROMISE_MS, "%s: %jd ms after the signal", what, (intmax_t)waited);
    cr_assert_eq(city->error.trouble, TROUBLE_LATER);
    cr_assert_str_eq(city->error.message, TEXT("已中断", "interrupted"), "%s", what);
    city->database.stop = city->registry.session.stop = NULL;
}

Test(stop, a_long_statement_is_cancelled_on_the_server) {
    struct city city;
    city_enter(&city);
    struct interrupt interrupt = {.after_ms = UNTIL_SIGNAL_MS};
    city_run(&city, "BEGIN");
    city_run(&city, "CREATE TABLE fresh.half_done (a int)");
    arm(&interrupt, &city);
    cr_assert(!session_run(&city.registry.session, "SELECT pg_sleep(60)", &city.error));
    came_back(&interrupt, &city, "pg_sleep");
    cr_assert(session_run(&city.registry.session, "ROLLBACK", &city.error), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, "SELECT to_regclass('fresh.half_done') IS NULL"), "t");
    cr_assert_str_eq(city_ask(&city, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                     " AND query LIKE 'SELECT pg_sleep(60)%'"),
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

static struct interrupt publishing;

/* Holds what the publication writes first, so that it is under way when the signal comes. */
static void hold_book(struct city *city, struct intake *intake) {
    (void)intake;
    arm(&publishing, city);
}

Test(stop, a_publication_is_rolled_back_and_may_be_run_again) {
    struct city city;
    city_enter(&city);
    struct session other = {0};
    cr_assert(session_open(&other, &city.database, "holder", &city.error));
    cr_assert(session_run(&other, "BEGIN; LOCK TABLE intake.total IN ACCESS EXCLUSIVE MODE", &city.error));
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}};
    publishing.after_ms = UNTIL_SIGNAL_MS;
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
    city_enter(&city);
    struct interrupt interrupt = {.after_ms = UNTIL_SIGNAL_MS};
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
