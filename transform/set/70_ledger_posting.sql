-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: fund.voucher_entry_d, record.setl_d, record.setl_fund_pay_d
-- writes: intake.finding, fund.posting, fund.routed, fund.unrouted, fund.spoken
-- run key: none, always all of one county · distribution: county
-- reports: ledger.unrouted, ledger.h4, ledger.h5, ledger.split
-- Settlements to accounts first (they are what an entry is split by), then entries to postings.
DELETE FROM fund.routed WHERE county = :'county';
DELETE FROM fund.unrouted WHERE county = :'county';
DELETE FROM fund.posting WHERE county = :'county';
-- Which fund paid what the settlement calls 其他, where its fund lines leave no doubt.
CREATE TEMP TABLE other ON COMMIT DROP AS
SELECT d.setl_id, d.fund_payamt_fen AS fen, min(d.fund_pay_type) AS fund_pay_type FROM record.setl_fund_pay_d d
 WHERE d.county = :'county' AND d.setl_id IN (SELECT setl_id FROM record.setl_d WHERE county = :'county' AND othfund_pay_fen <> 0)
 GROUP BY 1, 2 HAVING min(d.fund_pay_type) = max(d.fund_pay_type);
-- Settlements are of few sorts, so each sort is routed once, for the columns that it pays from (a bit each, numbered by
-- their names' order).  Between two turns of the dated rows every day is like the others.
CREATE TEMP TABLE seen ON COMMIT DROP AS
SELECT coalesce(insutype, '') AS insutype, coalesce(med_type, '') AS med_type, setl_time,
       CASE WHEN acct_mulaid_pay_fen <> 0 THEN 1 ELSE 0 END + CASE WHEN acct_pay_fen <> 0 THEN 2 ELSE 0 END +
             CASE WHEN cvlserv_pay_fen <> 0 THEN 4 ELSE 0 END + CASE WHEN hifdm_pay_fen <> 0 THEN 8 ELSE 0 END +
             CASE WHEN hifes_pay_fen <> 0 THEN 16 ELSE 0 END + CASE WHEN hifmi_pay_fen <> 0 THEN 32 ELSE 0 END +
             CASE WHEN hifob_pay_fen <> 0 THEN 64 ELSE 0 END + CASE WHEN hifp_pay_fen <> 0 THEN 128 ELSE 0 END +
             CASE WHEN maf_pay_fen <> 0 THEN 256 ELSE 0 END + CASE WHEN othfund_pay_fen <> 0 THEN 512 ELSE 0 END AS pays,
       count(*) AS settlements,
       ARRAY[sum(acct_mulaid_pay_fen), sum(acct_pay_fen), sum(cvlserv_pay_fen), sum(hifdm_pay_fen), sum(hifes_pay_fen), sum(hifmi_pay_fen),
             sum(hifob_pay_fen), sum(hifp_pay_fen), sum(maf_pay_fen), sum(othfund_pay_fen)] AS fens
  FROM record.setl_d WHERE county = :'county' AND setl_time >= '2018-01-01' GROUP BY 1, 2, 3, 4;
CREATE TEMP TABLE day ON COMMIT DROP AS
WITH turn (day) AS MATERIALIZED (SELECT valid_from FROM fund.routing UNION SELECT valid_until FROM fund.routing
                                 UNION SELECT valid_from FROM fund.chart UNION SELECT valid_until FROM fund.chart)
SELECT s.setl_time, to_char(s.setl_time, 'YYYYMM')::bigint AS month, (SELECT count(*) FROM turn t WHERE t.day <= s.setl_time)::int AS epoch,
       -- Only against books of that year is business ever held, row by row; and whose 其他 is, a line of that row says.
       to_char(s.setl_time, 'YYYY') IN (SELECT acct_year FROM fund.voucher_entry_d WHERE county = :'county') OR EXISTS (SELECT FROM other) AS booked
  FROM (SELECT DISTINCT setl_time FROM seen) s;
CREATE TEMP TABLE sort ON COMMIT DROP AS
SELECT row_number() OVER () AS sort, s.insutype, s.med_type, d.epoch, min(s.setl_time) AS on_day
  FROM seen s JOIN day d USING (setl_time) GROUP BY s.insutype, s.med_type, d.epoch;
-- A list of two-digit types takes the finer codes below them.  A tie goes to the narrower line.
-- place: which account, in numbers, as sorting by texts is what costs here.
CREATE TEMP TABLE line ON COMMIT DROP AS
SELECT l.*, CASE WHEN account IS NOT NULL THEN dense_rank() OVER (ORDER BY account IS NULL, chart_set, account, sub_fund) * 1000000 END AS place
  FROM (SELECT DISTINCT ON (a.sort, c.number, o.fund_pay_type) a.sort, c.number, c.fund_column, o.fund_pay_type, r.chart_set, r.account, h.sub_fund, r.fund_column IS NOT NULL AS found
          FROM sort a
         CROSS JOIN unnest('{acct_mulaid_pay,acct_pay,cvlserv_pay,hifdm_pay,hifes_pay,hifmi_pay,hifob_pay,hifp_pay,maf_pay,othfund_pay}'::text[]) WITH ORDINALITY c (fund_column, number)
         CROSS JOIN LATERAL (SELECT '' AS fund_pay_type UNION SELECT o.fund_pay_type FROM other o WHERE c.fund_column = 'othfund_pay') o
          LEFT JOIN fund.routing r ON r.fund_column = c.fund_column AND coalesce(r.insutype, a.insutype) = a.insutype
           AND a.on_day >= r.valid_from AND a.on_day < r.valid_until
           AND (r.condition_column IS NULL
                OR r.condition_column = 'med_type' AND left(a.med_type, 2) = ANY (r.condition_values)
                OR r.condition_column = 'fund_pay_type' AND o.fund_pay_type = ANY (r.condition_values))
          LEFT JOIN fund.chart h ON h.chart_set = r.chart_set AND h.code = r.account AND a.on_day >= h.valid_from AND a.on_day < h.valid_until
         ORDER BY a.sort, c.number, o.fund_pay_type, r.insutype NULLS LAST, r.condition_column NULLS LAST) l;
CREATE TEMP TABLE way ON COMMIT DROP AS -- what is paid from a column on a day: account and month; 0: goes nowhere, NULL: no line
SELECT s.sort, v.insutype, v.med_type, v.setl_time, d.month, d.booked, l.number, l.fund_column, CASE WHEN l.found THEN coalesce(l.place, 0) END + d.month AS place
  FROM (SELECT insutype, med_type, setl_time, bit_or(pays) AS pays FROM seen GROUP BY 1, 2, 3) v JOIN day d USING (setl_time) JOIN sort s ON s.insutype = v.insutype AND s.med_type = v.med_type AND s.epoch = d.epoch
  JOIN line l ON l.sort = s.sort AND l.fund_pay_type = '' AND v.pays >> (l.number - 1)::int & 1 = 1;
-- Hash joins with what is small: left alone, the planner takes minutes for a million.
ANALYZE other, line, way, seen (insutype, med_type, setl_time, pays);
SET LOCAL enable_nestloop = off;
CREATE TEMP VIEW amount AS
SELECT s.setl_id, s.key_hash, s.insutype, s.med_type, s.file, s.source_row, s.fen, s.sort, s.number, s.fund_column, s.booked, s.homeless,
       CASE WHEN o.fund_pay_type IS NULL THEN s.place WHEN l.found THEN coalesce(l.place, 0) + s.month END AS place
  FROM (SELECT s.*, w.sort, w.month, w.number, w.fund_column, w.place, w.booked, w.place IS NULL OR w.number = 10 AS homeless,
               CASE w.number WHEN 8 THEN s.hifp_pay_fen WHEN 2 THEN s.acct_pay_fen WHEN 6 THEN s.hifmi_pay_fen WHEN 9 THEN s.maf_pay_fen WHEN 3 THEN s.cvlserv_pay_fen
                    WHEN 7 THEN s.hifob_pay_fen WHEN 10 THEN s.othfund_pay_fen WHEN 5 THEN s.hifes_pay_fen WHEN 1 THEN s.acct_mulaid_pay_fen WHEN 4 THEN s.hifdm_pay_fen END AS fen
          FROM record.setl_d s
          JOIN way w ON w.setl_time = s.setl_time AND w.insutype = coalesce(s.insutype, '') AND w.med_type = coalesce(s.med_type, '')
         WHERE s.county = :'county') s
  LEFT JOIN other o ON s.number = 10 AND o.setl_id = s.setl_id AND o.fen = s.othfund_pay_fen
  LEFT JOIN line l ON l.sort = s.sort AND l.number = 10 AND l.fund_pay_type = o.fund_pay_type
 WHERE s.fen <> 0;
-- Only where several columns go to one account can a settlement stand there twice.
INSERT INTO fund.routed
SELECT :'county', g.chart_set, g.account, g.sub_fund, (t.place % 1000000)::text, t.settlements, t.fen, t.digest, t.keys, t.fens
  FROM (SELECT place, count(*) FILTER (WHERE NOT shared) + count(DISTINCT setl_id) FILTER (WHERE shared) AS settlements, sum(fen) AS fen,
               md5(string_agg(setl_id || '=' || fen, ',' ORDER BY setl_id, number)) AS digest, array_agg(key_hash) AS keys, array_agg(fen) AS fens
          FROM (SELECT a.setl_id, a.number, a.fen, a.key_hash, a.place, a.place / 1000000 IN (SELECT place / 1000000 FROM line WHERE place IS NOT NULL GROUP BY place HAVING count(DISTINCT number) > 1) AS shared FROM amount a WHERE a.booked AND a.place >= 1000000) x
         GROUP BY place) t
  JOIN (SELECT DISTINCT place, chart_set, account, sub_fund FROM line) g ON g.place = t.place / 1000000 * 1000000;
-- Of years without books the sums are enough, and they are known by now.
INSERT INTO fund.routed
SELECT :'county', g.chart_set, g.account, g.sub_fund, (t.place % 1000000)::text, t.settlements, t.fen, ''
  FROM (SELECT place, sum(settlements) AS settlements, sum(fen) AS fen
          FROM (SELECT w.place, v.settlements, sum(v.fens[w.number]) AS fen FROM seen v JOIN way w USING (insutype, med_type, setl_time)
                 WHERE NOT w.booked AND w.place >= 1000000 AND v.pays >> (w.number - 1)::int & 1 = 1
                 GROUP BY v.insutype, v.med_type, v.setl_time, v.pays, v.settlements, w.place) x GROUP BY place) t
  JOIN (SELECT DISTINCT place, chart_set, account, sub_fund FROM line) g ON g.place = t.place / 1000000 * 1000000;
CREATE TEMP TABLE lost ON COMMIT DROP AS
SELECT setl_id, key_hash, fund_column, insutype, med_type, fen, file, source_row FROM amount
 WHERE homeless AND place IS NULL AND sort IN (SELECT sort FROM line WHERE NOT found);
RESET enable_nestloop;
INSERT INTO fund.unrouted SELECT :'county', setl_id, fund_column, insutype, med_type, fen, file, source_row FROM lost;
-- So many rows may stand behind this one that they do not go through the arrays of fund.say.
WITH said AS MATERIALIZED (
    SELECT fund.say('ledger.unrouted', :'county', 'setl_d', '路由', coalesce(l.fen, 0), 0, CASE WHEN l.rows > 0 THEN 'broken' END, 'settlements=' || l.settlements, NULL, NULL) AS finding
      FROM (SELECT count(*) AS rows, sum(fen) AS fen, count(DISTINCT setl_id) AS settlements FROM lost) l
     WHERE EXISTS (SELECT FROM record.setl_d WHERE county = :'county'))
INSERT INTO fund.culprit (finding, county, key_hash, fen)
SELECT s.finding, :'county', l.key_hash, l.fen FROM said s CROSS JOIN (SELECT key_hash, sum(fen) AS fen FROM lost GROUP BY key_hash) l ORDER BY l.key_hash;

-- Entries: 4001 with sub-fund 统筹 is 4001.统筹 where the chart has it; the sub-fund is what the county
-- says, else what the chart says.  A voucher that moves what the chart closes that day and a net asset closes
-- the year.
CREATE TEMP TABLE entry ON COMMIT DROP AS
SELECT e.*, coalesce(d.code, e.acct_code) AS code, coalesce(e.sub_fund, d.sub_fund, c.sub_fund) AS sub,
       coalesce(e.debit_fen, 0) AS debit, coalesce(e.credit_fen, 0) AS credit,
       coalesce(bool_or(coalesce(d.class, c.class) = '净资产') OVER v AND bool_or(NOT k.pending) OVER v, false) AS closing
  FROM fund.voucher_entry_d e
  LEFT JOIN fund.chart c ON c.chart_set = e.fund_set AND c.code = e.acct_code
   AND e.voucher_date >= c.valid_from AND e.voucher_date < c.valid_until
  LEFT JOIN fund.chart d ON d.chart_set = e.fund_set AND d.code = e.acct_code || '.' || e.sub_fund
   AND e.voucher_date >= d.valid_from AND e.voucher_date < d.valid_until
  LEFT JOIN fund.closing k ON k.chart_set = e.fund_set AND k.code = coalesce(d.code, e.acct_code)
   AND e.voucher_date >= k.valid_from AND e.voucher_date < k.valid_until
 WHERE e.county = :'county'
WINDOW v AS (PARTITION BY e.acct_set, e.acct_year, e.acct_month, e.voucher_no);
-- Parts by what business came to in the entry's month, largest remainder, so that they sum to the fen.
-- What closes the year is split as the year's entries were: see below.
CREATE TEMP TABLE basis ON COMMIT DROP AS
SELECT e.key_hash, r.acct_code, r.fen AS weight, e.debit - e.credit AS whole, sum(r.fen) OVER (PARTITION BY e.key_hash) AS weights,
       'month=' || r.month || ';account=' || r.acct_code || ';settlements=' || r.settlements || ';digest=' || r.digest AS said
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code
   AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
  JOIN fund.routed r ON r.county = :'county' AND r.fund_set = e.fund_set AND r.fen > 0
   AND starts_with(r.acct_code, s.part_prefix) AND r.month = e.acct_year || lpad(e.acct_month, 2, '0')
 WHERE NOT e.closing;
CREATE TEMP VIEW part AS
SELECT key_hash, acct_code, said || ';weight=' || weight || '/' || weights AS basis,
       floor(abs(whole)::numeric * weight / weights) +
       (row_number() OVER (PARTITION BY key_hash ORDER BY (abs(whole)::numeric * weight) % weights DESC, acct_code)
        <= abs(whole) - sum(floor(abs(whole)::numeric * weight / weights)) OVER (PARTITION BY key_hash))::int AS fen
  FROM basis;
INSERT INTO fund.posting
SELECT e.county, e.acct_set, e.fund_set, e.acct_year, lpad(e.acct_month, 2, '0'), e.voucher_no, e.line_no, e.voucher_date, e.key_hash,
       row_number() OVER (PARTITION BY e.key_hash ORDER BY p.acct_code), e.src_acct_code, coalesce(p.acct_code, e.code), e.sub, e.sub_fund,
       CASE WHEN p.fen IS NULL THEN e.debit WHEN e.debit <> 0 THEN sign(e.debit) * p.fen ELSE 0 END,
       CASE WHEN p.fen IS NULL THEN e.credit WHEN e.credit <> 0 THEN sign(e.credit) * p.fen ELSE 0 END,
       e.counterparty, e.stock_flow, e.slip_no, e.closing, p.basis, e.file, e.source_row
  FROM entry e LEFT JOIN part p ON p.key_hash = e.key_hash AND p.fen <> 0;
-- A closing entry of an account that was split takes back what its parts hold.
TRUNCATE basis;
INSERT INTO basis
SELECT e.key_hash, y.acct_code, y.fen, e.debit - e.credit, sum(y.fen) OVER (PARTITION BY e.key_hash), 'year=' || e.acct_year || ';account=' || y.acct_code
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
  JOIN (SELECT acct_set, acct_year, acct_code, sum(debit_fen - credit_fen) AS fen FROM fund.posting WHERE county = :'county' AND NOT closing
         GROUP BY 1, 2, 3 HAVING sum(debit_fen - credit_fen) > 0) y
    ON y.acct_set = e.acct_set AND y.acct_year = e.acct_year AND (y.acct_code = s.code OR starts_with(y.acct_code, s.part_prefix))
 WHERE e.closing;
WITH whole AS (DELETE FROM fund.posting p USING (SELECT DISTINCT key_hash FROM basis) b WHERE p.county = :'county' AND p.key_hash = b.key_hash RETURNING p.*)
INSERT INTO fund.posting
SELECT w.county, w.acct_set, w.fund_set, w.acct_year, w.acct_month, w.voucher_no, w.line_no, w.voucher_date, w.key_hash,
       row_number() OVER (PARTITION BY w.key_hash ORDER BY p.acct_code), w.src_acct_code, p.acct_code, w.sub_fund, w.told_sub_fund,
       CASE WHEN w.debit_fen <> 0 THEN sign(w.debit_fen) * p.fen ELSE 0 END, CASE WHEN w.credit_fen <> 0 THEN sign(w.credit_fen) * p.fen ELSE 0 END,
       w.counterparty, w.stock_flow, w.slip_no, w.closing, p.basis, w.file, w.source_row
  FROM whole w JOIN part p ON p.key_hash = w.key_hash AND p.fen <> 0;
SELECT fund.say('ledger.h4', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' 科目映射', e.fen, p.fen, NULL, 'entries=' || e.entries, NULL, NULL)
  FROM (SELECT acct_set, fund_set, sum(debit) + sum(credit) AS fen, count(*) AS entries FROM entry GROUP BY 1, 2) e
  JOIN (SELECT acct_set, fund_set, sum(debit_fen) + sum(credit_fen) AS fen FROM fund.posting WHERE county = :'county' GROUP BY 1, 2) p USING (acct_set, fund_set);
SELECT fund.say('ledger.h5', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' ' || e.code || ' 拆分', sum(e.debit - e.credit), sum(p.fen),
       CASE WHEN bool_or(e.debit - e.credit <> p.fen) THEN 'broken' END, 'entries=' || count(*),
       array_agg(e.key_hash) FILTER (WHERE e.debit - e.credit <> p.fen), array_agg(e.debit) FILTER (WHERE e.debit - e.credit <> p.fen))
  FROM entry e JOIN (SELECT key_hash, sum(debit_fen - credit_fen) AS fen FROM fund.posting WHERE county = :'county' AND basis IS NOT NULL GROUP BY 1) p USING (key_hash)
 GROUP BY e.acct_set, e.fund_set, e.code;
SELECT fund.say('ledger.split', :'county', 'voucher_entry_d', e.acct_set || ' ' || e.fund_set || ' ' || e.code, sum(e.debit - e.credit), 0, 'blocked',
       'entries=' || count(*), array_agg(e.key_hash), array_agg(e.debit))
  FROM entry e JOIN fund.split s ON s.chart_set = e.fund_set AND s.code = e.code AND e.voucher_date >= s.valid_from AND e.voucher_date < s.valid_until
 WHERE NOT e.closing AND NOT EXISTS (SELECT FROM fund.posting b WHERE b.county = :'county' AND b.key_hash = e.key_hash AND b.basis IS NOT NULL) GROUP BY e.acct_set, e.fund_set, e.code;
DROP VIEW part, amount;
DROP TABLE other, seen, day, sort, line, way, lost, entry, basis;
