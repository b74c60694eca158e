/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdio.h>

/* Full deliveries and others in any order of arrival and of rank: an undo looks only at the keys of which
   anything would be otherwise, and what it leaves is what never having loaded it leaves, to the row. */

enum { CASES = 14, DELIVERIES = 5, KEYS = 40, KEY_BYTES = 8 };

#define TABLE "record.rsdt_psn_clct_detl_d"

struct dice {
    uint64_t state;
};

/* Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint32_t roll(struct dice *dice, uint32_t sides) {
    uint64_t z = dice->state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (uint32_t)((z ^ z >> 31) >> 33) % sides;
}

struct plan {
    struct feed_row rows[DELIVERIES][KEYS];
    char keys[KEYS][KEY_BYTES], periods[DELIVERIES][KEY_BYTES];
    uint32_t counts[DELIVERIES], cuts[DELIVERIES], gone;
    bool full[DELIVERIES], other_full[DELIVERIES];
};

/* Few amounts, so that much is said again; of others than full ones now and then a delete marker. */
static void make(struct plan *plan, uint64_t seed) {
    struct dice dice = {seed};
    uint32_t months[DELIVERIES] = {1, 2, 3, 4, 5};
    for (uint32_t k = 0; k < KEYS; k++) snprintf(plan->keys[k], KEY_BYTES, "k%02u", k);
    for (uint32_t d = 0; d < DELIVERIES; d++) {
        uint32_t with = d + roll(&dice, DELIVERIES - d), month = months[with];
        months[with] = months[d];
        snprintf(plan->periods[d], KEY_BYTES, "2020%02u", month);
        plan->full[d] = roll(&dice, 3) > 0;
        plan->counts[d] = 0;
        plan->other_full[d] = roll(&dice, 2);
        for (uint32_t k = 0; k < KEYS; k++) {
            uint32_t said = roll(&dice, 10);
            if (said < (plan->full[d] ? 2 : 6)) continue;
            enum feed_fate fate = !plan->full[d] && said == 9 ? FEED_WITHDRAW
                                  : roll(&dice, 8) == 0       ? FEED_REJECT
                                                              : FEED_LIVE;
            plan->rows[d][plan->counts[d]++] =
                (struct feed_row){plan->keys[k], 100 + (fate == FEED_LIVE ? roll(&dice, 5) / 4 : 0), fate};
        }
        plan->cuts[d] = roll(&dice, 3) ? roll(&dice, plan->counts[d]) + 1 : plan->counts[d];
    }
    plan->gone = roll(&dice, DELIVERIES);
}

static int load(struct city *city, const struct plan *plan, const char *county, bool all) {
    int number = 0;
    for (uint32_t d = 0; d < DELIVERIES; d++) {
        if (!all && d == plan->gone) continue;
        struct feed feed = {.county = county,
                            .period = plan->periods[d],
                            .snapshot = plan->full[d],
                            .rows = plan->rows[d],
                            .row_count = plan->cuts[d]},
                    other = {.spec_path = "other.yaml",
                             .snapshot = plan->other_full[d],
                             .rows = plan->rows[d] + plan->cuts[d],
                             .row_count = plan->counts[d] - plan->cuts[d]};
        if (other.row_count) feed.beside = &other;
        cr_assert(feed_run(city, &feed), "%s", city->error.message);
        if (d == plan->gone) number = feed.delivery;
    }
    return number;
}

/* What is published and whence, and how often what was said again: by the period of the delivery. */
static const char *state(struct city *city, const char *county) {
    return city_ask(
        city,
        lane_format(
            &city->arena,
            "SELECT coalesce(string_agg(t.src_key || '=' || t.clct_sumamt_fen || '@' || d.period || "
            "f.spec_path || ':'"
            " || t.source_row, ' ' ORDER BY t.src_key), '') || (SELECT coalesce(string_agg(p || ' ' || n,"
            " ',' ORDER BY p), '') FROM (SELECT d.period AS p, sum(r.rows) AS n FROM record.repeated r"
            " JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery) WHERE r.county ="
            " '%s' GROUP BY 1) s) FROM " TABLE " t JOIN intake.file f USING (file) JOIN intake.delivery d"
            " USING (delivery) WHERE t.county = '%s'",
            county, county));
}

