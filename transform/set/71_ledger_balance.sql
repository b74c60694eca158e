-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting, fund.acct_bal_d, fund.audit_adj_d
-- writes: intake.finding, fund.balance, fund.spoken
-- run key: none, always all of one county · distribution: county
-- reports: ledger.e1, e2, e2_roll, e3, e4, e5, e5_pending, e5_close, e5_delta, e7, e8, e11, e12, f1
-- The trial balance by account and month; a year's opening is what the county states, else the last
-- closing.  Identities that need the end of a year wait for its December.
DELETE FROM fund.balance WHERE county = :'county';
CREATE TEMP TABLE stated ON COMMIT DROP AS
SELECT b.acct_set, b.fund_set, coalesce(d.code, b.acct_code) AS code, coalesce(b.sub_fund, d.sub_fund, c.sub_fund) AS sub, b.bal_date, b.bal_type,
       sum(coalesce(b.debit_fen, 0) - coalesce(b.credit_fen, 0)) AS fen, array_agg(b.key_hash) AS hashes
  FROM fund.acct_bal_d b
  LEFT JOIN fund.chart c ON c.chart_set = b.fund_set AND c.code = b.acct_code AND c.valid_until = 'infinity'
  LEFT JOIN fund.chart d ON d.chart_set = b.fund_set AND d.code = b.acct_code || '.' || b.sub_fund AND d.valid_until = 'infinity'
 WHERE b.county = :'county' GROUP BY 1, 2, 3, 4, 5, 6;
CREATE TEMP TABLE year ON COMMIT DROP AS
SELECT acct_set, fund_set, acct_year::int AS year, max(acct_month) = '12' AS whole FROM fund.posting WHERE county = :'county' GROUP BY 1, 2, 3;
CREATE TEMP TABLE account ON COMMIT DROP AS
SELECT acct_set, fund_set, acct_code AS code, sub_fund AS sub FROM fund.posting WHERE county = :'county'
UNION SELECT acct_set, fund_set, code, sub FROM stated;
INSERT INTO fund.balance
SELECT :'county', a.acct_set, a.fund_set, y.year, m.month, a.code, a.sub,
       coalesce(o.fen, 0) + coalesce(b.moved, 0), coalesce(p.debit, 0), coalesce(p.credit, 0),
       coalesce(o.fen, 0) + coalesce(b.moved, 0) + coalesce(p.debit, 0) - coalesce(p.credit, 0), coalesce(p.result, 0)
  FROM account a JOIN year y USING (acct_set, fund_set) CROSS JOIN generate_series(1, 12) m (month)
  -- the opening of the newest year that states one, carried on
  LEFT JOIN LATERAL (SELECT max(extract(year FROM s.bal_date)::int) AS since FROM stated s
                      WHERE s.acct_set = a.acct_set AND s.bal_type = '期初' AND extract(year FROM s.bal_date) <= y.year) s ON true
  LEFT JOIN LATERAL (SELECT sum(t.fen) AS fen FROM stated t WHERE t.acct_set = a.acct_set AND t.code = a.code AND t.sub IS NOT DISTINCT FROM a.sub
                        AND t.bal_type = '期初' AND extract(year FROM t.bal_date) = s.since) o ON true
  LEFT JOIN LATERAL (SELECT sum(q.debit_fen - q.credit_fen) AS moved FROM fund.posting q WHERE q.county = :'county' AND q.acct_set = a.acct_set
                        AND q.acct_code = a.code AND q.sub_fund IS NOT DISTINCT FROM a.sub AND q.acct_year::int >= coalesce(s.since, 0)
                        AND (q.acct_year::int, q.acct_month::int) < (y.year, m.month)) b ON true
  LEFT JOIN LATERAL (SELECT sum(q.debit_fen) AS debit, sum(q.credit_fen) AS credit,
                            sum(q.debit_fen - q.credit_fen) FILTER (WHERE NOT q.closing) AS result FROM fund.posting q
                      WHERE q.county = :'county' AND q.acct_set = a.acct_set AND q.acct_code = a.code AND q.sub_fund IS NOT DISTINCT FROM a.sub
                        AND q.acct_year::int = y.year AND q.acct_month::int = m.month) p ON true
 WHERE m.month <= (SELECT max(q.acct_month::int) FROM fund.posting q WHERE q.county = :'county' AND q.acct_set = a.acct_set AND q.acct_year::int = y.year);

