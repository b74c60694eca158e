-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: cover.duplicate, claim, pg_temp.rate, benefit, payment
-- writes: cover.money · run key: tongchou.search
-- Of undecided pairs: what was paid for either relation inside the overlap; cover.charge says which side counts.
-- A year's money is said whole, or for the months of the overlap where the rate table says `month`; a subsidy is
-- split over the levels of government when the table's parts are that sum, else it stays whole, as 'unsplit'.
DELETE FROM cover.money m USING cover.duplicate d
 WHERE d.duplicate = m.duplicate AND d.state IN ('proposed', 'gone');
CREATE TEMP TABLE payer ON COMMIT DROP AS
WITH d AS MATERIALIZED ( -- the overlap's months, once for both sides
    SELECT d.duplicate, d.county_a, d.src_psn_no_a, d.insutype_a, d.county_b, d.src_psn_no_b, d.insutype_b, d.refund,
           (SELECT range_agg(int4range(cover.month_number(lower(r)), cover.month_number(upper(r) - 1) + 1))
              FROM unnest(d.overlap) r) AS overlap_months
      FROM cover.duplicate d WHERE d.state = 'proposed')
SELECT d.duplicate, s.*, c.unit, d.overlap_months AS overlap,
       CASE WHEN d.refund <> 'unused' THEN '不退'
            WHEN EXISTS (SELECT FROM cover.claim k WHERE k.duplicate = d.duplicate AND k.side = s.side)
            THEN '不退：重叠期内已享受待遇' ELSE '可退：重叠期内未享受待遇' END AS refund
  FROM d
 CROSS JOIN LATERAL (VALUES ('a', d.county_a, d.src_psn_no_a, d.insutype_a),
                            ('b', d.county_b, d.src_psn_no_b, d.insutype_b)) s (side, county, src_psn_no, insutype)
  JOIN cover.scheme c USING (insutype);
ANALYZE pg_temp.payer;
-- The county's own rate, else the city's.
CREATE TEMP TABLE rate_of ON COMMIT DROP AS
SELECT DISTINCT ON (p.insutype, r.year, p.county) p.county, r.insutype, r.year, r.line, r.whole, r.central, r.province,
       r.city, r.district, r.proration
  FROM (SELECT DISTINCT insutype, county FROM pg_temp.payer) p
  JOIN pg_temp.rate r ON r.insutype = p.insutype AND r.county IN (p.county, '')
 ORDER BY p.insutype, r.year, p.county, r.county DESC;
ANALYZE pg_temp.rate_of;
INSERT INTO cover.money (duplicate, side, item, level, county, key_hash, src_key, amount_fen, months, basis, whole_fen,
       whole_months, year)
WITH met AS MATERIALIZED ( -- its ranges are made once
    SELECT s.duplicate, s.side, s.county, s.insutype, s.refund, p.key_hash, p.src_key, coalesce(p.psn_clct_amt_fen, 0) AS person_fen,
           coalesce(p.emp_clct_amt_fen, 0) AS employer_fen, coalesce(p.finsubs_amt_fen, 0) AS subsidy_fen,
           (e.first_month - 1) / 12 AS year, e.first_month, e.next_month - e.first_month AS whole_months,
           -- NULL: all its months.
           CASE WHEN NOT s.overlap @> int4range(e.first_month, e.next_month)
                THEN s.overlap * int4multirange(int4range(e.first_month, e.next_month)) END AS taken
      FROM pg_temp.payer s
      JOIN pg_temp.payment p USING (county, src_psn_no, insutype)
     CROSS JOIN LATERAL (SELECT cover.unit_first(s.unit, p.first_month) AS first_month,
                                cover.unit_next(s.unit, p.next_month) AS next_month) e
     WHERE p.first_month < p.next_month AND (p.revs_flag IS NULL OR p.revs_flag = 'Z')
       AND s.overlap && int4range(e.first_month, e.next_month)),
counted AS (
    SELECT *, CASE WHEN taken IS NULL THEN whole_months
                   ELSE (SELECT sum(upper(o) - lower(o))::int FROM unnest(taken) o) END AS months
      FROM met),
spent AS MATERIALIZED (
SELECT m.duplicate, m.side, m.county, m.refund, m.key_hash, m.src_key, m.person_fen, m.employer_fen, m.subsidy_fen, m.year,
       m.first_month, m.whole_months, m.taken, m.months, r.central, r.province, r.city, r.district,
       -- The rate's parts are the subsidy's; of one that is taken back, they are taken back.
       CASE WHEN r.whole = abs(m.subsidy_fen) THEN sign(m.subsidy_fen)::bigint END AS back,
       -- All of the payment's months count, or those of the overlap.
       m.taken IS NULL OR r.proration IS DISTINCT FROM 'month' AS all_of_it,
       nullif(coalesce(r.line, '') || CASE WHEN r.proration = 'month' AND m.taken IS NOT NULL
              THEN ' 按月 ' || m.months || '/' || m.whole_months ELSE '' END, '') AS how
  FROM counted m LEFT JOIN pg_temp.rate_of r USING (insutype, year, county))
