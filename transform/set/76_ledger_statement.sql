-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting, fund.balance, fund.stmt_line_d
-- writes: intake.finding, fund.spoken
-- run key: none, always all of one county · distribution: county
-- reports: ledger.e10, e10_ytd, e10_last, e10_book, e13
-- Statements as the county reported them: every total is its parts, what has accumulated is its months, last
-- year's column is last year's statement, every line is what the books say.  A figure kept in 万元 with two
-- decimals may be half of 0.01 off, each; nothing else is tolerated, and the tolerance is said.
CREATE TEMP TABLE told ON COMMIT DROP AS
SELECT s.key_hash, s.acct_set, s.fund_set, s.stmt_form, s.stmt_date, s.stmt_col, s.line, s.stmt_amt_fen::numeric AS fen, CASE WHEN s.stmt_months ~ '^[0-9]{1,9}([.][0-9]{1,9})?$' THEN s.stmt_months::numeric END AS months,
       nullif(s.stmt_scope, '') AS scope, CASE WHEN s.stmt_unit = '万元' THEN 5000 ELSE 0 END AS half, extract(year FROM s.stmt_date)::int AS year,
       extract(month FROM s.stmt_date)::int AS month, l.under, l.sign, l.accounts, l.measure, l.line IS NOT NULL AS known,
       s.acct_set || ' ' || s.fund_set || ' ' || to_char(s.stmt_date, 'YYYY-MM-DD') || ' ' || s.stmt_form || ' ' || s.stmt_col AS place
  FROM fund.stmt_line_d s
  LEFT JOIN fund.statement_line l ON l.form = s.stmt_form AND l.chart_set = s.fund_set AND l.line = s.line
   AND s.stmt_date >= l.valid_from AND s.stmt_date < l.valid_until
 WHERE s.county = :'county';
SELECT fund.say(c.code, :'county', 'stmt_line_d', '公开报表', NULL, NULL, 'not_applicable', 'statements=0', NULL, NULL)
  FROM (VALUES ('ledger.e10'), ('ledger.e13')) c (code)
 WHERE EXISTS (SELECT FROM fund.posting WHERE county = :'county')
   AND NOT EXISTS (SELECT FROM told t WHERE CASE c.code WHEN 'ledger.e13' THEN t.line = '备付月数' ELSE true END);
-- A line that no form has on that day cannot be held against anything.
SELECT fund.say('ledger.e10', :'county', 'stmt_line_d', place || ' ' || line, max(fen), NULL, 'blocked', 'unknown=1', array_agg(key_hash), array_agg(fen::bigint))
  FROM told WHERE NOT known GROUP BY place, line;
-- Totals of which at least one part was told.
SELECT fund.say('ledger.e10', :'county', 'stmt_line_d', t.place || ' ' || t.line, t.fen, p.fen,
       CASE WHEN abs(t.fen - p.fen) <= t.half + p.half THEN 'held' ELSE 'broken' END,
       'parts=' || p.parts || ';missing=' || coalesce((SELECT string_agg(l.line, '、' ORDER BY l.line) FROM fund.statement_line l
           WHERE t.fen <> p.fen AND l.form = t.stmt_form AND l.chart_set = t.fund_set AND l.under = t.line AND t.stmt_date >= l.valid_from
             AND t.stmt_date < l.valid_until AND NOT l.line = ANY (p.lines)), '') || CASE WHEN t.half > 0 THEN ';tolerance=' || (t.half + p.half) * 0.01 ELSE '' END,
       p.hashes || t.key_hash, p.fens || t.fen::bigint)
  FROM told t JOIN (SELECT place, under, sum(sign * fen) AS fen, sum(half) AS half, count(*) AS parts, array_agg(line) AS lines, array_agg(key_hash) AS hashes,
                           array_agg(fen::bigint) AS fens FROM told WHERE fen IS NOT NULL GROUP BY place, under) p ON p.place = t.place AND p.under = t.line
 WHERE t.fen IS NOT NULL;
-- What has accumulated is the sum of the year's months, when all of them were told.
SELECT fund.say('ledger.e10_ytd', :'county', 'stmt_line_d', t.place || ' ' || t.line, t.fen, m.fen,
       CASE WHEN m.months < t.month THEN 'blocked' WHEN abs(t.fen - m.fen) <= t.half + m.half THEN 'held' ELSE 'broken' END,
       'months_delivered=' || m.months, m.hashes || t.key_hash, NULL)
  FROM told t CROSS JOIN LATERAL (SELECT coalesce(sum(o.fen), 0) AS fen, coalesce(sum(o.half), 0) AS half, count(*) AS months, array_agg(o.key_hash) AS hashes FROM told o
         WHERE o.acct_set = t.acct_set AND o.stmt_form = t.stmt_form AND o.line = t.line AND o.stmt_col = '本月数' AND o.year = t.year AND o.month <= t.month) m
 WHERE t.stmt_col = '本年累计数' AND t.fen IS NOT NULL AND m.months > 0;
