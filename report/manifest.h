/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef REPORT_MANIFEST_H
#define REPORT_MANIFEST_H
#include "report/report.h"

/* manifest.json: every file of a run's folder with its size, SHA-256 and SM3, the program that made
   them, and the deliveries, specs and mapping tables that the run used. */
bool manifest_write(struct report *report, struct error *error);
#endif
