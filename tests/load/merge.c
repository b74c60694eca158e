/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/hash.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* A full delivery against what is published: the many rows that are the same cost no row of record. */

enum { MANY = 1000, KEY_BYTES = 8 };

struct many {
    struct feed_row rows[MANY];
    char keys[MANY][KEY_BYTES];
};

static void fill(struct many *many, uint32_t from) {
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(many->keys[i], KEY_BYTES, "k%05u", from + i);
        many->rows[i] = (struct feed_row){many->keys[i], 100 + from + i, FEED_LIVE};
    }
}

/* How many rows of the partition an earlier transaction wrote, and how many there are. */
#define STAYED                                                                                               \
    "SELECT count(*) FILTER (WHERE xmin <> newest) || ' of ' || count(*) FROM record."                       \
    "rsdt_psn_clct_detl_d_690190, (SELECT max(xmin::text::int)::text::xid AS newest FROM"                    \
    " record.rsdt_psn_clct_detl_d_690190) x"

Test(merge, a_full_delivery_touches_only_what_differs) {
    struct city city;
    city_enter(&city);
    static struct many one, two;
    char before[HASH_TEXT], after[HASH_TEXT];
    fill(&one, 0);
    fill(&two, 2); /* lacks k00000 and k00001, brings two new ones */
    two.rows[10].fen += 5, two.rows[20].fen -= 7, two.rows[30].fate = FEED_REJECT;
    struct feed first = {.county = "690190", .period = "202001", .snapshot = true, FEED_ROWS(one.rows)},
                second = {.county = "690190", .period = "202002", .snapshot = true, FEED_ROWS(two.rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, "690190", before, &city.error));
    cr_assert(feed_run(&city, &second), "%s", city.error.message);
    static const struct {
        enum bucket bucket;
        int64_t rows, fen;
    } expected[] = {{BUCKET_NEW, 2, 2 * 100 + 1000 + 1001},
                    {BUCKET_CHANGED, 2, 2 * 100 + 12 + 5 + 22 - 7},
                    {BUCKET_REPLACED, 2, 2 * 100 + 12 + 22},
                    {BUCKET_VANISHED, 3, 3 * 100 + 0 + 1 + 32},
                    {BUCKET_REJECTED, 1, 100 + 32},
                    {BUCKET_UNCHANGED, 995, 995 * 100 + 999 * 1000 / 2 - 1 - 12 - 22 - 32}};
    uint32_t measure = 0;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct intake_bucket *found = &second.buckets[expected[i].bucket];
        while (measure + 1 < MEASURES && !first.buckets[BUCKET_NEW].fen[measure]) measure++;
        cr_expect_eq(found->rows, expected[i].rows, "%s %jd", bucket_names[expected[i].bucket],
                     (intmax_t)found->rows);
        cr_expect_eq((int64_t)found->fen[measure], expected[i].fen, "%s %jd",
                     bucket_names[expected[i].bucket], (intmax_t)found->fen[measure]);
    }
    cr_expect_str_eq(city_ask(&city, STAYED), "995 of 999");
    cr_assert(undo_delivery(&city.registry, second.delivery, "test", &city.error), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, "690190", after, &city.error));
    cr_assert_str_eq(before, after);
    city_leave(&city);
}

Test(merge, a_full_delivery_cut_in_half_is_refused) {
    struct city city;
    city_enter(&city);
    static struct many all;
    char before[HASH_TEXT], after[HASH_TEXT];
    fill(&all, 0);
    struct feed first = {.county = "690191", .period = "202001", .snapshot = true, FEED_ROWS(all.rows)},
                half = {.county = "690191",
                        .period = "202002",
                        .snapshot = true,
                        .rows = all.rows,
                        .row_count = MANY / 2,
                        .limits = {-1, -1, 1000, 10000}}; /* 1000 rows or one in a hundred */
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, "690191", before, &city.error));
    cr_assert(!feed_run(&city, &half));
    cr_assert_str_eq(city.error.code, "limit.vanished");
    cr_assert(hash_content(&city.registry, "690191", after, &city.error));
    cr_assert_str_eq(before, after);
    city_leave(&city);
}

/* The unchanged are counted as the whole without the others, so a row judged twice has to be noticed. */
static void double_a_row(struct city *city, struct intake *intake) {
    (void)intake;
    /* The partition's key is put to sleep, not dropped: other tests use the table. */
    city_run(city, "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = "
                   "'record.rsdt_psn_clct_detl_d_690192'::regclass;"
                   "INSERT INTO record.rsdt_psn_clct_detl_d_690192 SELECT * FROM "
                   "record.rsdt_psn_clct_detl_d_690192 LIMIT 1");
}

Test(merge, a_row_judged_twice_refuses_the_delivery) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed first = {.county = "690192", .period = "202001", .snapshot = true, FEED_ROWS(rows)},
                again = {.county = "690192",
                         .period = "202002",
                         .snapshot = true,
                         .before_publish = double_a_row,
                         FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(!feed_run(&city, &again));
    cr_expect_str_eq(city.error.code, "conserve.rows");
    cr_expect(strstr(city.error.message, "判定") || strstr(city.error.message, "verdict"), "%s",
              city.error.message);
    city_run(&city, "DELETE FROM record.rsdt_psn_clct_detl_d_690192;"
                    "UPDATE pg_index SET indisready = true, indisvalid = true WHERE indrelid = "
                    "'record.rsdt_psn_clct_detl_d_690192'::regclass");
    city_leave(&city);
}
