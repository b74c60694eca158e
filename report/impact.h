/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_IMPACT_H
#define REPORT_IMPACT_H
#include "report/folder.h"

/* 政策影响测算 of the run as HTML with its chart, XLSX and JSON; nothing when the run replayed nothing. */
bool folder_impact(struct report *report, struct span inputs, struct error *error);
/* What the funds pay in each year under the old rules and the new, as bars (inline SVG: nothing is loaded,
   nothing runs).  `result` has year, scheme, old_fund_fen, new_fund_fen. */
void write_impact_chart(const struct result *result, FILE *stream);
#endif
