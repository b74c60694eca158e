-- SPDX-License-Identifier: MulanPSL-2.0
-- Numbers that stand in two relations, as each county was last looked at, by a run or by a search, and from what: who
-- looks again while that is the same takes what is here.
CREATE TABLE cover.twice (
    county text PRIMARY KEY,
    state text NOT NULL,             -- cover.twice_state() before the records were read
    hashes bigint[] NOT NULL         -- hashtextextended(src_psn_no, 0)
);

-- All that the answer depends on; NULL for a county that never delivered: nobody would hear of a change.
CREATE FUNCTION cover.twice_state(of_county text) RETURNS text LANGUAGE sql STABLE RETURN
    md5((SELECT coalesce(string_agg(insutype, ',' ORDER BY insutype), '') FROM cover.scheme) || '/'
        || (SELECT string_agg(d.delivery || d.state || coalesce(d.undone_run, 0), ',' ORDER BY d.delivery)
              FROM intake.delivery d WHERE d.county = of_county AND d.state IN ('published', 'undone')));

-- Makes pg_temp.met_twice: hashes of the numbers that stand in two relations, county by county, all counties at the
-- same time.  Sorting hashes takes half of grouping numbers; two numbers that share one are told apart later.
CREATE OR REPLACE FUNCTION cover.enrolled_twice(of_county text) RETURNS void
LANGUAGE plpgsql AS $twice$
DECLARE
    schemes text[] := ARRAY(SELECT insutype FROM cover.scheme);
    parts text;
BEGIN
    -- What is known of each county before its records are read.
    CREATE TEMP TABLE twice_part ON COMMIT DROP AS
    SELECT p.*, cover.twice_state(p.county) AS state,
           EXISTS (SELECT FROM cover.twice t WHERE t.county = p.county AND t.state = cover.twice_state(p.county)) AS known
      FROM (SELECT inhrelid::regclass AS part, substring(pg_get_expr(relpartbound, oid) FROM '''(.*)''') AS county
              FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'record.psn_insu_d'::regclass) p
     WHERE p.county = of_county OR of_county = '';
    SELECT string_agg(format('SELECT text %L AS county, hashtextextended(src_psn_no, 0) AS hash FROM %s '
                             'WHERE insutype = ANY (%L) GROUP BY 2 HAVING count(*) > 1', county, part, schemes), ' UNION ALL ')
      INTO parts FROM pg_temp.twice_part WHERE NOT known;
    PERFORM set_config('enable_hashagg', 'off', true);
    EXECUTE 'CREATE TEMP TABLE met_twice ON COMMIT DROP AS '
            || coalesce(parts, 'SELECT text '''' AS county, bigint ''0'' AS hash WHERE false');
    PERFORM set_config('enable_hashagg', 'on', true);
    INSERT INTO cover.twice
    SELECT p.county, p.state, coalesce(m.hashes, '{}')
      FROM pg_temp.twice_part p
      LEFT JOIN (SELECT county, array_agg(hash) AS hashes FROM pg_temp.met_twice GROUP BY 1) m USING (county)
     WHERE NOT p.known AND p.state IS NOT NULL ORDER BY p.county
        ON CONFLICT (county) DO UPDATE SET state = excluded.state, hashes = excluded.hashes;
    INSERT INTO pg_temp.met_twice
    SELECT t.county, unnest(t.hashes) FROM cover.twice t JOIN pg_temp.twice_part p USING (county) WHERE p.known;
END
$twice$;
