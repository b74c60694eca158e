-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 现状 | Status
-- sheet: 现状 | Status
-- empty: 还没有收到任何交付 | nothing was delivered yet
-- column: county | 县 | County
-- column: kind | 数据类别 | Kind
-- column: files | 文件 | Files
-- column: period | 最新期间 | Latest period
-- column: run | 最近处理 | Last run
-- column: read | 实收 | Received
-- column: kept | 入库 | Published
-- column: open | 退回未决 | Open rejects
-- column: stopped | 未入库交付 | Not published
-- column: kept_fen | 入库金额 | Published amount
-- column: declared_gap_fen | 与申报差 | Against declared
SELECT county_name AS county, kind_label AS kind, count(*) FILTER (WHERE first) AS files,
       max(period) AS period, max(l.run)::text AS run, sum(read) FILTER (WHERE first) AS read,
       sum(kept) AS kept,
       (SELECT count(*) FROM the_reject j WHERE j.county = l.county AND j.kind = l.kind AND j.fate = 'open') AS open,
       count(*) FILTER (WHERE state IN ('refused', 'failed')) AS stopped, sum(kept_fen) AS kept_fen,
       sum(declared_gap_fen) AS declared_gap_fen
FROM the_line l CROSS JOIN the_run r WHERE counts AND (r.county IS NULL OR l.county = r.county)
GROUP BY position, l.county, county_name, kind_position, kind, kind_label ORDER BY position, kind_position;
