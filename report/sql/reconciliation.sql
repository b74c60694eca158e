-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 对账总表 | Reconciliation
-- of: city
-- What is signed stands first and fits a few pages; every file and every amount column are annexes to it.
-- sheet: 对账总表 | Reconciliation
-- note: 单位：元。每县每类数据一行，不同类别的金额不相加。行：读入 = 非数据＋入库＋退回＋其余＋行差（其余 = 重复、撤销、让位，以及拒收和已撤回交付中的好行）。金额：应入库（读入－非数据）= 县申报＋与申报差（有申报数的文件）= 入库＋未入库＋差额。再读 = 以前退回、这次改正或补了映射的行。逐文件、逐金额列见附表。 | Unit: yuan. One line per county and kind; amounts of different kinds are never added. Rows: read = explained + published + rejected + rest + gap (rest: duplicates, withdrawn, superseded, good rows of deliveries refused or undone). Amounts: due (read - explained) = declared + against declared (of files with a declared total) = published + not published + difference. Read again: rows sent back before, now corrected or mapped. Files and amount columns: see the annexes.
-- empty: 本次没有读任何文件 | no file was read in this run
-- column: kind | 县 / 数据类别 | County / kind | 17
-- column: read | 读入 | Read | 10
-- column: explained | 非数据 | Explained | 8
-- column: kept | 入库 | Published | 10
-- column: rejected | 退回 | Rejected | 7
-- column: rest | 其余 | Rest | 7
-- column: gap | 行差 | Gap | 6
-- column: main | 主金额名 | Main amount | 15
-- column: declared_fen | 县申报 | Declared
-- column: due_fen | 应入库 | Due
-- column: declared_gap_fen | 与申报差 | Against declared | 9
-- column: kept_fen | 入库 | Published
-- column: out_fen | 未入库 | Not published
-- column: gap_fen | 差额 | Difference | 8
SELECT CASE WHEN kinds THEN kind_label || CASE WHEN first THEN '' ELSE pg_temp.say('（再读）', ' (read again)') END WHEN counties THEN county_name ELSE pg_temp.say('全市合计', 'The city') END AS kind,
       read, explained, kept, rejected, read - explained - kept - rejected - gap AS rest, gap,
       CASE WHEN kinds THEN label END AS main, CASE WHEN kinds THEN declared_fen END AS declared_fen,
       CASE WHEN kinds THEN read_fen - explained_fen END AS due_fen, CASE WHEN kinds THEN declared_gap_fen END AS declared_gap_fen,
       CASE WHEN kinds THEN kept_fen END AS kept_fen, CASE WHEN kinds THEN out_fen - explained_fen END AS out_fen,
       CASE WHEN kinds THEN gap_fen END AS gap_fen, CASE WHEN kinds THEN 0 WHEN counties THEN 1 ELSE 2 END AS _level,
       concat_ws('/', county_code, kind, CASE WHEN kinds AND NOT first THEN 'again' END) AS _key
FROM (
    SELECT grouping(position) = 0 AS counties, grouping(kind_position) = 0 AS kinds, position, county_name, kind_position, kind_label, first,
           CASE WHEN grouping(position) = 0 THEN min(county) END AS county_code, CASE WHEN grouping(kind_position) = 0 THEN min(kind) END AS kind,
           max(main_label) AS label, sum(read) AS read, sum(explained) AS explained, sum(kept) AS kept, sum(rejected) AS rejected,
           sum(gap) AS gap, sum(declared_fen) AS declared_fen, sum(read_fen) AS read_fen, sum(explained_fen) AS explained_fen,
           sum(kept_fen) AS kept_fen, sum(out_fen) AS out_fen, sum(gap_fen) AS gap_fen, sum(declared_gap_fen) AS declared_gap_fen
    FROM the_line WHERE mine
    GROUP BY GROUPING SETS ((position, county_name, kind_position, kind_label, first), (position, county_name), (kind_position, kind_label, first), ())) x
