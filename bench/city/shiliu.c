/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/shiliu.h"
#include "bench/city/alias.h"
#include <assert.h>
#include <stdlib.h>

/* C. 石榴县: one workbook kept by hand. This file: its frame, and the register. */

static const char *const shared_words[] = {
    "序号",     "乡镇",     "村",         "户号",     "参合证号", "成员序号", "姓名",     "身份证号",
    "性别",     "出生日期", "与户主关系", "参保身份", "参保年度", "参保日期", "联系",     "电话",
    "登记",     "经办人",   "样例会计",   "缴费",     "个人",     "财政",     "资助",     "合计",
    "缴费日期", "补偿序号", "医院",       "级别",     "入院",     "出院",     "结算日期", "总费用",
    "可报费用", "起付线",   "补偿金额",   "大病补偿", "样例镇",   "男",       "女",       "户主",
    "配偶",     "子",       "一般",       "低保",     "五保",     "学生",     "三级甲等", "县级",
    "乡级",     "村级",     NULL};

uint64_t shiliu_size(const struct build *build) {
    return build->size < SHILIU_SIZE_MAX ? build->size : SHILIU_SIZE_MAX;
}

uint32_t shiliu_serial(uint32_t yyyymmdd) { return person_days(yyyymmdd) + 61; /* 1900-03-01 is 61 */ }

static void name_member(const struct shiliu *county, struct member *member) {
    if (member->cast.name) snprintf(member->name, sizeof member->name, "%s", member->cast.name);
    else member->name[person_name(&member->cast.person, &county->words, member->name)] = '\0';
}

void shiliu_clean(const struct shiliu *county, uint64_t index, struct member *member) {
    person_make(county->build->seed, 690123, index, &member->cast.person);
    member->cast.name = NULL;
    member->household = (unsigned)(index / 3 + 1);
    member->order = (unsigned)(index % 3 + 1);
    member->low = index % 17 == 0 || index % 41 == 0;
    memcpy(member->card, "123", 3);
    member->card[3 + sink_number(member->card + 3, member->household, 8)] = '\0';
    name_member(county, member);
}

void shiliu_planted(const struct shiliu *county, unsigned index, struct member *member) {
    unsigned house = index == 4 ? 3 : index; /* the twins share a household */
    cast_make(county->build, cast_shiliu(index), &member->cast);
    member->household = member->cast.person.door;
    member->order = index == 4 ? 2 : 1;
    member->low = false;
    memcpy(member->card, "1239", 4);
    member->card[4 + sink_number(member->card + 4, house + 1, 7)] = '\0';
    name_member(county, member);
}

void shiliu_unregistered(const struct shiliu *county, unsigned which, struct member *member) {
    shiliu_clean(county, shiliu_size(county->build) * SHILIU_CLEAN + which, member);
    member->order = 1;
    member->low = false;
    memcpy(member->card, "1239", 4);
    member->card[4 + sink_number(member->card + 4, 50 + which, 7)] = '\0';
}

void shiliu_explain(struct shiliu *county, const char *code, const int64_t *fen) {
    struct truth *truth = county->build->truth;
    truth_row(truth, county->file, TRUTH_EXPLAINED, county->book.row, "", code, fen, 0);
    if (county->other) truth_row(truth, county->other, TRUTH_EXPLAINED, county->book.row, "", code, fen, 0);
}

void shiliu_reject(struct shiliu *county, const char *column, const char *code, const int64_t *fen,
                   unsigned unreadable) {
    struct truth *truth = county->build->truth;
    truth_row(truth, county->file, TRUTH_REJECTED, county->book.row, column, code, fen, unreadable);
    if (county->other)
        truth_row(truth, county->other, TRUTH_REJECTED, county->book.row, column, code, fen, unreadable);
}

