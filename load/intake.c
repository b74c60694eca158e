/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/intake.h"
#include "core/language.h"
#include "load/lane.h"
#include <stdio.h>

int intake_number(const struct intake *intake) { return intake->number; }

uint32_t intake_file_count(const struct intake *intake) { return intake->file_count; }

struct intake_file *intake_file_at(struct intake *intake, uint32_t index) {
    return intake->files[index];
}

static struct session *session_of(struct intake *intake) { return &intake->registry->session; }

/* Tables of a run whose lock nobody holds are nobody's. */
static bool sweep(struct session *session, struct error *error) {
    return session_run(
        session,
        "DO $sweep$ DECLARE t record; BEGIN"
        " FOR t IN SELECT relname, substring(relname FROM '^r([0-9]+)_') AS run FROM pg_class"
        "  WHERE relnamespace = 'fresh'::regnamespace AND relkind = 'r' LOOP"
        "  IF t.run IS NULL OR pg_try_advisory_xact_lock(hashtextextended('tongchou:run:' || t.run, 0))"
        "   AND NOT EXISTS (SELECT FROM intake.run r WHERE r.run = t.run::int"
        "    AND r.backend_pid = pg_backend_pid()) THEN"
        "   EXECUTE format('DROP TABLE IF EXISTS fresh.%I', t.relname); END IF; END LOOP; END $sweep$",
        error);
}

static bool take_number(struct intake *intake, struct error *error) {
    const char *parent = lane_format(intake->arena, "%d", intake->delivery.parent);
    PGresult *result = session_ask(session_of(intake),
                                   "SELECT nextval(pg_get_serial_sequence('intake.delivery', 'delivery')),"
                                   " coalesce((SELECT coalesce(parent, delivery) FROM intake.delivery"
                                   " WHERE delivery = $1::int), 0),"
                                   " (SELECT rank FROM intake.delivery WHERE delivery = $1::int)",
                                   1, &parent, error);
    if (!result) return false;
    intake->number = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    intake->root = (int)strtol(PQgetvalue(result, 0, 1), NULL, 10);
    const struct intake_delivery *d = &intake->delivery;
    if (intake->root) snprintf(intake->rank, sizeof intake->rank, "%s", PQgetvalue(result, 0, 2));
    else if (d->rank_arrival) snprintf(intake->rank, sizeof intake->rank, "~%010d", intake->number);
    /* A blank sorts before every digit, so that no period is the lowest and 2020 comes before 202001. */
    else
        snprintf(intake->rank, sizeof intake->rank, "%.16s %06d %06d", d->period ? d->period : "",
                 d->revision, d->part);
    if (!intake->root) intake->root = intake->number;
    PQclear(result);
    return true;
}

static bool make_sides(struct intake *intake, struct error *error) {
    snprintf(intake->side, sizeof intake->side, "fresh.r%d_d%d_side", intake->registry->run, intake->number);
    snprintf(intake->reason, sizeof intake->reason, "fresh.r%d_d%d_reason", intake->registry->run,
             intake->number);
    return session_run(
        session_of(intake),
        lane_format(
            intake->arena,
            "CREATE TABLE %s (file int NOT NULL, source_row int NOT NULL, bucket text NOT NULL,"
            " src_key text, key_hash uuid, row_hash bigint, byte_offset bigint, raw bytea, fen bigint[],"
            " name text);"
            "CREATE TABLE %s (LIKE intake.reason)",
            intake->side, intake->reason),
        error);
}

struct intake *intake_begin(struct registry *registry, const struct intake_delivery *delivery,
                            const struct intake_limits *limits, struct arena *arena, struct error *error) {
    struct intake *intake = ARENA_NEW(arena, struct intake, 1);
    memset(intake, 0, sizeof *intake);
    intake->registry = registry;
    intake->delivery = *delivery;
    intake->limits = *limits;
    intake->arena = arena;
    bool good =
        strlen(delivery->county) > 0 && strspn(delivery->county, "0123456789") == strlen(delivery->county);
    if (!good) {
        error_code(error, TROUBLE_USAGE, NULL,
                   TEXT("区划代码应为数字：%s", "the division code must be digits: %s"), delivery->county);
        return NULL;
    }
    if (delivery->group) group_lend(delivery->group, intake);
    bool ok = registry_held(registry, error) && sweep(&registry->session, error) &&
              take_number(intake, error) && make_sides(intake, error);
    return ok ? intake : NULL;
}

