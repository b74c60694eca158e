-- SPDX-License-Identifier: MulanPSL-2.0
-- What one fund paid of one settlement.  The columns are those of the interface's setldetail; the
-- table name is ours.  Sources without this file get its rows out of the wide columns of setl_d,
-- in SQL.  No event date of its own: it is that of the settlement.
CREATE TABLE record.setl_fund_pay_d (
    setl_id text NOT NULL,
    fund_pay_type text NOT NULL,
    fund_pay_type_name text,
    fund_payamt_fen bigint NOT NULL,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.setl_fund_pay_d IS '结算基金支付';
COMMENT ON COLUMN record.setl_fund_pay_d.setl_id IS '结算编号 @key';
COMMENT ON COLUMN record.setl_fund_pay_d.fund_pay_type IS '基金支付类型 @key @code(fund_pay_type)';
COMMENT ON COLUMN record.setl_fund_pay_d.fund_pay_type_name IS '基金支付类型名称';
COMMENT ON COLUMN record.setl_fund_pay_d.fund_payamt_fen IS '基金支付金额 @main';
COMMENT ON COLUMN record.setl_fund_pay_d.memo IS '备注';
