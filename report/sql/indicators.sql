-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 医保工作指标 | Work indicators
-- sheet: 参保 | Enrolled
-- note: 截至月末有效的参保关系，按人计(同一人只计一次)。合计：去重后的人数，跨县、跨险种重复参保的只计一次；有县没有上年数据的，合计不算同比。 | Relations in force at the end of the month, by person. The total counts a person who is enrolled twice once; it has no change where a county has no year before.
-- empty: 没有参保关系 | no relations
-- column: county | 县 | County
-- column: scheme | 险种 | Scheme
-- column: until | 截至 | Until
-- column: persons | 参保人数 | Persons
-- column: active | 在职 | Active
-- column: retired | 退休、离休 | Retired
-- column: before | 上年同月 | A year before
-- column: growth | 同比 | Change | 0 | change
WITH month AS MATERIALIZED (SELECT * FROM pg_temp.month()), relation AS (
    SELECT i.county, i.insutype, coalesce(x.psn_no, i.county || '/' || i.src_psn_no) AS person, left(i.psn_type, 2) AS psn_type,
           i.crt_insu_date < m.ending AND (i.paus_insu_date IS NULL OR i.paus_insu_date >= m.ending) AS now,
           i.crt_insu_date < m.ending_before AND (i.paus_insu_date IS NULL OR i.paus_insu_date >= m.ending_before) AS before
      FROM record.psn_insu_d i CROSS JOIN month m CROSS JOIN the_run r
      LEFT JOIN identity.xref x ON x.county = i.county AND x.src_psn_no = i.src_psn_no
     WHERE r.county IS NULL OR i.county = r.county),
same AS (SELECT bool_and(had) AS same FROM (SELECT bool_or(before) AS had FROM relation WHERE now OR before GROUP BY county, insutype) c)
SELECT CASE WHEN grouping(t.county) = 0 THEN coalesce(max(c.name), t.county) ELSE pg_temp.say('合计(去重)', 'all, each once') END AS county,
       CASE WHEN grouping(t.insutype) = 0 THEN pg_temp.scheme_word(t.insutype) END AS scheme, max(m.until) AS until,
       count(DISTINCT person) FILTER (WHERE now) AS persons,
       nullif(count(DISTINCT person) FILTER (WHERE now AND psn_type = '11'), 0) AS active,
       nullif(count(DISTINCT person) FILTER (WHERE now AND psn_type IN ('12', '13')), 0) AS retired,
       count(DISTINCT person) FILTER (WHERE before) AS before,
       CASE WHEN grouping(t.county) = 0 OR (SELECT same FROM same)
            THEN pg_temp.growth(count(DISTINCT person) FILTER (WHERE now), count(DISTINCT person) FILTER (WHERE before)) END AS growth,
       CASE WHEN grouping(t.county) = 1 THEN 2 ELSE 0 END AS _level, concat_ws('/', 'enrolled', t.county, t.insutype) AS _key
FROM relation t CROSS JOIN month m LEFT JOIN the_county c ON c.code = t.county
GROUP BY GROUPING SETS ((t.county, t.insutype), ()) HAVING count(*) FILTER (WHERE now OR before) > 0
ORDER BY grouping(t.county), max(c.position), t.county, t.insutype;
-- sheet: 筹资 | Collected
-- note: 单位：元。当年 1 月至截至月到账的缴费明细，按到账日；冲销已减，未缴(0)不计；有县没有上年数据的，合计不算同比。 | Unit: yuan. Contributions received from January on, by the day they came; reversals are subtracted, unpaid ones left out; no change where a county has no year before.
-- empty: 没有缴费 | no contributions
-- column: county | 县 | County
-- column: scheme | 险种 | Scheme
-- column: employer_fen | 单位缴费 | Employers
-- column: person_fen | 个人缴费 | Persons
-- column: subsidy_fen | 财政补助 | Subsidies
-- column: other_fen | 资助等其他 | Other
-- column: all_fen | 合计 | Total
-- column: before_fen | 上年同期 | A year before
-- column: growth | 同比 | Change | 0 | change
WITH month AS MATERIALIZED (SELECT * FROM pg_temp.month()), paid AS (
    SELECT county, insutype, clct_time, clct_flag, emp_clct_amt_fen AS employer, psn_clct_amt_fen AS person, finsubs_amt_fen AS subsidy, clct_sumamt_fen AS whole
      FROM record.staf_psn_clct_detl_d
    UNION ALL
    SELECT county, insutype, clct_time, clct_flag, NULL, psn_clct_amt_fen, finsubs_amt_fen, clct_sumamt_fen FROM record.rsdt_psn_clct_detl_d),
