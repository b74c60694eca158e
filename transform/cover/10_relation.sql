-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, psn_info_b, staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, identity.xref, cover.scheme,
--        pg_temp.candidate, roster_person · writes: pg_temp.member, paid, relation
-- Cover of a relation: the days from its beginning to its end, as far as they are paid for or exempt.
-- What was paid and taken back is nothing paid; a resident's payment covers the year it is for.
-- A candidate's records are those of identity.xref; who is not linked yet is known by county/number.
CREATE TEMP TABLE member ON COMMIT DROP AS
SELECT x.county, x.src_psn_no, c.psn_no FROM pg_temp.candidate c JOIN identity.xref x USING (psn_no)
UNION
SELECT split_part(psn_no, '/', 1), substr(psn_no, strpos(psn_no, '/') + 1), psn_no
  FROM pg_temp.candidate WHERE strpos(psn_no, '/') > 0;
ANALYZE pg_temp.member;
SELECT set_config('tongchou.counties', coalesce(string_agg(DISTINCT county, '|'), ''), true) FROM pg_temp.member;

CREATE TEMP TABLE paid ON COMMIT DROP AS
WITH payment AS (
    SELECT county, src_psn_no, insutype, accrym_begn, accrym_end, clct_time, clct_sumamt_fen
      FROM record.staf_psn_clct_detl_d JOIN pg_temp.member USING (county, src_psn_no)
     WHERE county = ANY (string_to_array(current_setting('tongchou.counties'), '|'))
    UNION ALL
    SELECT county, src_psn_no, insutype, accrym_begn, accrym_end, clct_time, clct_sumamt_fen
      FROM record.rsdt_psn_clct_detl_d JOIN pg_temp.member USING (county, src_psn_no)
     WHERE county = ANY (string_to_array(current_setting('tongchou.counties'), '|'))),
net AS (
    SELECT county, src_psn_no, insutype, coalesce(accrym_begn, accrym_end, to_char(clct_time, 'YYYYMM')) AS begn,
           coalesce(accrym_end, accrym_begn, to_char(clct_time, 'YYYYMM')) AS ends
      FROM payment
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(clct_sumamt_fen) > 0),
span AS (
    SELECT n.county, n.src_psn_no, n.insutype,
           CASE WHEN s.unit = 'year'
                THEN daterange(make_date(left(begn, 4)::int, 1, 1), make_date(left(ends, 4)::int + 1, 1, 1))
                ELSE daterange(to_date(begn, 'YYYYMM'), (to_date(ends, 'YYYYMM') + interval '1 month')::date)
           END AS days
      FROM net n JOIN cover.scheme s USING (insutype) WHERE begn <= ends)
SELECT county, src_psn_no, insutype, range_agg(days) AS days FROM span GROUP BY 1, 2, 3;

-- The first day that anybody reports as that of a person's death.
CREATE TEMP TABLE dead ON COMMIT DROP AS
SELECT psn_no, min(die_date) AS die_date
  FROM (SELECT m.psn_no, p.die_date FROM record.psn_info_b p JOIN pg_temp.member m USING (county, src_psn_no)
         WHERE p.die_date IS NOT NULL
        UNION ALL
        SELECT psn_no, begn_date FROM pg_temp.roster_person WHERE roster_type = '死亡' AND how = 'id') d
 GROUP BY psn_no;

CREATE TEMP TABLE relation ON COMMIT DROP AS
WITH person AS (
    SELECT county, src_psn_no, min(brdy) AS brdy
      FROM record.psn_info_b JOIN pg_temp.member USING (county, src_psn_no) GROUP BY 1, 2),
enrolled AS (
    SELECT r.county, r.key_hash, r.src_psn_no, m.psn_no,
           r.insutype, r.psn_type, r.insu_idet, r.emp_no, r.crt_insu_date, r.paus_insu_date, s.family,
           d.die_date, s.exempt = 'retired' AND r.insutype_retr_flag = '1' AS exempt,
           greatest(r.crt_insu_date, r.retr_trt_begn_date) AS exempt_from,
           CASE WHEN s.newborn = 'birth' AND p.brdy BETWEEN r.crt_insu_date - 365 AND r.crt_insu_date
                     AND extract(year FROM p.brdy) = extract(year FROM r.crt_insu_date)
                THEN p.brdy ELSE r.crt_insu_date END AS begn,
           -- Death ends cover with its month.
           least(coalesce(r.paus_insu_date, 'infinity'), current_setting('tongchou.until')::date,
                 (date_trunc('month', d.die_date) + interval '1 month')::date) AS until
      FROM record.psn_insu_d r
      JOIN cover.scheme s USING (insutype)
      JOIN pg_temp.member m ON m.county = r.county AND m.src_psn_no = r.src_psn_no
      LEFT JOIN person p ON p.county = r.county AND p.src_psn_no = r.src_psn_no
      LEFT JOIN pg_temp.dead d ON d.psn_no = m.psn_no
     WHERE coalesce(r.psn_insu_stas, '1') = ANY (s.statuses)
       AND r.county = ANY (string_to_array(current_setting('tongchou.counties'), '|')))
SELECT e.*, coalesce(p.days, '{}') AS paid,
       CASE WHEN e.begn < e.until
            THEN datemultirange(daterange(e.begn, e.until))
                 * (coalesce(p.days, '{}') + CASE WHEN e.exempt
                    THEN datemultirange(daterange(e.exempt_from, NULL)) ELSE '{}' END)
            ELSE '{}' END AS days
  FROM enrolled e LEFT JOIN pg_temp.paid p USING (county, src_psn_no, insutype);
ANALYZE pg_temp.relation;
