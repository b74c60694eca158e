-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting, fund.balance, fund.bank_stmt_d
-- writes: intake.finding, fund.spoken
-- run key: none, always all of one county · distribution: county · reports: ledger.e9
-- 余额调节: per account set and account of money, the ledger's balance on the statements' last day is the
-- statements' balance and what one side has booked and the other has not, slip by slip.  A slip that both
-- have with different amounts stands on both sides.  Where one side names no slip, the same amount in the same
-- direction within the days of check_windows.csv (e9 pair, by the day booked) is the same payment, the nearest
-- day first.
CREATE TEMP TABLE bank ON COMMIT DROP AS
SELECT acct_set, fund_set, acct_code, date_trunc('month', max(stmt_date) + interval '1 month')::date - 1 AS until,
       date_trunc('year', min(stmt_date))::date AS since, sum(coalesce(in_fen, 0) - coalesce(out_fen, 0)) AS moved FROM fund.bank_stmt_d WHERE county = :'county' GROUP BY 1, 2, 3;
CREATE TEMP TABLE closing ON COMMIT DROP AS
SELECT acct_set, acct_code, sum(balc_fen) AS fen FROM (
    SELECT DISTINCT ON (acct_set, acct_code, bank_acct) acct_set, acct_code, bank_acct, balc_fen FROM fund.bank_stmt_d WHERE county = :'county'
     -- The numbers in it one by one: 10 comes after 9, and 1-10 after 1-9.  By day alone a month's lines stand in no order.
     ORDER BY acct_set, acct_code, bank_acct, date_trunc('month', stmt_date) DESC,
              string_to_array(btrim(regexp_replace(stmt_no, '[^0-9]+', ' ', 'g')), ' ')::numeric[] DESC, stmt_no DESC) b GROUP BY 1, 2;
CREATE TEMP TABLE slip ON COMMIT DROP AS
SELECT coalesce(l.acct_set, b.acct_set) AS acct_set, coalesce(l.acct_code, b.acct_code) AS acct_code, coalesce(l.slip_no, b.slip_no) AS slip_no,
       coalesce(l.fen, 0) AS ledger, coalesce(b.fen, 0) AS bank, l.hash, l.slip_no IS NOT NULL AS booked, b.slip_no IS NOT NULL AS banked,
       b.lines, coalesce(l.day, b.day) AS day, coalesce(l.named, b.named) AS named, row_number() OVER () AS number
  FROM (SELECT p.acct_set, p.acct_code, coalesce(p.slip_no, 'V' || p.key_hash) AS slip_no, sum(p.debit_fen - p.credit_fen) AS fen, min(p.key_hash::text)::uuid AS hash, max(p.voucher_date) AS day, p.slip_no IS NOT NULL AS named
          FROM fund.posting p JOIN bank k ON k.acct_set = p.acct_set AND k.acct_code = p.acct_code AND p.voucher_date BETWEEN k.since AND k.until
         WHERE p.county = :'county' GROUP BY p.acct_set, p.acct_code, p.slip_no, coalesce(p.slip_no, 'V' || p.key_hash)) l
  FULL JOIN (SELECT acct_set, acct_code, coalesce(slip_no, 'B' || key_hash) AS slip_no, sum(coalesce(in_fen, 0) - coalesce(out_fen, 0)) AS fen, max(stmt_date) AS day,
                    slip_no IS NOT NULL AS named, array_agg(key_hash) AS lines
               FROM fund.bank_stmt_d WHERE county = :'county' GROUP BY bank_stmt_d.acct_set, bank_stmt_d.acct_code, bank_stmt_d.slip_no, coalesce(bank_stmt_d.slip_no, 'B' || key_hash)) b USING (acct_set, acct_code, slip_no)
 WHERE coalesce(l.fen, 0) <> coalesce(b.fen, 0);
-- One to one: each takes the nearest that nobody has taken.
CREATE TEMP TABLE paired (ledger bigint PRIMARY KEY, bank bigint UNIQUE, acct_set text, acct_code text) ON COMMIT DROP;
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT l.number AS ledger, b.number AS bank, l.acct_set, l.acct_code FROM slip l
                 JOIN slip b ON b.acct_set = l.acct_set AND b.acct_code = l.acct_code AND b.bank = l.ledger AND abs(b.day - l.day) <= fund.days('e9', 'pair', l.day)
                WHERE l.booked AND NOT l.banked AND b.banked AND NOT b.booked AND NOT (l.named AND b.named)
                ORDER BY abs(b.day - l.day), l.number, b.number LOOP
        INSERT INTO paired VALUES (one.ledger, one.bank, one.acct_set, one.acct_code) ON CONFLICT DO NOTHING;
    END LOOP;
