-- SPDX-License-Identifier: MulanPSL-2.0
-- An adjustment that the audit before the handover ordered.  Positive: the balance grows.
CREATE TABLE fund.audit_adj_d (
    adj_no text NOT NULL,
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    acct_code text NOT NULL,
    sub_fund text,
    adj_date date NOT NULL,
    adj_amt_fen bigint NOT NULL,
    voucher_no text,
    adj_reason text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.audit_adj_d IS '审计调整';
COMMENT ON COLUMN fund.audit_adj_d.adj_no IS '调整编号 @key';
COMMENT ON COLUMN fund.audit_adj_d.acct_set IS '账套编号';
COMMENT ON COLUMN fund.audit_adj_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.audit_adj_d.acct_code IS '统一科目 @code(account)';
COMMENT ON COLUMN fund.audit_adj_d.sub_fund IS '子基金 @code(sub_fund)';
COMMENT ON COLUMN fund.audit_adj_d.adj_date IS '调整日期 @event';
COMMENT ON COLUMN fund.audit_adj_d.adj_amt_fen IS '调整金额 @main';
COMMENT ON COLUMN fund.audit_adj_d.voucher_no IS '凭证号';
COMMENT ON COLUMN fund.audit_adj_d.adj_reason IS '调整事由';
COMMENT ON COLUMN fund.audit_adj_d.memo IS '备注';
