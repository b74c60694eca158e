-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.member, met_twice, silent, record.psn_insu_d, identity.xref, cover.scheme
-- writes: pg_temp.enrolment, covered, asked
-- Who is enrolled twice at the same time, whatever is paid for it: most who have two relations had one after the
-- other, and then nothing else of them need be read.
CREATE TEMP TABLE enrolled_hash ON COMMIT DROP AS
SELECT county, hashtextextended(src_psn_no, 0) AS hash FROM pg_temp.member
UNION ALL
SELECT county, hash FROM pg_temp.met_twice;
SELECT cover.gather('enrolment', 'enrolled_hash', '{psn_insu_d}', ARRAY[$$county, key_hash, src_psn_no, insutype,
    psn_type, insu_idet, emp_no, crt_insu_date, paus_insu_date, psn_insu_stas, insutype_retr_flag, retr_trt_begn_date$$]);
CREATE TEMP TABLE crossing ON COMMIT DROP AS
WITH stay AS (
    SELECT coalesce(m.psn_no, e.county || '/' || e.src_psn_no) AS person, e.county, e.src_psn_no, m.psn_no,
           -- A newborn's cover may begin before its enrolment, in the same year.
           CASE s.newborn WHEN 'birth' THEN date_trunc('year', e.crt_insu_date)::date ELSE e.crt_insu_date END AS begn,
           least(e.paus_insu_date, (SELECT current_setting('tongchou.until')::date)) AS until
      FROM pg_temp.enrolment e JOIN cover.scheme s USING (insutype)
      LEFT JOIN pg_temp.member m USING (county, src_psn_no)
     WHERE coalesce(e.psn_insu_stas, '1') = ANY (s.statuses)),
met AS (
    SELECT *, max(until) OVER (PARTITION BY person ORDER BY begn
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) > begn AS crosses
      FROM stay WHERE begn < until)
SELECT DISTINCT county, src_psn_no, psn_no FROM met WHERE crosses;

-- All their records, numbered: whose cover is looked at.  Who is not linked is known by county/number.
CREATE TEMP TABLE covered ON COMMIT DROP AS
SELECT row_number() OVER ()::int AS who, *
  FROM (SELECT county, src_psn_no, psn_no FROM pg_temp.member
         WHERE psn_no IN (SELECT psn_no FROM pg_temp.crossing)
        UNION ALL
        SELECT c.county, c.src_psn_no,
               coalesce((SELECT psn_no FROM identity.xref x WHERE (x.county, x.src_psn_no) = (c.county, c.src_psn_no)),
                        c.county || '/' || c.src_psn_no)
          FROM pg_temp.crossing c WHERE c.psn_no IS NULL) p;
ANALYZE pg_temp.covered;
CREATE TEMP TABLE asked ON COMMIT DROP AS
SELECT county, hashtextextended(src_psn_no, 0) AS hash FROM pg_temp.covered
UNION ALL
SELECT county, hashtextextended(src_psn_no, 0) FROM pg_temp.silent;