-- E1: per account set, every voucher by itself.  E11: what the whole-voucher check let in is counted again.
SELECT fund.say('ledger.e1', :'county', 'voucher_entry_d', acct_set || ' ' || fund_set, sum(debit_fen), sum(credit_fen), CASE WHEN bool_or(off <> 0) THEN 'broken' END,
       'vouchers=' || count(DISTINCT (acct_year, acct_month, voucher_no)), array_agg(key_hash) FILTER (WHERE off <> 0), array_agg(debit_fen - credit_fen) FILTER (WHERE off <> 0))
  FROM (SELECT *, sum(debit_fen - credit_fen) OVER (PARTITION BY acct_set, acct_year, acct_month, voucher_no) AS off FROM fund.posting WHERE county = :'county') p GROUP BY acct_set, fund_set;
SELECT fund.say('ledger.e11', :'county', 'voucher_entry_d', p.acct_set || ' ' || p.fund_set,
       coalesce(sum(p.debit_fen + p.credit_fen) FILTER (WHERE c.code IS NULL), 0), 0, NULL, '',
       array_agg(p.key_hash) FILTER (WHERE c.code IS NULL), array_agg(p.debit_fen + p.credit_fen) FILTER (WHERE c.code IS NULL))
  FROM fund.posting p LEFT JOIN fund.chart c ON c.chart_set = p.fund_set AND c.code = p.acct_code
   AND p.voucher_date >= c.valid_from AND p.voucher_date < c.valid_until
 WHERE p.county = :'county' GROUP BY p.acct_set, p.fund_set;
-- The rows of openings that do not balance.
CREATE TEMP TABLE opening ON COMMIT DROP AS
SELECT acct_set, bal_date, extract(year FROM bal_date)::int AS year, key_hash, fen
  FROM (SELECT acct_set, bal_date, key_hash, coalesce(debit_fen, 0) - coalesce(credit_fen, 0) AS fen,
               sum(coalesce(debit_fen, 0) - coalesce(credit_fen, 0)) OVER (PARTITION BY acct_set, bal_date) AS off
          FROM fund.acct_bal_d WHERE county = :'county' AND bal_type = '期初') o WHERE off <> 0;
-- E2: openings balance; stated closings are what the vouchers make; F1: openings are the last closings and what was adjusted, each
-- sub-fund by itself, as one that agrees must not speak for one that does not.
SELECT fund.say('ledger.e2', :'county', 'acct_bal_d', acct_set || ' ' || fund_set || ' ' || bal_date, sum(fen) FILTER (WHERE fen > 0),
       -sum(fen) FILTER (WHERE fen < 0), NULL, '', (SELECT array_agg(o.key_hash ORDER BY o.key_hash) FROM opening o WHERE o.acct_set = s.acct_set AND o.bal_date = s.bal_date),
       (SELECT array_agg(o.fen ORDER BY o.key_hash) FROM opening o WHERE o.acct_set = s.acct_set AND o.bal_date = s.bal_date))
  FROM stated s WHERE bal_type = '期初' GROUP BY acct_set, fund_set, bal_date;
