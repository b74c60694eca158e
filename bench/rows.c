/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/rows.h"
#include "bench/city/person.h"
#include "bench/out/foxpro.h"
#include "bench/out/pack.h"
#include "bench/out/words.h"
#include "core/language.h"
#include <errno.h>
#include <stdlib.h>

enum { COLUMNS = ROWS_COLUMNS, CELL = 64 };

static const struct foxpro_field enrollment[] = {
    {"psn_no", 'C', 20, 0},       {"certno", 'C', 18, 0},        {"psn_name", 'C', 20, 0},
    {"gend", 'C', 1, 0},          {"brdy", 'D', 8, 0},           {"naty", 'C', 2, 0},
    {"insutype", 'C', 3, 0},      {"psn_type", 'C', 4, 0},       {"psn_insu_stas", 'C', 1, 0},
    {"crt_insu_date", 'D', 8, 0}, {"paus_insu_date", 'D', 8, 0}, {"insu_admdvs", 'C', 6, 0}};
static const struct foxpro_field settlement[] = {
    {"setl_id", 'C', 20, 0},        {"mdtrt_id", 'C', 20, 0},          {"psn_no", 'C', 20, 0},
    {"psn_name", 'C', 20, 0},       {"insutype", 'C', 3, 0},           {"med_type", 'C', 2, 0},
    {"fixmedins_code", 'C', 12, 0}, {"fixmedins_name", 'C', 40, 0},    {"begndate", 'D', 8, 0},
    {"enddate", 'D', 8, 0},         {"setl_time", 'D', 8, 0},          {"insu_admdvs", 'C', 6, 0},
    {"medfee_sumamt", 'N', 14, 2},  {"fulamt_ownpay_amt", 'N', 14, 2}, {"overlmt_selfpay", 'N', 14, 2},
    {"preselfpay_amt", 'N', 14, 2}, {"inscp_amt", 'N', 14, 2},         {"act_pay_dedc", 'N', 14, 2},
    {"hifp_pay", 'N', 14, 2},       {"cvlserv_pay", 'N', 14, 2},       {"hifmi_pay", 'N', 14, 2},
    {"maf_pay", 'N', 14, 2},        {"acct_pay", 'N', 14, 2},          {"cash_payamt", 'N', 14, 2}};

static const char *const hospitals[] = {"样例第一医院", "样例第二医院", "样例中医院", "样例镇卫生院", NULL};

/* One row as cells in the target encoding; the format only puts them beside each other. */
struct line {
    char bytes[COLUMNS][CELL];
    size_t size[COLUMNS];
};

struct maker {
    enum rows_kind kind;
    uint64_t seed;
    struct person_words words;
    const struct span *hospitals;
    const struct foxpro_field *fields;
    unsigned count;
    struct line line;
};

static void cell_number(struct line *line, unsigned column, uint64_t value, unsigned width) {
    line->size[column] = sink_number(line->bytes[column], value, width);
}
static void cell_bytes(struct line *line, unsigned column, const char *bytes, size_t size) {
    memcpy(line->bytes[column], bytes, size);
    line->size[column] = size;
}

static void make_enrollment(struct maker *maker, uint64_t index, const struct person *person) {
    struct line *line = &maker->line;
    uint64_t dice = person_mix(maker->seed, 1, index);
    uint32_t start = person_days(20100101) + (uint32_t)(dice % 3600);
    bool ended = dice >> 32 & 1;
    cell_bytes(line, 1, person->certno, 18);
    line->size[2] = person_name(person, &maker->words, line->bytes[2]);
    cell_number(line, 3, person->male ? 1 : 2, 1);
    cell_number(line, 4, person->birth, 8);
    cell_number(line, 5, person->nationality, 2);
    cell_bytes(line, 6, dice >> 33 & 1 ? "310" : "390", 3);
    cell_bytes(line, 7, dice >> 33 & 1 ? "1101" : "1501", 4);
    cell_number(line, 8, ended ? 4 : 1, 1);
    cell_number(line, 9, person_day(start), 8);
    line->size[10] = 0;
    if (ended) cell_number(line, 10, person_day(start + 30 + (uint32_t)(dice >> 40) % 300), 8);
    cell_bytes(line, 11, "690102", 6);
}

static void make_settlement(struct maker *maker, uint64_t index, const struct person *person) {
    struct line *line = &maker->line;
    uint64_t dice = person_mix(maker->seed, 2, index);
    uint32_t start = person_days(20200101) + (uint32_t)(dice % 340), hospital = (uint32_t)(dice >> 34) % 4;
    int64_t cost = 5000 + (int64_t)(dice >> 30) % 3000000, own = cost * (int64_t)(dice % 13) / 100;
    int64_t scope = cost - 2 * own, base = scope / 10, pool = (scope - base) * 7 / 10, card = own / 2;
    cell_number(line, 1, index + 1, 20);
    line->size[3] = person_name(person, &maker->words, line->bytes[3]);
    cell_bytes(line, 4, dice >> 33 & 1 ? "310" : "390", 3);
    cell_bytes(line, 5, dice >> 35 & 1 ? "11" : "21", 2);
    cell_bytes(line, 6, "H690102", 7);
    line->size[6] += sink_number(line->bytes[6] + 7, hospital + 1, 5);
    cell_bytes(line, 7, maker->hospitals[hospital].bytes, maker->hospitals[hospital].size);
    cell_number(line, 8, person_day(start), 8);
    cell_number(line, 9, person_day(start + (uint32_t)(dice >> 50) % 12), 8);
    cell_number(line, 10, person_day(start + 13), 8);
    cell_bytes(line, 11, "690102", 6);
    const int64_t money[12] = {cost, own, 0, own, scope, base, pool, 0, 0, 0, card, cost - pool - card};
    for (unsigned i = 0; i < 12; i++) line->size[12 + i] = sink_yuan(line->bytes[12 + i], money[i]);
}

