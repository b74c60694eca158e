/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Ten thousand random decisions and undos.  After every stretch of them the persons are held against what
   stands; the same decisions made in another order give the same persons; when all is taken back, everything
   is as it was. */
#include "cli/person/decision.h"
#include "cli/person/store.h"
#include "tests/cli/journey.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    STEPS = 10000,
    STRETCH = 400,
    POOL = 14,
    ORDERS = 5,
    POOL_PAIRS = POOL * (POOL - 1) / 2,
    EDGES_MAX = 200,
    HASH_BYTES = 40
};
#define STATE                                                                                                \
    "SELECT md5((SELECT string_agg(county || src_psn_no || psn_no, ',' ORDER BY record_no) FROM "            \
    "identity.xref) || (SELECT string_agg(concat_ws(' ', a, b, bits, band), ',' ORDER BY a, b) FROM "        \
    "identity.link) || (SELECT count(*) FROM identity.decision WHERE undone_event IS NULL))"

struct walk {
    struct journey journey;
    struct database database;
    struct session session;
    struct invocation invocation;
    _Atomic bool stop;
    struct error error;
    uint64_t seed;
    int64_t pool[POOL];
    struct decision standing[POOL_PAIRS];
    uint32_t standing_count;
    struct {
        int64_t a, b;
    } edges[EDGES_MAX]; /* that merge by themselves, surest first */
    uint32_t edge_count;
};

static uint32_t draw(struct walk *walk, uint32_t below) {
    walk->seed = walk->seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(walk->seed >> 33) % below;
}

static const char *ask(struct walk *walk, const char *sql) {
    PGresult *rows = session_ask(&walk->session, sql, 0, NULL, &walk->error);
    cr_assert(rows, "%s: %s", sql, walk->error.message);
    const char *text = arena_print(&walk->journey.arena, "%s", PQgetvalue(rows, 0, 0));
    PQclear(rows);
    return text;
}

/* Records of planted people and of everybody else, so that decisions agree and disagree with the bits. */
static void read_pool(struct walk *walk) {
    PGresult *rows = session_ask(
        &walk->session,
        "SELECT DISTINCT n FROM (SELECT * FROM (SELECT unnest(ARRAY[a, b]) AS n FROM identity.link"
        " WHERE band <> 'automatic' LIMIT 6) x UNION ALL SELECT * FROM (SELECT unnest(ARRAY[a, b])"
        " FROM identity.link WHERE band = 'automatic' ORDER BY a, b LIMIT 8) y UNION ALL"
        " SELECT g FROM generate_series(1, 20) g) z ORDER BY n DESC",
        0, NULL, &walk->error);
    cr_assert(rows && PQntuples(rows) >= POOL, "%s", walk->error.message);
    for (int i = 0; i < POOL; i++) walk->pool[i] = strtoll(PQgetvalue(rows, i, 0), NULL, 10);
    PQclear(rows);
    rows = session_ask(&walk->session,
                       "SELECT a, b FROM identity.link WHERE band = 'automatic' ORDER BY bits DESC, a, b", 0,
                       NULL, &walk->error);
    cr_assert(rows && PQntuples(rows) > 0 && PQntuples(rows) <= EDGES_MAX);
    for (int i = 0; i < PQntuples(rows); i++, walk->edge_count++) {
        walk->edges[i].a = strtoll(PQgetvalue(rows, i, 0), NULL, 10);
        walk->edges[i].b = strtoll(PQgetvalue(rows, i, 1), NULL, 10);
    }
    PQclear(rows);
}

static bool decided(const struct walk *walk, int64_t a, int64_t b) {
    for (uint32_t i = 0; i < walk->standing_count; i++)
        if (walk->standing[i].a == a && walk->standing[i].b == b) return true;
    return false;
}

/* As `person decide` does: what would contradict is refused. */
static bool decide(struct walk *walk) {
    int64_t a = walk->pool[draw(walk, POOL)], b = walk->pool[draw(walk, POOL)];
    struct arena scratch = {0};
    struct clash *clashes;
    if (a == b || decided(walk, a < b ? a : b, a < b ? b : a)) return false;
    struct decision *decision = &walk->standing[walk->standing_count];
    *decision = (struct decision){.a = a < b ? a : b,
                                  .b = a < b ? b : a,
                                  .verdict = draw(walk, VERDICTS),
                                  .reason = "r",
                                  .by = "b",
                                  .operator= "o" };
    bool clash = decision_clashes(walk->standing, walk->standing_count + 1, &scratch, &clashes) > 0;
    arena_free(&scratch);
    if (clash) return false;
    cr_assert(decision_put(&walk->session, decision, &walk->error), "%s", walk->error.message);
    walk->standing_count++;
    return true;
}

static void undo(struct walk *walk) {
    uint32_t i = draw(walk, walk->standing_count);
    cr_assert(decision_undo(&walk->session, walk->standing[i].event, "u", "o", &walk->error), "%s",
              walk->error.message);
    walk->standing[i] = walk->standing[--walk->standing_count];
}

