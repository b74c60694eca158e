-- SPDX-License-Identifier: MulanPSL-2.0
-- A person as one county knows him or her: the number is the county's, who is who stands in
-- identity.xref. hshd_no, hshd_rlts, town_name, village_name, sp_psn_type and die_date are our
-- own columns; all others carry the platform's names.  No event date: codes of a person are
-- mapped by the day of the delivery's period.
CREATE TABLE record.psn_info_b (
    src_psn_no text NOT NULL,
    psn_name text,
    alis text,
    gend text,
    naty text,
    brdy date,
    psn_cert_type text,
    certno text,
    hsecfc text,
    tel text,
    mob text,
    nat_regn_code text,
    live_admdvs text,
    live_addr text,
    live_addr_poscode text,
    resd_natu text,
    resd_loc_admdvs text,
    hsreg_addr text,
    resdbook_no text,
    hshd_no text,
    hshd_rlts text,
    town_name text,
    village_name text,
    sp_psn_type text,
    fst_patc_job_date date,
    retr_type text,
    mrg_stas text,
    surv_stas text,
    die_date date,
    vali_flag text,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.psn_info_b IS '人员基本信息';
COMMENT ON COLUMN record.psn_info_b.src_psn_no IS '县人员编号 @key';
COMMENT ON COLUMN record.psn_info_b.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN record.psn_info_b.alis IS '别名 @pii(name)';
COMMENT ON COLUMN record.psn_info_b.gend IS '性别 @code(gend)';
COMMENT ON COLUMN record.psn_info_b.naty IS '民族 @code(naty)';
COMMENT ON COLUMN record.psn_info_b.brdy IS '出生日期';
COMMENT ON COLUMN record.psn_info_b.psn_cert_type IS '人员证件类型 @code(psn_cert_type)';
COMMENT ON COLUMN record.psn_info_b.certno IS '证件号码 @pii(id)';
COMMENT ON COLUMN record.psn_info_b.hsecfc IS '电子凭证号 @pii(id)';
COMMENT ON COLUMN record.psn_info_b.tel IS '联系电话 @pii(phone)';
COMMENT ON COLUMN record.psn_info_b.mob IS '手机号码 @pii(phone)';
COMMENT ON COLUMN record.psn_info_b.nat_regn_code IS '国家地区代码';
COMMENT ON COLUMN record.psn_info_b.live_admdvs IS '居住地医保区划 @code(region)';
COMMENT ON COLUMN record.psn_info_b.live_addr IS '居住地址 @pii(address)';
COMMENT ON COLUMN record.psn_info_b.live_addr_poscode IS '居住地邮政编码';
COMMENT ON COLUMN record.psn_info_b.resd_natu IS '户口性质';
COMMENT ON COLUMN record.psn_info_b.resd_loc_admdvs IS '户口所在地医保区划 @code(region)';
COMMENT ON COLUMN record.psn_info_b.hsreg_addr IS '户籍地址 @pii(address)';
COMMENT ON COLUMN record.psn_info_b.resdbook_no IS '户口簿编号 @pii(id)';
COMMENT ON COLUMN record.psn_info_b.hshd_no IS '户号';
COMMENT ON COLUMN record.psn_info_b.hshd_rlts IS '与户主关系';
COMMENT ON COLUMN record.psn_info_b.town_name IS '乡镇街道 @pii(address)';
COMMENT ON COLUMN record.psn_info_b.village_name IS '村社区 @pii(address)';
COMMENT ON COLUMN record.psn_info_b.sp_psn_type IS '特殊人员类型 @code(sp_psn_type)';
COMMENT ON COLUMN record.psn_info_b.fst_patc_job_date IS '首次参加工作日期';
COMMENT ON COLUMN record.psn_info_b.retr_type IS '离退休类型 @code(retr_type)';
COMMENT ON COLUMN record.psn_info_b.mrg_stas IS '婚姻状态 @code(mrg_stas)';
COMMENT ON COLUMN record.psn_info_b.surv_stas IS '生存状态 @code(surv_stas)';
COMMENT ON COLUMN record.psn_info_b.die_date IS '死亡日期';
COMMENT ON COLUMN record.psn_info_b.vali_flag IS '有效标志';
COMMENT ON COLUMN record.psn_info_b.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.psn_info_b.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.psn_info_b.memo IS '备注';
