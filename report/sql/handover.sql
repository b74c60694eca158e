-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 移交清单 | Handover
-- of: county
-- sheet: 封面 | Cover
-- column: item | 项目 | Item | 24
-- column: content | 内容 | Content | 90
WITH mine AS (SELECT * FROM the_delivery WHERE counts AND county = (SELECT county FROM the_run)),
lines AS (SELECT l.* FROM the_line l WHERE l.counts AND l.county = (SELECT county FROM the_run))
SELECT item, content FROM (
    SELECT 1 AS number, pg_temp.say('移交方', 'From') AS item, c.name || '医疗保障局' AS content FROM the_county c JOIN the_run r ON r.county = c.code
    UNION ALL SELECT 2, pg_temp.say('接收方', 'To'), city || '医疗保障局' FROM the_run
    UNION ALL SELECT 3, pg_temp.say('统筹区编码', 'Division code'), county FROM the_run
    UNION ALL SELECT 4, pg_temp.say('数据期间', 'Period'), string_agg(DISTINCT period, '、') FROM mine WHERE period <> ''
    UNION ALL SELECT 5, pg_temp.say('截至', 'As of'), format(pg_temp.say('第 %s 次处理，%s', 'run %s, %s'), run, date) FROM the_run
    UNION ALL SELECT 6, pg_temp.say('文件', 'Files'), count(*) FILTER (WHERE first) || pg_temp.say(' 个', '') FROM mine
    UNION ALL SELECT 7, pg_temp.say('数据', 'Data'), format(pg_temp.say('%s 行，入库 %s 行', '%s rows, %s published'),
                     to_char(coalesce(sum(read) FILTER (WHERE first), 0), 'FM999,999,999,990'), to_char(coalesce(sum(kept), 0), 'FM999,999,999,990')) FROM lines
    UNION ALL SELECT 8, pg_temp.say('状态', 'State'), CASE WHEN x.open + x.broken + x.blocked + x.stopped = 0 THEN pg_temp.say('可签：没有未了结的退回、不符和拒收', 'ready: no reject, broken check or refused delivery is open')
                     ELSE pg_temp.say('草稿：', 'draft: ') || concat_ws(pg_temp.say('，', ', '),
                          CASE WHEN x.open > 0 THEN format(pg_temp.say('退回未决 %s 行', '%s rejects open'), x.open) END,
                          CASE WHEN x.broken > 0 THEN format(pg_temp.say('不符 %s 项', '%s checks broken'), x.broken) END,
                          CASE WHEN x.blocked > 0 THEN format(pg_temp.say('无法核对 %s 项', '%s checks blocked'), x.blocked) END,
                          CASE WHEN x.stopped > 0 THEN format(pg_temp.say('未入库交付 %s 个', '%s deliveries not published'), x.stopped) END) END
              FROM (SELECT (SELECT count(DISTINCT (delivery, member, source_row)) FROM the_reject
                     WHERE fate = 'open' AND county = (SELECT county FROM the_run)) AS open,
                           (SELECT count(*) FROM the_finding WHERE state = 'broken' AND county = (SELECT county FROM the_run)) AS broken,
                           (SELECT count(*) FROM the_finding WHERE state = 'blocked' AND county = (SELECT county FROM the_run)) AS blocked,
                           (SELECT count(*) FROM mine WHERE state IN ('refused', 'failed')) AS stopped) x) y
ORDER BY number;
-- sheet: 一 文件 | 1 Files
-- empty: 没有收到文件 | no file was received
-- column: file | 文件名 | File | 34
-- column: bytes | 字节 | Bytes | 15
-- column: sha256 | SHA-256 | SHA-256 | 36
-- column: sm3 | SM3 | SM3 | 36
-- column: received | 收到时间 | Received | 18
-- column: period | 期间 | Period | 11
-- column: run | 第几次处理 | Run | 10
-- column: state | 状态 | State | 12
SELECT path AS file, bytes, sha256, sm3, to_char(received, 'YYYY-MM-DD HH24:MI') AS received, period,
       run::text AS run, CASE state WHEN 'published' THEN pg_temp.say('入库', 'published')
                         WHEN 'refused' THEN pg_temp.say('拒收', 'refused') WHEN 'failed' THEN pg_temp.say('损坏', 'damaged')
                         ELSE pg_temp.say('试算', 'trial') END
                         || CASE source WHEN 'retry' THEN pg_temp.say('（改正）', ' (corrected)')
                         WHEN 'mapping' THEN pg_temp.say('（补映射）', ' (mapped)')
                         WHEN 'again' THEN pg_temp.say('（重算）', ' (read again)') ELSE '' END AS state,
       concat_ws('/', county, delivery) AS _key