/* Every record by its number. */
struct people {
    uint32_t count;
    uint32_t *of;    /* [count + 1] the person: its lowest record */
    uint32_t *sizes; /* [count + 1] records of a person */
    uint32_t *webs;  /* [count + 1] the lowest record that decisions and pairs lead to */
};

static void read_people(struct walk *walk, struct people *people) {
    PGresult *rows = session_ask(&walk->session, "SELECT record_no, psn_no::bigint FROM identity.xref", 0,
                                 NULL, &walk->error);
    cr_assert(rows && (uint32_t)PQntuples(rows) == people->count);
    memset(people->sizes, 0, (people->count + 1) * sizeof *people->sizes);
    for (int r = 0; r < PQntuples(rows); r++) {
        uint32_t person = (uint32_t)strtoul(PQgetvalue(rows, r, 1), NULL, 10);
        people->of[strtoul(PQgetvalue(rows, r, 0), NULL, 10)] = person;
        people->sizes[person]++;
    }
    PQclear(rows);
}

static uint32_t join_webs(struct people *people, int64_t a, int64_t b) {
    uint32_t left = people->webs[a], right = people->webs[b], low = left < right ? left : right;
    for (uint32_t i = 1; left != right && i <= people->count; i++)
        if (people->webs[i] == left || people->webs[i] == right) people->webs[i] = low;
    return left != right;
}

static bool kept_apart(const struct walk *walk, const struct people *people, uint32_t a, uint32_t b) {
    for (uint32_t i = 0; i < walk->standing_count; i++) {
        uint32_t left = people->of[walk->standing[i].a], right = people->of[walk->standing[i].b];
        if (walk->standing[i].verdict != VERDICT_SAME &&
            ((left == a && right == b) || (left == b && right == a)))
            return true;
    }
    return false;
}

/* What of the persons cannot be, as things stand: who was said to be one and is not, or the other way round;
   who is one without a reason; who is not though nothing speaks against it; a number that is not the lowest.
 */
static uint32_t faults(struct walk *walk, struct people *people) {
    uint32_t count = 0;
    read_people(walk, people);
    for (uint32_t i = 1; i <= people->count; i++) people->webs[i] = i;
    for (uint32_t i = 0; i < walk->standing_count; i++) {
        const struct decision *decision = &walk->standing[i];
        bool same = decision->verdict == VERDICT_SAME;
        count += same != (people->of[decision->a] == people->of[decision->b]);
        if (same) join_webs(people, decision->a, decision->b);
    }
    for (uint32_t e = 0; e < walk->edge_count; e++) {
        uint32_t a = people->of[walk->edges[e].a], b = people->of[walk->edges[e].b];
        join_webs(people, walk->edges[e].a, walk->edges[e].b);
        count += a != b && people->sizes[a] + people->sizes[b] == 2 && !kept_apart(walk, people, a, b);
    }
    for (uint32_t i = 1; i <= people->count; i++)
        count += people->webs[i] != people->webs[people->of[i]] || people->of[i] > i ||
                 people->of[people->of[i]] != people->of[i];
    return count;
}

static void relink(struct walk *walk) {
    cr_assert(persons_link(&walk->invocation, &walk->database, 0, false, true, &walk->error), "%s",
              walk->error.message);
}

static void undo_down_to(struct walk *walk, uint32_t left) {
    cr_assert(session_run(&walk->session, "BEGIN", &walk->error));
    while (walk->standing_count > left) undo(walk);
    cr_assert(session_run(&walk->session, "COMMIT", &walk->error));
}

/* Takes back all that stands and decides it once more, in another order. */
static void shuffle(struct walk *walk) {
    uint32_t count = walk->standing_count;
    struct decision *kept = ARENA_NEW(&walk->journey.arena, struct decision, count + 1);
    memcpy(kept, walk->standing, count * sizeof *kept);
    undo_down_to(walk, 0);
    cr_assert(session_run(&walk->session, "BEGIN", &walk->error));
    for (uint32_t left = count; left; left--) {
        uint32_t i = draw(walk, left);
        cr_assert(decision_put(&walk->session, &kept[i], &walk->error), "%s", walk->error.message);
        walk->standing[walk->standing_count++] = kept[i];
        kept[i] = kept[left - 1];
    }
    cr_assert(session_run(&walk->session, "COMMIT", &walk->error));
}

/* State of persons and pairs, linked from what is remembered and linked anew. */
static const char *linked_twice(struct walk *walk) {
    const struct persons_how how = {.always = true, .quiet = true, .anew = true};
    const char *state = ask(walk, STATE);
    cr_assert(persons_link_by(&walk->invocation, &walk->database, 0, &how, &walk->error), "%s",
              walk->error.message);
    cr_expect_str_eq(ask(walk, STATE), state, "linked anew it is another state");
    return state;
}

