-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: cover.duplicate, pg_temp.rate, pg_temp.benefit, record.rsdt_psn_clct_detl_d · writes: cover.money
-- Of undecided pairs: what was paid for the relation that goes, inside the overlap (side b's, while it is not
-- yet known which goes).  A year's subsidy is what the year's row says, split over the levels of government
-- as the rate table says when its parts are that sum; else it stays whole, as 'unsplit'.
DELETE FROM cover.money m USING cover.duplicate d
 WHERE d.duplicate = m.duplicate AND d.state IN ('proposed', 'gone');
CREATE TEMP TABLE spent ON COMMIT DROP AS
SELECT d.duplicate, d.months, d.keep, s.county, t.key_hash, t.src_key, t.insutype, left(t.accrym_begn, 4)::int AS year,
       t.psn_clct_amt_fen, t.finsubs_amt_fen, d.refund
  FROM cover.duplicate d
 CROSS JOIN LATERAL (VALUES ('a', d.county_a, d.src_psn_no_a, d.insutype_a),
                            ('b', d.county_b, d.src_psn_no_b, d.insutype_b)) s (side, county, src_psn_no, insutype)
  JOIN record.rsdt_psn_clct_detl_d t ON t.county = s.county AND t.src_psn_no = s.src_psn_no AND t.insutype = s.insutype
 WHERE d.state = 'proposed' AND d.keep <> s.side AND coalesce(t.revs_flag, 'Z') = 'Z'
   AND daterange(to_date(t.accrym_begn, 'YYYYMM'), (to_date(coalesce(t.accrym_end, t.accrym_begn), 'YYYYMM')
       + interval '1 month')::date) && d.overlap
   -- Neither decided yet: one of the two was too many, so one side's money is said, always the same side's.
   AND (d.keep IN ('a', 'b', 'none') OR s.side = 'b');
INSERT INTO cover.money
SELECT duplicate, 'premium', '', county, key_hash, src_key, psn_clct_amt_fen, months,
       CASE refund WHEN 'unused' THEN '未享受待遇可退' ELSE '不退' END
  FROM pg_temp.spent WHERE psn_clct_amt_fen <> 0;
WITH split AS (
    SELECT s.*, r.line, l.level, l.fen, r.whole
      FROM pg_temp.spent s
      JOIN LATERAL (SELECT * FROM pg_temp.rate r WHERE r.insutype = s.insutype AND r.year = s.year
                       AND r.county IN (s.county, '') ORDER BY r.county DESC LIMIT 1) r
           ON r.whole = s.finsubs_amt_fen
     CROSS JOIN LATERAL (VALUES ('central', r.central), ('province', r.province), ('city', r.city),
                                ('county', r.district)) l (level, fen))
INSERT INTO cover.money
SELECT duplicate, 'subsidy', level, county, key_hash, src_key, fen, months, line FROM split WHERE fen <> 0
UNION ALL
SELECT duplicate, 'subsidy', 'unsplit', county, key_hash, src_key, finsubs_amt_fen, months, ''
  FROM pg_temp.spent s WHERE finsubs_amt_fen <> 0
   AND NOT EXISTS (SELECT FROM split x WHERE x.duplicate = s.duplicate AND x.key_hash = s.key_hash);

-- One stay claimed from both sides: the same cost and days (exact), or within 1 % and a day (near).  A second
-- payer that took what the first one left to the person is no double claim.
INSERT INTO cover.money
SELECT DISTINCT ON (d.duplicate, b.county, b.key_hash) d.duplicate, 'claim',
       CASE WHEN a.medfee_sumamt_fen = b.medfee_sumamt_fen AND a.begndate = b.begndate AND a.enddate = b.enddate
            THEN 'exact' ELSE 'near' END,
       b.county, b.key_hash, b.src_key, least(a.fund_pay_sumamt_fen, b.fund_pay_sumamt_fen), d.months,
       a.county || '/' || a.setl_id
  FROM pg_temp.benefit a
  JOIN pg_temp.benefit b USING (county_a, key_a, county_b, key_b)
  JOIN cover.duplicate d USING (county_a, key_a, county_b, key_b)
 WHERE d.state = 'proposed' AND a.side = 'a' AND b.side = 'b'
   AND abs(a.begndate - b.begndate) <= 1 AND abs(a.enddate - b.enddate) <= 1
   AND abs(a.medfee_sumamt_fen - b.medfee_sumamt_fen) * 100 <= a.medfee_sumamt_fen
   AND a.fund_pay_sumamt_fen + b.fund_pay_sumamt_fen > greatest(a.medfee_sumamt_fen, b.medfee_sumamt_fen)
 ORDER BY d.duplicate, b.county, b.key_hash, (a.medfee_sumamt_fen <> b.medfee_sumamt_fen), a.setl_id;