FROM the_delivery WHERE counts AND county = (SELECT county FROM the_run) ORDER BY delivery;
-- sheet: 二 数据 | 2 Data
-- note: 单位：元。实收按县里交付的文件计；入库含改正后补入的行；改正增减是退回行改正前后的金额之差。实收＋改正增减 = 入库＋未入库＋差额。 | Unit: yuan. Received + corrections = published + not published + difference.
-- empty: 没有数据 | no data
-- column: kind | 数据类别 | Kind | 18
-- column: declared | 申报行数 | Declared rows | 13
-- column: read | 实收行数 | Received rows | 13
-- column: kept | 入库行数 | Published rows | 13
-- column: out | 未入库行数 | Not published | 12
-- column: gap | 行差 | Gap | 8
-- column: main | 主金额名 | Main amount | 14
-- column: declared_fen | 申报 | Declared | 19
-- column: read_fen | 实收 | Received | 19
-- column: correction_fen | 改正增减 | Corrections | 14
-- column: kept_fen | 入库 | Published | 19
-- column: out_fen | 未入库 | Not published | 17
-- column: gap_fen | 差额 | Difference | 12
WITH line AS (SELECT * FROM the_line WHERE counts AND county = (SELECT county FROM the_run)),
tally AS (
    SELECT kind, kind_label, kind_position, max(main_label) AS main,
           sum(declared_rows) AS declared, sum(declared_fen) AS declared_fen,
           sum(read) FILTER (WHERE first) AS read, sum(read_fen) FILTER (WHERE first) AS read_fen,
           coalesce(sum(read_fen - rejected_fen) FILTER (WHERE NOT first), 0) AS again_fen,
           sum(kept) AS kept, sum(kept_fen) AS kept_fen,
           sum(all_rows - kept - rejected) AS aside,
           sum(out_fen - CASE WHEN first THEN 0 ELSE rejected_fen END) AS out_fen
    FROM line GROUP BY kind, kind_label, kind_position),
settled AS (
    SELECT kind, count(*) FILTER (WHERE fate IN ('retry', 'mapping')) AS mended,
           coalesce(sum(main_fen) FILTER (WHERE fate IN ('retry', 'mapping')), 0) AS mended_fen,
           count(*) AS rejected
    FROM the_reject WHERE county = (SELECT county FROM the_run) GROUP BY kind)
SELECT kind_label AS kind, declared, read, kept, aside + rejected - mended AS out,
       read - kept - aside - rejected + mended AS gap, main, declared_fen, read_fen,
       again_fen - mended_fen AS correction_fen, kept_fen, out_fen - mended_fen AS out_fen,
       read_fen + again_fen - kept_fen - out_fen AS gap_fen,
       (SELECT county FROM the_run) || '/' || kind AS _key
FROM (SELECT t.*, coalesce(s.mended, 0) AS mended, coalesce(s.mended_fen, 0) AS mended_fen,
             coalesce(s.rejected, 0) AS rejected
      FROM tally t LEFT JOIN settled s USING (kind)) x
ORDER BY kind_position;
-- sheet: 二（续） 市库现有 | 2b What is published
-- note: 单位：元，行数以行计。自首次入库以来：新增＋变更－被变更替换－撤销－消失＋撤回 = 应有，应与现有相等。消失 = 以前入库、后来的全量里没有或被退回的行。 | Unit: yuan, or rows. Since the first publication: new + changed - replaced - withdrawn - vanished + undone = expected, which must be what is there.
-- empty: 没有入库 | nothing is published
-- column: kind | 数据类别 | Kind | 18
-- column: subject | 项目 | Subject | 14
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
SELECT kind_label AS kind, label AS subject,
       mark || before AS before, mark || new AS new, mark || changed AS changed, mark || replaced AS replaced,
       mark || ended AS ended, mark || vanished AS vanished, mark || taken_back AS taken_back,
       mark || expected AS expected, mark || after AS after, mark || (after - expected) AS gap,
       concat_ws('/', county, kind, measure) AS _key
