-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.insu_emp_info_b, record.psn_insu_d, record.staf_psn_clct_detl_d, record.emp_clct_detl_d
-- writes: intake.reason, reference.employer_missing
-- run key: none, always all of one county · distribution: county · reports: reference.employer_missing (doubt)
-- A county without a registry of employers is not compared.
DELETE FROM intake.reason WHERE code = 'reference.employer_missing'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, value, src_key, fen)
SELECT t.file, t.source_row, 23, 'reference.employer_missing', 'doubt', 'emp_no', t.emp_no, t.src_key, t.fen
  FROM (SELECT county, emp_no, file, source_row, src_key, NULL::bigint AS fen FROM record.psn_insu_d
        UNION ALL
        SELECT county, emp_no, file, source_row, src_key, clct_sumamt_fen FROM record.staf_psn_clct_detl_d
        UNION ALL
        SELECT county, emp_no, file, source_row, src_key, amt_fen FROM record.emp_clct_detl_d) t
 WHERE t.county = :'county' AND t.emp_no IS NOT NULL
   AND EXISTS (SELECT FROM record.insu_emp_info_b WHERE county = :'county')
   AND NOT EXISTS (SELECT FROM record.insu_emp_info_b e WHERE e.county = :'county' AND e.emp_no = t.emp_no)
ON CONFLICT DO NOTHING;
