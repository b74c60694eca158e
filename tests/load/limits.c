/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* What a limit lets through and what it does not, to the row. */

enum { ROWS_MAX = 400, KEY_BYTES = 16 };

struct made {
    struct feed_row rows[ROWS_MAX];
    char keys[ROWS_MAX][KEY_BYTES];
};

/* `count` rows of which the first `rejected` are sent back and the next `explained` are no data. */
static void make(struct made *made, uint32_t count, uint32_t rejected, uint32_t explained) {
    for (uint32_t i = 0; i < count; i++) {
        snprintf(made->keys[i], KEY_BYTES, "k%u", i);
        enum feed_fate fate = i < rejected               ? FEED_REJECT
                              : i < rejected + explained ? FEED_EXPLAIN
                                                         : FEED_LIVE;
        made->rows[i] = (struct feed_row){made->keys[i], i + 1, fate};
    }
}

/* The share of 200 rows is looked at, of 199 it is not; half a percent of 400 rows are two. */
Test(limits, rejects_to_the_row) {
    static const struct {
        uint32_t rows, rejected;
        struct intake_limits limits;
        bool published;
        uint32_t explained;
    } cases[] = {
        {200, 1, {-1, 5000, -1, -1}, true, 0},
        {200, 2, {-1, 5000, -1, -1}, false, 0},
        {400, 2, {-1, 5000, -1, -1}, true, 0},
        {400, 3, {-1, 5000, -1, -1}, false, 0},
        {199, 100, {-1, 5000, -1, -1}, true, 0},
        {200, 1, {-1, 4999, -1, -1}, false, 0},
        {200, 3, {3, -1, -1, -1}, true, 0},
        {200, 4, {3, -1, -1, -1}, false, 0},
        {5, 0, {0, -1, -1, -1}, true, 0},
        {5, 1, {0, -1, -1, -1}, false, 0},
        /* What is no data makes no share smaller, and does not make 200 rows of fewer. */
        {400, 2, {-1, 5000, -1, -1}, false, 200},
        {200, 9, {-1, 5000, -1, -1}, true, 1},
    };
    static struct made made;
    struct city city;
    city_enter(&city);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        make(&made, cases[i].rows, cases[i].rejected, cases[i].explained);
        struct feed feed = {.county = lane_format(&city.arena, "69020%u", i),
                            .rows = made.rows,
                            .row_count = cases[i].rows,
                            .limits = cases[i].limits};
        cr_expect_eq(feed_run(&city, &feed), cases[i].published, "%u: %s", i, city.error.message);
        if (!cases[i].published) cr_expect_str_eq(city.error.code, "limit.rejects", "%u", i);
    }
    city_leave(&city);
}

/* Of 400 published rows a full delivery may lack two, or as many as the limit of rows says. */
Test(limits, vanished_to_the_row) {
    static const struct {
        uint32_t published, lacking;
        struct intake_limits limits;
        bool taken;
    } cases[] = {
        {400, 2, {-1, -1, -1, 5000}, true}, {400, 3, {-1, -1, -1, 5000}, false},
        {199, 9, {-1, -1, -1, 5000}, true}, {200, 1, {-1, -1, -1, 4999}, false},
        {400, 3, {-1, -1, 3, -1}, true},    {400, 4, {-1, -1, 3, -1}, false},
    };
    static struct made made;
    struct city city;
    city_enter(&city);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *county = lane_format(&city.arena, "69021%u", i);
        make(&made, cases[i].published, 0, 0);
        struct feed all = {.county = county,
                           .period = "202001",
                           .snapshot = true,
                           .rows = made.rows,
                           .row_count = cases[i].published};
        cr_assert(feed_run(&city, &all), "%u: %s", i, city.error.message);
        struct feed rest = {.county = county,
                            .period = "202002",
                            .snapshot = true,
                            .rows = made.rows + cases[i].lacking,
                            .row_count = cases[i].published - cases[i].lacking,
                            .limits = cases[i].limits};
        cr_expect_eq(feed_run(&city, &rest), cases[i].taken, "%u: %s", i, city.error.message);
        if (!cases[i].taken) cr_expect_str_eq(city.error.code, "limit.vanished", "%u", i);
    }
    city_leave(&city);
}

/* A few rejects of a delivery that was within its limits, corrected in vain, are a large share of themselves.
 */
Test(limits, rows_corrected_in_vain_have_none) {
    static const uint64_t only[] = {1, 2};
    static const struct intake_limits one = {1, -1, -1, -1};
    static struct made made;
    struct city city;
    city_enter(&city);
    make(&made, 300, 2, 0);
    struct feed parent = {.county = "690220", .period = "202001", .rows = made.rows, .row_count = 300};
    cr_assert(feed_run(&city, &parent), "%s", city.error.message);
    struct feed again = {.county = "690220",
                         .period = "202001",
                         .source = "retry",
                         .parent = parent.delivery,
                         .parent_file = parent.file,
                         .only = only,
                         .only_count = 2,
                         .rows = made.rows,
                         .row_count = 300,
                         .limits = one};
    cr_expect(feed_run(&city, &again), "%s", city.error.message);
    city_leave(&city);
}
