/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include "bench/city/shiliu.h"

/* C. 石榴县: payments by village, stays in yuan, visits in 万元. */

static const char *const payment_columns[] = {"参合证号",  "成员序号", "姓名",     "缴费/个人", "缴费/财政",
                                              "缴费/资助", "合计",     "缴费日期", NULL};
/* After the cast: the two who are not registered, one who pays twice, and two rejected rows. */
enum {
    PAID_UNREGISTERED = SHILIU_CAST,
    PAID_TWICE = 20,
    PAID_WORDS = 21,
    PAID_ERROR = 22,
    PAID_PLANTED = 23,
    OFF_VILLAGE = 4
};

static void put_member(struct book *book, unsigned column, const struct member *member) {
    char order[4];
    order[sink_number(order, member->order, 1)] = '\0';
    book_text(book, column, member->card);
    book_number(book, column + 1, order);
}

static void put_payment(struct shiliu *county, const struct member *member, uint32_t date, int64_t fen[4]) {
    struct book *book = &county->book;
    fen[1] = member->low ? 0 : 25000;
    fen[2] = 55000;
    fen[3] = member->low ? 25000 : 0;
    fen[0] = fen[1] + fen[2] + fen[3];
    book_row(book);
    put_member(book, 0, member);
    book_text(book, 2, member->name);
    for (unsigned i = 1; i < 4; i++) book_money(book, 2 + i, fen[i]);
    book_money(book, 6, fen[0]);
    book_date(book, 7, shiliu_serial(date));
}

static uint32_t date_of(uint64_t index) { return person_day(person_days(20200102) + (uint32_t)(index % 58)); }

/* A row whose amount is a word, and one whose sum is an error; dated later, as additions. */
static void put_bad(struct shiliu *county, unsigned fault, const struct member *member, int64_t fen[4]) {
    struct book *book = &county->book;
    bool words = fault == PAID_WORDS;
    fen[0] = words ? 25000 : 0;
    fen[1] = words ? 0 : 25000;
    fen[2] = fen[3] = 0;
    book_row(book);
    put_member(book, 0, member);
    book_text(book, 2, member->name);
    if (words) book_text(book, 3, "二百五");
    else book_money(book, 3, fen[1]);
    book_money(book, 4, 0);
    book_money(book, 5, 0);
    if (words) book_money(book, 6, fen[0]);
    else book_error(book, 6, "#REF!");
    book_date(book, 7, shiliu_serial(words ? 20200615 : 20200716));
    if (words) shiliu_reject(county, "缴费/个人", "amount.not_a_number", fen, 1 << 1);
    else shiliu_reject(county, "合计", "cell.error_value", fen, 1);
}

static void put_planted(struct shiliu *county, unsigned fault, int64_t fen[4]) {
    struct truth *truth = county->build->truth;
    struct member member;
    uint32_t date = date_of(fault);
    if (fault < SHILIU_CAST) {
        shiliu_planted(county, fault, &member);
    } else if (fault < PAID_TWICE) {
        shiliu_unregistered(county, fault - PAID_UNREGISTERED, &member);
    } else {
        shiliu_clean(county, 2 + fault - PAID_TWICE, &member); /* 2 paid on 2020-01-04 */
        date = 20200120;
    }
    if (fault >= PAID_WORDS) {
        put_bad(county, fault, &member, fen);
        return;
    }
    put_payment(county, &member, date, fen);
    truth_new(county->file, fen);
    if (fault >= PAID_UNREGISTERED && fault < PAID_TWICE)
        truth_doubt(truth, county->file, county->book.row, "参合证号", "reference.person_missing", fen[0]);
    if (fault == PAID_TWICE)
        truth_doubt(truth, county->file, county->book.row, "参合证号", "contrib.paid_twice", fen[0]);
}

/* The sum of one village is 250.00 too high: the finding control.subtotal_mismatch. */
static void put_subtotal(struct shiliu *county, unsigned village, int64_t fen[4]) {
    char label[40];
    if (village == OFF_VILLAGE) fen[0] += 25000;
    snprintf(label, sizeof label, "样例%u村小计", village + 1);
    book_row(&county->book);
    book_text(&county->book, 0, label);
    for (unsigned i = 1; i < 4; i++) book_money(&county->book, 2 + i, fen[i]);
    book_money(&county->book, 6, fen[0]);
    shiliu_explain(county, "row.subtotal", fen);
    memset(fen, 0, 4 * sizeof *fen);
}

