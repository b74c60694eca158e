-- SPDX-License-Identifier: MulanPSL-2.0
-- What one employer paid for one period.  memo is ours.
CREATE TABLE record.emp_clct_detl_d (
    emp_clct_detl_id text NOT NULL,
    clct_bill_id text,
    emp_no text,
    emp_name text,
    insutype text,
    cashym text,
    accrym_begn text,
    accrym_end text,
    arvl_date date NOT NULL,
    arvl_bchno text,
    clct_flag text,
    clct_type text,
    revs_flag text,
    intsury_time timestamp(0),
    ursn_time timestamp(0),
    dcla_prd text,
    elec_taxrpt_no text,
    taxdept_code text,
    poolarea_no text,
    clct_psncnt bigint,
    staf_totlwag_fen bigint,
    emp_clctstd_sumamt_fen bigint,
    psn_clctstd_sumamt_fen bigint,
    emp_clct_amt_fen bigint,
    psn_clct_amt_fen bigint,
    oth_clct_amt_fen bigint,
    into_acct_amt_fen bigint,
    amt_fen bigint NOT NULL,
    inte_fen bigint,
    latefee_fen bigint,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.emp_clct_detl_d IS '单位缴费明细';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_clct_detl_id IS '单位缴费明细编号 @key';
COMMENT ON COLUMN record.emp_clct_detl_d.clct_bill_id IS '征集通知单编号';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_no IS '单位编号';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_name IS '单位名称';
COMMENT ON COLUMN record.emp_clct_detl_d.insutype IS '险种类型 @code(insutype)';
COMMENT ON COLUMN record.emp_clct_detl_d.cashym IS '费款所属期';
COMMENT ON COLUMN record.emp_clct_detl_d.accrym_begn IS '对应费款所属期起始';
COMMENT ON COLUMN record.emp_clct_detl_d.accrym_end IS '对应费款所属期结束';
COMMENT ON COLUMN record.emp_clct_detl_d.arvl_date IS '到账日期 @event';
COMMENT ON COLUMN record.emp_clct_detl_d.arvl_bchno IS '到账批次号';
COMMENT ON COLUMN record.emp_clct_detl_d.clct_flag IS '缴费标志 @code(clct_flag)';
COMMENT ON COLUMN record.emp_clct_detl_d.clct_type IS '缴费类型 @code(clct_type)';
COMMENT ON COLUMN record.emp_clct_detl_d.revs_flag IS '核销标志 @code(revs_flag)';
COMMENT ON COLUMN record.emp_clct_detl_d.intsury_time IS '入国库时间';
COMMENT ON COLUMN record.emp_clct_detl_d.ursn_time IS '上解时间';
COMMENT ON COLUMN record.emp_clct_detl_d.dcla_prd IS '申报周期';
COMMENT ON COLUMN record.emp_clct_detl_d.elec_taxrpt_no IS '电子税票号码';
COMMENT ON COLUMN record.emp_clct_detl_d.taxdept_code IS '主管税务部门代码';
COMMENT ON COLUMN record.emp_clct_detl_d.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.emp_clct_detl_d.clct_psncnt IS '缴费人数';
COMMENT ON COLUMN record.emp_clct_detl_d.staf_totlwag_fen IS '职工工资总额 @stock';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_clctstd_sumamt_fen IS '单位缴费基数总额 @stock';
COMMENT ON COLUMN record.emp_clct_detl_d.psn_clctstd_sumamt_fen IS '个人缴费基数总额 @stock';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_clct_amt_fen IS '单位缴费金额';
COMMENT ON COLUMN record.emp_clct_detl_d.psn_clct_amt_fen IS '个人缴费金额';
COMMENT ON COLUMN record.emp_clct_detl_d.oth_clct_amt_fen IS '其他缴费金额';
COMMENT ON COLUMN record.emp_clct_detl_d.into_acct_amt_fen IS '划入个人账户金额';
COMMENT ON COLUMN record.emp_clct_detl_d.amt_fen IS '金额 @main';
COMMENT ON COLUMN record.emp_clct_detl_d.inte_fen IS '利息';
COMMENT ON COLUMN record.emp_clct_detl_d.latefee_fen IS '滞纳金';
COMMENT ON COLUMN record.emp_clct_detl_d.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.emp_clct_detl_d.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.emp_clct_detl_d.memo IS '备注';
