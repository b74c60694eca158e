-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.pair, payment, info, roster_person, cover.scheme, record.setl_d, insu_emp_info_b
-- writes: pg_temp.benefit, fact · distribution: by person, once for the city
-- What the rules may look at.  The pairs are few and the records many: each table is read once, from its end to end,
-- and joined to both sides of all pairs.
CREATE TEMP TABLE side ON COMMIT DROP AS
SELECT p.county_a, p.key_a, p.county_b, p.key_b, p.overlap, s.*
  FROM pg_temp.pair p
 CROSS JOIN LATERAL (VALUES ('a', p.county_a, p.src_psn_no_a, p.family_a, p.insutype_a),
                            ('b', p.county_b, p.src_psn_no_b, p.family_b, p.insutype_b))
       s (side, county, src_psn_no, family, insutype);
ANALYZE pg_temp.side;
CREATE TEMP TABLE side_hash ON COMMIT DROP AS
SELECT county, hashtextextended(src_psn_no, 0) AS hash FROM pg_temp.side;
SELECT cover.gather('care', 'side_hash', '{setl_d}', ARRAY[$$county, src_psn_no, insutype, key_hash, setl_id, setl_time,
    begndate, enddate, medfee_sumamt_fen, fund_pay_sumamt_fen, src_key, refd_setl_flag, init_setl_id$$],
    $$refd_setl_flag = '1'$$);
CREATE TEMP TABLE refunded ON COMMIT DROP AS
SELECT DISTINCT county, init_setl_id FROM pg_temp.care WHERE refd_setl_flag = '1' AND init_setl_id IS NOT NULL;
ANALYZE pg_temp.refunded;
-- Stays and visits that either side paid for inside the overlap; refunds and what they take back are none.
CREATE TEMP TABLE benefit ON COMMIT DROP AS
SELECT s.key_a, s.county_a, s.key_b, s.county_b, s.side, t.county, t.key_hash, t.setl_id, t.begndate, t.enddate,
       t.setl_time, t.medfee_sumamt_fen, t.fund_pay_sumamt_fen, t.src_key
  FROM pg_temp.side s
  JOIN pg_temp.care t ON t.county = s.county AND t.src_psn_no = s.src_psn_no
  JOIN cover.scheme c ON c.insutype = t.insutype AND c.family = s.family
 WHERE coalesce(t.begndate, t.setl_time::date) <@ s.overlap AND coalesce(t.refd_setl_flag, '0') <> '1'
   AND NOT EXISTS (SELECT FROM pg_temp.refunded r WHERE r.county = t.county AND r.init_setl_id = t.setl_id);
ANALYZE pg_temp.benefit;

CREATE TEMP TABLE fact ON COMMIT DROP AS
WITH aid AS (
    SELECT s.county_a, s.key_a, s.county_b, s.key_b, bool_or(s.side = 'a' AND t.insutype = s.insutype) AS a,
           bool_or(s.side = 'b' AND t.insutype = s.insutype) AS b
      FROM pg_temp.side s JOIN pg_temp.payment t USING (county, src_psn_no) WHERE t.aided GROUP BY 1, 2, 3, 4),
claims AS (
    SELECT county_a, key_a, county_b, key_b, count(*) FILTER (WHERE side = 'a')::int AS claims_a,
           count(*) FILTER (WHERE side = 'b')::int AS claims_b
      FROM pg_temp.benefit GROUP BY 1, 2, 3, 4),
lives AS (
    SELECT s.county_a, s.key_a, s.county_b, s.key_b, max(i.residence) AS residence
      FROM pg_temp.side s JOIN pg_temp.info i USING (county, src_psn_no) GROUP BY 1, 2, 3, 4),
