-- SPDX-License-Identifier: MulanPSL-2.0
-- How a year is closed, as dated rows of the chart say it: what closes (close_rule), into what (close_to).
-- A row holds until its own end or until the next row of the same key begins: a new rule is one new row, and
-- two rows never speak of one day.
CREATE OR REPLACE VIEW fund.chart AS
SELECT chart_set, code, name_zh, class, normal_balance, nullif(sub_fund, '') AS sub_fund, close_to, close_rule,
       coalesce(valid_from, '-infinity') AS valid_from,
       least(valid_until, lead(valid_from) OVER (PARTITION BY chart_set, code ORDER BY valid_from NULLS FIRST), 'infinity') AS valid_until
  FROM (SELECT DISTINCT ON (chart_set, code, valid_from) * FROM fund.chart_of_accounts_row
         ORDER BY chart_set, code, valid_from, overlay DESC) r;
CREATE OR REPLACE VIEW fund.split AS
SELECT chart_set, code, part_prefix, basis, coalesce(valid_from, '-infinity') AS valid_from,
       least(valid_until, lead(valid_from) OVER (PARTITION BY chart_set, code ORDER BY valid_from NULLS FIRST), 'infinity') AS valid_until
  FROM (SELECT DISTINCT ON (chart_set, code, valid_from) * FROM fund.account_split_row
         ORDER BY chart_set, code, valid_from, overlay DESC) r;
CREATE OR REPLACE VIEW fund.statement_line AS
SELECT form, chart_set, line, nullif(under, '') AS under, CASE sign WHEN '-' THEN -1 ELSE 1 END AS sign,
       string_to_array(accounts, '|') AS accounts, measure, coalesce(valid_from, '-infinity') AS valid_from,
       least(valid_until, lead(valid_from) OVER (PARTITION BY form, chart_set, line ORDER BY valid_from NULLS FIRST), 'infinity') AS valid_until
  FROM (SELECT DISTINCT ON (form, chart_set, line, valid_from) * FROM fund.statement_lines_row
         ORDER BY form, chart_set, line, valid_from, overlay DESC) r;
-- Accounts that are empty once a year is closed.  pending: what it goes to closes itself (4601 to 4001), so it
-- is shared out before, and is no result of the year by itself.
CREATE VIEW fund.closing AS
SELECT c.chart_set, c.code, c.close_rule, string_to_array(c.close_to, ';') AS close_to, c.valid_from, c.valid_until,
       EXISTS (SELECT FROM fund.chart t WHERE t.chart_set = c.chart_set AND t.code = ANY (string_to_array(c.close_to, ';'))
                  AND t.close_rule <> '' AND t.valid_from < c.valid_until AND c.valid_from < t.valid_until) AS pending
  FROM fund.chart c WHERE c.close_rule <> '';
INSERT INTO fund.word VALUES
    ('last_day=', '最后一日入库 ', 'taken in on the last day '),
    ('paired=', '按金额和日期配上的笔数 ', 'matched by amount and day ');
