-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.fixmedins_b, record.setl_d
-- writes: intake.reason, reference.institution_missing
-- run key: none, always all of one county · distribution: county
-- reports: reference.institution_missing (doubt)
-- A county without a registry of institutions is not compared.
DELETE FROM intake.reason WHERE code = 'reference.institution_missing'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, value, src_key, fen)
SELECT t.file, t.source_row, 22, 'reference.institution_missing', 'doubt', 'fixmedins_code', t.fixmedins_code,
       t.src_key, t.medfee_sumamt_fen
  FROM record.setl_d t
 WHERE t.county = :'county' AND t.fixmedins_code IS NOT NULL
   AND EXISTS (SELECT FROM record.fixmedins_b WHERE county = :'county')
   AND NOT EXISTS (SELECT FROM record.fixmedins_b m WHERE m.county = :'county' AND m.fixmedins_code = t.fixmedins_code)
ON CONFLICT DO NOTHING;
