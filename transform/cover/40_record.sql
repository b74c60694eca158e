-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.decided (fact and the rule that took it), pg_temp.benefit, cover.unpaid, identity.xref
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

-- Who became one person since then is judged as one.  Asked pair by pair: a join would read everybody.
UPDATE cover.duplicate d
   SET psn_no = (SELECT x.psn_no FROM identity.xref x WHERE x.county = d.county_a AND x.src_psn_no = d.src_psn_no_a)
 WHERE d.state NOT IN ('proposed', 'gone')
   AND d.psn_no <> (SELECT x.psn_no FROM identity.xref x WHERE x.county = d.county_a AND x.src_psn_no = d.src_psn_no_a);

-- Each pair by itself leaves nothing uncovered; three relations in a ring could all go.  No month that was
-- covered may end uncovered, so such proposals are taken back and a person decides.
UPDATE cover.duplicate d
   SET keep = 'review', effect = 'review', basis = d.basis || cover.left_open('zh')
  FROM (SELECT psn_no FROM cover.duplicate WHERE state NOT IN ('gone', 'refused')
         GROUP BY psn_no
        HAVING CASE WHEN count(*) > 1 THEN cover.uncovered(psn_no, true) <> '{}' END) several -- not asked of others
 WHERE d.psn_no = several.psn_no AND d.state = 'proposed';

ANALYZE cover.duplicate (duplicate, county_a, key_a, county_b, key_b, psn_no, state);

-- What stands on undecided pairs is said anew; what people decided upon stays as they saw it.
DELETE FROM cover.claim c USING cover.duplicate d
 WHERE d.duplicate = c.duplicate AND d.state IN ('proposed', 'gone');
INSERT INTO cover.claim
SELECT d.duplicate, b.side, b.county, b.key_hash, b.setl_id, b.begndate, b.enddate, b.medfee_sumamt_fen,
       b.fund_pay_sumamt_fen
  FROM pg_temp.benefit b JOIN cover.duplicate d USING (county_a, key_a, county_b, key_b)
 WHERE d.state = 'proposed';

DELETE FROM cover.idle;
INSERT INTO cover.idle
SELECT county, key_hash, src_psn_no, insutype, since, last_paid, current_setting('tongchou.search')::int
  FROM cover.unpaid WHERE county = ANY (string_to_array(current_setting('tongchou.counties'), '|'));
