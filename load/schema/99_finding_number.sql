-- SPDX-License-Identifier: MulanPSL-2.0
-- The number that papers give a finding.  Ledgers are checked on a connection of their own, so which of two findings
-- was written first is nobody's choice: they are numbered when the run has said everything, those of deliveries as
-- they came, the others by what they say.  Two runs of the same data write the same papers.
ALTER TABLE intake.finding ADD COLUMN paper_number bigint; -- NULL: of a run that wrote no papers, or an older program's

CREATE FUNCTION intake.number_findings(of_run int) RETURNS void LANGUAGE sql AS $number$
    SELECT pg_advisory_xact_lock(hashtextextended('tongchou:finding', 0));
    UPDATE intake.finding f SET paper_number = n.number
      FROM (SELECT x.finding, row_number() OVER (ORDER BY x.delivery NULLS LAST, CASE WHEN x.delivery IS NOT NULL THEN x.finding END,
                   x.county NULLS FIRST, x.kind NULLS FIRST, x.check_code, x.subject, x.detail, x.finding)
                   + (SELECT coalesce(max(coalesce(o.paper_number, o.finding)), 0) FROM intake.finding o WHERE o.run < of_run OR o.paper_number IS NOT NULL) AS number
              FROM intake.finding x WHERE x.run = of_run AND x.paper_number IS NULL) n
     WHERE f.finding = n.finding
$number$;