END $$;
DELETE FROM slip USING paired p WHERE number IN (p.ledger, p.bank);
-- In transit is what the other side does not know at all, for the days of check_windows.csv (e9 transit): a slip that stands on
-- another account there is on the wrong account, and one that is older is simply missing.
CREATE TEMP TABLE item ON COMMIT DROP AS
SELECT s.*, s.day > k.until - fund.days('e9', 'transit', s.day) AND CASE WHEN s.booked THEN NOT EXISTS (SELECT FROM fund.bank_stmt_d b WHERE b.county = :'county' AND b.acct_set = s.acct_set AND b.slip_no = s.slip_no)
                                          ELSE NOT EXISTS (SELECT FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = s.acct_set AND p.slip_no = s.slip_no) END AS transit
  FROM slip s JOIN bank k ON k.acct_set = s.acct_set AND k.acct_code = s.acct_code;
SELECT fund.behind(fund.say('ledger.e9', :'county', 'voucher_entry_d', k.acct_set || ' ' || k.fund_set || ' ' || k.acct_code || ' ' || to_char(k.until, 'YYYY-MM-DD'),
       coalesce(l.fen, 0), c.fen + coalesce(s.transit, 0), CASE WHEN c.fen IS NULL THEN 'blocked' END,
       'account=' || k.acct_code || ';statement=' || coalesce((c.fen * 0.01)::text, '') || ';paired=' || coalesce(nullif((SELECT count(*) FROM paired p WHERE p.acct_set = k.acct_set AND p.acct_code = k.acct_code), 0)::text, '') || ';unmatched=' || coalesce(s.slips, 0) || ';in_transit=' || coalesce(s.transit, 0) * 0.01, s.hashes, s.fens),
       'bank_stmt_d', :'county', (SELECT array_agg(h ORDER BY h) FROM item i CROSS JOIN unnest(i.lines) h WHERE i.acct_set = k.acct_set AND i.acct_code = k.acct_code),
       (SELECT array_agg(coalesce(b.in_fen, 0) - coalesce(b.out_fen, 0) ORDER BY h) FROM item i CROSS JOIN unnest(i.lines) h JOIN fund.bank_stmt_d b ON b.county = :'county' AND b.key_hash = h WHERE i.acct_set = k.acct_set AND i.acct_code = k.acct_code))
  FROM bank k JOIN closing c ON c.acct_set = k.acct_set AND c.acct_code = k.acct_code
  LEFT JOIN (SELECT acct_set, acct_code, acct_year, acct_month, sum(close_fen) AS fen FROM fund.balance WHERE county = :'county' GROUP BY 1, 2, 3, 4) l
    ON l.acct_set = k.acct_set AND l.acct_code = k.acct_code AND l.acct_year = extract(year FROM k.until) AND l.acct_month = extract(month FROM k.until)
  LEFT JOIN (SELECT acct_set, acct_code, count(*) AS slips, coalesce(sum(ledger - bank) FILTER (WHERE transit), 0) AS transit, array_agg(hash) FILTER (WHERE hash IS NOT NULL) AS hashes,
                    array_agg((ledger - bank)::bigint) FILTER (WHERE hash IS NOT NULL) AS fens FROM item GROUP BY 1, 2) s ON s.acct_set = k.acct_set AND s.acct_code = k.acct_code;
-- An account of money that moved and of which no statement came.
SELECT fund.say('ledger.e9', :'county', 'voucher_entry_d', b.acct_set || ' ' || b.fund_set || ' ' || b.acct_code || ' ' || b.acct_year, sum(b.debit_fen - b.credit_fen), NULL,
       CASE WHEN EXISTS (SELECT FROM fund.bank_stmt_d WHERE county = :'county') THEN 'blocked' ELSE 'not_applicable' END, 'account=' || b.acct_code || ';statement=', NULL, NULL)
  FROM fund.balance b WHERE b.county = :'county' AND b.acct_code IN ('1002', '1003', '1004', '1005')
   AND NOT EXISTS (SELECT FROM bank k WHERE k.acct_set = b.acct_set AND k.acct_code = b.acct_code AND extract(year FROM k.until) >= b.acct_year - 1)
 GROUP BY b.acct_set, b.fund_set, b.acct_code, b.acct_year HAVING bool_or(b.debit_fen <> 0 OR b.credit_fen <> 0);
DROP TABLE bank, closing, slip, paired, item;
