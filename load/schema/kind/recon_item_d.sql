-- SPDX-License-Identifier: MulanPSL-2.0
-- One item that explains a difference between two books: a line of a list, never a plug.
CREATE TABLE fund.recon_item_d (
    item_no text NOT NULL,
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    sub_fund text,
    recon_type text NOT NULL,
    item_date date NOT NULL,
    item_amt_fen bigint NOT NULL,
    setl_id text,
    voucher_no text,
    counterparty text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.recon_item_d IS '调节事项';
COMMENT ON COLUMN fund.recon_item_d.item_no IS '事项编号 @key';
COMMENT ON COLUMN fund.recon_item_d.acct_set IS '账套编号';
COMMENT ON COLUMN fund.recon_item_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.recon_item_d.sub_fund IS '子基金 @code(sub_fund)';
COMMENT ON COLUMN fund.recon_item_d.recon_type IS '事项类型 @code(recon_type)';
COMMENT ON COLUMN fund.recon_item_d.item_date IS '日期 @event';
COMMENT ON COLUMN fund.recon_item_d.item_amt_fen IS '金额 @main';
COMMENT ON COLUMN fund.recon_item_d.setl_id IS '结算编号';
COMMENT ON COLUMN fund.recon_item_d.voucher_no IS '凭证号';
COMMENT ON COLUMN fund.recon_item_d.counterparty IS '对方';
COMMENT ON COLUMN fund.recon_item_d.memo IS '备注';