SELECT fund.behind(fund.say('ledger.e2_roll', :'county', 'acct_bal_d', b.acct_set || ' ' || b.fund_set || ' ' || b.acct_code || coalesce(' ' || nullif(b.sub_fund, c.sub_fund), '') || ' ' || to_char(d.bal_date, 'YYYY-MM'), b.close_fen, coalesce(s.fen, 0),
       NULL, '', s.hashes, NULL), 'voucher_entry_d', :'county', m.hashes, m.fens)
  FROM fund.balance b
  JOIN (SELECT DISTINCT acct_set, bal_date FROM stated WHERE bal_type = '期末') d ON d.acct_set = b.acct_set AND extract(year FROM d.bal_date) = b.acct_year AND extract(month FROM d.bal_date) = b.acct_month
  LEFT JOIN fund.chart c ON c.chart_set = b.fund_set AND c.code = b.acct_code AND c.valid_until = 'infinity'
  LEFT JOIN stated s ON s.acct_set = b.acct_set AND s.code = b.acct_code AND s.sub IS NOT DISTINCT FROM b.sub_fund AND s.bal_type = '期末' AND s.bal_date = d.bal_date
  -- The county states one balance and its vouchers make another: all that moved the account up to that day.
  LEFT JOIN LATERAL (SELECT array_agg(p.key_hash) AS hashes, array_agg(p.debit_fen - p.credit_fen) AS fens FROM fund.posting p
                      WHERE b.close_fen <> coalesce(s.fen, 0) AND p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_code = b.acct_code
                        AND p.sub_fund IS NOT DISTINCT FROM b.sub_fund AND p.acct_year::int = b.acct_year AND p.acct_month::int <= b.acct_month) m ON true
 WHERE b.county = :'county' AND (b.close_fen <> 0 OR s.fen <> 0);
SELECT fund.say('ledger.f1', :'county', 'acct_bal_d', o.acct_set || ' ' || o.fund_set || ' ' || o.code || coalesce(' ' || nullif(nullif(o.sub, ''), c.sub_fund), '') || ' ' || o.year, o.fen, o.last + coalesce(j.fen, 0), NULL,
       'adjustments=' || coalesce(j.list, ''), o.hashes, NULL)
  FROM (SELECT coalesce(a.acct_set, z.acct_set) AS acct_set, coalesce(a.fund_set, z.fund_set) AS fund_set, coalesce(a.code, z.code) AS code, coalesce(a.key, z.key) AS sub,
               coalesce(a.year, z.year) AS year, coalesce(a.fen, 0) AS fen, coalesce(z.fen, 0) AS last, a.hashes || z.hashes AS hashes
          FROM (SELECT *, extract(year FROM bal_date)::int AS year, coalesce(sub, '') AS key FROM stated WHERE bal_type = '期初') a
          FULL JOIN (SELECT *, extract(year FROM bal_date)::int + 1 AS year, coalesce(sub, '') AS key FROM stated
                      WHERE bal_type = '期末' AND extract(month FROM bal_date) = 12) z
            ON a.acct_set = z.acct_set AND a.code = z.code AND a.key = z.key AND a.year = z.year) o
  LEFT JOIN fund.chart c ON c.chart_set = o.fund_set AND c.code = o.code AND c.valid_until = 'infinity'
  LEFT JOIN (SELECT acct_set, extract(year FROM adj_date)::int AS year, coalesce(d.code, j.acct_code) AS code, coalesce(j.sub_fund, d.sub_fund, c.sub_fund, '') AS sub,
                    sum(j.adj_amt_fen * CASE WHEN j.acct_code ~ '^[15]' THEN 1 ELSE -1 END) AS fen, string_agg(DISTINCT j.voucher_no, '、') AS list
               FROM fund.audit_adj_d j LEFT JOIN fund.chart d ON d.chart_set = j.fund_set AND d.code = j.acct_code || '.' || j.sub_fund AND d.valid_until = 'infinity'
               LEFT JOIN fund.chart c ON c.chart_set = j.fund_set AND c.code = j.acct_code AND c.valid_until = 'infinity'
              WHERE j.county = :'county' AND j.voucher_no IS NOT NULL GROUP BY 1, 2, 3, 4) j
    ON j.acct_set = o.acct_set AND j.year = o.year AND j.code = o.code AND j.sub = o.sub
 WHERE EXISTS (SELECT FROM stated x WHERE x.acct_set = o.acct_set AND x.bal_type = '期初' AND extract(year FROM x.bal_date) = o.year)
   AND EXISTS (SELECT FROM stated x WHERE x.acct_set = o.acct_set AND x.bal_type = '期末' AND extract(year FROM x.bal_date) = o.year - 1);
