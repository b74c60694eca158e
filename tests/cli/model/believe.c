/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/cli/model/model.h"
#include <string.h>

/* The rules of docs/loading.md ("Who speaks for a key", "Undo") and docs/mending.md, one delivery after the
   other.  An undo forgets the delivery and tells everything that is left again from the beginning. */

static const struct package *package_of(const struct world *world, const struct visit *visit) {
    return &world->packages[visit->package];
}

static int rank_of(const struct world *world, const struct visit *visit) {
    const struct package *package = package_of(world, visit);
    return package->month * 100 + package->revision;
}

static int number_of(const struct world *world, const struct visit *visit) {
    return (int)(visit - world->visits);
}

static bool is_child(const struct visit *visit) {
    return visit->source == SOURCE_RETRY || visit->source == SOURCE_MAPPING;
}

/* A correction speaks for its own rows and not for those that it lacks. */
static bool is_snapshot(const struct world *world, const struct visit *visit) {
    return package_of(world, visit)->full && !is_child(visit);
}

static bool has_table(const struct visit *visit, int table) {
    for (int i = 0; i < visit->line_count; i++)
        if (visit->lines[i].line.table == table) return true;
    return false;
}

/* Another delivery of the county that counts and came before. */
static bool is_earlier(const struct world *world, const struct visit *other, const struct visit *visit) {
    return other < visit && other->standing == PUBLISHED &&
           package_of(world, other)->county == package_of(world, visit)->county;
}

static bool is_marker(const struct said *said) { return said->line.flaw == MARKER; }

static bool same_content(const struct said *a, const struct said *b) {
    return is_marker(a) == is_marker(b) && a->target == b->target && a->line.amount == b->line.amount &&
           a->line.part == b->line.part && a->line.day == b->line.day;
}

static bool of_key(const struct said *said, int table, int key) {
    return said->line.table == table && said->line.key == key;
}

/* Each line by itself; its code is read once. */
static void judge_alone(struct visit *visit) {
    for (int i = 0; i < visit->line_count; i++) {
        struct said *said = &visit->lines[i];
        bool bad = said->line.flaw == BAD_DATE || said->line.flaw == BAD_AMOUNT || !said->target;
        said->outcome = bad ? ROW_REJECTED : ROW_LIVE;
    }
}

/* Judged again by other tables, a row that still does not pass stays open where it is, and is not read. */
static void leave_open(struct visit *visit) {
    int count = 0;
    for (int i = 0; i < visit->line_count; i++)
        if (visit->lines[i].outcome == ROW_LIVE) visit->lines[count++] = visit->lines[i];
    visit->left = visit->line_count - count;
    visit->line_count = count;
}

/* The same key again in one delivery: the same content is a duplicate, another rejects them all. */
static void unify(struct visit *visit) {
    bool differ[TABLES][KEYS] = {0};
    for (int i = 0; i < visit->line_count; i++)
        for (int j = 0; j < i; j++) {
            const struct said *a = &visit->lines[j], *b = &visit->lines[i];
            if (a->outcome == ROW_LIVE && b->outcome == ROW_LIVE && of_key(a, b->line.table, b->line.key) &&
                !same_content(a, b))
                differ[b->line.table][b->line.key] = true;
        }
    for (int i = visit->line_count - 1; i >= 0; i--) {
        struct said *said = &visit->lines[i];
        if (said->outcome != ROW_LIVE) continue;
        said->conflicts = differ[said->line.table][said->line.key];
        if (said->conflicts) said->outcome = ROW_REJECTED;
        for (int j = 0; j < i && !said->conflicts; j++)
            if (visit->lines[j].outcome == ROW_LIVE &&
                of_key(&visit->lines[j], said->line.table, said->line.key))
                said->outcome = ROW_DUPLICATE;
    }
}

/* Read again after the others of its delivery were published, a row may meet one of them: another line with
   its key and another content. */
