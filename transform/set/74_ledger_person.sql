-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.posting, fund.balance, fund.recon_item_d, fund.acct_set_d
-- reads of all counties: fund.psn_acct_d, identity.xref
-- writes: intake.finding, fund.spoken
-- run key: none, always all of one county · distribution: county · reports: ledger.c1, c2, g3
CREATE TEMP TABLE account_year ON COMMIT DROP AS
SELECT *, open_amt_fen + coalesce(into_amt_fen, 0) + coalesce(int_amt_fen, 0) + coalesce(tran_in_amt_fen, 0) - coalesce(acct_pay_fen, 0)
               - coalesce(acct_mulaid_pay_fen, 0) - coalesce(tran_out_amt_fen, 0) - coalesce(clr_amt_fen, 0) + coalesce(adj_amt_fen, 0) AS made
  FROM fund.psn_acct_d WHERE county = :'county';
-- C1: a person's year rolls forward; C2: it begins where the last one ended.
SELECT fund.say('ledger.c1', :'county', 'psn_acct_d', year, sum(balc_fen), sum(made), CASE WHEN bool_or(balc_fen <> made) THEN 'broken' END,
       'persons=' || count(*), array_agg(key_hash) FILTER (WHERE balc_fen <> made), array_agg((balc_fen - made)::bigint) FILTER (WHERE balc_fen <> made))
  FROM account_year GROUP BY year;
SELECT fund.say('ledger.c2', :'county', 'psn_acct_d', year, sum(open_amt_fen), sum(last), CASE WHEN count(last) = 0 THEN 'not_applicable' WHEN bool_or(open_amt_fen <> last) THEN 'broken' END,
       'persons=' || count(last), array_agg(key_hash) FILTER (WHERE open_amt_fen <> last), array_agg((open_amt_fen - last)::bigint) FILTER (WHERE open_amt_fen <> last))
  FROM (SELECT p.*, q.balc_fen AS last
          FROM fund.psn_acct_d p
          LEFT JOIN fund.psn_acct_d q ON q.county = :'county' AND q.src_psn_no = p.src_psn_no
                AND q.year = CASE WHEN p.year ~ '^[0-9]{4}$' THEN (p.year::int - 1)::text END
         WHERE p.county = :'county' AND p.year ~ '^[0-9]{4}$') t GROUP BY year;
-- Across the handover: the city opens with the sum of the counties' closings, person by person of identity.xref
-- (one to one where nobody has linked).  Whom the city does not have at all, or whom no county had, counts too.
-- In a later year its own closings stand beside those of counties that hand over then; where none does, C2 is enough.
SELECT fund.say('ledger.c2', :'county', 'psn_acct_d', t.year || ' 移交', sum(t.opened), sum(t.closed), CASE WHEN bool_or(t.opened <> t.closed) THEN 'broken' END,
       'persons=' || count(*), array_agg(t.hash) FILTER (WHERE t.opened <> t.closed), array_agg((t.opened - t.closed)::bigint) FILTER (WHERE t.opened <> t.closed),
       array_agg(t.at) FILTER (WHERE t.opened <> t.closed))
  FROM (SELECT a.year, sum(a.opened) AS opened, sum(a.closed) AS closed, split_part(min(a.row), ' ', 3)::uuid AS hash, split_part(min(a.row), ' ', 2) AS at, bool_or(a.handed) AS handed
          FROM (SELECT p.year, coalesce(x.psn_no, p.county || '/' || p.src_psn_no) AS person, p.open_amt_fen AS opened, 0 AS closed, '0 ' || p.county || ' ' || p.key_hash AS row, false AS handed
                  FROM fund.psn_acct_d p LEFT JOIN identity.xref x ON x.county = p.county AND x.src_psn_no = p.src_psn_no
                 WHERE p.county = :'county' AND p.year ~ '^[0-9]{4}$'
                UNION ALL
                SELECT (q.year::int + 1)::text, coalesce(x.psn_no, q.county || '/' || q.src_psn_no), 0, q.balc_fen, '1 ' || q.county || ' ' || q.key_hash, q.county <> :'county'
                  FROM fund.psn_acct_d q LEFT JOIN identity.xref x ON x.county = q.county AND x.src_psn_no = q.src_psn_no
                 WHERE q.year ~ '^[0-9]{4}$'
                   AND (q.year::int + 1)::text IN (SELECT year FROM fund.psn_acct_d WHERE county = :'county')) a
         WHERE EXISTS (SELECT FROM fund.acct_set_d s WHERE s.county = :'county' AND s.pooling_mode = '市级') GROUP BY a.year, a.person) t GROUP BY t.year
