/* SPDX-License-Identifier: MulanPSL-2.0 */
/* Rows that a person corrected, read again from the delivery's own bytes. */
#include "cli/retry/retry.h"
#include "core/language.h"
#include <stdio.h>
#include <stdlib.h>

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

static bool of_job(const struct rejected *reject, const struct job *job, int delivery) {
    return reject->open && reject->delivery == delivery && strcmp(reject->member, job->inside) == 0 &&
           strcmp(reject->spec_path, job->source->path) == 0;
}

static bool add_cell(const struct retrying *at, const struct correction *line, const struct rejected *reject,
                     struct arena *arena, struct replay_cell *cell, struct error *error) {
    *cell = (struct replay_cell){reject->row, (uint32_t)reject->column, line->value};
    if (retry_value(line->value, reject->unit, arena, &cell->text)) return true;
    error->at = (struct place){.source = at->path, .row = line->line};
    return error_code(
        error, TROUBLE_REFUSED, NULL, "%s",
        TEXT("修正值写了单位，但前面不是金额", "the corrected value has a unit but is no amount"));
}

/* Two values for one cell: nobody knows which one is meant. */
static bool no_rivals(const struct retrying *at, const struct replay_cell *cells, size_t count,
                      struct error *error) {
    for (size_t i = 1; i < count; i++) {
        if (by_cell(&cells[i - 1], &cells[i]) != 0 || span_equal(cells[i - 1].text, cells[i].text)) continue;
        error->at = (struct place){.source = at->path};
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("原文件第 %ju 行的同一列填了两个不同的修正值",
                               "row %ju of the delivery has two corrected values for one column"),
                          (uintmax_t)cells[i].row);
    }
    return true;
}

/* How many lines of the list speak of a job: what it needs grows with them, not with the whole list. */
static uint32_t count_lines(const struct retrying *at, const struct job *job, int delivery) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < at->corrections.count; i++)
        count += of_job(&at->rejects[i], job, delivery) && retry_corrects(&at->corrections.items[i]);
    return count;
}

static bool collect_job(struct retrying *at, struct delivering *own, const struct job *job,
                        struct replay *replay, struct error *error) {
    uint32_t count = 0, lines = at->corrections.count;
    uint32_t most = count_lines(at, job, own->parent);
    struct replay_cell *cells = ARENA_NEW(&own->arena, struct replay_cell, most + 1);
    uint64_t *rows = ARENA_NEW(&own->arena, uint64_t, most + at->freed_count + 1);
    for (uint32_t i = 0; i < lines; i++) {
        const struct correction *line = &at->corrections.items[i];
        const struct rejected *reject = &at->rejects[i];
        if (!of_job(reject, job, own->parent) || !retry_corrects(line)) continue;
        if (!add_cell(at, line, reject, &own->arena, &cells[replay->cell_count++], error)) return false;
        replay->parent_file = reject->file;
        rows[count++] = reject->row;
    }
    for (uint32_t i = 0; i < at->freed_count; i++) {
        if (!of_job(&at->freed[i], job, own->parent)) continue;
        replay->parent_file = at->freed[i].file;
        rows[count++] = at->freed[i].row;
    }
    if (replay->cell_count) qsort(cells, replay->cell_count, sizeof *cells, by_cell);
    if (count) qsort(rows, count, sizeof *rows, by_number);
    for (uint32_t i = 0; i < count; i++)
        if (!replay->row_count || rows[replay->row_count - 1] != rows[i]) rows[replay->row_count++] = rows[i];
    at->corrected += replay->row_count;
    replay->cells = cells;
    replay->rows = rows;
    return no_rivals(at, cells, replay->cell_count, error);
}

static const struct found *find_bytes(const struct work *work, const struct rejected *reject,
                                      struct district **of) {
    const struct found *file = NULL;
    *of = NULL;
    for (uint32_t d = 0; d < work->district_count; d++)
        if (strcmp(work->districts[d].county->admdvs, reject->county) == 0) *of = &work->districts[d];
    for (uint32_t i = 0; *of && i < (*of)->scan.count; i++) {
        const struct found *one = &(*of)->scan.files[i];
        if (strcmp(one->sha256, reject->sha256) == 0 && (!file || strcmp(one->path, reject->path) == 0))
            file = one;
    }
    return file;
}

