/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_PLAN_H
#define TRANSFORM_POLICY_PLAN_H
#include "transform/policy/rule.h"

/* A plan as it stands on one day, made out of its rules so that a settlement needs no search. */

enum policy_scheme { SCHEME_EMPLOYEE, SCHEME_RESIDENT, SCHEME_COUNT }; /* 310, 390 */

/* Levels of an institution (三乙 and 三甲 are finer than 三级, a village finer than 乡镇), and places out
   of the city: in the province, in another, without being referred. */
enum policy_level {
    LEVEL_NONE,
    LEVEL_L00,
    LEVEL_L0,
    LEVEL_L1,
    LEVEL_L2,
    LEVEL_L3,
    LEVEL_L3B,
    LEVEL_L3A,
    LEVEL_X1,
    LEVEL_X2,
    LEVEL_X3,
    LEVEL_COUNT
};

/* What a person is; several may hold. */
enum policy_class { CLASS_ACTIVE, CLASS_RETIRED, CLASS_FLEXIBLE, CLASS_UNDER_45, CLASS_POOR, CLASS_COUNT };

enum policy_mode {
    MODE_SET,
    MODE_MULTIPLY,
    MODE_SUBTRACT, /* fen from a deductible, points from a ratio; never below 0 */
    MODE_OWN_TIER,
    MODE_PRESELFPAY,
    MODE_NO_CAP
};

enum policy_payer {
    PAYER_BASE,
    PAYER_BIG_OR_CI,
    PAYER_CIVIL,
    PAYER_AID,
    PAYER_BACKSTOP,
    PAYER_ACCOUNT,
    PAYER_CASH,
    PAYER_COUNT
};

enum { PLAN_BANDS = 16, PLAN_TURNS = 9, PLAN_EDITIONS = 64 };

/* One value and the row that says it; rule NULL: the plan is silent. */
struct policy_value {
    const struct policy_rule *rule;
    int64_t value;
    enum policy_mode mode;
};

struct policy_bands {
    uint32_t count;
    const struct policy_rule *band[PLAN_BANDS]; /* ascending, without gap or overlap */
};

struct policy_terms {
    struct policy_value deductible[LEVEL_COUNT], ratio[LEVEL_COUNT];
    struct policy_value repeat[PLAN_TURNS]; /* of the n-th stay of the year, the last one of every further */
    struct policy_value age_add, bonus[CLASS_COUNT];
    struct policy_bands bands; /* of ratios by amount; they take the place of `ratio` */
    struct policy_value cap_base[CLASS_COUNT + 1], big_ratio, big_cap, trauma_cap;
    struct policy_bands ci;
    struct policy_value ci_cap[CLASS_COUNT + 1];
    struct policy_value visit_deductible, visit_ratio[LEVEL_COUNT], visit_cap[CLASS_COUNT + 1],
        visit_once[LEVEL_COUNT];
    bool visits_by_level; /* a level without a ratio is then not covered, rather than not known */
};

/* Rules of one plan in force from `since` to before `until`. */
struct policy_plan {
    struct span name;
    int32_t since, until;
    bool benefits; /* it says something about settlements, not only about premiums and subsidies */
    struct policy_terms terms[SCHEME_COUNT];
    struct policy_value transfer[LEVEL_COUNT]; /* X1..X3 */
    bool round_total;                          /* once for a settlement instead of once for a band */
    uint32_t payer_count;
    enum policy_payer payers[PAYER_COUNT];
    const struct policy_rule *rounding, *order;
};

struct policy_plans {
    uint32_t count;
    struct policy_plan *plans; /* [count] by name, then since */
};

/* Makes every plan of the rules, each for every stretch of days on which it does not change.
   Fails:  TROUBLE_USAGE with both lines: two rules about the same thing on one day; an order of payers
           that names an unknown one; too many bands. */
bool plan_make(const struct policy_rules *rules, struct arena *arena, struct policy_plans *plans,
               struct error *error);
/* The plan on that day.  `early`: before the first day on which it speaks of benefits, as it was on that
   day; that is how claims of the past are worked out under the city's plan.  NULL: no such plan, or none on
   that day. */
const struct policy_plan *plan_on(const struct policy_plans *plans, struct span name, int32_t day,
                                  bool early);

enum policy_level plan_level(struct span word); /* "L3A"; LEVEL_NONE: none such */
int plan_class(struct span word);               /* "retired"; -1: none such */
#endif
