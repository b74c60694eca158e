/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/intake.h"
#include "core/language.h"
#include "core/reason.h"
#include "load/lane.h"
#include <stdio.h>

/* From here on a share of rejects means something. */
enum { SHARE_ROWS_MIN = 200, MILLION = 1000000, PUBLISH_ATTEMPTS = 3 };

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
        "   EXECUTE format('DROP TABLE fresh.%I', t.relname); END IF; END LOOP; END $sweep$",
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
    return sweep(&registry->session, error) && take_number(intake, error) && make_sides(intake, error)
               ? intake
               : NULL;
}

static bool make_fresh(struct intake *intake, struct intake_file *file, struct error *error) {
    const char *kind = file->source.kind->name;
    for (uint32_t i = 0; i < intake->file_count; i++) {
        if (intake->files[i]->source.kind != file->source.kind) continue;
        snprintf(file->fresh, sizeof file->fresh, "%s", intake->files[i]->fresh);
        return true;
    }
    snprintf(file->fresh, sizeof file->fresh, "fresh.r%d_d%d_%s", intake->registry->run, intake->number,
             kind);
    /* The CHECK spares ATTACH its scan. */
    return session_run(session_of(intake),
                       lane_format(intake->arena,
                                   "CREATE TABLE %s (LIKE %s INCLUDING COMMENTS, CHECK (county = '%s'))",
                                   file->fresh, file->source.kind->table, intake->delivery.county),
                       error);
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
    return file;
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
    }
    return true;
}

void intake_mapping_use(struct intake_file *file, const struct intake_use *uses, uint32_t count) {
    file->uses = uses;
    file->use_count = count;
}

static bool over(int64_t count, int64_t of, int64_t rows, int64_t millionths, int64_t share_from) {
    if (rows >= 0 && count > rows) return true;
    return millionths >= 0 && of >= share_from && (fen_total)count * MILLION > (fen_total)of * millionths;
}

/* "1000 行" or "0.50%": the limit that was passed. */
static const char *limit_text(struct intake *intake, int64_t rejected) {
    const struct intake_limits *limits = &intake->limits;
    if (limits->reject_rows >= 0 && rejected > limits->reject_rows)
        return lane_format(intake->arena, TEXT("%jd 行", "%jd rows"), (intmax_t)limits->reject_rows);
    int64_t hundredths = limits->reject_millionths / 100;
    return lane_format(intake->arena, "%jd.%02jd%%", (intmax_t)(hundredths / 100),
                       (intmax_t)(hundredths % 100));
}

/* A code without a mapping is a reason of its own: whoever adds the mapping mends all its rows. */
#define UNMAPPED "code IN ('code.unmapped', 'code.draft_only')"
#define WITHOUT_DATE "regexp_replace(detail, ';date=[^;]*', '')"

/* "；其中 8770 行补 2 条映射即可：tongchou map suggest qinghe", or nothing. */
static const char *mapping_text(struct intake *intake, const struct intake_file *file, struct error *error) {
    const char *sql =
        lane_format(intake->arena,
                    "SELECT count(DISTINCT source_row), count(DISTINCT (value, " WITHOUT_DATE "))"
                    " FROM %s WHERE file = %d AND weight = 'reject' AND " UNMAPPED,
                    intake->reason, file->number);
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    if (!result) return NULL;
    const char *rows = PQgetvalue(result, 0, 0);
    const char *text = strcmp(rows, "0") == 0
                           ? ""
                           : lane_format(intake->arena,
                                         TEXT("；其中 %s 行补 %s 条映射即可：tongchou map suggest %s",
                                              "; %s of them need only %s mappings: tongchou map suggest %s"),
                                         rows, PQgetvalue(result, 0, 1), intake->delivery.folder);
    PQclear(result);
    return text;
}

/* "金额不是数字 12 行，日期... 3 行": what weighs most, so that the person who is refused knows where to
 * begin. */