static void begin(struct walk *walk) {
    journey_begin_at(&walk->journey, JOURNEY_PUBLISHED);
    cr_assert(database_open(&walk->database, "embedded", walk->journey.city, &walk->error), "%s",
              walk->error.message);
    cr_assert(session_open(&walk->session, &walk->database, "test", &walk->error));
    cr_assert(session_run(&walk->session, "SET synchronous_commit = off", &walk->error));
    walk->invocation = (struct invocation){
        .arena = &walk->journey.arena, .city = walk->journey.city, .quiet = true, .stop = &walk->stop};
    walk->seed = 20201231;
    read_pool(walk);
}

/* A stretch is one transaction: nobody else is there to see it half. */
static void walk_on(struct walk *walk, uint32_t steps) {
    cr_assert(session_run(&walk->session, "BEGIN", &walk->error));
    for (uint32_t step = 0; step < steps;) {
        bool back = walk->standing_count && draw(walk, 100) < 48;
        if (back) undo(walk), step++;
        else step += decide(walk);
        if (walk->standing_count > POOL_PAIRS / 3) undo(walk), step++;
    }
    cr_assert(session_run(&walk->session, "COMMIT", &walk->error));
}

Test(decisions, ten_thousand_and_all_taken_back, .timeout = 1200) {
    struct walk *walk = calloc(1, sizeof *walk);
    cr_assert(walk);
    begin(walk);
    const char *start = ask(walk, STATE);
    struct people people = {
        .count = (uint32_t)strtoul(ask(walk, "SELECT max(record_no) FROM identity.xref"), NULL, 10)};
    struct arena *arena = &walk->journey.arena;
    people.of = ARENA_NEW(arena, uint32_t, people.count + 1);
    people.sizes = ARENA_NEW(arena, uint32_t, people.count + 1);
    people.webs = ARENA_NEW(arena, uint32_t, people.count + 1);
    uint32_t moved = 0;
    for (uint32_t stretch = 0; stretch < STEPS / STRETCH; stretch++) {
        walk_on(walk, STRETCH);
        moved += faults(walk, &people) > 0; /* before the linking: decisions do change persons */
        relink(walk);
        cr_assert_eq(faults(walk, &people), 0, "after %u steps", (stretch + 1) * STRETCH);
        if (stretch % ORDERS) continue;
        const char *state = linked_twice(walk);
        shuffle(walk);
        relink(walk);
        cr_assert_str_eq(ask(walk, STATE), state, "the order of decisions shows");
    }
    cr_expect_gt(moved, STEPS / STRETCH / 2, "the decisions hardly mattered");
    undo_down_to(walk, 1);
    relink(walk);
    cr_expect_str_neq(ask(walk, STATE), start, "one decision stands and does not show");
    undo_down_to(walk, 0);
    relink(walk);
    cr_expect_str_eq(ask(walk, STATE), start);
    cr_expect_geq(
        strtoul(ask(walk, "SELECT count(*) FROM identity.event WHERE kind IN ('decide', 'undo')"), NULL, 10),
        STEPS);
    session_close(&walk->session);
    database_close(&walk->database);
    journey_end(&walk->journey);
    free(walk);
}

/* Who says what of whom, and how many contradictions that makes. */
Test(decisions, contradictions_are_found_along_any_path) {
    static const struct {
        const char *what, *said; /* "12s 23s 13d": records 1 and 2 the same, ... */
        uint32_t clashes, path;
    } cases[] = {{"nothing", "", 0, 0},
                 {"a triangle", "12s 23s 13d", 1, 2},
                 {"relatives are two people too", "12s 13r 23s", 1, 2},
                 {"a pair with itself", "12s 12d", 1, 1},
                 {"a long way", "12s 23s 34s 45s 56s 16d", 1, 5},
                 {"the shortest way is told", "12s 23s 34s 14s 45s 15d", 1, 2},
                 {"two", "12s 23s 13d 34s 14r", 2, 2},
                 {"apart without a way", "12s 34s 13d 24d 14r", 0, 0},
                 {"all the same", "12s 23s 13s", 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct decision decisions[16];
        struct arena arena = {0};
        struct clash *clashes;
        uint32_t count = 0;
        for (const char *at = cases[i].said; *at; at += at[3] ? 4 : 3)
            decisions[count++] = (struct decision){.a = at[0] - '0',
                                                   .b = at[1] - '0',
                                                   .verdict = at[2] == 's'   ? VERDICT_SAME
                                                              : at[2] == 'd' ? VERDICT_DIFFERENT
                                                                             : VERDICT_RELATIVE};
        uint32_t found = decision_clashes(decisions, count, &arena, &clashes);
        cr_expect_eq(found, cases[i].clashes, "%s: %u", cases[i].what, found);
        if (found)
            cr_expect_eq(clashes[0].path_count, cases[i].path, "%s: path of %u", cases[i].what,
                         clashes[0].path_count);
        arena_free(&arena);
    }
}
