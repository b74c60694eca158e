-- SPDX-License-Identifier: MulanPSL-2.0
-- Who is who.  A record is one county's person number; it gets a number of its own when it is first seen and
-- keeps it.  A person's number is the lowest number among its records: so it lives as long as its oldest
-- record, parting two persons gives each back the number it had, and no money ever moves.
ALTER TABLE identity.xref ADD COLUMN record_no bigint;
CREATE UNIQUE INDEX xref_record ON identity.xref (record_no);
CREATE INDEX xref_person ON identity.xref (psn_no);
COMMENT ON TABLE identity.xref IS '县人员编号与市人员编号对照';
COMMENT ON COLUMN identity.xref.county IS '交付县区划';
COMMENT ON COLUMN identity.xref.psn_no IS '市人员编号：本人各条记录中最小的记录号';
COMMENT ON COLUMN identity.xref.record_no IS '记录号：首次见到时给出，永不改变';

-- What the weights were: a model is told apart by its content, so a pair can always be worked out again.
CREATE TABLE identity.model (
    model int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    sha256 text NOT NULL UNIQUE,     -- of the rules' bytes and every number below
    rules_path text NOT NULL,
    rules_sha256 text NOT NULL,      -- mapping.content has the bytes
    prior_match float8 NOT NULL,     -- that any two records are one person
    prior_relative float8 NOT NULL,
    records_log2 float8 NOT NULL,
    records bigint NOT NULL,         -- that it was learnt from
    run int NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE identity.model_share (
    model int NOT NULL REFERENCES identity.model ON DELETE CASCADE,
    class text NOT NULL CHECK (class IN ('match', 'relative', 'stranger')),
    field text NOT NULL, level int NOT NULL, level_name text NOT NULL,
    share float8 NOT NULL,           -- how often this class agrees at this level, when nothing is missing
    PRIMARY KEY (model, class, field, level)
);
COMMENT ON TABLE identity.model IS '比对模型';
COMMENT ON TABLE identity.model_share IS '比对模型：同人、亲属、路人在各字段各一致程度上的占比';

-- One linking of all records.
CREATE TABLE identity.link_run (
    link_run int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run int NOT NULL,                -- intake.run; 0: linked by itself
    model int NOT NULL REFERENCES identity.model,
    input text NOT NULL,             -- state of deliveries, decisions and rules that it saw
    records bigint NOT NULL, persons bigint NOT NULL,
    automatic bigint NOT NULL, review bigint NOT NULL, conflict bigint NOT NULL, decided bigint NOT NULL,
    automatic_bits float8 NOT NULL,  -- pairs from here on are merged
    expected_wrong float8 NOT NULL,  -- wrong pairs expected among them
    moved bigint NOT NULL,           -- records whose person changed
    cpu_ms bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
-- What each rule cost and brought: a useless one can be switched off.
CREATE TABLE identity.yield (
    link_run int NOT NULL REFERENCES identity.link_run ON DELETE CASCADE,
    rule int NOT NULL, name text NOT NULL,
    blocks bigint NOT NULL, pairs bigint NOT NULL, fresh bigint NOT NULL,
    matches float8 NOT NULL,         -- expected among the fresh pairs
    refined bigint NOT NULL, left_out bigint NOT NULL, cpu_us bigint NOT NULL,
    PRIMARY KEY (link_run, rule)
);
COMMENT ON TABLE identity.link_run IS '人员归并处理';
COMMENT ON TABLE identity.yield IS '候选规则的成本与收效';

-- Every pair worth a look, as of the last linking; a < b are record numbers.
CREATE TABLE identity.link (
    a bigint NOT NULL, b bigint NOT NULL,
    bits real NOT NULL,              -- log2 of the odds that both are one person
    pattern int NOT NULL,            -- three bits for each field, in the order of the rules
    rule smallint NOT NULL,          -- that found it
    band text NOT NULL CHECK (band IN ('automatic', 'review', 'conflict', 'decided')),
    terms smallint[] NOT NULL,       -- hundredths of a bit: prior, each field, frequency, kinship, guard; they
                                     -- add up to bits
    model int NOT NULL
);
COMMENT ON TABLE identity.link IS '人员配对及依据';
COMMENT ON COLUMN identity.link.bits IS '比特：两条记录同属一人的胜算的对数';
COMMENT ON COLUMN identity.link.band IS 'automatic 自动归并，review 待审，conflict 互相矛盾未并，decided 已有人工结论';

-- What somebody decided about two records.  Stands above every score; "different" also holds through third
-- records.  Never deleted: undoing is another event.
CREATE TABLE identity.decision (
    decision bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    a bigint NOT NULL, b bigint NOT NULL CHECK (a < b),
    verdict text NOT NULL CHECK (verdict IN ('same', 'different', 'relative')),
    reason text NOT NULL,
    note text NOT NULL DEFAULT '',
    operator text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    event bigint,                    -- identity.event that brought it
    undone_event bigint              -- identity.event that took it back; NULL: it stands
);
CREATE INDEX ON identity.decision (a) WHERE undone_event IS NULL;
CREATE INDEX ON identity.decision (b) WHERE undone_event IS NULL;
COMMENT ON TABLE identity.decision IS '人工结论：同一人、不同人、亲属';

-- Append only: what became of persons, and why.
CREATE TABLE identity.event (
    event bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL CHECK (kind IN ('merge', 'split', 'decide', 'undo')),
    psn_no text,                     -- merge: that goes; split: that loses records
    into_psn_no text,                -- merge: that stays; split: that gets them
    records bigint[] NOT NULL DEFAULT '{}', -- record numbers that changed hands
    link_run int,                    -- merge and split: the linking that did it
    undoes bigint REFERENCES identity.event,
    operator text NOT NULL,
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX ON identity.event (psn_no);
CREATE INDEX ON identity.event (into_psn_no);
COMMENT ON TABLE identity.event IS '人员归并、拆分、结论与撤销的流水';

CREATE VIEW identity.person AS
    SELECT psn_no, count(*) AS records, count(DISTINCT county) AS counties, min(record_no) AS first_record
      FROM identity.xref GROUP BY psn_no;
COMMENT ON VIEW identity.person IS '市人员';
