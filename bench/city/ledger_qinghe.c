/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"

/* A. 青禾区: the chart of 1999, full ledger with uploads (上解制); 职工, 大额, 公务员. */

static const struct ledger_account accounts[] = {
    {"102", "收入户存款", "", 1002, 1, false},
    {"103", "财政专户存款", "", 1003, 1, false},
    {"104", "支出户存款", "", 1004, 1, false},
    {"111", "暂付款", "", 0, 1, false},
    {"211", "暂收款", "", 0, -1, false},
    {"301", "基本医疗保险统筹基金", "", 0, -1, false},
    {"302", "医疗保险个人账户基金", "个账", 0, -1, false},
    {"401-01", "统筹基金收入-医疗保险费收入", "", 0, -1, true},
    {"401-02", "统筹基金收入-财政补贴收入", "", 0, -1, true},
    {"401-03", "统筹基金收入-利息收入", "", 0, -1, true},
    {"401-04", "统筹基金收入-上级补助收入", "", 0, -1, true},
    {"401-06", "统筹基金收入-其他收入", "", 0, -1, true},
    {"402-01", "个人账户基金收入-保险费", "个账", 0, -1, true},
    {"402-02", "个人账户基金收入-利息", "个账", 0, -1, true},
    {"402-03", "个人账户基金收入-转移", "个账", 0, -1, true},
    {"405", "待转保险费收入", "待转", 0, -1, false},
    {"501-01", "统筹基金支出-医疗保险待遇支出", "", 0, 1, true},
    {"501-02", "统筹基金支出-上解上级支出", "", 0, 1, true},
    {"501-04", "统筹基金支出-其他支出", "", 0, 1, true},
    {"502-01", "个人账户基金支出-待遇", "个账", 0, 1, true},
    {"502-02", "个人账户基金支出-转移", "个账", 0, 1, true},
};
static const char *const sets[] = {"01", "02", "03"}, *const funds[] = {"职工", "大额", "公务员"};
enum { EMPLOYEE, LARGE, CIVIL };

const char *const ledger_held_back[][2] = {{"421030", "样例大药房"},          {"310000", "样例第一医院"},
                                           {"285000", "样例第二医院"},        {"150530", "样例中医院"},
                                           {"78500", "样例街道卫生服务中心"}, {NULL, NULL}};

static uint32_t day(unsigned month, unsigned of) { return LEDGER_YEAR * 10000 + month * 100 + of; }

/* A month's total in `parts` vouchers, the last takes the rest. */
static void pay(struct ledger *ledger, unsigned set, unsigned month, const char *summary, const char *account,
                int64_t total, unsigned parts) {
    for (unsigned i = 0; i < parts; i++) {
        int64_t share = i + 1 < parts ? total / (int64_t)(parts - i) : total;
        total -= share;
        ledger_pair(ledger, set, day(month, 20 + i), summary, account, "104", share);
    }
}

static void employee_income(struct ledger *ledger, unsigned month) {
    int64_t sum = 0;
    for (unsigned i = 0; i < 5; i++) {
        int64_t fen = ledger_dice(ledger, month * 100 + i, 6000000, 9000000);
        ledger_voucher(ledger, EMPLOYEE, day(month, 3 + 2 * i), "收缴职工医疗保险费");
        ledger_put(ledger, "102", fen);
        ledger_put(ledger, "401-01", -(fen * 7 / 10));
        ledger_put(ledger, "402-01", -(fen - fen * 7 / 10));
        sum += fen;
    }
    if (month % 3 == 1) { /* not told apart yet: shared out at the end of the year */
        int64_t fen = ledger_dice(ledger, month * 100 + 9, 400000, 900000);
        ledger_pair(ledger, EMPLOYEE, day(month, 15), "未分清的保险费", "102", "405", fen);
        sum += fen;
    }
    int64_t moved = ledger_dice(ledger, month * 100 + 8, 20000, 80000);
    ledger_pair(ledger, EMPLOYEE, day(month, 16), "个人账户转入", "102", "402-03", moved);
    ledger_pair(ledger, EMPLOYEE, day(month, 18), "收入户划转财政专户", "103", "102", sum + moved);
    if (month % 3 == 0) {
        ledger_pair(ledger, EMPLOYEE, day(month, 21), "财政补贴", "103", "401-02", 5000000);
        int64_t interest = ledger_dice(ledger, month * 100 + 7, 100000, 200000);
        ledger_voucher(ledger, EMPLOYEE, day(month, 21), "专户存款利息");
        ledger_put(ledger, "103", interest);
        ledger_put(ledger, "401-03", -(interest * 6 / 10));
        ledger_put(ledger, "402-02", -(interest - interest * 6 / 10));
    }
}

/* `held`: what of the account's payments stays unpaid, taken from the last months that have any. */
static void employee_expense(struct ledger *ledger, unsigned month, int64_t account) {
    int64_t pool = ledger_paid_in(ledger->build, 690102, PAID_POOL, month);
    int64_t out = ledger_dice(ledger, month * 100 + 50, 10000, 50000);
    ledger_pair(ledger, EMPLOYEE, day(month, 19), "按用款计划拨入支出户", "104", "103", pool + account + out);
    pay(ledger, EMPLOYEE, month, "支付定点机构统筹费用", "501-01", pool, 6);
    pay(ledger, EMPLOYEE, month, "支付定点机构个人账户费用", "502-01", account, 4);
    ledger_pair(ledger, EMPLOYEE, day(month, 26), "个人账户转出", "502-02", "104", out);
}

