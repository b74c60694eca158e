/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_STRETCH_H
#define CLI_PERSON_STRETCH_H
#include "cli/person/store.h"

enum { STRETCH_TABLE_BYTES = 256, STRETCH_WHERE_BYTES = 128 };

/* Some neighbouring pages of one partition of record.psn_info_b.  All of them together are the table as the
   readers' snapshot sees it, each row once.  Readers take one after the other: to share the rows out by a
   condition would mean that each of them looks at all rows. */
struct stretch {
    char table[STRETCH_TABLE_BYTES]; /* "record.psn_info_b_690102" */
    char where[STRETCH_WHERE_BYTES]; /* "p.ctid >= ..." */
};

/* Lists them, in the readers' transaction; in `arena`.  Fails: the database only. */
bool stretch_list(struct session *reader, struct arena *arena, struct stretch **stretches, uint32_t *count,
                  struct error *error);
#endif
