-- SPDX-License-Identifier: MulanPSL-2.0
-- What the checks across rows write and look up, for a million settlements: keys are random bytes, so trying to
-- compress them costs more than the rest of the row; the last word of a check is asked for by its name; and rows
-- behind a finding come in the order of their index.
ALTER TABLE fund.routed ALTER keys SET STORAGE EXTERNAL, ALTER fens SET STORAGE EXTERNAL;
CREATE INDEX finding_said ON intake.finding (check_code, county, subject);
CREATE OR REPLACE FUNCTION fund.say(code text, county text, kind text, subject text, left_fen numeric, right_fen numeric,
                         state text, detail text, hashes uuid[], fens bigint[], counties text[] DEFAULT NULL) RETURNS bigint LANGUAGE plpgsql AS $say$
DECLARE
    now_run int := current_setting('tongchou.run')::int;
    number bigint;
    verdict text := coalesce(say.state, CASE WHEN left_fen = right_fen THEN 'held' ELSE 'broken' END);
BEGIN
    SELECT f.finding INTO number FROM intake.finding f WHERE f.check_code = say.code AND f.county = say.county AND f.subject = say.subject
       AND f.delivery IS NULL ORDER BY f.run DESC, f.finding DESC LIMIT 1;
    SELECT f.finding INTO number FROM intake.finding f WHERE f.finding = number AND f.state = verdict AND f.left_value IS NOT DISTINCT FROM left_fen
       AND f.right_value IS NOT DISTINCT FROM right_fen AND f.detail = coalesce(say.detail, '');
    IF number IS NOT NULL THEN
        DELETE FROM fund.culprit c WHERE c.finding = number;
    ELSE
        INSERT INTO intake.finding (run, check_code, county, kind, state, subject, left_value, right_value, detail)
        VALUES (now_run, say.code, say.county, say.kind, verdict, say.subject, left_fen, right_fen, coalesce(say.detail, ''))
        RETURNING finding INTO number;
    END IF;
    IF verdict IN ('broken', 'blocked') AND hashes IS NOT NULL THEN
        INSERT INTO fund.culprit (finding, county, key_hash, fen)
        SELECT number, coalesce(c, say.county), h, sum(f) FROM unnest(hashes, fens, counties) u (h, f, c) WHERE h IS NOT NULL GROUP BY 2, 3 ORDER BY 2, 3;
    END IF;
    INSERT INTO fund.spoken VALUES (say.county, say.code, say.subject) ON CONFLICT DO NOTHING;
    RETURN number;
END
$say$;
