-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d · writes: intake.reason · run key: none, always all that is published
-- distribution: county · reports: settle.refund_unpaired (doubt)
DELETE FROM intake.reason WHERE code = 'settle.refund_unpaired';
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, value, src_key, fen)
SELECT t.file, t.source_row, 25, 'settle.refund_unpaired', 'doubt', 'init_setl_id', t.init_setl_id, t.src_key,
       t.medfee_sumamt_fen
  FROM record.setl_d t
 WHERE t.refd_setl_flag = '1'
   AND NOT EXISTS (SELECT FROM record.setl_d o WHERE o.county = t.county AND o.setl_id = t.init_setl_id)
ON CONFLICT DO NOTHING;
