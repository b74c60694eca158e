-- SPDX-License-Identifier: MulanPSL-2.0
-- Which files still have rows that wait is asked by every run; which rows, only where they are judged again.
CREATE INDEX reject_open_row ON intake.reject (file, source_row) WHERE state = 'open' AND bucket = 'rejected';

-- Files whose open rejects wait for their county.
CREATE VIEW intake.waiting_file AS
SELECT f.file, f.delivery, f.member, f.kind, d.county
  FROM intake.file f JOIN intake.delivery d USING (delivery)
 WHERE d.state = 'published' AND d.source IN ('file', 'again')
   AND NOT EXISTS (SELECT FROM intake.delivery a WHERE a.source = 'again' AND a.state = 'published'
                   AND a.delivery > d.delivery AND a.parent IN (d.delivery, d.parent));
CREATE OR REPLACE VIEW intake.waiting AS
SELECT r.reject, r.file, r.source_row, r.fen, f.delivery, f.member, f.kind, f.county
  FROM intake.reject r JOIN intake.waiting_file f USING (file) WHERE r.state = 'open' AND r.bucket = 'rejected';
