-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 政策影响测算 | Impact of the unified policy
-- sheet: 基金的年度影响 | The fund, by year
-- note: 单位：元。旧规：县当时的规则重算；新规：同一批结算按市方案重算；只比较两边都能重算的。差额 = 新规 − 旧规，正数是基金多付。受益、受损按人和年计：新规下个人少付为受益，多付为受损。 | Unit: yuan. Old: the county's rule in force; new: the same claims under the city's plan; only claims that both can work out. Winners and losers are persons in a year.
-- empty: 没有可比较的结算；城市没有 mappings/policies/plans.csv，或还没有结算 | nothing to compare
-- column: year | 年度 | Year | 8
-- column: scheme | 险种 | Scheme | 10
-- column: claims | 人次 | Claims | 8
-- column: fee_fen | 医疗费 | Cost | 14
-- column: old_fund_fen | 基金支付(旧规) | Funds, old | 14
-- column: new_fund_fen | 基金支付(新规) | Funds, new | 14
-- column: change_fund_fen | 基金差额 | Change | 13
-- column: mean_old_fen | 次均基金(旧规) | Mean, old | 11
-- column: mean_new_fen | 次均基金(新规) | Mean, new | 11
-- column: old_person_fen | 个人支付(旧规) | Person, old | 14
-- column: new_person_fen | 个人支付(新规) | Person, new | 14
-- column: winners | 受益人数 | Winners | 8
-- column: losers | 受损人数 | Losers | 8
-- column: largest_loss_fen | 最大受损 | Largest loss | 11
SELECT year::text AS year, CASE insutype WHEN '310' THEN pg_temp.say('职工', 'employees') WHEN '390' THEN pg_temp.say('居民', 'residents')
                             ELSE pg_temp.say('合计', 'total') END AS scheme,
       claims, fee_fen, old_fund_fen, new_fund_fen, new_fund_fen - old_fund_fen AS change_fund_fen,
       round(old_fund_fen / nullif(claims, 0)) AS mean_old_fen,
       round(new_fund_fen / nullif(claims, 0)) AS mean_new_fen,
       old_person_fen, new_person_fen, winners, losers, largest_loss_fen,
       CASE insutype WHEN '' THEN 1 ELSE 0 END AS _level, 'impact/' || year || '/' || insutype AS _key
FROM fund.impact i CROSS JOIN the_run r WHERE i.run = (SELECT run FROM the_replay) AND compared
 AND scope = CASE WHEN r.county IS NULL THEN 'city' ELSE 'county' END AND i.county = coalesce(r.county, '')
ORDER BY year, insutype = '', insutype;
-- sheet: 县 险种 级别 人群 | By county, scheme, level, person type
-- note: 单位：元。各年合计；受益、受损人数是人年数。大病、公务员、救助在基金支付里。 | Unit: yuan. All years; winners and losers are persons in a year.
-- empty: 没有可比较的结算 | nothing to compare
-- column: county | 县 | County | 10
-- column: scheme | 险种 | Scheme | 8
-- column: level | 医院级别 | Level | 11
-- column: person_type | 人群 | Person type | 10
-- column: claims | 人次 | Claims | 8
-- column: fee_fen | 医疗费 | Cost | 14
-- column: old_fund_fen | 基金支付(旧规) | Funds, old | 14
-- column: new_fund_fen | 基金支付(新规) | Funds, new | 14
-- column: change_fund_fen | 基金差额 | Change | 13
-- column: old_person_fen | 个人支付(旧规) | Person, old | 14
-- column: new_person_fen | 个人支付(新规) | Person, new | 14
-- column: winners | 受益人数 | Winners | 8
-- column: losers | 受损人数 | Losers | 8
-- column: largest_loss_fen | 最大受损 | Largest loss | 11
WITH line AS (
    SELECT i.*, coalesce(c.name, i.county) AS name, coalesce(c.position, 999) AS position
    FROM fund.impact i JOIN the_replay p ON p.run = i.run CROSS JOIN the_run r LEFT JOIN the_county c ON c.code = i.county
    WHERE compared AND (r.county IS NULL OR i.county = r.county))
