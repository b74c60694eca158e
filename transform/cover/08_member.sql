-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.candidate, identity.xref · writes: asked
-- A candidate's records are those of identity.xref; who is not linked yet is known by county/number.
INSERT INTO pg_temp.asked
SELECT x.county, x.src_psn_no, c.psn_no FROM pg_temp.candidate c JOIN identity.xref x USING (psn_no)
UNION
SELECT split_part(psn_no, '/', 1), substr(psn_no, strpos(psn_no, '/') + 1), psn_no
  FROM pg_temp.candidate WHERE strpos(psn_no, '/') > 0;
