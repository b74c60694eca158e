-- SPDX-License-Identifier: MulanPSL-2.0
-- The rows of a full delivery that were published already, as it is: their content stands in record
-- under an older lineage.  Should that older delivery be undone, the content goes on under this one.
-- Rows come in the order of their files and are read by whole files only.
CREATE TABLE record.confirmation (
    county text NOT NULL, key_hash uuid NOT NULL, file int NOT NULL, source_row int NOT NULL
);
CREATE INDEX ON record.confirmation USING brin (file);