static void meet_family(const struct world *world, struct visit *visit, struct version now[TABLES][KEYS]) {
    for (int i = 0; i < visit->line_count; i++) {
        struct said *said = &visit->lines[i];
        const struct version *version = &now[said->line.table][said->line.key];
        if (said->outcome != ROW_LIVE || is_marker(said) || !version->there) continue;
        const struct visit *other = &world->visits[version->visit];
        const struct said *stands = &other->lines[version->line];
        bool same_line = stands->line.member == said->line.member && stands->line.row == said->line.row;
        if (other->root != visit->root || same_line || same_content(said, stands)) continue;
        said->conflicts = true;
        said->outcome = ROW_REJECTED;
    }
}

/* Who speaks for something, with which rank. */
struct speaker {
    int rank, root; /* rank -1: nobody */
    bool snapshot;
};

static void hear(const struct world *world, const struct visit *visit, struct speaker *speaker) {
    if (rank_of(world, visit) > speaker->rank)
        *speaker = (struct speaker){rank_of(world, visit), visit->root, is_snapshot(world, visit)};
}

/* The highest full delivery that came before. */
static struct speaker floor_over(const struct world *world, const struct visit *visit, int table) {
    struct speaker speaker = {.rank = -1};
    for (const struct visit *v = world->visits; v < visit; v++)
        if (is_earlier(world, v, visit) && is_snapshot(world, v) && has_table(v, table))
            hear(world, v, &speaker);
    return speaker;
}

/* The highest delete marker of a key; one that was no duplicate and in no conflict. */
static struct speaker marker_over(const struct world *world, const struct visit *visit, int table, int key) {
    struct speaker speaker = {.rank = -1};
    for (const struct visit *v = world->visits; v < visit; v++)
        for (int i = 0; is_earlier(world, v, visit) && i < v->line_count; i++)
            if (is_marker(&v->lines[i]) && of_key(&v->lines[i], table, key) &&
                (v->lines[i].outcome == ROW_WITHDRAWN || v->lines[i].outcome == ROW_SUPERSEDED))
                hear(world, v, &speaker);
    return speaker;
}

static struct speaker standing_of(const struct world *world, const struct visit *visit, int table,
                                  const struct version *version) {
    struct speaker own = {.rank = -1}, floor = floor_over(world, visit, table);
    hear(world, &world->visits[version->visit], &own);
    own.snapshot = is_snapshot(world, &world->visits[version->visit]);
    return floor.rank > own.rank ? (struct speaker){floor.rank, floor.root, own.snapshot} : own;
}

/* True: a delivery of the same rank, and not a reading of the same one, says something else. */
static bool judge_row(const struct world *world, const struct visit *visit, struct said *said,
                      const struct version *version) {
    int rank = rank_of(world, visit), table = said->line.table;
    struct speaker marker = marker_over(world, visit, table, said->line.key),
                   floor = floor_over(world, visit, table);
    if (!version->there) {
        bool conflict = (marker.rank == rank && marker.root != visit->root) ||
                        (floor.rank == rank && floor.root != visit->root && is_snapshot(world, visit));
        said->outcome = marker.rank > rank || floor.rank > rank ? ROW_SUPERSEDED : ROW_NEW;
        return said->outcome == ROW_NEW && conflict;
    }
    struct speaker standing = standing_of(world, visit, table, version);
    bool same = same_content(said, &world->visits[version->visit].lines[version->line]);
    said->outcome = standing.rank > rank ? ROW_SUPERSEDED : same ? ROW_UNCHANGED : ROW_CHANGED;
    said->stays = is_snapshot(world, visit) && standing.rank < rank;
    return said->outcome == ROW_CHANGED && standing.rank == rank && standing.root != visit->root;
}

static bool judge_marker(const struct world *world, const struct visit *visit, struct said *said,
                         const struct version *version) {
    int rank = rank_of(world, visit), table = said->line.table;
    struct speaker standing = {.rank = -1}, marker = marker_over(world, visit, table, said->line.key),
                   floor = floor_over(world, visit, table);
    if (version->there) standing = standing_of(world, visit, table, version);
    bool over = version->there ? standing.rank > rank : marker.rank > rank || floor.rank > rank;
    said->outcome = over ? ROW_SUPERSEDED : ROW_WITHDRAWN;
    return !over && version->there && standing.rank == rank && standing.root != visit->root;
}

static void leave(const struct world *world, struct visit *visit, int table, enum leaving how,
                  struct version *version) {
    const struct line *line = &world->visits[version->visit].lines[version->line].line;
    struct gone *gone = &visit->gone[table][how];
    gone->rows++, gone->amount += line->amount, gone->part += line->part;
    version->there = false;
}

