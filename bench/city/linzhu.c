/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/linzhu.h"
#include "bench/city/alias.h"
#include "bench/out/words.h"
#include "core/language.h"
#include <errno.h>
#include <stdlib.h>

/* B. 临渚市: five files beside each other. This file: what they share, and the persons. */

static const char *const word_list[] = {"职工",     "居民",           "公务员",
                                        "在职",     "退休",           "成年居民",
                                        "学生儿童", "低保",           "云川市临渚市样例路",
                                        "号",       "合成样例数据，", "汉族",
                                        "回族",     "满族",           "蒙古族",
                                        "壮族",     "苗族",           "彝族",
                                        "土家族",   "维吾尔族",       "藏族",
                                        NULL};
_Static_assert(sizeof word_list / sizeof *word_list == WORD_TOTAL + 1, "words and their indexes");

enum linzhu_class linzhu_class(uint64_t index) {
    unsigned rest = (unsigned)(index % 29);
    return rest < 8 ? LINZHU_EMPLOYEE : rest < 10 ? LINZHU_RETIRED : LINZHU_RESIDENT;
}

void linzhu_word(struct linzhu *county, unsigned column, unsigned word) {
    memcpy(county->cell[column], county->words[word].bytes, county->words[word].size);
    county->cell[column][county->words[word].size] = '\0';
}
void linzhu_text(struct linzhu *county, unsigned column, const char *text) {
    memcpy(county->cell[column], text, strlen(text) + 1);
}
void linzhu_utf8(struct linzhu *county, unsigned column, const char *text) {
    char *cell = county->cell[column];
    cell[words_encode("GB18030", text, strlen(text), cell, LINZHU_CELL - 1)] = '\0';
}
void linzhu_number(struct linzhu *county, unsigned column, uint64_t value, unsigned width) {
    county->cell[column][sink_number(county->cell[column], value, width)] = '\0';
}
void linzhu_fen(struct linzhu *county, unsigned column, int64_t fen) {
    char *cell = county->cell[column];
    if (fen < 0) *cell++ = '-';
    cell[sink_number(cell, (uint64_t)(fen < 0 ? -fen : fen), 1)] = '\0';
}
void linzhu_person(struct linzhu *county, unsigned column, uint64_t index) {
    linzhu_number(county, column, 181000000001u + index, 12);
}

static void put_line(struct linzhu *county, unsigned count) {
    char text[LINZHU_COLUMNS * LINZHU_CELL];
    size_t size = 0;
    for (unsigned place = 0; place < count; place++) {
        const char *cell = county->cell[county->order[place]];
        size_t length = strlen(cell);
        if (place > 0) text[size++] = '|';
        memcpy(text + size, cell, length);
        size += length;
    }
    sink_put(county->sink, text, size);
    sink_text(county->sink, county->line_end);
    county->line++;
}

void linzhu_put(struct linzhu *county, unsigned count) {
    put_line(county, count);
    county->rows++;
}

/* The first three columns stay: the trailer's three fields must not stand under amounts. */
enum { KEPT = 3 };

void linzhu_begin(struct linzhu *county, unsigned salt, const char *const *columns) {
    const struct build *build = county->build;
    uint64_t dice = build->options->vary ? person_mix(build->seed, 205, salt) : 0;
    county->line_end = dice >> 40 & 1 ? "\n" : "\r\n";
    county->line = county->rows = 0;
    county->fen = 0;
    for (county->count = 0; columns[county->count]; county->count++)
        linzhu_utf8(county, county->count, city_alias(build, county->file->kind, columns[county->count]));
    for (unsigned i = 0; i < county->count; i++) {
        county->order[i] = (uint8_t)(i < KEPT ? i : KEPT + (i - KEPT + dice) % (county->count - KEPT));
        if (!build->options->headers) continue;
        county->cell[i][0] = 'F';
        county->cell[i][1 + sink_number(county->cell[i] + 1, i + 1, 1)] = '\0';
    }
    put_line(county, county->count);
    truth_row(build->truth, county->file, TRUTH_EXPLAINED, 1, "", "row.header", NULL, 0);
}

