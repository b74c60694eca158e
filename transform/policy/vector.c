/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/vector.h"
#include "core/decimal.h"
#include "core/language.h"
#include "transform/row/csv.h"

/* Columns of the file, in its order. */
enum column {
    IN_ID,
    IN_PLAN,
    IN_KIND,
    IN_INSUTYPE,
    IN_LEVEL,
    IN_CLASS,
    IN_NTH,
    IN_BASE,
    IN_FEE,
    IN_SCOPE,
    IN_FUND,
    IN_BASE_PAY,
    IN_PENSION,
    IN_OWN,
    IN_MUTUAL,
    IN_PRIOR,
    IN_EXPECTED,
    IN_SOURCE = IN_EXPECTED + FIGURE_COUNT,
    IN_NOTE,
    IN_COUNT
};

const char *const vector_figures[FIGURE_COUNT] = {
    "exp_amount_fen", "exp_dedc_fen", "exp_base_pay_fen", "exp_burden_fen", "exp_ci_pay_fen",
    "exp_fund_fen",   "exp_acct_fen", "exp_mulaid_fen",   "exp_person_fen", "exp_cash_fen"};

static bool wrong(const char *path, uint32_t line, uint32_t column, struct error *error, const char *why) {
    error->at = (struct place){.source = path, .row = line, .column = column};
    return error_code(error, TROUBLE_USAGE, NULL, "%s", why);
}

bool vector_next(struct span text, const char *path, size_t *at, struct arena *arena,
                 struct policy_vector *vector, struct error *error) {
    struct csv csv = {.text = text, .at = *at};
    struct span cells[CSV_CELLS];
    if (*at == 0) csv_next(&csv, cells, arena); /* the header */
    uint32_t count = csv_next(&csv, cells, arena);
    *at = csv.at;
    if (count == 0)
        return csv.broken && wrong(path, csv.line, 0, error, TEXT("引号没有收尾", "a quote is never closed"));
    if (count != IN_COUNT)
        return wrong(path, csv.line, count, error, TEXT("列数不对", "wrong number of columns"));
    *vector = (struct policy_vector){.id = cells[IN_ID],
                                     .plan = cells[IN_PLAN],
                                     .kind = cells[IN_KIND],
                                     .source = cells[IN_SOURCE],
                                     .note = cells[IN_NOTE]};
    memcpy(vector->cells, cells, sizeof vector->cells);
    for (int figure = 0; figure < FIGURE_COUNT; figure++) {
        vector->asserted[figure] = cells[IN_EXPECTED + figure].size > 0;
        if (vector->asserted[figure] &&
            decimal_read(cells[IN_EXPECTED + figure], 0, &vector->expected[figure]) != DECIMAL_OK)
            return wrong(path, csv.line, (uint32_t)(IN_EXPECTED + figure) + 1, error,
                         TEXT("不是整数(分)", "not whole fen"));
    }
    return true;
}

bool vector_find(struct span text, const char *path, struct span id, struct arena *arena,
                 struct policy_vector *vector, struct error *error) {
    for (size_t at = 0; vector_next(text, path, &at, arena, vector, error);)
        if (span_equal(vector->id, id)) return true;
    return error->message[0]
               ? false
               : error_code(error, TROUBLE_USAGE, NULL, TEXT("%s 里没有「%.*s」", "%s has no \"%.*s\""), path,
                            (int)id.size, id.bytes);
}

static int64_t number(const struct policy_vector *vector, enum column column) {
    int64_t value = 0;
    return decimal_read(vector->cells[column], 0, &value) == DECIMAL_OK ? value : 0;
}

static struct policy_claim claim_of(const struct policy_vector *vector) {
    enum policy_level level = plan_level(vector->cells[IN_LEVEL]);
    int class = plan_class(vector->cells[IN_CLASS]);
    struct policy_claim claim = {
        .scheme = span_equal(vector->cells[IN_INSUTYPE], SPAN("310")) ? SCHEME_EMPLOYEE : SCHEME_RESIDENT,
        .kind = span_equal(vector->kind, SPAN("outpatient")) ? CLAIM_VISIT : CLAIM_STAY,
        .level = level < LEVEL_X1 ? level : LEVEL_NONE,
        .away = level < LEVEL_X1 ? LEVEL_NONE : level,
        .classes = class < 0 ? 0 : 1u << class,
        .fee = number(vector, IN_FEE),
        .scope = number(vector, IN_SCOPE),
        .own_balance = number(vector, IN_OWN),
        .mutual_balance = number(vector, IN_MUTUAL)};
    if (!claim.fee) claim.fee = claim.scope;
    return claim;
}

