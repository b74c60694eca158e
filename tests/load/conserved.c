/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* The law of the table: before + new + (changed - replaced) - withdrawn - vanished = after, in C and again
   in SQL, and what the papers are made of. */

static const struct feed_row
    first_rows[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}, {"c", 300, FEED_LIVE}},
    full_rows[] = {{"a", 1, FEED_LIVE}, {"b", 25, FEED_LIVE}, {"d", 4000, FEED_LIVE}},
    more_rows[] = {{"e", 7, FEED_LIVE}, {"x", 8, FEED_EXPLAIN}, {"y", 16, FEED_REJECT}};

static const char *moved(struct city *city, const char *county, int delivery) {
    return city_ask(
        city,
        lane_format(&city->arena,
                    "SELECT string_agg(m.before || '>' || m.after || CASE WHEN undone THEN 'u' ELSE '' END,"
                    " ' ' ORDER BY movement) FROM intake.movement m JOIN intake.delivery d USING (delivery)"
                    " WHERE d.county = '%s' AND m.delivery = %d AND m.measure IN ('', 'clct_sumamt')",
                    county, delivery));
}

Test(conserved, both_sides_are_kept) {
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690811", .period = "202001", FEED_ROWS(first_rows), .snapshot = true},
                full = {.county = "690811", .period = "202002", FEED_ROWS(full_rows), .snapshot = true};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &full), "%s", city.error.message);
    cr_expect_str_eq(moved(&city, "690811", first.delivery), "0>3 0>321");
    cr_expect_str_eq(moved(&city, "690811", full.delivery), "3>3 321>4026");
    cr_expect_str_eq(
        city_ask(&city, lane_format(&city.arena,
                                    "SELECT string_agg(bucket || '=' || amount, ' ' ORDER BY bucket) FROM "
                                    "intake.tally WHERE file = %d AND measure = 'clct_sumamt'",
                                    full.file)),
        "changed=25 new=4000 read=4026 replaced=20 unchanged=1 vanished=300");
    cr_expect_str_eq(
        city_ask(&city, lane_format(&city.arena,
                                    "SELECT string_agg(state || ' ' || left_value || '=' || "
                                    "right_value, ', ' ORDER BY subject) FROM intake.finding WHERE "
                                    "delivery = %d AND check_code = 'law.table' AND subject IN "
                                    "('', 'clct_sumamt')",
                                    full.delivery)),
        "held 3=3, held 4026=4026");
    cr_assert(undo_delivery(&city.registry, full.delivery, "test", &city.error), "%s", city.error.message);
    cr_expect_str_eq(moved(&city, "690811", full.delivery), "3>3 321>4026 3>3u 4026>321u");
    city_leave(&city);
}

/* Totals that are not what is there; a book that says otherwise than what was moved. */
static void spoil_total(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(
        city,
        "UPDATE intake.total SET amount = amount + 1 WHERE county = '690812' AND measure = 'clct_sumamt'");
}

/* Only of this test's county: other tests publish at the same time. */
static void spoil_book(struct city *city, struct intake *intake) {
    (void)intake;
    city_run(city, "CREATE FUNCTION pg_temp.steal() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF EXISTS"
                   " (SELECT FROM intake.delivery WHERE delivery = new.delivery AND county = ''690812'') THEN"
                   " new.after = new.after - 1; END IF; RETURN new; END';"
                   "CREATE TRIGGER steal BEFORE INSERT ON intake.movement FOR EACH ROW WHEN (new.measure ="
                   " 'clct_sumamt') EXECUTE FUNCTION pg_temp.steal()");
}

/* One bucket of the tally, a fen less or a fen more on its way into the database. */
static void spoil_bucket(struct city *city, const char *bucket, int fen) {
    city_run(city,
             lane_format(&city->arena,
                         "CREATE FUNCTION pg_temp.spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF "
                         "EXISTS (SELECT FROM intake.file JOIN intake.delivery USING (delivery) WHERE file "
                         "= new.file AND county = ''690812'') THEN new.amount = new.amount + %d; END IF; "
                         "RETURN new; END'; CREATE TRIGGER spoil BEFORE INSERT ON intake.tally FOR EACH ROW "
                         "WHEN (new.measure = 'clct_sumamt' AND new.bucket = '%s') EXECUTE FUNCTION "
                         "pg_temp.spoil()",
                         fen, bucket));
}
static void spoil_explained(struct city *city, struct intake *intake) {
    (void)intake;
    spoil_bucket(city, "explained", -1);
}
static void spoil_rejected(struct city *city, struct intake *intake) {
    (void)intake;
    spoil_bucket(city, "rejected", 1);
}

/* What changes nothing says so, and what only adds, only ends or does both does not (load/step.h). */
Test(conserved, what_moved_nothing_is_still) {
    static const struct {
        const char *period, *still;
        struct feed_row rows[3];
        uint32_t count;
    } cases[] = {{"202001", "false", {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}}, 2},
                 {"202002", "true", {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}}, 2},
                 {"202003", "false", {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}, {"c", 3, FEED_LIVE}}, 3},
                 {"202004", "false", {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}}, 2},
                 {"202005", "false", {{"a", 1, FEED_LIVE}, {"b", 4, FEED_LIVE}}, 2}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed feed = {.county = "690813",
                            .period = cases[i].period,
                            .snapshot = true,
                            .rows = cases[i].rows,
                            .row_count = cases[i].count};
        cr_assert(feed_run(&city, &feed), "%s", city.error.message);
        cr_expect_str_eq(city_ask(&city, lane_format(&city.arena,
                                                     "SELECT string_agg(DISTINCT still::text, ' ') FROM "
                                                     "intake.movement WHERE delivery = %d",
                                                     feed.delivery)),
                         cases[i].still, "%s", cases[i].period);
    }
    city_leave(&city);
}

