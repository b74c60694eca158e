/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"
#include "bench/city/qinghe.h"
#include "bench/out/words.h"
#include <stdio.h>

/* A. 青禾区: DBF files in one zip.  This file: persons and relations. */

enum { OF_23 = 23 }; /* clean person i: i % 23 < 15 active, 15..18 retired employees, 19..22 residents */

enum qinghe_class qinghe_class(uint64_t index) {
    unsigned rest = (unsigned)(index % OF_23);
    return rest < 15 ? QINGHE_ACTIVE : rest < 19 ? QINGHE_RETIRED : QINGHE_RESIDENT;
}

void qinghe_number(uint64_t index, char number[13]) {
    sink_number(number, 102000000000u + index + 1, 12);
    number[12] = '\0';
}

uint32_t qinghe_start(const struct build *build, uint64_t index) {
    uint64_t dice = person_mix(build->seed, 11, index);
    if (qinghe_class(index) == QINGHE_RESIDENT)
        return person_day(person_days(20100101) + (uint32_t)(dice % 2000));
    return person_day(person_days(20050101) + (uint32_t)(dice % 5000));
}

/* 45 employers of 青禾区, then 15 of 临渚市. */
void qinghe_employer(unsigned index, char number[13]) {
    unsigned other = index >= 45;
    sink_number(number, (other ? 690181000000u : 690102000000u) + index + 1, 12);
    number[12] = '\0';
}

static const struct foxpro_field ac01[] = {
    {"AAC001", 'C', 12, 0}, {"AAC002", 'C', 18, 0}, {"AAC003", 'C', 20, 0}, {"AAC004", 'C', 1, 0},
    {"AAC005", 'C', 2, 0},  {"AAC006", 'C', 8, 0},  {"AAC058", 'C', 2, 0},  {"AAE005", 'C', 20, 0},
    {"AAE006", 'C', 60, 0}, {"AAE013", 'C', 40, 0}};
enum { AAC001, AAC002, AAC003, AAC004, AAC005, AAC006, AAC058, AAE005, AAE006, AAE013 };

enum {
    AC01_DUPLICATE = CAST_A_COUNT,
    AC01_CONFLICT = 52,
    AC01_KEY = 54,
    AC01_BYTES = 55,
    AC01_DELETED = 56,
    AC01_PLANTED = 62
};

static void put_person(struct qinghe *county, struct foxpro *table, const char *number,
                       const struct person *person, const char *name) {
    char text[64];
    size_t size = name ? words_encode("GB18030", name, strlen(name), text, sizeof text)
                       : person_name(person, &county->build->gb, text);
    foxpro_blank(table);
    foxpro_string(table, AAC001, number);
    foxpro_text(table, AAC002, person->certno, 18);
    foxpro_text(table, AAC003, text, size);
    foxpro_string(table, AAC004, person->male ? "1" : "2");
    foxpro_number(table, AAC005, person->nationality, 1);
    foxpro_number(table, AAC006, person->birth, 8);
    foxpro_string(table, AAC058, "1");
    foxpro_number(table, AAE005, person->phone, 11);
    size = county->street.size;
    memcpy(text, county->street.bytes, size);
    size += sink_number(text + size, person->door, 1);
    memcpy(text + size, county->door.bytes, county->door.size);
    foxpro_text(table, AAE006, text, size + county->door.size);
}

static void put_clean_person(struct qinghe *county, struct foxpro *table, uint64_t index) {
    struct person person;
    char number[13];
    person_make(county->build->seed, 690121, index, &person);
    qinghe_number(index, number);
    put_person(county, table, number, &person, NULL);
    if (index == 0) foxpro_text(table, AAE013, county->remark.bytes, county->remark.size);
}

static void doubt(struct qinghe *county, uint64_t row, const char *column, const char *code) {
    truth_doubt(county->build->truth, county->file, row, column, code, 0);
}

static void put_cast(struct qinghe *county, struct foxpro *table, unsigned member, uint64_t row) {
    struct cast cast;
    char number[13], text[64];
    cast_make(county->build, member, &cast);
    qinghe_number(QINGHE_CAST_FIRST + member, number);
    bool fifteen = (member >= CAST_P2 && member < CAST_P2 + 3) || member >= CAST_FIFTEEN_A;
    if (member == CAST_CHECK_A || member == CAST_CHECK_A + 1) {
        cast.person.certno[17] = cast.person.certno[17] == '5' ? '6' : '5';
        doubt(county, row, "AAC002", "certno.check_digit");
    }
    if (member == CAST_PLACEHOLDER) {
        memset(cast.person.certno, '1', 18);
        doubt(county, row, "AAC002", "certno.placeholder");
    }
    put_person(county, table, number, &cast.person, cast.name);
    if (member == CAST_SEX_A) {
        foxpro_string(table, AAC004, cast.person.male ? "2" : "1");
        doubt(county, row, "AAC004", "certno.sex_conflict");
    }
    if (member == CAST_SHARED || member == CAST_SHARED + 1) doubt(county, row, "AAC002", "certno.shared");
    if (member == CAST_QUESTION) doubt(county, row, "AAC003", "text.replacement_character");
    if (member == CAST_1900_A || member == CAST_1900_A + 1) {
        foxpro_string(table, AAC006, "19000101");
        doubt(county, row, "AAC006", "date.placeholder");
    }
    if (fifteen) {
        char short_number[16];
        person_fifteen(cast.person.certno, short_number);
        foxpro_string(table, AAC002, short_number);
        doubt(county, row, "AAC002", "certno.upgraded_15");
    }
    if (member == CAST_P9) { /* the household of the person whose number was lost in 石榴县 */
        char address[64];
        int length = snprintf(address, sizeof address, "石榴县样例镇样例%u村%u号",
                              shiliu_village(county->build, 8) + 1, (unsigned)cast.person.door);
        foxpro_text(table, AAE006, text, words_encode("GB18030", address, (size_t)length, text, sizeof text));
    }
}

