/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef CLI_PERSON_SELECT_H
#define CLI_PERSON_SELECT_H
#include "cli/person/store.h"
#include "extract/pg.h"

enum { QUERY_BYTES = 8192, INPUTS_MAX = LINK_FIELDS * LINK_INPUTS, IDENTIFIER_BYTES = 256 };

/* What a row of record.psn_info_b p was when it was read: any change of its values or of the row itself makes
   it another.  Of two ages the difference alone is of meaning: xmin less 3, in 32 bits; by way of text it
   would take eight times as long.  Not hashint8: that knows 32 bits only, and some rows of a million were
   alike. */
#define SELECT_VERSION "(p.row_hash # ((age('3'::xid)::int8 - age(p.xmin)) << 32))"

/* A statement's columns: county, number, version, then each input once. */
struct selection {
    char columns[QUERY_BYTES / 2]; /* "county, src_psn_no, ..." of record.psn_info_b p */
    uint32_t column_count;
    uint32_t input_count;
    uint32_t fields[INPUTS_MAX]; /* of the row; UINT32_MAX: the table has no such column */
};
void select_make(const struct link_rules *rules, struct selection *plan);
/* Takes the row at hand into the sink; `arena` is emptied. */
void select_take(const struct selection *plan, const struct pg *pg, struct link_sink *sink,
                 struct arena *arena);
/* That of the row at hand. */
static inline uint64_t select_version(const struct pg *pg) { return (uint64_t)pg_integer(pg->fields[2]); }
/* "690102/P0001" out of the row's first two fields. */
struct span select_identifier(const struct pg *pg, char text[IDENTIFIER_BYTES]);
/* What xref says, out of the row's fields from `first` on: record_no, psn_no. */
struct known select_known(const struct pg *pg, uint32_t first);
#endif
