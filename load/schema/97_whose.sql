-- SPDX-License-Identifier: MulanPSL-2.0
-- Which cells of a file's keys are a person's number, by their places from 1, "1,3": what has the shape of a citizen's
-- number is masked there whatever its check digit, and nowhere else, since a settlement's number may look like one.
-- NULL: read before this was kept.
ALTER TABLE intake.file ADD COLUMN key_person text;