Test(conserved, a_breach_is_caught_in_C_and_in_SQL) {
    static const struct {
        const char *name, *said;
        void (*spoil)(struct city *city, struct intake *intake);
    } cases[] = {{"C", "总表不守恒", spoil_total},
                 {"SQL", "law.table clct_sumamt", spoil_book},
                 {"a fen less in a bucket", "law.delivery clct_sumamt", spoil_explained},
                 {"a fen more in a bucket", "law.delivery clct_sumamt", spoil_rejected}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690812", .period = "202001", FEED_ROWS(first_rows)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed more = {
            .county = "690812", .period = "202002", FEED_ROWS(more_rows), .before_publish = cases[i].spoil};
        cr_expect(!feed_run(&city, &more), "%s: published", cases[i].name);
        cr_expect(city.error.trouble == TROUBLE_REFUSED && strcmp(city.error.code, "conserve.amount") == 0,
                  "%s: %s", cases[i].name, city.error.message);
        cr_expect(strstr(city.error.message, cases[i].said), "%s: %s", cases[i].name, city.error.message);
        cr_expect_str_eq(feed_content(&city, "690812"), "a=1 b=20 c=300");
        city_run(&city,
                 "DROP TRIGGER IF EXISTS steal ON intake.movement; DROP TRIGGER IF EXISTS spoil ON "
                 "intake.tally; DROP FUNCTION IF EXISTS pg_temp.spoil(); UPDATE intake.total SET amount = 321"
                 " WHERE county = '690812' AND measure = 'clct_sumamt'");
    }
    city_leave(&city);
}

/* A reversal is a row like any other: what it takes back is below zero on both sides. */
Test(conserved, sums_below_zero_are_sums) {
    static const struct feed_row rows[] = {{"a", -5, FEED_LIVE}, {"b", 3, FEED_LIVE}, {"c", -9, FEED_REJECT}},
                                 changed[] = {{"a", -7, FEED_LIVE}, {"d", -1, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct feed first = {.county = "690814", .period = "202001", FEED_ROWS(rows)},
                next = {.county = "690814", .period = "202002", FEED_ROWS(changed)};
    cr_assert(feed_run(&city, &first) && feed_run(&city, &next), "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690814"), "a=-7 b=3 d=-1");
    cr_expect_str_eq(moved(&city, "690814", first.delivery), "0>2 0>-2");
    cr_expect_str_eq(moved(&city, "690814", next.delivery), "2>3 -2>-5");
    city_leave(&city);
}

/* A row that was read as no data and is put aside as sent back: the sums of all buckets are what they were.
 */
static void move_explained(struct city *city, struct intake *intake) {
    city_run(city, lane_format(&city->arena, "UPDATE %s SET bucket = 'rejected' WHERE bucket = 'explained'",
                               intake->side));
}

Test(conserved, what_is_no_data_stays_so) {
    struct city city;
    city_enter(&city);
    struct feed feed = {
        .county = "690815", .period = "202001", FEED_ROWS(more_rows), .before_publish = move_explained};
    cr_expect(!feed_run(&city, &feed));
    cr_expect_str_eq(city.error.code, "conserve.rows", "%s", city.error.message);
    cr_expect_str_eq(feed_content(&city, "690815"), "");
    city_leave(&city);
}

/* What the county declares is held against what was read and is data, rejects with it, to the row and the
 * fen. */
Test(conserved, what_is_declared_is_what_is_data) {
    static const struct feed_row rows[] = {
        {"a", 10, FEED_LIVE}, {"x", 5, FEED_EXPLAIN}, {"y", 2, FEED_REJECT}};
    static const struct {
        int64_t rows, fen;
        const char *said;
    } cases[] = {{2, 12, "control.amount_mismatch held 12=12, control.rows_mismatch held 2=2"},
                 {3, 13, "control.amount_mismatch broken 13=12, control.rows_mismatch broken 3=2"},
                 {1, 11, "control.amount_mismatch broken 11=12, control.rows_mismatch broken 1=2"},
                 {0, 0, "control.absent not_applicable"}};
    struct city city;
    city_enter(&city);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct feed feed = {.county = lane_format(&city.arena, "69087%zu", i),
                            FEED_ROWS(rows),
                            .declared_rows = cases[i].rows,
                            .declared_fen = cases[i].fen};
        cr_assert(feed_run(&city, &feed), "%s", city.error.message);
        const char *said = city_ask(
            &city,
            lane_format(&city.arena,
                        "SELECT string_agg(check_code || ' ' || state || coalesce(' ' || left_value || "
                        "'=' || right_value, ''), ', ' ORDER BY check_code) FROM intake.finding WHERE "
                        "delivery = %d AND check_code LIKE 'control%%'",
                        feed.delivery));
        cr_expect_str_eq(said, cases[i].said, "%s", said);
    }
    city_leave(&city);
}
