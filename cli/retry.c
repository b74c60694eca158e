/* SPDX-License-Identifier: MulanPSL-2.0 */
/* 退回清单 comes back: corrected cells are read again from the delivery's own bytes, waivers close their row. */
#include "cli/corrections.h"
#include "cli/deliver.h"
#include "core/language.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* A rejected row as the database knows it. */
struct rejected {
    int64_t reject;
    int delivery, file, closed_run;
    bool open;
    uint64_t row;
    const char *county, *sha256, *member, *spec_path, *key, *path;
};

struct retrying {
    struct work *work;
    const char *path;
    struct corrections corrections;
    struct rejected *rejects; /* [corrections.count], for each line */
    uint32_t freed_count;
    struct rejected *freed;   /* [freed_count] rows whose rival for the key was waived: nothing stands against them */
    struct found workbook;
    uint32_t corrected, waived, closed;
};

static const char *sql_find =
    "SELECT r.reject, coalesce(d.parent, d.delivery), f.file, coalesce(r.closed_run, 0), r.state = 'open', r.source_row, d.county, d.sha256,"
    " f.member, f.spec_path, coalesce(r.src_key, ''), d.path FROM intake.reject r JOIN intake.file f USING (file)"
    " JOIN intake.delivery d USING (delivery) WHERE r.reject = $1::bigint AND r.bucket = 'rejected'";

static const char *text_at(struct arena *arena, const PGresult *result, int column) {
    return arena_print(arena, "%s", PQgetvalue(result, 0, column));
}

static bool find_reject(struct retrying *at, const struct correction *line, struct rejected *reject, struct error *error) {
    struct arena *arena = at->work->arena;
    const char *number = arena_print(arena, "%jd", (intmax_t)line->reject);
    PGresult *result = session_ask(&at->work->registry.session, sql_find, 1, &number, error);
    if (!result) return false;
    bool found = PQntuples(result) == 1;
    if (found)
        *reject = (struct rejected){.reject = line->reject, .delivery = atoi(PQgetvalue(result, 0, 1)), .file = atoi(PQgetvalue(result, 0, 2)),
            .closed_run = atoi(PQgetvalue(result, 0, 3)), .open = PQgetvalue(result, 0, 4)[0] == 't',
            .row = strtoull(PQgetvalue(result, 0, 5), NULL, 10), .county = text_at(arena, result, 6), .sha256 = text_at(arena, result, 7),
            .member = text_at(arena, result, 8), .spec_path = text_at(arena, result, 9), .key = text_at(arena, result, 10), .path = text_at(arena, result, 11)};
    PQclear(result);
    if (found) return true;
    error->at = (struct place){.source = at->path, .row = line->line};
    return error_code(error, TROUBLE_REFUSED, "retry.unknown_reject", TEXT("找不到退回编号 %jd", "no reject %jd"), (intmax_t)line->reject);
}

/* "000123" that came back as "123": the sheet was saved with numbers for texts. */
static bool lost_zeros(struct span found, const char *expected) {
    size_t zeros = strspn(expected, "0");
    return zeros && found.size == strlen(expected + zeros) && memcmp(found.bytes, expected + zeros, found.size) == 0;
}

static bool check_line(struct retrying *at, const struct correction *line, const struct rejected *reject, struct error *error) {
    error->at = (struct place){.source = at->path, .row = line->line};
    if (line->key.size && lost_zeros(line->key, reject->key))
        return error_code(error, TROUBLE_REFUSED, NULL, "%s",
                          TEXT("县内主键的前导零丢了：这张表被存成了数字。请把列设为文本，从我们发出的原件重新填写",
                               "the key lost its leading zeros: the sheet was saved as numbers; fill in the original again with text columns"));
    if (line->decision == DECISION_CORRECT && !line->value.size)
        return error_code(error, TROUBLE_REFUSED, NULL, "%s", TEXT("选了「改正」但没有填修正值", "改正 needs its 修正值"));
    if (line->decision != DECISION_WAIVE && line->value.size && !line->source_column.size)
        return error_code(error, TROUBLE_REFUSED, NULL, "%s",
                          TEXT("这一行的原因不是某一列的值，不能填修正值；请选「重新交付」或「不移交」", "this reason is of no single column: choose 重新交付 or 不移交"));
    if (line->decision == DECISION_WAIVE && !line->comment.size)
        return error_code(error, TROUBLE_REFUSED, NULL, "%s", TEXT("选「不移交」要在处理说明写明原因", "不移交 needs its reason in 处理说明"));
    if (line->decision == DECISION_WAIVE && !line->handler.size)
        return error_code(error, TROUBLE_REFUSED, NULL, "%s", TEXT("选「不移交」要写处理人", "不移交 needs a name in 处理人"));
    error->at = (struct place){0};
    return true;
}

