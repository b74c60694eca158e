-- SPDX-License-Identifier: MulanPSL-2.0
-- The bookkeeping of every run.  Codes, never sentences; whole numbers of fen, never yuan.
CREATE SCHEMA record;
CREATE SCHEMA city;
CREATE SCHEMA fund;
CREATE SCHEMA identity;
CREATE SCHEMA mapping;
CREATE SCHEMA fresh;      -- tables of runs under way; what a dead run left is dropped by the next

-- What every record carries besides its kind's columns.
CREATE TABLE record.lineage (
    county text NOT NULL,       -- division code of the county that delivered
    src_key text NOT NULL,      -- the county's own key, its cells joined by '/'
    key_hash uuid NOT NULL,     -- XXH3-128 of src_key
    row_hash bigint NOT NULL,   -- XXH3-64 of the values
    file int NOT NULL,          -- intake.file
    source_row int NOT NULL     -- line, record or sheet row in that file, from 1
);
COMMENT ON COLUMN record.lineage.src_key IS '县内主键 @pii(id)';

CREATE TABLE intake.run (
    run int PRIMARY KEY,
    started timestamptz NOT NULL DEFAULT now(),
    finished timestamptz,
    exit_code int,              -- NULL: still running, or dead
    trial boolean NOT NULL DEFAULT false,
    command text NOT NULL,      -- run, retry, undo, again
    program text NOT NULL,      -- version
    program_sha256 text NOT NULL,
    operator text NOT NULL,     -- operating system user @ host
    backend_pid int             -- the session that holds the run's lock
);

-- One file or archive that one county sent.  A retry file, a re-evaluation and a replay are children.
CREATE TABLE intake.delivery (
    delivery int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run int NOT NULL REFERENCES intake.run,
    county text NOT NULL,
    folder text NOT NULL,       -- deliveries/FOLDER
    path text NOT NULL,         -- relative to that folder
    bytes bigint NOT NULL,
    sha256 text NOT NULL,
    sm3 text,
    received timestamptz,       -- the file's mtime
    period text NOT NULL DEFAULT '', -- rank, as compared: period, revision, part
    revision int NOT NULL DEFAULT 1,
    part int NOT NULL DEFAULT 0,
    rank text NOT NULL DEFAULT '',   -- the three as one text that compares byte by byte
    source text NOT NULL CHECK (source IN ('file', 'retry', 'mapping', 'again')),
    parent int REFERENCES intake.delivery,
    state text NOT NULL CHECK (state IN ('published', 'refused', 'failed', 'undone', 'trial')),
    published_at timestamptz,
    undone_run int, undone_reason text,
    code text, message text,    -- why it was refused or failed
    at_member text, at_row bigint, at_column int, at_byte bigint
);
CREATE INDEX ON intake.delivery (county, sha256);

-- A cache: a file with the same size and times need not be hashed again.
CREATE TABLE intake.sighting (
    folder text NOT NULL, path text NOT NULL,
    bytes bigint NOT NULL, mtime_ns bigint NOT NULL, ctime_ns bigint NOT NULL, inode bigint NOT NULL,
    sha256 text NOT NULL, sm3 text NOT NULL,
    PRIMARY KEY (folder, path)
);

-- One member or sheet of a delivery, read by one spec.
CREATE TABLE intake.file (
    file int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    delivery int NOT NULL REFERENCES intake.delivery,
    member text NOT NULL DEFAULT '', -- member!sheet, '' for a plain file
    kind text NOT NULL,
    spec_path text NOT NULL,
    spec_sha256 text NOT NULL,
    mapping_sha256 text NOT NULL,    -- over all mapping tables in effect
    encoding text NOT NULL DEFAULT '',
    snapshot boolean NOT NULL,       -- delivery: full
    columns text[] NOT NULL,         -- the source's header
    declared_rows bigint, declared_fen numeric(38, 0), declared_measure text, declared_by text,
    milliseconds int,
    parent_file int REFERENCES intake.file -- whose rows were evaluated again or retried
);
CREATE INDEX ON intake.file (delivery);

-- Buckets: read, new, changed, unchanged, withdrawn, superseded, duplicate, rejected, explained;
-- and unpublished (the good rows of a delivery that was refused or tried).  Beside them unreadable
-- (cells) and doubtful (rows), and the published versions that left: replaced (by changed rows), ended
-- (by withdrawn rows), vanished (lacking in a full delivery).
-- measure '' counts rows.
CREATE TABLE intake.tally (
    file int NOT NULL REFERENCES intake.file,
    bucket text NOT NULL,
    measure text NOT NULL,
    amount numeric(38, 0) NOT NULL,
    PRIMARY KEY (file, bucket, measure)
);