static void side_sets(struct ledger *ledger, unsigned month) {
    int64_t big = ledger_paid_in(ledger->build, 690102, PAID_BIG, month);
    int64_t civil = ledger_paid_in(ledger->build, 690102, PAID_CIVIL, month), sum = 0;
    for (unsigned i = 0; i < 2; i++) {
        int64_t fen = ledger_dice(ledger, month * 100 + 60 + i, 1000000, 2000000);
        ledger_pair(ledger, LARGE, day(month, 4 + i), "收缴大额医疗补助", "102", "401-01", fen);
        sum += fen;
    }
    ledger_pair(ledger, LARGE, day(month, 18), "收入户划转财政专户", "103", "102", sum);
    ledger_pair(ledger, LARGE, day(month, 19), "按用款计划拨入支出户", "104", "103", big);
    pay(ledger, LARGE, month, "支付大额医疗补助", "501-01", big, 3);
    ledger_pair(ledger, CIVIL, day(month, 5), "财政拨公务员医疗补助", "103", "401-02",
                ledger_dice(ledger, month * 100 + 70, 1500000, 2500000));
    ledger_pair(ledger, CIVIL, day(month, 19), "按用款计划拨入支出户", "104", "103", civil);
    pay(ledger, CIVIL, month, "支付公务员医疗补助", "501-01", civil, 5);
}

static void transfers(struct ledger *ledger, unsigned month) {
    if (month % 3 != 0) return;
    int64_t up = ledger_dice(ledger, month * 100 + 80, 20000000, 30000000);
    ledger_transfer(
        ledger,
        (struct ledger_transfer){.up = true, .sent = day(month, 24), .received = day(month, 25), .fen = up},
        "501-02", "103");
    ledger_transfer(
        ledger, (struct ledger_transfer){.sent = day(month, 26), .received = day(month, 27), .fen = up / 3},
        "401-04", "103");
    ledger_transfer(
        ledger,
        (struct ledger_transfer){
            .up = true, .fund = 2, .sent = day(month, 24), .received = day(month, 25), .fen = 1200000},
        "501-02", "103");
    ledger_transfer(ledger,
                    (struct ledger_transfer){
                        .fund = 3, .sent = day(month, 26), .received = day(month, 27), .fen = 600000},
                    "401-04", "103");
    /* On the way at the end of the year. */
    if (month == 12)
        ledger_transfer(
            ledger,
            (struct ledger_transfer){.up = true, .sent = day(12, 30), .received = 20210104, .fen = 100000000},
            "501-02", "103");
}

/* 405 goes to the two sub-funds; 3,250.00 is forgotten. */
static void share_out(struct ledger *ledger) {
    int64_t pending = -ledger_moved(ledger, EMPLOYEE, "405") - 325000;
    ledger_voucher(ledger, EMPLOYEE, day(12, 31), "年末待转保险费按比例分配");
    ledger_put(ledger, "405", pending);
    ledger_put(ledger, "401-01", -(pending * 7 / 10));
    ledger_put(ledger, "402-01", -(pending - pending * 7 / 10));
}

/* What the audit found and a voucher backs: in the opening, not in the last closing. */
static void audit(struct ledger *ledger) {
    static const char *const codes[] = {"103", "301"};
    for (int i = 0; i < 2; i++)
        ledger->balances[EMPLOYEE][ledger_find(ledger, codes[i])].last -= i ? -LEDGER_AUDIT : LEDGER_AUDIT;
}

void ledger_qinghe(struct ledger *ledger) {
    static const char *const into[] = {"301", "302"};
    int64_t account[13] = {0}, held = LEDGER_UNPAID;
    ledger->region = 690102;
    ledger->sets = sets, ledger->funds = funds, ledger->set_count = 3;
    ledger->accounts = accounts, ledger->account_count = sizeof accounts / sizeof *accounts;
    for (unsigned month = 12; month > 0; month--) {
        account[month] = ledger_paid_in(ledger->build, 690102, PAID_ACCOUNT, month);
        int64_t part = held < account[month] ? held : account[month];
        if (part > 0) account[month] -= part, held -= part;
    }
    for (unsigned month = 1; month <= 12; month++) {
        employee_income(ledger, month);
        employee_expense(ledger, month, account[month]);
        side_sets(ledger, month);
        transfers(ledger, month);
    }
    share_out(ledger);
    for (unsigned set = 0; set < 3; set++) ledger_close_year(ledger, set, into);
    /* The account's opening is what makes its closing meet the persons'. */
    int64_t persons = ledger_persons_total(ledger->build) + LEDGER_UNPAID - LEDGER_EARLY;
    ledger_open(ledger, EMPLOYEE, "302", -persons - ledger_moved(ledger, EMPLOYEE, "302"));
    for (unsigned set = 0; set < 3; set++)
        ledger_open(
            ledger, set, "301",
            -ledger_dice(ledger, 900 + set, set ? 50000000 : 5000000000, set ? 90000000 : 9000000000));
    ledger_open(ledger, EMPLOYEE, "111", 80000000);
    ledger_open(ledger, EMPLOYEE, "211", -15000000);
    ledger_settle(ledger, "103");
    audit(ledger);
    /* After the cutover: a part of what is left goes to the city as stock. */
    ledger_transfer(ledger,
                    (struct ledger_transfer){
                        .up = true, .stock = true, .sent = 20210115, .received = 20210118, .fen = 200000000},
                    "501-02", "103");
}
