/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/model/play.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { HELD = 0, PUBLISHED_WITH = 2, WAS_REFUSED = 3 };

const char *problem(struct play *play, const char *command, int code, int expected) {
    if (code == expected) return NULL;
    return arena_print(&play->journey.arena, "tongchou %s: exit %d, the model says %d\n%s", command, code,
                       expected, play->journey.output);
}

/* --- what the model does of a run --- */

static bool in_books(const struct world *world, int bytes, int from, enum standing standing) {
    for (int v = from; v < world->visit_count; v++)
        if (world->visits[v].source == SOURCE_FILE && world->visits[v].standing == standing &&
            world->packages[world->visits[v].package].bytes == bytes)
            return true;
    return false;
}

/* In the order of rank, then of their names. */
static bool goes_before(const struct package *a, const struct package *b) {
    int left = a->month * 100 + a->revision, right = b->month * 100 + b->revision;
    if (left != right) return left < right;
    return a->full != b->full ? b->full : a->serial < b->serial;
}

static int next_package(const struct world *world, int county, const bool done[PACKAGES_MAX]) {
    int next = -1;
    for (int p = 0; p < world->package_count; p++) {
        const struct package *package = &world->packages[p];
        if (!package->lies || package->county != county || done[p]) continue;
        if (next < 0 || goes_before(package, &world->packages[next])) next = p;
    }
    return next;
}

static bool is_stale(const struct world *world, int visit) {
    int tables = world->visits[visit].tables;
    for (int v = visit + 1; v < world->visit_count; v++) {
        const struct visit *child = &world->visits[v];
        if (child->source == SOURCE_MAPPING && child->origin == visit && child->standing != UNDONE)
            tables = child->tables;
    }
    return tables != believe_version(world);
}

bool lies(const struct world *world, int bytes) {
    for (int p = 0; p < world->package_count; p++)
        if (world->packages[p].bytes == bytes && world->packages[p].lies) return true;
    return false;
}

bool waits_at_all(const struct world *world, int visit) {
    for (int i = 0; i < world->visits[visit].line_count; i++)
        if (believe_waits(world, visit, i)) return true;
    return false;
}

static void judge_again(struct world *world, int county, int most) {
    int count = world->visit_count;
    for (int v = 0; v < count && world->visit_count < most; v++) {
        const struct visit *visit = &world->visits[v];
        const struct package *package = &world->packages[visit->package];
        if (package->county == county && waits_at_all(world, v) && is_stale(world, v) &&
            lies(world, package->bytes))
            believe_arrive(world, believe_visit(world, visit->package, SOURCE_MAPPING, visit->root, v));
    }
}

/* Until there are `most` deliveries: a run that was killed came so far. */
static void believe_run(struct world *world, int most) {
    int from = world->visit_count;
    for (int county = 0; county < COUNTIES; county++) {
        bool done[PACKAGES_MAX] = {0};
        for (int p; world->visit_count < most && (p = next_package(world, county, done)) >= 0;) {
            int bytes = world->packages[p].bytes;
            done[p] = true;
            if (!in_books(world, bytes, 0, PUBLISHED) && !in_books(world, bytes, from, REFUSED))
                believe_arrive(world, believe_visit(world, p, SOURCE_FILE, -1, -1));
        }
        judge_again(world, county, most);
    }
}

/* Of the deliveries since `from`. */
static int code_of(const struct world *world, int from) {
    int code = HELD;
    for (int v = from; v < world->visit_count; v++) {
        const struct visit *visit = &world->visits[v];
        if (visit->standing == REFUSED) return WAS_REFUSED;
        if (visit->left) code = PUBLISHED_WITH;
        for (int i = 0; i < visit->line_count; i++)
            if (visit->lines[i].outcome == ROW_REJECTED) code = PUBLISHED_WITH;
    }
    return code;
}

/* --- steps --- */

/* Checks across rows may find more to look at: that is no business of the model. */
int with_findings(struct play *play, int code) {
    const char *broken =
        journey_ask(&play->journey, "SELECT count(*) FROM intake.finding WHERE state = 'broken' AND run ="
                                    " (SELECT max(run) FROM intake.run)");
    return code == HELD && strcmp(broken, "0") != 0 ? PUBLISHED_WITH : code;
}

