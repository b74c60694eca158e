-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, record.setl_d
-- writes: intake.reason, settle.not_covered
-- run key: none, always all of one county · distribution: county · reports: settle.not_covered (doubt)
-- Care on a day on which no relation of the person was open.  A county that has delivered no relations
-- is not compared.
DELETE FROM intake.reason WHERE code = 'settle.not_covered'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT t.file, t.source_row, 30, 'settle.not_covered', 'doubt', 'src_psn_no', t.src_key, t.medfee_sumamt_fen
  FROM record.setl_d t
 WHERE t.county = :'county' AND t.src_psn_no IS NOT NULL AND coalesce(t.refd_setl_flag, '0') <> '1'
   AND EXISTS (SELECT FROM record.psn_insu_d WHERE county = :'county')
   AND NOT EXISTS (SELECT FROM record.psn_insu_d e
                    WHERE e.county = :'county' AND e.src_psn_no = t.src_psn_no
                      AND e.crt_insu_date <= coalesce(t.begndate, t.setl_time)
                      AND coalesce(e.paus_insu_date, 'infinity') > coalesce(t.begndate, t.setl_time))
ON CONFLICT DO NOTHING;