SELECT s.duplicate, s.side, s.item, s.level, s.county, s.key_hash, s.src_key,
       CASE WHEN s.all_of_it THEN s.fen
            ELSE (SELECT sum(cover.part(s.fen, lower(o) - s.first_month, upper(o) - s.first_month, s.whole_months))
                    FROM unnest(s.taken) o) END, s.months,
       concat_ws('；', s.how, CASE WHEN s.item = 'premium' THEN s.refund END), s.fen, s.whole_months, s.year
  FROM (SELECT 'premium' AS item, '' AS level, person_fen AS fen, * FROM spent WHERE person_fen <> 0
        UNION ALL
        SELECT 'premium', 'employer', employer_fen, * FROM spent WHERE employer_fen <> 0
        UNION ALL
        SELECT 'subsidy', v.level, v.fen, p.*
          FROM spent p
         CROSS JOIN LATERAL (VALUES ('central', p.back * p.central),
                                    ('province', p.back * p.province),
                                    ('city', p.back * p.city),
                                    ('county', p.back * p.district),
                                    ('unsplit', CASE WHEN p.back IS NULL THEN p.subsidy_fen END))
               v (level, fen)
         WHERE p.subsidy_fen <> 0 AND v.fen <> 0) s;

-- One stay claimed from both sides: the same cost and days (exact), or within 1 % and a day (near).  A second
-- payer that took what the first one left to the person is no double claim: it is named and costs nothing.  Each stay stands against one other:
-- equal ones in the order of their numbers, near ones where each is the other's nearest.  Said once for each
-- side, of the same amount: the smaller payment.
CREATE TEMP TABLE stay ON COMMIT DROP AS
SELECT d.duplicate, b.*, row_number() OVER (PARTITION BY d.duplicate, b.side, b.medfee_sumamt_fen, b.first_day, b.last_day
                                            ORDER BY b.setl_id) AS nth
  FROM (SELECT *, coalesce(begndate, setl_time) AS first_day, coalesce(enddate, begndate, setl_time) AS last_day
          FROM pg_temp.benefit) b -- a visit may have no other day than that of its settlement
  JOIN cover.duplicate d USING (county_a, key_a, county_b, key_b)
 WHERE d.state = 'proposed';
ANALYZE pg_temp.stay; -- without it every stay is held against every other
CREATE TEMP TABLE twice ON COMMIT DROP AS
WITH both_sides AS (
    SELECT a.duplicate, a.county AS stay_county_a, a.key_hash AS stay_a, a.src_key AS src_a, a.setl_id AS setl_a,
           b.county AS stay_county_b, b.key_hash AS stay_b, b.src_key AS src_b, b.setl_id AS setl_b,
           (a.medfee_sumamt_fen, a.first_day, a.last_day, a.nth) = (b.medfee_sumamt_fen, b.first_day, b.last_day, b.nth)
               AS exact,
           abs(a.medfee_sumamt_fen - b.medfee_sumamt_fen) AS apart,
           least(a.fund_pay_sumamt_fen, b.fund_pay_sumamt_fen) AS fen,
           a.fund_pay_sumamt_fen + b.fund_pay_sumamt_fen <= greatest(a.medfee_sumamt_fen, b.medfee_sumamt_fen)
               AS sequential, extract(year FROM b.first_day)::int AS year
      FROM pg_temp.stay a JOIN pg_temp.stay b USING (duplicate)
     WHERE a.side = 'a' AND b.side = 'b' AND abs(a.first_day - b.first_day) <= 1 AND abs(a.last_day - b.last_day) <= 1
       AND abs(a.medfee_sumamt_fen - b.medfee_sumamt_fen) * 100 <= a.medfee_sumamt_fen
       AND a.fund_pay_sumamt_fen IS NOT NULL AND b.fund_pay_sumamt_fen IS NOT NULL),
open AS (
    SELECT *, bool_or(exact) OVER (PARTITION BY duplicate, sequential, stay_county_a, stay_a) OR
              bool_or(exact) OVER (PARTITION BY duplicate, sequential, stay_county_b, stay_b) AS taken FROM both_sides),
nearest AS (
    SELECT *, row_number() OVER (PARTITION BY duplicate, sequential, stay_county_a, stay_a, taken
                                 ORDER BY apart, setl_b) AS nth_a,
           row_number() OVER (PARTITION BY duplicate, sequential, stay_county_b, stay_b, taken
                              ORDER BY apart, setl_a) AS nth_b
      FROM open WHERE exact OR NOT taken)
SELECT * FROM nearest WHERE exact OR (nth_a = 1 AND nth_b = 1);
INSERT INTO cover.money (duplicate, side, item, level, county, key_hash, src_key, amount_fen, months, basis, year)
SELECT t.duplicate, v.side, 'claim', CASE WHEN t.sequential THEN 'sequential' WHEN t.exact THEN 'exact' ELSE 'near' END,
       v.county, v.key_hash, v.src_key, CASE WHEN t.sequential THEN 0 ELSE t.fen END, d.months, v.basis, t.year
  FROM pg_temp.twice t JOIN cover.duplicate d USING (duplicate)
 CROSS JOIN LATERAL (VALUES ('a', t.stay_county_a, t.stay_a, t.src_a, t.stay_county_b || '/' || t.setl_b),
                            ('b', t.stay_county_b, t.stay_b, t.src_b, t.stay_county_a || '/' || t.setl_a))
       v (side, county, key_hash, src_key, basis);
