/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef LOAD_UNDO_H
#define LOAD_UNDO_H
#include "load/registry.h"

/* Takes a published delivery and its children back, exactly: what record holds is then as if it had
   never been loaded.  One transaction, from what the database itself keeps; no bytes are read again.
   One that was refused or failed only leaves the books: it stands nowhere as not published any more.
   `reason` is required and kept in intake.delivery.undone_reason.  The county's lock must be held.
   Fails:  TROUBLE_USAGE no such delivery, not published, no reason; TROUBLE_REFUSED when a later
           delivery must be undone first (the message names it); TROUBLE_LATER locked or away. */
bool undo_delivery(struct registry *registry, int delivery, const char *reason, struct error *error);

/* Does all of it and takes it back.  `look` is called in between, inside the transaction, when the database
   is what it would be; false from it is the caller's own failure.  What it asks stays in that transaction: it
   must neither COMMIT nor ROLLBACK.  Needs no reason; else fails as undo_delivery. */
struct undo_look {
    bool (*look)(void *context, struct error *error);
    void *context;
};
bool undo_try(struct registry *registry, int delivery, struct undo_look look, struct error *error);
#endif