WHERE read IS NOT NULL ORDER BY NOT counties, position, kinds, kind_position, first DESC;
-- below: 签字 | Signatures
-- column: made | 制表 | Made by | 0 | fill
-- column: checked | 复核 | Checked by | 0 | fill
-- column: head | 负责人 | Responsible | 0 | fill
-- column: date | 日期 | Date | 0 | fill
SELECT '' AS made, '' AS checked, '' AS head, '' AS date;
-- sheet: 附表一 逐文件 | Annex 1, by file
-- note: 单位：元。每行一个文件，不同数据类别的金额不相加。读入 = 新增＋变更＋未变＋其他＋重复＋退回＋非数据＋行差；其他 = 撤销、让位给更新交付的行，以及拒收交付中未入库的好行。与申报差 = 读入－非数据－县申报。 | Unit: yuan. One line per file; amounts of different kinds are never added. Read = new + changed + unchanged + other + duplicate + rejected + explained + gap. Against declared = read - explained - declared.
-- page: declared_fen | 3
-- empty: 本次没有读任何文件 | no file was read in this run
-- column: county | 县 | County | 10
-- column: kind | 数据类别 | Kind | 13
-- column: file | 文件 | File | 26
-- column: read | 读入 | Read | 10
-- column: new | 新增 | New | 10
-- column: changed | 变更 | Changed | 8
-- column: unchanged | 未变 | Unchanged | 8
-- column: other | 其他 | Other | 8
-- column: duplicate | 重复 | Duplicate | 8
-- column: rejected | 退回 | Rejected | 9
-- column: explained | 非数据 | Explained | 9
-- column: gap | 行差 | Gap | 7
-- column: main | 主金额名 | Main amount | 10
-- column: declared_fen | 县申报 | Declared | 17
-- column: read_fen | 读入金额 | Read | 17
-- column: kept_fen | 入库 | Published | 17
-- column: out_fen | 未入库 | Not published | 14
-- column: gap_fen | 差额 | Difference | 9
-- column: declared_gap_fen | 与申报差 | Against declared | 10
-- column: unreadable | 不可计量格数 | Unreadable cells | 8
-- column: doubtful | 疑点行数 | Doubtful rows | 8
-- column: state | 状态 | State | 9
SELECT CASE g WHEN 0 THEN county_name WHEN 3 THEN county_name || pg_temp.say(' 小计', ' subtotal') ELSE pg_temp.say('合计', 'Total') END AS county,
       CASE WHEN g IN (0, 5) THEN kind_label END AS kind, file_name AS file,
       read, new, changed, unchanged, other, duplicate, rejected, explained, gap,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN label END AS main,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN declared_fen END AS declared_fen,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN read_fen END AS read_fen,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN kept_fen END AS kept_fen,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN out_fen END AS out_fen,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN gap_fen END AS gap_fen,
       CASE WHEN g IN (0, 5) OR kinds = 1 THEN declared_gap_fen END AS declared_gap_fen,
       unreadable, doubtful, state_label AS state,
       CASE g WHEN 0 THEN 0 WHEN 3 THEN 1 ELSE 2 END AS _level,
       concat_ws('/', county_code, kind, file) AS _key
FROM (
    SELECT grouping(position, kind_position, file) AS g, position, county_name, max(county_name) AS any_name,
           kind_position, kind_label, file, file_name, state_label,
           CASE WHEN grouping(position) = 0 THEN min(county) END AS county_code,
           CASE WHEN grouping(kind_position) = 0 THEN min(kind) END AS kind,
           max(main_label) AS label, count(DISTINCT kind) AS kinds, sum(read) AS read, sum(new) AS new,
           sum(changed) AS changed, sum(unchanged) AS unchanged, sum(other) AS other,
           sum(duplicate) AS duplicate, sum(rejected) AS rejected, sum(explained) AS explained,
           sum(gap) AS gap, sum(declared_fen) AS declared_fen, sum(read_fen) AS read_fen,
           sum(kept_fen) AS kept_fen, sum(out_fen) AS out_fen, sum(gap_fen) AS gap_fen,
           sum(declared_gap_fen) AS declared_gap_fen, sum(unreadable) AS unreadable, sum(doubtful) AS doubtful
    FROM the_line WHERE mine
    GROUP BY GROUPING SETS ((position, county_name, kind_position, kind_label, file, file_name, state_label),
                            (position, county_name), (kind_position, kind_label), ())) x
