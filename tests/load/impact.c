/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/impact.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

static const struct registry_start start = {
    .command = "policy", .program = "t", .program_sha256 = "", .operator= "t" };

static struct impact_row row_of(uint64_t key, int64_t person, int64_t old, int64_t new, bool refund) {
    struct impact_row row = {.county = "690070",
                             .insutype = "390",
                             .level = "L1",
                             .person_type = "resident",
                             .care = "stay",
                             .old_verdict = "done",
                             .new_verdict = "done",
                             .plan = SPAN("A"),
                             .city_plan = SPAN("city"),
                             .key = {key, key},
                             .person = person,
                             .year = 2020,
                             .refund = refund};
    int64_t fee = refund ? -1000 : 1000;
    const int64_t fen[IMPACT_FEN] = {fee, 0,   old,       0, old, fee - old, 0,   old,
                                     0,   old, fee - old, 0, new, 0,         new, fee - new};
    memcpy(row.fen, fen, sizeof fen);
    return row;
}

static const struct impact_basis basis = {"hash", 0};

static void begin(struct city *city) {
    cr_assert(registry_begin(&city->registry, &start, &city->error), "%s", city->error.message);
    cr_assert(impact_begin(&city->registry, &basis, NULL, &city->error), "%s", city->error.message);
}

static void write(struct city *city, const struct impact_row *rows, size_t count) {
    struct impact_writer writer;
    cr_assert(impact_open(&writer, &city->registry, &city->error), "%s", city->error.message);
    for (size_t i = 0; i < count; i++) cr_assert(impact_put(&writer, &rows[i], &city->error));
    cr_assert(impact_finish(&writer, &city->error), "%s", city->error.message);
    impact_close(&writer);
}

/* A person is a winner or a loser once in a year, whatever the single claims say; a refund takes back. */
Test(impact, counts_persons_not_claims) {
    struct city city;
    city_enter(&city);
    begin(&city);
    const struct impact_row rows[] = {
        row_of(1, 7, 500, 700, false), row_of(2, 7, 500, 400, false),   /* 7 wins 100 */
        row_of(3, 8, 500, 450, false),                                  /* 8 loses 50 */
        row_of(4, 9, 500, 900, false), row_of(5, 9, -500, -900, true)}; /* 9: nothing */
    write(&city, rows, 5);
    cr_assert(impact_end(&city.registry, 5, &city.error), "%s", city.error.message);
    cr_expect_str_eq(
        city_ask(&city,
                 "SELECT concat_ws(' ', claims, persons, winners, losers, largest_loss_fen, old_fund_fen,"
                 " new_fund_fen) FROM fund.impact WHERE scope = 'city' AND insutype = ''"
                 " AND run = (SELECT max(run) FROM fund.impact)"),
        "3 3 1 1 50 1500 1550");
    cr_assert(registry_end(&city.registry, 0, &city.error));
    city_leave(&city);
}

/* One row that does not arrive is seen. */
Test(impact, a_lost_row_is_refused) {
    struct city city;
    city_enter(&city);
    begin(&city);
    const struct impact_row rows[] = {row_of(1, 7, 500, 700, false)};
    write(&city, rows, 1);
    cr_expect_not(impact_end(&city.registry, 2, &city.error));
    cr_expect_str_eq(city.error.code, "conserve.rows");
    cr_assert(registry_end(&city.registry, 1, &city.error));
    city_leave(&city);
}

/* Rules are kept once under their hash; text with tabs and backslashes stays what it is. */
Test(impact, keeps_rules_once) {
    const struct impact_rule rule = {.plan = SPAN("P"),
                                     .param = SPAN("inp.ratio"),
                                     .insutype = SPAN("390"),
                                     .level = SPAN("L1"),
                                     .person_class = SPAN(""),
                                     .basis = SPAN(""),
                                     .mode = SPAN("set"),
                                     .evidence = SPAN("S"),
                                     .source = SPAN("a\tb\\c"),
                                     .since = "2020-01-01",
                                     .until = "",
                                     .has_value = true,
                                     .value = 8500,
                                     .path = "p.csv",
                                     .line = 2};
    const struct impact_rules rules = {.sha256 = "keeps_rules_once", .rule_count = 1, .rules = &rule};
    struct city city;
    city_enter(&city);
    for (int i = 0; i < 2; i++)
        cr_assert(impact_keep(&city.registry, &rules, &city.error), "%s", city.error.message);
    cr_expect_str_eq(
        city_ask(&city,
                 "SELECT count(*) || min(source) || min(valid_from) || coalesce(min(valid_until)::text, '-')"
                 " FROM fund.policy_rule WHERE sha256 = 'keeps_rules_once'"),
        "1a\tb\\c2020-01-01-");
    city_leave(&city);
}

