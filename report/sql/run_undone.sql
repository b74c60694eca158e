-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 撤回 | Undone
-- of: city
-- sheet: 撤回 | Undone
-- empty: 这批没有入库过，没有行可撤 | nothing of it was published, so no row was moved
-- column: county | 县 | County
-- column: kind | 数据类别 | Kind
-- column: went | 撤走行数 | Rows taken away
-- column: went_fen | 撤走金额 | Amount taken away
-- column: came | 恢复行数 | Rows that came back
-- column: came_fen | 恢复金额 | Amount that came back
-- column: after | 现有行数 | Rows now
-- column: after_fen | 现有金额 | Amount now
-- column: gap | 行差 | Rows unexplained
-- column: gap_fen | 差额 | Amount unexplained
SELECT coalesce(c.name, d.county) AS county, coalesce(k.label, m.kind) AS kind, m.went, a.went AS went_fen, m.came,
       a.came AS came_fen, m.after, a.after AS after_fen, m.before - m.went + m.came - m.after AS gap,
       a.before - a.went + a.came - a.after AS gap_fen
FROM the_run r JOIN intake.movement m ON m.run = r.run AND m.undone AND m.measure = ''
JOIN intake.delivery d USING (delivery) LEFT JOIN the_county c ON c.code = d.county LEFT JOIN the_kind k ON k.kind = m.kind
LEFT JOIN intake.movement a ON a.run = m.run AND a.delivery = m.delivery AND a.kind = m.kind AND a.undone
      AND regexp_replace(a.measure, '_fen$', '') = k.main
ORDER BY c.position, k.position;
