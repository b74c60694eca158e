/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/step.h"
#include "core/model.h"
#include "load/lane.h"
#include "load/set.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* Kinds that stand in the database as both counties' partitions. */
static void make_partitions(struct city *city) {
    for (uint32_t k = 0; k < model_kind_count; k++)
        for (int county = 690961; county <= 690962; county++)
            city_run(city,
                     lane_format(&city->arena, "CREATE TABLE %s_%d PARTITION OF %s FOR VALUES IN ('%d')",
                                 model_kinds[k].table, county, model_kinds[k].table, county));
}

/* What this transaction has read or written that its header does not name: kinds, those of another county
   apart, and what only some steps touch.  Tables under mappings are everybody's (intake.checked.steps). */
static const char *unsaid(struct city *city, const struct step *step) {
    return city_ask(
        city,
        lane_format(
            &city->arena,
            "SELECT string_agg(DISTINCT t.name || CASE WHEN t.other THEN ' of another county' ELSE '' END, "
            "', ')"
            " FROM (SELECT regexp_replace(c.oid::regclass::text, '_6909..$', '') AS name,"
            "  c.relname LIKE '%%\\_690962' AS other FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            "  WHERE l.pid = pg_backend_pid() AND c.relkind IN ('r', 'p')) t"
            " WHERE (EXISTS (SELECT FROM pg_class h WHERE h.oid = to_regclass(t.name || '_history'))"
            "  OR t.name IN ('identity.xref', 'intake.reject', 'fund.posting', 'fund.routed', "
            "'fund.unrouted',"
            "  'fund.balance')) AND NOT (t.name = ANY ('%s'::text[]) OR NOT t.other AND"
            "  (t.name = ANY ('%s'::text[]) OR t.name = ANY ('%s'::text[])))",
            step->beyond, step->reads, step->writes));
}

Test(step, a_step_reads_what_its_header_says_and_nothing_else) {
    struct city city;
    struct steps steps = {0};
    city_enter_alone(&city);
    make_partitions(&city);
    step_find(&steps, &city.arena);
    cr_assert_gt(steps.count, 20);
    for (uint32_t i = 0; i < steps.count; i++) {
        const struct step *step = &steps.list[i];
        city_run(&city, lane_format(&city.arena, "BEGIN; SET LOCAL tongchou.run = '%d'", city.registry.run));
        city_run(&city, set_sql(&city.arena, set_text(&city.arena, step->text), "690961"));
        cr_expect_str_eq(unsaid(&city, step), "", "%s", step->path);
        /* The look itself: with an empty header everything that is touched is missed. */
        struct step silent = *step;
        silent.reads = silent.beyond = silent.writes = "{}";
        if (strcmp(step->reads, "{fund.spoken}") != 0)
            cr_expect_str_neq(unsaid(&city, &silent), "", "%s", step->path);
        city_run(&city, "ROLLBACK");
    }
    city_leave(&city);
}

static const char *made(struct city *city) {
    return city_ask(city,
                    "SELECT string_agg(substring(step FROM '[0-9]+'), ' ' ORDER BY step) FROM intake.step"
                    " WHERE county = '690963' AND skipped_run IS NULL");
}

static uint32_t look(struct city *city) {
    struct set_seen seen = {0};
    cr_assert(set_run(&city->registry, &seen, &city->error), "%s", city->error.message);
    return seen.skipped;
}

/* Two payments of one key's person: what is said of them stands where nobody looks again. */
static const char *said(struct city *city) {
    return city_ask(city,
                    "SELECT string_agg(f.check_code || ' ' || f.finding || ' ' || f.state, ', ' ORDER BY"
                    " f.check_code) || (SELECT count(*) FROM fund.spoken WHERE county = '690963')"
                    " FROM intake.finding f WHERE f.county = '690963' AND f.delivery IS NULL");
}

#define ALL "10 20 21 22 30 31 40 41 50 51 52 60 61 62 63 70 71 72 73 74 75 76 77 79"

