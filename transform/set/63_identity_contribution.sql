-- SPDX-License-Identifier: MulanPSL-2.0
-- reads: record.staf_psn_clct_detl_d, record.rsdt_psn_clct_detl_d, contrib.paid_twice
-- writes: intake.finding
-- run key: none, always all of one county · distribution: county
-- reports: identity.b1 to identity.b7, each held, broken or not applicable, with the rows behind it
-- What is paid in against the county's rule of that day.  Reversals and what they take back stay out; rows of
-- days without a rule are not weighed.  B2 and B3 need what the tax office declared, which no kind here has.
-- Each insurance goes by the plan that names it, else by the general one, and there by the rule that names it.
CREATE TEMP TABLE term ON COMMIT DROP AS
SELECT d.insutype, d.day, r.*
  FROM (SELECT DISTINCT insutype, clct_time AS day FROM record.staf_psn_clct_detl_d WHERE county = :'county'
        UNION SELECT DISTINCT insutype, clct_time FROM record.rsdt_psn_clct_detl_d WHERE county = :'county') d
 CROSS JOIN fund.setting s
 CROSS JOIN LATERAL (SELECT a.plan FROM fund.policy_assignment a
                      WHERE a.sha256 = s.value AND a.county = :'county' AND a.insutype IN ('', d.insutype)
                        AND d.day >= coalesce(a.valid_from, '-infinity') AND d.day < coalesce(a.valid_until, 'infinity')
                      ORDER BY a.insutype DESC LIMIT 1) a
 CROSS JOIN LATERAL (SELECT DISTINCT ON (r.param, r.person_class, r.mode, r.nth) r.param, r.person_class, r.mode, r.value
                       FROM fund.policy_rule r
                      WHERE r.sha256 = s.value AND r.plan = a.plan AND r.insutype IN ('', d.insutype)
                        AND d.day >= coalesce(r.valid_from, '-infinity') AND d.day < coalesce(r.valid_until, 'infinity')
                        AND r.param IN ('contrib.rate.employer', 'contrib.amount.rounding', 'acct.inflow', 'subsidy.level', 'contrib.resident.tier')
                      ORDER BY r.param, r.person_class, r.mode, r.nth, r.insutype DESC) r
 WHERE s.name = 'policy';
ANALYZE term;
-- Who works for nobody has no employer's part.
CREATE TEMP TABLE employee ON COMMIT DROP AS
SELECT t.key_hash, t.clct_sumamt_fen AS total, t.psn_clct_amt_fen + coalesce(t.emp_clct_amt_fen, 0) + coalesce(t.finsubs_amt_fen, 0)
       + coalesce(t.oth_clct_amt_fen, 0) AS parts, t.emp_clct_amt_fen AS employer,
       CASE WHEN t.psn_type IN ('1103', '1203') THEN NULL
            WHEN d.mode = 'floor_yuan' THEN t.base * e.value / 1000000 * 100
            WHEN d.mode = 'half_up_yuan' THEN (t.base * e.value + 500000) / 1000000 * 100
            ELSE (t.base * e.value + 5000) / 10000 END AS due,
       coalesce(t.psn_clct_into_acct_amt_fen, 0) + coalesce(t.emp_clct_into_acct_amt_fen, 0) AS credited,
       CASE WHEN t.psn_clct_into_acct_amt_fen IS NOT NULL THEN (t.base * i.value + 5000) / 10000 END AS inflow
  FROM (SELECT *, coalesce(emp_clctstd_fen, psn_clctstd_fen) AS base FROM record.staf_psn_clct_detl_d
         WHERE county = :'county' AND clct_sumamt_fen > 0 AND coalesce(revs_flag, 'Z') NOT IN ('+', '-', 'R')) t
  LEFT JOIN term e ON e.param = 'contrib.rate.employer' AND e.person_class = '' AND e.insutype = t.insutype AND e.day = t.clct_time
  LEFT JOIN term d ON d.param = 'contrib.amount.rounding' AND d.person_class = '' AND d.insutype = t.insutype AND d.day = t.clct_time
  LEFT JOIN term i ON i.param = 'acct.inflow' AND i.person_class = 'active' AND i.mode = 'pct_base' AND i.insutype = t.insutype AND i.day = t.clct_time;
CREATE TEMP TABLE resident ON COMMIT DROP AS
SELECT t.key_hash, t.clct_sumamt_fen AS total, t.psn_clct_amt_fen + coalesce(t.finsubs_amt_fen, 0) + coalesce(t.oth_clct_amt_fen, 0) AS parts,
       nullif(t.finsubs_amt_fen, 0) AS subsidy, g.subsidy AS granted, t.psn_clct_amt_fen + coalesce(t.oth_clct_amt_fen, 0) AS own, p.tier
  FROM (SELECT * FROM record.rsdt_psn_clct_detl_d
         WHERE county = :'county' AND clct_sumamt_fen > 0 AND coalesce(revs_flag, 'Z') NOT IN ('+', '-', 'R')) t
  LEFT JOIN (SELECT insutype, day, sum(value) AS subsidy FROM term WHERE param = 'subsidy.level' GROUP BY 1, 2) g
    ON g.insutype = t.insutype AND g.day = t.clct_time
  LEFT JOIN LATERAL (SELECT value AS tier FROM term r WHERE r.param = 'contrib.resident.tier' AND r.mode = ''
                        AND r.insutype = t.insutype AND r.day = t.clct_time
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
