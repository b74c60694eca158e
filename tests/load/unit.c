/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* A check that the server refuses says which, and why, and leaves no transaction behind. */
Test(unit, a_check_that_cannot_be_made_says_why) {
    struct city city;
    city_enter(&city);
    struct intake_file file = {.source.kind = model_find(SPAN("voucher_entry_d")), .fresh = "fresh.no_such"};
    struct intake intake = {.registry = &city.registry,
                            .arena = &city.arena,
                            .side = "fresh.no_side",
                            .reason = "fresh.no_reason",
                            .file_count = 1,
                            .files = {&file}};
    cr_assert(!unit_check(&intake, &city.error));
    cr_assert(strstr(city.error.message, "transform/unit/voucher_entry_d.sql"), "%s", city.error.message);
    cr_assert(strstr(city.error.message, "SQLSTATE 42P01"), "%s", city.error.message);
    cr_assert_str_eq(city_ask(&city, "SELECT 'on'"), "on", "the session goes on");
    city_leave(&city);
}
