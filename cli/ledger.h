/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_LEDGER_H
#define CLI_LEDGER_H
#include "cli/work.h"

/* Puts the chart of accounts, the routing of settlements and the splits into the database, the shipped
   ones and the city's own mappings/ledger/NAME.csv over them, and keeps their bytes with the run. */
bool ledger_references(struct work *work, struct error *error);
#endif
