-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, identity.xref, cover.scheme · writes: pg_temp.candidate · the whole city
-- Only who has two relations can have two covers: nobody else's payments are ever looked at.  Somebody with two
-- numbers, or with two relations under one number: neither needs all relations joined to all persons.
-- A person is known by the number of one of his records, so who has several has one with another number than its own.
CREATE TEMP TABLE candidate ON COMMIT DROP AS
SELECT DISTINCT psn_no FROM identity.xref WHERE ltrim(psn_no, '0') IS DISTINCT FROM record_no::text;
ANALYZE pg_temp.candidate;
DELETE FROM pg_temp.candidate c
 WHERE (SELECT count(*) FROM identity.xref x WHERE x.psn_no = c.psn_no) < 2;
-- Sorting hashes of numbers takes less than half of grouping the numbers; two that share one are told apart after.
SET LOCAL enable_hashagg = off;
CREATE TEMP TABLE met_twice ON COMMIT DROP AS
SELECT hashtextextended(src_psn_no, hashtext(county)) AS hash FROM record.psn_insu_d
 WHERE insutype = ANY (ARRAY(SELECT insutype FROM cover.scheme))
 GROUP BY 1 HAVING count(*) > 1;
SET LOCAL enable_hashagg = on;
ANALYZE pg_temp.met_twice;
CREATE TEMP TABLE twice_enrolled ON COMMIT DROP AS
SELECT t.county, t.src_psn_no
  FROM record.psn_insu_d t JOIN pg_temp.met_twice m ON m.hash = hashtextextended(t.src_psn_no, hashtext(t.county))
 WHERE t.insutype = ANY (ARRAY(SELECT insutype FROM cover.scheme))
 GROUP BY 1, 2 HAVING count(*) > 1;
INSERT INTO pg_temp.candidate
SELECT coalesce(x.psn_no, t.county || '/' || t.src_psn_no)
  FROM pg_temp.twice_enrolled t LEFT JOIN identity.xref x USING (county, src_psn_no)
EXCEPT SELECT psn_no FROM pg_temp.candidate;
ANALYZE pg_temp.candidate;
