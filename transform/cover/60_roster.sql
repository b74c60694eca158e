-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: pg_temp.roster_person, record.psn_insu_d, setl_d, rsdt_psn_clct_detl_d, identity.xref, cover.scheme
-- writes: cover.roster_line · run key: tongchou.search
-- Every line of every roster ends in one state; and who is enrolled as aided or as a student and on no such roster.
DELETE FROM cover.roster_line;
CREATE TEMP TABLE listed ON COMMIT DROP AS
SELECT r.*, daterange(begn_date, greatest(begn_date, coalesce(end_date, current_setting('tongchou.until')::date))) AS days
  FROM pg_temp.roster_person r;
-- All records of the persons on rosters, and their relations and care while the roster holds.
CREATE TEMP TABLE listed_record ON COMMIT DROP AS
SELECT psn_no, county, src_psn_no FROM pg_temp.listed WHERE how = 'id'
UNION
SELECT x.psn_no, x.county, x.src_psn_no FROM identity.xref x
 WHERE x.psn_no IN (SELECT psn_no FROM pg_temp.listed WHERE how = 'id');
ANALYZE pg_temp.listed_record;
CREATE TEMP TABLE listed_relation ON COMMIT DROP AS
SELECT l.psn_no, t.county, t.src_psn_no, t.crt_insu_date, coalesce(t.paus_insu_date, 'infinity') AS until,
       coalesce(t.psn_insu_stas, '1') = '1' AS normal
  FROM pg_temp.listed_record l
  JOIN record.psn_insu_d t USING (county, src_psn_no)
  JOIN cover.scheme s ON s.insutype = t.insutype AND coalesce(t.psn_insu_stas, '1') = ANY (s.statuses);
CREATE TEMP TABLE listed_care ON COMMIT DROP AS
SELECT l.psn_no, coalesce(t.begndate, t.setl_time) AS day, t.medfee_sumamt_fen, t.fund_pay_sumamt_fen
  FROM pg_temp.listed_record l JOIN record.setl_d t USING (county, src_psn_no)
 WHERE coalesce(t.refd_setl_flag, '0') <> '1'
   AND NOT EXISTS (SELECT FROM record.setl_d r
                    WHERE r.county = t.county AND r.init_setl_id = t.setl_id AND r.refd_setl_flag = '1');

INSERT INTO cover.roster_line (search, roster_type, roster_county, roster_key, roster_no, county, src_psn_no, psn_no,
       begn_date, end_date, state, settlements, settled_fen, fund_fen)
SELECT current_setting('tongchou.search')::int, l.roster_type, l.roster_county, l.roster_key, l.roster_no,
       coalesce(o.county, l.county, l.admdvs, l.org_admdvs, l.roster_county), coalesce(o.src_psn_no, l.src_psn_no), l.psn_no,
       l.begn_date, l.end_date,
       CASE WHEN l.how IS NULL THEN 'unknown' WHEN l.how <> 'id' THEN 'name_differs'
            WHEN l.leaves THEN CASE WHEN o.county IS NULL THEN 'agrees' ELSE 'still_enrolled' END
            WHEN o.county IS NULL THEN 'not_enrolled' ELSE 'agrees' END,
       coalesce(c.settlements, 0), coalesce(c.settled, 0), coalesce(c.fund, 0)
  FROM (SELECT DISTINCT ON (roster_county, roster_key) *, roster_type IN ('死亡', '服刑', '转出') AS leaves
          FROM pg_temp.listed ORDER BY roster_county, roster_key, county, src_psn_no) l
  -- The relation that tells: for a death one that goes on after it, else one inside the roster's days.
  LEFT JOIN LATERAL (
       SELECT r.county, r.src_psn_no FROM pg_temp.listed_relation r
        WHERE r.psn_no = l.psn_no AND l.how = 'id'
          AND CASE WHEN l.roster_type = '死亡' THEN r.normal AND (r.crt_insu_date > l.begn_date OR r.until = 'infinity')
                   WHEN l.leaves THEN r.normal AND r.until > lower(l.days) AND r.crt_insu_date < upper(l.days)
                   ELSE r.until > lower(l.days) AND r.crt_insu_date < greatest(upper(l.days), lower(l.days) + 1) END
        ORDER BY r.county, r.src_psn_no LIMIT 1) o ON true
  LEFT JOIN LATERAL (
       SELECT count(*) AS settlements, sum(medfee_sumamt_fen) AS settled, sum(fund_pay_sumamt_fen) AS fund
         FROM pg_temp.listed_care k
        WHERE k.psn_no = l.psn_no AND l.how = 'id' AND l.leaves AND k.day > l.begn_date
          AND (l.roster_type = '死亡' OR k.day < upper(l.days))) c ON true
 ORDER BY l.roster_type, l.roster_county, l.roster_key;

-- The other way round, in the counties that such a roster is about: its own, or all when the office that gave it
-- keeps no persons.
INSERT INTO cover.roster_line (search, roster_type, county, src_psn_no, psn_no, begn_date, state)
WITH about AS (
    SELECT DISTINCT l.roster_type, CASE WHEN EXISTS (SELECT FROM record.psn_info_b p WHERE p.county = l.roster_county)
                                        THEN l.roster_county END AS county
      FROM pg_temp.listed l WHERE l.roster_type IN ('贫困', '在校')),
year AS (SELECT to_char(current_setting('tongchou.until')::date - 1, 'YYYY') AS year),
enrolled AS (
    SELECT '贫困' AS roster_type, t.county, t.src_psn_no, min(t.clct_time) AS since
      FROM record.rsdt_psn_clct_detl_d t, year y
     WHERE (t.oth_clct_amt_fen > 0 OR t.psn_idet_type IS NOT NULL) AND coalesce(t.revs_flag, 'Z') = 'Z'
       AND left(coalesce(t.accrym_begn, to_char(t.clct_time, 'YYYYMM')), 4) = y.year
     GROUP BY 2, 3
    UNION ALL
    SELECT '在校', t.county, t.src_psn_no, min(t.crt_insu_date) FROM record.psn_insu_d t
      JOIN cover.scheme s USING (insutype)
     WHERE (t.psn_type IN ('1403', '1404') OR t.insu_idet LIKE '%学生%') AND coalesce(t.psn_insu_stas, '1') = '1'
       AND coalesce(t.paus_insu_date, 'infinity') >= current_setting('tongchou.until')::date
     GROUP BY 2, 3)
SELECT current_setting('tongchou.search')::int, e.roster_type, e.county, e.src_psn_no,
       coalesce(x.psn_no, e.county || '/' || e.src_psn_no), e.since, 'not_on_roster'
  FROM enrolled e LEFT JOIN identity.xref x USING (county, src_psn_no)
 WHERE EXISTS (SELECT FROM about a WHERE a.roster_type = e.roster_type AND coalesce(a.county, e.county) = e.county)
   AND NOT EXISTS (SELECT FROM pg_temp.listed l WHERE l.roster_type = e.roster_type AND l.how = 'id'
                      AND l.psn_no = coalesce(x.psn_no, e.county || '/' || e.src_psn_no))
 ORDER BY e.roster_type, e.county, e.src_psn_no;
