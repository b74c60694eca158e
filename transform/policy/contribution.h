/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_CONTRIBUTION_H
#define TRANSFORM_POLICY_CONTRIBUTION_H
#include "transform/policy/settle.h"

/* What is to be paid in, and what of it goes to the personal account. */

/* The rule of a plan about one parameter, for an insurance and a class ("" matches only ""), on a day;
   one that names neither insurance is taken when no other is there.  NULL: the plan is silent. */
const struct policy_rule *rule_find(const struct policy_rules *rules, struct span plan, const char *param,
                                    struct span insutype, struct span person_class, int32_t day);

struct policy_dues {
    struct span plan, insutype;
    const char *rate;  /* contrib.rate.flexible */
    struct span class; /* of the rate's row */
    int32_t day;
    int64_t base_fen; /* 0: the average wage of the plan */
    bool minimum;     /* the lowest base: the plan's share of it */
};
/* Base times rate, rounded as the plan says (floor to the yuan is real: 23916 x 11 % = 2630).
   False: the plan lacks a rule that is needed. */
bool policy_dues(const struct policy_rules *rules, const struct policy_dues *dues, int64_t *fen,
                 struct policy_steps *steps);

/* What a month brings to the account: a share of the base, of the own or the average pension, or a fixed
   amount.  False: no rule. */
bool policy_inflow(const struct policy_rules *rules, const struct policy_dues *dues, int64_t pension_fen,
                   int64_t *fen, struct policy_steps *steps);
#endif
