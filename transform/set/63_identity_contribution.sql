-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d, contrib.paid_twice
-- writes: intake.finding
-- run key: none, always all of one county · distribution: county
-- reports: identity.b1 to identity.b7, each held, broken or not applicable, with the rows behind it
-- What is paid in against the county's rule of that day.  Reversals and what they take back stay out; rows of
-- days without a rule are not weighed.  B2 and B3 need what the tax office declared, which no kind here has.
CREATE TEMP TABLE rule ON COMMIT DROP AS
SELECT a.insutype AS assigned, r.param, r.insutype, r.person_class, r.mode, r.value,
       greatest(coalesce(a.valid_from, '-infinity'), coalesce(r.valid_from, '-infinity')) AS since,
       least(coalesce(a.valid_until, 'infinity'), coalesce(r.valid_until, 'infinity')) AS until
  FROM fund.setting s JOIN fund.policy_assignment a ON a.sha256 = s.value AND a.county = :'county'
  JOIN fund.policy_rule r ON r.sha256 = s.value AND r.plan = a.plan
   AND (r.param LIKE 'contrib.%' OR r.param LIKE 'subsidy.%' OR r.param LIKE 'acct.%')
 WHERE s.name = 'policy';
CREATE TEMP TABLE employee ON COMMIT DROP AS
SELECT t.key_hash, t.clct_sumamt_fen AS total, t.psn_clct_amt_fen + coalesce(t.emp_clct_amt_fen, 0) + coalesce(t.finsubs_amt_fen, 0)
       + coalesce(t.oth_clct_amt_fen, 0) AS parts, t.emp_clct_amt_fen AS employer,
       CASE coalesce(d.mode, 'half_up_cent') WHEN 'floor_yuan' THEN (t.base * e.value)::bigint / 1000000 * 100
            WHEN 'half_up_yuan' THEN ((t.base * e.value)::bigint + 500000) / 1000000 * 100
            ELSE ((t.base * e.value)::bigint + 5000) / 10000 END AS due,
       coalesce(t.psn_clct_into_acct_amt_fen, 0) + coalesce(t.emp_clct_into_acct_amt_fen, 0) AS credited,
       CASE WHEN t.psn_clct_into_acct_amt_fen IS NOT NULL THEN (t.base * i.value + 5000) / 10000 END AS inflow
  FROM (SELECT *, coalesce(emp_clctstd_fen, psn_clctstd_fen) AS base FROM record.staf_psn_clct_detl_d
         WHERE county = :'county' AND clct_sumamt_fen > 0 AND coalesce(revs_flag, 'Z') NOT IN ('+', '-', 'R')) t
  LEFT JOIN rule e ON e.param = 'contrib.rate.employer' AND e.insutype IN ('', t.insutype) AND t.clct_time >= e.since AND t.clct_time < e.until
   AND e.assigned IN ('', t.insutype)
  LEFT JOIN rule d ON d.param = 'contrib.amount.rounding' AND d.insutype IN ('', t.insutype) AND t.clct_time >= d.since AND t.clct_time < d.until
   AND d.assigned IN ('', t.insutype)
  LEFT JOIN rule i ON i.param = 'acct.inflow' AND i.person_class = 'active' AND i.mode = 'pct_base' AND i.insutype IN ('', t.insutype)
   AND t.clct_time >= i.since AND t.clct_time < i.until AND i.assigned IN ('', t.insutype);
CREATE TEMP TABLE resident ON COMMIT DROP AS
SELECT t.key_hash, t.clct_sumamt_fen AS total, t.psn_clct_amt_fen + coalesce(t.finsubs_amt_fen, 0) + coalesce(t.oth_clct_amt_fen, 0) AS parts,
       nullif(t.finsubs_amt_fen, 0) AS subsidy, g.subsidy AS granted, t.psn_clct_amt_fen + coalesce(t.oth_clct_amt_fen, 0) AS own, p.tier
  FROM (SELECT * FROM record.rsdt_psn_clct_detl_d
         WHERE county = :'county' AND clct_sumamt_fen > 0 AND coalesce(revs_flag, 'Z') NOT IN ('+', '-', 'R')) t
  LEFT JOIN LATERAL (SELECT sum(value) AS subsidy FROM rule r WHERE r.param = 'subsidy.level' AND r.insutype IN ('', t.insutype)
                        AND t.clct_time >= r.since AND t.clct_time < r.until AND r.assigned IN ('', t.insutype)) g ON true
  LEFT JOIN LATERAL (SELECT value AS tier FROM rule r WHERE r.param = 'contrib.resident.tier' AND r.mode = '' AND r.insutype IN ('', t.insutype)
                        AND t.clct_time >= r.since AND t.clct_time < r.until AND r.assigned IN ('', t.insutype)
                      ORDER BY abs(value - t.psn_clct_amt_fen - coalesce(t.oth_clct_amt_fen, 0)) LIMIT 1) p ON true;
SELECT fund.say('identity.' || name, :'county', min(kind), upper(name), sum(l), sum(r),
                CASE WHEN count(l + r) = 0 THEN 'not_applicable' WHEN count(*) FILTER (WHERE l <> r) = 0 THEN 'held' ELSE 'broken' END,
                'rows=' || count(l + r) || ';bad=' || count(*) FILTER (WHERE l <> r),
                array_agg(key_hash) FILTER (WHERE l <> r), array_agg((l - r)::bigint) FILTER (WHERE l <> r))
  FROM (SELECT 'b1' AS name, 'staf_psn_clct_detl_d' AS kind, key_hash, total + coalesce(employer, 0) AS l, parts + coalesce(due, employer, 0) AS r FROM employee
        UNION ALL SELECT 'b1', 'rsdt_psn_clct_detl_d', key_hash, total, parts FROM resident
        UNION ALL SELECT n, 'rsdt_psn_clct_detl_d', NULL, NULL, NULL FROM unnest(ARRAY['b1', 'b2', 'b3', 'b5', 'b6', 'b7']) n
        UNION ALL SELECT 'b4', f.kind, coalesce(p.key_hash, s.key_hash), r.fen, 0 FROM intake.reason r JOIN intake.file f USING (file) JOIN intake.delivery d USING (delivery)
          LEFT JOIN record.rsdt_psn_clct_detl_d p ON p.county = :'county' AND p.file = r.file AND p.source_row = r.source_row
          LEFT JOIN record.staf_psn_clct_detl_d s ON s.county = :'county' AND s.file = r.file AND s.source_row = r.source_row
         WHERE d.county = :'county' AND d.state = 'published' AND r.code = 'contrib.paid_twice'
        UNION ALL SELECT 'b4', 'rsdt_psn_clct_detl_d', NULL, 0, 0
        UNION ALL SELECT 'b5', 'rsdt_psn_clct_detl_d', key_hash, subsidy, granted FROM resident WHERE subsidy IS NOT NULL AND granted IS NOT NULL
        UNION ALL SELECT 'b6', 'rsdt_psn_clct_detl_d', key_hash, own, tier FROM resident WHERE tier IS NOT NULL
        UNION ALL SELECT 'b7', 'staf_psn_clct_detl_d', key_hash, credited, inflow FROM employee WHERE inflow IS NOT NULL) x
 WHERE EXISTS (SELECT FROM employee) OR EXISTS (SELECT FROM resident)
 GROUP BY name;
