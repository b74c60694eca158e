/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/ledger.h"
#include "bench/city/ledger_out.h"
#include <assert.h>

/* The statements of 2020 that 临渚市 reported: 收支表 and what it published of it, from its own books. */

enum { ACCOUNTS_MAX = 4 };

struct line {
    uint8_t set;
    const char *name;
    const char *accounts[ACCOUNTS_MAX]; /* as the county writes them; none: a total of the lines below it */
    const char *under;
    int8_t sign; /* under its total */
    bool expense;
};

static const struct line lines[] = {
    {0, "统筹基金收入.社会保险费收入", {"400101"}, "统筹基金收入", 1, false},
    {0, "统筹基金收入.财政补贴收入", {"410101", "410102"}, "统筹基金收入", 1, false},
    {0, "统筹基金收入.利息收入", {"420101"}, "统筹基金收入", 1, false},
    {0, "统筹基金收入.上级补助收入", {"440101"}, "统筹基金收入", 1, false},
    {0, "统筹基金收入", {0}, "本期基金结余.统筹基金", 1, false},
    {0, "统筹基金支出.社会保险待遇支出", {"50010101"}, "统筹基金支出", 1, true},
    {0, "统筹基金支出.上解上级支出", {"530101"}, "统筹基金支出", 1, true},
    {0, "统筹基金支出", {0}, "本期基金结余.统筹基金", -1, true},
    {0, "本期基金结余.统筹基金", {0}, "本期基金结余", 1, false},
    {0, "个人账户基金收入.社会保险费收入", {"400102"}, "个人账户基金收入", 1, false},
    {0, "个人账户基金收入.利息收入", {"420102"}, "个人账户基金收入", 1, false},
    {0, "个人账户基金收入.转移收入", {"4301"}, "个人账户基金收入", 1, false},
    {0, "个人账户基金收入", {0}, "本期基金结余.个人账户基金", 1, false},
    {0, "个人账户基金支出.社会保险待遇支出", {"50010201"}, "个人账户基金支出", 1, true},
    {0, "个人账户基金支出.转移支出", {"520101", "520102"}, "个人账户基金支出", 1, true},
    {0, "个人账户基金支出", {0}, "本期基金结余.个人账户基金", -1, true},
    {0, "本期基金结余.个人账户基金", {0}, "本期基金结余", 1, false},
    {0, "本期基金结余", {0}, "", 1, false},
    {1, "基金收入.社会保险费收入", {"4001"}, "基金收入", 1, false},
    {1, "基金收入.财政补贴收入", {"4101"}, "基金收入", 1, false},
    {1, "基金收入.利息收入", {"4201"}, "基金收入", 1, false},
    {1, "基金收入.上级补助收入", {"4401"}, "基金收入", 1, false},
    {1, "基金收入", {0}, "本期基金结余", 1, false},
    {1, "基金支出.社会保险待遇支出.住院费用", {"500101"}, "基金支出.社会保险待遇支出", 1, true},
    {1, "基金支出.社会保险待遇支出.门诊费用", {"500102"}, "基金支出.社会保险待遇支出", 1, true},
    {1, "基金支出.社会保险待遇支出", {0}, "基金支出", 1, true},
    {1, "基金支出.大病保险支出", {"5101"}, "基金支出", 1, true},
    {1, "基金支出.上解上级支出", {"5301"}, "基金支出", 1, true},
    {1, "基金支出", {0}, "本期基金结余", -1, true},
    {1, "本期基金结余", {0}, "", 1, false},
};
enum { LINES = sizeof lines / sizeof *lines };

/* What 2020 moved on an account, credit less debit, without the vouchers that close the year. */
static int64_t result_of(const struct ledger *ledger, unsigned set, const char *account) {
    unsigned number = ledger_find(ledger, account);
    int64_t fen = 0;
    for (size_t i = 0; i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        if (entry->set == set && entry->account == number && entry->year == LEDGER_YEAR &&
            strncmp(entry->summary, "年末结转", strlen("年末结转")) != 0)
            fen += entry->credit - entry->debit;
    }
    return fen;
}

