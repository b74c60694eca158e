/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/map/moves.h"
#include "cli/map/watch.h"
#include "cli/plan.h"
#include "core/language.h"
#include <stdlib.h>

/* The files of a county that stand, each with the bytes it was read from first: a child (rows judged again,
   corrected, reloaded) has its parent's. */
#define STANDING                                                                                             \
    "WITH RECURSIVE root AS (SELECT f.file, f.file AS top, f.parent_file FROM intake.file f JOIN "           \
    "intake.delivery d USING (delivery) WHERE d.county = $1 AND d.state = 'published' UNION ALL "            \
    "SELECT r.file, p.file, p.parent_file FROM root r JOIN intake.file p ON p.file = r.parent_file) "        \
    "SELECT d.sha256, f.member, f.spec_path, f.kind, array_agg(r.file) FROM root r JOIN intake.file f ON "   \
    "f.file = r.top JOIN intake.delivery d USING (delivery) WHERE r.parent_file IS NULL GROUP BY 1, 2, 3, "  \
    "4 "                                                                                                     \
    "ORDER BY min(r.file)"

struct standing {
    const char *sha256, *member, *spec_path, *kind, *files;
};

struct finding_moves {
    struct session *session;
    const struct city *city;
    const struct county *county;
    const struct sourced *table;
    const _Atomic bool *stop;
    struct arena *arena; /* the caller's */
    struct moves *moves;
    struct spec_set specs;
    struct rules rules[2]; /* as they are, as they would be */
    struct scan scan;
    struct span name;    /* of the table */
    const char *persons; /* of the file that is read: spec_person_keys */
};

static struct span stem_of(const char *path) {
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dot = strrchr(name, '.');
    return (struct span){name, dot ? (size_t)(dot - name) : strlen(name)};
}

static bool uses(const struct spec *spec, struct span table) {
    for (uint32_t i = 0; i < spec->column_count; i++)
        if (span_equal(spec->columns[i].map, table)) return true;
    return false;
}

/* Which of the file's rows are published, sent back or decided, by row number. */
static bool read_classes(struct finding_moves *at, const struct kind *kind, const struct standing *file,
                         struct arena *arena, struct watch_rows *rows, struct error *error) {
    const char *arguments[] = {at->county->admdvs, file->files};
    PGresult *result = session_ask(
        at->session,
        arena_print(
            arena,
            "SELECT source_row, 1 FROM %s WHERE county = $1 AND file = ANY ($2::int[])"
            " UNION ALL SELECT source_row, 2 FROM intake.reject WHERE file = ANY ($2::int[])"
            " AND bucket = 'rejected' AND state = 'open' UNION ALL SELECT source_row, 3 FROM intake.reject"
            " j WHERE file = ANY ($2::int[]) AND bucket = 'explained' AND EXISTS (SELECT FROM intake.reason r"
            " WHERE r.file = j.file AND r.source_row = j.source_row AND r.code IN ('scope.not_medical',"
            " 'scope.mapped_to_none')) ORDER BY 1, 2 DESC",
            kind->table),
        2, arguments, error);
    if (!result) return false;
    int count = PQntuples(result);
    rows->count = count ? strtoull(PQgetvalue(result, count - 1, 0), NULL, 10) + 1 : 0;
    uint8_t *classes = ARENA_NEW(arena, uint8_t, rows->count + 1);
    for (int i = 0; i < count; i++)
        classes[strtoull(PQgetvalue(result, i, 0), NULL, 10)] = (uint8_t)(PQgetvalue(result, i, 1)[0] - '0');
    rows->classes = classes;
    rows->seen = ARENA_NEW(arena, struct watch_seen, rows->count + 1);
    PQclear(result);
    return true;
}

static const char *words_of(uint8_t class, uint8_t fate, struct span target, bool before,
                            struct arena *arena) {
    bool rejected = before ? class == WATCH_REJECTED : fate == FATE_REJECTED;
    bool decided = before ? class == WATCH_DECIDED : fate == FATE_EXPLAINED;
    if (rejected) return TEXT("退回", "sent back");
    if (decided) return TEXT("不移交", "not handed over");
    return target.size ? arena_print(arena, "%.*s", (int)target.size, target.bytes) : TEXT("(空)", "(empty)");
}

static struct move move_of(struct finding_moves *at, const struct kind *kind,
                           const struct watch_group *group) {
    return (struct move){at->county,
                         kind,
                         kind->columns[group->column].name,
                         arena_print(at->arena, "%.*s", (int)group->code.size, group->code.bytes),
                         words_of(group->class, group->fate, group->before, true, at->arena),
                         words_of(group->class, group->fate, group->after, false, at->arena),
                         group->rows,
                         group->fen};
}

