-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.asked, record.staf_psn_clct_detl_d, rsdt_psn_clct_detl_d · writes: pg_temp.payment
-- Every payment of who is asked about, with the months that it is for: the one time that payments are read.
SELECT cover.gather('payment', 'asked', '{staf_psn_clct_detl_d,rsdt_psn_clct_detl_d}', ARRAY[
    p.columns || 'emp_clct_amt_fen, false AS aided',
    p.columns || 'NULL::bigint AS emp_clct_amt_fen,
                  coalesce(oth_clct_amt_fen > 0, false) OR psn_idet_type IS NOT NULL AS aided'])
  FROM (SELECT $$county, src_psn_no, insutype, key_hash, src_key, accrym_end, clct_time, revs_flag, clct_sumamt_fen,
    cover.month_of(coalesce(accrym_begn, accrym_end, to_char(clct_time, 'YYYYMM'))) AS first_month,
    cover.month_of(coalesce(accrym_end, accrym_begn, to_char(clct_time, 'YYYYMM'))) + 1 AS next_month,
    psn_clct_amt_fen, finsubs_amt_fen, $$ AS columns) p;
