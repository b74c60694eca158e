-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_info_b
-- writes: intake.reason, certno.shared
-- run key: none, always all of one county · distribution: county · reports: certno.shared (doubt)
-- One ID under several person numbers of one county.  Placeholders and numbers that a spreadsheet rounded
-- are no IDs, so what they share says nothing.  Between counties it is the work of identity.
DELETE FROM intake.reason WHERE code = 'certno.shared'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, value, detail, src_key)
SELECT p.file, p.source_row, 20, 'certno.shared', 'doubt', 'certno', p.certno, 'count=' || s.persons, p.src_key
  FROM record.psn_info_b p
  JOIN (SELECT q.county, upper(q.certno) AS certno, count(DISTINCT q.src_psn_no) AS persons
          FROM record.psn_info_b q
         WHERE q.county = :'county' AND length(q.certno) >= 15
           AND NOT EXISTS (SELECT FROM intake.reason r WHERE r.file = q.file AND r.source_row = q.source_row
                              AND r.code IN ('certno.placeholder', 'certno.precision_lost'))
         GROUP BY q.county, upper(q.certno) HAVING count(DISTINCT q.src_psn_no) > 1) s
    ON s.county = p.county AND s.certno = upper(p.certno) AND p.county = :'county'
ON CONFLICT DO NOTHING;