static void add_row(struct finding_moves *at, const struct move *move, const struct watch_row *row,
                    const char *file) {
    struct moves *moves = at->moves;
    if (moves->row_count == MOVED_ROWS) return;
    if (moves->row_count == moves->row_room) {
        uint32_t room = moves->row_room ? moves->row_room * 2 : 64;
        struct moved_row *rows = ARENA_NEW(at->arena, struct moved_row, room);
        if (moves->row_count) memcpy(rows, moves->rows, moves->row_count * sizeof *rows);
        moves->rows = rows;
        moves->row_room = room;
    }
    struct moved_row *one = &moves->rows[moves->row_count++];
    *one = (struct moved_row){*move, file, row->number, arena_copy(at->arena, row->key), at->persons};
    one->move.rows = 1;
    one->move.fen = row->fen;
}

static void add_move(struct finding_moves *at, const struct move *new) {
    struct moves *moves = at->moves;
    for (uint32_t i = 0; i < moves->count; i++) {
        struct move *move = &moves->list[i];
        if (move->county != new->county || move->kind != new->kind ||
            strcmp(move->column, new->column) != 0 || strcmp(move->code, new->code) != 0 ||
            strcmp(move->before, new->before) != 0 || strcmp(move->after, new->after) != 0)
            continue;
        move->rows += new->rows;
        move->fen += new->fen;
        return;
    }
    if (moves->count == moves->capacity) {
        uint32_t capacity = moves->capacity ? moves->capacity * 2 : 64;
        struct move *list = ARENA_NEW(at->arena, struct move, capacity);
        if (moves->count) memcpy(list, moves->list, moves->count * sizeof *list);
        moves->list = list;
        moves->capacity = capacity;
    }
    moves->list[moves->count++] = *new;
}

static int by_number(const void *a, const void *b) {
    const struct watch_row *left = *(const struct watch_row *const *)a,
                           *right = *(const struct watch_row *const *)b;
    return left->number < right->number ? -1 : left->number > right->number;
}

/* The lowest rows of the file, whichever worker met them: each kept its own lowest, and a row moves once. */
static void add_rows(struct finding_moves *at, const struct watch *watches, const char *file,
                     struct arena *arena) {
    uint32_t count = 0;
    const struct watch_row **rows = ARENA_NEW(arena, const struct watch_row *, WORKERS *WATCH_ROWS);
    for (int worker = 0; worker < WORKERS; worker++)
        for (uint32_t i = 0; i < watches[worker].row_count; i++) rows[count++] = &watches[worker].moved[i];
    if (count) qsort(rows, count, sizeof *rows, by_number);
    for (uint32_t i = 0; i < count; i++) add_row(at, rows[i]->group->said, rows[i], file);
}

static void collect(struct finding_moves *at, const struct kind *kind, const struct watch *watches,
                    const char *file, struct arena *arena) {
    for (int worker = 0; worker < WORKERS; worker++) {
        uint32_t next = 0;
        struct span key;
        for (void *found; map_next(&watches[worker].groups, &next, &key, &found);) {
            struct watch_group *group = found;
            struct move *move = ARENA_NEW(arena, struct move, 1);
            *move = move_of(at, kind, group);
            add_move(at, move);
            group->said = move;
        }
        at->moves->compared += watches[worker].compared;
        at->moves->left += watches[worker].left;
    }
    add_rows(at, watches, file, arena);
}

/* Reads one member twice: by the tables as they are, then as they would be. */
static bool read_twice(struct finding_moves *at, const struct found *found, const struct job *job,
                       const struct standing *file, struct error *error) {
    struct arena arena = {0};
    struct watch_rows rows = {.table = at->name};
    struct watch watches[WORKERS] = {{0}};
    bool ok = read_classes(at, job->spec->kind, file, &arena, &rows, error);
    for (int pass = 0; ok && rows.count && pass < 2; pass++) {
        struct ingested *result = ARENA_NEW(&arena, struct ingested, 1);
        struct ingest ingest = {.city = at->city,
                                .county = at->county,
                                .file = found,
                                .rules = &at->rules[pass],
                                .sink = &watch_kind,
                                .stop = at->stop};
        for (int worker = 0; worker < WORKERS; worker++) {
            watches[worker].rows = &rows;
            watches[worker].all = watches;
            watches[worker].worker = (uint8_t)worker;
            watches[worker].result = result;
            watches[worker].second = pass == 1;
            ingest.sink_states[worker] = &watches[worker];
        }
        ok = ingest_job(&ingest, job, &arena, result, error);
    }
    at->persons = spec_person_keys(job->spec, at->arena);
    if (ok)
        collect(at, job->spec->kind, watches,
                *file->member ? arena_print(at->arena, "%s!%s", found->path, file->member) : found->path,
                &arena);
    for (int worker = 0; worker < WORKERS; worker++) arena_free(&watches[worker].arena);
    arena_free(&arena);
    return ok;
}

