/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* Who speaks last of a key, delivery after delivery: deltas and full ones, by one spec and by two, of lower,
   equal and higher rank.  Each case is one county; what it comes to is read from record and the last verdict.
 */

enum { TURNS = 4 };
/* CHILD: of the case's first delivery, and of its rank; SECOND_CHILD: of its second. */
enum how { DELTA, FULL, CHILD, SECOND_CHILD };

struct turn {
    const char *period, *spec;
    enum how how;
    struct feed_row rows[3];
};

struct rank_case {
    const char *name;
    struct turn turns[TURNS];
    const char *content, *refused;
};

static void play(struct city *city, const struct rank_case *one, const char *county) {
    struct feed feeds[TURNS] = {0};
    bool taken = true;
    for (uint32_t i = 0; i < TURNS && one->turns[i].period; i++) {
        const struct turn *turn = &one->turns[i];
        struct feed *feed = &feeds[i];
        *feed = (struct feed){.county = county,
                              .period = turn->period,
                              .spec_path = turn->spec,
                              .snapshot = turn->how == FULL,
                              .rows = turn->rows};
        while (feed->row_count < 3 && turn->rows[feed->row_count].key) feed->row_count++;
        if (turn->how == CHILD || turn->how == SECOND_CHILD) {
            feed->source = "retry";
            feed->parent = feeds[turn->how == SECOND_CHILD].delivery;
        }
        cr_expect(taken, "%s: refused before turn %u", one->name, i + 1);
        city->error = (struct error){0};
        taken = feed_run(city, feed);
    }
    cr_expect_str_eq(taken ? "" : city->error.code, one->refused, "%s: %s", one->name, city->error.message);
    const char *content = feed_content(city, county);
    cr_expect_str_eq(content, one->content, "%s: %s", one->name, content);
}

#define ROW(key, fen)                                                                                        \
    { key, fen, FEED_LIVE }
#define GONE(key)                                                                                            \
    { key, 0, FEED_WITHDRAW }

