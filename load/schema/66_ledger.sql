-- SPDX-License-Identifier: MulanPSL-2.0
-- What ledgers are judged by, and what is made of them.  The first three are mappings/ledger/*.csv as the
-- city uses them: the shipped rows (level 0) and the city's own (level 1), which replace those with the
-- same key.  They are dated: what a rule of a later year says is another row.
CREATE TABLE fund.reference (
    name text NOT NULL, level int NOT NULL, sha256 text NOT NULL, PRIMARY KEY (name, level)
);
CREATE TABLE fund.chart_of_accounts_row (
    chart_set text, code text, name_zh text, class text, normal_balance text, sub_fund text, level text,
    close_to text, close_rule text, valid_from date, valid_until date, evidence text, note text, overlay int
);
CREATE TABLE fund.settlement_routing_row (
    fund_column text, insutype text, condition_column text, condition_values text, chart_set text,
    account text, valid_from date, valid_until date, evidence text, note text, overlay int
);
CREATE TABLE fund.account_split_row (
    chart_set text, code text, part_prefix text, basis text, valid_from date, valid_until date,
    evidence text, note text, overlay int
);
CREATE VIEW fund.chart AS
SELECT DISTINCT ON (chart_set, code, valid_from) chart_set, code, name_zh, class, normal_balance,
       nullif(sub_fund, '') AS sub_fund, close_to, close_rule,
       coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_until, 'infinity') AS valid_until
  FROM fund.chart_of_accounts_row ORDER BY chart_set, code, valid_from, overlay DESC;
CREATE VIEW fund.routing AS
SELECT DISTINCT ON (fund_column, insutype, condition_values, valid_from) fund_column, nullif(insutype, '') AS insutype,
       nullif(condition_column, '') AS condition_column, string_to_array(condition_values, '|') AS condition_values,
       chart_set, nullif(account, '') AS account, coalesce(valid_from, '-infinity') AS valid_from,
       coalesce(valid_until, 'infinity') AS valid_until, note
  FROM fund.settlement_routing_row
 ORDER BY fund_column, insutype, condition_values, valid_from, overlay DESC;
CREATE VIEW fund.split AS
SELECT DISTINCT ON (chart_set, code, valid_from) chart_set, code, part_prefix, basis,
       coalesce(valid_from, '-infinity') AS valid_from, coalesce(valid_until, 'infinity') AS valid_until
  FROM fund.account_split_row ORDER BY chart_set, code, valid_from, overlay DESC;

-- Entries in unified accounts, made from fund.voucher_entry_d by the set steps.  An entry that is split
-- has several parts whose sum is the entry, to the fen; basis says by what.  closing: the voucher closes
-- income and expense into the balance.
CREATE TABLE fund.posting (
    county text NOT NULL, acct_set text NOT NULL, fund_set text NOT NULL, acct_year text NOT NULL,
    acct_month text NOT NULL, voucher_no text NOT NULL, line_no text NOT NULL, voucher_date date NOT NULL,
    key_hash uuid NOT NULL, part int NOT NULL, src_acct_code text NOT NULL, acct_code text NOT NULL,
    sub_fund text, told_sub_fund text, debit_fen bigint NOT NULL, credit_fen bigint NOT NULL,
    counterparty text, stock_flow text, slip_no text, closing boolean NOT NULL, basis text,
    file int NOT NULL, source_row int NOT NULL, PRIMARY KEY (county, key_hash, part)
);
-- Settlements by the account that they belong to: business as the ledger should see it.
CREATE TABLE fund.routed (
    county text NOT NULL, fund_set text NOT NULL, acct_code text NOT NULL, sub_fund text, month text NOT NULL,
    settlements bigint NOT NULL, fen bigint NOT NULL, digest text NOT NULL, -- of the settlements, in order
    PRIMARY KEY (county, fund_set, acct_code, month)
);
CREATE TABLE fund.unrouted (
    county text NOT NULL, setl_id text NOT NULL, fund_column text NOT NULL, insutype text, med_type text,
    fen bigint NOT NULL, file int NOT NULL, source_row int NOT NULL
);
CREATE INDEX ON fund.unrouted (county);

-- The rows behind a finding, all of them: key_hash in the table of the finding's kind.
CREATE TABLE fund.culprit (
    finding bigint NOT NULL, key_hash uuid NOT NULL, fen bigint, PRIMARY KEY (finding, key_hash)
);

-- One check evaluated by a set step.  state NULL: held when both sides agree, broken otherwise.  The same
-- check of the same subject is said once a run, and rows are kept only of what is broken or blocked.
CREATE FUNCTION fund.say(code text, county text, kind text, subject text, left_fen numeric, right_fen numeric,
                         state text, detail text, hashes uuid[], fens bigint[]) RETURNS bigint LANGUAGE plpgsql AS $say$
DECLARE
    now_run int := current_setting('tongchou.run')::int;
    number bigint;
    verdict text := coalesce(say.state, CASE WHEN left_fen = right_fen THEN 'held' ELSE 'broken' END);
BEGIN
    DELETE FROM fund.culprit c USING intake.finding f WHERE c.finding = f.finding AND f.run = now_run
       AND f.check_code = say.code AND f.county = say.county AND f.subject = say.subject;
    DELETE FROM intake.finding f WHERE f.run = now_run AND f.check_code = say.code AND f.county = say.county
       AND f.subject = say.subject;
    INSERT INTO intake.finding (run, check_code, county, kind, state, subject, left_value, right_value, detail)
    VALUES (now_run, say.code, say.county, say.kind, verdict, say.subject, left_fen, right_fen, coalesce(say.detail, ''))
    RETURNING finding INTO number;
    IF verdict IN ('broken', 'blocked') AND hashes IS NOT NULL THEN
        INSERT INTO fund.culprit SELECT number, h, sum(f) FROM unnest(hashes, fens) u (h, f) WHERE h IS NOT NULL GROUP BY h;
    END IF;
    RETURN number;
END
$say$;
