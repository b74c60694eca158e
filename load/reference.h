/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_REFERENCE_H
#define LOAD_REFERENCE_H
#include "load/registry.h"

/* A table of rules that SQL judges by, mappings/ledger/NAME.csv: shipped (level 0) or the city's own
   (level 1).  Its columns are those of fund.NAME_row without the last. */
struct reference {
    const char *name; /* chart_of_accounts */
    int level;
    struct span csv;    /* UTF-8 with or without a mark, with a header; 0 bytes: no such file, take it away */
    const char *sha256; /* of csv; "" for none */
    const char *path;   /* for messages */
};

/* Brings the database's copy up to date; does nothing when the bytes are those of last time.
   Fails:  TROUBLE_USAGE with path and line when the header or a value is not what the table takes. */
bool reference_fill(struct registry *registry, const struct reference *reference, struct error *error);
#endif
