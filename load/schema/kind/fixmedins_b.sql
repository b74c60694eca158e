-- SPDX-License-Identifier: MulanPSL-2.0
-- A hospital, clinic or pharmacy under contract, as one county lists it.  own_type and area_lv
-- are ours, for the reports by ownership and by level; their codes are the Chinese words.  memo
-- is ours.
CREATE TABLE record.fixmedins_b (
    fixmedins_code text NOT NULL,
    fixmedins_name text,
    medins_mgtcode text,
    uscc text,
    orgcode text,
    fix_blng_admdvs text,
    fixmedins_type text,
    hosp_lv text,
    lmtpric_hosp_lv text,
    dedc_hosp_lv text,
    own_type text,
    area_lv text,
    begntime date,
    endtime date,
    fix_onln_open_flag text,
    out_onln_open_type text,
    nat_plaf_code text,
    prov_plaf_code text,
    vali_flag text,
    poolarea_no text,
    crte_time timestamp(0),
    updt_time timestamp(0),
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.fixmedins_b IS '定点医药机构';
COMMENT ON COLUMN record.fixmedins_b.fixmedins_code IS '定点医药机构编号 @key';
COMMENT ON COLUMN record.fixmedins_b.fixmedins_name IS '定点医药机构名称';
COMMENT ON COLUMN record.fixmedins_b.medins_mgtcode IS '医药机构管理码';
COMMENT ON COLUMN record.fixmedins_b.uscc IS '统一社会信用代码';
COMMENT ON COLUMN record.fixmedins_b.orgcode IS '组织机构代码';
COMMENT ON COLUMN record.fixmedins_b.fix_blng_admdvs IS '定点归属医保区划 @code(region)';
COMMENT ON COLUMN record.fixmedins_b.fixmedins_type IS '定点医疗服务机构类型 @code(fixmedins_type)';
COMMENT ON COLUMN record.fixmedins_b.hosp_lv IS '医院等级 @code(hosp_lv)';
COMMENT ON COLUMN record.fixmedins_b.lmtpric_hosp_lv IS '限价医院等级 @code(hosp_lv)';
COMMENT ON COLUMN record.fixmedins_b.dedc_hosp_lv IS '起付线医院等级 @code(hosp_lv)';
COMMENT ON COLUMN record.fixmedins_b.own_type IS '举办性质 @code(own_type)';
COMMENT ON COLUMN record.fixmedins_b.area_lv IS '机构所在层级 @code(area_lv)';
COMMENT ON COLUMN record.fixmedins_b.begntime IS '开始时间';
COMMENT ON COLUMN record.fixmedins_b.endtime IS '结束时间';
COMMENT ON COLUMN record.fixmedins_b.fix_onln_open_flag IS '定点联网开通标志';
COMMENT ON COLUMN record.fixmedins_b.out_onln_open_type IS '异地联网开通类型';
COMMENT ON COLUMN record.fixmedins_b.nat_plaf_code IS '国家异地平台机构编号';
COMMENT ON COLUMN record.fixmedins_b.prov_plaf_code IS '省内异地平台机构编号';
COMMENT ON COLUMN record.fixmedins_b.vali_flag IS '有效标志';
COMMENT ON COLUMN record.fixmedins_b.poolarea_no IS '统筹区编号';
COMMENT ON COLUMN record.fixmedins_b.crte_time IS '数据创建时间';
COMMENT ON COLUMN record.fixmedins_b.updt_time IS '数据更新时间';
COMMENT ON COLUMN record.fixmedins_b.memo IS '备注';
