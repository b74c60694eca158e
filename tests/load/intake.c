/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/intake.h"
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

#define PUBLISHED(feed) cr_assert(feed_run(&city, &(feed)), "%s", city.error.message)
#define CONTENT(county, text) cr_assert_str_eq(feed_content(&city, county), text)

#define ASK(format, number) city_ask(&city, lane_format(&city.arena, format, number))

Test(intake, the_first_delivery_becomes_the_partition) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 100, FEED_LIVE},
                                           {"b", -30, FEED_DOUBT},
                                           {"c", 7, FEED_REJECT},
                                           {"", 130, FEED_EXPLAIN},
                                           {"a", 100, FEED_LIVE}};
    struct feed feed = {.county = "690010", FEED_ROWS(rows), .declared_rows = 4};
    PUBLISHED(feed);
    CONTENT("690010", "a=100 b=-30");
    static const struct {
        enum bucket bucket;
        int64_t rows, fen;
    } expected[] = {{BUCKET_NEW, 2, 70},        {BUCKET_DUPLICATE, 1, 100}, {BUCKET_REJECTED, 1, 7},
                    {BUCKET_EXPLAINED, 1, 130}, {BUCKET_CHANGED, 0, 0},     {BUCKET_UNPUBLISHED, 0, 0}};
    int main = model_find(SPAN("rsdt_psn_clct_detl_d"))->main_measure;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct intake_bucket *bucket = &feed.buckets[expected[i].bucket];
        cr_assert_eq(bucket->rows, expected[i].rows, "%s", bucket_names[expected[i].bucket]);
        cr_assert_eq((int64_t)bucket->fen[main], expected[i].fen, "%s", bucket_names[expected[i].bucket]);
    }
    cr_assert_str_eq(ASK("SELECT string_agg(DISTINCT check_code || ' ' || state, ', ') FROM intake.finding "
                         "WHERE delivery = %d",
                         feed.delivery),
                     "control.rows_mismatch held, law.delivery held, law.table held");
    cr_assert_str_eq(ASK("SELECT string_agg(source_row || ' ' || code || ' ' || weight, ', ' ORDER BY "
                         "source_row) FROM intake.reason WHERE file = %d",
                         feed.file),
                     "2 certno.check_digit doubt, 3 amount.not_a_number reject, 4 row.subtotal explain, 5 "
                     "key.duplicate note");
    cr_assert_str_eq(ASK("SELECT value FROM intake.reason WHERE file = %d AND source_row = 3", feed.file),
                     "12,\xEF\xBF\xBD"
                     "3x");
    cr_assert_str_eq(ASK("SELECT string_agg(source_row || bucket || state, ' ' ORDER BY source_row) FROM "
                         "intake.reject WHERE file = %d",
                         feed.file),
                     "3rejectedopen 4explainednone 5duplicatenone");
    cr_assert_str_eq(city_ask(&city, "SELECT clct_sumamt || '|' || clct_time FROM city.rsdt_psn_clct_detl_d "
                                     "WHERE county = '690010' AND src_key = 'b'"),
                     "-0.30|2019-03-02");
    cr_assert_str_eq(ASK("SELECT count(*) FROM pg_class WHERE relnamespace = 'fresh'::regnamespace AND "
                         "relname LIKE 'r%d\\_%%'",
                         city.registry.run),
                     "0");
    city_leave(&city);
}

Test(intake, one_key_with_different_content_rejects_every_row_of_it) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE},     {"a", 3, FEED_LIVE},
                                           {"a", 1, FEED_LIVE}, {"w", 5, FEED_WITHDRAW}, {"w", 5, FEED_LIVE}};
    struct feed strict = {.county = "690011", FEED_ROWS(rows)};
    PUBLISHED(strict);
    CONTENT("690011", "b=2");
    cr_assert_eq(strict.buckets[BUCKET_REJECTED].rows, 5);
    cr_assert_str_eq(ASK("SELECT detail FROM intake.reason WHERE file = %d AND source_row = 3", strict.file),
                     "rows=1,3,4");
    struct feed last = {.county = "690012", FEED_ROWS(rows), .conflict_last = true};
    last.row_count = 4;
    PUBLISHED(last);
    CONTENT("690012", "a=1 b=2");
    struct feed later = {.county = "690817", FEED_ROWS(rows), .conflict_last = true};
    later.row_count = 3;
    PUBLISHED(later);
    CONTENT("690817", "a=3 b=2");
    city_leave(&city);
}

