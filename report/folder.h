/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_FOLDER_H
#define REPORT_FOLDER_H
#include "report/report.h"

/* The papers of one run, each in the forms it needs, in the run's folder. */

enum form { FORM_HTML = 1, FORM_XLSX = 2, FORM_JSON = 4, FORM_TEXT = 8, FORM_ALL = 15 };

/* Fills name, title, footer and the line that says which run, which program, which inputs. */
void folder_paper(struct report *report, struct span name, struct span zh, struct span en, struct span inputs,
                  struct paper *paper);
void folder_line(struct paper *paper, struct span line);
bool folder_write(struct report *report, const struct paper *paper, unsigned forms, struct error *error);

/* What is to be said of a run in one sentence, and the tables of the page that says it; in the report's
 * arena. */
struct verdict {
    struct query query;
    struct result *tables;
    struct span sentence; /* 三县 14,712 行全部有去向；…；可签 2 县。 */
};
bool folder_judge(struct report *report, struct verdict *verdict, struct error *error);
/* index.html: the verdict, what to do, what does not agree, what to sign. */
bool folder_index(struct report *report, struct span inputs, const struct verdict *verdict,
                  struct error *error);
/* 退回/县_退回清单_第n次_日期.xlsx and .csv of each county that has rejects or doubts. */
bool folder_rejects(struct report *report, const struct report_county *county, struct error *error);
/* 数据字典: the kinds and their columns. */
bool folder_dictionary(struct report *report, struct span inputs, struct error *error);
/* 依据/: every spec, mapping table and city.yaml as this run used them. */
bool folder_sources(struct report *report, struct error *error);
#endif