line AS (
    SELECT p.*, p.clct_time >= m.beginning AND p.clct_time < m.ending AS now, p.clct_time >= m.beginning_before AND p.clct_time < m.ending_before AS before
      FROM paid p CROSS JOIN month m CROSS JOIN the_run r
     WHERE p.clct_flag IS DISTINCT FROM '0' AND (r.county IS NULL OR p.county = r.county)),
same AS (SELECT bool_and(had) AS same FROM (SELECT bool_or(now) AND bool_or(before) AS had FROM line WHERE now OR before GROUP BY county, insutype) c)
SELECT CASE WHEN grouping(l.county) = 0 THEN coalesce(max(c.name), l.county) ELSE pg_temp.say('合计', 'total') END AS county,
       CASE WHEN grouping(l.insutype) = 0 THEN pg_temp.scheme_word(l.insutype) END AS scheme,
       sum(employer) FILTER (WHERE now) AS employer_fen, sum(person) FILTER (WHERE now) AS person_fen, sum(subsidy) FILTER (WHERE now) AS subsidy_fen,
       sum(whole - coalesce(employer, 0) - coalesce(person, 0) - coalesce(subsidy, 0)) FILTER (WHERE now) AS other_fen,
       coalesce(sum(whole) FILTER (WHERE now), 0) AS all_fen, sum(whole) FILTER (WHERE before) AS before_fen,
       CASE WHEN grouping(l.county) = 0 OR (SELECT same FROM same)
            THEN pg_temp.growth(sum(whole) FILTER (WHERE now), sum(whole) FILTER (WHERE before)) END AS growth,
       CASE WHEN grouping(l.county) = 1 THEN 2 ELSE 0 END AS _level, concat_ws('/', 'collected', l.county, l.insutype) AS _key
FROM line l LEFT JOIN the_county c ON c.code = l.county WHERE now OR before
GROUP BY GROUPING SETS ((l.county, l.insutype), ())
HAVING count(*) > 0 ORDER BY grouping(l.county), max(c.position), l.county, l.insutype;
-- sheet: 支出与人次 | Spending and claims
-- note: 单位：元。按结算日，当年 1 月至截至月；退费减去人次和金额。个账、现金不在基金支出内；有县没有上年数据的，不算同比。 | Unit: yuan. By the day of settlement, from January on; a refund takes its claim and its money back. Account and cash are not the funds'; no change where a county has no year before.
-- empty: 没有结算 | no settlements
-- column: scheme | 险种 | Scheme
-- column: benefit | 待遇 | Benefit
-- column: claims | 人次 | Claims
-- column: fee_fen | 医疗费 | Cost
-- column: fund_fen | 基金支出 | Funds pay
-- column: pool_fen | 其中统筹 | Pool
-- column: large_fen | 大病、大额 | Large sums
-- column: official_fen | 公务员 | Officials
-- column: aid_fen | 医疗救助 | Aid
-- column: account_fen | 个人账户 | Account
-- column: cash_fen | 现金 | Cash
-- column: part | 占基金支出 | Part of all | 0 | share
-- column: fund_before_fen | 上年同期基金支出 | Funds, a year before
-- column: growth | 同比 | Change | 0 | change
WITH line AS (SELECT * FROM the_claim),
figure AS (
    SELECT insutype, benefit, grouping(insutype) AS whole, grouping(benefit) AS every, sum(times) FILTER (WHERE now) AS claims,
           sum(medfee_sumamt_fen) FILTER (WHERE now) AS fee, coalesce(sum(fund_pay_sumamt_fen) FILTER (WHERE now), 0) AS fund,
           sum(hifp_pay_fen) FILTER (WHERE now) AS pool, sum(large_fen) FILTER (WHERE now) AS large, sum(cvlserv_pay_fen) FILTER (WHERE now) AS official,
           sum(maf_pay_fen) FILTER (WHERE now) AS aid, sum(account_fen) FILTER (WHERE now) AS account,
           sum(cash_payamt_fen) FILTER (WHERE now) AS cash, sum(fund_pay_sumamt_fen) FILTER (WHERE NOT now) AS before
      FROM line GROUP BY GROUPING SETS ((insutype, benefit), (insutype), ())),
