/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include "bench/city/qinghe.h"
#include "bench/city/alias.h"
#include "bench/out/pack.h"
#include "bench/out/words.h"
#include <stdio.h>

/* A. 青禾区: payments, settlements, and the archive that holds all. */

static const struct foxpro_field ac43[] = {
    {"AAZ223", 'C', 16, 0}, {"AAC001", 'C', 12, 0}, {"AAE140", 'C', 3, 0},  {"AAB001", 'C', 12, 0},
    {"AAE003", 'C', 6, 0},  {"AAE002", 'C', 6, 0},  {"AAE340", 'N', 12, 2}, {"AAE022", 'N', 12, 2},
    {"AAE020", 'N', 12, 2}, {"YAE501", 'N', 12, 2}, {"AAE019", 'N', 12, 2}, {"AAA115", 'C', 2, 0},
    {"AAE036", 'D', 8, 0}};
static const char *const ac43_measures[] = {
    "clct_sumamt", "psn_clctstd", "emp_clct_amt", "psn_clct_amt", "psn_clct_into_acct_amt", NULL};

struct payment {
    uint64_t id, person;
    unsigned month;
};

static void put_payment(struct qinghe *county, struct foxpro *table, const struct payment *payment,
                        int64_t fen[5]) {
    char number[13], employer[13], id[16];
    int64_t base = 300000 + (int64_t)(person_mix(county->build->seed, 13, payment->person) % 900) * 1000;
    fen[1] = base, fen[2] = base * 8 / 10000 * 100, fen[3] = base * 2 / 100, fen[4] = fen[3];
    fen[0] = fen[2] + fen[3]; /* the employer's part is cut to the yuan, as the county's rule says */
    qinghe_number(payment->person, number);
    qinghe_employer((unsigned)(payment->person % 45), employer);
    id[0] = 'J';
    foxpro_text(table, 0, id, 1 + sink_number(id + 1, payment->id, 10));
    foxpro_string(table, 1, number);
    foxpro_string(table, 2, "310");
    foxpro_string(table, 3, employer);
    foxpro_number(table, 4, payment->month, 6);
    foxpro_number(table, 5, payment->month, 6);
    foxpro_money(table, 6, fen[1]);
    foxpro_money(table, 7, fen[2]);
    foxpro_money(table, 8, fen[3]);
    foxpro_money(table, 9, fen[4]);
    foxpro_money(table, 10, fen[0]);
    foxpro_string(table, 11, "10");
    foxpro_number(table, 12, payment->month * 100 + 15, 8);
}

/* Active persons pay for the last months of 2020: of each 23 persons seven pay five months, eight four. */
enum { MONTHS_OF_23 = 7 * 5 + 8 * 4, AC43_OF_SIZE = MONTHS_OF_23 * 50 };

static struct payment clean_payment(uint64_t index) {
    unsigned rest = (unsigned)(index % MONTHS_OF_23);
    unsigned person = rest < 35 ? rest / 5 : 7 + (rest - 35) / 4,
             month = rest < 35 ? rest % 5 : 1 + (rest - 35) % 4;
    return (struct payment){index + 1, index / MONTHS_OF_23 * 23 + person, 202008 + month};
}

enum { AC43_P1 = 60, AC43_LIVE = 244, AC43_DELETED = 247, AC43_PLANTED = 250 };

/* The planted persons who pay: P1 ten months each; 32 others five months, 24 of them six. */
static struct payment cast_payment(unsigned index) {
    struct payment payment = {.id = 9000000000u + index};
    if (index < AC43_P1) {
        payment.person = QINGHE_CAST_FIRST + CAST_P1 + index / 10;
        payment.month = 202003 + index % 10;
        return payment;
    }
    unsigned rest = index - AC43_P1, who = rest < 24 * 6 ? rest / 6 : 24 + (rest - 24 * 6) / 5;
    payment.month = rest < 24 * 6 ? 202007 + rest % 6 : 202008 + (rest - 24 * 6) % 5;
    unsigned member = CAST_SHARED; /* the who-th of: 10..13, 22..49 */
    payment.person = QINGHE_CAST_FIRST + (who < 4 ? member + who : CAST_CHECK_A + who - 4);
    return payment;
}

static void put_payment_fault(struct qinghe *county, struct foxpro *table, unsigned fault, uint64_t row) {
    struct payment payment = {9000000000u + fault, 4 + fault, 202001};
    struct truth *truth = county->build->truth;
    int64_t fen[5];
    payment.person = (fault - AC43_LIVE) * 23 + 4; /* active persons, in a month nobody else is here for */
    put_payment(county, table, &payment, fen);
    if (fault == AC43_LIVE) {
        memcpy(table->record + table->offset[10], "       12,3x", 12);
        fen[0] = 0;
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAE019", "amount.not_a_number", fen, 1);
    } else if (fault == AC43_LIVE + 1) {
        foxpro_string(table, 4, "202013");
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAE003", "month.not_a_month", fen, 0);
    } else if (fault < AC43_DELETED) {
        foxpro_string(table, 0, "");
        truth_row(truth, county->file, TRUTH_REJECTED, row, "AAZ223", "key.empty", fen, 0);
    } else {
        truth_row(truth, county->file, TRUTH_EXPLAINED, row, "", "dbf.deleted", fen, 0);
    }
}