void shiliu_headers(struct shiliu *county, const char *title, const char *unit, const char *const *columns) {
    struct book *book = &county->book;
    book_row(book);
    book_text(book, 0, title);
    shiliu_explain(county, "row.title", NULL);
    book_row(book);
    book_text(book, 0, unit);
    shiliu_explain(county, "row.title", NULL);
    for (unsigned line = 0; line < 2; line++) {
        book_row(book);
        const char *before = "";
        size_t before_size = 0;
        for (unsigned i = 0; columns[i]; i++) {
            const char *name = city_alias(county->build, county->file->kind, columns[i]),
                       *slash = strchr(name, '/');
            size_t size = slash ? (size_t)(slash - name) : strlen(name);
            char text[32];
            bool repeated = slash && size == before_size && memcmp(before, name, size) == 0;
            before = name, before_size = slash ? size : 0;
            if (line == 0) snprintf(text, sizeof text, "%.*s", (int)size, name);
            else snprintf(text, sizeof text, "%s", slash ? slash + 1 : "");
            if (county->build->options->headers) snprintf(text, sizeof text, "F%u", i + 1);
            if (line == 0 ? !repeated : slash != NULL) book_text(book, i, text);
        }
        shiliu_explain(county, "row.header", NULL);
    }
}

/* Merges the titles, each single name over both header rows, and each group over its columns. */
void shiliu_finish(struct shiliu *county, const char *const *columns) {
    char text[32][16];
    const char *merges[33] = {NULL};
    unsigned count = 0, width = 0, places = 0;
    int lost = county->book.lost;
    while (columns[width]) width++;
    snprintf(text[count++], sizeof *text, "A1:%c1", 'A' + (int)width - (lost >= 0 ? 2 : 1));
    for (unsigned i = 0; i < width; i++) {
        const char *slash = strchr(columns[i], '/');
        char column = (char)('A' + places);
        if ((int)i == lost) continue;
        places++;
        if (!slash) {
            snprintf(text[count++], sizeof *text, "%c3:%c4", column, column);
            continue;
        }
        unsigned more = 0, group = i;
        size_t size = (size_t)(slash - columns[i]) + 1;
        while (i + 1 < width && strncmp(columns[group], columns[i + 1], size) == 0) i++, more++, places++;
        snprintf(text[count++], sizeof *text, "%c3:%c3", column, (char)(column + (char)more));
    }
    for (unsigned i = 0; i < count; i++) merges[i] = text[i];
    book_end(&county->book, SHILIU_ROWS_MAX, merges);
}

/* Both header rows of each sheet hold something, or the second would be a blank row. */
static const char *const register_columns[] = {
    "序号", "乡镇",     "村",         "户号",     "参合证号", "成员序号", "姓名",      "身份证号",
    "性别", "出生日期", "与户主关系", "参保身份", "参保年度", "参保日期", "联系/电话", NULL};
enum { REGISTER_DUPLICATE = SHILIU_CAST, REGISTER_CONFLICT = 20, REGISTER_ERROR = 22, REGISTER_PLANTED = 23 };

static void register_plan(struct plan *plan, const struct build *build) {
    plan_open(plan, build, 301, shiliu_size(build) * SHILIU_CLEAN, REGISTER_PLANTED);
}

static unsigned village_at(const struct plan *plan, uint64_t position) {
    return (unsigned)(position * SHILIU_VILLAGES / plan->total);
}

unsigned shiliu_village(const struct build *build, unsigned index) {
    struct plan plan;
    register_plan(&plan, build);
    return village_at(&plan, plan.at[index]);
}

struct registered {
    struct member member;
    unsigned village;
    uint64_t number;
};

static void put_number(struct book *book, unsigned column, uint64_t value) {
    char text[24];
    text[sink_number(text, value, 1)] = '\0';
    book_number(book, column, text);
}

