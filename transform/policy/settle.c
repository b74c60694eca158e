/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/settle.h"
#include <assert.h>

__extension__ typedef __int128 exact;

/* Ratios are kept in 10^-8, so that 85.55 % times 0.9 stays exact. */
enum { BP_ONE = 10000, RATE_ONE = BP_ONE * BP_ONE };

static int64_t half_up(exact value, int64_t unit) {
    exact doubled = value * 2, whole = (doubled + unit) / (unit * (exact)2);
    return (int64_t)whole;
}

int64_t policy_share(int64_t amount, int64_t bp) { return half_up((exact)amount * bp, BP_ONE); }

void policy_say(struct policy_steps *steps, enum step_code code, const struct policy_rule *rule, int64_t a,
                int64_t b, int64_t c, int64_t d) {
    if (!steps) return;
    assert(steps->count < STEPS_MAX_POLICY);
    steps->step[steps->count++] = (struct policy_step){code, rule, {a, b, c, d}};
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t not_negative(int64_t value) { return value < 0 ? 0 : value; }

/* What is said of a class the person is in goes before what is said of everybody. */
static const struct policy_value *of_class(const struct policy_value slots[CLASS_COUNT + 1],
                                           uint32_t classes) {
    for (int index = 0; index < CLASS_COUNT; index++)
        if (slots[index].rule && classes & 1u << index) return &slots[index];
    return &slots[CLASS_COUNT];
}

/* What is left under a cap; no row or no_cap: everything. */
static int64_t room_under(const struct policy_value *cap, int64_t used) {
    return cap->rule && cap->mode != MODE_NO_CAP ? not_negative(cap->value - used) : INT64_MAX;
}

/* One claim on its way. */
struct settling {
    const struct policy_plan *plan;
    const struct policy_terms *terms;
    const struct policy_claim *claim;
    const struct policy_year *year;
    struct policy_result *result;
    struct policy_steps *steps;
    enum policy_level tier; /* whose deductible and ratio apply */
    bool same_stay;
};

static bool give_up(struct settling *at, enum policy_verdict verdict) {
    at->result->verdict = verdict;
    return false;
}

/* A transfer with a tier of its own goes by that; every other by the level of the hospital. */
static bool find_tier(struct settling *at) {
    enum policy_level away = at->claim->away;
    at->tier = at->claim->level;
    if (away && at->plan->transfer[away].mode == MODE_OWN_TIER && at->plan->transfer[away].rule)
        at->tier = away;
    else if (away && !at->plan->transfer[away].rule) return give_up(at, VERDICT_NO_RULE);
    const struct policy_terms *terms = at->terms;
    /* Bands are of the city's own levels. */
    bool ratio = terms->ratio[at->tier].rule || (terms->bands.count && at->tier < LEVEL_X1);
    if (terms->deductible[at->tier].rule && ratio) return true;
    return give_up(at, at->tier == LEVEL_NONE && (terms->ratio[LEVEL_L3A].rule || terms->bands.count)
                           ? VERDICT_NO_LEVEL
                           : VERDICT_NO_RULE);
}

/* Step 2: by level, age and the number of the stay; what was taken already counts. */
static void take_deductible(struct settling *at) {
    const struct policy_terms *terms = at->terms;
    const struct policy_value *tier = &terms->deductible[at->tier], *repeat;
    const struct policy_year *year = at->year;
    uint32_t nth = at->same_stay ? year->stays : year->stays + 1;
    int64_t standard = tier->value;
    policy_say(at->steps, STEP_NTH, NULL, nth, 0, 0, 0);
    policy_say(at->steps, STEP_DEDUCTIBLE, tier->rule, standard, at->tier, 0, 0);
    if (terms->age_add.rule && terms->age_add.value && at->claim->classes & 1u << CLASS_UNDER_45) {
        standard += terms->age_add.value;
        policy_say(at->steps, STEP_AGE, terms->age_add.rule, terms->age_add.value, standard, 0, 0);
    }
    repeat = &terms->repeat[nth < PLAN_TURNS ? nth : PLAN_TURNS - 1];
    if (repeat->rule) {
        if (repeat->mode == MODE_MULTIPLY) standard = policy_share(standard, repeat->value);
        else if (repeat->mode == MODE_SUBTRACT) standard = not_negative(standard - repeat->value);
        else standard = repeat->value;
        policy_say(at->steps, STEP_REPEAT, repeat->rule, repeat->value, standard, repeat->mode, nth);
    }
    bool yearly = span_equal(tier->rule->basis, SPAN("per_year"));
    int64_t taken = yearly ? year->deductible : at->same_stay ? year->stay_deductible : 0;
    at->result->deductible = least(at->result->scope, not_negative(standard - taken));
    at->result->above = at->result->scope - at->result->deductible;
    policy_say(at->steps, STEP_TAKEN, NULL, standard, taken, at->result->deductible, at->result->above);
}

/* A rate in 10^-8 with the person's points and the way of a transfer; never outside 0 to 1. */
static int64_t find_rate(struct settling *at, const struct policy_rule *rule) {
    const struct policy_terms *terms = at->terms;
    int64_t rate = rule->value * BP_ONE;
    policy_say(at->steps, STEP_RATIO, rule, rule->value, at->tier, 0, 0);
    for (int index = 0; index < CLASS_COUNT; index++) {
        const struct policy_value *bonus = &terms->bonus[index];
        if (!bonus->rule || !bonus->value || !(at->claim->classes & 1u << index)) continue;
        rate += bonus->value * BP_ONE;
        policy_say(at->steps, STEP_BONUS, bonus->rule, bonus->value, rate, 0, 0);
    }
    const struct policy_value *away = &at->plan->transfer[at->claim->away];
    if (at->claim->away && away->mode == MODE_MULTIPLY) rate = rate / BP_ONE * away->value;
    if (at->claim->away && away->mode == MODE_SUBTRACT) rate -= away->value * BP_ONE;
    rate = rate < 0 ? 0 : least(rate, RATE_ONE);
    if (at->claim->away && (away->mode == MODE_MULTIPLY || away->mode == MODE_SUBTRACT))
        policy_say(at->steps, STEP_AWAY, away->rule, away->value, rate, away->mode, at->claim->away);
    return rate;
}

/* The largest part of `amount` that the fund may take at `rate` without paying more than `room`, when
   `before` (in 10^-8 fen) is paid already and rounded together with it. */
static int64_t part_under(int64_t amount, int64_t rate, exact before, int64_t room) {
    if (rate == 0 || half_up(before + (exact)amount * rate, RATE_ONE) <= room) return amount;
    exact most = ((exact)room + 1) * RATE_ONE - RATE_ONE / 2 - 1 - before;
    return most < 0 ? 0 : (int64_t)least((int64_t)(most / rate), amount);
}

/* What the fund has paid of a claim while bands are gone through. */
struct paying {
    exact sum; /* of a plan that rounds once, in 10^-8 fen */
    int64_t paid, room;
};

static void pay_band(struct settling *at, const struct policy_rule *rule, int64_t amount,
                     struct paying *paying) {
    int64_t rate = find_rate(at, rule);
    bool whole = at->plan->round_total;
    int64_t part =
        part_under(amount, rate, whole ? paying->sum : 0, whole ? paying->room : paying->room - paying->paid);
    paying->sum += (exact)part * rate;
    int64_t before = paying->paid;
    paying->paid = whole ? half_up(paying->sum, RATE_ONE) : before + half_up((exact)part * rate, RATE_ONE);
    at->result->over_cap += amount - part;
    policy_say(at->steps, STEP_BAND, rule, part, rate, paying->paid - before, amount);
}

/* Step 3: bands over what is above the deductible, of this claim or of the year; then the cap. */
static void pay_base(struct settling *at) {
    const struct policy_terms *terms = at->terms;
    struct policy_result *result = at->result;
    const struct policy_value *cap = of_class(terms->cap_base, at->claim->classes);
    struct paying paying = {.room = room_under(cap, at->year->base_paid)};
    if (at->claim->kind == CLAIM_TRAUMA)
        paying.room = least(paying.room, room_under(&terms->trauma_cap, at->year->trauma_paid));
    const struct policy_bands *bands = &terms->bands;
    bool banded = bands->count && at->tier < LEVEL_X1;
    int64_t begin = banded && span_equal(bands->band[0]->basis, SPAN("per_year")) ? at->year->above : 0;
    if (!banded) pay_band(at, terms->ratio[at->tier].rule, result->above, &paying);
    for (uint32_t i = 0; banded && i < bands->count; i++) {
        const struct policy_rule *band = bands->band[i];
        int64_t from = band->from > begin ? band->from : begin, to = least(band->to, begin + result->above);
        if (from < to) pay_band(at, band, to - from, &paying);
    }
    result->base = paying.paid;
    if (cap->rule)
        policy_say(at->steps, STEP_CAP, cap->rule, cap->mode == MODE_NO_CAP ? -1 : cap->value,
                   at->year->base_paid, result->base, result->over_cap);
}

/* What the bands give for a burden of the year up to `burden`. */
static int64_t serious_up_to(const struct policy_bands *bands, int64_t burden, bool whole) {
    int64_t paid = 0;
    exact sum = 0;
    for (uint32_t i = 0; i < bands->count && bands->band[i]->from < burden; i++) {
        exact pay = (exact)(least(bands->band[i]->to, burden) - bands->band[i]->from) * bands->band[i]->value;
        sum += pay;
        paid += half_up(pay, BP_ONE);
    }
    return whole ? half_up(sum, BP_ONE) : paid;
}

void policy_serious(const struct policy_plan *plan, const struct policy_claim *claim,
                    const struct policy_year *year, struct policy_result *result,
                    struct policy_steps *steps) {
    const struct policy_terms *terms = &plan->terms[claim->scheme];
    result->burden = result->scope - result->base;
    if (claim->scheme == SCHEME_EMPLOYEE) {
        if (!result->over_cap || !terms->big_ratio.rule) return;
        result->big = least(policy_share(result->over_cap, terms->big_ratio.value),
                            room_under(&terms->big_cap, year->big_paid));
        policy_say(steps, STEP_BIG, terms->big_ratio.rule, result->over_cap, terms->big_ratio.value,
                   result->big, 0);
        return;
    }
    int64_t after = year->burden + result->burden;
    policy_say(steps, STEP_BURDEN, NULL, result->burden, year->burden, after, 0);
    if (!terms->ci.count) return;
    int64_t had = serious_up_to(&terms->ci, year->burden, plan->round_total),
            now = serious_up_to(&terms->ci, after, plan->round_total);
    const struct policy_value *cap = of_class(terms->ci_cap, claim->classes);
    policy_say(steps, STEP_CI, terms->ci.band[0], had, now, now - had, terms->ci.band[0]->from);
    result->big = least(now - had, room_under(cap, year->big_paid));
    if (cap->rule && result->big < now - had)
        policy_say(steps, STEP_CI_CAP, cap->rule, cap->value, year->big_paid, result->big, 0);
}

static bool settle_stay(struct settling *at) {
    const struct policy_value *away = &at->plan->transfer[at->claim->away];
    at->same_stay = at->claim->stay && at->claim->stay == at->year->last_stay;
    at->result->new_stay = !at->same_stay;
    if (!find_tier(at)) return false;
    if (at->claim->away && away->mode == MODE_PRESELFPAY) {
        int64_t first = policy_share(at->result->scope, away->value);
        at->result->scope -= first;
        policy_say(at->steps, STEP_FIRST_SELF, away->rule, away->value, first, at->result->scope, 0);
    }
    take_deductible(at);
    pay_base(at);
    return true;
}

/* The outpatient pool: a deductible of the year or of the visit, a ratio by level, caps. */
static bool settle_visit(struct settling *at) {
    const struct policy_terms *terms = at->terms;
    struct policy_result *result = at->result;
    const struct policy_value *ratio = &terms->visit_ratio[at->claim->level],
                              *first = &terms->visit_deductible;
    const struct policy_value *cap = of_class(terms->visit_cap, at->claim->classes),
                              *once = &terms->visit_once[at->claim->level];
    at->tier = at->claim->level;
    if (!ratio->rule && !terms->visits_by_level) return give_up(at, VERDICT_NO_RULE);
    if (!ratio->rule && at->tier == LEVEL_NONE) return give_up(at, VERDICT_NO_LEVEL);
    if (!ratio->rule) {
        policy_say(at->steps, STEP_NOT_COVERED, NULL, at->tier, 0, 0, 0);
        result->above = result->scope;
        result->verdict = VERDICT_NOT_COVERED;
        return true;
    }
    bool yearly = first->rule && span_equal(first->rule->basis, SPAN("per_year"));
    int64_t taken = yearly ? at->year->visit_deductible : 0;
    result->deductible = first->rule ? least(result->scope, not_negative(first->value - taken)) : 0;
    result->above = result->scope - result->deductible;
    policy_say(at->steps, STEP_TAKEN, first->rule, first->value, taken, result->deductible, result->above);
    int64_t full = policy_share(result->above, ratio->value);
    policy_say(at->steps, STEP_RATIO, ratio->rule, ratio->value, at->tier, 0, 0);
    policy_say(at->steps, STEP_BAND, ratio->rule, result->above, ratio->value * BP_ONE, full, result->above);
    result->base = least(full, room_under(cap, at->year->visit_paid));
    if (cap->rule)
        policy_say(at->steps, STEP_VISIT_CAP, cap->rule, cap->value, at->year->visit_paid, result->base, 0);
    if (once->rule && result->base > once->value) {
        result->base = once->value;
        policy_say(at->steps, STEP_VISIT_CAP, once->rule, once->value, 0, result->base, 0);
    }
    return true;
}

void policy_settle(const struct policy_plan *plan, const struct policy_claim *claim,
                   const struct policy_year *year, struct policy_result *result, struct policy_steps *steps) {
    *result = (struct policy_result){.scope = claim->scope};
    struct settling at = {plan, plan ? &plan->terms[claim->scheme] : NULL, claim, year, result, steps, 0,
                          false};
    bool worked;
    if (plan) policy_say(steps, STEP_SCOPE, NULL, claim->fee, claim->fee - claim->scope, claim->scope, 0);
    if (!plan) worked = give_up(&at, VERDICT_NO_PLAN);
    else if (claim->kind == CLAIM_STAY || claim->kind == CLAIM_TRAUMA) worked = settle_stay(&at);
    else if (claim->kind == CLAIM_VISIT) worked = settle_visit(&at);
    else if (claim->kind == CLAIM_OTHER) worked = give_up(&at, VERDICT_NO_KIND);
    else worked = true; /* a pharmacy: nothing but the account and cash */
    if (!worked) {
        policy_as_paid(claim, year, result->verdict, result);
        return;
    }
    if (claim->kind != CLAIM_PHARMACY) policy_serious(plan, claim, year, result, steps);
    policy_person(plan, claim, result, steps);
}