same AS (
    SELECT insutype, grouping(insutype) AS whole, bool_and(had) AS same
      FROM (SELECT insutype, bool_or(now) AND bool_or(NOT now) AS had FROM line GROUP BY insutype, county) c GROUP BY GROUPING SETS ((insutype), ()))
SELECT CASE WHEN f.whole = 0 THEN pg_temp.scheme_word(f.insutype) ELSE pg_temp.say('合计', 'total') END AS scheme,
       CASE WHEN every = 0 THEN pg_temp.benefit_word(benefit) WHEN f.whole = 0 THEN pg_temp.say('小计', 'subtotal') END AS benefit,
       coalesce(claims, 0) AS claims, fee AS fee_fen, fund AS fund_fen, pool AS pool_fen, large AS large_fen, official AS official_fen, aid AS aid_fen,
       account AS account_fen, cash AS cash_fen, round(fund * 10000 / nullif(max(fund) FILTER (WHERE every = 1) OVER (PARTITION BY f.insutype, f.whole), 0)) AS part,
       before AS fund_before_fen, CASE WHEN same THEN pg_temp.growth(fund, before) END AS growth,
       CASE WHEN f.whole = 1 THEN 2 WHEN every = 1 THEN 1 ELSE 0 END AS _level, concat_ws('/', 'spending', f.insutype, benefit, f.whole + every) AS _key
FROM figure f JOIN same ON same.whole = f.whole AND same.insutype IS NOT DISTINCT FROM f.insutype
WHERE claims IS NOT NULL OR before IS NOT NULL ORDER BY f.whole, f.insutype, every, benefit;
-- sheet: 住院(按层级) | Stays by layer
-- note: 单位：元。机构的层级和公立、民营按县交来的定点机构信息；县里没有登记的，只知道等级或不知道。实际补偿比 = 基金支出 ÷ 医疗费。 | Unit: yuan. Layer and ownership as the county registered its institutions; else by the grade alone. Share paid: funds of cost.
-- empty: 没有住院 | no stays
-- column: scheme | 险种 | Scheme
-- column: layer | 机构层级 | Layer
-- column: stays | 住院人次 | Stays
-- column: part | 人次占比 | Part of stays | 0 | share
-- column: fee_fen | 医疗费 | Cost
-- column: fund_fen | 基金支出 | Funds pay
-- column: paid | 实际补偿比 | Share paid | 0 | share
-- column: mean_fen | 次均费用 | Mean cost
-- column: stays_before | 上年同期人次 | A year before
-- column: growth | 人次同比 | Change | 0 | change
-- column: mean_before_fen | 上年次均 | Mean, before
WITH line AS (SELECT * FROM the_claim WHERE inpatient),
figure AS (
    SELECT insutype, layer, private, grouping(insutype) AS whole, grouping(layer) AS every, grouping(private) AS either,
           coalesce(sum(times) FILTER (WHERE now), 0) AS stays, sum(medfee_sumamt_fen) FILTER (WHERE now) AS fee,
           sum(fund_pay_sumamt_fen) FILTER (WHERE now) AS fund, sum(times) FILTER (WHERE NOT now) AS stays_before,
           sum(medfee_sumamt_fen) FILTER (WHERE NOT now) AS fee_before
      FROM line GROUP BY GROUPING SETS ((insutype, layer, private), (insutype, layer), (insutype), ())),
