/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/verify.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* Other tests publish meanwhile, so only this county's findings are looked at. */
Test(verify, counting_everything_finds_what_was_changed_by_hand) {
    struct city city;
    city_enter(&city);
    static const struct feed_row rows[] = {{"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}};
    struct feed feed = {.county = "690070", FEED_ROWS(rows)};
    cr_assert(feed_run(&city, &feed), "%s", city.error.message);
    static const char broken_sql[] =
        "SELECT coalesce(string_agg(subject || ' ' || left_value || ' ' || right_value, ', ' ORDER BY "
        "subject), '') FROM intake.finding"
        " WHERE county = '690070' AND check_code = 'verify.total' AND state = 'broken'";
    int64_t compared = 0, broken = 0;
    cr_assert(verify_totals(&city.registry, &compared, &broken, &city.error), "%s", city.error.message);
    cr_assert(compared > 0);
    cr_assert_str_eq(city_ask(&city, broken_sql), "");
    city_run(&city, "UPDATE record.rsdt_psn_clct_detl_d SET clct_sumamt_fen = 3 WHERE county = '690070' AND "
                    "src_key = 'b'");
    broken = 0;
    cr_assert(verify_totals(&city.registry, &compared, &broken, &city.error), "%s", city.error.message);
    cr_assert(broken >= 1);
    cr_assert_str_eq(city_ask(&city, broken_sql), "clct_sumamt 3 4");
    city_leave(&city);
}
