-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, psn_info_b, staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, identity.xref,
--        pg_temp.scheme · writes: pg_temp.paid, pg_temp.relation · run key: none, the whole city
-- distribution: by person across counties, so it runs once for the city
-- Cover of a relation: the days from its beginning to its end, as far as they are paid for or exempt.
-- What was paid and taken back is nothing paid; a resident's payment covers the year it is for.
CREATE TEMP TABLE paid ON COMMIT DROP AS
WITH payment AS (
    SELECT county, src_psn_no, insutype, accrym_begn, accrym_end, clct_time, clct_sumamt_fen
      FROM record.staf_psn_clct_detl_d
    UNION ALL
    SELECT county, src_psn_no, insutype, accrym_begn, accrym_end, clct_time, clct_sumamt_fen
      FROM record.rsdt_psn_clct_detl_d),
net AS (
    SELECT county, src_psn_no, insutype, coalesce(accrym_begn, accrym_end, to_char(clct_time, 'YYYYMM')) AS begn,
           coalesce(accrym_end, accrym_begn, to_char(clct_time, 'YYYYMM')) AS ends
      FROM payment WHERE src_psn_no IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(clct_sumamt_fen) > 0),
span AS (
    SELECT n.county, n.src_psn_no, n.insutype,
           CASE WHEN s.unit = 'year'
                THEN daterange(make_date(left(begn, 4)::int, 1, 1), make_date(left(ends, 4)::int + 1, 1, 1))
                ELSE daterange(to_date(begn, 'YYYYMM'), (to_date(ends, 'YYYYMM') + interval '1 month')::date)
           END AS days
      FROM net n JOIN pg_temp.scheme s USING (insutype) WHERE begn <= ends)
SELECT county, src_psn_no, insutype, range_agg(days) AS days FROM span GROUP BY 1, 2, 3;

CREATE TEMP TABLE relation ON COMMIT DROP AS
WITH person AS (
    SELECT county, src_psn_no, min(brdy) AS brdy, min(die_date) AS die_date
      FROM record.psn_info_b GROUP BY 1, 2),
enrolled AS (
    SELECT r.county, r.key_hash, r.src_psn_no, coalesce(x.psn_no, r.county || '/' || r.src_psn_no) AS psn_no,
           r.insutype, r.psn_type, r.insu_idet, r.emp_no, r.crt_insu_date, r.paus_insu_date, s.family,
           p.die_date, s.exempt = 'retired' AND r.insutype_retr_flag = '1' AS exempt,
           greatest(r.crt_insu_date, r.retr_trt_begn_date) AS exempt_from,
           CASE WHEN s.newborn = 'birth' AND p.brdy BETWEEN r.crt_insu_date - 365 AND r.crt_insu_date
                     AND extract(year FROM p.brdy) = extract(year FROM r.crt_insu_date)
                THEN p.brdy ELSE r.crt_insu_date END AS begn,
           least(coalesce(r.paus_insu_date, 'infinity'), current_setting('tongchou.until')::date) AS until
      FROM record.psn_insu_d r
      JOIN pg_temp.scheme s USING (insutype)
      LEFT JOIN identity.xref x ON x.county = r.county AND x.src_psn_no = r.src_psn_no
      LEFT JOIN person p ON p.county = r.county AND p.src_psn_no = r.src_psn_no
     WHERE coalesce(r.psn_insu_stas, '1') = ANY (s.statuses))
SELECT e.*, coalesce(p.days, '{}') AS paid,
       CASE WHEN e.begn < e.until
            THEN datemultirange(daterange(e.begn, e.until))
                 * (coalesce(p.days, '{}') + CASE WHEN e.exempt
                    THEN datemultirange(daterange(e.exempt_from, NULL)) ELSE '{}' END)
            ELSE '{}' END AS days
  FROM enrolled e LEFT JOIN pg_temp.paid p USING (county, src_psn_no, insutype);
ANALYZE pg_temp.relation;
