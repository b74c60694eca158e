-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting, fund.routed, fund.recon_item_d, fund.acct_set_d, intake.reject
-- writes: intake.finding, fund.spoken
-- run key: none, always all of one county · distribution: county
-- reports: ledger.e6, stock_flow, cutover, g1, stray
-- E6: an account that the chart gives to one sub-fund is booked to that one only.
SELECT fund.say('ledger.e6', :'county', 'voucher_entry_d', p.acct_set || ' ' || p.fund_set || ' ' || p.acct_code, sum(p.debit_fen + p.credit_fen),
       coalesce(sum(p.debit_fen + p.credit_fen) FILTER (WHERE p.sub_fund = c.sub_fund), 0), NULL, 'account=' || p.acct_code || ';sub_fund=' || min(c.sub_fund),
       array_agg(p.key_hash) FILTER (WHERE p.sub_fund <> c.sub_fund), array_agg(p.debit_fen + p.credit_fen) FILTER (WHERE p.sub_fund <> c.sub_fund))
  FROM fund.posting p JOIN fund.chart c ON c.chart_set = p.fund_set AND c.code = p.acct_code AND c.sub_fund IS NOT NULL AND c.code !~ '[.]'
   AND p.voucher_date >= c.valid_from AND p.voucher_date < c.valid_until
 WHERE p.county = :'county' AND NOT p.closing AND p.acct_code NOT IN ('4601', '4602') GROUP BY p.acct_set, p.fund_set, p.acct_code;
-- Entries between levels: that they name their counterparty is asked of every voucher before it is taken.
SELECT fund.say('ledger.stock_flow', :'county', 'voucher_entry_d', p.acct_set || ' ' || p.fund_set, sum(p.debit_fen + p.credit_fen),
       coalesce(sum(p.debit_fen + p.credit_fen) FILTER (WHERE p.stock_flow IS NOT NULL), 0), NULL, '',
       array_agg(p.key_hash) FILTER (WHERE p.stock_flow IS NULL), array_agg(p.debit_fen + p.credit_fen) FILTER (WHERE p.stock_flow IS NULL))
  FROM fund.posting p WHERE p.county = :'county' AND NOT p.closing AND p.acct_code ~ '^(4401|4402|5301|5302)' GROUP BY p.acct_set, p.fund_set;
-- F6: from the cutover on, what a county still takes in is sent up, but for what stands on 1002 and 1005.
SELECT fund.say('ledger.cutover', :'county', 'voucher_entry_d', p.acct_set || ' ' || p.fund_set, sum(p.credit_fen - p.debit_fen) FILTER (WHERE p.acct_code ~ '^4' AND p.acct_code NOT LIKE '4401%'),
       coalesce(sum(p.debit_fen - p.credit_fen) FILTER (WHERE p.acct_code LIKE '5301%' AND p.stock_flow IS DISTINCT FROM '存量' OR p.acct_code IN ('1002', '1005')), 0), NULL, '',
       array_agg(p.key_hash) FILTER (WHERE p.acct_code ~ '^4' AND p.acct_code NOT LIKE '4401%'), array_agg(p.credit_fen - p.debit_fen) FILTER (WHERE p.acct_code ~ '^4' AND p.acct_code NOT LIKE '4401%'))
  FROM fund.posting p JOIN fund.setting c ON c.name = 'cutover' AND p.voucher_date >= c.value::date
 WHERE p.county = :'county' AND NOT p.closing AND NOT EXISTS (SELECT FROM fund.acct_set_d s WHERE s.county = p.county AND s.pooling_mode = '市级')
 GROUP BY p.acct_set, p.fund_set HAVING bool_or(p.acct_code ~ '^4' AND p.acct_code NOT LIKE '4401%');
-- G1: benefits paid are the settlements routed to the set and sub-fund, less what the lists keep back.
-- Only years of which the county delivered vouchers; the basis is setl_time.  What the ledger has more, up to
-- the cost of settlements that are still rejected, nobody can compare yet.  Behind it stand the entries and the
-- items of the lists; the settlements are fund.routed's own keys, which the report shows.
CREATE TEMP TABLE business ON COMMIT DROP AS
SELECT r.fund_set, r.sub_fund, left(r.month, 4) AS year, sum(r.fen) AS fen, sum(r.settlements) AS settlements FROM fund.routed r
 WHERE r.county = :'county' AND left(r.month, 4) IN (SELECT acct_year FROM fund.posting WHERE county = :'county') GROUP BY 1, 2, 3;