static const char *reasons_text(struct intake *intake, const struct intake_file *file, struct error *error) {
    const char *sql = lane_format(
        intake->arena,
        "SELECT code, count(DISTINCT source_row), CASE WHEN min(detail) = max(detail) THEN min(detail) END"
        " FROM (SELECT source_row, code, CASE WHEN " UNMAPPED " THEN " WITHOUT_DATE
        " ELSE detail END AS detail"
        " FROM %s WHERE file = %d AND weight = 'reject') x"
        " GROUP BY code, CASE WHEN " UNMAPPED " THEN detail END ORDER BY 2 DESC, 1, 3 LIMIT 3",
        intake->reason, file->number);
    PGresult *result = session_ask(session_of(intake), sql, 0, NULL, error);
    const char *text = "";
    if (!result) return NULL;
    for (int i = 0; i < PQntuples(result); i++) {
        char sentence[128];
        const char *detail = PQgetvalue(result, i, 2);
        reason_sentence(PQgetvalue(result, i, 0), (struct span){detail, strlen(detail)}, sentence,
                        sizeof sentence);
        text = lane_format(intake->arena, TEXT("%s%s%s %s 行", "%s%s%s: %s rows"), text,
                           i ? TEXT("，", ", ") : "", sentence, PQgetvalue(result, i, 1));
    }
    PQclear(result);
    return text;
}

static bool refuse_rejects(struct intake *intake, const struct intake_file *file, int64_t rejected,
                           int64_t data, struct error *error) {
    const char *reasons = reasons_text(intake, file, error),
               *member = file->source.member ? file->source.member : "";
    const char *mapping = reasons ? mapping_text(intake, file, error) : NULL;
    int64_t hundredths = (int64_t)((fen_total)rejected * 10000 / (data ? data : 1));
    return mapping &&
           error_code(error, TROUBLE_REFUSED, "limit.rejects",
                      TEXT("%s%s%s退回 %jd 行(%jd.%02jd%%)，超过上限 %s；主要原因：%s%s",
                           "%s%s%s: %jd rows rejected (%jd.%02jd%%), the limit is %s; mostly: %s%s"),
                      member, *member ? " " : "", file->source.kind->label, (intmax_t)rejected,
                      (intmax_t)(hundredths / 100), (intmax_t)(hundredths % 100),
                      limit_text(intake, rejected), reasons, mapping);
}

static bool within_limits(struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct intake_file *file = intake->files[i];
        /* A few rejects of a delivery that was within its limits, judged again. */
        if (file->source.parent_file) continue;
        int64_t rejected = file->buckets[BUCKET_REJECTED].rows;
        int64_t data = (int64_t)(tally_rows(&file->tally) - file->tally.rows[FATE_EXPLAINED]);
        if (over(rejected, data, intake->limits.reject_rows, intake->limits.reject_millionths,
                 SHARE_ROWS_MIN))
            return refuse_rejects(intake, file, rejected, data, error);
    }
    return true;
}

static void forget_buckets(struct intake *intake) {
    for (uint32_t i = 0; i < intake->file_count; i++)
        memset(intake->files[i]->buckets, 0, sizeof intake->files[i]->buckets);
}

/* In the order of kind names everywhere, so that no two runs wait for each other in a ring. */
static bool lock_kinds(struct intake *intake, struct error *error) {
    /* With 32 MB the joins of a large full delivery go through files. */
    bool ok =
        session_run(session_of(intake), "SET LOCAL lock_timeout = '5s'; SET LOCAL work_mem = '256MB'", error);
    for (uint32_t k = 0; ok && k < model_kind_count; k++) {
        bool used = false;
        for (uint32_t i = 0; i < intake->file_count; i++)
            used |= intake->files[i]->source.kind == &model_kinds[k];
        if (used)
            ok = session_run(
                session_of(intake),
                lane_format(intake->arena,
                            "SELECT pg_advisory_xact_lock(hashtextextended('tongchou:record:%s:%s', 0))",
                            intake->delivery.county, model_kinds[k].name),
                error);
    }
    return ok;
}

static bool publish_all(struct intake *intake, struct error *error) {
    bool ok = lock_kinds(intake, error) && count_side(intake, error) && within_limits(intake, error) &&
              book_delivery(intake, "published", NULL, error);
    for (uint32_t k = 0; ok && k < model_kind_count; k++) {
        bool used = false;
        for (uint32_t i = 0; i < intake->file_count; i++)
            used |= intake->files[i]->source.kind == &model_kinds[k];
        if (used) ok = publish_kind(intake, &model_kinds[k], error);
    }
    return ok && count_check(intake, error) && book_laws(intake, true, error) &&
           book_rejects(intake, true, error);
}

/* After a lost reply the database knows what happened; sending again could double everything. */
static bool committed(struct intake *intake, struct error *error) {
    struct session *session = session_of(intake);
    if (!session_lost(session)) return false;
    struct error again = {0};
    if (!registry_reopen(intake->registry, &again)) return false;
    const char *number = lane_format(intake->arena, "%d", intake->number);
    PGresult *result =
        session_ask(session, "SELECT FROM intake.delivery WHERE delivery = $1::int AND state = 'published'",
                    1, &number, &again);
    bool there = result && PQntuples(result) == 1;
    PQclear(result);
    if (there) error->message[0] = '\0';
    return there;
}

