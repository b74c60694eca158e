-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 处理结果 | The run
-- of: city
-- sheet: 各县 | Counties
-- note: 单位：元。入库比例按行计（入库行 ÷ 数据行）；数据金额不含小计等非数据行。 | Unit: yuan. Share published: rows published of rows that are data.
-- empty: 本次没有新的交付 | no new delivery in this run
-- column: county | 县 | County
-- column: kind | 数据类别 | Kind
-- column: read | 读入 | Read
-- column: kept | 入库 | Published
-- column: share | 入库比例 | Share published | 0 | share
-- column: rejected | 退回 | Rejected
-- column: explained | 非数据 | Explained
-- column: duplicate | 重复 | Duplicate
-- column: doubtful | 疑点 | Doubtful
-- column: main | 主金额 | Main amount
-- column: data_fen | 数据金额 | Data
-- column: kept_fen | 入库 | Published
-- column: gap_fen | 差额 | Difference
-- column: declared_gap_fen | 与申报差 | Against declared
SELECT county_name AS county, kind_label AS kind, sum(read) AS read, sum(kept) AS kept,
       floor(sum(kept) * 10000 / nullif(sum(read - explained - duplicate), 0)) AS share,
       sum(rejected) AS rejected, sum(explained) AS explained, sum(duplicate) AS duplicate,
       sum(doubtful) AS doubtful, max(main_label) AS main, sum(read_fen - explained_fen) AS data_fen, sum(kept_fen) AS kept_fen,
       sum(gap_fen) AS gap_fen, sum(declared_gap_fen) AS declared_gap_fen
