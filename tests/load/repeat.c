/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/repeat.h"
#include "load/hash.h"
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* Full deliveries that say again what is published: what is not sent must count as if it had been. */

enum { MANY = 20000, EVERY = 100, KEY_BYTES = 8, DELIVERIES = 5, KEYS = 60 };

#define POWER_32 ((int64_t)1 << 32)
#define TABLE "record.rsdt_psn_clct_detl_d_"

/* Where every row stands and which transaction wrote it: whatever is written again moves. */
static const char *stand(struct city *city, const char *county) {
    return city_ask(
        city, lane_format(
                  &city->arena,
                  "SELECT count(*) || ' ' || md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY key_hash))"
                  " FROM " TABLE "%s",
                  county));
}

static const char *said(struct city *city, const char *county) {
    return city_ask(
        city,
        lane_format(
            &city->arena,
            "SELECT coalesce(sum(rows), 0) || ' in ' || count(*) FROM record.repeated WHERE county = '%s'",
            county));
}

static int64_t fen_of(const struct intake_bucket *bucket) {
    fen_total all = 0;
    for (int m = 0; m < MEASURES; m++) all += bucket->fen[m];
    return (int64_t)all;
}

static void expect_buckets(const struct feed *feed, const char *expected) {
    char found[256] = "";
    for (int b = 0; b < BUCKET_COUNT; b++)
        if (feed->buckets[b].rows)
            snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s %jd %jd", *found ? ", " : "",
                     bucket_names[b], (intmax_t)feed->buckets[b].rows, (intmax_t)fen_of(&feed->buckets[b]));
    cr_expect_str_eq(found, expected);
}

/* Nothing but the runs was sent. */
static void nothing_sent(struct city *city, struct intake *intake) {
    const struct intake_file *file = intake_file_at(intake, 0);
    cr_assert(file->repeat);
    cr_expect_str_eq(city_ask(city, lane_format(&city->arena, "SELECT count(*) FROM %s", file->fresh)), "0");
    cr_expect_eq(file->said.rows, MANY);
}

static struct many {
    struct feed_row rows[MANY];
    char keys[MANY][KEY_BYTES];
} many, hundredth;

static void fill(struct many *into, uint32_t every) {
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(into->keys[i], KEY_BYTES, "k%05u", i);
        into->rows[i] = (struct feed_row){into->keys[i], 100 + i + (every && i % every == 0), FEED_LIVE};
    }
}

