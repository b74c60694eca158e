-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d
-- writes: intake.reason, contrib.reversal_unpaired
-- run key: none, always all of one county · distribution: county · reports: contrib.reversal_unpaired (doubt)
-- A reversal belongs to a payment of the same person, scheme and period with the opposite amount.
DELETE FROM intake.reason WHERE code = 'contrib.reversal_unpaired'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT t.file, t.source_row, 27, 'contrib.reversal_unpaired', 'doubt', 'revs_flag', t.src_key, t.clct_sumamt_fen
  FROM record.rsdt_psn_clct_detl_d t
 WHERE t.county = :'county' AND t.revs_flag = '-'
   AND NOT EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d o
                    WHERE o.county = :'county' AND o.key_hash <> t.key_hash AND o.src_psn_no = t.src_psn_no
                      AND o.insutype IS NOT DISTINCT FROM t.insutype
                      AND o.accrym_begn IS NOT DISTINCT FROM t.accrym_begn
                      AND coalesce(o.revs_flag, 'Z') <> '-' AND abs(o.clct_sumamt_fen) = abs(t.clct_sumamt_fen))
UNION ALL
SELECT t.file, t.source_row, 27, 'contrib.reversal_unpaired', 'doubt', 'revs_flag', t.src_key, t.clct_sumamt_fen
  FROM record.staf_psn_clct_detl_d t
 WHERE t.county = :'county' AND t.revs_flag = '-'
   AND NOT EXISTS (SELECT FROM record.staf_psn_clct_detl_d o
                    WHERE o.county = :'county' AND o.key_hash <> t.key_hash AND o.src_psn_no = t.src_psn_no
                      AND o.insutype IS NOT DISTINCT FROM t.insutype
                      AND o.accrym_begn IS NOT DISTINCT FROM t.accrym_begn
                      AND coalesce(o.revs_flag, 'Z') <> '-' AND abs(o.clct_sumamt_fen) = abs(t.clct_sumamt_fen))
ON CONFLICT DO NOTHING;