void linzhu_end(struct linzhu *county) {
    char text[64] = "#END|";
    size_t size = 5 + sink_number(text + 5, county->rows, 1);
    text[size++] = '|';
    size += sink_number(text + size, (uint64_t)county->fen, 1);
    sink_put(county->sink, text, size);
    sink_text(county->sink, county->line_end);
    county->line++;
    truth_row(county->build->truth, county->file, TRUTH_EXPLAINED, county->line, "", "row.footer", NULL, 0);
}

void linzhu_span(struct linzhu *county, unsigned column, struct span text) {
    memcpy(county->cell[column], text.bytes, text.size);
    county->cell[column][text.size] = '\0';
}

static const char *const ry[] = {"人员编号", "证件类型", "证件号码", "姓名", "性别", "民族",
                                 "出生日期", "手机号",   "户口簿号", "地址", NULL};
enum { RY_FEW = LINZHU_CAST, RY_MANY, RY_BLANK, RY_PLANTED };

static void fill_person(struct linzhu *county, uint64_t index, const struct person *person) {
    static const uint8_t nations[10] = {1, 3, 11, 5, 8, 6, 7, 15, 9, 4}; /* unused numbers become 汉族 */
    unsigned nation = 0;
    for (unsigned i = 0; i < 10; i++)
        if (nations[i] == person->nationality) nation = i;
    linzhu_person(county, 0, index);
    linzhu_text(county, 1, "01");
    linzhu_text(county, 2, person->certno);
    county->cell[3][person_name(person, &county->build->gb, county->cell[3])] = '\0';
    linzhu_text(county, 4, person->male ? "M" : "F");
    linzhu_word(county, 5, WORD_NATION + nation);
    linzhu_number(county, 6, person->birth, 8);
    linzhu_number(county, 7, person->phone, 11);
    county->cell[8][0] = 'H';
    county->cell[8][1 + sink_number(county->cell[8] + 1, index / 3, 9)] = '\0';
    char *address = county->cell[9];
    size_t size = 0;
    if (index == 0)
        memcpy(address, county->words[WORD_SYNTHETIC].bytes, size = county->words[WORD_SYNTHETIC].size);
    memcpy(address + size, county->words[WORD_STREET].bytes, county->words[WORD_STREET].size);
    size += county->words[WORD_STREET].size;
    size += sink_number(address + size, person->door, 1);
    memcpy(address + size, county->words[WORD_DOOR].bytes, county->words[WORD_DOOR].size);
    address[size + county->words[WORD_DOOR].size] = '\0';
}

static void doubt(struct linzhu *county, const char *column, const char *code) {
    truth_doubt(county->build->truth, county->file, county->line + 1, column, code, 0);
}

static void fill_cast(struct linzhu *county, unsigned member) {
    struct cast cast;
    unsigned number = cast_linzhu(member);
    cast_make(county->build, number, &cast);
    if (number == CAST_CHECK_B || number == CAST_CHECK_B + 1) {
        cast.person.certno[17] = cast.person.certno[17] == '5' ? '6' : '5';
        doubt(county, "证件号码", "certno.check_digit");
    }
    fill_person(county, LINZHU_CAST_FIRST + member, &cast.person);
    if (cast.name) linzhu_utf8(county, 3, cast.name);
    if (number == CAST_P3) { /* the same name, typed with a character of the user-defined area */
        linzhu_utf8(county, 3, "李\uE000");
        doubt(county, "姓名", "text.private_use");
    }
    if (number == CAST_SEX_B) {
        linzhu_text(county, 4, cast.person.male ? "F" : "M");
        doubt(county, "性别", "certno.sex_conflict");
    }
    if (number == CAST_REGION) doubt(county, "证件号码", "certno.region_unknown");
    if (number == CAST_MOTHER || number == CAST_NEWBORN) doubt(county, "证件号码", "certno.shared");
    if (number == CAST_NEWBORN) linzhu_text(county, 6, "");
    if (number == CAST_1900_B) {
        linzhu_text(county, 6, "19000101");
        doubt(county, "出生日期", "date.placeholder");
    }
    if (number >= CAST_FIFTEEN_B) {
        char fifteen[16];
        person_fifteen(cast.person.certno, fifteen);
        linzhu_text(county, 2, fifteen);
        doubt(county, "证件号码", "certno.upgraded_15");
    }
}

