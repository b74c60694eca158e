/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

/* Vouchers while they are made: numbers by account set, year and month; balances by account. */

static unsigned county_of(unsigned region) { return region == 690102 ? 0 : region == 690181 ? 1 : 2; }

void ledger_paid(struct build *build, unsigned region, const struct care *care, bool employee,
                 bool rejected) {
    if (care->settled / 10000 != LEDGER_YEAR) return;
    unsigned month = care->settled / 100 % 100, county = county_of(region);
    int64_t by[PAID_KINDS] = {0};
    if (employee) {
        by[PAID_POOL] = care->pool;
        by[PAID_ACCOUNT] = care->account + care->mutual;
        by[PAID_BIG] = care->big;
        by[PAID_CIVIL] = care->civil;
    } else {
        by[care->type >= CARE_INPATIENT ? PAID_STAY : PAID_VISIT] = care->pool;
    }
    by[PAID_AID] = rejected ? 0 : care->aid; /* no books are kept of it */
    for (int kind = 0; kind < PAID_KINDS; kind++) {
        build->paid[county][kind][month] += by[kind];
        if (rejected) build->rejected[county][kind] += by[kind];
    }
}

int64_t ledger_paid_in(const struct build *build, unsigned region, enum ledger_paid kind, unsigned month) {
    return build->paid[county_of(region)][kind][month];
}

unsigned ledger_find(const struct ledger *ledger, const char *account) {
    for (unsigned i = 0; i < ledger->account_count; i++)
        if (strcmp(ledger->accounts[i].code, account) == 0) return i;
    assert(!"an account of the county");
    return 0;
}

void ledger_voucher(struct ledger *ledger, unsigned set, uint32_t date, const char *summary) {
    ledger->set = (uint8_t)set;
    ledger->date = date;
    ledger->year = (uint16_t)(date / 10000);
    ledger->month = (uint8_t)(date / 100 % 100);
    ledger->summary = summary;
    ledger->line = 0;
    ledger->numbers[set][ledger->year - LEDGER_YEAR][ledger->month]++;
    ledger->counterparty = ledger->stock_flow = "";
    ledger->slip = ++ledger->slips + county_of(ledger->region) * 100000;
}

void ledger_put(struct ledger *ledger, const char *account, int64_t fen) {
    if (fen == 0) return;
    if (ledger->count == ledger->capacity) {
        size_t capacity = ledger->capacity ? ledger->capacity * 2 : 1024;
        struct ledger_entry *entries = ARENA_NEW(ledger->build->arena, struct ledger_entry, capacity);
        if (ledger->count) memcpy(entries, ledger->entries, ledger->count * sizeof *entries);
        ledger->entries = entries;
        ledger->capacity = capacity;
    }
    unsigned number = ledger_find(ledger, account);
    bool bank = ledger->accounts[number].bank != 0;
    ledger->entries[ledger->count++] = (struct ledger_entry){
        .set = ledger->set,
        .month = ledger->month,
        .year = ledger->year,
        .voucher = ledger->numbers[ledger->set][ledger->year - LEDGER_YEAR][ledger->month],
        .line = ++ledger->line,
        .account = (uint16_t)number,
        .date = ledger->date,
        .summary = ledger->summary,
        .counterparty = ledger->counterparty,
        .stock_flow = ledger->stock_flow,
        .slip = bank || *ledger->counterparty ? ledger->slip : 0,
        .debit = fen > 0 ? fen : 0,
        .credit = fen < 0 ? -fen : 0};
    struct ledger_balance *balance = &ledger->balances[ledger->set][number];
    balance->used = true;
    if (ledger->year == LEDGER_YEAR) balance->closing += fen;
}

void ledger_pair(struct ledger *ledger, unsigned set, uint32_t date, const char *summary, const char *debit,
                 const char *credit, int64_t fen) {
    if (fen == 0) return;
    ledger_voucher(ledger, set, date, summary);
    ledger_put(ledger, fen > 0 ? debit : credit, fen > 0 ? fen : -fen);
    ledger_put(ledger, fen > 0 ? credit : debit, fen > 0 ? -fen : fen);
}

int64_t ledger_dice(const struct ledger *ledger, uint64_t what, int64_t from, int64_t until) {
    return from + (int64_t)(person_mix(ledger->build->seed, ledger->salt, what) % (uint64_t)(until - from));
}

int64_t ledger_moved(const struct ledger *ledger, unsigned set, const char *account) {
    const struct ledger_balance *balance = &ledger->balances[set][ledger_find(ledger, account)];
    return balance->closing - balance->opening;
}

