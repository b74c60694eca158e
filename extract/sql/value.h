/* SPDX-License-Identifier: MulanPSL-2.0 */
#ifndef EXTRACT_SQL_VALUE_H
#define EXTRACT_SQL_VALUE_H
#include "extract/sql/token.h"
#include "extract/text.h"

/* One value of a row.  What databases write when they export is understood: strings of every kind joined
   by ||, numbers, NULL, TO_DATE and its like, CHR, UNISTR, CAST to a plain type.  Nothing is computed. */
struct sql_value {
    struct span text;        /* UTF-8; of what is no literal its own text */
    bool null;               /* NULL stood there */
    bool literal;            /* false: an expression, which would have to be guessed */
    struct text_fault fault; /* size 0: every byte could be decoded ... */
    size_t fault_at;         /* ... else where the undecodable string begins, from the value's start */
};

enum sql_verdict { SQL_VALUE, SQL_VALUE_MORE, SQL_VALUE_BROKEN };

/* Reads the value at the cursor up to the `,` or `)` behind it.
   SQL_VALUE_BROKEN: no value can be cut there (a stray quote, an end in the middle). */
enum sql_verdict sql_value_read(struct sql_cursor *cursor, struct decoder *decoder, struct arena *arena,
                                struct sql_value *value);

/* "31-12-2020" in the format "dd-mm-yyyy" as ISO text; Oracle's and, where it holds a %, MySQL's formats.
   Returns the length, 0 when the format or the text is not understood. */
size_t sql_date_text(struct span text, struct span format, char to[40]);
/* A number or 0x.. as SQL Server writes it for `type`: the text it stands for.  size 0: not understood. */
struct span sql_cast(struct span text, bool hex, struct span type, struct arena *arena);
#endif
