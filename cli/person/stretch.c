/* SPDX-License-Identifier: MulanPSL-2.0 */
#include "cli/person/stretch.h"
#include <stdlib.h>

enum { STRETCH_PAGES = 4096, NUMBER_BASE = 10 };

/* A snapshot sees no row beyond the pages that there are once it is taken; the last stretch of a partition
   has no end all the same. */
bool stretch_list(struct session *reader, struct arena *arena, struct stretch **stretches, uint32_t *count,
                  struct error *error) {
    /* Held until the transaction's end: nobody takes a partition away in between. */
    if (!session_run(reader, "LOCK TABLE record.psn_info_b IN ACCESS SHARE MODE", error)) return false;
    PGresult *rows =
        session_ask(reader,
                    "SELECT relid::text, pg_relation_size(relid) / current_setting('block_size')::bigint FROM"
                    " pg_partition_tree('record.psn_info_b') WHERE isleaf ORDER BY relid::text",
                    0, NULL, error);
    if (!rows) return false;
    int64_t most = 0;
    for (int i = 0; i < PQntuples(rows); i++)
        most += strtoll(PQgetvalue(rows, i, 1), NULL, NUMBER_BASE) / STRETCH_PAGES + 1;
    *stretches = ARENA_NEW(arena, struct stretch, (size_t)most + 1);
    *count = 0;
    for (int i = 0; i < PQntuples(rows); i++) {
        int64_t pages = strtoll(PQgetvalue(rows, i, 1), NULL, NUMBER_BASE), page = 0;
        for (bool last = false; !last; page += STRETCH_PAGES) {
            struct stretch *stretch = &(*stretches)[(*count)++];
            last = page + STRETCH_PAGES >= pages;
            snprintf(stretch->table, sizeof stretch->table, "%s", PQgetvalue(rows, i, 0));
            int size = snprintf(stretch->where, sizeof stretch->where, "p.ctid >= '(%jd,0)'", (intmax_t)page);
            if (!last)
                snprintf(stretch->where + size, sizeof stretch->where - (size_t)size,
                         " AND p.ctid < '(%jd,0)'", (intmax_t)(page + STRETCH_PAGES));
        }
    }
    PQclear(rows);
    return true;
}