static void put_person_fault(struct qinghe *county, struct foxpro *table, unsigned fault, uint64_t row) {
    struct truth *truth = county->build->truth;
    uint64_t spare = county->build->size * QINGHE_CLEAN + fault; /* persons that stand nowhere else */
    struct person person;
    char number[13];
    person_make(county->build->seed, 690121, spare, &person);
    bool conflict = fault >= AC01_CONFLICT && fault < AC01_KEY; /* two persons under one number */
    qinghe_number(QINGHE_CAST_FIRST + (conflict ? 70 : fault + 20), number);
    if (fault < AC01_CONFLICT) {
        put_clean_person(county, table, fault == AC01_DUPLICATE ? 10 : 20);
        truth_row(truth, county->file, TRUTH_DUPLICATE, row, "AAC001", "key.duplicate", NULL, 0);
        return;
    }
    put_person(county, table, number, &person, NULL);
    if (fault < AC01_KEY) {
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAC001", "key.conflict", NULL, 0);
    } else if (fault == AC01_KEY) {
        foxpro_string(table, AAC001, "");
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAC001", "key.empty", NULL, 0);
    } else if (fault == AC01_BYTES) { /* 0xFF begins no character */
        foxpro_text(table, AAC003, "\xcd\xf5\xff\xff", 4);
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAC003", "text.undecodable", NULL, 0);
    } else {
        truth_row(truth, county->file, TRUTH_EXPLAINED, row, "", "dbf.deleted", NULL, 0);
    }
}

