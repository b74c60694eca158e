-- SPDX-License-Identifier: MulanPSL-2.0
-- What a full delivery said again: `rows` rows of `file` from `source_row` on have the keys and the content of
-- as many rows of `same_file` from `same_row` on, which were published when it came and stayed where they are.
-- A county that exports its table again writes most rows in the same order, so a million of them are a few
-- thousand lines.  Should the older delivery be undone, the content goes on under this one.
-- Rows that came before this table was there stand in record.confirmation, by their key.
CREATE TABLE record.repeated (
    county text NOT NULL, file int NOT NULL, source_row int NOT NULL,
    same_file int NOT NULL, same_row int NOT NULL, rows int NOT NULL CHECK (rows > 0)
);
