-- SPDX-License-Identifier: MulanPSL-2.0
-- Up to which run the checks across rows have seen each county, and by which steps (a hash of their
-- SQL): a county that nothing has changed since is not read again.
CREATE TABLE intake.checked (
    county text PRIMARY KEY, run int NOT NULL, steps text NOT NULL
);