/* All corrected cells of one delivery, by job and row. */
static bool read_delivery(struct retrying *at, const struct rejected *of, struct error *error) {
    struct district *district;
    const struct found *file = find_bytes(at->work, of, &district);
    if (!file)
        return error_code(error, TROUBLE_REFUSED, NULL,
                          TEXT("第 %d 号交付的原文件已不在 deliveries/ 中，不能改单行重读",
                               "the bytes of delivery %d are gone from deliveries/"),
                          of->delivery);
    struct delivering *own = delivering_new(at->work, district, file),
                      *before = at->reading_count ? at->readings[at->reading_count - 1] : NULL;
    at->readings[at->reading_count++] = own;
    own->source = "retry";
    own->parent = of->delivery;
    own->as = &at->workbook;
    struct replay *replay = ARENA_NEW(&own->arena, struct replay, JOBS_MAX);
    if (!plan_delivery(file, &district->specs, &own->arena, &own->plan, error)) return false;
    own->replay = replay;
    for (uint32_t i = 0; i < own->plan.job_count; i++)
        if (!collect_job(at, own, &own->plan.jobs[i], &replay[i], error)) return false;
    if (!deliver_begin(own, error)) return false;
    if (before) intake_hand_over(before->intake, own->intake);
    return deliver_read(own, error);
}

/* The rejects that are waived, as PostgreSQL writes an array. */
static const char *waived_list(const struct retrying *at) {
    enum { NUMBER_BYTES = 24 };
    char *text = ARENA_NEW(at->work->arena, char, (size_t)(at->corrections.count + 1) * NUMBER_BYTES);
    size_t size = 0;
    text[size++] = '{';
    for (uint32_t i = 0; i < at->corrections.count; i++)
        if (at->corrections.items[i].decision == DECISION_WAIVE)
            size += (size_t)snprintf(text + size, NUMBER_BYTES, "%s%jd", size > 1 ? "," : "",
                                     (intmax_t)at->rejects[i].reject);
    text[size++] = '}';
    return text;
}

/* Waivers settle a conflict of keys when they leave one row of a key: that one may be published. */
static bool find_freed(struct retrying *at, struct error *error) {
    struct arena *arena = at->work->arena;
    const char *waived = waived_list(at);
    PGresult *result = session_ask(
        &at->work->registry.session,
        "SELECT min(s.reject) FROM (SELECT DISTINCT file, key_hash FROM intake.reject WHERE reject = ANY"
        " ($1::bigint[]) AND state = 'open' AND key_hash IS NOT NULL) w"
        " JOIN intake.reject s ON s.file = w.file AND s.key_hash = w.key_hash AND s.state = 'open'"
        " AND s.bucket = 'rejected' AND s.reject <> ALL ($1::bigint[])"
        " WHERE EXISTS (SELECT FROM intake.reason r WHERE r.file = s.file"
        " AND r.source_row = s.source_row AND r.code = 'key.conflict') GROUP BY w.file, w.key_hash HAVING"
        " count(*) = 1",
        1, &waived, error);
    if (!result) return false;
    uint32_t count = (uint32_t)PQntuples(result);
    int64_t *rejects = ARENA_NEW(arena, int64_t, count + 1);
    for (uint32_t i = 0; i < count; i++) rejects[i] = strtoll(PQgetvalue(result, (int)i, 0), NULL, 10);
    PQclear(result);
    at->freed = ARENA_NEW(arena, struct rejected, count + 1);
    for (; at->freed_count < count; at->freed_count++) {
        struct correction line = {.reject = rejects[at->freed_count], .source_column = {"", 0}};
        if (!retry_find(at, &line, &at->freed[at->freed_count], error)) return false;
    }
    return true;
}

bool retry_read(struct retrying *at, struct error *error) {
    uint32_t lines = at->corrections.count;
    if (!find_freed(at, error)) return false;
    at->readings = ARENA_NEW(at->work->arena, struct delivering *, lines + at->freed_count + 1);
    for (uint32_t i = 0; i < lines + at->freed_count; i++) {
        const struct rejected *reject = i < lines ? &at->rejects[i] : &at->freed[i - lines];
        bool known = i < lines && !(reject->open && retry_corrects(&at->corrections.items[i]));
        for (uint32_t d = 0; d < at->reading_count && !known; d++)
            known = at->readings[d]->parent == reject->delivery;
        if (!known && !read_delivery(at, reject, error)) return false;
    }
    return true;
}
