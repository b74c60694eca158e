/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_AWAY_H
#define LOAD_AWAY_H
#include "core/error.h"
#include <libpq-fe.h>

/* Keeps libpq from writing to standard error: what a server says of its own accord ("terminating connection
   due to administrator command") would stand there beside our sentence. */
void away_hush(PGconn *connection);
/* Why a connection that failed was not made, as one sentence with the address; returns false.
   Fails:  TROUBLE_USAGE when the service file or the server's set-up is wrong; else TROUBLE_LATER. */
bool away_error(const PGconn *connection, struct error *error);
#endif
