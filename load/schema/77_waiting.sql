-- SPDX-License-Identifier: MulanPSL-2.0
-- Rows of a county that are sent back and wait for it, each once.  A correction in vain is the same row, and
-- what was read again has its rejects with the newer reading; of a delivery that was undone nobody waits.
CREATE VIEW intake.waiting AS
SELECT r.reject, r.file, r.source_row, r.fen, f.delivery, f.member, f.kind, d.county
  FROM intake.reject r JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery)
 WHERE r.state = 'open' AND r.bucket = 'rejected' AND d.state = 'published' AND d.source IN ('file', 'again')
   AND NOT EXISTS (SELECT FROM intake.delivery a WHERE a.source = 'again' AND a.state = 'published'
                   AND a.delivery > d.delivery AND a.parent IN (d.delivery, d.parent));
