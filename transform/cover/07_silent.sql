-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, cover.scheme · one county
-- writes: pg_temp.silent, looked_at
-- Open relations in a state that counts, not exempt, for whose last month before `until` nothing is paid: only of
-- these are older payments looked at.  What is the same for every row stands in a SELECT of its own, so that it is
-- worked out once.
INSERT INTO pg_temp.looked_at
VALUES (:'county', cover.unpaid_state(:'county', current_setting('tongchou.until')::date,
                                      current_setting('tongchou.idle_days')::int));
CREATE TEMP TABLE silent_here ON COMMIT DROP AS
SELECT r.county, r.key_hash, r.src_psn_no, r.insutype, r.crt_insu_date, r.file, r.source_row, r.src_key
  FROM record.psn_insu_d r JOIN cover.scheme s USING (insutype)
 WHERE r.county = :'county' AND r.paus_insu_date IS NULL AND coalesce(r.psn_insu_stas, '1') = ANY (s.statuses)
   AND r.crt_insu_date < (SELECT current_setting('tongchou.until')::date)
   AND NOT (s.exempt = 'retired' AND coalesce(r.insutype_retr_flag, '0') = '1')
   AND NOT EXISTS (SELECT FROM record.staf_psn_clct_detl_d p
                    WHERE p.county = :'county' AND p.src_psn_no = r.src_psn_no AND p.insutype = r.insutype
                      AND p.clct_sumamt_fen > 0 AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM'))
                          >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM')))
   AND NOT EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d p
                    WHERE p.county = :'county' AND p.src_psn_no = r.src_psn_no AND p.insutype = r.insutype
                      AND (p.clct_sumamt_fen > 0
                           OR (p.clct_sumamt_fen = 0 AND (p.oth_clct_amt_fen > 0 OR p.psn_idet_type IS NOT NULL)))
                      AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM'))
                          >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM')));
INSERT INTO pg_temp.silent SELECT * FROM pg_temp.silent_here;
DROP TABLE pg_temp.silent_here;