/* Begins another run's replay and says whether the last one speaks for it; one that is made has one row. */
static bool speaks(struct city *city, const struct impact_basis *by) {
    bool same = false;
    cr_assert(registry_begin(&city->registry, &start, &city->error), "%s", city->error.message);
    cr_assert(impact_begin(&city->registry, by, &same, &city->error), "%s", city->error.message);
    if (!same) {
        const struct impact_row rows[] = {row_of(1, 7, 500, 700, false)};
        write(city, rows, 1);
        cr_assert(impact_end(&city->registry, 1, &city->error), "%s", city->error.message);
    }
    cr_assert(registry_end(&city->registry, 0, &city->error));
    return same;
}

#define MOVED(kind, still)                                                                                   \
    "INSERT INTO intake.movement (run, delivery, kind, measure, before, after, still) VALUES (-70, -70, "    \
    "'" kind "', '', 0, 0, " still ")"

/* Only what a replay reads makes it due; whoever lies about what was touched hides a change, so that is what
   it goes by. */
Test(impact, speaks_for_later_runs_until_something_that_it_read_has_changed) {
    static const struct impact_basis by = {"rules", 7500}, other_rules = {"others", 7500},
                                     other_day = {"others", 7501};
    static const struct {
        const char *sql;
        const struct impact_basis *by;
        bool same;
    } steps[] = {
        {"SELECT 1", &by, false},
        {"SELECT 1", &by, true},
        {MOVED("rsdt_psn_clct_detl_d", "false"), &by, true},
        {MOVED("setl_d", "true"), &by, true},
        {MOVED("setl_d", "false"), &by, false},
        {MOVED("fixmedins_b", "false"), &by, false},
        {MOVED("psn_info_b", "false"), &by, false},
        {MOVED("psn_insu_d", "false"), &by, false},
        {"SELECT 1", &by, true},
        {"SELECT 1", &other_rules, false},
        {"SELECT 1", &other_day, false},
        {"INSERT INTO identity.xref (county, src_psn_no, psn_no, record_no) SELECT '690070', 'X', '1',"
         " coalesce(max(record_no), 0) + 1 FROM identity.xref",
         &other_day, false},
        {"SELECT 1", &other_day, true},
        {"UPDATE fund.replay_run SET state = 'of another program'", &other_day, false},
        {"DO $drop$ BEGIN EXECUTE 'DROP TABLE fund.replay_' || (SELECT max(coalesce(same_as, run)) FROM"
         " fund.replay_run); END $drop$",
         &other_day, false},
    };
    struct city city;
    city_enter_alone(&city);
    city_run(
        &city,
        "INSERT INTO intake.run (run, command, program, program_sha256, operator) VALUES (-70, 'run', '',"
        " '', '') ON CONFLICT DO NOTHING;"
        "INSERT INTO intake.delivery (delivery, run, county, folder, path, bytes, sha256, source, state)"
        " OVERRIDING SYSTEM VALUE VALUES (-70, -70, '690070', '', '', 0, '', 'file', 'published')");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        city_run(&city, steps[i].sql);
        cr_expect_eq(speaks(&city, steps[i].by), steps[i].same, "step %zu", i);
        /* However many runs it spoke for, its rows are there. */
        cr_expect_str_eq(city_ask(&city, "SELECT count(*) FROM fund.replay WHERE run = (SELECT"
                                         " coalesce(same_as, run) FROM fund.replay_run ORDER BY run DESC"
                                         " LIMIT 1)"),
                         "1", "step %zu", i);
    }
    city_run(&city, "DELETE FROM identity.xref WHERE county = '690070'");
    city_leave(&city);
}
