/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* The law of the table: before + new + (changed - replaced) - withdrawn - vanished = after, in C and again
   in SQL, and what the papers are made of. */

static const struct feed_row first_rows[] = {{"a", 1, FEED_LIVE},
                                             {"b", 20, FEED_LIVE},
                                             {"c", 300, FEED_LIVE}},
                             full_rows[] = {{"a", 1, FEED_LIVE},
                                            {"b", 25, FEED_LIVE},
                                            {"d", 4000, FEED_LIVE}},
                             more_rows[] = {{"e", 7, FEED_LIVE}};

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

Test(conserved, a_breach_is_caught_in_C_and_in_SQL) {
    static const struct {
        const char *name, *said;
        void (*spoil)(struct city *city, struct intake *intake);
    } cases[] = {{"C", "总表不守恒", spoil_total}, {"SQL", "law.table clct_sumamt", spoil_book}};
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
                 "DROP TRIGGER IF EXISTS steal ON intake.movement; UPDATE intake.total SET amount = 321"
                 " WHERE county = '690812' AND measure = 'clct_sumamt'");
    }
    city_leave(&city);
}
