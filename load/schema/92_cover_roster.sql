-- SPDX-License-Identifier: MulanPSL-2.0
-- What the checks across rows need to know of cover, kept by each run from city.yaml and mappings/cover: how each
-- scheme is judged, and until which day.
CREATE TABLE cover.scheme (
    insutype text PRIMARY KEY, family text NOT NULL, unit text NOT NULL, statuses text[] NOT NULL,
    exempt text NOT NULL, newborn text NOT NULL
);
CREATE TABLE cover.setting (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    until date NOT NULL, tolerance_days int NOT NULL, idle_days int NOT NULL
);

-- What became of each line of a roster, both ways; said anew by every search.
CREATE TABLE cover.roster_line (
    line bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    search int NOT NULL,
    roster_type text NOT NULL,
    roster_county text, roster_key uuid, -- the roster's line; NULL: enrolled as aided or student, on no roster
    roster_no text,
    county text,                     -- of the record that it was held against, else of the roster's own division
    src_psn_no text, psn_no text,
    begn_date date, end_date date,
    state text NOT NULL CHECK (state IN (
        'agrees',                    -- enrolled, or rightly no more
        'still_enrolled',            -- dead, in prison or moved away, and a relation goes on
        'not_enrolled',              -- the person is known, no cover while the roster holds
        'unknown',                   -- nobody has that number
        'name_differs',              -- the number is somebody's of another name: nothing is concluded from it
        'not_on_roster')),           -- the other way round
    settlements int NOT NULL DEFAULT 0, settled_fen bigint NOT NULL DEFAULT 0, -- while dead, in prison, away
    fund_fen bigint NOT NULL DEFAULT 0
);
COMMENT ON COLUMN cover.roster_line.src_psn_no IS '县人员编号 @pii(id)';
