-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d
-- writes: intake.reason, contrib.paid_twice
-- run key: none, always all of one county · distribution: county · reports: contrib.paid_twice (doubt)
-- One person, one scheme, one month paid again: the payment that comes later is listed.  Reversals and
-- what they reverse, supplements of another type and amounts of nothing are no second payment.  A payment taken
-- back by a negative row that nothing marks may be paid again: of equal ones, so many are not listed.
DELETE FROM intake.reason WHERE code = 'contrib.paid_twice'
   AND file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery)
                 WHERE d.county = :'county');
WITH payment AS NOT MATERIALIZED (
    SELECT county, src_psn_no, insutype, clct_type, accrym_begn AS since, coalesce(accrym_end, accrym_begn) AS until,
           clct_time, file, source_row, src_key, clct_sumamt_fen AS fen, revs_flag, clct_flag FROM record.rsdt_psn_clct_detl_d
    UNION ALL
    SELECT county, src_psn_no, insutype, clct_type, accrym_begn, coalesce(accrym_end, accrym_begn),
           clct_time, file, source_row, src_key, clct_sumamt_fen, revs_flag, clct_flag FROM record.staf_psn_clct_detl_d),
again AS (
    SELECT u.*, row_number() OVER (PARTITION BY src_psn_no, insutype, clct_type, since, until, fen
                                   ORDER BY clct_time, file, source_row) AS nth
      FROM (SELECT t.*, max(t.until) OVER (PARTITION BY county, src_psn_no, insutype, clct_type
                                           ORDER BY since, clct_time, file, source_row
                                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered
              FROM payment t
             WHERE county = :'county' AND fen > 0 AND since IS NOT NULL AND src_psn_no IS NOT NULL
               AND coalesce(revs_flag, 'Z') NOT IN ('+', '-') AND coalesce(clct_flag, '1') <> '0') u
     WHERE covered >= since),
back AS (
    SELECT src_psn_no, insutype, clct_type, since, until, -fen AS fen, count(*) AS times FROM payment
     WHERE county = :'county' AND fen < 0 AND coalesce(revs_flag, 'Z') NOT IN ('+', '-') GROUP BY 1, 2, 3, 4, 5, 6)
INSERT INTO intake.reason (file, source_row, number, code, weight, target_column, src_key, fen)
SELECT a.file, a.source_row, 26, 'contrib.paid_twice', 'doubt', 'src_psn_no', a.src_key, a.fen
  FROM again a
  LEFT JOIN back b ON b.src_psn_no = a.src_psn_no AND b.since = a.since AND b.until = a.until AND b.fen = a.fen
   AND b.insutype IS NOT DISTINCT FROM a.insutype AND b.clct_type IS NOT DISTINCT FROM a.clct_type
 WHERE a.nth > coalesce(b.times, 0)
ON CONFLICT DO NOTHING;
