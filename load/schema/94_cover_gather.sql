-- SPDX-License-Identifier: MulanPSL-2.0
-- As in 93_cover_unpaid.sql; where half a county is asked for, a list in the statement would be tens of megabytes, and a
-- join is no slower: above tongchou.list_most numbers (200,000 unless set).
CREATE OR REPLACE FUNCTION cover.gather(target text, kind text, columns text, everybody boolean) RETURNS void
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
