/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "core/language.h"
#include "load/merge.h"
#include "load/reject.h"
#include <stdio.h>

/* Up to here the law of the table is also checked by counting the whole partition; beyond, by what
   left and what came, and `verify` counts everything. */
enum { RECOUNT_ROWS = 200000 };

static struct session *session_of(struct intake *intake) { return &intake->registry->session; }

static bool ask_bool(struct intake *intake, const char *sql, bool *answer, struct error *error) {
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    if (!result) return false;
    *answer = PQgetvalue(result, 0, 0)[0] == 't';
    PQclear(result);
    return true;
}

/* Nothing of this county and kind was ever published, so the fresh table becomes the partition. */
static bool attach(struct intake *intake, const struct kind *kind, const char *fresh,
                   struct movement *movement, struct error *error) {
    struct session *idle = &intake->lanes[0].session; /* nothing was sent: there is nobody to count */
    PGresult *result;
    bool ok = fresh_build(session_of(intake), idle->connection ? idle : NULL, intake->arena, kind, fresh,
                          intake->delivery.county, &result, error);
    for (int i = 0; ok && i < PQntuples(result); i++) {
        struct intake_file *file = count_file(intake, (int)count_fen(PQgetvalue(result, i, 0)));
        count_add(&file->buckets[BUCKET_NEW], result, i, 1, kind->measure_count);
        count_add(&movement->came, result, i, 1, kind->measure_count);
    }
    PQclear(result);
    return ok && fresh_attach(session_of(intake), intake->arena, kind, intake->delivery.county, error);
}

/* A group's table is the partition already; rows whose keys an earlier member holds are merged now. */
static bool take_share(struct intake *intake, const struct kind *kind, const char *partition,
                       struct movement *movement, struct error *error) {
    const char *rest = NULL;
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct intake_file *file = intake->files[i];
        if (file->source.kind != kind) continue;
        count_merge(&file->buckets[BUCKET_NEW], &file->shared);
        count_merge(&movement->came, &file->shared);
        if (file->rest) rest = file->rest;
    }
    return !rest || merge_kind(intake, kind, rest, partition, movement, error);
}

/* "amount" of intake.total by measure: index 0 counts rows. */
static bool read_totals(struct intake *intake, const struct kind *kind, struct intake_bucket *total,
                        struct error *error) {
    const char *arguments[] = {intake->delivery.county, kind->name};
    PGresult *result = session_ask(session_of(intake),
                                   "SELECT measure, amount FROM intake.total WHERE county = $1 AND kind = $2",
                                   2, arguments, error);
    if (!result) return false;
    for (int i = 0; i < PQntuples(result); i++) {
        const char *measure = PQgetvalue(result, i, 0);
        fen_total amount = count_fen(PQgetvalue(result, i, 1));
        if (!*measure) total->rows = (int64_t)amount;
        for (uint32_t m = 0; m < kind->measure_count; m++)
            if (strcmp(kind->columns[kind->measures[m]].name, measure) == 0) total->fen[m] = amount;
    }
    PQclear(result);
    return true;
}

static bool write_total(struct intake *intake, const struct kind *kind, const char *measure, fen_total amount,
                        struct error *error) {
    char text[DIGITS_BYTES];
    const char *arguments[] = {intake->delivery.county, kind->name, measure, lane_digits(amount, text)};
    return session_tell(
        session_of(intake),
        "INSERT INTO intake.total VALUES ($1, $2, $3, $4::numeric) ON CONFLICT (county, kind, measure)"
        " DO UPDATE SET amount = excluded.amount",
        4, arguments, NULL, error);
}

static fen_total amount_of(const struct intake_bucket *bucket, int measure) {
    return measure < 0 ? bucket->rows : bucket->fen[measure];
}

static bool recount(struct intake *intake, const struct kind *kind, const char *partition,
                    struct intake_bucket *after, struct error *error) {
    /* Of a group only the last has before it what is there. */
    const struct intake_group *group = intake->delivery.group;
    if (after->rows > RECOUNT_ROWS || (group && !group_last(group, intake, kind))) return true;
    PGresult *result = session_ask(
        session_of(intake),
        lane_format(intake->arena, "SELECT %s FROM %s p", count_sums(intake->arena, kind, "p"), partition), 0,
        NULL, error);
    if (!result) return false;
    *after = (struct intake_bucket){0};
    count_add(after, result, 0, 0, kind->measure_count);
    PQclear(result);
    return true;
}

/* What stood before and what stands after, for the papers and for the same law in SQL (load/book.c).
   `still`: no row was touched, so whatever was read of the kind stands as it was read (load/step.h). */
static bool write_movement(struct intake *intake, const struct kind *kind, const char *measure, bool still,
                           fen_total before, fen_total after, struct error *error) {
    char from[DIGITS_BYTES], until[DIGITS_BYTES];
    const char *arguments[] = {lane_format(intake->arena, "%d", intake->registry->run),
                               lane_format(intake->arena, "%d", intake->number),
                               kind->name,
                               measure,
                               lane_digits(before, from),
                               lane_digits(after, until),
                               still ? "t" : "f"};
    return session_tell(session_of(intake),
                        "INSERT INTO intake.movement (run, delivery, kind, measure, before, after, still)"
                        " VALUES ($1::int, $2::int, $3, $4, $5::numeric, $6::numeric, $7::bool)",
                        7, arguments, NULL, error);
}

