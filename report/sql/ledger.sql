-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 基金账 | Ledgers
-- of: county
-- sheet: 账套 | Account sets
-- note: 每个账套一行；核对项见“核对”，涉及的凭证见“涉及的凭证”。按现在入库的账。 | One line per account set.
-- empty: 没有收到账套 | no account set was delivered
-- column: set | 账套 | Set | 8
-- column: fund | 基金 | Fund | 12
-- column: mode | 统筹方式 | Pooling | 12
-- column: chart | 原科目制度 | Chart | 18
-- column: year | 年度 | Year | 8 | text
-- column: vouchers | 凭证张数 | Vouchers | 12
-- column: entries | 分录行数 | Entries | 12
-- column: debit_fen | 借方发生额 | Debits | 20
-- column: credit_fen | 贷方发生额 | Credits | 20
-- column: held | 相符 | Held | 8
-- column: broken | 不符 | Broken | 8
-- column: blocked | 无法核对 | Blocked | 10
SELECT p.acct_set AS set, p.fund_set AS fund, max(s.pooling_mode) AS mode, max(s.src_chart) AS chart, p.acct_year AS year,
       count(DISTINCT (p.acct_month, p.voucher_no)) AS vouchers, count(DISTINCT p.key_hash) AS entries, sum(p.debit_fen) AS debit_fen, sum(p.credit_fen) AS credit_fen,
       (SELECT count(*) FROM the_finding f WHERE f.county = p.county AND f.check_code LIKE 'ledger.%' AND starts_with(f.subject, p.acct_set || ' ') AND f.state = 'held') AS held,
       (SELECT count(*) FROM the_finding f WHERE f.county = p.county AND f.check_code LIKE 'ledger.%' AND starts_with(f.subject, p.acct_set || ' ') AND f.state = 'broken') AS broken,
       (SELECT count(*) FROM the_finding f WHERE f.county = p.county AND f.check_code LIKE 'ledger.%' AND starts_with(f.subject, p.acct_set || ' ') AND f.state = 'blocked') AS blocked
FROM fund.posting p LEFT JOIN fund.acct_set_d s ON s.county = p.county AND s.acct_set = p.acct_set
WHERE p.county = (SELECT county FROM the_run) GROUP BY p.county, p.acct_set, p.fund_set, p.acct_year ORDER BY p.acct_set, p.acct_year;
-- sheet: 试算平衡表 | Trial balance
-- note: 单位：元。科目已统一到 2017 年制度；拆分的科目按业务拆到明细。 | Unit: yuan; unified accounts.
-- empty: 没有凭证 | no voucher was delivered
-- column: set | 账套 | Set | 16
-- column: account | 科目 | Account | 20
-- column: name | 科目名称 | Name | 30
-- column: sub | 子基金 | Sub-fund | 10
-- column: open_debit_fen | 年初借方 | Opening debit | 19
-- column: open_credit_fen | 年初贷方 | Opening credit | 19
-- column: debit_fen | 本年借方 | Debits | 19
-- column: credit_fen | 本年贷方 | Credits | 19
-- column: close_debit_fen | 期末借方 | Closing debit | 19
-- column: close_credit_fen | 期末贷方 | Closing credit | 19
WITH line AS (
    SELECT b.acct_set, b.fund_set, b.acct_year, b.acct_code, b.sub_fund, max(b.open_fen) FILTER (WHERE b.acct_month = 1) AS opened, sum(b.debit_fen) AS debit, sum(b.credit_fen) AS credit,
           (array_agg(b.close_fen ORDER BY b.acct_month DESC))[1] AS closed
    FROM fund.balance b WHERE b.county = (SELECT county FROM the_run) GROUP BY 1, 2, 3, 4, 5)
SELECT l.acct_set || ' ' || l.fund_set || ' ' || l.acct_year AS set, CASE WHEN grouping(l.acct_code) = 1 THEN pg_temp.say('合计', 'Total') ELSE l.acct_code END AS account,
       CASE WHEN grouping(l.acct_code) = 0 THEN max(c.name_zh) END AS name, CASE WHEN grouping(l.acct_code) = 0 THEN l.sub_fund END AS sub,
       sum(greatest(l.opened, 0)) AS open_debit_fen, sum(greatest(-l.opened, 0)) AS open_credit_fen, sum(l.debit) AS debit_fen, sum(l.credit) AS credit_fen,
       sum(greatest(l.closed, 0)) AS close_debit_fen, sum(greatest(-l.closed, 0)) AS close_credit_fen,
       CASE WHEN grouping(l.acct_code) = 1 THEN 1 ELSE 0 END AS _level, concat_ws('/', 'balance', l.acct_set, l.acct_year, l.acct_code, l.sub_fund) AS _key
