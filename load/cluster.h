/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_CLUSTER_H
#define LOAD_CLUSTER_H
#include "load/database.h"

/* The private PostgreSQL of a city.  As root it lives under /var/lib/tongchou/ID and runs as an
   unprivileged user, since initdb refuses root; otherwise under .tongchou of the city.  Only a unix
   socket, in a short run directory: a Chinese path passes its 107 bytes. */
bool cluster_open(struct database *database, const char *city, struct error *error);
void cluster_close(struct database *database);
#endif
