/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/build.h"

/* What the funds pay by one plan, the others being paid as they were, as far as something is left for them.
 */
static int64_t funds(enum pay_plan plan, const struct care *care, const struct pay_claim *claim,
                     int64_t *base, int64_t *big) {
    struct pay_amounts amounts;
    pay_work(plan, &care->who, claim, &amounts);
    *base = amounts.pool;
    *big = amounts.big;
    int64_t paid = amounts.pool + amounts.big, left = care->cost - care->full;
    int64_t others[] = {care->civil, care->aid};
    for (int i = 0; i < 2; i++) paid += others[i] < left - paid ? others[i] : left - paid;
    return paid;
}

static const char *person_type(const struct pay_person *who) {
    if (who->employee) return who->retired ? "retired" : "active";
    return who->poor ? "poor" : "resident";
}

static struct truth_impact *group_of(struct truth *truth, const char *county, const struct care *care) {
    static const char *const levels[] = {"L0", "L1", "L2", "L3A"};
    const struct pay_person *who = &care->who;
    return truth_impact(truth, county, who->employee ? "310" : "390",
                        care->type != CARE_AWAY ? levels[care->level]
                        : who->plan == PAY_C    ? "X2"
                                                : "X1",
                        person_type(who), care->settled / 10000);
}

/* Adds the claim to its group; what the person pays more under the city's plan, in fen. */
static int64_t add(struct truth_impact *group, const struct care *given) {
    static const enum pay_care cares[CARE_TYPES] = {PAY_VISIT, PAY_UNKNOWN, PAY_NOTHING,
                                                    PAY_VISIT, PAY_STAY,    PAY_AWAY};
    struct care care = *given;
    int sign = care.cost < 0 ? -1 : 1;
    if (sign < 0) care_negate(&care);
    struct pay_claim claim = {
        .care = cares[care.type], .level = care.level, .nth = care.nth, .scope = care.scope};
    int64_t old_base, old_big, new_base, new_big;
    int64_t old = funds(care.who.plan, &care, &claim, &old_base, &old_big);
    int64_t new = funds(PAY_CITY, &care, &claim, &new_base, &new_big);
    group->claims += sign;
    group->fee += sign * care.cost;
    group->old_fund += sign * old;
    group->new_fund += sign * new;
    group->differing += old_base != care.pool || old_big != care.big;
    return old - new;
}

static void count_person(struct truth_impact *group, int64_t loss) {
    group->winners += loss < 0;
    group->losers += loss > 0;
    if (loss > group->largest_loss) group->largest_loss = loss;
}

void care_impact(struct truth *truth, const char *county, const struct care *care, bool refunded) {
    if (care->type == CARE_CHRONIC) return;
    struct truth_impact *group = group_of(truth, county, care);
    int64_t loss = add(group, care);
    if (!refunded) count_person(group, loss);
}

void care_impact_two(struct truth *truth, const char *county, const struct care *first,
                     const struct care *second) {
    struct truth_impact *group = group_of(truth, county, first);
    int64_t loss = add(group, first) + add(group, second);
    count_person(group, loss);
}
