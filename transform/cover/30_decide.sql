-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.ruled (fact with the number of the rule that took it), pg_temp.keep · writes: pg_temp.decided
-- A rule's word becomes a side.  What cannot be told apart is for a person to judge, never for a coin.
-- A relation is ended only when nothing it covered before ends uncovered; else it is suspended for the overlap.
CREATE TEMP TABLE decided ON COMMIT DROP AS
WITH side AS (
    SELECT r.*, coalesce(k.rule, 'none') AS rule, coalesce(k.line, 0) AS rule_line, coalesce(k.basis, '没有规则适用') AS basis,
           coalesce(k.effect, 'review') AS wanted, coalesce(k.ask_person, true) AS ask_person,
           coalesce(k.document, false) AS document, coalesce(k.refund, 'none') AS refund,
           coalesce(k.approve_over_fen, 0) AS approve_over_fen,
           CASE k.keep
               WHEN 'a' THEN 'a' WHEN 'b' THEN 'b'
               WHEN 'none' THEN CASE WHEN r.deceased THEN 'none' END -- else a person alive would be left without
               WHEN 'employee' THEN CASE WHEN r.family_a = 'employee' AND r.family_b <> 'employee' THEN 'a' END
               WHEN 'resident' THEN CASE WHEN r.family_b = 'resident' AND r.family_a <> 'resident' THEN 'b' END
               WHEN 'latest_paid' THEN CASE WHEN r.paid_until_a > r.paid_until_b THEN 'a'
                                            WHEN r.paid_until_a < r.paid_until_b THEN 'b' END
               WHEN 'residence' THEN CASE WHEN r.county_a = r.county_b THEN NULL WHEN r.residence = r.county_a THEN 'a'
                                          WHEN r.residence = r.county_b THEN 'b' END
               WHEN 'work' THEN CASE WHEN r.county_a = r.county_b THEN NULL WHEN r.work = r.county_a THEN 'a'
                                     WHEN r.work = r.county_b THEN 'b' END
               WHEN 'school' THEN CASE WHEN r.county_a = r.county_b THEN NULL WHEN r.school = r.county_a THEN 'a'
                                       WHEN r.school = r.county_b THEN 'b' END
           END AS side
      FROM pg_temp.ruled r LEFT JOIN pg_temp.keep k ON k.number = r.rule_number),
after AS (
    SELECT s.*, datemultirange(daterange(upper(range_merge(s.overlap)), NULL)) AS rest FROM side s)
SELECT a.*, coalesce(a.side, 'review') AS keep,
       CASE WHEN a.side IS NULL THEN 'review'
            WHEN a.side = 'none' THEN 'stop' -- with the month of death
            WHEN a.wanted <> 'stop' THEN a.wanted
            WHEN a.side = 'a' AND a.days_b * a.rest <@ a.days_a THEN 'stop'
            WHEN a.side = 'b' AND a.days_a * a.rest <@ a.days_b THEN 'stop'
            ELSE 'suspend' END AS effect
  FROM after a;