Test(step, only_what_has_something_new_to_read_is_made_again) {
    static const struct feed_row rows[] = {{"A", 100, FEED_LIVE}, {"B", 200, FEED_LIVE}},
                                 changed[] = {{"A", 100, FEED_LIVE}, {"B", 201, FEED_LIVE}};
    struct city city;
    city_enter_alone(&city);
    struct feed first = {.county = "690963", .period = "202001", .snapshot = true, FEED_ROWS(rows)},
                same = {.county = "690963", .period = "202002", .snapshot = true, FEED_ROWS(rows)},
                next = {.county = "690963", .period = "202003", .snapshot = true, FEED_ROWS(changed)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    cr_expect_eq(look(&city), 0);
    cr_expect_str_eq(made(&city), ALL);
    const char *before = said(&city);
    cr_assert_str_neq(before, "");
    cr_assert(feed_run(&city, &same), "%s", city.error.message);
    cr_expect_eq(look(&city), 24);
    cr_expect_str_eq(made(&city), "", "nothing has changed");
    cr_expect_str_eq(said(&city), before, "what was said stands");
    /* A row that says something else: the steps that read contributions, and no other. */
    cr_assert(feed_run(&city, &next), "%s", city.error.message);
    look(&city);
    cr_expect_str_eq(made(&city), "20 40 41 51 52 63");
    look(&city);
    cr_expect_str_eq(made(&city), "");
    /* A table under mappings: everything. */
    city_run(&city, "INSERT INTO fund.reference VALUES ('chart_of_accounts', 1, 'another')");
    look(&city);
    cr_expect_str_eq(made(&city), ALL);
    /* Who is who: what goes by persons. */
    city_run(&city,
             "INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) VALUES ('690963', 'A', "
             "'000000000001', 1)");
    look(&city);
    cr_expect_str_eq(made(&city), "50 51 52 74 79");
    /* What was taken back: the rows stand as they stood before it. */
    cr_assert(undo_delivery(&city.registry, next.delivery, "a test", &city.error), "%s", city.error.message);
    look(&city);
    cr_expect_str_eq(made(&city), "20 40 41 51 52 63");
    /* A mark that lies hides a change: so it is what skipping goes by, and only a publication writes it. */
    struct feed again = {.county = "690963", .period = "202004", .snapshot = true, FEED_ROWS(changed)};
    cr_assert(feed_run(&city, &again), "%s", city.error.message);
    city_run(&city, lane_format(&city.arena, "UPDATE intake.movement SET still = true WHERE delivery = %d",
                                again.delivery));
    look(&city);
    cr_expect_str_eq(made(&city), "");
    city_leave(&city);
}

/* A step that was left out on one side, and one that was not made to its end, are both due. */
Test(step, what_failed_is_made_again) {
    static const struct feed_row rows[] = {{"A", 100, FEED_LIVE}}, more[] = {{"A", 101, FEED_LIVE}};
    struct city city;
    city_enter_alone(&city);
    struct feed first = {.county = "690963", .period = "202001", FEED_ROWS(rows)},
                next = {.county = "690963", .period = "202002", FEED_ROWS(more)};
    cr_assert(feed_run(&city, &first), "%s", city.error.message);
    look(&city);
    cr_assert(feed_run(&city, &next), "%s", city.error.message);
    city_run(&city, "ALTER TABLE fund.policy_rule RENAME TO hidden");
    cr_expect(!set_run(&city.registry, NULL, &city.error));
    cr_expect(strstr(city.error.message, "63_identity_contribution"), "%s", city.error.message);
    city.error = (struct error){0};
    city_run(&city, "ALTER TABLE fund.hidden RENAME TO policy_rule");
    cr_expect_eq(look(&city), 23, "five of six were made before the one that failed");
    city_leave(&city);
}

/* Whichever connection was first, the papers give the same number to the same finding; what is numbered stays
 * so. */
Test(step, findings_are_numbered_by_what_they_say) {
    static const char *const orders[] = {"ASC", "DESC"};
    const char *numbered[2];
    struct city city;
    city_enter_alone(&city);
    for (int i = 0; i < 2; i++) {
        city_run(&city,
                 lane_format(&city.arena,
                             "DELETE FROM intake.finding; INSERT INTO intake.finding (run, check_code,"
                             " county, kind, state, subject) SELECT %d, c, '690963', 'setl_d', 'held', s"
                             " FROM unnest('{ledger.e3,identity.a1,ledger.e9}'::text[]) c,"
                             " unnest('{1,2}'::text[]) s ORDER BY c %s, s %s",
                             city.registry.run, orders[i], orders[i]));
        for (int time = 0; time < 2; time++)
            city_ask(&city,
                     lane_format(&city.arena, "SELECT intake.number_findings(%d)::text", city.registry.run));
        numbered[i] =
            city_ask(&city, "SELECT string_agg(check_code || subject || '=' || paper_number, ' ' ORDER BY"
                            " paper_number) FROM intake.finding");
    }
    cr_expect_str_eq(numbered[0],
                     "identity.a11=1 identity.a12=2 ledger.e31=3 ledger.e32=4 ledger.e91=5 ledger.e92=6");
    cr_expect_str_eq(numbered[1], numbered[0]);
    /* What is said later in the same run comes after. */
    city_run(&city,
             lane_format(&city.arena,
                         "INSERT INTO intake.finding (run, check_code, state) VALUES (%d, 'a', 'held');"
                         "SELECT intake.number_findings(%d)",
                         city.registry.run, city.registry.run));
    cr_expect_str_eq(city_ask(&city, "SELECT paper_number FROM intake.finding WHERE check_code = 'a'"), "7");
    city_leave(&city);
}
