/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/group.h"
#include "core/language.h"
#include "load/lane.h"
#include <stdio.h>

/* What is known of a kind: whether its deliveries share a table, and which. */
struct shared {
    enum { SHARED_UNKNOWN, SHARED_NOT, SHARED_OPEN } state;
    bool made, met; /* the table is there; keys were met in two deliveries */
    char fresh[FRESH_BYTES];
};

struct intake_group {
    struct registry *registry;
    const char *county;
    struct arena *arena;
    struct shared *kinds; /* [model_kind_count] */
    uint32_t count;
    struct intake *members[GROUP_MAX];
    struct keys keys;                     /* of all members */
    struct session sessions[WORKERS_MAX]; /* the lanes' connections, between two deliveries */
    bool settled, published;
};

struct intake_group *group_new(struct registry *registry, const char *county, struct arena *arena) {
    struct intake_group *group = ARENA_NEW(arena, struct intake_group, 1);
    memset(group, 0, sizeof *group);
    group->registry = registry;
    group->county = county;
    group->arena = arena;
    group->kinds = ARENA_NEW(arena, struct shared, model_kind_count);
    memset(group->kinds, 0, model_kind_count * sizeof *group->kinds);
    return group;
}

uint32_t group_count(const struct intake_group *group) { return group->count; }

/* Rows that stand or fall together are looked at in their own table, so ledgers stay by themselves. */
bool group_takes(struct intake_group *group, const struct kind *kind, bool *takes, struct error *error) {
    struct shared *shared = &group->kinds[kind - model_kinds];
    if (shared->state == SHARED_UNKNOWN && strcmp(kind->schema, "record") == 0) {
        PGresult *result = session_ask(
            &group->registry->session,
            lane_format(group->arena,
                        "SELECT to_regclass('%s_%s') IS NULL"
                        " AND NOT EXISTS (SELECT FROM intake.floor WHERE county = '%s' AND kind = '%s')"
                        " AND NOT EXISTS (SELECT FROM record.withdrawal WHERE county = '%s' AND kind = '%s')",
                        kind->table, group->county, group->county, kind->name, group->county, kind->name),
            0, NULL, error);
        if (!result) return false;
        shared->state = PQgetvalue(result, 0, 0)[0] == 't' ? SHARED_OPEN : SHARED_NOT;
        PQclear(result);
    }
    *takes = shared->state == SHARED_OPEN;
    return true;
}

bool group_fresh(struct intake_group *group, const struct intake *intake, const struct kind *kind,
                 char *fresh, struct error *error) {
    struct shared *shared = &group->kinds[kind - model_kinds];
    if (!shared->made)
        snprintf(shared->fresh, sizeof shared->fresh, "fresh.r%d_g%d_%s", group->registry->run,
                 intake->number, kind->name);
    snprintf(fresh, FRESH_BYTES, "%s", shared->fresh);
    if (shared->made) return true;
    shared->made =
        fresh_make(&group->registry->session, group->arena, kind, shared->fresh, group->county, error);
    return shared->made;
}

void group_lend(struct intake_group *group, struct intake *intake) {
    for (int i = 0; i < WORKERS_MAX; i++) {
        intake->lanes[i].session = group->sessions[i];
        group->sessions[i] = (struct session){0};
    }
}

bool group_join(struct intake_group *group, struct intake *intake, struct error *error) {
    if (!unify_keys(intake, error) || !count_side(intake, error) || !limits_check(intake, error))
        return false;
    for (int i = 0; i < WORKERS_MAX; i++) {
        struct copy_lane *lane = &intake->lanes[i];
        if (!keys_move(&group->keys, &lane->keys, error)) return false;
        session_close(&group->sessions[i]);
        group->sessions[i] = lane->session;
        lane->session = (struct session){0};
        encode_free(&lane->records);
        encode_free(&lane->sides);
        encode_free(&lane->reasons);
    }
    group->members[group->count++] = intake;
    return true;
}

/* Rows whose key another member of the group holds too: candidates by 64 bits, SQL compares all 128. */
struct meeting {
    struct intake_group *group;
    struct encoder lines;
    bool any;
};

static bool send(struct meeting *meeting, struct error *error) {
    struct session *session = &meeting->group->registry->session;
    bool ok = session_copy_send(session, meeting->lines.bytes, meeting->lines.size, error);
    meeting->lines.size = 0;
    return ok;
}

