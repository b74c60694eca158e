-- SPDX-License-Identifier: MulanPSL-2.0
-- The settlements that an account got in a month, one element for each amount: what a split goes by can be
-- listed row by row.
ALTER TABLE fund.routed ADD COLUMN keys uuid[] NOT NULL DEFAULT '{}', ADD COLUMN fens bigint[] NOT NULL DEFAULT '{}';
-- The rules that are in force: which county goes by which plan, and which of the city's takes its place.
CREATE VIEW fund.plan_assigned AS
SELECT a.county, nullif(a.insutype, '') AS insutype, a.plan, a.city_plan, coalesce(a.valid_from, '-infinity') AS valid_from,
       coalesce(a.valid_until, 'infinity') AS valid_until, a.path, a.line
  FROM fund.policy_assignment a JOIN fund.setting s ON s.name = 'policy' AND s.value = a.sha256;
INSERT INTO fund.word VALUES ('digest=', '依据行摘要 ', 'digest of the rows ');