void ledger_transfer(struct ledger *ledger, struct ledger_transfer transfer, const char *account,
                     const char *bank) {
    static const uint8_t sets[3][4] = {{0, 0, 1, 2}, {0, 1, 0, 0}, {0, 0, 0, 0}};
    unsigned set = sets[county_of(ledger->region)][transfer.fund];
    ledger_voucher(ledger, set, transfer.up ? transfer.sent : transfer.received,
                   transfer.stock ? "存量移交市级"
                   : transfer.up  ? "上解市级统筹基金"
                                  : "收市级补助");
    ledger->counterparty = "690100";
    ledger->stock_flow = transfer.stock ? "存量" : "增量";
    transfer.slip = ledger->slip;
    transfer.region = ledger->region;
    if (!transfer.booked) transfer.booked = ledger->region;
    ledger_put(ledger, account, transfer.up ? transfer.fen : -transfer.fen);
    ledger_put(ledger, bank, transfer.up ? -transfer.fen : transfer.fen);
    assert(*ledger->transfer_count < LEDGER_TRANSFERS);
    ledger->transfers[(*ledger->transfer_count)++] = transfer;
}

static void close_side(struct ledger *ledger, unsigned set, const char *const into[2], bool income) {
    int64_t sums[2] = {0};
    ledger_voucher(ledger, set, LEDGER_YEAR * 10000 + 1231, income ? "年末结转收入" : "年末结转支出");
    for (unsigned i = 0; i < ledger->account_count; i++) {
        const struct ledger_account *account = &ledger->accounts[i];
        if (!account->result || (account->normal < 0) != income) continue;
        int64_t fen = ledger_moved(ledger, set, account->code);
        sums[strcmp(account->sub, "个账") == 0] += fen;
        ledger_put(ledger, account->code, -fen);
    }
    for (int i = 0; i < 2; i++)
        if (sums[i]) ledger_put(ledger, into[i], sums[i]);
}

void ledger_close_year(struct ledger *ledger, unsigned set, const char *const into[2]) {
    close_side(ledger, set, into, true);
    close_side(ledger, set, into, false);
}

void ledger_open(struct ledger *ledger, unsigned set, const char *account, int64_t fen) {
    struct ledger_balance *balance = &ledger->balances[set][ledger_find(ledger, account)];
    balance->used = true;
    balance->last += fen;
    balance->opening += fen;
    balance->closing += fen;
}

void ledger_settle(struct ledger *ledger, const char *balancing) {
    for (unsigned set = 0; set < ledger->set_count; set++) {
        int64_t sum = 0;
        for (unsigned i = 0; i < ledger->account_count; i++) sum += ledger->balances[set][i].opening;
        ledger_open(ledger, set, balancing, -sum);
    }
}

/* What of the entries of `account` was booked in `month` (0: in all months), without closing the year. */
static int64_t booked(const struct ledger *ledger, unsigned set, const char *account, unsigned month) {
    unsigned number = ledger_find(ledger, account);
    int64_t fen = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        bool closing =
            entry->year == LEDGER_YEAR && strncmp(entry->summary, "年末结转", strlen("年末结转")) == 0;
        if (entry->set == set && entry->account == number && (!month || entry->month == month) && !closing)
            fen += entry->debit + entry->credit;
    }
    return fen;
}

/* What the city sent down to `region` for residents, as either side has it. */
static int64_t sent_down(const struct ledger *city, unsigned region, bool as_booked) {
    int64_t fen = 0;
    for (unsigned i = 0; i < *city->transfer_count; i++) {
        const struct ledger_transfer *transfer = &city->transfers[i];
        if (!transfer->up && transfer->fund == 1 &&
            (as_booked ? transfer->booked : transfer->region) == region)
            fen += transfer->fen;
    }
    return fen;
}

/* `more`: a second kind that belongs to the same account; `unpaid`: what the list keeps back. */
static void tell_rejected(const struct build *build, const char *county, const char *subject,
                          enum ledger_paid kind, enum ledger_paid more, int64_t unpaid) {
    unsigned of = county_of((unsigned)strtoul(county, NULL, 10));
    int64_t left = -unpaid,
            rejected = build->rejected[of][kind] + (more < PAID_KINDS ? build->rejected[of][more] : 0);
    for (unsigned month = 1; month <= 12; month++)
        left += build->paid[of][kind][month] + (more < PAID_KINDS ? build->paid[of][more][month] : 0);
    if (!rejected) return;
    struct truth_finding finding = {.county = county, .code = "ledger.g1", .state = "blocked", .left = left};
    snprintf(finding.subject, sizeof finding.subject, "%s", subject);
    truth_found(build->truth, finding);
}