FROM line l LEFT JOIN fund.chart c ON c.chart_set = l.fund_set AND c.code = l.acct_code AND c.valid_until = 'infinity'
WHERE l.opened <> 0 OR l.debit <> 0 OR l.credit <> 0
GROUP BY GROUPING SETS ((l.acct_set, l.fund_set, l.acct_year, l.acct_code, l.sub_fund), (l.acct_set, l.fund_set, l.acct_year))
ORDER BY l.acct_set, l.acct_year, grouping(l.acct_code), l.acct_code, l.sub_fund;
-- sheet: 收支与结余 | Income, expense, balance
-- note: 单位：元。收入、支出不含年末结转；含上解和补助，未抵销。备付月数 = 期末结余 ÷ (支出 ÷ 12)，口径为本行。 | Unit: yuan; transfers between levels are not eliminated.
-- empty: 没有凭证 | no voucher was delivered
-- column: set | 账套 | Set | 16
-- column: sub | 子基金 | Sub-fund | 10
-- column: opened_fen | 上年结余 | Opening | 20
-- column: income_fen | 本年收入 | Income | 20
-- column: up_fen | 其中 上级补助 | From above | 18
-- column: expense_fen | 本年支出 | Expense | 20
-- column: down_fen | 其中 上解上级 | Sent up | 18
-- column: result_fen | 本年结余 | Result | 20
-- column: closed_fen | 期末结余 | Closing | 20
-- column: months | 备付月数 | Months of reserve | 12 | text
SELECT set, sub, opened_fen, income_fen, up_fen, expense_fen, down_fen, income_fen - expense_fen AS result_fen, closed_fen,
       CASE WHEN expense_fen > 0 THEN to_char(closed_fen * 12.0 / expense_fen, 'FM999999990.00') END AS months
FROM (SELECT acct_set || ' ' || fund_set || ' ' || acct_year AS set, acct_set, acct_year, sub_fund AS sub, -coalesce(sum(open_fen) FILTER (WHERE acct_code LIKE '3%' AND acct_month = 1), 0) AS opened_fen,
             -coalesce(sum(result_fen) FILTER (WHERE acct_code LIKE '4%'), 0) AS income_fen, -coalesce(sum(result_fen) FILTER (WHERE acct_code LIKE '4401%'), 0) AS up_fen,
             coalesce(sum(result_fen) FILTER (WHERE acct_code LIKE '5%'), 0) AS expense_fen, coalesce(sum(result_fen) FILTER (WHERE acct_code LIKE '5301%'), 0) AS down_fen,
             -coalesce(sum(close_fen) FILTER (WHERE acct_code LIKE '3%' AND acct_month = last), 0) AS closed_fen
      FROM (SELECT *, max(acct_month) OVER (PARTITION BY acct_set, acct_year) AS last FROM fund.balance WHERE county = (SELECT county FROM the_run)) b
      GROUP BY acct_set, fund_set, acct_year, sub_fund) x
WHERE opened_fen <> 0 OR income_fen <> 0 OR expense_fen <> 0 ORDER BY acct_set, acct_year, sub DESC;
-- sheet: 核对 | Checks
-- note: 单位：元。不符和无法核对的在前；涉及的行按编号逐行见“涉及的凭证”，移交清单用的也是这个编号。 | Unit: yuan. What is broken or blocked stands first; the rows behind it are found by its number under Vouchers concerned, and the handover goes by the same.
-- empty: 没有核对项 | no check was made
-- column: number | 编号 | No. | 8
-- column: state | 结论 | State | 10
-- column: check | 核对 | Check | 44 | sentence
-- column: subject | 比较什么 | Subject | 30
-- column: left_fen | 左 | Left | 19
-- column: right_fen | 右 | Right | 19
-- column: difference_fen | 差额 | Difference | 17
-- column: rows | 涉及行数 | Rows | 10
-- column: detail | 依据 | Basis | 50
SELECT number::text AS number, CASE state WHEN 'broken' THEN pg_temp.say('不符', 'broken') WHEN 'blocked' THEN pg_temp.say('无法核对', 'blocked')
                  WHEN 'held' THEN pg_temp.say('相符', 'held') ELSE pg_temp.say('不适用', 'not applicable') END AS state, said AS check, subject_label AS subject,
       left_value AS left_fen, right_value AS right_fen, left_value - right_value AS difference_fen, nullif((SELECT count(*) FROM fund.culprit c WHERE c.finding = f.finding), 0) AS rows,
       pg_temp.particulars(detail) AS detail, 'finding/' || number AS _key
