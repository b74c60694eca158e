-- SPDX-License-Identifier: MulanPSL-2.0
-- What else the checks across rows go by than a county's own deliveries: who is who, and how cover is judged.  A
-- county is looked at again when persons of it were merged or parted since, or the tables of mappings/cover changed.
ALTER TABLE intake.checked
    ADD COLUMN identity_event bigint NOT NULL DEFAULT 0, -- identity.event up to which it has been seen
    ADD COLUMN cover text NOT NULL DEFAULT '';           -- hash of cover.scheme and cover.setting then

-- The counties of the persons that were merged or parted after an event.
CREATE FUNCTION identity.counties_moved(after bigint) RETURNS TABLE (county text, event bigint)
LANGUAGE sql STABLE AS $moved$
    SELECT x.county, max(e.event) FROM identity.event e
     CROSS JOIN LATERAL (SELECT county FROM identity.xref WHERE psn_no IN (e.psn_no, e.into_psn_no)
                         UNION SELECT county FROM identity.xref WHERE record_no = ANY (e.records)) x
     WHERE e.kind IN ('merge', 'split') AND e.event > after GROUP BY 1
$moved$;
