-- SPDX-License-Identifier: MulanPSL-2.0
-- Where in a county's records the rows stand that a search asked for, and from what that is known: until the county
-- delivers again, who asks for these numbers fetches those rows and scans nothing.  Numbers stand here as hashes only.
CREATE TABLE cover.kept (
    county text NOT NULL, kind text NOT NULL,
    state text NOT NULL,             -- cover.kept_state() before the records were read
    hashes bigint[] NOT NULL,        -- hashtextextended(src_psn_no, 0) of all that was asked for
    places tid[] NOT NULL,           -- of all their rows
    contents numeric NOT NULL,       -- sum over these rows of uuid_hash_extended(key_hash, row_hash)
    PRIMARY KEY (county, kind)
);
ALTER TABLE cover.kept ALTER hashes SET STORAGE EXTERNAL, ALTER places SET STORAGE EXTERNAL;

-- The table of one county's records of a kind; NULL when there is none.
CREATE FUNCTION cover.part(of_kind text, of_county text) RETURNS regclass LANGUAGE sql STABLE RETURN (
    SELECT inhrelid::regclass FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
     WHERE inhparent = format('record.%I', of_kind)::regclass
       AND substring(pg_get_expr(relpartbound, c.oid) FROM '''(.*)''') = of_county);

-- All that places depend on: the last movement of a row of the kind, and the table's own files, which VACUUM FULL writes
-- anew; NULL for a county that never delivered: nobody would hear of a change.
CREATE FUNCTION cover.kept_state(part regclass, of_county text) RETURNS text LANGUAGE sql STABLE RETURN
    md5(pg_relation_filenode(part) || '/' || pg_relation_size(part) || '/'
        || (SELECT max(m.movement) FROM intake.movement m JOIN intake.delivery d USING (delivery)
             WHERE d.county = of_county AND m.measure = '' AND NOT m.still
               AND m.kind = (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent
                              WHERE i.inhrelid = kept_state.part)));

-- The rows at the places that are kept, into the temporary table `target`; none, and false, where they are not the rows
-- that were met: what moves rows without a movement (a restored backup, a hand) is not known to the state.
CREATE FUNCTION cover.fetch(target text, of_kind text, columns text, of_county text) RETURNS boolean
LANGUAGE plpgsql AS $fetch$
DECLARE
    of_table regclass := cover.part(of_kind, of_county);
    same boolean;
BEGIN
    -- A subselect: the planner would look at every one of the places that a parameter says.
    EXECUTE format('INSERT INTO pg_temp.%I SELECT tableoid, ctid, uuid_hash_extended(key_hash, row_hash), %s FROM %s '
                   'WHERE ctid = ANY ((SELECT places FROM cover.kept WHERE county = %L AND kind = %L)::tid[])', target,
                   columns, of_table, of_county, of_kind);
    EXECUTE format('SELECT (count(*), coalesce(sum(content), 0)) = (SELECT cardinality(places)::bigint, contents '
                   'FROM cover.kept WHERE county = %L AND kind = %L) FROM pg_temp.%I WHERE part = %s', of_county, of_kind,
                   target, of_table::oid) INTO same;
    IF NOT same THEN
        RAISE EXCEPTION 'moved';
    END IF;
    RETURN true;
EXCEPTION WHEN raise_exception THEN
    RETURN false;
END
$fetch$;

-- Makes a temporary table of what kinds' records say of the numbers whose (county, hash) stand in the temporary table
-- `numbers`, of records for which `also` holds, and maybe of more numbers; who reads it joins by county and number.
-- What is kept is fetched.  Else the records are scanned: the hashes stand in the statement itself, so parallel
-- workers, who do not see temporary tables, know them, only the counties' own partitions are read, and of a record
-- that is not asked for no more is unpacked than its number: half the time of a join.  No number stands in any
-- statement.  Where half a county is asked for, the list would be tens of megabytes and a join is no slower: above
-- tongchou.list_most numbers (200,000 unless set).  A search keeps what it met (tongchou.keep); checks do not, since
-- those of several counties would wait for each other.  A kind is asked for in one place, always with the same `also`.
CREATE OR REPLACE FUNCTION cover.gather(target text, numbers text, kinds text[], columns text[],
                                        also text DEFAULT 'false')
