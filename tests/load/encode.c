/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "load/encode.h"
#include "load/lane.h"
#include "tests/load/city.h"
#include <criterion/criterion.h>

static const struct {
    int64_t ratio;
    const char *text;
} ratios[] = {{0, "0.0000"},     {1, "0.0001"},     {9000, "0.9000"},  {10000, "1.0000"},
              {12345, "1.2345"}, {99999, "9.9999"}, {-500, "-0.0500"}, {20000, "2.0000"}};
enum { ROWS = sizeof ratios / sizeof *ratios };

static const struct kind *kind_of(void) { return model_find(SPAN("setl_d")); }

static struct vector *vector_of(struct batch *batch, struct span name) {
    return &batch->values[model_column(batch->kind, name)];
}

static const struct span needed[] = {{"setl_id", 7},        {"setl_time", 9},
                                     {"medfee_sumamt", 13}, {"pool_prop_selfpay", 17},
                                     {"opt_time", 8},       {"memo", 4}};
enum { NEEDED = sizeof needed / sizeof *needed };

static void fill(struct batch *batch) {
    static const struct columns none = {0, NULL};
    batch_shape(batch, &none, ROWS);
    batch->kind = kind_of();
    batch->values = ARENA_NEW(&batch->arena, struct vector, batch->kind->column_count);
    for (uint32_t column = 0; column < batch->kind->column_count; column++) {
        batch->values[column].null = ARENA_NEW(&batch->arena, bool, ROWS);
        batch->values[column].text = ARENA_NEW(&batch->arena, struct span, ROWS);
        memset(batch->values[column].null, 1, ROWS);
    }
    for (size_t i = 0; i < NEEDED; i++) memset(vector_of(batch, needed[i])->null, 0, ROWS);
    for (uint32_t row = 0; row < ROWS; row++) {
        vector_of(batch, SPAN("setl_id"))->text[row] = SPAN("结算");
        vector_of(batch, SPAN("setl_time"))->date[row] = (int32_t)row - 1;
        vector_of(batch, SPAN("medfee_sumamt"))->integer[row] = INT64_MIN + row;
        vector_of(batch, SPAN("pool_prop_selfpay"))->integer[row] = ratios[row].ratio;
        vector_of(batch, SPAN("opt_time"))->integer[row] = 3600000000 * (int64_t)row;
        vector_of(batch, SPAN("memo"))->text[row] = (struct span){NULL, 0};
        batch->rows[row] = (struct row){.number = row + 1,
                                        .key = SPAN("k"),
                                        .key_hash = {row, 0x0123456789ABCDEF},
                                        .row_hash = UINT64_MAX - row};
    }
}

/* Sends all columns, or only those that hold something, to pg_temp.sent. */
static void send_all(struct city *city, struct batch *batch, bool all) {
    uint32_t columns[128], count = 0;
    const char *list = "";
    for (uint32_t column = 0; column < batch->kind->column_count; column++) {
        bool wanted = all;
        for (size_t i = 0; i < NEEDED; i++) wanted |= model_column(batch->kind, needed[i]) == (int)column;
        if (!wanted) continue;
        cr_assert_lt(count, sizeof columns / sizeof *columns);
        columns[count++] = column;
        list = lane_format(&city->arena, "%s%s, ", list, batch->kind->columns[column].field);
    }
    struct encoder encoder = {0};
    encode_begin(&encoder);
    for (uint32_t row = 0; row < ROWS; row++) encode_record(&encoder, batch, row, columns, count, 7);
    encode_end(&encoder);
    int64_t rows = 0;
    struct session *session = &city->registry.session;
    city_run(city, "DROP TABLE IF EXISTS pg_temp.sent; CREATE TEMP TABLE sent (LIKE record.setl_d);"
                   "ALTER TABLE pg_temp.sent ALTER county SET DEFAULT '690060'");
    const char *sql = lane_format(
        &city->arena, "COPY pg_temp.sent (%ssrc_key, key_hash, row_hash, file, source_row) FROM STDIN BINARY",
        list);
    cr_assert(session_copy_begin(session, sql, &city->error) &&
                  session_copy_send(session, encoder.bytes, encoder.size, &city->error) &&
                  session_copy_end(session, &rows, &city->error),
              "%s", city->error.message);
    cr_assert_eq(rows, ROWS);
    encode_free(&encoder);
}

Test(encode, every_type_comes_out_as_it_went_in) {
    struct city city;
    city_enter(&city);
    struct batch batch = {.index = 0};
    fill(&batch);
    for (int all = 0; all < 2; all++) {
        send_all(&city, &batch, all);
        for (uint32_t row = 0; row < ROWS; row++)
            cr_assert_str_eq(
                city_ask(
                    &city,
                    lane_format(
                        &city.arena,
                        "SELECT concat_ws(' ', setl_id, setl_time - '2000-01-01'::date, medfee_sumamt_fen, "
                        "pool_prop_selfpay, to_char(opt_time, 'HH24'), '[' || memo || ']',"
                        " county, src_key, key_hash, row_hash, file, psn_name IS NULL) FROM pg_temp.sent "
                        "WHERE source_row = %u",
                        row + 1)),
                lane_format(&city.arena,
                            "结算 %d %jd %s %02u [] 690060 k 01234567-89ab-cdef-0000-%012x %jd 7 t",
                            (int)row - 1, (intmax_t)INT64_MIN + row, ratios[row].text, row, row,
                            (intmax_t)(int64_t)(UINT64_MAX - row)));
    }
    arena_free(&batch.arena);
    city_leave(&city);
}

Test(encode, what_the_server_would_refuse_becomes_replacement_characters) {
    const struct {
        struct span in;
        const char *out;
        size_t limit;
    } cases[] = {{SPAN("统筹"), "统筹", 100},
                 {SPAN("a\0b"),
                  "a\xEF\xBF\xBD"
                  "b",
                  100},
                 {SPAN("\xC0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD", 100},
                 {SPAN("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 100},
                 {SPAN("\xE4\xB8"), "\xEF\xBF\xBD\xEF\xBF\xBD", 100},
                 {SPAN("\xF0\xA0\x80\x80"), "\xF0\xA0\x80\x80", 100},
                 {SPAN("\xF5\x80\x80\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", 100},
                 {SPAN("统筹统筹"), "统筹", 9},
                 {SPAN(""), "", 9}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct encoder encoder = {0};
        encode_clean(&encoder, cases[i].in, cases[i].limit);
        cr_assert(span_equal((struct span){encoder.bytes + 4, encoder.size - 4},
                             (struct span){cases[i].out, strlen(cases[i].out)}),
                  "case %zu: %.*s", i, (int)encoder.size - 4, encoder.bytes + 4);
        encode_free(&encoder);
    }
}
