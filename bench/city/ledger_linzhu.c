/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"

/* B. 临渚市: the chart of 2017 with details of its own, 上解制; 职工, 居民.  One row of the table below
   is one code and one sub-fund as the county writes them. */

static const struct ledger_account accounts[] = {
    {"1002", "收入户存款", "", 1002, 1, false},
    {"1003", "财政专户存款", "", 1003, 1, false},
    {"1004", "支出户存款", "", 1004, 1, false},
    {"1005", "国库存款", "", 1005, 1, false},
    {"1101", "暂付款", "", 0, 1, false},
    {"2001", "暂收款", "", 0, -1, false},
    {"3001", "一般基金结余", "", 0, -1, false},
    {"300101", "一般基金结余-统筹", "统筹", 0, -1, false},
    {"300102", "一般基金结余-个账", "个账", 0, -1, false},
    {"4001", "社会保险费收入", "", 0, -1, true},
    {"400101", "社会保险费收入-统筹", "统筹", 0, -1, true},
    {"400102", "社会保险费收入-个账", "个账", 0, -1, true},
    {"4101", "财政补贴收入", "", 0, -1, true},
    {"410101", "财政补贴收入-统筹", "统筹", 0, -1, true},
    {"410102", "财政补贴收入-个账", "个账", 0, -1, true},
    {"4201", "利息收入", "", 0, -1, true},
    {"420101", "利息收入-统筹", "统筹", 0, -1, true},
    {"420102", "利息收入-个账", "个账", 0, -1, true},
    {"4301", "转移收入", "个账", 0, -1, true},
    {"4401", "上级补助收入", "", 0, -1, true},
    {"440101", "上级补助收入-统筹", "统筹", 0, -1, true},
    {"4501", "其他收入", "", 0, -1, true},
    {"500101", "待遇支出-住院", "", 0, 1, true},
    {"500102", "待遇支出-门诊", "", 0, 1, true},
    {"50010101", "待遇支出-统筹", "统筹", 0, 1, true},
    {"50010201", "待遇支出-个账", "个账", 0, 1, true},
    {"5101", "大病保险支出", "", 0, 1, true},
    {"520101", "转移支出-个账", "个账", 0, 1, true},
    {"520102", "转移支出-统筹", "统筹", 0, 1, true},
    {"5301", "上解上级支出", "", 0, 1, true},
    {"530101", "上解上级支出-统筹", "统筹", 0, 1, true},
};
static const char *const sets[] = {"01", "02"}, *const funds[] = {"职工", "居民"};
enum { EMPLOYEE, RESIDENT };

static uint32_t day(unsigned month, unsigned of) { return LEDGER_YEAR * 10000 + month * 100 + of; }

static void employees(struct ledger *ledger, unsigned month) {
    int64_t sum = 0, pool = ledger_paid_in(ledger->build, 690181, PAID_POOL, month);
    int64_t account = ledger_paid_in(ledger->build, 690181, PAID_ACCOUNT, month);
    for (unsigned i = 0; i < 14; i++) {
        int64_t fen = ledger_dice(ledger, month * 100 + i, 1500000, 2500000);
        ledger_voucher(ledger, EMPLOYEE, day(month, 2 + i), "税务征收职工医疗保险费入库");
        ledger_put(ledger, "1005", fen);
        ledger_put(ledger, "400101", -(fen * 7 / 10));
        ledger_put(ledger, "400102", -(fen - fen * 7 / 10));
        sum += fen;
    }
    ledger_pair(ledger, EMPLOYEE, day(month, 20), "国库划转财政专户", "1003", "1005", sum);
    ledger_pair(ledger, EMPLOYEE, day(month, 21), "个人账户转入", "1003", "4301",
                ledger_dice(ledger, month * 100 + 30, 20000, 60000));
    int64_t out = ledger_dice(ledger, month * 100 + 31, 20000, 60000);
    ledger_pair(ledger, EMPLOYEE, day(month, 22), "按用款计划拨入支出户", "1004", "1003",
                out + pool + account);
    ledger_pair(ledger, EMPLOYEE, day(month, 23), "个人账户转出", month == 8 ? "520102" : "520101", "1004",
                out); /* E6: 8 月记错 */
    ledger_pair(ledger, EMPLOYEE, day(month, 24), "支付定点机构统筹费用", "50010101", "1004", pool);
    ledger_pair(ledger, EMPLOYEE, day(month, 24), "支付定点机构个人账户费用", "50010201", "1004", account);
    if (month % 3 != 0) return;
    ledger_pair(ledger, EMPLOYEE, day(month, 25), "财政补贴", "1003", month == 6 ? "410102" : "410101",
                3000000); /* E6: 6 月记错 */
    int64_t interest = ledger_dice(ledger, month * 100 + 32, 50000, 90000);
    ledger_voucher(ledger, EMPLOYEE, day(month, 21), "专户存款利息");
    ledger_put(ledger, "1003", interest);
    ledger_put(ledger, "420101", -(interest / 2));
    ledger_put(ledger, "420102", -(interest - interest / 2));
}

