-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: cover.duplicate, claim, pg_temp.rate, benefit, cover.scheme, record.staf/rsdt_psn_clct_detl_d
-- writes: cover.money · run key: tongchou.search
-- Of undecided pairs: what was paid for either relation inside the overlap; cover.charge says which side counts.
-- A year's money is said whole, or for the months of the overlap where the rate table says `month`; a subsidy is
-- split over the levels of government when the table's parts are that sum, else it stays whole, as 'unsplit'.
DELETE FROM cover.money m USING cover.duplicate d
 WHERE d.duplicate = m.duplicate AND d.state IN ('proposed', 'gone');
CREATE TEMP TABLE payer ON COMMIT DROP AS
SELECT d.duplicate, s.*, c.unit, cover.whole_months(d.overlap) AS overlap,
       CASE WHEN d.refund <> 'unused' THEN '不退'
            WHEN EXISTS (SELECT FROM cover.claim k WHERE k.duplicate = d.duplicate AND k.side = s.side)
            THEN '不退：重叠期内已享受待遇' ELSE '可退：重叠期内未享受待遇' END AS refund
  FROM cover.duplicate d
 CROSS JOIN LATERAL (VALUES ('a', d.county_a, d.src_psn_no_a, d.insutype_a),
                            ('b', d.county_b, d.src_psn_no_b, d.insutype_b)) s (side, county, src_psn_no, insutype)
  JOIN cover.scheme c USING (insutype)
 WHERE d.state = 'proposed';
ANALYZE pg_temp.payer;
CREATE TEMP TABLE spent ON COMMIT DROP AS
WITH payment AS (
    SELECT t.county, t.src_psn_no, t.insutype, t.key_hash, t.src_key, t.accrym_begn, t.accrym_end, t.clct_time,
           coalesce(t.psn_clct_amt_fen, 0) AS person_fen, 0::bigint AS employer_fen,
           coalesce(t.finsubs_amt_fen, 0) AS subsidy_fen
      FROM record.rsdt_psn_clct_detl_d t JOIN (SELECT DISTINCT county, src_psn_no FROM pg_temp.payer) m USING (county, src_psn_no)
     WHERE (t.revs_flag IS NULL OR t.revs_flag = 'Z')
    UNION ALL
    SELECT t.county, t.src_psn_no, t.insutype, t.key_hash, t.src_key, t.accrym_begn, t.accrym_end, t.clct_time,
           coalesce(t.psn_clct_amt_fen, 0), coalesce(t.emp_clct_amt_fen, 0), coalesce(t.finsubs_amt_fen, 0)
      FROM record.staf_psn_clct_detl_d t JOIN (SELECT DISTINCT county, src_psn_no FROM pg_temp.payer) m USING (county, src_psn_no)
     WHERE (t.revs_flag IS NULL OR t.revs_flag = 'Z')),
said AS (
    SELECT s.*, p.key_hash, p.src_key, p.person_fen, p.employer_fen, p.subsidy_fen,
           coalesce(p.accrym_begn, p.accrym_end, to_char(p.clct_time, 'YYYYMM')) AS begn,
           coalesce(p.accrym_end, p.accrym_begn, to_char(p.clct_time, 'YYYYMM')) AS ends
      FROM pg_temp.payer s JOIN payment p USING (county, src_psn_no, insutype)),
span AS (
    SELECT s.*, left(begn, 4)::int AS year,
           CASE unit WHEN 'year' THEN make_date(left(begn, 4)::int, 1, 1) ELSE to_date(begn, 'YYYYMM') END AS first_day,
           CASE unit WHEN 'year' THEN make_date(left(ends, 4)::int + 1, 1, 1)
                     ELSE (to_date(ends, 'YYYYMM') + interval '1 month')::date END AS last_day
      FROM said s WHERE begn <= ends)
SELECT s.*, r.line, r.whole, r.central, r.province, r.city, r.district, n.whole_months, n.months,
       -- The months that count, from 0: all of the payment's, or those of the overlap.
       CASE WHEN r.proration = 'month' THEN n.taken ELSE ARRAY[ARRAY[0, n.whole_months]] END AS taken,
       coalesce(r.line, '') || CASE WHEN r.proration = 'month' AND n.months < n.whole_months
            THEN ' 按月 ' || n.months || '/' || n.whole_months ELSE '' END AS how
  FROM span s
  LEFT JOIN LATERAL (SELECT * FROM pg_temp.rate r WHERE r.insutype = s.insutype AND r.year = s.year
                        AND r.county IN (s.county, '') ORDER BY r.county DESC LIMIT 1) r ON true
 CROSS JOIN LATERAL (
    SELECT cover.month_number(s.last_day) - cover.month_number(s.first_day) AS whole_months,
           sum(cover.month_number(upper(o)) - cover.month_number(lower(o)))::int AS months,
           array_agg(ARRAY[cover.month_number(lower(o)) - cover.month_number(s.first_day),
                           cover.month_number(upper(o)) - cover.month_number(s.first_day)]) AS taken
      FROM unnest(s.overlap * datemultirange(daterange(s.first_day, s.last_day))) o) n
 WHERE n.months > 0;

