-- SPDX-License-Identifier: MulanPSL-2.0
-- How many characters the national platform gives to names, numbers of certificates, telephones, addresses
-- and remarks (the lengths of its published table definitions): a longer text is rejected, text.too_long.
-- Keys, codes and the counties' own numbers have no limit here: "local codes extend national ones", and a
-- key is never shortened.  A spec's `max:` says otherwise for one column.  In a folder of its own, since it
-- is applied after the kinds.
COMMENT ON COLUMN fund.acct_inc_detl_d.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN fund.acct_inc_detl_d.certno IS '证件号 @pii(id) @max(50)';
COMMENT ON COLUMN fund.acct_inc_detl_d.memo IS '备注 @max(500)';
COMMENT ON COLUMN record.emp_clct_detl_d.emp_name IS '单位名称 @max(200)';
COMMENT ON COLUMN record.fixmedins_b.fixmedins_name IS '定点医药机构名称 @max(200)';
COMMENT ON COLUMN record.insu_emp_info_b.emp_name IS '单位名称 @max(200)';
COMMENT ON COLUMN record.insu_emp_info_b.reg_name IS '注册名称 @max(500)';
COMMENT ON COLUMN record.insu_emp_info_b.emp_addr IS '单位地址 @pii(address) @max(200)';
COMMENT ON COLUMN record.insu_emp_info_b.coner_name IS '联系人姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.insu_emp_info_b.tel IS '联系电话 @pii(phone) @max(50)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_name IS '法定代表人姓名 @pii(name) @max(255)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_tel IS '法定代表人电话号码 @pii(phone) @max(100)';
COMMENT ON COLUMN record.insu_emp_info_b.legrep_certno IS '法定代表人证件号码 @pii(id) @max(100)';
COMMENT ON COLUMN record.psn_info_b.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.psn_info_b.certno IS '证件号码 @pii(id) @max(50)';
COMMENT ON COLUMN record.psn_info_b.tel IS '联系电话 @pii(phone) @max(50)';
COMMENT ON COLUMN record.psn_info_b.memo IS '备注 @max(500)';
COMMENT ON COLUMN record.psn_insu_d.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.psn_insu_d.certno IS '证件号码 @pii(id) @max(50)';
COMMENT ON COLUMN record.rsdt_psn_clct_detl_d.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.rsdt_psn_clct_detl_d.certno IS '证件号码 @pii(id) @max(50)';
COMMENT ON COLUMN record.rsdt_psn_clct_detl_d.emp_name IS '单位名称 @max(200)';
COMMENT ON COLUMN record.setl_d.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.setl_d.certno IS '证件号码 @pii(id) @max(50)';
COMMENT ON COLUMN record.setl_d.fixmedins_name IS '定点医药机构名称 @max(255)';
COMMENT ON COLUMN record.setl_d.dise_name IS '病种名称 @pii(diagnosis) @max(500)';
COMMENT ON COLUMN record.setl_d.memo IS '备注 @max(500)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.psn_name IS '人员姓名 @pii(name) @max(50)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.certno IS '证件号码 @pii(id) @max(50)';
COMMENT ON COLUMN record.staf_psn_clct_detl_d.emp_name IS '单位名称 @max(200)';
