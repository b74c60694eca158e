-- SPDX-License-Identifier: MulanPSL-2.0
-- The law of the table, both sides: what record held before and after every publication and every undo, per
-- county, kind and measure ('' counts rows).  Between them stand the buckets of intake.tally, or the undo.
CREATE TABLE intake.movement (
    movement bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    run int NOT NULL REFERENCES intake.run,
    delivery int NOT NULL REFERENCES intake.delivery,
    kind text NOT NULL, measure text NOT NULL,
    undone boolean NOT NULL DEFAULT false,
    before numeric(38, 0) NOT NULL, after numeric(38, 0) NOT NULL
);
CREATE INDEX ON intake.movement (run);
CREATE INDEX ON intake.movement (delivery);