FROM (
    SELECT  county, kind, kind_label, kind_position, measure, number, label, mark,
           first_before AS before, sum(new) AS new, sum(changed) AS changed, sum(replaced) AS replaced,
           sum(ended) AS ended, sum(vanished) AS vanished, sum(taken_back) AS taken_back, last_after AS after,
           first_before + sum(new) + sum(changed) - sum(replaced) - sum(ended) - sum(vanished) + sum(taken_back) AS expected
    FROM (SELECT m.*, first_value(before) OVER w AS first_before, last_value(after) OVER w AS last_after
          FROM the_movement m WHERE county = (SELECT county FROM the_run) AND (measure = '' OR main)
          WINDOW w AS (PARTITION BY county, kind, measure ORDER BY movement ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) m
    GROUP BY  county, kind, kind_label, kind_position, measure, number, label, mark, first_before, last_after) x
ORDER BY kind_position, number;
-- sheet: 三 未入库及处置 | 3 Not published
-- note: 单位：元。 | Unit: yuan.
-- empty: 全部入库 | everything is published
-- column: kind | 数据类别 | Kind | 18
-- column: fate | 处置 | Disposition | 20
-- column: reason | 原因 | Reason | 50 | sentence
-- column: rows | 行数 | Rows | 13
-- column: main | 主金额名 | Main amount | 18
-- column: amount_fen | 金额 | Amount | 20
WITH part AS (
    SELECT county, kind, kind_label, kind_position, main_label,
           CASE fate WHEN 'open' THEN '退回未决' WHEN 'waiver' THEN '不移交' WHEN 'delivery' THEN '已由新交付取代'
                     ELSE '已撤回' END AS fate, NULL AS reason, count(*) AS rows, sum(main_fen) AS amount_fen, 1 AS number
    FROM the_reject WHERE county = (SELECT county FROM the_run) AND fate NOT IN ('retry', 'mapping')
    GROUP BY county, kind, kind_label, kind_position, main_label, the_reject.fate
    UNION ALL
    SELECT county, kind, kind_label, kind_position, main_label, '重复', NULL, sum(duplicate), sum(duplicate_fen), 2
    FROM the_line WHERE counts AND county = (SELECT county FROM the_run)
    GROUP BY county, kind, kind_label, kind_position, main_label HAVING sum(duplicate) > 0
    UNION ALL
    SELECT county, kind, kind_label, kind_position, main_label, '未入库交付中的好行', NULL,
           sum(other - aside), sum(out_fen - duplicate_fen - explained_fen - rejected_fen - aside_fen), 3
    FROM the_line WHERE counts AND state IN ('refused', 'failed') AND county = (SELECT county FROM the_run)
    GROUP BY county, kind, kind_label, kind_position, main_label
    HAVING sum(other - aside) > 0
    UNION ALL
    SELECT county, kind, kind_label, kind_position, main_label, '撤销或让位给更新交付', NULL, sum(aside), sum(aside_fen), 5
    FROM the_line WHERE counts AND county = (SELECT county FROM the_run)
    GROUP BY county, kind, kind_label, kind_position, main_label HAVING sum(aside) > 0
    UNION ALL
    SELECT f.county, f.kind, f.kind_label, f.kind_position, f.main_label, '非数据', r.code || E'\t*',
           count(*), sum(j.fen[f.main_number]), 4
    FROM the_file f JOIN intake.reject j USING (file)
    LEFT JOIN LATERAL (SELECT code FROM intake.reason r WHERE r.file = j.file AND r.source_row = j.source_row
                       AND r.weight = 'explain' ORDER BY number LIMIT 1) r ON true
    WHERE f.counts AND j.bucket = 'explained' AND f.county = (SELECT county FROM the_run)
    GROUP BY f.county, f.kind, f.kind_label, f.kind_position, f.main_label, r.code)
SELECT kind_label AS kind, pg_temp.say(fate, w.en) AS fate, reason, rows, main_label AS main, amount_fen, _level,
       concat_ws('/', county, kind, w.en, reason) AS _key
FROM (VALUES ('退回未决', 'rejected, open'), ('不移交', 'not handed over'), ('已由新交付取代', 'replaced by a newer delivery'),
             ('已撤回', 'undone'), ('重复', 'duplicate'), ('未入库交付中的好行', 'good rows of a delivery not published'),
             ('撤销或让位给更新交付', 'withdrawn or superseded'), ('非数据', 'explained'), ('合计', 'total')) w (zh, en)
JOIN (SELECT *, 0 AS _level FROM part
      UNION ALL SELECT county, kind, kind_label, kind_position, main_label, '合计', NULL, sum(rows), sum(amount_fen), 9, 1
      FROM part GROUP BY county, kind, kind_label, kind_position, main_label HAVING count(*) > 1) x ON x.fate = w.zh
ORDER BY kind_position, number, x.fate, reason;
-- sheet: 四 未决差异 | 4 Open differences
-- note: 单位：元；行数差异以行计。差异说明、责任方、期限由双方填写。 | Unit: yuan, or rows.
-- empty: 没有未决差异 | no difference is open
-- column: number | 编号 | No. | 8
-- column: kind | 数据类别 | Kind | 16
-- column: item | 项目 | Item | 34 | sentence
-- column: subject | 比较什么 | Subject | 20
-- column: left | 左 | Left | 19 | value
-- column: right | 右 | Right | 19 | value
-- column: difference | 差额 | Difference | 16 | value
-- column: explanation | 差异说明 | Explanation | 30 | fill
-- column: responsible | 责任方 | Responsible | 14 | fill
-- column: deadline | 期限 | Until | 13 | fill
SELECT number::text AS number, kind_label AS kind, said AS item,
       CASE WHEN subject_label IN ('', 'rows') THEN pg_temp.say('行数', 'rows') ELSE subject_label END AS subject,
       mark || left_value AS left, mark || right_value AS right, mark || (left_value - right_value) AS difference,
       '' AS explanation, '' AS responsible, '' AS deadline, 'finding/' || number AS _key
FROM the_finding WHERE state IN ('broken', 'blocked') AND county = (SELECT county FROM the_run)
ORDER BY kind_label, check_code LIKE 'ledger.%', number;
-- sheet: 五 代码与映射 | 5 Codes and mappings
-- empty: 没有用到代码映射 | no mapping was used
-- column: table | 映射表 | Table | 30
-- column: digest | 版本摘要 | Version | 40
-- column: reviewed | 已审代码 | Reviewed | 12
-- column: draft | 草稿代码 | Draft | 12
-- column: unmapped | 未映射代码 | Unmapped | 12
-- column: rows | 未映射行数 | Rows unmapped | 14
SELECT concat_ws(' ', (SELECT max(c.label) FROM the_column c WHERE c.name = u.table_name), u.table_name) AS table,
       (SELECT string_agg(m.path || ' ' || left(m.sha256, 12), E'\n' ORDER BY m.path)
        FROM mapping.used m WHERE m.run = (SELECT max(f2.run) FROM the_file f2 WHERE f2.counts
                                           AND f2.county = (SELECT county FROM the_run))
          AND m.path ~ ('/' || u.table_name || '[.](csv|xlsx)$')
          AND (m.path !~ '^mappings/[^/]+/' OR m.path LIKE 'mappings/' || max(f.folder) || '/%')) AS digest,
       count(DISTINCT source_code) FILTER (WHERE status = 'reviewed') AS reviewed,
       count(DISTINCT source_code) FILTER (WHERE status = 'draft') AS draft,
       count(DISTINCT source_code) FILTER (WHERE status = 'unmapped') AS unmapped,
       coalesce(sum(rows) FILTER (WHERE status = 'unmapped'), 0) AS rows
FROM the_file f JOIN the_use u USING (file)
WHERE f.counts AND f.county = (SELECT county FROM the_run) GROUP BY u.table_name ORDER BY u.table_name;
-- sheet: 六 个人账户与基金结余 | 6 Accounts and fund balances
-- note: 单位：元。账面是最近一个完整年度的期末结余；审计调整是其后有凭证的调整；已移交是其后按存量上解的款；留存＝审定－已移交。县里已刷卡未支付、已入个账未到款见“基金账”的核对 G3。 | Unit: yuan. Audited = book + adjustments; kept = audited - handed over.
-- empty: 本次没有移交账套，不适用 | no ledgers were handed over: not applicable
-- column: fund | 基金 | Fund | 30
-- column: book_fen | 账面 | Book | 20
-- column: adjusted_fen | 审计调整 | Adjusted | 20
-- column: audited_fen | 审定 | Audited | 20
-- column: handed_fen | 已移交 | Handed over | 20
-- column: kept_fen | 留存 | Kept | 20
WITH closed AS (  -- the last whole year's closing, by account set and sub-fund
    SELECT b.acct_set, b.fund_set, coalesce(b.sub_fund, '') AS sub, b.acct_year, -sum(b.close_fen) AS book
    FROM fund.balance b
    WHERE b.county = (SELECT county FROM the_run) AND b.acct_code LIKE '3%' AND b.acct_month = 12
      AND b.acct_year = (SELECT max(y.acct_year) FROM fund.balance y WHERE y.county = b.county AND y.acct_set = b.acct_set AND y.acct_month = 12)
    GROUP BY 1, 2, 3, 4),
adjusted AS (
    SELECT acct_set, coalesce(j.sub_fund, c.sub_fund, '') AS sub, extract(year FROM adj_date)::int AS year, sum(adj_amt_fen) AS fen
    FROM fund.audit_adj_d j LEFT JOIN fund.chart c ON c.chart_set = j.fund_set AND c.code = j.acct_code AND c.valid_until = 'infinity'
    WHERE j.county = (SELECT county FROM the_run) AND j.acct_code LIKE '3%' AND j.voucher_no IS NOT NULL GROUP BY 1, 2, 3),
handed AS (
    SELECT acct_set, coalesce(sub_fund, '') AS sub, acct_year::int AS year, sum(debit_fen - credit_fen) AS fen FROM fund.posting
    WHERE county = (SELECT county FROM the_run) AND acct_code LIKE '5301%' AND stock_flow = '存量' AND NOT closing GROUP BY 1, 2, 3)
SELECT fund, book_fen, adjusted_fen, book_fen + adjusted_fen AS audited_fen, handed_fen, book_fen + adjusted_fen - handed_fen AS kept_fen, _key
FROM (SELECT concat_ws(' ', c.acct_set, c.fund_set, nullif(c.sub, '')) || format(pg_temp.say('（%s 年末）', ' (end of %s)'), c.acct_year) AS fund, c.acct_set, 0 AS n, c.sub, c.book AS book_fen,
             coalesce((SELECT sum(a.fen) FROM adjusted a WHERE a.acct_set = c.acct_set AND a.sub = c.sub AND a.year > c.acct_year), 0) AS adjusted_fen,
             coalesce((SELECT sum(h.fen) FROM handed h WHERE h.acct_set = c.acct_set AND h.sub = c.sub AND h.year > c.acct_year), 0) AS handed_fen,
             concat_ws('/', 'fund', c.acct_set, c.sub) AS _key
      FROM closed c
      UNION ALL
      SELECT format(pg_temp.say('个人余额合计：%s 人（%s 年末）', 'balances of %s persons (end of %s)'), to_char(count(*), 'FM999,999,999,990'), year), '~', 1, year, sum(balc_fen), NULL, NULL, 'fund/persons/' || year
      FROM fund.psn_acct_d WHERE county = (SELECT county FROM the_run) GROUP BY year) x
ORDER BY acct_set, n, sub DESC;
-- sheet: 签字栏 | Signatures
-- column: party | 单位 | Party | 34
-- column: handler | 经办 | Handled by | 22 | fill
-- column: checker | 复核 | Checked by | 22 | fill
-- column: head | 负责人 | Responsible | 22 | fill
-- column: seal | 盖章 | Seal | 26 | fill
-- column: date | 日期 | Date | 20 | fill
SELECT party, '' AS handler, '' AS checker, '' AS head, '' AS seal, '' AS date FROM (
    SELECT 1 AS number, pg_temp.say('移交方：', 'From: ') || coalesce(c.name, r.county) || '医疗保障局' AS party, r.* FROM the_run r LEFT JOIN the_county c ON c.code = r.county
    UNION ALL SELECT 2, pg_temp.say('接收方：', 'To: ') || r.city || '医疗保障局', r.* FROM the_run r
    UNION ALL SELECT 3, coalesce(c.name, r.county) || '财政局', r.* FROM the_run r LEFT JOIN the_county c ON c.code = r.county
    UNION ALL SELECT 4, r.city || '财政局', r.* FROM the_run r
    UNION ALL SELECT 5, pg_temp.say('监交人', 'Witness'), r.* FROM the_run r) x ORDER BY number;
