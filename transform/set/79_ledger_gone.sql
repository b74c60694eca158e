-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.spoken
-- writes: intake.finding
-- run key: none, always all of one county · distribution: county · reports: nothing new
-- A subject that the steps before this one no longer speak of (an account set undone, a balance that is
-- zero now) has nothing left to agree: its last word is that it does not apply.
INSERT INTO intake.finding (run, check_code, county, kind, state, subject, detail)
SELECT current_setting('tongchou.run')::int, l.check_code, l.county, l.kind, 'not_applicable', l.subject, 'gone=1'
  FROM (SELECT DISTINCT ON (check_code, subject) * FROM intake.finding WHERE county = :'county' AND check_code LIKE 'ledger.%' AND delivery IS NULL
         ORDER BY check_code, subject, run DESC, finding DESC) l
 WHERE l.detail <> 'gone=1' AND NOT EXISTS (SELECT FROM fund.spoken s WHERE s.county = :'county' AND s.check_code = l.check_code AND s.subject = l.subject);
