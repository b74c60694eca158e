-- SPDX-License-Identifier: MulanPSL-2.0
-- An enrollment's plan day by day: a row of plans.csv that names the insurance goes before one that does not, on the
-- days of which it speaks; on the others the general row still holds.
CREATE VIEW fund.plan_in_force AS
WITH own AS (SELECT county, insutype, range_agg(daterange(valid_from, valid_until)) AS days FROM fund.plan_assigned WHERE insutype IS NOT NULL GROUP BY 1, 2)
SELECT county, insutype, plan, city_plan, valid_from, valid_until FROM fund.plan_assigned
UNION ALL
SELECT a.county, o.insutype, a.plan, a.city_plan, lower(r), upper(r)
  FROM fund.plan_assigned a JOIN own o USING (county) CROSS JOIN LATERAL unnest(datemultirange(daterange(a.valid_from, a.valid_until)) - o.days) r
 WHERE a.insutype IS NULL;
CREATE OR REPLACE VIEW city.psn_insu_plan AS
SELECT x.psn_no, e.county, e.src_psn_no, e.insutype, e.crt_insu_date, e.paus_insu_date, a.plan, a.city_plan,
       greatest(e.crt_insu_date, a.valid_from) AS plan_from, least(e.paus_insu_date, a.valid_until) AS plan_until, e.key_hash
  FROM record.psn_insu_d e
  LEFT JOIN identity.xref x ON x.county = e.county AND x.src_psn_no = e.src_psn_no
  LEFT JOIN fund.plan_in_force a ON a.county = e.county
   AND (a.insutype = e.insutype OR a.insutype IS NULL AND NOT EXISTS (SELECT FROM fund.plan_assigned o WHERE o.county = e.county AND o.insutype = e.insutype))
   AND a.valid_from < coalesce(e.paus_insu_date, 'infinity') AND a.valid_until > coalesce(e.crt_insu_date, '-infinity');
