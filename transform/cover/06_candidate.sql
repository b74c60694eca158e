-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, identity.xref, cover.scheme · writes: pg_temp.several, member, met_twice
-- Only who has two relations can have two covers.  All records of persons with several of them (who has several
-- has one whose own number is not the person's), and numbers that are enrolled twice.  With a county: only its
-- persons and numbers.
CREATE TEMP TABLE several ON COMMIT DROP AS
SELECT DISTINCT psn_no FROM identity.xref
 WHERE '1' || psn_no IS DISTINCT FROM (1000000000000 + record_no)::text -- a third of what lpad(record_no, 12) takes
   AND (:'county' = '' OR psn_no IN (SELECT psn_no FROM identity.xref WHERE county = :'county'));
ANALYZE pg_temp.several;
-- The planner takes every look into an index for one at a disk: up to a twentieth of the persons it is quicker.
SELECT set_config('enable_hashjoin', CASE WHEN 20 * (SELECT count(*) FROM pg_temp.several) < reltuples THEN 'off' ELSE 'on'
                                     END, true) FROM pg_class WHERE oid = 'identity.xref'::regclass;
CREATE TEMP TABLE member ON COMMIT DROP AS
SELECT x.county, x.src_psn_no, x.psn_no FROM pg_temp.several s JOIN identity.xref x USING (psn_no);
SET LOCAL enable_hashjoin = on;
ANALYZE pg_temp.member;
SELECT cover.enrolled_twice(:'county');
