-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.decided (fact and the rule that took it), pg_temp.benefit, pg_temp.relation
-- writes: cover.duplicate, claim, idle · run key: tongchou.search · reports: enroll.overlap, enroll.unpaid
-- A pair that people have decided keeps its decision; one that is gone and undecided is said to be gone.
INSERT INTO cover.duplicate AS d (county_a, key_a, src_psn_no_a, insutype_a, county_b, key_b, src_psn_no_b,
       insutype_b, psn_no, kind, overlap, months, facts, rule, rule_line, basis, keep, effect, ask_person, document, refund,
       approve_over_fen, days_a, days_b, die_date, first_search, last_search)
SELECT county_a, key_a, src_psn_no_a, insutype_a, county_b, key_b, src_psn_no_b, insutype_b, psn_no, kind, overlap,
       months, facts, rule, rule_line, basis, keep, effect, ask_person, document, refund, approve_over_fen,
       days_a, days_b, die_date, n.search, n.search
  FROM pg_temp.decided, (SELECT current_setting('tongchou.search')::int AS search) n
 ORDER BY psn_no, county_a, key_a, county_b, key_b
ON CONFLICT (county_a, key_a, county_b, key_b) DO UPDATE
   SET psn_no = excluded.psn_no, overlap = excluded.overlap, months = excluded.months, facts = excluded.facts,
       rule = excluded.rule, rule_line = excluded.rule_line, basis = excluded.basis, keep = excluded.keep,
       effect = excluded.effect, ask_person = excluded.ask_person, document = excluded.document,
       refund = excluded.refund, approve_over_fen = excluded.approve_over_fen, last_search = excluded.last_search,
       days_a = excluded.days_a, days_b = excluded.days_b, die_date = excluded.die_date, state = 'proposed'
 WHERE d.state IN ('proposed', 'gone');
UPDATE cover.duplicate SET state = 'gone'
 WHERE state = 'proposed' AND last_search < current_setting('tongchou.search')::int;

-- Each pair by itself leaves nothing uncovered; three relations in a ring could all go.  No month that was
-- covered may end uncovered, so such proposals are taken back and a person decides.
UPDATE cover.duplicate d
   SET keep = 'review', effect = 'review', basis = d.basis || '；各对建议合起来会断保，转人工核定'
  FROM (SELECT psn_no FROM cover.duplicate WHERE state NOT IN ('gone', 'refused')
         GROUP BY psn_no HAVING count(*) > 1) several
 WHERE d.psn_no = several.psn_no AND d.state = 'proposed' AND cover.uncovered(d.psn_no, true) <> '{}';

-- What stands on undecided pairs is said anew; what people decided upon stays as they saw it.
DELETE FROM cover.claim c USING cover.duplicate d
 WHERE d.duplicate = c.duplicate AND d.state IN ('proposed', 'gone');
INSERT INTO cover.claim
SELECT d.duplicate, b.side, b.county, b.key_hash, b.setl_id, b.begndate, b.enddate, b.medfee_sumamt_fen,
       b.fund_pay_sumamt_fen
  FROM pg_temp.benefit b JOIN cover.duplicate d USING (county_a, key_a, county_b, key_b)
 WHERE d.state = 'proposed';

DELETE FROM cover.idle;
WITH open AS (
    SELECT r.county, r.key_hash, r.src_psn_no, r.insutype, r.crt_insu_date
      FROM record.psn_insu_d r JOIN pg_temp.scheme s USING (insutype)
     WHERE r.paus_insu_date IS NULL AND coalesce(r.psn_insu_stas, '1') = ANY (s.statuses)
       AND r.crt_insu_date < current_setting('tongchou.until')::date
       AND NOT (s.exempt = 'retired' AND coalesce(r.insutype_retr_flag, '0') = '1')),
last AS (
    SELECT county, src_psn_no, insutype, max(coalesce(accrym_end, to_char(clct_time, 'YYYYMM'))) AS month
      FROM (SELECT county, src_psn_no, insutype, accrym_end, clct_time, clct_sumamt_fen FROM record.staf_psn_clct_detl_d
            UNION ALL
            SELECT county, src_psn_no, insutype, accrym_end, clct_time, clct_sumamt_fen
              FROM record.rsdt_psn_clct_detl_d) p
     WHERE clct_sumamt_fen > 0 GROUP BY 1, 2, 3)
INSERT INTO cover.idle
SELECT o.county, o.key_hash, o.src_psn_no, o.insutype, o.crt_insu_date,
       (to_date(l.month, 'YYYYMM') + interval '1 month')::date - 1, current_setting('tongchou.search')::int
  FROM open o LEFT JOIN last l USING (county, src_psn_no, insutype)
 WHERE l.month IS NULL OR (to_date(l.month, 'YYYYMM') + interval '1 month')::date
       <= current_setting('tongchou.until')::date - current_setting('tongchou.idle_days')::int;