void qinghe_payments(struct qinghe *county, struct sink *sink) {
    struct plan plan;
    struct foxpro table;
    bool planted;
    uint64_t index;
    /* The planted persons' payments come first, like clean rows; only the faults are spread. */
    plan_open(&plan, county->build, 103, county->build->size * AC43_OF_SIZE + AC43_LIVE,
              AC43_PLANTED - AC43_LIVE);
    qinghe_open(county, &table, sink, ac43, sizeof ac43 / sizeof *ac43, plan.total);
    while (plan_next(&plan, &planted, &index)) {
        int64_t fen[5];
        if (planted) {
            put_payment_fault(county, &table, AC43_LIVE + (unsigned)index, plan.position);
            foxpro_put(&table, AC43_LIVE + index >= AC43_DELETED);
            continue;
        }
        struct payment payment =
            index < AC43_LIVE ? cast_payment((unsigned)index) : clean_payment(index - AC43_LIVE);
        put_payment(county, &table, &payment, fen);
        truth_new(county->file, fen);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

static const struct foxpro_field kc24[] = {
    {"AAZ308", 'C', 20, 0}, {"AAZ217", 'C', 20, 0}, {"AAC001", 'C', 12, 0}, {"AAE140", 'C', 3, 0},
    {"AKA130", 'C', 2, 0},  {"AKB020", 'C', 12, 0}, {"AAE030", 'D', 8, 0},  {"AAE031", 'D', 8, 0},
    {"AAE040", 'C', 8, 0},  {"AKC264", 'N', 14, 2}, {"AKC253", 'N', 14, 2}, {"AKC254", 'N', 14, 2},
    {"YKA111", 'N', 14, 2}, {"AKA151", 'N', 14, 2}, {"AKE039", 'N', 14, 2}, {"AKE029", 'N', 14, 2},
    {"AKE035", 'N', 14, 2}, {"AKB066", 'N', 14, 2}, {"AKB067", 'N', 14, 2}, {"AKC087", 'N', 12, 2}};
static const char *const kc24_measures[] = {"medfee_sumamt",   "fulamt_ownpay_amt", "preselfpay_amt",
                                            "inscp_amt",       "act_pay_dedc",      "hifp_pay",
                                            "hifob_pay",       "hifmi_pay",         "cvlserv_pay",
                                            "acct_pay",        "cash_payamt",       "balc",
                                            "fund_pay_sumamt", "psn_pay",           NULL};
enum { KC24_MEASURES = 14 }; /* the last two are sums of columns */

static void put_care(struct foxpro *table, uint64_t id, const char *number, bool employee, const char *type,
                     const struct care *care, int64_t fen[KC24_MEASURES]) {
    char text[24] = "S2020";
    const int64_t money[11] = {care->cost,       care->full, care->pre,    care->scope,
                               care->deductible, care->pool, care->big,    care->civil,
                               care->account,    care->cash, care->balance};
    foxpro_text(table, 0, text, 5 + sink_number(text + 5, id, 7));
    memcpy(text, "V2020", 5);
    foxpro_text(table, 1, text, 5 + sink_number(text + 5, id, 7));
    foxpro_string(table, 2, number);
    foxpro_string(table, 3, employee ? "310" : "390");
    foxpro_string(table, 4, type);
    foxpro_text(table, 5, text, care_code(care->institution, text));
    foxpro_number(table, 6, care->begin, 8);
    foxpro_number(table, 7, care->end, 8);
    foxpro_number(table, 8, care->settled, 8);
    for (unsigned i = 0; i < 11; i++) foxpro_money(table, 9 + i, money[i]);
    memcpy(fen, money, 6 * sizeof *fen);
    fen[6] = employee ? care->big : 0; /* one column, two funds: by scheme */
    fen[7] = employee ? 0 : care->big;
    memcpy(fen + 8, money + 7, 4 * sizeof *fen);
    fen[12] = care->pool + care->big + care->civil;
    fen[13] = care->account + care->cash;
}

static const char *type_code(enum care_type type) {
    static const char *const codes[CARE_TYPES] = {"11", "12", "14", "17", "21", "23"};
    return codes[type];
}

enum { KC24_OF_SIZE = 892, KC24_DEAD = 0, KC24_TYPE = 1, KC24_DATE = 4, KC24_DELETED = 5, KC24_PLANTED = 8 };

static void put_care_planted(struct qinghe *county, struct foxpro *table, unsigned fault, uint64_t row) {
    static const int64_t costs[KC24_PLANTED] = {31800, 512000, 439070, 337250, 86000, 80000, 76000, 65000};
    struct build *build = county->build;
    struct care care;
    int64_t fen[KC24_MEASURES];
    char number[13];
    uint64_t last = build->size * QINGHE_CLEAN - 23; /* the last 23 clean persons have no settlement */
    care_make(build, 14, 1000000000u + fault,
              (struct pay_person){.plan = PAY_A, .employee = true, .retired = fault == KC24_DEAD}, 2020,
              &care);
    care.type = CARE_OUTPATIENT; /* no big-sum part: what its column means hangs on the scheme */
    care_split(&care, costs[fault]);
    care.end = care.settled = care.begin;
    qinghe_number(last + 3 + fault, number);
    if (fault == KC24_DEAD) {
        qinghe_number(QINGHE_CAST_FIRST + CAST_P7, number);
        care.begin = care.end = care.settled = 20200918; /* died on 2020-08-15 */
    }
    bool unmapped = fault >= KC24_TYPE && fault < KC24_DATE;
    put_care(table, build->size * KC24_OF_SIZE + fault + 1, number, true, unmapped ? "24" : "11", &care, fen);
    if (fault < KC24_DELETED) ledger_paid(build, 690102, &care, true, fault != KC24_DEAD);
    if (fault == KC24_DEAD) {
        truth_new(county->file, fen);
        truth_doubt(build->truth, county->file, row, "AAE030", "enroll.after_death", costs[fault]);
        care_impact(build->truth, "690102", &care, false);
    } else if (unmapped) {
        truth_row(build->truth, county->file, TRUTH_REJECTED, row, "AKA130", "code.unmapped", fen, 0);
    } else if (fault == KC24_DATE) {
        foxpro_string(table, 8, "00000000");
        truth_row(build->truth, county->file, TRUTH_REJECTED, row, "AAE040", "date.not_a_date", fen, 0);
    } else {
        truth_row(build->truth, county->file, TRUTH_EXPLAINED, row, "", "dbf.deleted", fen, 0);
    }
}

/* T17 is the resident with this number: a stay in a hospital of level 3, 41,200 in scope. */
enum { KC24_T17 = 134, KC24_BAND_FROM = 200, KC24_BANDS = 2 };

static void make_care(const struct build *build, uint64_t index, struct care *care) {
    enum qinghe_class class = qinghe_class(index);
    bool employee = class != QINGHE_RESIDENT;
    struct person person;
    struct pay_person who = {.plan = PAY_A, .employee = employee, .retired = class == QINGHE_RETIRED};
    care_make(build, 14, index, who, employee ? 2020 : 2019, care);
    person_make(build->seed, 690121, index, &person);
    care->who.young = employee && care_young(person.birth, care->settled);
    if (care->who.young) care_split(care, care->cost);
    if (index != KC24_T17) return;
    care->type = CARE_INPATIENT;
    care->institution = 0;
    care->level = 3;
    care_scope(care, 4120000);
}

void qinghe_settlements(struct qinghe *county, struct sink *sink) {
    struct plan plan;
    struct foxpro table;
    bool planted;
    uint64_t index;
    unsigned bands = 0;
    plan_open(&plan, county->build, 104, county->build->size * KC24_OF_SIZE, KC24_PLANTED);
    qinghe_open(county, &table, sink, kc24, sizeof kc24 / sizeof *kc24, plan.total);
    while (plan_next(&plan, &planted, &index)) {
        struct care care;
        int64_t fen[KC24_MEASURES];
        char number[13];
        if (planted) {
            put_care_planted(county, &table, (unsigned)index, plan.position);
            foxpro_put(&table, index >= KC24_DELETED);
            continue;
        }
        bool employee = qinghe_class(index) != QINGHE_RESIDENT;
        make_care(county->build, index, &care);
        /* Of a scope so large that the ratio on the whole of it stays inside what is above the deductible. */
        if (index >= KC24_BAND_FROM && bands < KC24_BANDS && care.type == CARE_INPATIENT && employee &&
            care.scope > 20 * care.deductible) {
            care_band_error(&care);
            bands++;
        }
        qinghe_number(index, number);
        put_care(&table, index + 1, number, employee, type_code(care.type), &care, fen);
        truth_new(county->file, fen);
        ledger_paid(county->build, 690102, &care, employee, false);
        care_impact(county->build->truth, "690102", &care, false);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

static void put_employers(struct qinghe *county, struct sink *sink) {
    static const struct foxpro_field fields[] = {
        {"AAB001", 'C', 12, 0}, {"AAB004", 'C', 60, 0}, {"AAE006", 'C', 60, 0}, {"AAE013", 'C', 40, 0}};
    struct foxpro table;
    qinghe_open(county, &table, sink, fields, 4, EMPLOYERS);
    for (unsigned i = 0; i < EMPLOYERS; i++) {
        char number[13], name[64], text[64];
        qinghe_employer(i, number);
        int length = snprintf(name, sizeof name, "样例单位%03u", i + 1);
        foxpro_blank(&table);
        foxpro_string(&table, 0, number);
        foxpro_text(&table, 1, text, words_encode("GB18030", name, (size_t)length, text, sizeof text));
        length = snprintf(name, sizeof name, "云川市%s样例路%u号", i < 45 ? "青禾区" : "临渚市", i + 1);
        foxpro_text(&table, 2, text, words_encode("GB18030", name, (size_t)length, text, sizeof text));
        if (i == 0) foxpro_text(&table, 3, county->remark.bytes, county->remark.size);
        truth_new(county->file, NULL);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

static void put_institutions(struct qinghe *county, struct sink *sink) {
    static const struct foxpro_field fields[] = {
        {"AKB020", 'C', 12, 0}, {"AKB021", 'C', 60, 0}, {"AKA101", 'C', 2, 0}, {"经济性质", 'C', 1, 0}};
    struct foxpro table;
    qinghe_open(county, &table, sink, fields, 4, INSTITUTIONS);
    for (unsigned i = 0; i < INSTITUTIONS; i++) {
        char text[64];
        foxpro_text(&table, 0, text, care_code(i, text));
        foxpro_text(
            &table, 1, text,
            words_encode("GB18030", care_institutions[i], strlen(care_institutions[i]), text, sizeof text));
        foxpro_number(&table, 2, care_level(i), 1);
        foxpro_string(&table, 3, i == 4 || i == 8 ? "2" : "1");
        truth_new(county->file, NULL);
        foxpro_put(&table, false);
    }
    foxpro_close(&table);
}

/* With `vary` columns turn and text fields widen; with `headers` names say nothing. */
void qinghe_open(struct qinghe *county, struct foxpro *table, struct sink *sink,
                 const struct foxpro_field *fields, unsigned count, uint64_t records) {
    const struct build *build = county->build;
    uint8_t order[FOXPRO_FIELDS], widen[FOXPRO_FIELDS] = {0};
    struct foxpro_field renamed[FOXPRO_FIELDS];
    char names[FOXPRO_FIELDS][12];
    uint64_t dice = build->options->vary ? person_mix(build->seed, 105, count) : 0;
    for (unsigned i = 0; i < count; i++) {
        order[i] = (uint8_t)((i + dice) % count);
        if (build->options->vary) widen[i] = (uint8_t)(person_mix(build->seed, 106, i) % 4);
        renamed[i] = fields[i];
        renamed[i].name = city_alias(build, county->file->kind, fields[i].name);
        if (!build->options->headers) continue;
        snprintf(names[i], sizeof names[i], "F%u", i + 1);
        renamed[i].name = names[i];
    }
    foxpro_open(table, sink, renamed, count, order, widen, (uint32_t)records);
}

const char *const qinghe_delivery = "deliveries/qinghe/青禾县医保数据_20201231.zip";
static const char *const no_measures[] = {NULL};

bool qinghe_members(struct build *build, struct pack *pack, bool reversed) {
    static const struct member {
        const char *name, *kind;
        const char *const *measures;
        void (*put)(struct qinghe *county, struct sink *sink);
    } members[] = {{"人员AC01.DBF", "psn_info_b", no_measures, qinghe_persons},
                   {"参保AC02.DBF", "psn_insu_d", no_measures, qinghe_relations},
                   {"职工缴费AC43.DBF", "staf_psn_clct_detl_d", ac43_measures, qinghe_payments},
                   {"结算KC24.DBF", "setl_d", kc24_measures, qinghe_settlements},
                   {"单位AB01.DBF", "insu_emp_info_b", no_measures, put_employers},
                   {"机构KB01.DBF", "fixmedins_b", no_measures, put_institutions}};
    enum { COUNT = sizeof members / sizeof *members };
    struct qinghe county = {.build = build};
    county.street = words_one(build->arena, "GB18030", "云川市青禾区样例街道");
    county.door = words_one(build->arena, "GB18030", "号");
    county.remark = words_one(build->arena, "GB18030", "合成样例数据");
    for (unsigned i = 0; i < COUNT; i++) {
        const struct member *member = &members[reversed ? COUNT - 1 - i : i];
        county.file = truth_begin(build->truth, "690102", qinghe_delivery, member->name, member->kind,
                                  member->measures);
        if (strcmp(member->kind, "setl_d") == 0) county.file->declared_more = 1;
        if (!pack_begin(pack, member->name)) return false;
        member->put(&county, &pack->sink);
    }
    return true;
}
