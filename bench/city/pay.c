/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "bench/city/pay.h"

enum { BP = 10000 };

/* Stays, by plan and level 0..3: deductible in yuan, share in 1/100. */
struct stay_terms {
    int16_t deductible[4], share[4], retired, poor,
        second; /* points; second: deductible of stay 2 in 1/100 */
};
static const struct stay_terms employees[] = {
    [PAY_A] = {{150, 450, 550, 650}, {93, 91, 90, 89}, 2, 0, 0}, /* second: 100 yuan less */
    [PAY_B] = {{400, 400, 500, 700}, {92, 92, 90, 88}, 4, 0, 80},
    [PAY_CITY] = {{200, 400, 500, 700}, {93, 92, 90, 88}, 3, 0, 50},
};
static const struct stay_terms residents[] = {
    [PAY_A] = {{300, 300, 600, 1200}, {85, 85, 75, 65}, 0, 0, 0},
    [PAY_B] = {{200, 200, 500, 1200}, {85, 85, 75, 65}, 0, 0, 100},
    [PAY_C] = {{200, 300, 400, 700}, {90, 80, 75, 65}, 0, 5, 100},
    [PAY_CITY] = {{300, 300, 500, 1000}, {88, 85, 75, 65}, 0, 5, 50},
};

static int64_t part(int64_t amount, int64_t share) { return (amount * share + BP / 2) / BP; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

/* Serious illness of residents: up to a burden of the year. */
static int64_t serious(enum pay_plan plan, int64_t burden) {
    static const struct {
        int64_t from[3], share[3]; /* yuan; 1/100 */
    } bands[] = {[PAY_A] = {{10000, 50000, 100000}, {60, 70, 80}},
                 [PAY_B] = {{10000, 30000, 100000}, {60, 70, 80}},
                 [PAY_C] = {{10000, 10000, 10000}, {0, 0, 50}},
                 [PAY_CITY] = {{12000, 50000, 100000}, {60, 65, 70}}};
    int64_t pays = 0;
    for (int i = 0; i < 3; i++) {
        int64_t from = bands[plan].from[i] * 100, to = i < 2 ? bands[plan].from[i + 1] * 100 : INT64_MAX;
        if (burden > from) pays += part(least(burden, to) - from, bands[plan].share[i] * 100);
    }
    return pays;
}

static void pay_stay(enum pay_plan plan, const struct pay_person *person, const struct pay_claim *claim,
                     struct pay_amounts *amounts) {
    const struct stay_terms *terms = person->employee ? &employees[plan] : &residents[plan];
    int64_t first = terms->deductible[claim->level] * 100, share = terms->share[claim->level] * 100;
    if (plan == PAY_A && person->employee && person->young) first += 10000;
    if (claim->nth == 2)
        first = plan == PAY_A ? (first > 10000 ? first - 10000 : 0) : first * terms->second / 100;
    if (claim->nth > 2 && (plan == PAY_A || plan == PAY_CITY)) first = 0;
    if (person->retired) share += terms->retired * 100;
    if (person->poor) share += terms->poor * 100;
    if (claim->care == PAY_AWAY && plan == PAY_C) first = 150000, share = 5000; /* another province */
    else if (claim->care == PAY_AWAY)
        share = plan == PAY_A ? share * 9 / 10 : plan == PAY_B ? share - 500 : share - 1000;
    amounts->deductible = least(claim->scope, first);
    amounts->pool = part(claim->scope - amounts->deductible, share);
    if (person->employee) return;
    amounts->big = serious(plan, claim->burden + claim->scope - amounts->pool) - serious(plan, claim->burden);
}

static void pay_visit(enum pay_plan plan, const struct pay_person *person, const struct pay_claim *claim,
                      struct pay_amounts *amounts) {
    static const int16_t shares[][4] = {
        [PAY_A] = {0, 70, 60, 50}, [PAY_B] = {0, 70, 60, 50}, [PAY_CITY] = {0, 70, 60, 55}};
    static const int64_t caps[][2] = {
        [PAY_A] = {80000, 100000}, [PAY_B] = {150000, 250000}, [PAY_CITY] = {200000, 250000}};
    static const int64_t resident_caps[] = {
        [PAY_A] = 12000, [PAY_B] = 0, [PAY_C] = 10000, [PAY_CITY] = 15000};
    if (person->employee) {
        amounts->deductible = plan == PAY_B ? 0 : least(claim->scope, 20000);
        amounts->pool = least(part(claim->scope - amounts->deductible, shares[plan][claim->level] * 100),
                              caps[plan][person->retired]);
        return;
    }
    /* B pays for visits in villages and townships alone. */
    amounts->pool = least(part(claim->scope, plan == PAY_C ? 5000 : 6000), resident_caps[plan]);
    if (plan == PAY_B && claim->level == 0) amounts->pool = least(part(claim->scope, 5000), 3000);
    amounts->big = serious(plan, claim->burden + claim->scope - amounts->pool) - serious(plan, claim->burden);
}

bool pay_work(enum pay_plan plan, const struct pay_person *person, const struct pay_claim *claim,
              struct pay_amounts *amounts) {
    *amounts = (struct pay_amounts){0};
    if (claim->care == PAY_UNKNOWN) return false;
    if (claim->care == PAY_VISIT) pay_visit(plan, person, claim, amounts);
    else if (claim->care != PAY_NOTHING) pay_stay(plan, person, claim, amounts);
    return true;
}
