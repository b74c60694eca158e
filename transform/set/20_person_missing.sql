-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_info_b, record.psn_insu_d, record.setl_d
-- reads: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d
-- writes: intake.reason, reference.person_missing
-- run key: none, always all of one county · distribution: county · reports: reference.person_missing (doubt)
-- A county that has delivered no persons at all is not compared.
DELETE FROM intake.reason WHERE code = 'reference.person_missing'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT t.file, t.source_row, 21, 'reference.person_missing', 'doubt', 'src_psn_no', t.src_key, t.fen
  FROM (SELECT county, src_psn_no, file, source_row, src_key, NULL::bigint AS fen FROM record.psn_insu_d
        UNION ALL
        SELECT county, src_psn_no, file, source_row, src_key, clct_sumamt_fen FROM record.staf_psn_clct_detl_d
        UNION ALL
        SELECT county, src_psn_no, file, source_row, src_key, clct_sumamt_fen FROM record.rsdt_psn_clct_detl_d
        UNION ALL
        SELECT county, src_psn_no, file, source_row, src_key, medfee_sumamt_fen FROM record.setl_d) t
 WHERE t.county = :'county' AND t.src_psn_no IS NOT NULL
   AND EXISTS (SELECT FROM record.psn_info_b WHERE county = :'county')
   AND NOT EXISTS (SELECT FROM record.psn_info_b p WHERE p.county = :'county' AND p.src_psn_no = t.src_psn_no)
ON CONFLICT DO NOTHING;
