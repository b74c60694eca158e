-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 重复参保汇总 | Duplicate enrollment
-- of: city
-- sheet: 按县 | By county
-- note: 单位：元。一对重叠的参保关系在两个县各列一行；合计每对只计一次。金额都是建议核查，没有自动追回。 | Unit: yuan. A pair stands under both its counties; the total counts it once. Nothing is recovered automatically.
-- empty: 没有重叠的参保关系 | no covers overlap
-- column: county | 县 | County | 14
-- column: pairs | 重复对数 | Pairs | 10
-- column: persons | 人数 | Persons | 10
-- column: months | 重叠人月 | Person-months | 12
-- column: same_county | 同县同险种 | Same county | 11
-- column: other_county | 跨县同险种 | Other county | 11
-- column: cross | 职工×居民 | Cross scheme | 11
-- column: open | 待核定 | Open | 9
-- column: decided | 已核定 | Decided | 9
-- column: subsidy_fen | 重复财政补助 | Subsidy | 17
-- column: premium_fen | 重复缴费 | Premium | 17
-- column: twice_fen | 重复支付 | Paid twice | 17
WITH money AS (
    SELECT duplicate, sum(amount_fen) FILTER (WHERE item = 'subsidy') AS subsidy,
           sum(amount_fen) FILTER (WHERE item = 'premium') AS premium,
           sum(amount_fen) FILTER (WHERE item = 'claim') AS twice
      FROM cover.charge GROUP BY 1),
line AS (
    SELECT DISTINCT d.duplicate, s.county FROM cover.duplicate d
     CROSS JOIN LATERAL (VALUES (d.county_a), (d.county_b), (NULL)) s (county) WHERE d.state <> 'gone')
SELECT coalesce(c.name, l.county, pg_temp.say('合计', 'Total')) AS county, count(*) AS pairs, count(DISTINCT d.psn_no) AS persons,
       sum(d.months) AS months, count(*) FILTER (WHERE d.kind = 'same_scheme_same_county') AS same_county,
       count(*) FILTER (WHERE d.kind = 'same_scheme_other_county') AS other_county,
       count(*) FILTER (WHERE d.kind = 'cross_scheme') AS cross,
       count(*) FILTER (WHERE d.state = 'proposed') AS open, count(*) FILTER (WHERE d.state <> 'proposed') AS decided,
       coalesce(sum(m.subsidy), 0) AS subsidy_fen, coalesce(sum(m.premium), 0) AS premium_fen,
       coalesce(sum(m.twice), 0) AS twice_fen, CASE WHEN l.county IS NULL THEN 2 ELSE 0 END AS _level,
       coalesce(l.county, 'total') AS _key
  FROM line l JOIN cover.duplicate d USING (duplicate) LEFT JOIN money m USING (duplicate)
  LEFT JOIN the_county c ON c.code = l.county
 GROUP BY l.county, c.name, c.position ORDER BY _level, c.position, l.county;
-- sheet: 金额构成 | What the money is
-- note: 单位：元。各县重复参保涉及的金额和占全市的比例（四舍五入）；一对涉及两个县的，列在要停的那一方所在的县。 | Unit: yuan. What double cover cost, by the county of the relation that goes, and its share of the city's, rounded.
-- empty: 没有 | none
-- column: county | 县 | County | 14
-- column: item | 项目 | Item | 16
-- column: amount_fen | 金额 | Amount | 18
-- column: share | 占全市 | Share | 30 | share
SELECT coalesce(c.name, m.county) AS county,
       CASE m.item WHEN 'subsidy' THEN pg_temp.say('财政补助', 'subsidy') WHEN 'premium' THEN pg_temp.say('缴费', 'premium')
                   ELSE pg_temp.say('重复支付', 'paid twice') END AS item, sum(m.amount_fen) AS amount_fen,
       round(sum(m.amount_fen) * 10000 / nullif(sum(sum(m.amount_fen)) OVER (), 0)) AS share
  FROM cover.charge m JOIN cover.duplicate d USING (duplicate) LEFT JOIN the_county c ON c.code = m.county
 WHERE d.state <> 'gone' AND m.level <> 'sequential' GROUP BY c.name, m.county, c.position, m.item ORDER BY c.position, m.county, sum(m.amount_fen) DESC;