/* Of the files of one delivery, the last one's row counts only where each of their specs says so. */
Test(intake, the_last_of_several_files_counts_where_all_say_so) {
    static const struct feed_row rows[] = {{"b", 2, FEED_LIVE}, {"a", 1, FEED_LIVE}},
                                 others[] = {{"a", 3, FEED_LIVE}, {"c", 4, FEED_LIVE}};
    static const struct {
        const char *county, *content;
        bool first, second;
    } cases[] = {{"690818", "b=2 c=4", true, false},
                 {"690819", "b=2 c=4", false, true},
                 {"690820", "a=3 b=2 c=4", true, true}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed second = {.spec_path = "other.yaml", .conflict_last = cases[i].second, FEED_ROWS(others)},
                    first = {.county = cases[i].county,
                             .conflict_last = cases[i].first,
                             .beside = &second,
                             FEED_ROWS(rows)};
        PUBLISHED(first);
        CONTENT(cases[i].county, cases[i].content);
        const char *aside = city_ask(
            &city,
            lane_format(&city.arena,
                        "SELECT string_agg(bucket || CASE file WHEN %d THEN ' first' ELSE ' second' END,"
                        " ', ' ORDER BY file) FROM intake.reject WHERE file IN (%d, %d)",
                        first.file, first.file, second.file));
        bool all = cases[i].first && cases[i].second;
        cr_expect_str_eq(aside, all ? "superseded first" : "rejected first, rejected second");
    }
    city_leave(&city);
}

static void lose_a_row(struct city *city, struct intake *intake) {
    char sql[256];
    snprintf(sql, sizeof sql, "DELETE FROM %s WHERE source_row = 2", intake_file_at(intake, 0)->fresh);
    city_run(city, sql);
}

static void steal_a_fen(struct city *city, struct intake *intake) {
    char sql[256];
    snprintf(sql, sizeof sql, "UPDATE %s SET clct_sumamt_fen = clct_sumamt_fen - 1 WHERE source_row = 2",
             intake_file_at(intake, 0)->fresh);
    city_run(city, sql);
}

static void give_a_fen(struct city *city, struct intake *intake) {
    char sql[256];
    snprintf(sql, sizeof sql, "UPDATE %s SET clct_sumamt_fen = clct_sumamt_fen + 1 WHERE source_row = 2",
             intake_file_at(intake, 0)->fresh);
    city_run(city, sql);
}

