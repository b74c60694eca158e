-- SPDX-License-Identifier: MulanPSL-2.0
-- What city.yaml says and SQL judges by: cutover.
CREATE TABLE fund.setting (name text PRIMARY KEY, value text NOT NULL);
-- Stays that straddle the cutover: days before it are the county's stock, from it on the city's increment.
-- What the funds paid is split by days and rounded once, so that both parts are the whole.  A function, as
-- the kinds are made after this file.
CREATE FUNCTION fund.straddle(of_county text) RETURNS TABLE (county text, setl_id text, insutype text,
    begndate date, until date, days_before int, days_after int, fen numeric, stock_fen numeric, flow_fen numeric, file int, source_row int)
LANGUAGE plpgsql STABLE AS $straddle$
DECLARE
    cutover date := (SELECT value::date FROM fund.setting WHERE name = 'cutover');
BEGIN
    RETURN QUERY
    SELECT p.county, p.setl_id, p.insutype, p.begndate, p.until, p.before, p.after, p.fen, p.fen - round(p.fen * p.after / (p.before + p.after)),
           round(p.fen * p.after / (p.before + p.after)), p.file, p.source_row
      FROM (SELECT s.county, s.setl_id, s.insutype, s.begndate, coalesce(s.enddate, s.setl_time) AS until, cutover - s.begndate AS before,
                   coalesce(s.enddate, s.setl_time) - cutover + 1 AS after, s.file, s.source_row,
                   coalesce(s.fund_pay_sumamt_fen, coalesce(s.hifp_pay_fen, 0) + coalesce(s.hifmi_pay_fen, 0) + coalesce(s.hifob_pay_fen, 0)
                            + coalesce(s.cvlserv_pay_fen, 0) + coalesce(s.maf_pay_fen, 0))::numeric AS fen
              FROM record.setl_d s WHERE s.county = of_county AND s.begndate < cutover AND coalesce(s.enddate, s.setl_time) >= cutover) p;
END
$straddle$;
