-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, cover.scheme, exempt, pg_temp.roster_person,
-- identity.xref · one county
-- writes: pg_temp.silent, looked_at
-- Open relations in a state that counts, not exempt, for whose last month before `until` nothing is paid, or something
-- was taken back: only of these are older payments looked at, and what is left of them is added up (11_unpaid).  What is
-- the same for every row stands in a SELECT of its own, so that it is worked out once.  Where nobody would be told
-- (tongchou.compared is no), nobody is looked for, and what an earlier search found stays as it is, with the state that
-- it was found in.
INSERT INTO pg_temp.looked_at
SELECT :'county', cover.unpaid_state(:'county', current_setting('tongchou.until')::date,
                                     current_setting('tongchou.idle_days')::int)
 WHERE coalesce(current_setting('tongchou.compared', true), '') <> 'no';
CREATE TEMP TABLE silent_here ON COMMIT DROP AS
SELECT r.county, r.key_hash, r.src_psn_no, r.insutype, r.crt_insu_date, r.file, r.source_row, r.src_key, r.insu_idet
  FROM record.psn_insu_d r JOIN cover.scheme s USING (insutype)
 WHERE EXISTS (SELECT FROM pg_temp.looked_at l WHERE l.county = :'county')
   AND r.county = :'county' AND r.paus_insu_date IS NULL AND coalesce(r.psn_insu_stas, '1') = ANY (s.statuses)
   AND r.crt_insu_date < (SELECT current_setting('tongchou.until')::date)
   AND NOT (s.exempt = 'retired' AND coalesce(r.insutype_retr_flag, '0') = '1')
   AND NOT EXISTS (SELECT FROM record.staf_psn_clct_detl_d p
                    WHERE p.county = :'county' AND p.src_psn_no = r.src_psn_no AND p.insutype = r.insutype
                      AND p.clct_sumamt_fen > 0 AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM'))
                          >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM'))
                      AND NOT EXISTS (SELECT FROM record.staf_psn_clct_detl_d b
                                       WHERE b.county = :'county' AND b.src_psn_no = p.src_psn_no
                                         AND b.insutype = p.insutype AND b.clct_sumamt_fen < 0
                                         AND coalesce(b.accrym_end, to_char(b.clct_time, 'YYYYMM'))
                                             >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM'))))
   AND NOT EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d p
                    WHERE p.county = :'county' AND p.src_psn_no = r.src_psn_no AND p.insutype = r.insutype
                      AND (p.clct_sumamt_fen > 0
                           OR (p.clct_sumamt_fen = 0 AND (p.oth_clct_amt_fen > 0 OR p.psn_idet_type IS NOT NULL)))
                      AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM'))
                          >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM'))
                      AND NOT EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d b
                                       WHERE b.county = :'county' AND b.src_psn_no = p.src_psn_no
                                         AND b.insutype = p.insutype AND b.clct_sumamt_fen < 0
                                         AND coalesce(b.accrym_end, to_char(b.clct_time, 'YYYYMM'))
                                             >= (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYYMM'))));
-- Who is exempt on the last day owes nothing.
DELETE FROM pg_temp.silent_here s USING cover.exempt x
 WHERE x.insutype = s.insutype AND x.county IN ('', :'county')
   AND current_setting('tongchou.until')::date - 1 <@ daterange(x.valid_from, x.valid_until)
   AND CASE x.who WHEN 'identity' THEN s.insu_idet = ANY (x.classes)
            ELSE s.src_psn_no IN (
                SELECT y.src_psn_no FROM pg_temp.roster_person l
                 CROSS JOIN LATERAL (SELECT l.county, l.src_psn_no UNION
                                     SELECT n.county, n.src_psn_no FROM identity.xref n WHERE n.psn_no = l.psn_no) y
                 WHERE y.county = :'county' AND l.roster_type = '贫困' AND l.how = 'id'
                   AND (x.classes = '{}' OR l.roster_class = ANY (x.classes))
                   AND current_setting('tongchou.until')::date - 1 BETWEEN l.begn_date AND coalesce(l.end_date, 'infinity'))
       END;
INSERT INTO pg_temp.silent
SELECT county, key_hash, src_psn_no, insutype, crt_insu_date, file, source_row, src_key FROM pg_temp.silent_here;
DROP TABLE pg_temp.silent_here;
