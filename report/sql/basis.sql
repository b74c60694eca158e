-- SPDX-License-Identifier: MulanPSL-2.0
-- report: 拆分依据 | Basis of a split
-- of: voucher
-- sheet: 依据行 | Rows of the basis
-- note: 单位：元。凭证里拆分的分录按这些结算的金额分；同一科目同月的全部结算，笔数和摘要见 tongchou fund trace。 | Unit: yuan; the entries were split by these amounts.
-- empty: 这张凭证没有按结算拆分的分录 | no entry of it was split by settlements
-- column: account | 科目 | Account | 22
-- column: month | 月份 | Month | 8
-- column: setl | 结算编号 | Settlement | 24
-- column: day | 结算日 | Settled | 11
-- column: med | 医疗类别 | Category | 8
-- column: amount_fen | 金额 | Amount | 16
WITH part AS (
    SELECT DISTINCT p.fund_set, p.acct_code, p.acct_year || p.acct_month AS month FROM fund.posting p
     WHERE p.county = (SELECT county FROM the_run) AND p.basis LIKE 'month=%'
       AND p.acct_set || '/' || p.acct_year || '/' || p.acct_month || '/' || p.voucher_no = current_setting('tongchou.voucher', true))
SELECT r.acct_code AS account, r.month, s.setl_id AS setl, s.setl_time::text AS day, s.med_type AS med, u.fen AS amount_fen
FROM part p JOIN fund.routed r ON r.county = (SELECT county FROM the_run) AND r.fund_set = p.fund_set AND r.acct_code = p.acct_code AND r.month = p.month
CROSS JOIN LATERAL unnest(r.keys, r.fens) u (key, fen)
JOIN record.setl_d s ON s.county = r.county AND s.key_hash = u.key
ORDER BY r.acct_code, s.setl_id, u.fen;
