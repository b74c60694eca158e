/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* What can go wrong between us and the database, each provoked on purpose. */

enum { PROXY_BYTES = 1 << 16 };

/* Stands between libpq and the server; when armed it lets the n-th COMMIT through and loses the reply. */
struct proxy {
    char folder[64], listen_path[108], server_path[128];
    int listener;
    _Atomic int swallow; /* COMMITs left until the reply is lost; 0: never */
    _Atomic bool fired;
    pthread_t thread;
};

static int unix_socket(const char *path, bool serve) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int size = snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    cr_assert(size > 0 && (size_t)size < sizeof address.sun_path, "%s", path);
    union {
        const struct sockaddr_un *in;
        const struct sockaddr *out;
    } as = {&address};
    int status = serve ? bind(fd, as.out, sizeof address) : connect(fd, as.out, sizeof address);
    if (status == 0 && serve) status = listen(fd, 8);
    cr_assert(status == 0, "%s", path);
    return fd;
}

static bool forward(int from, int to, char *bytes, ssize_t *size) {
    *size = read(from, bytes, PROXY_BYTES);
    return *size > 0 && write(to, bytes, (size_t)*size) == *size;
}

static void *serve_one(void *argument) {
    struct proxy *proxy = argument;
    char *bytes = malloc(PROXY_BYTES);
    for (int client; bytes && (client = accept(proxy->listener, NULL, NULL)) >= 0;) {
        int server = unix_socket(proxy->server_path, false);
        bool losing = false;
        for (ssize_t size;;) {
            struct pollfd ends[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
            if (poll(ends, 2, -1) < 0) break;
            if (ends[1].revents) {
                if (losing) break; /* the reply is there, so the transaction is durable */
                if (!forward(server, client, bytes, &size)) break;
            }
            if (ends[0].revents) {
                if (!forward(client, server, bytes, &size)) break;
                bool commit = size == 12 && memcmp(bytes, "Q\0\0\0\013COMMIT", 11) == 0;
                if (commit && proxy->swallow > 0 && --proxy->swallow == 0) proxy->fired = losing = true;
            }
        }
        shutdown(client, SHUT_RDWR);
        close(client);
        close(server);
    }
    free(bytes);
    return NULL;
}

static struct proxy the_proxy;

static void arm(struct city *city, struct intake *intake) {
    (void)city, (void)intake;
    the_proxy.swallow = 2; /* the first COMMIT ends the search for duplicates */
}

Test(faults, a_lost_reply_to_commit_does_not_double_or_lose) {
    struct city city;
    city_enter(&city);
    struct proxy *proxy = &the_proxy;
    snprintf(proxy->folder, sizeof proxy->folder, "/tmp/tongchou-proxy-XXXXXX");
    cr_assert(mkdtemp(proxy->folder));
    char host[64];
    cr_assert(sscanf(city.database.conninfo, "host=%63s", host) == 1);
    snprintf(proxy->server_path, sizeof proxy->server_path, "%s/.s.PGSQL.5432", host);
    snprintf(proxy->listen_path, sizeof proxy->listen_path, "%.63s/.s.PGSQL.5432", proxy->folder);
    proxy->listener = unix_socket(proxy->listen_path, true);
    cr_assert(pthread_create(&proxy->thread, NULL, serve_one, proxy) == 0);

    /* The workers' connections, and the one after the fault, go straight. */
    struct database through = city.database;
    snprintf(through.conninfo, sizeof through.conninfo, "host=%s user=tongchou dbname=postgres",
             proxy->folder);
    city.registry.database = &through;
    cr_assert(registry_reopen(&city.registry, &city.error), "%s", city.error.message);
    city.registry.database = &city.database;
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed feed = {.county = "690030", FEED_ROWS(rows), .before_publish = arm};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    cr_assert(proxy->fired, "the fault must have happened");
    cr_assert_str_eq(feed_content(&city, "690030"), "a=1 b=2");
    cr_assert_str_eq(city_ask(&city, "SELECT count(*) FROM intake.delivery WHERE county = '690030'"), "1");
    session_close(&city.registry.session);
    unlink(proxy->listen_path);
    rmdir(proxy->folder);
    database_close(&city.database);
    arena_free(&city.arena);
}

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