-- sheet: 按规则 | By rule
-- note: 每条建议用了规则表的哪一行(mappings/cover/keep.csv)。 | Which line of the rule table each proposal comes from.
-- empty: 没有 | none
-- column: rule | 规则 | Rule | 20
-- column: line | 行 | Line | 7
-- column: basis | 依据 | Basis | 40
-- column: keep | 建议 | Proposal | 16
-- column: pairs | 对数 | Pairs | 10
-- column: claims | 有待遇的 | With claims | 10
-- column: share | 占比 | Share | 24 | share
SELECT d.rule, d.rule_line::text AS line, pg_temp.cover_basis(d.rule, min(d.basis)) AS basis,
       CASE d.keep WHEN 'review' THEN pg_temp.say('人工核定', 'for a person to decide')
                   WHEN 'none' THEN pg_temp.say('都终止', 'end both') ELSE pg_temp.say('保留一方', 'keep one') END AS keep, count(*) AS pairs,
       count(*) FILTER (WHERE EXISTS (SELECT FROM cover.claim k WHERE k.duplicate = d.duplicate)) AS claims,
       round(count(*) * 10000 / sum(count(*)) OVER ()) AS share
  FROM cover.duplicate d WHERE d.state <> 'gone' GROUP BY d.rule, d.rule_line, 4 ORDER BY d.rule_line, 4;
-- sheet: 财政补助分级 | Subsidy by level
-- note: 单位：元。重复期间多拨的财政补助，按补助标准表(mappings/cover/rates.csv)分到各级；分不了的列“未分级”。 | Unit: yuan. Subsidies paid twice, split over the levels of government by the rate table.
-- empty: 没有 | none
-- column: county | 县 | County | 14
-- column: year | 年度 | Year | 8
-- column: central_fen | 中央 | Central | 16
-- column: province_fen | 省 | Province | 16
-- column: city_fen | 市 | City | 16
-- column: district_fen | 县 | County's | 16
-- column: unsplit_fen | 未分级 | Unsplit | 16
-- column: total_fen | 合计 | Total | 17
SELECT coalesce(c.name, m.county) AS county, m.year::text AS year,
       coalesce(sum(amount_fen) FILTER (WHERE level = 'central'), 0) AS central_fen,
       coalesce(sum(amount_fen) FILTER (WHERE level = 'province'), 0) AS province_fen,
       coalesce(sum(amount_fen) FILTER (WHERE level = 'city'), 0) AS city_fen,
       coalesce(sum(amount_fen) FILTER (WHERE level = 'county'), 0) AS district_fen,
       coalesce(sum(amount_fen) FILTER (WHERE level = 'unsplit'), 0) AS unsplit_fen, sum(amount_fen) AS total_fen
  FROM cover.charge m JOIN cover.duplicate d USING (duplicate)
  LEFT JOIN the_county c ON c.code = m.county
 WHERE m.item = 'subsidy' AND d.state <> 'gone'
 GROUP BY c.name, m.county, c.position, 2 ORDER BY c.position, m.county, 2;
-- sheet: 空挂 | Idle
-- note: 在保而长期没有缴费、也不享受免缴的参保关系，按县。 | Open relations without payment or exemption, by county.
-- empty: 没有 | none
-- column: county | 县 | County | 14
-- column: scheme | 险种 | Scheme | 10
-- column: relations | 关系数 | Relations | 12
-- column: since | 最早参保 | Oldest | 12
SELECT coalesce(c.name, i.county) AS county, pg_temp.scheme_word(i.insutype) AS scheme, count(*) AS relations, min(i.since)::text AS since
  FROM cover.idle i LEFT JOIN the_county c ON c.code = i.county GROUP BY c.name, i.county, c.position, 2
 ORDER BY c.position, 1, 2;
-- sheet: 名单比对 | Rosters
-- note: 公安、司法、民政、教育等部门的名单与参保两边比对；明细在各县清理表。金额单位：元。 | Rosters of other offices against enrolment, both ways; the lines are in the counties' workbooks. Unit: yuan.
-- empty: 没有交付名单 | no roster was delivered
-- column: type | 名单 | Roster | 12
-- column: state | 比对结果 | Result | 26
-- column: lines | 人次 | Lines | 10
-- column: share | 占本名单 | Share | 24 | share
-- column: settlements | 其后结算笔数 | Settlements | 12
-- column: settled_fen | 总费用 | Cost | 16
-- column: fund_fen | 基金支付 | Fund paid | 16
SELECT pg_temp.roster_word(l.roster_type) AS type, pg_temp.roster_state(l.state) AS state,
       count(*) AS lines, round(count(*) * 10000 / sum(count(*)) OVER (PARTITION BY l.roster_type)) AS share,
       sum(l.settlements)::bigint AS settlements, sum(l.settled_fen) AS settled_fen, sum(l.fund_fen) AS fund_fen
  FROM cover.roster_line l GROUP BY l.roster_type, l.state ORDER BY l.roster_type, l.state;
