/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef BENCH_SPEED_REFERENCE_H
#define BENCH_SPEED_REFERENCE_H
#include "bench/programs/speed/place.h"
#include "bench/programs/speed/server.h"

/* What PostgreSQL's own loader makes of the same rows, read back from the published table.  Every function
   is false when something failed, which was told on standard error. */

/* What was read back once and serves every round. */
struct material {
    char paths[3][PLACE_PATH]; /* CSV of all columns; two halves in COPY BINARY */
    char *columns; /* of the halves: those that we send, so neither the empty ones nor the county */
    char *sums;    /* the recount: rows and the sum of each money column */
};

bool reference_export(struct server *server, const struct place_of *place, const struct subject *subject,
                      struct material *material);
/* `\copy` of the CSV: with the key present, or built after. */
bool reference_copy(struct server *server, const struct subject *subject, const struct material *material,
                    bool key, struct sample *sample);
/* COPY BINARY of the halves over two connections; no key. */
bool reference_binary(struct server *server, const struct subject *subject, const struct material *material,
                      struct sample *sample);
/* Published from ready-made bytes: a fresh table like ours, the halves over two connections, the key and the
   recount at once, ATTACH, COMMIT.  The least that a COMMIT of ours takes on this server if the client's
   work were nothing. */
bool reference_floor(struct server *server, const struct place_of *place, const struct subject *subject,
                     const struct material *material, struct sample *sample);
#endif
