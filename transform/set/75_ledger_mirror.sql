-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting
-- reads of all counties: fund.posting
-- writes: intake.finding, fund.spoken
-- run key: none, always all pairs of one county
-- distribution: none: one county's entries with the other level's, which are few · reports: ledger.f7, f8
-- F7: what one side sent up (5301) the other received (4402); F8: what it sent down (5302) arrived (4401).
-- By year; a slip that the receiver booked in a later year is in transit at the end of the sender's.
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT p.county AS own, p.counterparty AS other, p.fund_set, coalesce(p.sub_fund, '') AS sub_fund, left(p.acct_code, 4) AS code, p.acct_year::int AS year, p.slip_no, p.key_hash,
       CASE WHEN p.acct_code ~ '^53' THEN p.debit_fen - p.credit_fen ELSE p.credit_fen - p.debit_fen END AS fen
  FROM fund.posting p WHERE p.acct_code ~ '^(4401|4402|5301|5302)' AND NOT p.closing AND p.counterparty IS NOT NULL AND (p.county = :'county' OR p.counterparty = :'county'
       OR EXISTS (SELECT FROM fund.posting q WHERE q.county = :'county' AND q.counterparty = p.county));
CREATE TEMP TABLE side ON COMMIT DROP AS
SELECT w.check_code, w.sends, w.receives, m.fund_set, m.sub_fund, CASE WHEN m.code = w.sends THEN m.own ELSE m.other END AS sender,
       CASE WHEN m.code = w.sends THEN m.other ELSE m.own END AS receiver, m.code = w.sends AS sent, m.year, m.slip_no, m.key_hash, m.fen, m.own
  FROM moved m JOIN (VALUES ('ledger.f7', '5301', '4402'), ('ledger.f8', '5302', '4401')) w (check_code, sends, receives) ON m.code IN (w.sends, w.receives);
-- The county of the pair: it sends up, or receives what comes down.
-- `met`: the year in which the other side booked the same slip; NULL: it never did.
-- One entry stands against one, else all that a year has of a slip against all: who books it in two entries has it in two.
CREATE TEMP TABLE slip ON COMMIT DROP AS
SELECT check_code, sent, slip_no, sender, receiver, fund_set, sub_fund, year, sum(fen) AS fen FROM side GROUP BY 1, 2, 3, 4, 5, 6, 7, 8;
CREATE TEMP TABLE met ON COMMIT DROP AS
SELECT s.*, coalesce(
       (SELECT min(o.year) FROM side o WHERE o.check_code = s.check_code AND o.sent <> s.sent AND o.slip_no = s.slip_no AND o.sender = s.sender
           AND o.receiver = s.receiver AND o.fund_set = s.fund_set AND o.sub_fund = s.sub_fund AND o.fen = s.fen),
       (SELECT min(o.year) FROM slip o JOIN slip m USING (check_code, slip_no, sender, receiver, fund_set, sub_fund, fen)
         WHERE o.sent <> m.sent AND m.sent = s.sent AND m.year = s.year AND m.check_code = s.check_code AND m.slip_no = s.slip_no
           AND m.sender = s.sender AND m.receiver = s.receiver AND m.fund_set = s.fund_set AND m.sub_fund = s.sub_fund)) AS met FROM side s;
CREATE TEMP TABLE pair ON COMMIT DROP AS
SELECT check_code, CASE check_code WHEN 'ledger.f7' THEN sender ELSE receiver END AS county, CASE check_code WHEN 'ledger.f7' THEN receiver ELSE sender END AS city,
       sender, receiver, fund_set, sub_fund, y.year, coalesce(sum(fen) FILTER (WHERE sent AND s.year = y.year), 0) AS gone,
       coalesce(sum(fen) FILTER (WHERE NOT sent AND s.year = y.year), 0) AS come, coalesce(sum(fen) FILTER (WHERE sent AND s.year <= y.year AND met > y.year), 0) AS transit,
       coalesce(sum(fen) FILTER (WHERE sent AND s.year < y.year AND met >= y.year), 0) AS before,
       array_agg(key_hash) FILTER (WHERE s.year = y.year AND met IS NULL) AS hashes, array_agg(fen) FILTER (WHERE s.year = y.year AND met IS NULL) AS fens,
       array_agg(own) FILTER (WHERE s.year = y.year AND met IS NULL) AS owns
  FROM met s CROSS JOIN (SELECT DISTINCT year FROM side) y
 GROUP BY check_code, sender, receiver, fund_set, sub_fund, y.year HAVING bool_or(s.year = y.year);
SELECT fund.say(p.check_code, p.county, 'voucher_entry_d', p.fund_set || coalesce(' ' || nullif(p.sub_fund, ''), '') || ' ' || p.year, p.gone, p.come + p.transit - p.before,
       CASE WHEN NOT EXISTS (SELECT FROM fund.posting q WHERE q.county = p.city AND q.fund_set = p.fund_set)
              OR NOT EXISTS (SELECT FROM fund.posting q WHERE q.county = p.county AND q.fund_set = p.fund_set) THEN 'blocked' END,
       'sender=' || p.sender || ';receiver=' || p.receiver || ';in_transit=' || to_char(p.transit * 0.01, 'FM999999999990.00') || ';in_transit_before='
       || to_char(p.before * 0.01, 'FM999999999990.00'), p.hashes, p.fens, p.owns)
  FROM pair p WHERE p.county = :'county' OR p.city = :'county';
DROP TABLE moved, side, slip, met, pair;