/* Which rejected rows are open, of which delivery. */
static const char *rejects(struct city *city, const char *county) {
    return city_ask(
        city,
        lane_format(&city->arena,
                    "SELECT coalesce(string_agg(d.period || f.spec_path || ':' || r.source_row || ' ' ||"
                    " r.state, ', ' ORDER BY d.period, f.spec_path, r.source_row), '') FROM"
                    " intake.reject r JOIN intake.file f USING (file) JOIN intake.delivery d USING"
                    " (delivery) WHERE d.county = '%s' AND d.state = 'published' AND r.bucket ="
                    " 'rejected'",
                    county));
}

Test(undo_order, what_is_left_is_what_never_having_loaded_it_leaves) {
    static struct plan plan;
    struct city city;
    uint32_t differed = 0; /* an old one that came late may have changed nothing */
    city_enter(&city);
    for (uint32_t i = 0; i < CASES; i++) {
        make(&plan, i);
        const char *never = lane_format(&city.arena, "6912%02u", i),
                   *undone = lane_format(&city.arena, "6913%02u", i);
        load(&city, &plan, never, false);
        int number = load(&city, &plan, undone, true);
        const char *before = state(&city, undone);
        cr_assert(undo_delivery(&city.registry, number, "a test", &city.error), "%s", city.error.message);
        differed += strcmp(before, state(&city, undone)) != 0;
        cr_expect_str_eq(state(&city, undone), state(&city, never), "case %u, delivery %u, %s", i,
                         plan.gone + 1, plan.full[plan.gone] ? "full" : "not full");
        cr_expect_str_eq(rejects(&city, undone), rejects(&city, never), "case %u, delivery %u", i,
                         plan.gone + 1);
    }
    cr_expect_gt(differed, CASES / 3);
    city_leave(&city);
}

/* What it only said again is not even looked at: the rows stay where they are, none is written. */
Test(undo_order, an_undo_writes_what_would_be_otherwise_and_no_more) {
    static struct plan plan;
    static const char stand[] =
        "SELECT string_agg(ctid::text || xmin::text, ' ' ORDER BY key_hash) FROM " TABLE
        " WHERE county = '691199' AND src_key <> 'k07'";
    struct city city;
    city_enter(&city);
    make(&plan, 0);
    int numbers[3];
    for (uint32_t d = 0; d < 3; d++) {
        for (uint32_t k = 0; k < KEYS; k++)
            plan.rows[d][k] = (struct feed_row){plan.keys[k], 100 + (d == 2 && k == 7), FEED_LIVE};
        struct feed feed = {.county = "691199",
                            .period = lane_format(&city.arena, "20200%u", d + 1),
                            .snapshot = true,
                            .rows = plan.rows[d],
                            .row_count = KEYS};
        cr_assert(feed_run(&city, &feed), "%s", city.error.message);
        numbers[d] = feed.delivery;
    }
    const char *before = city_ask(&city, stand);
    cr_assert(undo_delivery(&city.registry, numbers[2], "a test", &city.error), "%s", city.error.message);
    cr_expect_str_eq(city_ask(&city, stand), before);
    cr_expect_str_eq(city_ask(&city,
                              "SELECT clct_sumamt_fen FROM " TABLE " WHERE county = '691199' AND src_key ="
                              " 'k07'"),
                     "100");
    /* The one before it changed nothing, and its undo says so. */
    cr_assert(undo_delivery(&city.registry, numbers[1], "a test", &city.error), "%s", city.error.message);
    cr_expect_str_eq(city_ask(&city, stand), before);
    cr_expect_str_eq(
        city_ask(&city,
                 lane_format(&city.arena,
                             "SELECT string_agg(still::text, ' ' ORDER BY movement) FROM intake.movement"
                             " WHERE delivery IN (%d, %d) AND undone AND measure = ''",
                             numbers[1], numbers[2])),
        "false true");
    city_leave(&city);
}
