-- SPDX-License-Identifier: MulanPSL-2.0
-- A person's account over one year; of the city's own columns, as the platform's balance table was not
-- found.  C1: opening + credited + interest + moved in - spent - paid for others - moved out - cleared
-- + adjusted = closing.
CREATE TABLE fund.psn_acct_d (
    src_psn_no text NOT NULL,
    year text NOT NULL,
    psn_name text,
    psn_insu_rlts_id text,
    bal_date date NOT NULL,
    open_amt_fen bigint NOT NULL,
    into_amt_fen bigint,
    int_amt_fen bigint,
    tran_in_amt_fen bigint,
    acct_pay_fen bigint,
    acct_mulaid_pay_fen bigint,
    tran_out_amt_fen bigint,
    clr_amt_fen bigint,
    adj_amt_fen bigint,
    balc_fen bigint NOT NULL,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.psn_acct_d IS '个人账户';
COMMENT ON COLUMN fund.psn_acct_d.src_psn_no IS '县人员编号 @key';
COMMENT ON COLUMN fund.psn_acct_d.year IS '年度 @key';
COMMENT ON COLUMN fund.psn_acct_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN fund.psn_acct_d.psn_insu_rlts_id IS '人员参保关系编号';
COMMENT ON COLUMN fund.psn_acct_d.bal_date IS '余额日期 @event';
COMMENT ON COLUMN fund.psn_acct_d.open_amt_fen IS '期初余额 @stock';
COMMENT ON COLUMN fund.psn_acct_d.into_amt_fen IS '划入金额';
COMMENT ON COLUMN fund.psn_acct_d.int_amt_fen IS '利息';
COMMENT ON COLUMN fund.psn_acct_d.tran_in_amt_fen IS '转入金额';
COMMENT ON COLUMN fund.psn_acct_d.acct_pay_fen IS '支出金额';
COMMENT ON COLUMN fund.psn_acct_d.acct_mulaid_pay_fen IS '账户共济支付金额';
COMMENT ON COLUMN fund.psn_acct_d.tran_out_amt_fen IS '转出金额';
COMMENT ON COLUMN fund.psn_acct_d.clr_amt_fen IS '清退金额';
COMMENT ON COLUMN fund.psn_acct_d.adj_amt_fen IS '调整金额';
COMMENT ON COLUMN fund.psn_acct_d.balc_fen IS '期末余额 @stock @main';
COMMENT ON COLUMN fund.psn_acct_d.memo IS '备注';