FROM the_finding f WHERE check_code LIKE 'ledger.%' AND county = (SELECT county FROM the_run)
ORDER BY position(state IN 'broken blocked held not_applicable'), check_code, subject;
-- sheet: 涉及的凭证 | Vouchers concerned
-- note: 单位：元。不符和无法核对的每一项涉及的行：分录、余额、对账单、调节事项、个人账户；业务与账不符的，另列差额所在各月的结算。编号见“核对”。最多 20000 行，各项轮流，总数见“核对”。 | Unit: yuan. The rows behind every check that is broken or cannot be made, by its number there; where claims and ledger differ, with the settlements of the months that differ. At most 20,000 lines, taken from each check in turn; how many there are stands in Checks.
-- empty: 没有不符的分录 | none
-- screen: check
-- column: number | 编号 | No. | 8
-- column: subject | 比较什么 | Subject | 28
-- column: kind | 类别 | Kind | 12
-- column: county | 县 | County | 12
-- column: key | 县内主键 | Key | 34 | key
-- column: date | 日期 | Date | 12
-- column: src | 县科目 | County account | 14
-- column: account | 统一科目 | Account | 18
-- column: sub | 子基金 | Sub-fund | 9
-- column: debit_fen | 借方 | Debit | 18
-- column: credit_fen | 贷方 | Credit | 18
-- column: amount_fen | 涉及金额 | Amount | 18
-- column: file | 文件 | File | 40
-- column: row | 行号 | Row | 9
-- column: check | 核对 | Check | 12
WITH said AS MATERIALIZED (
    SELECT f.finding, f.number, f.check_code, f.subject, f.subject_label, f.kind, f.state FROM the_finding f
    WHERE f.check_code LIKE 'ledger.%' AND f.county = (SELECT county FROM the_run) AND f.state IN ('broken', 'blocked')),
booked AS MATERIALIZED (
    SELECT fund_set, acct_code, acct_year || acct_month AS month, sum(debit_fen - credit_fen) AS fen FROM fund.posting
    WHERE county = (SELECT county FROM the_run) AND acct_code LIKE '5001%' AND NOT closing GROUP BY 1, 2, 3),
-- Business as it was routed: of G1 the accounts and months of which the ledger says another sum; of what has no books, all.
routed AS MATERIALIZED (
    SELECT f.finding, r.county, r.keys, r.fens FROM said f
    JOIN fund.routed r ON r.county = (SELECT county FROM the_run) AND CASE f.check_code
         WHEN 'ledger.g1' THEN f.state = 'broken' AND split_part(f.subject, ' ', 2) = r.fund_set AND split_part(f.subject, ' ', 3) = left(r.month, 4) AND split_part(f.subject, ' ', 4) = coalesce(r.sub_fund, '')
         WHEN 'ledger.stray' THEN split_part(f.subject, ' ', 1) = r.fund_set AND split_part(f.subject, ' ', 2) = left(r.month, 4) AND split_part(f.subject, ' ', 3) = coalesce(r.sub_fund, '') END
    LEFT JOIN booked b ON b.fund_set = r.fund_set AND b.acct_code = r.acct_code AND b.month = r.month WHERE b.fen IS DISTINCT FROM r.fen),