HAVING bool_or(t.handed) OR t.year = (SELECT min(year) FROM fund.psn_acct_d WHERE county = :'county' AND year ~ '^[0-9]{4}$');
-- G3: per account set that has personal accounts, at each year's end.  Behind it: the entries that made the ledger's
-- side in that year (the results of 个账 and what was booked straight into its balance, not what closes the one
-- into the other), the items of the lists, and the persons whose own year does not roll forward.
SELECT fund.behind(fund.behind(fund.say('ledger.g3', :'county', 'psn_acct_d', b.acct_set || ' ' || b.fund_set || ' ' || b.acct_year, -b.fen,
       p.fen + coalesce(i.unpaid, 0) - coalesce(i.early, 0) + coalesce(i.late, 0), CASE WHEN p.fen IS NULL THEN 'blocked' END,
       'persons=' || coalesce(p.persons, 0) || ';balances=' || coalesce(p.fen, 0) * 0.01 || ';unpaid=' || coalesce(i.unpaid, 0) * 0.01 || ';early=' || coalesce(i.early, 0) * 0.01 || ';late=' || coalesce(i.late, 0) * 0.01,
       p.hashes, p.fens), 'recon_item_d', :'county', i.hashes, i.fens), 'voucher_entry_d', :'county',
       (SELECT array_agg(e.key_hash ORDER BY e.key_hash, e.part) FROM fund.posting e WHERE e.county = :'county' AND e.acct_set = b.acct_set AND e.acct_year::int = b.acct_year AND e.sub_fund = '个账' AND NOT e.closing
           AND e.acct_code ~ '^[345]'),
       (SELECT array_agg(e.credit_fen - e.debit_fen ORDER BY e.key_hash, e.part) FROM fund.posting e WHERE e.county = :'county' AND e.acct_set = b.acct_set AND e.acct_year::int = b.acct_year AND e.sub_fund = '个账' AND NOT e.closing
           AND e.acct_code ~ '^[345]'))
  FROM (SELECT acct_set, fund_set, acct_year, sum(close_fen) AS fen FROM fund.balance WHERE county = :'county' AND acct_month = 12 AND sub_fund = '个账'
           AND EXISTS (SELECT FROM fund.chart c WHERE c.chart_set = fund_set AND c.code = acct_code AND c.class = '净资产') GROUP BY 1, 2, 3) b
  LEFT JOIN (SELECT year, sum(balc_fen) AS fen, count(*) AS persons, array_agg(key_hash) FILTER (WHERE balc_fen <> made) AS hashes, array_agg((balc_fen - made)::bigint) FILTER (WHERE balc_fen <> made) AS fens
               FROM account_year GROUP BY 1) p ON p.year = b.acct_year::text
  LEFT JOIN (SELECT acct_set, to_char(item_date, 'YYYY') AS year, sum(item_amt_fen) FILTER (WHERE recon_type = '已刷卡未支付') AS unpaid,
                    sum(item_amt_fen) FILTER (WHERE recon_type = '已入个账未到款') AS early, sum(item_amt_fen) FILTER (WHERE recon_type = '已到款未入个账') AS late,
                    array_agg(key_hash) FILTER (WHERE recon_type IN ('已刷卡未支付', '已入个账未到款', '已到款未入个账')) AS hashes,
                    array_agg(item_amt_fen) FILTER (WHERE recon_type IN ('已刷卡未支付', '已入个账未到款', '已到款未入个账')) AS fens
               FROM fund.recon_item_d WHERE county = :'county' GROUP BY 1, 2) i ON i.acct_set = b.acct_set AND i.year = b.acct_year::text
 WHERE b.fen <> 0;
DROP TABLE account_year;
