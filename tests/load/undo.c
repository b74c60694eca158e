/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/undo.h"
#include "load/hash.h"
#include "load/lane.h"
#include "tests/load/feed.h"
#include <criterion/criterion.h>
#include <stdlib.h>

enum { DELIVERIES = 5, ORDERS = 8, KEYS = 9 };

static const struct feed_row first[] = {
    {"a", 1, FEED_LIVE}, {"b", 2, FEED_LIVE}, {"c", 3, FEED_LIVE}, {"i", 9, FEED_LIVE}};
static const struct feed_row second[] = {{"b", 20, FEED_LIVE}, {"d", 4, FEED_LIVE}, {"c", 0, FEED_WITHDRAW}};
static const struct feed_row third[] = {
    {"a", 1, FEED_LIVE}, {"b", 20, FEED_LIVE}, {"e", 5, FEED_LIVE}, {"f", 6, FEED_LIVE}};
static const struct feed_row fourth[] = {
    {"c", 33, FEED_LIVE}, {"e", 50, FEED_LIVE}, {"f", 0, FEED_WITHDRAW}, {"g", 7, FEED_LIVE}};
static const struct feed_row fifth[] = {
    {"a", 1, FEED_LIVE}, {"e", 50, FEED_LIVE}, {"g", 7, FEED_LIVE}, {"h", 8, FEED_LIVE}};

static const struct feed deliveries[DELIVERIES] = {
    {.period = "202001", FEED_ROWS(first)},
    {.period = "202002", FEED_ROWS(second)},
    {.period = "202003", .snapshot = true, FEED_ROWS(third)},
    {.period = "202004", FEED_ROWS(fourth)},
    {.period = "202005", .snapshot = true, FEED_ROWS(fifth)},
};

/* What must be published, by the words of the rule: of the deliveries that speak for a key, the one of
   the highest rank. */
static const char *expected(struct city *city, const bool loaded[DELIVERIES]) {
    const char *text = "";
    for (int key = 0; key < KEYS; key++) {
        const char name[] = {(char)('a' + key), '\0'};
        const struct feed_row *row = NULL;
        for (int d = DELIVERIES - 1; d >= 0 && !row; d--) {
            if (!loaded[d]) continue;
            for (uint32_t i = 0; i < deliveries[d].row_count; i++)
                if (strcmp(deliveries[d].rows[i].key, name) == 0) row = &deliveries[d].rows[i];
            if (!row && deliveries[d].snapshot) break;
        }
        if (row && row->fate == FEED_LIVE)
            text = lane_format(&city->arena, "%s%s%s=%jd", text, *text ? " " : "", name, (intmax_t)row->fen);
    }
    return text;
}

/* The n-th order of five, counted in factoradic digits. */
static void order_of(int n, int order[DELIVERIES]) {
    int left[DELIVERIES] = {0, 1, 2, 3, 4};
    for (int i = 0, radix = DELIVERIES; i < DELIVERIES; i++, radix--) {
        int at = n % radix;
        n /= radix;
        order[i] = left[at];
        for (int k = at; k + 1 < radix; k++) left[k] = left[k + 1];
    }
}

/* Every published row names a place where it really stands: that delivery's row of that number has its
   key and its content. */
static void places_hold(struct city *city, const char *county, const int numbers[DELIVERIES],
                        const bool loaded[DELIVERIES]) {
    PGresult *result = session_ask(
        &city->registry.session,
        "SELECT t.src_key, t.clct_sumamt_fen, f.delivery, t.source_row FROM record.rsdt_psn_clct_detl_d t"
        " JOIN intake.file f USING (file) WHERE t.county = $1",
        1, &county, &city->error);
    cr_assert(result, "%s", city->error.message);
    for (int i = 0; i < PQntuples(result); i++) {
        const char *key = PQgetvalue(result, i, 0);
        int d = 0, delivery = atoi(PQgetvalue(result, i, 2)), row = atoi(PQgetvalue(result, i, 3));
        while (d < DELIVERIES && !(loaded[d] && numbers[d] == delivery)) d++;
        cr_assert(d < DELIVERIES, "%s: of a delivery that is gone", key);
        cr_assert(row >= 1 && row <= (int)deliveries[d].row_count, "%s: row %d", key, row);
        cr_assert_str_eq(deliveries[d].rows[row - 1].key, key);
        cr_assert_eq(deliveries[d].rows[row - 1].fen, atoll(PQgetvalue(result, i, 1)), "%s", key);
    }
    PQclear(result);
}