FROM the_line WHERE mine
GROUP BY position, county_name, kind_position, kind_label ORDER BY position, kind_position;
-- sheet: 要做什么 | What to do
-- empty: 没有要做的事 | nothing
-- column: what | 事项 | What
-- column: rows | 行数 | Rows
-- column: money_fen | 涉及金额 | Amount
-- column: how | 怎么做 | How
SELECT what, rows, money_fen, how FROM (
    SELECT 1 AS number, position, format(CASE state WHEN 'refused' THEN pg_temp.say('%s：%s 拒收，未入库任何一行', '%s: %s refused, nothing of it published')
                               ELSE pg_temp.say('%s：%s 损坏，未入库任何一行', '%s: %s damaged, nothing of it published') END,
                  county_name, path) AS what, NULL::bigint AS rows, NULL::numeric AS money_fen,
           place || coalesce(nullif(message, ''), code, '') || format(pg_temp.say('；不要这份的：移走文件，再 tongchou undo %s --reason 原因',
                '; not wanted: move the file away, then tongchou undo %s --reason WHY'), delivery) AS how
    FROM the_delivery WHERE counts AND state IN ('refused', 'failed')
    UNION ALL
    SELECT 2, position, format(pg_temp.say('%s：未映射代码 %s 种', '%s: %s unmapped codes'), county_name,
               count(DISTINCT (u.table_name, u.source_code))), sum(u.rows)::bigint, sum(u.fen),
           'tongchou map suggest ' || folder
    FROM the_file f JOIN the_use u USING (file) WHERE f.mine AND u.status = 'unmapped'
    GROUP BY position, county_name, folder
    UNION ALL
    SELECT 3, position, format(pg_temp.say('%s：退回未决', '%s: rejected, open'), county_name), count(DISTINCT (delivery, member, source_row)),
           CASE WHEN count(DISTINCT kind) FILTER (WHERE main_label <> '') = 1 THEN sum(main_fen) END,
           pg_temp.say('退回清单交县里填写，填好后 tongchou retry 文件', 'the county fills in its list, then: tongchou retry FILE')
    FROM the_reject WHERE fate = 'open' GROUP BY position, county_name
    UNION ALL
    -- A file whose people the county does not know, most of them, may lie in the wrong folder.
    SELECT 4, l.position, format(pg_temp.say('%s：%s 里的人员多数不在本县的人员登记里', '%s: most people of %s are not in the county''s register'), l.county_name, l.file_name),
           m.rows, m.fen::bigint, format(pg_temp.say('是不是别县的文件？是的：移走文件，再 tongchou undo %s --reason 原因', 'another county''s file? Then take it away and: tongchou undo %s --reason WHY'), l.delivery)
    FROM the_line l CROSS JOIN LATERAL (
        SELECT count(*) AS rows, sum(r.fen) AS fen FROM intake.reason r WHERE r.file = l.file AND r.code = 'reference.person_missing') m
    WHERE l.mine AND m.rows >= 10 AND m.rows * 2 > l.kept
    UNION ALL
    SELECT 4, position, format(pg_temp.say('%s：疑点（已入库）', '%s: doubts (published)'), county_name), count(DISTINCT (delivery, member, source_row)), NULL, pg_temp.say('在退回清单的“疑点明细”里核对', 'see the sheet of doubts in 退回清单')
    FROM the_doubt JOIN the_file USING (file) GROUP BY position, county_name
    UNION ALL
    SELECT 6, position, format(pg_temp.say('%s：没有县申报数的文件 %s 个', '%s: %s files without declared totals'), county_name, count(*)), NULL, NULL,
           pg_temp.say('请县里补交接单；确实没有的，在规格里写 control: none', 'the county''s 交接单 is missing; when there is none, write control: none in the spec')
    FROM the_finding WHERE mine AND check_code = 'control.absent' AND detail NOT LIKE 'declared=none%' GROUP BY position, county_name
    UNION ALL
    SELECT 7, position, format(pg_temp.say('%s：没有申报数也没有结尾行的文本文件 %s 个，是否完整无从证明',
                        '%s: %s text files without declared totals and without a closing row: nothing vouches that they are whole'), county_name, count(*)),
           NULL, NULL, pg_temp.say('请县里在交接单写行数；文件有结尾行的，在规格里写 footer 或 total',
                                   'the slip says how many rows there are; where the file has a closing row, name it in the spec (footer, total)')
    FROM the_finding WHERE mine AND check_code = 'control.absent' AND detail LIKE '%end=none%' GROUP BY position, county_name
    UNION ALL
    -- Nothing vouches for its end, and it is less than half as long as the one before it.
    SELECT 7, l.position, format(pg_temp.say('%s：%s 只有 %s 行，上一期(%s)有 %s 行', '%s: %s has only %s rows; the one before it (%s) had %s'),
               l.county_name, l.file_name, l.read, p.period, p.read), NULL, NULL,
           pg_temp.say('没有申报数也没有结尾行，可能不完整：请县里核对行数', 'no declared totals and no closing row: it may be cut; ask the county how many rows there are')
    FROM the_line l CROSS JOIN LATERAL (
        SELECT p.period, p.file FROM the_file p
         WHERE p.county = l.county AND p.spec_path = l.spec_path AND p.first AND p.state = 'published' AND p.period < l.period
         ORDER BY p.period DESC, p.file DESC LIMIT 1) o
    CROSS JOIN LATERAL (SELECT o.period, s.read FROM pg_temp.sums(o.file) s WHERE s.measure = '') p
    WHERE l.mine AND l.first AND l.state IN ('published', 'trial') AND l.read * 2 < p.read
      AND EXISTS (SELECT FROM the_finding x WHERE x.file = l.file AND x.check_code = 'control.absent' AND x.detail LIKE '%end=none%')
    UNION ALL
    SELECT 8, position, format(pg_temp.say('%s：规格写明、还没有收到的数据 %s 项：%s', '%s: named by specs, not delivered so far (%s): %s'), county_name, count(*),
                               string_agg(kind_label || pg_temp.say('（', ' (') || pattern || pg_temp.say('）', ')'), pg_temp.say('、', ', ') ORDER BY spec_path)), NULL, NULL,
           pg_temp.say('向县里要；确实不会有的，删去这个规格', 'ask the county; where it will never come, remove the spec')
    FROM the_absent WHERE months IS NULL GROUP BY position, county_name
    UNION ALL
    SELECT 9, position, format(pg_temp.say('%s：缺 %s：%s', '%s: %s lack: %s'), county_name,
               array_to_string(months[1:12], pg_temp.say('、', ', ')) || CASE WHEN cardinality(months) > 12
                   THEN format(pg_temp.say('等 %s 个月', ' and more, %s months'), cardinality(months)) ELSE '' END,
               string_agg(kind_label || pg_temp.say('（', ' (') || pattern || pg_temp.say('）', ')'), pg_temp.say('、', ', ') ORDER BY spec_path)),
           NULL, NULL, pg_temp.say('请县里确认是漏交还是那个月没有', 'ask the county: forgotten, or nothing in that month?')
    FROM the_absent WHERE months IS NOT NULL GROUP BY position, county_name, months
    UNION ALL
    SELECT 5, position, format(pg_temp.say('%s：消失（%s，以前入库，本次全量没有或被退回）', '%s: vanished (%s, published before, lacking or rejected in this snapshot)'),
                        county_name, kind_label), sum(vanished) FILTER (WHERE measure = '')::bigint,
           sum(vanished) FILTER (WHERE main AND measure <> ''), pg_temp.say('请县里确认；见对账总表附表四“总表守恒”', 'ask the county; see 对账总表, annex 4, what is published')
    FROM the_movement WHERE mine GROUP BY position, county_name, kind_position, kind_label
    HAVING sum(vanished) FILTER (WHERE measure = '') > 0) x