/* Everything planted that a run must find, and nothing else. */
static void tell(const struct ledger *ledgers) {
    const struct ledger *b = &ledgers[1], *city = &ledgers[3];
    struct truth *truth = b->build->truth;
    int64_t subsidies = booked(b, 0, "410101", 0) + booked(b, 0, "410102", 0),
            wrong = booked(b, 0, "410102", 0);
    int64_t moved = booked(b, 0, "520101", 0) + booked(b, 0, "520102", 0),
            strayed = booked(b, 0, "520102", 0), aid = 0;
    const struct ledger_balance *bank = &b->balances[1][ledger_find(b, "1003")],
                                *rest = &b->balances[1][ledger_find(b, "3001")];
    truth_found(truth, (struct truth_finding){"690102", "ledger.e5_pending", "broken", "01 职工 2020 4601",
                                              325000, 0});
    truth_found(truth, (struct truth_finding){"690181", "ledger.e6", "broken", "01 职工 4101", subsidies,
                                              subsidies - wrong});
    truth_found(truth, (struct truth_finding){"690181", "ledger.e6", "broken", "01 职工 5201", moved,
                                              moved - strayed});
    truth_found(truth, (struct truth_finding){"690181", "ledger.f1", "broken", "02 居民 1003 2020",
                                              bank->opening, bank->last});
    truth_found(truth, (struct truth_finding){"690181", "ledger.f1", "broken", "02 居民 3001 2020",
                                              rest->opening, rest->last});
    truth_found(truth, (struct truth_finding){"690181", "ledger.f8", "broken", "居民 2020",
                                              sent_down(city, 690181, true), sent_down(city, 690181, false)});
    truth_found(truth, (struct truth_finding){"690123", "ledger.f8", "broken", "居民 2020",
                                              sent_down(city, 690123, true), sent_down(city, 690123, false)});
    /* 临渚市 keeps personal accounts of which it sent no balances, and pays aid of which it sent no books. */
    truth_found(truth, (struct truth_finding){"690181", "ledger.g3", "blocked", "01 职工 2020",
                                              -b->balances[0][ledger_find(b, "300102")].closing, 0});
    /* What was paid for rows that the city does not have yet cannot be compared. */
    tell_rejected(b->build, "690102", "01 职工 2020 统筹", PAID_POOL, PAID_KINDS, 0);
    tell_rejected(b->build, "690102", "01 职工 2020 个账", PAID_ACCOUNT, PAID_KINDS, LEDGER_UNPAID);
    tell_rejected(b->build, "690102", "02 大额 2020", PAID_BIG, PAID_KINDS, 0);
    tell_rejected(b->build, "690102", "03 公务员 2020", PAID_CIVIL, PAID_KINDS, 0);
    tell_rejected(b->build, "690181", "02 居民 2020", PAID_STAY, PAID_VISIT, 0);
    tell_rejected(b->build, "690123", "01 居民 2020", PAID_STAY, PAID_VISIT, 0);
    for (unsigned month = 1; month <= 12; month++) aid += ledger_paid_in(b->build, 690181, PAID_AID, month);
    truth_found(truth, (struct truth_finding){"690181", "ledger.stray", "blocked", "医疗救助 2020", aid, 0});
}

static bool make_one(struct build *build, struct ledger *ledger, void (*fill)(struct ledger *ledger),
                     bool (*put)(struct ledger *ledger)) {
    ledger->build = build;
    fill(ledger);
    return put(ledger);
}

bool ledger_make(struct build *build) {
    struct ledger_transfer *transfers = ARENA_NEW(build->arena, struct ledger_transfer, LEDGER_TRANSFERS);
    struct ledger *ledgers = ARENA_NEW(build->arena, struct ledger, 4);
    unsigned count = 0;
    memset(ledgers, 0, 4 * sizeof *ledgers);
    for (unsigned i = 0; i < 4; i++) {
        ledgers[i].transfers = transfers;
        ledgers[i].transfer_count = &count;
        ledgers[i].salt = 400 + i;
    }
    bool held = make_one(build, &ledgers[0], ledger_qinghe, ledger_write_qinghe) &&
                make_one(build, &ledgers[1], ledger_linzhu, ledger_write_linzhu) &&
                make_one(build, &ledgers[2], ledger_shiliu, ledger_write_shiliu) &&
                make_one(build, &ledgers[3], ledger_city, ledger_write_city);
    if (held) tell(ledgers);
    return held;
}
