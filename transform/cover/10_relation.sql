-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.asked, cover.scheme, record.psn_insu_d, psn_info_b, pg_temp.payment, period, roster_person
-- writes: pg_temp.paid, info, enrolment, relation
-- Cover of a relation: the days from its beginning to its end, as far as they are paid for or exempt.
-- What was paid and taken back is nothing paid; a resident's payment covers the year it is for.  Who is aided and
-- written down with nothing to pay is exempt.
CREATE TEMP TABLE paid ON COMMIT DROP AS
WITH net AS (
    SELECT county, src_psn_no, insutype, begn, ends
      FROM pg_temp.payment JOIN pg_temp.asked m USING (county, src_psn_no)
     WHERE m.psn_no IS NOT NULL
     GROUP BY 1, 2, 3, 4, 5 HAVING sum(clct_sumamt_fen) > 0
        OR bool_and(clct_sumamt_fen = 0 AND aided AND coalesce(revs_flag, 'Z') = 'Z'))
SELECT county, src_psn_no, insutype, range_agg(daterange(first_day, next_day)) AS days
  FROM net JOIN pg_temp.period USING (begn, ends, insutype) GROUP BY 1, 2, 3;
ANALYZE pg_temp.paid;

-- What is known of these persons themselves.
CREATE TEMP TABLE info (county text, src_psn_no text, brdy date, die_date date, residence text) ON COMMIT DROP;
SELECT cover.gather('info', 'psn_info_b', 'county, src_psn_no, brdy, die_date, coalesce(live_admdvs, resd_loc_admdvs)',
                    false);
ANALYZE pg_temp.info;

CREATE TEMP TABLE enrolment (county text, key_hash uuid, src_psn_no text, insutype text, psn_type text, insu_idet text,
    emp_no text, crt_insu_date date, paus_insu_date date, psn_insu_stas text, insutype_retr_flag text,
    retr_trt_begn_date date) ON COMMIT DROP;
SELECT cover.gather('enrolment', 'psn_insu_d', $$county, key_hash, src_psn_no, insutype, psn_type, insu_idet, emp_no,
    crt_insu_date, paus_insu_date, psn_insu_stas, insutype_retr_flag, retr_trt_begn_date$$, false);
ANALYZE pg_temp.enrolment;

CREATE TEMP TABLE relation ON COMMIT DROP AS
WITH dead AS (
    -- The first day that anybody reports as that of a person's death.
    SELECT psn_no, min(die_date) AS die_date
      FROM (SELECT m.psn_no, i.die_date FROM pg_temp.info i JOIN pg_temp.asked m USING (county, src_psn_no)
             WHERE m.psn_no IS NOT NULL AND i.die_date IS NOT NULL
            UNION ALL
            SELECT psn_no, begn_date FROM pg_temp.roster_person WHERE roster_type = '死亡' AND how = 'id') d
     GROUP BY psn_no),
born AS (SELECT county, src_psn_no, min(brdy) AS brdy FROM pg_temp.info GROUP BY 1, 2),
enrolled AS (
    SELECT r.county, r.key_hash, r.src_psn_no, m.psn_no,
           r.insutype, r.psn_type, r.insu_idet, r.emp_no, r.crt_insu_date, r.paus_insu_date, s.family,
           d.die_date, s.exempt = 'retired' AND r.insutype_retr_flag = '1' AS exempt,
           greatest(r.crt_insu_date, r.retr_trt_begn_date) AS exempt_from,
           CASE WHEN s.newborn = 'birth' AND p.brdy BETWEEN r.crt_insu_date - 365 AND r.crt_insu_date
                     AND extract(year FROM p.brdy) = extract(year FROM r.crt_insu_date)
                THEN p.brdy ELSE r.crt_insu_date END AS begn,
           -- Death ends cover with its month.
           least(coalesce(r.paus_insu_date, 'infinity'), (SELECT current_setting('tongchou.until')::date),
                 (date_trunc('month', d.die_date) + interval '1 month')::date) AS until
      FROM pg_temp.enrolment r
      JOIN pg_temp.asked m ON m.county = r.county AND m.src_psn_no = r.src_psn_no AND m.psn_no IS NOT NULL
      JOIN cover.scheme s USING (insutype)
      LEFT JOIN born p ON p.county = r.county AND p.src_psn_no = r.src_psn_no
      LEFT JOIN dead d ON d.psn_no = m.psn_no
     WHERE coalesce(r.psn_insu_stas, '1') = ANY (s.statuses))
SELECT e.*, coalesce(p.days, '{}') AS paid,
       CASE WHEN e.begn < e.until
            THEN datemultirange(daterange(e.begn, e.until))
                 * (coalesce(p.days, '{}') + CASE WHEN e.exempt
                    THEN datemultirange(daterange(e.exempt_from, NULL)) ELSE '{}' END)
            ELSE '{}' END AS days
  FROM enrolled e LEFT JOIN pg_temp.paid p USING (county, src_psn_no, insutype);
ANALYZE pg_temp.relation;
