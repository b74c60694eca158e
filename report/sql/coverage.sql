-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 映射覆盖 | Mapping coverage
-- sheet: 映射覆盖 | Coverage
-- note: 单位：元。县里每张代码表遇到的代码，已映射的占多少行、多少钱；决定不移交的代码算已映射。 | Unit: yuan. How many of the codes met are mapped, by rows and by money.
-- empty: 本次没有用到代码映射 | no mapping was used in this run
-- column: county | 县 | County | 12
-- column: kind | 数据类别 | Kind | 16
-- column: table | 映射表 | Table | 24
-- column: codes | 代码种数 | Codes | 10
-- column: unmapped | 未映射种数 | Unmapped | 12
-- column: rows | 行数 | Rows | 14
-- column: rows_unmapped | 未映射行数 | Rows unmapped | 12
-- column: share_rows | 按行覆盖 | By rows | 20 | share
-- column: money_fen | 金额 | Amount | 20
-- column: unmapped_fen | 未映射金额 | Amount unmapped | 18
-- column: share_money | 按金额覆盖 | By money | 20 | share
SELECT county_name AS county, kind_label AS kind, table_name AS table, count(DISTINCT source_code) AS codes,
       count(DISTINCT source_code) FILTER (WHERE bad) AS unmapped, sum(rows) AS rows,
       coalesce(sum(rows) FILTER (WHERE bad), 0) AS rows_unmapped,
       floor((sum(rows) - coalesce(sum(rows) FILTER (WHERE bad), 0)) * 10000 / nullif(sum(rows), 0)) AS share_rows,
       sum(fen) AS money_fen, coalesce(sum(fen) FILTER (WHERE bad), 0) AS unmapped_fen,
       floor((sum(abs(fen)) - coalesce(sum(abs(fen)) FILTER (WHERE bad), 0)) * 10000 / nullif(sum(abs(fen)), 0))
           AS share_money, concat_ws('/', county, kind, table_name) AS _key
FROM (SELECT f.*, u.table_name, u.source_code, u.rows, u.fen, u.status = 'unmapped' AS bad
      FROM the_run r CROSS JOIN the_file f JOIN the_use u USING (file) WHERE f.mine AND (r.county IS NULL OR f.county = r.county)) x
GROUP BY county, county_name, position, kind, kind_label, kind_position, table_name
ORDER BY sum(rows) FILTER (WHERE bad) DESC NULLS LAST, position, kind_position, table_name;
-- sheet: 未映射代码 | Unmapped codes
-- note: 单位：元。先映射行数最多的：tongchou map suggest 县。不像代码的值(可能是姓名或号码)只显示字数。 | Unit: yuan. Map the most frequent first: tongchou map suggest COUNTY. What does not look like a code is shown by its length.
-- empty: 没有未映射的代码 | every code is mapped
-- column: county | 县 | County | 12
-- column: kind | 数据类别 | Kind | 16
-- column: table | 映射表 | Table | 24
-- column: code | 县代码 | Code | 18 | code
-- column: label | 县里名称 | Label | 30
-- column: rows | 行数 | Rows | 14
-- column: money_fen | 金额 | Amount | 20
SELECT f.county_name AS county, f.kind_label AS kind, u.table_name AS table,
       CASE WHEN sum(u.rows) >= 30 AND sum(u.rows) * 100 >= sum(sum(u.rows)) OVER (PARTITION BY f.position, f.kind_position, u.table_name)
            THEN 'often' ELSE 'rare' END || E'\t' || u.source_code AS code,
       max(u.source_label) AS label, sum(u.rows) AS rows, sum(u.fen) AS money_fen
FROM the_run r CROSS JOIN the_file f JOIN the_use u USING (file) WHERE f.mine AND (r.county IS NULL OR f.county = r.county) AND u.status = 'unmapped'
GROUP BY f.position, f.county_name, f.kind_position, f.kind_label, u.table_name, u.source_code
ORDER BY sum(u.rows) DESC, f.position, u.table_name, u.source_code;
-- sheet: 全部代码 | Every code
-- note: 单位：元。 | Unit: yuan.
-- empty: 本次没有用到代码映射 | no mapping was used in this run
-- column: county | 县 | County | 12
-- column: kind | 数据类别 | Kind | 16
-- column: table | 映射表 | Table | 24
-- column: code | 县代码 | Code | 18 | code
-- column: label | 县里名称 | Label | 26
-- column: target | 国标代码 | Target | 14
-- column: state | 状态 | State | 12
-- column: place | 依据 | By | 40
-- column: rows | 行数 | Rows | 14
-- column: money_fen | 金额 | Amount | 20
SELECT f.county_name AS county, f.kind_label AS kind, u.table_name AS table,
       CASE WHEN u.status <> 'unmapped' OR sum(u.rows) >= 30
                 AND sum(u.rows) * 100 >= sum(sum(u.rows)) OVER (PARTITION BY f.position, f.kind_position, u.table_name)
            THEN 'often' ELSE 'rare' END || E'\t' || u.source_code AS code,
       max(u.source_label) AS label, CASE WHEN u.target_code = '' THEN pg_temp.say('不移交', 'not handed over') ELSE u.target_code END AS target,
       CASE u.status WHEN 'reviewed' THEN pg_temp.say('已审', 'reviewed') WHEN 'draft' THEN pg_temp.say('草稿', 'draft')
                     WHEN 'unmapped' THEN pg_temp.say('未映射', 'unmapped')
                     ELSE u.status END AS state,
       CASE WHEN u.path <> '' THEN format(pg_temp.say('%s 第 %s 行', '%s line %s'), u.path, u.line) END AS place,
       sum(u.rows) AS rows, sum(u.fen) AS money_fen
FROM the_run r CROSS JOIN the_file f JOIN the_use u USING (file) WHERE f.mine AND (r.county IS NULL OR f.county = r.county)
GROUP BY f.position, f.county_name, f.kind_position, f.kind_label, u.table_name, u.source_code, u.target_code,
         u.status, u.path, u.line
ORDER BY f.position, f.kind_position, u.table_name, u.source_code;