-- Every row that is not in record: rejected, explained, duplicate, superseded within its own delivery.
-- Those of a delivery that was not published have state none.
CREATE TABLE intake.reject (
    reject bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, -- 退回编号
    file int NOT NULL REFERENCES intake.file,
    source_row int NOT NULL,
    bucket text NOT NULL CHECK (bucket IN ('rejected', 'explained', 'duplicate', 'superseded')),
    src_key text,
    key_hash uuid,
    byte_offset bigint,              -- NULL: only known as a record of that number
    raw bytea,                       -- the record's own bytes; NULL: read it from the delivery
    fen bigint[],                    -- the kind's measures, in its order
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closed', 'none')), -- none: no reject
    closed_by text CHECK (closed_by IN ('retry', 'delivery', 'mapping', 'waiver', 'undo')),
    closed_run int, closed_delivery int,
    waiver_reason text, waiver_name text, waiver_date date
);
CREATE UNIQUE INDEX ON intake.reject (file, source_row);
CREATE INDEX ON intake.reject (key_hash) WHERE state = 'open';

-- Every reason and doubt, by row.
CREATE TABLE intake.reason (
    file int NOT NULL REFERENCES intake.file,
    source_row int NOT NULL,
    number smallint NOT NULL,        -- from 1 within the row
    code text NOT NULL,
    weight text NOT NULL CHECK (weight IN ('reject', 'explain', 'doubt', 'note')),
    source_column text, target_column text,
    value text,                      -- personal: shown only through masking
    detail text NOT NULL DEFAULT '',
    src_key text,
    fen bigint,                      -- the row's main measure
    PRIMARY KEY (file, source_row, number)
);

-- One check evaluated.
CREATE TABLE intake.finding (
    finding bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run int NOT NULL REFERENCES intake.run,
    delivery int, file int,
    check_code text NOT NULL,        -- law.delivery, law.table, control.rows_mismatch, ...
    county text, kind text,
    state text NOT NULL CHECK (state IN ('held', 'broken', 'not_applicable', 'blocked')),
    subject text NOT NULL DEFAULT '', -- what is compared: a measure, a sheet row
    left_value numeric(38, 0), right_value numeric(38, 0),
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX ON intake.finding (run);

-- A full delivery speaks for every key of its scope; its rank is kept once, here.  Its scope is all of
-- the county's rows of the kind but those that another snapshot spec speaks for.
CREATE TABLE intake.floor (
    county text NOT NULL, kind text NOT NULL,
    delivery int NOT NULL REFERENCES intake.delivery,
    spec_path text NOT NULL,
    PRIMARY KEY (county, kind, delivery, spec_path)
);

-- What record holds after the last publication: measure '' counts rows.  `verify` counts again.
CREATE TABLE intake.total (
    county text NOT NULL, kind text NOT NULL, measure text NOT NULL,
    amount numeric(38, 0) NOT NULL,
    PRIMARY KEY (county, kind, measure)
);

-- Delete markers: a key that was withdrawn stays so for deliveries of lower rank that come later.
CREATE TABLE record.withdrawal (
    county text NOT NULL, kind text NOT NULL, key_hash uuid NOT NULL,
    src_key text NOT NULL, file int NOT NULL, source_row int NOT NULL,
    PRIMARY KEY (county, kind, key_hash, file)
);
COMMENT ON COLUMN record.withdrawal.src_key IS '县内主键 @pii(id)';

-- Who is who: a county's person number and the city's.  The only place where the two meet.
CREATE TABLE identity.xref (
    county text NOT NULL, src_psn_no text NOT NULL, psn_no text NOT NULL,
    PRIMARY KEY (county, src_psn_no)
);
COMMENT ON COLUMN identity.xref.src_psn_no IS '县人员编号 @pii(id)';

CREATE TABLE intake.audit (
    audit bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    at timestamptz NOT NULL DEFAULT now(),
    operator text NOT NULL, action text NOT NULL, detail text NOT NULL
);

-- Every spec, mapping table and city.yaml that a run used, by content.
CREATE TABLE mapping.content (
    sha256 text PRIMARY KEY, path text NOT NULL, bytes bytea NOT NULL
);
CREATE TABLE mapping.used (
    run int NOT NULL, sha256 text NOT NULL, path text NOT NULL, PRIMARY KEY (run, path)
);
-- How often each code was met, mapped or not: coverage by rows and money.
CREATE TABLE mapping.use (
    file int NOT NULL REFERENCES intake.file,
    target_column text NOT NULL, table_name text NOT NULL,
    source_code text NOT NULL, source_label text NOT NULL DEFAULT '',
    target_code text,                -- NULL: unmapped; '': decided not to be handed over
    status text NOT NULL,            -- reviewed, draft, unmapped
    path text NOT NULL DEFAULT '', line int NOT NULL DEFAULT 0,
    rows bigint NOT NULL, fen numeric(38, 0) NOT NULL
);
CREATE INDEX ON mapping.use (file);
