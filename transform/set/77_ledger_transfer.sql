-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting
-- writes: intake.finding, fund.spoken
-- run key: none, always all of one county · distribution: county · reports: ledger.e9_transfer
-- Money on its way between a fund's own accounts: 收入户 and 国库 to 财政专户, 财政专户 to 支出户.  What one account
-- sent, the other received, in the same voucher or in one of its own, known by its slip, or, where one of the two
-- names none, by amount and the days of check_windows.csv (e9_transfer pair), by the day it was sent; in transit it
-- may be for the days of e9_transfer transit.  收入户 and 国库 pay nowhere
-- else, so all that leaves them without an expense counts; 财政专户 also pays others.
CREATE TEMP TABLE leg ON COMMIT DROP AS
SELECT row_number() OVER () AS number, l.* FROM (
    SELECT acct_set, fund_set, acct_year, acct_month, voucher_no, acct_code, max(slip_no) AS slip_no, max(voucher_date) AS day,
           sum(debit_fen - credit_fen) AS fen, min(key_hash::text)::uuid AS hash
      FROM (SELECT p.*, bool_and(acct_code IN ('1002', '1003', '1004', '1005') OR acct_code LIKE '1101%') OVER v AS own FROM fund.posting p
             WHERE p.county = :'county' WINDOW v AS (PARTITION BY acct_set, acct_year, acct_month, voucher_no)) p
     WHERE own AND acct_code IN ('1002', '1003', '1004', '1005')
     GROUP BY acct_set, fund_set, acct_year, acct_month, voucher_no, acct_code) l WHERE fen <> 0;
CREATE TEMP TABLE way ON COMMIT DROP AS
SELECT w.sends, w.receives, o.number, o.acct_set, o.fund_set, o.acct_year::int AS year, o.day, o.slip_no, -o.fen AS fen, o.hash,
       fund.days('e9_transfer', 'pair', o.day) AS pair, fund.days('e9_transfer', 'transit', o.day) AS transit,
       EXISTS (SELECT FROM leg i WHERE (i.acct_set, i.acct_year, i.acct_month, i.voucher_no) = (o.acct_set, o.acct_year, o.acct_month, o.voucher_no)
                  AND i.acct_code = w.receives AND i.fen > 0) AS arrived
  FROM leg o JOIN (VALUES ('1002', '1003'), ('1005', '1003'), ('1003', '1004')) w (sends, receives) ON o.acct_code = w.sends WHERE o.fen < 0;
-- Receipts whose voucher sends nothing by itself, each for the one way that it fits best.
CREATE TEMP TABLE met (way bigint, receipt bigint, sends text, fen numeric, year int, UNIQUE (way, sends), UNIQUE (receipt)) ON COMMIT DROP;
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT w.number, w.sends, i.number AS receipt, i.fen, i.acct_year::int AS year FROM way w
                 JOIN leg i ON i.acct_set = w.acct_set AND i.acct_code = w.receives AND i.fen > 0 AND NOT w.arrived
                  AND (i.slip_no = w.slip_no OR (i.slip_no IS NULL OR w.slip_no IS NULL) AND i.fen = w.fen AND i.day - w.day BETWEEN 0 AND w.pair)
                WHERE NOT EXISTS (SELECT FROM leg o WHERE (o.acct_set, o.acct_year, o.acct_month, o.voucher_no) = (i.acct_set, i.acct_year, i.acct_month, i.voucher_no) AND o.fen < 0)
                ORDER BY i.slip_no IS DISTINCT FROM w.slip_no, abs(i.day - w.day), w.number, i.number LOOP
        INSERT INTO met VALUES (one.number, one.receipt, one.sends, one.fen, one.year) ON CONFLICT DO NOTHING;
    END LOOP;
END $$;
SELECT fund.say('ledger.e9_transfer', :'county', 'voucher_entry_d', acct_set || ' ' || fund_set || ' ' || sends || '→' || receives || ' ' || year, sum(fen),
       sum(coalesce(came, 0)), NULL, 'account=' || sends || ';in_transit=' || to_char(coalesce(sum(fen) FILTER (WHERE late), 0) * 0.01, 'FM999999999990.00'),
       array_agg(hash) FILTER (WHERE fen IS DISTINCT FROM came), array_agg((fen - coalesce(came, 0))::bigint) FILTER (WHERE fen IS DISTINCT FROM came))
  FROM (SELECT w.*, CASE WHEN w.arrived THEN w.fen WHEN m.way IS NOT NULL THEN m.fen WHEN w.day > u.until - w.transit THEN w.fen END AS came,
               NOT w.arrived AND (m.year > w.year OR m.way IS NULL AND w.day > u.until - w.transit) AS late
          FROM way w LEFT JOIN met m ON m.way = w.number AND m.sends = w.sends
          JOIN (SELECT acct_set, max(voucher_date) AS until FROM fund.posting WHERE county = :'county' GROUP BY 1) u USING (acct_set)
         WHERE w.arrived OR m.way IS NOT NULL OR w.sends <> '1003') t
 GROUP BY acct_set, fund_set, sends, receives, year;
DROP TABLE leg, way, met;
