-- SPDX-License-Identifier: MulanPSL-2.0
-- An employer as one county registered it.  emp_addr and tel count as personal: the "employer" of
-- flexible workers is often one person.
CREATE TABLE record.insu_emp_info_b (
    emp_no text NOT NULL,
    emp_name text,
    emp_type text,
    emp_mgt_type text,
    prnt_emp_no text,
    reg_name text,
    orgcode text,
    regno text,
    tax_reg_no text,
    loc_admdvs text,
    insu_admdvs text,
    poolarea_no text,
    emp_addr text,
    poscode text,
    coner_name text,
    tel text,
    legrep_name text,
    legrep_tel text,
    legrep_certno text,
    aprv_esta_date date,
    org_vali_stas text,
    vali_flag text,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.insu_emp_info_b IS '参保单位信息';
COMMENT ON COLUMN record.insu_emp_info_b.emp_no IS '单位编号 @key';
COMMENT ON COLUMN record.insu_emp_info_b.emp_name IS '单位名称';
COMMENT ON COLUMN record.insu_emp_info_b.emp_type IS '单位类型 @code(emp_type)';
COMMENT ON COLUMN record.insu_emp_info_b.emp_mgt_type IS '单位管理类型 @code(emp_mgt_type)';
COMMENT ON COLUMN record.insu_emp_info_b.prnt_emp_no IS '上级单位编号';
COMMENT ON COLUMN record.insu_emp_info_b.reg_name IS '注册名称';
COMMENT ON COLUMN record.insu_emp_info_b.orgcode IS '组织机构代码';
COMMENT ON COLUMN record.insu_emp_info_b.regno IS '注册号';
COMMENT ON COLUMN record.insu_emp_info_b.tax_reg_no IS '税务登记号';
COMMENT ON COLUMN record.insu_emp_info_b.loc_admdvs IS '所属医保区划 @code(region)';
COMMENT ON COLUMN record.insu_emp_info_b.insu_admdvs IS '参保所属医保区划 @code(region)';
COMMENT ON COLUMN record.insu_emp_info_b.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.insu_emp_info_b.emp_addr IS '单位地址 @pii(address)';
COMMENT ON COLUMN record.insu_emp_info_b.poscode IS '邮政编码';
COMMENT ON COLUMN record.insu_emp_info_b.coner_name IS '联系人姓名 @pii(name)';
COMMENT ON COLUMN record.insu_emp_info_b.tel IS '联系电话 @pii(phone)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_name IS '法定代表人姓名 @pii(name)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_tel IS '法定代表人电话号码 @pii(phone)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_certno IS '法定代表人证件号码 @pii(id)';
COMMENT ON COLUMN record.insu_emp_info_b.aprv_esta_date IS '批准成立日期';
COMMENT ON COLUMN record.insu_emp_info_b.org_vali_stas IS '组织有效状态';
COMMENT ON COLUMN record.insu_emp_info_b.vali_flag IS '有效标志';
COMMENT ON COLUMN record.insu_emp_info_b.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.insu_emp_info_b.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.insu_emp_info_b.memo IS '备注';
