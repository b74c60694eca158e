/* SPDX-License-Identifier: MulanPSL-2.0 */
/* SM3 takes four times as long as SHA-256 and only papers show it, so deliveries are published first
   and sealed before the papers are written. */
#include "cli/work.h"

static bool seal(struct work *work, const char *delivery, const char *sha256, const char *sm3,
                 struct error *error) {
    const char *first[] = {delivery, sm3}, *second[] = {sha256, sm3};
    return session_tell(&work->registry.session,
                        "UPDATE intake.delivery SET sm3 = $2 WHERE delivery = $1::int", 2, first, NULL,
                        error) &&
           session_tell(&work->registry.session, "UPDATE intake.sighting SET sm3 = $2 WHERE sha256 = $1", 2,
                        second, NULL, error);
}

bool work_seal(struct work *work, struct error *error) {
    PGresult *open = session_ask(
        &work->registry.session,
        "SELECT delivery, folder, path, sha256 FROM intake.delivery WHERE sm3 IS NULL ORDER BY delivery", 0,
        NULL, error);
    bool ok = open != NULL;
    for (int i = 0; ok && i < PQntuples(open); i++) {
        struct found file = {.absolute = arena_print(work->arena, "%s/deliveries/%s/%s", work->city.directory,
                                                     PQgetvalue(open, i, 1), PQgetvalue(open, i, 2))};
        /* Other bytes, or none, since it was published: it stays without a seal. */
        if (!scan_seal(&file) || strcmp(file.sha256, PQgetvalue(open, i, 3)) != 0) continue;
        ok = seal(work, PQgetvalue(open, i, 0), file.sha256, file.sm3, error);
    }
    PQclear(open);
    return ok;
}