Test(repeat, an_unchanged_full_delivery_writes_no_row) {
    struct city city;
    city_enter(&city);
    fill(&many, 0);
    struct feed first = {.county = "690901", .period = "202001", .snapshot = true, FEED_ROWS(many.rows)},
                again = {.county = "690901",
                         .period = "202002",
                         .snapshot = true,
                         .before_publish = nothing_sent,
                         FEED_ROWS(many.rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    const char *before = stand(&city, "690901");
    cr_assert(feed_run(&city, &again), "%s", city.error.message);
    cr_expect_str_eq(stand(&city, "690901"), before);
    expect_buckets(&again, "unchanged 20000 201990000");
    cr_expect_str_eq(said(&city, "690901"), "20000 in 1");
    city_leave(&city);
}

/* On one worker and on two, in memory and on disk. */
Test(repeat, only_what_differs_is_written) {
    static const struct {
        const char *county;
        uint32_t workers;
        uint64_t bytes;
    } cases[] = {{"690902", 1, 0}, {"690903", 2, 0}, {"690904", 2, 1}};
    struct city city;
    city_enter(&city);
    fill(&many, 0);
    fill(&hundredth, EVERY);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *county = cases[i].county;
        struct feed first = {.county = county, .period = "202001", .snapshot = true, FEED_ROWS(many.rows)},
                    next = {.county = county,
                            .period = "202002",
                            .snapshot = true,
                            .workers = cases[i].workers,
                            .compare_bytes = cases[i].bytes,
                            FEED_ROWS(hundredth.rows)};
        char before[HASH_TEXT], after[HASH_TEXT];
        cr_assert(feed_run(&city, &first), "%s", city.error.message);
        cr_assert(hash_content(&city.registry, county, before, &city.error));
        cr_assert(feed_run(&city, &next), "%s", city.error.message);
        expect_buckets(&next, "changed 200 2010200, unchanged 19800 199980000, replaced 200 2010000");
        cr_expect_str_eq(
            city_ask(
                &city,
                lane_format(&city.arena,
                            "SELECT count(*) FILTER (WHERE xmin = newest) || ' of ' || count(*) FROM " TABLE
                            "%s, (SELECT max(xmin::text::int)::text::xid AS newest FROM " TABLE "%s) x",
                            county, county)),
            "200 of 20000", "%s", county);
        cr_assert(undo_delivery(&city.registry, next.delivery, "test", &city.error), "%s",
                  city.error.message);
        cr_assert(hash_content(&city.registry, county, after, &city.error));
        cr_expect_str_eq(before, after, "%s", county);
        cr_expect_str_eq(said(&city, county), "0 in 0");
    }
    city_leave(&city);
}

/* The hashes are equal and the amounts are not: whoever stole the fen, the delivery is refused. */
static void steal(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(city, "UPDATE " TABLE "690905 SET clct_sumamt_fen = clct_sumamt_fen - 1 WHERE src_key = 'b'");
}

static void give_back(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(city, "UPDATE " TABLE "690905 SET clct_sumamt_fen = 20 WHERE src_key = 'b'");
}

/* Rows that only the database lost or has. */
static void lose(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(city, "DELETE FROM " TABLE "690905 WHERE src_key = 'b'");
}

Test(repeat, a_stolen_fen_is_caught_although_the_hashes_are_equal) {
    static const struct feed_row first_rows[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}},
                                 collides[] = {{"a", 1, FEED_LIVE}, {"b", 19, FEED_LIVE}};
    static const int64_t as_first[] = {1, 20};
    static const struct {
        const struct feed_row *rows;
        void (*spoil)(struct city *city, struct intake *intake);
        const char *code;
    } cases[] = {{collides, NULL, "conserve.amount"},
                 {first_rows, steal, "conserve.amount"},
                 {first_rows, give_back, NULL},
                 {first_rows, lose, "conserve.rows"}};
    static const char *const periods[] = {"202002", "202003", "202004", "202005"};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690905", .period = "202001", .snapshot = true, FEED_ROWS(first_rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed next = {.county = "690905",
                            .period = periods[i],
                            .snapshot = true,
                            .before_publish = cases[i].spoil,
                            .rows = cases[i].rows,
                            .hash_fen = as_first,
                            .row_count = 2};
        bool published = feed_run(&city, &next);
        cr_assert_eq(published, !cases[i].code, "case %zu: %s", i, city.error.message);
        if (cases[i].code) cr_expect_str_eq(city.error.code, cases[i].code, "case %zu", i);
        expect_buckets(&next, published ? "unchanged 2 21"
                              : i == 0  ? "unpublished 2 20"
                                        : "unpublished 2 21");
    }
    city_leave(&city);
}

/* A full delivery whose rows have the content hashes of amounts `as_first`, which are published. */
struct collision {
    const char *name, *period;
    const struct feed_row *rows;
    uint32_t count;
    const char *code; /* of its refusal; NULL: published, nothing changed */
};

static void collide(const char *county, const struct feed_row *first_rows, const int64_t *as_first,
                    const struct collision *cases, size_t count) {
    struct city city;
    city_enter(&city);
    struct feed first = {
        .county = county, .period = "202001", .snapshot = true, .rows = first_rows, .row_count = 3};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    const char *content = feed_content(&city, county);
    for (size_t i = 0; i < count; i++) {
        struct feed next = {.county = county,
                            .period = cases[i].period,
                            .snapshot = true,
                            .rows = cases[i].rows,
                            .hash_fen = as_first,
                            .row_count = cases[i].count};
        bool published = feed_run(&city, &next);
        cr_assert_eq(published, !cases[i].code, "%s: %s", cases[i].name, city.error.message);
        if (cases[i].code) cr_expect_str_eq(city.error.code, cases[i].code, "%s", cases[i].name);
        cr_expect_eq(next.buckets[BUCKET_UNCHANGED].rows, published ? 3 : 0, "%s", cases[i].name);
        cr_expect_str_eq(feed_content(&city, county), content, "%s", cases[i].name);
    }
    city_leave(&city);
}

/* Two rows keep their hashes, change, and cancel in the sum: of one older file, in any place; and two of
   which one was taken back into the fresh table. */