-- Cut before anything is joined, and from each in turn, so that a large one leaves room for the others.
c AS MATERIALIZED (
    SELECT f.finding, f.number, f.check_code, f.subject, f.subject_label, coalesce(nullif(r.kind, ''), f.kind) AS kind, r.county, r.key_hash, r.fen FROM said f CROSS JOIN LATERAL (
        SELECT x.*, row_number() OVER () AS turn FROM (
            (SELECT c.kind, c.county, c.key_hash, c.fen FROM fund.culprit c WHERE c.finding = f.finding ORDER BY c.county, c.kind, c.key_hash LIMIT 20000)
            UNION ALL
            (SELECT 'setl_d', r.county, u.key, u.fen FROM routed r CROSS JOIN LATERAL unnest(r.keys, r.fens) u (key, fen) WHERE r.finding = f.finding LIMIT 20000)) x LIMIT 20000) r
    ORDER BY r.turn, f.check_code, f.subject LIMIT 20000)
SELECT c.number::text AS number, upper(replace(c.check_code, 'ledger.', '')) AS check, c.subject_label AS subject, k.label AS kind, coalesce(o.name, c.county) AS county,
       pg_temp.key_of(x.key_person, c.kind, coalesce(v.src_key, a.src_key, b.src_key, s.src_key, l.src_key, t.src_key, r.src_key)) AS key, coalesce(v.voucher_date, b.bal_date, s.setl_time, t.stmt_date, r.item_date)::text AS date,
       v.src_acct_code AS src, coalesce(v.acct_code, b.acct_code, t.acct_code) AS account, coalesce(v.sub_fund, b.sub_fund, r.sub_fund) AS sub, coalesce(v.debit_fen, b.debit_fen) AS debit_fen, coalesce(v.credit_fen, b.credit_fen) AS credit_fen,
       c.fen AS amount_fen, x.file_name AS file, coalesce(v.source_row, a.source_row, b.source_row, s.source_row, l.source_row, t.source_row, r.source_row) AS row
FROM c LEFT JOIN the_kind k ON k.kind = c.kind
LEFT JOIN fund.voucher_entry_d v ON v.county = c.county AND v.key_hash = c.key_hash AND c.kind = 'voucher_entry_d'
LEFT JOIN fund.psn_acct_d a ON a.county = c.county AND a.key_hash = c.key_hash AND c.kind = 'psn_acct_d'
LEFT JOIN fund.acct_bal_d b ON b.county = c.county AND b.key_hash = c.key_hash AND c.kind = 'acct_bal_d'
LEFT JOIN record.setl_d s ON s.county = c.county AND s.key_hash = c.key_hash AND c.kind = 'setl_d'
LEFT JOIN fund.stmt_line_d l ON l.county = c.county AND l.key_hash = c.key_hash AND c.kind = 'stmt_line_d'
LEFT JOIN fund.bank_stmt_d t ON t.county = c.county AND t.key_hash = c.key_hash AND c.kind = 'bank_stmt_d'
LEFT JOIN fund.recon_item_d r ON r.county = c.county AND r.key_hash = c.key_hash AND c.kind = 'recon_item_d'
LEFT JOIN the_county o ON o.code = c.county
LEFT JOIN the_file x ON x.file = coalesce(v.file, a.file, b.file, s.file, l.file, t.file, r.file)
ORDER BY c.check_code, c.subject, c.kind DESC, date, key;
-- sheet: 科目对照 | Accounts mapped
-- note: 单位：元。县科目到统一科目的每一条对照，金额前后相等；一个县科目拆到几个统一科目的，各占一行。 | Unit: yuan; every edge, parts sum to the whole.
-- empty: 没有分录 | no entry
-- column: set | 账套 | Set | 12
-- column: src | 县科目 | County account | 14
-- column: name | 县科目名称 | Name | 32
-- column: account | 统一科目 | Account | 20
-- column: label | 统一科目名称 | Account name | 32
-- column: entries | 分录 | Entries | 9
-- column: debit_fen | 借方 | Debit | 20
-- column: credit_fen | 贷方 | Credit | 20
-- column: how | 怎么对的 | How | 20
SELECT p.acct_set || ' ' || p.fund_set AS set, p.src_acct_code AS src, max(e.src_acct_name) AS name, p.acct_code AS account, max(c.name_zh) AS label, count(*) AS entries,
       sum(p.debit_fen) AS debit_fen, sum(p.credit_fen) AS credit_fen, CASE WHEN bool_or(p.basis IS NOT NULL) THEN pg_temp.say('按业务拆分', 'split by claims') ELSE pg_temp.say('科目对照表', 'account table') END AS how
