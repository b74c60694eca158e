-- SPDX-License-Identifier: MulanPSL-2.0
-- An account set (建账单位): county x fund.  The county's own number is the key; fund_set says which fund.
-- pooling_mode: 上解制 keeps a full ledger and mirrors the city's; 报账制 works with revolving money.
CREATE TABLE fund.acct_set_d (
    acct_set text NOT NULL,
    acct_set_name text,
    fund_set text NOT NULL,
    pooling_mode text,
    src_chart text,
    begn_date date,
    end_date date,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.acct_set_d IS '账套';
COMMENT ON COLUMN fund.acct_set_d.acct_set IS '账套编号 @key';
COMMENT ON COLUMN fund.acct_set_d.acct_set_name IS '账套名称';
COMMENT ON COLUMN fund.acct_set_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.acct_set_d.pooling_mode IS '统筹方式 @code(pooling_mode)';
COMMENT ON COLUMN fund.acct_set_d.src_chart IS '原科目制度';
COMMENT ON COLUMN fund.acct_set_d.begn_date IS '启用日期';
COMMENT ON COLUMN fund.acct_set_d.end_date IS '停用日期';
COMMENT ON COLUMN fund.acct_set_d.memo IS '备注';