INSERT INTO cover.money (duplicate, side, item, level, county, key_hash, src_key, amount_fen, months, basis, whole_fen,
       whole_months, year)
SELECT s.duplicate, s.side, v.item, v.level, s.county, s.key_hash, s.src_key,
       (SELECT sum(cover.part(v.fen, s.taken[i][1], s.taken[i][2], s.whole_months))
          FROM generate_subscripts(s.taken, 1) i), s.months,
       concat_ws('；', nullif(s.how, ''), CASE WHEN v.item = 'premium' THEN s.refund END), v.fen, s.whole_months,
       s.year
  FROM pg_temp.spent s
 CROSS JOIN LATERAL (VALUES ('premium', '', s.person_fen), ('premium', 'employer', s.employer_fen),
                            ('subsidy', 'central', CASE WHEN s.whole = s.subsidy_fen THEN s.central END),
                            ('subsidy', 'province', CASE WHEN s.whole = s.subsidy_fen THEN s.province END),
                            ('subsidy', 'city', CASE WHEN s.whole = s.subsidy_fen THEN s.city END),
                            ('subsidy', 'county', CASE WHEN s.whole = s.subsidy_fen THEN s.district END),
                            ('subsidy', 'unsplit', CASE WHEN s.whole IS DISTINCT FROM s.subsidy_fen THEN s.subsidy_fen END))
       v (item, level, fen)
 WHERE v.fen <> 0;

-- One stay claimed from both sides: the same cost and days (exact), or within 1 % and a day (near).  A second
-- payer that took what the first one left to the person is no double claim.  Each stay stands against one other:
-- equal ones in the order of their numbers, near ones where each is the other's nearest.  Said once for each
-- side, of the same amount: the smaller payment.
CREATE TEMP TABLE twice ON COMMIT DROP AS
WITH stay AS (
    SELECT d.duplicate, b.*, row_number() OVER (PARTITION BY d.duplicate, b.side, b.medfee_sumamt_fen, b.begndate, b.enddate
                                                ORDER BY b.setl_id) AS nth
      FROM pg_temp.benefit b JOIN cover.duplicate d USING (county_a, key_a, county_b, key_b)
     WHERE d.state = 'proposed'),
both_sides AS (
    SELECT a.duplicate, a.county AS stay_county_a, a.key_hash AS stay_a, a.src_key AS src_a, a.setl_id AS setl_a,
           b.county AS stay_county_b, b.key_hash AS stay_b, b.src_key AS src_b, b.setl_id AS setl_b,
           (a.medfee_sumamt_fen, a.begndate, a.enddate, a.nth) = (b.medfee_sumamt_fen, b.begndate, b.enddate, b.nth)
               AS exact,
           abs(a.medfee_sumamt_fen - b.medfee_sumamt_fen) AS apart,
           least(a.fund_pay_sumamt_fen, b.fund_pay_sumamt_fen) AS fen, extract(year FROM b.begndate)::int AS year
      FROM stay a JOIN stay b USING (duplicate)
     WHERE a.side = 'a' AND b.side = 'b' AND abs(a.begndate - b.begndate) <= 1 AND abs(a.enddate - b.enddate) <= 1
       AND abs(a.medfee_sumamt_fen - b.medfee_sumamt_fen) * 100 <= a.medfee_sumamt_fen
       AND a.fund_pay_sumamt_fen + b.fund_pay_sumamt_fen > greatest(a.medfee_sumamt_fen, b.medfee_sumamt_fen)),
open AS (
    SELECT *, bool_or(exact) OVER (PARTITION BY duplicate, stay_county_a, stay_a) OR
              bool_or(exact) OVER (PARTITION BY duplicate, stay_county_b, stay_b) AS taken FROM both_sides),
nearest AS (
    SELECT *, row_number() OVER (PARTITION BY duplicate, stay_county_a, stay_a, taken ORDER BY apart, setl_b) AS nth_a,
           row_number() OVER (PARTITION BY duplicate, stay_county_b, stay_b, taken ORDER BY apart, setl_a) AS nth_b
      FROM open WHERE exact OR NOT taken)
SELECT * FROM nearest WHERE exact OR (nth_a = 1 AND nth_b = 1);
INSERT INTO cover.money (duplicate, side, item, level, county, key_hash, src_key, amount_fen, months, basis, year)
SELECT t.duplicate, v.side, 'claim', CASE WHEN t.exact THEN 'exact' ELSE 'near' END, v.county, v.key_hash, v.src_key,
       t.fen, d.months, v.basis, t.year
  FROM pg_temp.twice t JOIN cover.duplicate d USING (duplicate)
 CROSS JOIN LATERAL (VALUES ('a', t.stay_county_a, t.stay_a, t.src_a, t.stay_county_b || '/' || t.setl_b),
                            ('b', t.stay_county_b, t.stay_b, t.src_b, t.stay_county_a || '/' || t.setl_a))
       v (side, county, key_hash, src_key, basis);
