/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include "bench/city/ledger_out.h"
#include "bench/city/qinghe.h"
#include <stdlib.h>

/* The files of a ledger: account sets, vouchers, balances, statements; persons' accounts of 青禾区. */

static const char *const no_measures[] = {NULL};
static const char *const entry_measures[] = {"debit", "credit", NULL};
static const char *const bank_measures[] = {"out", "in", "balc", NULL};

static bool put_sets(struct ledger_out *out, const struct ledger *ledger, const char *member,
                     const char *mode, const char *chart) {
    static const char *const columns[] = {"账套",     "账套名称", "基金", "统筹方式",
                                          "科目制度", "启用日期", "备注", NULL};
    if (!ledger_out_begin(out, member, "acct_set_d", no_measures, columns)) return false;
    for (unsigned set = 0; set < ledger->set_count; set++) {
        ledger_out_text(out, ledger->sets[set]);
        ledger_out_text(out, ledger->funds[set]);
        ledger_out_text(out, ledger->sets[set]);
        ledger_out_text(out, mode);
        ledger_out_text(out, chart);
        ledger_out_date(out, 20200101);
        ledger_out_text(out, set ? "" : "合成样例数据");
        ledger_out_row(out, NULL);
    }
    ledger_out_end(out);
    return true;
}

static void put_entry(struct ledger_out *out, const struct ledger *ledger, const struct ledger_entry *entry) {
    const struct ledger_account *account = &ledger->accounts[entry->account];
    const int64_t fen[] = {entry->debit, entry->credit};
    ledger_out_text(out, ledger->sets[entry->set]);
    ledger_out_number(out, "", entry->year, 4);
    ledger_out_number(out, "", entry->month, 2);
    ledger_out_number(out, "记-", entry->voucher, 4);
    ledger_out_number(out, "", entry->line, 1);
    ledger_out_date(out, entry->date);
    ledger_out_text(out, entry->summary);
    ledger_out_text(out, account->code);
    ledger_out_text(out, account->name);
    ledger_out_text(out, account->sub);
    ledger_out_fen(out, entry->debit);
    ledger_out_fen(out, entry->credit);
    ledger_out_text(out, entry->counterparty);
    ledger_out_text(out, entry->stock_flow);
    if (entry->slip) ledger_out_number(out, "HD", entry->slip, 6);
    else ledger_out_text(out, "");
    ledger_out_row(out, fen);
}

static const char *const entry_columns[] = {"账套", "年度",     "期间",     "凭证号", "行号",     "日期",
                                            "摘要", "科目编码", "科目名称", "子基金", "借方金额", "贷方金额",
                                            "对方", "存量增量", "回单号",   NULL};

static bool put_vouchers(struct ledger_out *out, const struct ledger *ledger, const char *member) {
    if (!ledger_out_begin(out, member, "voucher_entry_d", entry_measures, entry_columns)) return false;
    for (size_t i = 0; i < ledger->count; i++) put_entry(out, ledger, &ledger->entries[i]);
    ledger_out_end(out);
    return true;
}

static void put_balance(struct ledger_out *out, const struct ledger *ledger, unsigned set, unsigned number,
                        uint32_t date, const char *type, int64_t fen) {
    const struct ledger_account *account = &ledger->accounts[number];
    int64_t debit = account->normal > 0 ? fen : 0, credit = account->normal > 0 ? 0 : -fen;
    const int64_t measures[] = {debit, credit};
    if (fen == 0) return;
    ledger_out_text(out, ledger->sets[set]);
    ledger_out_date(out, date);
    ledger_out_text(out, type);
    ledger_out_text(out, account->code);
    ledger_out_text(out, account->name);
    ledger_out_text(out, account->sub);
    ledger_out_fen(out, debit);
    ledger_out_fen(out, credit);
    ledger_out_row(out, measures);
}

static bool put_balances(struct ledger_out *out, const struct ledger *ledger, const char *member) {
    static const char *const columns[] = {"账套",   "日期",     "类型",     "科目编码", "科目名称",
                                          "子基金", "借方余额", "贷方余额", NULL};
    if (!ledger_out_begin(out, member, "acct_bal_d", entry_measures, columns)) return false;
    for (unsigned set = 0; set < ledger->set_count; set++)
        for (unsigned i = 0; i < ledger->account_count; i++) {
            const struct ledger_balance *balance = &ledger->balances[set][i];
            put_balance(out, ledger, set, i, 20191231, "期末", balance->last);
            put_balance(out, ledger, set, i, 20200101, "期初", balance->opening);
            put_balance(out, ledger, set, i, 20201231, "期末", balance->closing);
        }
    ledger_out_end(out);
    return true;
}

