-- SPDX-License-Identifier: MulanPSL-2.0
-- A line of a roster that another office keeps: the dead (公安), prisoners (司法), who moved away, the poor and
-- aided (民政), students (教育).  roster_type says which; begn_date is the day from which it holds: of death, of
-- imprisonment, of moving, of recognition, of the school year.  The columns are ours; certno and psn_name say who it
-- is, src_psn_no only where the office knows the number of the county that delivers the roster.
CREATE TABLE record.psn_roster_d (
    roster_type text NOT NULL,
    roster_no text NOT NULL,
    src_psn_no text,
    psn_name text,
    gend text,
    brdy date,
    psn_cert_type text,
    certno text,
    tel text,
    live_addr text,
    begn_date date NOT NULL,
    end_date date,
    roster_class text,
    org_name text,
    org_admdvs text,
    admdvs text,
    src_dept text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE record.psn_roster_d IS '部门名单';
COMMENT ON COLUMN record.psn_roster_d.roster_type IS '名单类别 @key @code(roster_type)';
COMMENT ON COLUMN record.psn_roster_d.roster_no IS '名单编号 @key';
COMMENT ON COLUMN record.psn_roster_d.src_psn_no IS '县人员编号';
COMMENT ON COLUMN record.psn_roster_d.psn_name IS '人员姓名 @pii(name)';
COMMENT ON COLUMN record.psn_roster_d.gend IS '性别 @code(gend)';
COMMENT ON COLUMN record.psn_roster_d.brdy IS '出生日期';
COMMENT ON COLUMN record.psn_roster_d.psn_cert_type IS '人员证件类型 @code(psn_cert_type)';
COMMENT ON COLUMN record.psn_roster_d.certno IS '证件号码 @pii(id)';
COMMENT ON COLUMN record.psn_roster_d.tel IS '联系电话 @pii(phone)';
COMMENT ON COLUMN record.psn_roster_d.live_addr IS '居住地址 @pii(address)';
COMMENT ON COLUMN record.psn_roster_d.begn_date IS '起始日期 @event';
COMMENT ON COLUMN record.psn_roster_d.end_date IS '终止日期';
COMMENT ON COLUMN record.psn_roster_d.roster_class IS '细类';
COMMENT ON COLUMN record.psn_roster_d.org_name IS '学校或机构';
COMMENT ON COLUMN record.psn_roster_d.org_admdvs IS '学校或机构所在区划 @code(region)';
COMMENT ON COLUMN record.psn_roster_d.admdvs IS '本人所在区划 @code(region)';
COMMENT ON COLUMN record.psn_roster_d.src_dept IS '来源部门';
COMMENT ON COLUMN record.psn_roster_d.memo IS '备注';
