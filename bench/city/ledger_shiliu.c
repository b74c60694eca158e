/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"

/* C. 石榴县: the chart of 2008 (新农合), in which 1002 and 1003 are the other way round, with two accounts
   of its own; 报账制: it pays out of the city's revolving money and claims what it spent.  And the
   city's mirror of all three. */

static const struct ledger_account accounts[] = {
    {"1002", "财政专户存款", "", 1003, 1, false},  {"1003", "收入户存款", "", 1002, 1, false},
    {"1004", "支出户存款", "", 1004, 1, false},    {"2001", "暂收款-市级周转金", "", 0, -1, false},
    {"3001", "统筹基金", "", 0, -1, false},        {"3002", "风险基金", "", 0, -1, false},
    {"4001", "农民个人缴费收入", "", 0, -1, true}, {"4002", "民政等资助收入", "", 0, -1, true},
    {"4004", "政府资助收入", "", 0, -1, true},     {"4005", "利息收入", "", 0, -1, true},
    {"4006", "其他收入", "", 0, -1, true},         {"4007", "市级补助收入(县自设)", "", 0, -1, true},
    {"5001", "统筹基金支出", "", 0, 1, true},      {"5003", "上解市级支出(县自设)", "", 0, 1, true},
};
static const char *const sets[] = {"01"}, *const funds[] = {"居民"};
enum { CLOSING = 481260000 /* of the treasury's special account: 4,812,600.00 */, REVOLVING = 200000000 };

static uint32_t day(unsigned month, unsigned of) { return LEDGER_YEAR * 10000 + month * 100 + of; }

static void one_month(struct ledger *ledger, unsigned month) {
    int64_t collected = 0, spent = ledger_paid_in(ledger->build, 690123, PAID_STAY, month) +
                                   ledger_paid_in(ledger->build, 690123, PAID_VISIT, month);
    for (unsigned i = 0; i < 9; i++) {
        int64_t fen = ledger_dice(ledger, month * 100 + i, 300000, 600000);
        ledger_pair(ledger, 0, day(month, 2 + i), i < 8 ? "收农民个人缴费" : "民政资助参合", "1003",
                    i < 8 ? "4001" : "4002", fen);
        collected += fen;
    }
    ledger_pair(ledger, 0, day(month, 15), "收入户划转财政专户", "1002", "1003", collected);
    int64_t aid = ledger_dice(ledger, month * 100 + 20, 5000000, 8000000);
    ledger_pair(ledger, 0, day(month, 16), "财政资助", "1002", "4004", aid);
    if (month % 3 == 0)
        ledger_pair(ledger, 0, day(month, 21), "利息", "1002", "4005",
                    ledger_dice(ledger, month * 100 + 21, 20000, 40000));
    ledger_transfer(ledger,
                    (struct ledger_transfer){.up = true,
                                             .fund = 1,
                                             .sent = day(month, 17),
                                             .received = day(month, 18),
                                             .fen = collected + aid},
                    "5003", "1002");
    int64_t left = spent;
    for (unsigned i = 0; i < 7; i++) {
        int64_t share = i < 6 ? left / (int64_t)(7 - i) : left;
        left -= share;
        ledger_pair(ledger, 0, day(month, 19 + i), "补偿款", "5001", "1004", share);
    }
    if (spent > 0)
        ledger_transfer(ledger,
                        (struct ledger_transfer){
                            .fund = 1, .sent = day(month, 27), .received = day(month, 28), .fen = spent},
                        "4007", "1004");
}

void ledger_shiliu(struct ledger *ledger) {
    static const char *const into[] = {"3001", "3001"};
    ledger->region = 690123;
    ledger->sets = sets, ledger->funds = funds, ledger->set_count = 1;
    ledger->accounts = accounts, ledger->account_count = sizeof accounts / sizeof *accounts;
    for (unsigned month = 1; month <= 12; month++) one_month(ledger, month);
    ledger_close_year(ledger, 0, into);
    ledger_open(ledger, 0, "1002", CLOSING - ledger_moved(ledger, 0, "1002"));
    ledger_open(ledger, 0, "1004", REVOLVING);
    ledger_open(ledger, 0, "2001", -REVOLVING);
    ledger_open(ledger, 0, "3002", -50000000);
    ledger_settle(ledger, "3001");
}

static const struct ledger_account city_accounts[] = {
    {"1003", "财政专户存款", "", 1003, 1, false}, {"1101", "暂付款-县级周转金", "", 0, 1, false},
    {"3001", "一般基金结余", "", 0, -1, false},   {"300101", "一般基金结余-统筹", "统筹", 0, -1, false},
    {"4402", "下级上解收入", "", 0, -1, true},    {"440201", "下级上解收入-统筹", "统筹", 0, -1, true},
    {"5302", "补助下级支出", "", 0, 1, true},     {"530201", "补助下级支出-统筹", "统筹", 0, 1, true},
};
static const char *const city_sets[] = {"S1", "S2", "S3", "S4"}, *const city_funds[] = {"职工", "居民",
                                                                                        "大额", "公务员"};

static const char *region_text(unsigned region) {
    return region == 690102 ? "690102" : region == 690181 ? "690181" : "690123";
}

/* Every movement with a county once more, from the other side and under the same slip. */
static void mirror(struct ledger *ledger, const struct ledger_transfer *transfer) {
    bool employee = transfer->fund == 0;
    ledger_voucher(ledger, transfer->fund, transfer->up ? transfer->received : transfer->sent,
                   transfer->up ? "收县级上解" : "补助县级");
    ledger->slip = transfer->slip;
    ledger->counterparty = region_text(transfer->booked);
    ledger->stock_flow = transfer->stock ? "存量" : "增量";
    const char *account = transfer->up ? (employee ? "440201" : "4402") : (employee ? "530201" : "5302");
    ledger_put(ledger, transfer->up ? "1003" : account, transfer->fen);
    ledger_put(ledger, transfer->up ? account : "1003", -transfer->fen);
}

void ledger_city(struct ledger *ledger) {
    static const char *const employee[] = {"300101", "300101"}, *const others[] = {"3001", "3001"};
    ledger->region = 690100;
    ledger->sets = city_sets, ledger->funds = city_funds, ledger->set_count = 4;
    ledger->accounts = city_accounts, ledger->account_count = sizeof city_accounts / sizeof *city_accounts;
    for (unsigned i = 0; i < *ledger->transfer_count; i++)
        if (ledger->transfers[i].received < 20210000 || !ledger->transfers[i].up)
            mirror(ledger, &ledger->transfers[i]);
    for (unsigned set = 0; set < 4; set++) ledger_close_year(ledger, set, set ? others : employee);
    ledger_open(ledger, 1, "1101", REVOLVING);
    for (unsigned set = 0; set < 4; set++)
        ledger_open(ledger, set, set ? "3001" : "300101",
                    -ledger_dice(ledger, 900 + set, 30000000000, 40000000000));
    ledger_settle(ledger, "1003");
    for (unsigned i = 0; i < *ledger->transfer_count; i++)
        if (ledger->transfers[i].received >= 20210000 && ledger->transfers[i].up)
            mirror(ledger, &ledger->transfers[i]);
}
