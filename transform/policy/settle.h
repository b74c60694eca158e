/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_SETTLE_H
#define TRANSFORM_POLICY_SETTLE_H
#include "transform/policy/plan.h"

/* One settlement worked out by a plan: scope, deductible, base fund, large sums or serious illness, the
   other payers, the person, the account.  Whole fen, half up where the plan rounds.  Replay, `policy
   explain` and the vectors all go through these functions. */

enum claim_kind {
    CLAIM_STAY,
    CLAIM_TRAUMA,   /* a stay after an accident */
    CLAIM_VISIT,    /* outpatient pool */
    CLAIM_PHARMACY, /* the account alone */
    CLAIM_OTHER     /* no rule is known for it: chronic disease by its own list, maternity by package */
};

/* What is known of a settlement.  Amounts in fen, as the county paid them. */
struct policy_claim {
    enum policy_scheme scheme;
    enum claim_kind kind;
    enum policy_level level; /* of the institution; LEVEL_NONE: not known */
    enum policy_level away;  /* X1..X3, else LEVEL_NONE */
    uint32_t classes;        /* bit 1 << policy_class */
    int32_t day;             /* settled, days since 2000-01-01 */
    uint64_t stay;           /* several settlements of one stay have the same; 0: not known */
    int64_t fee, full_self, scope, deductible;
    int64_t base, big, civil, aid, other, account, mutual, hospital; /* paid */
    int64_t own_balance, mutual_balance; /* at most this much may come from the accounts */
};

/* What one person has used up in one year under one plan and scheme. */
struct policy_year {
    int32_t year;
    enum policy_scheme scheme;
    uint32_t stays;
    uint64_t last_stay;
    int64_t stay_deductible;                                             /* taken in that stay */
    int64_t deductible, above, base_paid, trauma_paid, big_paid, burden; /* stays; burden: all care */
    int64_t visit_deductible, visit_paid;
};

enum policy_verdict {
    VERDICT_DONE,
    VERDICT_NOT_COVERED, /* the plan pays for visits, but not at this level: 0 is the answer */
    VERDICT_NO_PLAN,     /* the county has no plan on that day */
    VERDICT_NO_LEVEL,    /* the level decides and is not known */
    VERDICT_NO_RULE,     /* the plan says nothing of this level or kind */
    VERDICT_NO_KIND,     /* care that these rules do not describe, or an insurance other than 310, 390 */
    VERDICT_UNPAIRED,    /* a refund of something that is not here */
    VERDICT_COUNT
};
/* Worked out, rather than taken as it was paid. */
static inline bool verdict_worked(enum policy_verdict verdict) { return verdict <= VERDICT_NOT_COVERED; }

struct policy_result {
    enum policy_verdict verdict;
    int64_t scope, deductible, above, base, over_cap, big, civil, aid,
        other; /* fen; big: serious illness too */
    int64_t fund, person, account, mutual, cash, burden;
    bool new_stay; /* it counted as another stay of the year */
};

/* A step for people: what was done, by which row, with which numbers. */
enum step_code {
    STEP_SCOPE,      /* fee, not in scope, scope */
    STEP_NTH,        /* number of the stay */
    STEP_DEDUCTIBLE, /* standard by level */
    STEP_AGE,        /* added */
    STEP_REPEAT,     /* factor or fen, standard after it */
    STEP_TAKEN,      /* standard, taken before, taken now */
    STEP_FIRST_SELF, /* share, fen paid before the ratio applies */
    STEP_RATIO,      /* ratio by level */
    STEP_BONUS,      /* points, ratio after */
    STEP_AWAY,       /* factor or points, ratio after */
    STEP_BAND,       /* amount in the band, ratio, pays */
    STEP_CAP,        /* cap, used before, pays now, above the cap */
    STEP_BIG,        /* above the cap, ratio, pays */
    STEP_BURDEN,     /* of this claim, of the year before, after */
    STEP_CI,         /* in the band before, after; pays more */
    STEP_CI_CAP,     /* cap, used before, pays */
    STEP_PAYER,      /* payer, was paid, remains, pays */
    STEP_PERSON,     /* cost, funds, hospital, person */
    STEP_ACCOUNT,    /* limit, pays */
    STEP_MUTUAL,     /* limit, pays */
    STEP_CASH,       /* rest */
    STEP_VISIT_CAP,  /* cap, used before, pays */
    STEP_NOT_COVERED,
    STEP_BASE_AMOUNT, /* contribution: wage, share, base */
    STEP_RATE,        /* base, rate, exact fen times 10^4, amount */
    STEP_ROUND,       /* before, after */
    STEP_COUNT
};
struct policy_step {
    enum step_code code;
    const struct policy_rule *rule; /* NULL: no row speaks of it */
    int64_t numbers[4];
};
/* Every band with a ratio, all points and a way of transfer, and what stands before and after them. */
enum { STEPS_MAX_POLICY = PLAN_BANDS * (3 + CLASS_COUNT) + 24 };
struct policy_steps {
    uint32_t count;
    struct policy_step step[STEPS_MAX_POLICY];
};
/* `steps` NULL: nobody asks. */
void policy_say(struct policy_steps *steps, enum step_code code, const struct policy_rule *rule, int64_t a,
                int64_t b, int64_t c, int64_t d);

/* Works out a claim after what the year holds; neither is changed. */
void policy_settle(const struct policy_plan *plan, const struct policy_claim *claim,
                   const struct policy_year *year, struct policy_result *result, struct policy_steps *steps);
/* As it was paid: what a claim that cannot be worked out counts as. */
void policy_as_paid(const struct policy_claim *claim, const struct policy_year *year,
                    enum policy_verdict verdict, struct policy_result *result);
/* Adds what a claim used up; `sign` -1 takes it back. */
void policy_year_add(struct policy_year *year, const struct policy_claim *claim,
                     const struct policy_result *result, int sign);

/* Parts of the whole, for the vectors: step 4 on a base fund's amount, steps 6 and 7 on a fund's. */
void policy_serious(const struct policy_plan *plan, const struct policy_claim *claim,
                    const struct policy_year *year, struct policy_result *result, struct policy_steps *steps);
void policy_person(const struct policy_plan *plan, const struct policy_claim *claim,
                   struct policy_result *result, struct policy_steps *steps);
/* amount * share / 10000, half up, exact. */
int64_t policy_share(int64_t amount, int64_t bp);
#endif