static bool found(void *context, struct key key, struct error *error) {
    enum { LINE_BYTES = 32, PIECE_BYTES = 64 << 10 };
    struct meeting *meeting = context;
    struct session *session = &meeting->group->registry->session;
    if (!meeting->any &&
        !(session_run(session, "CREATE TEMP TABLE candidate (file int, source_row int) ON COMMIT DROP",
                      error) &&
          session_copy_begin(session, "COPY pg_temp.candidate FROM STDIN", error)))
        return false;
    meeting->any = true;
    encode_reserve(&meeting->lines, LINE_BYTES);
    meeting->lines.size += (size_t)snprintf(meeting->lines.bytes + meeting->lines.size, LINE_BYTES,
                                            "%u\t%u\n", key.file, key.row);
    return meeting->lines.size < PIECE_BYTES || send(meeting, error);
}

static bool name_members(struct intake_group *group, struct error *error) {
    struct session *session = &group->registry->session;
    bool ok = session_run(session, "CREATE TEMP TABLE member (file int, place int) ON COMMIT DROP", error);
    for (uint32_t i = 0; ok && i < group->count; i++)
        for (uint32_t f = 0; ok && f < group->members[i]->file_count; f++)
            ok = session_run(session,
                             lane_format(group->arena, "INSERT INTO pg_temp.member VALUES (%d, %u)",
                                         group->members[i]->files[f]->number, i),
                             error);
    return ok;
}

/* Of a key that several members hold, the first's row stays; the others' rows wait in tables of their own, to
   be merged by rank as if they had come later. */
static bool set_aside(struct intake_group *group, const struct kind *kind, struct shared *shared,
                      struct error *error) {
    struct session *session = &group->registry->session;
    bool ok = session_run(
        session,
        lane_format(
            group->arena,
            "CREATE TEMP TABLE later ON COMMIT DROP AS SELECT x.key_hash, x.file, x.place FROM (SELECT"
            " f.key_hash, f.file, m.place, min(m.place) OVER (PARTITION BY f.key_hash) AS first FROM %s f"
            " JOIN pg_temp.candidate c USING (file, source_row) JOIN pg_temp.member m USING (file)) x"
            " WHERE x.place > x.first; ANALYZE pg_temp.later",
            shared->fresh),
        error);
    for (uint32_t i = 0; ok && i < group->count; i++) {
        struct intake *member = group->members[i];
        PGresult *result = session_ask(
            session, lane_format(group->arena, "SELECT FROM pg_temp.later WHERE place = %u LIMIT 1", i), 0,
            NULL, error);
        ok = result != NULL;
        bool any = ok && PQntuples(result) > 0;
        PQclear(result);
        if (!any) continue;
        const char *rest = lane_format(group->arena, "fresh.r%d_d%d_%s_rest", group->registry->run,
                                       member->number, kind->name);
        ok = fresh_make(session, group->arena, kind, rest, group->county, error) &&
             session_run(
                 session,
                 lane_format(group->arena,
                             "WITH gone AS (DELETE FROM %s f USING pg_temp.later l WHERE l.place = %u AND"
                             " l.key_hash = f.key_hash AND l.file = f.file RETURNING f.*)"
                             " INSERT INTO %s SELECT * FROM gone",
                             shared->fresh, i, rest),
                 error);
        for (uint32_t f = 0; f < member->file_count; f++)
            if (member->files[f]->source.kind == kind) member->files[f]->rest = rest;
    }
    return ok && session_run(session, "DROP TABLE pg_temp.later", error);
}

static bool settle(struct intake_group *group, struct error *error) {
    struct session *session = &group->registry->session;
    struct meeting meeting = {.group = group};
    struct keys *list = &group->keys;
    bool ok = session_run(session, "BEGIN", error) && keys_repeated(&list, 1, found, &meeting, error);
    if (ok && meeting.any) {
        ok = send(&meeting, error) && session_copy_end(session, NULL, error) && name_members(group, error) &&
             session_run(session, "ANALYZE pg_temp.candidate", error);
        for (uint32_t k = 0; ok && k < model_kind_count; k++)
            if (group->kinds[k].made) ok = set_aside(group, &model_kinds[k], &group->kinds[k], error);
    }
    encode_free(&meeting.lines);
    struct error ignored = {0};
    if (ok) ok = session_run(session, "COMMIT", error);
    else if (!session_lost(session)) session_run(session, "ROLLBACK", &ignored);
    keys_free(&group->keys);
    return group->settled = ok;
}

