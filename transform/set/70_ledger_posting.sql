-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.voucher_entry_d, setl_d, fund.chart, routing, split · writes: fund.posting, routed, unrouted,
--        spoken, intake.finding · run key: none, always all of one county · distribution: county
-- reports: ledger.unrouted, ledger.h4, ledger.h5, ledger.split
-- Settlements to accounts first (they are what an entry is split by), then entries to postings.
DELETE FROM fund.routed WHERE county = :'county';
DELETE FROM fund.unrouted WHERE county = :'county';
DELETE FROM fund.posting WHERE county = :'county';
DELETE FROM fund.spoken WHERE county = :'county';
CREATE TEMP TABLE amount ON COMMIT DROP AS
SELECT s.setl_id, s.insutype, s.med_type, s.setl_time, s.file, s.source_row, v.fund_column, v.fen, f.fund_pay_type
  FROM record.setl_d s
 CROSS JOIN LATERAL (VALUES ('hifp_pay', s.hifp_pay_fen), ('acct_pay', s.acct_pay_fen),
       ('acct_mulaid_pay', s.acct_mulaid_pay_fen), ('hifmi_pay', s.hifmi_pay_fen), ('hifob_pay', s.hifob_pay_fen),
       ('cvlserv_pay', s.cvlserv_pay_fen), ('hifes_pay', s.hifes_pay_fen), ('hifdm_pay', s.hifdm_pay_fen),
       ('maf_pay', s.maf_pay_fen), ('othfund_pay', s.othfund_pay_fen)) v (fund_column, fen)
  LEFT JOIN LATERAL (SELECT min(d.fund_pay_type) AS fund_pay_type FROM record.setl_fund_pay_d d
                      WHERE d.county = :'county' AND d.setl_id = s.setl_id AND d.fund_payamt_fen = v.fen
                     HAVING count(DISTINCT d.fund_pay_type) = 1) f ON v.fund_column = 'othfund_pay'
 WHERE s.county = :'county' AND v.fen <> 0 AND s.setl_time >= '2018-01-01';
-- A list of two-digit types takes the finer codes below them.  A tie goes to the narrower line.
CREATE TEMP TABLE taken ON COMMIT DROP AS
SELECT DISTINCT ON (a.setl_id, a.fund_column) a.*, r.chart_set, r.account, r.fund_column IS NOT NULL AS found
  FROM amount a
  LEFT JOIN fund.routing r ON r.fund_column = a.fund_column AND coalesce(r.insutype, a.insutype, '') = coalesce(a.insutype, '')
   AND a.setl_time >= r.valid_from AND a.setl_time < r.valid_until
   AND (r.condition_column IS NULL
        OR r.condition_column = 'med_type' AND left(a.med_type, 2) = ANY (r.condition_values)
        OR r.condition_column = 'fund_pay_type' AND a.fund_pay_type = ANY (r.condition_values))
 ORDER BY a.setl_id, a.fund_column, r.insutype NULLS LAST, r.condition_column NULLS LAST;
INSERT INTO fund.unrouted SELECT :'county', setl_id, fund_column, insutype, med_type, fen, file, source_row FROM taken WHERE NOT found;
INSERT INTO fund.routed
SELECT :'county', t.chart_set, t.account, c.sub_fund, to_char(t.setl_time, 'YYYYMM'), count(DISTINCT t.setl_id), sum(t.fen),
       md5(string_agg(t.setl_id || '=' || t.fen, ',' ORDER BY t.setl_id, t.fund_column))
  FROM taken t LEFT JOIN fund.chart c ON c.chart_set = t.chart_set AND c.code = t.account
   AND t.setl_time >= c.valid_from AND t.setl_time < c.valid_until
 WHERE t.account IS NOT NULL GROUP BY t.chart_set, t.account, c.sub_fund, to_char(t.setl_time, 'YYYYMM');