void shiliu_payments(struct shiliu *county) {
    struct plan plan;
    uint64_t index;
    bool planted;
    int64_t sum[4] = {0};
    plan_open(&plan, county->build, 302, shiliu_size(county->build) * SHILIU_CLEAN, PAID_PLANTED);
    shiliu_headers(county, "石榴县城乡居民医保缴费台账（合成样例数据）", "单位：元　2020年度",
                   payment_columns);
    while (plan_next(&plan, &planted, &index)) {
        int64_t fen[4];
        if (planted) {
            put_planted(county, (unsigned)index, fen);
        } else {
            struct member member;
            shiliu_clean(county, index, &member);
            put_payment(county, &member, date_of(index), fen);
            truth_new(county->file, fen);
        }
        for (unsigned i = 0; i < 4; i++) sum[i] += fen[i];
        uint64_t village = (plan.position - 1) * SHILIU_VILLAGES / plan.total;
        if (plan.position == plan.total || plan.position * SHILIU_VILLAGES / plan.total != village)
            put_subtotal(county, (unsigned)village, sum);
    }
    shiliu_finish(county, payment_columns);
}

const char *const shiliu_stay_columns[] = {"补偿序号", "参合证号", "成员序号", "医院",        "级别",
                                           "入院",     "出院",     "结算日期", "总费用",      "可报费用",
                                           "起付线",   "补偿金额", "大病补偿", "登记/经办人", NULL};
static const char *const visit_columns[] = {"补偿序号", "参合证号",    "成员序号", "医院",   "级别",
                                            "结算日期", "总费用",      "可报费用", "起付线", "补偿金额",
                                            "大病补偿", "登记/经办人", NULL};
enum {
    STAYS_OF_SIZE = 118,
    STAY_T15 = 52, /* of nobody who is poor: 5,200 in scope in a village */
    STAY_T16 = 60, /* of nobody who is poor either: 21,500 in scope in another province */
    STAY_P8 = 0,
    STAY_DATE = 1,
    STAY_PLANTED = 2,
    VISITS_OF_SIZE = 38,
    VISIT_PLANTED = 2
};

static const char *level_name(unsigned institution) {
    static const char *const names[] = {"县级", "乡级", "村级"};
    return institution < 9 ? "三级甲等" : names[institution - 9];
}

static unsigned level_of(unsigned institution) { return institution < 9 ? 3 : 11 - institution; }

static void put_head(struct shiliu *county, const char *prefix, uint64_t id, const struct member *member,
                     const char *institution, const char *level) {
    char text[32];
    snprintf(text, sizeof text, "%s2020%06llu", prefix, (unsigned long long)id);
    book_row(&county->book);
    book_text(&county->book, 0, text);
    put_member(&county->book, 1, member);
    book_text(&county->book, 3, institution);
    book_text(&county->book, 4, level);
}

static void put_stay(struct shiliu *county, uint64_t index, bool planted, int64_t fen[6]) {
    struct build *build = county->build;
    struct book *book = &county->book;
    struct member member;
    struct care care;
    uint64_t size = shiliu_size(build), id = planted ? size * STAYS_OF_SIZE + index + 1 : index + 1;
    bool wrong = planted && index == STAY_DATE;
    shiliu_clean(county, planted ? size * SHILIU_CLEAN - 1 : index, &member);
    care_make(build, 31, id, (struct pay_person){.plan = PAY_C, .poor = member.low}, 2020, &care);
    care.type = CARE_INPATIENT;
    care.institution = (unsigned)(id % 4 == 0 ? 0 : 9 + id % 3);
    care.level = level_of(care.institution);
    if (care.end == care.begin) care.end = care.settled = person_day(person_days(care.begin) + 5);
    care_split(&care, care.cost < 200000 ? care.cost + 200000 : care.cost);
    if (!planted && index == STAY_T15) {
        care.institution = 11;
        care.level = 0;
        care_scope(&care, 520000);
    }
    if (!planted && index == STAY_T16) {
        care.type = CARE_AWAY;
        care.level = 3;
        care_scope(&care, 2150000);
    }
    if (planted && index == STAY_P8) { /* the stay that 临渚市 pays too: 5,230.00, of it 3,138.00 */
        shiliu_planted(county, 7, &member);
        care.who.poor = member.low;
        care_split(&care, 523000);
        care.begin = 20200511, care.end = care.settled = 20200520;
        care.institution = 5;
        care.level = 3;
        care.nth = 2; /* once linked, the person's stay that 临渚市 settled comes first */
        care.pool = 313800, care.big = 0;
    }
    const int64_t money[5] = {care.cost, care.scope, care.deductible, care.pool, care.big};
    bool away = care.type == CARE_AWAY;
    put_head(county, "ZY", id, &member, away ? "样例省外医院" : care_institutions[care.institution],
             away ? "省外三级" : level_name(care.institution));
    book_date(book, 5, shiliu_serial(care.begin));
    book_date(book, 6, shiliu_serial(care.end));
    if (wrong) book_text(book, 7, "2020-02-30");
    else book_date(book, 7, shiliu_serial(care.settled));
    for (unsigned i = 0; i < 5; i++) book_money(book, 8 + i, fen[i] = money[i]);
    fen[5] = money[3] + money[4];
    book_text(book, 13, "样例会计");
    if (wrong) {
        shiliu_reject(county, "结算日期", "date.not_a_date", fen, 0);
    } else {
        truth_new(county->file, fen);
        care_impact(build->truth, "690123", &care, false);
    }
    ledger_paid(build, 690123, &care, false, wrong);
}

