/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/registry.h"
#include "load/schema.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

Test(registry, runs_sightings_and_locks) {
    struct city city;
    city_enter(&city);
    struct registry *registry = &city.registry;
    int first = registry->run;
    cr_assert(first > 0);
    struct registry_sighting seen = {
        .folder = "a", .path = "b", .bytes = 1, .mtime_ns = 2, .ctime_ns = 3, .inode = 4};
    bool known = true;
    cr_assert(registry_seen(registry, &seen, &known, &city.error));
    cr_assert(!known);
    memcpy(seen.sha256, "abc", 4);
    cr_assert(registry_saw(registry, &seen, &city.error));
    seen.sha256[0] = '\0';
    cr_assert(registry_seen(registry, &seen, &known, &city.error));
    cr_assert(known);
    cr_assert_str_eq(seen.sha256, "abc");
    seen.mtime_ns = 5;
    cr_assert(registry_seen(registry, &seen, &known, &city.error));
    cr_assert(!known, "another mtime is another file");

    struct registry other;
    cr_assert(registry_open(&other, &city.database, &city.error));
    const struct registry_start start = {
        .command = "run", .program = "x", .program_sha256 = "", .operator= "o@h" };
    cr_assert(registry_begin(&other, &start, &city.error), "%s", city.error.message);
    cr_assert_neq(other.run, first);
    cr_assert(registry_lock(registry, "690001", &city.error));
    cr_assert(!registry_lock(&other, "690001", &city.error));
    cr_assert_eq(city.error.trouble, TROUBLE_LATER);
    cr_assert(strstr(city.error.message, "test@test"), "%s", city.error.message);
    cr_assert(registry_lock(&other, "690002", &city.error), "other counties go on");
    registry_unlock(registry, "690001");
    cr_assert(registry_lock(&other, "690001", &city.error));
    cr_assert(registry_end(&other, 0, &city.error));
    registry_close(&other);
    city_leave(&city);
}

Test(database, a_failed_statement_tells_its_state_and_no_value) {
    struct city city;
    city_enter(&city);
    const char *value = "11010519491231002X";
    cr_assert(!session_tell(&city.registry.session, "SELECT $1::bigint", 1, &value, NULL, &city.error));
    cr_assert_str_eq(city.registry.session.state, "22P02");
    cr_assert(!strstr(city.error.message, "110105"), "%s", city.error.message);
    city_leave(&city);
}

Test(database, the_schema_has_a_view_and_a_history_for_every_kind) {
    struct city city;
    city_enter(&city);
    cr_assert_str_eq(
        city_ask(
            &city,
            "SELECT count(*) FROM pg_class c WHERE relkind = 'p' AND relnamespace = 'record'::regnamespace"
            " AND (to_regclass('city.' || relname) IS NULL OR to_regclass('record.' || relname || "
            "'_history') IS NULL)"),
        "0");
    cr_assert_str_eq(city_ask(&city,
                              "SELECT col_description('city.setl_d'::regclass, attnum) FROM pg_attribute"
                              " WHERE attrelid = 'city.setl_d'::regclass AND attname = 'medfee_sumamt'"),
                     "医疗费总额 @main");
    city_leave(&city);
}

Test(database, a_schema_of_another_program_is_refused) {
    struct city city;
    city_enter(&city);
    struct session *session = &city.registry.session;
    cr_assert(schema_update(session, &city.error), "its own files are known again: %s", city.error.message);
    static const char *const changes[][2] = {
        {"UPDATE intake.schema SET md5 = md5('other') WHERE path = 'load/schema/10_intake.sql'",
         "load/schema/10_intake.sql"},
        {"INSERT INTO intake.schema VALUES ('load/schema/99_later.sql', '')", "load/schema/99_later.sql"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct error error = {0};
        cr_assert(session_run(session, "BEGIN", &error) && session_run(session, changes[i][0], &error));
        cr_assert(!schema_update(session, &error), "%s", changes[i][0]);
        cr_expect_eq(error.trouble, TROUBLE_USAGE);
        cr_expect(strstr(error.message, changes[i][1]), "%s", error.message);
    }
    struct error error = {0};
    cr_assert(schema_update(session, &error), "the change was rolled back: %s", error.message);
    city_leave(&city);
}