same AS (
    SELECT insutype, grouping(insutype) AS whole, bool_and(had) AS same
      FROM (SELECT insutype, bool_or(now) AND bool_or(NOT now) AS had FROM line GROUP BY insutype, county) c GROUP BY GROUPING SETS ((insutype), ()))
SELECT CASE WHEN f.whole = 0 THEN pg_temp.scheme_word(f.insutype) ELSE pg_temp.say('合计', 'total') END AS scheme,
       CASE WHEN either = 0 THEN pg_temp.say('　其中：民营', '  of them private') WHEN every = 0 THEN pg_temp.layer_word(layer)
            WHEN f.whole = 0 THEN pg_temp.say('小计', 'subtotal') END AS layer,
       stays, round(stays * 10000::numeric / nullif(max(stays) FILTER (WHERE every = 1) OVER (PARTITION BY f.insutype, f.whole), 0)) AS part,
       fee AS fee_fen, fund AS fund_fen, round(fund * 10000 / nullif(fee, 0)) AS paid, round(fee / nullif(stays, 0)) AS mean_fen,
       stays_before, CASE WHEN same THEN pg_temp.growth(stays, stays_before) END AS growth, round(fee_before / nullif(stays_before, 0)) AS mean_before_fen,
       CASE WHEN f.whole = 1 THEN 2 WHEN every = 1 THEN 1 ELSE 0 END AS _level, concat_ws('/', 'stays', f.insutype, layer, private, f.whole + every + either) AS _key
FROM figure f JOIN same ON same.whole = f.whole AND same.insutype IS NOT DISTINCT FROM f.insutype WHERE either = 1 OR private
ORDER BY f.whole, f.insutype, every, pg_temp.layer_place(layer), either DESC;
-- sheet: 门诊统筹(按层级) | Outpatients by layer
-- note: 单位：元。普通门诊；占比按补偿额。 | Unit: yuan. Ordinary outpatients; parts are of what the funds pay.
-- empty: 没有普通门诊 | no outpatients
-- column: scheme | 险种 | Scheme
-- column: layer | 机构层级 | Layer
-- column: claims | 人次 | Claims
-- column: fee_fen | 医疗费 | Cost
-- column: fund_fen | 基金支出 | Funds pay
-- column: part | 占比 | Part | 0 | share
-- column: claims_before | 上年同期人次 | A year before
-- column: growth | 人次同比 | Change | 0 | change
WITH line AS (SELECT * FROM the_claim WHERE benefit = '11'),
figure AS (
    SELECT insutype, layer, grouping(layer) AS every, coalesce(sum(times) FILTER (WHERE now), 0) AS claims,
           sum(medfee_sumamt_fen) FILTER (WHERE now) AS fee, coalesce(sum(fund_pay_sumamt_fen) FILTER (WHERE now), 0) AS fund,
           sum(times) FILTER (WHERE NOT now) AS before
      FROM line GROUP BY GROUPING SETS ((insutype, layer), (insutype))),
same AS (
    SELECT insutype, bool_and(had) AS same
      FROM (SELECT insutype, bool_or(now) AND bool_or(NOT now) AS had FROM line GROUP BY insutype, county) c GROUP BY insutype)
SELECT pg_temp.scheme_word(f.insutype) AS scheme, CASE WHEN every = 0 THEN pg_temp.layer_word(layer) ELSE pg_temp.say('小计', 'subtotal') END AS layer,
       claims, fee AS fee_fen, fund AS fund_fen, round(fund * 10000 / nullif(max(fund) FILTER (WHERE every = 1) OVER (PARTITION BY f.insutype), 0)) AS part,
       before AS claims_before, CASE WHEN same THEN pg_temp.growth(claims, before) END AS growth, every AS _level, concat_ws('/', 'outpatients', f.insutype, layer, every) AS _key