Test(rank, who_speaks_last_of_a_key) {
    static const struct rank_case cases[] = {
        {"a delta of higher rank",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202002", "a", DELTA, {ROW("k", 2)}}},
         "k=2",
         ""},
        {"a delta of lower rank",
         {{"202002", "a", DELTA, {ROW("k", 2)}}, {"202001", "a", DELTA, {ROW("k", 1)}}},
         "k=2",
         ""},
        {"the same rank and another content",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202001", "a", DELTA, {ROW("k", 2)}}},
         "k=1",
         "delivery.rank_conflict"},
        {"the same rank and the same content",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202001", "a", DELTA, {ROW("k", 1), ROW("l", 3)}}},
         "k=1 l=3",
         ""},
        {"a child of the same rank",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202001", "a", CHILD, {ROW("k", 2)}}},
         "k=2",
         ""},
        /* A full delivery lifts what it says again, by whatever spec a delta brought it. */
        {"below what a full one of another spec said again",
         {{"202001", "a", DELTA, {ROW("k", 1)}},
          {"202003", "b", FULL, {ROW("k", 1)}},
          {"202002", "c", DELTA, {ROW("k", 5)}}},
         "k=1",
         ""},
        {"above it",
         {{"202001", "a", DELTA, {ROW("k", 1)}},
          {"202003", "b", FULL, {ROW("k", 1)}},
          {"202004", "c", DELTA, {ROW("k", 5)}}},
         "k=5",
         ""},
        {"a new key below a full one",
         {{"202003", "b", FULL, {ROW("k", 1)}}, {"202002", "a", DELTA, {ROW("l", 5)}}},
         "k=1",
         ""},
        {"a new key below the higher of two full ones",
         {{"202001", "a", FULL, {ROW("k", 1)}},
          {"202003", "b", FULL, {ROW("m", 3)}},
          {"202002", "c", DELTA, {ROW("l", 5)}}},
         "k=1 m=3",
         ""},
        {"a new key of the rank of a full one",
         {{"202003", "b", FULL, {ROW("k", 1)}}, {"202003", "a", DELTA, {ROW("l", 5)}}},
         "k=1 l=5",
         ""},
        /* Silence of the same rank says nothing against a delta, and a child of that delta may correct it. */
        {"a full one of the same rank that lacks it",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202001", "b", FULL, {ROW("x", 9)}}},
         "k=1 x=9",
         ""},
        {"a child after a full one of the same rank",
         {{"202001", "a", DELTA, {ROW("k", 1)}},
          {"202001", "b", FULL, {ROW("x", 9)}},
          {"202001", "a", CHILD, {ROW("k", 2)}}},
         "k=2 x=9",
         ""},
        /* Who says a row again with the same rank takes it over, and so do its children. */
        {"a child of a full one that said it again",
         {{"202001", "a", DELTA, {ROW("k", 1)}},
          {"202001", "b", FULL, {ROW("k", 1)}},
          {"202001", "b", SECOND_CHILD, {ROW("k", 2)}}},
         "k=2",
         ""},
        {"a child of what was said again",
         {{"202001", "a", DELTA, {ROW("k", 1)}},
          {"202001", "b", FULL, {ROW("k", 1)}},
          {"202001", "a", CHILD, {ROW("k", 2)}}},
         "k=1",
         "delivery.rank_conflict"},
        {"two full ones of one spec and rank that differ",
         {{"202001", "a", FULL, {ROW("k", 1)}}, {"202001", "a", FULL, {ROW("k", 1), ROW("l", 2)}}},
         "k=1",
         "delivery.rank_conflict"},
        {"and one that lacks a key",
         {{"202001", "a", FULL, {ROW("k", 1), ROW("l", 2)}}, {"202001", "a", FULL, {ROW("k", 1)}}},
         "k=1 l=2",
         "delivery.rank_conflict"},
        {"a full one of another spec speaks for its own keys alone",
         {{"202001", "a", FULL, {ROW("k", 1)}}, {"202002", "b", FULL, {ROW("l", 2)}}},
         "k=1 l=2",
         ""},
        {"a full one of the same spec speaks for all",
         {{"202001", "a", FULL, {ROW("k", 1)}}, {"202002", "a", FULL, {ROW("l", 2)}}},
         "l=2",
         ""},
        {"and for what deltas brought before",
         {{"202001", "b", DELTA, {ROW("k", 1)}}, {"202002", "a", FULL, {ROW("l", 2)}}},
         "l=2",
         ""},
        {"but not for what they brought after",
         {{"202003", "b", DELTA, {ROW("k", 1)}}, {"202002", "a", FULL, {ROW("l", 2)}}},
         "k=1 l=2",
         ""}};
    struct city city;
    city_enter_alone(&city);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play(&city, &cases[i], lane_format(&city.arena, "6907%02u", i));
    city_leave(&city);
}