-- E3: every month end, income less expense and what is pending stand on the right.  What can break it: a voucher
-- that does not balance, and openings that do not; these stand behind it.
CREATE TEMP TABLE uneven ON COMMIT DROP AS
SELECT acct_set, acct_year::int AS year, key_hash, debit_fen - credit_fen AS fen
  FROM (SELECT *, sum(debit_fen - credit_fen) OVER (PARTITION BY acct_set, acct_year, acct_month, voucher_no) AS off FROM fund.posting WHERE county = :'county') p WHERE off <> 0;
SELECT fund.behind(fund.say('ledger.e3', :'county', 'voucher_entry_d', acct_set || ' ' || fund_set || ' ' || acct_year,
       sum(assets) FILTER (WHERE acct_month = last), sum(claims) FILTER (WHERE acct_month = last),
       CASE WHEN bool_or(assets <> claims) THEN 'broken' END, 'months=' || coalesce(string_agg(acct_month::text, '、' ORDER BY acct_month) FILTER (WHERE assets <> claims), ''),
       (SELECT array_agg(u.key_hash ORDER BY u.key_hash) FROM uneven u WHERE u.acct_set = b.acct_set AND u.year <= b.acct_year),
       (SELECT array_agg(u.fen ORDER BY u.key_hash) FROM uneven u WHERE u.acct_set = b.acct_set AND u.year <= b.acct_year)),
       'acct_bal_d', :'county', (SELECT array_agg(o.key_hash ORDER BY o.key_hash) FROM opening o WHERE o.acct_set = b.acct_set AND o.year = b.acct_year),
       (SELECT array_agg(o.fen ORDER BY o.key_hash) FROM opening o WHERE o.acct_set = b.acct_set AND o.year = b.acct_year))
  FROM (SELECT acct_set, fund_set, acct_year, acct_month, max(acct_month) OVER (PARTITION BY acct_set, acct_year) AS last,
               sum(close_fen) FILTER (WHERE acct_code LIKE '1%') AS assets, -coalesce(sum(close_fen) FILTER (WHERE acct_code NOT LIKE '1%'), 0) AS claims
          FROM fund.balance WHERE county = :'county' GROUP BY acct_set, fund_set, acct_year, acct_month) b
 GROUP BY acct_set, fund_set, acct_year;
-- What the chart in force on the last day of each year says of an account: it closes (into close_to), it is
-- pending and shared out before, or it is what the others close into and keeps the balance.
CREATE TEMP TABLE rule ON COMMIT DROP AS
SELECT b.*, coalesce(NOT k.pending, false) AS closes, coalesce(k.pending, false) AS pending, c.sub_fund IS NOT NULL AS of_sub,
       coalesce(c.class = '净资产', false) AND EXISTS (
           SELECT FROM fund.closing x WHERE x.chart_set = b.fund_set AND NOT x.pending AND b.day >= x.valid_from AND b.day < x.valid_until
              AND split_part(b.acct_code, '.', 1) = ANY (SELECT split_part(t, '.', 1) FROM unnest(x.close_to) t)) AS kept
  FROM (SELECT DISTINCT acct_set, fund_set, acct_year, make_date(acct_year, 12, 31) AS day, acct_code FROM fund.balance WHERE county = :'county') b
  LEFT JOIN fund.chart c ON c.chart_set = b.fund_set AND c.code = b.acct_code AND b.day >= c.valid_from AND b.day < c.valid_until
  LEFT JOIN fund.closing k ON k.chart_set = b.fund_set AND k.code = b.acct_code AND b.day >= k.valid_from AND b.day < k.valid_until;
