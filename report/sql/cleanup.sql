-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 重复参保清理表 | Duplicate enrollment
-- of: county
-- sheet: 清理明细 | Cases
-- note: 单位：元。请只填写底色为黄的五列，其他列请勿改动；一行是一个人的一对重叠参保关系，对方县也收到同一行。 | Unit: yuan. Fill in the yellow columns only; a line is one pair of relations of one person, the other county gets it too.
-- empty: 没有需要核定的重复参保 | no duplicate to decide
-- page: otherwise_fen | 2
-- screen: certno
-- column: number | 清理编号 | Case | 7
-- column: key | 本县人员编号 | Our number | 15 | key
-- column: name | 姓名(遮) | Name | 8 | masked
-- column: own_scheme | 本县险种 | Our scheme | 8
-- column: other | 对方 | The other | 12
-- column: span | 重叠期间 | Overlap | 16
-- column: months | 重叠月数 | Months | 7
-- column: claims | 期内待遇笔数 | Our claims | 7
-- column: claims_fen | 期内基金支付 | Paid by us | 12
-- column: subsidy_fen | 重复财政补助 | Subsidy | 11
-- column: premium_fen | 重复缴费 | Premium | 11
-- column: twice_fen | 重复支付 | Paid twice | 11
-- column: whose | 金额属于 | Money of | 8
-- column: otherwise_fen | 若保留另一方 | If the other | 12
-- column: advice | 建议 | Proposal | 18
-- column: rule | 依据 | Basis | 24
-- column: ask | 须征求本人意见 | Ask | 8
-- column: answer | 核定意见 | Answer | 9 | choice 同意,不同意
-- column: keep | 本人选定保留 | Chosen | 9 | choice 本县,对方
-- column: comment | 说明 | Comment | 14 | fill
-- column: handler | 经办人 | By | 8 | fill
-- column: date | 日期 | Date | 11 | fill
-- column: certno | 证件号码(遮) | ID | 22 | masked
WITH me AS (SELECT county FROM the_run),
mine AS (
    SELECT d.*, s.side, s.own_key, s.own_scheme, s.other_county, s.other_scheme, s.other_side
      FROM cover.duplicate d, me
     CROSS JOIN LATERAL (
         SELECT 'a' AS side, d.src_psn_no_a AS own_key, d.insutype_a AS own_scheme, d.county_b AS other_county,
                d.insutype_b AS other_scheme, 'b' AS other_side WHERE d.county_a = me.county
         UNION ALL
         SELECT 'b', d.src_psn_no_b, d.insutype_b, d.county_a, d.insutype_a, 'a'
          WHERE d.county_b = me.county AND d.county_a <> me.county) s
     WHERE d.state = 'proposed')
SELECT m.duplicate::text AS number, E'*\t' || m.own_key AS key, 'name' || E'\t' || p.psn_name AS name,
       'id' || E'\t' || p.certno AS certno, pg_temp.scheme_word(m.own_scheme) AS own_scheme,
       coalesce(c.name, m.other_county) || ' ' || pg_temp.scheme_word(m.other_scheme) AS other,
       (SELECT string_agg(to_char(lower(r), 'YYYY-MM') || pg_temp.say('～', ' to ') || to_char(upper(r) - 1, 'YYYY-MM'), pg_temp.say('、', ', ') ORDER BY r)
          FROM unnest(m.overlap) r) AS span,
       m.months, (SELECT count(*) FROM cover.claim k WHERE k.duplicate = m.duplicate AND k.side = m.side) AS claims,
       (SELECT coalesce(sum(k.fund_pay_sumamt_fen), 0) FROM cover.claim k
         WHERE k.duplicate = m.duplicate AND k.side = m.side) AS claims_fen,
       coalesce(y.subsidy, 0) AS subsidy_fen, coalesce(y.premium, 0) AS premium_fen, coalesce(y.twice, 0) AS twice_fen,
       CASE CASE m.keep WHEN 'b' THEN 'a' ELSE 'b' END WHEN m.side THEN pg_temp.say('本县', 'this county')
            ELSE pg_temp.say('对方', 'the other') END AS whose, coalesce(z.otherwise, 0) AS otherwise_fen,
       CASE m.keep WHEN m.side THEN pg_temp.say('保留本县，对方', 'keep ours, theirs ') || e.word
                   WHEN m.other_side THEN pg_temp.say('保留对方，本县', 'keep theirs, ours ') || e.word
                   WHEN 'none' THEN pg_temp.say('两边都终止', 'end both') ELSE pg_temp.say('请核定保留哪一个', 'decide which one stays') END AS advice,
       pg_temp.cover_basis(m.rule, m.basis) AS rule, CASE WHEN m.ask_person THEN pg_temp.say('是', 'yes') ELSE '' END AS ask, '' AS answer, '' AS keep, '' AS comment,
       '' AS handler, '' AS date
  FROM mine m
  LEFT JOIN record.psn_info_b p ON p.county = (SELECT county FROM me) AND p.src_psn_no = m.own_key
  LEFT JOIN the_county c ON c.code = m.other_county
  LEFT JOIN LATERAL (SELECT sum(amount_fen) FILTER (WHERE item = 'subsidy') AS subsidy,
                            sum(amount_fen) FILTER (WHERE item = 'premium') AS premium,
                            sum(amount_fen) FILTER (WHERE item = 'claim') AS twice
                       FROM cover.charge WHERE duplicate = m.duplicate) y ON true
  LEFT JOIN LATERAL (SELECT sum(amount_fen) AS otherwise FROM cover.money
                      WHERE duplicate = m.duplicate AND item <> 'claim'
                        AND side = CASE m.keep WHEN 'b' THEN 'b' ELSE 'a' END) z ON true
 CROSS JOIN LATERAL (SELECT CASE m.effect WHEN 'stop' THEN pg_temp.say('终止', 'ends') ELSE pg_temp.say('重叠期内暂停', 'pauses in the overlap') END AS word) e
 ORDER BY m.duplicate, m.side;
