-- SPDX-License-Identifier: MulanPSL-2.0
-- reads of all counties: record.psn_info_b, record.psn_insu_d, record.setl_d, record.psn_roster_d, identity.xref
-- writes: intake.reason, enroll.after_death
-- run key: none, always all of one county; all counties when this one delivered a roster
-- reports: enroll.after_death (doubt)
-- A relation in normal state that begins after the person's death or was never ended by it, and care after it, with
-- its cost.  The day is the earliest that the county itself or a roster of the dead gives for any record of the person.
\include transform/cover/05_roster.sql
CREATE TEMP TABLE scope ON COMMIT DROP AS
SELECT DISTINCT county FROM intake.delivery
 WHERE county = :'county' OR EXISTS (SELECT FROM intake.file f JOIN intake.delivery d USING (delivery)
                                      WHERE d.county = :'county' AND f.kind = 'psn_roster_d');
CREATE TEMP TABLE dead ON COMMIT DROP AS
SELECT county, src_psn_no, min(day) AS day
  FROM (SELECT county, src_psn_no, die_date AS day FROM record.psn_info_b
         WHERE die_date IS NOT NULL AND county = ANY (ARRAY(SELECT county FROM pg_temp.scope))
        UNION ALL
        SELECT county, src_psn_no, begn_date FROM pg_temp.roster_person
         WHERE roster_type = '死亡' AND how = 'id' AND county = ANY (ARRAY(SELECT county FROM pg_temp.scope))
        UNION ALL
        SELECT x.county, x.src_psn_no, r.begn_date FROM pg_temp.roster_person r JOIN identity.xref x USING (psn_no)
         WHERE r.roster_type = '死亡' AND r.how = 'id' AND x.county = ANY (ARRAY(SELECT county FROM pg_temp.scope))) d
 GROUP BY 1, 2;
ANALYZE pg_temp.dead;
CREATE TEMP TABLE late ON COMMIT DROP AS
SELECT t.county, t.file, t.source_row, t.src_key, t.setl_id, t.medfee_sumamt_fen
  FROM record.setl_d t JOIN pg_temp.dead d USING (county, src_psn_no)
 WHERE t.county = ANY (ARRAY(SELECT county FROM pg_temp.scope)) AND coalesce(t.begndate, t.setl_time) > d.day
   AND coalesce(t.refd_setl_flag, '0') <> '1';
ANALYZE pg_temp.late;
CREATE TEMP TABLE taken_back ON COMMIT DROP AS
SELECT DISTINCT l.county, l.setl_id FROM pg_temp.late l
  JOIN record.setl_d r ON r.county = l.county AND r.init_setl_id = l.setl_id AND r.refd_setl_flag = '1';
CREATE TEMP TABLE doubt ON COMMIT DROP AS
SELECT t.file, t.source_row, 'paus_insu_date' AS target_column, t.src_key, NULL::bigint AS fen
  FROM record.psn_insu_d t JOIN pg_temp.dead d USING (county, src_psn_no)
 WHERE t.county = ANY (ARRAY(SELECT county FROM pg_temp.scope)) AND coalesce(t.psn_insu_stas, '1') = '1'
   AND (t.crt_insu_date > d.day OR t.paus_insu_date IS NULL)
UNION ALL
SELECT t.file, t.source_row, 'begndate', t.src_key, t.medfee_sumamt_fen
  FROM pg_temp.late t
 WHERE NOT EXISTS (SELECT FROM pg_temp.taken_back b WHERE b.county = t.county AND b.setl_id = t.setl_id);
-- What was said before and still holds stays as it was said.
DELETE FROM intake.reason r WHERE code = 'enroll.after_death'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery) JOIN pg_temp.scope USING (county))
   AND NOT EXISTS (SELECT FROM pg_temp.doubt d WHERE d.file = r.file AND d.source_row = r.source_row);
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen, said_run)
SELECT file, source_row, 28, 'enroll.after_death', 'doubt', target_column, src_key, fen,
       current_setting('tongchou.run')::int
  FROM pg_temp.doubt
ON CONFLICT DO NOTHING;
