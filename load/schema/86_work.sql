-- SPDX-License-Identifier: MulanPSL-2.0
-- Linking shared among processes, also of other machines: a job is one linking under way, its parts are
-- stretches of candidate blocks, claimed by FOR UPDATE SKIP LOCKED.  Who dies frees what he had claimed.
CREATE TABLE identity.job (
    job int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    snapshot text NOT NULL,          -- that every helper reads the records under
    rules text NOT NULL,             -- hash of the rules' bytes
    seen text,                       -- digest of records, keys and model; a helper that sees others may not help
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE identity.work (
    job int NOT NULL REFERENCES identity.job ON DELETE CASCADE,
    part int NOT NULL,
    done boolean NOT NULL DEFAULT false,
    found bytea,                     -- a helper's pairs; NULL: the linking process did it itself
    PRIMARY KEY (job, part)
);
COMMENT ON TABLE identity.job IS '多进程归并：进行中的归并';
COMMENT ON TABLE identity.work IS '多进程归并：配对分段，谁空谁领';
