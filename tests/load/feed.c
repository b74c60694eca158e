/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "tests/load/feed.h"
#include "core/pipeline.h"
#include "load/copy.h"
#include <criterion/criterion.h>
#include <stdio.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { PART = 1000, SOURCE_COLUMNS = 2 };

struct feeder {
    const struct feed *feed;
    uint32_t at;
};

static const struct span names[] = {{"编号", 6}, {"金额", 6}};
static const struct columns source = {SOURCE_COLUMNS, names};

static const struct kind *kind_of(void) { return model_find(SPAN("rsdt_psn_clct_detl_d")); }

static void fill_row(struct batch *batch, uint32_t row, uint32_t number, const struct feed_row *from,
                     int64_t content) {
    const struct kind *kind = batch->kind;
    struct row *at = &batch->rows[row];
    struct span key = arena_copy(&batch->arena, (struct span){from->key, strlen(from->key)});
    at->number = number + 1;
    at->byte = (uint64_t)number * 100;
    at->raw = key;
    at->key = key;
    XXH128_hash_t hash = XXH3_128bits(key.bytes, key.size);
    at->key_hash[0] = hash.low64, at->key_hash[1] = hash.high64;
    at->row_hash = XXH3_64bits_withSeed(&content, sizeof content, hash.low64);
    int main = kind->measures[kind->main_measure], id = model_column(kind, SPAN("rsdt_clct_detl_id"));
    int name = model_column(kind, SPAN("psn_name"));
    batch->values[name].null[row] = false;
    batch->values[name].text[row] = SPAN("何某");
    batch->values[id].null[row] = batch->values[kind->event].null[row] = batch->values[main].null[row] =
        false;
    batch->values[id].text[row] = key;
    batch->values[kind->event].date[row] = 7000;
    batch->values[main].integer[row] = batch->measures[kind->main_measure][row] = from->fen;
    struct reason reason = {.source = 2, .target = (uint16_t)(main + 1), .value = {"12,\3773x", 6}};
    reason.code = from->fate == FEED_REJECT    ? "amount.not_a_number"
                  : from->fate == FEED_EXPLAIN ? "row.subtotal"
                                               : "certno.check_digit";
    if (from->fate == FEED_REJECT) batch_reject(batch, row, reason);
    if (from->fate == FEED_EXPLAIN) batch_explain(batch, row, reason);
    if (from->fate == FEED_DOUBT) batch_doubt(batch, row, reason);
    at->withdrawn = from->fate == FEED_WITHDRAW;
}

static void shape(struct batch *batch, uint32_t count) {
    batch_shape(batch, &source, count);
    batch->kind = kind_of();
    batch->values = ARENA_NEW(&batch->arena, struct vector, batch->kind->column_count);
    for (uint32_t column = 0; column < batch->kind->column_count; column++) {
        batch->values[column].null = ARENA_NEW(&batch->arena, bool, count + 1);
        memset(batch->values[column].null, 1, count);
        batch->values[column].integer = ARENA_NEW(&batch->arena, int64_t, 2 * count + 2);
    }
    for (uint32_t m = 0; m < batch->kind->measure_count; m++) {
        batch->measures[m] = ARENA_NEW(&batch->arena, int64_t, count + 1);
        memset(batch->measures[m], 0, count * sizeof(int64_t));
    }
}

static enum flow feeder_run(struct stage *stage, struct batch *batch, struct error *error) {
    (void)error;
    struct feeder *feeder = stage->state;
    const struct feed *feed = feeder->feed;
    uint32_t all = feed->repeat ? feed->repeat : feed->row_count, left = all - feeder->at,
             count = left < PART ? left : PART;
    shape(batch, count);
    for (uint32_t row = 0; row < count; row++, feeder->at++) {
        char key[32];
        snprintf(key, sizeof key, "k%08u", feeder->at);
        const struct feed_row made = {.key = key, .fen = feeder->at};
        const struct feed_row *from = feed->repeat ? &made : &feed->rows[feeder->at];
        fill_row(batch, row, feeder->at, from, feed->hash_fen ? feed->hash_fen[feeder->at] : from->fen);
    }
    return feeder->at == all ? FLOW_END : FLOW_MORE;
}

static const struct stage_kind feeder_kind = {
    .name = "feeder", .state_size = sizeof(struct feeder), .run = feeder_run};