static bool holds(const struct kind *kind, int measure, fen_total law, fen_total found, struct error *error) {
    char expected[FEN_TEXT], there[FEN_TEXT];
    if (law == found) return true;
    return error_code(error, TROUBLE_REFUSED, measure < 0 ? "conserve.rows" : "conserve.amount",
                      TEXT("总表不守恒：%s %s，原有加增减应为 %s，实有 %s",
                           "the table is not conserved: %s %s, what was and what moved make %s, there is %s"),
                      kind->label,
                      measure < 0 ? TEXT("行数", "rows") : kind->columns[kind->measures[measure]].label,
                      fen_text(measure < 0 ? law * 100 : law, expected),
                      fen_text(measure < 0 ? found * 100 : found, there));
}

/* before + new + (changed - replaced) - ended by delete markers - vanished = after, for rows and for
   every measure. */
static bool law_of_table(struct intake *intake, const struct kind *kind, const char *partition,
                         const struct movement *movement, struct error *error) {
    static const int plus[] = {BUCKET_NEW, BUCKET_CHANGED},
                     minus[] = {BUCKET_REPLACED, BUCKET_ENDED, BUCKET_VANISHED};
    struct intake_bucket before = {0}, after = {0};
    if (!read_totals(intake, kind, &before, error)) return false;
    after.rows = before.rows - movement->gone.rows + movement->came.rows;
    for (int m = 0; m < MEASURES; m++)
        after.fen[m] = before.fen[m] - movement->gone.fen[m] + movement->came.fen[m];
    if (!recount(intake, kind, partition, &after, error)) return false;
    bool ok = true, still = !movement->gone.rows && !movement->came.rows;
    for (int m = -1; ok && m < (int)kind->measure_count; m++) {
        fen_total law = amount_of(&before, m), found = amount_of(&after, m);
        for (uint32_t i = 0; i < intake->file_count; i++) {
            const struct intake_file *file = intake->files[i];
            if (file->source.kind != kind) continue;
            for (size_t b = 0; b < sizeof plus / sizeof *plus; b++)
                law += amount_of(&file->buckets[plus[b]], m);
            for (size_t b = 0; b < sizeof minus / sizeof *minus; b++)
                law -= amount_of(&file->buckets[minus[b]], m);
        }
        const char *measure = m < 0 ? "" : kind->columns[kind->measures[m]].name;
        ok = holds(kind, m, law, found, error) &&
             write_movement(intake, kind, measure, still, amount_of(&before, m), found, error) &&
             write_total(intake, kind, measure, found, error);
    }
    return ok;
}

static bool has_parent(const struct intake *intake, const struct kind *kind) {
    for (uint32_t i = 0; i < intake->file_count; i++)
        if (intake->files[i]->source.kind == kind && intake->files[i]->source.parent_file) return true;
    return false;
}

static bool close_rejects(struct intake *intake, const struct kind *kind, const char *partition,
                          struct error *error) {
    const struct reject_closer closer = {.session = session_of(intake),
                                         .arena = intake->arena,
                                         .kind = kind,
                                         .county = intake->delivery.county,
                                         .source = intake->delivery.source,
                                         .delivery = intake->number,
                                         .run = intake->registry->run,
                                         .parented = has_parent(intake, kind),
                                         .rows = partition};
    return reject_close(&closer, error);
}

bool publish_kind(struct intake *intake, const struct kind *kind, struct error *error) {
    const char *fresh = NULL, *county = intake->delivery.county;
    for (uint32_t i = 0; i < intake->file_count; i++)
        if (intake->files[i]->source.kind == kind) fresh = intake->files[i]->fresh;
    const char *partition = lane_format(intake->arena, "%s_%s", kind->table, county);
    bool first = false, exists = false;
    struct movement *movement = ARENA_NEW(intake->arena, struct movement, 1);
    memset(movement, 0, sizeof *movement);
    if (intake->delivery.group)
        return take_share(intake, kind, partition, movement, error) &&
               law_of_table(intake, kind, partition, movement, error) &&
               close_rejects(intake, kind, partition, error);
    bool ok =
        ask_bool(intake, lane_format(intake->arena, "SELECT to_regclass('%s') IS NOT NULL", partition),
                 &exists, error) &&
        ask_bool(
            intake,
            lane_format(intake->arena,
                        "SELECT NOT EXISTS (SELECT FROM intake.floor WHERE county = '%s' AND kind = '%s')"
                        " AND NOT EXISTS (SELECT FROM record.withdrawal WHERE county = '%s' AND kind = '%s')"
                        " AND NOT EXISTS (SELECT FROM %s WHERE bucket = 'withdrawn')",
                        county, kind->name, county, kind->name, intake->side),
            &first, error);
    if (!ok) return false;
    if (first && !exists) {
        ok = attach(intake, kind, fresh, movement, error);
    } else {
        ok = (exists ||
              session_run(session_of(intake),
                          lane_format(intake->arena, "CREATE TABLE %s PARTITION OF %s FOR VALUES IN ('%s')",
                                      partition, kind->table, county),
                          error)) &&
             merge_kind(intake, kind, fresh, partition, movement, error);
    }
    for (uint32_t i = 0; ok && i < intake->file_count; i++) {
        const struct intake_file *file = intake->files[i];
        if (file->source.kind != kind || !file->source.snapshot) continue;
        ok = session_run(
            session_of(intake),
            lane_format(intake->arena,
                        "INSERT INTO intake.floor SELECT '%s', kind, delivery, spec_path FROM intake.file"
                        " WHERE file = %d ON CONFLICT DO NOTHING",
                        county, file->number),
            error);
    }
    return ok && law_of_table(intake, kind, partition, movement, error) &&
           close_rejects(intake, kind, partition, error);
}
