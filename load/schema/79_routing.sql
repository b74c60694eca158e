-- SPDX-License-Identifier: MulanPSL-2.0
-- A row of the routing ends where the next one of its key begins, as in the other tables under mappings/ledger.
CREATE OR REPLACE VIEW fund.routing AS
SELECT fund_column, nullif(insutype, '') AS insutype, nullif(condition_column, '') AS condition_column,
       string_to_array(condition_values, '|') AS condition_values, chart_set, nullif(account, '') AS account,
       coalesce(valid_from, '-infinity') AS valid_from,
       least(valid_until, lead(valid_from) OVER (PARTITION BY fund_column, insutype, condition_values ORDER BY valid_from NULLS FIRST), 'infinity') AS valid_until,
       note
  FROM (SELECT DISTINCT ON (fund_column, insutype, condition_values, valid_from) * FROM fund.settlement_routing_row
         ORDER BY fund_column, insutype, condition_values, valid_from, overlay DESC) r;
