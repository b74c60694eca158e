-- SPDX-License-Identifier: MulanPSL-2.0
-- One person, one cover: where two relations of one person overlap in time, what is proposed, what was decided.
-- Nothing here changes a record: a proposal is a row, its undoing another one.
CREATE SCHEMA cover;

-- One look for duplicates: with which tables (by content, kept in mapping.content), until which day.
CREATE TABLE cover.search (
    search int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    operator text NOT NULL,
    until date NOT NULL,             -- cover is judged before this day
    tolerance_days int NOT NULL,     -- an overlap of so many days is a handover, no duplicate
    scheme_sha256 text NOT NULL, keep_sha256 text NOT NULL, rate_sha256 text NOT NULL,
    relations bigint NOT NULL, persons bigint NOT NULL, duplicates bigint NOT NULL, idle bigint NOT NULL
);

-- Two relations of one person that cover the same days.  Side a is the employee scheme when only one is,
-- else the lower county and key: the pair is known by its two records, whoever found it first.
CREATE TABLE cover.duplicate (
    duplicate bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    county_a text NOT NULL, key_a uuid NOT NULL, src_psn_no_a text NOT NULL, insutype_a text NOT NULL,
    county_b text NOT NULL, key_b uuid NOT NULL, src_psn_no_b text NOT NULL, insutype_b text NOT NULL,
    psn_no text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('same_scheme_same_county', 'same_scheme_other_county', 'cross_scheme')),
    overlap datemultirange NOT NULL,
    months int NOT NULL,             -- calendar months that the overlap touches
    facts jsonb NOT NULL,            -- what the rules looked at
    rule text NOT NULL, rule_line int NOT NULL, basis text NOT NULL, -- name, line and reason in keep.csv
    keep text NOT NULL CHECK (keep IN ('a', 'b', 'none', 'review')),
    effect text NOT NULL,            -- suspend, stop, review
    ask_person boolean NOT NULL, document boolean NOT NULL,
    refund text NOT NULL,            -- none, unused: of the premium of the relation that goes
    approve_over_fen bigint NOT NULL, -- more money than this: a second person must approve
    state text NOT NULL DEFAULT 'proposed'
        CHECK (state IN ('proposed', 'agreed', 'refused', 'approved', 'done', 'gone')),
    first_search int NOT NULL, last_search int NOT NULL,
    UNIQUE (county_a, key_a, county_b, key_b)
);
COMMENT ON COLUMN cover.duplicate.src_psn_no_a IS '县人员编号 @pii(id)';
COMMENT ON COLUMN cover.duplicate.src_psn_no_b IS '县人员编号 @pii(id)';

-- What the double cover cost, each line with the row it stands on: subsidies by level, premiums, stays.
CREATE TABLE cover.money (
    duplicate bigint NOT NULL REFERENCES cover.duplicate ON DELETE CASCADE,
    item text NOT NULL CHECK (item IN ('subsidy', 'premium', 'claim')),
    level text NOT NULL,             -- subsidy: central province city county, unsplit; claim: exact near; else ''
    county text NOT NULL, key_hash uuid NOT NULL, src_key text NOT NULL, -- the payment or settlement
    amount_fen bigint NOT NULL,
    months int NOT NULL,             -- of the overlap that the amount is for
    basis text NOT NULL,             -- file and line of the rate, or the other settlement
    PRIMARY KEY (duplicate, item, level, county, key_hash)
);
COMMENT ON COLUMN cover.money.src_key IS '县内主键 @pii(id)';

-- Benefits paid inside the overlap by either side: who removes a relation must see them.
CREATE TABLE cover.claim (
    duplicate bigint NOT NULL REFERENCES cover.duplicate ON DELETE CASCADE,
    side text NOT NULL CHECK (side IN ('a', 'b')),
    county text NOT NULL, key_hash uuid NOT NULL, setl_id text NOT NULL,
    begndate date, enddate date, medfee_sumamt_fen bigint, fund_pay_sumamt_fen bigint,
    PRIMARY KEY (duplicate, side, county, key_hash)
);

-- 空挂: open, in a state that counts, and nothing paid for it: listed, no duplicate.
CREATE TABLE cover.idle (
    county text NOT NULL, key_hash uuid NOT NULL, src_psn_no text NOT NULL, insutype text NOT NULL,
    since date NOT NULL, last_paid date, search int NOT NULL,
    PRIMARY KEY (county, key_hash)
);
COMMENT ON COLUMN cover.idle.src_psn_no IS '县人员编号 @pii(id)';

-- Append only: every decision, and what takes it back.
CREATE TABLE cover.event (
    event bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    duplicate bigint NOT NULL REFERENCES cover.duplicate,
    at timestamptz NOT NULL DEFAULT now(),
    operator text NOT NULL,          -- operating system user @ host
    decided_by text NOT NULL,        -- the person named in the workbook or by --by
    action text NOT NULL CHECK (action IN ('agree', 'refuse', 'choose', 'approve', 'finish', 'undo')),
    state_before text NOT NULL, state_after text NOT NULL,
    keep_before text NOT NULL, keep_after text NOT NULL,
    reason text NOT NULL DEFAULT '',
    undoes bigint UNIQUE REFERENCES cover.event
);
CREATE INDEX ON cover.event (duplicate);
