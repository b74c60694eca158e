-- Holds the newest run of every delivery against a truth.json ($1): one row for each figure that differs.
-- Findings of the ledgers too. Buckets by rows and by fen of each measure, unreadable cells, and how often each code was given.
WITH truth AS (
    SELECT f->>'county' AS county, regexp_replace(f->>'delivery', '^deliveries/[^/]+/', '') AS path, f->>'member' AS member, f->>'kind' AS kind, f
    FROM jsonb_array_elements($1::jsonb->'files') AS f
), here AS (
    SELECT d.county, d.path, i.member, i.kind, i.file
    FROM intake.file i JOIN intake.delivery d USING (delivery)
    WHERE d.state = 'published' AND d.source = 'file'
), pair AS (
    SELECT t.*, h.file FROM truth t LEFT JOIN here h USING (county, path, member, kind)
), expected AS (
    SELECT b.*, e.bucket, '' AS measure, (f->>e.bucket)::numeric AS amount
    FROM pair b, unnest(ARRAY['read', 'new', 'changed', 'unchanged', 'withdrawn', 'superseded', 'duplicate', 'rejected', 'explained']) AS e(bucket)
    UNION ALL
    SELECT b.*, v.key, regexp_replace(m.key, '_fen$', ''), v.value::numeric
    FROM pair b, jsonb_each(f->'measures') AS m, jsonb_each_text(m.value) AS v
    UNION ALL
    SELECT b.*, 'unreadable', regexp_replace(u.key, '_fen$', ''), u.value::numeric FROM pair b, jsonb_each_text(f->'unreadable') AS u
    UNION ALL
    SELECT b.*, 'code', c.key, c.value::numeric FROM pair b, jsonb_each_text((f->'reasons') || (f->'doubts')) AS c
), found(file, bucket, measure, amount) AS (
    SELECT file, bucket, regexp_replace(measure, '_fen$', ''), amount FROM intake.tally
    UNION ALL
    SELECT file, 'code', code, count(DISTINCT source_row) FROM intake.reason GROUP BY file, code
), held AS (
    SELECT e.county, e.path, e.member, e.kind, e.bucket, e.measure, e.amount AS expected,
           CASE WHEN e.file IS NOT NULL THEN coalesce(x.amount, 0) END AS got
    FROM expected e LEFT JOIN found x ON x.file = e.file AND x.bucket = e.bucket AND x.measure = e.measure
)
SELECT county || '/' || path || CASE WHEN member <> '' THEN '!' || member ELSE '' END AS file, kind, bucket, measure,
       expected::text, coalesce(got::text, 'absent') AS got
FROM held WHERE got IS DISTINCT FROM expected
UNION ALL
SELECT h.county || '/' || h.path || CASE WHEN h.member <> '' THEN '!' || h.member ELSE '' END, h.kind, 'code', r.code,
       '0', count(DISTINCT r.source_row)::text
FROM here h JOIN intake.reason r USING (file)
WHERE NOT EXISTS (SELECT FROM expected e WHERE e.file = h.file AND e.bucket = 'code' AND e.measure = r.code)
  AND r.weight IN ('reject', 'doubt')
GROUP BY 1, 2, 4
UNION ALL
-- The ledgers: what must be found, to the fen, and nothing besides.
SELECT coalesce(e.county, f.county), coalesce(e.code, f.check_code), coalesce(e.state, f.state), coalesce(e.subject, f.subject),
       coalesce(e."left" || ' ' || coalesce(e."right"::text, ''), 'nothing'), coalesce(f.left_value || ' ' || coalesce(f.right_value::text, ''), 'nothing')
FROM (SELECT x.* FROM jsonb_to_recordset(coalesce($1::jsonb->'findings', '[]')) AS x(county text, code text, state text, subject text, "left" numeric, "right" numeric)) e
FULL JOIN (SELECT * FROM (SELECT DISTINCT ON (county, check_code, subject) * FROM intake.finding WHERE check_code LIKE 'ledger.%'
                           ORDER BY county, check_code, subject, run DESC, finding DESC) l WHERE state IN ('broken', 'blocked')) f
  ON f.county = e.county AND f.check_code = e.code AND f.subject = e.subject AND f.state = e.state
WHERE e.county IS NULL OR f.county IS NULL OR e."left" IS DISTINCT FROM f.left_value OR e.state = 'broken' AND e."right" IS DISTINCT FROM f.right_value
UNION ALL
-- The impact of the city's plan, as the sample works it out by itself.
SELECT i.county || '/' || i.insutype || '/' || i.level || '/' || i.person_type || '/' || i.year, 'impact', 'group', i.figure,
       coalesce(i.expected::text, 'absent'), coalesce(i.got::text, 'absent')
