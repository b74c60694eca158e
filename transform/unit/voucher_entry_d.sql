-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: the delivery's own rows, fund.chart · writes: the same · unit: the voucher, src_key without its line
-- reports: voucher.no_amount, voucher.account_forbidden, voucher.account_unknown, voucher.counterparty_missing
--          (the lines), voucher.crosses_sets, voucher.unbalanced, voucher.whole (every line of a voucher that
--          cannot stand)
-- Entries between levels name their counterparty; those that close the year into a net asset need not.
-- A voucher is taken whole or not at all.  A line that the row checks rejected takes its voucher with it.
CREATE TEMP TABLE unit_line ON COMMIT DROP AS
SELECT f.file, f.source_row, f.src_key, regexp_replace(f.src_key, '/[^/]*$', '') AS unit, f.fund_set, f.acct_set,
       coalesce(f.debit_fen, 0) AS debit, coalesce(f.credit_fen, 0) AS credit, f.src_acct_code, f.acct_code,
       CASE WHEN coalesce(f.debit_fen, 0) <> 0 AND coalesce(f.credit_fen, 0) <> 0
              OR coalesce(f.debit_fen, 0) = 0 AND coalesce(f.credit_fen, 0) = 0 THEN 'voucher.no_amount'
            WHEN EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = f.fund_set AND c.code = f.acct_code
                            AND f.voucher_date >= c.valid_from AND f.voucher_date < c.valid_until)
              THEN CASE WHEN f.acct_code ~ '^(4401|4402|5301|5302)' AND f.counterparty IS NULL
                             AND NOT EXISTS (SELECT FROM :fresh o JOIN fund.chart n ON n.chart_set = o.fund_set AND n.code = o.acct_code
                                                AND n.class = '净资产' AND o.voucher_date >= n.valid_from AND o.voucher_date < n.valid_until
                                              WHERE o.fund_set = f.fund_set
                                                AND regexp_replace(o.src_key, '/[^/]*$', '') = regexp_replace(f.src_key, '/[^/]*$', '')) THEN 'voucher.counterparty_missing' END
            WHEN EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = '非医保' AND c.code = f.acct_code)
              THEN 'voucher.account_forbidden'
            ELSE 'voucher.account_unknown' END AS fault
  FROM :fresh f;
CREATE TEMP TABLE unit_lame ON COMMIT DROP AS -- vouchers that lost a line to the row checks
SELECT DISTINCT regexp_replace(s.src_key, '/[^/]*$', '') AS unit FROM :side s JOIN (SELECT DISTINCT file FROM unit_line) f USING (file)
 WHERE s.bucket IN ('rejected', 'conflict') AND s.src_key IS NOT NULL;
-- What lacks a line cannot balance: then the line is what is wrong.
CREATE TEMP TABLE unit_bad ON COMMIT DROP AS
SELECT u.unit, CASE WHEN count(DISTINCT fund_set) > 1 OR count(DISTINCT acct_set) > 1 THEN 'voucher.crosses_sets'
                    WHEN bool_or(l.unit IS NOT NULL) OR bool_or(fault IS NOT NULL) THEN 'voucher.whole' ELSE 'voucher.unbalanced' END AS code,
       sum(debit) AS debit, sum(credit) AS credit
  FROM unit_line u LEFT JOIN unit_lame l USING (unit) GROUP BY u.unit
HAVING sum(debit) <> sum(credit) OR count(DISTINCT fund_set) > 1 OR count(DISTINCT acct_set) > 1 OR bool_or(fault IS NOT NULL) OR bool_or(l.unit IS NOT NULL);
INSERT INTO :reason (file, source_row, number, code, weight, source_column, target_column, value, detail, src_key, fen)
SELECT l.file, l.source_row, 20, l.fault, 'reject', NULL, CASE WHEN l.fault LIKE 'voucher.account%' THEN 'src_acct_code' ELSE 'debit' END,
       CASE WHEN l.fault LIKE 'voucher.account%' THEN l.src_acct_code END,
       'value=' || l.src_acct_code || ';account=' || l.acct_code || ';set=' || l.fund_set, l.src_key, l.debit
  FROM unit_line l WHERE l.fault IS NOT NULL
UNION ALL
SELECT l.file, l.source_row, 21, b.code, 'reject', NULL, 'voucher_no', NULL,
       CASE b.code WHEN 'voucher.unbalanced' THEN 'difference=' || to_char((b.debit - b.credit) * 0.01, 'FM999999999999990.00') ELSE '' END, l.src_key, l.debit
  FROM unit_line l JOIN unit_bad b USING (unit);
WITH gone AS (
    DELETE FROM :fresh f USING unit_line l, unit_bad b
     WHERE l.unit = b.unit AND f.file = l.file AND f.source_row = l.source_row RETURNING f.*)
INSERT INTO :side (file, source_row, bucket, src_key, key_hash, row_hash, fen)
SELECT file, source_row, 'conflict', src_key, key_hash, row_hash,
       ARRAY[coalesce(debit_fen, 0), coalesce(credit_fen, 0)]::bigint[] FROM gone;
DROP TABLE unit_line, unit_lame, unit_bad;
