/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/settle.h"

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Step 5: what the others paid, as far as there is something left that a fund may pay. */
static int64_t pay_other(const struct policy_claim *claim, struct policy_result *result,
                         enum policy_payer payer, int64_t paid, const struct policy_plan *plan,
                         struct policy_steps *steps) {
    int64_t left = claim->fee - claim->full_self - result->fund;
    int64_t pays = left < 0 ? 0 : least(paid, left);
    if (paid) policy_say(steps, STEP_PAYER, plan->order, payer, paid, left, pays);
    result->fund += pays;
    return pays;
}

/* Step 7: the accounts pay up to their limits. */
static int64_t pay_account(struct policy_result *result, int64_t limit, enum step_code code,
                           struct policy_steps *steps) {
    int64_t left = result->person - result->account - result->mutual;
    int64_t pays = left < 0 ? 0 : least(limit, left);
    if (limit) policy_say(steps, code, NULL, limit, left, pays, 0);
    return pays;
}

void policy_person(const struct policy_plan *plan, const struct policy_claim *claim,
                   struct policy_result *result, struct policy_steps *steps) {
    result->fund = result->base + result->big;
    for (uint32_t i = 0; i < plan->payer_count; i++) {
        enum policy_payer payer = plan->payers[i];
        if (payer == PAYER_CIVIL) result->civil = pay_other(claim, result, payer, claim->civil, plan, steps);
        if (payer == PAYER_AID) result->aid = pay_other(claim, result, payer, claim->aid, plan, steps);
        if (payer == PAYER_BACKSTOP)
            result->other = pay_other(claim, result, payer, claim->other, plan, steps);
    }
    result->person = claim->fee - result->fund - claim->hospital;
    policy_say(steps, STEP_PERSON, NULL, claim->fee, result->fund, claim->hospital, result->person);
    result->account = pay_account(result, claim->own_balance, STEP_ACCOUNT, steps);
    result->mutual = pay_account(result, claim->mutual_balance, STEP_MUTUAL, steps);
    result->cash = result->person - result->account - result->mutual;
    policy_say(steps, STEP_CASH, NULL, result->cash, 0, 0, 0);
}

void policy_as_paid(const struct policy_claim *claim, const struct policy_year *year,
                    enum policy_verdict verdict, struct policy_result *result) {
    bool stay = claim->kind == CLAIM_STAY || claim->kind == CLAIM_TRAUMA;
    *result = (struct policy_result){.verdict = verdict,
                                     .scope = claim->scope,
                                     .deductible = claim->deductible,
                                     .above = claim->scope - claim->deductible,
                                     .base = claim->base,
                                     .big = claim->big,
                                     .civil = claim->civil,
                                     .aid = claim->aid,
                                     .other = claim->other,
                                     .account = claim->account,
                                     .mutual = claim->mutual,
                                     .burden = claim->kind == CLAIM_PHARMACY ? 0 : claim->scope - claim->base,
                                     .new_stay = stay && !(claim->stay && claim->stay == year->last_stay)};
    result->fund = claim->base + claim->big + claim->civil + claim->aid + claim->other;
    result->person = claim->fee - result->fund - claim->hospital;
    result->cash = result->person - claim->account - claim->mutual;
}

void policy_year_add(struct policy_year *year, const struct policy_claim *claim,
                     const struct policy_result *result, int sign) {
    year->burden += sign * result->burden;
    year->big_paid += sign * result->big;
    if (claim->kind == CLAIM_VISIT) {
        year->visit_deductible += sign * result->deductible;
        year->visit_paid += sign * result->base;
        return;
    }
    year->base_paid += sign * result->base;
    if (claim->kind != CLAIM_STAY && claim->kind != CLAIM_TRAUMA) return;
    if (claim->kind == CLAIM_TRAUMA) year->trauma_paid += sign * result->base;
    year->deductible += sign * result->deductible;
    year->above += sign * result->above;
    if (result->new_stay) {
        bool last = sign > 0 || year->last_stay == claim->stay; /* an earlier one leaves the last as it is */
        year->stays = sign > 0 ? year->stays + 1 : year->stays ? year->stays - 1 : 0;
        if (last) year->last_stay = sign > 0 ? claim->stay : 0;
        if (last) year->stay_deductible = 0;
    }
    if (claim->stay && claim->stay == year->last_stay) year->stay_deductible += sign * result->deductible;
}
