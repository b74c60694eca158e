-- SPDX-License-Identifier: MulanPSL-2.0
-- One relation of one person to one scheme, from a day until a day.  paus_insu_date empty: still
-- open. insu_idet, psn_clct_stas, vali_flag and memo are names that the platform uses in other
-- tables; the listing read for this table lacks them.
CREATE TABLE record.psn_insu_d (
    psn_insu_rlts_id text,
    src_psn_no text NOT NULL,
    psn_name text,
    certno text,
    emp_no text,
    insutype text NOT NULL,
    psn_type text,
    insu_idet text,
    psn_insu_stas text,
    psn_clct_stas text,
    crt_insu_date date NOT NULL,
    paus_insu_date date,
    insutype_retr_flag text,
    retr_trt_begn_date date,
    retr_trt_enjymnt_flag text,
    fst_insu_ym text,
    psn_insu_date date,
    acct_crtn_ym text,
    max_acctprd text,
    clct_way text,
    hi_type text,
    insu_admdvs text,
    poolarea_no text,
    vali_flag text,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.psn_insu_d IS '人员参保信息';
COMMENT ON COLUMN record.psn_insu_d.psn_insu_rlts_id IS '人员参保关系编号';
COMMENT ON COLUMN record.psn_insu_d.src_psn_no IS '县人员编号 @key';
COMMENT ON COLUMN record.psn_insu_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN record.psn_insu_d.certno IS '证件号码 @pii(id)';
COMMENT ON COLUMN record.psn_insu_d.emp_no IS '单位编号';
COMMENT ON COLUMN record.psn_insu_d.insutype IS '险种类型 @key @code(insutype)';
COMMENT ON COLUMN record.psn_insu_d.psn_type IS '人员类别 @code(psn_type)';
COMMENT ON COLUMN record.psn_insu_d.insu_idet IS '参保身份';
COMMENT ON COLUMN record.psn_insu_d.psn_insu_stas IS '人员参保状态 @code(psn_insu_stas)';
COMMENT ON COLUMN record.psn_insu_d.psn_clct_stas IS '人员缴费状态 @code(psn_clct_stas)';
COMMENT ON COLUMN record.psn_insu_d.crt_insu_date IS '本次参保日期 @key @event';
COMMENT ON COLUMN record.psn_insu_d.paus_insu_date IS '暂停参保日期';
COMMENT ON COLUMN record.psn_insu_d.insutype_retr_flag IS '险种离退休标志 @code(insutype_retr_flag)';
COMMENT ON COLUMN record.psn_insu_d.retr_trt_begn_date IS '退休待遇开始日期';
COMMENT ON COLUMN record.psn_insu_d.retr_trt_enjymnt_flag IS '退休待遇享受标志';
COMMENT ON COLUMN record.psn_insu_d.fst_insu_ym IS '首次参保年月';
COMMENT ON COLUMN record.psn_insu_d.psn_insu_date IS '本系统首次参保日期';
COMMENT ON COLUMN record.psn_insu_d.acct_crtn_ym IS '账户建立年月';
COMMENT ON COLUMN record.psn_insu_d.max_acctprd IS '最大做账期号';
COMMENT ON COLUMN record.psn_insu_d.clct_way IS '征收方式 @code(clct_way)';
COMMENT ON COLUMN record.psn_insu_d.hi_type IS '医保类型 @code(hi_type)';
COMMENT ON COLUMN record.psn_insu_d.insu_admdvs IS '参保所属医保区划 @code(region)';
COMMENT ON COLUMN record.psn_insu_d.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.psn_insu_d.vali_flag IS '有效标志';
COMMENT ON COLUMN record.psn_insu_d.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.psn_insu_d.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.psn_insu_d.memo IS '备注';