SELECT fund.say('ledger.unrouted', :'county', 'setl_d', '路由', (SELECT coalesce(sum(fen), 0) FROM fund.unrouted WHERE county = :'county'), 0,
       CASE WHEN EXISTS (SELECT FROM fund.unrouted WHERE county = :'county') THEN 'broken' END,
       (SELECT 'settlements=' || count(DISTINCT setl_id) FROM fund.unrouted WHERE county = :'county'),
       (SELECT array_agg(s.key_hash ORDER BY s.key_hash) FROM fund.unrouted u JOIN record.setl_d s ON s.county = :'county' AND s.setl_id = u.setl_id WHERE u.county = :'county'),
       (SELECT array_agg(u.fen ORDER BY s.key_hash) FROM fund.unrouted u JOIN record.setl_d s ON s.county = :'county' AND s.setl_id = u.setl_id WHERE u.county = :'county'))
 WHERE EXISTS (SELECT FROM record.setl_d WHERE county = :'county');

-- Entries: 4001 with sub-fund 统筹 is 4001.统筹 where the chart has it; the sub-fund is what the county
-- says, else what the chart says.  A voucher that moves what the chart closes that day and a net asset closes
-- the year.
CREATE TEMP TABLE entry ON COMMIT DROP AS
SELECT e.*, coalesce(d.code, e.acct_code) AS code, coalesce(e.sub_fund, d.sub_fund, c.sub_fund) AS sub,
       coalesce(e.debit_fen, 0) AS debit, coalesce(e.credit_fen, 0) AS credit,
       coalesce(bool_or(coalesce(d.class, c.class) = '净资产') OVER v AND bool_or(NOT k.pending) OVER v, false) AS closing
  FROM fund.voucher_entry_d e
  LEFT JOIN fund.chart c ON c.chart_set = e.fund_set AND c.code = e.acct_code
   AND e.voucher_date >= c.valid_from AND e.voucher_date < c.valid_until
  LEFT JOIN fund.chart d ON d.chart_set = e.fund_set AND d.code = e.acct_code || '.' || e.sub_fund
   AND e.voucher_date >= d.valid_from AND e.voucher_date < d.valid_until
  LEFT JOIN fund.closing k ON k.chart_set = e.fund_set AND k.code = coalesce(d.code, e.acct_code)
   AND e.voucher_date >= k.valid_from AND e.voucher_date < k.valid_until
 WHERE e.county = :'county'
WINDOW v AS (PARTITION BY e.acct_set, e.acct_year, e.acct_month, e.voucher_no);
-- Parts by what business came to in the entry's month, largest remainder, so that they sum to the fen.
-- What closes the year is split as the year's entries were: see below.
CREATE TEMP TABLE basis ON COMMIT DROP AS
SELECT e.key_hash, r.acct_code, r.fen AS weight, e.debit - e.credit AS whole, sum(r.fen) OVER (PARTITION BY e.key_hash) AS weights,
       'month=' || r.month || ';account=' || r.acct_code || ';settlements=' || r.settlements || ';digest=' || r.digest AS said
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code
   AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
  JOIN fund.routed r ON r.county = :'county' AND r.fund_set = e.fund_set AND r.fen > 0
   AND starts_with(r.acct_code, s.part_prefix) AND r.month = e.acct_year || lpad(e.acct_month, 2, '0')
 WHERE NOT e.closing;
CREATE TEMP VIEW part AS
SELECT key_hash, acct_code, said || ';weight=' || weight || '/' || weights AS basis,
       floor(abs(whole)::numeric * weight / weights) +
       (row_number() OVER (PARTITION BY key_hash ORDER BY (abs(whole)::numeric * weight) % weights DESC, acct_code)
        <= abs(whole) - sum(floor(abs(whole)::numeric * weight / weights)) OVER (PARTITION BY key_hash))::int AS fen
  FROM basis;
INSERT INTO fund.posting
SELECT e.county, e.acct_set, e.fund_set, e.acct_year, lpad(e.acct_month, 2, '0'), e.voucher_no, e.line_no, e.voucher_date, e.key_hash,
       row_number() OVER (PARTITION BY e.key_hash ORDER BY p.acct_code), e.src_acct_code, coalesce(p.acct_code, e.code), e.sub, e.sub_fund,
       CASE WHEN p.fen IS NULL THEN e.debit WHEN e.debit <> 0 THEN sign(e.debit) * p.fen ELSE 0 END,
       CASE WHEN p.fen IS NULL THEN e.credit WHEN e.credit <> 0 THEN sign(e.credit) * p.fen ELSE 0 END,
       e.counterparty, e.stock_flow, e.slip_no, e.closing, p.basis, e.file, e.source_row
  FROM entry e LEFT JOIN part p ON p.key_hash = e.key_hash AND p.fen <> 0;