SELECT name AS county, CASE insutype WHEN '310' THEN pg_temp.say('职工', 'employees') ELSE pg_temp.say('居民', 'residents') END AS scheme,
       CASE WHEN scope = 'county' THEN pg_temp.say('小计', 'subtotal')
            ELSE pg_temp.level_word(hosp_lv_group) END AS level,
       CASE person_type WHEN 'active' THEN pg_temp.say('在职', 'active') WHEN 'retired' THEN pg_temp.say('退休', 'retired')
                        WHEN 'flexible' THEN pg_temp.say('灵活就业', 'flexible') WHEN 'poor' THEN pg_temp.say('困难人群', 'poor')
                        WHEN 'resident' THEN pg_temp.say('普通居民', 'resident') ELSE '' END AS person_type,
       sum(claims) AS claims, sum(fee_fen) AS fee_fen, sum(old_fund_fen) AS old_fund_fen,
       sum(new_fund_fen) AS new_fund_fen, sum(new_fund_fen - old_fund_fen) AS change_fund_fen,
       sum(old_person_fen) AS old_person_fen, sum(new_person_fen) AS new_person_fen, sum(winners) AS winners,
       sum(losers) AS losers, max(largest_loss_fen) AS largest_loss_fen,
       CASE scope WHEN 'county' THEN 1 ELSE 0 END AS _level,
       concat_ws('/', 'impact', county, insutype, hosp_lv_group, person_type, scope) AS _key
FROM line WHERE scope IN ('group', 'county')
GROUP BY position, county, name, insutype, scope, hosp_lv_group, person_type
ORDER BY position, county, insutype, scope = 'county', hosp_lv_group, person_type;
-- sheet: 与县里所付不同 | Not as the county paid
-- note: 单位：元。县里当时付的与按县规则重算的不同：只列出，不改动。看每一步：tongchou policy explain 县代码/结算编号 | Unit: yuan. What the county paid differs from its own rule; listed, never changed.
-- empty: 能重算的都与县里所付相同 | every one comes out as it was paid
-- column: county | 县 | County | 10
-- column: settlement | 结算编号 | Settlement | 24 | key
-- column: plan | 方案 | Plan | 8
-- column: level | 级别 | Level | 13
-- column: fee_fen | 医疗费 | Cost | 13
-- column: stored_base_fen | 统筹(县付) | Base, paid | 13
-- column: old_base_fen | 统筹(重算) | Base, by rule | 13
-- column: base_gap_fen | 差额 | Difference | 11
-- column: stored_big_fen | 大病大额(县付) | Large, paid | 13
-- column: old_big_fen | 大病大额(重算) | Large, by rule | 13
-- column: big_gap_fen | 差额 | Difference | 11
SELECT coalesce(c.name, p.county) AS county, E'\t' || p.county || '/' || s.src_key AS settlement, p.plan, pg_temp.level_word(p.hosp_lv_group) AS level,
       p.fee_fen, p.stored_base_fen, p.old_base_fen, p.stored_base_fen - p.old_base_fen AS base_gap_fen,
       p.stored_big_fen, p.old_big_fen, p.stored_big_fen - p.old_big_fen AS big_gap_fen