ORDER BY number, position;
-- sheet: 哪里不符 | What does not agree
-- note: 单位：元；行数差异以行计。 | Unit: yuan, or rows.
-- empty: 各项核对全部相符 | every check held
-- column: county | 县 | County
-- column: kind | 数据类别 | Kind
-- column: check | 核对 | Check | 0 | sentence
-- column: subject | 比较什么 | Subject
-- column: left | 左 | Left | 0 | value
-- column: right | 右 | Right | 0 | value
-- column: difference | 差额 | Difference | 0 | value
-- column: state | 结论 | State
SELECT county_name AS county, kind_label AS kind, said AS check,
       CASE WHEN subject_label IN ('', 'rows') THEN pg_temp.say('行数', 'rows') ELSE subject_label END AS subject,
       mark || left_value AS left, mark || right_value AS right, mark || (left_value - right_value) AS difference,
       CASE state WHEN 'broken' THEN pg_temp.say('不符', 'broken') ELSE pg_temp.say('无法核对', 'blocked') END AS state, 'finding/' || number AS _key
FROM the_finding WHERE state IN ('broken', 'blocked') ORDER BY position, kind_label, check_code LIKE 'ledger.%', number;
-- sheet: 签什么 | What to sign
-- empty: 还没有可签的县 | no county yet
-- column: county | 县 | County
-- column: paper | 要签的 | To sign | 0 | link
-- column: state | 可否签字 | Ready
-- column: rejects | 退回清单 | Rows sent back | 0 | link
SELECT pg_temp.say('全市', 'The city') AS county, '对账总表.html' || E'\t' || pg_temp.say('对账总表', 'Reconciliation') AS paper,
       pg_temp.say('制表、复核、负责人', 'made by, checked by, responsible') AS state, NULL AS rejects, 'city' AS _key, -1 AS _position
WHERE EXISTS (SELECT FROM the_line WHERE mine)
UNION ALL
SELECT county_name, '移交清单_' || county_name || '.html' || E'\t' || format(pg_temp.say('移交清单（%s）', 'Handover (%s)'), county_name) AS paper,
       CASE WHEN open + broken + blocked + stopped = 0 THEN pg_temp.say('可签', 'ready')
            ELSE pg_temp.say('先处理：', 'first: ') || concat_ws(pg_temp.say('，', ', '),
                 CASE WHEN stopped > 0 THEN format(pg_temp.say('未入库交付 %s 个', '%s deliveries not published'), stopped) END,
                 CASE WHEN open > 0 THEN format(pg_temp.say('退回 %s 行', '%s rows sent back'), open) END,
                 CASE WHEN broken > 0 THEN format(pg_temp.say('不符 %s 项', '%s checks broken'), broken) END,
                 CASE WHEN blocked > 0 THEN format(pg_temp.say('无法核对 %s 项', '%s checks blocked'), blocked) END) END AS state,
       CASE WHEN open + doubts > 0 THEN '退回/' || county_name || '_退回清单_第' || r.run || '次_' || replace(r.date, '-', '')
            || '.xlsx' || E'\t' || format(pg_temp.say('退回清单（%s）', 'Rows sent back (%s)'), county_name) END AS rejects,
       x.county, x.position
FROM (
    SELECT d.county, d.county_name, d.position, count(*) FILTER (WHERE d.state IN ('refused', 'failed')) AS stopped,
           (SELECT count(DISTINCT (j.delivery, j.member, j.source_row)) FROM the_reject j
             WHERE j.county = d.county AND j.fate = 'open') AS open,
           (SELECT count(*) FROM the_finding f WHERE f.county = d.county AND f.state = 'broken') AS broken,
           (SELECT count(*) FROM the_finding f WHERE f.county = d.county AND f.state = 'blocked') AS blocked,
           (SELECT count(*) FROM the_doubt JOIN the_file f USING (file) WHERE f.county = d.county) AS doubts
    FROM the_delivery d WHERE d.counts GROUP BY d.county, d.county_name, d.position) x CROSS JOIN the_run r
