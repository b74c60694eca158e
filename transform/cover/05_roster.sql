-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_roster_d, psn_info_b, identity.xref · writes: pg_temp.roster_person
-- Who the lines of all rosters are: by the citizen number with the same name (id), by the number under another name
-- (other_name) or, without a number that somebody has, by name and birth date (name_birth).  Only `id` is ever
-- acted upon; a person's other records follow by identity.xref.
CREATE TEMP TABLE roster_person ON COMMIT DROP AS
WITH line AS (
    SELECT county AS roster_county, key_hash AS roster_key, roster_no, roster_type, begn_date, end_date, src_psn_no,
           psn_name, certno, brdy, roster_class, org_admdvs, admdvs FROM record.psn_roster_d),
met AS (
    SELECT l.roster_county, l.roster_key, p.county, p.src_psn_no,
           CASE WHEN p.psn_name = l.psn_name OR l.psn_name IS NULL OR p.psn_name IS NULL THEN 1 ELSE 2 END AS rank
      FROM line l JOIN record.psn_info_b p ON p.certno = l.certno
    UNION ALL
    SELECT l.roster_county, l.roster_key, p.county, p.src_psn_no,
           CASE WHEN p.psn_name = l.psn_name OR l.psn_name IS NULL OR p.psn_name IS NULL THEN 1 ELSE 2 END
      FROM line l JOIN record.psn_info_b p ON p.county = l.roster_county AND p.src_psn_no = l.src_psn_no
     WHERE l.certno IS NULL
    UNION ALL
    SELECT l.roster_county, l.roster_key, p.county, p.src_psn_no, 3
      FROM line l JOIN record.psn_info_b p ON p.psn_name = l.psn_name AND p.brdy = l.brdy
     WHERE NOT EXISTS (SELECT FROM record.psn_info_b q WHERE q.certno = l.certno)),
best AS (
    SELECT *, min(rank) OVER (PARTITION BY roster_county, roster_key) AS lowest FROM met)
SELECT l.roster_county, l.roster_key, l.roster_no, l.roster_type, l.begn_date, l.end_date, l.roster_class, l.org_admdvs, l.admdvs,
       b.county, b.src_psn_no, coalesce(x.psn_no, b.county || '/' || b.src_psn_no) AS psn_no,
       CASE b.rank WHEN 1 THEN 'id' WHEN 2 THEN 'other_name' WHEN 3 THEN 'name_birth' END AS how
  FROM line l
  LEFT JOIN (SELECT DISTINCT roster_county, roster_key, county, src_psn_no, rank FROM best WHERE rank = lowest) b
         USING (roster_county, roster_key)
  LEFT JOIN identity.xref x ON x.county = b.county AND x.src_psn_no = b.src_psn_no;
ANALYZE pg_temp.roster_person;
