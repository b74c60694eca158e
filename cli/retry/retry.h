/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_RETRY_RETRY_H
#define CLI_RETRY_RETRY_H
#include "cli/corrections.h"
#include "cli/deliver.h"

/* 退回清单 comes back: corrected cells are read again from the deliveries' own bytes, waivers close their
   rows; all of it in one transaction, or none. */

/* A rejected row as the database knows it, and the column that its line of the list speaks of. */
struct rejected {
    int64_t reject;
    int delivery, file;
    bool open;
    uint64_t row;
    int column;       /* of the source, from 0; -1: the delivery has no such column */
    const char *unit; /* of that column's money: fen, yuan, wanyuan; "": no money, or not known */
    const char *county, *sha256, *member, *spec_path, *key, *path;
};

struct retrying {
    struct work *work;
    const char *path;
    struct corrections corrections;
    struct rejected *rejects; /* [corrections.count], for each line */
    uint32_t freed_count;
    struct rejected *freed; /* [freed_count] rows whose rivals for the key are all waived */
    struct found workbook;
    uint32_t corrected, mended, waived, closed; /* rows */
    uint32_t renumbered; /* lines whose delivery was read again since, taken as lines of the newest reading */
    uint32_t reading_count;
    struct delivering **readings; /* [reading_count] each delivery of which something was read again */
};

/* Looks up every line and refuses the list at the first that is not sound. */
bool retry_look_up(struct retrying *at, struct error *error);
bool retry_find(struct retrying *at, const struct correction *line, struct rejected *reject,
                struct error *error);
bool retry_corrects(const struct correction *line);
/* Reads what is corrected or freed again; nothing is published yet. */
bool retry_read(struct retrying *at, struct error *error);
/* "768.89元" for a column in fen is "76889"; a value without a unit is in the column's own. */
bool retry_value(struct span value, const char *unit, struct arena *arena, struct span *cell);
#endif
