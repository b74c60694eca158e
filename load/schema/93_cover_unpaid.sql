-- SPDX-License-Identifier: MulanPSL-2.0
-- 空挂 as each county was last looked at, by a run or by a search, and from what: who looks again while that is the
-- same takes what is here.
CREATE TABLE cover.unpaid (
    county text NOT NULL, key_hash uuid NOT NULL, src_psn_no text NOT NULL, insutype text NOT NULL,
    since date NOT NULL, last_paid date,
    PRIMARY KEY (county, key_hash)
);
COMMENT ON COLUMN cover.unpaid.src_psn_no IS '县人员编号 @pii(id)';
CREATE TABLE cover.unpaid_seen (
    county text PRIMARY KEY,
    state text NOT NULL              -- cover.unpaid_state() before the records were read
);

-- All that the answer depends on; NULL for a county that never delivered: nobody would hear of a change.
CREATE FUNCTION cover.unpaid_state(of_county text, until date, idle_days int) RETURNS text
LANGUAGE sql STABLE AS $state$
    SELECT md5(until || '/' || idle_days || '/'
               || coalesce((SELECT string_agg(s::text, ',' ORDER BY insutype) FROM cover.scheme s), '') || '/'
               || (SELECT string_agg(d.delivery || d.state || coalesce(d.undone_run, 0), ',' ORDER BY d.delivery)
                     FROM intake.delivery d WHERE d.county = of_county AND d.state IN ('published', 'undone')))
$state$;

-- Half of what writing the money cost was asking for each line whether its pair exists; the one statement that writes
-- it takes the pair's number from cover.duplicate, where none is ever deleted.
ALTER TABLE cover.money DROP CONSTRAINT money_duplicate_fkey;

-- As before, without arithmetic on numeric: a third of the time.
CREATE OR REPLACE FUNCTION cover.month_number(day date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (date_part('year', day) * 12 + date_part('month', day))::int;

-- Adds to a temporary table what a kind's records say of the numbers in pg_temp.asked (all, or those of whom the
-- person is known).  Hashes of the numbers stand in the statement itself: so parallel workers, who do not see temporary
-- tables, know them, only the counties' own partitions are read, and of a record that is not asked for no more is
-- unpacked than its number: half the time of a join.  No number stands in any statement.  Where half a county is
-- asked for, the list would be tens of megabytes and a join is no slower: above tongchou.list_most numbers (200,000
-- unless set).
CREATE FUNCTION cover.gather(target text, kind text, columns text, everybody boolean) RETURNS void
LANGUAGE plpgsql AS $gather$
DECLARE
    asked record;
    most int := coalesce(nullif(current_setting('tongchou.list_most', true), ''), '200000')::int;
    of_asked text := 'EXISTS (SELECT FROM pg_temp.asked a WHERE a.county = g.county AND a.src_psn_no = g.src_psn_no AND '
                     '($1 OR a.psn_no IS NOT NULL))';
BEGIN
    FOR asked IN SELECT county, array_agg(DISTINCT hashtextextended(src_psn_no, 0)) AS hashes FROM pg_temp.asked
                  WHERE everybody OR psn_no IS NOT NULL GROUP BY county LOOP
        IF cardinality(asked.hashes) > most THEN
            EXECUTE format('INSERT INTO pg_temp.%I SELECT %s FROM record.%I g WHERE county = %L AND ' || of_asked, target,
                           columns, kind, asked.county) USING everybody;
            CONTINUE;
        END IF;
        EXECUTE format('CREATE TEMP TABLE gathered ON COMMIT DROP AS SELECT %s FROM record.%I WHERE county = %L '
                       'AND hashtextextended(src_psn_no, 0) = ANY (%L)', columns, kind, asked.county, asked.hashes);
        EXECUTE format('INSERT INTO pg_temp.%I SELECT g.* FROM pg_temp.gathered g WHERE ' || of_asked, target)
          USING everybody;
        DROP TABLE pg_temp.gathered;
    END LOOP;
END
$gather$;
