/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/lint.h"
#include "core/language.h"
#include <stdarg.h>
#include <stdio.h>

struct linting {
    const struct policy_rules *rules;
    struct policy_listener listener;
    uint32_t problems;
};

__attribute__((format(printf, 6, 7))) static void say(struct linting *at, bool warning,
                                                      const struct policy_rule *rule, enum rule_column column,
                                                      const struct policy_rule *other, const char *format,
                                                      ...) {
    struct policy_problem problem = {.warning = warning,
                                     .path = rule->path,
                                     .line = rule->line,
                                     .column = rule->columns[column],
                                     .plan = rule->plan};
    if (other) problem.other_path = other->path, problem.other_line = other->line;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem.message, sizeof problem.message, format, arguments);
    va_end(arguments);
    at->problems += !warning;
    at->listener.take(at->listener.context, &problem);
}

/* The next rule in force, from `*at` on. */
static const struct policy_rule *next(const struct linting *at, uint32_t *index) {
    while (*index < at->rules->row_count && at->rules->rows[*index]->replaced) ++*index;
    return *index < at->rules->row_count ? at->rules->rows[(*index)++] : NULL;
}

/* Of one plan and parameter, for the same insurance, class and basis. */
static bool same_group(const struct policy_rule *a, const struct policy_rule *b) {
    return a->param == b->param && span_equal(a->plan, b->plan) && span_equal(a->insutype, b->insutype) &&
           span_equal(a->person_class, b->person_class) && span_equal(a->basis, b->basis) &&
           span_equal(a->level, b->level);
}

static bool ends_with(const struct policy_rule *rule, const char *ending) {
    size_t name = strlen(rule->param->name), size = strlen(ending);
    return name >= size && strcmp(rule->param->name + name - size, ending) == 0;
}

static void check_one(struct linting *at, const struct policy_rule *rule) {
    if (rule->since == INT32_MIN)
        say(at, false, rule, RULE_FROM, NULL, "%s",
            TEXT("没有写 valid_from(从哪天起)", "not dated: valid_from is missing"));
    bool share = strstr(rule->param->name, "ratio") || strstr(rule->param->name, ".rate.") ||
                 ends_with(rule, "band") || rule_is(rule, "ref.transfer");
    if (share && rule->has_value && rule->value > 10000)
        say(at, false, rule, RULE_VALUE, NULL, "%s", TEXT("比例超过 100%", "a ratio above 100 %"));
    if (!rule->source.size)
        say(at, true, rule, RULE_SOURCE, NULL, "%s", TEXT("没有写出处(source)", "no source is given"));
}

/* Two rows about one thing on one day; for bands, two that share a fen. */
static void check_twice(struct linting *at, const struct policy_rule *rule, uint32_t from) {
    for (const struct policy_rule *other; (other = next(at, &from));) {
        if (!same_group(rule, other) || rule->nth != other->nth || !rule_meets(rule, other)) continue;
        if (!rule->band && !other->band)
            say(at, false, other, RULE_FROM, rule, "%s",
                TEXT("同一天对同一件事说了两次", "says the same thing twice for one day"));
        else if (rule->from < other->to && other->from < rule->to)
            say(at, false, other, RULE_BAND_FROM, rule, "%s", TEXT("两段重叠", "the bands overlap"));
    }
}

/* The band of the same group on a common day that begins at or, failing that, next above `fen`. */
static const struct policy_rule *band_from(const struct linting *at, const struct policy_rule *rule,
                                           int64_t fen) {
    const struct policy_rule *nearest = NULL;
    uint32_t index = 0;
    for (const struct policy_rule *other; (other = next(at, &index));)
        if (other != rule && same_group(rule, other) && rule_meets(rule, other) && other->band &&
            other->from >= fen && (!nearest || other->from < nearest->from))
            nearest = other;
    return nearest;
}

static bool has_lower(const struct linting *at, const struct policy_rule *rule) {
    uint32_t index = 0;
    for (const struct policy_rule *other; (other = next(at, &index));)
        if (other != rule && same_group(rule, other) && rule_meets(rule, other) && other->from < rule->from)
            return true;
    return false;
}

static const struct policy_rule *find(const struct linting *at, const struct policy_rule *beside,
                                      const char *param) {
    uint32_t index = 0;
    for (const struct policy_rule *other; (other = next(at, &index));)
        if (rule_is(other, param) && span_equal(other->plan, beside->plan) &&
            span_equal(other->insutype, beside->insutype) && rule_meets(other, beside))
            return other;
    return NULL;
}

