-- SPDX-License-Identifier: MulanPSL-2.0
-- The event days on which a code was met, so that the lint can hold the dates of a table against them.
-- NULL: the kind has no event date, or the rows were read before this was kept.
ALTER TABLE mapping.use ADD COLUMN first_day date, ADD COLUMN last_day date;