/* "rows fen" of the words of `of` that `in` lacks. */
static const char *lacking(struct city *city, const char *of, const char *in) {
    int64_t rows = 0, fen = 0;
    const char *sought = lane_format(&city->arena, " %s ", in);
    for (const char *word = of; *word; word += strspn(word, " ")) {
        size_t size = strcspn(word, " ");
        if (!strstr(sought, lane_format(&city->arena, " %.*s ", (int)size, word))) {
            rows++;
            fen += atoll(strchr(word, '=') + 1);
        }
        word += size;
    }
    return lane_format(&city->arena, "%jd %jd", (intmax_t)rows, (intmax_t)fen);
}

/* What the undo says it took away and brought back is what differs, and closes with before and after. */
static void moved_holds(struct city *city, int delivery, const char *before, const char *after) {
    cr_expect_str_eq(
        city_ask(city,
                 lane_format(
                     &city->arena,
                     "SELECT r.went || ' ' || f.went || ', ' || r.came || ' ' || f.came || ', ' || (r.before"
                     " - r.went + r.came = r.after AND f.before - f.went + f.came = f.after) FROM"
                     " intake.movement r JOIN intake.movement f USING (delivery) WHERE delivery = %d AND"
                     " r.undone AND f.undone AND r.measure = '' AND f.measure = 'clct_sumamt'",
                     delivery)),
        lane_format(&city->arena, "%s, %s, true", lacking(city, before, after),
                    lacking(city, after, before)));
}

static void try_order(struct city *city, int n, int index) {
    const char *county = lane_format(&city->arena, "6901%02d", index);
    int order[DELIVERIES], numbers[DELIVERIES];
    bool loaded[DELIVERIES] = {false};
    order_of(n, order);
    for (int i = 0; i < DELIVERIES; i++) {
        struct feed feed = deliveries[order[i]];
        feed.county = county;
        cr_assert(feed_run(city, &feed), "%s", city->error.message);
        numbers[order[i]] = feed.delivery;
        loaded[order[i]] = true;
        cr_assert_str_eq(feed_content(city, county), expected(city, loaded), "order %d after %d", n, i);
    }
    for (int i = 0; i < DELIVERIES; i++) {
        int gone = (index + 2 * i) % DELIVERIES;
        const char *before = feed_content(city, county);
        cr_assert(undo_delivery(&city->registry, numbers[gone], "test", &city->error), "%s",
                  city->error.message);
        loaded[gone] = false;
        cr_assert_str_eq(feed_content(city, county), expected(city, loaded), "order %d without %d", n, gone);
        places_hold(city, county, numbers, loaded);
        moved_holds(city, numbers[gone], before, feed_content(city, county));
    }
    cr_assert_str_eq(
        city_ask(city,
                 lane_format(&city->arena,
                             "SELECT count(*) FROM record.rsdt_psn_clct_detl_d_history WHERE county = '%s'",
                             county)),
        "0");
    cr_assert_str_eq(
        city_ask(city, lane_format(&city->arena, "SELECT count(*) FROM record.repeated WHERE county = '%s'",
                                   county)),
        "0");
    cr_assert_str_eq(
        city_ask(city,
                 lane_format(&city->arena,
                             "SELECT count(*) FROM intake.finding WHERE county = '%s' AND state = 'broken'",
                             county)),
        "0");
}

Test(undo, the_state_is_a_function_of_the_set_of_deliveries) {
    struct city city;
    city_enter(&city);
    for (int i = 0; i < ORDERS; i++) try_order(&city, i * 119 / (ORDERS - 1), i);
    city_leave(&city);
}