-- E4, E7: where the fund has sub-funds, every result and all that is kept (3001) belongs to one.
SELECT fund.say('ledger.e4', :'county', 'voucher_entry_d', p.acct_set || ' ' || p.fund_set || ' ' || p.acct_year, sum(p.credit_fen - p.debit_fen),
       coalesce(sum(p.credit_fen - p.debit_fen) FILTER (WHERE p.sub_fund IS NOT NULL), 0), CASE WHEN bool_or(p.sub_fund IS NULL) THEN 'broken' END, '',
       array_agg(p.key_hash) FILTER (WHERE p.sub_fund IS NULL), array_agg(p.debit_fen + p.credit_fen) FILTER (WHERE p.sub_fund IS NULL))
  FROM fund.posting p JOIN fund.chart a ON a.chart_set = p.fund_set AND a.code = p.acct_code AND a.class IN ('收入', '支出')
   AND p.voucher_date >= a.valid_from AND p.voucher_date < a.valid_until
 WHERE p.county = :'county' AND NOT p.closing AND EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = p.fund_set AND c.sub_fund = '个账')
 GROUP BY p.acct_set, p.fund_set, p.acct_year;
SELECT fund.behind(fund.say('ledger.e7', :'county', 'voucher_entry_d', b.acct_set || ' ' || b.fund_set || ' ' || b.acct_year, -sum(b.close_fen),
       -coalesce(sum(b.close_fen) FILTER (WHERE r.of_sub), 0), NULL, '',
       (SELECT array_agg(p.key_hash ORDER BY p.key_hash, p.part) FROM fund.posting p JOIN rule r ON r.acct_set = p.acct_set AND r.acct_year = b.acct_year AND r.acct_code = p.acct_code AND r.kept AND NOT r.of_sub
         WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year::int <= b.acct_year),
       (SELECT array_agg(p.credit_fen - p.debit_fen ORDER BY p.key_hash, p.part) FROM fund.posting p JOIN rule r ON r.acct_set = p.acct_set AND r.acct_year = b.acct_year AND r.acct_code = p.acct_code AND r.kept AND NOT r.of_sub
         WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year::int <= b.acct_year)),
       'acct_bal_d', :'county', (SELECT array_agg(h ORDER BY h) FROM stated s CROSS JOIN unnest(s.hashes) h JOIN rule r ON r.acct_set = s.acct_set AND r.acct_year = b.acct_year AND r.acct_code = s.code AND r.kept AND NOT r.of_sub
                                  WHERE s.acct_set = b.acct_set AND s.bal_type = '期初' AND extract(year FROM s.bal_date) = b.acct_year), NULL)
  FROM fund.balance b JOIN year y ON y.acct_set = b.acct_set AND y.year = b.acct_year AND y.whole
  JOIN rule r ON r.acct_set = b.acct_set AND r.acct_year = b.acct_year AND r.acct_code = b.acct_code AND r.kept
 WHERE b.county = :'county' AND b.acct_month = 12 AND EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = b.fund_set AND c.class = '净资产' AND c.sub_fund = '个账')
 GROUP BY b.acct_set, b.fund_set, b.acct_year;
-- E5, E12: the end of the year.  Which accounts are empty then is what the chart says of that year.
SELECT fund.say(CASE WHEN r.pending THEN 'ledger.e5_pending' ELSE 'ledger.e5' END, :'county', 'voucher_entry_d',
       b.acct_set || ' ' || b.fund_set || ' ' || b.acct_year || ' ' || b.acct_code, abs(sum(b.close_fen)), 0, NULL, '',
       (SELECT array_agg(p.key_hash) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year::int = b.acct_year AND p.acct_code = b.acct_code),
       (SELECT array_agg(p.debit_fen - p.credit_fen) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year::int = b.acct_year AND p.acct_code = b.acct_code))
  FROM fund.balance b JOIN year y ON y.acct_set = b.acct_set AND y.year = b.acct_year AND y.whole
  JOIN rule r ON r.acct_set = b.acct_set AND r.acct_year = b.acct_year AND r.acct_code = b.acct_code AND (r.closes OR r.pending)
 WHERE b.county = :'county' AND b.acct_month = 12 GROUP BY b.acct_set, b.fund_set, b.acct_year, b.acct_code, r.pending