WHERE read IS NOT NULL
ORDER BY g >= 5, position, g = 3, g = 7, kind_position, file;
-- sheet: 附表二 全部金额列 | Annex 2, every amount
-- note: 单位：元。每个文件的每个金额列一行；哪一栏都是 0 的金额列在附表三。同县没有重名时，文件只写包内名。 | Unit: yuan. One line per amount column of every file; columns that are 0 throughout: annex 3. A file goes by its name inside the archive where no other of its county has it.
-- empty: 本次读的文件没有不为 0 的金额列 | no file of this run has amounts other than 0
-- column: county | 县 | County | 10
-- column: kind | 数据类别 | Kind | 14
-- column: file | 文件 | File | 22
-- column: measure | 金额列 | Amount | 22
-- column: read_fen | 读入 | Read
-- column: new_fen | 新增 | New
-- column: changed_fen | 变更 | Changed
-- column: unchanged_fen | 未变 | Unchanged
-- column: other_fen | 其他 | Other
-- column: duplicate_fen | 重复 | Duplicate
-- column: rejected_fen | 退回 | Rejected
-- column: explained_fen | 非数据 | Explained
-- column: gap_fen | 差额 | Difference
-- column: unreadable | 不可计量格数 | Unreadable cells | 9
WITH file AS (
    SELECT *, CASE WHEN count(*) OVER (PARTITION BY county, coalesce(nullif(member, ''), path)) > 1 THEN file_name
                   ELSE coalesce(nullif(member, ''), path) END AS short_name
    FROM the_file WHERE mine)
SELECT f.county_name AS county, f.kind_label AS kind, f.short_name AS file,
       coalesce(m.label, s.measure) AS measure, s.read AS read_fen, s.new AS new_fen,
       s.changed AS changed_fen, s.unchanged AS unchanged_fen, s.aside + s.unpublished AS other_fen,
       s.duplicate AS duplicate_fen, s.rejected AS rejected_fen, s.explained AS explained_fen,
       s.read - s.new - s.changed - s.unchanged - s.aside - s.unpublished - s.duplicate - s.rejected
           - s.explained AS gap_fen, s.unreadable,
       concat_ws('/', f.county, f.kind, f.file, s.measure) AS _key
FROM file f CROSS JOIN LATERAL pg_temp.sums(f.file) s
LEFT JOIN the_measure m ON m.kind = f.kind AND m.measure = s.measure
WHERE s.measure <> '' AND NOT s.nothing ORDER BY f.position, f.kind_position, f.file, m.number;
-- sheet: 附表三 全为 0 的金额列 | Annex 3, amounts of 0
-- note: 这些金额列在附表二的每一栏都是 0.00，没有不可计量的格。 | In every column of annex 2 these are 0.00, and none of their cells was unreadable.
-- empty: 没有全为 0 的金额列 | no amount column is 0 throughout
-- column: county | 县 | County | 10
-- column: kind | 数据类别 | Kind | 16
-- column: file | 文件 | File | 36
-- column: count | 列数 | Columns | 8
-- column: measures | 金额列 | Amounts | 84
SELECT f.county_name AS county, f.kind_label AS kind, f.file_name AS file, count(*) AS count,
       string_agg(coalesce(m.label, s.measure), pg_temp.say('、', ', ') ORDER BY m.number, s.measure) AS measures,
       concat_ws('/', f.county, f.kind, f.file) AS _key