FROM figure f JOIN same ON same.insutype IS NOT DISTINCT FROM f.insutype ORDER BY f.insutype, every, pg_temp.layer_place(layer);
-- sheet: 各县主要指标 | Counties compared
-- note: 单位：元。住院率 = 当期住院人次 ÷ 截至月末参保人数；月均支出按当年已过的月数；同比的“百分点”是两年住院率之差。 | Unit: yuan. Rate of stays: stays of persons enrolled at the end of the month; points: the difference of both years' rates.
-- empty: 没有参保也没有结算 | neither relations nor settlements
-- column: county | 县 | County
-- column: scheme | 险种 | Scheme
-- column: persons | 参保人数 | Persons
-- column: stays | 住院人次 | Stays
-- column: rate | 住院率 | Rate of stays | 0 | share
-- column: points | 同比(百分点) | Change, points | 0 | change
-- column: mean_fen | 次均住院费 | Mean cost
-- column: paid | 住院实际补偿比 | Share paid | 0 | share
-- column: fund_fen | 基金支出 | Funds pay
-- column: monthly_fen | 月均支出 | A month
-- column: each_fen | 人均支出 | Per person
-- column: growth | 支出同比 | Change | 0 | change
WITH month AS MATERIALIZED (SELECT * FROM pg_temp.month()), enrolled AS (
    SELECT i.county, i.insutype, count(DISTINCT i.src_psn_no) FILTER (WHERE i.crt_insu_date < m.ending AND (i.paus_insu_date IS NULL OR i.paus_insu_date >= m.ending)) AS now,
           count(DISTINCT i.src_psn_no) FILTER (WHERE i.crt_insu_date < m.ending_before AND (i.paus_insu_date IS NULL OR i.paus_insu_date >= m.ending_before)) AS enrolled_before
      FROM record.psn_insu_d i CROSS JOIN month m GROUP BY i.county, i.insutype),
claimed AS (
    SELECT county, insutype, sum(times) FILTER (WHERE inpatient AND now) AS stays, sum(times) FILTER (WHERE inpatient AND NOT now) AS stays_before,
           sum(medfee_sumamt_fen) FILTER (WHERE inpatient AND now) AS stay_fee, sum(fund_pay_sumamt_fen) FILTER (WHERE inpatient AND now) AS stay_fund,
           sum(fund_pay_sumamt_fen) FILTER (WHERE now) AS fund, sum(fund_pay_sumamt_fen) FILTER (WHERE NOT now) AS before
      FROM the_claim GROUP BY county, insutype)
SELECT coalesce(c.name, u.county) AS county, pg_temp.scheme_word(insutype) AS scheme, u.now AS persons, u.stays,
       round(u.stays * 10000::numeric / nullif(u.now, 0)) AS rate,
       round(u.stays * 10000::numeric / nullif(u.now, 0) - u.stays_before * 10000::numeric / nullif(u.enrolled_before, 0)) AS points,
       round(u.stay_fee / nullif(u.stays, 0)) AS mean_fen, round(u.stay_fund * 10000 / nullif(u.stay_fee, 0)) AS paid, u.fund AS fund_fen,
       round(u.fund / m.months) AS monthly_fen, round(u.fund / nullif(u.now, 0)) AS each_fen, pg_temp.growth(u.fund, u.before) AS growth,
       concat_ws('/', 'compared', u.county, insutype) AS _key
FROM (enrolled FULL JOIN claimed USING (county, insutype)) u CROSS JOIN month m CROSS JOIN the_run r LEFT JOIN the_county c ON c.code = u.county
WHERE (r.county IS NULL OR u.county = r.county) AND (u.now > 0 OR u.stays IS NOT NULL OR u.fund IS NOT NULL)
ORDER BY c.position, u.county, insutype;
