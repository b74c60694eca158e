-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_info_b, psn_insu_d · writes: intake.reason
-- run key: none, always all of one county · distribution: county · reports: enroll.after_death (doubt)
-- A relation in normal state that begins after the person's death or was never ended by it.
DELETE FROM intake.reason WHERE code = 'enroll.after_death'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key)
SELECT t.file, t.source_row, 28, 'enroll.after_death', 'doubt', 'paus_insu_date', t.src_key
  FROM record.psn_insu_d t
 WHERE t.county = :'county' AND coalesce(t.psn_insu_stas, '1') = '1'
   AND EXISTS (SELECT FROM record.psn_info_b p
                WHERE p.county = :'county' AND p.src_psn_no = t.src_psn_no AND p.die_date IS NOT NULL
                  AND (t.crt_insu_date > p.die_date OR t.paus_insu_date IS NULL))
ON CONFLICT DO NOTHING;