static bool rollback(struct intake *intake) {
    struct error ignored = {0};
    if (session_lost(session_of(intake))) return false;
    return session_run(session_of(intake), "ROLLBACK", &ignored);
}

static bool record_verdict(struct intake *intake, const char *state, const struct error *why,
                           struct error *error) {
    return book_delivery(intake, state, why, error) && book_laws(intake, false, error) &&
           book_rejects(intake, false, error);
}

/* The good rows that stay outside. */
static bool count_unpublished(struct intake *intake, struct error *error) {
    for (uint32_t i = 0; i < intake->file_count; i++) {
        struct intake_file *file = intake->files[i];
        const struct kind *kind = file->source.kind;
        PGresult *result =
            session_ask(session_of(intake),
                        lane_format(intake->arena, "SELECT %s FROM %s f WHERE file = %d",
                                    count_sums(intake->arena, kind, "f"), file->fresh, file->number),
                        0, NULL, error);
        if (!result) return false;
        count_add(&file->buckets[BUCKET_UNPUBLISHED], result, 0, 0, kind->measure_count);
        PQclear(result);
        if (!file->read) memset(file->buckets, 0, sizeof file->buckets);
    }
    return true;
}

bool intake_refuse(struct intake *intake, const struct error *why, struct error *error) {
    if (intake->recorded) return true;
    forget_buckets(intake);
    const char *state = why->trouble == TROUBLE_REFUSED ? "refused" : "failed";
    bool ok = session_run(session_of(intake), "BEGIN", error) && count_side(intake, error) &&
              count_unpublished(intake, error) && record_verdict(intake, state, why, error) &&
              session_run(session_of(intake), "COMMIT", error);
    if (!ok) rollback(intake);
    intake->recorded = ok;
    return ok;
}

/* A trial goes the whole way, keeps the numbers and takes everything else back. */
static bool end_trial(struct intake *intake, struct error *error) {
    if (!rollback(intake)) return false;
    bool ok = session_run(session_of(intake), "BEGIN", error) &&
              record_verdict(intake, "trial", NULL, error) &&
              session_run(session_of(intake), "COMMIT", error);
    if (!ok) rollback(intake);
    return ok;
}

/* Locked by another, or a deadlock or serialization that the server ended: the fresh tables are as they
   were, so the same transaction may be tried again. */
static bool try_again(const struct session *session) {
    return strcmp(session->state, "55P03") == 0 || strncmp(session->state, "40", 2) == 0;
}

static bool publish_once(struct intake *intake, struct error *error) {
    forget_buckets(intake);
    *error = (struct error){.at = error->at};
    if (!session_run(session_of(intake), "BEGIN", error) || !publish_all(intake, error)) return false;
    if (intake->registry->trial) return end_trial(intake, error);
    return session_run(session_of(intake), "COMMIT", error) || committed(intake, error);
}

bool intake_publish(struct intake *intake, struct error *error) {
    bool ok = unify_keys(intake, error) && unit_check(intake, error);
    for (int attempt = 1; ok; attempt++) {
        if (publish_once(intake, error)) return true;
        bool again = attempt < PUBLISH_ATTEMPTS && try_again(session_of(intake));
        ok = rollback(intake) && again;
    }
    struct error ignored = {0};
    if (error->trouble == TROUBLE_REFUSED) intake_refuse(intake, error, &ignored);
    return false;
}

void intake_end(struct intake *intake) {
    struct error ignored = {0};
    for (int i = 0; i < WORKERS_MAX; i++) {
        struct copy_lane *lane = &intake->lanes[i];
        session_close(&lane->session);
        encode_free(&lane->records);
        encode_free(&lane->sides);
        encode_free(&lane->reasons);
        keys_free(&lane->keys);
        arena_free(&lane->arena);
    }
    for (uint32_t i = 0; i < intake->file_count; i++)
        session_run(session_of(intake),
                    lane_format(intake->arena, "DROP TABLE IF EXISTS %s", intake->files[i]->fresh), &ignored);
    session_run(session_of(intake),
                lane_format(intake->arena, "DROP TABLE IF EXISTS %s, %s", intake->side, intake->reason),
                &ignored);
}