/* Totals stand behind their parts, so one pass adds them up. */
static void work_out(const struct ledger *ledger, int64_t fen[LINES]) {
    for (unsigned i = 0; i < LINES; i++) {
        fen[i] = 0;
        for (unsigned a = 0; a < ACCOUNTS_MAX && lines[i].accounts[a]; a++)
            fen[i] += (lines[i].expense ? -1 : 1) * result_of(ledger, lines[i].set, lines[i].accounts[a]);
        for (unsigned p = 0; p < i; p++)
            if (lines[p].set == lines[i].set && strcmp(lines[p].under, lines[i].name) == 0)
                fen[i] += lines[p].sign * fen[p];
    }
}

static void put_line(struct ledger_out *out, const struct ledger *ledger, unsigned set, const char *form,
                     const char *column, const char *name, int64_t fen, const char *months) {
    const int64_t measures[] = {*months ? 0 : fen};
    ledger_out_text(out, ledger->sets[set]);
    ledger_out_text(out, form);
    ledger_out_date(out, LEDGER_YEAR * 10000 + 1231);
    ledger_out_text(out, column);
    ledger_out_text(out, name);
    if (*months) ledger_out_text(out, "");
    else ledger_out_balance(out, fen);
    ledger_out_text(out, months);
    ledger_out_text(out, *months ? "全部" : "");
    ledger_out_row(out, measures);
}

static int64_t kept_by(const struct ledger *ledger, unsigned set, bool closing) {
    static const char *const accounts[] = {"3001", "300101", "300102"};
    int64_t fen = 0;
    for (unsigned i = 0; i < sizeof accounts / sizeof *accounts; i++) {
        const struct ledger_balance *balance = &ledger->balances[set][ledger_find(ledger, accounts[i])];
        fen -= closing ? balance->closing : balance->opening;
    }
    return fen;
}

/* What the county's website says: where the year began and ended, and for how many months that lasts. */
static void put_published(struct ledger_out *out, const struct ledger *ledger, unsigned set,
                          const int64_t fen[LINES]) {
    int64_t income = 0, expense = 0, closing = kept_by(ledger, set, true);
    char months[32];
    for (unsigned i = 0; i < LINES; i++) {
        if (lines[i].set != set || !lines[i].accounts[0]) continue;
        if (lines[i].expense) expense += fen[i];
        else income += fen[i];
    }
    assert(expense > 0);                                     /* a year without expenses has no 备付月数 */
    int64_t hundredths = (closing * 2400 / expense + 1) / 2; /* half up */
    snprintf(months, sizeof months, "%jd.%02d", (intmax_t)(hundredths / 100), (int)(hundredths % 100));
    put_line(out, ledger, set, "公开表", "本年数", "上年结余", kept_by(ledger, set, false), "");
    put_line(out, ledger, set, "公开表", "本年数", "收入合计", income, "");
    put_line(out, ledger, set, "公开表", "本年数", "支出合计", expense, "");
    put_line(out, ledger, set, "公开表", "本年数", "滚存结余", closing, "");
    put_line(out, ledger, set, "公开表", "本年数", "备付月数", 0, months);
}

bool ledger_put_reported(struct ledger_out *out, const struct ledger *ledger, const char *member) {
    static const char *const columns[] = {"账套", "报表",     "截止日", "栏目", "项目",
                                          "金额", "备付月数", "口径",   NULL};
    static const char *const measures[] = {"stmt_amt", NULL};
    int64_t fen[LINES];
    if (!ledger_out_begin(out, member, "stmt_line_d", measures, columns)) return false;
    work_out(ledger, fen);
    for (unsigned i = 0; i < LINES; i++)
        put_line(out, ledger, lines[i].set, "收支表", "本年数", lines[i].name, fen[i], "");
    for (unsigned set = 0; set < ledger->set_count; set++) put_published(out, ledger, set, fen);
    ledger_out_end(out);
    return true;
}