FROM (SELECT county, insutype, level, person_type, year, figure, t.amount AS expected, f.amount AS got
      FROM (SELECT g->>'county' AS county, g->>'insutype' AS insutype, g->>'level' AS level,
                   g->>'person_type' AS person_type, (g->>'year')::int AS year, v.key AS figure, v.value::numeric AS amount
            FROM jsonb_array_elements($1::jsonb->'impact') AS g, jsonb_each_text(g->'figures') AS v) t
      FULL JOIN (SELECT county, insutype, hosp_lv_group AS level, person_type, year, v.key AS figure, v.value::numeric AS amount
                 FROM fund.impact m, jsonb_each_text(jsonb_build_object('claims', claims, 'fee_fen', fee_fen,
                      'old_fund_fen', old_fund_fen, 'new_fund_fen', new_fund_fen, 'winners', winners, 'losers', losers,
                      'largest_loss_fen', largest_loss_fen, 'differing', differing)) AS v
                 WHERE scope = 'group' AND compared AND run = (SELECT coalesce(same_as, run) FROM fund.replay_run WHERE rows IS NOT NULL ORDER BY run DESC LIMIT 1)) f
      USING (county, insutype, level, person_type, year, figure)) i
WHERE i.expected IS DISTINCT FROM i.got AND jsonb_exists($1::jsonb, 'impact')
UNION ALL
-- The identities of settlements and contributions: those that break, by their rows, and no others.
SELECT coalesce(e.county, f.county), coalesce(e.code, f.check_code), 'broken', 'rows', coalesce(e.rows::text, 'none'), coalesce(f.rows::text, 'none')
FROM (SELECT x.* FROM jsonb_to_recordset($1::jsonb->'identities') AS x(county text, code text, rows int)) e
FULL JOIN (SELECT county, check_code, substring(detail FROM 'bad=([0-9]+)')::int AS rows
           FROM (SELECT DISTINCT ON (county, check_code) * FROM intake.finding WHERE check_code LIKE 'identity.%'
                 ORDER BY county, check_code, run DESC, finding DESC) l WHERE state = 'broken') f
  ON f.county = e.county AND f.check_code = e.code
WHERE e.rows IS DISTINCT FROM f.rows AND jsonb_exists($1::jsonb, 'identities')
UNION ALL
-- Double cover and rosters, once somebody has looked for them (`tongchou cover find`).
SELECT coalesce(e.pair, f.pair), 'cover', 'overlap', 'months premium subsidy', coalesce(e.figures, 'none'), coalesce(f.figures, 'none')
FROM (SELECT (SELECT string_agg(n, ' × ' ORDER BY n) FROM jsonb_array_elements_text(o->'numbers') n) AS pair,
             concat_ws(' ', o->>'months', o->>'premium_fen', o->>'subsidy_fen') AS figures
      FROM jsonb_array_elements($1::jsonb->'overlaps') o) e
FULL JOIN (SELECT least(a, b) || ' × ' || greatest(a, b) AS pair, concat_ws(' ', months, premium, subsidy) AS figures
           FROM (SELECT d.county_a || '/' || d.src_psn_no_a AS a, d.county_b || '/' || d.src_psn_no_b AS b, d.months,
                        (SELECT coalesce(sum(amount_fen), 0) FROM cover.charge c WHERE c.duplicate = d.duplicate AND item = 'premium') AS premium,
                        (SELECT coalesce(sum(amount_fen), 0) FROM cover.charge c WHERE c.duplicate = d.duplicate AND item = 'subsidy') AS subsidy
                 FROM cover.duplicate d WHERE d.state <> 'gone') p) f USING (pair)
WHERE e.figures IS DISTINCT FROM f.figures AND EXISTS (SELECT FROM cover.search) AND jsonb_exists($1::jsonb, 'overlaps')
UNION ALL
SELECT 'city', 'cover', 'paid twice', 'fen', e.fen::text, f.fen::text
FROM (SELECT coalesce(sum((i->>'fund_fen')::numeric), 0) AS fen FROM jsonb_array_elements($1::jsonb->'identity') i WHERE i->>'must' = 'paid_twice') e,
     (SELECT coalesce(sum(amount_fen), 0) AS fen FROM cover.charge WHERE item = 'claim') f
WHERE e.fen <> f.fen AND EXISTS (SELECT FROM cover.search) AND jsonb_exists($1::jsonb, 'identity')
UNION ALL
SELECT coalesce(e.type, f.type), 'roster', coalesce(e.state, f.state), 'lines, settled', coalesce(e.figures, 'none'), coalesce(f.figures, 'none')
FROM (SELECT r->>'type' AS type, r->>'state' AS state, concat_ws(' ', r->>'lines', r->>'settled_fen') AS figures
      FROM jsonb_array_elements($1::jsonb->'roster_lines') r) e
FULL JOIN (SELECT roster_type AS type, state, concat_ws(' ', count(*), sum(settled_fen)) AS figures
           FROM cover.roster_line GROUP BY 1, 2) f USING (type, state)
WHERE e.figures IS DISTINCT FROM f.figures AND EXISTS (SELECT FROM cover.search) AND jsonb_exists($1::jsonb, 'roster_lines')
ORDER BY 1, 2, 3, 4;