Test(rank, what_is_withdrawn_stays_gone_below_its_rank) {
    static const struct rank_case cases[] = {
        {"a marker of higher rank",
         {{"202001", "a", DELTA, {ROW("k", 1), ROW("l", 2)}}, {"202002", "a", DELTA, {GONE("k")}}},
         "l=2",
         ""},
        {"a marker of lower rank",
         {{"202002", "a", DELTA, {ROW("k", 1), ROW("l", 2)}}, {"202001", "a", DELTA, {GONE("k")}}},
         "k=1 l=2",
         ""},
        {"a marker against another delivery of its rank",
         {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202001", "a", DELTA, {GONE("k")}}},
         "k=1",
         "delivery.rank_conflict"},
        {"a row below the marker",
         {{"202001", "a", DELTA, {ROW("l", 2)}},
          {"202003", "a", DELTA, {GONE("k")}},
          {"202002", "a", DELTA, {ROW("k", 1)}}},
         "l=2",
         ""},
        {"a row above the marker",
         {{"202001", "a", DELTA, {ROW("l", 2)}},
          {"202003", "a", DELTA, {GONE("k")}},
          {"202004", "a", DELTA, {ROW("k", 1)}}},
         "k=1 l=2",
         ""},
        {"a row of the marker's rank",
         {{"202001", "a", DELTA, {ROW("l", 2)}},
          {"202003", "a", DELTA, {GONE("k")}},
          {"202003", "a", DELTA, {ROW("k", 1)}}},
         "l=2",
         "delivery.rank_conflict"},
        {"the highest of two markers counts",
         {{"202004", "a", DELTA, {GONE("k"), ROW("l", 2)}},
          {"202002", "a", DELTA, {GONE("k")}},
          {"202003", "a", DELTA, {ROW("k", 1)}}},
         "l=2",
         ""},
        {"a full one that marks a key it would else lack",
         {{"202001", "a", FULL, {ROW("k", 1), ROW("l", 2)}}, {"202002", "a", FULL, {GONE("k"), ROW("l", 2)}}},
         "l=2",
         ""}};
    struct city city;
    city_enter_alone(&city);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++)
        play(&city, &cases[i], lane_format(&city.arena, "6908%02u", i));
    city_leave(&city);
}

/* What a marker did is counted: it ended a row, somebody of higher rank knows better, or there was nothing.
 */
Test(rank, what_a_marker_did_is_counted) {
    static const struct {
        const char *name;
        struct turn turns[2];
        int64_t withdrawn, superseded, ended, vanished;
    } cases[] = {
        {"ended", {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202002", "a", DELTA, {GONE("k")}}}, 1, 0, 1, 0},
        {"nothing", {{"202001", "a", DELTA, {ROW("k", 1)}}, {"202002", "a", DELTA, {GONE("l")}}}, 1, 0, 0, 0},
        {"below a row",
         {{"202003", "a", DELTA, {ROW("k", 1)}}, {"202002", "a", DELTA, {GONE("k")}}},
         0,
         1,
         0,
         0},
        {"below a marker",
         {{"202003", "a", DELTA, {GONE("k")}}, {"202002", "a", DELTA, {GONE("k")}}},
         0,
         1,
         0,
         0},
        {"below a full one's silence",
         {{"202003", "a", FULL, {ROW("k", 1)}}, {"202002", "a", DELTA, {GONE("l")}}},
         0,
         1,
         0,
         0},
        {"in a full one, what it would else lack",
         {{"202001", "a", FULL, {ROW("k", 1), ROW("l", 2)}}, {"202002", "a", FULL, {GONE("k"), ROW("l", 2)}}},
         1,
         0,
         1,
         0}};
    struct city city;
    city_enter_alone(&city);
    for (uint32_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed feed = {0};
        for (int t = 0; t < 2; t++) {
            const struct turn *turn = &cases[i].turns[t];
            feed = (struct feed){.county = lane_format(&city.arena, "6909%02u", i),
                                 .period = turn->period,
                                 .spec_path = turn->spec,
                                 .snapshot = turn->how == FULL,
                                 .rows = turn->rows,
                                 .row_count = turn->rows[1].key ? 2 : 1};
            cr_assert(feed_run(&city, &feed), "%s: %s", cases[i].name, city.error.message);
        }
        cr_expect_eq(feed.buckets[BUCKET_WITHDRAWN].rows, cases[i].withdrawn, "%s", cases[i].name);
        cr_expect_eq(feed.buckets[BUCKET_SUPERSEDED].rows, cases[i].superseded, "%s", cases[i].name);
        cr_expect_eq(feed.buckets[BUCKET_ENDED].rows, cases[i].ended, "%s", cases[i].name);
        cr_expect_eq(feed.buckets[BUCKET_VANISHED].rows, cases[i].vanished, "%s", cases[i].name);
    }
    city_leave(&city);
}