-- A closing entry of an account that was split takes back what its parts hold.
TRUNCATE basis;
INSERT INTO basis
SELECT e.key_hash, y.acct_code, y.fen, e.debit - e.credit, sum(y.fen) OVER (PARTITION BY e.key_hash), 'year=' || e.acct_year || ';account=' || y.acct_code
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
  JOIN (SELECT acct_set, acct_year, acct_code, sum(debit_fen - credit_fen) AS fen FROM fund.posting WHERE county = :'county' AND NOT closing
         GROUP BY 1, 2, 3 HAVING sum(debit_fen - credit_fen) > 0) y
    ON y.acct_set = e.acct_set AND y.acct_year = e.acct_year AND (y.acct_code = s.code OR starts_with(y.acct_code, s.part_prefix))
 WHERE e.closing;
WITH whole AS (DELETE FROM fund.posting p USING (SELECT DISTINCT key_hash FROM basis) b WHERE p.county = :'county' AND p.key_hash = b.key_hash RETURNING p.*)
INSERT INTO fund.posting
SELECT w.county, w.acct_set, w.fund_set, w.acct_year, w.acct_month, w.voucher_no, w.line_no, w.voucher_date, w.key_hash,
       row_number() OVER (PARTITION BY w.key_hash ORDER BY p.acct_code), w.src_acct_code, p.acct_code, w.sub_fund, w.told_sub_fund,
       CASE WHEN w.debit_fen <> 0 THEN sign(w.debit_fen) * p.fen ELSE 0 END, CASE WHEN w.credit_fen <> 0 THEN sign(w.credit_fen) * p.fen ELSE 0 END,
       w.counterparty, w.stock_flow, w.slip_no, w.closing, p.basis, w.file, w.source_row
  FROM whole w JOIN part p ON p.key_hash = w.key_hash AND p.fen <> 0;
SELECT fund.say('ledger.h4', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' 科目映射', e.fen, p.fen, NULL, 'entries=' || e.entries, NULL, NULL)
  FROM (SELECT acct_set, fund_set, sum(debit) + sum(credit) AS fen, count(*) AS entries FROM entry GROUP BY 1, 2) e
  JOIN (SELECT acct_set, fund_set, sum(debit_fen) + sum(credit_fen) AS fen FROM fund.posting WHERE county = :'county' GROUP BY 1, 2) p USING (acct_set, fund_set);
SELECT fund.say('ledger.h5', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' ' || e.code || ' 拆分', sum(e.debit - e.credit), sum(p.fen),
       CASE WHEN bool_or(e.debit - e.credit <> p.fen) THEN 'broken' END, 'entries=' || count(*),
       array_agg(e.key_hash) FILTER (WHERE e.debit - e.credit <> p.fen), array_agg(e.debit) FILTER (WHERE e.debit - e.credit <> p.fen))
  FROM entry e JOIN (SELECT key_hash, sum(debit_fen - credit_fen) AS fen FROM fund.posting WHERE county = :'county' AND basis IS NOT NULL GROUP BY 1) p USING (key_hash)
 GROUP BY e.acct_set, e.fund_set, e.code;
SELECT fund.say('ledger.split', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' ' || e.code, sum(e.debit - e.credit), 0, 'blocked',
       'entries=' || count(*), array_agg(e.key_hash), array_agg(e.debit))
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
 WHERE NOT e.closing AND NOT EXISTS (SELECT FROM fund.posting b WHERE b.county = :'county' AND b.key_hash = e.key_hash AND b.basis IS NOT NULL) GROUP BY e.acct_set, e.fund_set, e.code;
DROP VIEW part;
DROP TABLE amount, taken, entry, basis;
