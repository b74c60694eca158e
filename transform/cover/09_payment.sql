-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.asked, record.staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, cover.scheme
-- writes: pg_temp.payment, period
-- Every payment of who is asked about: the one time that payments are read.
ANALYZE pg_temp.asked;
CREATE TEMP TABLE payment (county text, src_psn_no text, insutype text, key_hash uuid, src_key text, accrym_end text,
    clct_time date, revs_flag text, begn text, ends text, clct_sumamt_fen bigint, psn_clct_amt_fen bigint,
    finsubs_amt_fen bigint, emp_clct_amt_fen bigint, aided boolean) ON COMMIT DROP;
SELECT cover.gather('payment', t.kind, $$county, src_psn_no, insutype, key_hash, src_key, accrym_end, clct_time,
           revs_flag, coalesce(accrym_begn, accrym_end, to_char(clct_time, 'YYYYMM')) AS begn,
           coalesce(accrym_end, accrym_begn, to_char(clct_time, 'YYYYMM')) AS ends, clct_sumamt_fen, psn_clct_amt_fen,
           finsubs_amt_fen, $$ || t.more, true)
  FROM (VALUES ('staf_psn_clct_detl_d', 'emp_clct_amt_fen, false AS aided'),
               ('rsdt_psn_clct_detl_d', 'NULL::bigint AS emp_clct_amt_fen,
                coalesce(oth_clct_amt_fen > 0, false) OR psn_idet_type IS NOT NULL AS aided'))
       t (kind, more);
ANALYZE pg_temp.payment;

-- The days and months that each period pays for, in months or in whole years; the periods are few.
CREATE TEMP TABLE period ON COMMIT DROP AS
SELECT p.begn, p.ends, p.insutype, d.first_day, d.next_day, left(p.begn, 4)::int AS year,
       cover.month_number(d.first_day) AS first_month, cover.month_number(d.next_day) AS next_month
  FROM (SELECT DISTINCT begn, ends, insutype FROM pg_temp.payment WHERE begn <= ends) p
  JOIN cover.scheme s USING (insutype)
 CROSS JOIN LATERAL (
       SELECT CASE s.unit WHEN 'year' THEN make_date(left(begn, 4)::int, 1, 1) ELSE to_date(begn, 'YYYYMM') END,
              CASE s.unit WHEN 'year' THEN make_date(left(ends, 4)::int + 1, 1, 1)
                          ELSE (to_date(ends, 'YYYYMM') + interval '1 month')::date END) d (first_day, next_day);
ANALYZE pg_temp.period;
