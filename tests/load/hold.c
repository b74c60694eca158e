/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include "tests/load/proxy.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* The connection is lost at a COMMIT: nothing doubled, nothing lost, nothing said that is not known, and the
   county is the run's again or the run stops. */

static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};

static struct proxy the_proxy;

static void arm(struct city *city, struct intake *intake) {
    (void)city, (void)intake;
    the_proxy.commits = 2; /* the first COMMIT ends the search for duplicates */
}

static bool is_locked(struct city *city, const char *county) {
    struct registry other;
    struct error why = {0};
    cr_assert(registry_open(&other, &city->database, &city->error));
    bool taken = registry_lock(&other, county, &why);
    registry_close(&other);
    return !taken;
}

/* Whoever waits for the county gets it as soon as the old session has ended. */
struct rival {
    struct session session;
    const char *county;
};

static void take_county(void *context) {
    struct rival *rival = context;
    struct error error = {0};
    session_tell(&rival->session, "SELECT pg_advisory_lock(hashtextextended('tongchou:county:' || $1, 0))", 1,
                 &rival->county, NULL, &error);
}

Test(hold, a_connection_lost_at_commit_is_asked_about) {
    static const struct {
        const char *name, *county;
        bool before, deaf;
        const char *content;
    } cases[] = {{"reply lost", "690930", false, false, "a=1 b=2"},
                 {"reply lost, server does not know", "690931", false, true, "a=1 b=2"},
                 {"never arrived", "690932", true, false, ""},
                 {"never arrived, server does not know", "690933", true, true, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct city city;
        city_enter(&city);
        the_proxy = (struct proxy){.before = cases[i].before, .deaf = cases[i].deaf};
        proxy_begin(&the_proxy, &city);
        cr_assert(registry_lock(&city.registry, cases[i].county, &city.error));
        struct feed feed = {.county = cases[i].county, FEED_ROWS(rows), .before_publish = arm};
        bool published = feed_run(&city, &feed);
        cr_assert(the_proxy.fired, "%s: the fault must have happened", cases[i].name);
        cr_expect_eq(published, !cases[i].before, "%s: %s", cases[i].name, city.error.message);
        if (!published) {
            cr_expect_eq(city.error.trouble, TROUBLE_LATER, "%s", cases[i].name);
            cr_expect_null(city.error.code, "%s: it is known that nothing was published", cases[i].name);
        }
        cr_expect_str_eq(feed_content(&city, cases[i].county), cases[i].content, "%s", cases[i].name);
        cr_expect(registry_held(&city.registry, &city.error), "%s: %s", cases[i].name, city.error.message);
        cr_expect(is_locked(&city, cases[i].county), "%s: the county is this run's again", cases[i].name);
        if (!published) {
            feed.before_publish = NULL;
            cr_expect(feed_run(&city, &feed), "%s: %s", cases[i].name, city.error.message);
            cr_expect_str_eq(feed_content(&city, cases[i].county), "a=1 b=2", "%s", cases[i].name);
        }
        proxy_end(&the_proxy);
        city_leave(&city);
    }
}

Test(hold, a_county_that_was_taken_meanwhile_stops_the_run) {
    struct city city;
    city_enter(&city);
    struct rival rival = {.county = "690934"};
    cr_assert(session_open(&rival.session, &city.database, "rival", &city.error));
    the_proxy = (struct proxy){.lost = take_county, .context = &rival};
    proxy_begin(&the_proxy, &city);
    cr_assert(registry_lock(&city.registry, "690934", &city.error));
    struct feed feed = {.county = "690934", .period = "202001", FEED_ROWS(rows), .before_publish = arm},
                next = {.county = "690934", .period = "202002", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "what was committed is published: %s", city.error.message);
    cr_assert(the_proxy.fired);
    cr_assert_str_eq(feed_content(&city, "690934"), "a=1 b=2");
    cr_expect(!registry_held(&city.registry, &city.error));
    cr_expect_eq(city.error.trouble, TROUBLE_LATER);
    cr_expect(strstr(city.error.message, "690934"), "%s", city.error.message);
    city.error = (struct error){0};
    cr_expect_null(intake_begin(&city.registry,
                                &(struct intake_delivery){.county = "690934", .period = "202002"},
                                &(struct intake_limits){0}, &city.arena, &city.error),
                   "nothing more is begun");
    cr_expect_eq(city.error.trouble, TROUBLE_LATER);
    session_close(&rival.session);
    proxy_end(&the_proxy);
    city_leave(&city);
    city_enter(&city); /* the next run */
    cr_expect(feed_run(&city, &next), "%s", city.error.message);
    city_leave(&city);
}

Test(hold, an_undo_whose_reply_is_lost_was_done) {
    struct city city;
    city_enter(&city);
    struct feed feed = {.county = "690935", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    the_proxy = (struct proxy){.commits = 1};
    proxy_begin(&the_proxy, &city);
    cr_expect(undo_delivery(&city.registry, feed.delivery, "test", &city.error), "%s", city.error.message);
    cr_assert(the_proxy.fired);
    cr_expect_str_eq(feed_content(&city, "690935"), "");
    proxy_end(&the_proxy);
    city_leave(&city);
}

/* The database does not come back: neither "published" nor "not published" may be said. */
Test(hold, what_nobody_can_tell_is_said_to_be_unknown) {
    struct city city;
    city_enter(&city);
    struct feed feed = {.county = "690936", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    the_proxy = (struct proxy){.commits = 1};
    proxy_begin(&the_proxy, &city);
    struct database away = city.database;
    snprintf(away.conninfo, sizeof away.conninfo, "host=/nowhere user=tongchou dbname=postgres");
    city.registry.database = &away;
    cr_expect(!undo_delivery(&city.registry, feed.delivery, "test", &city.error));
    cr_assert(the_proxy.fired);
    cr_expect_eq(city.error.trouble, TROUBLE_LATER);
    cr_assert(city.error.code);
    cr_expect_str_eq(city.error.code, "commit.unknown");
    city.registry.database = &city.database;
    cr_assert(registry_reopen(&city.registry, &city.error), "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690936"), "", "it was undone, as the next run finds");
    proxy_end(&the_proxy);
    city_leave(&city);
}
