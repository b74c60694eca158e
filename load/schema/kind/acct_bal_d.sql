-- SPDX-License-Identifier: MulanPSL-2.0
-- A balance that the county states: of the year's opening (期初) or of a month's end (期末), per account.
CREATE TABLE fund.acct_bal_d (
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    bal_date date NOT NULL,
    bal_type text NOT NULL,
    src_acct_code text NOT NULL,
    src_acct_name text,
    acct_code text NOT NULL,
    sub_fund text,
    counterparty text,
    debit_fen bigint,
    credit_fen bigint,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.acct_bal_d IS '科目余额';
COMMENT ON COLUMN fund.acct_bal_d.acct_set IS '账套编号 @key';
COMMENT ON COLUMN fund.acct_bal_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.acct_bal_d.bal_date IS '余额日期 @key @event';
COMMENT ON COLUMN fund.acct_bal_d.bal_type IS '余额类型 @key @code(bal_type)';
COMMENT ON COLUMN fund.acct_bal_d.src_acct_code IS '县科目编码 @key';
COMMENT ON COLUMN fund.acct_bal_d.src_acct_name IS '县科目名称';
COMMENT ON COLUMN fund.acct_bal_d.acct_code IS '统一科目 @code(account)';
COMMENT ON COLUMN fund.acct_bal_d.sub_fund IS '子基金 @code(sub_fund)';
COMMENT ON COLUMN fund.acct_bal_d.counterparty IS '对方';
COMMENT ON COLUMN fund.acct_bal_d.debit_fen IS '借方余额 @stock @main';
COMMENT ON COLUMN fund.acct_bal_d.credit_fen IS '贷方余额 @stock';
COMMENT ON COLUMN fund.acct_bal_d.memo IS '备注';
