/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_REJECTS_H
#define REPORT_REJECTS_H

/* The sheet that comes back filled in: 退回明细 of 退回清单.  `retry` finds its columns by these names;
   a test holds them against report/sql/rejects.sql.  What a clerk needs least stands last and is not printed.
 */
enum rejects_column {
    REJECTS_NUMBER,
    REJECTS_FILE,
    REJECTS_MEMBER,
    REJECTS_ROW,
    REJECTS_KEY,
    REJECTS_SOURCE_COLUMN,
    REJECTS_TARGET_COLUMN,
    REJECTS_VALUE,
    REJECTS_REASON,
    REJECTS_SUGGESTION,
    REJECTS_AMOUNT,
    REJECTS_CORRECTION,
    REJECTS_DECISION,
    REJECTS_COMMENT,
    REJECTS_HANDLER,
    REJECTS_DATE,
    REJECTS_NAME,
    REJECTS_CODE,
    REJECTS_COLUMNS
};
extern const char *const rejects_sheet_zh, *const rejects_sheet_en;
/* In the paper's order, and how wide: the printed ones are legible on two A4 pages. */
extern const char *const rejects_columns_zh[REJECTS_COLUMNS], *const rejects_columns_en[REJECTS_COLUMNS];
extern const int rejects_widths[REJECTS_COLUMNS];
enum {
    REJECTS_PAGE = REJECTS_AMOUNT,
    REJECTS_REPEATED = REJECTS_SOURCE_COLUMN,
    REJECTS_SCREEN = REJECTS_NAME
};

/* What may stand under 处理结果. */
enum rejects_decision { REJECTS_CORRECTED, REJECTS_DELIVERED_AGAIN, REJECTS_WAIVED, REJECTS_DECISIONS };
extern const char *const rejects_decisions[REJECTS_DECISIONS];
#endif
