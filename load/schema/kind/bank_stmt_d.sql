-- SPDX-License-Identifier: MulanPSL-2.0
-- A line of what the bank, the finance office or the treasury says of one account.  acct_code: which
-- account of the ledger it stands for (1002, 1003, 1004, 1005), by the account's purpose, not by a code.
CREATE TABLE fund.bank_stmt_d (
    stmt_no text NOT NULL,
    bank_acct text NOT NULL,
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    acct_code text NOT NULL,
    stmt_date date NOT NULL,
    slip_no text,
    out_fen bigint,
    in_fen bigint,
    balc_fen bigint,
    counterparty text,
    summary text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.bank_stmt_d IS '对账单';
COMMENT ON COLUMN fund.bank_stmt_d.stmt_no IS '流水号 @key';
COMMENT ON COLUMN fund.bank_stmt_d.bank_acct IS '银行账号 @key';
COMMENT ON COLUMN fund.bank_stmt_d.acct_set IS '账套编号';
COMMENT ON COLUMN fund.bank_stmt_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.bank_stmt_d.acct_code IS '对应科目 @code(account)';
COMMENT ON COLUMN fund.bank_stmt_d.stmt_date IS '记账日期 @event';
COMMENT ON COLUMN fund.bank_stmt_d.slip_no IS '回单号';
COMMENT ON COLUMN fund.bank_stmt_d.out_fen IS '支出 @main';
COMMENT ON COLUMN fund.bank_stmt_d.in_fen IS '收入';
COMMENT ON COLUMN fund.bank_stmt_d.balc_fen IS '余额 @stock';
COMMENT ON COLUMN fund.bank_stmt_d.counterparty IS '对方';
COMMENT ON COLUMN fund.bank_stmt_d.summary IS '摘要 @pii(address)';
COMMENT ON COLUMN fund.bank_stmt_d.memo IS '备注';
