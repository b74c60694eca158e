-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.setl_d
-- writes: intake.reason, settle.stay_overlap
-- run key: none, always all of one county · distribution: county
-- reports: settle.stay_overlap (doubt; money: the later stay)
-- Two stays of one person that share more than a day of transfer: the one that began later is listed.
-- Refunds and what they take back, and several settlements of one stay, are no second stay.
DELETE FROM intake.reason WHERE code = 'settle.stay_overlap'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT file, source_row, 29, 'settle.stay_overlap', 'doubt', 'begndate', src_key, medfee_sumamt_fen
  FROM (SELECT s.*, max(s.enddate) OVER (person ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until,
               lag(coalesce(s.mdtrt_id, s.ipt_otp_no)) OVER person AS previous
          FROM record.setl_d s
         WHERE s.county = :'county' AND s.med_type LIKE '2%' AND s.begndate IS NOT NULL
           AND s.enddate IS NOT NULL AND s.src_psn_no IS NOT NULL AND coalesce(s.refd_setl_flag, '0') <> '1'
           AND NOT EXISTS (SELECT FROM record.setl_d r WHERE r.county = :'county' AND r.refd_setl_flag = '1'
                              AND r.init_setl_id = s.setl_id)
        -- Numbers sort faster than texts, so a hash of the person stands before the person.
        WINDOW person AS (PARTITION BY hashtextextended(s.src_psn_no, 0), s.src_psn_no ORDER BY s.begndate, s.enddate, s.setl_id)) t
 WHERE until > begndate AND (previous = coalesce(mdtrt_id, ipt_otp_no)) IS NOT TRUE
ON CONFLICT DO NOTHING;
