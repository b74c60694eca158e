/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* Which rejected rows are open is a function of the set of published deliveries, too. */

static const struct feed_row wrong[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}},
                             right[] = {{"b", 20, FEED_LIVE}}, newer[] = {{"b", 200, FEED_LIVE}},
                             rest[] = {{"a", 1, FEED_LIVE}, {"c", 3, FEED_LIVE}},
                             whole[] = {{"a", 1, FEED_LIVE}, {"c", 4, FEED_LIVE}};

/* "delivery state closing closed_run" of the county's rejected rows, deliveries by their place in `feeds`. */
static const char *said(struct city *city, const struct feed *feeds, int count) {
    const char *text = "";
    for (int i = 0; i < count; i++) {
        const char *state = city_ask(
            city,
            lane_format(
                &city->arena,
                "SELECT string_agg(concat_ws(' ', r.state, r.closed_by, (r.closed_run = d.run)::text), ', ')"
                " FROM intake.reject r JOIN intake.file f USING (file) LEFT JOIN intake.delivery d ON"
                " d.delivery = r.closed_delivery WHERE f.delivery = %d AND bucket = 'rejected'",
                feeds[i].delivery));
        text = lane_format(&city->arena, "%s%s%s", text, i ? "; " : "", state);
    }
    return text;
}

static void undo(struct city *city, const struct feed *feed) {
    cr_assert(undo_delivery(&city->registry, feed->delivery, "test", &city->error), "%s",
              city->error.message);
}

static void load(struct city *city, struct feed *feeds, int count, const char *county) {
    for (int i = 0; i < count; i++) {
        feeds[i].county = county;
        cr_assert(feed_run(city, &feeds[i]), "%s", city->error.message);
    }
}

Test(reject, what_two_deliveries_settled_stays_settled_when_one_is_undone) {
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {{.period = "202001", FEED_ROWS(wrong)},
                           {.period = "202002", FEED_ROWS(right)},
                           {.period = "202003", FEED_ROWS(newer)}};
    load(&city, feeds, 3, "690091");
    cr_assert_str_eq(said(&city, feeds, 1), "closed delivery true");
    undo(&city, &feeds[1]);
    cr_assert_str_eq(feed_content(&city, "690091"), "a=1 b=200");
    cr_assert_str_eq(said(&city, feeds, 1), "closed delivery true", "its key is there, by the third");
    undo(&city, &feeds[2]);
    cr_assert_str_eq(said(&city, feeds, 1), "open", "nobody settles it any more");
    city_leave(&city);
}

Test(reject, a_row_that_was_there_and_went_again_is_settled) {
    struct city city;
    city_enter(&city);
    /* The fourth ends b by its silence; it is read by another spec's words, so it replaces no rejects. */
    struct feed feeds[] = {
        {.period = "202001", FEED_ROWS(wrong)},
        {.period = "202002", FEED_ROWS(right)},
        {.period = "202003", FEED_ROWS(newer)},
        {.period = "202004", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(rest)}};
    load(&city, feeds, 4, "690092");
    cr_assert_str_eq(feed_content(&city, "690092"), "a=1 c=3");
    undo(&city, &feeds[1]);
    cr_assert_str_eq(said(&city, feeds, 1), "closed delivery true");
    city_leave(&city);
}

Test(reject, rejects_that_two_snapshots_replaced_stay_replaced) {
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {{.period = "202001", .snapshot = true, FEED_ROWS(wrong)},
                           {.period = "202002", .snapshot = true, FEED_ROWS(rest)},
                           {.period = "202003", .snapshot = true, FEED_ROWS(whole)}};
    load(&city, feeds, 3, "690093");
    undo(&city, &feeds[1]);
    cr_assert_str_eq(said(&city, feeds, 1), "closed delivery true");
    undo(&city, &feeds[2]);
    cr_assert_str_eq(said(&city, feeds, 1), "open");
    city_leave(&city);
}

Test(reject, a_full_delivery_replaces_only_what_it_speaks_for) {
    static const struct {
        const char *name, *county, *period, *spec;
        bool snapshot;
        const char *said;
    } cases[] = {{"newer", "690895", "202003", "spec.yaml", true, "closed delivery true"},
                 {"newer, of another spec", "690896", "202003", "other.yaml", true, "open"},
                 {"older, and it came late", "690897", "202001", "spec.yaml", true, "open"},
                 {"not full", "690898", "202003", "spec.yaml", false, "open"}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed feeds[] = {{.period = "202002", .snapshot = true, FEED_ROWS(wrong)},
                               {.period = cases[i].period,
                                .spec_path = cases[i].spec,
                                .snapshot = cases[i].snapshot,
                                FEED_ROWS(rest)}};
        load(&city, feeds, 2, cases[i].county);
        cr_expect_str_eq(said(&city, feeds, 1), cases[i].said, "%s", cases[i].name);
    }
    city_leave(&city);
}

