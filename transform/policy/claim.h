/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef TRANSFORM_POLICY_CLAIM_H
#define TRANSFORM_POLICY_CLAIM_H
#include "transform/policy/settle.h"

/* From the codes of a settlement to what a plan asks of it. */
struct claim_words {
    struct span insutype, med_type, hosp_lv; /* national codes */
    struct span place, insured;       /* division codes of the institution and of the cover; may be empty */
    struct span person_type, special; /* psn_type; sp_psn_type, "0" or empty: nothing special */
    int32_t birth, day;               /* days since 2000-01-01; birth INT32_MIN: not known */
    bool fund_paid;                   /* the pool paid something */
};

/* Sets scheme, kind, level, away, classes and day.
   Level: 01 02 三特 三甲, 03 04 三乙 三丙, 05-07 二级, 08-10 一级, 11 无等级 as 乡镇; anything else is not
   known. Away:  another city of the province X1, another province X2, there without a referral (23, 25) X3; a
          referral whose place is not known or near counts as X1.
   Kind:  21 23-25 27-29 a stay, 22 after an accident, 11-13 16 a visit, 41 a pharmacy (a visit where the pool
          paid), everything else has no rule here: chronic lists, single diseases, maternity. */
void claim_sort(const struct claim_words *words, struct policy_claim *claim);
/* "L3A", "" for none: as rules write it. */
const char *claim_level_word(enum policy_level level);
/* active, retired, flexible; poor, resident: what results are grouped by. */
const char *claim_person_word(const struct policy_claim *claim);
const char *claim_kind_word(enum claim_kind kind);
const char *claim_verdict_word(enum policy_verdict verdict);
#endif