FROM (SELECT p.* FROM fund.replay p CROSS JOIN the_run r WHERE p.run = (SELECT run FROM the_replay) AND (r.county IS NULL OR p.county = r.county)) p
JOIN record.setl_d s ON s.county = p.county AND s.key_hash = p.key_hash
LEFT JOIN the_county c ON c.code = p.county
WHERE p.old_verdict IN ('done', 'not_covered') AND (p.stored_base_fen <> p.old_base_fen OR p.stored_big_fen <> p.old_big_fen)
ORDER BY abs(p.stored_base_fen - p.old_base_fen) + abs(p.stored_big_fen - p.old_big_fen) DESC, p.county, s.src_key
LIMIT 500;
-- sheet: 没有比较的 | Not compared
-- note: 单位：元。缺规则、缺级别或规则不描述的待遇：按县里所付计，不进入上面的比较。 | Unit: yuan. They count as they were paid and stay out of the comparison.
-- empty: 全部结算都比较了 | every settlement was compared
-- column: county | 县 | County | 10
-- column: scheme | 险种 | Scheme | 8
-- column: why_old | 县规则 | Under the county's rule | 26
-- column: why_new | 市方案 | Under the city's plan | 26
-- column: claims | 结算数 | Settlements | 8
-- column: fee_fen | 医疗费 | Cost | 14
-- column: stored_fund_fen | 基金支付(县付) | Funds, paid | 14
WITH why(code, label) AS (SELECT code, pg_temp.say(zh, en) FROM (VALUES ('done', '能重算', 'worked out'),
     ('not_covered', '能重算(不在门诊统筹范围)', 'worked out (outside the outpatient pool)'), ('no_plan', '县当日没有方案', 'the county had no plan that day'),
     ('no_level', '不知道医院级别', 'level of the hospital unknown'), ('no_rule', '方案没有这一级别的规则', 'the plan has no rule for this level'),
     ('no_kind', '规则不描述这类待遇', 'no rule describes this benefit'),
     ('unpaired', '退费找不到原结算', 'refund without its original')) v (code, zh, en))
SELECT coalesce(c.name, p.county) AS county, CASE p.insutype WHEN '310' THEN pg_temp.say('职工', 'employees')
                                                     WHEN '390' THEN pg_temp.say('居民', 'residents') ELSE p.insutype END AS scheme,
       o.label AS why_old, n.label AS why_new, count(*) AS claims, sum(p.fee_fen) AS fee_fen,
       sum(p.stored_fund_fen) AS stored_fund_fen
FROM (SELECT p.* FROM fund.replay p CROSS JOIN the_run r WHERE p.run = (SELECT run FROM the_replay) AND (r.county IS NULL OR p.county = r.county)) p LEFT JOIN the_county c ON c.code = p.county
JOIN why o ON o.code = p.old_verdict JOIN why n ON n.code = p.new_verdict
WHERE p.old_verdict NOT IN ('done', 'not_covered') OR p.new_verdict NOT IN ('done', 'not_covered')
GROUP BY c.position, 1, 2, 3, 4 ORDER BY c.position, 1, 2, 5 DESC;
-- sheet: 个人多付最多的结算 | Largest losses of one settlement
-- note: 单位：元。新规比旧规个人多付最多的 20 笔；看每一步：tongchou policy explain 县代码/结算编号 | Unit: yuan.
-- empty: 没有人多付 | nobody pays more
-- column: county | 县 | County | 10
-- column: settlement | 结算编号 | Settlement | 24 | key
-- column: scheme | 险种 | Scheme | 8
-- column: level | 级别 | Level | 13
-- column: fee_fen | 医疗费 | Cost | 13
-- column: old_person_fen | 个人支付(旧规) | Person, old | 14
-- column: new_person_fen | 个人支付(新规) | Person, new | 14
-- column: loss_fen | 多付 | Loss | 13
SELECT coalesce(c.name, p.county) AS county, E'\t' || p.county || '/' || s.src_key AS settlement,
       CASE p.insutype WHEN '310' THEN pg_temp.say('职工', 'employees') ELSE pg_temp.say('居民', 'residents') END AS scheme, pg_temp.level_word(p.hosp_lv_group) AS level, p.fee_fen,
       p.old_person_fen, p.new_person_fen, p.new_person_fen - p.old_person_fen AS loss_fen
FROM (SELECT p.* FROM fund.replay p CROSS JOIN the_run r WHERE p.run = (SELECT run FROM the_replay) AND (r.county IS NULL OR p.county = r.county)) p
JOIN record.setl_d s ON s.county = p.county AND s.key_hash = p.key_hash
LEFT JOIN the_county c ON c.code = p.county
WHERE p.old_verdict IN ('done', 'not_covered') AND p.new_verdict IN ('done', 'not_covered')
  AND NOT p.refund AND p.new_person_fen > p.old_person_fen
ORDER BY p.new_person_fen - p.old_person_fen DESC, p.county, s.src_key LIMIT 20;
