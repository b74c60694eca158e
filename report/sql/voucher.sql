-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 凭证 | Voucher
-- of: voucher
-- sheet: 分录 | Entries
-- note: 单位：元。县里怎么记，统一后是什么科目。 | Unit: yuan.
-- empty: 没有 | none
-- column: line | 行 | Line | 5 | text
-- column: date | 日期 | Date | 11
-- column: summary | 摘要 | Summary | 0 | masked
-- column: src | 县科目 | County account | 12
-- column: name | 县科目名称 | Name | 24
-- column: account | 统一科目 | Account | 18
-- column: sub | 子基金 | Sub-fund | 8
-- column: debit_fen | 借方 | Debit | 16
-- column: credit_fen | 贷方 | Credit | 16
-- column: other | 对方 | Counterparty | 9
-- column: kind | 存增量 | Stock or flow | 7
-- column: slip | 回单号 | Slip | 10
WITH mine AS (SELECT * FROM fund.voucher_entry_d WHERE county = (SELECT county FROM the_run) AND acct_set || '/' || acct_year || '/' || acct_month || '/' || voucher_no = current_setting('tongchou.voucher', true))
SELECT line_no AS line, voucher_date::text AS date, E'address\t' || summary AS summary, src_acct_code AS src, src_acct_name AS name, acct_code AS account, sub_fund AS sub, debit_fen, credit_fen,
       counterparty AS other, stock_flow AS kind, slip_no AS slip
FROM mine ORDER BY line_no::int;
-- sheet: 拆分 | Splits
-- note: 单位：元。按同月已路由的结算比例拆分，最大余数法，合计到分；依据行摘要是这些结算编号和金额的 MD5。 | Unit: yuan; parts sum to the fen.
-- empty: 没有拆分的分录 | nothing was split
-- column: line | 行 | Line | 5 | text
-- column: account | 拆到科目 | Part | 22
-- column: debit_fen | 借方 | Debit | 16
-- column: credit_fen | 贷方 | Credit | 16
-- column: basis | 依据 | Basis | 60
SELECT line_no AS line, acct_code AS account, debit_fen, credit_fen, pg_temp.particulars(basis) AS basis FROM fund.posting
WHERE county = (SELECT county FROM the_run) AND basis IS NOT NULL AND acct_set || '/' || acct_year || '/' || acct_month || '/' || voucher_no = current_setting('tongchou.voucher', true)
ORDER BY line_no::int, part;
-- sheet: 同一回单号 | The same slip elsewhere
-- note: 单位：元。对账单上的，和对方账上的。 | Unit: yuan.
-- empty: 别处没有这个回单号 | none
-- column: where | 在哪里 | Where | 16
-- column: key | 县内主键 | Key | 30 | key
-- column: date | 日期 | Date | 11
-- column: account | 科目 | Account | 14
-- column: debit_fen | 借方或收入 | Debit or in | 18
-- column: credit_fen | 贷方或支出 | Credit or out | 18
WITH slip AS (SELECT DISTINCT slip_no, county FROM fund.voucher_entry_d WHERE county = (SELECT county FROM the_run) AND slip_no IS NOT NULL
              AND acct_set || '/' || acct_year || '/' || acct_month || '/' || voucher_no = current_setting('tongchou.voucher', true))
SELECT pg_temp.say('对账单', 'bank statement') AS where, E'\t' || b.src_key AS key, b.stmt_date::text AS date, b.acct_code AS account, b.in_fen AS debit_fen, b.out_fen AS credit_fen
FROM slip s JOIN fund.bank_stmt_d b ON b.county = s.county AND b.slip_no = s.slip_no
UNION ALL
SELECT coalesce(c.name, v.county) || pg_temp.say(' 账', ' ledger'), E'\t' || v.src_key, v.voucher_date::text, v.acct_code, v.debit_fen, v.credit_fen
FROM slip s JOIN fund.voucher_entry_d v ON v.slip_no = s.slip_no AND v.county <> s.county AND v.counterparty = s.county LEFT JOIN the_county c ON c.code = v.county
ORDER BY 1, 3, 2;
-- sheet: 核对 | Checks
-- note: 单位：元。这张凭证在哪些不符或无法核对的项里。 | Unit: yuan.
-- empty: 没有不符 | every check that it stands in holds
-- column: check | 核对 | Check | 0 | sentence
-- column: subject | 比较什么 | Subject | 28
-- column: left_fen | 左 | Left | 18
-- column: right_fen | 右 | Right | 18
-- column: difference_fen | 差额 | Difference | 16
-- column: amount_fen | 涉及金额 | Amount | 16
SELECT f.said AS check, f.subject_label AS subject, f.left_value AS left_fen, f.right_value AS right_fen, f.left_value - f.right_value AS difference_fen, sum(c.fen) AS amount_fen
FROM the_finding f JOIN fund.culprit c ON c.finding = f.finding AND coalesce(nullif(c.kind, ''), f.kind) = 'voucher_entry_d' JOIN fund.voucher_entry_d v ON v.key_hash = c.key_hash AND v.county = c.county AND v.county = (SELECT county FROM the_run)
WHERE f.check_code LIKE 'ledger.%' AND f.state IN ('broken', 'blocked')
  AND v.acct_set || '/' || v.acct_year || '/' || v.acct_month || '/' || v.voucher_no = current_setting('tongchou.voucher', true)
GROUP BY f.said, f.subject, f.subject_label, f.left_value, f.right_value ORDER BY f.subject;
-- sheet: 出处 | Source
-- empty: 没有 | none
-- column: line | 行 | Line | 5 | text
-- column: file | 文件 | File | 50
-- column: row | 行号 | Row | 8
-- column: delivery | 交付 | Delivery | 8 | text
-- column: sha256 | SHA-256 | SHA-256 | 64
-- column: trace | 追到原始字节 | To the bytes | 60
SELECT v.line_no AS line, x.file_name AS file, v.source_row AS row, x.delivery::text AS delivery, x.sha256, 'tongchou trace voucher_entry_d ' || v.county || '/' || v.src_key AS trace
FROM fund.voucher_entry_d v LEFT JOIN the_file x USING (file) WHERE v.county = (SELECT county FROM the_run)
  AND v.acct_set || '/' || v.acct_year || '/' || v.acct_month || '/' || v.voucher_no = current_setting('tongchou.voucher', true) ORDER BY v.line_no::int;