FROM the_file f CROSS JOIN LATERAL pg_temp.sums(f.file) s LEFT JOIN the_measure m ON m.kind = f.kind AND m.measure = s.measure
WHERE f.mine AND s.measure <> '' AND s.nothing
GROUP BY f.county_name, f.county, f.position, f.kind, f.kind_label, f.kind_position, f.file, f.file_name
ORDER BY f.position, f.kind_position, f.file;
-- sheet: 附表四 总表守恒 | Annex 4, what is published
-- note: 单位：元，行数以行计。市库里每县每类数据在本次处理前后各有多少：原有＋新增＋变更－被变更替换－撤销－消失＋撤回 = 应有，应与现有相等。消失 = 以前入库、本次全量里没有或被退回的行。从来为零的金额列不列。 | Unit: yuan, or rows. Before + new + changed - replaced - withdrawn - vanished + undone = expected, which must be what is there. Vanished: published before, lacking or rejected in this full delivery.
-- empty: 本次没有变动市库 | nothing that is published was moved
-- column: county | 县 | County | 12
-- column: kind | 数据类别 | Kind | 16
-- column: subject | 项目 | Subject | 22
-- column: before | 原有 | Before | 18 | value
-- column: new | 新增 | New | 18 | value
-- column: changed | 变更 | Changed | 15 | value
-- column: replaced | 被变更替换 | Replaced | 15 | value
-- column: ended | 撤销 | Withdrawn | 13 | value
-- column: vanished | 消失 | Vanished | 15 | value
-- column: taken_back | 撤回 | Undone | 15 | value
-- column: expected | 应有 | Expected | 18 | value
-- column: after | 现有 | After | 18 | value
-- column: gap | 差额 | Difference | 9 | value
SELECT county_name AS county, kind_label AS kind, label AS subject,
       mark || before AS before, mark || new AS new, mark || changed AS changed, mark || replaced AS replaced,
       mark || ended AS ended, mark || vanished AS vanished, mark || taken_back AS taken_back,
       mark || expected AS expected, mark || after AS after, mark || (after - expected) AS gap,
       concat_ws('/', county, kind, measure) AS _key
FROM (
    SELECT position, county_name, county, kind, kind_label, kind_position, measure, number, label, mark,
           first_before AS before, sum(new) AS new, sum(changed) AS changed, sum(replaced) AS replaced,
           sum(ended) AS ended, sum(vanished) AS vanished, sum(taken_back) AS taken_back, last_after AS after,
           first_before + sum(new) + sum(changed) - sum(replaced) - sum(ended) - sum(vanished) + sum(taken_back) AS expected
    FROM (SELECT m.*, first_value(before) OVER w AS first_before, last_value(after) OVER w AS last_after
          FROM the_movement m WHERE mine
          WINDOW w AS (PARTITION BY county, kind, measure ORDER BY movement ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) m
    GROUP BY position, county_name, county, kind, kind_label, kind_position, measure, number, label, mark, first_before, last_after) x
WHERE measure = '' OR before <> 0 OR after <> 0 OR new <> 0 OR changed <> 0 OR replaced <> 0 OR ended <> 0 OR vanished <> 0
   OR taken_back <> 0
ORDER BY position, kind_position, number;
-- sheet: 附表五 以前各次未入库 | Annex 5, still open from earlier runs
-- note: 单位：元。以前各次处理退回、至今未改正也未决定不移交的行。 | Unit: yuan. Rows rejected by earlier runs and not yet settled.
-- empty: 以前各次没有未了结的退回 | nothing is open from earlier runs
-- column: county | 县 | County | 12
-- column: kind | 数据类别 | Kind | 16
-- column: file | 文件 | File | 40
-- column: run | 第几次处理 | Run | 12
-- column: rows | 未入库行数 | Rows | 12
-- column: main | 主金额名 | Main amount | 16
-- column: out_fen | 未入库金额 | Amount | 20
SELECT county_name AS county, kind_label AS kind, file_name AS file, run, count(*) AS rows, main_label AS main,
       sum(main_fen) AS out_fen, concat_ws('/', county, kind, file) AS _key
FROM the_reject WHERE fate = 'open' AND NOT mine
GROUP BY county, county_name, position, kind, kind_label, kind_position, file, file_name, run, main_label
ORDER BY position, kind_position, run, file;
