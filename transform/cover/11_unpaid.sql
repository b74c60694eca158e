-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.silent, looked_at, payment · writes: pg_temp.unpaid, cover.unpaid, unpaid_seen
-- 空挂: open, in a state that counts, not exempt, and nothing paid for it in the last days before `until`.
CREATE TEMP TABLE unpaid ON COMMIT DROP AS
WITH net AS ( -- as for cover: what was paid and taken back is nothing paid
    SELECT county, src_psn_no, insutype, max(coalesce(accrym_end, to_char(clct_time, 'YYYYMM'))) AS month
      FROM pg_temp.payment GROUP BY county, src_psn_no, insutype, first_month, next_month
    HAVING sum(clct_sumamt_fen) > 0 OR bool_and(clct_sumamt_fen = 0 AND aided)),
last AS (
    SELECT county, src_psn_no, insutype, max(month) AS month FROM net GROUP BY 1, 2, 3)
SELECT s.*, (to_date(l.month, 'YYYYMM') + interval '1 month')::date - 1 AS last_paid
  FROM pg_temp.silent s LEFT JOIN last l USING (county, src_psn_no, insutype)
 WHERE l.month IS NULL
    OR l.month < (SELECT to_char(current_setting('tongchou.until')::date - current_setting('tongchou.idle_days')::int, 'YYYYMM'));

-- A run's checks and a search may both have looked: one of them writes, then the other.
SELECT pg_advisory_xact_lock(hashtextextended('tongchou:unpaid', 0));
DELETE FROM cover.unpaid u USING pg_temp.looked_at l WHERE u.county = l.county;
DELETE FROM cover.unpaid_seen u USING pg_temp.looked_at l WHERE u.county = l.county;
INSERT INTO cover.unpaid
SELECT county, key_hash, src_psn_no, insutype, crt_insu_date, last_paid FROM pg_temp.unpaid;
INSERT INTO cover.unpaid_seen SELECT county, state FROM pg_temp.looked_at WHERE state IS NOT NULL;
