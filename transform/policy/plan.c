/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/plan.h"
#include "core/language.h"
#include <stdlib.h>

static const char *const level_words[LEVEL_COUNT] = {"",    "L00", "L0", "L1", "L2", "L3",
                                                     "L3B", "L3A", "X1", "X2", "X3"};
static const char *const class_words[CLASS_COUNT] = {"active", "retired", "flexible", "under_45", "poor"};
static const char *const payer_words[PAYER_COUNT] = {"base",     "big_or_ci", "cvlserv", "maf",
                                                     "backstop", "acct",      "cash"};

static int word_index(const char *const *words, int count, struct span word) {
    for (int i = 0; i < count; i++)
        if (span_equal(word, (struct span){words[i], strlen(words[i])})) return i;
    return -1;
}

enum policy_level plan_level(struct span word) {
    int index = word_index(level_words, LEVEL_COUNT, word);
    return index < 0 ? LEVEL_NONE : (enum policy_level)index;
}

int plan_class(struct span word) { return word_index(class_words, CLASS_COUNT, word); }

/* One edition while it is made. */
struct making {
    struct policy_plan *plan;
    struct error *error;
};

static bool clash(const struct making *at, const struct policy_rule *rule, const struct policy_rule *other) {
    at->error->at = (struct place){.source = rule->path, .row = rule->line};
    return error_code(
        at->error, TROUBLE_USAGE, NULL,
        TEXT("与 %s 第 %u 行说的是同一天的同一件事(%s)", "says the same as %s row %u on the same day (%s)"),
        other->path, other->line, rule->param->name);
}