Test(repeat, two_changes_that_cancel_are_caught_although_the_hashes_are_equal) {
    static const struct feed_row first_rows[] = {{"a", 100, FEED_LIVE},
                                                 {"b", 2000, FEED_LIVE},
                                                 {"c", -30000, FEED_LIVE}},
                                 neighbours[] = {{"a", 101, FEED_LIVE},
                                                 {"b", 1999, FEED_LIVE},
                                                 {"c", -30000, FEED_LIVE}},
                                 across_zero[] = {{"a", 100 - 65536, FEED_LIVE},
                                                  {"b", 2000, FEED_LIVE},
                                                  {"c", 65536 - 30000, FEED_LIVE}},
                                 high_half[] = {{"a", 100 + POWER_32, FEED_LIVE},
                                                {"b", 2000 - POWER_32, FEED_LIVE},
                                                {"c", -30000, FEED_LIVE}},
                                 far[] = {{"a", 100, FEED_LIVE},
                                          {"b", 2000 - 7 * POWER_32 * 65536, FEED_LIVE},
                                          {"c", 7 * POWER_32 * 65536 - 30000, FEED_LIVE}},
                                 recalled[] = {{"a", 101, FEED_LIVE},
                                               {"b", 1999, FEED_LIVE},
                                               {"c", -30000, FEED_LIVE},
                                               {"c", -30000, FEED_LIVE}};
    static const int64_t as_first[] = {100, 2000, -30000, -30000};
    static const struct collision cases[] = {{"the same", "202002", first_rows, 3, NULL},
                                             {"neighbours", "202003", neighbours, 3, "conserve.amount"},
                                             {"across zero", "202004", across_zero, 3, "conserve.amount"},
                                             {"by 2^32", "202005", high_half, 3, "conserve.amount"},
                                             {"by 7 * 2^48", "202006", far, 3, "conserve.amount"},
                                             {"one key twice", "202007", recalled, 4, "conserve.amount"}};
    collide("690912", first_rows, as_first, cases, sizeof cases / sizeof *cases);
}

/* Amounts whose product with the row's number is more than 64 bits hold: of rows that were read, and only of
   published ones, which keep the hashes of small amounts and cancel in the sum. */
Test(repeat, changes_of_vast_amounts_are_caught_although_the_hashes_are_equal) {
    static const int64_t vast = 5000000000000000000;
    static const struct feed_row
        vast_rows[] = {{"a", vast, FEED_LIVE}, {"b", vast, FEED_LIVE}, {"c", -vast, FEED_LIVE}},
        neighbours[] = {{"a", vast, FEED_LIVE}, {"b", vast - 1, FEED_LIVE}, {"c", 1 - vast, FEED_LIVE}},
        small[] = {{"a", vast, FEED_LIVE}, {"b", 5, FEED_LIVE}, {"c", -5, FEED_LIVE}};
    static const int64_t as_first[] = {vast, vast, -vast};
    static const struct collision cases[] = {{"the same", "202002", vast_rows, 3, NULL},
                                             {"neighbours", "202003", neighbours, 3, "conserve.amount"},
                                             {"small ones", "202004", small, 3, "conserve.amount"}};
    collide("690914", vast_rows, as_first, cases, sizeof cases / sizeof *cases);
}

/* A row that was sent is held against the published one itself: of equal hashes and other amounts it is what
   it is, changed. */
Test(repeat, a_sent_row_of_equal_hash_and_other_amount_is_changed) {
    static const struct feed_row first_rows[] = {{"a", 100, FEED_LIVE}, {"b", 2000, FEED_LIVE}},
                                 next_rows[] = {{"a", 101, FEED_LIVE}, {"b", 1999, FEED_LIVE}};
    static const int64_t as_first[] = {100, 2000};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690913", .period = "202001", FEED_ROWS(first_rows)},
                next = {.county = "690913", .period = "202002", .hash_fen = as_first, FEED_ROWS(next_rows)};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &next), "%s", city.error.message);
    expect_buckets(&next, "changed 2 2100, replaced 2 2100");
    cr_expect_str_eq(feed_content(&city, "690913"), "a=101 b=1999");
    city_leave(&city);
}