CREATE TEMP TABLE book ON COMMIT DROP AS
SELECT p.acct_set, p.fund_set, p.sub_fund, p.acct_year AS year, coalesce(sum(p.debit_fen - p.credit_fen) FILTER (WHERE p.acct_code LIKE '5001%' AND NOT p.closing), 0) AS fen
  FROM fund.posting p WHERE p.county = :'county' AND (p.acct_code LIKE '5001%' OR EXISTS (SELECT FROM business b WHERE b.fund_set = p.fund_set)) GROUP BY 1, 2, 3, 4
HAVING bool_or(p.acct_code LIKE '5001%') OR EXISTS (SELECT FROM business b WHERE b.fund_set = p.fund_set AND b.sub_fund IS NOT DISTINCT FROM p.sub_fund AND b.year = p.acct_year);
SELECT fund.behind(fund.say('ledger.g1', :'county', 'voucher_entry_d', b.acct_set || ' ' || b.fund_set || ' ' || b.year || coalesce(' ' || b.sub_fund, ''), b.fen,
       coalesce(s.fen, 0) - coalesce(k.kept, 0) + coalesce(k.other, 0),
       CASE WHEN b.fen - coalesce(s.fen, 0) + coalesce(k.kept, 0) - coalesce(k.other, 0) BETWEEN 1 AND o.fen THEN 'blocked' END,
       'basis=setl_time;settlements=' || coalesce(s.settlements, 0) || ';routed=' || coalesce(s.fen, 0) * 0.01 || ';kept=' || coalesce(k.kept, 0) * 0.01 || ';other=' || coalesce(k.other, 0) * 0.01 || ';open_rows=' || o.rows,
       (SELECT array_agg(p.key_hash ORDER BY p.key_hash, p.part) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year = b.year AND p.sub_fund IS NOT DISTINCT FROM b.sub_fund
           AND p.acct_code LIKE '5001%' AND NOT p.closing),
       (SELECT array_agg(p.debit_fen - p.credit_fen ORDER BY p.key_hash, p.part) FROM fund.posting p WHERE p.county = :'county' AND p.acct_set = b.acct_set AND p.acct_year = b.year AND p.sub_fund IS NOT DISTINCT FROM b.sub_fund
           AND p.acct_code LIKE '5001%' AND NOT p.closing)), 'recon_item_d', :'county', k.hashes, k.fens)
  FROM book b CROSS JOIN (SELECT count(*) AS rows, coalesce(sum(j.fen[1]), 0) AS fen FROM intake.waiting j
                           WHERE j.county = :'county' AND j.kind = 'setl_d') o
  LEFT JOIN business s ON s.fund_set = b.fund_set AND s.sub_fund IS NOT DISTINCT FROM b.sub_fund AND s.year = b.year
  LEFT JOIN (SELECT acct_set, sub_fund, to_char(item_date, 'YYYY') AS year,
                    sum(item_amt_fen) FILTER (WHERE recon_type IN ('已刷卡未支付', '应付未付', '审核扣款', '质量保证金')) AS kept,
                    sum(item_amt_fen) FILTER (WHERE recon_type = '其他支付') AS other,
                    array_agg(key_hash) FILTER (WHERE recon_type IN ('已刷卡未支付', '应付未付', '审核扣款', '质量保证金', '其他支付')) AS hashes,
                    array_agg(item_amt_fen) FILTER (WHERE recon_type IN ('已刷卡未支付', '应付未付', '审核扣款', '质量保证金', '其他支付')) AS fens
               FROM fund.recon_item_d WHERE county = :'county' GROUP BY 1, 2, 3) k
    ON k.acct_set = b.acct_set AND k.sub_fund IS NOT DISTINCT FROM b.sub_fund AND k.year = b.year;
-- Routed to a fund of which this county delivered no books: it may not keep them, so nobody can say.
SELECT fund.say('ledger.stray', :'county', 'setl_d', s.fund_set || ' ' || s.year || coalesce(' ' || s.sub_fund, ''), s.fen, 0, 'blocked', 'settlements=' || s.settlements, NULL, NULL)
  FROM business s WHERE s.fen <> 0 AND NOT EXISTS (SELECT FROM book b WHERE b.fund_set = s.fund_set AND b.sub_fund IS NOT DISTINCT FROM s.sub_fund AND b.year = s.year);
DROP TABLE business, book;
