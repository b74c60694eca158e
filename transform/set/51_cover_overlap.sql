-- SPDX-License-Identifier: MulanPSL-2.0
-- needs: cover
-- reads of all counties: record.psn_info_b, record.psn_insu_d, record.psn_roster_d, identity.xref
-- reads of all counties: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d
-- reads of all counties: cover.scheme, cover.exempt, cover.setting
-- writes: intake.reason, enroll.overlap, cover.twice
-- run key: none, every person with a relation in this county, and with whom they overlap elsewhere
-- reports: enroll.overlap (doubt), at both relations; a number of its own for each other county
-- The same relations, payments and pairs as `tongchou cover find`; without identities only one county's own numbers.
SELECT set_config('tongchou.until', coalesce((SELECT until::text FROM cover.setting), '-infinity'), true),
       set_config('tongchou.tolerance', coalesce((SELECT tolerance_days::text FROM cover.setting), '0'), true);
\include transform/cover/03_asked.sql
\include transform/cover/05_roster.sql
\include transform/cover/06_candidate.sql
\include transform/cover/08_crossing.sql
\include transform/cover/09_payment.sql
\include transform/cover/10_relation.sql
\include transform/cover/15_pair.sql
CREATE TEMP TABLE doubt ON COMMIT DROP AS
SELECT t.file, t.source_row, 1000 + right(o.other, 4)::int AS number,
       'county=' || o.other || ';months=' || max(o.months) AS detail, t.src_key
  FROM pg_temp.pair p
 CROSS JOIN LATERAL (VALUES (p.county_a, p.key_a, p.county_b), (p.county_b, p.key_b, p.county_a)) s (county, key, other)
 CROSS JOIN LATERAL (SELECT s.other, (SELECT string_agg(to_char(lower(r), 'YYYYMM') || '-' || to_char(upper(r) - 1, 'YYYYMM'),
                                                        ',' ORDER BY r) FROM unnest(p.overlap) r) AS months) o
  JOIN record.psn_insu_d t ON t.county = s.county AND t.key_hash = s.key
 WHERE :'county' IN (p.county_a, p.county_b)
 GROUP BY t.file, t.source_row, o.other, t.src_key;
-- What was said before and still holds stays as it was said.
DELETE FROM intake.reason r WHERE code = 'enroll.overlap'
   AND (detail LIKE 'county=' || :'county' || ';%'
        OR file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery) WHERE d.county = :'county'))
   AND NOT EXISTS (SELECT FROM pg_temp.doubt d
                    WHERE (d.file, d.source_row, d.number, d.detail) = (r.file, r.source_row, r.number, r.detail));
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, detail, src_key, said_run)
SELECT file, source_row, number, 'enroll.overlap', 'doubt', 'crt_insu_date', detail, src_key,
       current_setting('tongchou.run')::int
  FROM pg_temp.doubt
ON CONFLICT DO NOTHING;
