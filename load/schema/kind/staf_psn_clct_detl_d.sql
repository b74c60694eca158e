-- SPDX-License-Identifier: MulanPSL-2.0
-- What was paid for one employee and period, and what of it went to the personal account
-- (traf_sumamt). staf_clct_detl_id is our name: the listing read has no id of its own.
-- crte_time, updt_time and memo are ours by analogy.  The paraval columns hold a ratio or an
-- amount by turns, so they are left out.
CREATE TABLE record.staf_psn_clct_detl_d (
    staf_clct_detl_id text NOT NULL,
    src_psn_no text,
    psn_name text,
    certno text,
    psn_insu_rlts_id text,
    emp_no text,
    emp_name text,
    insutype text,
    psn_type text,
    insu_idet text,
    psn_idet_type text,
    cashym text,
    accrym_begn text,
    accrym_end text,
    clct_time date NOT NULL,
    clct_flag text,
    clct_type text,
    revs_flag text,
    insutype_retr_flag text,
    intsury_time timestamp(0),
    ursn_time timestamp(0),
    dcla_prd text,
    elec_taxrpt_no text,
    taxdept_code text,
    poolarea_no text,
    traf_time timestamp(0),
    insu_clct_mons bigint,
    wag_fen bigint,
    emp_clctstd_fen bigint,
    psn_clctstd_fen bigint,
    emp_clct_amt_fen bigint,
    emp_clct_into_acct_amt_fen bigint,
    psn_clct_amt_fen bigint,
    psn_clct_into_acct_amt_fen bigint,
    oth_clct_amt_fen bigint,
    oth_clct_traf_amt_fen bigint,
    finsubs_amt_fen bigint,
    finsubs_traf_amt_fen bigint,
    traf_sumamt_fen bigint,
    clct_sumamt_fen bigint NOT NULL,
    inte_fen bigint,
    latefee_fen bigint,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.staf_psn_clct_detl_d IS '职工缴费明细';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.staf_clct_detl_id IS '职工缴费明细编号 @key';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.src_psn_no IS '县人员编号';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.certno IS '证件号码 @pii(id)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_insu_rlts_id IS '人员参保关系编号';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_no IS '单位编号';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_name IS '单位名称';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.insutype IS '险种类型 @code(insutype)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_type IS '人员类别 @code(psn_type)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.insu_idet IS '参保身份';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_idet_type IS '人员身份类别 @code(psn_idet_type)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.cashym IS '费款所属期';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.accrym_begn IS '对应费款所属期起始';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.accrym_end IS '对应费款所属期结束';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.clct_time IS '缴费时间 @event';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.clct_flag IS '缴费标志 @code(clct_flag)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.clct_type IS '缴费类型 @code(clct_type)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.revs_flag IS '核销标志 @code(revs_flag)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.insutype_retr_flag IS '险种离退休标志 @code(insutype_retr_flag)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.intsury_time IS '入国库时间';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.ursn_time IS '上解时间';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.dcla_prd IS '申报周期';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.elec_taxrpt_no IS '电子税票号码';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.taxdept_code IS '主管税务部门代码';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.traf_time IS '划拨时间';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.insu_clct_mons IS '参保缴费月数';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.wag_fen IS '工资 @stock';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_clctstd_fen IS '单位缴费基数 @stock';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_clctstd_fen IS '人员缴费基数 @stock';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_clct_amt_fen IS '单位缴费金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_clct_into_acct_amt_fen IS '单位缴费划入个人账户金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_clct_amt_fen IS '个人缴费金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_clct_into_acct_amt_fen IS '个人缴费划入个人账户金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.oth_clct_amt_fen IS '其他缴费金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.oth_clct_traf_amt_fen IS '其他缴费划拨金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.finsubs_amt_fen IS '财政补助金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.finsubs_traf_amt_fen IS '财政补助划拨金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.traf_sumamt_fen IS '划拨总金额';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.clct_sumamt_fen IS '缴费总金额 @main';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.inte_fen IS '利息';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.latefee_fen IS '滞纳金';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.memo IS '备注';
