/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_DBF_VALUE_H
#define EXTRACT_DBF_VALUE_H
#include "extract/dbf_header.h"
#include "extract/text.h"

/* A cell without the blanks and NULs behind it, and without those before it when `both`.
   `high`: a byte beyond ASCII; `zero`: a NUL among what is left. */
struct span dbf_value_trim(struct span cell, bool both, bool *high, bool *zero);
/* The same for a cell of up to DBF_LOOK_MAX bytes, from whose first byte on so many may be read, in the same
   cell of `count` records: a few vectors and no loop, where most bytes are padding.  A bit of `odd` says
   high, another zero; false: no row is odd.  A cell at a time was a quarter of reading DBF. */
enum { DBF_LOOK_MAX = 64, DBF_ODD_HIGH = 1, DBF_ODD_ZERO = 2 };
bool dbf_value_trim_column(struct span first, size_t record_size, uint32_t count, bool both,
                           struct span *cells, uint8_t *odd);

/* Whether the bytes of `cell` from `at` on are the beginning of a character that the end cuts off. */
bool dbf_value_split(enum encoding encoding, struct span cell, size_t at);

/* The text of a binary field: I as an integer, Y exactly with what it has of four decimals, B as the
   shortest decimal that is the same double, T as "2020-12-31 10:20:30" or, at midnight, its date.
   Source: Visual FoxPro table structure; T is a Julian day and milliseconds. */
struct span dbf_value_text(const struct dbf_field *field, const char *record, struct arena *arena);

/* Bit `bit` of FoxPro's _NullFlags. */
bool dbf_value_flag(const struct dbf_header *header, const char *record, int bit);
#endif
