/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_MAP_MOVES_H
#define CLI_MAP_MOVES_H
#include "cli/map/map.h"
#include "core/tally.h"

/* What an edit of one table would move, found by reading the delivered bytes under both tables: exact to the
   row and the fen, before anything is changed. */

/* Rows of one code that another table would treat otherwise. */
struct move {
    const struct county *county;
    const struct kind *kind;
    const char *column, *code;  /* the column that is mapped; the county's code, hidden when it is none */
    const char *before, *after; /* the target, or in words: sent back, not handed over */
    int64_t rows;
    fen_total fen; /* of the kind's main measure */
};

/* One of them, by the file and the row that people find it by. */
struct moved_row {
    struct move move; /* rows: 1 */
    const char *file;
    uint64_t number;
    struct span key;     /* src_key; shown through report/mask.h */
    const char *persons; /* spec_person_keys */
};
enum { MOVED_ROWS = 20000 };

struct moves {
    uint32_t count, capacity, row_count, row_room;
    struct move *list;      /* [count] by county, kind, rows */
    struct moved_row *rows; /* [row_count] the first MOVED_ROWS, by county and file */
    uint64_t compared,
        left;      /* rows looked at; rows that stand otherwise than OLD says (corrected, or stale) */
    uint32_t gone; /* files whose bytes are no longer in deliveries/ */
};

/* `table` takes the place of the city's file with its path (mappings/COUNTY/x.csv).  Adds what moves in one
   county to `moves`.  TROUBLE_USAGE when either table is refused. */
bool moves_find(struct session *session, const struct city *city, const struct county *county,
                const struct sourced *table, const _Atomic bool *stop, struct arena *arena,
                struct moves *moves, struct error *error);

/* `out`: the workbook to write, and a page beside it; NULL: none. */
enum exit_code map_moves(struct invocation *invocation, const char *old_path, const char *new_path,
                         const char *out, struct error *error);
/* What moves as text or JSON on a terminal; the same with every row as a paper. */
void moves_print(const struct invocation *invocation, const struct moves *moves);
bool moves_write(const struct invocation *invocation, const struct city *city, const struct moves *moves,
                 const char *table, const char *path, struct error *error);
#endif
