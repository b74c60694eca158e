-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.relation · writes: pg_temp.pair
-- Pairs of relations of one person that cover the same days.
CREATE TEMP TABLE pair ON COMMIT DROP AS
WITH side AS (
    SELECT r.*, (r.family = 'employee')::int AS rank FROM pg_temp.relation r WHERE NOT isempty(r.days)),
met AS (
    SELECT a.psn_no, a.county AS county_a, a.key_hash AS key_a, a.src_psn_no AS src_psn_no_a,
           a.insutype AS insutype_a, a.family AS family_a, b.county AS county_b, b.key_hash AS key_b,
           b.src_psn_no AS src_psn_no_b, b.insutype AS insutype_b, b.family AS family_b, a.days * b.days AS overlap,
           a.days AS days_a, b.days AS days_b, a.paid AS paid_a, b.paid AS paid_b, a.psn_type AS psn_type_a,
           b.psn_type AS psn_type_b, a.insu_idet AS insu_idet_a, b.insu_idet AS insu_idet_b, a.emp_no AS emp_no_a, b.emp_no AS emp_no_b,
           least(a.die_date, b.die_date) AS die_date
      FROM side a JOIN side b USING (psn_no)
     WHERE (a.rank, b.county, b.key_hash) > (b.rank, a.county, a.key_hash)
       AND a.days && b.days)
SELECT m.*, CASE WHEN family_a <> family_b THEN 'cross_scheme'
                 WHEN county_a = county_b THEN 'same_scheme_same_county'
                 ELSE 'same_scheme_other_county' END AS kind,
       CASE WHEN m.overlap = datemultirange(range_merge(m.overlap))
            THEN cover.month_number(upper(m.overlap) - 1) - cover.month_number(lower(m.overlap)) + 1
            ELSE (SELECT count(DISTINCT month) FROM unnest(m.overlap) r,
                         generate_series(date_trunc('month', lower(r)), upper(r) - 1, interval '1 month') month)::int
            END AS months
  FROM met m
 WHERE (SELECT current_setting('tongchou.tolerance')::int) = 0 -- whatever overlaps has a day
    OR (SELECT sum(upper(r) - lower(r)) FROM unnest(m.overlap) r) > (SELECT current_setting('tongchou.tolerance')::int);
ANALYZE pg_temp.pair;
