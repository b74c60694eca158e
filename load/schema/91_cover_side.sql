-- SPDX-License-Identifier: MulanPSL-2.0
-- Money of both sides of a pair: which of it counts follows from the side that goes, so a choice that differs
-- from the proposal, and its undoing, move no row.
ALTER TABLE cover.duplicate
    ADD COLUMN days_a datemultirange NOT NULL DEFAULT '{}', -- what each relation covers
    ADD COLUMN days_b datemultirange NOT NULL DEFAULT '{}',
    ADD COLUMN die_date date;                               -- nothing is covered after the month of death
CREATE INDEX ON cover.duplicate (psn_no);
ALTER TABLE cover.event ADD COLUMN effect_before text NOT NULL DEFAULT '',
    ADD COLUMN effect_after text NOT NULL DEFAULT '';       -- '': recorded before effects were
ALTER TABLE cover.money
    ADD COLUMN side text NOT NULL DEFAULT 'b' CHECK (side IN ('a', 'b')), -- whose relation it was paid for
    ADD COLUMN whole_fen bigint,     -- the payment's own amount, of which amount_fen is a part
    ADD COLUMN whole_months int,     -- that the payment is for
    ADD COLUMN year int;             -- that it is for, or of the stay
UPDATE cover.money m SET side = 'a' FROM cover.duplicate d
 WHERE d.duplicate = m.duplicate AND m.item <> 'claim' AND 'b' = coalesce(
       (SELECT e.keep_before FROM cover.event e WHERE e.duplicate = d.duplicate ORDER BY e.event LIMIT 1), d.keep);
ALTER TABLE cover.money DROP CONSTRAINT money_pkey,
    ADD PRIMARY KEY (duplicate, side, item, level, county, key_hash);

-- The money that counts as things stand: of the relation that goes; of side b, always the same, while it is
-- not known which goes and where both end with a death: one of the two was too many, never both.
CREATE VIEW cover.charge AS
SELECT m.* FROM cover.money m JOIN cover.duplicate d USING (duplicate)
 WHERE m.side = CASE d.keep WHEN 'b' THEN 'a' ELSE 'b' END;
COMMENT ON VIEW cover.charge IS '按现在的保留意见应算的金额';

-- What falls to months [first, last) of an amount that is for so many months, counted from 0.  Every month gets
-- the same whole fen; those left over go one each to the first months (largest remainder, equal ones in order
-- of time): the months of an amount always add up to it.
CREATE FUNCTION cover.part(fen bigint, first int, last int, months int) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (last - first) * (fen / months) + sign(fen)::bigint
        * (least(last, abs(fen) % months) - least(first, abs(fen) % months));

CREATE FUNCTION cover.month_number(day date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (extract(year FROM day) * 12 + extract(month FROM day))::int;

-- The whole months that a multirange touches.
CREATE FUNCTION cover.whole_months(days datemultirange) RETURNS datemultirange
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    (SELECT range_agg(daterange(date_trunc('month', lower(r))::date,
                                (date_trunc('month', upper(r) - 1) + interval '1 month')::date))
       FROM unnest(days) r WHERE NOT lower_inf(r) AND NOT upper_inf(r));

-- Days that a person was covered by one of the relations and would be no more when every decision (and, if
-- asked, every proposal) is carried out.  Death ends cover with its month.
CREATE FUNCTION cover.uncovered(person text, proposals boolean) RETURNS datemultirange
LANGUAGE sql STABLE AS $uncovered$
    WITH pair AS (
        SELECT d.*, datemultirange(daterange(upper(range_merge(d.overlap)), NULL)) AS rest
          FROM cover.duplicate d
         WHERE d.psn_no = person AND (d.state IN ('agreed', 'approved', 'done') OR (proposals AND d.state = 'proposed'))),
    side AS (
        SELECT county_a AS county, key_a AS key, days_a AS days,
               CASE WHEN keep = 'b' THEN overlap + CASE effect WHEN 'stop' THEN rest ELSE '{}' END ELSE '{}' END AS gone
          FROM pair
        UNION ALL
        SELECT county_b, key_b, days_b,
               CASE WHEN keep = 'a' THEN overlap + CASE effect WHEN 'stop' THEN rest ELSE '{}' END ELSE '{}' END
          FROM pair),
    relation AS (SELECT range_agg(days) AS days, range_agg(gone) AS gone FROM side GROUP BY county, key),
    alive AS (
        SELECT datemultirange(daterange(NULL, (date_trunc('month', min(die_date)) + interval '1 month')::date)) AS days
          FROM pair)
    SELECT coalesce((range_agg(r.days) - range_agg(r.days - r.gone)) * (SELECT days FROM alive), '{}') FROM relation r
$uncovered$;