static enum policy_mode mode_of(struct span mode) {
    static const struct {
        const char *word;
        enum policy_mode mode;
    } modes[] = {{"multiply", MODE_MULTIPLY},        {"subtract_floor_zero", MODE_SUBTRACT},
                 {"subtract_points", MODE_SUBTRACT}, {"own_tier", MODE_OWN_TIER},
                 {"preselfpay", MODE_PRESELFPAY},    {"no_cap", MODE_NO_CAP}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (span_equal(mode, (struct span){modes[i].word, strlen(modes[i].word)})) return modes[i].mode;
    return MODE_SET;
}

static bool put(const struct making *at, struct policy_value *slot, const struct policy_rule *rule) {
    if (slot->rule) return clash(at, rule, slot->rule);
    *slot = (struct policy_value){rule, rule->value, mode_of(rule->mode)};
    return true;
}

/* Bands stay in ascending order; whether they touch is the lint's question, whether they overlap ours. */
static bool put_band(const struct making *at, struct policy_bands *bands, const struct policy_rule *rule) {
    uint32_t place = bands->count;
    if (place == PLAN_BANDS) return clash(at, rule, bands->band[0]);
    while (place > 0 && bands->band[place - 1]->from > rule->from) place--;
    if (place > 0 && bands->band[place - 1]->to > rule->from) return clash(at, rule, bands->band[place - 1]);
    if (place < bands->count && bands->band[place]->from < rule->to)
        return clash(at, rule, bands->band[place]);
    memmove(bands->band + place + 1, bands->band + place, (bands->count - place) * sizeof(*bands->band));
    bands->band[place] = rule;
    bands->count++;
    return true;
}

/* The engine knows these classes only; others (diabetes, natural) are kept for people. */
static struct policy_value *by_class(struct policy_value *slots, const struct policy_rule *rule) {
    if (rule->person_class.size == 0) return &slots[CLASS_COUNT];
    int index = plan_class(rule->person_class);
    return index < 0 ? NULL : &slots[index];
}

static bool put_stay(const struct making *at, struct policy_terms *terms, const struct policy_rule *rule,
                     enum policy_level level, bool *taken) {
    struct policy_value *slot = NULL;
    *taken = true;
    if (rule_is(rule, "inp.ratio.band")) return put_band(at, &terms->bands, rule);
    if (rule_is(rule, "ci.band")) return put_band(at, &terms->ci, rule);
    if (rule_is(rule, "inp.deductible")) slot = &terms->deductible[level];
    else if (rule_is(rule, "inp.ratio")) slot = &terms->ratio[level];
    else if (rule_is(rule, "inp.deductible.repeat")) slot = &terms->repeat[rule->nth];
    else if (rule_is(rule, "inp.deductible.age_add")) slot = &terms->age_add;
    else if (rule_is(rule, "inp.ratio.bonus")) {
        int index = plan_class(rule->person_class);
        slot = index < 0 ? NULL : &terms->bonus[index];
    } else if (rule_is(rule, "inp.cap.base")) slot = by_class(terms->cap_base, rule);
    else if (rule_is(rule, "trauma.cap")) slot = &terms->trauma_cap;
    else if (rule_is(rule, "big.employee.ratio")) slot = &terms->big_ratio;
    else if (rule_is(rule, "big.employee.cap")) slot = &terms->big_cap;
    else if (rule_is(rule, "ci.cap")) slot = by_class(terms->ci_cap, rule);
    else *taken = false;
    return !slot || put(at, slot, rule);
}

static bool put_visit(const struct making *at, struct policy_terms *terms, const struct policy_rule *rule,
                      enum policy_level level) {
    struct policy_value *slot = NULL;
    bool once = span_equal(rule->basis, SPAN("per_visit"));
    if (rule_is(rule, "opd.pool.deductible")) slot = &terms->visit_deductible;
    else if (rule_is(rule, "opd.pool.ratio") || rule_is(rule, "opd.resident.ratio"))
        slot = &terms->visit_ratio[level];
    else if ((rule_is(rule, "opd.pool.cap") || rule_is(rule, "opd.resident.cap")) && once)
        slot = &terms->visit_once[level];
    else if (rule_is(rule, "opd.pool.cap") || rule_is(rule, "opd.resident.cap"))
        slot = by_class(terms->visit_cap, rule);
    if (slot && slot >= terms->visit_ratio && slot < terms->visit_ratio + LEVEL_COUNT)
        terms->visits_by_level |= level != LEVEL_NONE;
    return !slot || put(at, slot, rule);
}

static bool put_order(const struct making *at, const struct policy_rule *rule) {
    struct policy_plan *plan = at->plan;
    if (plan->order) return clash(at, rule, plan->order);
    plan->order = rule;
    plan->payer_count = 0;
    for (size_t begin = 0; begin < rule->mode.size;) {
        const char *text = rule->mode.bytes + begin, *end = memchr(text, ';', rule->mode.size - begin);
        size_t size = end ? (size_t)(end - text) : rule->mode.size - begin;
        int payer = word_index(payer_words, PAYER_COUNT, (struct span){text, size});
        bool twice = false;
        for (uint32_t i = 0; i < plan->payer_count; i++) twice |= (int)plan->payers[i] == payer;
        if (payer < 0 || twice) {
            at->error->at = (struct place){.source = rule->path, .row = rule->line, .column = RULE_MODE + 1};
            return error_code(
                at->error, TROUBLE_USAGE, NULL,
                TEXT("支付顺序里的「%.*s」不认识或重复；可用 base big_or_ci cvlserv maf backstop acct "
                     "cash，用 ; 隔开",
                     "\"%.*s\" in the order of payers is unknown or stands twice; base big_or_ci cvlserv maf "
                     "backstop acct cash, parted by ;"),
                (int)size, text);
        }
        plan->payers[plan->payer_count++] = (enum policy_payer)payer;
        begin += size + 1;
    }
    return true;
}

static bool put_rule(const struct making *at, const struct policy_rule *rule) {
    struct policy_plan *plan = at->plan;
    enum policy_level level = plan_level(rule->level);
    if (rule_is(rule, "ref.transfer")) return !level || put(at, &plan->transfer[level], rule);
    if (rule_is(rule, "order.of.payers")) return put_order(at, rule);
    if (rule_is(rule, "rounding.settle")) {
        if (plan->rounding) return clash(at, rule, plan->rounding);
        plan->rounding = rule;
        plan->round_total = span_equal(rule->mode, SPAN("half_up_cent_total"));
        return true;
    }
    for (int scheme = 0; scheme < SCHEME_COUNT; scheme++) {
        bool taken = false,
             ours = rule->insutype.size == 0 ||
                    span_equal(rule->insutype, scheme == SCHEME_EMPLOYEE ? SPAN("310") : SPAN("390"));
        if (!ours) continue;
        if (!put_stay(at, &plan->terms[scheme], rule, level, &taken)) return false;
        plan->benefits |=
            rule_is(rule, "inp.ratio") || rule_is(rule, "inp.ratio.band") || rule_is(rule, "ci.band");
        if (!taken && !put_visit(at, &plan->terms[scheme], rule, level)) return false;
    }
    return true;
}

/* What is said of 三级 holds for 三甲 and 三乙, of 乡镇 for a village; without a level it holds for all of
   the county's own levels, and a place out of the city only has what is said of it. */
static void fill_levels(struct policy_value slots[LEVEL_COUNT]) {
    if (!slots[LEVEL_L3A].rule) slots[LEVEL_L3A] = slots[LEVEL_L3];
    if (!slots[LEVEL_L3B].rule) slots[LEVEL_L3B] = slots[LEVEL_L3];
    if (!slots[LEVEL_L00].rule) slots[LEVEL_L00] = slots[LEVEL_L0];
    for (int level = LEVEL_L00; level < LEVEL_X1; level++)
        if (!slots[level].rule) slots[level] = slots[LEVEL_NONE];
}

/* The n-th stay goes by the last turn that is named up to n. */
static void finish_terms(struct policy_terms *terms) {
    for (int turn = 2; turn < PLAN_TURNS; turn++)
        if (!terms->repeat[turn].rule) terms->repeat[turn] = terms->repeat[turn - 1];
    fill_levels(terms->deductible);
    fill_levels(terms->ratio);
    fill_levels(terms->visit_ratio);
    fill_levels(terms->visit_once);
}

static bool make_edition(const struct policy_rules *rules, struct policy_plan *plan, struct error *error) {
    struct making at = {plan, error};
    for (uint32_t payer = 0; payer < PAYER_COUNT; payer++) plan->payers[payer] = (enum policy_payer)payer;
    plan->payer_count = PAYER_COUNT;
    for (uint32_t i = 0; i < rules->row_count; i++) {
        const struct policy_rule *rule = rules->rows[i];
        if (!rule->replaced && span_equal(rule->plan, plan->name) && rule->since <= plan->since &&
            rule->until > plan->since && !put_rule(&at, rule))
            return false;
    }
    for (int scheme = 0; scheme < SCHEME_COUNT; scheme++) finish_terms(&plan->terms[scheme]);
    /* A plan that does not tell provinces apart means every referral. */
    if (!plan->transfer[LEVEL_X2].rule) plan->transfer[LEVEL_X2] = plan->transfer[LEVEL_X1];
    return true;
}

static int by_day(const void *a, const void *b) {
    int32_t left = *(const int32_t *)a, right = *(const int32_t *)b;
    return (left > right) - (left < right);
}

/* The days on which a plan changes, in order, each once. */
static uint32_t change_days(const struct policy_rules *rules, struct span name, int32_t *days) {
    uint32_t count = 0, kept = 0;
    for (uint32_t i = 0; i < rules->row_count; i++) {
        const struct policy_rule *rule = rules->rows[i];
        if (rule->replaced || !span_equal(rule->plan, name)) continue;
        days[count++] = rule->since;
        days[count++] = rule->until;
    }
    qsort(days, count, sizeof *days, by_day);
    for (uint32_t i = 0; i < count; i++)
        if (kept == 0 || days[kept - 1] != days[i]) days[kept++] = days[i];
    return kept;
}

static bool make_editions(const struct policy_rules *rules, struct span name, struct arena *arena,
                          struct policy_plans *plans, struct error *error) {
    int32_t *days = ARENA_NEW(arena, int32_t, (size_t)rules->row_count * 2 + 1);
    uint32_t count = change_days(rules, name, days);
    struct policy_plan *grown = ARENA_NEW(arena, struct policy_plan, plans->count + count);
    if (plans->count) memcpy(grown, plans->plans, plans->count * sizeof *grown);
    plans->plans = grown;
    for (uint32_t i = 0; i + 1 < count; i++) {
        struct policy_plan *plan = &plans->plans[plans->count];
        *plan = (struct policy_plan){.name = name, .since = days[i], .until = days[i + 1]};
        if (!make_edition(rules, plan, error)) return false;
        plans->count++;
    }
    return true;
}

bool plan_make(const struct policy_rules *rules, struct arena *arena, struct policy_plans *plans,
               struct error *error) {
    *plans = (struct policy_plans){0};
    for (uint32_t i = 0; i < rules->row_count; i++) {
        bool seen = false;
        for (uint32_t j = 0; j < i && !seen; j++)
            seen = span_equal(rules->rows[j]->plan, rules->rows[i]->plan);
        if (!seen && !make_editions(rules, rules->rows[i]->plan, arena, plans, error)) return false;
    }
    return true;
}

const struct policy_plan *plan_on(const struct policy_plans *plans, struct span name, int32_t day,
                                  bool early) {
    const struct policy_plan *first = NULL, *found = NULL;
    for (uint32_t i = 0; i < plans->count; i++) {
        const struct policy_plan *plan = &plans->plans[i];
        if (!span_equal(plan->name, name)) continue;
        if (day >= plan->since && day < plan->until) found = plan;
        if (!first || (plan->benefits && !first->benefits)) first = plan;
    }
    return early && first && day < first->since ? first : found;
}