HAVING r.pending OR sum(b.close_fen) <> 0;
SELECT fund.say('ledger.e5', :'county', 'voucher_entry_d', acct_set || ' ' || fund_set || ' ' || year, 0, 0, NULL, '', NULL, NULL)
  FROM year y WHERE whole AND NOT EXISTS (SELECT FROM fund.balance b JOIN rule r ON r.acct_set = b.acct_set AND r.acct_year = b.acct_year AND r.acct_code = b.acct_code AND r.closes
                                           WHERE b.county = :'county' AND b.acct_set = y.acct_set AND b.acct_year = y.year AND b.acct_month = 12 AND b.close_fen <> 0);
-- What was closed went where the rule of that day says; which sub-fund takes it is E5's question below.
SELECT fund.say('ledger.e5_close', :'county', 'voucher_entry_d', acct_set || ' ' || fund_set || ' ' || acct_year || ' ' || target, coalesce(sum(fen) FILTER (WHERE rule), 0),
       coalesce(sum(fen) FILTER (WHERE NOT rule), 0), NULL, 'account=' || target, array_agg(key_hash) FILTER (WHERE NOT rule), array_agg(fen) FILTER (WHERE NOT rule))
  FROM (SELECT p.acct_set, p.fund_set, p.acct_year, split_part(coalesce((SELECT t FROM unnest(k.close_to) t WHERE t LIKE '%.' || p.sub_fund LIMIT 1), k.close_to[1]), '.', 1) AS target,
               p.debit_fen - p.credit_fen AS fen, p.key_hash, true AS rule
          FROM fund.posting p JOIN fund.closing k ON k.chart_set = p.fund_set AND k.code = p.acct_code AND NOT k.pending AND p.voucher_date >= k.valid_from AND p.voucher_date < k.valid_until
         WHERE p.county = :'county' AND p.closing
        UNION ALL
        SELECT p.acct_set, p.fund_set, p.acct_year, split_part(p.acct_code, '.', 1), p.credit_fen - p.debit_fen, p.key_hash, false
          FROM fund.posting p JOIN fund.chart c ON c.chart_set = p.fund_set AND c.code = p.acct_code AND c.class = '净资产' AND p.voucher_date >= c.valid_from AND p.voucher_date < c.valid_until
         WHERE p.county = :'county' AND p.closing) x
 GROUP BY acct_set, fund_set, acct_year, target;
-- By sub-fund (E5) and for the whole (E12): the balance moves by income less expense and by adjustments booked straight into it;
-- the rows behind a difference are all that moved it.
SELECT fund.say(CASE g WHEN 0 THEN 'ledger.e5_delta' ELSE 'ledger.e12' END, :'county', 'voucher_entry_d', acct_set || ' ' || fund_set || ' ' || acct_year || CASE g WHEN 0 THEN ' ' || coalesce(sub_fund, '') ELSE '' END,
       moved, earned, NULL, 'opening=' || opened * 0.01 || ';closing=' || (opened + moved) * 0.01,
       (SELECT array_agg(p.key_hash ORDER BY p.key_hash, p.part) FROM fund.posting p JOIN rule r ON r.acct_set = p.acct_set AND r.acct_year = p.acct_year::int AND r.acct_code = p.acct_code AND r.kept
         WHERE p.county = :'county' AND p.acct_set = x.acct_set AND p.acct_year::int = x.acct_year AND (x.g = 1 OR coalesce(p.sub_fund, '') = coalesce(x.sub_fund, ''))),
       (SELECT array_agg(p.credit_fen - p.debit_fen ORDER BY p.key_hash, p.part) FROM fund.posting p JOIN rule r ON r.acct_set = p.acct_set AND r.acct_year = p.acct_year::int AND r.acct_code = p.acct_code AND r.kept
         WHERE p.county = :'county' AND p.acct_set = x.acct_set AND p.acct_year::int = x.acct_year AND (x.g = 1 OR coalesce(p.sub_fund, '') = coalesce(x.sub_fund, ''))))
  FROM (SELECT acct_set, fund_set, acct_year, CASE WHEN sub_fund IN ('统筹', '个账') THEN sub_fund END AS sub_fund,
               grouping(CASE WHEN sub_fund IN ('统筹', '个账') THEN sub_fund END) AS g,
               coalesce(sum(credit_fen - debit_fen) FILTER (WHERE r.kept), 0) AS moved,
               -coalesce(sum(open_fen) FILTER (WHERE r.kept AND acct_month = 1), 0) AS opened,
               -coalesce(sum(result_fen) FILTER (WHERE r.kept OR r.closes), 0) AS earned
          FROM fund.balance b JOIN year y USING (acct_set, fund_set) JOIN rule r USING (acct_set, fund_set, acct_year, acct_code) WHERE b.county = :'county' AND y.whole AND y.year = b.acct_year
         GROUP BY GROUPING SETS ((acct_set, fund_set, acct_year, CASE WHEN sub_fund IN ('统筹', '个账') THEN sub_fund END), (acct_set, fund_set, acct_year))) x
 WHERE g = 1 OR sub_fund IS NOT NULL OR moved <> earned;
