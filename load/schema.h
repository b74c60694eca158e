/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_SCHEMA_H
#define LOAD_SCHEMA_H
#include "load/database.h"

/* Applies, in one transaction, the files under load/schema that this database has not seen.
   Fails:  TROUBLE_USAGE when it has one that we do not know: a newer program made it. */
bool schema_update(struct session *session, struct error *error);
#endif
