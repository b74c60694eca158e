-- SPDX-License-Identifier: MulanPSL-2.0
-- Who decided what about two records, from which paper; the event log says the rest.
ALTER TABLE identity.decision
    ADD COLUMN decided_by text NOT NULL DEFAULT '',  -- as the paper says; operator is who read it in
    ADD COLUMN decided_on date,
    ADD COLUMN paper_sha256 text NOT NULL DEFAULT '';
COMMENT ON COLUMN identity.decision.decided_by IS '经办人(表上所填)';
COMMENT ON COLUMN identity.decision.operator IS '读入的操作人';
COMMENT ON COLUMN identity.decision.decided_on IS '经办日期(表上所填)';
COMMENT ON COLUMN identity.decision.paper_sha256 IS '待审表的 SHA-256';
-- Two decisions about one pair cannot both stand.
CREATE UNIQUE INDEX decision_standing ON identity.decision (a, b) WHERE undone_event IS NULL;
CREATE INDEX decision_event ON identity.decision (event);
CREATE INDEX event_undoes ON identity.event (undoes) WHERE undoes IS NOT NULL;
CREATE INDEX event_records ON identity.event USING gin (records);

-- What a paper carries of a pair, so that it cannot decide about records that have changed since.
CREATE FUNCTION identity.version(a bigint, b bigint, hash_a bigint, hash_b bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(md5(a || '-' || b || '/' || hash_a || '/' || hash_b), 1, 10);