/* A month's total in parts; the last takes the rest. */
static void pay(struct ledger *ledger, unsigned month, const char *account, int64_t total, unsigned parts) {
    for (unsigned i = 0; i < parts; i++) {
        int64_t share = i + 1 < parts ? total / (int64_t)(parts - i) : total;
        total -= share;
        ledger_pair(ledger, RESIDENT, day(month, 20 + i), "支付定点机构居民费用", account, "1004", share);
    }
}

static void residents(struct ledger *ledger, unsigned month) {
    int64_t sum = 0, stay = ledger_paid_in(ledger->build, 690181, PAID_STAY, month);
    int64_t visit = ledger_paid_in(ledger->build, 690181, PAID_VISIT, month);
    for (unsigned i = 0; i < 6; i++) {
        int64_t fen = ledger_dice(ledger, month * 100 + 40 + i, 2000000, 4000000);
        ledger_pair(ledger, RESIDENT, day(month, 2 + i), "税务征收居民医疗保险费入库", "1005", "4001", fen);
        sum += fen;
    }
    ledger_pair(ledger, RESIDENT, day(month, 18), "国库划转财政专户", "1003", "1005", sum);
    ledger_pair(ledger, RESIDENT, day(month, 19), "财政补助", "1003", "4101",
                ledger_dice(ledger, month * 100 + 50, 20000000, 30000000));
    ledger_pair(ledger, RESIDENT, day(month, 19), "按用款计划拨入支出户", "1004", "1003", stay + visit);
    pay(ledger, month, "500101", stay, 6);
    pay(ledger, month, "500102", visit, 3);
    if (month == 3) ledger_pair(ledger, RESIDENT, day(3, 28), "划转大病保险费", "5101", "1003", 45000000);
    if (month % 3 == 0)
        ledger_pair(ledger, RESIDENT, day(month, 21), "专户存款利息", "1003", "4201",
                    ledger_dice(ledger, month * 100 + 51, 60000, 90000));
}

static void transfers(struct ledger *ledger, unsigned month) {
    if (month % 3 != 0) return;
    int64_t up = ledger_dice(ledger, month * 100 + 80, 10000000, 20000000);
    ledger_transfer(
        ledger,
        (struct ledger_transfer){.up = true, .sent = day(month, 26), .received = day(month, 27), .fen = up},
        "530101", "1003");
    ledger_transfer(
        ledger, (struct ledger_transfer){.sent = day(month, 27), .received = day(month, 28), .fen = up / 4},
        "440101", "1003");
    ledger_transfer(
        ledger,
        (struct ledger_transfer){
            .up = true, .fund = 1, .sent = day(month, 26), .received = day(month, 27), .fen = up * 2},
        "5301", "1003");
    /* F8: the city books September's to 石榴县. */
    ledger_transfer(ledger,
                    (struct ledger_transfer){.fund = 1,
                                             .booked = month == 9 ? 690123 : 0,
                                             .sent = day(month, 27),
                                             .received = day(month, 28),
                                             .fen = up / 2},
                    "4401", "1003");
}

void ledger_linzhu(struct ledger *ledger) {
    static const char *const employee[] = {"300101", "300102"}, *const resident[] = {"3001", "3001"};
    ledger->region = 690181;
    ledger->sets = sets, ledger->funds = funds, ledger->set_count = 2;
    ledger->accounts = accounts, ledger->account_count = sizeof accounts / sizeof *accounts;
    for (unsigned month = 1; month <= 12; month++) {
        employees(ledger, month);
        residents(ledger, month);
        transfers(ledger, month);
    }
    ledger_close_year(ledger, EMPLOYEE, employee);
    ledger_close_year(ledger, RESIDENT, resident);
    ledger_open(ledger, EMPLOYEE, "300101", -ledger_dice(ledger, 900, 2000000000, 3000000000));
    ledger_open(ledger, EMPLOYEE, "300102", -ledger_dice(ledger, 901, 1000000000, 2000000000));
    ledger_open(ledger, RESIDENT, "3001", -ledger_dice(ledger, 902, 4000000000, 6000000000));
    ledger_open(ledger, RESIDENT, "2001", -12000000);
    ledger_settle(ledger, "1003");
    /* F1: this year's opening is not last year's closing, and no voucher says why. */
    ledger->balances[RESIDENT][ledger_find(ledger, "1003")].last -= LEDGER_UNAUDITED;
    ledger->balances[RESIDENT][ledger_find(ledger, "3001")].last += LEDGER_UNAUDITED;
}