/* A second row of a key turns up after the first was not sent. */
Test(repeat, rows_of_one_key_are_judged_together) {
    static const struct feed_row first_rows[] = {{"a", 1, FEED_LIVE},
                                                 {"b", 20, FEED_LIVE},
                                                 {"c", 300, FEED_LIVE},
                                                 {"d", 4000, FEED_LIVE},
                                                 {"e", 50000, FEED_LIVE}},
                                 next_rows[] = {{"a", 1, FEED_LIVE},     {"b", 20, FEED_LIVE},
                                                {"c", 300, FEED_LIVE},   {"a", 1, FEED_LIVE},
                                                {"b", 25, FEED_LIVE},    {"d", 4000, FEED_LIVE},
                                                {"e", 50000, FEED_LIVE}, {"e", 0, FEED_WITHDRAW}};
    static const struct {
        const char *county, *buckets, *content, *said;
        bool last;
    } cases[] = {
        {"690906", "unchanged 3 4301, duplicate 1 1, rejected 4 50045, vanished 2 50020", "a=1 c=300 d=4000",
         "3 in 3", false},
        {"690907",
         "changed 1 25, unchanged 3 4301, withdrawn 1 0, superseded 2 50020, duplicate 1 1, replaced 1 20, "
         "ended 1 50000",
         "a=1 b=25 c=300 d=4000", "3 in 3", true}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *county = cases[i].county;
        struct feed first = {.county = county, .period = "202001", .snapshot = true, FEED_ROWS(first_rows)},
                    next = {.county = county,
                            .period = "202002",
                            .snapshot = true,
                            .conflict_last = cases[i].last,
                            FEED_ROWS(next_rows)};
        char before[HASH_TEXT], after[HASH_TEXT];
        cr_assert(feed_run(&city, &first), "%s", city.error.message);
        cr_assert(hash_content(&city.registry, county, before, &city.error));
        cr_assert(feed_run(&city, &next), "%s", city.error.message);
        expect_buckets(&next, cases[i].buckets);
        cr_expect_str_eq(feed_content(&city, county), cases[i].content);
        cr_expect_str_eq(said(&city, county), cases[i].said);
        cr_assert(undo_delivery(&city.registry, next.delivery, "test", &city.error), "%s",
                  city.error.message);
        cr_assert(hash_content(&city.registry, county, after, &city.error));
        cr_expect_str_eq(before, after);
    }
    city_leave(&city);
}

/* Two snapshots of one kind beside each other: each says again, and ends, only its own rows. */
Test(repeat, another_snapshots_rows_are_left_alone) {
    static const struct feed_row in[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}},
                                 out[] = {{"c", 300, FEED_LIVE}, {"d", 4000, FEED_LIVE}},
                                 next_rows[] = {{"d", 4000, FEED_LIVE}, {"a", 1, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690908", .period = "202001", .snapshot = true, FEED_ROWS(in)},
                other = {.county = "690908",
                         .period = "202001",
                         .revision = 2,
                         .spec_path = "out.yaml",
                         .snapshot = true,
                         FEED_ROWS(out)},
                next = {.county = "690908", .period = "202002", .snapshot = true, FEED_ROWS(next_rows)};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &other), "%s", city.error.message);
    cr_assert(feed_run(&city, &next), "%s", city.error.message);
    expect_buckets(&next, "unchanged 2 4001, vanished 1 20");
    cr_expect_str_eq(feed_content(&city, "690908"), "a=1 c=300 d=4000");
    cr_expect_str_eq(said(&city, "690908"), "1 in 1", "d takes over its lineage, as its scope is another");
    struct feed equal = {.county = "690908", .period = "202002", .snapshot = true, FEED_ROWS(next_rows)};
    cr_assert(feed_run(&city, &equal), "%s", city.error.message);
    expect_buckets(&equal, "unchanged 2 4001");
    cr_expect_str_eq(
        city_ask(&city, lane_format(&city.arena, "SELECT count(*) FROM " TABLE "690908 WHERE file = %d",
                                    equal.file)),
        "2", "one of equal rank takes over the lineage");
    city_leave(&city);
}

/* A delete marker has the values of the row that it ends, and so its hash: it is no row said again. */
Test(repeat, a_marker_of_equal_content_ends_the_row) {
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}},
                                 marked[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_WITHDRAW}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690915", .period = "202001", .snapshot = true, FEED_ROWS(rows)},
                next = {.county = "690915", .period = "202002", .snapshot = true, FEED_ROWS(marked)};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &next), "%s", city.error.message);
    expect_buckets(&next, "unchanged 1 1, withdrawn 1 20, ended 1 20");
    cr_expect_str_eq(feed_content(&city, "690915"), "a=1");
    city_leave(&city);
}

static void somebody_publishes(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(city,
             "INSERT INTO intake.movement (run, delivery, kind, measure, before, after) SELECT run,"
             " delivery, 'rsdt_psn_clct_detl_d', '', 0, 0 FROM intake.delivery WHERE county = '690909'");
}