/* The parts that begin in the middle: serious illness on a given base payment, the person on a given fund's.
 */
static void run_part(const struct policy_vector *vector, const struct policy_plan *plan,
                     const struct policy_claim *claim, const struct policy_year *year,
                     struct policy_result *result, struct policy_steps *steps) {
    *result = (struct policy_result){.scope = claim->scope};
    if (span_equal(vector->kind, SPAN("critical_illness"))) {
        result->base = number(vector, IN_BASE_PAY);
        policy_serious(plan, claim, year, result, steps);
    } else {
        result->base = number(vector, IN_FUND);
    }
    policy_person(plan, claim, result, steps);
}

static void run_claim(struct policy_vector *vector, const struct policy_plan *plan,
                      struct policy_steps *steps, enum policy_verdict *verdict) {
    struct policy_claim claim = claim_of(vector);
    int64_t nth = number(vector, IN_NTH);
    struct policy_year year = {
        .scheme = claim.scheme, .stays = nth > 0 ? (uint32_t)nth - 1 : 0, .burden = number(vector, IN_PRIOR)};
    struct policy_result result;
    bool whole = span_equal(vector->kind, SPAN("inpatient")) || span_equal(vector->kind, SPAN("outpatient"));
    if (whole) policy_settle(plan, &claim, &year, &result, steps);
    else run_part(vector, plan, &claim, &year, &result, steps);
    *verdict = result.verdict;
    vector->got[FIGURE_DEDUCTIBLE] = result.deductible;
    vector->got[FIGURE_BASE] = result.base;
    vector->got[FIGURE_BURDEN] = year.burden + result.burden;
    vector->got[FIGURE_SERIOUS] = result.big;
    vector->got[FIGURE_FUND] = result.fund;
    vector->got[FIGURE_ACCOUNT] = result.account;
    vector->got[FIGURE_MUTUAL] = result.mutual;
    vector->got[FIGURE_PERSON] = result.person;
    vector->got[FIGURE_CASH] = result.cash;
}

bool vector_run(struct policy_vector *vector, const struct policy_rules *rules,
                const struct policy_plans *plans, struct policy_steps *steps, struct error *error) {
    const struct policy_plan *plan = plan_on(plans, vector->plan, INT32_MIN, true);
    enum policy_verdict verdict = VERDICT_DONE;
    if (!plan)
        return error_code(error, TROUBLE_USAGE, NULL, TEXT("没有方案「%.*s」", "no plan \"%.*s\""),
                          (int)vector->plan.size, vector->plan.bytes);
    struct policy_dues dues = {.plan = vector->plan,
                               .insutype = vector->cells[IN_INSUTYPE],
                               .rate = "contrib.rate.flexible",
                               .class = vector->cells[IN_CLASS],
                               .day = plan->since,
                               .minimum = span_equal(vector->cells[IN_BASE], SPAN("min"))};
    bool known = true;
    if (span_equal(vector->kind, SPAN("contribution")))
        known = policy_dues(rules, &dues, &vector->got[FIGURE_AMOUNT], steps);
    else if (span_equal(vector->kind, SPAN("acct_inflow")))
        known = policy_inflow(rules, &dues, number(vector, IN_PENSION), &vector->got[FIGURE_AMOUNT], steps);
    else run_claim(vector, plan, steps, &verdict);
    return (known && verdict_worked(verdict)) ||
           error_code(
               error, TROUBLE_USAGE, NULL,
               TEXT("方案「%.*s」缺少算「%.*s」要用的规则", "plan \"%.*s\" lacks a rule that \"%.*s\" needs"),
               (int)vector->plan.size, vector->plan.bytes, (int)vector->id.size, vector->id.bytes);
}

bool vector_held(const struct policy_vector *vector) {
    for (int figure = 0; figure < FIGURE_COUNT; figure++)
        if (vector->asserted[figure] && vector->expected[figure] != vector->got[figure]) return false;
    return true;
}
