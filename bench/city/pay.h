/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_CITY_PAY_H
#define BENCH_CITY_PAY_H
#include <stdbool.h>
#include <stdint.h>

/* What a county pays for a claim, written down by hand from its rules: the sample's own answer, in nothing
   the same as the program that is measured against it. */
enum pay_plan { PAY_A, PAY_B, PAY_C, PAY_CITY };

struct pay_person {
    enum pay_plan plan;
    bool employee, retired, young, poor; /* young: under 45 on the day */
};

enum pay_care { PAY_VISIT, PAY_STAY, PAY_AWAY, PAY_NOTHING, PAY_UNKNOWN }; /* UNKNOWN: no rule says */
struct pay_claim {
    enum pay_care care;
    unsigned level;        /* 0 乡镇 (无等级), 1..3 */
    unsigned nth;          /* stay of the year, from 1 */
    int64_t scope, burden; /* fen; burden: of the year before */
};
struct pay_amounts {
    int64_t deductible, pool, big; /* fen */
};
/* False for PAY_UNKNOWN.  Yearly caps are those of a year without other claims; none of the sample's stays
   comes near the cap of the fund. */
bool pay_work(enum pay_plan plan, const struct pay_person *person, const struct pay_claim *claim,
              struct pay_amounts *amounts);
#endif
