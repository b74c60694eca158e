/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Several deliveries in one transaction: all of them and what begins it, or nothing. */

static const struct feed_row first_rows[] = {{"a", 1, FEED_LIVE}, {"x", 9, FEED_REJECT}},
                             good_rows[] = {{"b", 2, FEED_LIVE}}, rival_rows[] = {{"a", 5, FEED_LIVE}},
                             late_rows[] = {{"c", 3, FEED_LIVE}};

static bool waive(void *context, struct error *error) {
    struct city *city = context;
    return session_run(&city->registry.session,
                       "UPDATE intake.reject SET state = 'closed', closed_by = 'waiver' WHERE src_key = 'x'"
                       " AND file IN (SELECT file FROM intake.file JOIN intake.delivery USING (delivery)"
                       " WHERE county = '690801')",
                       error);
}

/* Not waive: the other test counts what is waived. */
static bool count(void *context, struct error *error) {
    (void)error;
    ++*(int *)context;
    return true;
}

static bool fail(void *context, struct error *error) {
    (void)context;
    return error_code(error, TROUBLE_LATER, NULL, "%s", "stop");
}

#define WAIVED                                                                                               \
    "SELECT count(*) FROM intake.reject JOIN intake.file USING (file) JOIN intake.delivery USING "           \
    "(delivery) WHERE county = '690801' AND closed_by = 'waiver'"

Test(joint, all_or_nothing) {
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690801", .period = "202001", FEED_ROWS(first_rows)},
                good = {.county = "690801", .period = "202002", FEED_ROWS(good_rows)},
                rival = {.county = "690801", .period = "202001", FEED_ROWS(rival_rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(feed_read(&city, &good) && feed_read(&city, &rival), "%s", city.error.message);
    struct intake *list[] = {good.intake, rival.intake};
    struct intake_joint joint = {
        .registry = &city.registry, .intakes = list, .count = 2, .first = waive, .context = &city};
    uint32_t culprit = 9;
    cr_assert(!intake_publish_together(&joint, &culprit, &city.error));
    cr_expect_str_eq(city.error.code, "delivery.rank_conflict");
    cr_expect_eq(culprit, 1);
    cr_expect_str_eq(feed_content(&city, "690801"), "a=1");
    cr_expect_str_eq(city_ask(&city, WAIVED), "0");
    cr_expect_str_eq(city_ask(&city, "SELECT string_agg(state, ' ' ORDER BY delivery) FROM intake.delivery "
                                     "WHERE county = '690801'"),
                     "published refused");
    joint.count = 1;
    cr_assert(intake_publish_together(&joint, &culprit, &city.error), "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690801"), "a=1 b=2");
    cr_expect_str_eq(city_ask(&city, WAIVED), "1");
    feed_end(&good);
    feed_end(&rival);
    city_leave(&city);
}

Test(joint, what_begins_it_can_stop_it) {
    struct city city;
    city_enter(&city);
    struct feed late = {.county = "690802", .period = "202003", FEED_ROWS(late_rows)};
    cr_assert(feed_read(&city, &late), "%s", city.error.message);
    struct intake_joint joint = {
        .registry = &city.registry, .intakes = &late.intake, .count = 1, .first = fail};
    uint32_t culprit = 9;
    cr_assert(!intake_publish_together(&joint, &culprit, &city.error));
    cr_expect_eq(culprit, 1, "nobody's turn, but %u", culprit);
    cr_expect_str_eq(feed_content(&city, "690802"), "");
    joint.first = NULL;
    cr_assert(intake_publish_together(&joint, &culprit, &city.error), "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690802"), "c=3");
    feed_end(&late);
    /* Nothing but what begins it. */
    int calls = 0;
    joint = (struct intake_joint){.registry = &city.registry, .first = count, .context = &calls};
    cr_assert(intake_publish_together(&joint, &culprit, &city.error), "%s", city.error.message);
    cr_expect_eq(calls, 1);
    city_leave(&city);
}

/* Our own connections: the server's list also has those of the test beside this one. */
static int count_sockets(void) {
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    for (const struct dirent *entry; folder && (entry = readdir(folder)) != NULL;) {
        char target[32] = "";
        if (readlinkat(dirfd(folder), entry->d_name, target, sizeof target - 1) > 0)
            count += strncmp(target, "socket:", 7) == 0;
    }
    if (folder) closedir(folder);
    return count;
}

/* A list of rejects may touch more files than the server has connections for. */
Test(joint, many_that_wait_share_two_connections) {
    enum { MANY = 50 };
    struct city city;
    city_enter(&city);
    struct feed feeds[MANY];
    struct intake *list[MANY];
    struct feed_row rows[MANY];
    char keys[MANY][16];
    int before = count_sockets();
    for (int i = 0; i < MANY; i++) {
        snprintf(keys[i], sizeof *keys, "k%d", i);
        rows[i] = (struct feed_row){keys[i], i + 1, FEED_LIVE};
        feeds[i] = (struct feed){.county = "690803",
                                 .period = "202004",
                                 .workers = 2,
                                 .rows = &rows[i],
                                 .row_count = 1,
                                 .predecessor = i ? list[i - 1] : NULL};
        cr_assert(feed_read(&city, &feeds[i]), "%d: %s", i, city.error.message);
        list[i] = feeds[i].intake;
    }
    cr_expect_leq(count_sockets(), before + 2);
    struct intake_joint joint = {.registry = &city.registry, .intakes = list, .count = MANY};
    uint32_t culprit = MANY;
    cr_assert(intake_publish_together(&joint, &culprit, &city.error), "%s", city.error.message);
    cr_expect_str_eq(city_ask(&city, "SELECT count(*) || ' ' || sum(clct_sumamt_fen) FROM"
                                     " record.rsdt_psn_clct_detl_d WHERE county = '690803'"),
                     "50 1275");
    for (int i = 0; i < MANY; i++) feed_end(&feeds[i]);
    city_leave(&city);
}