Test(reject, what_is_read_again_and_again_waits_once) {
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {{.period = "202001", FEED_ROWS(wrong)},
                           {.source = "again", .period = "202001", FEED_ROWS(wrong)},
                           {.source = "again", .period = "202001", FEED_ROWS(wrong)}};
    load(&city, feeds, 1, "690899");
    feeds[1].parent = feeds[2].parent = feeds[0].delivery;
    load(&city, feeds + 1, 2, "690899");
    cr_expect_str_eq(said(&city, feeds, 3), "closed delivery true; closed delivery true; open");
    /* Nor do those wait twice that a program before this one left open. */
    city_run(&city,
             "BEGIN; UPDATE intake.reject SET state = 'open' WHERE file IN (SELECT file FROM intake.file"
             " JOIN intake.delivery USING (delivery) WHERE county = '690899')");
    cr_expect_str_eq(city_ask(&city, "SELECT count(*) FROM intake.waiting WHERE county = '690899'"), "1");
    city_run(&city, "ROLLBACK");
    undo(&city, &feeds[2]);
    cr_expect_str_eq(said(&city, feeds, 2), "closed delivery true; open");
    undo(&city, &feeds[1]);
    cr_expect_str_eq(said(&city, feeds, 1), "open");
    city_leave(&city);
}

Test(reject, a_row_that_a_child_settled_stays_settled_by_its_place) {
    struct city city;
    city_enter(&city);
    /* The cell that was mended is the key, so the row is known by its number alone. */
    static const struct feed_row mended[] = {{"a", 1, FEED_LIVE}, {"B", 2, FEED_LIVE}},
                                 more[] = {{"b", 7, FEED_LIVE}};
    static const uint64_t only[] = {2};
    struct feed feeds[] = {{.period = "202001", FEED_ROWS(wrong)}, {.period = "202002", FEED_ROWS(more)}};
    load(&city, feeds, 2, "690094");
    struct feed child = {.county = "690094",
                         .source = "mapping",
                         .parent = feeds[0].delivery,
                         .parent_file = feeds[0].file,
                         .only = only,
                         .only_count = 1,
                         FEED_ROWS(mended)};
    cr_assert(feed_run(&city, &child), "%s", city.error.message);
    undo(&city, &feeds[1]);
    cr_assert_str_eq(feed_content(&city, "690094"), "B=2 a=1");
    cr_assert_str_eq(said(&city, feeds, 1), "closed mapping true");
    city_leave(&city);
}

/* Mended, the row has the key of another one of its delivery: published, it would take that one's place. */
Test(reject, a_mended_row_does_not_take_the_place_of_another_one) {
    static const struct feed_row same[] = {{"a", 1, FEED_LIVE}, {"a", 1, FEED_LIVE}},
                                 other[] = {{"a", 1, FEED_LIVE}, {"a", 5, FEED_LIVE}},
                                 own[] = {{"a", 1, FEED_LIVE}, {"B", 2, FEED_LIVE}},
                                 better[] = {{"a", 1, FEED_LIVE}, {"B", 3, FEED_LIVE}};
    static const struct {
        const struct feed_row *rows;
        const char *content, *said;
    } cases[] = {{other, "a=1", "open"},
                 {own, "B=2 a=1", "closed retry true"},
                 {better, "B=3 a=1", "closed retry true"},
                 {same, "B=3 a=1", "closed retry true"}};
    static const uint64_t only[] = {2};
    struct city city;
    city_enter(&city);
    struct feed first = {.period = "202001", FEED_ROWS(wrong)};
    load(&city, &first, 1, "690891");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed child = {.county = "690891",
                             .source = "retry",
                             .parent = first.delivery,
                             .parent_file = first.file,
                             .only = only,
                             .only_count = 1,
                             .rows = cases[i].rows,
                             .row_count = 2};
        cr_assert(feed_run(&city, &child), "%s", city.error.message);
        cr_expect_str_eq(feed_content(&city, "690891"), cases[i].content, "case %zu", i);
        cr_expect_str_eq(said(&city, &first, 1), cases[i].said, "case %zu", i);
    }
    city_leave(&city);
}