static const char *run(struct play *play) {
    int from = play->world.visit_count;
    believe_run(&play->world, VISITS_MAX);
    int code = journey_run(&play->journey, "run -q");
    return problem(play, "run", code, with_findings(play, code_of(&play->world, from)));
}

/* What was refused for another delivery of its rank is taken away by hand. */
static void clear_refused(struct play *play) {
    for (int v = 0; v < play->world.visit_count; v++)
        if (play->world.visits[v].standing == REFUSED)
            package_take_away(play, play->world.packages[play->world.visits[v].package].bytes);
}

static bool room(const struct world *world) {
    return world->package_count < PACKAGES_MAX - 4 && world->visit_count < VISITS_MAX - 32;
}

static void send(struct play *play, struct dice *dice, int count) {
    for (int i = 0; i < count && room(&play->world); i++) {
        draw_package(&play->world, dice);
        package_write(play, &play->world.packages[play->world.package_count - 1]);
    }
}

static const char *step_send(struct play *play, struct dice *dice) {
    send(play, dice, 1 + (int)dice_roll(dice, 3));
    return run(play);
}

/* A copy under another name, or the same files packed again. */
static const char *step_copy(struct play *play, struct dice *dice, bool packed) {
    struct world *world = &play->world;
    if (!world->package_count || !room(world)) return NULL;
    struct package *copy = &world->packages[world->package_count],
                   *of = &world->packages[dice_roll(dice, (uint32_t)world->package_count)];
    if (!of->lies) return NULL;
    *copy = *of;
    copy->serial = world->package_count++;
    if (packed) copy->bytes = copy->serial;
    package_write(play, copy);
    return run(play);
}

/* Each by itself against what is published; only what would be refused is entered, since its county is told.
 */
static void believe_trial(struct world *world) {
    static struct world tried;
    for (int county = 0; county < COUNTIES; county++) {
        bool done[PACKAGES_MAX] = {0}, read[PACKAGES_MAX] = {0};
        for (int p; (p = next_package(world, county, done)) >= 0;) {
            int bytes = world->packages[p].bytes;
            done[p] = true;
            if (read[bytes] || in_books(world, bytes, 0, PUBLISHED)) continue;
            read[bytes] = true;
            tried = *world;
            if (!believe_arrive(&tried, believe_visit(&tried, p, SOURCE_FILE, -1, -1))) *world = tried;
        }
    }
}

static const char *step_dry(struct play *play, struct dice *dice) {
    send(play, dice, 1);
    int from = play->world.visit_count;
    believe_trial(&play->world);
    bool refused = play->world.visit_count > from;
    int code = journey_run(&play->journey, "run -q --dry-run");
    if ((code == WAS_REFUSED) == refused) return NULL;
    return problem(play, "run --dry-run", code, refused ? WAS_REFUSED : HELD);
}

/* A random one of those that are published; -1: none. */
static int pick(const struct world *world, struct dice *dice) {
    int list[VISITS_MAX], count = 0;
    for (int v = 0; v < world->visit_count; v++)
        if (world->visits[v].standing == PUBLISHED) list[count++] = v;
    return count ? list[dice_roll(dice, (uint32_t)count)] : -1;
}

/* Tried first, now and then: the comparison says whether anything stayed of it. */
static const char *step_undo(struct play *play, struct dice *dice) {
    struct world *world = &play->world;
    int visit = pick(world, dice);
    if (visit < 0) return NULL;
    bool tried = dice_roll(dice, 5) == 0;
    const char *command = arena_print(&play->journey.arena, "undo -q %d --reason 试%s", play->numbers[visit],
                                      tried ? " --dry-run" : "");
    if (!tried && world->visits[visit].source == SOURCE_FILE && dice_roll(dice, 2))
        package_take_away(play, world->packages[world->visits[visit].package].bytes);
    if (!tried) believe_undo(world, visit);
    return problem(play, command, journey_run(&play->journey, command), HELD);
}

static bool is_corrected(const struct world *world, int root) {
    for (int v = 0; v < world->visit_count; v++)
        if (world->visits[v].source == SOURCE_RETRY && world->visits[v].standing == PUBLISHED &&
            world->visits[v].root == root)
            return true;
    return false;
}