Test(repeat, what_changed_meanwhile_is_not_compared) {
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690909", .period = "202001", .snapshot = true, FEED_ROWS(rows)},
                next = {.county = "690909",
                        .period = "202002",
                        .snapshot = true,
                        .before_publish = somebody_publishes,
                        FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(!feed_run(&city, &next));
    cr_expect_eq(city.error.trouble, TROUBLE_LATER);
    city_leave(&city);
}

/* Key k of full delivery d: there four times out of five; every third delivery says something else of it. */
static uint32_t make(int d, struct feed_row rows[KEYS], char keys[KEYS][KEY_BYTES]) {
    uint32_t count = 0;
    for (uint32_t k = 0; k < KEYS; k++) {
        uint32_t dice = (k * 2654435761U) >> 8 ^ (uint32_t)d * 40503U;
        snprintf(keys[k], KEY_BYTES, "k%02u", k);
        if (dice % 5 == 0) continue;
        rows[count++] = (struct feed_row){keys[k], 100 * k + ((uint32_t)d + k) % 7 / 3, FEED_LIVE};
    }
    return count;
}

/* What is published and where it came from: the period of its delivery, the row there. */
static const char *state(struct city *city) {
    return city_ask(
        city,
        lane_format(
            &city->arena,
            "SELECT coalesce(string_agg(t.src_key || '=' || t.clct_sumamt_fen || '@' || d.period || ':' ||"
            " t.source_row, ' ' ORDER BY t.src_key), '') FROM " TABLE "%s t JOIN intake.file f USING (file)"
            " JOIN intake.delivery d USING (delivery)",
            "690910"));
}

static void load(struct city *city, int but, int numbers[DELIVERIES]) {
    static const char *const periods[DELIVERIES] = {"202001", "202002", "202003", "202004", "202005"};
    struct feed_row rows[KEYS];
    char keys[KEYS][KEY_BYTES];
    for (int d = 0; d < DELIVERIES; d++) {
        numbers[d] = 0;
        if (d == but) continue;
        struct feed feed = {.county = "690910",
                            .period = periods[d],
                            .snapshot = true,
                            .rows = rows,
                            .row_count = make(d, rows, keys)};
        cr_assert(feed_run(city, &feed), "%s", city->error.message);
        numbers[d] = feed.delivery;
    }
}

static void take_back(struct city *city, int number) {
    if (number)
        cr_assert(undo_delivery(&city->registry, number, "test", &city->error), "%s", city->error.message);
}

Test(repeat, an_undone_full_delivery_was_never_there) {
    struct city city;
    city_enter(&city);
    int numbers[DELIVERIES];
    char never[HASH_TEXT], after[HASH_TEXT];
    for (int gone = 0; gone < DELIVERIES; gone++) {
        load(&city, gone, numbers);
        const char *expected = state(&city), *runs = said(&city, "690910");
        cr_assert(hash_content(&city.registry, "690910", never, &city.error));
        cr_assert(*expected);
        for (int d = 0; d < DELIVERIES; d++) take_back(&city, numbers[d]);
        cr_expect_str_eq(state(&city), "");
        load(&city, -1, numbers);
        take_back(&city, numbers[gone]);
        cr_assert(hash_content(&city.registry, "690910", after, &city.error));
        cr_expect_str_eq(never, after, "without %d", gone);
        cr_expect_str_eq(state(&city), expected, "without %d", gone);
        cr_expect_str_eq(said(&city, "690910"), runs, "without %d", gone);
        for (int d = DELIVERIES - 1; d >= 0; d--)
            if (d != gone) take_back(&city, numbers[d]);
        cr_expect_str_eq(said(&city, "690910"), "0 in 0");
    }
    city_leave(&city);
}

/* What full deliveries said before record.repeated was there stands in record.confirmation, by its key. */
Test(repeat, what_an_older_program_confirmed_still_counts) {
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690911", .period = "202001", .snapshot = true, FEED_ROWS(rows)},
                next = {.county = "690911", .period = "202002", .snapshot = true, FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &next), "%s", city.error.message);
    city_run(&city, lane_format(&city.arena,
                                "INSERT INTO record.confirmation SELECT county, key_hash, %d, source_row FROM"
                                " " TABLE "690911; DELETE FROM record.repeated WHERE county = '690911'",
                                next.file));
    take_back(&city, first.delivery);
    cr_expect_str_eq(feed_content(&city, "690911"), "a=1 b=20");
    cr_expect_str_eq(
        city_ask(&city,
                 lane_format(&city.arena, "SELECT count(*) FROM " TABLE "690911 WHERE file = %d", next.file)),
        "2");
    cr_expect_str_eq(city_ask(&city, "SELECT count(*) FROM record.confirmation WHERE county = '690911'"),
                     "0");
    city_leave(&city);
}