/* Nor of one that was mended before it, which is published under another child. */
Test(reject, of_two_mended_rows_of_one_key_the_second_is_sent_back) {
    static const struct feed_row two[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_REJECT}, {"c", 3, FEED_REJECT}},
                                 mended[] = {{"a", 1, FEED_LIVE}, {"B", 2, FEED_LIVE}, {"B", 3, FEED_LIVE}};
    static const uint64_t rows[] = {2, 3};
    struct city city;
    city_enter(&city);
    struct feed first = {.period = "202001", FEED_ROWS(two)};
    load(&city, &first, 1, "690884");
    for (int i = 0; i < 2; i++) {
        struct feed child = {.county = "690884",
                             .source = "retry",
                             .parent = first.delivery,
                             .parent_file = first.file,
                             .only = &rows[i],
                             .only_count = 1,
                             FEED_ROWS(mended)};
        cr_assert(feed_run(&city, &child), "%s", city.error.message);
        cr_expect_eq(child.buckets[BUCKET_REJECTED].rows, i, "child %d", i);
        cr_expect_str_eq(feed_content(&city, "690884"), "B=2 a=1", "child %d", i);
    }
    city_leave(&city);
}

/* Nor of one that stands in the same place of another file, or of another table read from the same file. */
Test(reject, a_mended_row_is_told_from_those_of_its_number_elsewhere) {
    static const struct feed_row others[] = {{"c", 7, FEED_LIVE}, {"B", 5, FEED_LIVE}},
                                 mended[] = {{"a", 1, FEED_LIVE}, {"B", 2, FEED_LIVE}};
    static const struct {
        const char *county, *member, *spec;
    } cases[] = {{"690881", "other.csv", "spec.yaml"}, {"690882", "", "other.yaml"}};
    static const uint64_t only[] = {2};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed beside = {.spec_path = cases[i].spec, .member = cases[i].member, FEED_ROWS(others)},
                    first = {.period = "202001", .beside = &beside, FEED_ROWS(wrong)};
        load(&city, &first, 1, cases[i].county);
        struct feed child = {.county = cases[i].county,
                             .source = "retry",
                             .parent = first.delivery,
                             .parent_file = first.file,
                             .only = only,
                             .only_count = 1,
                             FEED_ROWS(mended)};
        cr_assert(feed_run(&city, &child), "%s", city.error.message);
        cr_expect_eq(child.buckets[BUCKET_REJECTED].rows, 1, "case %zu", i);
        cr_expect_str_eq(feed_content(&city, cases[i].county), "B=5 a=1 c=7", "case %zu", i);
        cr_expect_str_eq(said(&city, &first, 1), "open", "case %zu", i);
    }
    city_leave(&city);
}

/* What a newer delivery says of a key is not settled by an old one that comes late, in either order. */
Test(reject, an_old_delivery_settles_nothing_of_a_newer_one) {
    struct city city;
    city_enter(&city);
    for (int late = 0; late < 2; late++) {
        struct feed old = {.period = "202001", FEED_ROWS(right)},
                    new = {.period = "202002", FEED_ROWS(wrong)};
        struct feed feeds[] = {late ? new : old, late ? old : new};
        load(&city, feeds, 2, late ? "690892" : "690893");
        cr_expect_str_eq(feed_content(&city, late ? "690892" : "690893"), "a=1 b=20");
        cr_expect_str_eq(said(&city, &feeds[!late], 1), "open", "%s", late ? "late" : "in order");
    }
    city_leave(&city);
}

