-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, identity.xref · writes: pg_temp.candidate · the whole city
-- Only who has two relations can have two covers: nobody else's payments are ever looked at.
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT psn_no
  FROM (SELECT coalesce(x.psn_no, r.county || '/' || r.src_psn_no) AS psn_no
          FROM record.psn_insu_d r
          LEFT JOIN identity.xref x ON x.county = r.county AND x.src_psn_no = r.src_psn_no
         WHERE r.insutype = ANY (string_to_array(current_setting('tongchou.schemes'), '|'))) everybody
 GROUP BY psn_no HAVING count(*) > 1;
ANALYZE pg_temp.candidate;