SELECT fund.say('ledger.e10_last', :'county', 'stmt_line_d', t.place || ' ' || t.line, t.fen, o.fen,
       CASE WHEN abs(t.fen - o.fen) <= t.half + o.half THEN 'held' ELSE 'broken' END, '', ARRAY[t.key_hash, o.key_hash], NULL)
  FROM told t JOIN told o ON o.acct_set = t.acct_set AND o.stmt_form = t.stmt_form AND o.line = t.line AND o.year = t.year - 1 AND o.month = 12
   AND o.stmt_col = CASE t.stmt_col WHEN '上年数' THEN '本年数' ELSE '期末余额' END
 WHERE t.stmt_col IN ('上年数', '年初余额') AND t.fen IS NOT NULL AND o.fen IS NOT NULL;
-- Against the books: 万元 are rounded as they are published, half up to 0.01.
SELECT fund.say('ledger.e10_book', :'county', 'stmt_line_d', place || ' ' || line, fen, book, CASE WHEN book IS NULL THEN 'blocked' END, '', ARRAY[key_hash], ARRAY[fen::bigint])
  FROM (SELECT t.*, CASE WHEN t.half > 0 THEN round(b.fen / 10000) * 10000 ELSE b.fen END AS book FROM told t
         CROSS JOIN LATERAL (SELECT fund.line_of(:'county', t.acct_set, t.accounts, t.measure, t.year, CASE t.stmt_col WHEN '本月数' THEN t.month ELSE 1 END, t.month) AS fen) b
         WHERE t.known AND t.fen IS NOT NULL AND t.measure <> 'months' AND t.stmt_col IN ('本月数', '本年累计数', '本年数', '期末余额')) x;
-- E13: balance over a month's expense, by the scope that was said: of the statement's own figures, else of the
-- books.  A fund without personal accounts has one scope only.
CREATE TEMP TABLE reserve ON COMMIT DROP AS
SELECT t.key_hash, t.place, t.months, coalesce(t.scope, CASE WHEN NOT EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = t.fund_set AND c.sub_fund = '个账') THEN '全部' END) AS scope,
       max(l.fen) FILTER (WHERE l.line = '滚存结余') AS kept, max(l.fen) FILTER (WHERE l.line = '支出合计') AS spent,
       max(l.fen) FILTER (WHERE l.line = '统筹滚存结余') AS pool_kept, max(l.fen) FILTER (WHERE l.line = '统筹支出合计') AS pool_spent
  FROM told t CROSS JOIN LATERAL (
       SELECT s.line, coalesce(o.fen, fund.line_of(:'county', t.acct_set, s.accounts, s.measure, t.year, 1, t.month)) AS fen FROM fund.statement_line s
         LEFT JOIN told o ON o.place = t.place AND o.line = s.line
        WHERE s.form = t.stmt_form AND s.chart_set = t.fund_set AND t.stmt_date >= s.valid_from AND t.stmt_date < s.valid_until) l
 WHERE t.measure = 'months' GROUP BY t.key_hash, t.place, t.months, t.scope, t.fund_set;
UPDATE reserve SET kept = pool_kept, spent = pool_spent WHERE scope = '统筹';
SELECT fund.say('ledger.e13', :'county', 'stmt_line_d', place || coalesce(' ' || scope, ''), round(months * 100), CASE WHEN spent > 0 THEN round(kept * 1200 / spent) END,
       CASE WHEN months IS NULL OR scope IS NULL OR kept IS NULL OR coalesce(spent, 0) <= 0 THEN 'blocked' END,
       'scope=' || coalesce(scope, '') || ';closing=' || coalesce(round(kept * 0.01, 2)::text, '') || ';expense=' || coalesce(round(spent * 0.01, 2)::text, '') || ';figures='
       || CASE WHEN scope IS NULL THEN concat_ws(' / ', round(kept * 12 / nullif(spent, 0), 2), round(pool_kept * 12 / nullif(pool_spent, 0), 2)) ELSE '' END, ARRAY[key_hash], NULL)
  FROM reserve;
DROP TABLE told, reserve;
