/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/cover/cover.h"
#include "load/impact.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>

/* A replay and a search that are not made again must go by all that they read: what the server has seen them
   read, table by table, against the lists that say when they are due.  Not asked: what they themselves write,
   rules and settings, which are compared by hash, and the events by which who is who is known to have moved.
 */

static const char scans[] =
    "SELECT coalesce(string_agg(DISTINCT name, ',' ORDER BY name), '') FROM (SELECT"
    " regexp_replace(schemaname || '.' || relname, '_[0-9]{6}$', '') AS name"
    " FROM pg_stat_user_tables WHERE schemaname IN ('record', 'fund', 'identity')"
    " AND relname !~ '^(replay|impact|policy_|setting|reference|culprit|spoken|event$|.*_row$)'"
    " AND seq_scan + coalesce(idx_scan, 0) > 0) t WHERE name <> ALL ('%s'::text[])";

static const char *unlisted(struct journey *journey, const char *list) {
    journey_alone(journey);
    return journey_ask(journey, arena_print(&journey->arena, scans, list));
}

Test(reads, nothing_that_is_read_is_missing_from_the_lists) {
    static const struct {
        const char *command, *reads;
    } cases[] = {{"policy replay", IMPACT_READS}, {"cover find", COVER_READS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct journey journey;
        journey_begin_at(&journey, JOURNEY_PUBLISHED);
        journey_alone(&journey);
        journey_ask(&journey, "SELECT pg_stat_reset()");
        cr_expect_str_eq(unlisted(&journey, "{}"), "", "nothing read yet");
        int code = journey_run(&journey, cases[i].command);
        cr_expect(code == 0 || code == 2, "%s: %d %s", cases[i].command, code, journey.output);
        const char *missing = unlisted(&journey, cases[i].reads);
        cr_expect_str_eq(missing, "", "%s: %s", cases[i].command, missing);
        cr_expect_str_neq(unlisted(&journey, "{}"), "", "%s: the look itself sees nothing", cases[i].command);
        journey_end(&journey);
    }
}
