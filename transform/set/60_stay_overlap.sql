-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d
-- writes: intake.reason, settle.stay_overlap
-- run key: none, always all of one county · distribution: county
-- reports: settle.stay_overlap (doubt; money: the later stay)
-- Two stays of one person that share more than a day of transfer: what was settled of the one that began later is
-- listed, as far as it lies inside an earlier one.  Several settlements of one stay are one stay; refunds and what they
-- take back are none.
DELETE FROM intake.reason WHERE code = 'settle.stay_overlap'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT file, source_row, 29, 'settle.stay_overlap', 'doubt', 'begndate', src_key, medfee_sumamt_fen
  FROM (SELECT t.*, max(enddate) OVER (PARTITION BY person, src_psn_no ORDER BY first_day, stay
                                       GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
          FROM (SELECT s.file, s.source_row, s.src_key, s.medfee_sumamt_fen, s.src_psn_no, s.begndate, s.enddate, w.*,
                       min(s.begndate) OVER (PARTITION BY w.person, s.src_psn_no, w.stay) AS first_day
                  FROM record.setl_d s
                  -- Numbers sort faster than texts, so a hash of the person stands before the person.
                 CROSS JOIN LATERAL (SELECT hashtextextended(s.src_psn_no, 0) AS person,
                                            coalesce(s.mdtrt_id, s.ipt_otp_no, s.setl_id) AS stay OFFSET 0) w
                 WHERE s.county = :'county' AND s.med_type LIKE '2%' AND s.begndate IS NOT NULL
                   AND s.enddate IS NOT NULL AND s.src_psn_no IS NOT NULL AND coalesce(s.refd_setl_flag, '0') <> '1'
                   AND NOT EXISTS (SELECT FROM record.setl_d r WHERE r.county = :'county' AND r.refd_setl_flag = '1'
                                      AND r.init_setl_id = s.setl_id)) t) u
 WHERE until > begndate
ON CONFLICT DO NOTHING;