/* The first thing in the publishing transaction: the tables are counted, keyed and named as partitions. */
static bool build(void *context, struct error *error) {
    struct intake_group *group = context;
    struct session *idle = &group->sessions[0];
    for (uint32_t k = 0; k < model_kind_count; k++) {
        const struct kind *kind = &model_kinds[k];
        PGresult *result = NULL;
        if (!group->kinds[k].made) continue;
        bool ok = kind_lock(&group->registry->session, group->arena, kind, group->county, error) &&
                  fresh_build(&group->registry->session, idle->connection ? idle : NULL, group->arena, kind,
                              group->kinds[k].fresh, group->county, &result, error);
        for (uint32_t i = 0; i < group->count; i++)
            for (uint32_t f = 0; f < group->members[i]->file_count; f++)
                if (group->members[i]->files[f]->source.kind == kind)
                    memset(&group->members[i]->files[f]->shared, 0, sizeof(struct intake_bucket));
        for (int row = 0; ok && row < PQntuples(result); row++) {
            int number = (int)count_fen(PQgetvalue(result, row, 0));
            for (uint32_t i = 0; i < group->count; i++)
                for (uint32_t f = 0; f < group->members[i]->file_count; f++)
                    if (group->members[i]->files[f]->number == number)
                        count_add(&group->members[i]->files[f]->shared, result, row, 1, kind->measure_count);
        }
        PQclear(result);
        if (!ok) return false;
    }
    return true;
}

/* The last thing: ATTACH locks the parent until COMMIT; kinds in the order of their names. */
static bool attach(void *context, struct error *error) {
    struct intake_group *group = context;
    bool ok = true;
    for (uint32_t k = 0; ok && k < model_kind_count; k++)
        if (group->kinds[k].made)
            ok = fresh_attach(&group->registry->session, group->arena, &model_kinds[k], group->county, error);
    return ok;
}

bool group_last(const struct intake_group *group, const struct intake *intake, const struct kind *kind) {
    const struct intake *last = NULL;
    for (uint32_t i = 0; i < group->count; i++)
        for (uint32_t f = 0; f < group->members[i]->file_count; f++)
            if (group->members[i]->files[f]->source.kind == kind) last = group->members[i];
    return last == intake;
}

static void leave(struct intake_group *group, uint32_t index) {
    for (uint32_t i = index; i + 1 < group->count; i++) group->members[i] = group->members[i + 1];
    group->count--;
}

void group_forget(struct intake_group *group, struct intake *intake) {
    struct error ignored = {0};
    if (group->published) return;
    for (uint32_t f = 0; f < intake->file_count; f++)
        session_run(&group->registry->session,
                    lane_format(group->arena, "DELETE FROM %s WHERE file = %d", intake->files[f]->fresh,
                                intake->files[f]->number),
                    &ignored);
}

bool group_publish(struct intake_group *group, struct intake **refused, struct error *error) {
    *refused = NULL;
    if (!group->count) return true;
    if (!group->settled && !settle(group, error)) return false;
    uint32_t culprit = group->count;
    const struct intake_joint joint = {.registry = group->registry,
                                       .intakes = group->members,
                                       .count = group->count,
                                       .first = build,
                                       .last = attach,
                                       .context = group};
    if (joint_publish(&joint, &culprit, error)) return group->published = true;
    if (error->trouble != TROUBLE_REFUSED || culprit == group->count) return false;
    *refused = group->members[culprit];
    group_forget(group, *refused);
    leave(group, culprit);
    return false;
}

void group_end(struct intake_group *group) {
    struct error ignored = {0};
    for (int i = 0; i < WORKERS_MAX; i++) session_close(&group->sessions[i]);
    keys_free(&group->keys);
    for (uint32_t k = 0; k < model_kind_count; k++)
        if (group->kinds[k].made && !session_lost(&group->registry->session))
            session_run(&group->registry->session,
                        lane_format(group->arena, "DROP TABLE IF EXISTS %s", group->kinds[k].fresh),
                        &ignored);
}
