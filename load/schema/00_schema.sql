-- SPDX-License-Identifier: MulanPSL-2.0
-- Which of the files under load/schema this database has; each is applied once, in order of name.
-- A change to a table that exists is a new file, so the files are the ordered migrations.
CREATE SCHEMA intake;
CREATE TABLE intake.schema (
    path text PRIMARY KEY,
    md5 text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
);
