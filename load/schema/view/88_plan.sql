-- SPDX-License-Identifier: MulanPSL-2.0
-- Enrollments and settlements with the plan they stand under: the county's own is kept, the city's comes beside it
-- by mapping (mappings/policies/plans.csv).  A row of that table that names the insurance goes before one that
-- does not.  An enrollment that outlasts a plan stands once for each, from when until when.
CREATE VIEW city.psn_insu_plan AS
SELECT x.psn_no, e.county, e.src_psn_no, e.insutype, e.crt_insu_date, e.paus_insu_date, a.plan, a.city_plan,
       greatest(e.crt_insu_date, a.valid_from) AS plan_from, least(e.paus_insu_date, a.valid_until) AS plan_until, e.key_hash
  FROM record.psn_insu_d e
  LEFT JOIN identity.xref x ON x.county = e.county AND x.src_psn_no = e.src_psn_no
  LEFT JOIN fund.plan_assigned a ON a.county = e.county
   AND (a.insutype = e.insutype OR a.insutype IS NULL AND NOT EXISTS (SELECT FROM fund.plan_assigned o WHERE o.county = e.county AND o.insutype = e.insutype))
   AND a.valid_from < coalesce(e.paus_insu_date, 'infinity') AND a.valid_until > coalesce(e.crt_insu_date, '-infinity');
COMMENT ON VIEW city.psn_insu_plan IS '参保所属的县方案和市方案';
CREATE VIEW city.setl_plan AS
SELECT x.psn_no, s.county, s.setl_id, s.src_psn_no, s.insutype, s.setl_time, a.plan, a.city_plan, s.key_hash
  FROM record.setl_d s
  LEFT JOIN identity.xref x ON x.county = s.county AND x.src_psn_no = s.src_psn_no
  LEFT JOIN LATERAL (SELECT a.plan, a.city_plan FROM fund.plan_assigned a WHERE a.county = s.county AND (a.insutype = s.insutype OR a.insutype IS NULL)
                        AND a.valid_from <= s.setl_time AND a.valid_until > s.setl_time ORDER BY a.insutype NULLS LAST LIMIT 1) a ON true;
COMMENT ON VIEW city.setl_plan IS '结算所属的县方案和市方案';