struct statement {
    int64_t balance[LEDGER_SETS][LEDGER_ACCOUNTS];
    uint64_t number;
};

static void put_line(struct ledger_out *out, const struct ledger *ledger, const struct ledger_entry *entry,
                     struct statement *statement) {
    int64_t *balance = &statement->balance[entry->set][entry->account];
    *balance += entry->debit - entry->credit;
    const int64_t fen[] = {entry->credit, entry->debit, *balance};
    ledger_out_number(out, "LS", ++statement->number, 6);
    ledger_out_number(out, "6900", (uint64_t)ledger->region * 100 + entry->set * 10 + entry->account % 10,
                      10);
    ledger_out_text(out, ledger->sets[entry->set]);
    ledger_out_text(out, ledger->accounts[entry->account].name);
    ledger_out_date(out, entry->date);
    ledger_out_number(out, "HD", entry->slip, 6);
    ledger_out_fen(out, entry->credit);
    ledger_out_fen(out, entry->debit);
    ledger_out_balance(out, *balance);
    ledger_out_text(out, entry->counterparty);
    ledger_out_text(out, entry->summary);
    ledger_out_row(out, fen);
}

/* Twelve statements, a month each, of every bank account that the ledger moves. */
static bool put_statements(struct ledger_out *out, const struct ledger *ledger, const char *format) {
    static const char *const columns[] = {"流水号", "账号", "账套", "用途", "日期", "回单号",
                                          "支出",   "收入", "余额", "对方", "摘要", NULL};
    struct statement *statement = calloc(1, sizeof *statement);
    if (!statement) abort();
    for (unsigned set = 0; set < ledger->set_count; set++)
        for (unsigned i = 0; i < ledger->account_count; i++)
            statement->balance[set][i] = ledger->balances[set][i].opening;
    bool held = true;
    for (unsigned month = 1; held && month <= 12; month++) {
        char *member = ARENA_NEW(out->build->arena, char, 64);
        snprintf(member, 64, "对账单%s%02u%s", strchr(format, '_') ? "_2020" : "", month,
                 strrchr(format, '.') ? strrchr(format, '.') : "");
        held = ledger_out_begin(out, member, "bank_stmt_d", bank_measures, columns);
        for (size_t i = 0; held && i < ledger->count; i++) {
            const struct ledger_entry *entry = &ledger->entries[i];
            if (entry->year == LEDGER_YEAR && entry->month == month && ledger->accounts[entry->account].bank)
                put_line(out, ledger, entry, statement);
        }
        if (held) ledger_out_end(out);
    }
    free(statement);
    return held;
}

static bool with_pack(struct ledger *ledger, const char *delivery, enum ledger_dialect dialect,
                      bool (*put)(struct ledger_out *out, const struct ledger *ledger)) {
    struct build *build = ledger->build;
    struct pack *pack = calloc(1, sizeof *pack);
    struct ledger_out *out = ARENA_NEW(build->arena, struct ledger_out, 1);
    if (!pack) abort();
    char *county = ARENA_NEW(build->arena, char, 8);
    snprintf(county, 8, "%u", ledger->region);
    *out = (struct ledger_out){
        .build = build, .dialect = dialect, .delivery = delivery, .county = county, .pack = pack};
    pack->level = 1;
    bool held = pack_open(pack, build_path(build, delivery), build->error) && put(out, ledger);
    held = pack_close(pack) && held;
    free(pack);
    return held;
}

/* One person's year; the parts obey the roll-forward. */
static int64_t person_year(const struct build *build, uint64_t index, int64_t fen[8]) {
    uint64_t dice = person_mix(build->seed, 450, index);
    fen[0] = 20000 + (int64_t)(dice % 300000);
    fen[1] = 30000 + (int64_t)((dice >> 20) % 90000);
    fen[2] = fen[0] * 15 / 1000;
    fen[3] = dice % 50 == 0 ? 12000 : 0;
    fen[4] = (int64_t)((dice >> 40) % (uint64_t)(fen[0] + fen[1]));
    fen[5] = dice % 9 == 0 ? fen[4] / 10 : 0;
    fen[6] = dice % 97 == 0 ? 5000 : 0;
    fen[4] -= fen[5];
    fen[7] = fen[0] + fen[1] + fen[2] + fen[3] - fen[4] - fen[5] - fen[6];
    return fen[7];
}

int64_t ledger_persons_total(const struct build *build) {
    int64_t total = 0, fen[8];
    for (uint64_t i = 0; i < build->size * QINGHE_CLEAN; i++)
        if (qinghe_class(i) != QINGHE_RESIDENT) total += person_year(build, i, fen);
    return total;
}

