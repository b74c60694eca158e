/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_LEDGER_H
#define BENCH_CITY_LEDGER_H
#include "bench/city/build.h"

/* The counties' ledgers of 2020 and the city's mirror of them: vouchers in memory, then written as each
   county keeps them.  Money is fen; every amount is a function of the seed, or of what the county's
   settlements came to (build->paid), so that business meets ledger. */

enum { LEDGER_SETS = 4, LEDGER_ACCOUNTS = 96, LEDGER_TRANSFERS = 160, LEDGER_YEAR = 2020 };

/* An account as its county writes it.  `bank`: the account of 2017 that its statements stand for; 0: none.
   `normal`: 1 debit, -1 credit. */
struct ledger_account {
    const char *code, *name, *sub; /* sub: what the county writes as sub-fund; "" nothing */
    uint16_t bank;
    int8_t normal;
    bool result; /* income or expense: closed at the end of the year */
};

struct ledger_entry {
    uint8_t set, month;
    uint16_t year, voucher, line, account;
    uint32_t date;
    const char *summary, *counterparty, *stock_flow;
    uint32_t slip; /* 0: none */
    int64_t debit, credit;
};

/* Money between a county and the city, written down by both. */
struct ledger_transfer {
    unsigned region, booked; /* the county; the county that the city wrote */
    bool up, personal, stock;
    uint8_t fund; /* of the city's sets: 0 职工, 1 居民, 2 大额, 3 公务员 */
    uint32_t sent, received, slip;
    int64_t fen;
};

struct ledger_balance {
    int64_t last, opening, closing; /* debit less credit: of 2019, of 2020's first day, of its last */
    bool used;
};

struct ledger {
    struct build *build;
    unsigned region, salt;
    const char *const *sets, *const *funds; /* [set_count] numbers and names of funds as written */
    unsigned set_count, account_count;
    const struct ledger_account *accounts;
    struct ledger_entry *entries;
    size_t count, capacity;
    struct ledger_balance balances[LEDGER_SETS][LEDGER_ACCOUNTS];
    struct ledger_transfer *transfers; /* the city's, shared */
    unsigned *transfer_count;
    /* the voucher under way */
    uint8_t set, month;
    uint16_t year, line, numbers[LEDGER_SETS][2][13];
    uint32_t date, slip, slips;
    const char *summary, *counterparty, *stock_flow;
};

/* What settlements of one county came to in 2020, by month. */
enum ledger_paid {
    PAID_POOL,
    PAID_ACCOUNT,
    PAID_BIG,
    PAID_CIVIL,
    PAID_STAY,
    PAID_VISIT,
    PAID_AID,
    PAID_KINDS
};
/* Counts a settlement that the county has paid; `rejected`: the city does not take its row at first. */
void ledger_paid(struct build *build, unsigned region, const struct care *care, bool employee, bool rejected);
int64_t ledger_paid_in(const struct build *build, unsigned region, enum ledger_paid kind, unsigned month);

void ledger_voucher(struct ledger *ledger, unsigned set, uint32_t date, const char *summary);
void ledger_put(struct ledger *ledger, const char *account, int64_t fen); /* fen > 0 debit, < 0 credit */
void ledger_pair(struct ledger *ledger, unsigned set, uint32_t date, const char *summary, const char *debit,
                 const char *credit, int64_t fen);
int64_t ledger_dice(const struct ledger *ledger, uint64_t what, int64_t from, int64_t until);
int64_t ledger_moved(const struct ledger *ledger, unsigned set, const char *account); /* in 2020, debit */
/* Money up to the city or down from it; the city's voucher follows from it. */
void ledger_transfer(struct ledger *ledger, struct ledger_transfer transfer, const char *account,
                     const char *bank);
/* Closes income and expense of the set into `into[0]`, those of sub-fund 个账 into `into[1]`. */
void ledger_close_year(struct ledger *ledger, unsigned set, const char *const into[2]);
void ledger_open(struct ledger *ledger, unsigned set, const char *account, int64_t fen); /* opening, debit */
void ledger_settle(struct ledger *ledger, const char *balancing); /* openings balance by that account */
unsigned ledger_find(const struct ledger *ledger, const char *account);

void ledger_qinghe(struct ledger *ledger);
void ledger_linzhu(struct ledger *ledger);
void ledger_shiliu(struct ledger *ledger);
void ledger_city(struct ledger *ledger);
extern const char *const ledger_held_back[][2]; /* pharmacies' swipes not paid: fen and what */
enum {
    LEDGER_UNPAID = 1245060,
    LEDGER_EARLY = 300000,
    LEDGER_AUDIT = 8600000,
    LEDGER_UNAUDITED = 4521000,
    LEDGER_HANDOVER_AUDIT = 3600000
};

/* Writes the files of one county's ledger and counts them in truth. */
bool ledger_write_qinghe(struct ledger *ledger);
bool ledger_write_linzhu(struct ledger *ledger);
bool ledger_write_shiliu(struct ledger *ledger);
bool ledger_write_city(struct ledger *ledger);
int64_t ledger_persons_total(const struct build *build); /* what the persons of 青禾区 have at the end */
/* All ledgers of the city, and the voucher that does not balance, apart. */
bool ledger_make(struct build *build);
#endif