static void check_bands(struct linting *at, const struct policy_rule *rule) {
    if (!rule->band) return;
    if (rule->to != INT64_MAX) {
        const struct policy_rule *above = band_from(at, rule, rule->to);
        if (!above)
            say(at, false, rule, RULE_BAND_TO, NULL,
                TEXT("这是最高一段，%jd 分以上没有规则；最高一段的 band_to_fen 应留空",
                     "the highest band ends at %jd fen; nothing is said above"),
                (intmax_t)rule->to);
        else if (above->from > rule->to)
            say(at, false, above, RULE_BAND_FROM, rule,
                TEXT("两段之间空着 %jd 到 %jd 分", "a gap between the bands, from %jd to %jd fen"),
                (intmax_t)rule->to, (intmax_t)above->from);
    }
    if (has_lower(at, rule)) return;
    const struct policy_rule *threshold = rule_is(rule, "ci.band") ? find(at, rule, "ci.threshold") : NULL;
    if (threshold && threshold->value != rule->from)
        say(at, false, rule, RULE_BAND_FROM, threshold, "%s",
            TEXT("最低一段不从大病起付线开始", "the lowest band does not begin at the threshold"));
    if (rule_is(rule, "inp.ratio.band") && rule->from != 0)
        say(at, false, rule, RULE_BAND_FROM, NULL, "%s",
            TEXT("最低一段不从 0 开始", "the lowest band does not begin at 0"));
}

/* A rule that ends, followed later by another about the same, leaves days without any. */
static void check_days(struct linting *at, const struct policy_rule *rule) {
    const struct policy_rule *later = NULL;
    uint32_t index = 0;
    if (rule->until == INT32_MAX) return;
    for (const struct policy_rule *other; (other = next(at, &index));) {
        if (other == rule || !same_group(rule, other) || rule->nth != other->nth) continue;
        bool same_place = !rule->band || (rule->from < other->to && other->from < rule->to);
        if (!same_place) continue;
        if (other->since <= rule->until && other->until > rule->until) return;
        if (other->since > rule->until && (!later || other->since < later->since)) later = other;
    }
    char from[16], until[16];
    if (later)
        say(at, false, later, RULE_FROM, rule, TEXT("%s 到 %s 之间没有规则", "nothing is said from %s to %s"),
            rule_day(rule->until, from), rule_day(later->since, until));
}

/* A cap of the year must leave room for what is above the largest deductible. */
static void check_cap(struct linting *at, const struct policy_rule *rule) {
    const char *first = rule_is(rule, "inp.cap.base")   ? "inp.deductible"
                        : rule_is(rule, "opd.pool.cap") ? "opd.pool.deductible"
                                                        : NULL;
    uint32_t index = 0;
    if (!first || !rule->has_value) return;
    for (const struct policy_rule *other; (other = next(at, &index));)
        if (rule_is(other, first) && span_equal(other->plan, rule->plan) &&
            span_equal(other->insutype, rule->insutype) && rule_meets(other, rule) &&
            other->value >= rule->value)
            say(at, false, rule, RULE_VALUE, other, "%s",
                TEXT("封顶线不高于起付线", "the cap is not above the deductible"));
}

/* Every ratio of stays with all the points that one class adds to it. */
static void check_bonus(struct linting *at, const struct policy_rule *rule) {
    uint32_t index = 0;
    if (!rule_is(rule, "inp.ratio.bonus") || !rule->has_value) return;
    for (const struct policy_rule *other; (other = next(at, &index));)
        if ((rule_is(other, "inp.ratio") || rule_is(other, "inp.ratio.band")) &&
            span_equal(other->plan, rule->plan) && span_equal(other->insutype, rule->insutype) &&
            rule_meets(other, rule) && other->value + rule->value > 10000)
            say(at, false, rule, RULE_VALUE, other, "%s",
                TEXT("比例加上加成超过 100%", "ratio and bonus together are above 100 %"));
}

