-- SPDX-License-Identifier: MulanPSL-2.0
-- How a search for double cover reads the records: each table once, in parallel, for the few numbers that matter.

-- A month YYYYMM as a number (the same as cover.month_number of its days), and its first day.
CREATE FUNCTION cover.month_of(month text) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN left(month, 4)::int * 12 + right(month, 2)::int;
CREATE FUNCTION cover.month_day(month int) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN make_date((month - 1) / 12, (month - 1) % 12 + 1, 1);

-- The first month that a payment from, and the month after the last that a payment until a month covers in a scheme:
-- those very months, or their whole years.
CREATE FUNCTION cover.unit_first(unit text, month int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE unit WHEN 'year' THEN (month - 1) / 12 * 12 + 1 ELSE month END;
CREATE FUNCTION cover.unit_next(unit text, month int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE unit WHEN 'year' THEN ((month - 2) / 12 + 1) * 12 + 1 ELSE month END;

-- Makes pg_temp.met_twice: hashes of the numbers that stand in two relations, county by county, all counties at the
-- same time.  Sorting hashes takes half of grouping numbers; two numbers that share one are told apart later.
CREATE FUNCTION cover.enrolled_twice(of_county text) RETURNS void
LANGUAGE plpgsql AS $twice$
DECLARE
    schemes text[] := ARRAY(SELECT insutype FROM cover.scheme);
    parts text := (
        SELECT string_agg(format('SELECT text %L AS county, hashtextextended(src_psn_no, 0) AS hash FROM %s '
                                 'WHERE insutype = ANY (%L) GROUP BY 2 HAVING count(*) > 1', county, part, schemes),
                          ' UNION ALL ')
          FROM (SELECT inhrelid::regclass AS part, substring(pg_get_expr(relpartbound, oid) FROM '''(.*)''') AS county
                  FROM pg_inherits JOIN pg_class ON oid = inhrelid WHERE inhparent = 'record.psn_insu_d'::regclass) p
         WHERE county = of_county OR of_county = '');
BEGIN
    PERFORM set_config('enable_hashagg', 'off', true);
    EXECUTE 'CREATE TEMP TABLE met_twice ON COMMIT DROP AS '
            || coalesce(parts, 'SELECT text '''' AS county, bigint ''0'' AS hash WHERE false');
    PERFORM set_config('enable_hashagg', 'on', true);
END
$twice$;

-- Makes a temporary table of what kinds' records say of the numbers whose (county, hash) stand in the temporary table
-- `numbers`, and of records for which `also` holds; who reads it joins by county and number, so numbers that share a
-- hash are told apart there.  The hashes stand in the statement itself: so parallel workers, who do not see temporary
-- tables, know them, only the counties' own partitions are read, and of a record that is not asked for no more is
-- unpacked than its number: half the time of a join.  No number stands in any statement.  Where half a county is
-- asked for, the list would be tens of megabytes and a join is no slower: above tongchou.list_most numbers (200,000
-- unless set).
DROP FUNCTION cover.gather(text, text, text, boolean);
CREATE FUNCTION cover.gather(target text, numbers text, kinds text[], columns text[], also text DEFAULT 'false')
RETURNS void LANGUAGE plpgsql AS $gather$
DECLARE
    most int := coalesce(nullif(current_setting('tongchou.list_most', true), ''), '200000')::int;
    listed text := format('SELECT %s FROM record.%I WHERE false', columns[1], kinds[1]);
    joined text := '';
    asked record;
BEGIN
    FOR asked IN EXECUTE format('SELECT county, array_agg(DISTINCT hash) AS hashes FROM pg_temp.%I GROUP BY 1',
                                numbers) LOOP
        FOR i IN 1 .. cardinality(kinds) LOOP
            IF cardinality(asked.hashes) <= most THEN
                listed := listed || format(
                    ' UNION ALL SELECT %s FROM record.%I WHERE county = %L AND (hashtextextended(src_psn_no, 0) = ANY (%L)'
                    ' OR %s)', columns[i], kinds[i], asked.county, asked.hashes, also);
            ELSE
                joined := joined || format(
                    'INSERT INTO pg_temp.%I SELECT %s FROM record.%I WHERE county = %L AND (hashtextextended(src_psn_no, 0)'
                    ' IN (SELECT hash FROM pg_temp.%I n WHERE n.county = %L) OR %s);', target, columns[i], kinds[i],
                    asked.county, numbers, asked.county, also);
            END IF;
        END LOOP;
    END LOOP;
    EXECUTE format('CREATE TEMP TABLE %I ON COMMIT DROP AS ', target) || listed;
    EXECUTE joined;
    EXECUTE format('ANALYZE pg_temp.%I', target);
END
$gather$;

-- Half of what writing the money cost was its key over six columns.  Each search takes the lines of undecided pairs
-- away and writes them from one statement per item, which meets every payment and every stay once.
ALTER TABLE cover.money DROP CONSTRAINT money_pkey;
CREATE INDEX ON cover.money (duplicate);
-- As for the money: the statement that writes it takes the pair's number from cover.duplicate.
ALTER TABLE cover.claim DROP CONSTRAINT claim_duplicate_fkey;
