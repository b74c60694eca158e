-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d
-- writes: intake.reason, settle.refund_unpaired
-- run key: none, always all of one county · distribution: county · reports: settle.refund_unpaired (doubt)
DELETE FROM intake.reason WHERE code = 'settle.refund_unpaired'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, value, src_key, fen)
SELECT t.file, t.source_row, 25, 'settle.refund_unpaired', 'doubt', 'init_setl_id', t.init_setl_id, t.src_key,
       t.medfee_sumamt_fen
  FROM record.setl_d t
 WHERE t.county = :'county' AND t.refd_setl_flag = '1'
   AND NOT EXISTS (SELECT FROM record.setl_d o WHERE o.county = :'county' AND o.setl_id = t.init_setl_id)
ON CONFLICT DO NOTHING;
