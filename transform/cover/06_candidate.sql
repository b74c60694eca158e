-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, identity.xref · writes: pg_temp.candidate · the whole city
-- Only who has two relations can have two covers: nobody else's payments are ever looked at.  Somebody with two
-- numbers, or with two relations under one number: neither needs all relations joined to all persons.
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT psn_no FROM identity.xref GROUP BY psn_no HAVING count(*) > 1
UNION
SELECT coalesce(x.psn_no, t.county || '/' || t.src_psn_no)
  FROM (SELECT county, src_psn_no FROM record.psn_insu_d
         WHERE insutype = ANY (string_to_array(current_setting('tongchou.schemes'), '|'))
         GROUP BY 1, 2 HAVING count(*) > 1) t
  LEFT JOIN identity.xref x USING (county, src_psn_no);
ANALYZE pg_temp.candidate;
