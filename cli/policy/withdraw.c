/* SPDX-License-Identifier: MulanPSL-2.0 */
/* A fault in the rules is its counties' and nobody else's: they publish nothing, the others go on. */
#include "cli/policy/policy.h"
#include "core/language.h"

struct withdrawing {
    struct policy_book *book;
    const struct city *city;
    struct policy_listener listener;
    struct span *plans; /* [plan_count] that have a fault */
    uint32_t plan_count;
};

/* The counties that settle claims: the city's own books stand under the city's code. */
static uint32_t county_codes(const struct city *city, struct arena *arena, struct span **codes) {
    uint32_t count = 0;
    *codes = ARENA_NEW(arena, struct span, city->county_count + 1);
    for (uint32_t c = 0; c < city->county_count; c++)
        if (strcmp(city->counties[c].admdvs, city->admdvs) != 0)
            (*codes)[count++] = (struct span){city->counties[c].admdvs, strlen(city->counties[c].admdvs)};
    return count;
}

uint32_t policy_lint_city(const struct policy_book *book, const struct city *city, struct arena *arena,
                          struct policy_listener listener) {
    struct span *codes = NULL;
    uint32_t count = city ? county_codes(city, arena, &codes) : 0;
    return policy_lint(&book->rules, book->assignments.count ? &book->assignments : NULL, codes, count,
                       listener);
}

const struct error *policy_refused(const struct policy_faults *faults, struct span county) {
    for (uint32_t i = 0; i < faults->count; i++)
        if (span_equal(faults->list[i].county, county)) return &faults->list[i].why;
    return NULL;
}

static const char *county_name(const struct city *city, struct span code) {
    for (uint32_t c = 0; c < city->county_count; c++)
        if (span_equal(code, (struct span){city->counties[c].admdvs, strlen(city->counties[c].admdvs)}))
            return city->counties[c].name;
    return TEXT("这个县", "this county");
}

static void refuse(struct withdrawing *at, struct span county, const struct policy_problem *problem) {
    struct policy_faults *faults = &at->book->faults;
    if (policy_refused(faults, county)) return;
    struct error *why = &faults->list[faults->count].why;
    faults->list[faults->count++].county = county;
    why->at = (struct place){.source = problem->path, .row = problem->line, .column = problem->column};
    error_code(why, TROUBLE_REFUSED, "policy.fault",
               TEXT("%s所用的政策规则有错：%s；改好再运行：tongchou policy lint",
                    "%s goes by rules that have a fault: %s; mend it first: tongchou policy lint"),
               county_name(at->city, county), problem->message);
}

static void take(void *context, const struct policy_problem *problem) {
    struct withdrawing *at = context;
    const struct policy_assignments *all = &at->book->assignments;
    if (at->listener.take) at->listener.take(at->listener.context, problem);
    if (problem->warning) return;
    if (problem->county.size) refuse(at, problem->county, problem);
    if (!problem->plan.size) return;
    bool known = false;
    for (uint32_t i = 0; i < at->plan_count && !known; i++) known = span_equal(at->plans[i], problem->plan);
    if (!known) at->plans[at->plan_count++] = problem->plan;
    for (uint32_t i = 0; i < all->count; i++)
        if (span_equal(all->list[i].plan, problem->plan) || span_equal(all->list[i].city_plan, problem->plan))
            refuse(at, all->list[i].county, problem);
}

void policy_withdraw(struct policy_book *book, const struct city *city, struct arena *arena,
                     struct policy_listener listener) {
    struct policy_assignments *all = &book->assignments;
    struct policy_faults *faults = &book->faults;
    uint32_t limit = all->count + city->county_count + 1, kept = 0;
    struct withdrawing at = {.book = book,
                             .city = city,
                             .listener = listener,
                             .plans = ARENA_NEW(arena, struct span, book->rules.row_count + 1)};
    *faults = (struct policy_faults){.list = ARENA_NEW(arena, struct policy_refusal, limit)};
    faults->problems = policy_lint_city(book, city, arena, (struct policy_listener){take, &at});
    for (uint32_t i = 0; i < at.plan_count; i++) rule_withdraw(&book->rules, at.plans[i]);
    for (uint32_t i = 0; i < all->count; i++)
        if (!policy_refused(faults, all->list[i].county)) all->list[kept++] = all->list[i];
    all->count = kept;
}
