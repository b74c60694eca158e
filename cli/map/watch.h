/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_MAP_WATCH_H
#define CLI_MAP_WATCH_H
#include "cli/ingest.h"
#include "core/map.h"

/* The last stages of two readings of one file: the first remembers what became of each row, the second says
   which rows another table treats otherwise. */

enum { WATCH_COLUMNS = 4, WATCH_TARGETS = 65535 };
/* Where a row stands now. */
enum watch_class { WATCH_NONE, WATCH_PUBLISHED, WATCH_REJECTED, WATCH_DECIDED };

/* What became of one row, 24 bytes. */
struct watch_seen {
    uint64_t content; /* over all its values */
    uint8_t fate, worker;
    bool read;
    uint16_t targets[WATCH_COLUMNS]; /* numbers in the worker's texts; 0: null */
};

/* Shared by the workers of both readings; every row is written by one of them. */
struct watch_rows {
    uint64_t count;
    const uint8_t *classes;  /* [count] enum watch_class, by row number */
    struct watch_seen *seen; /* [count] */
    struct span table;       /* the mapping table that changes */
};

/* Rows that move alike. */
struct watch_group {
    int column;                      /* of the kind */
    struct span code, before, after; /* before and after: "" for null */
    uint8_t class, fate;
    int64_t rows;
    fen_total fen;
    const struct move *said; /* what cli/map/moves.c makes of it */
};

/* A row that moves. */
struct watch_row {
    const struct watch_group *group;
    uint64_t number;
    struct span key; /* src_key */
    int64_t fen;
};
/* Kept one by one of each worker, which meets rows in their order, so its lowest; all are counted. */
enum { WATCH_ROWS = 20000 };

/* One worker's; lives through both readings. */
struct watch {
    struct watch_rows *rows;
    struct watch *all; /* [WORKERS] */
    struct ingested *result;
    uint8_t worker;
    bool second;
    struct arena arena;
    struct map texts; /* target to its number */
    uint32_t text_count, text_room;
    struct span *list; /* [text_count], from 1 */
    struct map groups; /* to watch_group */
    uint32_t row_count, row_room;
    struct watch_row *moved; /* [row_count] */
    uint64_t compared, left;
};

extern const struct stage_kind watch_kind;
#endif