void qinghe_persons(struct qinghe *county, struct sink *sink) {
    struct plan plan;
    struct foxpro table;
    bool planted;
    uint64_t index;
    plan_open(&plan, county->build, 101, county->build->size * QINGHE_CLEAN, AC01_PLANTED);
    qinghe_open(county, &table, sink, ac01, sizeof ac01 / sizeof *ac01, plan.total);
    while (plan_next(&plan, &planted, &index)) {
        if (planted && index >= CAST_A_COUNT) {
            put_person_fault(county, &table, (unsigned)index, plan.position);
            foxpro_put(&table, index >= AC01_DELETED);
            continue;
        }
        if (planted) put_cast(county, &table, (unsigned)index, plan.position);
        else put_clean_person(county, &table, index);
        truth_new(county->file, NULL);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

static const struct foxpro_field ac02[] = {
    {"AAC001", 'C', 12, 0}, {"AAE140", 'C', 3, 0}, {"AAB001", 'C', 12, 0}, {"AAC030", 'C', 8, 0},
    {"AAE031", 'C', 8, 0},  {"AAC031", 'C', 1, 0}, {"AKC021", 'C', 2, 0},  {"AAC084", 'C', 1, 0}};

struct relation {
    char number[13];
    const char *scheme, *status, *type, *retired;
    int employer;         /* -1: none */
    uint32_t from, until; /* 99991231: open */
};

static void put_relation(struct foxpro *table, const struct relation *relation) {
    char employer[13] = "";
    if (relation->employer >= 0) qinghe_employer((unsigned)relation->employer, employer);
    foxpro_string(table, 0, relation->number);
    foxpro_string(table, 1, relation->scheme);
    foxpro_string(table, 2, employer);
    foxpro_number(table, 3, relation->from, 8);
    foxpro_number(table, 4, relation->until, 8);
    foxpro_string(table, 5, relation->status);
    foxpro_string(table, 6, relation->type);
    foxpro_string(table, 7, relation->retired);
}

static struct relation main_relation(const struct build *build, uint64_t index) {
    enum qinghe_class class = qinghe_class(index);
    struct relation relation = {.scheme = class == QINGHE_RESIDENT ? "390" : "310", .retired = "0"};
    qinghe_number(index, relation.number);
    relation.employer = class == QINGHE_RESIDENT ? -1 : (int)(index % 45);
    relation.from = qinghe_start(build, index);
    relation.until = class == QINGHE_RESIDENT ? 20191231 : 99991231; /* residents left in 2020 */
    relation.status = class == QINGHE_RESIDENT ? "3" : "1";
    relation.type = class == QINGHE_ACTIVE ? "11" : index % 23 == 17 ? "22" : "21";
    if (class == QINGHE_RESIDENT) relation.type = index % 2 ? "51" : "52";
    if (class == QINGHE_RETIRED) relation.retired = "1";
    return relation;
}

/* A relation that ended long before the present one. */
static struct relation past_relation(const struct build *build, uint64_t index) {
    struct relation relation = main_relation(build, index);
    uint32_t from = person_days(19980101) + (uint32_t)(person_mix(build->seed, 12, index) % 1500);
    relation.scheme = "310", relation.type = "11", relation.retired = "0";
    relation.employer = (int)(index % 60);
    relation.from = person_day(from), relation.until = person_day(from + 400 + (uint32_t)(index % 500));
    relation.status = index % 2 ? "2" : "3";
    return relation;
}

static struct relation cast_relation(unsigned member) {
    struct relation relation = {.scheme = "310",
                                .status = "1",
                                .type = "11",
                                .retired = "0",
                                .employer = (int)(member % 45),
                                .from = 20120101 + member % 28,
                                .until = 99991231};
    qinghe_number(QINGHE_CAST_FIRST + member, relation.number);
    if (member < CAST_P2) relation.from = 20200301;
    if (qinghe_cast_moved(member)) relation.until = 20191231, relation.status = "3";
    if (member == CAST_P7 || member == CAST_P7 + 1 || member == CAST_P10) {
        relation.retired = "1";
        relation.type = member == CAST_P7 + 1 ? "31" : "21";
    }
    return relation;
}

bool qinghe_cast_moved(unsigned member) {
    return (member >= CAST_P2 && member <= CAST_P3) || member == CAST_P5 || member == CAST_P5 + 1 ||
           member == CAST_P9;
}

enum {
    AC02_PAST = CAST_A_COUNT,
    AC02_OTHER = 52,
    AC02_DELETED = 102,
    AC02_TYPE = 104,
    AC02_SCHEME = 106,
    AC02_ORDER = 109,
    AC02_PLANTED = 110
};

static void put_relation_fault(struct qinghe *county, struct foxpro *table, unsigned fault, uint64_t row) {
    static const char *const others[] = {"110", "210", "410"};
    struct truth *truth = county->build->truth;
    unsigned other = fault - AC02_OTHER;
    struct relation relation = past_relation(county->build, 46 + fault);
    enum truth_outcome outcome = TRUTH_REJECTED;
    const char *column = "AAE140", *code = "code.unmapped";
    if (fault < AC02_DELETED) {
        relation = main_relation(county->build, other * OF_23 + 12); /* active persons */
        relation.scheme = others[other < 20 ? 0 : other < 35 ? 1 : 2];
        outcome = TRUTH_EXPLAINED, code = "scope.not_medical";
    } else if (fault < AC02_TYPE) {
        outcome = TRUTH_EXPLAINED, column = "", code = "dbf.deleted";
    } else if (fault < AC02_SCHEME) {
        relation.type = "24", column = "AKC021";
    } else if (fault < AC02_ORDER) {
        relation.scheme = "311";
    } else {
        relation.from = 20041101, relation.until = 20040101;
        column = "AAE031", code = "enroll.end_before_start";
    }
    put_relation(table, &relation);
    truth_row(truth, county->file, outcome, row, column, code, NULL, 0);
}

/* What only other rows show: two covers at a time (P1, P10), nothing paid (P6), dead (P7). */
static void doubt_relation(struct qinghe *county, unsigned member, uint64_t row) {
    const char *code = member < CAST_P2 || member == CAST_P10       ? "enroll.overlap"
                       : member == CAST_P6 || member == CAST_P6 + 1 ? "enroll.unpaid"
                       : member == CAST_P7 || member == CAST_P7 + 1 ? "enroll.after_death"
                                                                    : NULL;
    if (code) truth_doubt(county->build->truth, county->file, row, "AAC030", code, 0);
}

void qinghe_relations(struct qinghe *county, struct sink *sink) {
    struct plan plan;
    struct foxpro table;
    bool planted;
    uint64_t index, persons = county->build->size * QINGHE_CLEAN, past = county->build->size * 200;
    plan_open(&plan, county->build, 102, persons + past, AC02_PLANTED);
    qinghe_open(county, &table, sink, ac02, sizeof ac02 / sizeof *ac02, plan.total);
    while (plan_next(&plan, &planted, &index)) {
        struct relation relation;
        if (planted && index >= AC02_OTHER) {
            put_relation_fault(county, &table, (unsigned)index, plan.position);
            foxpro_put(&table, index >= AC02_DELETED && index < AC02_TYPE);
            continue;
        }
        if (!planted && index < persons) relation = main_relation(county->build, index);
        else if (!planted)
            relation = past_relation(county->build, (index - persons) / 4 * OF_23 + (index - persons) % 4);
        else if (index < AC02_PAST) relation = cast_relation((unsigned)index);
        else relation = past_relation(county->build, 7 + (index - AC02_PAST) * OF_23);
        put_relation(&table, &relation);
        truth_new(county->file, NULL);
        if (planted && index < AC02_PAST) doubt_relation(county, (unsigned)index, plan.position);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}