Test(intake, a_refused_delivery_leaves_no_row_but_its_whole_book) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {
        {"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}, {"c", 3, FEED_REJECT}, {"d", 4, FEED_WITHDRAW}};
    static const struct {
        const char *county, *code;
        struct intake_limits limits;
        void (*spoil)(struct city *, struct intake *);
    } cases[] = {
        {"690013", "conserve.rows", {0, 0, 0, 0}, lose_a_row},
        {"690014", "conserve.amount", {0, 0, 0, 0}, steal_a_fen},
        {"690816", "conserve.amount", {0, 0, 0, 0}, give_a_fen},
        {"690015", "limit.rejects", {0, -1, -1, -1}, NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed feed = {.county = cases[i].county,
                            FEED_ROWS(rows),
                            .limits = cases[i].limits,
                            .before_publish = cases[i].spoil};
        cr_assert(!feed_run(&city, &feed), "%s", cases[i].code);
        cr_assert_eq(city.error.trouble, TROUBLE_REFUSED);
        cr_assert_str_eq(city.error.code, cases[i].code);
        /* The law in C; that in SQL is there as well, and holds of what was refused for another reason. */
        cr_expect_eq(strstr(city.error.message, "不守恒") != NULL, cases[i].spoil != NULL, "%s",
                     city.error.message);
        cr_expect_eq(strcmp(ASK("SELECT count(*) FROM intake.finding WHERE check_code = 'law.delivery' AND"
                                " state <> 'held' AND delivery = %d",
                                feed.delivery),
                            "0") == 0,
                     cases[i].spoil == NULL, "%s", cases[i].code);
        CONTENT(cases[i].county, "");
        cr_assert_str_eq(
            ASK("SELECT state || ' ' || code FROM intake.delivery WHERE delivery = %d", feed.delivery),
            cases[i].spoil
                ? ASK("SELECT 'refused ' || code FROM intake.delivery WHERE delivery = %d", feed.delivery)
                : "refused limit.rejects");
        cr_assert_str_eq(
            ASK("SELECT count(*) FROM intake.reject WHERE bucket = 'rejected' AND file = %d", feed.file),
            "1");
        cr_assert_str_eq(
            ASK("SELECT amount FROM intake.tally WHERE bucket = 'read' AND measure = '' AND file = %d",
                feed.file),
            "4");
        /* A delete marker that ended nothing is counted with the good rows that stay outside. */
        cr_assert_str_eq(
            ASK("SELECT string_agg(bucket || ' ' || amount, ', ') FROM intake.tally WHERE bucket IN"
                " ('withdrawn', 'unpublished') AND measure = '' AND amount <> 0 AND file = %d",
                feed.file),
            cases[i].spoil == lose_a_row ? "unpublished 2" : "unpublished 3");
    }
    struct feed good = {.county = "690013", FEED_ROWS(rows)};
    PUBLISHED(good);
    CONTENT("690013", "a=1 b=2");
    city_leave(&city);
}

Test(intake, later_deltas_and_full_deliveries_change_what_is_published) {
    struct city city;
    city_enter(&city);
    static const struct feed_row one[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}, {"c", 3, FEED_LIVE}};
    static const struct feed_row two[] = {
        {"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}, {"d", 4, FEED_LIVE}, {"c", 0, FEED_WITHDRAW}};
    static const struct feed_row full[] = {{"b", 20, FEED_LIVE}, {"d", 40, FEED_LIVE}, {"e", 5, FEED_LIVE}};
    static const struct feed_row late[] = {{"a", 9, FEED_LIVE}, {"c", 9, FEED_LIVE}, {"d", 9, FEED_LIVE}};
    struct feed first = {.county = "690016", .period = "202001", FEED_ROWS(one)},
                second = {.county = "690016", .period = "202002", FEED_ROWS(two)};
    struct feed third = {.county = "690016", .period = "202004", .snapshot = true, FEED_ROWS(full)},
                fourth = {.county = "690016", .period = "202003", FEED_ROWS(late)};
    PUBLISHED(first);
    PUBLISHED(second);
    CONTENT("690016", "a=1 b=20 d=4");
    static const struct {
        enum bucket bucket;
        int64_t rows;
    } delta[] = {{BUCKET_NEW, 1},       {BUCKET_CHANGED, 1},  {BUCKET_UNCHANGED, 1},
                 {BUCKET_WITHDRAWN, 1}, {BUCKET_REPLACED, 1}, {BUCKET_ENDED, 1}};
    for (size_t i = 0; i < sizeof delta / sizeof *delta; i++)
        cr_assert_eq(second.buckets[delta[i].bucket].rows, delta[i].rows, "%s",
                     bucket_names[delta[i].bucket]);
    PUBLISHED(third);
    CONTENT("690016", "b=20 d=40 e=5");
    cr_assert_eq(third.buckets[BUCKET_VANISHED].rows, 1);
    cr_assert_eq(third.buckets[BUCKET_UNCHANGED].rows, 1);
    PUBLISHED(fourth);
    CONTENT("690016", "b=20 d=40 e=5");
    cr_assert_eq(fourth.buckets[BUCKET_SUPERSEDED].rows, 3);
    cr_assert_str_eq(
        city_ask(&city, "SELECT count(*) FROM intake.finding WHERE county = '690016' AND state = 'broken'"),
        "0");
    cr_assert_str_eq(
        city_ask(&city,
                 "SELECT amount FROM intake.total WHERE county = '690016' AND measure = 'clct_sumamt'"),
        "65");
    city_leave(&city);
}

Test(intake, the_law_of_the_table_catches_what_changed_behind_its_back) {
    static const struct feed_row one[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}},
                                 two[] = {{"c", 3, FEED_LIVE}};
    static const struct {
        const char *county, *tamper, *code;
    } cases[] = {
        {"690018",
         "UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = 3 WHERE county = '690018' AND src_key = "
         "'b'",
         "conserve.amount"},
        {"690019", "DELETE FROM record.rsdt_psn_clct_detl_d WHERE county = '690019' AND src_key = 'b'",
         "conserve"},
    };
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed first = {.county = cases[i].county, .period = "202001", FEED_ROWS(one)},
                    second = {.county = cases[i].county, .period = "202002", FEED_ROWS(two)};
        PUBLISHED(first);
        city_run(&city, cases[i].tamper);
        cr_assert(!feed_run(&city, &second), "%s", cases[i].county);
        cr_assert(strncmp(city.error.code, cases[i].code, strlen(cases[i].code)) == 0, "%s", city.error.code);
    }
    city_leave(&city);
}

Test(intake, two_workers_load_many_rows_and_count_them_all) {
    struct city city;
    city_enter(&city);
    struct feed feed = {.county = "690017", .repeat = 30000, .workers = 2};
    PUBLISHED(feed);
    cr_assert_str_eq(city_ask(&city, "SELECT count(*) || ' ' || sum(clct_sumamt_fen) FROM "
                                     "record.rsdt_psn_clct_detl_d WHERE county = '690017'"),
                     "30000 449985000");
    city_leave(&city);
}

/* A person is looked for by name: that of a rejected row is kept, of no other row outside record. */
Test(intake, a_rejected_row_keeps_its_name) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_REJECT},  {"b", 2, FEED_LIVE}, {"b", 3, FEED_LIVE},
                                           {"c", 4, FEED_EXPLAIN}, {"d", 5, FEED_LIVE}, {"d", 5, FEED_LIVE}};
    struct feed feed = {.county = "690084", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, lane_format(&city.arena,
                                                 "SELECT string_agg(source_row || ' ' || bucket || ' ' || "
                                                 "coalesce(name, '-'), ', ' ORDER BY source_row)"
                                                 " FROM intake.reject WHERE file = %d",
                                                 feed.file)),
                     "1 rejected 何某, 2 rejected 何某, 3 rejected 何某, 4 explained -, 6 duplicate -");
    city_leave(&city);
}
