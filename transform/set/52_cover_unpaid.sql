-- SPDX-License-Identifier: MulanPSL-2.0
-- needs: cover
-- reads: record.psn_insu_d, record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d
-- reads of all counties: record.psn_info_b, record.psn_roster_d, identity.xref, cover.scheme, cover.exempt, cover.setting
-- writes: intake.reason, enroll.unpaid, cover.unpaid
-- run key: none, always all of one county · distribution: county · reports: enroll.unpaid (doubt)
-- Open, not exempt, and nothing paid for it (空挂).  A county that has delivered no payments is not compared: half a
-- million open relations would be written down of which nothing is said.  A search that asks for them looks itself.
SELECT set_config('tongchou.until', coalesce((SELECT until::text FROM cover.setting), '-infinity'), true),
       set_config('tongchou.idle_days', coalesce((SELECT idle_days::text FROM cover.setting), '0'), true),
       set_config('tongchou.compared', CASE WHEN EXISTS (SELECT FROM record.staf_psn_clct_detl_d WHERE county = :'county')
                                              OR EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d WHERE county = :'county')
                                            THEN 'yes' ELSE 'no' END, true);
\include transform/cover/03_asked.sql
\include transform/cover/05_roster.sql
\include transform/cover/07_silent.sql
CREATE TEMP TABLE asked ON COMMIT DROP AS
SELECT county, hashtextextended(src_psn_no, 0) AS hash FROM pg_temp.silent;
\include transform/cover/09_payment.sql
\include transform/cover/11_unpaid.sql
CREATE TEMP TABLE doubt ON COMMIT DROP AS
SELECT file, source_row, src_key FROM pg_temp.unpaid;
-- What was said before and still holds stays as it was said.
DELETE FROM intake.reason r WHERE code = 'enroll.unpaid'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county')
   AND NOT EXISTS (SELECT FROM pg_temp.doubt d WHERE d.file = r.file AND d.source_row = r.source_row);
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, said_run)
SELECT file, source_row, 31, 'enroll.unpaid', 'doubt', 'crt_insu_date', src_key, current_setting('tongchou.run')::int
  FROM pg_temp.doubt
ON CONFLICT DO NOTHING;
