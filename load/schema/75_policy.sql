-- SPDX-License-Identifier: MulanPSL-2.0
-- Benefit rules as runs used them, and what replay says of every settlement.  Whole fen; rules are kept by
-- the hash of their files, so that an old run's figures can be followed to the rows they came from.
CREATE TABLE fund.policy_rule (
    sha256 text NOT NULL,            -- over all rule files of the city, in order
    position int NOT NULL,
    plan text NOT NULL, param text NOT NULL, insutype text NOT NULL, hosp_lv_group text NOT NULL,
    person_class text NOT NULL, nth int, basis text NOT NULL,
    band_from_fen bigint, band_to_fen bigint, mode text NOT NULL,
    value bigint,                    -- fen or 1/10000 or a count, as the parameter is
    valid_from date, valid_until date,
    evidence text NOT NULL, source text NOT NULL, path text NOT NULL, line int NOT NULL,
    PRIMARY KEY (sha256, position)
);
CREATE TABLE fund.policy_assignment (
    sha256 text NOT NULL, position int NOT NULL,
    county text NOT NULL, insutype text NOT NULL, plan text NOT NULL, city_plan text NOT NULL,
    valid_from date, valid_until date, path text NOT NULL, line int NOT NULL,
    PRIMARY KEY (sha256, position)
);
-- Which rules a run replayed by; rows NULL: it did not come to its end.
CREATE TABLE fund.replay_run (
    run int PRIMARY KEY REFERENCES intake.run,
    sha256 text NOT NULL,
    rows bigint,
    at timestamptz NOT NULL DEFAULT now()
);
-- One row for each settlement: as stored, under the county's rule in force (old), under the city's plan
-- (new).  One partition for each run; only those of the latest runs are kept.
CREATE TABLE fund.replay (
    run int NOT NULL,
    county text NOT NULL, key_hash uuid NOT NULL,
    person bigint NOT NULL,          -- hash of the city's person number, or of the county's own
    year int NOT NULL,
    insutype text NOT NULL, hosp_lv_group text NOT NULL, person_type text NOT NULL, care text NOT NULL,
    plan text NOT NULL, city_plan text NOT NULL,
    old_verdict text NOT NULL, new_verdict text NOT NULL, -- done, not_covered; else why it counts as stored
    refund boolean NOT NULL,
    fee_fen bigint NOT NULL,
    stored_dedc_fen bigint NOT NULL, stored_base_fen bigint NOT NULL, stored_big_fen bigint NOT NULL,
    stored_fund_fen bigint NOT NULL, stored_person_fen bigint NOT NULL,
    old_dedc_fen bigint NOT NULL, old_base_fen bigint NOT NULL, old_big_fen bigint NOT NULL,
    old_fund_fen bigint NOT NULL, old_person_fen bigint NOT NULL,
    new_dedc_fen bigint NOT NULL, new_base_fen bigint NOT NULL, new_big_fen bigint NOT NULL,
    new_fund_fen bigint NOT NULL, new_person_fen bigint NOT NULL
) PARTITION BY LIST (run);
-- The sums of every replay, kept for good.  Persons, winners and losers are counted once for each person
-- and year within what a row speaks of: group (county, scheme, level, person type), county (and scheme),
-- city (a scheme in all counties; insutype '' both schemes), so they do not add up from one to the other.
CREATE TABLE fund.impact (
    run int NOT NULL, scope text NOT NULL CHECK (scope IN ('group', 'county', 'city')),
    county text NOT NULL, insutype text NOT NULL, hosp_lv_group text NOT NULL,
    person_type text NOT NULL, year int NOT NULL, compared boolean NOT NULL,
    claims bigint NOT NULL, persons bigint NOT NULL, fee_fen numeric(38, 0) NOT NULL,
    stored_fund_fen numeric(38, 0) NOT NULL, old_fund_fen numeric(38, 0) NOT NULL, new_fund_fen numeric(38, 0) NOT NULL,
    stored_person_fen numeric(38, 0) NOT NULL, old_person_fen numeric(38, 0) NOT NULL,
    new_person_fen numeric(38, 0) NOT NULL,
    differing bigint NOT NULL,       -- claims whose stored base fund payment is not what the rule in force gives
    winners bigint NOT NULL, losers bigint NOT NULL, largest_loss_fen bigint NOT NULL
);
CREATE INDEX ON fund.impact (run);
