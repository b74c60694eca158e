/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_REJECT_H
#define LOAD_REJECT_H
#include "core/model.h"
#include "load/database.h"

/* A published delivery as one that settles what earlier ones were sent back, of one kind. */
struct reject_closer {
    struct session *session; /* inside the transaction that publishes or undoes */
    struct arena *arena;
    const struct kind *kind;
    const char *county, *source; /* intake.delivery.source */
    int delivery, run;           /* its own run */
    bool parented;               /* some of its rows are rows of an earlier file, evaluated again */
    const char *rows;            /* relation of (key_hash, file, source_row): what is, or was, published */
};

/* Closes the open rejects of earlier deliveries whose rows are now there: by their key; for rows evaluated
   again or retried, whose key may be what was mended, by their row; and those that a newer snapshot, or the
   same bytes read again, say anew.  Doing it again changes nothing. */
bool reject_close(const struct reject_closer *closer, struct error *error);
/* A delivery is read again: what was waived of it, or of an earlier reading, stays waived, and its new reject
   says so.  Inside the transaction that publishes the new reading. */
bool reject_keep_waivers(struct session *session, int root, int again, struct error *error);
#endif
