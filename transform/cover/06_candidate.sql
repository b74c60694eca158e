-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, identity.xref, cover.scheme · writes: pg_temp.member, met_twice
-- Only who has two relations can have two covers.  All records of persons with several of them (who has several
-- has one whose own number is not the person's), and numbers that are enrolled twice.  With a county: only its
-- persons and numbers.
CREATE TEMP TABLE member ON COMMIT DROP AS
SELECT county, src_psn_no, psn_no FROM identity.xref
 WHERE psn_no IN (SELECT psn_no FROM identity.xref WHERE psn_no IS DISTINCT FROM lpad(record_no::text, 12, '0'))
   AND (:'county' = '' OR psn_no IN (SELECT psn_no FROM identity.xref WHERE county = :'county'));
ANALYZE pg_temp.member;
SELECT cover.enrolled_twice(:'county');
