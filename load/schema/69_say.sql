-- SPDX-License-Identifier: MulanPSL-2.0
-- Of what the steps spoke when they last saw a county; what they no longer speak of has gone.
CREATE TABLE fund.spoken (county text, check_code text, subject text, PRIMARY KEY (county, check_code, subject));
-- One check evaluated by a set step.  state NULL: held when both sides agree, broken otherwise.  What was
-- said before and is still so is not said again: the last word stands, with the rows behind it as they are
-- now.  Rows are kept only of what is broken or blocked.
CREATE OR REPLACE FUNCTION fund.say(code text, county text, kind text, subject text, left_fen numeric, right_fen numeric,
                         state text, detail text, hashes uuid[], fens bigint[]) RETURNS bigint LANGUAGE plpgsql AS $say$
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
        INSERT INTO fund.culprit SELECT number, h, sum(f) FROM unnest(hashes, fens) u (h, f) WHERE h IS NOT NULL GROUP BY h;
    END IF;
    INSERT INTO fund.spoken VALUES (say.county, say.code, say.subject) ON CONFLICT DO NOTHING;
    RETURN number;
END
$say$;