-- sheet: 期内待遇 | Claims
-- note: 单位：元。重叠期间本县已支付的待遇；终止或暂停本县关系之前请逐笔看过。 | Unit: yuan. Benefits that this county paid inside the overlap: look at each before a relation goes.
-- empty: 没有 | none
-- column: number | 清理编号 | Case | 9
-- column: setl | 结算编号 | Settlement | 24
-- column: begndate | 入院 | From | 12
-- column: enddate | 出院 | Until | 12
-- column: medfee_fen | 总费用 | Cost | 16
-- column: fund_fen | 基金支付 | Fund paid | 16
SELECT k.duplicate::text AS number, k.setl_id AS setl, k.begndate::text AS begndate, k.enddate::text AS enddate,
       k.medfee_sumamt_fen AS medfee_fen, k.fund_pay_sumamt_fen AS fund_fen
  FROM cover.claim k JOIN cover.duplicate d USING (duplicate)
 WHERE d.state = 'proposed' AND k.county = (SELECT county FROM the_run)
 ORDER BY k.duplicate, k.begndate, k.setl_id;
-- sheet: 空挂 | Idle
-- note: 在保而长期没有缴费、也不享受免缴的关系；不算重复，请核实后停保或补缴。 | Open relations without payment or exemption: no duplicates; check and end them.
-- empty: 没有 | none
-- column: key | 本县人员编号 | Our number | 18 | key
-- column: scheme | 险种 | Scheme | 10
-- column: since | 参保日期 | Since | 12
-- column: last | 最后缴费期 | Last paid | 12
SELECT E'*\t' || i.src_psn_no AS key, pg_temp.scheme_word(i.insutype) AS scheme, i.since::text AS since, to_char(i.last_paid, 'YYYY-MM') AS last
  FROM cover.idle i WHERE i.county = (SELECT county FROM the_run) ORDER BY i.since, i.src_psn_no;
-- sheet: 名单比对 | Rosters
-- note: 单位：元。死亡、服刑、转出名单上仍在参保的，资助和在校名单上没有参保的，以及按资助或学生参保而不在名单上的；相符的不列。 | Unit: yuan. Dead, imprisoned or moved away and still enrolled; aided or student and not enrolled; enrolled so and on no roster. What agrees is not listed.
-- empty: 没有 | none
-- column: type | 名单 | Roster | 10
-- column: number | 名单编号 | Line | 12
-- column: key | 本县人员编号 | Our number | 18 | key
-- column: since | 起始日期 | From | 12
-- column: until | 终止日期 | Until | 12
-- column: state | 比对结果 | Result | 24
-- column: settlements | 其后结算笔数 | Settlements | 12
-- column: settled_fen | 总费用 | Cost | 14
-- column: fund_fen | 基金支付 | Fund paid | 14
SELECT pg_temp.roster_word(l.roster_type) AS type, l.roster_no AS number, E'*\t' || l.src_psn_no AS key, l.begn_date::text AS since,
       l.end_date::text AS until, pg_temp.roster_state(l.state) AS state,
       l.settlements, l.settled_fen, l.fund_fen
  FROM cover.roster_line l WHERE l.county = (SELECT county FROM the_run) AND l.state <> 'agrees'
 ORDER BY l.roster_type, l.state, l.line;
-- sheet: 填写说明 | How to fill in
-- column: number | 序号 | No. | 8
-- column: text | 说明 | Text | 110
SELECT number::text, pg_temp.say(text, en) AS text FROM (VALUES
    (1, '“建议”是按规则表得出的，没有自动停任何人的保，也没有追回任何钱；由您核定。',
        'The proposal comes from a table of rules; nobody''s cover was ended and no money recovered: you decide.'),
    (2, '“核定意见”选“同意”或“不同意”；不同意的，请在“说明”里写明理由。',
        'Answer 同意 (agreed) or 不同意 (not agreed); a refusal needs its reason.'),
    (3, '“须征求本人意见”为“是”的，先问本人；本人书面选定的，在“本人选定保留”里选“本县”或“对方”。“金额属于”说补助和缴费是哪一方的；改选另一方，金额就是“若保留另一方”那一列。',
        'Where the person must be asked, ask first; what they chose in writing is 本县 (ours) or 对方 (theirs). The money is that of the side that goes; the other choice costs what stands under "If the other".'),
    (4, '每个填了意见的行都要写“经办人”和“日期”。没有填的行继续挂着，下次还会列出。',
        'Every line with an answer needs who decided and when. Lines left empty stay open and are listed again.'),
    (5, '填好后把本文件原样交回市医保局，由市里用 tongchou cover read 读入；整张生效或整张不生效。',
        'Hand this file back as it is; the city reads it with tongchou cover read, all of it or nothing.')) v (number, text, en)
ORDER BY v.number;