/* `error`: the member's number is #N/A. `lost`: the ID number went through a numeric cell. */
static void put_registered(struct shiliu *county, const struct registered *row, const char *standing,
                           const char *certno, bool error, bool lost) {
    static const char *const relations[] = {"户主", "配偶", "子"};
    struct book *book = &county->book;
    const struct person *person = &row->member.cast.person;
    char text[32];
    assert(row->member.order >= 1 && row->member.order <= 3);
    book_row(book);
    put_number(book, 0, row->number);
    book_text(book, 1, "样例镇");
    snprintf(text, sizeof text, "样例%u村", row->village + 1);
    book_text(book, 2, text);
    put_number(book, 3, row->member.household);
    book_text(book, 4, row->member.card);
    if (error) book_error(book, 5, "#N/A");
    else put_number(book, 5, row->member.order);
    book_text(book, 6, row->member.name);
    if (lost) { /* 15 significant digits are left of 18 */
        snprintf(text, sizeof text, "%c.%.14sE+17", certno[0], certno + 1);
        book_number(book, 7, text);
    } else {
        book_text(book, 7, certno);
    }
    book_text(book, 8, person->male ? "男" : "女");
    book_date(book, 9, shiliu_serial(person->birth));
    book_text(book, 10, relations[row->member.order - 1]);
    book_text(book, 11, standing);
    put_number(book, 12, 2020);
    book_date(book, 13, shiliu_serial(20200101));
    snprintf(text, sizeof text, "%llu", (unsigned long long)person->phone);
    book_text(book, 14, text);
}

static const char *standing_of(const struct member *member) {
    if (member->low) return member->household % 2 ? "低保" : "五保";
    return member->cast.person.birth >= 20000000 ? "学生" : "一般";
}

static void put_register_cast(struct shiliu *county, struct registered *row, unsigned index) {
    struct truth *truth = county->build->truth;
    unsigned number = cast_shiliu(index);
    char certno[20];
    shiliu_planted(county, index, &row->member);
    struct person *person = &row->member.cast.person;
    memcpy(certno, person->certno, sizeof person->certno);
    bool lost = number == CAST_P9 || (number >= CAST_LOST && number < CAST_CHECK_C);
    if (number == CAST_CHECK_C) certno[17] = certno[17] == '5' ? '6' : '5';
    if (number >= CAST_FIFTEEN_C) person_fifteen(person->certno, certno);
    put_registered(county, row, "一般", certno, false, lost);
    const char *code = lost                       ? "certno.precision_lost"
                       : number == CAST_CHECK_C   ? "certno.check_digit"
                       : number >= CAST_FIFTEEN_C ? "certno.upgraded_15"
                                                  : NULL;
    if (code) truth_doubt(truth, county->file, county->book.row, "身份证号", code, 0);
    if (number == CAST_P8)
        truth_doubt(truth, county->other, county->book.row, "参保日期", "enroll.overlap", 0);
}

static void put_register_fault(struct shiliu *county, struct registered *row, unsigned fault,
                               const struct registered *before) {
    struct truth *truth = county->build->truth;
    if (fault < REGISTER_CONFLICT) { /* the row before once more */
        put_registered(county, before, standing_of(&before->member), before->member.cast.person.certno, false,
                       false);
        truth_row(truth, county->file, TRUTH_DUPLICATE, county->book.row, "参合证号", "key.duplicate", NULL,
                  0);
        truth_row(truth, county->other, TRUTH_DUPLICATE, county->book.row, "参合证号", "key.duplicate", NULL,
                  0);
        return;
    }
    shiliu_unregistered(county, fault == REGISTER_ERROR, &row->member);
    bool second = fault == REGISTER_CONFLICT + 1;
    if (second) { /* the same key with another person's data */
        shiliu_clean(county, shiliu_size(county->build) * SHILIU_CLEAN + 5, &row->member);
        struct member first;
        shiliu_unregistered(county, 0, &first);
        memcpy(row->member.card, first.card, sizeof first.card);
        row->member.order = first.order;
    }
    put_registered(county, row, second ? "低保" : "一般", row->member.cast.person.certno,
                   fault == REGISTER_ERROR, false);
    if (fault == REGISTER_ERROR) shiliu_reject(county, "成员序号", "cell.error_value", NULL, 0);
    else shiliu_reject(county, "参合证号", "key.conflict", NULL, 0);
}

static void put_count(struct shiliu *county, const char *label, uint64_t rows) {
    char text[32];
    book_row(&county->book);
    book_text(&county->book, 0, label);
    snprintf(text, sizeof text, "%llu人", (unsigned long long)rows);
    book_text(&county->book, 6, text);
    shiliu_explain(county, "row.subtotal", NULL);
}

