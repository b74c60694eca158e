-- SPDX-License-Identifier: MulanPSL-2.0
-- What a check across rows has read, so that one whose tables stand as they stood is not made again.

-- A publication that touched no row of the kind: a full delivery that says what is published already.
ALTER TABLE intake.movement ADD COLUMN still boolean NOT NULL DEFAULT false;
CREATE INDEX movement_touched ON intake.movement (kind, delivery, movement) WHERE measure = '' AND NOT still;

CREATE TABLE intake.step (
    county text NOT NULL, step text NOT NULL, -- transform/set/NAME.sql
    state text NOT NULL,             -- of all that it goes by, before it read: see load/step.h
    writes text[] NOT NULL,
    run int NOT NULL,                -- that last made it for this county
    skipped_run int,                 -- the last one that found nothing new for it
    PRIMARY KEY (county, step)
);
COMMENT ON TABLE intake.step IS '整表核对各步：依据的数据状态';

-- In what state the tables of these names are, of one county; or, `beyond` it, of all counties, with what the steps
-- made of the others.  Who is who and how cover is judged are the city's.  Names that are none of these are judged by
-- elsewhere (tables under mappings) and count nothing here.
CREATE FUNCTION intake.read_state(names text[], of_county text, beyond boolean) RETURNS text LANGUAGE sql STABLE AS $state$
    SELECT concat_ws('/',
        (SELECT string_agg(t.kind || ' ' || t.county || ' ' || t.last, ',' ORDER BY t.kind, t.county)
           FROM (SELECT m.kind, d.county, max(m.movement) AS last
                   FROM intake.movement m JOIN intake.delivery d USING (delivery)
                  WHERE m.kind IN (SELECT split_part(n, '.', 2) FROM unnest(names) n WHERE n ~ '^(record|fund)[.]')
                    AND m.measure = '' AND NOT m.still AND (beyond OR d.county = of_county) GROUP BY 1, 2) t),
        (SELECT coalesce(max(record_no), 0) || ' ' || (SELECT coalesce(max(event), 0) FROM identity.event)
           FROM identity.xref WHERE 'identity.xref' = ANY (names)),
        (SELECT cover.judged() WHERE EXISTS (SELECT FROM unnest(names) n WHERE n ~ '^cover[.]')),
        (SELECT count(*) || ' ' || coalesce(max(r.reject), 0) || ' ' || count(*) FILTER (WHERE r.state = 'open') || ' ' || coalesce(max(r.closed_run), 0)
           FROM intake.reject r WHERE 'intake.reject' = ANY (names) AND r.bucket = 'rejected'
            AND r.file IN (SELECT f.file FROM intake.file f JOIN intake.delivery d USING (delivery) WHERE d.county = of_county OR beyond)),
        (SELECT string_agg(s.county || ' ' || s.step || ' ' || s.state, ',' ORDER BY s.county, s.step)
           FROM intake.step s WHERE beyond AND s.county <> of_county AND s.writes && names))
$state$;

-- Who said it: what a step no longer says has gone, and what one that is not made again said stands.
ALTER TABLE fund.spoken ADD COLUMN step text NOT NULL DEFAULT '';
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
    INSERT INTO fund.spoken (county, check_code, subject, step)
    VALUES (say.county, say.code, say.subject, coalesce(current_setting('tongchou.step_path', true), '')) ON CONFLICT DO NOTHING;
    RETURN number;
END
$say$;

-- What a search for covers keeps of a county goes by the same: only what was touched since counts.
CREATE FUNCTION cover.records_state(of_county text) RETURNS text LANGUAGE sql STABLE RETURN (
    SELECT string_agg(m.kind || ' ' || m.last, ',' ORDER BY m.kind)
      FROM (SELECT x.kind, max(x.movement) AS last FROM intake.movement x JOIN intake.delivery d USING (delivery)
             WHERE d.county = of_county AND x.measure = '' AND NOT x.still
               AND x.kind IN ('psn_info_b', 'psn_insu_d', 'staf_psn_clct_detl_d', 'rsdt_psn_clct_detl_d') GROUP BY 1) m);
CREATE OR REPLACE FUNCTION cover.unpaid_state(of_county text, until date, idle_days int) RETURNS text
LANGUAGE sql STABLE AS $unpaid$
    SELECT md5(until || '/' || idle_days || '/'
               || coalesce((SELECT string_agg(s::text, ',' ORDER BY insutype) FROM cover.scheme s), '') || '/'
               || coalesce((SELECT string_agg(x::text, ',' ORDER BY line) || cover.rosters() FROM cover.exempt x), '') || '/'
               || cover.records_state(of_county))
$unpaid$;
CREATE OR REPLACE FUNCTION cover.twice_state(of_county text) RETURNS text LANGUAGE sql STABLE RETURN
    md5((SELECT coalesce(string_agg(insutype, ',' ORDER BY insutype), '') FROM cover.scheme) || '/'
        || cover.records_state(of_county));
