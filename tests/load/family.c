/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* Deliveries that belong to others: rows evaluated again, retried rows, and those of equal rank. */

static const struct feed_row sent[] = {
    {"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}, {"c", 3, FEED_REJECT}, {"d", 4, FEED_DOUBT}};

static const char *open_rejects(struct city *city, const char *county) {
    struct registry_open *list = NULL;
    uint32_t count = 0;
    cr_assert(registry_open_files(&city->registry, county, &city->arena, &list, &count, &city->error) &&
                  registry_open_rows(&city->registry, &city->arena, list, count, &city->error),
              "%s", city->error.message);
    const char *text =
        count && list[0].mapping_sha256[0] ? lane_format(&city->arena, "%s:", list[0].mapping_sha256) : "";
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t r = 0; r < list[i].row_count; r++)
            text = lane_format(&city->arena, "%s%s%ju", text, *text ? " " : "", (uintmax_t)list[i].rows[r]);
    return text;
}

Test(family, rows_that_now_pass_are_published_with_their_row_numbers) {
    struct city city;
    city_enter(&city);
    struct feed parent = {.county = "690040", .period = "202001", .snapshot = true, FEED_ROWS(sent)};
    cr_assert(feed_run(&city, &parent), "%s", city.error.message);
    cr_assert_str_eq(open_rejects(&city, "690040"), "2 3");
    /* The mapping of b was mended: the whole file is read again, only row 2 and 3 are looked at. */
    static const struct feed_row again[] = {
        {"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}, {"c", 3, FEED_REJECT}, {"d", 4, FEED_DOUBT}};
    static const uint64_t only[] = {2, 3};
    struct feed child = {.county = "690040",
                         .source = "mapping",
                         .parent = parent.delivery,
                         .parent_file = parent.file,
                         .only = only,
                         .only_count = 2,
                         .mapping = "mended",
                         .snapshot = true,
                         FEED_ROWS(again)};
    cr_assert(feed_run(&city, &child), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690040"), "a=1 b=2 d=4");
    cr_assert_eq(child.buckets[BUCKET_NEW].rows, 1);
    cr_assert_eq(child.buckets[BUCKET_REJECTED].rows, 0);
    cr_assert_eq(child.buckets[BUCKET_VANISHED].rows, 0, "a few rows never speak for the others");
    cr_assert_str_eq(open_rejects(&city, "690040"), "mended: 3", "judged by the mended mapping already");
    cr_assert_str_eq(
        city_ask(
            &city,
            "SELECT source_row FROM record.rsdt_psn_clct_detl_d WHERE county = '690040' AND src_key = 'b'"),
        "2");
    cr_assert_str_eq(city_ask(&city, "SELECT r.closed_by FROM intake.reject r JOIN intake.file USING (file) "
                                     "JOIN intake.delivery d USING (delivery) WHERE d.county = '690040'"
                                     " AND r.src_key = 'b' AND r.state = 'closed'"),
                     "mapping");
    /* The retried row goes with its parent. */
    static const struct feed_row mended[] = {{"c", 30, FEED_LIVE}};
    struct feed retry = {.county = "690040", .source = "retry", .parent = parent.delivery, FEED_ROWS(mended)};
    cr_assert(feed_run(&city, &retry), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690040"), "a=1 b=2 c=30 d=4");
    cr_assert_str_eq(open_rejects(&city, "690040"), "");
    cr_assert(undo_delivery(&city.registry, retry.delivery, "wrong row", &city.error), "%s",
              city.error.message);
    cr_assert_str_eq(feed_content(&city, "690040"), "a=1 b=2 d=4");
    cr_assert_str_eq(open_rejects(&city, "690040"), "mended: 3", "open again");
    cr_assert(undo_delivery(&city.registry, parent.delivery, "all of it", &city.error), "%s",
              city.error.message);
    cr_assert_str_eq(feed_content(&city, "690040"), "");
    cr_assert_str_eq(open_rejects(&city, "690040"), "");
    city_leave(&city);
}

/* Whatever was read of it later: rows of it under a mended mapping, what a county mended, the whole file. */
Test(family, what_was_read_again_goes_with_its_delivery) {
    static const struct feed_row mended[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    static const uint64_t only[] = {2};
    static const struct {
        const char *source, *county;
        bool of_file;
    } cases[] = {{"mapping", "690887", true}, {"retry", "690888", false}, {"again", "690889", false}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *county = cases[i].county;
        struct feed parent = {.county = county, .period = "202001", .rows = sent, .row_count = 2};
        cr_assert(feed_run(&city, &parent), "%s", city.error.message);
        struct feed child = {.county = county,
                             .source = cases[i].source,
                             .parent = parent.delivery,
                             .parent_file = cases[i].of_file ? parent.file : 0,
                             .only = cases[i].of_file ? only : NULL,
                             .only_count = cases[i].of_file,
                             FEED_ROWS(mended)};
        cr_assert(feed_run(&city, &child), "%s", city.error.message);
        cr_expect_str_eq(feed_content(&city, county), "a=1 b=2", "%s", cases[i].source);
        cr_expect_str_eq(open_rejects(&city, county), "", "%s", cases[i].source);
        cr_assert(undo_delivery(&city.registry, child.delivery, "wrong", &city.error), "%s",
                  city.error.message);
        cr_expect_str_eq(feed_content(&city, county), "a=1", "%s", cases[i].source);
        cr_expect_str_eq(open_rejects(&city, county), "2", "%s: it waits again", cases[i].source);
        cr_assert(feed_run(&city, &child), "%s", city.error.message);
        cr_assert(undo_delivery(&city.registry, parent.delivery, "wrong", &city.error), "%s",
                  city.error.message);
        cr_expect_str_eq(feed_content(&city, county), "", "%s", cases[i].source);
        cr_expect_str_eq(open_rejects(&city, county), "", "%s", cases[i].source);
        cr_expect_str_eq(
            city_ask(&city,
                     lane_format(&city.arena,
                                 "SELECT string_agg(state, ' ') FROM intake.delivery WHERE county = '%s'",
                                 county)),
            "undone undone undone", "%s", cases[i].source);
    }
    city_leave(&city);
}

/* A delivery read again under another spec speaks with the rank of the first reading, also when another one's
   undo lets both arrive again. */
Test(family, what_was_read_again_stands_when_another_is_undone) {
    static const struct feed_row first[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}},
                                 otherwise[] = {{"a", 100, FEED_LIVE}, {"b", 2, FEED_LIVE}},
                                 newer[] = {{"a", 7, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed parent = {.county = "690861", .period = "202001", FEED_ROWS(first)};
    cr_assert(feed_run(&city, &parent), "%s", city.error.message);
    struct feed child = {
        .county = "690861", .source = "again", .parent = parent.delivery, FEED_ROWS(otherwise)};
    cr_assert(feed_run(&city, &child), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690861"), "a=100 b=2");
    struct feed other = {.county = "690861", .period = "202002", FEED_ROWS(newer)};
    cr_assert(feed_run(&city, &other), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690861"), "a=7 b=2");
    cr_assert(undo_delivery(&city.registry, other.delivery, "wrong", &city.error), "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690861"), "a=100 b=2");
    city_leave(&city);
}

Test(family, equal_rank_and_different_content_is_refused_unless_arrival_decides) {
    struct city city;
    city_enter(&city);
    static const struct feed_row one[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    static const struct feed_row same[] = {{"b", 2, FEED_LIVE}, {"c", 3, FEED_LIVE}};
    static const struct feed_row other[] = {{"b", 5, FEED_LIVE}};
    struct feed first = {.county = "690041", .period = "202001", FEED_ROWS(one)};
    struct feed second = {.county = "690041", .period = "202001", FEED_ROWS(same)};
    struct feed third = {.county = "690041", .period = "202001", FEED_ROWS(other)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(feed_run(&city, &second), "equal content is no conflict: %s", city.error.message);
    cr_assert(!feed_run(&city, &third));
    cr_assert_str_eq(city.error.code, "delivery.rank_conflict");
    cr_assert_str_eq(feed_content(&city, "690041"), "a=1 b=2 c=3");
    third.revision = 2;
    cr_assert(feed_run(&city, &third), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690041"), "a=1 b=5 c=3");
    struct feed fourth = {.county = "690041", .period = "201901", .arrival = true, FEED_ROWS(one)};
    cr_assert(feed_run(&city, &fourth), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690041"), "a=1 b=2 c=3", "arrival decides");
    city_leave(&city);
}

Test(family, a_full_delivery_that_would_end_too_much_is_refused) {
    struct city city;
    city_enter(&city);
    static const struct feed_row less[] = {{"a", 1, FEED_LIVE}};
    struct feed all = {.county = "690042", .period = "202001", .snapshot = true, FEED_ROWS(sent)};
    struct feed few = {
        .county = "690042", .period = "202002", .snapshot = true, FEED_ROWS(less), .limits = {-1, -1, 0, -1}};
    cr_assert(feed_run(&city, &all), "%s", city.error.message);
    cr_assert(!feed_run(&city, &few));
    cr_assert_str_eq(city.error.code, "limit.vanished");
    cr_assert_str_eq(feed_content(&city, "690042"), "a=1 d=4");
    cr_assert_str_eq(
        city_ask(
            &city,
            "SELECT amount FROM intake.tally t JOIN intake.file f USING (file) JOIN intake.delivery d USING "
            "(delivery)"
            " WHERE d.county = '690042' AND d.state = 'refused' AND bucket = 'unpublished' AND measure = ''"),
        "1");
    city_leave(&city);
}

Test(family, a_trial_counts_everything_and_publishes_nothing) {
    struct city city;
    city_enter(&city);
    city.registry.trial = true;
    struct feed trial = {.county = "690043", FEED_ROWS(sent)};
    cr_assert(feed_run(&city, &trial), "%s", city.error.message);
    cr_assert_eq(trial.buckets[BUCKET_NEW].rows, 2);
    cr_assert_str_eq(feed_content(&city, "690043"), "");
    cr_assert_str_eq(city_ask(&city, "SELECT state FROM intake.delivery WHERE county = '690043'"), "trial");
    city.registry.trial = false;
    cr_assert(feed_run(&city, &trial), "%s", city.error.message);
    cr_assert_str_eq(feed_content(&city, "690043"), "a=1 d=4");
    city_leave(&city);
}

Test(family, no_period_is_the_lowest_and_a_year_comes_before_its_months) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}}, newer[] = {{"a", 2, FEED_LIVE}};
    static const struct {
        const char *county, *low, *high;
    } cases[] = {{"690044", "", "202001"}, {"690045", "2020", "202001"}, {"690046", "202001", "20200115"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed high = {.county = cases[i].county, .period = cases[i].high, FEED_ROWS(newer)};
        struct feed low = {.county = cases[i].county, .period = cases[i].low, FEED_ROWS(rows)};
        cr_assert(feed_run(&city, &high) && feed_run(&city, &low), "%s", city.error.message);
        cr_assert_eq(low.buckets[BUCKET_SUPERSEDED].rows, 1, "'%s' is not above '%s'", cases[i].low,
                     cases[i].high);
        cr_assert_str_eq(feed_content(&city, cases[i].county), "a=2");
    }
    city_leave(&city);
}

/* A county sends everything again: what is still wrong is open once, not twice, and an undo opens the old. */
Test(family, a_newer_snapshot_takes_over_the_open_rejects) {
    struct city city;
    city_enter(&city);
    static const struct feed_row again[] = {{"a", 1, FEED_LIVE},
                                            {"b", 2, FEED_LIVE},
                                            {"c", 3, FEED_LIVE},
                                            {"e", 5, FEED_REJECT},
                                            {"d", 4, FEED_REJECT}};
    struct feed first = {.county = "690071", .period = "202001", .snapshot = true, FEED_ROWS(sent)};
    struct feed second = {.county = "690071", .period = "202002", .snapshot = true, FEED_ROWS(again)};
    struct feed delta = {.county = "690071", .period = "202003", FEED_ROWS(sent)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert_str_eq(open_rejects(&city, "690071"), "2 3");
    cr_assert(feed_run(&city, &second), "%s", city.error.message);
    cr_assert_str_eq(open_rejects(&city, "690071"), "4 5", "those of the first are replaced");
    cr_assert(feed_run(&city, &delta), "%s", city.error.message);
    cr_assert_str_eq(open_rejects(&city, "690071"), "4 2 3",
                     "a delta speaks only for the keys that it holds");
    cr_assert(undo_delivery(&city.registry, delta.delivery, "test", &city.error), "%s", city.error.message);
    cr_assert(undo_delivery(&city.registry, second.delivery, "test", &city.error), "%s", city.error.message);
    cr_assert_str_eq(open_rejects(&city, "690071"), "2 3", "open again");
    city_leave(&city);
}