static bool read_file(struct city *city, struct feed *feed, struct intake *intake, struct intake_file *file) {
    struct pipeline *pipeline = ARENA_NEW(&city->arena, struct pipeline, 1);
    memset(pipeline, 0, sizeof *pipeline);
    struct feeder feeder = {.feed = feed};
    struct copy copies[WORKERS_MAX] = {0};
    pipeline->reader = (struct stage){.kind = &feeder_kind, .state = &feeder};
    pipeline->worker_count = feed->workers ? feed->workers : 1;
    pipeline->stage_count = 1;
    pipeline->stop = city->database.stop;
    bool ok = true;
    for (uint32_t i = 0; ok && i < pipeline->worker_count; i++) {
        copies[i] = (struct copy){.intake = intake, .file = file, .worker = i};
        pipeline->chain[i][0] =
            (struct stage){.kind = &load_copy, .state = &copies[i], .arena = &city->arena};
        ok = load_copy.open(&pipeline->chain[i][0], NULL, &city->error);
    }
    struct tally tally = {0};
    ok = ok && pipeline_run(pipeline, &tally, &city->error);
    for (uint32_t i = 0; i < pipeline->worker_count; i++)
        if (pipeline->chain[i][0].kind) load_copy.close(&pipeline->chain[i][0]);
    return ok && intake_read(intake, file, &tally, &city->error);
}

static bool add_file(struct city *city, struct feed *feed, struct intake *intake) {
    const struct intake_source from = {.kind = kind_of(),
                                       .member = feed->member ? feed->member : "",
                                       .spec_path = feed->spec_path ? feed->spec_path : "spec.yaml",
                                       .spec_sha256 = "",
                                       .mapping_sha256 = feed->mapping ? feed->mapping : "",
                                       .encoding = "UTF-8",
                                       .snapshot = feed->snapshot,
                                       .conflict_last = feed->conflict_last,
                                       .column_count = SOURCE_COLUMNS,
                                       .columns = names,
                                       .declared_by = feed->declared_rows ? "slip" : NULL,
                                       .declared_rows = feed->declared_rows ? feed->declared_rows : -1,
                                       .declared_money = feed->declared_fen != 0,
                                       .declared_fen = feed->declared_fen,
                                       .declared_measure = kind_of()->main_measure,
                                       .parent_file = feed->parent_file,
                                       .only = feed->only,
                                       .only_count = feed->only_count};
    struct intake_file *file = intake_add(intake, &from, &city->error);
    cr_assert(file, "%s", city->error.message);
    if (feed->predecessor) intake_hand_over(feed->predecessor, intake);
    feed->file = file->number;
    return read_file(city, feed, intake, file);
}

bool feed_read(struct city *city, struct feed *feed) {
    char *hash = ARENA_NEW(&city->arena, char, 65);
    snprintf(hash, 65, "%064x", (unsigned)(size_t)feed);
    const struct intake_delivery delivery = {.county = feed->county,
                                             .folder = "folder",
                                             .path = "file.csv",
                                             .bytes = 1,
                                             .received = 1600000000,
                                             .sha256 = hash,
                                             .period = feed->period ? feed->period : "",
                                             .revision = feed->revision ? feed->revision : 1,
                                             .rank_arrival = feed->arrival,
                                             .group = feed->group,
                                             .compare_bytes = feed->compare_bytes,
                                             .source = feed->source ? feed->source : "file",
                                             .parent = feed->parent};
    static const struct intake_limits none = {-1, -1, -1, -1};
    bool limited = feed->limits.reject_rows || feed->limits.reject_millionths || feed->limits.vanish_rows ||
                   feed->limits.vanish_millionths;
    city->error = (struct error){0};
    struct intake *intake = feed->intake =
        intake_begin(&city->registry, &delivery, limited ? &feed->limits : &none, &city->arena, &city->error);
    cr_assert(intake, "%s", city->error.message);
    bool ok = true;
    for (struct feed *one = feed; ok && one; one = one->beside) ok = add_file(city, one, intake);
    feed->delivery = intake_number(intake);
    return ok;
}

void feed_end(struct feed *feed) {
    memcpy(feed->buckets, intake_file_at(feed->intake, 0)->buckets, sizeof feed->buckets);
    intake_end(feed->intake);
}

bool feed_run(struct city *city, struct feed *feed) {
    bool ok = feed_read(city, feed);
    if (ok && feed->before_publish) feed->before_publish(city, feed->intake);
    ok = ok && intake_publish(feed->intake, &city->error);
    feed_end(feed);
    return ok;
}

const char *feed_content(struct city *city, const char *county) {
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT coalesce(string_agg(src_key || '=' || clct_sumamt_fen, ' ' ORDER BY src_key), '')"
             " FROM record.rsdt_psn_clct_detl_d WHERE county = '%s'",
             county);
    return city_ask(city, sql);
}
