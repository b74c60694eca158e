-- SPDX-License-Identifier: MulanPSL-2.0
-- How many days the checks of money allow, as dated rows (mappings/ledger/check_windows.csv): the shipped ones
-- (level 0) and the city's own (level 1), which replace those with the same key; a later row ends the one before.
CREATE TABLE fund.check_windows_row (
    check_code text, part text, days int, valid_from date, valid_until date, evidence text, note text, overlay int
);
CREATE VIEW fund.check_window AS
SELECT check_code, part, days, coalesce(valid_from, '-infinity') AS valid_from,
       least(valid_until, lead(valid_from) OVER (PARTITION BY check_code, part ORDER BY valid_from NULLS FIRST), 'infinity') AS valid_until
  FROM (SELECT DISTINCT ON (check_code, part, valid_from) * FROM fund.check_windows_row
         ORDER BY check_code, part, valid_from, overlay DESC) r;
-- The days that hold on that day; NULL, which allows nothing, where no row speaks of it.
CREATE FUNCTION fund.days(of_check text, of_part text, on_day date) RETURNS int LANGUAGE sql STABLE AS $days$
    SELECT w.days FROM fund.check_window w WHERE w.check_code = of_check AND w.part = of_part AND on_day >= w.valid_from AND on_day < w.valid_until
$days$;

-- Rows of several kinds may stand behind one finding: '' is the kind of the finding itself.
ALTER TABLE fund.culprit ADD COLUMN kind text NOT NULL DEFAULT '';
ALTER TABLE fund.culprit DROP CONSTRAINT culprit_pkey, ADD PRIMARY KEY (finding, county, kind, key_hash);
-- More rows behind what was just said, of another kind; kept, as fund.say's, only where it is broken or blocked.
CREATE FUNCTION fund.behind(said bigint, of_kind text, of_county text, hashes uuid[], fens bigint[]) RETURNS bigint LANGUAGE plpgsql AS $behind$
BEGIN
    IF hashes IS NOT NULL AND EXISTS (SELECT FROM intake.finding f WHERE f.finding = said AND f.state IN ('broken', 'blocked')) THEN
        INSERT INTO fund.culprit (finding, county, kind, key_hash, fen)
        SELECT said, of_county, of_kind, h, sum(f) FROM unnest(hashes, fens) u (h, f) WHERE h IS NOT NULL GROUP BY h;
    END IF;
    RETURN said;
END
$behind$;
