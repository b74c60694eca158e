/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/group.h"
#include "load/hash.h"
#include "load/lane.h"
#include "load/undo.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>

/* First deliveries of one run share one table; all the same it is as if they had come one by one. */

enum { MONTHS = 4 };

static const struct feed_row first[] = {{"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}, {"x", 7, FEED_REJECT}},
                             second[] = {{"b", 25, FEED_LIVE}, {"c", 300, FEED_LIVE}, {"c", 300, FEED_LIVE}},
                             third[] = {{"a", 1, FEED_LIVE}, {"d", 4000, FEED_LIVE}, {"x", 7, FEED_LIVE}},
                             fourth[] = {
                                 {"b", 20, FEED_LIVE}, {"e", 50000, FEED_DOUBT}, {"", 9, FEED_EXPLAIN}};

static void fill(struct feed feeds[MONTHS], const char *county, struct intake_group *group) {
    static const char *const periods[] = {"202001", "202002", "202003", "202004"};
    struct feed all[] = {{FEED_ROWS(first)}, {FEED_ROWS(second)}, {FEED_ROWS(third)}, {FEED_ROWS(fourth)}};
    for (int i = 0; i < MONTHS; i++) {
        feeds[i] = all[i];
        feeds[i].county = county;
        feeds[i].period = periods[i];
        feeds[i].group = group;
    }
}

static void gather(struct city *city, struct intake_group *group, struct feed *feeds, int count) {
    bool takes = false;
    cr_assert(group_takes(group, model_find(SPAN("rsdt_psn_clct_detl_d")), &takes, &city->error) && takes,
              "%s", city->error.message);
    for (int i = 0; i < count; i++) {
        cr_assert(feed_read(city, &feeds[i]), "%s", city->error.message);
        cr_assert(group_join(group, feeds[i].intake, &city->error), "%d: %s", i, city->error.message);
    }
}

static void finish(struct intake_group *group, struct feed *feeds, int count) {
    for (int i = 0; i < count; i++) feed_end(&feeds[i]);
    group_end(group);
}

/* Everything that was written down of a county, without numbers of deliveries and files. */
static const char *book_of(struct city *city, const char *county) {
    return city_ask(
        city,
        lane_format(
            &city->arena,
            "SELECT string_agg(line, E'\\n' ORDER BY line) FROM ("
            "SELECT d.period || ' ' || t.bucket || ' ' || t.measure || ' ' || t.amount AS line FROM "
            "intake.tally t"
            " JOIN intake.file USING (file) JOIN intake.delivery d USING (delivery) WHERE d.county = '%s'"
            " UNION ALL SELECT d.period || ' ' || check_code || ' ' || x.state || ' ' || x.subject || ' ' ||"
            "  coalesce(left_value, 0) || ' ' || coalesce(right_value, 0) FROM intake.finding x JOIN"
            "  intake.delivery d USING (delivery) WHERE d.county = '%s'"
            " UNION ALL SELECT d.period || ' moved ' || m.measure || ' ' || m.before || ' ' || m.after FROM"
            "  intake.movement m JOIN intake.delivery d USING (delivery) WHERE d.county = '%s' AND NOT "
            "m.undone"
            " UNION ALL SELECT d.period || ' reject ' || j.source_row || j.bucket || j.state || "
            "coalesce(j.closed_by,"
            "  '') FROM intake.reject j JOIN intake.file USING (file) JOIN intake.delivery d USING "
            "(delivery) WHERE"
            "  d.county = '%s'"
            " UNION ALL SELECT d.period || ' history ' || h.src_key || ' ' || h.ended_how || ' ' || e.period "
            "FROM"
            "  record.rsdt_psn_clct_detl_d_history h JOIN intake.file f USING (file) JOIN intake.delivery d "
            "ON"
            "  d.delivery = f.delivery JOIN intake.delivery e ON e.delivery = h.ended_delivery WHERE "
            "h.county = '%s'"
            ") x",
            county, county, county, county, county));
}

static const char *content_of(struct city *city, const char *county) {
    char *text = ARENA_NEW(&city->arena, char, HASH_TEXT);
    cr_assert(hash_content(&city->registry, county, text, &city->error), "%s", city->error.message);
    return text;
}

Test(group, is_as_if_they_had_come_one_by_one) {
    struct city city;
    city_enter(&city);
    struct feed alone[MONTHS], shared[MONTHS];
    fill(alone, "690821", NULL);
    for (int i = 0; i < MONTHS; i++) cr_assert(feed_run(&city, &alone[i]), "%d: %s", i, city.error.message);
    struct intake_group *group = group_new(&city.registry, "690822", &city.arena);
    struct intake *refused = NULL;
    fill(shared, "690822", group);
    gather(&city, group, shared, MONTHS);
    cr_expect_str_eq(feed_content(&city, "690822"), "", "published too early");
    cr_assert(group_publish(group, &refused, &city.error), "%s", city.error.message);
    finish(group, shared, MONTHS);
    cr_expect_str_eq(feed_content(&city, "690822"), "a=1 b=20 c=300 d=4000 e=50000 x=7");
    cr_expect_str_eq(feed_content(&city, "690821"), feed_content(&city, "690822"));
    cr_expect_str_eq(book_of(&city, "690821"), book_of(&city, "690822"));
    cr_expect_str_eq(city_ask(&city, lane_format(&city.arena,
                                                 "SELECT count(*) FROM pg_class WHERE relnamespace ="
                                                 " 'fresh'::regnamespace AND relname LIKE 'r%d\\_%%'",
                                                 city.registry.run)),
                     "0", "a fresh table was left behind");
    /* What comes later is merged, alone or in a group of other kinds. */
    bool takes = true;
    struct intake_group *later = group_new(&city.registry, "690822", &city.arena);
    cr_assert(group_takes(later, model_find(SPAN("rsdt_psn_clct_detl_d")), &takes, &city.error));
    cr_expect(!takes, "a published kind takes no part");
    city_leave(&city);
}

/* Without the k-th, whatever k: undo of it is as if it had never been there. */
Test(group, undo_of_any_is_exact) {
    struct city city;
    city_enter(&city);
    for (int k = 0; k < MONTHS; k++) {
        const char *with = lane_format(&city.arena, "69083%d", k),
                   *without = lane_format(&city.arena, "69084%d", k);
        struct feed shared[MONTHS], alone[MONTHS];
        struct intake_group *group = group_new(&city.registry, with, &city.arena);
        struct intake *refused = NULL;
        fill(shared, with, group);
        gather(&city, group, shared, MONTHS);
        cr_assert(group_publish(group, &refused, &city.error), "%s", city.error.message);
        finish(group, shared, MONTHS);
        fill(alone, without, NULL);
        for (int i = 0; i < MONTHS; i++)
            if (i != k) cr_assert(feed_run(&city, &alone[i]), "%s", city.error.message);
        const char *whole = content_of(&city, with);
        cr_assert(undo_delivery(&city.registry, shared[k].delivery, "test", &city.error), "%s",
                  city.error.message);
        cr_expect_str_eq(feed_content(&city, with), feed_content(&city, without), "without %d", k);
        fill(shared, with, NULL);
        cr_assert(feed_run(&city, &shared[k]), "%s", city.error.message);
        cr_expect_str_eq(content_of(&city, with), whole, "%d loaded again", k);
    }
    city_leave(&city);
}

/* One passes its limit before, one is of equal rank with other content: the others do not notice. */
Test(group, a_refused_one_takes_only_its_own_rows_away) {
    static const struct feed_row bad[] = {{"p", 1, FEED_REJECT}, {"q", 2, FEED_LIVE}},
                                 rival[] = {{"a", 999, FEED_LIVE}, {"z", 5, FEED_LIVE}, {"c", 1, FEED_LIVE}};
    struct city city;
    city_enter(&city);
    struct intake_group *group = group_new(&city.registry, "690851", &city.arena);
    struct feed feeds[MONTHS],
        limited = {.county = "690851",
                   .period = "202009",
                   .group = group,
                   FEED_ROWS(bad),
                   .limits = {0, -1, -1, -1}},
        equal = {.county = "690851", .period = "202001", .group = group, FEED_ROWS(rival)};
    struct intake *refused = NULL;
    fill(feeds, "690851", group);
    gather(&city, group, feeds, 1);
    gather(&city, group, &equal, 1);
    gather(&city, group, feeds + 1, 3);
    cr_assert(feed_read(&city, &limited), "%s", city.error.message);
    cr_assert(!group_join(group, limited.intake, &city.error) && city.error.trouble == TROUBLE_REFUSED);
    cr_assert(intake_refuse(limited.intake, &city.error, &(struct error){0}));
    feed_end(&limited);
    cr_assert(!group_publish(group, &refused, &city.error));
    cr_expect(refused == equal.intake);
    cr_expect_str_eq(city.error.code, "delivery.rank_conflict");
    cr_assert_eq(group_count(group), MONTHS);
    feed_end(&equal);
    city.error = (struct error){0};
    cr_assert(group_publish(group, &refused, &city.error), "%s", city.error.message);
    finish(group, feeds, MONTHS);
    cr_expect_str_eq(feed_content(&city, "690851"), "a=1 b=20 c=300 d=4000 e=50000 x=7");
    cr_expect_str_eq(city_ask(&city, "SELECT string_agg(period || state, ' ' ORDER BY delivery) FROM"
                                     " intake.delivery WHERE county = '690851'"),
                     "202001published 202001refused 202002published 202003published 202004published "
                     "202009refused");
    /* Of a refused one every row is still in its book. */
    cr_expect_str_eq(city_ask(&city,
                              "SELECT string_agg(bucket || amount, ' ' ORDER BY bucket) FROM intake.tally"
                              " JOIN intake.file USING (file) JOIN intake.delivery USING (delivery) WHERE"
                              " county = '690851' AND state = 'refused' AND period = '202001' AND measure ="
                              " '' AND amount > 0"),
                     "read3 unpublished3");
    city_leave(&city);
}