static void make_row(struct maker *maker, uint64_t index) {
    struct person person;
    person_make(maker->seed, 690102, index % 12000000, &person);
    cell_number(&maker->line, 0, index + 1, 20);
    if (maker->kind == ROWS_ENROLLMENT) {
        make_enrollment(maker, index, &person);
    } else {
        cell_number(&maker->line, 2, index % 400000, 20);
        make_settlement(maker, index, &person);
    }
}

unsigned rows_columns(enum rows_kind kind, enum rows_format format,
                      struct rows_column columns[ROWS_COLUMNS]) {
    unsigned count = kind == ROWS_ENROLLMENT ? 12 : 24;
    for (unsigned i = 0; i < count; i++) {
        const struct foxpro_field *field = &(kind == ROWS_ENROLLMENT ? enrollment : settlement)[i];
        size_t size = strnlen(field->name, format == ROWS_DBF ? 10 : ROWS_NAME - 1);
        columns[i] = (struct rows_column){.type = field->type};
        memcpy(columns[i].name, field->name, size);
        /* Two names may be the same once they are cut; the second one ends in its number. */
        for (unsigned before = 0; before < i; before++)
            if (strcmp(columns[before].name, columns[i].name) == 0) columns[i].name[size - 1] = '2';
    }
    return count;
}

static void put_csv(struct sink *sink, struct maker *maker, uint64_t rows) {
    for (unsigned i = 0; i < maker->count; i++) {
        sink_text(sink, maker->fields[i].name);
        sink_text(sink, i + 1 < maker->count ? "," : "\n");
    }
    for (uint64_t index = 0; index < rows; index++) {
        char text[COLUMNS * CELL];
        size_t size = 0;
        make_row(maker, index);
        for (unsigned i = 0; i < maker->count; i++) {
            memcpy(text + size, maker->line.bytes[i], maker->line.size[i]);
            size += maker->line.size[i];
            text[size++] = i + 1 < maker->count ? ',' : '\n';
        }
        sink_put(sink, text, size);
    }
}

static void put_dbf(struct sink *sink, struct maker *maker, uint64_t rows) {
    struct foxpro_field cut[COLUMNS];
    struct rows_column columns[COLUMNS];
    rows_columns(maker->kind, ROWS_DBF, columns);
    for (unsigned i = 0; i < maker->count; i++) {
        cut[i] = maker->fields[i];
        cut[i].name = columns[i].name;
    }
    struct foxpro table;
    foxpro_open(&table, sink, cut, maker->count, NULL, NULL, (uint32_t)rows);
    for (uint64_t index = 0; index < rows; index++) {
        make_row(maker, index);
        for (unsigned i = 0; i < maker->count; i++) {
            foxpro_text(&table, i, maker->line.bytes[i], maker->line.size[i]);
            if (cut[i].type != 'N') continue;
            char *at = table.record + table.offset[i];
            size_t pad = cut[i].width - maker->line.size[i];
            memmove(at + pad, at, maker->line.size[i]);
            memset(at, ' ', pad);
        }
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

static bool make_zip(struct maker *maker, uint64_t rows, const char *path, struct error *error) {
    struct pack *pack = calloc(1, sizeof *pack);
    if (!pack) abort();
    pack->level = 1;
    pack->large = rows > 10000000; /* about 250 bytes a row */
    bool held = pack_open(pack, path, error) && pack_begin(pack, "rows.csv");
    if (held) put_csv(&pack->sink, maker, rows);
    held = pack_close(pack) && held;
    free(pack);
    return held;
}

static bool make_file(struct maker *maker, enum rows_format format, uint64_t rows, const char *path,
                      struct error *error) {
    FILE *file = fopen(path, "wb");
    if (!file)
        return error_set(error, TEXT("建不了文件 %s：%s", "cannot create %s: %s"), path, error_reason(errno));
    struct sink *sink = calloc(1, sizeof *sink);
    if (!sink) abort();
    sink_open(sink, file, sink_to_file, error);
    if (format == ROWS_DBF) put_dbf(sink, maker, rows);
    else put_csv(sink, maker, rows);
    bool held = sink_end(sink);
    free(sink);
    if (fclose(file) != 0 && held)
        held = error_set(error, TEXT("写文件失败：%s", "cannot write: %s"), error_reason(errno));
    return held;
}

bool rows_make(enum rows_kind kind, enum rows_format format, uint64_t rows, uint64_t seed, const char *path,
               struct error *error) {
    struct arena arena = {0};
    const char *encoding = format == ROWS_UTF8_CSV ? "UTF-8" : "GB18030";
    struct maker *maker = ARENA_NEW(&arena, struct maker, 1);
    maker->kind = kind, maker->seed = seed;
    maker->words = person_encode(&arena, encoding);
    maker->hospitals = words_list(&arena, encoding, hospitals);
    maker->fields = kind == ROWS_ENROLLMENT ? enrollment : settlement;
    maker->count = kind == ROWS_ENROLLMENT ? 12 : 24;
    bool held = format == ROWS_CSV_ZIP ? make_zip(maker, rows, path, error)
                                       : make_file(maker, format, rows, path, error);
    arena_free(&arena);
    return held;
}
