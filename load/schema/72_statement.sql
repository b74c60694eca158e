-- SPDX-License-Identifier: MulanPSL-2.0
-- The lines of statements and what each is made of: mappings/ledger/statement_lines.csv as the city uses it,
-- the shipped rows (level 0) and the city's own (level 1), which replace those with the same key.  Dated: a
-- rule of a later year is another row.
CREATE TABLE fund.statement_lines_row (
    form text, chart_set text, line text, under text, sign text, accounts text, measure text,
    valid_from date, valid_until date, evidence text, note text, overlay int
);
CREATE VIEW fund.statement_line AS
SELECT DISTINCT ON (form, chart_set, line, valid_from) form, chart_set, line, nullif(under, '') AS under,
       CASE sign WHEN '-' THEN -1 ELSE 1 END AS sign, string_to_array(accounts, '|') AS accounts, measure,
       coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_until, 'infinity') AS valid_until
  FROM fund.statement_lines_row ORDER BY form, chart_set, line, valid_from, overlay DESC;
-- What one line comes to in the books, in fen, between two months of a year; NULL: no books of that month.
CREATE FUNCTION fund.line_of(of_county text, of_set text, accounts text[], measure text, of_year int, from_month int,
                             until_month int) RETURNS numeric LANGUAGE sql STABLE AS $line_of$
    SELECT coalesce(CASE measure
           WHEN 'income' THEN -sum(b.result_fen) FILTER (WHERE b.fits)
           WHEN 'expense' THEN sum(b.result_fen) FILTER (WHERE b.fits)
           WHEN 'debit_balance' THEN sum(b.close_fen) FILTER (WHERE b.fits AND b.acct_month = until_month)
           WHEN 'credit_balance' THEN -sum(b.close_fen) FILTER (WHERE b.fits AND b.acct_month = until_month)
           WHEN 'credit_opening' THEN -sum(b.open_fen) FILTER (WHERE b.fits AND b.acct_month = 1) END, 0)
           + CASE WHEN bool_or(b.acct_month = until_month) THEN 0 END
      FROM (SELECT x.*, EXISTS (SELECT FROM unnest(accounts) a (code) WHERE x.acct_code = a.code OR starts_with(x.acct_code, a.code || '.')) AS fits
              FROM fund.balance x WHERE x.county = of_county AND x.acct_set = of_set AND x.acct_year = of_year
               AND (x.acct_month BETWEEN from_month AND until_month OR measure = 'credit_opening')) b
$line_of$;