void shiliu_register(struct shiliu *county) {
    struct plan plan;
    struct registered before = {0}, row = {0};
    uint64_t index, first = 0;
    bool planted;
    char label[40];
    register_plan(&plan, county->build);
    shiliu_headers(county, "石榴县城乡居民医保参保登记（合成样例数据）", "2020年度", register_columns);
    while (plan_next(&plan, &planted, &index)) {
        row.village = village_at(&plan, plan.position - 1);
        row.number = plan.position;
        if (!planted) {
            shiliu_clean(county, index, &row.member);
            put_registered(county, &row, standing_of(&row.member), row.member.cast.person.certno, false,
                           false);
            before = row;
        } else if (index < SHILIU_CAST) {
            put_register_cast(county, &row, (unsigned)index);
        } else {
            put_register_fault(county, &row, (unsigned)index, &before);
        }
        if (!planted || index < SHILIU_CAST) truth_new(county->file, NULL), truth_new(county->other, NULL);
        if (plan.position < plan.total && village_at(&plan, plan.position) == row.village) continue;
        snprintf(label, sizeof label, "样例%u村小计", row.village + 1);
        put_count(county, label, plan.position - first);
        first = plan.position;
    }
    put_count(county, "合计", plan.total);
    book_row(&county->book);
    book_text(&county->book, 0, "备注：本表为合成样例数据，由村会计手工登记");
    shiliu_explain(county, "row.footer", NULL);
    shiliu_finish(county, register_columns);
}

static void put_old(struct shiliu *county) {
    book_row(&county->book);
    book_text(&county->book, 0, "2018年旧账（合成样例数据），已不用");
    book_row(&county->book);
    book_number(&county->book, 0, "1");
    book_end(&county->book, 0, NULL);
}

bool shiliu_make(struct build *build, const char *path, bool lost_column) {
    static const char *const none[] = {NULL};
    static const char *const paid[] = {"clct_sumamt", "psn_clct_amt", "finsubs_amt", "oth_clct_amt", NULL};
    static const char *const care[] = {
        "medfee_sumamt", "inscp_amt", "act_pay_dedc", "hifp_pay", "hifmi_pay", "fund_pay_sumamt", NULL};
    static const struct {
        const char *name, *kind, *other;
        const char *const *measures;
        void (*put)(struct shiliu *county);
    } parts[] = {{"参保登记", "psn_info_b", "psn_insu_d", none, shiliu_register},
                 {"缴费台账", "rsdt_psn_clct_detl_d", NULL, paid, shiliu_payments},
                 {"住院补偿", "setl_d", NULL, care, shiliu_stays},
                 {"门诊补偿", "setl_d", NULL, care, shiliu_visits}};
    static const struct book_sheet sheets[] = {
        {"参保登记", false}, {"缴费台账", false}, {"住院补偿", false}, {"门诊补偿", false}, {"旧", true}};
    static const char delivery[] = "deliveries/shiliu/石榴县城乡居民医保台账(最终版).xlsx";
    struct shiliu county = {.build = build, .words = person_encode(build->arena, "UTF-8")};
    bool held = book_open(&county.book, build_path(build, path), sheets, 5, shared_words, build->error);
    for (unsigned i = 0; held && i < 4; i++) {
        county.file =
            truth_begin(build->truth, "690123", delivery, parts[i].name, parts[i].kind, parts[i].measures);
        county.other = NULL;
        if (parts[i].other) {
            county.other = truth_begin(build->truth, "690123", delivery, parts[i].name, parts[i].other,
                                       parts[i].measures);
            county.other->again = true;
        }
        held = book_begin(&county.book, i);
        county.book.lost = -1;
        for (int column = 0; lost_column && i == 2 && shiliu_stay_columns[column]; column++)
            if (strcmp(shiliu_stay_columns[column], "总费用") == 0) county.book.lost = column;
        if (held) parts[i].put(&county);
    }
    county.book.lost = -1;
    held = held && book_begin(&county.book, 4);
    if (held) put_old(&county);
    return book_close(&county.book) && held;
}