static const char *keep(struct arena *arena, struct span text) { return (const char *)arena_copy(arena, text).bytes; }

static bool waive(struct retrying *at, const struct correction *line, const struct rejected *reject, struct error *error) {
    struct arena *arena = at->work->arena;
    const char *arguments[] = {arena_print(arena, "%jd", (intmax_t)reject->reject), arena_print(arena, "%d", at->work->registry.run),
                               keep(arena, line->comment), keep(arena, line->handler)};
    int64_t rows = 0;
    if (!session_tell(&at->work->registry.session,
                      "UPDATE intake.reject SET state = 'closed', closed_by = 'waiver', closed_run = $2::int, waiver_reason = $3,"
                      " waiver_name = $4, waiver_date = current_date WHERE reject = $1::bigint AND state = 'open'", 4, arguments, &rows, error))
        return false;
    at->waived += rows > 0;
    return true;
}

static bool column_of(struct retrying *at, int file, struct span name, uint32_t *column, bool *found, struct error *error) {
    struct arena *arena = at->work->arena;
    const char *arguments[] = {arena_print(arena, "%d", file), keep(arena, name)};
    PGresult *result = session_ask(&at->work->registry.session,
                                   "SELECT array_position(columns, $2) - 1 FROM intake.file WHERE file = $1::int", 2, arguments, error);
    if (!result) return false;
    *found = PQntuples(result) == 1 && !PQgetisnull(result, 0, 0);
    if (*found) *column = (uint32_t)strtoul(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return true;
}

/* The corrected cells of one job.  Lines are in order of 退回编号, which is not that of rows. */
static int by_cell(const void *a, const void *b) {
    const struct replay_cell *left = a, *right = b;
    if (left->row != right->row) return left->row < right->row ? -1 : 1;
    return left->column < right->column ? -1 : left->column > right->column;
}

static int by_number(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static bool corrects(const struct correction *line) {
    return line->value.size && (line->decision == DECISION_NONE || line->decision == DECISION_CORRECT);
}

static bool of_job(const struct rejected *reject, const struct job *job, int delivery) {
    return reject->open && reject->delivery == delivery && strcmp(reject->member, job->inside) == 0 &&
           strcmp(reject->spec_path, job->source->path) == 0;
}

static bool add_cell(struct retrying *at, const struct correction *line, const struct rejected *reject, struct replay_cell *cell,
                     struct error *error) {
    bool found = false;
    uint32_t column = 0;
    if (!column_of(at, reject->file, line->source_column, &column, &found, error)) return false;
    *cell = (struct replay_cell){reject->row, column, line->value};
    if (found) return true;
    error->at = (struct place){.source = at->path, .row = line->line};
    return error_code(error, TROUBLE_REFUSED, NULL, TEXT("原文件没有列「%.*s」；请勿改动「源列名」", "the delivery has no column \"%.*s\"; leave that column alone"),
                      (int)line->source_column.size, line->source_column.bytes);
}

static bool collect_job(struct retrying *at, struct delivering *own, const struct job *job, int delivery, struct replay *replay,
                        struct error *error) {
    uint32_t count = 0;
    struct replay_cell *cells = ARENA_NEW(&own->arena, struct replay_cell, at->corrections.count + 1);
    uint64_t *rows = ARENA_NEW(&own->arena, uint64_t, at->corrections.count + at->freed_count + 1);
    for (uint32_t i = 0; i < at->corrections.count; i++) {
        const struct correction *line = &at->corrections.items[i];
        const struct rejected *reject = &at->rejects[i];
        if (!of_job(reject, job, delivery) || !corrects(line)) continue;
        if (!add_cell(at, line, reject, &cells[replay->cell_count++], error)) return false;
        at->corrected += !i || reject->reject != at->rejects[i - 1].reject;
        replay->parent_file = reject->file;
        rows[count++] = reject->row;
    }
    for (uint32_t i = 0; i < at->freed_count; i++) {
        if (!of_job(&at->freed[i], job, delivery)) continue;
        replay->parent_file = at->freed[i].file;
        rows[count++] = at->freed[i].row;
    }
    if (replay->cell_count) qsort(cells, replay->cell_count, sizeof *cells, by_cell);
    if (count) qsort(rows, count, sizeof *rows, by_number);
    for (uint32_t i = 0; i < count; i++)
        if (!replay->row_count || rows[replay->row_count - 1] != rows[i]) rows[replay->row_count++] = rows[i];
    replay->cells = cells;
    replay->rows = rows;
    return true;
}

/* When all rivals for a key but one are waived, that one may be published. */
static bool find_freed(struct retrying *at, const struct correction *line, struct error *error) {
    struct arena *arena = at->work->arena;
    const char *number = arena_print(arena, "%jd", (intmax_t)line->reject);
    PGresult *result = session_ask(&at->work->registry.session,
        "SELECT min(s.reject) FROM intake.reject w JOIN intake.reject s ON s.file = w.file AND s.key_hash = w.key_hash AND s.state = 'open'"
        " AND s.bucket = 'rejected' WHERE w.reject = $1::bigint AND EXISTS (SELECT FROM intake.reason r WHERE r.file = s.file"
        " AND r.source_row = s.source_row AND r.code = 'key.conflict') HAVING count(*) = 1", 1, &number, error);
    if (!result) return false;
    struct correction rival = {.line = line->line};
    if (PQntuples(result) == 1) rival.reject = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return !rival.reject || find_reject(at, &rival, &at->freed[at->freed_count++], error);
}

/* All corrected cells of one delivery, by job and row. */
static bool replay_delivery(struct retrying *at, int delivery, struct error *error) {
    struct work *work = at->work;
    const struct rejected *first = NULL;
    for (uint32_t i = 0; i < at->corrections.count && !first; i++)
        if (at->rejects[i].delivery == delivery) first = &at->rejects[i];
    assert(first); /* a freed row is of the delivery of the one that was waived */
    struct district *district = NULL;
    const struct found *file = NULL;
    for (uint32_t d = 0; d < work->district_count; d++)
        if (strcmp(work->districts[d].county->admdvs, first->county) == 0) district = &work->districts[d];
    for (uint32_t i = 0; district && i < district->scan.count; i++)
        if (strcmp(district->scan.files[i].sha256, first->sha256) == 0 && (!file || strcmp(district->scan.files[i].path, first->path) == 0))
            file = &district->scan.files[i];
    if (!file)
        return error_code(error, TROUBLE_REFUSED, NULL, TEXT("第 %d 号交付的原文件已不在 deliveries/ 中，不能改单行重读", "the bytes of delivery %d are gone from deliveries/"), delivery);
    struct delivering *own = delivering_new(work, district, file);
    own->source = "retry";
    own->parent = delivery;
    own->as = &at->workbook;
    struct replay *replay = ARENA_NEW(&own->arena, struct replay, JOBS_MAX);
    bool ok = plan_delivery(file, &district->specs, &own->arena, &own->plan, error);
    if (ok) {
        own->replay = replay;
        for (uint32_t i = 0; ok && i < own->plan.job_count; i++)
            ok = collect_job(at, own, &own->plan.jobs[i], delivery, &replay[i], error);
        ok = ok && deliver_planned(own, error);
    }
    delivering_free(own);
    return ok;
}

static bool waive_all(struct retrying *at, struct error *error) {
    const struct correction *items = at->corrections.items;
    at->freed = ARENA_NEW(at->work->arena, struct rejected, at->corrections.count + 1);
    for (uint32_t i = 0; i < at->corrections.count; i++)
        if (at->rejects[i].open && items[i].decision == DECISION_WAIVE && !waive(at, &items[i], &at->rejects[i], error)) return false;
    for (uint32_t i = 0; i < at->corrections.count; i++)
        if (at->rejects[i].open && items[i].decision == DECISION_WAIVE && !find_freed(at, &items[i], error)) return false;
    return true;
}

/* Each delivery that has something to be read again, once. */
static bool replay_all(struct retrying *at, struct error *error) {
    struct arena *arena = at->work->arena;
    int *deliveries = ARENA_NEW(arena, int, at->corrections.count + at->freed_count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < at->corrections.count + at->freed_count; i++) {
        bool line = i < at->corrections.count;
        const struct rejected *reject = line ? &at->rejects[i] : &at->freed[i - at->corrections.count];
        bool known = line && !(reject->open && corrects(&at->corrections.items[i]));
        for (uint32_t d = count; d > 0 && !known; d--) known = deliveries[d - 1] == reject->delivery;
        if (!known) deliveries[count++] = reject->delivery;
    }
    for (uint32_t d = 0; d < count; d++)
        if (!replay_delivery(at, deliveries[d], error)) return false;
    return true;
}

static bool retry_all(struct retrying *at, struct error *error) {
    struct work *work = at->work;
    at->rejects = ARENA_NEW(work->arena, struct rejected, at->corrections.count + 1);
    for (uint32_t i = 0; i < at->corrections.count; i++) {
        if (!find_reject(at, &at->corrections.items[i], &at->rejects[i], error) ||
            !check_line(at, &at->corrections.items[i], &at->rejects[i], error))
            return false;
        at->closed += !at->rejects[i].open;
    }
    return waive_all(at, error) && replay_all(at, error);
}

static bool identify_workbook(struct retrying *at, struct error *error) {
    struct stat status;
    if (stat(at->path, &status) != 0)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有文件 %s", "no file %s"), at->path);
    at->workbook = (struct found){.path = at->path, .absolute = at->path, .bytes = status.st_size,
        .mtime_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec,
        .ctime_ns = (int64_t)status.st_ctim.tv_sec * 1000000000 + status.st_ctim.tv_nsec, .inode = (int64_t)status.st_ino};
    return scan_digest(&at->workbook, error);
}

static bool prepare(struct work *work, struct error *error) {
    for (uint32_t d = 0; d < work->district_count; d++) {
        struct district *district = &work->districts[d];
        district->locked = registry_lock(&work->registry, district->county->admdvs, error);
        if (!district->locked || !scan_county(&work->city, district->county, work->arena, &district->scan, error)) return false;
        for (uint32_t i = 0; i < district->scan.count; i++)
            if (!district->scan.files[i].slip && !work_identify(work, &district->scan.files[i], error)) return false;
    }
    return true;
}

static enum exit_code retry_run(struct invocation *invocation, void *options, struct error *error) {
    struct work *work = ARENA_NEW(invocation->arena, struct work, 1);
    struct retrying at = {.work = work, .path = invocation->arguments[0]};
    work->invocation = invocation; /* work_finish speaks even when work_open was never reached */
    (void)options;
    bool ok = corrections_read(at.path, invocation->arena, &at.corrections, error) && identify_workbook(&at, error) &&
              work_open(work, invocation, NULL, error) && work_begin(work, "retry", false, error) && prepare(work, error) &&
              retry_all(&at, error);
    if (ok && !invocation->json)
        printf(TEXT("改正 %u 行，不移交 %u 行，已关闭的 %u 条未动\n", "corrected %u rows, waived %u, %u lines closed before\n"),
               at.corrected, at.waived, at.closed);
    return work_finish(work, ok, error);
}

const struct command command_retry = {
    .name = "retry", .arguments = "FILE", .zh = "读回县里填好的退回清单，补入改正的行", .en = "read back the rejects that a county corrected",
    .example = "tongchou retry out/0001_20210105/退回/青禾区_退回清单_第1次_20210105.xlsx", .arguments_min = 1, .arguments_max = 1,
    .run = retry_run,
};
