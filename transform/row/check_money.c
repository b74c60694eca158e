/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/row/check.h"

/* The identities A1-A4 and B5 of what one row says twice: a total and its parts.  Exact to the fen.
   Where sources differ in whether a part is already inside another, both readings are accepted. */

/* The total of column `whole` against the columns from `first` on. */
static int64_t rest(const struct checking *checking, uint32_t row, int whole, int first, int until) {
    int64_t left = check_fen(check_vector(checking, whole), row);
    for (int index = first; index < until; index++) left -= check_fen(check_vector(checking, index), row);
    return left;
}

/* Total in column 0, parts in 1 to `until`; column `maybe` (or -1) may count or not. */
static void balance(const struct checking *checking, int until, int maybe, const char *code) {
    const struct vector *totals = check_vector(checking, 0);
    for (uint32_t row = 0; row < checking->batch->row_count; row++) {
        /* A rejected row may lack a part; it is weighed when it comes back. */
        if (totals->null[row] || checking->batch->rows[row].fate != FATE_LIVE ||
            !check_applies(checking, row))
            continue;
        int64_t left = rest(checking, row, 0, 1, until);
        if (left == 0 || (maybe >= 0 && left == check_fen(check_vector(checking, maybe), row))) continue;
        check_say(checking, row, WEIGHT_DOUBT, code, 0, check_difference(checking, left));
    }
}

static void check_cost(const struct checking *checking) { balance(checking, 5, -1, "settle.cost_parts"); }
static void check_payers(const struct checking *checking) { balance(checking, 3, 3, "settle.payers"); }
static void check_funds(const struct checking *checking) { balance(checking, 9, 9, "settle.fund_parts"); }
static void check_person_part(const struct checking *checking) {
    balance(checking, 3, 3, "settle.person_parts");
}
static void check_contribution(const struct checking *checking) {
    balance(checking, 5, -1, "contrib.parts_mismatch");
}

/* refd_setl_flag 1 or revs_flag '-', 'R' or clct_type 20, 991 mark a reversal: there a negative amount
   is right. */
static bool is_reversal(const struct checking *checking, uint32_t row) {
    struct span refund = check_text(check_vector(checking, 0), row),
                reversed = check_text(check_vector(checking, 1), row);
    struct span type = check_text(check_vector(checking, 2), row),
                original = check_text(check_vector(checking, 3), row);
    return span_is(refund, "1") || span_is(reversed, "-") || span_is(reversed, "R") || span_is(type, "20") ||
           span_is(type, "991") || original.size > 0;
}

/* Whether any is below zero: hardly ever, so it is asked of a column at once. */
static bool any_negative(const int64_t *fen, uint32_t count) {
    int64_t signs = 0;
    for (uint32_t row = 0; row < count; row++) signs |= fen[row];
    return signs < 0;
}

static void check_negative(const struct checking *checking) {
    struct batch *batch = checking->batch;
    const struct kind *kind = batch->kind;
    bool settlement = strcmp(kind->name, "setl_d") == 0;
    if (!settlement && !strstr(kind->name, "clct_detl")) return; /* elsewhere a sign has its own meaning */
    for (uint32_t measure = 0; measure < kind->measure_count; measure++) {
        uint32_t column = kind->measures[measure];
        if (!checking->source[column] || kind->columns[column].tags & TAG_STOCK) continue;
        const int64_t *fen = batch->values[column].integer;
        if (!any_negative(fen, batch->row_count)) continue;
        for (uint32_t row = 0; row < batch->row_count; row++) {
            if (fen[row] >= 0 || !check_applies(checking, row) || is_reversal(checking, row)) continue;
            const int self[] = {(int)column};
            struct checking one = {checking->state, batch, self, checking->source, checking->applies};
            check_say(&one, row, WEIGHT_DOUBT, "amount.negative", 0, (struct span){0});
        }
    }
}

/* A share far outside 0 to 1 is no share ("85" for 85 %): told, and not loaded, since guessing would
   invent a number. */
static void check_ratios(const struct checking *checking) {
    struct batch *batch = checking->batch;
    for (uint32_t column = 0; column < batch->kind->column_count; column++) {
        if (batch->kind->columns[column].type != TYPE_RATIO || !checking->source[column]) continue;
        for (uint32_t row = 0; row < batch->row_count; row++) {
            int64_t ratio = batch->values[column].integer[row];
            if ((ratio >= 0 && ratio <= 10000) || !check_applies(checking, row)) continue;
            const int self[] = {(int)column};
            struct checking one = {checking->state, batch, self, checking->source, checking->applies};
            check_say(&one, row, WEIGHT_DOUBT, "ratio.out_of_range", 0, (struct span){0});
            batch->values[column].null[row] = true;
            batch->values[column].integer[row] = 0;
        }
    }
}

const struct check checks_money[] = {
    {.kinds = "setl_d", /* A1 */
     .needs = {"medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_amt"},
     .run = check_cost},
    {.kinds = "setl_d", /* A2 */
     .needs = {"medfee_sumamt", "fund_pay_sumamt", "psn_pay"},
     .uses = {"ownpay_hosp_part"},
     .run = check_payers},
    {.kinds = "setl_d", /* A3 */
     .needs = {"fund_pay_sumamt", "hifp_pay"},
     .uses = {"cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "othfund_pay",
              "acct_pay"},
     .run = check_funds},
    {.kinds = "setl_d", /* A4 */
     .needs = {"psn_pay", "acct_pay"},
     .uses = {"cash_payamt", "acct_mulaid_pay"},
     .run = check_person_part},
    {.needs = {"clct_sumamt", "psn_clct_amt"},
     .uses = {"emp_clct_amt", "finsubs_amt", "oth_clct_amt"},
     .run = check_contribution},
    {.uses = {"refd_setl_flag", "revs_flag", "clct_type", "init_setl_id"}, .run = check_negative},
    {.run = check_ratios},
    {0},
};
