-- SPDX-License-Identifier: MulanPSL-2.0
-- Whose row was sent back, where its name could be read: people look for rows by name, which the
-- workbook shows masked.
ALTER TABLE intake.reject ADD COLUMN name text;
COMMENT ON COLUMN intake.reject.name IS '姓名 @pii(name)';
