-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.covered, enrolment, payment, roster_person, record.psn_info_b, cover.scheme, exempt
-- writes: pg_temp.paid, info, exempted, relation
-- Cover of a relation: the days from its beginning to its end, as far as they are paid for or exempt.
-- What was paid and taken back is nothing paid; a resident's payment covers the year it is for.  Who is aided and
-- written down with nothing to pay is exempt; who else need not pay, a dated row of mappings/cover/exempt.csv says.
CREATE TEMP TABLE paid ON COMMIT DROP AS
WITH paying AS MATERIALIZED (
    SELECT c.who, p.insutype, p.first_month, p.next_month, p.clct_sumamt_fen, p.aided AND coalesce(p.revs_flag, 'Z') = 'Z' AS aided
      FROM pg_temp.payment p JOIN pg_temp.covered c USING (county, src_psn_no) WHERE p.first_month < p.next_month),
uneven AS (
    SELECT DISTINCT who, insutype FROM paying WHERE clct_sumamt_fen <= 0),
net AS (
    SELECT who, insutype, first_month, next_month FROM paying p
     WHERE NOT EXISTS (SELECT FROM uneven u WHERE u.who = p.who AND u.insutype = p.insutype)
    UNION ALL
    SELECT who, insutype, first_month, next_month FROM paying JOIN uneven USING (who, insutype)
     GROUP BY 1, 2, 3, 4 HAVING sum(clct_sumamt_fen) > 0 OR bool_and(clct_sumamt_fen = 0 AND aided))
SELECT who, insutype, range_agg(daterange(cover.month_day(cover.unit_first(unit, first_month)),
                                          cover.month_day(cover.unit_next(unit, next_month)))) AS days
  FROM net JOIN cover.scheme USING (insutype) GROUP BY 1, 2;
ANALYZE pg_temp.paid;

-- What is known of these persons themselves.
CREATE TEMP TABLE covered_hash ON COMMIT DROP AS
SELECT county, hashtextextended(src_psn_no, 0) AS hash FROM pg_temp.covered;
SELECT cover.gather('info', 'covered_hash', '{psn_info_b}',
                    '{"county, src_psn_no, brdy, die_date, coalesce(live_admdvs, resd_loc_admdvs) AS residence"}');

-- Whom a dated rule exempts because a roster of the aided has them: from the month of their line to its end, in a
-- scheme by years to the end of that year, as far as the rule is in force.
CREATE TEMP TABLE exempted ON COMMIT DROP AS
SELECT c.who, x.insutype, range_agg(daterange(date_trunc('month', l.begn_date)::date,
           (date_trunc(s.unit, l.end_date) + ('1 ' || s.unit)::interval)::date) * daterange(x.valid_from, x.valid_until)) AS days
  FROM cover.exempt x
  JOIN cover.scheme s USING (insutype)
  JOIN pg_temp.roster_person l ON l.roster_type = '贫困' AND l.how = 'id'
   AND (x.classes = '{}' OR l.roster_class = ANY (x.classes)) AND coalesce(l.end_date, 'infinity') >= l.begn_date
  JOIN pg_temp.covered c ON c.psn_no = l.psn_no AND x.county IN ('', c.county)
 WHERE x.who = 'roster' GROUP BY 1, 2;
ANALYZE pg_temp.exempted;

CREATE TEMP TABLE relation ON COMMIT DROP AS
WITH dead AS (
    -- The first day that anybody reports as that of a person's death.
    SELECT psn_no, min(die_date) AS die_date
      FROM (SELECT m.psn_no, i.die_date FROM pg_temp.info i JOIN pg_temp.covered m USING (county, src_psn_no)
             WHERE i.die_date IS NOT NULL
            UNION ALL
            SELECT psn_no, begn_date FROM pg_temp.roster_person WHERE roster_type = '死亡' AND how = 'id') d
     GROUP BY psn_no),
born AS (SELECT county, src_psn_no, min(brdy) AS brdy FROM pg_temp.info GROUP BY 1, 2),
enrolled AS (
    SELECT m.who, r.county, r.key_hash, r.src_psn_no, m.psn_no,
           r.insutype, r.psn_type, r.insu_idet, r.emp_no, r.crt_insu_date, r.paus_insu_date, s.family,
           d.die_date, s.exempt = 'retired' AND r.insutype_retr_flag = '1' AS exempt,
           greatest(r.crt_insu_date, r.retr_trt_begn_date) AS exempt_from,
           -- Looked for only where there is such a rule at all.
           CASE WHEN EXISTS (SELECT FROM cover.exempt WHERE who = 'identity') THEN
           (SELECT range_agg(daterange(x.valid_from, x.valid_until)) FROM cover.exempt x
             WHERE x.insutype = r.insutype AND x.who = 'identity' AND r.insu_idet = ANY (x.classes)
               AND x.county IN ('', r.county)) END AS exempt_identity,
           CASE WHEN s.newborn = 'birth' AND p.brdy BETWEEN r.crt_insu_date - 365 AND r.crt_insu_date
                     AND extract(year FROM p.brdy) = extract(year FROM r.crt_insu_date)
                THEN p.brdy ELSE r.crt_insu_date END AS begn,
           -- Death ends cover with its month.
           least(coalesce(r.paus_insu_date, 'infinity'), (SELECT current_setting('tongchou.until')::date),
                 (date_trunc('month', d.die_date) + interval '1 month')::date) AS until
      FROM pg_temp.enrolment r
      JOIN pg_temp.covered m ON m.county = r.county AND m.src_psn_no = r.src_psn_no
      JOIN cover.scheme s USING (insutype)
      LEFT JOIN born p ON p.county = r.county AND p.src_psn_no = r.src_psn_no
      LEFT JOIN dead d ON d.psn_no = m.psn_no
     WHERE coalesce(r.psn_insu_stas, '1') = ANY (s.statuses))
SELECT e.*, coalesce(p.days, '{}') AS paid,
       CASE WHEN e.begn < e.until
            THEN datemultirange(daterange(e.begn, e.until))
                 -- Nothing is added to what most have paid.
                 * CASE WHEN e.exempt OR x.days IS NOT NULL OR e.exempt_identity IS NOT NULL
                   THEN coalesce(p.days, '{}') + CASE WHEN e.exempt
                        THEN datemultirange(daterange(e.exempt_from, NULL)) ELSE '{}' END
                        + coalesce(x.days, '{}') + coalesce(e.exempt_identity, '{}')
                   ELSE coalesce(p.days, '{}') END
            ELSE '{}' END AS days
  FROM enrolled e LEFT JOIN pg_temp.paid p USING (who, insutype)
  LEFT JOIN pg_temp.exempted x USING (who, insutype);
ANALYZE pg_temp.relation;
