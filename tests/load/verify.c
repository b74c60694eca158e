/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/verify.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <pthread.h>

/* Other tests publish meanwhile, so only this county's findings are looked at. */
Test(verify, counting_everything_finds_what_was_changed_by_hand) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed feed = {.county = "690073", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    static const char broken_sql[] =
        "SELECT coalesce(string_agg(subject || ' ' || left_value || ' ' || right_value, ', ' ORDER BY "
        "subject), '') FROM intake.finding"
        " WHERE county = '690073' AND check_code = 'verify.total' AND state = 'broken'";
    int64_t compared = 0, broken = 0;
    cr_assert(verify_totals(&city.registry, &compared, &broken, &city.error), "%s", city.error.message);
    cr_assert(compared > 0);
    cr_assert_str_eq(city_ask(&city, broken_sql), "");
    city_run(&city, "UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = 3 WHERE county = '690073' AND "
                    "src_key = 'b'");
    broken = 0;
    cr_assert(verify_totals(&city.registry, &compared, &broken, &city.error), "%s", city.error.message);
    cr_assert(broken >= 1);
    cr_assert_str_eq(city_ask(&city, broken_sql), "clct_sumamt 3 4");
    city_leave(&city);
}

struct counting {
    struct city *city;
    int64_t compared, broken;
    bool ok;
};

static void *count_everything(void *context) {
    struct counting *counting = context;
    counting->ok = verify_totals(&counting->city->registry, &counting->compared, &counting->broken,
                                 &counting->city->error);
    return NULL;
}

/* An undo empties a partition and says its total afterwards: counting waits for both and holds up neither. */
Test(verify, waits_for_who_empties_a_partition) {
    struct city city;
    struct session other = {0};
    struct counting counting = {.city = &city};
    pthread_t thread;
    city_enter_alone(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed feed = {.county = "690074", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    cr_assert(session_open(&other, &city.database, "undo", &city.error), "%s", city.error.message);
    cr_assert(session_run(&other, "BEGIN; TRUNCATE record.rsdt_psn_clct_detl_d_690074", &city.error));
    cr_assert(pthread_create(&thread, NULL, count_everything, &counting) == 0);
    bool waits = city_await(&city.database, "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND"
                                            " relation = 'record.rsdt_psn_clct_detl_d_690074'::regclass)");
    struct error error = {0};
    bool undone =
        session_run(&other, "UPDATE intake.total SET amount = 0 WHERE county = '690074'; COMMIT", &error);
    pthread_join(thread, NULL);
    cr_expect(waits, "nobody waited");
    cr_expect(undone, "%s", error.message);
    cr_expect(counting.ok, "%s", city.error.message);
    cr_expect_eq(counting.broken, 0);
    cr_expect_gt(counting.compared, 0);
    session_close(&other);
    city_leave(&city);
}

/* A run beside the first in the same database; it shares the first one's lease. */
static void enter_beside(struct city *beside, const struct city *city) {
    *beside = (struct city){.database = city->database};
    const struct registry_start start = {
        .command = "run", .program = "test", .program_sha256 = "", .operator= "test@test" };
    cr_assert(registry_open(&beside->registry, &beside->database, &beside->error) &&
                  registry_begin(&beside->registry, &start, &beside->error),
              "%s", beside->error.message);
}

/* The planner looks up the partitions, then opens their indexes.  Who rebuilds one holds the index and lets
   the table be read, so counting stands between the partitions it knows and the rows it will read while a
   county is attached: it knows neither its rows nor its total. */
Test(verify, a_county_attached_between_its_two_looks_is_on_neither_side) {
    struct city city, beside;
    struct session other = {0};
    struct counting counting = {.city = &city};
    pthread_t thread;
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed first = {.county = "690075", FEED_ROWS(rows)}, next = {.county = "690076", FEED_ROWS(rows)};
    city_enter_alone(&city);
    enter_beside(&beside, &city);
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_assert(session_open(&other, &city.database, "reindex", &city.error), "%s", city.error.message);
    cr_assert(
        session_run(&other,
                    "BEGIN; DO $$ BEGIN EXECUTE (SELECT 'REINDEX INDEX ' || indexrelid::regclass FROM"
                    " pg_index WHERE indrelid = 'record.rsdt_psn_clct_detl_d_690075'::regclass); END $$",
                    &city.error),
        "%s", city.error.message);
    cr_assert(pthread_create(&thread, NULL, count_everything, &counting) == 0);
    bool waits = city_await(
        &city.database, "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_index i ON i.indexrelid = l.relation"
                        " WHERE NOT granted AND"
                        " indrelid = 'record.rsdt_psn_clct_detl_d_690075'::regclass)");
    bool attached = feed_run(&beside, &next);
    struct error error = {0};
    bool rebuilt = session_run(&other, "COMMIT", &error);
    pthread_join(thread, NULL);
    cr_expect(waits, "nobody waited");
    cr_expect(attached, "%s", beside.error.message);
    cr_expect(rebuilt, "%s", error.message);
    cr_expect(counting.ok, "%s", city.error.message);
    cr_expect_eq(counting.broken, 0);
    int64_t before = counting.compared;
    counting.compared = counting.broken = 0;
    count_everything(&counting);
    cr_expect_gt(counting.compared, before, "the next count knows the county");
    cr_expect_eq(counting.broken, 0);
    session_close(&other);
    registry_close(&beside.registry);
    arena_free(&beside.arena);
    city_leave(&city);
}