/* What a full delivery does not say. */
static bool fall_silent(const struct world *world, struct visit *visit, int table,
                        struct version now[TABLES][KEYS]) {
    bool conflict = false;
    for (int key = 0; key < KEYS; key++) {
        struct version *version = &now[table][key];
        bool said = false;
        for (int i = 0; i < visit->line_count; i++)
            said |= of_key(&visit->lines[i], table, key) && visit->lines[i].outcome < ROW_DUPLICATE;
        if (!version->there || said) continue;
        struct speaker standing = standing_of(world, visit, table, version);
        int rank = rank_of(world, visit);
        if (standing.rank > rank || (standing.rank == rank && !standing.snapshot)) continue;
        if (standing.rank < rank || standing.root == visit->root)
            leave(world, visit, table, VANISHED, version);
        else conflict = true;
    }
    return conflict;
}

/* True: in conflict. */
static bool meet(const struct world *world, struct visit *visit, struct version now[TABLES][KEYS]) {
    bool conflict = false, silent = false;
    struct version before[TABLES][KEYS];
    memcpy(before, now, sizeof before);
    memset(visit->gone, 0, sizeof visit->gone);
    for (int i = 0; i < visit->line_count; i++) {
        struct said *said = &visit->lines[i];
        struct version *version = &now[said->line.table][said->line.key];
        if (said->outcome != ROW_LIVE) continue;
        bool differs = is_marker(said) ? judge_marker(world, visit, said, version)
                                       : judge_row(world, visit, said, version);
        conflict |= differs;
        if (differs) said->outcome = ROW_SUPERSEDED; /* told again after an undo: who came first stays */
        if (said->outcome == ROW_WITHDRAWN && version->there)
            leave(world, visit, said->line.table, ENDED, version);
        if (said->outcome == ROW_CHANGED) leave(world, visit, said->line.table, REPLACED, version);
        if (said->outcome == ROW_NEW || said->outcome == ROW_CHANGED ||
            (said->outcome == ROW_UNCHANGED && !said->stays))
            *version = (struct version){true, number_of(world, visit), i};
    }
    for (int table = 0; table < TABLES && is_snapshot(world, visit); table++)
        if (has_table(visit, table)) silent |= fall_silent(world, visit, table, now);
    return conflict || silent;
}

static void settle_line(const struct world *world, const struct visit *visit, const struct visit *other,
                        struct said *reject) {
    int row = (int)(reject - other->lines);
    bool passed = false;
    for (int i = 0; i < visit->line_count; i++) {
        const struct said *said = &visit->lines[i];
        bool published =
            said->outcome == ROW_NEW || said->outcome == ROW_CHANGED || said->outcome == ROW_UNCHANGED;
        passed |= published && of_key(said, reject->line.table, reject->line.key) &&
                  rank_of(world, other) <= rank_of(world, visit);
        passed |= published && visit->origin == number_of(world, other) && said->origin == row;
    }
    bool replaced = is_snapshot(world, visit) && has_table(visit, reject->line.table) &&
                    package_of(world, other)->full && rank_of(world, other) <= rank_of(world, visit),
         again = visit->source == SOURCE_AGAIN && other->root == visit->root;
    if (passed || replaced || again) reject->settled = CLOSED;
}

/* What a delivery settles of what earlier ones were sent back, and its own rejects. */
static void settle(struct world *world, struct visit *visit) {
    for (struct visit *other = world->visits; other < &world->visits[number_of(world, visit)]; other++)
        for (int i = 0; is_earlier(world, other, visit) && i < other->line_count; i++)
            if (other->lines[i].settled == WAITING) settle_line(world, visit, other, &other->lines[i]);
}

static void send_back(struct visit *visit) {
    for (int i = 0; i < visit->line_count; i++) {
        struct said *said = &visit->lines[i];
        said->settled = said->outcome != ROW_REJECTED ? NOT_SETTLED : said->waived ? WAIVED : WAITING;
    }
}