-- E8: at month ends the collecting accounts are empty.  What the treasury took in on the month's last day (days:
-- check_windows.csv, e8 last_days) could not be moved on any more: it is no breach, and its slips are listed.
CREATE TEMP TABLE stay ON COMMIT DROP AS
SELECT b.*, greatest(least(b.fen, l.fen), 0) AS late, l.slips
  FROM (SELECT acct_set, fund_set, acct_code, acct_year, acct_month, sum(close_fen) AS fen FROM fund.balance
         WHERE county = :'county' AND acct_code IN ('1002', '1005') GROUP BY 1, 2, 3, 4, 5) b
 CROSS JOIN LATERAL (SELECT (make_date(b.acct_year, b.acct_month, 1) + interval '1 month')::date - 1 AS last) m
  LEFT JOIN LATERAL (SELECT coalesce(sum(p.debit_fen), 0) AS fen, string_agg(DISTINCT coalesce(p.slip_no, p.voucher_no), '、') AS slips FROM fund.posting p
         WHERE b.acct_code = '1005' AND p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_code = b.acct_code AND p.debit_fen > 0
           AND p.voucher_date <= m.last AND p.voucher_date > m.last - fund.days('e8', 'last_days', m.last)) l ON true;
SELECT fund.say('ledger.e8', :'county', 'voucher_entry_d', s.acct_set || ' ' || s.fund_set || ' ' || s.acct_code || ' ' || s.acct_year, coalesce(max(s.fen - s.late) FILTER (WHERE s.fen <> s.late), 0), 0,
       CASE WHEN bool_or(s.fen <> s.late) THEN 'broken' END,
       'months=' || coalesce(string_agg(s.acct_month || '月 ' || to_char(s.fen * 0.01, 'FM999999999990.00'), '、' ORDER BY s.acct_month) FILTER (WHERE s.fen <> s.late), '')
       || ';last_day=' || coalesce(string_agg(s.acct_month || '月 ' || to_char(s.late * 0.01, 'FM999999999990.00') || '（' || s.slips || '）', '、' ORDER BY s.acct_month) FILTER (WHERE s.late <> 0), ''),
       (SELECT array_agg(p.key_hash ORDER BY p.key_hash, p.part) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = s.acct_set AND p.acct_code = s.acct_code
           AND p.acct_year::int = s.acct_year AND p.acct_month::int = ANY (array_agg(s.acct_month) FILTER (WHERE s.fen <> s.late))),
       (SELECT array_agg(p.debit_fen - p.credit_fen ORDER BY p.key_hash, p.part) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = s.acct_set AND p.acct_code = s.acct_code
           AND p.acct_year::int = s.acct_year AND p.acct_month::int = ANY (array_agg(s.acct_month) FILTER (WHERE s.fen <> s.late))))
  FROM stay s GROUP BY s.acct_set, s.fund_set, s.acct_code, s.acct_year;
DROP TABLE stated, year, account, rule, stay, opening, uneven;