/* Ratios fall and deductibles rise with the level, and on the way out of the city. */
static void check_levels(struct linting *at, const struct policy_rule *rule) {
    bool ratio =
        rule_is(rule, "inp.ratio") || rule_is(rule, "opd.pool.ratio") || rule_is(rule, "opd.resident.ratio");
    enum policy_level level = plan_level(rule->level);
    uint32_t index = 0;
    if ((!ratio && !rule_is(rule, "inp.deductible")) || !level) return;
    for (const struct policy_rule *other; (other = next(at, &index));) {
        bool group = other->param == rule->param && span_equal(other->plan, rule->plan) &&
                     span_equal(other->insutype, rule->insutype) && rule_meets(other, rule);
        if (!group || plan_level(other->level) <= level) continue;
        if (ratio && other->value > rule->value)
            say(at, true, other, RULE_VALUE, rule, "%s",
                TEXT("级别高的比例反而高", "a higher level has the higher ratio"));
        if (!ratio && other->value < rule->value)
            say(at, true, other, RULE_VALUE, rule, "%s",
                TEXT("级别高的起付线反而低", "a higher level has the lower deductible"));
    }
}

static void check_large(struct linting *at, const struct policy_rule *rule) {
    if (rule_is(rule, "big.employee.cap") && !find(at, rule, "big.employee.ratio"))
        say(at, false, rule, RULE_PARAM, NULL, "%s",
            TEXT("有大额封顶线，没有大额比例 big.employee.ratio",
                 "a large-sum cap without big.employee.ratio"));
}

static bool has_plan(const struct linting *at, struct span plan) {
    uint32_t index = 0;
    for (const struct policy_rule *rule; (rule = next(at, &index));)
        if (span_equal(rule->plan, plan)) return true;
    return false;
}

/* `what` follows the word that is wrong. */
static void tell(struct linting *at, struct policy_problem problem, struct span word, const char *what) {
    snprintf(problem.message, sizeof problem.message, "%.*s%s", (int)word.size, word.bytes, what);
    at->problems++;
    at->listener.take(at->listener.context, &problem);
}

/* A row names a plan that there is, and a plan of the city that takes its place. */
static void check_assignment(struct linting *at, const struct policy_assignments *all,
                             const struct policy_assignment *row) {
    struct policy_problem problem = {.path = row->path, .line = row->line, .county = row->county};
    if (!row->plan.size || !has_plan(at, row->plan)) {
        problem.column = all->columns[ASSIGN_PLAN];
        tell(at, problem, row->plan,
             row->plan.size ? TEXT("：没有这个县方案", ": no such plan")
                            : TEXT("plan 列：要写县用哪个方案", "plan: the county's plan is missing"));
    }
    if (!row->city_plan.size || !has_plan(at, row->city_plan)) {
        problem.column = all->columns[ASSIGN_CITY_PLAN];
        tell(at, problem, row->city_plan,
             row->city_plan.size ? TEXT("：没有这个市方案", ": no such city plan")
                                 : TEXT("city_plan 列：县方案没有对应的市方案",
                                        "city_plan: the county's plan has no city plan"));
    }
}

static void check_assignments(struct linting *at, const struct policy_assignments *all,
                              const struct span *counties, uint32_t county_count) {
    for (uint32_t i = 0; i < all->count; i++) check_assignment(at, all, &all->list[i]);
    for (uint32_t c = 0; c < county_count; c++) {
        bool found = false;
        for (uint32_t i = 0; i < all->count; i++) found |= span_equal(all->list[i].county, counties[c]);
        struct policy_problem problem = {.path =
                                             all->count ? all->list[0].path : "mappings/policies/plans.csv",
                                         .column = all->count ? all->columns[ASSIGN_COUNTY] : 1,
                                         .county = counties[c]};
        if (!found) tell(at, problem, counties[c], TEXT("：这个县没有方案", ": this county has no plan"));
    }
}

uint32_t policy_lint(const struct policy_rules *rules, const struct policy_assignments *assignments,
                     const struct span *counties, uint32_t county_count, struct policy_listener listener) {
    struct linting at = {rules, listener, 0};
    uint32_t index = 0;
    for (const struct policy_rule *rule; (rule = next(&at, &index));) {
        check_one(&at, rule);
        check_twice(&at, rule, index);
        check_bands(&at, rule);
        check_days(&at, rule);
        check_cap(&at, rule);
        check_bonus(&at, rule);
        check_levels(&at, rule);
        check_large(&at, rule);
    }
    if (assignments) check_assignments(&at, assignments, counties, county_count);
    return at.problems;
}