static bool put_persons(struct ledger_out *out) {
    static const char *const columns[] = {"人员编号", "年度", "余额日期", "期初余额", "划入",     "利息",
                                          "转入",     "支出", "共济支出", "转出",     "期末余额", NULL};
    static const char *const measures[] = {"balc",        "open_amt", "into_amt",        "int_amt",
                                           "tran_in_amt", "acct_pay", "acct_mulaid_pay", "tran_out_amt",
                                           NULL};
    if (!ledger_out_begin(out, "个人账户.csv", "psn_acct_d", measures, columns)) return false;
    for (uint64_t i = 0; i < out->build->size * QINGHE_CLEAN; i++) {
        int64_t fen[9]; /* as truth has them: the closing first */
        char number[13];
        if (qinghe_class(i) == QINGHE_RESIDENT) continue;
        fen[0] = person_year(out->build, i, fen + 1);
        qinghe_number(i, number);
        ledger_out_text(out, number);
        ledger_out_number(out, "", LEDGER_YEAR, 4);
        ledger_out_date(out, 20201231);
        for (unsigned m = 1; m <= 8; m++) ledger_out_balance(out, fen[m]);
        ledger_out_row(out, fen);
    }
    return true;
}

static bool put_credits(struct ledger_out *out) {
    static const char *const columns[] = {"流水号", "人员编号", "年度", "收支类型", "日期", "金额", NULL};
    static const char *const measures[] = {"inc_sumamt", NULL};
    uint64_t number = 0;
    if (!ledger_out_begin(out, "个账收入.csv", "acct_inc_detl_d", measures, columns)) return false;
    for (uint64_t i = 0; i < out->build->size * QINGHE_CLEAN; i++) {
        int64_t fen[8];
        char person[13];
        if (qinghe_class(i) == QINGHE_RESIDENT) continue;
        person_year(out->build, i, fen);
        qinghe_number(i, person);
        for (unsigned m = 1; m <= 2; m++) { /* what was credited, and interest */
            ledger_out_number(out, "GZ", ++number, 8);
            ledger_out_text(out, person);
            ledger_out_number(out, "", LEDGER_YEAR, 4);
            ledger_out_text(out, m == 1 ? "101" : "102");
            ledger_out_date(out, m == 1 ? 20201130 : 20201221);
            ledger_out_fen(out, fen[m]);
            ledger_out_row(out, &fen[m]);
        }
    }
    return true;
}

static bool put_adjustments(struct ledger_out *out) {
    static const char *const columns[] = {"调整编号", "账套",   "科目编码", "日期",
                                          "调整金额", "凭证号", "事由",     NULL};
    static const char *const measures[] = {"adj_amt", NULL};
    static const struct {
        const char *code, *voucher, *why;
        uint32_t date;
        int64_t fen;
    } list[] = {
        {"103", "审调-2020-001", "审计追回以前年度漏记利息", 20200101, LEDGER_AUDIT},
        {"301", "审调-2020-001", "审计追回以前年度漏记利息", 20200101, LEDGER_AUDIT},
        {"301", "审调-2021-001", "移交审计：多列待遇冲回，2021 年入账", 20210101, LEDGER_HANDOVER_AUDIT}};
    if (!ledger_out_begin(out, "审计调整.csv", "audit_adj_d", measures, columns)) return false;
    for (unsigned i = 0; i < sizeof list / sizeof *list; i++) {
        ledger_out_number(out, "TZ", i + 1, 3);
        ledger_out_text(out, "01");
        ledger_out_text(out, list[i].code);
        ledger_out_date(out, list[i].date);
        ledger_out_fen(out, list[i].fen);
        ledger_out_text(out, list[i].voucher);
        ledger_out_text(out, list[i].why);
        ledger_out_row(out, &list[i].fen);
    }
    return true;
}

static bool put_items(struct ledger_out *out) {
    static const char *const columns[] = {"事项编号", "账套", "子基金", "类型", "日期",
                                          "金额",     "对方", "备注",   NULL};
    static const char *const measures[] = {"item_amt", NULL};
    if (!ledger_out_begin(out, "调节事项.csv", "recon_item_d", measures, columns)) return false;
    for (unsigned i = 0, last = 0; !last; i++) {
        last = !ledger_held_back[i][0];
        const int64_t fen[] = {last ? LEDGER_EARLY : strtoll(ledger_held_back[i][0], NULL, 10)};
        ledger_out_number(out, "TJ", i + 1, 3);
        ledger_out_text(out, "01");
        ledger_out_text(out, "个账");
        ledger_out_text(out, last ? "已入个账未到款" : "已刷卡未支付");
        ledger_out_date(out, last ? 20201231 : 20201130);
        ledger_out_fen(out, fen[0]);
        ledger_out_text(out, last ? "样例单位001" : ledger_held_back[i][1]);
        ledger_out_text(out, last ? "12 月划入，保险费 1 月到账" : "已刷卡，未与机构结算");
        ledger_out_row(out, fen);
    }
    return true;
}