static const struct found *find_bytes(struct finding_moves *at, const char *sha256) {
    for (uint32_t i = 0; i < at->scan.count; i++) {
        struct found *file = &at->scan.files[i];
        if (file->slip || (!file->sha256[0] && !scan_identify(file, &(struct error){0}))) continue;
        if (strcmp(file->sha256, sha256) == 0) return file;
    }
    return NULL;
}

static bool look_at(struct finding_moves *at, const struct standing *file, struct error *error) {
    const struct spec *spec = NULL;
    for (uint32_t i = 0; i < at->specs.count; i++)
        if (strcmp(at->specs.sources[i].path, file->spec_path) == 0) spec = &at->specs.specs[i];
    if (!spec || !uses(spec, at->name)) return true;
    const struct found *found = find_bytes(at, file->sha256);
    if (!found) {
        at->moves->gone++;
        return true;
    }
    struct arena planning = {0};
    struct plan plan;
    bool ok = plan_delivery(found, &at->specs, &planning, &plan, error);
    for (uint32_t i = 0; ok && i < plan.job_count; i++)
        if (strcmp(plan.jobs[i].source->path, file->spec_path) == 0 &&
            strcmp(plan.jobs[i].inside, file->member) == 0)
            ok = read_twice(at, found, &plan.jobs[i], file, error);
    arena_free(&planning);
    return ok;
}

static int by_rows(const void *a, const void *b) {
    const struct move *left = a, *right = b;
    if (left->county != right->county) return left->county < right->county ? -1 : 1;
    if (left->kind != right->kind) return left->kind < right->kind ? -1 : 1;
    if (left->rows != right->rows) return left->rows > right->rows ? -1 : 1;
    const int words[] = {strcmp(left->code, right->code), strcmp(left->column, right->column),
                         strcmp(left->before, right->before), strcmp(left->after, right->after)};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i]) return words[i];
    return 0;
}

static int by_place(const void *a, const void *b) {
    const struct moved_row *left = a, *right = b;
    if (left->move.county != right->move.county) return left->move.county < right->move.county ? -1 : 1;
    int file = strcmp(left->file, right->file);
    return file ? file : left->number < right->number ? -1 : left->number > right->number;
}

bool moves_find(struct session *session, const struct city *city, const struct county *county,
                const struct sourced *table, const _Atomic bool *stop, struct arena *arena,
                struct moves *moves, struct error *error) {
    struct finding_moves *at = ARENA_NEW(arena, struct finding_moves, 1);
    *at = (struct finding_moves){.session = session,
                                 .city = city,
                                 .county = county,
                                 .table = table,
                                 .stop = stop,
                                 .arena = arena,
                                 .moves = moves,
                                 .name = stem_of(table->path)};
    const struct rules_wish wish = {.instead = table};
    if (!specs_read(city, county, arena, &at->specs, error) ||
        !rules_read(city, county, &at->specs, arena, &at->rules[0], error) ||
        !rules_read_as(city, county, &at->specs, &wish, arena, &at->rules[1], error) ||
        !scan_county(city, county, arena, &at->scan, error))
        return false;
    PGresult *result = session_ask(session, STANDING, 1, &county->admdvs, error);
    bool ok = result != NULL;
    for (int i = 0; ok && i < PQntuples(result); i++) {
        struct standing file = {PQgetvalue(result, i, 0), PQgetvalue(result, i, 1), PQgetvalue(result, i, 2),
                                PQgetvalue(result, i, 3), PQgetvalue(result, i, 4)};
        ok = look_at(at, &file, error);
    }
    PQclear(result);
    if (ok && moves->count) qsort(moves->list, moves->count, sizeof *moves->list, by_rows);
    if (ok && moves->row_count) qsort(moves->rows, moves->row_count, sizeof *moves->rows, by_place);
    return ok;
}
