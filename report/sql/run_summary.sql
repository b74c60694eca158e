-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 本次处理 | This run
-- of: city
-- sheet: 本次处理 | This run
-- empty: 没有新的交付 | no new delivery
-- column: county | 县 | County
-- column: kind | 数据类别 | Kind
-- column: read | 读入 | Read
-- column: new | 新增 | New
-- column: changed | 变更 | Changed
-- column: unchanged | 未变 | Unchanged
-- column: duplicate | 重复 | Duplicate
-- column: rejected | 退回 | Rejected
-- column: explained | 非数据 | Explained
-- column: other | 其他 | Other
-- column: data_fen | 主金额(元) | Main amount
-- column: gap_fen | 差额 | Difference
-- column: declared_gap_fen | 与申报差 | Against declared
SELECT county_name AS county, kind_label AS kind, sum(read) AS read, sum(new) AS new, sum(changed) AS changed,
       sum(unchanged) AS unchanged, sum(duplicate) AS duplicate, sum(rejected) AS rejected,
       sum(explained) AS explained, sum(other) AS other, sum(read_fen - explained_fen) AS data_fen, sum(gap_fen) AS gap_fen,
       sum(declared_gap_fen) AS declared_gap_fen
FROM the_line WHERE mine
GROUP BY position, county_name, kind_position, kind_label ORDER BY position, kind_position;