/* The key passes in the second full delivery, which says only what is there: the row keeps its lineage. */
Test(reject, a_full_delivery_that_changes_nothing_settles_what_it_says_again) {
    static const struct feed_row first[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {
        {.period = "202001", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(first)},
        {.period = "202002", FEED_ROWS(wrong)},
        {.period = "202003", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(first)},
        {.period = "202004", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(first)}};
    load(&city, feeds, 2, "690894");
    cr_expect_str_eq(said(&city, &feeds[1], 1), "open");
    load(&city, feeds + 2, 2, "690894");
    cr_expect_str_eq(said(&city, &feeds[1], 1), "closed delivery true");
    undo(&city, &feeds[2]);
    cr_expect_str_eq(said(&city, &feeds[1], 1), "closed delivery true", "the last says it, too");
    undo(&city, &feeds[3]);
    cr_expect_str_eq(said(&city, &feeds[1], 1), "open", "nobody says it after the delta any more");
    city_leave(&city);
}

/* What stood below the rows that it says again, and went with its silence, it does not settle. */
Test(reject, a_full_delivery_settles_nothing_that_it_does_not_say) {
    static const struct feed_row first[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}},
                                 sent_back[] = {{"b", 2, FEED_REJECT}}, last[] = {{"a", 1, FEED_LIVE}},
                                 other[] = {{"z", 9, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {
        {.period = "202001", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(first)},
        {.period = "202002", FEED_ROWS(sent_back)},
        {.period = "202003", .snapshot = true, .spec_path = "whole.yaml", FEED_ROWS(last)},
        {.period = "202004", FEED_ROWS(other)}};
    load(&city, feeds, 4, "690883");
    cr_expect_str_eq(said(&city, &feeds[1], 1), "open");
    undo(&city, &feeds[3]);
    cr_expect_str_eq(feed_content(&city, "690883"), "a=1");
    cr_expect_str_eq(said(&city, &feeds[1], 1), "open", "judged again");
    city_leave(&city);
}

Test(reject, nobody_waits_for_the_rows_of_a_delivery_that_was_undone) {
    struct city city;
    city_enter(&city);
    struct feed feeds[] = {{.period = "202001", FEED_ROWS(wrong)}, {.period = "202002", FEED_ROWS(right)}};
    load(&city, feeds, 2, "690095");
    undo(&city, &feeds[0]);
    undo(&city, &feeds[1]);
    cr_assert_str_eq(said(&city, feeds, 1), "closed undo", "the second settled it, the first is gone");
    city_leave(&city);
}

/* Within the one transaction: a program that dies after its COMMIT has not forgotten what a county decided.
 */
static void waive(struct city *city, int file) {
    city_run(city, lane_format(&city->arena,
                               "UPDATE intake.reject SET state = 'closed', closed_by = 'waiver', closed_run ="
                               " 7, waiver_reason = 'x', waiver_name = 'y', waiver_date = '2021-01-05' WHERE"
                               " file = %d AND bucket = 'rejected'",
                               file));
}

/* Given before it was read again, or between two readings; never to the row of its number in another table or
   another file of the delivery. */
Test(reject, a_waiver_outlives_a_delivery_that_is_read_again) {
    static const struct {
        const char *county, *member, *spec;
        bool late;
    } cases[] = {{"690096", "", "other.yaml", false},
                 {"690885", "", "other.yaml", true},
                 {"690886", "other.csv", "spec.yaml", true}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed beside = {.spec_path = cases[i].spec, .member = cases[i].member, FEED_ROWS(wrong)},
                    first = {.period = "202001", .beside = &beside, FEED_ROWS(wrong)};
        load(&city, &first, 1, cases[i].county);
        if (!cases[i].late) waive(&city, first.file);
        for (int reading = 0; reading < 2; reading++) {
            struct feed again = {.county = cases[i].county,
                                 .source = "again",
                                 .parent = first.delivery,
                                 .beside = &beside,
                                 FEED_ROWS(wrong)};
            cr_assert(feed_run(&city, &again), "%s", city.error.message);
            bool waived = !cases[i].late || reading;
            cr_expect_str_eq(
                city_ask(&city, lane_format(&city.arena,
                                            "SELECT string_agg(concat_ws(' ', state, closed_by, closed_run,"
                                            " waiver_reason, waiver_name, waiver_date), ', ' ORDER BY file)"
                                            " FROM intake.reject WHERE file IN (%d, %d) AND bucket ="
                                            " 'rejected'",
                                            again.file, beside.file)),
                waived ? "closed waiver 7 x y 2021-01-05, open" : "open, open", "case %zu", i);
            if (!waived) waive(&city, again.file);
        }
    }
    city_leave(&city);
}

/* The planner that knows nothing of 300,000 rows sent back looks each of them up one by one. */
Test(reject, many_rows_that_were_put_aside_are_told_to_the_planner) {
    enum { MANY = 12000, WORD = 8 };
    static struct feed_row list[MANY];
    static char keys[MANY][WORD];
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(keys[i], WORD, "k%05u", i);
        list[i] = (struct feed_row){keys[i], i, FEED_REJECT};
    }
    struct city city;
    city_enter_alone(&city);
    city_run(&city, "ALTER TABLE intake.reject SET (autovacuum_enabled = off)");
    struct feed feed = {.county = "690097", .limits = {10, -1, -1, -1}, FEED_ROWS(list)};
    cr_assert(!feed_run(&city, &feed), "refused: over the limit");
    cr_expect_str_eq(city_ask(&city, "SELECT reltuples::int FROM pg_class WHERE oid ="
                                     " 'intake.reject'::regclass"),
                     "12000");
    city_leave(&city);
}