void shiliu_stays(struct shiliu *county) {
    struct plan plan;
    uint64_t index;
    bool planted;
    int64_t sum[6] = {0};
    plan_open(&plan, county->build, 303, shiliu_size(county->build) * STAYS_OF_SIZE, STAY_PLANTED);
    shiliu_headers(county, "石榴县城乡居民住院补偿（合成样例数据）", "单位：元", shiliu_stay_columns);
    while (plan_next(&plan, &planted, &index)) {
        int64_t fen[6];
        put_stay(county, index, planted, fen);
        for (unsigned i = 0; i < 6; i++) sum[i] += fen[i];
    }
    book_row(&county->book);
    book_text(&county->book, 0, "合计");
    for (unsigned i = 0; i < 5; i++) book_money(&county->book, 8 + i, sum[i]);
    shiliu_explain(county, "row.subtotal", sum);
    shiliu_finish(county, shiliu_stay_columns);
}

/* Yuan as 万元 with four decimals: "0.0318". */
static void put_wan(struct book *book, unsigned column, int64_t yuan, int decimals) {
    char text[32];
    size_t size = sink_number(text, (uint64_t)yuan / 10000, 1);
    text[size++] = '.';
    size += sink_number(text + size, (uint64_t)yuan % 10000, 4);
    text[size - (size_t)(4 - decimals)] = '\0';
    book_text(book, column, text);
}

static int64_t visit_yuan(const struct build *build, uint64_t id) {
    return 51 + (int64_t)(person_mix(build->seed, 32, id) % 700);
}

/* Only a column that writes its zeros out shows that an amount has lost its own.  Where the seed makes no
   such amount the first one becomes it. */
static bool writes_zeros(const struct build *build) {
    for (uint64_t id = 1; id <= shiliu_size(build) * VISITS_OF_SIZE; id++)
        if (visit_yuan(build, id) % 10 == 0) return true;
    return false;
}

void shiliu_visits(struct shiliu *county) {
    struct plan plan;
    uint64_t index, size = shiliu_size(county->build);
    bool planted;
    plan_open(&plan, county->build, 304, size * VISITS_OF_SIZE, VISIT_PLANTED);
    shiliu_headers(county, "石榴县城乡居民门诊补偿（合成样例数据）", "单位：万元", visit_columns);
    while (plan_next(&plan, &planted, &index)) {
        uint64_t id = planted ? size * VISITS_OF_SIZE + index + 1 : index + 1;
        uint64_t dice = person_mix(county->build->seed, 32, id);
        int64_t yuan = planted ? 300 + 200 * (int64_t)index : visit_yuan(county->build, id);
        if (!planted && index == 0 && !writes_zeros(county->build)) yuan += 10 - yuan % 10;
        int64_t scope = yuan * 9 / 20 * 2; /* half of it is whole yuan: four decimals of 万元 */
        struct member member;
        struct care care = {.type = CARE_OUTPATIENT, .institution = 9 + (unsigned)(dice >> 20) % 3, .nth = 1};
        shiliu_clean(county, size * 200 + (planted ? size * VISITS_OF_SIZE + index : index), &member);
        care.who = (struct pay_person){.plan = PAY_C, .poor = member.low};
        care.level = level_of(care.institution);
        care.settled = person_day(person_days(20200103) + (uint32_t)(dice >> 30) % 350);
        care_scope(&care, scope * 100);
        care.cost = care.cash = yuan * 100;
        care.cash -= care.pool;
        int64_t pool = care.pool / 100;
        const int64_t fen[6] = {yuan * 100, scope * 100, 0, pool * 100, 0, pool * 100};
        ledger_paid(county->build, 690123, &care, false, false);
        put_head(county, "MZ", id, &member, care_institutions[care.institution],
                 level_name(care.institution));
        book_date(&county->book, 5, shiliu_serial(care.settled));
        put_wan(&county->book, 6, yuan, planted ? 2 : 4);
        put_wan(&county->book, 7, scope, 4);
        put_wan(&county->book, 9, pool, 4);
        book_text(&county->book, 11, "样例会计");
        truth_new(county->file, fen);
        care_impact(county->build->truth, "690123", &care, false);
        if (planted)
            truth_doubt(county->build->truth, county->file, county->book.row, "总费用",
                        "amount.precision_lost", fen[0]);
    }
    shiliu_finish(county, visit_columns);
}