FROM fund.posting p JOIN fund.voucher_entry_d e ON e.county = p.county AND e.key_hash = p.key_hash
LEFT JOIN fund.chart c ON c.chart_set = p.fund_set AND c.code = p.acct_code AND c.valid_until = 'infinity'
WHERE p.county = (SELECT county FROM the_run) GROUP BY p.acct_set, p.fund_set, p.src_acct_code, p.acct_code ORDER BY p.acct_set, p.src_acct_code, p.acct_code;
-- sheet: 业务与账 | Business and ledger
-- note: 单位：元。结算按 settlement_routing.csv 路由到账套和科目，按结算日；账上是同一科目同月的待遇支出。逐月可因付款时间不同而不等，全年见“核对” G1。 | Unit: yuan, by month of settlement.
-- empty: 没有结算 | no settlement
-- column: fund | 基金 | Fund | 10
-- column: account | 科目 | Account | 22
-- column: month | 月份 | Month | 10
-- column: settlements | 结算笔数 | Settlements | 12
-- column: business_fen | 业务 | Business | 20
-- column: ledger_fen | 账上 | Ledger | 20
-- column: difference_fen | 差额 | Difference | 18
-- column: digest | 依据行摘要 | Digest of the rows | 36
SELECT coalesce(r.fund_set, p.fund_set) AS fund, coalesce(r.acct_code, p.acct_code) AS account, coalesce(r.month, p.month) AS month, coalesce(r.settlements, 0) AS settlements,
       coalesce(r.fen, 0) AS business_fen, coalesce(p.fen, 0) AS ledger_fen, coalesce(p.fen, 0) - coalesce(r.fen, 0) AS difference_fen, r.digest
FROM (SELECT * FROM fund.routed WHERE county = (SELECT county FROM the_run) AND left(month, 4) IN (SELECT acct_year FROM fund.posting WHERE county = (SELECT county FROM the_run))) r
FULL JOIN (SELECT fund_set, acct_code, acct_year || acct_month AS month, sum(debit_fen - credit_fen) AS fen FROM fund.posting
           WHERE county = (SELECT county FROM the_run) AND acct_code LIKE '5001%' AND NOT closing GROUP BY 1, 2, 3) p
  ON p.fund_set = r.fund_set AND p.acct_code = r.acct_code AND p.month = r.month
ORDER BY 1, 2, 3;
-- sheet: 未路由的结算 | Unrouted settlements
-- note: 单位：元。最多列 20000 行，笔数见“核对”。 | Unit: yuan. At most 20,000 lines; how many there are stands in Checks.
-- empty: 全部路由到账套 | every settlement amount is routed
-- column: setl | 结算编号 | Settlement | 24
-- column: column | 结算列 | Column | 20
-- column: insutype | 险种 | Scheme | 10
-- column: med | 医疗类别 | Category | 10
-- column: amount_fen | 金额 | Amount | 18
-- column: file | 文件 | File | 40
-- column: row | 行号 | Row | 9
SELECT u.setl_id AS setl, u.fund_column AS column, u.insutype, u.med_type AS med, u.fen AS amount_fen, x.file_name AS file, u.source_row AS row
FROM (SELECT * FROM fund.unrouted WHERE county = (SELECT county FROM the_run) ORDER BY setl_id, fund_column LIMIT 20000) u
LEFT JOIN the_file x USING (file) ORDER BY u.setl_id, u.fund_column;
-- sheet: 跨切换日的住院 | Stays across the cutover
-- note: 单位：元。切换日前的天数是县存量，当日起是市增量；按天数分，两份之和等于基金支付。最多列 20000 行。 | Unit: yuan. At most 20,000 lines.
-- empty: 没有跨切换日的住院 | none
-- column: setl | 结算编号 | Settlement | 24
-- column: begins | 入院 | Admitted | 12
-- column: until | 出院 | Discharged | 12
-- column: before | 切换日前天数 | Days before | 12
-- column: after | 切换日起天数 | Days after | 12
-- column: fund_fen | 基金支付 | Funds paid | 18
-- column: stock_fen | 县存量 | County stock | 18
-- column: flow_fen | 市增量 | City increment | 18
SELECT t.setl_id AS setl, t.begndate::text AS begins, t.until::text AS until, t.days_before AS before, t.days_after AS after, t.fen AS fund_fen, t.stock_fen, t.flow_fen
FROM fund.straddle((SELECT county FROM the_run)) t ORDER BY t.begndate, t.setl_id LIMIT 20000;
