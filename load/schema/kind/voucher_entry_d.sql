-- SPDX-License-Identifier: MulanPSL-2.0
-- One line of a voucher as the county booked it: its own account and, beside it, the unified one.  The
-- key's last part is the line: everything before it is the voucher, which is taken or rejected whole.
-- sub_fund is what the county says; where it says nothing the chart does.  counterparty and stock_flow:
-- who stands on the other side of an entry between levels, and whether it moves stock or flow.
CREATE TABLE fund.voucher_entry_d (
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    acct_year text NOT NULL,
    acct_month text NOT NULL,
    voucher_no text NOT NULL,
    line_no text NOT NULL,
    voucher_date date NOT NULL,
    summary text,
    src_acct_code text NOT NULL,
    src_acct_name text,
    acct_code text NOT NULL,
    sub_fund text,
    debit_fen bigint,
    credit_fen bigint,
    counterparty text,
    stock_flow text,
    slip_no text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.voucher_entry_d IS '凭证分录';
COMMENT ON COLUMN fund.voucher_entry_d.acct_set IS '账套编号 @key';
COMMENT ON COLUMN fund.voucher_entry_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.voucher_entry_d.acct_year IS '会计年度 @key';
COMMENT ON COLUMN fund.voucher_entry_d.acct_month IS '会计期间 @key';
COMMENT ON COLUMN fund.voucher_entry_d.voucher_no IS '凭证号 @key';
COMMENT ON COLUMN fund.voucher_entry_d.line_no IS '行号 @key';
COMMENT ON COLUMN fund.voucher_entry_d.voucher_date IS '凭证日期 @event';
COMMENT ON COLUMN fund.voucher_entry_d.summary IS '摘要 @pii(address)';
COMMENT ON COLUMN fund.voucher_entry_d.src_acct_code IS '县科目编码';
COMMENT ON COLUMN fund.voucher_entry_d.src_acct_name IS '县科目名称';
COMMENT ON COLUMN fund.voucher_entry_d.acct_code IS '统一科目 @code(account)';
COMMENT ON COLUMN fund.voucher_entry_d.sub_fund IS '子基金 @code(sub_fund)';
COMMENT ON COLUMN fund.voucher_entry_d.debit_fen IS '借方 @main';
COMMENT ON COLUMN fund.voucher_entry_d.credit_fen IS '贷方';
COMMENT ON COLUMN fund.voucher_entry_d.counterparty IS '对方';
COMMENT ON COLUMN fund.voucher_entry_d.stock_flow IS '存量或增量 @code(stock_flow)';
COMMENT ON COLUMN fund.voucher_entry_d.slip_no IS '回单号';
COMMENT ON COLUMN fund.voucher_entry_d.memo IS '备注';