static bool make_fresh(struct intake *intake, struct intake_file *file, struct error *error) {
    const char *kind = file->source.kind->name;
    for (uint32_t i = 0; i < intake->file_count; i++) {
        if (intake->files[i]->source.kind != file->source.kind) continue;
        snprintf(file->fresh, sizeof file->fresh, "%s", intake->files[i]->fresh);
        return true;
    }
    if (intake->delivery.group)
        return group_fresh(intake->delivery.group, intake, file->source.kind, file->fresh, error);
    snprintf(file->fresh, sizeof file->fresh, "fresh.r%d_d%d_%s", intake->registry->run, intake->number,
             kind);
    return fresh_make(session_of(intake), intake->arena, file->source.kind, file->fresh,
                      intake->delivery.county, error);
}

struct intake_file *intake_add(struct intake *intake, const struct intake_source *source,
                               struct error *error) {
    if (intake->file_count == INTAKE_FILES_MAX) {
        error_code(error, TROUBLE_REFUSED, NULL,
                   TEXT("一个交付最多 %d 个文件", "a delivery holds at most %d files"), INTAKE_FILES_MAX);
        return NULL;
    }
    struct intake_file *file = ARENA_NEW(intake->arena, struct intake_file, 1);
    memset(file, 0, sizeof *file);
    file->source = *source;
    /* A retry or a re-evaluation holds a few rows of its parent, so it never speaks for what it lacks. */
    if (source->parent_file || strcmp(intake->delivery.source, "retry") == 0) file->source.snapshot = false;
    PGresult *result = session_ask(
        session_of(intake), "SELECT nextval(pg_get_serial_sequence('intake.file', 'file'))", 0, NULL, error);
    if (!result) return NULL;
    file->number = (int)strtol(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    if (!make_fresh(intake, file, error)) return NULL;
    intake->files[intake->file_count++] = file;
    return repeat_open(intake, file, error) ? file : NULL;
}

static void take_off(struct tally *tally, const struct tally *skipped) {
    for (int fate = 0; fate < FATE_COUNT; fate++) {
        tally->rows[fate] -= skipped->rows[fate];
        for (int m = 0; m < MEASURES; m++) tally->measures[fate][m] -= skipped->measures[fate][m];
    }
    tally->doubtful = 0;
    memset(tally->unreadable, 0, sizeof tally->unreadable);
}

bool intake_read(struct intake *intake, struct intake_file *file, const struct tally *tally,
                 struct error *error) {
    (void)error;
    file->tally = *tally;
    file->read = true;
    for (int i = 0; i < WORKERS_MAX; i++) {
        if (file->source.parent_file) take_off(&file->tally, &intake->lanes[i].skipped);
        intake->lanes[i].skipped = (struct tally){0};
        repeat_take(&intake->lanes[i].repeat, file);
    }
    return true;
}

void intake_hand_over(struct intake *from, struct intake *to) {
    for (int i = 0; i < WORKERS_MAX; i++) {
        struct copy_lane *lane = &from->lanes[i], *next = &to->lanes[i];
        next->session = lane->session;
        next->records = lane->records;
        next->sides = lane->sides;
        next->reasons = lane->reasons;
        lane->session = (struct session){0};
        lane->records = lane->sides = lane->reasons = (struct encoder){0};
    }
}

void intake_mapping_use(struct intake_file *file, const struct intake_use *uses, uint32_t count) {
    file->uses = uses;
    file->use_count = count;
}

void intake_end(struct intake *intake) {
    struct error ignored = {0};
    for (int i = 0; i < WORKERS_MAX; i++) {
        struct copy_lane *lane = &intake->lanes[i];
        session_close(&lane->session);
        encode_free(&lane->records);
        encode_free(&lane->sides);
        encode_free(&lane->reasons);
        encode_free(&lane->repeat.runs);
        keys_free(&lane->keys);
        arena_free(&lane->arena);
    }
    repeat_drop(intake);
    if (intake->delivery.group) group_forget(intake->delivery.group, intake);
    for (uint32_t i = 0; i < intake->file_count; i++) {
        const char *own = intake->delivery.group ? intake->files[i]->rest : intake->files[i]->fresh;
        if (own)
            session_run(session_of(intake), lane_format(intake->arena, "DROP TABLE IF EXISTS %s", own),
                        &ignored);
    }
    session_run(session_of(intake),
                lane_format(intake->arena, "DROP TABLE IF EXISTS %s, %s", intake->side, intake->reason),
                &ignored);
}