listed AS (
    SELECT p.county_a, p.key_a, p.county_b, p.key_b,
           bool_or(l.roster_type = '服刑') AS imprisoned, bool_or(l.roster_type = '转出') AS moved_out,
           bool_or(l.roster_type = '贫困') AS poor, bool_or(l.roster_type = '在校') AS student,
           -- Where the school is, when the rosters agree about it.
           CASE WHEN count(DISTINCT l.org_admdvs) FILTER (WHERE l.roster_type = '在校') = 1
                THEN min(l.org_admdvs) FILTER (WHERE l.roster_type = '在校') END AS school
      FROM pg_temp.pair p
      JOIN pg_temp.roster_person l ON l.psn_no = p.psn_no AND l.how = 'id'
       AND datemultirange(daterange(l.begn_date, CASE WHEN l.end_date < l.begn_date THEN l.begn_date ELSE l.end_date END, '[]')) && p.overlap
     GROUP BY 1, 2, 3, 4),
region AS (
    SELECT county, emp_no, min(coalesce(loc_admdvs, insu_admdvs)) AS region FROM record.insu_emp_info_b
     WHERE (county, emp_no) IN (SELECT county_a, emp_no_a FROM pg_temp.pair WHERE family_b = 'employee'
                                UNION SELECT county_b, emp_no_b FROM pg_temp.pair WHERE family_b = 'employee')
     GROUP BY 1, 2),
works AS (
    -- Where the employers of both relations are, when of the two counties that is only one.
    SELECT p.county_a, p.key_a, p.county_b, p.key_b,
           CASE WHEN (p.county_a IN (a.region, b.region)) <> (p.county_b IN (a.region, b.region))
                THEN CASE WHEN p.county_a IN (a.region, b.region) THEN p.county_a ELSE p.county_b END END AS work
      FROM pg_temp.pair p
      JOIN region a ON a.county = p.county_a AND a.emp_no = p.emp_no_a
      JOIN region b ON b.county = p.county_b AND b.emp_no = p.emp_no_b
     WHERE a.region IS NOT NULL AND b.region IS NOT NULL)
SELECT p.*, p.family_a AS family,
       coalesce((SELECT max(extract(year FROM age(least(upper(r), upper(range_merge(p.overlap))), lower(r))) * 12
                        + extract(month FROM age(least(upper(r), upper(range_merge(p.overlap))), lower(r))))
                   FROM unnest(p.days_a) r
                  WHERE p.family_a = 'employee' AND r && range_merge(p.overlap)), 0)::int AS employee_months,
       coalesce(p.psn_type_a IN ('1403', '1404') OR p.psn_type_b IN ('1403', '1404')
                OR p.insu_idet_a LIKE '%学生%' OR p.insu_idet_b LIKE '%学生%', false)
           OR coalesce(l.student, false) AS student,
       coalesce(p.psn_type_a IN ('1103', '1203'), false) AS flexible,
       coalesce(p.psn_type_a LIKE '12%' OR p.psn_type_a LIKE '13%', false) AS retired,
       x.key_a IS NOT NULL OR coalesce(l.poor, false) AS subsidised,
       coalesce(x.a, false) AS subsidised_a, coalesce(x.b, false) AS subsidised_b,
       coalesce(l.imprisoned, false) AS imprisoned, coalesce(l.moved_out, false) AS moved_out, l.school,
       coalesce(w.work, '') AS work,
       p.die_date IS NOT NULL AND p.die_date < current_setting('tongchou.until')::date AS deceased,
       p.months AS overlap_months, coalesce(c.claims_a, 0) AS claims_a, coalesce(c.claims_b, 0) AS claims_b,
       upper(range_merge(p.paid_a)) AS paid_until_a, upper(range_merge(p.paid_b)) AS paid_until_b, r.residence
  FROM pg_temp.pair p
  LEFT JOIN aid x USING (county_a, key_a, county_b, key_b)
  LEFT JOIN claims c USING (county_a, key_a, county_b, key_b)
  LEFT JOIN listed l USING (county_a, key_a, county_b, key_b)
  LEFT JOIN works w USING (county_a, key_a, county_b, key_b)
  LEFT JOIN lives r USING (county_a, key_a, county_b, key_b);
