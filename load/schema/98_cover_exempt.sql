-- SPDX-License-Identifier: MulanPSL-2.0
-- Who is covered without paying, besides retired employees: dated rows of mappings/cover/exempt.csv.
CREATE TABLE cover.exempt (
    line int PRIMARY KEY,
    insutype text NOT NULL,
    who text NOT NULL CHECK (who IN ('roster', 'identity')), -- on the roster of the aided; by the relation's insu_idet
    classes text[] NOT NULL,         -- roster_class or insu_idet; of a roster '{}': every class
    valid_from date NOT NULL, valid_until date, -- NULL: still in force
    county text NOT NULL             -- of the relation; '': all
);
ALTER TABLE cover.search ADD COLUMN exempt_sha256 text NOT NULL DEFAULT '';

-- Rosters decide too: of deaths, and of who is exempt.  They come from any county.
CREATE FUNCTION cover.rosters() RETURNS text LANGUAGE sql STABLE RETURN (
    SELECT coalesce(string_agg(d.delivery || d.state, ',' ORDER BY d.delivery), '') FROM intake.delivery d
     WHERE d.state IN ('published', 'undone')
       AND EXISTS (SELECT FROM intake.file f WHERE f.delivery = d.delivery AND f.kind = 'psn_roster_d'));

-- How cover is judged, as of now: when it differs, every county is looked at again.
CREATE FUNCTION cover.judged() RETURNS text LANGUAGE sql STABLE RETURN
    md5(coalesce((SELECT string_agg(s::text, ',' ORDER BY insutype) FROM cover.scheme s), '') || '/'
        || coalesce((SELECT string_agg(x::text, ',' ORDER BY line) FROM cover.exempt x), '') || '/'
        || coalesce((SELECT s::text FROM cover.setting s), '') || '/' || cover.rosters());

CREATE OR REPLACE FUNCTION cover.unpaid_state(of_county text, until date, idle_days int) RETURNS text
LANGUAGE sql STABLE AS $state$
    SELECT md5(until || '/' || idle_days || '/'
               || coalesce((SELECT string_agg(s::text, ',' ORDER BY insutype) FROM cover.scheme s), '') || '/'
               || coalesce((SELECT string_agg(x::text, ',' ORDER BY line) || cover.rosters() FROM cover.exempt x), '') || '/'
               || (SELECT string_agg(d.delivery || d.state || coalesce(d.undone_run, 0), ',' ORDER BY d.delivery)
                     FROM intake.delivery d WHERE d.county = of_county AND d.state IN ('published', 'undone')))
$state$;
