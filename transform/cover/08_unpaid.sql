-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.psn_insu_d, staf_psn_clct_detl_d, rsdt_psn_clct_detl_d, cover.scheme · writes: pg_temp.unpaid
-- 空挂: open, in a state that counts, not exempt, and nothing paid for it in the last days before `until`.
-- tongchou.scope: the counties that are looked at.
CREATE TEMP TABLE unpaid ON COMMIT DROP AS
WITH open AS (
    SELECT r.county, r.key_hash, r.src_psn_no, r.insutype, r.crt_insu_date, r.file, r.source_row, r.src_key
      FROM record.psn_insu_d r JOIN cover.scheme s USING (insutype)
     WHERE r.county = ANY (string_to_array(current_setting('tongchou.scope'), '|'))
       AND r.paus_insu_date IS NULL AND coalesce(r.psn_insu_stas, '1') = ANY (s.statuses)
       AND r.crt_insu_date < current_setting('tongchou.until')::date
       AND NOT (s.exempt = 'retired' AND coalesce(r.insutype_retr_flag, '0') = '1')),
day AS (
    SELECT to_char(current_setting('tongchou.until')::date - current_setting('tongchou.idle_days')::int, 'YYYYMM') AS month),
nothing AS (
    SELECT o.* FROM open o
     WHERE NOT EXISTS (SELECT FROM record.staf_psn_clct_detl_d p
                        WHERE p.county = o.county AND p.src_psn_no = o.src_psn_no AND p.insutype = o.insutype
                          AND p.county = ANY (string_to_array(current_setting('tongchou.scope'), '|'))
                          AND p.clct_sumamt_fen > 0
                          AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM')) >= (SELECT month FROM day))
       AND NOT EXISTS (SELECT FROM record.rsdt_psn_clct_detl_d p
                        WHERE p.county = o.county AND p.src_psn_no = o.src_psn_no AND p.insutype = o.insutype
                          AND p.county = ANY (string_to_array(current_setting('tongchou.scope'), '|'))
                          AND p.clct_sumamt_fen > 0
                          AND coalesce(p.accrym_end, to_char(p.clct_time, 'YYYYMM')) >= (SELECT month FROM day))),
last AS (
    SELECT county, src_psn_no, insutype, max(month) AS month
      FROM (SELECT county, src_psn_no, insutype, coalesce(accrym_end, to_char(clct_time, 'YYYYMM')) AS month
              FROM record.staf_psn_clct_detl_d JOIN nothing USING (county, src_psn_no, insutype)
             WHERE clct_sumamt_fen > 0
               AND county = ANY (string_to_array(current_setting('tongchou.scope'), '|'))
            UNION ALL
            SELECT county, src_psn_no, insutype, coalesce(accrym_end, to_char(clct_time, 'YYYYMM'))
              FROM record.rsdt_psn_clct_detl_d JOIN nothing USING (county, src_psn_no, insutype)
             WHERE clct_sumamt_fen > 0
               AND county = ANY (string_to_array(current_setting('tongchou.scope'), '|'))) p
     GROUP BY 1, 2, 3)
SELECT n.*, (to_date(l.month, 'YYYYMM') + interval '1 month')::date - 1 AS last_paid
  FROM nothing n LEFT JOIN last l USING (county, src_psn_no, insutype);
