-- SPDX-License-Identifier: MulanPSL-2.0
-- One credit to a person's account.  Of the platform's columns those that the identities use; acct_inc_id
-- is ours (rid there).
CREATE TABLE fund.acct_inc_detl_d (
    acct_inc_id text NOT NULL,
    src_psn_no text NOT NULL,
    psn_name text,
    certno text,
    year text,
    psn_insu_rlts_id text,
    insu_admdvs text,
    acct_incexpd_type text,
    acct_modi_date date NOT NULL,
    inc_sumamt_fen bigint NOT NULL,
    acct_psn_clct_crtyear_inc_fen bigint,
    emp_clct_into_acct_amt_fen bigint,
    cvlserv_acct_crtyear_inc_fen bigint,
    oth_acct_inc_fen bigint,
    acct_int_date date,
    vali_flag text,
    poolarea_no text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.acct_inc_detl_d IS '账户收入明细';
COMMENT ON COLUMN fund.acct_inc_detl_d.acct_inc_id IS '账户收入编号 @key';
COMMENT ON COLUMN fund.acct_inc_detl_d.src_psn_no IS '县人员编号';
COMMENT ON COLUMN fund.acct_inc_detl_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN fund.acct_inc_detl_d.certno IS '证件号 @pii(id)';
COMMENT ON COLUMN fund.acct_inc_detl_d.year IS '年度';
COMMENT ON COLUMN fund.acct_inc_detl_d.psn_insu_rlts_id IS '人员参保关系编号';
COMMENT ON COLUMN fund.acct_inc_detl_d.insu_admdvs IS '参保所属医保区划 @code(region)';
COMMENT ON COLUMN fund.acct_inc_detl_d.acct_incexpd_type IS '账户收支类型 @code(acct_incexpd_type)';
COMMENT ON COLUMN fund.acct_inc_detl_d.acct_modi_date IS '账户修改日期 @event';
COMMENT ON COLUMN fund.acct_inc_detl_d.inc_sumamt_fen IS '收入总金额 @main';
COMMENT ON COLUMN fund.acct_inc_detl_d.acct_psn_clct_crtyear_inc_fen IS '个人账户本年个人缴费部分收入金额';
COMMENT ON COLUMN fund.acct_inc_detl_d.emp_clct_into_acct_amt_fen IS '单位缴费划入个人账户金额';
COMMENT ON COLUMN fund.acct_inc_detl_d.cvlserv_acct_crtyear_inc_fen IS '公务员账户本年收入';
COMMENT ON COLUMN fund.acct_inc_detl_d.oth_acct_inc_fen IS '其他账户收入';
COMMENT ON COLUMN fund.acct_inc_detl_d.acct_int_date IS '账户计息日期';
COMMENT ON COLUMN fund.acct_inc_detl_d.vali_flag IS '有效标志';
COMMENT ON COLUMN fund.acct_inc_detl_d.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN fund.acct_inc_detl_d.memo IS '备注';
