-- SPDX-License-Identifier: MulanPSL-2.0
-- The trial balance that the set steps make: every account of a set at the end of every month, debit less
-- credit.  result_fen: what moved without the vouchers that close the year.
CREATE TABLE fund.balance (
    county text NOT NULL, acct_set text NOT NULL, fund_set text NOT NULL, acct_year int NOT NULL, acct_month int NOT NULL,
    acct_code text NOT NULL, sub_fund text, open_fen numeric NOT NULL, debit_fen numeric NOT NULL, credit_fen numeric NOT NULL,
    close_fen numeric NOT NULL, result_fen numeric NOT NULL
);
CREATE INDEX ON fund.balance (county, acct_set, acct_year, acct_month);
CREATE INDEX ON fund.posting (county, acct_set, acct_code);