static void keep_waivers(const struct world *world, struct visit *visit) {
    for (const struct visit *v = world->visits; v < visit; v++)
        for (int i = 0; v->root == visit->root && !is_child(v) && i < v->line_count; i++)
            visit->lines[i].waived |= v->lines[i].waived && visit->lines[i].outcome == ROW_REJECTED;
}

static bool over_limits(const struct visit *visit) {
    bool over = visit->gone[0][VANISHED].rows || visit->gone[1][VANISHED].rows;
    for (int i = 0; i < visit->line_count; i++) over |= visit->lines[i].outcome == ROW_REJECTED;
    return over;
}

bool believe_arrive(struct world *world, struct visit *visit) {
    struct version now[TABLES][KEYS], (*there)[KEYS] = world->now[package_of(world, visit)->county];
    memcpy(now, there, sizeof now);
    for (int i = 0; i < visit->line_count; i++)
        visit->lines[i].target = world->targets[visit->lines[i].line.code];
    judge_alone(visit);
    if (visit->source == SOURCE_MAPPING) leave_open(visit);
    unify(visit);
    if (is_child(visit)) meet_family(world, visit, now);
    bool conflict = meet(world, visit, now);
    if (conflict || (world->tight && !is_child(visit) && over_limits(visit))) {
        visit->standing = REFUSED;
        return false;
    }
    memcpy(there, now, sizeof now);
    if (visit->source == SOURCE_AGAIN) keep_waivers(world, visit);
    send_back(visit);
    settle(world, visit);
    return true;
}

void believe_undo(struct world *world, int number) {
    static struct visit booked[VISITS_MAX];
    for (int v = 0; v < world->visit_count; v++) {
        struct visit *visit = &world->visits[v];
        if (visit->standing == PUBLISHED && (v == number || visit->root == number || visit->origin == number))
            visit->standing = UNDONE;
    }
    memcpy(booked, world->visits, sizeof booked);
    memset(world->now, 0, sizeof world->now);
    for (int v = 0; v < world->visit_count; v++) {
        struct visit *visit = &world->visits[v];
        if (visit->standing != PUBLISHED) continue;
        judge_alone(visit);
        unify(visit);
        for (int i = 0; i < visit->line_count; i++) /* who was met is known no more, and it is booked */
            if (booked[v].lines[i].conflicts) visit->lines[i].outcome = ROW_REJECTED;
        meet(world, visit, world->now[package_of(world, visit)->county]);
        send_back(visit);
        settle(world, visit);
    }
    /* What the books say of an arrival stays. */
    for (int v = 0; v < world->visit_count; v++) {
        memcpy(world->visits[v].gone, booked[v].gone, sizeof booked[v].gone);
        for (int i = 0; i < booked[v].line_count; i++)
            world->visits[v].lines[i].outcome = booked[v].lines[i].outcome;
    }
}

struct visit *believe_visit(struct world *world, int package, enum source source, int root, int origin) {
    struct visit *visit = &world->visits[world->visit_count++];
    *visit = (struct visit){.package = package,
                            .source = source,
                            .root = root < 0 ? world->visit_count - 1 : root,
                            .origin = origin,
                            .tables = believe_version(world)};
    const struct package *of = &world->packages[package];
    for (int i = 0; i < of->line_count && origin < 0; i++)
        visit->lines[visit->line_count++] = (struct said){.line = of->lines[i], .origin = -1};
    for (int i = 0; origin >= 0 && i < world->visits[origin].line_count; i++)
        if (believe_waits(world, origin, i))
            visit->lines[visit->line_count++] =
                (struct said){.line = world->visits[origin].lines[i].line, .origin = i};
    return visit;
}

bool believe_reopened(const struct world *world, int number) {
    for (int v = number + 1; v < world->visit_count; v++)
        if (world->visits[v].source == SOURCE_AGAIN && world->visits[v].standing == PUBLISHED &&
            world->visits[v].root == world->visits[number].root)
            return true;
    return false;
}

bool believe_waits(const struct world *world, int number, int line) {
    const struct visit *visit = &world->visits[number];
    return visit->standing == PUBLISHED && !is_child(visit) && visit->lines[line].settled == WAITING &&
           !believe_reopened(world, number);
}

int believe_version(const struct world *world) {
    return world->targets[CODE_A] * 1000 + world->targets[CODE_B];
}