ORDER BY _position, county;
-- sheet: 结论 | Verdict
-- column: counties | 县 | Counties
-- column: rows | 行 | Rows
-- column: gap | 行差 | Gap
-- column: differences | 处 | Places
-- column: difference_fen | 相差 | Difference
-- column: declared | 有申报的文件 | Files declared
-- column: broken | 不符 | Broken
-- column: blocked | 无法核对 | Blocked
-- column: checks | 核对 | Checks
-- column: held | 相符 | Held
-- column: stopped | 未入库交付 | Stopped
-- column: open | 退回 | Open
SELECT (SELECT count(DISTINCT county) FROM the_delivery WHERE mine) AS counties,
       (SELECT coalesce(sum(read), 0) FROM the_line WHERE mine) AS rows,
       (SELECT coalesce(sum(abs(gap)) + count(*) FILTER (WHERE gap_fen <> 0), 0) FROM the_line WHERE mine) AS gap,
       (SELECT count(*) FROM the_line WHERE mine AND declared_gap_fen <> 0) AS differences,
       (SELECT coalesce(sum(abs(declared_gap_fen)), 0) FROM the_line WHERE mine) AS difference_fen,
       (SELECT count(*) FROM the_line WHERE mine AND (declared_rows IS NOT NULL OR declared_fen IS NOT NULL)) AS declared,
       (SELECT count(*) FROM the_finding WHERE state = 'broken') AS broken,
       (SELECT count(*) FROM the_finding WHERE state = 'blocked') AS blocked,
       (SELECT count(*) FROM the_finding WHERE mine) AS checks,
       (SELECT count(*) FROM the_finding WHERE mine AND state = 'held') AS held,
       (SELECT count(*) FROM the_delivery WHERE mine AND state IN ('refused', 'failed')) AS stopped,
       (SELECT count(DISTINCT (delivery, member, source_row)) FROM the_reject WHERE fate = 'open') AS open;
-- sheet: 重复参保 | Duplicate enrollment
-- note: 单位：元。一对在两个县各列一行，合计只计一次；没有自动停保或追回。清理表：tongchou cover write。 | Unit: yuan. A pair stands under both counties, once in the total; nothing is ended or recovered by itself. tongchou cover write.
-- column: county | 县 | County
-- column: pairs | 重复对数 | Pairs
-- column: open | 待核定 | Open
-- column: months | 重叠人月 | Months
-- column: subsidy_fen | 重复财政补助 | Subsidy
-- column: premium_fen | 重复缴费 | Premium
-- column: twice_fen | 重复支付 | Paid twice
-- column: idle | 空挂 | Unpaid
-- column: still | 名单上仍参保 | On a roster, still enrolled
WITH money AS (
    SELECT duplicate, sum(amount_fen) FILTER (WHERE item = 'subsidy') AS subsidy,
           sum(amount_fen) FILTER (WHERE item = 'premium') AS premium, sum(amount_fen) FILTER (WHERE item = 'claim') AS twice
      FROM cover.charge GROUP BY 1),
side AS (
    SELECT DISTINCT d.duplicate, s.county FROM cover.duplicate d
     CROSS JOIN LATERAL (VALUES (d.county_a), (d.county_b), (NULL)) s (county) WHERE d.state <> 'gone'),
pairs AS (
    SELECT s.county, count(*) AS pairs, count(*) FILTER (WHERE d.state = 'proposed') AS open, sum(d.months) AS months,
           coalesce(sum(m.subsidy), 0) AS subsidy_fen, coalesce(sum(m.premium), 0) AS premium_fen,
           coalesce(sum(m.twice), 0) AS twice_fen
      FROM side s JOIN cover.duplicate d USING (duplicate) LEFT JOIN money m USING (duplicate) GROUP BY 1),
listed AS (
    SELECT c.code AS county, c.name, c.position FROM the_county c UNION ALL SELECT NULL, pg_temp.say('合计', 'Total'), 100000)
SELECT l.name AS county, coalesce(p.pairs, 0) AS pairs, coalesce(p.open, 0) AS open, coalesce(p.months, 0) AS months,
       coalesce(p.subsidy_fen, 0) AS subsidy_fen, coalesce(p.premium_fen, 0) AS premium_fen,
       coalesce(p.twice_fen, 0) AS twice_fen,
       (SELECT count(*) FROM cover.idle i WHERE l.county IS NULL OR i.county = l.county) AS idle,
       (SELECT count(*) FROM cover.roster_line r WHERE r.state = 'still_enrolled' AND (l.county IS NULL OR r.county = l.county)) AS still,
       CASE WHEN l.county IS NULL THEN 2 ELSE 0 END AS _level
  FROM listed l LEFT JOIN pairs p ON p.county IS NOT DISTINCT FROM l.county
 WHERE EXISTS (SELECT FROM cover.search) ORDER BY l.position;