RETURNS void LANGUAGE plpgsql AS $gather$
DECLARE
    most int := coalesce(nullif(current_setting('tongchou.list_most', true), ''), '200000')::int;
    listed text := format('SELECT tableoid AS part, ctid AS place, uuid_hash_extended(key_hash, row_hash) AS content, %s '
                          'FROM record.%I WHERE false', columns[1], kinds[1]);
    joined text := 'INSERT INTO pg_temp.%I SELECT tableoid, ctid, uuid_hash_extended(key_hash, row_hash), %s '
                   'FROM record.%I WHERE county = %L AND (hashtextextended(src_psn_no, 0) IN '
                   '(SELECT hash FROM pg_temp.%I n WHERE n.county = %L) OR %s)';
    g record;
BEGIN
    EXECUTE format(
        'CREATE TEMP TABLE gathering ON COMMIT DROP AS '
        'SELECT a.county, k.kind, k.columns, p.part, p.state, a.hashes, t.hashes AS kept_hashes,'
        '       t.hashes IS NOT NULL AND NOT EXISTS (SELECT unnest(a.hashes) EXCEPT SELECT unnest(t.hashes)) AS kept'
        '  FROM (SELECT county, array_agg(DISTINCT hash) AS hashes FROM pg_temp.%I GROUP BY 1) a'
        ' CROSS JOIN unnest($1, $2) k (kind, columns)'
        ' CROSS JOIN LATERAL (SELECT part, cover.kept_state(part, a.county) AS state'
        '                       FROM (SELECT cover.part(k.kind, a.county) AS part) q) p'
        '  LEFT JOIN cover.kept t ON t.county = a.county AND t.kind = k.kind AND t.state = p.state'
        ' WHERE p.part IS NOT NULL', numbers) USING kinds, columns;
    -- What is looked for again is looked for with what was before, so that the next one finds both.
    UPDATE pg_temp.gathering SET hashes = ARRAY(SELECT unnest(hashes) UNION SELECT unnest(kept_hashes))
     WHERE NOT kept AND cardinality(hashes) + cardinality(kept_hashes) <= most;
    FOR g IN SELECT * FROM pg_temp.gathering WHERE NOT kept AND cardinality(hashes) <= most LOOP
        listed := listed || format(
            ' UNION ALL SELECT tableoid, ctid, uuid_hash_extended(key_hash, row_hash), %s FROM %s '
            'WHERE hashtextextended(src_psn_no, 0) = ANY (%L) OR %s',
            g.columns, g.part, g.hashes, also);
    END LOOP;
    EXECUTE format('CREATE TEMP TABLE %I ON COMMIT DROP AS ', target) || listed;
    IF current_setting('tongchou.keep', true) = 'yes' THEN
        EXECUTE format(
            'INSERT INTO cover.kept SELECT county, kind, state, hashes, coalesce(m.places, ''{}''), coalesce(m.contents, 0)'
            '  FROM pg_temp.gathering LEFT JOIN (SELECT part, array_agg(place) AS places, sum(content) AS contents'
            '                              FROM pg_temp.%I GROUP BY 1) m USING (part)'
            ' WHERE NOT kept AND cardinality(hashes) <= $1 AND state IS NOT NULL ORDER BY county, kind'
            ' ON CONFLICT (county, kind) DO UPDATE SET state = excluded.state, hashes = excluded.hashes,'
            ' places = excluded.places, contents = excluded.contents', target) USING most;
    END IF;
    FOR g IN SELECT * FROM pg_temp.gathering WHERE kept OR cardinality(hashes) > most LOOP
        IF NOT g.kept OR NOT cover.fetch(target, g.kind, g.columns, g.county) THEN
            EXECUTE format(joined, target, g.columns, g.kind, g.county, numbers, g.county, also);
        END IF;
    END LOOP;
    DROP TABLE pg_temp.gathering;
    EXECUTE format('ANALYZE pg_temp.%I', target);
END
$gather$;
