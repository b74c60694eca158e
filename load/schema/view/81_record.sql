-- SPDX-License-Identifier: MulanPSL-2.0
-- Views over kinds stand in a folder of their own: it is applied after load/schema/kind.
-- A record as its county sent it, with its number and its person.
CREATE VIEW identity.record AS
    SELECT x.record_no, x.psn_no, p.* FROM identity.xref x
      JOIN record.psn_info_b p ON p.county = x.county AND p.src_psn_no = x.src_psn_no;
COMMENT ON VIEW identity.record IS '人员记录及其市人员编号';