static const char *step_again(struct play *play, struct dice *dice) {
    struct world *world = &play->world;
    int visit = pick(world, dice), from = world->visit_count;
    if (visit < 0) return NULL;
    int package = world->visits[visit].package, root = world->visits[visit].root;
    bool may = lies(world, world->packages[package].bytes) && !is_corrected(world, root);
    const char *command = arena_print(&play->journey.arena, "run -q --again %d", play->numbers[visit]);
    if (may) believe_arrive(world, believe_visit(world, package, SOURCE_AGAIN, root, -1));
    int code = journey_run(&play->journey, command);
    return problem(play, command, code, may ? with_findings(play, code_of(world, from)) : WAS_REFUSED);
}

static const char *step_tables(struct play *play, enum code code, struct dice *dice) {
    int *target = &play->world.targets[code];
    *target = *target == 390 ? 310 : 390;
    package_tables(play);
    return dice_roll(dice, 4) ? run(play) : NULL;
}

static const char *step_limit(struct play *play, struct dice *dice) {
    play->world.tight = true;
    package_limits(play);
    send(play, dice, 2);
    const char *told = run(play);
    if (!told) told = compare_all(play);
    play->world.tight = false;
    package_limits(play);
    return told ? told : run(play);
}

/* Nothing of a delivery, or all of it; the next run does the rest, and the papers that were not written. */
static const char *step_kill(struct play *play, struct dice *dice) {
    static struct world all;
    send(play, dice, 1 + (int)dice_roll(dice, 2));
    bool killed = kill_run(play, dice_roll(dice, 1u << 20));
    int known =
        atoi(journey_ask(&play->journey, "SELECT count(*) FROM intake.delivery WHERE state <> 'trial'"));
    all = play->world;
    believe_run(&all, VISITS_MAX);
    if (!killed && known != all.visit_count)
        return arena_print(&play->journey.arena,
                           "a run that was not killed: %d deliveries, the model says %d", known,
                           all.visit_count);
    believe_run(&play->world, known);
    const char *told = compare_all(play);
    if (told) return told;
    believe_run(&play->world, VISITS_MAX);
    int code = journey_run(&play->journey, "run -q"), expected = code_of(&play->world, known);
    /* Owed papers are something to look at. */
    return code == PUBLISHED_WITH && expected == HELD ? NULL : problem(play, "run", code, expected);
}

const char *act_step(struct play *play, const struct step *step) {
    struct dice dice = {step->seed};
    const char *told = step->deed == SEND      ? step_send(play, &dice)
                       : step->deed == RESEND  ? step_copy(play, &dice, false)
                       : step->deed == REZIP   ? step_copy(play, &dice, true)
                       : step->deed == RUN     ? run(play)
                       : step->deed == DRY_RUN ? step_dry(play, &dice)
                       : step->deed == UNDO    ? step_undo(play, &dice)
                       : step->deed == RETRY   ? step_list(play, &dice, false)
                       : step->deed == WAIVE   ? step_list(play, &dice, true)
                       : step->deed == MAP     ? step_tables(play, CODE_B, &dice)
                       : step->deed == REMAP   ? step_tables(play, CODE_A, &dice)
                       : step->deed == AGAIN   ? step_again(play, &dice)
                       : step->deed == LIMIT   ? step_limit(play, &dice)
                       : step->deed == KILL    ? step_kill(play, &dice)
                                               : NULL;
    if (!told) told = compare_all(play);
    if (!told) {
        int code = journey_run(&play->journey, "verify");
        told = problem(play, "verify", code, HELD);
    }
    clear_refused(play);
    return told;
}

void act_begin(struct play *play) {
    journey_begin_at(&play->journey, JOURNEY_EMPTY);
    memset(&play->world, 0, sizeof play->world);
    play->world.targets[CODE_A] = 390;
    cr_assert_eq(system(arena_print(&play->journey.arena,
                                    "cd %s && rm -r deliveries mappings && mkdir -p deliveries/qinghe"
                                    " deliveries/linzhu mappings/qinghe mappings/linzhu",
                                    play->journey.city)),
                 0);
    package_limits(play);
    package_tables(play);
    package_specs(play);
}

void act_end(struct play *play) { journey_end(&play->journey); }
