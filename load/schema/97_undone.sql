-- SPDX-License-Identifier: MulanPSL-2.0
-- Of an undo, beside what stood before and after: what it took away and what came back in its place, which before and
-- after do not tell where both are the same.  NULL: a publication, or an undo of before this was kept.
ALTER TABLE intake.movement ADD COLUMN went numeric(38, 0), ADD COLUMN came numeric(38, 0);