Test(undo, ends_in_the_hash_of_never_having_loaded_it) {
    struct city city;
    city_enter(&city);
    char before[HASH_TEXT], between[HASH_TEXT], after[HASH_TEXT];
    static const char county[] = "690180";
    struct feed one = deliveries[0], two = deliveries[1], three = deliveries[2];
    one.county = two.county = three.county = county;
    cr_assert(feed_run(&city, &one) && feed_run(&city, &three), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, county, before, &city.error), "%s", city.error.message);
    cr_assert(undo_delivery(&city.registry, three.delivery, "again", &city.error), "%s", city.error.message);
    cr_assert(feed_run(&city, &two) && feed_run(&city, &three), "%s", city.error.message);
    struct feed four = deliveries[3];
    four.county = county;
    cr_assert(feed_run(&city, &four), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, county, between, &city.error));
    cr_assert_str_neq(before, between);
    cr_assert(undo_delivery(&city.registry, four.delivery, "x", &city.error), "%s", city.error.message);
    cr_assert(undo_delivery(&city.registry, two.delivery, "x", &city.error), "%s", city.error.message);
    cr_assert(hash_content(&city.registry, county, after, &city.error));
    cr_assert_str_eq(before, after);
    cr_assert(!undo_delivery(&city.registry, two.delivery, "x", &city.error));
    cr_assert_eq(city.error.trouble, TROUBLE_USAGE, "undone already");
    cr_assert(!undo_delivery(&city.registry, one.delivery, "", &city.error), "a reason is required");
    city_leave(&city);
}

/* Every row of the books and of what is published, with its place and who wrote it. */
static const char *everything(struct city *city) {
    return city_ask(
        city, "SELECT count(*) || ' ' || md5(string_agg(c.oid::regclass || query_to_xml(format("
              "'SELECT count(*), sum(hashtextextended(t.ctid::text || t.xmin || t::text, 0)::numeric)"
              " FROM %s t', c.oid::regclass), true, true, '')::text, ' ' ORDER BY c.oid)) FROM pg_class c"
              " WHERE relkind = 'r' AND relnamespace IN ('record'::regnamespace, 'intake'::regnamespace,"
              " 'fund'::regnamespace)");
}

struct trial {
    struct city *city;
    const char *county, *seen; /* what is published inside the transaction */
    bool fails;
};

static bool look(void *context, struct error *error) {
    struct trial *trial = context;
    trial->seen = feed_content(trial->city, trial->county);
    return !trial->fails || error_set(error, "the caller's own");
}

/* In the order of the undos: between others, the last one left, whose table is emptied at once. */
Test(undo, a_trial_shows_what_would_be_and_leaves_everything) {
    static const char county[] = "690181";
    static const int undos[DELIVERIES] = {2, 0, 4, 1, 3};
    struct city city;
    int numbers[DELIVERIES];
    city_enter_alone(&city);
    struct trial trial = {.city = &city, .county = county};
    const struct undo_look looking = {look, &trial};
    for (int i = 0; i < DELIVERIES; i++) {
        struct feed feed = deliveries[i];
        feed.county = county;
        cr_assert(feed_run(&city, &feed), "%s", city.error.message);
        numbers[i] = feed.delivery;
    }
    for (int i = 0; i < DELIVERIES; i++) {
        const char *before = everything(&city), *content = feed_content(&city, county);
        trial.fails = false;
        cr_assert(undo_try(&city.registry, numbers[undos[i]], looking, &city.error), "%s",
                  city.error.message);
        cr_expect_str_eq(everything(&city), before, "a trial of %d changed something", undos[i]);
        cr_expect_str_eq(feed_content(&city, county), content);
        trial.fails = true;
        cr_expect(!undo_try(&city.registry, numbers[undos[i]], looking, &city.error));
        cr_expect_str_eq(city.error.message, "the caller's own");
        cr_expect_str_eq(everything(&city), before, "a look that failed at %d changed something", undos[i]);
        cr_assert(undo_delivery(&city.registry, numbers[undos[i]], "test", &city.error), "%s",
                  city.error.message);
        cr_expect_str_neq(everything(&city), before);
        cr_expect_str_eq(feed_content(&city, county), trial.seen, "%d undone is not what was shown",
                         undos[i]);
    }
    trial.seen = NULL;
    cr_expect(!undo_try(&city.registry, numbers[0], looking, &city.error));
    cr_expect_eq(city.error.trouble, TROUBLE_USAGE);
    cr_expect_null(trial.seen, "shown although it is undone already");
    city_leave(&city);
}