void linzhu_persons(struct linzhu *county) {
    struct plan plan;
    bool planted;
    uint64_t index, clean = county->build->size * LINZHU_CLEAN;
    struct truth *truth = county->build->truth;
    plan_open(&plan, county->build, 201, clean, RY_PLANTED);
    linzhu_begin(county, 201, ry);
    while (plan_next(&plan, &planted, &index)) {
        struct person person;
        if (planted && index == RY_BLANK) {
            sink_text(county->sink, county->line_end);
            county->line++;
            truth_row(truth, county->file, TRUTH_EXPLAINED, county->line, "", "row.blank", NULL, 0);
        } else if (planted && index >= RY_FEW) {
            person_make(county->build->seed, 690181, clean + index, &person);
            fill_person(county, LINZHU_CAST_FIRST + 40 + index, &person);
            if (index == RY_MANY) {
                char *last = county->cell[county->order[county->count - 1]];
                memcpy(last + strlen(last), "||", sizeof "||");
            }
            linzhu_put(county, index == RY_FEW ? 8 : 10);
            truth_row(truth, county->file, TRUTH_REJECTED, county->line, "",
                      index == RY_FEW ? "row.too_few_columns" : "row.too_many_columns", NULL, 0);
        } else {
            if (planted) {
                fill_cast(county, (unsigned)index);
            } else {
                person_make(county->build->seed, 690181, index, &person);
                fill_person(county, index, &person);
            }
            linzhu_put(county, county->count);
            truth_new(county->file, NULL);
        }
    }
    linzhu_end(county);
}

static const char *const none[] = {NULL};
static const char *const jf_measures[] = {"clct_sumamt", "psn_clct_amt", "finsubs_amt", "oth_clct_amt", NULL};
static const char *const js_measures[] = {
    "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt",
    "inscp_amt",     "act_pay_dedc",      "hifp_pay",        "hifmi_pay",
    "maf_pay",       "acct_pay",          "acct_mulaid_pay", "cash_payamt",
    "hifob_pay",     "fund_pay_sumamt",   "psn_pay",         NULL};
static const char *const jjzf_measures[] = {"fund_payamt", NULL};
static const struct linzhu_file {
    const char *path, *kind;
    const char *const *measures;
    void (*put)(struct linzhu *county);
} files[] = {{"deliveries/linzhu/ry_20201231.txt", "psn_info_b", none, linzhu_persons},
             {"deliveries/linzhu/cb_20201231.txt", "psn_insu_d", none, linzhu_relations},
             {"deliveries/linzhu/jf_20201231.txt", "rsdt_psn_clct_detl_d", jf_measures, linzhu_payments},
             {"deliveries/linzhu/js_20201231.txt", "setl_d", js_measures, linzhu_settlements},
             {"deliveries/linzhu/jjzf_20201231.dat", "setl_fund_pay_d", jjzf_measures, linzhu_funds}};

static bool make_file(struct linzhu *county, const struct linzhu_file *entry) {
    struct build *build = county->build;
    const char *path = build_path(build, entry->path);
    FILE *file = fopen(path, "wb");
    if (!file)
        return error_set(build->error, TEXT("建不了文件 %s：%s", "cannot create %s: %s"), path,
                         error_reason(errno));
    sink_open(county->sink, file, sink_to_file, build->error);
    county->file = truth_begin(build->truth, "690181", entry->path, "", entry->kind, entry->measures);
    entry->put(county);
    bool held = sink_end(county->sink);
    if (fclose(file) != 0 && held)
        held = error_set(build->error, TEXT("写文件失败：%s", "cannot write %s"), path);
    return held;
}

bool linzhu_make(struct build *build) {
    struct linzhu *county = ARENA_NEW(build->arena, struct linzhu, 1);
    *county = (struct linzhu){.build = build, .words = words_list(build->arena, "GB18030", word_list)};
    county->institutions = words_list(build->arena, "GB18030", care_institutions);
    county->types = words_list(build->arena, "GB18030", linzhu_types);
    county->funds = words_list(build->arena, "GB18030", linzhu_fund_names);
    county->sink = ARENA_NEW(build->arena, struct sink, 1);
    bool held = true;
    for (size_t i = 0; held && i < sizeof files / sizeof *files; i++) held = make_file(county, &files[i]);
    return held;
}
