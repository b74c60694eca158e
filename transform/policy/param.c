/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "transform/policy/rule.h"

/* Every parameter a rule may be about.  A word that stands here and nowhere in the engine is kept for
   people and for reports: premiums, subsidies, windows. */
const struct policy_param policy_params[] = {
    /* contribution, subsidy, personal account */
    {"contrib.base.min_pct", " bp ", "  "},
    {"contrib.base.max_pct", " bp ", "  "},
    {"contrib.base.avg_wage", " fen ", "  "},
    {"contrib.rate.employer", " bp ", "  "},
    {"contrib.rate.personal", " bp ", "  "},
    {"contrib.rate.maternity", " bp ", "  "},
    {"contrib.rate.flexible", " bp ", "  "},
    {"contrib.amount.rounding", "  ", " floor_yuan half_up_yuan half_up_cent "},
    {"contrib.arrears.latefee", " bp ", "  "},
    {"contrib.resident.tier", " fen ", "  minimum "},
    {"subsidy.total", " fen ", "  minimum "},
    {"subsidy.level", " fen ", "  "},
    {"subsidy.share", " bp ", "  "},
    {"subsidy.aid_funded", " fen ", "  "},
    {"acct.inflow", " bp fen ", " pct_base pct_own_pension pct_avg_pension fixed "},
    {"acct.avg_pension", " fen ", "  "},
    {"acct.interest.method", "  ", " demand fixed_3m none "},
    {"acct.mutual_aid", " bool ", "  "},
    /* stays */
    {"inp.deductible", " fen ", "  set "},
    {"inp.deductible.repeat", " fen bp ", " set multiply subtract_floor_zero "},
    {"inp.deductible.age_add", " fen ", "  add "},
    {"inp.ratio", " bp ", "  set "},
    {"inp.ratio.band", " bp ", "  marginal "},
    {"inp.ratio.bonus", " bp ", "  add_points "},
    {"inp.cap.base", " fen ", "  no_cap "},
    {"trauma.cap", " fen ", "  "},
    {"mat.fixed", " fen ", "  "},
    /* large sums and serious illness */
    {"big.employee.ratio", " bp ", "  no_cap "},
    {"big.employee.cap", " fen ", "  no_cap "},
    {"big.employee.premium", " fen ", "  "},
    {"ci.threshold", " fen ", "  "},
    {"ci.band", " bp ", "  marginal "},
    {"ci.cap", " fen ", "  no_cap "},
    {"ci.premium", " fen ", "  "},
    /* visits */
    {"opd.pool.deductible", " fen ", "  set "},
    {"opd.pool.ratio", " bp ", "  set "},
    {"opd.pool.cap", " fen ", "  "},
    {"opd.resident.ratio", " bp ", "  set "},
    {"opd.resident.cap", " fen ", "  "},
    {"opd.two_disease.cap", " fen ", "  "},
    {"chronic.list.count", " count ", "  "},
    /* how it is worked out */
    {"ref.transfer", " bp ", " multiply subtract_points own_tier preselfpay "},
    {"ref.preselfpay.catB", " bp ", "  "},
    {"order.of.payers", "  ", NULL}, /* its mode is a list, read by plan.c */
    {"rounding.settle", "  ", " half_up_cent_per_band half_up_cent_total "},
    /* budget and pooling */
    {"budget.reserve", " bp ", "  "},
    {"adjust_fund.province", " bp ", "  "},
    {"gap.share", " bp ", "  "},
    {"gap.fault.share", " bp ", "  "},
    {"arrears.plan.years", " years ", "  "},
    {"workcap.months", " months ", "  "},
    /* relations */
    {"retire.min_years", " years ", "  "},
    {"retire.deemed_years", " bool ", "  counted "},
    {"transfer.window", " months ", "  "},
    {"wait.period.max", " months ", "  "},
    {"wait.switch_years", " years ", "  "},
    {"newborn.window", " days ", "  "},
    {"enroll.season.from", " month_of_year ", "  "},
    {"enroll.season.to", " month_of_year ", "  "},
    {0},
};
