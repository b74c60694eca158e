/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/contribution.h"

__extension__ typedef __int128 exact;
enum { BP_ONE = 10000, YUAN = 100 };

const struct policy_rule *rule_find(const struct policy_rules *rules, struct span plan, const char *param,
                                    struct span insutype, struct span person_class, int32_t day) {
    const struct policy_rule *general = NULL;
    for (uint32_t i = 0; i < rules->row_count; i++) {
        const struct policy_rule *rule = rules->rows[i];
        if (rule->replaced || !rule_is(rule, param) || !span_equal(rule->plan, plan) ||
            !span_equal(rule->person_class, person_class) || day < rule->since || day >= rule->until)
            continue;
        if (span_equal(rule->insutype, insutype)) return rule;
        if (rule->insutype.size == 0) general = rule;
    }
    return general;
}

static const struct policy_rule *find(const struct policy_rules *rules, const struct policy_dues *dues,
                                      const char *param, struct span person_class) {
    return rule_find(rules, dues->plan, param, dues->insutype, person_class, dues->day);
}

/* `number` is fen times `scale`. */
static int64_t rounded(exact number, int64_t scale, const struct policy_rule *rule) {
    struct span mode = rule ? rule->mode : SPAN("half_up_cent");
    bool yuan = !span_equal(mode, SPAN("half_up_cent"));
    exact unit = (exact)scale * (yuan ? YUAN : 1);
    exact whole = (span_equal(mode, SPAN("floor_yuan")) ? number : number + unit / 2) / unit;
    return (int64_t)whole * (yuan ? YUAN : 1);
}

bool policy_dues(const struct policy_rules *rules, const struct policy_dues *dues, int64_t *fen,
                 struct policy_steps *steps) {
    const struct policy_rule *wage = find(rules, dues, "contrib.base.avg_wage", (struct span){"", 0});
    const struct policy_rule *share = find(rules, dues, "contrib.base.min_pct", (struct span){"", 0});
    const struct policy_rule *rate = find(rules, dues, dues->rate, dues->class);
    const struct policy_rule *rounding = find(rules, dues, "contrib.amount.rounding", (struct span){"", 0});
    if (!rate || (!dues->base_fen && !wage) || (dues->minimum && !share)) return false;
    int64_t base = dues->base_fen ? dues->base_fen : wage->value,
            part = dues->minimum ? share->value : BP_ONE;
    exact number = (exact)base * part * rate->value;
    *fen = rounded(number, (int64_t)BP_ONE * BP_ONE, rounding);
    policy_say(steps, STEP_BASE_AMOUNT, dues->base_fen ? NULL : wage, base, part,
               (int64_t)((exact)base * part / BP_ONE), 0);
    policy_say(steps, STEP_RATE, rate, (int64_t)((exact)base * part / BP_ONE), rate->value,
               (int64_t)(number / BP_ONE), 0);
    policy_say(steps, STEP_ROUND, rounding, (int64_t)(number / BP_ONE), *fen, 0, 0);
    return true;
}

bool policy_inflow(const struct policy_rules *rules, const struct policy_dues *dues, int64_t pension_fen,
                   int64_t *fen, struct policy_steps *steps) {
    const struct policy_rule *rule = find(rules, dues, "acct.inflow", dues->class);
    if (!rule) return false;
    int64_t base = span_equal(rule->mode, SPAN("pct_base")) ? dues->base_fen : pension_fen;
    if (span_equal(rule->mode, SPAN("pct_avg_pension"))) {
        const struct policy_rule *average = find(rules, dues, "acct.avg_pension", (struct span){"", 0});
        if (!average) return false;
        base = average->value;
    }
    *fen = rule->money ? rule->value : policy_share(base, rule->value);
    policy_say(steps, STEP_RATE, rule, base, rule->money ? 0 : rule->value, *fen * BP_ONE, 0);
    return true;
}