static bool put_qinghe(struct ledger_out *out, const struct ledger *ledger) {
    return put_sets(out, ledger, "账套.csv", "上解制", "财会字1999-20") &&
           put_vouchers(out, ledger, "凭证.csv") && put_balances(out, ledger, "余额.csv") &&
           put_statements(out, ledger, "_.csv") && put_adjustments(out) && put_items(out) &&
           put_persons(out) && put_credits(out);
}

static bool put_linzhu(struct ledger_out *out, const struct ledger *ledger) {
    return put_sets(out, ledger, "账套.txt", "上解制", "财会2017-28") &&
           put_vouchers(out, ledger, "凭证.txt") && put_balances(out, ledger, "余额.txt") &&
           put_statements(out, ledger, "_.txt") && ledger_put_reported(out, ledger, "报表.txt");
}

static bool put_city(struct ledger_out *out, const struct ledger *ledger) {
    return put_sets(out, ledger, "账套.csv", "市级", "财会2017-28") &&
           put_vouchers(out, ledger, "凭证.csv") && put_balances(out, ledger, "余额.csv");
}

/* One voucher that is off by a fen and one that is right: neither is published. */
static bool put_unbalanced(struct ledger_out *out, const struct ledger *ledger) {
    (void)ledger;
    static const int64_t fen[5][2] = {{100000, 0}, {0, 70000}, {0, 30001}, {50000, 0}, {0, 50000}};
    static const char *const codes[] = {"102", "401-01", "402-01", "103", "102"};
    if (!ledger_out_begin(out, "补充凭证.csv", "voucher_entry_d", entry_measures, entry_columns))
        return false;
    for (unsigned i = 0; i < 5; i++) {
        struct ledger_entry entry = {.year = 2020,
                                     .month = 12,
                                     .voucher = (uint16_t)(i < 3 ? 901 : 902),
                                     .line = (uint16_t)(i < 3 ? i + 1 : i - 2),
                                     .date = 20201231,
                                     .summary = "补记",
                                     .counterparty = "",
                                     .stock_flow = "",
                                     .debit = fen[i][0],
                                     .credit = fen[i][1]};
        entry.account = (uint16_t)ledger_find(ledger, codes[i]);
        put_entry(out, ledger, &entry);
    }
    return true;
}

bool ledger_write_qinghe(struct ledger *ledger) {
    if (!with_pack(ledger, "deliveries/qinghe/青禾区基金账_2020.zip", LEDGER_CSV, put_qinghe)) return false;
    struct truth *truth = ledger->build->truth;
    ledger->build->truth =
        ARENA_NEW(ledger->build->arena, struct truth, 1); /* it is no part of the first run */
    *ledger->build->truth = (struct truth){0};
    bool held = with_pack(ledger, "第二批/青禾区补充凭证_202012.zip", LEDGER_CSV, put_unbalanced);
    ledger->build->truth = truth;
    return held;
}

bool ledger_write_linzhu(struct ledger *ledger) {
    return with_pack(ledger, "deliveries/linzhu/临渚市基金账_2020.zip", LEDGER_PIPE, put_linzhu);
}

bool ledger_write_city(struct ledger *ledger) {
    return with_pack(ledger, "deliveries/shiji/云川市市级基金账_2020.zip", LEDGER_CSV, put_city);
}

bool ledger_write_shiliu(struct ledger *ledger) {
    static const struct book_sheet sheets[] = {{"账套", false},     {"凭证", false},     {"余额", false},
                                               {"对账单01", false}, {"对账单02", false}, {"对账单03", false},
                                               {"对账单04", false}, {"对账单05", false}, {"对账单06", false},
                                               {"对账单07", false}, {"对账单08", false}, {"对账单09", false},
                                               {"对账单10", false}, {"对账单11", false}, {"对账单12", false}};
    static const char *const shared[] = {"石榴县", NULL};
    struct build *build = ledger->build;
    struct ledger_out *out = ARENA_NEW(build->arena, struct ledger_out, 1);
    *out = (struct ledger_out){.build = build,
                               .dialect = LEDGER_BOOK,
                               .county = "690123",
                               .delivery = "deliveries/shiliu/石榴县基金账_2020.xlsx"};
    bool held = book_open(&out->book, build_path(build, out->delivery), sheets,
                          sizeof sheets / sizeof *sheets, shared, build->error) &&
                put_sets(out, ledger, "账套", "报账制", "财会2008-1") && put_vouchers(out, ledger, "凭证") &&
                put_balances(out, ledger, "余额") && put_statements(out, ledger, "sheet");
    return book_close(&out->book) && held;
}
