-- SPDX-License-Identifier: MulanPSL-2.0
-- One settlement: what the care cost and who paid it, 24 measures.  A reversal is a row with its
-- own key, negative amounts, refd_setl_flag 1 and init_setl_id.  setl_time is a date, as in the
-- listing read; the time of day, where a source has one, goes to crte_time.  Of the 121 platform
-- columns these are what the conservation identities, the routing to funds and the reports use.
CREATE TABLE record.setl_d (
    setl_id text NOT NULL,
    medins_setl_id text,
    mdtrt_id text,
    init_setl_id text,
    src_psn_no text,
    psn_insu_rlts_id text,
    psn_name text,
    certno text,
    insutype text,
    psn_type text,
    cvlserv_flag text,
    sp_psn_type text,
    insu_admdvs text,
    emp_no text,
    fixmedins_code text,
    fixmedins_name text,
    hosp_lv text,
    fix_blng_admdvs text,
    ipt_otp_no text,
    begndate date,
    enddate date,
    setl_time date NOT NULL,
    med_type text,
    setl_type text,
    clr_type text,
    clr_way text,
    clr_optins text,
    psn_setlway text,
    pay_loc text,
    out_flag text,
    manl_reim_rea text,
    mid_setl_flag text,
    medfee_sumamt_fen bigint NOT NULL,
    fulamt_ownpay_amt_fen bigint,
    overlmt_selfpay_fen bigint,
    preselfpay_amt_fen bigint,
    inscp_amt_fen bigint,
    dedc_std_fen bigint,
    crt_dedc_fen bigint,
    act_pay_dedc_fen bigint,
    hifp_pay_fen bigint,
    pool_prop_selfpay numeric(5,4),
    hi_agre_sumfee_fen bigint,
    cvlserv_pay_fen bigint,
    hifes_pay_fen bigint,
    hifmi_pay_fen bigint,
    hifob_pay_fen bigint,
    hifdm_pay_fen bigint,
    maf_pay_fen bigint,
    othfund_pay_fen bigint,
    fund_pay_sumamt_fen bigint,
    psn_pay_fen bigint,
    acct_pay_fen bigint,
    acct_mulaid_pay_fen bigint,
    cash_payamt_fen bigint,
    ownpay_hosp_part_fen bigint,
    balc_fen bigint,
    refd_setl_flag text,
    vali_flag text,
    year text,
    dise_no text,
    dise_name text,
    optins_no text,
    opt_time timestamp(0),
    crte_time timestamp(0),
    updt_time timestamp(0),
    poolarea_no text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.setl_d IS '结算';
COMMENT ON COLUMN record.setl_d.setl_id IS '结算编号 @key';
COMMENT ON COLUMN record.setl_d.medins_setl_id IS '医药机构结算编号';
COMMENT ON COLUMN record.setl_d.mdtrt_id IS '就诊编号';
COMMENT ON COLUMN record.setl_d.init_setl_id IS '原结算编号';
COMMENT ON COLUMN record.setl_d.src_psn_no IS '县人员编号';
COMMENT ON COLUMN record.setl_d.psn_insu_rlts_id IS '人员参保关系编号';
COMMENT ON COLUMN record.setl_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN record.setl_d.certno IS '证件号码 @pii(id)';
COMMENT ON COLUMN record.setl_d.insutype IS '险种类型 @code(insutype)';
COMMENT ON COLUMN record.setl_d.psn_type IS '人员类别 @code(psn_type)';
COMMENT ON COLUMN record.setl_d.cvlserv_flag IS '公务员标志';
COMMENT ON COLUMN record.setl_d.sp_psn_type IS '特殊人员类型 @code(sp_psn_type)';
COMMENT ON COLUMN record.setl_d.insu_admdvs IS '参保所属医保区划 @code(region)';
COMMENT ON COLUMN record.setl_d.emp_no IS '单位编号';
COMMENT ON COLUMN record.setl_d.fixmedins_code IS '定点医药机构编号';
COMMENT ON COLUMN record.setl_d.fixmedins_name IS '定点医药机构名称';
COMMENT ON COLUMN record.setl_d.hosp_lv IS '医院等级 @code(hosp_lv)';
COMMENT ON COLUMN record.setl_d.fix_blng_admdvs IS '定点归属医保区划 @code(region)';
COMMENT ON COLUMN record.setl_d.ipt_otp_no IS '住院门诊号';
COMMENT ON COLUMN record.setl_d.begndate IS '开始日期';
COMMENT ON COLUMN record.setl_d.enddate IS '结束日期';
COMMENT ON COLUMN record.setl_d.setl_time IS '结算时间 @event';
COMMENT ON COLUMN record.setl_d.med_type IS '医疗类别 @code(med_type)';
COMMENT ON COLUMN record.setl_d.setl_type IS '结算类别 @code(setl_type)';
COMMENT ON COLUMN record.setl_d.clr_type IS '清算类别 @code(clr_type)';
COMMENT ON COLUMN record.setl_d.clr_way IS '清算方式 @code(clr_way)';
COMMENT ON COLUMN record.setl_d.clr_optins IS '清算经办机构';
COMMENT ON COLUMN record.setl_d.psn_setlway IS '个人结算方式 @code(psn_setlway)';
COMMENT ON COLUMN record.setl_d.pay_loc IS '支付地点类别 @code(pay_loc)';
COMMENT ON COLUMN record.setl_d.out_flag IS '异地标志 @code(out_flag)';
COMMENT ON COLUMN record.setl_d.manl_reim_rea IS '零星报销原因';
COMMENT ON COLUMN record.setl_d.mid_setl_flag IS '中途结算标志';
COMMENT ON COLUMN record.setl_d.medfee_sumamt_fen IS '医疗费总额 @main';
COMMENT ON COLUMN record.setl_d.fulamt_ownpay_amt_fen IS '全自费金额';
COMMENT ON COLUMN record.setl_d.overlmt_selfpay_fen IS '超限价自费费用';
COMMENT ON COLUMN record.setl_d.preselfpay_amt_fen IS '先行自付金额';
COMMENT ON COLUMN record.setl_d.inscp_amt_fen IS '符合范围金额';
COMMENT ON COLUMN record.setl_d.dedc_std_fen IS '起付标准 @stock';
COMMENT ON COLUMN record.setl_d.crt_dedc_fen IS '本次起付线 @stock';
COMMENT ON COLUMN record.setl_d.act_pay_dedc_fen IS '实际支付起付线';
COMMENT ON COLUMN record.setl_d.hifp_pay_fen IS '统筹基金支出';
COMMENT ON COLUMN record.setl_d.pool_prop_selfpay IS '基本医疗统筹支付比例';
COMMENT ON COLUMN record.setl_d.hi_agre_sumfee_fen IS '医保认可费用总额';
COMMENT ON COLUMN record.setl_d.cvlserv_pay_fen IS '公务员医疗补助资金支出';
COMMENT ON COLUMN record.setl_d.hifes_pay_fen IS '补充医疗保险基金支出';
COMMENT ON COLUMN record.setl_d.hifmi_pay_fen IS '大病补充医疗保险基金支出';
COMMENT ON COLUMN record.setl_d.hifob_pay_fen IS '大额医疗补助基金支出';
COMMENT ON COLUMN record.setl_d.hifdm_pay_fen IS '伤残人员医疗保障基金支出';
COMMENT ON COLUMN record.setl_d.maf_pay_fen IS '医疗救助基金支出';
COMMENT ON COLUMN record.setl_d.othfund_pay_fen IS '其它基金支付';
COMMENT ON COLUMN record.setl_d.fund_pay_sumamt_fen IS '基金支付总额';
COMMENT ON COLUMN record.setl_d.psn_pay_fen IS '个人支付金额';
COMMENT ON COLUMN record.setl_d.acct_pay_fen IS '个人账户支出';
COMMENT ON COLUMN record.setl_d.acct_mulaid_pay_fen IS '账户共济支付金额';
COMMENT ON COLUMN record.setl_d.cash_payamt_fen IS '现金支付金额';
COMMENT ON COLUMN record.setl_d.ownpay_hosp_part_fen IS '自费中医院负担部分';
COMMENT ON COLUMN record.setl_d.balc_fen IS '余额 @stock';
COMMENT ON COLUMN record.setl_d.refd_setl_flag IS '退费结算标志 @code(refd_setl_flag)';
COMMENT ON COLUMN record.setl_d.vali_flag IS '有效标志';
COMMENT ON COLUMN record.setl_d.year IS '年度';
COMMENT ON COLUMN record.setl_d.dise_no IS '病种编号 @pii(diagnosis)';
COMMENT ON COLUMN record.setl_d.dise_name IS '病种名称 @pii(diagnosis)';
COMMENT ON COLUMN record.setl_d.optins_no IS '经办机构编号';
COMMENT ON COLUMN record.setl_d.opt_time IS '经办时间';
COMMENT ON COLUMN record.setl_d.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.setl_d.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.setl_d.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.setl_d.memo IS '备注';
