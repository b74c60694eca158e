-- SPDX-License-Identifier: MulanPSL-2.0
-- One figure of a statement as the county reported or published it: 收支表, 资产负债表, or 公开表 (the
-- yearly totals of a website).  line is a line of mappings/ledger/statement_lines.csv; stmt_col says which
-- column: 本月数 本年累计数 本年数 上年数 年初余额 期末余额.  stmt_months holds 备付月数, of the scope in stmt_scope.
CREATE TABLE fund.stmt_line_d (
    stmt_form text NOT NULL,
    acct_set text NOT NULL,
    fund_set text NOT NULL,
    stmt_date date NOT NULL,
    stmt_col text NOT NULL,
    line text NOT NULL,
    stmt_amt_fen bigint,
    stmt_months text,
    stmt_scope text,
    stmt_unit text,
    memo text,
    LIKE record.lineage INCLUDING ALL
) PARTITION BY LIST (county);
COMMENT ON TABLE fund.stmt_line_d IS '报表行';
COMMENT ON COLUMN fund.stmt_line_d.stmt_form IS '报表 @key';
COMMENT ON COLUMN fund.stmt_line_d.acct_set IS '账套编号 @key';
COMMENT ON COLUMN fund.stmt_line_d.fund_set IS '基金 @code(fund_set)';
COMMENT ON COLUMN fund.stmt_line_d.stmt_date IS '报表截止日 @key @event';
COMMENT ON COLUMN fund.stmt_line_d.stmt_col IS '栏目 @key';
COMMENT ON COLUMN fund.stmt_line_d.line IS '项目 @key';
COMMENT ON COLUMN fund.stmt_line_d.stmt_amt_fen IS '报表金额 @main';
COMMENT ON COLUMN fund.stmt_line_d.stmt_months IS '备付月数';
COMMENT ON COLUMN fund.stmt_line_d.stmt_scope IS '口径';
COMMENT ON COLUMN fund.stmt_line_d.stmt_unit IS '报表单位';
COMMENT ON COLUMN fund.stmt_line_d.memo IS '备注';
